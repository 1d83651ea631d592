//! Keys in the filter bar, and filters that were used before.

use tui_textarea::CursorMove;

use crate::config::recall::Recall;
use crate::query;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::Effect;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::list::List;
use crate::tui::screens::Overlay;
use crate::tui::screens::filter::complete::{Offers, accept};
use crate::tui::screens::filter::{FilterBar, MIN_LEFT, Note, free_text};
use crate::tui::screens::views::acts::open_save_view;
use crate::tui::widgets::text;

impl Model {
    /// A filter was used: it comes back with the arrows, in the next sitting too.
    pub(in crate::tui) fn note_filter(&mut self, filter: &str, cx: &mut Cx) {
        let filter = filter.trim();
        let is_saved = self.views.tabs().iter().any(|tab| tab.view.query == filter);
        if filter.is_empty() || is_saved || self.filters.last().is_some_and(|last| last == filter) {
            return;
        }
        let mut recall = Recall { view: None, filters: std::mem::take(&mut self.filters) };
        recall.note_filter(filter);
        self.filters = recall.filters;
        cx.effects.push(Effect::Remember { view: None, filter: Some(filter.to_owned()) });
    }

    /// What stands below the filter: what is wrong in it, else what its result is not.
    pub fn filter_note(&self, cx: &Cx) -> Option<Note> {
        if let Some(problem) = self.list.problem() {
            return Some(Note { words: problem.to_string(), is_error: !problem.is_hint });
        }
        let mut words = self.doubts_below(cx);
        words.extend(self.list.lacking().iter().map(|(field, count)| format!("{count} without {field}")));
        (!words.is_empty()).then(|| Note { words: words.join(", "), is_error: false })
    }

    /// To the next row that holds the filter's free text, or that of the filter before it was cleared.
    pub(in crate::tui) fn go_to_match(&mut self, forward: bool, times: usize, cx: &mut Cx) {
        let here = free_text(self.list.query());
        let texts = if here.is_empty() {
            self.filters.iter().rev().map(|filter| free_text(&query::parse(filter).query)).find(|texts| !texts.is_empty())
        } else {
            Some(here)
        };
        let Some(texts) = texts else {
            return cx.say(Grade::Info, "no text was looked for yet; / looks for one");
        };
        let wanted = query::Query { node: query::Node::any(texts), ..query::Query::default() };
        let judge = self.list.judge_of(&wanted);
        let mut moved = false;
        for _ in 0..times {
            if !self.list.go_where(forward, |list, rid| list.holds(&judge, rid)) {
                break;
            }
            moved = true;
        }
        if !moved {
            let way = if forward { "below" } else { "above" };
            cx.say(Grade::Info, format!("no {} {way}", wanted.node));
        }
    }
}

impl List {
    /// Sorts by these keys: the filter says so, too.
    pub(in crate::tui) fn sort_by(&mut self, sort: Vec<query::Key>) {
        let mut query = self.query().clone();
        query.sort = sort;
        self.set_directives(&query);
    }

    /// The filter with another order, group or other columns; which rows there are does not change.
    pub(in crate::tui) fn set_directives(&mut self, query: &query::Query) {
        let text = query.to_string();
        self.set_filter(&text);
    }
}

pub(in crate::tui) fn open_filter(model: &mut Model, cx: &mut Cx) {
    model.note_place();
    let before = model.list.begin_filter();
    // What is typed is a term of its own, not the end of the last one.
    let filter = model.list.filter();
    let area = text::line(&if filter.is_empty() { String::new() } else { format!("{filter} ") });
    cx.push(Overlay::Filter(Box::new(FilterBar { area, before, offers: Offers::default(), back: None })));
}

fn filter_bar(cx: &mut Cx) -> Option<&mut FilterBar> {
    match cx.overlays.last_mut() {
        Some(Overlay::Filter(bar)) => Some(bar),
        _ => None,
    }
}

pub(in crate::tui) fn act_in_filter(action: Action, model: &mut Model, cx: &mut Cx) {
    match action {
        Action::KeepFilter => keep_filter(model, cx),
        Action::SaveView if keep_or_say_why(model, cx) => open_save_view(model, cx),
        Action::RestoreFilter => {
            if let Some(Overlay::Filter(bar)) = cx.pop() {
                // An arrow in the bar brings it back.
                let left = model.list.filter().to_owned();
                model.list.restore(bar.before);
                model.views.forget_place();
                if left.trim().chars().count() >= MIN_LEFT && left != model.list.filter() {
                    model.note_filter(&left, cx);
                }
            }
        }
        Action::ClearFilter => put_text("", 0, false, model, cx),
        Action::Complete => complete(model, cx),
        Action::Down | Action::Up => choose_offer(action == Action::Down, model, cx),
        Action::Newer => older_filter(false, model, cx),
        Action::Older => older_filter(true, model, cx),
        _ => {}
    }
}

/// Enter: the offer that was chosen with the arrows, else the filter as it stands.
fn keep_filter(model: &mut Model, cx: &mut Cx) {
    if filter_bar(cx).is_some_and(|bar| bar.offers.chosen.is_some()) {
        complete(model, cx);
    } else {
        keep_or_say_why(model, cx);
    }
}

