//! caseload: arguments, verb, exit code.

use std::process::ExitCode;

use caseload::cli::{
    Cli, Next, Scope, {self},
};
use caseload::config::Places;
use caseload::runtime::{
    Source, {self},
};

fn main() -> ExitCode {
    runtime::no_core_dumps();
    runtime::clean_panics();
    match cli::read(std::env::args_os()) {
        Ok(cli) => run(cli),
        Err(code) => code.into(),
    }
}

fn run(Cli { global, verb }: Cli) -> ExitCode {
    let data_is_given = global.data_dir.is_some();
    let places = match Places::find(global.config, global.data_dir) {
        Ok(places) => places,
        Err(problem) => return cli::refuse(&problem).into(),
    };
    let scope = Scope { places, only: global.sources, offline: global.offline, columns: runtime::columns() };
    let source = match verb.map(|verb| verb.run(&scope, runtime::screen)) {
        Some(Next::End(exit)) => return exit.into(),
        Some(Next::Demo(vendors)) => Source::Demo(vendors),
        None => match cli::configured(&scope) {
            Ok(config) => config.map_or(Source::Nothing, |config| Source::Configured(Box::new(config))),
            Err(exit) => return exit.into(),
        },
    };
    workbench(scope, source, data_is_given)
}

/// The screen, until the person leaves it.
fn workbench(scope: Scope, source: Source, data_is_given: bool) -> ExitCode {
    let Scope { places, only, offline, .. } = scope;
    match runtime::run(runtime::Setup { source, places, data_is_given, only, offline }) {
        Ok(code) => code.into(),
        Err(fault) => cli::failed(&fault).into(),
    }
}
