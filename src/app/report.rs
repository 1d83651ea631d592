//! What the worker tells, taken into the state.

use crate::app::App;
use crate::app::action::Action;
use crate::app::cx::Cx;
use crate::app::model::Model;
use crate::app::notice::{Cause, Grade};
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::domain::case::{Rid, Row};
use crate::domain::count::count_of;
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::triage::Triage;
use crate::protocol::{From, Report, Ticket};

impl App {
    pub(in crate::app) fn take(&mut self, report: Report) {
        match report {
            Report::Source(id, state) => {
                self.take_source(id, *state);
                return self.meet_triaged();
            }
            Report::Done { ticket, result } => return self.close(ticket, result),
            _ => self.cx.dirty = true,
        }
        match report {
            Report::Sources(infos) => self.model.take_sources(&infos, &mut self.cx),
            Report::Rows { rows, from } => {
                self.take_rows(&rows, from);
                self.model.views.rows_changed();
                self.meet_triaged();
            }
            Report::DiskRead { rows } => {
                self.model.list.on_disk = Some(rows);
                self.model.list.lay_in();
                self.model.asides.tell_back(&mut self.cx);
            }
            Report::Asides(asides) => {
                self.model.meet_asides(asides, &mut self.cx);
                self.model.views.rows_changed();
            }
            Report::Baselines(shown) => {
                self.model.take_baselines(shown, &mut self.cx);
                self.model.views.rows_changed();
            }
            Report::Gone(rids) => {
                self.model.take_gone(&rids, &mut self.cx);
                self.model.views.rows_changed();
            }
            Report::SourceInfo(info) => self.model.take_source_info(info, &mut self.cx),
            Report::Draft(draft) => self.model.kept.meet_draft(*draft, &mut self.cx),
            Report::DraftsNotTakenUp(fault) => self.cx.miss_drafts(&fault),
            Report::DraftsBeside(beside) => self.meet_beside(beside),
            Report::Elsewhere(others) => self.model.kept.meet_elsewhere(others, &mut self.cx),
            Report::People { ticket, people } => self.take_people(ticket, people),
            Report::Directory(id, directory) => self.model.take_directory(id, directory),
            Report::Case { rid, case, read_at, from } => {
                self.take_case(rid, case, read_at, from);
                self.note_case_in_boxes(rid);
                self.replan(rid);
                self.leave_idle_undo(rid, from);
                self.resume_verb(rid);
            }
            Report::Deep { rid, deep } => self.model.list.learn(rid, *deep),
            Report::Activities { rid, page, slice, read_at } => {
                self.take_activities(rid, page, slice, read_at);
                self.note_case_in_boxes(rid);
            }
            Report::Records { rid, page, slice, read_at } => self.take_records(rid, page, slice, read_at),
            Report::Planned { ticket, plan } => self.take_plan(ticket, plan),
            Report::Outbox(entry) => self.take_told(*entry),
            Report::Dropped { entry } => {
                self.drop_entry(&entry);
                self.follow_conflict(&entry);
                self.decide_again(&entry);
            }
            Report::BulkPlanned { ticket, rows } => self.take_bulk_rows(ticket, rows),
            Report::BatchStopped { batch } => self.model.batch_stopped(&batch, &mut self.cx),
            Report::NotWrittenDown(fault) => self.cx.say(Grade::Error, format!("not written down: {}; edits still go out", fault.message)),
            Report::Triage(run) => self.join_triage(*run),
            Report::Asked { ticket, asked } => self.model.take_asked(ticket, asked, &mut self.cx),
            Report::Source(..) | Report::Done { .. } | Report::Found { .. } => {}
        }
        self.renew_alike();
    }

    /// A run from disk: the one that was left, or this one with what another workbench has decided in it.
    fn join_triage(&mut self, run: Triage) {
        let is_in_triage = self.is_in_triage();
        // The case in sight does not change below a box that is about it, or while it is being decided: the next report tells.
        let is_busy = !matches!(self.cx.overlays.last(), Some(Overlay::Triage(pane)) if !pane.is_saving());
        let Some(mine) = &mut self.model.triage else {
            self.model.triage = Some(run).filter(|run| run.current().is_some());
            return;
        };
        if !mine.is_same(&run) || (is_in_triage && is_busy) {
            return;
        }
        let before = mine.current().cloned();
        mine.unite(&run);
        let elsewhere = before.filter(|before| mine.current().is_none_or(|now| now.case != before.case));
        if !is_in_triage {
            self.model.triage.take_if(|run| run.current().is_none());
        } else if let Some(before) = elsewhere {
            self.next_triage_after(vec![(before.key, "was decided in another workbench".to_owned())]);
        }
    }

    fn take_told(&mut self, entry: OutboxEntry) {
        let id = entry.id.clone();
        self.take_entry(entry);
        self.follow_conflict(&id);
    }

