//! `caseload show`: one case with everything that belongs to it.

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;

use super::opened::{self, Opened};
use super::page::Page;
use super::reference::resolve;
use super::scope::Scope;
use super::session::Session;
use super::shape::Whole;
use super::stop::{Exit, Stop, end, note, words};
use super::table::age;
use super::{asked, since};
use crate::config::{Config, Source};
use crate::domain::case::SourceId;
use crate::domain::directory::Directory;
use crate::domain::exact;
use crate::export::item::{Due, Item, KEYS, Picked, WHOLE_KEYS};
use crate::protocol::From;
use crate::sla::Rules;
use crate::store::{Access, Store};
use crate::sync;

#[derive(Clone, Debug)]
pub struct ShowOptions {
    /// `SOURCE:KEY`, `SOURCE:ID`, or a key that only one source has.
    pub reference: String,
    pub format: ShowFormat,
    /// Keys of JSON to be written, `key,title`; empty: all.
    pub fields: String,
    /// JSON only: with the vendor's own JSON.
    pub raw: bool,
    /// Only what others have changed since the person looked.
    pub since: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowFormat {
    Text,
    Json,
    Markdown,
}

/// Reads one case from its vendor, or from disk, and prints it.
pub fn show(scope: &Scope, options: &ShowOptions) -> Exit {
    end(run(scope, options))
}

fn run(scope: &Scope, options: &ShowOptions) -> Result<Exit, Stop> {
    let picked = Picked::read(&options.fields, &[&KEYS, &WHOLE_KEYS]).map_err(Stop::usage)?;
    if options.since && !picked.is_all() {
        return Err(Stop::usage("--since has fields of its own: leave out those of --json"));
    }
    let (config, key) = only_its_source(scope, &options.reference)?;
    let source = &config.sources[0];
    let known = opened::find(scope, &config, key)?;
    let mut session = Session::start(&config, &scope.places.data, scope.offline, scope.columns)?;
    let opened = opened::open(&mut session, known, key);
    session.stop();
    let opened = opened?;
    let exit = say_what_is_missing(scope, source, &opened);
    let mut out = BufWriter::new(io::stdout().lock());
    match options.format {
        _ if options.since => since::print(&mut out, scope, &config, &opened, options.format == ShowFormat::Json)?,
        ShowFormat::Json => json(&mut out, &config, &opened, options.raw, &picked)?,
        format => Page::new(&mut out, format == ShowFormat::Markdown, Timestamp::now()).whole(&source.name, &opened)?,
    }
    out.flush()?;
    Ok(exit)
}

/// The configuration with nothing but the source that a reference names, and the key or id behind it.
pub(super) fn only_its_source<'t>(scope: &Scope, reference: &'t str) -> Result<(Config, &'t str), Stop> {
    let mut config = scope.config()?;
    let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    // Only to tell several sources apart: without anything on disk the reference has to say it.
    let store = Store::open(&scope.places.data, Access::ReadOnly).and_then(|mut store| store.sources(&names).map(|()| store)).ok();
    let number = |place: usize| u8::try_from(place).map(SourceId).ok();
    let has = |place: usize, key: &str| store.as_ref()?.find(number(place)?, key).ok()?;
    let (place, key) = resolve(reference, &config.sources, |place, key| has(place, key).is_some()).map_err(Stop::usage)?;
    let name = config.sources[place].name.clone();
    config.keep_sources(|source| source.name == name);
    Ok((config, key))
}

/// What is old or not complete is said; what is asked for with `--offline` is as wanted.
fn say_what_is_missing(scope: &Scope, source: &Source, opened: &Opened) -> Exit {
    let is_old = opened.from == From::Disk;
    if is_old {
        note(format!("{}: from disk, read {} ago", source.name, age(opened.read_at, Timestamp::now())));
    }
    match &opened.fault {
        Some(_) if scope.offline => Exit::Done,
        Some(fault) => {
            note(format!("{}: {}", source.name, words(fault)));
            if is_old { Exit::of(fault) } else { Exit::Partial }
        }
        None => Exit::Done,
    }
}

/// `config` holds the case's source only.
pub(super) fn json(out: &mut impl Write, config: &Config, opened: &Opened, with_raw: bool, picked: &Picked) -> Result<(), Stop> {
    let (source, case) = (&config.sources[0], &opened.case);
    let raw = (with_raw || picked.names("raw")).then(|| exact::vendor(&case.raw.0)).flatten();
    let asker = asked::asker(&sync::sources_for_disk(config), &[Directory { me: opened.me.clone(), ..Directory::default() }]);
    let at = Rules::new(config).0.due(&case.row, &asker);
    let due = Due { at, is_local: case.row.due_at.is_none(), now: asker.now };
    let item = Item::of_case(&source.name, source.vendor, case, due);
    let whole = Whole::new(item, case, &opened.activities, &opened.records, raw);
    if picked.is_all() {
        exact::write_pretty(out, &whole)?;
    } else {
        picked.write(out, &whole)?;
    }
    Ok(out.write_all(b"\n")?)
}
