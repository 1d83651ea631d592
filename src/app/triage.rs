//! The triage run: one case of the filter after the other, a digit decides, and nothing leaves for some seconds, so that a
//! decision can be taken back. Each decision is on disk together with where the run stands.

mod alike;
mod back;

use jiff::Timestamp;

use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::effect::Effect;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::app::picker::{Does, Picker};
use crate::app::review::Origin;
use crate::domain::capability;
use crate::domain::case::{Case, CaseId, Rid};
use crate::domain::edit::{Change, Edit, Part};
use crate::domain::fault::Fault;
use crate::domain::recipe::{Recipe, step_of};
use crate::domain::triage::{Decision, MAX_CASES, Triage, Waiting};
use crate::protocol::{Coverage, Order, Ticket};

/// How long a decision can be taken back where no send delay is configured.
const DELAY_MS: u64 = 5_000;
/// Cases read ahead.
const AHEAD: usize = 2;

/// The screen of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct TriagePane {
    /// When this sitting began.
    pub begun_at: Timestamp,
    /// The case in sight; None: it is not known here.
    pub rid: Option<Rid>,
    /// Another case with a title of the same shape, that is open and stays so.
    pub alike: Option<Rid>,
    /// What was passed by on the way here.
    pub note: Option<String>,
    /// First line of the text in sight.
    pub scroll: usize,
    deciding: Option<Deciding>,
}

/// What was chosen for the case in sight.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    case: CaseId,
    changes: Vec<Change>,
    /// The same in words.
    recipe: Recipe,
    /// Boxes that were answered for it.
    answered: Vec<CaseId>,
}

/// A decision on its way to the disk.
#[derive(Clone, Debug, PartialEq)]
struct Deciding {
    ticket: Ticket,
    edit: Edit,
    /// The run once it is there.
    run: Triage,
    /// Boxes that were answered for it.
    answered: Vec<CaseId>,
}

impl TriagePane {
    pub(super) fn is_saving(&self) -> bool {
        self.deciding.is_some()
    }
}

