//! A triage run: its decisions, and reports about them.

use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::cx::Cx;
use crate::app::list::List;
use crate::app::model::Model;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::app::review::Origin;
use crate::app::triage::{AHEAD, Chosen, DELAY_MS, Deciding, TriagePane, skipped, tally};
use crate::domain::case::{Case, CaseId, Rid};
use crate::domain::change::{Change, Part};
use crate::domain::change_script::{ChangeScript, step_of};
use crate::domain::edit::Edit;
use crate::domain::fault::Fault;
use crate::domain::triage::{Decision, Waiting};
use crate::protocol::{Order, Ticket};

impl App {
    pub(in crate::app) fn is_in_triage(&self) -> bool {
        self.cx.overlays.iter().any(|overlay| matches!(overlay, Overlay::Triage(_)))
    }

    /// The case that is being decided.
    pub(in crate::app) fn triage_rid(&self) -> Option<Rid> {
        self.triage_pane()?.rid
    }

    pub(in crate::app) fn resume_triage(&mut self) {
        let pane = TriagePane { begun_at: self.cx.steady, rid: None, alike: None, note: None, scroll: 0, deciding: None };
        self.push(Overlay::Triage(Box::new(pane)));
        self.next_triage();
        self.model.keep_triage(&mut self.cx);
    }

    /// To the first case that is still to be decided; those that a colleague took meanwhile are passed by.
    pub(in crate::app) fn next_triage(&mut self) {
        self.next_triage_after(Vec::new());
    }

    /// The same, behind cases that were passed by already.
    pub(in crate::app) fn next_triage_after(&mut self, mut passed: Vec<(String, String)>) {
        while let Some(run) = &self.model.triage
            && let Some(waiting) = run.current().cloned()
        {
            let rid = self.model.list.find(&waiting.case).filter(|rid| !self.model.list.is_gone(*rid));
            let how = match rid {
                // One that is not read yet is no case that is gone.
                None if !self.model.is_gone(&waiting.case) => break,
                None => Decision::Gone,
                Some(rid) => match self.model.taken_by(rid, &waiting) {
                    Some(by) => Decision::Taken { by },
                    None => break,
                },
            };
            passed.push(match &how {
                Decision::Taken { by } => (waiting.key, format!("was taken by {by}")),
                _ => (waiting.key, "is no longer there".to_owned()),
            });
            if let Some(run) = &mut self.model.triage {
                run.decide(how);
            }
        }
        if self.model.triage.as_ref().is_some_and(|run| run.current().is_none()) {
            return self.end_triage(&passed);
        }
        let rid = self.model.triage.as_ref().and_then(|run| self.model.list.find(&run.current()?.case));
        let alike = rid.and_then(|rid| self.model.open_alike(rid));
        if let Some(pane) = self.triage_pane_mut() {
            *pane = TriagePane { rid, alike, note: skipped(&passed), scroll: 0, ..pane.clone() };
        }
        self.read_ahead();
    }

    /// The case in sight was not known when it came up; it may be now.
    pub(in crate::app) fn meet_triaged(&mut self) {
        let is_blank = self.triage_pane().is_some_and(|pane| pane.rid.is_none());
        let case = self.model.triage.as_ref().filter(|_| is_blank).and_then(|run| Some(run.current()?.case.clone()));
        if case.is_some_and(|case| self.model.list.find(&case).is_some() || self.model.is_gone(&case)) {
            self.next_triage();
        }
    }

    /// Somebody has taken the case in sight since it came up.
    pub fn triage_taken(&self) -> Option<String> {
        let rid = self.triage_rid()?;
        self.model.taken_by(rid, self.model.triage.as_ref()?.current()?)
    }

    /// What another workbench or a command has given the case in sight since the run began, while it waits to be sent.
    pub fn triage_elsewhere(&self) -> Option<String> {
        let rid = self.triage_rid().filter(|_| !self.triage_pane().is_some_and(TriagePane::is_saving))?;
        let begun = self.model.triage.as_ref()?.started_at;
        // What this run gives leaves it with its case. A comment decides nothing, nor does what takes a decision back.
        let decides = |queued: &&crate::app::outbox::Queued| {
            let entry = &queued.entry;
            let is_comment = entry.edit.changes.iter().all(|change| change.part() == Part::Comment);
            queued.rid == Some(rid) && entry.saved_at >= begun && entry.undoes.is_none() && !is_comment
        };
        self.model.outbox.iter().rev().find(decides).map(|queued| queued.wishes(self))
    }

