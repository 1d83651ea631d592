//! Keys in a triage run.

use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::effect::Effect;
use crate::app::notice::Grade;
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::app::picker::{Does, Picker};
use crate::app::triage::TriagePane;
use crate::domain::capability;
use crate::domain::case::{CaseId, Rid};
use crate::domain::change::Part;
use crate::domain::change_script::{ChangeScript, Step, Verb};
use crate::domain::triage::{MAX_CASES, Triage, Waiting};
use crate::protocol::Order;

impl App {
    /// `T`: begins, or asks whether to go on where a run was left.
    pub(in crate::app) fn open_triage(&mut self) {
        let Some(run) = &self.model.triage else { return self.begin_triage() };
        let on = if run.filter.is_empty() { "the whole list".to_owned() } else { run.filter.clone() };
        let go_on = (format!("go on: {} of {} left, {on}", run.queue.len(), run.of), Does::ResumeTriage);
        self.push(Overlay::Picker(Picker::new("A run was left", [go_on, ("begin anew over this filter".into(), Does::BeginTriage)])));
    }

    pub(in crate::app) fn begin_triage(&mut self) {
        let waiting = |rid: Rid| {
            let row = self.model.list.row(rid)?;
            let case = CaseId { source: row.source, id: row.id.into() };
            Some(Waiting { case, key: row.key.to_owned(), had: row.assignees().map(String::from).collect(), is_again: false, turn: 0 })
        };
        let queue: std::collections::VecDeque<Waiting> = self.model.list.left().filter_map(waiting).take(MAX_CASES).collect();
        if queue.is_empty() {
            return self.cx.say(Grade::Info, "no case is in the list");
        }
        if self.model.list.left().nth(MAX_CASES).is_some() {
            self.cx.say(Grade::Info, format!("the first {MAX_CASES} cases of the list; narrow the filter for a shorter run"));
        }
        let filter = self.model.list.filter().to_owned();
        let run = Triage { filter, started_at: self.cx.now, spent_s: 0, of: queue.len(), queue, decided: Vec::new() };
        self.model.forget_triage_over();
        if let Some(left) = self.model.triage.replace(run) {
            self.cx.send(Ask::KeepTriage, Order::DropTriage(Box::new(left)));
        }
        self.resume_triage();
    }

    pub(in crate::app) fn act_in_triage(&mut self, action: Action) {
        if self.triage_pane().is_some_and(TriagePane::is_saving) {
            return self.cx.say(Grade::Info, "the decision is being written to disk");
        }
        match action {
            Action::Take | Action::SameAs | Action::Assign | Action::CloseCase | Action::Snooze => self.choose_in_triage(action),
            Action::Later => {
                if let Some(run) = &mut self.model.triage {
                    run.put_off();
                }
                self.next_triage();
                self.model.keep_triage(&mut self.cx);
            }
            Action::Leave => self.leave_in_triage(),
            Action::Comment => self.comment_in_triage(),
            Action::Browse => {
                if let Some(url) = self.triage_rid().and_then(|rid| self.model.list.row(rid)?.url()) {
                    self.cx.effects.push(Effect::Browse(url));
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
                Some(rid) if self.model.cached.case_to_edit(rid).is_some() => self.start_verb(rid, action),
                _ => self.cx.still_reading(),
            },
            _ => match self.triage_rid() {
                Some(rid) => self.open_snooze_menu(&[rid]),
                None => self.cx.still_reading(),
            },
        }
    }

    /// The comment form of the case in sight, as everywhere; it decides nothing.
    fn comment_in_triage(&mut self) {
        let Some((rid, (case, _))) = self.triage_rid().and_then(|rid| Some((rid, self.model.cached.case_to_edit(rid)?))) else {
            return self.cx.still_reading();
        };
        let Some(source) = self.model.source(case.row.id.source) else { return };
        let barred = capability::allowed(source.info.vendor, &case.row, Part::Comment).err();
        match source.info.read_only.clone().or(barred) {
            Some(reason) => {
                let words = self.cx.reason(&reason);
                self.cx.say(Grade::Info, words);
            }
            None => self.open_form(rid, Part::Comment),
        }
    }

    /// Closes the case in sight as the same as the one on offer. That is checked once more, and another one is shown first.
    fn same_as(&mut self) {
        let Some((rid, shown)) = self.triage_pane().and_then(|pane| Some((pane.rid?, pane.alike))) else { return self.cx.still_reading() };
        if shown.is_some() {
            self.renew_alike();
        } else {
            let alike = self.model.open_alike(rid);
            if let Some(pane) = self.triage_pane_mut() {
                pane.alike = alike;
            }
        }
        let Some(other) = self.triage_pane().and_then(|pane| pane.alike) else {
            let words = self.model.nothing_alike(rid);
            return self.cx.say(Grade::Info, words);
        };
        let name = self.model.name_of_alike(rid, other);
        if shown != Some(other) {
            let again = self.cx.keymap.key(Scope::Triage, Action::SameAs);
            return self.cx.say(Grade::Info, format!("the open case that looks like this one is {name} now; press {again} again"));
        }
        match Step::parse(&format!("comment Same as {name}")) {
            Ok(step) => {
                self.decide(ChangeScript::of(vec![step, Step::Verb(Verb::Close)]));
            }
            Err(words) => self.cx.say(Grade::Info, words),
        }
    }
}
