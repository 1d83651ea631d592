//! Asking the vendors for what matches a query, so that it is here before the complete pass is; and trying facets that may
//! hide cases before they are used.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::disk::PageWrite;
use super::pushdown::{
    Ground, Plan, Proof, {self},
};
use super::source_handle::SourceHandle;
use crate::domain::case::SourceId;
use crate::domain::facet::{Facet, Offer};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Page, Scan};
use crate::protocol::{Asked, Report, Ticket};
use crate::providers::Provider;
use crate::query::Query;
use crate::sync::full::reader::Full;
use crate::sync::paging::{patiently, store_surely};
use crate::sync::shared::Shared;

/// Pages read without the facet: the known cases that it is tried on.
const KNOWN_PAGES: usize = 2;
/// Pages of the facet's own answer in which they have to turn up. Each list begins with the same newest cases, so what is
/// among the first of all is among the first of fewer.
const ANSWER_PAGES: usize = 4;
/// Cases that did not turn up are asked for by themselves: they may have changed meanwhile. More than this need no asking.
const DOUBTS: usize = 5;
/// Vendors change what their search does; what was found is believed for a day.
const BELIEVED: Duration = Duration::from_hours(24);
/// Facets of one source of which it is remembered; one that is forgotten is tried once more.
const MAX_PROOFS: usize = 256;

/// Answers [`crate::protocol::Order::Fetch`].
pub(super) async fn answer(shared: &Rc<Shared>, ticket: Ticket, query: Arc<Query>, sources: Vec<SourceId>) -> Result<(), Fault> {
    let handles: Vec<&SourceHandle> = shared.handles.iter().filter(|handle| sources.is_empty() || sources.contains(&handle.id)).collect();
    let asked = join_all(handles.iter().map(|handle| source(shared, ticket, handle, &query))).await;
    // One source that failed is told with its answer; all of them are what the order came to.
    let faults: Vec<Fault> = asked.into_iter().flatten().collect();
    if faults.len() == handles.len() { faults.into_iter().next().map_or(Ok(()), Err) } else { Ok(()) }
}

/// One source's part; what it failed with.
async fn source(shared: &Rc<Shared>, ticket: Ticket, handle: &SourceHandle, query: &Query) -> Option<Fault> {
    let mut asked =
        Asked { source: handle.id, terms: Vec::new(), words: String::new(), met: Vec::new(), is_whole: false, gap: None, fault: None };
    if let Err(fault) = ask(shared, handle, query, &mut asked).await {
        asked.fault = Some(fault);
    }
    let fault = asked.fault.clone();
    shared.report(Report::Asked { ticket, asked: Arc::new(asked) }).await;
    fault
}

async fn ask(shared: &Rc<Shared>, handle: &SourceHandle, query: &Query, asked: &mut Asked) -> Result<(), Fault> {
    let provider = handle.network()?;
    super::directory::refresh(shared, handle).await;
    let plan = proven(shared, handle, provider, query).await?;
    let is_elsewhere = plan.is_elsewhere();
    asked.terms = plan.terms;
    if is_elsewhere {
        asked.is_whole = true;
        return Ok(());
    }
    if plan.facets.is_empty() {
        return Ok(());
    }
    asked.words = plan.facets.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let full = Full { shared, handle, provider, thorough: false, is_hasty: false, facets: &plan.facets };
    (asked.met, asked.gap) = full.read_matching().await?;
    asked.is_whole = asked.gap.is_none();
    if plan.facets.iter().any(|facet| provider.offers(facet) == Offer::Never) {
        // The vendor has refused it meanwhile: what came was told apart here.
        asked.terms = proven(shared, handle, provider, query).await?.terms;
    }
    Ok(())
}

/// The plan, once every facet that may hide cases was tried.
async fn proven(shared: &Rc<Shared>, handle: &SourceHandle, provider: &Provider, query: &Query) -> Result<Plan, Fault> {
    let directory = handle.directory();
    let me = directory.me.as_ref().map(|me| me.email.as_str()).filter(|mail| !mail.is_empty());
    let ground = Ground { name: &handle.name, vendor: handle.vendor, me, now: shared.wall.now() };
    let plan = || {
        let proofs = handle.proofs.borrow();
        let known = |facet: &Facet| {
            let (proof, at): &(Proof, Instant) = proofs.get(&facet.to_string())?;
            (at.elapsed() < BELIEVED).then_some(*proof)
        };
        pushdown::plan(query, ground, |facet| provider.offers(facet), known)
    };
    let first = plan();
    if first.is_elsewhere() || first.to_prove.is_empty() {
        return Ok(first);
    }
    let known = known_cases(shared, handle, provider).await?;
    for facet in &first.to_prove {
        let proof = probe(handle, provider, facet, &known).await?;
        tracing::info!(source = handle.name, %facet, ?proof, "a facet was tried");
        // What could not be tried now may be next time.
        if proof != Proof::Untried {
            remember(&mut handle.proofs.borrow_mut(), facet.to_string(), proof, Instant::now());
        }
    }
    Ok(plan())
}

