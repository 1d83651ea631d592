//! The worker. It talks to the vendors and to the disk, and tells the screen what it learns.
//!
//! Two threads: the worker (HTTP and decoding, one tokio runtime of its own) and the disk (it alone owns SQLite). The
//! screen sends orders without ever waiting ([`Link::send`]); the worker may wait for the screen to take its reports,
//! never the other way round. Each source is a task of its own, so that one that is slow or down delays no other.

mod asides;
mod baselines;
mod bulk;
mod detail;
mod directory;
mod disk;
mod doubts;
mod drafts;
mod examine;
mod fetch;
mod full;
mod gate;
mod gone;
mod hunks;
mod journal;
mod key_ring;
mod keys;
mod merge;
mod paging;
mod pass;
mod people;
mod permit;
mod plan;
mod probe;
mod pull;
mod push;
mod pushdown;
mod schedule;
mod send;
pub mod setup;
mod shared;
mod sleepers;
mod source_handle;
mod sources;
mod succession;
mod tasks;
mod wish;
mod worker;

use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvError, RecvTimeoutError, sync_channel};
use std::task::{Context, Poll as Progress, Wake, Waker};
use std::thread::{
    Thread, {self},
};
use std::time::{Duration, Instant};

pub use permit::{recall, refusals};
pub use plan::NOT_ON_DISK;
pub use probe::{Answer, Probed, probe};
pub use sources::{Secrets, SourceSetup, secrets, sources, sources_for_disk, sources_with};
use tokio::sync::{mpsc, watch};
pub use worker::state_of;

use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::{Order, Report, Ticket};
use crate::store::{Access, Store};
use crate::sync::setup::Setup;

/// Orders that may wait. A person gives a few per second; more means that the worker is stuck, and says so.
const ORDERS: usize = 64;
/// Reports that may wait for the screen; a report is a page or a chunk of rows at most.
const REPORTS: usize = 256;
/// What stopping may take: long enough to finish what is being written, short enough to quit at a keypress.
const STOP_LIMIT: Duration = Duration::from_secs(2);
/// The same for a program that goes on with the files: a slow disk takes its time to close them.
const FINISH_LIMIT: Duration = Duration::from_mins(1);

/// Opens the disk, then starts the worker. Returns before anything is read; the first reports follow at once.
///
/// # Errors
/// The data directory cannot be used: the fault names the file and says what to do.
pub fn start(setup: Setup) -> Result<Link, Fault> {
    begin(setup, true)
}

/// As [`start`], for a program that does one thing and ends: sources are read only when an order asks for it. The
/// outbox is sent as ever.
///
/// # Errors
/// The data directory cannot be used: the fault names the file and says what to do.
pub fn start_quiet(setup: Setup) -> Result<Link, Fault> {
    begin(setup, false)
}

fn begin(mut setup: Setup, polls: bool) -> Result<Link, Fault> {
    let mut store = Store::open(&setup.data, Access::ReadWrite)?;
    permit::recall(&mut setup.sources, &setup.data);
    let names: Vec<&str> = setup.sources.iter().map(|source| source.name.as_str()).collect();
    // Cases that cannot be read leave the outbox usable; every source then shows the fault.
    let _ = store.sources(&names);
    let (orders, order_queue) = mpsc::channel(ORDERS);
    let (report_queue, reports) = mpsc::channel(REPORTS);
    let (stop, stopping) = watch::channel(false);
    let (ending, ended) = sync_channel(1);
    let (disk, disk_thread) = disk::start(store)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::new(FaultKind::Disk, format!("the worker cannot start: {error}")))?;
    let body = move || {
        runtime.block_on(worker::run(setup, polls, disk, order_queue, report_queue, stopping));
        // Tasks that hold the disk end with the runtime; only then does the disk finish its queue and close. A name that is
        // still being looked up holds nothing of ours.
        runtime.shutdown_background();
        let _ = disk_thread.join();
        let _ = ending.send(());
    };
    thread::Builder::new()
        .name("caseload-worker".into())
        .spawn(body)
        .map_err(|error| Fault::new(FaultKind::Disk, format!("the worker cannot start: {error}")))?;
    Ok(Link { orders, reports: Some(Reports { queue: reports }), stop, ended })
}

