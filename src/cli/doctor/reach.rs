//! Whether the configuration can be used, the secrets can be had, and the sources answer.

use std::path::Path;

use jiff::Timestamp;

use crate::cli::config::unheld;
use crate::cli::doctor::check::Check;
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::Stop;
use crate::cli::run::writes::refusals;
use crate::config::{
    Asks, Config, SecretRef, Source, {self},
};
use crate::domain::capability::Reason;
use crate::domain::caution::{Caution, V2};
use crate::domain::count::count;
use crate::domain::fault::FaultKind;
use crate::sync::{
    Answer, Probed, {self},
};

const CONFIGURATION: &str = "configuration";
const SOURCES: &str = "sources";
/// An answer this late makes every page of a list a wait.
const SLOW_MS: u128 = 3_000;
/// Ages and times left are wrong by this much.
const SKEW_WARN_S: i64 = 30;
/// Certificates and time-limited tokens begin to fail.
const SKEW_BAD_S: i64 = 300;
/// Less than a tenth left is soon nothing.
const QUOTA_LOW: u64 = 10;

/// The configuration of this run's sources; None: it cannot be used, which is said.
pub(in crate::cli) fn configuration(scope: &Scope, checks: &mut Vec<Check>) -> Result<Option<Config>, Stop> {
    let path = &scope.places.config;
    let shown = path.display().to_string();
    let config = match config::load(path) {
        Ok(config) => config,
        Err(problems) => {
            checks.extend(problems.0.iter().map(|problem| Check::problem(CONFIGURATION, "file", problem)));
            return Ok(None);
        }
    };
    if config.sources.is_empty() {
        checks.push(Check::bad(CONFIGURATION, "file", format!("{shown} configures no source"), "write a [[source]] there"));
        return Ok(None);
    }
    checks.push(Check::ok(CONFIGURATION, "file", format!("{shown}, {}", count(config.sources.len(), "source"))));
    checks.extend(unheld(&config).iter().map(|problem| Check::problem(CONFIGURATION, "file", problem)));
    checks.extend(others_write(path));
    // From here on --source counts, and a name that is not there is a mistake of this line.
    scope.config().map(Some)
}

/// Whoever may write the file may name a command that is run, or an address that gets the tokens.
fn others_write(path: &Path) -> Option<Check> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
        let shown = path.display();
        (mode & 0o022 != 0).then(|| {
            let says = format!("{shown} has mode {mode:04o}: others may write it, and so have commands run and tokens sent");
            Check::bad(CONFIGURATION, "mode", says, format!("chmod go-w {shown}"))
        })
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

pub(in crate::cli) fn sources(config: &Config, scope: &Scope, checks: &mut Vec<Check>) -> Result<(), Stop> {
    let refusals = refusals(config, &scope.places.data);
    if scope.offline {
        for (source, refusal) in config.sources.iter().zip(&refusals) {
            checks.extend(source.secrets().map(|secret| at_rest(source, secret)));
            checks.push(writes(&source.name, refusal.as_ref()));
        }
        return Ok(());
    }
    let setups = sync::sources(config);
    let probed = sync::probe(&setups)?;
    for (((source, setup), probed), refusal) in config.sources.iter().zip(&setups).zip(&probed).zip(&refusals) {
        if let Some(fault) = &setup.refused {
            checks.push(Check::fault(SOURCES, &source.name, fault));
        } else {
            let places: Vec<String> = source.secrets().map(SecretRef::place).collect();
            checks.push(Check::ok(SOURCES, &source.name, format!("secrets: {}", places.join(", "))));
            answered(&source.name, probed, checks);
            checks.extend(probed.caution.as_ref().map(|known| caution(&source.name, known, Timestamp::now())));
        }
        // What the vendor has just shown comes first: allowing changes would not help there.
        let by_vendor = probed.answer.as_ref().ok().and_then(|answer| answer.read_only.clone()).map(Reason::ByVendor);
        checks.push(writes(&source.name, by_vendor.as_ref().or(refusal.as_ref())));
    }
    Ok(())
}

/// Read-only is how every source begins, and no complaint.
fn writes(name: &str, refusal: Option<&Reason>) -> Check {
    let says = refusal.map_or_else(|| "writes: allowed".to_owned(), |why| format!("writes: no, {why}"));
    Check::ok(SOURCES, name, says)
}

/// Without a network a command may fail for want of one, so none is run.
fn at_rest(source: &Source, secret: &SecretRef) -> Check {
    let place = secret.place();
    match secret {
        SecretRef::Command(_) => Check::ok(SOURCES, &source.name, format!("secret: {place}, not run: --offline")),
        SecretRef::Env(_) | SecretRef::File(_) => match secret.read(&[], Asks::Nobody) {
            Ok(_) => Check::ok(SOURCES, &source.name, format!("secret: {place}")),
            Err(problem) => Check::problem(SOURCES, &source.name, &problem),
        },
    }
}

