//! From a wish to the outbox: the plan is asked for, shown, and sent on `y`, never on Enter.

use compact_str::CompactString;
use jiff::Timestamp;

use crate::app::App;
use crate::app::action::Action;
use crate::app::clock::ago;
use crate::app::form::{self, Form};
use crate::app::history::is_typed;
use crate::app::notice::Grade;
use crate::app::overlay::{BEING_WRITTEN, Overlay, TOO_SOON};
use crate::app::own::{Landed, has_moved};
use crate::app::pending::Ask;
use crate::app::picker::{Does, Picker};
use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::busy::busy;
use crate::domain::capability;
use crate::domain::case::{Case, Rid, Vendor};
use crate::domain::edit::{Change, Edit, OutboxEntry, Part, Plan};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;
use crate::domain::turn;
use crate::protocol::{Order, Settle, Ticket};

/// An edit on its way from the person to the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    pub rid: Rid,
    /// The case's key, for the question.
    pub key: String,
    pub edit: Edit,
    pub origin: Origin,
    /// What about it somebody else has changed since the person saw it: `priority: CRITICAL then, HIGH now`.
    pub moved: Vec<String>,
    pub stage: Stage,
    /// First line in sight.
    pub scroll: usize,
}

/// Where an edit comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Wish,
    /// A decision of a triage run; whether the person typed any of it, rather than chose it.
    Decision {
        is_typed: bool,
    },
    /// It takes back what this entry did, but for what stays, in words.
    Undo {
        entry: CompactString,
        stays: Vec<String>,
    },
    /// What a person decided of this entry, which overlapped; which aspects stay as they are there, by name.
    Decided {
        entry: String,
        values: Vec<(Aspect, Value)>,
        theirs: Vec<String>,
    },
    /// A change that was taken back is made again; by which entry it was taken back, None: it never left.
    Redo {
        undoes: Option<CompactString>,
    },
}

