//! What a sitting is held over: the sources, the data directory, the worker's thread and, in the demo, the vendors.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::thread;

use super::demo_house;
use super::opened::Opened;
use super::wake::Wake;
use crate::config::{Config, Poll};
use crate::demo::Options;
use crate::domain::case::Vendor;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::wall::Wall;
use crate::protocol::{Order, Ticket};
use crate::sync::{
    Secrets, {self},
};

/// Orders that may wait for the worker to be ready; a person presses no more keys than this while a secret is read.
const MAX_EARLY_ORDERS: usize = 64;

/// Why a sitting is over.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    Quit,
    /// SIGTERM and the like, by number.
    Signal(i32),
    Failed(Fault),
    /// First run: go on with the embedded vendors.
    StartDemo,
    /// First run: write a configuration and end.
    WriteConfig(Option<Vendor>),
}

/// Where cases come from.
#[derive(Clone, Debug)]
pub enum Source {
    Configured(Box<Config>),
    Demo(Options),
    /// No configuration: the first-run screen, no worker.
    Nothing,
}

/// What a worker needs to start.
#[derive(Clone, Debug)]
pub struct Plan {
    pub source: Source,
    /// Demo: names of the vendors to read; empty: all of them. A configuration comes with its sources chosen.
    pub only: Vec<String>,
    /// None in the demo: a directory of its own, fresh with every start.
    pub data: Option<PathBuf>,
    /// Where the demo's own directory is made.
    pub default_data: PathBuf,
    pub offline: bool,
    /// Fetched before the screen was taken; None: as the worker starts.
    pub secrets: Option<Secrets>,
    pub wall: Wall,
}

/// The loop's end of the worker, through its three ages.
pub enum Worker {
    /// Not started; orders wait.
    Ahead {
        plan: Plan,
        early: VecDeque<(Ticket, Order)>,
    },
    Ready(Opened),
    /// It has stopped, or there never is one.
    Gone,
}

impl Worker {
    pub fn new(plan: Plan) -> Self {
        match plan.source {
            Source::Nothing => Self::Gone,
            _ => Self::Ahead { plan, early: VecDeque::new() },
        }
    }

    /// Starts it beside the loop: the disk takes its time.
    pub fn start(&self, wakes: &SyncSender<Wake>) -> Result<(), Fault> {
        let Self::Ahead { plan, .. } = self else { return Ok(()) };
        let (plan, wakes) = (plan.clone(), wakes.clone());
        let opening = thread::Builder::new().name("opening".into()).spawn(move || {
            let opened = open(plan);
            // The loop has ended meanwhile; what was opened is dropped and stops.
            let _ = wakes.send(Wake::Opened(Box::new(opened)));
        });
        opening.map(|_| ()).map_err(|error| Fault::new(FaultKind::Busy, format!("cannot start a thread: {error}")))
    }

    /// Takes over a worker that is ready; answers with the orders that waited for it.
    pub fn opened(&mut self, mut opened: Opened, wakes: &SyncSender<Wake>) -> VecDeque<(Ticket, Order)> {
        let reports = opened.link.reports();
        let wakes = wakes.clone();
        let forwarding = thread::Builder::new().name("reports".into()).spawn(move || {
            for report in reports {
                if wakes.send(Wake::Report(report)).is_err() {
                    return;
                }
            }
            // The loop has ended before the worker.
            let _ = wakes.send(Wake::WorkerGone);
        });
        let next = if forwarding.is_ok() { Self::Ready(opened) } else { Self::Gone };
        match std::mem::replace(self, next) {
            Self::Ahead { early, .. } => early,
            _ => VecDeque::new(),
        }
    }

    pub fn send(&mut self, ticket: Ticket, order: Order) -> Result<(), Fault> {
        match self {
            Self::Ahead { early, .. } if early.len() < MAX_EARLY_ORDERS => {
                early.push_back((ticket, order));
                Ok(())
            }
            Self::Ahead { .. } => Err(Fault::new(FaultKind::Busy, "still starting, and much is waiting already")),
            Self::Ready(opened) => opened.link.send(ticket, order),
            Self::Gone => Err(Fault::new(FaultKind::Closed, "the part that talks to the vendors and the disk is not running")),
        }
    }

    /// The data directory; None: it is not known yet, or no worker runs.
    pub fn data(&self) -> Option<&Path> {
        match self {
            Self::Ready(opened) => Some(&opened.data),
            _ => None,
        }
    }

    pub fn gone(&mut self) {
        *self = Self::Gone;
    }

    /// Lets it finish what it is writing; the bound is the worker's own.
    pub fn stop(self) {
        if let Self::Ready(opened) = self {
            opened.link.stop();
        }
    }
}

fn open(plan: Plan) -> Result<Opened, Fault> {
    let (sources, house, poll) = match &plan.source {
        Source::Configured(config) if plan.offline => (sync::sources_for_disk(config), None, config.poll.clone()),
        Source::Configured(config) => {
            let sources = match plan.secrets {
                Some(secrets) => sync::sources_with(config, secrets),
                None => sync::sources(config),
            };
            (sources, None, config.poll.clone())
        }
        Source::Demo(options) => {
            let house = demo_house::open(options, plan.data.clone(), &plan.default_data)?;
            (house.sources(&plan.only)?, Some(house), Poll::default())
        }
        Source::Nothing => (Vec::new(), None, Poll::default()),
    };
    let data = house.as_ref().map_or_else(|| plan.data.clone().unwrap_or(plan.default_data), |house| house.data().to_owned());
    let link = sync::start(sync::setup::Setup { sources, data: data.clone(), offline: plan.offline, poll, wall: plan.wall })?;
    Ok(Opened { link, data, house })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_before_the_worker_is_ready_wait_up_to_a_bound_and_the_next_one_is_told() {
        let data = PathBuf::from("never opened");
        let plan = Plan {
            source: Source::Configured(Box::default()),
            only: Vec::new(),
            data: Some(data.clone()),
            default_data: data,
            offline: true,
            secrets: None,
            wall: Wall::default(),
        };
        let mut worker = Worker::new(plan);
        let order = || Order::Refresh { source: None, full: true };
        let taken = (0..10_000).filter(|n| worker.send(Ticket(*n), order()).is_ok()).count();
        assert_eq!(taken, MAX_EARLY_ORDERS);
        let fault = worker.send(Ticket(10_001), order()).unwrap_err();
        assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Busy, "still starting, and much is waiting already"));
        let Worker::Ahead { early, .. } = &worker else { panic!("nothing started it") };
        assert!(early.iter().map(|(ticket, _)| ticket.0).eq(0..MAX_EARLY_ORDERS as u64), "the first ones are kept, in order");
    }
}
