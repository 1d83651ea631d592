//! A complete pass over one source: every page, with several requests in flight where pages are numbered, and storing
//! beside reading. [`Walk`] keeps the books; this does the asking.

pub(super) mod reader;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;

use super::disk::PageWrite;
use super::gone;
use super::pass::{Asked, Start, Verdict, Walk};
use crate::domain::case::Rid;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::Page;
use crate::domain::wall::is_to_come;
use crate::protocol::{Coverage, Gap, Report};
use crate::store::Mark;
use crate::sync::full::reader::Full;
use crate::sync::paging::{phase, quota, store, store_surely};

/// Pages that wait for the disk before the next is asked for: either the disk keeps up, or the network waits.
const STORING: usize = 16;

impl Full<'_> {
    /// Reads every page and asks for every case that was known and not met. Returns the number of pages.
    ///
    /// `newest_change`: the latest change shown before the pass began. Everything older is known once the pass is whole.
    pub(super) async fn read(&self, mark: &mut Mark, newest_change: Option<Timestamp>) -> Result<u32, Fault> {
        let mut next = Mark { pass: mark.pass + 1, ..mark.clone() };
        let mut walk = self.begin(mark.hidden());
        // A pass that breaks off has stored what it read; its number is used up.
        mark.pass = next.pass;
        let (mut gap, hidden) = self.walk_to_its_end(&mut walk, &mut next).await?;
        if gap.is_none() {
            let unsettled = gone::ask(self, next.pass, &walk.met()).await?;
            gap = (unsettled > 0).then_some(Gap::Unsettled { cases: unsettled });
        }
        let read_at = self.shared.wall.now();
        if gap.is_none() {
            next.complete_at = Some(read_at);
            (next.seen, next.expected) = (walk.seen(), Some(walk.seen() + hidden));
            next.newest_change = newest_change.max(next.newest_change.filter(|at| !is_to_come(*at, self.provider.now())));
            (next.question, next.malformed) = (self.handle.question, walk.malformed());
        }
        store(self.shared, PageWrite { source: self.handle.id, items: Vec::new(), mark: Some(next.clone()), read_at }).await?;
        *mark = next.clone();
        // Another process may have found out first: its removal leaves nothing here that this pass could miss.
        let elsewhere = self.shared.disk.gone_elsewhere(self.handle.id).await?;
        if !elsewhere.is_empty() {
            self.shared.report(Report::Gone(elsewhere)).await;
        }
        let coverage = match gap {
            None => Coverage::Full { at: read_at, hidden },
            gap => Coverage::Partial { seen: walk.seen(), of: walk.total(), gap },
        };
        let (malformed, remarks) = (walk.malformed(), walk.remarks());
        self.shared
            .state(self.handle, |state| {
                state.coverage = coverage;
                state.malformed = malformed;
                state.remarks = remarks;
            })
            .await;
        Ok(walk.pages().0)
    }

    /// Reads every page of what the facets ask for: the cases that came, and why they are not all.
    /// It is no pass: nothing is known of what did not come.
    pub(super) async fn read_matching(&self) -> Result<(Vec<Rid>, Option<Gap>), Fault> {
        let mut walk = self.begin(0);
        let (gap, _) = self.walk_to_its_end(&mut walk, &mut Mark::default()).await?;
        Ok((walk.met(), gap))
    }

    fn begin(&self, hidden: u64) -> Walk {
        let (is_numbered, has_two_ends) = (self.provider.numbers_pages(), self.provider.has_two_ends());
        Walk::new(Start { is_numbered, has_two_ends, hidden, is_hasty: self.is_hasty })
    }

    /// Why not every case was met; and how many the vendor counts and does not show.
    async fn walk_to_its_end(&self, walk: &mut Walk, mark: &mut Mark) -> Result<(Option<Gap>, u64), Fault> {
        loop {
            self.walk(walk, mark).await?;
            match walk.verdict() {
                Verdict::Again => {}
                Verdict::Complete { hidden } => return Ok((None, hidden)),
                Verdict::Short(gap) => return Ok((Some(gap), 0)),
                Verdict::Failed(fault) => return Err(fault),
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
                    let now = self.shared.wall.now();
                    let stored = answer.and_then(|page: Page| walk.took(&asked, &page, now).map(|()| page));
                    match stored {
                        Ok(page) => {
                            // What a complete pass has found counts until another one is.
                            if mark.complete_at.is_none() {
                                (mark.seen, mark.expected) = (walk.seen(), walk.total());
                            }
                            storing.push(self.store(asked, page, mark.clone(), now));
                        }
                        Err(fault) => {
                            // A vendor that answers one page but not eight at once is asked for fewer.
                            if fault.kind == FaultKind::TimedOut {
                                lanes = (lanes / 2).max(1);
                            }
                            failure = walk.failed(asked, fault).err();
                        }
                    }
                }
                Some(stored) = storing.next() => match stored {
                    Ok((asked, rids)) => {
                        walk.stored(&asked, &rids);
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
        let answer = self.provider.matching(self.facets, asked.scan, &asked.cursor).await;
        (asked, answer)
    }

    async fn store(&self, asked: Asked, read: Page, mark: Mark, read_at: Timestamp) -> Result<(Asked, Vec<Rid>), Fault> {
        let write = PageWrite { source: self.handle.id, items: read.items, mark: self.facets.is_empty().then_some(mark), read_at };
        if self.facets.is_empty() {
            return Ok((asked, store(self.shared, write).await?));
        }
        Ok((asked, store_surely(self.shared, write).await?))
    }

    /// How far the pass is. A list that was complete once stays what it was until this pass has met all of it.
    async fn tell(&self, walk: &Walk, mark: &Mark) {
        if !self.facets.is_empty() {
            return;
        }
        let now = self.shared.wall.now();
        let (pages, of) = walk.pages();
        let quota = quota(self.provider, &self.shared.wall);
        self.shared
            .state(self.handle, |state| {
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
