//! One case whole, with every page of its timeline and its records.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::cli::run::scope::Scope;
use crate::cli::run::session::Session;
use crate::cli::run::stop::{Exit, Stop};
use crate::config::Config;
use crate::domain::activity::Activity;
use crate::domain::case::{Case, CaseId, Rid, SourceId};
use crate::domain::edit::OutboxEntry;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::person::Person;
use crate::domain::record::{RecordTable, Slice, absorb_tables};
use crate::protocol::{From, Order, Paged, Report};
use crate::store::{Access, Store};
use crate::sync::NOT_ON_DISK;

/// Pages of a timeline or of records that are read: 20 000 entries, far more than anybody reads.
const MAX_PAGES: usize = 400;

/// The only source of such a run.
pub(in crate::cli) const THE_SOURCE: SourceId = SourceId(0);

pub(in crate::cli) struct Opened {
    pub rid: Rid,
    pub case: Arc<Case>,
    /// As it was on disk before this reading.
    pub before: Option<Arc<Case>>,
    pub read_at: Timestamp,
    pub from: From,
    pub activities: Vec<Activity>,
    pub records: Vec<RecordTable>,
    /// The person, where the source says who they are.
    pub me: Option<Person>,
    /// Why it is from disk, or not complete.
    pub fault: Option<Fault>,
}

/// The case's number on disk, when it was read before. `config` holds its source only.
pub(in crate::cli) fn find(scope: &Scope, config: &Config, key: &str) -> Result<Option<Rid>, Stop> {
    let mut store = Store::open(&scope.places.data, Access::ReadOnly)?;
    let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    store.sources(&names)?;
    Ok(store.find(THE_SOURCE, key)?)
}

/// The edits of a case that were saved and have not settled, in the order in which they leave.
pub(in crate::cli) fn queued(scope: &Scope, config: &Config, case: &CaseId) -> Result<Vec<OutboxEntry>, Stop> {
    let mut store = Store::open(&scope.places.data, Access::ReadOnly)?;
    let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    store.sources(&names)?;
    Ok(store.outbox_of(case)?.into_iter().filter(|entry| !entry.progress.is_settled()).collect())
}

/// Reads the case from its vendor; from disk where that fails.
///
/// # Errors
/// It is neither here nor there.
pub(in crate::cli) fn open(session: &mut Session, known: Option<Rid>, key: &str) -> Result<Opened, Stop> {
    let mut news = News { rid: known, ..News::default() };
    let order = match known {
        Some(rid) => Order::Open { rid },
        None => Order::Find { source: THE_SOURCE, reference: key.trim_start_matches('#').into() },
    };
    let mut fault = session.order(order, |report| news.take(report)).err();
    let (Some(rid), Some((case, read_at, from))) = (news.rid, news.case.take()) else {
        return Err(match fault {
            Some(fault) if fault.kind == FaultKind::NotFound => {
                let name = session.name();
                Stop::Said(Exit::NothingMatched, format!("{name} has no case {key}, or these keys cannot see it ({fault})"))
            }
            // Nothing of it is on disk that an edit could be worked out from.
            Some(fault) if fault.kind == FaultKind::Offline => {
                let name = session.name();
                let words = format!("{name}: case {key} {NOT_ON_DISK}, and nothing was saved");
                Stop::Said(
                    Exit::of(&fault),
                    format!("{words}\n  run it again without --offline; once it was read, edits of it are queued without the network, too"),
                )
            }
            Some(fault) => Stop::fault(&fault),
            None => Stop::fault(&Fault::new(FaultKind::BadBody, "the case came without a body")),
        });
    };
    if fault.is_none() {
        fault = walk(session, rid, Paged::Activities, &mut news).or_else(|| walk(session, rid, Paged::Records, &mut news));
    }
    let activities = entries(&mut news.activities);
    let mut records = Vec::new();
    absorb_tables(&mut records, chain(&mut news.records));
    Ok(Opened { rid, case, before: news.before, read_at, from, activities, records, me: session.directory().me.clone(), fault })
}

