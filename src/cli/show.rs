//! `caseload show`: one case with everything that belongs to it.

pub(in crate::cli) mod since;

use std::io::{
    BufWriter, Write, {self},
};

use clap::Args;
use jiff::Timestamp;

use crate::cli::args::exit_codes::EXIT_CODES;
use crate::cli::print::page::Page;
use crate::cli::print::shape::Whole;
use crate::cli::print::table::age;
use crate::cli::run::asked;
use crate::cli::run::opened::{
    Opened, {self},
};
use crate::cli::run::reference::resolve;
use crate::cli::run::scope::Scope;
use crate::cli::run::session::Session;
use crate::cli::run::stop::{Exit, Stop, note, words};
use crate::config::{Config, Source};
use crate::domain::case::SourceId;
use crate::domain::directory::Directory;
use crate::domain::exact;
use crate::export::item::{Due, Item, KEYS, Picked, WHOLE_KEYS};
use crate::protocol::From;
use crate::sla::Rules;
use crate::store::{Access, Store};
use crate::sync;

#[derive(Debug, Args)]
#[command(after_help = format!("{SHOW_HELP}\n\n{EXIT_CODES}"))]
pub struct ShowArgs {
    /// SOURCE:KEY or SOURCE:ID; SOURCE is its name, the start of it, or dd, tn, so. A key alone where one source has it
    #[arg(value_name = "REF")]
    pub reference: String,
    /// One JSON object; of it these fields only: --json key,activities
    #[arg(long, group = "format", value_name = "FIELDS", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub json: Option<String>,
    /// Markdown, for a ticket or a chat
    #[arg(long = "md", group = "format")]
    pub markdown: bool,
    /// With --json: add the vendor's own JSON as `raw`
    #[arg(long, requires = "json")]
    pub raw: bool,
    /// Only what others have changed since you last opened the case in the workbench
    #[arg(long, conflicts_with_all = ["markdown", "raw"])]
    pub since: bool,
}

const SHOW_HELP: &str = "Examples:
  caseload show dd:SEC-882
  caseload show tines-emea:4211 --md | less
  caseload show so:c_81f0 --json --raw | jq .raw
  caseload show dd:SEC-882 --since            what changed since you looked";

/// Reads one case from its vendor, or from disk, and prints it.
pub(in crate::cli) fn run(scope: &Scope, args: &ShowArgs) -> Result<Exit, Stop> {
    let picked = Picked::read(args.json.as_deref().unwrap_or_default(), &[&KEYS, &WHOLE_KEYS]).map_err(Stop::usage)?;
    if args.since && !picked.is_all() {
        return Err(Stop::usage("--since has fields of its own: leave out those of --json"));
    }
    let (config, key) = only_its_source(scope, &args.reference)?;
    let source = &config.sources[0];
    let known = opened::find(scope, &config, key)?;
    let mut session = Session::start(&config, &scope.places.data, scope.offline, scope.columns)?;
    let opened = opened::open(&mut session, known, key);
    session.stop();
    let opened = opened?;
    let exit = say_what_is_missing(scope, source, &opened);
    let mut out = BufWriter::new(io::stdout().lock());
    if args.since {
        since::print(&mut out, scope, &config, &opened, args.json.is_some())?;
    } else if args.json.is_some() {
        json(&mut out, &config, &opened, args.raw, &picked)?;
    } else {
        Page::new(&mut out, args.markdown, Timestamp::now()).whole(&source.name, &opened)?;
    }
    out.flush()?;
    Ok(exit)
}

/// The configuration with nothing but the source that a reference names, and the key or id behind it.
pub(in crate::cli) fn only_its_source<'t>(scope: &Scope, reference: &'t str) -> Result<(Config, &'t str), Stop> {
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
pub(in crate::cli) fn json(out: &mut impl Write, config: &Config, opened: &Opened, with_raw: bool, picked: &Picked) -> Result<(), Stop> {
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
