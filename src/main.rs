//! caseload: arguments, verb, exit code.

use std::process::ExitCode;

use caseload::cli::{self, Cli, Config, DemoVerb, Journal, Outbox, Verb, World};
use caseload::config::Places;
use caseload::demo;
use caseload::headless::{
    self, AsideOptions, AsideWish, BulkOptions, CommentOptions, CommentText, DoctorOptions, EditOptions, ExportOptions, Input, KeysOptions,
    ListFormat, ListOptions, OutboxVerb, PurgeOptions, Reach, Scope, ShowFormat, ShowOptions,
};
use caseload::runtime::{self, Source};

fn main() -> ExitCode {
    runtime::no_core_dumps();
    runtime::clean_panics();
    match cli::read(std::env::args_os()) {
        Ok(cli) => run(cli),
        Err(code) => code.into(),
    }
}

fn run(cli: Cli) -> ExitCode {
    let global = cli.global;
    let data_is_given = global.data_dir.is_some();
    let places = match Places::find(global.config, global.data_dir) {
        Ok(places) => places,
        Err(problem) => return headless::refuse(&problem).into(),
    };
    let scope = Scope { places, only: global.sources, offline: global.offline, columns: runtime::columns() };
    let exit = match cli.verb {
        Some(Verb::List(list)) => headless::list(&scope, &list_options(list)),
        Some(Verb::Views { json }) => headless::views(&scope, json),
        Some(Verb::Show(show)) => {
            let format = match (&show.json, show.markdown) {
                (Some(_), _) => ShowFormat::Json,
                (_, true) => ShowFormat::Markdown,
                _ => ShowFormat::Text,
            };
            let fields = show.json.unwrap_or_default();
            headless::show(&scope, &ShowOptions { reference: show.reference, format, fields, raw: show.raw, since: show.since })
        }
        Some(Verb::Edit(edit)) => {
            let cli::Edit { reference, set, add, remove, json, if_base, dry_run, yes } = edit;
            let from_json = json.as_deref().filter(|from| !from.is_empty()).map(input);
            let json = json.is_some();
            headless::edit(&scope, &EditOptions { reference, set, add, remove, from_json, if_base, dry_run, json, yes })
        }
        Some(Verb::Comment(comment)) => headless::comment(&scope, &comment_options(comment)),
        Some(Verb::Bulk(bulk)) => headless::bulk(&scope, &bulk_options(bulk)),
        Some(Verb::Macros(macros)) => headless::macros(&scope, macros.json),
        Some(Verb::Snooze(cli::Snooze { reference, until, .. })) => {
            headless::aside(&scope, &AsideOptions { reference, wish: until.map_or(AsideWish::Wake, AsideWish::Snooze) })
        }
        Some(Verb::Pin(cli::Pin { reference, off })) => {
            headless::aside(&scope, &AsideOptions { reference, wish: if off { AsideWish::Unpin } else { AsideWish::Pin } })
        }
        Some(Verb::Outbox(verb)) => headless::outbox(&scope, &outbox(verb)),
        Some(Verb::Journal(Journal::List { json })) => headless::journal_list(&scope, json),
        Some(Verb::Journal(Journal::Verify)) => headless::journal_verify(&scope),
        Some(Verb::Export(export)) => {
            let cli::Export { query, format, json, file, force, reach } = export;
            let (cached, reach) = reach_of(&reach);
            let (query, fields) = (query.join(" "), json.unwrap_or_default());
            let format = format.unwrap_or(cli::Format::Json).into();
            headless::export(&scope, &ExportOptions { query, format, fields, file, force, cached, reach })
        }
        Some(Verb::Keys(keys)) => {
            headless::keys(&scope, KeysOptions { preset: keys.preset.map(Into::into), check: keys.check, json: keys.json })
        }
        Some(Verb::Config(Config::Check { fix })) => headless::check(&scope, fix),
        Some(Verb::Completions(wanted)) => headless::print(&cli::completions(wanted.shell)),
        Some(Verb::Man) => headless::print(&cli::man()),
        Some(Verb::Doctor(doctor)) => headless::doctor(&scope, DoctorOptions { json: doctor.json, screen: runtime::screen() }),
        Some(Verb::Purge(purge)) => headless::purge(&scope, PurgeOptions { yes: purge.yes }),
        Some(Verb::Demo(demo)) => match demo.verb {
            Some(DemoVerb::Serve(serve)) => headless::serve(&world(&serve.world), serve.write_config.as_deref()),
            None => return workbench(scope, Source::Demo(world(&demo.world)), data_is_given),
        },
        None => {
            return match headless::configured(&scope) {
                Ok(config) => {
                    workbench(scope, config.map_or(Source::Nothing, |config| Source::Configured(Box::new(config))), data_is_given)
                }
                Err(exit) => exit.into(),
            };
        }
    };
    exit.into()
}

