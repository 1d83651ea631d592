//! `caseload show --since`: what others have changed of a case since the person last opened it in the workbench.

use std::io::Write;

use jiff::Timestamp;
use serde_json::json;

use crate::cli::print::table::age;
use crate::cli::run::opened::Opened;
use crate::cli::run::scope::Scope;
use crate::cli::run::stop::Stop;
use crate::config::Config;
use crate::domain::baseline::{Delta, FieldDelta};
use crate::domain::count::count;
use crate::domain::exact;
use crate::domain::hunk::{Side, hunks};
use crate::domain::person::Person;
use crate::domain::text::Clean;
use crate::store::{Access, Store};

/// Prints the difference. `config` holds the case's source only.
///
/// # Errors
/// Nobody has opened the case yet: there is nothing to compare it with.
pub(in crate::cli) fn print(out: &mut impl Write, scope: &Scope, config: &Config, opened: &Opened, as_json: bool) -> Result<(), Stop> {
    let mut store = Store::open(&scope.places.data, Access::ReadOnly)?;
    let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    store.sources(&names)?;
    let looked = store.baseline(&opened.case.row.id)?.and_then(|known| known.looked);
    let Some(looked) = looked else {
        return Err(Stop::usage("you have not opened this case in the workbench yet: leave out --since to see all of it"));
    };
    let delta = looked.delta(&opened.case, &opened.activities, &opened.records, opened.me.as_ref());
    if as_json { as_object(out, &delta) } else { as_lines(out, &delta, Timestamp::now()) }
}

fn as_object(out: &mut impl Write, delta: &Delta) -> Result<(), Stop> {
    let field = |field: &FieldDelta| {
        let who = field.who.as_ref().map(Person::label);
        json!({ "field": field.name, "old": field.old, "new": field.new, "who": who, "at": field.at })
    };
    let fields: Vec<_> = delta.fields.iter().map(field).collect();
    let object =
        json!({ "since": delta.since, "fields": fields, "comments": delta.comments, "files": delta.files, "records": delta.records });
    exact::write_pretty(out, &object)?;
    Ok(out.write_all(b"\n")?)
}

fn as_lines(out: &mut impl Write, delta: &Delta, now: Timestamp) -> Result<(), Stop> {
    let then = format!("since you looked, {} ago", age(delta.since, now));
    if delta.is_empty() {
        return Ok(writeln!(out, "{then}: nothing has changed")?);
    }
    writeln!(out, "{then}:")?;
    for field in &delta.fields {
        let who = field.who.as_ref().map(|who| format!("  {}", Clean::line(Person::label(who)))).unwrap_or_default();
        let when = field.at.map(|at| format!("  {} ago", age(at, now))).unwrap_or_default();
        let name = Clean::line(&field.name);
        if !field.old.contains('\n') && !field.new.contains('\n') {
            writeln!(out, "  {name}: {} > {}{who}{when}", shown(&field.old), shown(&field.new))?;
            continue;
        }
        writeln!(out, "  {name}:{who}{when}")?;
        for hunk in hunks(&field.old, &field.new) {
            for (side, line) in hunk.lines {
                let sign = match side {
                    Side::Same => ' ',
                    Side::Gone => '-',
                    Side::Come => '+',
                };
                writeln!(out, "    {sign}{}", Clean::line(line))?;
            }
        }
    }
    for (number, one) in [(delta.comments, "comment"), (delta.files, "file"), (delta.records, "record")] {
        if number > 0 {
            writeln!(out, "  +{}", count(number, one))?;
        }
    }
    Ok(())
}

/// On one line; `--` is nothing.
fn shown(value: &str) -> String {
    if value.is_empty() { "--".into() } else { Clean::line(value).to_string() }
}
