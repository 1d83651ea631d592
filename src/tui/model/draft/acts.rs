//! Keeping what is typed: when it is written, who has it, and what becomes of it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::case::{CaseId, Rid};
use crate::domain::count::count;
use crate::domain::decided::Decided;
use crate::domain::draft::{Beside, Draft};
use crate::domain::fault::Fault;
use crate::protocol::Order;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::{Cause, Grade};
use crate::tui::cx::pending::Ask;
use crate::tui::cx::stack::case_in_sight;
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::draft::{KEEP_AFTER, Kept, LEAVE_LIMIT, Leaving, PRINTS, Stage, Waiting};
use crate::tui::model::left::Asked;
use crate::tui::model::list::List;
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;

impl Model {
    /// Writes down what changed, and again what the disk refused.
    fn keep_backlogs(&mut self, cx: &mut Cx) {
        if let Some(moves) = self.asides.backlog.next(cx.steady) {
            let ticket = cx.send(Ask::SetAside, Order::SetAside(moves.clone()));
            self.asides.backlog.writing.push((ticket, moves));
        }
        if let Some(baselines) = self.baselines.backlog.next(cx.steady) {
            let ticket = cx.send(Ask::KeepBaselines, Order::KeepBaselines(baselines.clone()));
            self.baselines.backlog.writing.push((ticket, baselines));
        }
    }

    /// What shall be offered in the form of a case; None: nothing any more.
    pub(in crate::tui) fn keep_draft(&mut self, case: &CaseId, draft: Option<Draft>, cx: &mut Cx) {
        let draft = draft.map(|draft| self.landed.lead(draft));
        self.kept.change_draft(
            case,
            |known| {
                let decided = std::mem::take(&mut known.decided);
                *known = Draft { decided, ..draft.unwrap_or_else(|| Draft::new(known.case.clone(), known.saved_at)) };
            },
            cx,
        );
    }

    /// What was typed in a conflict that has gone is offered in the form of its case.
    pub(in crate::tui) fn lay_in_decided(&mut self, case: &CaseId, cx: &mut Cx) {
        let is_open = |entry: &str| self.outbox.iter().any(|queued| queued.entry.id == entry && queued.entry.conflict.is_some());
        let decided = self.kept.typed(case).map_or(&[][..], |draft| &draft.decided);
        let gone: Vec<_> = decided.iter().map(|decided| decided.entry.clone()).filter(|entry| !is_open(entry)).collect();
        for entry in gone {
            self.kept.change_draft(case, |draft| draft.lay_in(&entry), cx);
        }
    }

    /// Whether a comment that was typed for what is marked waits to be sent.
    pub fn has_draft_of_marks(&self) -> bool {
        self.kept.drafts_of_marks().next().is_some() && self.draft_of_cases(&self.list.cases_of(&self.marked_rids())).is_some()
    }

    /// The comment that was typed for these very cases. Of what it was typed for, only what is gone since may be missing.
    pub(in crate::tui) fn draft_of_cases(&self, cases: &[(CaseId, String)]) -> Option<&Draft> {
        let is_among = |all: &[(CaseId, String)], case: &CaseId| all.binary_search_by(|(known, _)| known.cmp(case)).is_ok();
        let is_for = |draft: &&Draft| {
            let mut others = draft.marked.iter().filter(|(case, _)| !is_among(cases, case));
            cases.iter().all(|(case, _)| is_among(&draft.marked, case)) && others.all(|(case, _)| self.is_gone(case))
        };
        // A caseload from before kept no cases beside it.
        let of_any = || self.kept.drafts_of_marks().find(|draft| draft.marked.is_empty());
        self.kept.drafts_of_marks().find(is_for).filter(|_| !cases.is_empty()).or_else(of_any)
    }

    /// Cases are gone for which text was typed: where it is now. Before their rows go.
    pub(in crate::tui) fn tell_lost_drafts(&mut self, rids: &[Rid], cx: &mut Cx) {
        let lost = rids.iter().filter(|rid| self.has_draft(**rid)).filter_map(|rid| self.list.row(*rid));
        let keys: Vec<String> = lost.map(|row| row.key.to_owned()).collect();
        for key in keys {
            cx.say(Grade::Warning, format!("{key} is no longer there; what you typed for it is kept: `caseload outbox list` prints it"));
        }
    }

    /// Whether text that was typed for a row waits to be sent.
    pub fn has_draft(&self, rid: Rid) -> bool {
        let row = if self.kept.drafts.is_empty() { None } else { self.list.row(rid) };
        row.is_some_and(|row| self.kept.typed(&CaseId { source: row.source, id: row.id.into() }).is_some())
    }

