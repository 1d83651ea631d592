//! One vendor's cases: an endless row of numbers whose content is a function of the seed, and on top of it only what was
//! changed since the start. Numbers ascend with the time of creation.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;

use super::dice::{Dice, mix};
use super::facts::Facts;
use crate::demo::lock::hold;

/// Age of the newest case at the start.
const NEWEST_AGE_MS: i64 = 50_000;
/// Least distance between two cases; the jitter below stays under it so that times ascend with the numbers.
const STEP_MS: i64 = 40_000;
const JITTER_MS: u64 = 36_000;
/// How far back the oldest case lies when there are few.
const SPAN_MS: i64 = 50 * 86_400_000;
/// A storm of look-alikes may begin once in so many cases.
const STORM_EVERY: i64 = 48;
/// Nobody has closed a case that is so young.
pub(crate) const FRESH_MS: i64 = 40 * 60_000;
/// One in so many cases carries hostile text.
const HOSTILE_EVERY: i64 = 60;
/// A world that ran for weeks must not eat the memory: after so many arrivals nobody opens another case.
const MAX_ARRIVALS: u32 = 50_000;
/// Sorted or filtered lists kept for the next page of the same walk.
const MAX_KEPT_LISTS: usize = 4;

/// The unchanging part: from this and a number alone follows a case.
#[derive(Clone, Copy)]
pub(crate) struct Spec {
    seed: u64,
    /// The oldest numbers, which the vendor keeps but does not list.
    pub(crate) shelved: u32,
    /// How many the vendor lists at the start.
    pub(crate) listed: u32,
    pub(crate) start_ms: i64,
    /// Place of the first hostile case, counted from the newest.
    hostile_at: i64,
}

/// What belongs to one case before its text is made.
#[derive(Clone, Copy)]
pub(crate) struct Draft {
    pub(crate) number: u32,
    pub(crate) created_ms: i64,
    pub(crate) age_ms: i64,
    pub(crate) facts: Facts,
    pub(crate) storm: bool,
    /// Which hostile kind, for the few that have one.
    pub(crate) hostile: Option<usize>,
}

impl Draft {
    pub(crate) fn dice(&self, stream: u64) -> Dice {
        Dice::new(mix(self.facts.case, 1_000 + stream))
    }
}

impl Spec {
    pub(crate) fn new(seed: u64, listed: u32, shelved: u32, start_ms: i64, hostile_at: i64) -> Self {
        Self { seed, shelved, listed, start_ms, hostile_at }
    }

    /// The first number that was not there at the start.
    pub(crate) fn end(&self) -> u32 {
        self.shelved + self.listed
    }

    pub(crate) fn key(&self) -> u64 {
        self.seed
    }

    /// How many newer ones there were at the start; negative for arrivals.
    fn rank(&self, number: u32) -> i64 {
        i64::from(self.end()) - 1 - i64::from(number)
    }

    /// Creation time of a number that was there at the start.
    pub(crate) fn created_ms(&self, number: u32) -> i64 {
        let rank = self.rank(number).max(0);
        let total = i128::from(self.end().max(1));
        // A steady drip plus a square: minutes between the newest, hours between the oldest of a small world.
        let curve = i128::from(SPAN_MS) * i128::from(rank) * i128::from(rank) / (total * total);
        let jitter = Dice::new(mix(self.seed, u64::from(number) ^ 0x7ea1)).between(0, JITTER_MS).cast_signed();
        self.start_ms - NEWEST_AGE_MS - STEP_MS * rank - i64::try_from(curve).unwrap_or(SPAN_MS) + jitter
    }

    pub(crate) fn draft(&self, number: u32, created_ms: i64) -> Draft {
        let case = mix(self.seed, u64::from(number));
        let rank = self.rank(number);
        let block = rank.div_euclid(STORM_EVERY);
        let mut dice = Dice::new(mix(self.seed ^ 0x5707, block.cast_unsigned()));
        let stormy = rank >= 0 && (block == 0 || dice.one_in(3));
        let place = rank.rem_euclid(STORM_EVERY);
        let hostile = (rank.rem_euclid(HOSTILE_EVERY) == self.hostile_at).then(|| {
            usize::try_from(rank.div_euclid(HOSTILE_EVERY).unsigned_abs())
                .unwrap_or(0)
                .wrapping_add(usize::try_from(self.hostile_at).unwrap_or(0))
        });
        let storm = stormy && hostile.is_none() && (20..20 + dice.between(6, 18).cast_signed()).contains(&place);
        let storm_key = if storm { mix(self.seed ^ 0x57, block.cast_unsigned()) } else { case };
        Draft {
            number,
            created_ms,
            age_ms: self.start_ms - created_ms,
            facts: Facts { case, storm: storm_key, at_ms: created_ms },
            storm,
            hostile,
        }
    }
}

/// The numbers of one list, and the question it answers.
#[derive(Clone)]
struct Kept {
    question: String,
    version: u64,
    numbers: Arc<Vec<u32>>,
}

/// The cases of one vendor now. A clone is cheap: stored cases are shared.
#[derive(Clone)]
pub(crate) struct Tenant<C> {
    pub(crate) spec: Spec,
    touched: FxHashMap<u32, Arc<C>>,
    hidden: BTreeSet<u32>,
    next: u32,
    version: u64,
    kept: Vec<Kept>,
}

impl<C: Clone> Tenant<C> {
    pub(crate) fn new(spec: Spec) -> Self {
        Self { spec, touched: FxHashMap::default(), hidden: (0..spec.shelved).collect(), next: spec.end(), version: 0, kept: Vec::new() }
    }

    pub(crate) fn exists(&self, number: u32) -> bool {
        number < self.next
    }

