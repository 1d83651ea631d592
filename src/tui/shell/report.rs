//! What the worker tells, taken into the state.

use crate::domain::case::{Rid, Row};
use crate::domain::count::count_of;
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::triage::Triage;
use crate::protocol::{From, Report, Ticket};
use crate::tui::app::App;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::{Cause, Grade};
use crate::tui::cx::pending::Ask;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::baseline::acts::{have_looked, meet_baselines};
use crate::tui::model::draft::acts::meet_beside;
use crate::tui::model::history::acts::leave_idle_undo;
use crate::tui::model::outbox::acts::{drop_entry, take_entry};
use crate::tui::model::own::acts::note_case_in_boxes;
use crate::tui::model::sources::acts::take_source;
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::bulk::acts::{close_bulk, take_bulk_rows};
use crate::tui::screens::conflict::{close_conflict, follow_conflict};
use crate::tui::screens::detail::acts::{case_failed, more_failed, relist, take_activities, take_case, take_records};
use crate::tui::screens::people::acts::{close_people, take_people};
use crate::tui::screens::review::acts::{close_review, replan, take_plan};
use crate::tui::screens::triage::acts::{close_decision, is_in_triage, meet_triaged, next_triage_after};
use crate::tui::screens::triage::alike::renew_alike;
use crate::tui::screens::triage::back::decide_again;

