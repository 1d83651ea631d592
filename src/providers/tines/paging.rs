//! Pages as `meta` tells of them.

use super::wire::Meta;
use crate::providers::loose::Maybe;

/// A walk that asks for more pages than this is led astray: a million cases in the smallest pages (20) fit.
pub(super) const MAX_PAGE: u32 = 50_000;

/// The number of the page behind `page`: the vendor's number, else the one in its URL, else the next while there are more; and
/// where it says nothing of pages, the next until one is empty. Only the number is taken; the URL could lead a token to
/// another host.
pub(super) fn next_page(meta: &Maybe<Meta<'_>>, page: u32) -> Option<u32> {
    let Some(meta) = &meta.0 else { return page.checked_add(1).filter(|next| *next <= MAX_PAGE) };
    let number = meta.next_page_number.as_ref().and_then(|number| number.count()?.try_into().ok());
    let in_url = || meta.next_page.as_ref().and_then(|url| page_in(url.as_str()));
    let is_told = meta.next_page_number.is_some() || meta.next_page.is_some();
    let next = match number.or_else(in_url) {
        Some(next) => next,
        None if is_told || meta.pages.count().is_some_and(|pages| u64::from(page) >= pages) => return None,
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
