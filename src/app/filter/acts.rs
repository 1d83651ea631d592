//! Keys in the filter bar, and filters that were used before.

use tui_textarea::CursorMove;

use crate::app::action::Action;
use crate::app::complete::{Offers, accept};
use crate::app::cx::Cx;
use crate::app::effect::Effect;
use crate::app::filter::{FilterBar, MIN_LEFT, Note, free_text};
use crate::app::list::List;
use crate::app::message::Chord;
use crate::app::model::Model;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::{App, text};
use crate::config::recall::Recall;
use crate::query;

impl App {
    pub(in crate::app) fn open_filter(&mut self) {
        self.model.note_place();
        let before = self.model.list.begin_filter();
        // What is typed is a term of its own, not the end of the last one.
        let filter = self.model.list.filter();
        let area = text::line(&if filter.is_empty() { String::new() } else { format!("{filter} ") });
        self.push(Overlay::Filter(Box::new(FilterBar { area, before, offers: Offers::default(), back: None })));
    }

    fn filter_bar(&mut self) -> Option<&mut FilterBar> {
        match self.cx.overlays.last_mut() {
            Some(Overlay::Filter(bar)) => Some(bar),
            _ => None,
        }
    }

    pub(in crate::app) fn act_in_filter(&mut self, action: Action) {
        match action {
            Action::KeepFilter => self.keep_filter(),
            Action::SaveView if self.keep_or_say_why() => self.open_save_view(),
            Action::RestoreFilter => {
                if let Some(Overlay::Filter(bar)) = self.pop() {
                    // An arrow in the bar brings it back.
                    let left = self.model.list.filter().to_owned();
                    self.model.list.restore(bar.before);
                    self.model.views.forget_place();
                    if left.trim().chars().count() >= MIN_LEFT && left != self.model.list.filter() {
                        self.model.note_filter(&left, &mut self.cx);
                    }
                }
            }
            Action::ClearFilter => self.put_text("", 0, false),
            Action::Complete => self.complete(),
            Action::Down | Action::Up => self.choose_offer(action == Action::Down),
            Action::Newer => self.older_filter(false),
            Action::Older => self.older_filter(true),
            _ => {}
        }
    }

    /// Enter: the offer that was chosen with the arrows, else the filter as it stands.
    fn keep_filter(&mut self) {
        if self.filter_bar().is_some_and(|bar| bar.offers.chosen.is_some()) {
            self.complete();
        } else {
            self.keep_or_say_why();
        }
    }

    fn keep_or_say_why(&mut self) -> bool {
        if let Some(problem) = self.model.list.problem().filter(|problem| !problem.is_hint).map(ToString::to_string) {
            self.cx.say(Grade::Warning, problem);
            return false;
        }
        self.pop();
        self.model.list.end_filter();
        let filter = self.model.list.filter().to_owned();
        self.model.note_filter(&filter, &mut self.cx);
        true
    }

    pub(in crate::app) fn type_in_filter(&mut self, chord: Chord) {
        let Some(bar) = self.filter_bar() else { return };
        let cursor = bar.area.cursor();
        if text::type_in_line(&mut bar.area, chord) {
            bar.back = None;
            self.narrow();
        } else if self.filter_bar().is_some_and(|bar| bar.area.cursor() != cursor) {
            self.offer(false);
        }
    }

    pub(in crate::app) fn paste_in_filter(&mut self, pasted: &str) {
        let Some(bar) = self.filter_bar() else { return };
        text::paste_in_line(&mut bar.area, pasted);
        bar.back = None;
        self.narrow();
    }

    /// Puts a text into the bar with the cursor before a character. `offers`: whether what could follow is shown.
    fn put_text(&mut self, typed: &str, cursor: usize, offers: bool) {
        let Some(bar) = self.filter_bar() else { return };
        bar.area = text::line(typed);
        bar.area.move_cursor(CursorMove::Jump(0, u16::try_from(cursor).unwrap_or(u16::MAX)));
        self.narrow();
        if !offers && let Some(bar) = self.filter_bar() {
            bar.offers.offers.clear();
        }
    }