    /// The same of what was typed into boxes that are closed.
    pub(in crate::tui) fn forget_boxes(&mut self, places: &[CaseId], cx: &mut Cx) {
        for place in places {
            self.keep_draft(place, None, cx);
        }
    }
}

impl Kept {
    /// What shall be offered in the conflict of an entry.
    pub(in crate::tui) fn keep_decided(&mut self, case: &CaseId, decided: Decided, cx: &mut Cx) {
        let now = cx.now;
        self.change_draft(
            case,
            |known| {
                if known.values.is_empty() {
                    known.saved_at = now;
                }
                let at = known.decided.iter().position(|known| known.entry == decided.entry);
                match (at, decided.is_empty()) {
                    (Some(at), true) => drop(known.decided.remove(at)),
                    (Some(at), false) => known.decided[at] = decided,
                    (None, true) => {}
                    (None, false) => known.decided.push(decided),
                }
            },
            cx,
        );
    }

    /// The conflict of an entry is given up: what was typed in it goes to the form of its case.
    pub(in crate::tui) fn lay_in_entry(&mut self, case: &CaseId, entry: &str, cx: &mut Cx) {
        self.change_draft(case, |draft| draft.lay_in(entry), cx);
    }

    /// What was typed for something that does not overlap any more goes there, too.
    pub(in crate::tui) fn lay_in_left(&mut self, case: &CaseId, left: Option<Decided>, cx: &mut Cx) {
        let Some(left) = left else { return };
        self.change_draft(
            case,
            |draft| {
                let entry = left.entry.clone();
                draft.decided.push(left);
                draft.lay_in(&entry);
            },
            cx,
        );
    }

    fn change_draft(&mut self, case: &CaseId, change: impl FnOnce(&mut Draft), cx: &mut Cx) {
        let known = self.drafts.get(case).and_then(|waiting| waiting.draft.clone());
        let mut draft = known.unwrap_or_else(|| Draft::new(case.clone(), cx.now));
        change(&mut draft);
        self.want(case, (!draft.is_empty()).then_some(draft));
        cx.dirty = true;
    }

    /// A draft that was on disk at the start. What was typed since then is newer.
    pub(in crate::tui) fn meet_draft(&mut self, draft: Draft, cx: &mut Cx) {
        if !self.drafts.contains_key(&draft.case) {
            let of_marks = draft.case.is_of_marks().then(|| draft.marked_words());
            let asks = draft.asks().map(str::to_owned);
            let has_text = draft.has_text();
            self.drafts.insert(draft.case.clone(), Waiting { draft: Some(draft), stage: Stage::Written });
            if !has_text {
                return;
            }
            let words = if let Some((cases, asks)) = of_marks.as_ref().zip(asks) {
                format!("what you typed for {cases} was not sent: the same box ({asks}) offers it again there; {PRINTS}")
            } else if let Some(cases) = of_marks {
                let (mark, comment) = (cx.key(Action::Mark), cx.key(Action::Comment));
                let cases = if cases.is_empty() { "marked cases".into() } else { cases };
                format!("a comment that you typed on {cases} was not sent: mark the same ones ({mark}), {comment} offers it again")
            } else {
                // Its case may be gone: its row is not known yet.
                let cases = match self.cases().filter(|case| !case.is_of_marks()).count() {
                    1 => "its case".to_owned(),
                    many => count(many, "case"),
                };
                format!("text that you typed earlier waits for {cases}: {} there offers it again; {PRINTS}", cx.key(Action::Edit))
            };
            cx.say(Grade::Info, words);
        }
    }

    pub(in crate::tui) fn close_draft(&mut self, case: &CaseId, result: Result<(), Fault>, cx: &mut Cx) {
        cx.dirty = true;
        match result {
            Ok(()) => {
                self.acknowledged(case);
                cx.notices.put_away(&Cause::Drafts);
            }
            Err(fault) => {
                let is_news = self.fault.as_ref().is_none_or(|known| known.kind != fault.kind);
                let words = format!("what you typed is NOT on disk yet: {}; {}", fault.message, fault.next_step());
                self.refused(case, fault, cx.steady);
                if is_news {
                    cx.say(Grade::Error, words);
                    cx.notices.tie_newest(Cause::Drafts);
                }
            }
        }
    }