impl App {
    pub(super) fn is_in_triage(&self) -> bool {
        self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Triage(_)))
    }

    pub(super) fn triage_pane(&self) -> Option<&TriagePane> {
        self.overlays.iter().find_map(|overlay| match overlay {
            Overlay::Triage(pane) => Some(pane.as_ref()),
            _ => None,
        })
    }

    fn triage_pane_mut(&mut self) -> Option<&mut TriagePane> {
        self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Triage(pane) => Some(pane.as_mut()),
            _ => None,
        })
    }

    /// The case that is being decided.
    pub(super) fn triage_rid(&self) -> Option<Rid> {
        self.triage_pane()?.rid
    }

    /// Why no run can begin or go on now. Before all rows of the disk are here a run would lack some, or take them for gone.
    pub(super) fn no_triage(&self) -> Option<String> {
        self.list
            .on_disk
            .is_none()
            .then(|| format!("the cases are still being read from disk; press {} again in a moment", self.key(Action::Triage)))
    }

    /// `T`: begins, or asks whether to go on where a run was left.
    pub(super) fn open_triage(&mut self) {
        let Some(run) = &self.triage else { return self.begin_triage() };
        let on = if run.filter.is_empty() { "the whole list".to_owned() } else { run.filter.clone() };
        let go_on = (format!("go on: {} of {} left, {on}", run.queue.len(), run.of), Does::ResumeTriage);
        self.push(Overlay::Picker(Picker::new("A run was left", [go_on, ("begin anew over this filter".into(), Does::BeginTriage)])));
    }

    pub(super) fn begin_triage(&mut self) {
        let waiting = |rid: Rid| {
            let row = self.list.row(rid)?;
            let case = CaseId { source: row.source, id: row.id.into() };
            Some(Waiting { case, key: row.key.to_owned(), had: row.assignees().map(String::from).collect(), is_again: false, turn: 0 })
        };
        let queue: std::collections::VecDeque<Waiting> = self.list.left().filter_map(waiting).take(MAX_CASES).collect();
        if queue.is_empty() {
            return self.say(Grade::Info, "no case is in the list");
        }
        if self.list.left().nth(MAX_CASES).is_some() {
            self.say(Grade::Info, format!("the first {MAX_CASES} cases of the list; narrow the filter for a shorter run"));
        }
        let filter = self.list.filter().to_owned();
        let run = Triage { filter, started_at: self.now, spent_s: 0, of: queue.len(), queue, decided: Vec::new() };
        self.forget_triage_over();
        if let Some(left) = self.triage.replace(run) {
            self.send(Ask::KeepTriage, Order::DropTriage(Box::new(left)));
        }
        self.resume_triage();
    }

    pub(super) fn resume_triage(&mut self) {
        let pane = TriagePane { begun_at: self.steady, rid: None, alike: None, note: None, scroll: 0, deciding: None };
        self.push(Overlay::Triage(Box::new(pane)));
        self.next_triage();
        self.keep_triage();
    }

    /// To the first case that is still to be decided; those that a colleague took meanwhile are passed by.
    fn next_triage(&mut self) {
        self.next_triage_after(Vec::new());
    }

    /// The same, behind cases that were passed by already.
    pub(super) fn next_triage_after(&mut self, mut passed: Vec<(String, String)>) {
        while let Some(run) = &self.triage
            && let Some(waiting) = run.current().cloned()
        {
            let rid = self.list.find(&waiting.case).filter(|rid| !self.list.is_gone(*rid));
            let how = match rid {
                // One that is not read yet is no case that is gone.
                None if !self.is_gone(&waiting.case) => break,
                None => Decision::Gone,
                Some(rid) => match self.taken_by(rid, &waiting) {
                    Some(by) => Decision::Taken { by },
                    None => break,
                },
            };
            passed.push(match &how {
                Decision::Taken { by } => (waiting.key, format!("was taken by {by}")),
                _ => (waiting.key, "is no longer there".to_owned()),
            });
            if let Some(run) = &mut self.triage {
                run.decide(how);
            }
        }
        if self.triage.as_ref().is_some_and(|run| run.current().is_none()) {
            return self.end_triage(&passed);
        }
        let rid = self.triage.as_ref().and_then(|run| self.list.find(&run.current()?.case));
        let alike = rid.and_then(|rid| self.open_alike(rid));
        if let Some(pane) = self.triage_pane_mut() {
            *pane = TriagePane { rid, alike, note: skipped(&passed), scroll: 0, ..pane.clone() };
        }
        self.read_ahead();
    }

    /// The case is said to be gone, or its source was read whole without it.
    pub(super) fn is_gone(&self, case: &CaseId) -> bool {
        let is_whole = |source: &crate::app::Source| matches!(source.state.coverage, Coverage::Full { .. });
        self.list.find(case).map_or_else(|| self.source(case.source).is_some_and(is_whole), |rid| self.list.is_gone(rid))
    }

    /// The case in sight was not known when it came up; it may be now.
    pub(super) fn meet_triaged(&mut self) {
        let is_blank = self.triage_pane().is_some_and(|pane| pane.rid.is_none());
        let case = self.triage.as_ref().filter(|_| is_blank).and_then(|run| Some(run.current()?.case.clone()));
        if case.is_some_and(|case| self.list.find(&case).is_some() || self.is_gone(&case)) {
            self.next_triage();
        }
    }

    /// Who else has it now, that had it not when the run began.
    fn taken_by(&self, rid: Rid, waiting: &Waiting) -> Option<String> {
        let row = self.list.row(rid)?;
        let me = self.source(row.source).and_then(crate::app::Source::me).map(|me| me.label().to_owned());
        let is_new = |name: &&str| !waiting.had.iter().any(|had| had == name) && me.as_deref() != Some(*name);
        row.assignees().find(is_new).map(String::from)
    }

    /// Somebody has taken the case in sight since it came up.
    pub fn triage_taken(&self) -> Option<String> {
        let rid = self.triage_rid()?;
        self.taken_by(rid, self.triage.as_ref()?.current()?)
    }

    /// What another workbench or a command has given the case in sight since the run began, while it waits to be sent.
    pub fn triage_elsewhere(&self) -> Option<String> {
        let rid = self.triage_rid().filter(|_| !self.triage_pane().is_some_and(TriagePane::is_saving))?;
        let begun = self.triage.as_ref()?.started_at;
        // What this run gives leaves it with its case. A comment decides nothing, nor does what takes a decision back.
        let decides = |queued: &&crate::app::outbox::Queued| {
            let entry = &queued.entry;
            let is_comment = entry.edit.changes.iter().all(|change| change.part() == Part::Comment);
            queued.rid == Some(rid) && entry.saved_at >= begun && entry.undoes.is_none() && !is_comment
        };
        self.outbox.iter().rev().find(decides).map(|queued| queued.wishes(self))
    }

    fn read_ahead(&mut self) {
        if self.setup.offline {
            return;
        }
        if let Some(rid) = self.triage_rid() {
            self.send(Ask::Open(rid), Order::Open { rid });
        }
        let next: Vec<CaseId> =
            self.triage.iter().flat_map(|run| run.queue.iter().skip(1).take(AHEAD)).map(|next| next.case.clone()).collect();
        let rids: Vec<Rid> = next.iter().filter_map(|case| self.list.find(case)).collect();
        if !rids.is_empty() {
            self.send(Ask::Prefetch, Order::Prefetch { rids });
        }
    }

    fn end_triage(&mut self, passed: &[(String, String)]) {
        let Some(run) = self.triage.take() else { return };
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Triage(_)));
        self.send(Ask::KeepTriage, Order::KeepTriage(Box::new(run.clone())));
        let last = skipped(passed).map_or_else(String::new, |words| format!("; {words}"));
        self.say(Grade::Good, format!("the run is through: {}{last}", tally(&run)));
        self.triage_over = Some(run);
    }

    /// Where the run stands goes to disk.
    fn keep_triage(&mut self) {
        if let Some(run) = self.triage.clone() {
            self.send(Ask::KeepTriage, Order::KeepTriage(Box::new(run)));
        }
    }

    /// `Esc`: the run waits, also over a restart.
    pub(super) fn pause_triage(&mut self) {
        let now = self.steady;
        let spent = self.triage_pane().map_or(0, |pane| u64::try_from(now.as_second() - pane.begun_at.as_second()).unwrap_or(0));
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Triage(_)));
        let on = self.key(Action::Triage);
        if let Some(run) = &mut self.triage {
            run.spent_s += spent;
            let words = format!("the run waits: {} of {} left; {on} goes on", run.queue.len(), run.of);
            self.keep_triage();
            self.say(Grade::Info, words);
        }
    }

    pub(super) fn act_in_triage(&mut self, action: Action) {
        if self.triage_pane().is_some_and(TriagePane::is_saving) {
            return self.say(Grade::Info, "the decision is being written to disk");
        }
        match action {
            Action::Take | Action::SameAs | Action::Assign | Action::CloseCase | Action::Snooze => self.choose_in_triage(action),
            Action::Later => {
                if let Some(run) = &mut self.triage {
                    run.put_off();
                }
                self.next_triage();
                self.keep_triage();
            }
            Action::Leave => self.leave_in_triage(),
            Action::Comment => self.comment_in_triage(),
            Action::Browse => {
                if let Some(url) = self.triage_rid().and_then(|rid| self.list.row(rid)?.url()) {
                    self.effects.push(Effect::Browse(url));
                }
            }
            Action::Down | Action::Up => {
                if let Some(pane) = self.triage_pane_mut() {
                    pane.scroll = if action == Action::Down { pane.scroll + 1 } else { pane.scroll.saturating_sub(1) };
                }
            }
            _ => {}
        }
    }

    fn choose_in_triage(&mut self, action: Action) {
        match action {
            Action::SameAs => self.same_as(),
            Action::Take | Action::Assign | Action::CloseCase => match self.triage_rid() {
                Some(rid) if self.case_to_edit(rid).is_some() => self.start_verb(rid, action),
                _ => self.still_reading(),
            },
            _ => match self.triage_rid() {
                Some(rid) => self.open_snooze_menu(&[rid]),
                None => self.still_reading(),
            },
        }
    }

    /// The case in sight was put aside: that decides it.
    pub(super) fn snoozed_in_triage(&mut self, until: &str) {
        if !self.is_in_triage() {
            return;
        }
        if let Some(run) = &mut self.triage {
            run.decide(Decision::Snoozed { until: until.to_owned() });
        }
        self.next_triage();
        if self.triage.is_some() {
            self.keep_triage();
        }
    }

    /// The comment form of the case in sight, as everywhere; it decides nothing.
    fn comment_in_triage(&mut self) {
        let Some((rid, (case, _))) = self.triage_rid().and_then(|rid| Some((rid, self.case_to_edit(rid)?))) else {
            return self.still_reading();
        };
        let Some(source) = self.source(case.row.id.source) else { return };
        let barred = capability::allowed(source.card.vendor, &case.row, Part::Comment).err();
        match source.card.read_only.clone().or(barred) {
            Some(reason) => {
                let words = self.reason(&reason);
                self.say(Grade::Info, words);
            }
            None => self.open_form(rid, Part::Comment),
        }
    }

    fn still_reading(&mut self) {
        self.say(Grade::Info, "this case is still being read; press the key again in a moment");
    }

    /// The case in sight is given this, and the next one comes up. False: it is not, and why was said.
    pub(super) fn decide(&mut self, recipe: Recipe) -> bool {
        self.decide_answered(recipe, Vec::new())
    }

    /// The same after questions: their answers are not offered again once it is on disk.
    pub(super) fn decide_answered(&mut self, recipe: Recipe, answered: Vec<CaseId>) -> bool {
        let Some((case, _)) = self.triage_rid().and_then(|rid| self.case_to_edit(rid)) else {
            self.still_reading();
            return false;
        };
        let Some(source) = self.source(case.row.id.source) else { return false };
        let directory = source.directory.clone().unwrap_or_default();
        match recipe.changes(source.card.vendor, &case, &directory) {
            Ok(changes) => self.decide_as(&case, Chosen { case: case.row.id.clone(), changes, recipe, answered }),
            Err(words) => {
                self.say(Grade::Warning, words);
                false
            }
        }
    }

    /// The same for changes that were chosen for this case.
    pub(super) fn decide_changes(&mut self, changes: Vec<Change>) -> bool {
        let Some((case, _)) = self.triage_rid().and_then(|rid| self.case_to_edit(rid)) else {
            self.still_reading();
            return false;
        };
        let recipe = Recipe::of(changes.iter().flat_map(|change| step_of(change, &case)).collect());
        self.decide_as(&case, Chosen { case: case.row.id.clone(), changes, recipe, answered: Vec::new() })
    }

    fn decide_as(&mut self, case: &Case, chosen: Chosen) -> bool {
        if let Some(reason) = self.source(case.row.id.source).and_then(|source| source.card.read_only.as_ref()) {
            let words = self.reason(reason);
            self.say(Grade::Info, words);
            return false;
        }
        if self.triage_pane().is_some_and(TriagePane::is_saving) {
            self.say(Grade::Info, "the decision is being written to disk");
            return false;
        }
        if chosen.changes.is_empty() {
            let key = |action| self.keymap.key(Scope::Triage, action);
            let words = format!("the case is so already; {} goes on, {} leaves it as it is", key(Action::Later), key(Action::Leave));
            self.say(Grade::Info, words);
            return false;
        }
        let Some(rid) = self.triage_rid() else { return false };
        let edit = Edit::new(case, chosen.changes.clone());
        if !self.asks_before_closing(rid, &edit, &chosen) {
            self.keep_decision(edit, chosen);
        }
        true
    }

    /// The person was told that the vendor may refuse it.
    pub(super) fn decide_all_the_same(&mut self, chosen: Chosen) {
        match self.triage_rid().and_then(|rid| self.case_to_edit(rid)) {
            Some((case, _)) if case.row.id == chosen.case => self.keep_decision(Edit::new(&case, chosen.changes.clone()), chosen),
            _ => self.say(Grade::Info, "nothing was decided: another case is in sight"),
        }
    }

    fn keep_decision(&mut self, edit: Edit, Chosen { recipe, answered, .. }: Chosen) {
        let Some(mut run) = self.triage.clone() else { return };
        run.decide(Decision::Changed(recipe));
        let order = Order::Decide { edit: edit.clone(), delay_ms: self.delay_ms(), run: Box::new(run.clone()) };
        let ticket = self.send(Ask::Decide, order);
        if let Some(pane) = self.triage_pane_mut() {
            pane.deciding = Some(Deciding { ticket, edit, run, answered });
        }
    }

    /// How long an edit can be taken back before it leaves; in a triage run it always can.
    pub(super) fn delay_ms(&self) -> u64 {
        if self.send_delay_ms == 0 && self.is_in_triage() { DELAY_MS } else { self.send_delay_ms }
    }

    /// The decision is on disk, or could not be written.
    pub(super) fn close_decision(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let Some(pane) = self.triage_pane_mut() else { return };
        let rid = pane.rid;
        let Some(Deciding { edit, run, answered, .. }) = pane.deciding.take_if(|deciding| deciding.ticket == ticket) else { return };
        if let Err(fault) = result {
            return self.say(Grade::Warning, format!("not decided: {}; {}", fault.message, fault.next_step()));
        }
        self.triage = Some(run);
        if let Some(rid) = rid {
            let key = self.list.row(rid).map(|row| row.key.to_owned()).unwrap_or_default();
            self.history.saved(rid, key, edit, &Origin::Decision { is_typed: !answered.is_empty() });
            self.history.meet_all(&self.outbox);
            if let Some(decided) = self.triage.as_mut().and_then(|run| run.decided.last_mut()) {
                decided.entry = self.history.last_entry();
            }
        }
        self.forget_boxes(&answered);
        // The box that led to the decision is answered.
        if matches!(self.overlays.last(), Some(Overlay::People(_))) {
            self.pop();
        }
        self.next_triage();
        if self.triage.as_ref().is_some_and(|run| run.current().is_some()) {
            self.keep_triage();
        }
    }
}

/// What was passed by on the way to the next case, in one line.
fn skipped(passed: &[(String, String)]) -> Option<String> {
    match passed {
        [] => None,
        [(key, why)] => Some(format!("{key} {why}: skipped")),
        many => {
            let named: Vec<_> = many.iter().map(|(key, why)| format!("{key} {why}")).collect();
            Some(format!("{} skipped: {}", many.len(), named.join(", ")))
        }
    }
}

/// `3 changed, 1 left, 2 skipped`, and how many were snoozed where any were.
pub fn tally(run: &Triage) -> String {
    let count = |is: &dyn Fn(&Decision) -> bool| run.decided.iter().filter(|decided| is(&decided.how)).count();
    let changed = count(&|how| matches!(how, Decision::Changed(_)));
    let left = count(&|how| matches!(how, Decision::Left));
    let snoozed = count(&|how| matches!(how, Decision::Snoozed { .. }));
    let skipped = run.decided.len() - changed - left - snoozed;
    let asleep = if snoozed > 0 { format!("{snoozed} snoozed, ") } else { String::new() };
    format!("{changed} changed, {asleep}{left} left, {skipped} skipped")
}
