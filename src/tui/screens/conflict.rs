//! An edit that overlaps with what somebody else did: decided overlap by overlap, and sent only when none is left.

pub mod pane;
mod screen;
#[cfg(test)]
mod tests;
pub mod view;

pub use pane::{ConflictPane, is_block};

use crate::domain::aspect::{Aspect, Value};
use crate::domain::case::Rid;
use crate::domain::change::Change;
use crate::domain::decided::Decided;
use crate::domain::fault::Fault;
use crate::domain::merge::Choice;
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::protocol::{Order, Settle, Ticket};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::cx::stack::TOO_SOON;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::keys::keymap::ANSWERS_AFTER;
use crate::tui::model::Model;
use crate::tui::model::case_cache::CaseCache;
use crate::tui::model::draft::acts::collect_draft;
use crate::tui::model::outbox::Queued;
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::review::{Origin, Review, Stage};
use crate::tui::widgets::text;

impl Model {
    /// The conflict of an entry is over: of what was decided only the texts stay that the entry does not wish itself.
    fn forget_decided(&mut self, entry: &str, cx: &mut Cx) {
        let edit = self.outbox.iter().find(|queued| queued.entry.id == entry).map(|queued| queued.entry.edit.clone());
        let Some((case, mut decided)) = self.kept.decided_of(entry) else { return };
        if let Some(edit) = edit {
            decided.forget_wished(&edit);
        }
        if !decided.has_text() {
            decided = Decided::new(decided.entry, decided.conflict);
        }
        self.kept.keep_decided(&case, decided, cx);
    }

    /// The screen of a conflict was left. Of one that is over, the form of the case has the text.
    pub(in crate::tui) fn left_conflict(&mut self, pane: &ConflictPane, cx: &mut Cx) {
        if pane.is_gone && self.kept.decided(&pane.case, &pane.entry).is_some() {
            let edit = cx.key(Action::Edit);
            self.lay_in_decided(&pane.case, cx);
            cx.say(Grade::Info, format!("{}: your text is kept; {edit} there offers it", pane.key));
        }
    }

    /// The members of a set as a person knows them: people by their names.
    pub fn member_name(&self, pane: &ConflictPane, aspect: &Aspect, member: &str) -> String {
        if aspect.part != Part::Assignees {
            return Clean::line(member).to_string();
        }
        let queued = self.outbox.iter().find(|queued| queued.entry.id == pane.entry);
        let edit = queued.map(|queued| &queued.entry.edit);
        let wished = edit.into_iter().flat_map(|edit| &edit.changes).filter_map(|change| match change {
            Change::Assign(person) | Change::Unassign(person) => Some(person),
            _ => None,
        });
        let seen = edit.into_iter().flat_map(|edit| &edit.base).flat_map(|seen| &seen.people);
        let shown = pane.rid.and_then(|rid| self.cached.get(rid)).into_iter().flat_map(|loaded| &loaded.case.row.assignees);
        let directory = edit.and_then(|edit| self.source(edit.case.source)).and_then(|source| source.directory.as_ref());
        let known = directory.into_iter().flat_map(|directory| directory.me.iter().chain(&directory.people));
        let is = |person: &&crate::domain::person::Person| person.id == member || person.email.raw() == member;
        wished
            .chain(seen)
            .chain(shown)
            .chain(known)
            .find(is)
            .map_or_else(|| Clean::line(member).to_string(), |person| person.label().to_owned())
    }
}

impl Cx {
    /// What is said of a key for a conflict that is over.
    pub fn gone_words(&self) -> String {
        format!("this edit was settled elsewhere, so nothing is left to decide; {} leaves", self.keymap.key(Scope::Conflict, Action::Back))
    }
}