impl Origin {
    fn undoes(&self) -> Option<CompactString> {
        match self {
            Self::Wish | Self::Decision { .. } | Self::Decided { .. } => None,
            Self::Undo { entry, .. } => Some(entry.clone()),
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
    pub(super) fn is_saving(&self) -> bool {
        matches!(self.stage, Stage::Saving { .. })
    }

    pub fn plan(&self) -> Option<&Plan> {
        match &self.stage {
            Stage::Planning(_) => None,
            Stage::Asking { plan, .. } | Stage::Saving { plan, .. } => Some(plan),
            Stage::Failed { plan, .. } => plan.as_ref(),
        }
    }
}

/// What an edit is about and the case no longer holds as the person saw it.
fn moved_since(edit: &Edit, case: &Case, vendor: Vendor, landed: &Landed) -> Vec<String> {
    let told = |seen: &Seen| {
        let now = Seen::of(case, seen.aspect.clone());
        let is_text = matches!(seen.aspect.part, Part::Title | Part::Description);
        let is_mine = || !has_moved(seen, case, landed.of(&edit.case), vendor);
        has_moved(seen, case, std::iter::empty(), vendor).then(|| match (is_text, shown(seen), shown(&now)) {
            _ if is_mine() => format!("{} was changed by yourself since you began this", seen.aspect.name()),
            (true, ..) => format!("{} was changed meanwhile: your text is merged with it, or you are asked", seen.aspect.name()),
            (false, then, now) => format!("{} was changed meanwhile: {then} then, {now} now", seen.aspect.name()),
        })
    };
    edit.base.iter().filter_map(told).collect()
}

fn shown(seen: &Seen) -> String {
    let names: Vec<&str> = seen.people.iter().map(crate::domain::person::Person::label).collect();
    match (seen.aspect.part, seen.value.line()) {
        (Part::Assignees, _) if names.is_empty() => "nobody".into(),
        (Part::Assignees, _) => names.join(", "),
        (_, value) if value.is_empty() => "nothing".into(),
        (_, value) => Clean::line(&value).to_string(),
    }
}

impl App {
    /// Who else was at work on a case a moment ago, as it and its timeline were read last.
    pub fn busy_words(&self, rid: Rid) -> Option<String> {
        let case = &self.shelf.get(rid)?.case;
        let me = self.source(case.row.id.source).and_then(crate::app::Source::me);
        busy(case, self.shelf.timeline(rid), me, self.now).map(|busy| format!("! {}", busy.words(&ago(busy.at, self.now))))
    }

    /// Asks for the calls of an edit and puts the review on top.
    pub(super) fn start_review(&mut self, rid: Rid, edit: Edit) {
        self.start_review_of(rid, edit, Origin::Wish);
    }

    pub(super) fn start_review_of(&mut self, rid: Rid, mut edit: Edit, origin: Origin) {
        let known = self.case_to_edit(rid).map(|(case, _)| case);
        let key = known.as_ref().map_or_else(|| self.key_of_case(&edit.case).to_string(), |case| case.row.key.to_string());
        let mut moved = Vec::new();
        if let (Some(case), Some(vendor)) = (&known, self.source(edit.case.source).map(|source| source.card.vendor)) {
            moved = moved_since(&edit, case, vendor, &self.landed);
            if origin == Origin::Wish {
                edit = edit.seen_now(case);
            }
        }
        let ticket = self.send(Ask::Plan, Order::Plan { edit: edit.clone() });
        self.push(Overlay::Review(Box::new(Review { rid, key, edit, origin, moved, stage: Stage::Planning(ticket), scroll: 0 })));
        self.reread_for_review(rid);
    }

    /// The case of a review has come anew: what somebody else changed about it is in the plan before the answer, not in a
    /// conflict after it.
    pub(super) fn replan(&mut self, rid: Rid) {
        let Some((case, _)) = self.case_to_edit(rid) else { return };
        // What was decided is compared with the case as it is then in any case.
        let is_open = |review: &Review| review.rid == rid && !review.is_saving() && !matches!(review.origin, Origin::Decided { .. });
        let Some(vendor) = self.source(case.row.id.source).map(|source| source.card.vendor) else { return };
        let Some(edit) = self.find_review(is_open).map(|review| review.edit.clone()) else { return };
        let moved = moved_since(&edit, &case, vendor, &self.landed);
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
            let ticket = self.send(Ask::Plan, Order::Plan { edit });
            if let Some(review) = self.find_review(is_open) {
                review.stage = Stage::Planning(ticket);
            }
        }
    }

    /// The calls have come.
    pub(super) fn take_plan(&mut self, ticket: Ticket, plan: Plan) {
        let now = self.steady;
        if let Some(review) = self.find_review(|review| review.stage == Stage::Planning(ticket)) {
            review.stage = Stage::Asking { plan, at: now };
            self.keys.begin_question();
        }
    }

    /// A ticket of a review has closed.
    pub(super) fn close_review(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let is_of = |review: &Review| match &review.stage {
            Stage::Planning(open) | Stage::Saving { ticket: open, .. } => *open == ticket,
            Stage::Asking { .. } | Stage::Failed { .. } => false,
        };
        let Some(at) = self.overlays.iter().rposition(|overlay| matches!(overlay, Overlay::Review(review) if is_of(review))) else {
            return;
        };
        let is_on_top = at + 1 == self.overlays.len();
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
                    self.offer_again(rid, &edit);
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
    fn saved(&mut self, at: usize) {
        let above = self.overlays.split_off(at + 1);
        self.close_saved();
        self.overlays.extend(above);
    }

    fn close_saved(&mut self) {
        let Some(Overlay::Review(review)) = self.overlays.pop() else { return };
        let is_behind = self.waits_behind(&review);
        if matches!(self.overlays.last(), Some(Overlay::People(_) | Overlay::Labels(_)))
            && let Some(answered) = self.pop()
        {
            self.forget_box(&answered);
        }
        if matches!(self.overlays.last(), Some(Overlay::Form(form)) if form.rid == review.rid)
            && let Some(Overlay::Form(form)) = self.overlays.pop()
        {
            let (case, replaces) = (form.base.row.id.clone(), form.replaces.clone());
            let now = self.now;
            self.keep_draft(&case, form.without_sent().draft(now));
            if let Some(entry) = replaces {
                self.settle_entry(entry.to_string(), Settle::Drop);
                self.history.replaces(entry);
            }
        }
        let words = self.queued_words(is_behind);
        self.say(Grade::Info, format!("{}: {words}", review.key));
        let Review { rid, key, edit, origin, .. } = *review;
        if matches!(origin, Origin::Wish)
            && let Some((case, _)) = self.case_to_edit(rid)
        {
            self.note_step(&case, &edit.changes);
        }
        if matches!(origin, Origin::Redo { .. }) {
            self.forget_offered(&edit);
        }
        if let Origin::Undo { entry, .. } = &origin
            && self.history.is_decision(entry)
        {
            self.undecide(&edit.case);
        }
        self.history.saved(rid, key, edit, &origin);
    }

    /// The case has a stopped edit that this one waits behind.
    pub fn waits_behind(&self, review: &Review) -> bool {
        if matches!(review.origin, Origin::Decided { .. }) {
            return false;
        }
        // A refused edit that is corrected in the form makes place for this one.
        let replaced = self.form().and_then(|form| form.replaces.as_deref());
        let of_case = |entry: &&OutboxEntry| entry.edit.case == review.edit.case && Some(entry.id.as_str()) != replaced;
        let before = self.outbox.iter().map(|queued| &queued.entry).filter(of_case);
        turn::stopped_for(before, &review.edit, review.origin.undoes().as_ref()).is_some()
    }

    /// What becomes of an edit that was just saved.
    fn queued_words(&self, is_behind: bool) -> String {
        if is_behind {
            return format!("{}; {} decides that one", turn::behind().message, self.key(Action::Outbox));
        }
        // A send delay counts down beside it.
        let is_out = self.delay_ms() == 0 && !self.is_offline();
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

    /// Keys in the review.
    pub(super) fn act_in_review(&mut self, action: Action, times: usize) {
        let now = self.steady;
        let Some(Overlay::Review(review)) = self.overlays.last_mut() else { return };
        let is_answer = matches!(action, Action::Yes | Action::No);
        let is_early = match &mut review.stage {
            Stage::Asking { at, .. } if is_answer => self.keys.came_early(at, now),
            _ => false,
        };
        match action {
            Action::Down => review.scroll = review.scroll.saturating_add(times),
            Action::Up => review.scroll = review.scroll.saturating_sub(times),
            Action::Yes => {
                let Stage::Asking { plan, .. } = &review.stage else { return };
                if is_early {
                    return self.say(Grade::Info, TOO_SOON);
                }
                if let Origin::Decided { entry, values, .. } = review.origin.clone() {
                    self.pop();
                    return self.carry_out_decision(entry, values);
                }
                let (rid, plan, edit, undoes) = (review.rid, plan.clone(), review.edit.clone(), review.origin.undoes());
                let delay_ms = self.delay_ms();
                let ticket = self.send(Ask::Submit(rid), Order::Submit { edit, delay_ms, undoes });
                if let Some(review) = self.review_mut() {
                    review.stage = Stage::Saving { plan, ticket };
                }
            }
            Action::Jump if review.is_saving() => self.say(Grade::Info, BEING_WRITTEN),
            Action::Jump => self.jump_to_lacking(),
            Action::No => {
                // What is being committed cannot be called off by a key.
                match review.stage {
                    _ if is_early => self.say(Grade::Info, TOO_SOON),
                    Stage::Saving { .. } => self.say(Grade::Info, BEING_WRITTEN),
                    _ => {
                        self.pop();
                        self.say(Grade::Info, "nothing was sent");
                    }
                }
            }
            _ => {}
        }
    }

    /// A review by what it waits for, wherever it lies: what covers it does not stop its answer.
    fn find_review(&mut self, is_meant: impl Fn(&Review) -> bool) -> Option<&mut Review> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::Review(review) if is_meant(review) => Some(review.as_mut()),
            _ => None,
        })
    }

    /// The review that has the keys.
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
        let allowed = source.card.read_only.clone().map_or_else(|| capability::allowed(vendor, &case.row, part), Err);
        if let Err(reason) = allowed {
            let words = self.reason(&reason);
            self.say(Grade::Info, words);
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
        let title = format!("{} of {}", part.name(), self.key_told(case.row.id.source, case.row.key.as_str()));
        self.push(Overlay::Picker(Picker::new(title, choices).at(chosen.unwrap_or(0))));
    }

    /// The form below the review, for painting both side by side.
    pub fn form(&self) -> Option<&Form> {
        self.overlays.iter().rev().find_map(|overlay| match overlay {
            Overlay::Form(form) => Some(form.as_ref()),
            _ => None,
        })
    }
}