    fn take_rows(&mut self, rows: &[(Rid, Row)], from: From) {
        self.model.ahead.look_again();
        self.model.meet_rows(rows);
        self.model.told.meet_drafts(rows);
        self.model.judge_asides(rows, &mut self.cx);
        let touched = self.meet_baselines(rows, from);
        // Borrowed apart: the list changes while the sources are asked.
        let mut list = std::mem::take(&mut self.model.list);
        let filling = |row: &Row| from == From::Disk || self.model.source(row.id.source).is_none_or(|source| !source.was_full);
        list.take(rows, filling);
        let watched: Vec<_> = rows.iter().map(|(rid, row)| (*rid, row.also_due.as_slice(), filling(row))).collect();
        self.model.list = list;
        self.relist(rows);
        for rid in touched {
            self.model.judge_unseen(rid, &mut self.cx);
        }
        self.model.watch_clocks(watched.into_iter(), &self.cx);
        self.model.asides.after_rows(from, &mut self.cx);
    }

    pub(in crate::app) fn close(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let Some(ask) = self.cx.pending.close(ticket) else { return };
        self.close_conflict(ticket, &result);
        if result.is_ok() && !matches!(ask, Ask::SetAside | Ask::KeepBaselines | Ask::Settle { .. }) {
            self.cx.notices.put_away(&Cause::of(&ask));
        }
        match (ask, result) {
            (Ask::Draft(case), result) => self.model.kept.close_draft(&case, result, &mut self.cx),
            (ask @ (Ask::SetAside | Ask::KeepBaselines), result) => self.model.close_backlog(&ask, ticket, result, &mut self.cx),
            (Ask::Plan | Ask::Submit(_), result) => {
                self.cx.dirty = true;
                self.close_review(ticket, result);
                self.model.history.meet_all(&self.model.outbox);
            }
            (Ask::Examine(source), result) => self.model.examined(source, result, &mut self.cx),
            (Ask::PlanBulk | Ask::SubmitBulk, result) => {
                self.cx.dirty = true;
                self.close_bulk(ticket, result);
            }
            (Ask::Decide, result) => {
                self.cx.dirty = true;
                self.close_decision(ticket, result);
                self.model.history.meet_all(&self.model.outbox);
            }
            (Ask::FindPeople, result) => {
                self.cx.dirty = true;
                self.close_people(ticket, result);
            }
            (Ask::Settle { entry }, Err(fault)) => {
                self.model.history.stays(&entry);
                self.cx.fail(&Ask::Settle { entry }, &fault);
            }
            (Ask::More { rid, what, page }, Err(fault)) => {
                self.more_failed(rid, what);
                self.cx.fail(&Ask::More { rid, what, page }, &fault);
            }
            (Ask::Open(rid), Err(fault)) if fault.kind != FaultKind::Cancelled => self.case_failed(rid, fault),
            (Ask::Secrets { source, full }, result) => {
                if let Err(fault) = &result {
                    self.cx.fail(&Ask::Secrets { source, full }, fault);
                }
                self.cx.read_again(source, full);
            }
            (Ask::Refresh { .. }, Ok(())) => self.cx.say(Grade::Info, self.model.after_reading(&self.cx)),
            (Ask::Open(rid), Ok(())) => {
                self.cx.dirty = true;
                self.have_looked(rid);
            }
            (Ask::More { .. }, Ok(())) => self.cx.dirty = true,
            (_, Ok(())) => {}
            (ask, Err(fault)) => self.cx.fail(&ask, &fault),
        }
    }
}

impl Model {
    fn take_gone(&mut self, rids: &[Rid], cx: &mut Cx) {
        let typed = rids.iter().any(|rid| self.list.cursor() == Some(*rid) && self.has_draft(*rid));
        self.tell_lost_drafts(rids, cx);
        self.list.take_gone(rids);
        self.watch_clocks(rids.iter().map(|rid| (*rid, &[][..], false)), cx);
        self.unmark(rids);
        if !typed && let Some(row) = self.list.cursor().filter(|rid| rids.contains(rid)).and_then(|rid| self.list.row(rid)) {
            let key = row.key.to_owned();
            cx.say(Grade::Warning, format!("{key} is no longer there: deleted, moved, or out of sight of these keys"));
        }
    }

    /// What a refresh that the person asked for has brought.
    fn after_reading(&self, cx: &Cx) -> String {
        let known = self.known_in_all(cx);
        match self.list.held().len() {
            0 if known.is_complete() => "up to date".into(),
            0 => format!("nothing new; {}", self.worth(&known, u16::MAX, cx)),
            held => {
                let (cases, them) = (count_of(held, "case is", "cases are"), if held == 1 { "it" } else { "them" });
                format!("{cases} held: {} lets {them} in", cx.key(Action::Refresh))
            }
        }
    }
}