impl CaseCache {
    /// Nothing is given up that no form can keep.
    fn say_no_form(&mut self, queued: &Queued, cx: &mut Cx) {
        let words = if let Some(rid) = queued.rid {
            self.read_for_form(rid, cx);
            let drop = cx.keymap.key(Scope::Conflict, Action::Drop);
            format!(
                "nothing was dropped: the form that keeps your text is not there before {} is read; then press {drop} again",
                queued.key
            )
        } else {
            let place = cx.key(Action::Outbox);
            format!("nothing was dropped: {} is not in the list, so no form can keep your text; {place} drops it without", queued.key)
        };
        cx.say(Grade::Warning, words);
    }

    /// The case of a conflict, in the cache.
    fn read_for_form(&mut self, rid: Rid, cx: &mut Cx) {
        let is_asked = cx.pending.any(|ask| *ask == Ask::Open(rid));
        if self.case_to_edit(rid).is_none() && !is_asked {
            cx.send(Ask::Open(rid), Order::Open { rid });
        }
    }
}

/// Shows the conflict of an outbox entry, with what was decided of it before.
pub(in crate::tui) fn open_conflict(entry: &str, model: &mut Model, cx: &mut Cx) {
    let found = model.outbox.iter().find(|queued| queued.entry.id == entry);
    let Some((queued, conflict)) = found.and_then(|queued| Some((queued, queued.entry.conflict.clone()?))) else {
        return cx.say(Grade::Info, "this edit has no conflict to decide");
    };
    let rid = queued.rid;
    let case = queued.entry.edit.case.clone();
    let known = model.kept.decided(&case, entry).cloned();
    let (decided, left) = known.unwrap_or_else(|| Decided::new(entry.into(), conflict.clone())).follow(conflict);
    let pane = ConflictPane::new(queued, decided, cx.steady);
    model.kept.lay_in_left(&case, left, cx);
    // The news that brought the person here has been seen; it would cover what is said next.
    cx.notices.acknowledge();
    cx.push(Overlay::Conflict(Box::new(pane)));
    // For the form that takes what is given up.
    if let Some(rid) = rid {
        model.cached.read_for_form(rid, cx);
    }
}

pub(in crate::tui) fn act_in_conflict(action: Action, times: usize, model: &mut Model, cx: &mut Cx) {
    let now = cx.steady;
    let Some(Overlay::Conflict(pane)) = cx.overlays.last_mut() else { return };
    let last = pane.stops().len().saturating_sub(1);
    match action {
        Action::Down => pane.at = (pane.at + times).min(last),
        Action::Up => pane.at = pane.at.saturating_sub(times),
        _ if pane.is_gone => cx.say(Grade::Info, cx.gone_words()),
        _ if pane.saving.is_some() => cx.say(Grade::Info, "what you decided is being written to disk"),
        // The pane may have come by itself: keys of its first moments were meant for what was there before.
        _ if now.duration_since(pane.shown_at) < ANSWERS_AFTER || cx.keys.is_held() => cx.say(Grade::Info, TOO_SOON),
        Action::Theirs => choose(Choice::Theirs, model, cx),
        Action::Mine => choose(Choice::Mine, model, cx),
        Action::Both => choose(Choice::Both, model, cx),
        Action::Rewrite => {
            let (merge, overlap) = pane.chosen();
            let written = overlap.and_then(|overlap| pane.choices[merge][overlap].clone());
            let begun = pane.begun().map(str::to_owned);
            let text = match (written, pane.sides()) {
                (Some(Choice::Text(text)), _) => text,
                (_, Some(_)) if begun.is_some() => begun.unwrap_or_default(),
                (Some(Choice::Theirs), Some((theirs, _))) => theirs.to_owned(),
                (Some(Choice::Both), Some((theirs, mine))) => format!("{theirs}{mine}"),
                (_, Some((_, mine))) => mine.to_owned(),
                (_, None) => return,
            };
            pane.write(&text);
        }
        Action::Review => send_decided(model, cx),
        Action::Drop => {
            let details = vec!["Nothing more is sent; what you wanted is kept in the form of the case.".to_owned()];
            let (question, entry) = (format!("Drop your edit of {}?", pane.key), pane.entry.to_string());
            cx.ask(question, details, OnYes::DropConflict(entry));
        }
        _ => {}
    }
}