/// The screen's end. Dropping it stops the worker without waiting for it.
pub struct Link {
    orders: mpsc::Sender<(Ticket, Order)>,
    reports: Option<Reports>,
    stop: watch::Sender<bool>,
    ended: Receiver<()>,
}

impl Link {
    /// Hands an order over; never waits.
    ///
    /// # Errors
    /// `Busy`: too many orders wait already. `Closed`: the worker is gone. Either way no `Done` will come.
    pub fn send(&self, ticket: Ticket, order: Order) -> Result<(), Fault> {
        self.orders.try_send((ticket, order)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Fault::new(FaultKind::Busy, "too much is waiting already"),
            mpsc::error::TrySendError::Closed(_) => Fault::new(FaultKind::Closed, "the worker has stopped"),
        })
    }

    /// Where the reports come out. Taken once; a second taker finds it closed.
    pub fn reports(&mut self) -> Reports {
        self.reports.take().unwrap_or_else(|| Reports { queue: mpsc::channel(1).1 })
    }

    /// Finishes what is being written, then ends; whatever is queued stays on disk. Takes two seconds at most.
    pub fn stop(self) {
        self.stop_within(STOP_LIMIT);
    }

    /// As [`Self::stop`], for a program that reads the same files afterwards: it would meet its own worker there, still closing
    /// them on a slow disk, and take it for another process.
    pub fn finish(self) {
        self.stop_within(FINISH_LIMIT);
    }

    fn stop_within(self, limit: Duration) {
        // The worker may be waiting for a screen that no longer listens: the signal reaches it there too.
        let _ = self.stop.send(true);
        let _ = self.ended.recv_timeout(limit);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

/// The reports, in order. Blocking: for a thread of its own, or for a program without a screen.
pub struct Reports {
    queue: mpsc::Receiver<Report>,
}

impl Reports {
    /// Waits for the next report.
    ///
    /// # Errors
    /// The worker has ended and everything it said was taken.
    pub fn recv(&mut self) -> Result<Report, RecvError> {
        self.queue.blocking_recv().ok_or(RecvError)
    }

    /// Waits for the next report, up to `limit`.
    ///
    /// # Errors
    /// Nothing came in time, or the worker has ended and everything it said was taken.
    pub fn recv_timeout(&mut self, limit: Duration) -> Result<Report, RecvTimeoutError> {
        let until = Instant::now() + limit;
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            if let Progress::Ready(report) = pin!(self.queue.recv()).poll(&mut context) {
                return report.ok_or(RecvTimeoutError::Disconnected);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(RecvTimeoutError::Timeout);
            }
            thread::park_timeout(left);
        }
    }
}

impl Iterator for Reports {
    type Item = Report;

    fn next(&mut self) -> Option<Report> {
        self.recv().ok()
    }
}

/// Wakes the thread that waits in [`Reports::recv_timeout`].
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_is_stuck_holds_a_bounded_number_of_orders_and_the_next_one_is_told() {
        let (orders, mut queue) = mpsc::channel(ORDERS);
        let (_ending, ended) = sync_channel(1);
        let link = Link { orders, reports: None, stop: watch::channel(false).0, ended };
        let order = || Order::Refresh { source: None, full: true };
        let taken = (0..10_000).filter(|n| link.send(Ticket(*n), order()).is_ok()).count();
        assert_eq!(taken, ORDERS);
        let fault = link.send(Ticket(10_001), order()).unwrap_err();
        assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Busy, "too much is waiting already"));
        assert_eq!(queue.try_recv().unwrap().0, Ticket(0), "the first one is first");
        assert!(link.send(Ticket(10_002), order()).is_ok(), "there is room again");
    }
}