/// The newest cases as the vendor lists them unasked; they are kept like any others.
async fn known_cases(shared: &Rc<Shared>, handle: &SourceHandle, provider: &Provider) -> Result<Vec<Page>, Fault> {
    let mut pages = Vec::new();
    let mut cursor = Cursor::Start;
    while pages.len() < KNOWN_PAGES {
        let page = patiently(async || provider.page(Scan::Recent, &cursor).await).await?;
        let write = PageWrite { source: handle.id, items: page.items.clone(), mark: None, read_at: shared.wall.now() };
        store_surely(shared, write).await?;
        let next = page.next.clone();
        pages.push(page);
        match next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    Ok(pages)
}

/// Keeps what was found of a facet. With every word that is searched there is another one, so the oldest leave.
fn remember(proofs: &mut FxHashMap<String, (Proof, Instant)>, facet: String, proof: Proof, now: Instant) {
    if proofs.len() >= MAX_PROOFS {
        proofs.retain(|_, (_, at)| now.duration_since(*at) < BELIEVED);
    }
    if proofs.len() >= MAX_PROOFS
        && let Some(oldest) = proofs.iter().min_by_key(|(_, (_, at))| *at).map(|(facet, _)| facet.clone())
    {
        proofs.remove(&oldest);
    }
    proofs.insert(facet, (proof, now));
}

/// Whether the vendor's answer for the facet holds every known case that holds.
async fn probe(handle: &SourceHandle, provider: &Provider, facet: &Facet, known: &[Page]) -> Result<Proof, Fault> {
    let items = known.iter().flat_map(|page| &page.items);
    let mut missing: Vec<&str> = items.filter(|item| facet.holds(&item.row)).map(|item| item.row.id.id.as_str()).collect();
    let of = missing.len();
    if of == 0 {
        return Ok(Proof::Untried);
    }
    let facets = std::slice::from_ref(facet);
    let mut cursor = Cursor::Start;
    for _ in 0..ANSWER_PAGES {
        let page = match patiently(async || provider.matching(facets, Scan::Recent, &cursor).await).await {
            // A search that refuses the words is as good as one that finds nothing.
            Err(fault) if matches!(fault.kind, FaultKind::Rejected | FaultKind::BadBody) => break,
            page => page?,
        };
        missing.retain(|id| !page.items.iter().any(|item| item.row.id.id == *id));
        match page.next {
            Some(next) if !missing.is_empty() => cursor = next,
            _ => break,
        }
    }
    if missing.is_empty() {
        return Ok(Proof::Honest);
    }
    if missing.len() <= DOUBTS {
        let mut still = 0;
        for id in &missing {
            still += usize::from(holds_now(handle, provider, facet, id).await?);
        }
        if still == 0 {
            return Ok(Proof::Honest);
        }
        return Ok(Proof::Hides { missing: still, of });
    }
    Ok(Proof::Hides { missing: missing.len(), of })
}

/// A case that the answer lacked, as it is now: one that changed meanwhile was rightly left out.
async fn holds_now(handle: &SourceHandle, provider: &Provider, facet: &Facet, id: &str) -> Result<bool, Fault> {
    match patiently(async || provider.case(id).await).await {
        Ok(fetched) => Ok(facet.holds(&handle.decode(&fetched.raw, Timestamp::now())?.row)),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(false),
        Err(fault) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_searched_words_keeps_the_latest_facets_only() {
        let mut proofs = FxHashMap::default();
        let start = Instant::now();
        let at = |n: usize| start + Duration::from_secs(n as u64);
        for n in 0..10_000 {
            remember(&mut proofs, format!("text {n}"), Proof::Honest, at(n));
            assert!(proofs.len() <= MAX_PROOFS);
        }
        assert_eq!(proofs.len(), MAX_PROOFS);
        assert!((10_000 - MAX_PROOFS..10_000).all(|n| proofs.contains_key(&format!("text {n}"))));
        // What is no longer believed leaves before what is.
        let much_later = at(10_000 + 2 * 24 * 3_600);
        remember(&mut proofs, "text anew".into(), Proof::Honest, much_later);
        assert_eq!(proofs.len(), 1);
    }
}
