//! What stands before a vendor: the record of what was received, the faults to come, its quota, and what its lists leave out.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;

use super::faults::Faults;
use super::lock::hold;
use super::options::Options;
use super::pace::Pace;
use super::quota::Quota;
use super::reply::is_read;
use super::time::now_ms;
use super::vendor::Vendor;
use super::weather::{Blow, Weather};

/// Writes are what tests ask for, so more of them are kept than of reads.
const MAX_WRITES: usize = 10_000;
const MAX_READS: usize = 5_000;

/// One request as the vendor saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Received {
    /// Upper case.
    pub method: String,
    /// Without the query, percent-encoding as sent.
    pub path: String,
    /// After the question mark, as sent; empty when there is none.
    pub query: String,
    /// As text.
    pub body: String,
    /// The status that was answered, also when the answer was cut on its way; 0 when none was made.
    pub status: u16,
}

/// The gate of one vendor.
pub(crate) struct Gate {
    pub(crate) latency_ms: u64,
    pace: Arc<Pace>,
    /// Entries of a timeline that are given at once; 0: as many as are asked for.
    most: AtomicUsize,
    /// Lists leave descriptions out.
    brief: AtomicBool,
    weather: Mutex<Weather>,
    quota: Mutex<Quota>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    order: u64,
    reads: VecDeque<(u64, Received)>,
    writes: VecDeque<(u64, Received)>,
}

impl Log {
    fn push(&mut self, order: u64, received: Received) {
        let (kept, bound) = if is_read(&received.method) { (&mut self.reads, MAX_READS) } else { (&mut self.writes, MAX_WRITES) };
        if kept.len() >= bound {
            kept.pop_front();
        }
        kept.push_back((order, received));
    }
}

impl Gate {
    pub(crate) fn new(vendor: Vendor, options: &Options, pace: Arc<Pace>) -> Self {
        Self {
            latency_ms: options.latency_ms,
            pace,
            most: AtomicUsize::new(0),
            brief: AtomicBool::new(false),
            weather: Weather::new(vendor, options.seed, options.faults).into(),
            quota: Quota::new(vendor, options.quota).into(),
            log: Mutex::default(),
        }
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        hold(&self.weather).set(faults);
    }

    pub(crate) fn set_most(&self, most: usize) {
        self.most.store(most, Ordering::Relaxed);
    }

    pub(crate) fn set_brief(&self, brief: bool) {
        self.brief.store(brief, Ordering::Relaxed);
    }

    /// A case as an item of the list; Datadog's keys are one level down.
    pub(crate) fn listed(&self, mut case: Value) -> Value {
        if self.brief.load(Ordering::Relaxed) {
            let inner =
                if case.get("attributes").is_some_and(|inner| inner.get("title").is_some()) { &mut case["attributes"] } else { &mut case };
            inner.as_object_mut().map(|keys| keys.remove("description"));
        }
        case
    }

    /// How many of `asked` entries are given at once.
    pub(crate) fn given(&self, asked: usize) -> usize {
        match self.most.load(Ordering::Relaxed) {
            0 => asked,
            most => asked.min(most),
        }
    }

    pub(crate) fn script(&self, method: &str, path_contains: &str, blow: Blow, times: u32) {
        hold(&self.weather).script(method, path_contains, blow, times);
    }

    pub(crate) fn mend(&self) {
        hold(&self.weather).mend();
    }

    /// Whether a list should shift under the reader now: in rough weather, and unless the world stands still.
    pub(crate) fn shifts(&self) -> bool {
        self.pace.get() > 0.0 && hold(&self.weather).shifts()
    }

    /// What happens to a request that has come.
    pub(crate) fn decide(&self, method: &str, target: &str) -> Blow {
        hold(&self.weather).decide(method, target)
    }

    /// Whether the quota lets one more request in.
    pub(crate) fn admits(&self) -> bool {
        hold(&self.quota).take(now_s())
    }

    /// Writes what is left of the quota into an answer.
    pub(crate) fn announce(&self, headers: &mut HeaderMap, refused: bool) {
        hold(&self.quota).announce(headers, now_s(), refused);
    }

    /// What was received, in the order of arrival.
    pub(crate) fn received(&self) -> Vec<Received> {
        let log = hold(&self.log);
        let mut all: Vec<&(u64, Received)> = log.reads.iter().chain(&log.writes).collect();
        all.sort_by_key(|(order, _)| *order);
        all.into_iter().map(|(_, received)| received.clone()).collect()
    }

    /// The place of a request in the order of arrival.
    pub(crate) fn arrival(&self) -> u64 {
        let mut log = hold(&self.log);
        log.order += 1;
        log.order
    }

    pub(crate) fn record(&self, order: u64, received: Received) {
        hold(&self.log).push(order, received);
    }
}

fn now_s() -> u64 {
    now_ms().div_euclid(1_000).unsigned_abs()
}