/// What the worker told about the case; later news replaces earlier. It tells of others, too: polling goes on.
#[derive(Default)]
struct News {
    /// None: not found yet.
    rid: Option<Rid>,
    case: Option<(Arc<Case>, Timestamp, From)>,
    before: Option<Arc<Case>>,
    /// The pages of each that came since the walk began.
    fresh: [BTreeSet<u32>; 2],
    activities: BTreeMap<u32, Slice<Activity>>,
    records: BTreeMap<u32, Slice<RecordTable>>,
}

impl News {
    fn take(&mut self, report: &Report) {
        match report {
            Report::Found { rid, .. } => self.rid = Some(*rid),
            Report::Case { rid, case, read_at, from } if self.rid == Some(*rid) => {
                if *from == From::Disk {
                    self.before = Some(Arc::clone(case));
                }
                self.case = Some((Arc::clone(case), *read_at, *from));
            }
            Report::Activities { rid, page, slice, .. } if self.rid == Some(*rid) => {
                self.fresh[Paged::Activities as usize].insert(*page);
                self.activities.insert(*page, slice.clone());
            }
            Report::Records { rid, page, slice, .. } if self.rid == Some(*rid) => {
                self.fresh[Paged::Records as usize].insert(*page);
                self.records.insert(*page, slice.clone());
            }
            _ => {}
        }
    }

    /// The page behind this one; behind none: the first.
    fn next(&self, what: Paged, page: Option<u32>) -> Option<u32> {
        match what {
            Paged::Activities => behind(&self.activities, page),
            Paged::Records => behind(&self.records, page),
        }
    }
}

fn behind<T>(pages: &BTreeMap<u32, Slice<T>>, page: Option<u32>) -> Option<u32> {
    match page {
        None => pages.keys().next().copied(),
        // Pages are counted upwards: one that leads back would lead round for ever.
        Some(page) => pages.get(&page)?.next.filter(|next| *next > page),
    }
}

/// Asks for page after page behind the first; what stopped it early.
fn walk(session: &mut Session, rid: Rid, what: Paged, news: &mut News) -> Option<Fault> {
    let mut page = news.next(what, None)?;
    // Some of what came until now is from disk.
    news.fresh = Default::default();
    for _ in 1..MAX_PAGES {
        page = news.next(what, Some(page))?;
        // Short pages bring those behind them along.
        if news.fresh[what as usize].contains(&page) {
            continue;
        }
        if let Err(fault) = session.order(Order::More { rid, what, page }, |report| news.take(report)) {
            return Some(fault);
        }
    }
    Some(Fault::new(FaultKind::TooLarge, format!("more than {MAX_PAGES} pages: the rest was left out")))
}

/// The items of all pages: those that follow each other from the first, then what is left of an earlier reading.
fn chain<T>(pages: &mut BTreeMap<u32, Slice<T>>) -> Vec<T> {
    let mut items = Vec::new();
    let mut page = behind(pages, None);
    while let Some(number) = page {
        page = behind(pages, Some(number));
        items.extend(pages.remove(&number).map(|slice| slice.items).unwrap_or_default());
    }
    items.extend(std::mem::take(pages).into_values().flat_map(|slice| slice.items));
    items
}

/// Each entry of the timeline once, in the direction that the vendor's pages have.
fn entries(pages: &mut BTreeMap<u32, Slice<Activity>>) -> Vec<Activity> {
    let first = pages.values().next().map(|slice| slice.items.clone()).unwrap_or_default();
    let mut entries: Vec<Activity> = Vec::new();
    let mut known = BTreeSet::new();
    for entry in chain(pages) {
        // A timeline that grows while it is read shows entries on two pages.
        if entry.id.is_empty() || known.insert(entry.id.clone()) {
            entries.push(entry);
        }
    }
    if entries.iter().all(|entry| entry.at.is_some()) {
        let is_newest_first = first.first().map(|entry| entry.at) > first.last().map(|entry| entry.at);
        let number = |entry: &Activity| entry.id.parse::<u64>().ok();
        let oldest_first = |a: &Activity, b: &Activity| a.at.cmp(&b.at).then_with(|| number(a).cmp(&number(b)));
        entries.sort_by(|a, b| if is_newest_first { oldest_first(b, a) } else { oldest_first(a, b) });
    }
    entries
}
