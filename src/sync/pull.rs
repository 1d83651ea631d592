//! One source's task: wait until it is due, read what is due, tell how it went. It knows no other source.

use std::rc::Rc;
use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::time::{Duration, sleep};

use super::disk::PageWrite;
use super::pass::is_of_page;
use super::schedule::{Finished, Pace, Round, Schedule, Steady};
use super::source_handle::SourceHandle;
use super::{directory, keys, succession};
use crate::domain::fault::Fault;
use crate::domain::page::{Cursor, Scan};
use crate::domain::wall::is_to_come;
use crate::protocol::{Attention, Phase};
use crate::providers::Provider;
use crate::store::Mark;
use crate::sync::full::reader::Full;
use crate::sync::paging::{patiently, phase, quota, store};
use crate::sync::shared::Shared;
use crate::sync::wish::Wish;

/// Pages read one after the other in search of the last known change; more changes than that need a complete pass.
const RECENT_PAGES: u32 = 20;

/// A refresh asked for so shortly after a round began is answered by that round.
const JOIN: Duration = Duration::from_secs(1);

pub(super) struct Poller {
    shared: Rc<Shared>,
    place: usize,
    schedule: Schedule,
    /// What the schedule goes by.
    steady: Steady,
    mark: Mark,
    /// Wishes that wait for a round of their own.
    wishes: Vec<Wish>,
    /// Pages of the last pass.
    pages: u32,
    /// A round has ended.
    has_read: bool,
}

impl Poller {
    pub(super) fn new(shared: Rc<Shared>, place: usize, how_often: Pace, mark: Mark) -> Self {
        let can_ask_changes = shared.handles[place].provider().is_some_and(Provider::can_ask_changes);
        Self {
            shared,
            place,
            schedule: Schedule::new(how_often, can_ask_changes),
            steady: Steady::start(),
            mark,
            wishes: Vec::new(),
            pages: 1,
            has_read: false,
        }
    }

    /// Reads the source for as long as the worker lives; without `polls` only when somebody wishes it.
    pub(super) async fn run(mut self, polls: bool, mut queue: mpsc::Receiver<Wish>, mut attention: watch::Receiver<Attention>) {
        let shared = Rc::clone(&self.shared);
        let handle = &shared.handles[self.place];
        let Some(provider) = handle.provider().filter(|_| handle.keys.is_some() || handle.network().is_ok()).cloned() else {
            // Refreshes of such a source are closed where they are ordered; there is nothing to read.
            return;
        };
        loop {
            if polls {
                self.wait(handle, &mut queue, &mut attention).await;
            } else if !self.wish(&mut queue).await {
                return;
            }
            let began_at = Instant::now();
            let mut served = std::mem::take(&mut self.wishes);
            let thorough = served.iter().any(|wish| wish.full);
            let doubts = handle.doubts.take();
            let round = if thorough || doubts {
                Round::Full
            } else if polls {
                self.schedule.round(self.steady.now())
            } else {
                // Whoever reads by order alone says when it is to be all.
                Round::Recent
            };
            let asked = Asked { thorough, by_person: !served.is_empty() };
            let read = self.round(handle, &provider, round, asked).await;
            let is_first = !std::mem::replace(&mut self.has_read, true);
            if is_first || read.as_ref().is_err_and(succession::may_have_ended) {
                succession::look(&shared, handle).await;
            }
            while let Ok(wish) = queue.try_recv() {
                let joins = wish.asked_at <= began_at + JOIN && (round == Round::Full || !wish.full);
                if joins { served.push(wish) } else { self.wishes.push(wish) }
            }
            self.book(handle, &provider, round, &read).await;
            for wish in served {
                shared.refreshed(wish.ticket, read.clone().map(|_| ())).await;
            }
        }
    }

    /// Waits for a wish. False: none will come any more.
    async fn wish(&mut self, queue: &mut mpsc::Receiver<Wish>) -> bool {
        if self.wishes.is_empty() {
            let Some(wish) = queue.recv().await else { return false };
            self.wishes.push(wish);
        }
        while let Ok(wish) = queue.try_recv() {
            self.wishes.push(wish);
        }
        true
    }

