//! Whether the configuration can be used, the secrets can be had, and the sources answer.

use std::path::Path;

use super::Check;
use crate::config::{self, Config, SecretRef, Source};
use crate::domain::fault::FaultKind;
use crate::headless::Scope;
use crate::headless::stop::Stop;
use crate::sync::{self, Answer, Probed};

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
pub(super) fn configuration(scope: &Scope, checks: &mut Vec<Check>) -> Result<Option<Config>, Stop> {
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
    checks.push(Check::ok(CONFIGURATION, "file", format!("{shown}, {} sources", config.sources.len())));
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

pub(super) fn sources(config: &Config, is_offline: bool, checks: &mut Vec<Check>) -> Result<(), Stop> {
    if is_offline {
        for source in &config.sources {
            checks.extend(secrets(source).into_iter().map(|secret| at_rest(source, secret)));
        }
        return Ok(());
    }
    let setups = sync::sources(config);
    let probed = sync::probe(&setups)?;
    for ((source, setup), probed) in config.sources.iter().zip(&setups).zip(&probed) {
        if let Some(fault) = &setup.refused {
            checks.push(Check::fault(SOURCES, &source.name, fault));
            continue;
        }
        let places: Vec<String> = secrets(source).into_iter().map(SecretRef::place).collect();
        checks.push(Check::ok(SOURCES, &source.name, format!("secrets: {}", places.join(", "))));
        answered(source, probed, checks);
    }
    Ok(())
}

fn secrets(source: &Source) -> Vec<&SecretRef> {
    [&source.api_key, &source.app_key, &source.token, &source.user_token].into_iter().flatten().collect()
}

/// Without a network a command may fail for want of one, so none is run.
fn at_rest(source: &Source, secret: &SecretRef) -> Check {
    let place = secret.place();
    match secret {
        SecretRef::Command(_) => Check::ok(SOURCES, &source.name, format!("secret: {place}, not run: --offline")),
        SecretRef::Env(_) | SecretRef::File(_) => match secret.read(&[]) {
            Ok(_) => Check::ok(SOURCES, &source.name, format!("secret: {place}")),
            Err(problem) => Check::problem(SOURCES, &source.name, &problem),
        },
    }
}

fn answered(source: &Source, probed: &Probed, checks: &mut Vec<Check>) {
    let name = &source.name;
    let answer = match &probed.answer {
        Ok(answer) => answer,
        Err(fault) if fault.kind == FaultKind::NotAvailable => {
            return checks.push(Check::warn(SOURCES, name, fault.to_string(), fault.next_step()));
        }
        Err(fault) => return checks.push(Check::fault(SOURCES, name, fault)),
    };
    let cases = answer.cases.map(|cases| format!(", {cases} cases")).unwrap_or_default();
    let test = if answer.is_test { ", TEST token" } else { "" };
    let says = format!("{} answers in {} ms{cases}{test}", probed.host, answer.took_ms);
    checks.push(if answer.took_ms > SLOW_MS {
        Check::warn(SOURCES, name, says, "look at the way there: VPN, proxy, DNS")
    } else {
        Check::ok(SOURCES, name, says)
    });
    checks.extend(quota(name, answer));
    checks.extend(clock(name, answer));
    if let Some(why) = &answer.read_only {
        checks.push(Check::ok(SOURCES, name, format!("read-only: {why}")));
    }
    if let Some(notice) = &answer.notice {
        checks.push(Check::warn(SOURCES, name, notice, "plan for that day; see the vendor's announcement"));
    }
}

fn quota(name: &str, answer: &Answer) -> Option<Check> {
    let quota = answer.quota?;
    let says = format!("quota: {} of {} calls left", quota.remaining, quota.limit);
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
