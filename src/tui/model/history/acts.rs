//! Own changes as they are saved, land and fail; what may be taken back.

use compact_str::CompactString;
use jiff::Timestamp;

use crate::domain::aspect::{Aspect, Value};
use crate::domain::case::Rid;
use crate::domain::change::Change;
use crate::domain::count::count;
use crate::domain::edit::{Edit, Progress};
use crate::domain::part::Part;
use crate::protocol::From;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::Model;
use crate::tui::model::history::kinds::Together;
use crate::tui::model::history::{History, Last, Own, SECOND_MS, seconds_until};
use crate::tui::model::outbox::Queued;
use crate::tui::screens::Overlay;
use crate::tui::screens::batch::Sent;
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::review::{Origin, Review};
use crate::tui::screens::triage::back::{decided_before, sent_before};

impl History {
    /// The last change of this sitting, for making it again on another case.
    pub(in crate::tui) fn last_wish(&self) -> Option<&Edit> {
        self.done.back().map(|own| &own.wish)
    }

    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty() || !self.undone_together.is_empty()
    }

    fn nothing_left(&self, cx: &Cx) -> String {
        let left = "no change of this sitting is left to take back";
        if self.can_redo() { format!("{left}; {} makes the last one again", cx.key(Action::Redo)) } else { left.to_owned() }
    }
}

impl Model {
    /// Whether `u` takes back what counts down now, or one of it: it was done last.
    pub fn takes_back_waiting(&self, cx: &Cx) -> bool {
        match self.history.last() {
            Some(Last::Own(own)) => self.entry(own.entry.as_ref()).is_some_and(|queued| queued.counts_down(cx.steady)),
            Some(Last::Together(Together::Batch(id))) => self.batch(&id).is_some_and(|sent| sent.next_to_leave(cx.steady).is_some()),
            Some(Last::Together(_)) | None => false,
        }
    }

    pub(in crate::tui) fn entry(&self, id: Option<&CompactString>) -> Option<&Queued> {
        self.outbox.iter().find(|queued| Some(&queued.entry.id) == id)
    }

    /// The change before the last one, in words.
    fn one_before(&self) -> Option<String> {
        let mut before = self.history.clone();
        before.pass_over(&before.last()?);
        match before.last()? {
            Last::Together(Together::Batch(id)) => Some(
                self.batch(&id)
                    .map_or_else(|| "a bulk change".into(), |sent| format!("{}: {}", count(sent.batch.of, "case"), sent.batch.words)),
            ),
            Last::Together(Together::Asides(asides)) => {
                let kind = if asides.len() == 1 { "a pin or snooze" } else { "pins or snoozes" };
                Some(format!("{kind} of {}", count(asides.len(), "case")))
            }
            Last::Together(Together::Left { key, .. }) => Some(format!("{key} left as it is")),
            Last::Own(own) => Some(self.wished(&own)),
        }
    }

    /// `#7 status -> Done`.
    pub(in crate::tui) fn wished(&self, own: &Own) -> String {
        format!("{} {}", own.key, self.wishes(&own.wish, &own.wish.changes))
    }

    /// What was offered again has gone out after all: its draft holds only the rest.
    pub(in crate::tui) fn forget_offered(&mut self, edit: &Edit, cx: &mut Cx) {
        let Some(mut draft) = self.kept.get(&edit.case).cloned() else { return };
        let base = &draft.base;
        let is_out = |(aspect, value): &&(Aspect, Value)| match value {
            Value::Text(text) if aspect.part == Part::Comment => edit.changes.contains(&Change::Comment(text.clone())),
            // The field of all attributes is none of a case.
            _ if aspect.part == Part::Attributes => false,
            _ => base.iter().any(|seen| seen.aspect == *aspect && seen.value.after(edit.about(aspect)) == *value),
        };
        // A list is kept as its line and as its values.
        let out: Vec<Aspect> = draft.values.iter().filter(is_out).map(|(aspect, _)| aspect.clone()).collect();
        draft.values.retain(|(aspect, _)| !out.contains(aspect));
        let draft = (!draft.values.is_empty()).then_some(draft);
        self.keep_draft(&edit.case, draft, cx);
    }

    /// Entries whose send delay runs, soonest first.
    fn counting(&self, cx: &Cx) -> impl Iterator<Item = Timestamp> {
        self.outbox.iter().filter(|queued| queued.counts_down(cx.steady)).filter_map(|queued| queued.leaves_at)
    }

    /// How many edits wait for their send delay, and the seconds until the next one leaves; None offline, where none leaves.
    pub fn countdown(&self, cx: &Cx) -> Option<(usize, i64)> {
        let batches: usize = self.batches_leave_at(cx).map(|(count, _)| count).sum();
        Some((self.counting(cx).count() + batches, seconds_until(self.leaving(cx).min()?, cx.steady)))
    }

    fn leaving(&self, cx: &Cx) -> impl Iterator<Item = Timestamp> {
        self.counting(cx).chain(self.batches_leave_at(cx).map(|(_, at)| at)).filter(|_| !self.is_offline(cx))
    }

    /// The case of the edit that leaves next.
    pub fn counting_key(&self, cx: &Cx) -> &str {
        self.next_to_leave(cx).map_or("", |queued| queued.key.as_str())
    }

