//! The screen's loop, the terminal, and what the state asks of the world.
//!
//! Input, signals, the end of the terminal and the worker's reports each have a thread that waits for them; all of them
//! wake one loop through one bounded channel, and keys overtake what else waits. The loop takes what is there, updates
//! [`crate::tui::app::App`], carries out its effects, and paints once. While nothing happens every thread is blocked and nothing
//! is written.

mod browser;
mod canvas;
mod clipboard;
mod demo_house;
mod editor;
mod event_loop;
mod export;
mod files;
mod input;
mod lent;
mod log;
mod notify;
mod opened;
mod panic;
mod session;
mod signals;
mod surface;
mod terminal;
mod wake;

use std::io::{
    IsTerminal, Write, {self},
};

pub use canvas::Canvas;
pub use event_loop::{EventLoop, Finished};
pub use files::Paths;
use jiff::Timestamp;
use jiff::tz::TimeZone;
pub use opened::Opened;
pub use panic::install_plain as clean_panics;
pub use session::{Ended, Plan, Source, Worker};
use surface::Console;
pub use surface::Surface;
use terminal::{Guard, Screen};
pub use wake::{Inbox, Keys, Signal, Wake, channel};

use crate::config::{
    Asks, Places, Recall, {self},
};
use crate::demo;
use crate::domain::case::Vendor;
use crate::domain::clock::Style;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::wall::Wall;
use crate::sla::Rules;
use crate::sync::{
    Secrets, {self},
};
use crate::tui::app::App;
use crate::tui::cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::remap::Keymap;

/// What the command line has found out.
#[derive(Clone, Debug)]
pub struct Setup {
    pub source: Source,
    pub places: Places,
    /// The person named the data directory.
    pub data_is_given: bool,
    /// Demo: names of the vendors to read; empty: all. A configuration comes with its sources chosen.
    pub only: Vec<String>,
    pub offline: bool,
}

/// Runs the workbench until the person leaves it. The number is the exit code: 0, or 128 and the signal that ended it.
///
/// # Errors
/// There is no terminal, the data directory cannot be used, or the terminal went away.
pub fn run(mut setup: Setup) -> Result<u8, Fault> {
    Screen::check()?;
    log::start(&setup.places.log)?;
    let mut secrets = fetch_secrets(&setup);
    let screen = Screen::default();
    let (wakes, keys, mut inbox) = wake::channel();
    panic::install(screen.clone(), wakes.clone())?;
    let guard = Guard(screen.clone());
    screen.enter().map_err(|error| lost(&error))?;
    let gate = input::Gate::default();
    let secret_variables = if let Source::Configured(config) = &setup.source { config.secret_variables() } else { Vec::new() };
    let mut surface = Console::new(screen, gate.clone(), secret_variables.clone()).map_err(|error| lost(&error))?;
    input::listen(keys, wakes.clone(), gate.clone()).map_err(|error| lost(&error))?;
    input::watch_line(wakes.clone()).map_err(|error| lost(&error))?;
    signals::listen(wakes.clone(), gate).map_err(|error| lost(&error))?;
    loop {
        let size = surface.terminal().size().unwrap_or_default();
        let mut app = App::new(first_state(&setup, (size.width, size.height)));
        settle(&mut app, &setup.source);
        let paths = paths(&setup);
        open_views(&mut app, &setup, &paths);
        let worker = Worker::new(plan(&setup, secrets.take()));
        let sitting = EventLoop::new(app, surface, wakes.clone(), inbox, worker).writing_to(paths);
        let finished = sitting.keeping_secret(secret_variables.clone()).run();
        if finished.ended == Ended::StartDemo {
            setup.source = Source::Demo(demo::Options::default());
            (surface, inbox) = (finished.surface, finished.inbox);
            continue;
        }
        drop(guard);
        say(&finished.at_exit);
        return end(finished.ended, &setup.places);
    }
}

/// What the configuration decides about the screen. What of it cannot hold is said, and the rest holds.
fn settle(app: &mut App, source: &Source) {
    let config = match source {
        Source::Configured(config) => config::Config::clone(config),
        Source::Demo(_) => config::Config::default(),
        Source::Nothing => return,
    };
    app.model.send_delay_ms = config.edit.send_delay_s * 1_000;
    app.model.macros.clone_from(&config.macros);
    let (keymap, mut problems) = Keymap::of_config(&config.keys, &config.macros);
    app.cx.keymap = keymap;
    let (rules, more) = Rules::new(&config);
    app.model.list.set_rules(rules);
    app.model.list.set_left_out(config.names_left_out());
    problems.extend(more);
    problems.extend(app.model.alarms.set_alarms(config.alarms, &app.cx));
    if let Some(first) = problems.first() {
        let also = if problems.len() > 1 { format!(" (and {} more)", problems.len() - 1) } else { String::new() };
        let line = first.line.map_or_else(String::new, |line| format!(", line {line}"));
        app.cx.say(Grade::Warning, format!("configuration{line}: {}{also}; `caseload config check` says all", first.what));
    }
}

