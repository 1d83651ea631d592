//! `caseload config check`: what is configured, whether each secret can be had, and whether each source answers.

use std::io::{
    Write, {self},
};

use clap::Subcommand;
use jiff::Timestamp;

use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::{Exit, Stop, note, words};
use crate::cli::run::writes::refusals;
use crate::config::{
    Config, Problem, Source, {self},
};
use crate::domain::caution::{Caution, V2};
use crate::domain::count::count;
use crate::domain::text::Clean;
use crate::sla::{
    Rules, {self},
};
use crate::sync::{
    Probed, {self},
};
use crate::tui::keys::remap::Keymap;

#[derive(Debug, Subcommand)]
pub enum ConfigVerb {
    /// Read the configuration, fetch each secret (never shown), and reach each source with one call
    #[command(after_help = EXIT_CODES)]
    Check {
        /// Have sources of Tines v1 read by v2, where that answers: one line each in the file, everything else stays
        #[arg(long)]
        fix: bool,
    },
}

/// Between columns.
const GAP: usize = 2;

pub(in crate::cli) fn run(scope: &Scope, verb: &ConfigVerb) -> Result<Exit, Stop> {
    let ConfigVerb::Check { fix } = *verb;
    let config = scope.config()?;
    let mut out = io::stdout().lock();
    writeln!(out, "configuration  {}", Clean::line(&scope.places.config.display().to_string()))?;
    writeln!(out, "data           {}", Clean::line(&scope.places.data.display().to_string()))?;
    writeln!(out, "log            {} (with CASELOAD_LOG set)\n", Clean::line(&scope.places.log.display().to_string()))?;
    out.flush()?;
    let probed = if scope.offline { Vec::new() } else { sync::probe(&sync::sources(&config))? };
    let refusals = refusals(&config, &scope.places.data);
    let mut lines = vec![["SOURCE", "VENDOR", "HOST", "SECRETS", "WRITES", "ANSWER"].map(String::from)];
    for ((place, source), refusal) in config.sources.iter().enumerate().zip(&refusals) {
        let (host, answer) = probed
            .get(place)
            .map_or_else(|| (String::new(), "not asked: --offline".into()), |probed| (probed.host.clone(), answer(probed)));
        let writes = if refusal.is_some() { "read-only" } else { "allowed" };
        lines.push([source.name.clone(), source.vendor.name().into(), host, secrets(source), writes.into(), answer]);
    }
    table(&mut out, &lines)?;
    for why in refusals.iter().flatten() {
        writeln!(out, "{}", Clean::line(&why.to_string()))?;
    }
    out.flush()?;
    let mut mended = Vec::new();
    for (source, probed) in config.sources.iter().zip(&probed) {
        if let Some(Caution::TinesV1(v2)) = &probed.caution {
            mended.extend(use_v2(scope, &source.name, v2, fix)?.then_some(&source.name));
        }
    }
    let wrong = unheld(&config);
    for problem in &wrong {
        note(problem);
    }
    let mut failed = Vec::new();
    for (source, probed) in config.sources.iter().zip(&probed) {
        if let Err(fault) = &probed.answer
            && !mended.contains(&&source.name)
        {
            note(format!("{}: {}", source.name, words(fault)));
            failed.push(Exit::of(fault));
        }
    }
    Ok(match failed.first() {
        None if wrong.is_empty() => Exit::Done,
        None => Exit::Usage,
        Some(first) if failed.len() == config.sources.len() && failed.iter().all(|exit| exit == first) => *first,
        Some(_) if failed.len() == config.sources.len() => Exit::Network,
        Some(_) => Exit::Partial,
    })
}

/// A source of Tines v1 needs one line to be read by v2: says so, or writes it where that is asked for and v2 answers.
fn use_v2(scope: &Scope, name: &str, v2: &V2, fix: bool) -> Result<bool, Stop> {
    let file = Clean::line(&scope.places.config.display().to_string());
    match v2 {
        V2::Answers if fix => {
            config::use_tines_v2(&scope.places.config, name)?;
            note(format!("{name}: api_version = \"v2\" is written to {file}"));
            return Ok(true);
        }
        V2::Answers => {
            note(format!("{name}: `caseload config check --fix` writes api_version = \"v2\" to {file}, and changes nothing else"));
        }
        V2::Fails(words) if fix => note(format!("{name}: not changed: v2 does not answer with this token ({words})")),
        V2::Fails(_) | V2::NotAsked => {}
    }
    Ok(false)
}

/// What the workbench starts without: keys that cannot hold, filters that are not understood.
pub(in crate::cli) fn unheld(config: &Config) -> Vec<Problem> {
    let (_, mut problems) = Keymap::of_config(&config.keys, &config.macros);
    problems.extend(Rules::new(config).1);
    problems.extend(config.alarms.when.as_ref().and_then(|(text, file, line)| sla::read_at(text, file, *line).err()));
    problems
}

/// Where they are kept; never what they are.
fn secrets(source: &Source) -> String {
    let all = [&source.api_key, &source.app_key, &source.token, &source.user_token];
    all.into_iter().flatten().map(|secret| Clean::line(&secret.place()).to_string()).collect::<Vec<_>>().join(", ")
}

fn answer(probed: &Probed) -> String {
    let caution = probed.caution.as_ref().map(|caution| format!("; {}", caution.words(Timestamp::now()))).unwrap_or_default();
    match &probed.answer {
        Ok(answer) => {
            let cases = answer.cases.map(|cases| format!(", {}", count(cases, "case"))).unwrap_or_default();
            let read_only = answer.read_only.iter().fold(String::new(), |also, words| format!("{also}; {words}"));
            format!("ok in {} ms{cases}{read_only}{caution}", answer.took_ms)
        }
        Err(fault) => format!("FAILED: {}{caution}", fault.word()),
    }
}

fn table(out: &mut impl Write, lines: &[[String; 6]]) -> io::Result<()> {
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default() + GAP;
    let widths: [usize; 5] = std::array::from_fn(width);
    for line in lines {
        for (cell, width) in line.iter().zip(widths) {
            write!(out, "{cell:width$}")?;
        }
        writeln!(out, "{}", line[5])?;
    }
    Ok(())
}