fn answered(name: &str, probed: &Probed, checks: &mut Vec<Check>) {
    let answer = match &probed.answer {
        Ok(answer) => answer,
        Err(fault) if fault.kind == FaultKind::NotAvailable => {
            return checks.push(Check::warn(SOURCES, name, fault.to_string(), fault.next_step()));
        }
        Err(fault) => return checks.push(Check::fault(SOURCES, name, fault)),
    };
    let cases = answer.cases.map(|cases| format!(", {}", count(cases, "case"))).unwrap_or_default();
    let test = if answer.is_test { ", TEST token" } else { "" };
    let says = format!("{} answers in {} ms{cases}{test}", probed.host, answer.took_ms);
    checks.push(if answer.took_ms > SLOW_MS {
        Check::warn(SOURCES, name, says, "look at the way there: VPN, proxy, DNS")
    } else {
        Check::ok(SOURCES, name, says)
    });
    checks.extend(quota(name, answer));
    checks.extend(clock(name, answer));
}

fn caution(name: &str, caution: &Caution, now: Timestamp) -> Check {
    let next = match caution {
        Caution::OddToken => "look at the secret that the source refers to",
        Caution::TinesV1(V2::Answers) => "`caseload config check --fix` writes that line; nothing else in the file changes",
        Caution::TinesV1(_) => "see that the token may read cases by v2, then `caseload config check --fix`",
    };
    Check::warn(SOURCES, name, caution.words(now), next)
}

fn quota(name: &str, answer: &Answer) -> Option<Check> {
    let quota = answer.quota?;
    let says = format!("quota: {} of {} left", quota.remaining, count(quota.limit, "call"));
    Some(if quota.remaining.saturating_mul(QUOTA_LOW) < quota.limit {
        Check::warn(SOURCES, name, says, "something else spends these keys' quota: give caseload keys of its own, or raise [poll]")
    } else {
        Check::ok(SOURCES, name, says)
    })
}

fn clock(name: &str, answer: &Answer) -> Option<Check> {
    let skew_s = answer.skew_s?;
    let next = "set this machine's clock (timedatectl set-ntp true)";
    let side = if skew_s > 0 { "behind" } else { "ahead of" };
    let says = format!("clock: this machine is {} s {side} the vendor", skew_s.abs());
    Some(match skew_s.abs() {
        SKEW_BAD_S.. => Check::bad(SOURCES, name, says, next),
        SKEW_WARN_S.. => Check::warn(SOURCES, name, says, next),
        _ => Check::ok(SOURCES, name, "clock: as the vendor's"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::Grade;
    use crate::providers::Quota;

    fn answer(remaining: u64, skew_s: Option<i64>) -> Answer {
        let ends = std::time::Instant::now();
        Answer {
            cases: None,
            read_only: None,
            took_ms: 1,
            quota: Some(Quota { limit: 100, remaining, ends, period_s: 60 }),
            skew_s,
            is_test: false,
        }
    }

    #[test]
    fn a_wrong_clock_is_told_by_how_much_and_on_which_side() {
        let told = |skew_s| clock("x", &answer(100, Some(skew_s))).unwrap();
        assert!(clock("x", &answer(100, None)).is_none(), "an answer without a time tells nothing");
        for (skew_s, grade) in
            [(0, Grade::Ok), (29, Grade::Ok), (-30, Grade::Warn), (299, Grade::Warn), (300, Grade::Bad), (-4_000, Grade::Bad)]
        {
            let check = told(skew_s);
            assert_eq!((check.grade, check.next.is_some()), (grade, grade != Grade::Ok), "{skew_s}");
        }
        assert!(told(60).says.as_str().contains("60 s behind the vendor") && told(-60).says.as_str().contains("60 s ahead of the vendor"));
    }

    #[test]
    fn a_quota_that_is_nearly_spent_is_warned_of() {
        let told = |remaining| quota("x", &answer(remaining, None)).unwrap();
        assert_eq!((told(10).grade, told(9).grade, told(0).grade), (Grade::Ok, Grade::Warn, Grade::Warn));
        assert!(told(9).says.as_str().contains("9 of 100 calls left") && told(9).next.is_some());
        assert!(quota("x", &Answer { quota: None, ..answer(0, None) }).is_none());
    }

    #[test]
    fn test_tokens_slow_answers_and_cautions_are_told() {
        let probed = |answer| Probed { host: "h".to_owned(), caution: None, answer };
        let mut checks = Vec::new();
        let slow = Answer { is_test: true, took_ms: SLOW_MS + 1, ..answer(100, None) };
        answered("x", &probed(Ok(slow)), &mut checks);
        let grades: Vec<Grade> = checks.iter().map(|check| check.grade).collect();
        assert_eq!(grades, [Grade::Warn, Grade::Ok]);
        let now = "2026-12-24T00:00:00Z".parse().unwrap();
        let ended = caution("x", &Caution::TinesV1(V2::Answers), now);
        assert!(ended.grade == Grade::Warn && ended.says.as_str().starts_with("Tines removed v1") && ended.next.is_some());
        assert!(checks[0].says.as_str().contains("TEST token"), "{checks:?}");
    }
}
