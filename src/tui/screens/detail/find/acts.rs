//! Keys in the find bar of a case.

use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::detail::find::FindBar;
use crate::tui::screens::detail::lines::Line;
use crate::tui::screens::detail::scroll::detail_parts;
use crate::tui::screens::detail::tab::Tab;
use crate::tui::screens::detail::text::{close_record, ground, lay_detail};
use crate::tui::screens::detail::{records, timeline};
use crate::tui::widgets::text;

pub(in crate::tui) fn open_find(panes: &Panes, cx: &mut Cx) {
    let bar = FindBar { area: text::line(""), before: panes.detail.needle.clone(), top: panes.detail.top(), is_cleared: false };
    cx.push(Overlay::Find(Box::new(bar)));
}

/// An action while the find bar is open.
pub(in crate::tui) fn act_in_find(action: Action, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    match action {
        Action::KeepFilter => {
            // Nothing typed: what was looked for last is looked for again.
            if find_is_empty(cx) && !model.left.find.is_empty() {
                let again = model.left.find.clone();
                paste_in_find(&again, model, panes, cx);
            }
            keep_find(model, cx);
            cx.pop();
            if !panes.detail.needle.is_empty() && panes.detail.body.marks.is_empty() {
                find_elsewhere(true, model, panes, cx);
            }
        }
        Action::RestoreFilter => {
            keep_find(model, cx);
            if let Some(Overlay::Find(bar)) = cx.pop() {
                panes.detail.needle = bar.before;
                panes.detail.set_top(bar.top);
            }
        }
        Action::ClearFilter => {
            if let Some(Overlay::Find(bar)) = cx.overlays.last_mut() {
                bar.area = text::line("");
                bar.is_cleared = true;
            }
            look(model, panes, cx);
        }
        _ => {}
    }
}

fn find_is_empty(cx: &Cx) -> bool {
    matches!(cx.overlays.last(), Some(Overlay::Find(bar)) if !bar.is_cleared && text::line_text(&bar.area).is_empty())
}

/// What is typed is offered again by an empty bar, whether it was looked for or left.
fn keep_find(model: &mut Model, cx: &Cx) {
    if let Some(Overlay::Find(bar)) = cx.overlays.last()
        && !text::line_text(&bar.area).trim().is_empty()
    {
        text::line_text(&bar.area).clone_into(&mut model.left.find);
    }
}

/// What Enter in an empty find bar looks for.
pub fn find_again<'a>(model: &'a Model, cx: &'a Cx) -> Option<&'a str> {
    Some(model.left.find.as_str()).filter(|words| !words.is_empty() && find_is_empty(cx))
}

/// A key typed into the find bar.
pub(in crate::tui) fn type_in_find(chord: Chord, model: &Model, panes: &mut Panes, cx: &mut Cx) {
    let Some(Overlay::Find(bar)) = cx.overlays.last_mut() else { return };
    if text::type_in_line(&mut bar.area, chord) {
        look(model, panes, cx);
    }
}

pub(in crate::tui) fn paste_in_find(pasted: &str, model: &Model, panes: &mut Panes, cx: &mut Cx) {
    let Some(Overlay::Find(bar)) = cx.overlays.last_mut() else { return };
    text::paste_in_line(&mut bar.area, pasted);
    look(model, panes, cx);
}

/// Looks for what is typed, from where the looking began.
fn look(model: &Model, panes: &mut Panes, cx: &Cx) {
    let Some(Overlay::Find(bar)) = cx.overlays.last() else { return };
    let (needle, from) = (text::line_text(&bar.area).to_lowercase(), bar.top);
    panes.detail.body.mark(needle.as_str());
    panes.detail.needle = needle;
    let marks = &panes.detail.body.marks;
    if let Some(line) = marks.iter().find(|line| **line >= from).or(marks.first()).copied() {
        bring(line, model, panes, cx);
    }
}

/// The next or previous line that is marked, around the ends.
pub(in crate::tui) fn find_next(forward: bool, count: usize, model: &Model, panes: &mut Panes, cx: &mut Cx) {
    let marks = &panes.detail.body.marks;
    if marks.is_empty() {
        return find_elsewhere(forward, model, panes, cx);
    }
    let here = panes.detail.found.unwrap_or(panes.detail.top());
    let after = marks.partition_point(|line| if forward { *line <= here } else { *line < here });
    let runs_out = if forward { after + count > marks.len() } else { after < count };
    if runs_out && let Some(tab) = other_tab(forward, model, panes, cx) {
        return find_in(tab, forward, model, panes, cx);
    }
    let marks = &panes.detail.body.marks;
    let step = (count - 1) % marks.len();
    let at = if forward { (after + step) % marks.len() } else { (after + 2 * marks.len() - 1 - step) % marks.len() };
    let line = marks[at];
    bring(line, model, panes, cx);
}

