//! Pages of Tines' list: what came, what is kept of it, and where it goes on. Pure.

use super::convert::{Ground, row};
use super::wire::{List, Meta};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Listed, Page, RawBody};
use crate::providers::http::unreadable;
use crate::providers::loose::Maybe;

/// A walk that asks for more pages than this is led astray: a million cases in the smallest pages (20) fit.
const MAX_PAGE: u32 = 50_000;

/// Which cases are wanted. The vendor is asked for them, and its answer is judged again: a filter that it does not
/// understand it ignores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) team: Option<String>,
    /// `OPEN` or `CLOSED`, as filters spell it.
    pub(super) status: Option<&'static str>,
}

/// A page, and how many of its rows nobody had asked for.
pub(super) fn page(text: &str, number: u32, wanted: &Wanted, ground: Ground<'_>) -> Result<(Page, usize), Fault> {
    let wire: List<'_> = serde_json::from_str(text).map_err(|error| unreadable(&error, text))?;
    let Some(cases) = wire.cases else {
        return Err(Fault::new(FaultKind::BadBody, "the answer holds no list of cases"));
    };
    let mut items = Vec::with_capacity(cases.len());
    let mut malformed = Vec::new();
    let mut unwanted = 0;
    for raw in &cases {
        match row(raw.get(), ground) {
            Ok((_, origin)) if !origin.is_wanted(wanted) => unwanted += 1,
            Ok((row, _)) => items.push(Listed { row, raw: RawBody(raw.get().into()) }),
            Err(sentence) => malformed.push(sentence),
        }
    }
    // With rows dropped, the vendor's count is not ours.
    let total = if unwanted == 0 { total(&wire.meta, cases.len()) } else { None };
    let next = next_page(&wire.meta, number).filter(|_| !cases.is_empty()).map(Cursor::Number);
    Ok((Page { items, next, pages: pages(&wire.meta), total, malformed }, unwanted))
}

/// The number of the page behind `page`: the vendor's number, else the one in its URL, else the next while there are more.
/// Only the number is taken; the URL could lead a token to another host.
pub(super) fn next_page(meta: &Maybe<Meta<'_>>, page: u32) -> Option<u32> {
    let meta = meta.0.as_ref()?;
    let number = meta.next_page_number.as_ref().and_then(|number| number.count()?.try_into().ok());
    let in_url = || meta.next_page.as_ref().and_then(|url| page_in(url.as_str()));
    let is_told = meta.next_page_number.is_some() || meta.next_page.is_some();
    let next = match number.or_else(in_url) {
        Some(next) => next,
        None if is_told || u64::from(page) >= meta.pages.count().unwrap_or(0) => return None,
        None => page.checked_add(1)?,
    };
    (next > page && next <= MAX_PAGE).then_some(next)
}

fn page_in(url: &str) -> Option<u32> {
    let (_, query) = url.split_once('?')?;
    query.split(['&', '#']).find_map(|pair| pair.strip_prefix("page="))?.parse().ok()
}

pub(super) fn pages(meta: &Maybe<Meta<'_>>) -> Option<u32> {
    meta.0.as_ref()?.pages.count()?.try_into().ok()
}

/// How many there are in all. The documents call `count` the number in this answer, the samples show the total: it is
/// believed where it is no smaller than the pages before the last one must hold.
pub(super) fn total(meta: &Maybe<Meta<'_>>, here: usize) -> Option<u64> {
    let meta = meta.0.as_ref()?;
    let count = meta.count.count()?;
    let before_last = meta.pages.count().unwrap_or(1).saturating_sub(1).saturating_mul(meta.per_page.count().unwrap_or(0));
    (count >= before_last && count >= here as u64).then_some(count)
}