    /// The edit that leaves next, alone or as the first of a bulk change.
    pub(in crate::tui) fn next_to_leave(&self, cx: &Cx) -> Option<&Queued> {
        let of_batches = self.batches.iter().filter_map(|sent| sent.next_to_leave(cx.steady));
        let alone = self.outbox.iter().filter(|queued| queued.counts_down(cx.steady));
        alone.chain(of_batches).min_by_key(|queued| queued.leaves_at)
    }

    /// When the countdown shows another second.
    pub(in crate::tui) fn countdown_at(&self, cx: &Cx) -> Option<Timestamp> {
        let next = |at: Timestamp| {
            let left_ms = at.as_millisecond() - cx.steady.as_millisecond();
            Timestamp::from_millisecond(cx.steady.as_millisecond() + (left_ms - 1).rem_euclid(SECOND_MS) + 1).ok()
        };
        self.leaving(cx).filter_map(next).min()
    }

    /// Whether another second is shown at `now` than at `then`.
    pub(in crate::tui) fn counted_down(&self, then: Timestamp, now: Timestamp) -> bool {
        self.outbox
            .iter()
            .filter_map(|queued| queued.leaves_at)
            .chain(self.batches.iter().filter_map(|sent| sent.rows.first()?.leaves_at))
            .any(|at| then < at && seconds_until(at, then) != seconds_until(at, now))
    }

    /// The comment was made again: it is not offered as unsent any more.
    pub(in crate::tui) fn forget_comment_offered(&mut self, edits: &[(Rid, Edit)], cx: &mut Cx) {
        let comments = |(_, edit): &&(Rid, Edit)| edit.changes.iter().any(|change| matches!(change, Change::Comment(_)));
        let Some((_, edit)) = edits.iter().find(comments) else { return };
        let rids: Vec<Rid> = edits.iter().map(|(rid, _)| *rid).collect();
        if let Some(draft) = self.draft_of_cases(&self.list.cases_of(&rids)) {
            let case = draft.case.clone();
            self.forget_offered(&Edit { case, ..edit.clone() }, cx);
        }
    }
}

impl Cx {
    pub(in crate::tui) fn undo_in_a_moment(&mut self) {
        let undo = self.key(Action::Undo);
        self.say(Grade::Info, format!("your last change is just being written to disk; press {undo} again in a moment"));
    }
}

/// Whether `u` and `U` have something to act on.
pub fn can_undo(model: &Model, cx: &Cx) -> bool {
    !model.history.done.is_empty() || !model.history.together.is_empty() || decided_before(model, cx).is_some()
}

/// Why `u` has nothing to act on; an edit that counts down may be another caseload's, on the same data directory.
pub(in crate::tui) fn nothing_to_undo(model: &Model, cx: &Cx) -> String {
    let is_other = |queued: &&Queued| {
        let entry = &queued.entry;
        entry.progress == Progress::Queued && entry.batch.is_none() && !model.history.knows(&entry.id)
    };
    let others = model.outbox.iter().find(is_other);
    let drops = cx.keymap.key(Scope::Batch, Action::Drop);
    let bulk = || model.batches.iter().find(|sent| sent.next_to_leave(cx.steady).is_some());
    let of_bulk = |sent: &Sent| {
        let place = cx.key(Action::Batch);
        format!("{}: this bulk change is not of this sitting; {place} shows it, {drops} gives up the rest there", sent.batch.words)
    };
    others.map_or_else(
        || bulk().map_or_else(|| sent_before(model, cx).unwrap_or_else(|| model.history.nothing_left(cx)), of_bulk),
        |queued| {
            let drops = cx.keymap.key(Scope::Outbox, Action::Drop);
            format!("{}: this edit is not of this sitting; {} lists it, {drops} drops it there", queued.key, cx.key(Action::Outbox))
        },
    )
}

/// Whether the review would take back what is as it was before, as far as is known: then the case is read first.
pub(in crate::tui) fn has_idle_undo(rid: Rid, model: &Model, cx: &Cx) -> bool {
    let Some((case, _)) = model.cached.case_to_edit(rid) else { return false };
    let is_idle = |review: &Review| {
        let is_undo = review.rid == rid && matches!(review.origin, Origin::Undo { .. }) && !review.is_saving();
        is_undo && review.edit.changes.iter().all(|change| change.holds(&case) == Some(true))
    };
    matches!(cx.overlays.last(), Some(Overlay::Review(review)) if is_idle(review))
}

/// The vendor has just said that somebody took it back already.
pub(in crate::tui) fn leave_idle_undo(rid: Rid, from: From, model: &Model, cx: &mut Cx) {
    if from == From::Network
        && has_idle_undo(rid, model, cx)
        && let Some(own) = model.history.done.back().cloned()
    {
        cx.pop();
        offer_the_one_before(&format!("{}: it is taken back already, nothing is sent", model.wished(&own)), model, cx);
    }
}

/// The last change cannot be taken back. Another one is taken back only when the person says so.
pub(in crate::tui) fn offer_the_one_before(why: &str, model: &Model, cx: &mut Cx) {
    let Some(last) = model.history.last() else { return };
    match model.one_before() {
        None => cx.say(Grade::Warning, format!("{why}; there is no change before it in this sitting")),
        Some(words) => {
            let details = vec![format!("Not your last one, {why}."), format!("The one before it: {words}.")];
            cx.ask("Take back the change before it instead?".into(), details, OnYes::UndoBefore(last));
        }
    }
}