    fn read_ahead(&mut self) {
        if self.cx.setup.offline {
            return;
        }
        if let Some(rid) = self.triage_rid() {
            self.cx.send(Ask::Open(rid), Order::Open { rid });
        }
        let next: Vec<CaseId> =
            self.model.triage.iter().flat_map(|run| run.queue.iter().skip(1).take(AHEAD)).map(|next| next.case.clone()).collect();
        let rids: Vec<Rid> = next.iter().filter_map(|case| self.model.list.find(case)).collect();
        if !rids.is_empty() {
            self.cx.send(Ask::Prefetch, Order::Prefetch { rids });
        }
    }

    fn end_triage(&mut self, passed: &[(String, String)]) {
        let Some(run) = self.model.triage.take() else { return };
        self.cx.overlays.retain(|overlay| !matches!(overlay, Overlay::Triage(_)));
        self.cx.send(Ask::KeepTriage, Order::KeepTriage(Box::new(run.clone())));
        let last = skipped(passed).map_or_else(String::new, |words| format!("; {words}"));
        self.cx.say(Grade::Good, format!("the run is through: {}{last}", tally(&run)));
        self.model.triage_over = Some(run);
    }

    /// `Esc`: the run waits, also over a restart.
    pub(in crate::app) fn pause_triage(&mut self) {
        let now = self.cx.steady;
        let spent = self.triage_pane().map_or(0, |pane| u64::try_from(now.as_second() - pane.begun_at.as_second()).unwrap_or(0));
        self.cx.overlays.retain(|overlay| !matches!(overlay, Overlay::Triage(_)));
        let on = self.cx.key(Action::Triage);
        if let Some(run) = &mut self.model.triage {
            run.spent_s += spent;
            let words = format!("the run waits: {} of {} left; {on} goes on", run.queue.len(), run.of);
            self.model.keep_triage(&mut self.cx);
            self.cx.say(Grade::Info, words);
        }
    }

    /// The case in sight was put aside: that decides it.
    pub(in crate::app) fn snoozed_in_triage(&mut self, until: &str) {
        if !self.is_in_triage() {
            return;
        }
        if let Some(run) = &mut self.model.triage {
            run.decide(Decision::Snoozed { until: until.to_owned() });
        }
        self.next_triage();
        if self.model.triage.is_some() {
            self.model.keep_triage(&mut self.cx);
        }
    }

    /// The case in sight is given this, and the next one comes up. False: it is not, and why was said.
    pub(in crate::app) fn decide(&mut self, script: ChangeScript) -> bool {
        self.decide_answered(script, Vec::new())
    }

    /// The same after questions: their answers are not offered again once it is on disk.
    pub(in crate::app) fn decide_answered(&mut self, script: ChangeScript, answered: Vec<CaseId>) -> bool {
        let Some((case, _)) = self.triage_rid().and_then(|rid| self.model.cached.case_to_edit(rid)) else {
            self.cx.still_reading();
            return false;
        };
        let Some(source) = self.model.source(case.row.id.source) else { return false };
        let directory = source.directory.clone().unwrap_or_default();
        match script.changes(source.info.vendor, &case, &directory) {
            Ok(changes) => self.decide_as(&case, Chosen { case: case.row.id.clone(), changes, script, answered }),
            Err(words) => {
                self.cx.say(Grade::Warning, words);
                false
            }
        }
    }

    /// The same for changes that were chosen for this case.
    pub(in crate::app) fn decide_changes(&mut self, changes: Vec<Change>) -> bool {
        let Some((case, _)) = self.triage_rid().and_then(|rid| self.model.cached.case_to_edit(rid)) else {
            self.cx.still_reading();
            return false;
        };
        let script = ChangeScript::of(changes.iter().flat_map(|change| step_of(change, &case)).collect());
        self.decide_as(&case, Chosen { case: case.row.id.clone(), changes, script, answered: Vec::new() })
    }