    /// What is stored of a case, when it was ever touched.
    pub(crate) fn touched(&self, number: u32) -> Option<&Arc<C>> {
        self.touched.get(&number)
    }

    pub(crate) fn put(&mut self, number: u32, case: C) {
        self.touched.insert(number, Arc::new(case));
        self.version += 1;
    }

    /// The number of a new case; none when the world is full.
    pub(crate) fn reserve(&mut self) -> Option<u32> {
        (self.next - self.spec.end() < MAX_ARRIVALS).then(|| {
            self.next += 1;
            self.next - 1
        })
    }

    pub(crate) fn hide(&mut self, number: u32, hide: bool) {
        if hide {
            self.hidden.insert(number)
        } else {
            self.hidden.remove(&number)
        };
        self.version += 1;
    }

    pub(crate) fn is_hidden(&self, number: u32) -> bool {
        self.hidden.contains(&number)
    }

    /// All but those that were out of the list before the start.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> + use<C> {
        self.spec.shelved..self.next
    }

    /// How many the vendor lists.
    pub(crate) fn len(&self) -> usize {
        (self.next as usize).saturating_sub(self.hidden.len())
    }

    /// Listed numbers, newest first, from the `skip`-th on.
    pub(crate) fn newest(&self, skip: usize) -> impl Iterator<Item = u32> {
        let mut from = i64::from(self.next) - 1 - i64::try_from(skip).unwrap_or(i64::MAX / 2);
        for hidden in self.hidden.iter().rev() {
            if i64::from(*hidden) >= from {
                from -= 1;
            } else {
                break;
            }
        }
        let end = u32::try_from(from + 1).unwrap_or(0);
        (0..end).rev().filter(|n| !self.hidden.contains(n))
    }

    /// Listed numbers below this one, newest first.
    pub(crate) fn before(&self, number: u32) -> impl Iterator<Item = u32> {
        (0..number.min(self.next)).rev().filter(|n| !self.hidden.contains(n))
    }

    /// Listed numbers, oldest first, from the `skip`-th on.
    pub(crate) fn oldest(&self, skip: usize) -> impl Iterator<Item = u32> {
        let mut from = u32::try_from(skip).unwrap_or(u32::MAX);
        for hidden in &self.hidden {
            if *hidden <= from {
                from = from.saturating_add(1);
            } else {
                break;
            }
        }
        (from..self.next).filter(|n| !self.hidden.contains(n))
    }

    fn kept(&self, question: &str) -> Option<Arc<Vec<u32>>> {
        self.kept.iter().find(|k| k.version == self.version && k.question == question).map(|k| Arc::clone(&k.numbers))
    }

    fn keep(&mut self, question: &str, version: u64, numbers: &Arc<Vec<u32>>) {
        self.kept.retain(|k| k.version == self.version && k.question != question);
        if self.kept.len() >= MAX_KEPT_LISTS {
            self.kept.remove(0);
        }
        self.kept.push(Kept { question: question.to_owned(), version, numbers: Arc::clone(numbers) });
    }
}

/// The answer to a question that needs a scan, kept until the world moves, so that a walk of many pages scans once.
/// Scans take turns and hold no lock on the cases, so that a long one delays neither other requests nor other vendors.
/// To be called on the demo's own runtime only.
pub(crate) fn scanned<C: Clone>(
    tenant: &Mutex<Tenant<C>>,
    turn: &Mutex<()>,
    question: &str,
    scan: impl FnOnce(&Tenant<C>) -> Vec<u32>,
) -> Arc<Vec<u32>> {
    tokio::task::block_in_place(|| {
        let _mine = hold(turn);
        let copy = {
            let tenant = hold(tenant);
            if let Some(numbers) = tenant.kept(question) {
                return numbers;
            }
            tenant.clone()
        };
        let numbers = Arc::new(scan(&copy));
        hold(tenant).keep(question, copy.version, &numbers);
        numbers
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(listed: u32, shelved: u32) -> Tenant<()> {
        Tenant::new(Spec::new(3, listed, shelved, 1_800_000_000_000, 7))
    }

    #[test]
    fn creation_times_ascend_with_the_number_in_small_and_in_huge_worlds() {
        for listed in [1, 2, 300, 450_000] {
            let spec = tenant(listed, 5).spec;
            let step = (listed / 1_000).max(1);
            let mut before = i64::MIN;
            for number in (0..spec.end()).filter(|n| n % step < 3) {
                let created = spec.created_ms(number);
                assert!(created > before && created < spec.start_ms, "{number} of {listed}");
                before = created;
            }
        }
    }

    #[test]
    fn pages_skip_what_is_hidden_and_join_without_a_gap() {
        let mut tenant = tenant(50, 4);
        for number in [53, 30, 29, 10] {
            tenant.hide(number, true);
        }
        let whole: Vec<u32> = (4..54).rev().filter(|n| ![53, 30, 29, 10].contains(n)).collect();
        assert_eq!(tenant.len(), whole.len());
        for skip in 0..=whole.len() {
            assert_eq!(tenant.newest(skip).collect::<Vec<_>>(), whole[skip..], "newest from {skip}");
            let ascending: Vec<u32> = whole.iter().rev().copied().collect();
            assert_eq!(tenant.oldest(skip).collect::<Vec<_>>(), ascending[skip..], "oldest from {skip}");
        }
        assert_eq!(tenant.newest(1_000).count(), 0);
    }

    #[test]
    fn hostile_text_is_sprinkled() {
        let spec = tenant(6_000, 0).spec;
        let hostile = (0..spec.end()).filter(|n| spec.draft(*n, spec.created_ms(*n)).hostile.is_some()).count();
        assert_eq!(hostile, 100);
        assert_eq!((spec.end() - 50..spec.end()).filter(|n| spec.draft(*n, 0).hostile.is_some()).count(), 1);
    }
}