/// Turns to the next tab that holds what is looked for; says so where none does.
fn find_elsewhere(forward: bool, model: &Model, panes: &mut Panes, cx: &mut Cx) {
    match other_tab(forward, model, panes, cx) {
        Some(tab) => find_in(tab, forward, model, panes, cx),
        None if panes.detail.needle.is_empty() => cx.say(Grade::Info, "nothing is looked for yet"),
        None => {
            let words = left_out(model, panes, cx).unwrap_or_else(|| "not in what is loaded of this case".to_owned());
            cx.say(Grade::Info, words);
        }
    }
}

/// The next tab, one way, that holds what is looked for.
fn other_tab(forward: bool, model: &Model, panes: &Panes, cx: &Cx) -> Option<Tab> {
    let needle = panes.detail.needle.as_str();
    let ground = ground(usize::from(detail_parts(model, panes, cx).body.width), model, panes, cx);
    let tabs = Tab::ALL.len();
    let step = if forward { 1 } else { tabs - 1 };
    let mut others = (1..tabs).map(|n| Tab::ALL[(panes.detail.tab as usize + n * step) % tabs]);
    others.find(|tab| !needle.is_empty() && crate::tui::screens::detail::laid::holds(&panes.detail, *tab, needle, ground))
}

/// Where what is looked for stands in what is loaded and not shown, and how to get there; None: nowhere.
fn left_out(model: &Model, panes: &Panes, cx: &Cx) -> Option<String> {
    let (detail, ground) = (&panes.detail, ground(usize::from(detail_parts(model, panes, cx).body.width), model, panes, cx));
    let holds = |lines: Vec<Line>| lines.iter().any(|line| line.holds(&detail.needle));
    let records = |only| records::lay_out(&detail.records, only, None, ground).0;
    let key = |action| cx.keymap.key(Scope::Detail, action);
    if detail.open_record.is_some() && holds(records(detail.record_type)) {
        return Some(format!("not in this record, but in another one: {} goes back to all of them", key(Action::Follow)));
    }
    if detail.topic.is_some() && holds(timeline::lay_out(&detail.activities, None, true, ground)) {
        let shown = timeline::topic_name(detail.topic);
        return Some(format!("not in what is shown, but in Activity, where only {shown} are: {} shows others", key(Action::EntryKinds)));
    }
    let only = detail.record_type.and_then(|number| detail.records.items.get(number)).map(records::name)?;
    let words = || format!("not in what is shown, but in Records, where only {only} are: {} shows others", key(Action::EntryKinds));
    holds(records(None)).then(words)
}

fn find_in(tab: Tab, forward: bool, model: &Model, panes: &mut Panes, cx: &mut Cx) {
    panes.detail.open_record = None;
    panes.detail.tab = tab;
    lay_detail(model, panes, cx);
    let marks = &panes.detail.body.marks;
    if let Some(line) = if forward { marks.first() } else { marks.last() }.copied() {
        bring(line, model, panes, cx);
    }
    cx.say(Grade::Info, format!("found in {}", tab.title()));
}

/// Puts a line in sight, a third from the top, and the table's cursor on it.
pub(in crate::tui) fn bring(line: usize, model: &Model, panes: &mut Panes, cx: &Cx) {
    panes.detail.found = Some(line);
    if panes.detail.is_table()
        && let Some(record) = panes.detail.body.record_from(line, true)
    {
        panes.detail.chosen = Some(record);
    }
    let height = usize::from(detail_parts(model, panes, cx).body.height).max(1);
    let top = panes.detail.top();
    if line < top || line >= top + height {
        panes.detail.set_top(line.saturating_sub(height / 3));
    }
}

/// Closes what lies over the tab: a record by itself, then what find marks; false: nothing did.
pub(in crate::tui) fn close_find(panes: &mut Panes) -> bool {
    if panes.detail.open_record.is_some() {
        close_record(panes);
        return true;
    }
    panes.detail.found = None;
    !std::mem::take(&mut panes.detail.needle).is_empty()
}
