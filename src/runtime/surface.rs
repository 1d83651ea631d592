//! What the loop needs of a terminal besides cells. The console is the real one; tests bring a pane of glass.

use std::io::{
    Stdout, Write, {self},
};
use std::sync::mpsc::SyncSender;
use std::thread;

use ratatui::Terminal;
use ratatui::backend::Backend;

use super::canvas::Canvas;
use super::clipboard::{
    Route, {self},
};
use super::input::Gate;
use super::terminal::Screen;
use super::wake::Wake;
use super::{browser, notify, signals};
use crate::config::Desktop;
use crate::domain::fault::{Fault, FaultKind};
use crate::tui::cx::notice::Grade;
use crate::tui::model::alarm::Alarm;

pub trait Surface {
    type Backend: Backend;

    fn terminal(&mut self) -> &mut Terminal<Self::Backend>;
    /// The window has this size now.
    fn resize(&mut self, width: u16, height: u16);
    /// Puts text on the clipboard; answers which way it went.
    fn copy(&mut self, text: &str) -> Result<&'static str, Fault>;
    /// Opens an http or https page; how it went is said through `wakes`.
    fn browse(&mut self, url: &str, wakes: &SyncSender<Wake>);
    fn bell(&mut self);
    /// Announces clocks that run out: one bell, and a notification of the desktop each.
    fn ring(&mut self, bell: bool, desktop: Desktop, alarms: &[Alarm]);
    /// Gives the terminal back, stops, and takes it again when continued. The size may have changed meanwhile.
    fn suspend(&mut self) -> io::Result<(u16, u16)>;
    /// Leaves the terminal to another program, keys and all, until [`Surface::resume`]; `words` say to which.
    fn lend(&mut self, words: &str) -> io::Result<()>;
    /// Takes the terminal again after a stop that came from outside.
    fn resume(&mut self) -> io::Result<(u16, u16)>;
}

/// Lines that words and the prompt of a command take on the ordinary screen.
const LENT_LINES: u16 = 4;

/// The terminal that the program was started in.
pub(super) struct Console {
    screen: Screen,
    terminal: Terminal<Canvas<Stdout>>,
    route: Route,
    gate: Gate,
    /// Words stand on the ordinary screen, below a place that was remembered.
    has_words: bool,
    /// Environment variables that hold secrets: a browser does not inherit them.
    secret_variables: Vec<String>,
}

impl Console {
    /// Draws on a screen that is up already.
    pub(super) fn new(screen: Screen, gate: Gate, secret_variables: Vec<String>) -> io::Result<Self> {
        let (width, height) = crossterm::terminal::size()?;
        let terminal = Terminal::new(Canvas::new(io::stdout(), width, height))?;
        Ok(Self { screen, terminal, route: Route::here(), gate, has_words: false, secret_variables })
    }
}

impl Surface for Console {
    type Backend = Canvas<Stdout>;

    fn terminal(&mut self) -> &mut Terminal<Self::Backend> {
        &mut self.terminal
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
    }

    fn copy(&mut self, text: &str) -> Result<&'static str, Fault> {
        if text.len() > clipboard::MAX_TEXT_BYTES {
            let limit_kib = clipboard::MAX_TEXT_BYTES / 1024;
            let words =
                format!("not copied: {} KiB, and terminals take {limit_kib} KiB; `caseload show` prints the case whole", text.len() / 1024);
            return Err(Fault::new(FaultKind::TooLarge, words));
        }
        let bytes = clipboard::sequence(text, self.route);
        match self.terminal.backend_mut().send(bytes.as_bytes()) {
            Ok(()) => Ok(self.route.words()),
            Err(error) => Err(Fault::new(FaultKind::Closed, format!("not copied: {error}"))),
        }
    }

    fn browse(&mut self, url: &str, wakes: &SyncSender<Wake>) {
        let (url, told, variables) = (url.to_owned(), wakes.clone(), self.secret_variables.clone());
        // The launcher is watched for a moment to hear of its failure, so it runs beside the loop; it gets no terminal.
        let started = thread::Builder::new().name("browser".into()).spawn(move || {
            let opened = browser::open(&url, &variables);
            let said = match &opened {
                Ok(_) => Wake::Said(Grade::Good, format!("opened {url}")),
                Err(error) => Wake::Said(Grade::Warning, format!("no browser could be started ({error}); yu copies the address")),
            };
            // The loop has ended meanwhile: nobody is left to be told.
            let _ = told.send(said);
            if let Ok(Some(mut launcher)) = opened {
                // Only so that it does not stay in the table of processes when it ends.
                let _ = launcher.wait();
            }
        });
        if let Err(error) = started {
            let _ = wakes.try_send(Wake::Said(Grade::Warning, format!("no browser could be started ({error})")));
        }
    }

    fn bell(&mut self) {
        // A terminal that is gone is noticed by the next frame.
        let _ = self.terminal.backend_mut().send(b"\x07");
    }

    fn ring(&mut self, bell: bool, desktop: Desktop, alarms: &[Alarm]) {
        let mut bytes = String::from(if bell { "\x07" } else { "" });
        for alarm in alarms {
            bytes.push_str(&notify::sequence(alarm, desktop, self.route));
        }
        // A terminal that is gone is noticed by the next frame.
        let _ = self.terminal.backend_mut().send(bytes.as_bytes());
    }

    fn suspend(&mut self) -> io::Result<(u16, u16)> {
        self.screen.leave()?;
        signals::stop()?;
        self.resume()
    }

    fn lend(&mut self, words: &str) -> io::Result<()> {
        self.gate.shut()?;
        self.screen.leave()?;
        if words.is_empty() {
            return Ok(());
        }
        // Room below, then the place is remembered: the lines must not scroll away from it.
        self.has_words = true;
        let room = "\n".repeat(usize::from(LENT_LINES));
        writeln!(io::stdout().lock(), "{room}\x1b[{LENT_LINES}A\x1b7{words}")
    }

    fn resume(&mut self) -> io::Result<(u16, u16)> {
        if std::mem::take(&mut self.has_words) {
            // What was said and asked there is over: nothing of it is left once the program ends.
            write!(io::stdout().lock(), "\x1b8\x1b[J")?;
        }
        self.screen.enter()?;
        self.gate.open();
        crossterm::terminal::size()
    }
}