fn list_options(list: cli::List) -> ListOptions {
    let format = match (&list.json, &list.ndjson, list.csv) {
        (Some(_), ..) => ListFormat::Json,
        (_, Some(_), _) => ListFormat::Ndjson,
        (.., true) => ListFormat::Csv,
        _ => ListFormat::Text,
    };
    let fields = list.json.or(list.ndjson).unwrap_or_default();
    let limit = list.limit.and_then(|limit| usize::try_from(limit).ok());
    let (cached, reach) = reach_of(&list.reach);
    ListOptions { words: list.words, explain: list.explain, format, fields, limit, cached, reach }
}

/// Whether the disk alone is read, and how much of the vendors else.
fn reach_of(reach: &cli::Reach) -> (bool, Reach) {
    let cli::Reach { cached, full, max_age } = *reach;
    (cached, if full { Reach::Full } else { Reach::New { max_age_s: max_age } })
}

fn comment_options(comment: cli::Comment) -> CommentOptions {
    let cli::Comment { reference, dash: _, message, file, dry_run, json } = comment;
    let text = match (message, file) {
        (Some(text), _) => CommentText::Given(text),
        (None, Some(file)) => CommentText::From(input(&file.to_string_lossy())),
        (None, None) => CommentText::From(Input::Stdin),
    };
    CommentOptions { reference, text, dry_run, json }
}

fn bulk_options(bulk: cli::Bulk) -> BulkOptions {
    let cli::Bulk { words, verbs, set, add, remove, macro_name, with, dry_run, yes_count, partial_ok, keep_going, json, cached } = bulk;
    let yes_count = yes_count.and_then(|count| usize::try_from(count).ok());
    BulkOptions { words, set, add, remove, verbs, macro_name, with, dry_run, yes_count, partial_ok, keep_going, json, cached }
}

fn outbox(verb: Outbox) -> OutboxVerb {
    match verb {
        Outbox::List { json } => OutboxVerb::List { json },
        Outbox::Show { entry, json } => OutboxVerb::Show { entry, json },
        Outbox::Flush { entry } => OutboxVerb::Flush { entry },
        Outbox::Hold { entry } => OutboxVerb::Hold { entry },
        Outbox::Release { entry } => OutboxVerb::Release { entry },
        Outbox::Drop { entry } => OutboxVerb::Drop { entry },
    }
}

/// The screen, until the person leaves it.
fn workbench(scope: Scope, source: Source, data_is_given: bool) -> ExitCode {
    let Scope { places, only, offline, .. } = scope;
    match runtime::run(runtime::Setup { source, places, data_is_given, only, offline }) {
        Ok(code) => code.into(),
        Err(fault) => headless::failed(&fault).into(),
    }
}

fn input(from: &str) -> Input {
    if from == "-" { Input::Stdin } else { Input::File(from.into()) }
}

fn world(world: &World) -> demo::Options {
    demo::Options {
        cases: world.cases,
        seed: world.seed,
        latency_ms: world.latency,
        pace: world.pace,
        faults: world.faults,
        ..demo::Options::default()
    }
}
