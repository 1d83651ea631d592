//! A review from planning to saved.

use crate::app::App;
use crate::app::action::Action;
use crate::app::clock::ago;
use crate::app::cx::Cx;
use crate::app::form::{self};
use crate::app::model::Model;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::app::picker::{Does, Picker};
use crate::app::review::{Origin, Review, Stage, is_typed, moved_since};
use crate::domain::busy::busy;
use crate::domain::case::Rid;
use crate::domain::change::{Change, Part};
use crate::domain::edit::{Edit, OutboxEntry, Plan};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::{capability, turn};
use crate::protocol::{Order, Settle, Ticket};

impl App {
    /// Asks for the calls of an edit and puts the review on top.
    pub(in crate::app) fn start_review(&mut self, rid: Rid, edit: Edit) {
        self.start_review_of(rid, edit, Origin::Wish);
    }

    pub(in crate::app) fn start_review_of(&mut self, rid: Rid, mut edit: Edit, origin: Origin) {
        let known = self.model.cached.case_to_edit(rid).map(|(case, _)| case);
        let key = known.as_ref().map_or_else(|| self.model.key_of_case(&edit.case).to_string(), |case| case.row.key.to_string());
        let mut moved = Vec::new();
        if let (Some(case), Some(vendor)) = (&known, self.model.source(edit.case.source).map(|source| source.info.vendor)) {
            moved = moved_since(&edit, case, vendor, &self.model.landed);
            if origin == Origin::Wish {
                edit = edit.seen_now(case);
            }
        }
        let ticket = self.cx.send(Ask::Plan, Order::Plan { edit: edit.clone() });
        self.push(Overlay::Review(Box::new(Review { rid, key, edit, origin, moved, stage: Stage::Planning(ticket), scroll: 0 })));
        self.reread_for_review(rid);
    }

    /// The case of a review has come anew: what somebody else changed about it is in the plan before the answer, not in a
    /// conflict after it.
    pub(in crate::app) fn replan(&mut self, rid: Rid) {
        let Some((case, _)) = self.model.cached.case_to_edit(rid) else { return };
        // What was decided is compared with the case as it is then in any case.
        let is_open = |review: &Review| review.rid == rid && !review.is_saving() && !matches!(review.origin, Origin::Decided { .. });
        let Some(vendor) = self.model.source(case.row.id.source).map(|source| source.info.vendor) else { return };
        let Some(edit) = self.find_review(is_open).map(|review| review.edit.clone()) else { return };
        let moved = moved_since(&edit, &case, vendor, &self.model.landed);
        let Some(review) = self.find_review(is_open) else { return };
        let is_news = moved.iter().any(|words| !review.moved.contains(words));
        if review.origin == Origin::Wish {
            review.edit = review.edit.clone().seen_now(&case);
            review.moved.extend(moved.into_iter().filter(|_| is_news));
        } else {
            // What is taken back or made again keeps its base: only what the case is now counts.
            review.moved = moved;
        }
        if is_news {
            let edit = review.edit.clone();
            let ticket = self.cx.send(Ask::Plan, Order::Plan { edit });
            if let Some(review) = self.find_review(is_open) {
                review.stage = Stage::Planning(ticket);
            }
        }
    }

    /// The calls have come.
    pub(in crate::app) fn take_plan(&mut self, ticket: Ticket, plan: Plan) {
        let now = self.cx.steady;
        if let Some(review) = self.find_review(|review| review.stage == Stage::Planning(ticket)) {
            review.stage = Stage::Asking { plan, at: now };
            self.cx.keys.begin_question();
        }
    }

    /// A ticket of a review has closed.
    pub(in crate::app) fn close_review(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let is_of = |review: &Review| match &review.stage {
            Stage::Planning(open) | Stage::Saving { ticket: open, .. } => *open == ticket,
            Stage::Asking { .. } | Stage::Failed { .. } => false,
        };
        let Some(at) = self.cx.overlays.iter().rposition(|overlay| matches!(overlay, Overlay::Review(review) if is_of(review))) else {
            return;
        };
        let is_on_top = at + 1 == self.cx.overlays.len();
        let Some(review) = self.find_review(is_of) else { return };
        match (&review.stage, result) {
            (Stage::Saving { .. }, Ok(())) => self.saved(at),
            (Stage::Saving { plan, .. }, Err(fault)) => {
                review.stage = Stage::Failed { plan: Some(plan.clone()), fault };
            }
            (Stage::Planning(_), Err(fault)) => {
                let is_barred = is_on_top && matches!(review.origin, Origin::Undo { .. }) && fault.kind == FaultKind::NotPossible;
                let why = format!("{}: {}", review.key, fault.message);
                let again = matches!(review.origin, Origin::Redo { .. }).then(|| (review.rid, review.edit.clone()));
                review.stage = Stage::Failed { plan: None, fault };
                if let Some((rid, mut edit)) = again {
                    // What was typed in it has no other place once its case is gone.
                    edit.changes.retain(is_typed);
                    self.model.offer_again(rid, &edit, &mut self.cx);
                }
                // What cannot be taken back does not bar the way to what was changed before it.
                if is_barred {
                    self.pop();
                    self.offer_the_one_before(&why);
                }
            }
            _ => {}
        }
    }

    /// Committed and synced: only now the review and its form close. What lies over them stays.
    pub(in crate::app) fn saved(&mut self, at: usize) {
        let above = self.cx.overlays.split_off(at + 1);
        self.close_saved();
        self.cx.overlays.extend(above);
    }