impl App {
    pub(in crate::tui) fn take(&mut self, report: Report) {
        match report {
            Report::Source(id, state) => {
                take_source(id, *state, &mut self.model, &self.panes, &mut self.cx);
                return meet_triaged(&mut self.model, &mut self.cx);
            }
            Report::Done { ticket, result } => return close(ticket, result, &mut self.model, &mut self.panes, &mut self.cx),
            Report::Sources(infos) => self.model.take_sources(&infos, &mut self.cx),
            Report::Rows { rows, from } => {
                take_rows(&rows, from, &mut self.model, &mut self.panes, &mut self.cx);
                self.model.views.rows_changed();
                meet_triaged(&mut self.model, &mut self.cx);
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
            Report::DraftsBeside(beside) => meet_beside(beside, &mut self.model, &mut self.cx),
            Report::Elsewhere(others) => self.model.kept.meet_elsewhere(others, &mut self.cx),
            Report::People { ticket, people } => take_people(ticket, people, &mut self.cx),
            Report::Directory(id, directory) => self.model.take_directory(id, directory),
            Report::Case { rid, case, read_at, from } => {
                take_case(rid, case, read_at, from, &mut self.model, &mut self.panes);
                note_case_in_boxes(rid, &self.model, &mut self.cx);
                replan(rid, &self.model, &mut self.cx);
                leave_idle_undo(rid, from, &self.model, &mut self.cx);
                self.resume_verb(rid);
            }
            Report::Deep { rid, deep } => self.model.list.learn(rid, *deep),
            Report::Activities { rid, page, slice, read_at } => {
                take_activities(rid, page, slice, read_at, &mut self.model, &mut self.panes);
                note_case_in_boxes(rid, &self.model, &mut self.cx);
            }
            Report::Records { rid, page, slice, read_at } => take_records(rid, page, slice, read_at, &mut self.model, &mut self.panes),
            Report::Planned { ticket, plan } => take_plan(ticket, plan, &mut self.cx),
            Report::Outbox(entry) => self.take_told(*entry),
            Report::Dropped { entry } => {
                drop_entry(&entry, &mut self.model, &mut self.cx);
                follow_conflict(&entry, &mut self.model, &mut self.cx);
                decide_again(&entry, &mut self.model, &mut self.cx);
            }
            Report::BulkPlanned { ticket, rows } => take_bulk_rows(ticket, rows, &mut self.cx),
            Report::BatchStopped { batch } => self.model.batch_stopped(&batch, &mut self.cx),
            Report::NotWrittenDown(fault) => self.cx.say(Grade::Error, format!("not written down: {}; edits still go out", fault.message)),
            Report::Triage(run) => join_triage(*run, &mut self.model, &mut self.cx),
            Report::Asked { ticket, asked } => self.model.take_asked(ticket, asked, &mut self.cx),
            Report::Found { .. } => {}
        }
        self.cx.dirty = true;
        renew_alike(&self.model, &mut self.cx);
    }

    fn take_told(&mut self, entry: OutboxEntry) {
        let id = entry.id.clone();
        take_entry(entry, &mut self.model, &mut self.cx);
        follow_conflict(&id, &mut self.model, &mut self.cx);
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

/// A run from disk: the one that was left, or this one with what another workbench has decided in it.
fn join_triage(run: Triage, model: &mut Model, cx: &mut Cx) {
    let is_in_triage = is_in_triage(cx);
    // The case in sight does not change below a box that is about it, or while it is being decided: the next report tells.
    let is_busy = !matches!(cx.overlays.last(), Some(Overlay::Triage(pane)) if !pane.is_saving());
    let Some(mine) = &mut model.triage else {
        model.triage = Some(run).filter(|run| run.current().is_some());
        return;
    };
    if !mine.is_same(&run) || (is_in_triage && is_busy) {
        return;
    }
    let before = mine.current().cloned();
    mine.unite(&run);
    let elsewhere = before.filter(|before| mine.current().is_none_or(|now| now.case != before.case));
    if !is_in_triage {
        model.triage.take_if(|run| run.current().is_none());
    } else if let Some(before) = elsewhere {
        next_triage_after(vec![(before.key, "was decided in another workbench".to_owned())], model, cx);
    }
}

fn take_rows(rows: &[(Rid, Row)], from: From, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    model.ahead.look_again();
    model.meet_rows(rows);
    model.told.meet_drafts(rows);
    model.judge_asides(rows, cx);
    let touched = meet_baselines(rows, from, model, panes, cx);
    // Borrowed apart: the list changes while the sources are asked.
    let mut list = std::mem::take(&mut model.list);
    let filling = |row: &Row| from == From::Disk || model.source(row.id.source).is_none_or(|source| !source.was_full);
    list.take(rows, filling);
    let watched: Vec<_> = rows.iter().map(|(rid, row)| (*rid, row.also_due.as_slice(), filling(row))).collect();
    model.list = list;
    relist(rows, model, panes, cx);
    for rid in touched {
        model.judge_unseen(rid, cx);
    }
    model.watch_clocks(watched.into_iter(), cx);
    model.asides.after_rows(from, cx);
}

pub(in crate::tui) fn close(ticket: Ticket, result: Result<(), Fault>, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    let Some(ask) = cx.pending.close(ticket) else { return };
    close_conflict(ticket, &result, model, cx);
    if result.is_ok() && !matches!(ask, Ask::SetAside | Ask::KeepBaselines | Ask::Settle { .. }) {
        cx.notices.put_away(&Cause::of(&ask));
    }
    match (ask, result) {
        (Ask::Draft(case), result) => model.kept.close_draft(&case, result, cx),
        (ask @ (Ask::SetAside | Ask::KeepBaselines), result) => model.close_backlog(&ask, ticket, result, cx),
        (Ask::Plan | Ask::Submit(_), result) => {
            cx.dirty = true;
            close_review(ticket, result, model, cx);
            model.history.meet_all(&model.outbox);
        }
        (Ask::Examine(source), result) => model.examined(source, result, cx),
        (Ask::PlanBulk | Ask::SubmitBulk, result) => {
            cx.dirty = true;
            close_bulk(ticket, result, model, cx);
        }
        (Ask::Decide, result) => {
            cx.dirty = true;
            close_decision(ticket, result, model, cx);
            model.history.meet_all(&model.outbox);
        }
        (Ask::FindPeople, result) => {
            cx.dirty = true;
            close_people(ticket, result, cx);
        }
        (Ask::Settle { entry }, Err(fault)) => {
            model.history.stays(&entry);
            cx.fail(&Ask::Settle { entry }, &fault);
        }
        (Ask::More { rid, what, page }, Err(fault)) => {
            more_failed(rid, what, panes);
            cx.fail(&Ask::More { rid, what, page }, &fault);
        }
        (Ask::Open(rid), Err(fault)) if fault.kind != FaultKind::Cancelled => case_failed(rid, fault, panes, cx),
        (Ask::Secrets { source, full }, result) => {
            if let Err(fault) = &result {
                cx.fail(&Ask::Secrets { source, full }, fault);
            }
            cx.read_again(source, full);
        }
        (Ask::Refresh { .. }, Ok(())) => cx.say(Grade::Info, model.after_reading(cx)),
        (Ask::Open(rid), Ok(())) => {
            cx.dirty = true;
            have_looked(rid, model, panes, cx);
        }
        (Ask::More { .. }, Ok(())) => cx.dirty = true,
        (_, Ok(())) => {}
        (ask, Err(fault)) => cx.fail(&ask, &fault),
    }
}