pub(in crate::tui) fn choose(choice: Choice, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Conflict(pane)) = cx.overlays.last_mut() else { return };
    pane.choose(Some(choice));
    pane.go_on();
    remember_choices(model, cx);
}

fn remember_choices(model: &mut Model, cx: &mut Cx) {
    if let Some(Overlay::Conflict(pane)) = cx.overlays.last_mut() {
        pane.typed_at = None;
        let (case, decided) = (pane.case.clone(), pane.decided());
        model.kept.keep_decided(&case, decided, cx);
    }
}

fn send_decided(model: &Model, cx: &mut Cx) {
    let Some(Overlay::Conflict(pane)) = cx.overlays.last() else { return };
    let Some(values) = pane.values() else {
        let words = format!("{} is off: undecided is {}", cx.keymap.key(Scope::Conflict, Action::Review), pane.missing());
        return cx.say(Grade::Warning, words);
    };
    let entry = pane.entry.to_string();
    let is_theirs =
        |(aspect, value): &&(Aspect, Value)| pane.conflict.merges.iter().any(|merge| merge.aspect == *aspect && merge.theirs == *value);
    let theirs = values.iter().filter(is_theirs).map(|(aspect, _)| aspect.name()).collect();
    let (rid, key) = (pane.rid, pane.key.clone());
    let Some(queued) = model.outbox.iter().find(|queued| queued.entry.id == entry.as_str()) else { return };
    let edit = queued.entry.edit.clone();
    let ticket = cx.send(Ask::Plan, Order::PlanDecided { entry: entry.clone(), values: values.clone() });
    cx.push(Overlay::Review(Box::new(Review {
        // A case that the list does not know has no row to be read again for.
        rid: rid.unwrap_or(Rid(u32::MAX)),
        key,
        edit,
        origin: Origin::Decided { entry, values, theirs },
        moved: Vec::new(),
        stage: Stage::Planning(ticket),
        scroll: 0,
    })));
}

pub(in crate::tui) fn carry_out_decision(entry: String, values: Vec<(Aspect, Value)>, cx: &mut Cx) {
    let ticket = cx.send(Ask::Settle { entry: entry.clone() }, Order::Settle { entry, how: Settle::Decide(values) });
    if let Some(Overlay::Conflict(pane)) = cx.overlays.last_mut() {
        pane.saving = Some(ticket);
    }
}

/// A ticket about an entry has closed: the screen of its conflict leaves once the decision is on disk.
pub(in crate::tui) fn close_conflict(ticket: Ticket, result: &Result<(), Fault>, model: &mut Model, cx: &mut Cx) {
    let at = cx.overlays.iter().position(|overlay| matches!(overlay, Overlay::Conflict(pane) if pane.saving == Some(ticket)));
    let Some(at) = at else { return };
    if result.is_ok() {
        if let Overlay::Conflict(pane) = cx.overlays.remove(at) {
            model.kept.keep_decided(&pane.case, Decided::new(pane.entry.clone(), pane.conflict.clone()), cx);
            cx.say(Grade::Info, format!("{}: decided and on disk; the case is read once more before it is sent", pane.key));
        }
    } else if let Some(Overlay::Conflict(pane)) = cx.overlays.get_mut(at) {
        pane.saving = None;
        let entry = pane.entry.clone();
        follow_conflict(&entry, model, cx);
    }
}