fn keep_or_say_why(model: &mut Model, cx: &mut Cx) -> bool {
    if let Some(problem) = model.list.problem().filter(|problem| !problem.is_hint).map(ToString::to_string) {
        cx.say(Grade::Warning, problem);
        return false;
    }
    cx.pop();
    model.list.end_filter();
    let filter = model.list.filter().to_owned();
    model.note_filter(&filter, cx);
    true
}

pub(in crate::tui) fn type_in_filter(chord: Chord, model: &mut Model, cx: &mut Cx) {
    let Some(bar) = filter_bar(cx) else { return };
    let cursor = bar.area.cursor();
    if text::type_in_line(&mut bar.area, chord) {
        bar.back = None;
        narrow(model, cx);
    } else if filter_bar(cx).is_some_and(|bar| bar.area.cursor() != cursor) {
        offer(false, model, cx);
    }
}

pub(in crate::tui) fn paste_in_filter(pasted: &str, model: &mut Model, cx: &mut Cx) {
    let Some(bar) = filter_bar(cx) else { return };
    text::paste_in_line(&mut bar.area, pasted);
    bar.back = None;
    narrow(model, cx);
}

/// Puts a text into the bar with the cursor before a character. `offers`: whether what could follow is shown.
fn put_text(typed: &str, cursor: usize, offers: bool, model: &mut Model, cx: &mut Cx) {
    let Some(bar) = filter_bar(cx) else { return };
    bar.area = text::line(typed);
    bar.area.move_cursor(CursorMove::Jump(0, u16::try_from(cursor).unwrap_or(u16::MAX)));
    narrow(model, cx);
    if !offers && let Some(bar) = filter_bar(cx) {
        bar.offers.offers.clear();
    }
}

fn narrow(model: &mut Model, cx: &mut Cx) {
    let Some(bar) = filter_bar(cx) else { return };
    let typed = text::line_text(&bar.area).trim_end().to_owned();
    if typed != model.list.filter() {
        model.list.set_filter(&typed);
        model.list.go(0);
    }
    offer(false, model, cx);
}

/// Looks for what can stand at the cursor.
fn offer(asked: bool, model: &Model, cx: &mut Cx) {
    let Some(bar) = filter_bar(cx) else { return };
    let (typed, column) = (text::line_text(&bar.area).to_owned(), bar.area.cursor().1);
    let cursor = typed.char_indices().nth(column).map_or(typed.len(), |(at, _)| at);
    let before = std::mem::take(&mut bar.offers);
    let offers = model.list.offers(&typed, cursor, asked, before);
    if let Some(bar) = filter_bar(cx) {
        bar.offers = offers;
    }
}

/// Tab: takes the chosen offer, else the first; without any, shows what could be typed here.
pub(in crate::tui) fn complete(model: &mut Model, cx: &mut Cx) {
    let Some(bar) = filter_bar(cx) else { return };
    let typed = text::line_text(&bar.area).to_owned();
    if let Some(offer) = bar.offers.offers.get(bar.offers.chosen.unwrap_or(0)).cloned() {
        let (text, cursor) = accept(&typed, &bar.offers, &offer);
        return put_text(&text, cursor, true, model, cx);
    }
    offer(true, model, cx);
    if filter_bar(cx).is_some_and(|bar| bar.offers.offers.is_empty()) {
        cx.say(Grade::Info, "nothing completes this; it is looked for as it stands");
    }
}

/// Arrows go through what is offered; where nothing is, through the filters of before.
fn choose_offer(down: bool, model: &mut Model, cx: &mut Cx) {
    let Some(bar) = filter_bar(cx) else { return };
    let count = bar.offers.offers.len();
    if count == 0 {
        return older_filter(!down, model, cx);
    }
    bar.offers.chosen = match (bar.offers.chosen, down) {
        (None, true) => Some(0),
        (None, false) => Some(count - 1),
        // Past the ends is the text as it stands.
        (Some(at), true) => Some(at + 1).filter(|at| *at < count),
        (Some(at), false) => at.checked_sub(1),
    };
}

fn older_filter(older: bool, model: &mut Model, cx: &mut Cx) {
    let filters = model.filters.len();
    let Some(bar) = filter_bar(cx) else { return };
    let (back, began) = match bar.back.take() {
        Some((back, began)) => (back, began),
        None => (0, text::line_text(&bar.area).to_owned()),
    };
    let next = if older { (back + 1).min(filters) } else { back.saturating_sub(1) };
    if next == back {
        let words = if older { "no older filter" } else { "this is the newest" };
        bar.back = (back > 0).then_some((back, began));
        return cx.say(Grade::Info, words);
    }
    let typed = if next == 0 { began.clone() } else { model.filters[filters - next].clone() };
    put_text(&typed, usize::MAX, false, model, cx);
    if let Some(bar) = filter_bar(cx) {
        bar.back = (next > 0).then_some((next, began));
    }
}