    fn narrow(&mut self) {
        let Some(bar) = self.filter_bar() else { return };
        let typed = text::line_text(&bar.area).trim_end().to_owned();
        if typed != self.model.list.filter() {
            self.model.list.set_filter(&typed);
            self.model.list.go(0);
        }
        self.offer(false);
    }

    /// Looks for what can stand at the cursor.
    fn offer(&mut self, asked: bool) {
        let Some(bar) = self.filter_bar() else { return };
        let (typed, column) = (text::line_text(&bar.area).to_owned(), bar.area.cursor().1);
        let cursor = typed.char_indices().nth(column).map_or(typed.len(), |(at, _)| at);
        let before = std::mem::take(&mut bar.offers);
        let offers = self.model.list.offers(&typed, cursor, asked, before);
        if let Some(bar) = self.filter_bar() {
            bar.offers = offers;
        }
    }

    /// Tab: takes the chosen offer, else the first; without any, shows what could be typed here.
    pub(in crate::app) fn complete(&mut self) {
        let Some(bar) = self.filter_bar() else { return };
        let typed = text::line_text(&bar.area).to_owned();
        if let Some(offer) = bar.offers.offers.get(bar.offers.chosen.unwrap_or(0)).cloned() {
            let (text, cursor) = accept(&typed, &bar.offers, &offer);
            return self.put_text(&text, cursor, true);
        }
        self.offer(true);
        if self.filter_bar().is_some_and(|bar| bar.offers.offers.is_empty()) {
            self.cx.say(Grade::Info, "nothing completes this; it is looked for as it stands");
        }
    }

    /// Arrows go through what is offered; where nothing is, through the filters of before.
    fn choose_offer(&mut self, down: bool) {
        let Some(bar) = self.filter_bar() else { return };
        let count = bar.offers.offers.len();
        if count == 0 {
            return self.older_filter(!down);
        }
        bar.offers.chosen = match (bar.offers.chosen, down) {
            (None, true) => Some(0),
            (None, false) => Some(count - 1),
            // Past the ends is the text as it stands.
            (Some(at), true) => Some(at + 1).filter(|at| *at < count),
            (Some(at), false) => at.checked_sub(1),
        };
    }

    fn older_filter(&mut self, older: bool) {
        let filters = self.model.filters.len();
        let Some(bar) = self.filter_bar() else { return };
        let (back, began) = match bar.back.take() {
            Some((back, began)) => (back, began),
            None => (0, text::line_text(&bar.area).to_owned()),
        };
        let next = if older { (back + 1).min(filters) } else { back.saturating_sub(1) };
        if next == back {
            let words = if older { "no older filter" } else { "this is the newest" };
            bar.back = (back > 0).then_some((back, began));
            return self.cx.say(Grade::Info, words);
        }
        let typed = if next == 0 { began.clone() } else { self.model.filters[filters - next].clone() };
        self.put_text(&typed, usize::MAX, false);
        if let Some(bar) = self.filter_bar() {
            bar.back = (next > 0).then_some((next, began));
        }
    }
}

impl Model {
    /// A filter was used: it comes back with the arrows, in the next sitting too.
    pub(in crate::app) fn note_filter(&mut self, filter: &str, cx: &mut Cx) {
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
    pub(in crate::app) fn go_to_match(&mut self, forward: bool, times: usize, cx: &mut Cx) {
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
    pub(in crate::app) fn sort_by(&mut self, sort: Vec<query::Key>) {
        let mut query = self.query().clone();
        query.sort = sort;
        self.set_directives(&query);
    }

    /// The filter with another order, group or other columns; which rows there are does not change.
    pub(in crate::app) fn set_directives(&mut self, query: &query::Query) {
        let text = query.to_string();
        self.set_filter(&text);
    }
}