    fn leave_when_kept(&mut self, cx: &mut Cx) {
        let Some(leaving) = &self.leaving else { return };
        let is_kept = !self.is_behind();
        let gave_up = leaving.until <= cx.steady || self.fault.is_some();
        if is_kept || (gave_up && leaving.is_forced) {
            if let Some(leaving) = self.leaving.take() {
                cx.effects.push(leaving.then);
            }
        } else if gave_up {
            self.leaving = None;
            let quit = cx.key(Action::Quit);
            cx.say(
                Grade::Error,
                format!("stayed here: the disk does not take what you typed; copy it, or press {quit} once more to lose it"),
            );
            cx.notices.tie_newest(Cause::Drafts);
        }
    }

    /// The comments that were typed for marked cases and not sent, in the order in which they were begun.
    pub(in crate::tui) fn drafts_of_marks(&self) -> impl Iterator<Item = &Draft> {
        self.drafts_of_sets().filter(|draft| draft.asks().is_none())
    }

    /// The same, with what was typed into boxes of one line.
    fn drafts_of_sets(&self) -> impl Iterator<Item = &Draft> {
        let of_sets = self.drafts.iter().filter(|(case, _)| case.is_of_marks());
        of_sets.filter_map(|(_, waiting)| waiting.draft.as_ref())
    }

    /// What stands for cases that are marked together, among the drafts.
    pub(in crate::tui) fn new_of_marks(&self, cx: &Cx) -> CaseId {
        let mut number = cx.now.as_microsecond();
        while self.drafts.contains_key(&CaseId::of_marks(number)) {
            number += 1;
        }
        CaseId::of_marks(number)
    }

    pub(in crate::tui) fn draft_of_box(&self, asked: &Asked) -> Option<&Draft> {
        self.draft_of(&asked.cases, &asked.asks)
    }

    /// What was typed where this is asked of these cases.
    pub(in crate::tui) fn draft_of(&self, cases: &[(CaseId, String)], asks: &str) -> Option<&Draft> {
        let is_it = |draft: &&Draft| {
            let is_case = |((known, _), (case, _)): (&(CaseId, String), &(CaseId, String))| known == case;
            draft.asks() == Some(asks) && draft.marked.len() == cases.len() && draft.marked.iter().zip(cases).all(is_case)
        };
        self.drafts_of_sets().find(is_it)
    }
}

impl Cx {
    pub(in crate::tui) fn miss_drafts(&mut self, fault: &Fault) {
        let words = "what you typed earlier stays on disk and is not offered";
        self.say(Grade::Error, format!("{words}: {}; `caseload outbox list` shows it, start again once that is mended", fault.message));
    }
}

impl List {
    /// The identities of cases and what they are called, sorted.
    pub(in crate::tui) fn cases_of(&self, rids: &[Rid]) -> Vec<(CaseId, String)> {
        let case = |rid: &Rid| self.row(*rid).map(|row| (CaseId { source: row.source, id: row.id.into() }, row.key.to_owned()));
        let mut cases: Vec<_> = rids.iter().filter_map(case).collect();
        cases.sort();
        cases
    }
}

/// When something typed has to go to the disk, or the way out has waited long enough.
pub(in crate::tui) fn keep_at(model: &Model, cx: &Cx) -> Option<Timestamp> {
    let typed = typed_at(model, cx).and_then(|typed_at| typed_at.checked_add(KEEP_AFTER).ok());
    [typed, model.kept.retry_at, model.kept.leaving.as_ref().map(|leaving| leaving.until)].into_iter().flatten().min()
}

/// Since when something typed has not been handed over.
fn typed_at(model: &Model, cx: &Cx) -> Option<Timestamp> {
    let of = |overlay: &Overlay| match overlay {
        Overlay::Form(form) => form.typed_at,
        Overlay::Conflict(pane) => pane.typed_at,
        _ => None,
    };
    cx.overlays.iter().filter_map(of).chain(model.left.typed_at).min()
}

/// Takes what was typed off its box when its time has come, hands it to the disk with what else is to be there, and leaves
/// once all is.
pub(in crate::tui) fn keep_drafts(model: &mut Model, cx: &mut Cx) {
    let due = typed_at(model, cx).and_then(|typed_at| typed_at.checked_add(KEEP_AFTER).ok());
    if due.is_some_and(|due| due <= cx.steady) {
        collect_draft(model, cx);
    }
    if model.kept.retry_at.is_none_or(|at| at <= cx.steady)
        && let Some((case, order)) = model.kept.next_order()
    {
        model.kept.retry_at = None;
        cx.send(Ask::Draft(case), order);
    }
    model.keep_backlogs(cx);
    model.kept.leave_when_kept(cx);
}

