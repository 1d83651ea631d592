//! What a bench ends with: each figure beside its limit or peer of the same run, and whether the target holds.
#![allow(dead_code, clippy::print_stdout, reason = "each bench uses what it needs, and prints")]

/// Lines for the end of a run.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 6]>);

impl Table {
    /// A ratio or figure that has to stay at or below `most`.
    pub(crate) fn at_most(&mut self, what: &str, ours: &str, beside: &str, measured: f64, most: f64) {
        self.line(what, ours, beside, measured, &format!("<= {}", short(most)), measured <= most);
    }

    /// A ratio or figure that has to reach `least`.
    pub(crate) fn at_least(&mut self, what: &str, ours: &str, beside: &str, measured: f64, least: f64) {
        self.line(what, ours, beside, measured, &format!(">= {}", short(least)), measured >= least);
    }

    /// A peer that is not on this machine, and how to get it.
    pub(crate) fn missing(&mut self, what: &str, how: &str) {
        self.0.push([what.into(), "-".into(), how.into(), "-".into(), "-".into(), "NOT MEASURED".into()]);
    }

    fn line(&mut self, what: &str, ours: &str, beside: &str, measured: f64, target: &str, holds: bool) {
        let verdict = if holds { "ok" } else { "MISSED" };
        println!("TARGET {what}: {} ({target}) {verdict}", short(measured));
        self.0.push([what, ours, beside, &short(measured), target, verdict].map(String::from));
    }

    pub(crate) fn print(&self) {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        println!("\nload of the machine at the end: {}\n", load.trim());
        println!("| figure | ours | beside it | measured | target | |");
        println!("|---|---|---|---|---|---|");
        for line in &self.0 {
            println!("| {} |", line.join(" | "));
        }
    }
}

/// Three digits that matter.
fn short(value: f64) -> String {
    let digits = match value.abs() {
        0.0 | 100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        0.1.. => 3,
        _ => 4,
    };
    format!("{value:.digits$}")
}

/// How many rows to measure with: `CASELOAD_BENCH_ROWS`, else both sizes of the targets.
pub(crate) fn sizes() -> Vec<usize> {
    match std::env::var("CASELOAD_BENCH_ROWS").ok().and_then(|count| count.parse().ok()) {
        Some(count) => vec![count],
        None => vec![100_000, 1_000_000],
    }
}

/// Below 100 %; sorts what it is given.
pub(crate) fn quantile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get((values.len() * percent / 100).min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// `100k`, `1M`.
pub(crate) fn rounded(count: usize) -> String {
    match count {
        count if count >= 1_000_000 && count.is_multiple_of(1_000_000) => format!("{}M", count / 1_000_000),
        count if count >= 1_000 && count.is_multiple_of(1_000) => format!("{}k", count / 1_000),
        count => count.to_string(),
    }
}