/// Width of the terminal that shows the output; None: it goes to a file or a pipe.
pub fn columns() -> Option<u16> {
    io::stdout().is_terminal().then(|| crossterm::terminal::size().ok()).flatten().map(|(width, _)| width)
}

/// A crash leaves no image of the memory, which holds tokens.
pub fn no_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = Rlimit { current: Some(0), maximum: getrlimit(Resource::Core).maximum };
        // A system that does not let a process lower its own limit has none to lower.
        let _ = setrlimit(Resource::Core, limit);
    }
}

/// Columns and rows of the terminal that the workbench would draw on; None: there is none.
pub fn screen() -> Option<(u16, u16)> {
    (io::stdout().is_terminal() && io::stdin().is_terminal()).then(|| crossterm::terminal::size().ok()).flatten()
}

fn end(ended: Ended, places: &Places) -> Result<u8, Fault> {
    match ended {
        Ended::Quit | Ended::StartDemo => Ok(0),
        // As a shell reports a process that the signal killed.
        Ended::Signal(number) => Ok(u8::try_from(number).map_or(1, |number| 128u8.saturating_add(number))),
        Ended::Failed(fault) => Err(fault),
        Ended::WriteConfig(vendor) => write_config(vendor, places).map(|()| 0),
    }
}

fn write_config(vendor: Option<Vendor>, places: &Places) -> Result<(), Fault> {
    let vendors: Vec<Vendor> = vendor.into_iter().collect();
    config::write_new(&places.config, &config::starter(&vendors)).map_err(|problem| Fault::new(FaultKind::Config, problem.to_string()))?;
    say(&[format!("wrote {}\nFill it in, then run: caseload config check\n", places.config.display())]);
    Ok(())
}

fn first_state(setup: &Setup, size: (u16, u16)) -> cx::Setup {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let ui = if let Source::Configured(config) = &setup.source { config.ui.clone() } else { config::Ui::default() };
    cx::Setup {
        size,
        now: Timestamp::now(),
        zone: TimeZone::system(),
        demo: matches!(setup.source, Source::Demo(_)),
        offline: setup.offline,
        first_run: matches!(setup.source, Source::Nothing).then(|| vec![setup.places.config.display().to_string()]),
        plain: no_colour || ui.colour == config::Colour::None,
        ascii: ui.borders == config::Borders::Ascii,
        times: match ui.times {
            config::Times::Relative => Style::Relative,
            config::Times::Local => Style::Local,
            config::Times::Utc => Style::Utc,
        },
    }
}

/// The demo writes nothing of the person's own; a data directory that was named for it remembers.
fn paths(setup: &Setup) -> Paths {
    let is_configured = matches!(setup.source, Source::Configured(_));
    Paths {
        config: is_configured.then(|| setup.places.config.clone()),
        data: (is_configured || setup.data_is_given).then(|| setup.places.data.clone()),
    }
}

fn open_views(app: &mut App, setup: &Setup, paths: &Paths) {
    let recall = paths.data.as_deref().map(Recall::load).unwrap_or_default();
    let views = if let Source::Configured(config) = &setup.source { config.views.clone() } else { config::ready_made() };
    app.model.filters = recall.filters;
    app.model.open_views(views, recall.view.as_deref(), paths.config.is_some(), &mut app.cx);
}

/// Fetches the secrets while the terminal is an ordinary one: a command may ask for a passphrase.
fn fetch_secrets(setup: &Setup) -> Option<Secrets> {
    let Source::Configured(config) = &setup.source else { return None };
    if setup.offline {
        return None;
    }
    if config.sources.iter().any(config::Source::has_secret_command) {
        say(&["caseload: fetching secrets ...".to_owned()]);
    }
    Some(sync::secrets(config, Asks::whoever_is_here()))
}

fn plan(setup: &Setup, secrets: Option<Secrets>) -> Plan {
    let is_own = setup.data_is_given || !matches!(setup.source, Source::Demo(_));
    Plan {
        source: setup.source.clone(),
        only: setup.only.clone(),
        data: is_own.then(|| setup.places.data.clone()),
        default_data: setup.places.data.clone(),
        offline: setup.offline,
        secrets,
        wall: Wall::default(),
    }
}

/// On the ordinary screen, after the workbench has left it.
fn say(lines: &[String]) {
    let mut out = io::stdout().lock();
    for line in lines {
        // A terminal that is gone hears nothing more.
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn lost(error: &io::Error) -> Fault {
    Fault::new(FaultKind::Closed, format!("the terminal cannot be used: {error}"))
}
