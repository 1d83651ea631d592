//! The outbox: takes edits in, and sees to it that each is sent once, in order per case, by one process at a time.

mod batch;
mod behind;
pub(super) mod command;
mod delay;
mod elsewhere;
pub(super) mod known;
pub(super) mod sender;
mod settle;

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc};
use tokio::time::sleep;

use self::settle::Settled;
use crate::domain::bulk::CASES_AT_ONCE;
use crate::domain::case::{CaseId, SourceId};
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::Fault;
use crate::protocol::Ticket;
use crate::sync::push::command::OutboxCommand;
use crate::sync::push::known::{Due, Turn, WATCH, by_case};
use crate::sync::push::sender::OutboxSender;
use crate::sync::send::sender::Sender;

impl OutboxSender {
    /// Works until it is told to close, then until the calls on their way are answered.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<OutboxCommand>) {
        let mut closing = self.closing.subscribe();
        let shared = Rc::clone(&self.shared);
        loop {
            tokio::select! {
                biased;
                _ = closing.wait_for(|closing| *closing) => break,
                Some(case) = self.sending.join_next() => {
                    // A sender that met a bug leaves its entry marked on disk; the next start reads the case first.
                    if let Ok(case) = case {
                        self.busy.remove(&case);
                        self.next_after(case).await;
                    } else {
                        self.drain().await;
                    }
                }
                command = commands.recv() => match command {
                    Some(command) => self.take(command).await,
                    None => break,
                },
                () = shared.outbox_may_move.notified() => self.drain().await,
                () = sleep(until(self.next_look)), if self.next_look.is_some() => self.look().await,
                () = sleep(until(self.next_due)), if self.next_due.is_some() => self.drain().await,
            }
        }
        while self.sending.join_next().await.is_some() {}
    }

    async fn take(&mut self, command: OutboxCommand) {
        match command {
            OutboxCommand::Drain => self.drain().await,
            OutboxCommand::Submit { ticket, edit, delay_ms, undoes } => {
                let saved = self.save(edit, delay_ms, undoes).await;
                self.saved(ticket, saved.map(|entry| vec![entry])).await;
            }
            OutboxCommand::SubmitBulk { ticket, batch, edits, delay_ms } => {
                let saved = self.save_bulk(batch, edits, delay_ms).await;
                self.saved(ticket, saved).await;
            }
            OutboxCommand::SettleBatch { ticket, batch, how } => {
                let settled = self.settle_batch(&batch, how).await;
                self.shared.done(ticket, settled).await;
                self.drain().await;
            }
            OutboxCommand::Decide { ticket, edit, delay_ms, run } => {
                let saved = self.save_decided(edit, delay_ms, *run).await;
                self.saved(ticket, saved.map(|entry| vec![entry])).await;
            }
            OutboxCommand::HoldAll { ticket, holds } => {
                let held = self.hold_all(holds).await;
                self.shared.done(ticket, held).await;
                self.drain().await;
            }
            OutboxCommand::Settle { ticket, entry, how } => {
                let settled = self.settle(&entry, how).await;
                let dropped = settled.as_ref().is_ok_and(|settled| *settled == Settled::Dropped);
                // What an order brings is told before it is done.
                if dropped {
                    self.dropped(entry.into()).await;
                }
                self.shared.done(ticket, settled.map(|_| ())).await;
                self.drain().await;
            }
        }
    }

    /// Tells what was just committed, then that the order is done, and begins to send.
    async fn saved(&mut self, ticket: Ticket, saved: Result<Vec<OutboxEntry>, Fault>) {
        let result = match saved {
            Ok(entries) => {
                for entry in entries {
                    self.tell(entry).await;
                }
                Ok(())
            }
            Err(fault) => Err(fault),
        };
        self.shared.done(ticket, result).await;
        self.drain().await;
    }

    /// Looks for what other processes have done, while edits wait for their vendor, too. Whoever sends reads the outbox only
    /// when they have written to it.
    async fn look(&mut self) {
        self.next_look = Some(Instant::now() + WATCH);
        let is_untouched = !self.sending.is_empty() && self.shared.disk.outbox_version().await.ok() == self.version;
        if !is_untouched {
            self.drain().await;
        }
    }

    /// Tells what others have done, then gives every case with something to send a sender of its own, if this process may send.
    /// If another one does, it takes over when that has ended.
    async fn drain(&mut self) {
        let is_first = self.next_look.is_none();
        self.next_look = Some(Instant::now() + WATCH);
        let mark = self.known.told.borrow().mark();
        self.version = self.shared.disk.outbox_version().await.ok();
        let entries = match self.shared.disk.outbox().await {
            Ok(entries) => entries,
            Err(fault) => return tracing::warn!(%fault, "the outbox cannot be read"),
        };
        self.tell_changes(&entries, mark).await;
        if is_first {
            self.known.saved.borrow_mut().extend(entries.iter().map(|entry| entry.id.clone()));
        }
        self.known.forget_gone(&entries);
        self.due.clear();
        let shared = Rc::clone(&self.shared);
        let may_leave = |entry: &OutboxEntry| {
            shared.handle(entry.edit.case.source).is_ok_and(|handle| handle.network().is_ok() && handle.read_only().is_none())
        };
        self.next_due = None;
        for entries in by_case(&entries) {
            self.known.put_behind(&shared, &entries).await;
            if !entries.first().is_some_and(|entry| may_leave(entry)) {
                continue;
            }
            match self.known.next_of(&entries, &self.shared.wall) {
                Turn::Due(entry) => self.due.push_back(Due::of(entry)),
                Turn::At(at) => self.wake_at(at),
                Turn::Nothing => {}
            }
        }
        // What a person changes by itself does not wait behind thousands.
        self.due.make_contiguous().sort_by_key(|due| due.is_batch);
        if self.due.is_empty() && self.sending.is_empty() {
            self.lock = None;
        } else if self.may_send() {
            self.start_due();
        }
    }

    /// Gives cases that are due a sender each, as many as may have one now.
    fn start_due(&mut self) {
        let mut later = VecDeque::new();
        let mut places: HashMap<SourceId, usize> = HashMap::new();
        self.busy.keys().for_each(|case| *places.entry(case.source).or_default() += 1);
        while let Some(due) = self.due.pop_front() {
            if self.busy.contains_key(&due.case) {
                continue;
            }
            let taken = places.entry(due.case.source).or_default();
            if *taken >= CASES_AT_ONCE {
                later.push_back(due);
                continue;
            }
            if let Some(at) = self.spared_until(&due) {
                self.wake_at(at);
                later.push_back(due);
                continue;
            }
            *taken += 1;
            let wake = Rc::new(Notify::new());
            self.busy.insert(due.case.clone(), Rc::clone(&wake));
            let (shared, known, closing) = (Rc::clone(&self.shared), Rc::clone(&self.known), self.closing.subscribe());
            self.sending.spawn_local(Sender { shared, known, case: due.case, shown: RefCell::default(), wake, closing }.run());
        }
        self.due = later;
    }

    fn wake_at(&mut self, at: Instant) {
        self.next_due = Some(self.next_due.map_or(at, |known| known.min(at)));
    }

    /// A sender has come to its end: the next case's turn. The outbox is read whole only when nothing is known to be due.
    async fn next_after(&mut self, case: CaseId) {
        self.stop_failing().await;
        let entries = self.shared.disk.outbox_of(case).await.unwrap_or_default();
        match self.known.next_of(&entries.iter().collect::<Vec<_>>(), &self.shared.wall) {
            Turn::Due(entry) => self.due.push_back(Due::of(entry)),
            Turn::At(at) => self.wake_at(at),
            Turn::Nothing => {}
        }
        if self.due.is_empty() || self.lock.is_none() {
            self.drain().await;
        } else {
            self.start_due();
        }
    }
}

/// How long until then.
fn until(at: Option<Instant>) -> Duration {
    at.map(|at| at.saturating_duration_since(Instant::now())).unwrap_or_default()
}