    fn decide_as(&mut self, case: &Case, chosen: Chosen) -> bool {
        if let Some(reason) = self.model.source(case.row.id.source).and_then(|source| source.info.read_only.as_ref()) {
            let words = self.cx.reason(reason);
            self.cx.say(Grade::Info, words);
            return false;
        }
        if self.triage_pane().is_some_and(TriagePane::is_saving) {
            self.cx.say(Grade::Info, "the decision is being written to disk");
            return false;
        }
        if chosen.changes.is_empty() {
            let key = |action| self.cx.keymap.key(Scope::Triage, action);
            let words = format!("the case is so already; {} goes on, {} leaves it as it is", key(Action::Later), key(Action::Leave));
            self.cx.say(Grade::Info, words);
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
    pub(in crate::app) fn decide_all_the_same(&mut self, chosen: Chosen) {
        match self.triage_rid().and_then(|rid| self.model.cached.case_to_edit(rid)) {
            Some((case, _)) if case.row.id == chosen.case => self.keep_decision(Edit::new(&case, chosen.changes.clone()), chosen),
            _ => self.cx.say(Grade::Info, "nothing was decided: another case is in sight"),
        }
    }

    fn keep_decision(&mut self, edit: Edit, Chosen { script, answered, .. }: Chosen) {
        let Some(mut run) = self.model.triage.clone() else { return };
        run.decide(Decision::Changed(script));
        let order = Order::Decide { edit: edit.clone(), delay_ms: self.delay_ms(), run: Box::new(run.clone()) };
        let ticket = self.cx.send(Ask::Decide, order);
        if let Some(pane) = self.triage_pane_mut() {
            pane.deciding = Some(Deciding { ticket, edit, run, answered });
        }
    }

    /// How long an edit can be taken back before it leaves; in a triage run it always can.
    pub(in crate::app) fn delay_ms(&self) -> u64 {
        if self.model.send_delay_ms == 0 && self.is_in_triage() { DELAY_MS } else { self.model.send_delay_ms }
    }

    /// The decision is on disk, or could not be written.
    pub(in crate::app) fn close_decision(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let Some(pane) = self.triage_pane_mut() else { return };
        let rid = pane.rid;
        let Some(Deciding { edit, run, answered, .. }) = pane.deciding.take_if(|deciding| deciding.ticket == ticket) else { return };
        if let Err(fault) = result {
            return self.cx.say(Grade::Warning, format!("not decided: {}; {}", fault.message, fault.next_step()));
        }
        self.model.triage = Some(run);
        if let Some(rid) = rid {
            let key = self.model.list.row(rid).map(|row| row.key.to_owned()).unwrap_or_default();
            self.model.history.saved(rid, key, edit, &Origin::Decision { is_typed: !answered.is_empty() });
            self.model.history.meet_all(&self.model.outbox);
            if let Some(decided) = self.model.triage.as_mut().and_then(|run| run.decided.last_mut()) {
                decided.entry = self.model.history.last_entry();
            }
        }
        self.model.forget_boxes(&answered, &mut self.cx);
        // The box that led to the decision is answered.
        if matches!(self.cx.overlays.last(), Some(Overlay::People(_))) {
            self.pop();
        }
        self.next_triage();
        if self.model.triage.as_ref().is_some_and(|run| run.current().is_some()) {
            self.model.keep_triage(&mut self.cx);
        }
    }
}

impl List {
    /// Why no run can begin or go on now. Before all rows of the disk are here a run would lack some, or take them for gone.
    pub(in crate::app) fn no_triage(&self, cx: &Cx) -> Option<String> {
        (!self.is_disk_told())
            .then(|| format!("the cases are still being read from disk; press {} again in a moment", cx.key(Action::Triage)))
    }
}

impl Model {
    /// Who else has it now, that had it not when the run began.
    fn taken_by(&self, rid: Rid, waiting: &Waiting) -> Option<String> {
        let row = self.list.row(rid)?;
        let me = self.source(row.source).and_then(crate::app::Source::me).map(|me| me.label().to_owned());
        let is_new = |name: &&str| !waiting.had.iter().any(|had| had == name) && me.as_deref() != Some(*name);
        row.assignees().find(is_new).map(String::from)
    }

    /// Where the run stands goes to disk.
    pub(in crate::app) fn keep_triage(&mut self, cx: &mut Cx) {
        if let Some(run) = self.triage.clone() {
            cx.send(Ask::KeepTriage, Order::KeepTriage(Box::new(run)));
        }
    }
}

impl Cx {
    pub(in crate::app) fn still_reading(&mut self) {
        self.say(Grade::Info, "this case is still being read; press the key again in a moment");
    }
}