/// What the open form holds, what is written in an open conflict, and what stands in an open box, as of now.
pub(in crate::tui) fn collect_draft(model: &mut Model, cx: &mut Cx) {
    let now = cx.now;
    let (mut drafts, mut decided) = (Vec::new(), Vec::new());
    for overlay in &mut cx.overlays {
        match overlay {
            Overlay::Form(form) if form.typed_at.is_some() => {
                form.typed_at = None;
                drafts.push((form.base.row.id.clone(), form.draft(now)));
            }
            Overlay::Conflict(pane) if pane.typed_at.is_some() => {
                pane.typed_at = None;
                decided.push((pane.case.clone(), pane.decided()));
            }
            _ => {}
        }
    }
    for (case, draft) in drafts {
        model.keep_draft(&case, draft, cx);
    }
    collect_box(model, cx);
    for (case, decided) in decided {
        model.kept.keep_decided(&case, decided, cx);
    }
}

/// Drafts that are not this run's own, as they stand now; told at once where such a case is being written on.
pub(in crate::tui) fn meet_beside(beside: BTreeMap<CaseId, Beside>, model: &mut Model, cx: &mut Cx) {
    let before = std::mem::replace(&mut model.kept.beside, beside);
    let Some(case) = cx.form().map(|form| form.base.row.id.clone()) else { return };
    if model.kept.beside.get(&case) != before.get(&case) {
        tell_beside(&case, model, cx);
    }
}

/// Says where else something was typed for a case, if so.
pub(in crate::tui) fn tell_beside(case: &CaseId, model: &Model, cx: &mut Cx) {
    let Some(how) = model.kept.beside.get(case).copied() else { return };
    let Some(key) = cx.form().map(|form| form.base.row.key.to_string()) else { return };
    cx.say(
        Grade::Info,
        match how {
            Beside::Held => {
                format!("{key}: another caseload has unsent text for it; send or discard it there, it stays apart from yours")
            }
            Beside::Left => {
                format!("{key}: other unsent text for it is on disk; `caseload outbox list` prints it, a later start offers it again")
            }
        },
    );
}

/// Does something that ends or stops the program, once everything typed is on disk.
pub(in crate::tui) fn once_kept(then: Effect, is_forced: bool, model: &mut Model, cx: &mut Cx) {
    collect_draft(model, cx);
    let until = cx.steady.checked_add(LEAVE_LIMIT).unwrap_or(cx.steady);
    model.kept.leaving = Some(Leaving { then, is_forced, until });
    model.kept.leave_when_kept(cx);
}

/// What was typed for the case in sight, which is gone.
pub(in crate::tui) fn draft_of_gone<'a>(model: &'a Model, panes: &Panes) -> Option<&'a Draft> {
    let rid = case_in_sight(model, panes).filter(|rid| model.list.is_gone(*rid))?;
    let row = model.list.row(rid)?;
    model.kept.typed(&CaseId { source: row.source, id: row.id.into() })
}

/// The keys that would offer text again copy it where its case is gone: no form leads anywhere there. False: it is not so.
pub(in crate::tui) fn hand_back(action: Action, model: &Model, panes: &Panes, cx: &mut Cx) -> bool {
    if model.marks.has_marks() || !matches!(action, Action::Edit | Action::EditWhole | Action::Comment) {
        return false;
    }
    let Some(text) = draft_of_gone(model, panes).map(Draft::text) else { return false };
    let row = case_in_sight(model, panes).and_then(|rid| model.list.row(rid));
    let key = row.map_or_else(String::new, |row| row.key.to_owned());
    let what = format!("what you typed for {key}, which is no longer there; `caseload outbox list` prints it too");
    cx.effects.push(Effect::Copy { text, what });
    true
}

/// Hands over what stands in an open box and is newer than its draft.
pub(in crate::tui) fn collect_box(model: &mut Model, cx: &mut Cx) {
    if model.left.typed_at.take().is_none() {
        return;
    }
    let Some(asked) = cx.overlays.iter().rev().find_map(Overlay::asked) else { return };
    let known = model.kept.draft_of_box(&asked).map(|draft| draft.case.clone());
    if asked.typed.trim().is_empty() {
        return model.forget_boxes(known.as_slice(), cx);
    }
    let place = known.unwrap_or_else(|| model.kept.new_of_marks(cx));
    let draft = Draft::of_box(place.clone(), asked.cases, &asked.asks, asked.typed, cx.now);
    model.keep_draft(&place, Some(draft), cx);
}