    /// Returns when a round is due: by its time, or because somebody wishes it.
    async fn wait(&mut self, handle: &SourceHandle, queue: &mut mpsc::Receiver<Wish>, attention: &mut watch::Receiver<Attention>) {
        while self.wishes.is_empty() {
            self.schedule.attend(*attention.borrow_and_update());
            let Some(due) = self.schedule.due() else { return };
            let left = Duration::try_from(due.duration_since(self.steady.now())).unwrap_or(Duration::ZERO);
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = sleep(left) => {}
                () = handle.answered.notified() => self.schedule.bring_forward(),
                Ok(()) = attention.changed() => {}
                Some(wish) = queue.recv() => self.wishes.push(wish),
            }
        }
        while let Ok(wish) = queue.try_recv() {
            self.wishes.push(wish);
        }
    }

    /// Writes down how a round went and when the next one comes.
    async fn book(&mut self, handle: &SourceHandle, provider: &Provider, round: Round, read: &Result<bool, Fault>) {
        let (now, steady) = (self.shared.wall.now(), self.steady.now());
        let fault = read.as_ref().err();
        let overrun = *read.as_ref().unwrap_or(&false);
        self.schedule.finished(steady, Finished { round, pages: self.pages, fault, overrun }, fastrand::f64());
        let next_try = self.schedule.due().and_then(|due| now.checked_add(due.duration_since(steady)).ok());
        let quota = quota(provider, &self.shared.wall);
        let answers_again = fault.is_none() && handle.state.borrow().fault.is_some();
        if answers_again {
            handle.recovered.notify_waiters();
        }
        self.shared
            .state(handle, |state| {
                state.phase = Phase::Idle;
                state.fault = fault.cloned();
                state.next_try = next_try;
                state.quota = quota;
                state.answer_ms = provider.answer_ms();
                if fault.is_none() {
                    state.read_at = Some(now);
                }
            })
            .await;
        if answers_again && handle.directory().read_at.is_none() {
            directory::anew(&self.shared, handle).await;
        }
    }

    /// One round; whether too much had changed for reading the newest pages only.
    async fn round(&mut self, handle: &SourceHandle, provider: &Provider, round: Round, asked: Asked) -> Result<bool, Fault> {
        if handle.refused().is_some() {
            // Its secret could not be had; it may be there by now.
            let _ = keys::by_itself(&self.shared, handle).await;
            handle.network()?;
        }
        self.shared.state(handle, |state| state.phase = Phase::Reading { pages: 0, of: None }).await;
        let directory = async {
            match round {
                Round::Recent => directory::have(&self.shared, handle).await,
                Round::Full if asked.thorough => directory::anew(&self.shared, handle).await,
                Round::Full => directory::refresh(&self.shared, handle).await,
            }
        };
        let ((), recent) = tokio::join!(directory, self.recent(handle, provider, round));
        let (newest_change, is_hasty) = match recent {
            // The newest page alone may be the one that never answers: the others are read all the same.
            Err(fault) if round == Round::Full && is_of_page(&fault) => (None, true),
            // A person waits for what was asked for; by itself the next round is complete.
            Ok(recent) if round == Round::Recent && !(recent.overrun && asked.by_person) => return Ok(recent.overrun),
            recent => (recent?.newest_change, false),
        };
        let full = Full { shared: &self.shared, handle, provider, thorough: asked.thorough, is_hasty, facets: &[] };
        self.pages = full.read(&mut self.mark, newest_change).await?;
        Ok(false)
    }

    /// The newest page, usable at once; where the vendor can be asked, every page with changes since the last time.
    async fn recent(&self, handle: &SourceHandle, provider: &Provider, round: Round) -> Result<Recent, Fault> {
        let asks_changes = provider.can_ask_changes() && round == Round::Recent;
        // No change is older than one that has not happened yet: as a watermark it would hide all of them.
        let known = self.mark.newest_change.filter(|at| asks_changes && !is_to_come(*at, provider.now()));
        let mut cursor = Cursor::Start;
        let mut newest_change = None;
        let began_at = self.shared.wall.now();
        for read in 1..=RECENT_PAGES {
            let page = patiently(async || provider.page(Scan::Recent, &cursor).await).await?;
            let read_at = self.shared.wall.now();
            let now = provider.now();
            let changes = page.items.iter().filter_map(|item| item.row.updated_at).filter(|at| !is_to_come(*at, now));
            newest_change = newest_change.max(changes.max());
            // Latest change first: behind a row that is known, all are.
            let meets_known =
                known.is_none_or(|known| page.items.last().is_none_or(|item| item.row.updated_at.is_some_and(|at| at <= known)));
            // Behind the first page there may be changes, and nothing tells how far.
            let overrun = asks_changes && known.is_none() && page.next.is_some();
            let next = page.next.clone().filter(|_| !meets_known);
            // The watermark moves with the page that closes the gap: a walk that breaks off is walked again.
            let has_all = next.is_none() && known.is_some();
            let mark = has_all.then(|| Mark { newest_change: newest_change.max(known), ..self.mark.clone() });
            store(&self.shared, PageWrite { source: handle.id, items: page.items, mark, read_at }).await?;
            let quota = quota(provider, &self.shared.wall);
            self.shared
                .state(handle, |state| {
                    state.phase = phase(quota, read_at, read, None);
                    state.read_at = Some(read_at);
                    state.changes_at = if has_all { Some(began_at) } else { state.changes_at };
                    state.quota = quota;
                })
                .await;
            match next {
                Some(next) => cursor = next,
                None => return Ok(Recent { newest_change, overrun }),
            }
        }
        Ok(Recent { newest_change, overrun: true })
    }
}

/// Who wants a round.
#[derive(Clone, Copy)]
struct Asked {
    /// A person, and all of it.
    thorough: bool,
    by_person: bool,
}

/// What reading the newest found.
struct Recent {
    /// The latest change that any row showed.
    newest_change: Option<Timestamp>,
    /// More had changed than is read page by page.
    overrun: bool,
}