/// An entry has changed: the screen of its conflict follows, and what was decided stays where it still fits.
pub(in crate::tui) fn follow_conflict(entry: &str, model: &mut Model, cx: &mut Cx) {
    collect_draft(model, cx);
    let now = cx.steady;
    let queued = model.outbox.iter().find(|queued| queued.entry.id == entry);
    let found = queued.and_then(|queued| Some((queued, queued.entry.conflict.clone()?)));
    let pane = cx.overlays.iter_mut().find_map(|overlay| match overlay {
        Overlay::Conflict(pane) if pane.entry == entry => Some(pane),
        _ => None,
    });
    match (pane, found) {
        // What was decided here is on its way: its ticket tells how it ends.
        (Some(pane), None) if pane.is_saving() => {}
        (pane, None) => {
            if let Some(pane) = pane {
                pane.is_gone = true;
                cx.keys.begin_question();
            }
            model.forget_decided(entry, cx);
            leave_decided(entry, cx);
        }
        (None, Some(_)) => {}
        (Some(pane), Some((_, conflict))) if conflict == pane.conflict => {}
        (Some(pane), Some((queued, conflict))) => {
            let (fresh, left) = pane.decided().follow(conflict);
            let is_there = pane.follow(queued, fresh.clone(), now);
            let (case, key) = (pane.case.clone(), pane.key.clone());
            cx.keys.begin_question();
            model.kept.lay_in_left(&case, left, cx);
            model.kept.keep_decided(&case, fresh, cx);
            leave_decided(entry, cx);
            let words = if is_there {
                "the case was changed again meanwhile: look at what is left to decide".to_owned()
            } else {
                format!("{key}: what you wrote does not overlap any more; `caseload outbox list` prints it")
            };
            cx.say(Grade::Warning, words);
        }
    }
}

/// What was about to be sent of a conflict was decided for another one.
fn leave_decided(entry: &str, cx: &mut Cx) {
    let is_of = |overlay: &Overlay| matches!(overlay, Overlay::Review(review) if matches!(&review.origin, Origin::Decided { entry: known, .. } if known == entry));
    cx.overlays.retain(|overlay| !is_of(overlay));
}

/// Gives the entry up; what it wished stays in the form of its case.
pub(in crate::tui) fn drop_conflict(entry: &str, model: &mut Model, cx: &mut Cx) {
    let Some(queued) = model.outbox.iter().find(|queued| queued.entry.id == entry).cloned() else { return };
    let Some(rid) = queued.rid.filter(|rid| model.cached.case_to_edit(*rid).is_some()) else {
        return model.cached.say_no_form(&queued, cx);
    };
    if matches!(cx.overlays.last(), Some(Overlay::Conflict(pane)) if pane.entry == entry) {
        cx.pop();
    }
    model.kept.lay_in_entry(&queued.entry.edit.case, entry, cx);
    model.offer_given_up(rid, &queued.entry, cx);
    cx.settle_entry(entry.to_owned(), Settle::Drop);
}

/// Keys while an overlap is written anew. Esc takes the text too: nothing that was typed is lost.
pub(in crate::tui) fn act_in_rewrite(action: Action, model: &mut Model, cx: &mut Cx) {
    let Some(Overlay::Conflict(pane)) = cx.overlays.last_mut() else { return };
    match action {
        Action::Review | Action::Leave => {
            let Some(area) = pane.editor.take() else { return };
            let text = pane.as_overlap(&area);
            pane.is_typed = false;
            pane.choose(Some(Choice::Text(text)));
            pane.go_on();
        }
        Action::Discard => {
            pane.editor = None;
            pane.is_typed = false;
            pane.forget_begun();
        }
        _ => return,
    }
    let is_gone = pane.is_gone;
    remember_choices(model, cx);
    if is_gone && let Some(Overlay::Conflict(pane)) = cx.pop() {
        model.left_conflict(&pane, cx);
    }
}

pub(in crate::tui) fn type_in_rewrite(chord: Chord, cx: &mut Cx) {
    let now = cx.steady;
    if let Some(Overlay::Conflict(pane)) = cx.overlays.last_mut() {
        pane.type_in(chord, now);
    }
}

pub(in crate::tui) fn paste_in_rewrite(pasted: &str, cx: &mut Cx) {
    let now = cx.steady;
    let Some(Overlay::Conflict(pane)) = cx.overlays.last_mut() else { return };
    if !pane.paste(&text::pasted(pasted), now) {
        cx.say(Grade::Info, "pasted text has no place here; e writes an overlap anew");
    }
}
