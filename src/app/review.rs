//! From a wish to the outbox: the plan is asked for, shown, and sent on `y`, never on Enter.

use compact_str::CompactString;
use jiff::Timestamp;

use crate::app::App;
use crate::app::action::Action;
use crate::app::form::{self, Form};
use crate::app::notice::Grade;
use crate::app::overlay::{ANSWERS_AFTER, Overlay};
use crate::app::pending::Ask;
use crate::app::picker::{Picker, Purpose};
use crate::domain::capability;
use crate::domain::case::Rid;
use crate::domain::edit::{Change, Edit, Part, Plan};
use crate::domain::fault::Fault;
use crate::protocol::{Order, Settle, Ticket};

/// An edit on its way from the person to the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    pub rid: Rid,
    /// The case's key, for the question.
    pub key: String,
    pub edit: Edit,
    pub origin: Origin,
    pub stage: Stage,
    /// First line in sight.
    pub scroll: usize,
}

/// Where an edit comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Wish,
    /// It takes back what this entry did.
    Undo {
        entry: CompactString,
    },
    /// A change that was taken back is made again; by which entry it was taken back, None: it never left.
    Redo {
        undoes: Option<CompactString>,
    },
}

impl Origin {
    fn undoes(&self) -> Option<CompactString> {
        match self {
            Self::Wish => None,
            Self::Undo { entry } => Some(entry.clone()),
            Self::Redo { undoes } => undoes.clone(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The worker works out the calls.
    Planning(Ticket),
    /// Shown since `at`; keys of the first 300 ms were meant for what was there before.
    Asking { plan: Plan, at: Timestamp },
    /// Being committed to disk.
    Saving { plan: Plan, ticket: Ticket },
    /// It could not be planned or saved.
    Failed { plan: Option<Plan>, fault: Fault },
}

impl Review {
    pub fn plan(&self) -> Option<&Plan> {
        match &self.stage {
            Stage::Planning(_) => None,
            Stage::Asking { plan, .. } | Stage::Saving { plan, .. } => Some(plan),
            Stage::Failed { plan, .. } => plan.as_ref(),
        }
    }
}

impl App {
    /// Asks for the calls of an edit and puts the review on top.
    pub(super) fn start_review(&mut self, rid: Rid, edit: Edit) {
        self.start_review_of(rid, edit, Origin::Wish);
    }

    pub(super) fn start_review_of(&mut self, rid: Rid, edit: Edit, origin: Origin) {
        let key = self.case_to_edit(rid).map_or_else(|| edit.case.id.to_string(), |(case, _)| case.row.key.to_string());
        self.reread_for_review(rid);
        let ticket = self.send(Ask::Plan, Order::Plan { edit: edit.clone() });
        self.push(Overlay::Review(Box::new(Review { rid, key, edit, origin, stage: Stage::Planning(ticket), scroll: 0 })));
    }

    /// The calls have come.
    pub(super) fn take_plan(&mut self, ticket: Ticket, plan: Plan) {
        let now = self.now;
        if let Some(review) = self.review_mut()
            && review.stage == Stage::Planning(ticket)
        {
            review.stage = Stage::Asking { plan, at: now };
        }
    }

    /// A ticket of a review has closed.
    pub(super) fn close_review(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let Some(review) = self.review_mut() else { return };
        match (&review.stage, result) {
            (Stage::Saving { ticket: open, .. }, Ok(())) if *open == ticket => self.saved(),
            (Stage::Saving { ticket: open, plan }, Err(fault)) if *open == ticket => {
                review.stage = Stage::Failed { plan: Some(plan.clone()), fault };
            }
            (Stage::Planning(open), Err(fault)) if *open == ticket => review.stage = Stage::Failed { plan: None, fault },
            _ => {}
        }
    }

    /// Committed and synced: only now the review and its form close.
    fn saved(&mut self) {
        let Some(Overlay::Review(review)) = self.overlays.pop() else { return };
        if matches!(self.overlays.last(), Some(Overlay::People(_) | Overlay::Labels(_))) {
            self.pop();
        }
        if matches!(self.overlays.last(), Some(Overlay::Form(form)) if form.rid == review.rid)
            && let Some(Overlay::Form(form)) = self.overlays.pop()
        {
            let (case, replaces) = (form.base.row.id.clone(), form.replaces.clone());
            let now = self.now;
            self.keep_draft(&case, form.without_sent().draft(now));
            if let Some(entry) = replaces.map(String::from) {
                self.send(Ask::Settle { entry: entry.clone() }, Order::Settle { entry, how: Settle::Drop });
            }
        }
        self.say(Grade::Info, format!("{}: queued on disk, being sent", review.key));
        let Review { rid, key, edit, origin, .. } = *review;
        if matches!(origin, Origin::Wish)
            && let Some((case, _)) = self.case_to_edit(rid)
        {
            self.note_step(&case, &edit.changes);
        }
        if matches!(origin, Origin::Redo { .. }) {
            self.forget_offered(&edit);
        }
        self.history.saved(rid, key, edit, &origin);
    }

    /// Keys in the review.
    pub(super) fn act_in_review(&mut self, action: Action, times: usize) {
        let now = self.now;
        let Some(review) = self.review_mut() else { return };
        match action {
            Action::Down => review.scroll = review.scroll.saturating_add(times),
            Action::Up => review.scroll = review.scroll.saturating_sub(times),
            Action::Yes => {
                let Stage::Asking { plan, at } = &review.stage else { return };
                if now.duration_since(*at) < ANSWERS_AFTER {
                    return;
                }
                let (rid, plan, edit, undoes) = (review.rid, plan.clone(), review.edit.clone(), review.origin.undoes());
                let delay_ms = self.send_delay_ms;
                let ticket = self.send(Ask::Submit(rid), Order::Submit { edit, delay_ms, undoes });
                if let Some(review) = self.review_mut() {
                    review.stage = Stage::Saving { plan, ticket };
                }
            }
            Action::Jump => self.jump_to_lacking(),
            Action::No => {
                // What is being committed cannot be called off by a key.
                let early = matches!(&review.stage, Stage::Asking { at, .. } if now.duration_since(*at) < ANSWERS_AFTER);
                if !early && !matches!(review.stage, Stage::Saving { .. }) {
                    self.pop();
                }
            }
            _ => {}
        }
    }

    fn review_mut(&mut self) -> Option<&mut Review> {
        match self.overlays.last_mut() {
            Some(Overlay::Review(review)) => Some(review),
            _ => None,
        }
    }

    /// The short way to a status or a priority: a menu, then the review.
    pub(super) fn pick_value(&mut self, rid: Rid, part: Part) {
        let Some((case, _)) = self.case_to_edit(rid) else { return };
        let Some(source) = self.sources.iter().find(|source| source.card.id == case.row.id.source) else { return };
        let vendor = source.card.vendor;
        let allowed =
            source.card.read_only.clone().map_or_else(|| capability::allowed(vendor, &case.row, part), |reason| Err(reason.into()));
        if let Err(reason) = allowed {
            self.say(Grade::Info, reason);
            return;
        }
        let (choices, chosen, purpose) = if part == Part::Status {
            let statuses = form::statuses(vendor, source.directory.as_deref(), &case);
            let names = statuses.iter().map(|status| status.name.to_string()).collect();
            (names, form::position_of_status(&statuses, &case), Purpose::Status(rid))
        } else {
            let names: Vec<String> = capability::priorities(vendor).iter().map(|name| (*name).to_owned()).collect();
            (names, form::position_of_priority(vendor, &case), Purpose::Priority(rid))
        };
        let title = format!("{} of {}", part.name(), case.row.key);
        self.push(Overlay::Picker(Picker { title, choices, chosen: chosen.unwrap_or(0), purpose }));
    }

    /// A value was chosen: to the review, unless it is what the case has.
    pub(super) fn picked_value(&mut self, rid: Rid, part: Part, chosen: usize) {
        let Some((case, _)) = self.case_to_edit(rid) else { return };
        let Some(source) = self.sources.iter().find(|source| source.card.id == case.row.id.source) else { return };
        let vendor = source.card.vendor;
        let change = if part == Part::Status {
            form::statuses(vendor, source.directory.as_deref(), &case).into_iter().nth(chosen).map(Change::Status)
        } else {
            capability::priorities(vendor).get(chosen).map(|name| Change::Priority((*name).to_owned()))
        };
        let Some(change) = change else { return };
        if change.holds(&case) == Some(true) {
            self.say(Grade::Info, format!("{}: {} is that already", case.row.key, part.name()));
            return;
        }
        self.start_review(rid, Edit::new(&case, vec![change]));
    }

    /// The form below the review, for painting both side by side.
    pub fn form(&self) -> Option<&Form> {
        self.overlays.iter().rev().find_map(|overlay| match overlay {
            Overlay::Form(form) => Some(form.as_ref()),
            _ => None,
        })
    }
}
