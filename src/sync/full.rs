//! A complete pass over one source: every page, with several requests in flight where pages are numbered, and storing
//! beside reading. [`Walk`] keeps the books; this does the asking.

use std::rc::Rc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;

use super::disk::Sheet;
use super::gone;
use super::pass::{Asked, Verdict, Walk};
use super::pull::{phase, quota, store, store_surely};
use super::worker::{Seat, Shared};
use crate::domain::case::Rid;
use crate::domain::facet::Facet;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Page, Scan};
use crate::protocol::{Coverage, Gap};
use crate::providers::Provider;
use crate::store::Mark;

/// Pages that wait for the disk before the next is asked for: either the disk keeps up, or the network waits.
const STORING: usize = 16;

pub(super) struct Full<'a> {
    pub shared: &'a Rc<Shared>,
    pub seat: &'a Seat,
    pub provider: &'a Provider,
    /// A person asked for all of it: cases that were asked for lately are asked for again.
    pub thorough: bool,
    /// What is asked for; empty: everything, which is a pass.
    pub facets: &'a [Facet],
}

impl Full<'_> {
    /// Reads every page and asks for every case that was known and not met. Returns the number of pages.
    ///
    /// `newest_change`: the latest change shown before the pass began. Everything older is known once the pass is whole.
    pub(super) async fn read(&self, mark: &mut Mark, newest_change: Option<Timestamp>) -> Result<u32, Fault> {
        let mut next = Mark { pass: mark.pass + 1, ..mark.clone() };
        let mut walk = Walk::default();
        let verdict = loop {
            let walked = self.walk(&mut walk, &mut next).await;
            // A pass that broke off has stored what it read; its number is used up.
            mark.pass = next.pass;
            walked?;
            match walk.verdict() {
                Verdict::Again => {}
                verdict => break verdict,
            }
        };
        let is_whole = verdict == Verdict::Complete && gone::ask(self, next.pass).await?;
        let read_at = Timestamp::now();
        if is_whole {
            next.complete_at = Some(read_at);
            (next.seen, next.expected) = (walk.seen(), Some(walk.seen()));
            next.newest_change = newest_change.max(next.newest_change);
        }
        store(self.shared, Sheet { source: self.seat.id, items: Vec::new(), mark: Some(next.clone()), read_at }).await?;
        *mark = next.clone();
        let coverage = if is_whole {
            Coverage::Full { at: read_at, hidden: next.hidden() }
        } else {
            Coverage::Partial { seen: walk.seen(), of: walk.total(), gap: Some(Gap::Moved) }
        };
        let malformed = walk.malformed();
        self.shared
            .state(self.seat, |state| {
                state.coverage = coverage;
                state.malformed = malformed;
            })
            .await;
        Ok(walk.pages().0)
    }

    /// Reads every page of what the facets ask for: the cases that came, and why they are not all.
    /// It is no pass: nothing is known of what did not come.
    pub(super) async fn read_matching(&self) -> Result<(Vec<Rid>, Option<Gap>), Fault> {
        let mut walk = Walk::default();
        let mut mark = Mark::default();
        loop {
            self.walk(&mut walk, &mut mark).await?;
            match walk.verdict() {
                Verdict::Again => {}
                verdict => return Ok((walk.met(), (verdict != Verdict::Complete).then_some(Gap::Moved))),
            }
        }
    }

    /// Asks for what the walk wants until it wants nothing more and all of it is stored.
    async fn walk(&self, walk: &mut Walk, mark: &mut Mark) -> Result<(), Fault> {
        let mut reading = FuturesUnordered::new();
        let mut storing = FuturesUnordered::new();
        let mut failure = None;
        let mut lanes = self.provider.concurrency();
        loop {
            while failure.is_none() && reading.len() < lanes && storing.len() < STORING {
                let Some(asked) = walk.next() else { break };
                reading.push(self.page(asked));
            }
            tokio::select! {
                Some((asked, answer)) = reading.next() => {
                    let now = Timestamp::now();
                    let stored = answer.and_then(|page: Page| walk.took(&asked, &page, now).map(|()| page));
                    match stored {
                        Ok(page) => {
                            // What a complete pass has found counts until another one is.
                            if mark.complete_at.is_none() {
                                (mark.seen, mark.expected) = (walk.seen(), walk.total());
                            }
                            storing.push(self.store(asked.page, page, mark.clone(), now));
                        }
                        Err(fault) => {
                            // A vendor that answers one page but not eight at once is asked for fewer.
                            if fault.kind == FaultKind::TimedOut {
                                lanes = (lanes / 2).max(1);
                            }
                            if !walk.failed(asked, &fault) {
                                failure = Some(fault);
                            }
                        }
                    }
                }
                Some(stored) = storing.next() => match stored {
                    Ok((page, rids)) => {
                        walk.stored(page, &rids);
                        self.tell(walk, mark).await;
                    }
                    Err(fault) => failure = Some(fault),
                },
                // What was read before a failure is stored and told all the same: it would never be told later.
                else => return failure.map_or(Ok(()), Err),
            }
        }
    }

    async fn page(&self, asked: Asked) -> (Asked, Result<Page, Fault>) {
        let answer = self.provider.matching(self.facets, Scan::All, &asked.cursor).await;
        (asked, answer)
    }

    async fn store(&self, page: u32, read: Page, mark: Mark, read_at: Timestamp) -> Result<(u32, Vec<Rid>), Fault> {
        let sheet = Sheet { source: self.seat.id, items: read.items, mark: self.facets.is_empty().then_some(mark), read_at };
        if self.facets.is_empty() {
            return Ok((page, store(self.shared, sheet).await?));
        }
        Ok((page, store_surely(self.shared, sheet).await?))
    }

    /// How far the pass is. A list that was complete once stays what it was until this pass has met all of it.
    async fn tell(&self, walk: &Walk, mark: &Mark) {
        if !self.facets.is_empty() {
            return;
        }
        let now = Timestamp::now();
        let (pages, of) = walk.pages();
        let quota = quota(self.provider);
        self.shared
            .state(self.seat, |state| {
                state.phase = phase(quota, now, pages, of);
                state.read_at = Some(now);
                state.quota = quota;
                state.malformed = walk.malformed();
                if mark.complete_at.is_none() {
                    state.coverage = Coverage::Partial { seen: walk.seen(), of: walk.total(), gap: None };
                }
            })
            .await;
    }
}