    fn close_saved(&mut self) {
        let Some(Overlay::Review(review)) = self.cx.overlays.pop() else { return };
        let is_behind = self.waits_behind(&review);
        if matches!(self.cx.overlays.last(), Some(Overlay::People(_) | Overlay::Labels(_)))
            && let Some(answered) = self.pop()
        {
            self.model.forget_box(&answered, &mut self.cx);
        }
        if matches!(self.cx.overlays.last(), Some(Overlay::Form(form)) if form.rid == review.rid)
            && let Some(Overlay::Form(form)) = self.cx.overlays.pop()
        {
            let (case, replaces) = (form.base.row.id.clone(), form.replaces.clone());
            let now = self.cx.now;
            self.model.keep_draft(&case, form.without_sent().draft(now), &mut self.cx);
            if let Some(entry) = replaces {
                self.cx.settle_entry(entry.to_string(), Settle::Drop);
                self.model.history.replaces(entry);
            }
        }
        let words = self.queued_words(is_behind);
        self.cx.say(Grade::Info, format!("{}: {words}", review.key));
        let Review { rid, key, edit, origin, .. } = *review;
        if matches!(origin, Origin::Wish)
            && let Some((case, _)) = self.model.cached.case_to_edit(rid)
        {
            self.model.note_step(&case, &edit.changes);
        }
        if matches!(origin, Origin::Redo { .. }) {
            self.model.forget_offered(&edit, &mut self.cx);
        }
        if let Origin::Undo { entry, .. } = &origin
            && self.model.history.is_decision(entry)
        {
            self.undecide(&edit.case);
        }
        self.model.history.saved(rid, key, edit, &origin);
    }

    /// The case has a stopped edit that this one waits behind.
    pub fn waits_behind(&self, review: &Review) -> bool {
        if matches!(review.origin, Origin::Decided { .. }) {
            return false;
        }
        // A refused edit that is corrected in the form makes place for this one.
        let replaced = self.form().and_then(|form| form.replaces.as_deref());
        let of_case = |entry: &&OutboxEntry| entry.edit.case == review.edit.case && Some(entry.id.as_str()) != replaced;
        let before = self.model.outbox.iter().map(|queued| &queued.entry).filter(of_case);
        turn::stopped_for(before, &review.edit, review.origin.undoes().as_ref()).is_some()
    }

    /// What becomes of an edit that was just saved.
    fn queued_words(&self, is_behind: bool) -> String {
        if is_behind {
            return format!("{}; {} decides that one", turn::behind().message, self.cx.key(Action::Outbox));
        }
        // A send delay counts down beside it.
        let is_out = self.delay_ms() == 0 && !self.model.is_offline(&self.cx);
        if is_out { "queued on disk, being sent".into() } else { "queued on disk".into() }
    }

    /// Whether what was typed for a review that came to nothing waits where it is offered again.
    pub fn keeps_text(&self, review: &Review) -> bool {
        match review.origin {
            Origin::Undo { .. } => false,
            Origin::Redo { .. } => review.edit.changes.iter().any(is_typed),
            Origin::Decided { .. } => true,
            Origin::Wish | Origin::Decision { .. } => self.form().is_some(),
        }
    }

    /// A review by what it waits for, wherever it lies: what covers it does not stop its answer.
    fn find_review(&mut self, is_meant: impl Fn(&Review) -> bool) -> Option<&mut Review> {
        self.cx.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::Review(review) if is_meant(review) => Some(review.as_mut()),
            _ => None,
        })
    }

    /// The review that has the keys.
    pub(in crate::app) fn review_mut(&mut self) -> Option<&mut Review> {
        match self.cx.overlays.last_mut() {
            Some(Overlay::Review(review)) => Some(review),
            _ => None,
        }
    }

    /// The short way to a status or a priority: a menu, then the review.
    pub(in crate::app) fn pick_value(&mut self, rid: Rid, part: Part) {
        let Some((case, _)) = self.model.cached.case_to_edit(rid) else { return };
        let Some(source) = self.model.sources.iter().find(|source| source.info.id == case.row.id.source) else { return };
        let vendor = source.info.vendor;
        let allowed = source.info.read_only.clone().map_or_else(|| capability::allowed(vendor, &case.row, part), Err);
        if let Err(reason) = allowed {
            let words = self.cx.reason(&reason);
            self.cx.say(Grade::Info, words);
            return;
        }
        let (changes, chosen): (Vec<(String, Change)>, _) = if part == Part::Status {
            let statuses = form::statuses(vendor, source.directory.as_deref(), &case);
            let chosen = form::position_of_status(&statuses, &case);
            (statuses.into_iter().map(|status| (status.name.to_string(), Change::Status(status))).collect(), chosen)
        } else {
            let names = capability::priorities(vendor).iter().map(|name| (*name).to_owned());
            (names.map(|name| (name.clone(), Change::Priority(name))).collect(), form::position_of_priority(vendor, &case))
        };
        let choices = changes.into_iter().map(|(words, change)| (words, Does::Change(rid, vec![change])));
        let title = format!("{} of {}", part.name(), self.model.key_told(case.row.id.source, case.row.key.as_str()));
        self.push(Overlay::Picker(Picker::new(title, choices).at(chosen.unwrap_or(0))));
    }
}

impl Model {
    /// Who else was at work on a case a moment ago, as it and its timeline were read last.
    pub fn busy_words(&self, rid: Rid, cx: &Cx) -> Option<String> {
        let case = &self.cached.get(rid)?.case;
        let me = self.source(case.row.id.source).and_then(crate::app::Source::me);
        busy(case, self.cached.timeline(rid), me, cx.now).map(|busy| format!("! {}", busy.words(&ago(busy.at, cx.now))))
    }
}
