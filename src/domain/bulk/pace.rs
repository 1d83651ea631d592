//! How long a bulk change takes: by how fast a source answers, and by what its quota leaves.

/// Requests around the calls of one edit: the reading it is compared with, and the reading that confirms it.
pub const READS_PER_CASE: usize = 2;
/// Cases changed at the same time, for each source: those that wait for one that is away keep no other from sending.
pub const CASES_AT_ONCE: usize = 8;
/// What an answer takes where none was seen yet.
const USUAL_ANSWER_MS: u64 = 500;
/// A call leaves on a connection of its own: making it takes about as long as an answer.
const ANSWERS_PER_CALL: usize = 2;
/// What keeping the steps of one case on disk takes; there is one disk for all.
const DISK_MS: usize = 10;

/// How fast a source answers, and what its quota leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// None: no answer was seen yet.
    pub answer_ms: Option<u64>,
    pub allowance: Option<Allowance>,
}

/// What a vendor's quota leaves for a bulk change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u64,
    pub remaining: u64,
    pub resets_in_s: u64,
    /// How long a window is.
    pub period_s: u64,
}

impl Allowance {
    /// Requests of a window that stay for the person: a bulk change never spends the last tenth.
    pub fn reserve(limit: u64) -> u64 {
        limit / 10
    }
}

/// Seconds that so many calls to so many cases of one source take, with the readings around them: as fast as it answers,
/// and not faster than its quota allows, which is what is left now and then window after window.
#[expect(clippy::cast_precision_loss, reason = "an estimate, shown in whole seconds")]
pub fn estimate_s(cases: usize, calls: usize, pace: Pace) -> u64 {
    let reads = cases.saturating_mul(READS_PER_CASE);
    let requests = calls.saturating_add(reads) as f64;
    let units = reads.saturating_add(calls.saturating_mul(ANSWERS_PER_CALL)) as f64;
    let answer_s = pace.answer_ms.unwrap_or(USUAL_ANSWER_MS) as f64 / 1_000.0;
    let lanes = cases.clamp(1, CASES_AT_ONCE) as f64;
    let work_s = units * answer_s / lanes + (cases.saturating_mul(DISK_MS)) as f64 / 1_000.0;
    let seconds = match pace.allowance {
        Some(Allowance { limit, remaining, resets_in_s, period_s }) if limit > 0 => {
            let reserve = Allowance::reserve(limit);
            let each = (limit - reserve).max(1) as f64;
            let later = (requests - remaining.saturating_sub(reserve) as f64).max(0.0);
            // The last window takes as long as its share of the work.
            let windows = (later / each).ceil();
            let last = later - (windows - 1.0).max(0.0) * each;
            let waits_s = if windows > 0.0 { resets_in_s as f64 + (windows - 1.0) * period_s.max(1) as f64 } else { 0.0 };
            work_s.max(waits_s + work_s * last / requests.max(1.0))
        }
        _ => work_s,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and cut far below the bound")]
    let seconds = seconds.ceil().min(1e9) as u64;
    seconds.max(u64::from(requests > 0.0))
}
