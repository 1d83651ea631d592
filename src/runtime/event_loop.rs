//! The loop: block until something happens, drain what is there, update, carry out effects, paint once.

use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use signal_hook::consts::SIGHUP;

use super::browser::is_web;
use super::files::{Files, Paths};
use super::lent::Lent;
use super::session::{Ended, Worker};
use super::surface::Surface;
use super::wake::{Inbox, Signal, Wake};
use super::{editor, export, notify};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;
use crate::domain::wall::Wall;
use crate::protocol::{Order, Report, Ticket};
use crate::tui::app::App;
use crate::tui::cx::notice::Grade;
use crate::tui::io::effect::{About, Effect};
use crate::tui::io::message::Message;
use crate::tui::model::alarm::Alarm;
use crate::tui::screens::form::editor::has_kept;
use crate::tui::view;

/// Wakes taken before a frame is painted, and the time they may take: a flood of reports must not hold a key's answer back.
const MAX_BATCH: usize = 64;
const MAX_BATCH_TIME: Duration = Duration::from_millis(8);
/// Texts that are printed when the screen is left.
const MAX_AT_EXIT: usize = 16;
/// Reports alone repaint at most this often; a key is always painted at once.
const FRAME_GAP: Duration = Duration::from_millis(33);

/// A wall that goes on by so much more or less than time has passed was set; it is steered by far less.
const SET: SignedDuration = SignedDuration::from_secs(1);

/// What is owed to the eye.
#[derive(Default)]
struct Frame {
    painted_at: Option<Instant>,
    /// Something in sight may have changed since then.
    is_stale: bool,
    /// A key or a new size came in this batch.
    is_urgent: bool,
    /// The terminal may show something else than the last frame: sizes in between have cut it, though the size may be
    /// the old one again.
    is_mangled: bool,
}

/// A sitting: the state, the surface it is painted on, the worker, and what wakes it.
pub struct EventLoop<S: Surface> {
    pub app: App,
    pub surface: S,
    inbox: Inbox,
    wall: Wall,
    /// The last tick, by a clock that nobody sets and by the wall.
    ticked: (Instant, Timestamp),
    /// For what runs beside the loop. The loop itself never sends here: it would wait for itself.
    wakes: SyncSender<Wake>,
    worker: Worker,
    files: Option<Files>,
    frame: Frame,
    /// Commands for alarms.
    running: notify::Running,
    /// The editor of whoever sits here; None: the one that the environment names.
    pub editor: Option<String>,
    /// Environment variables that hold secrets: no program inherits them.
    secret_variables: Vec<String>,
    /// We stopped ourselves, so the SIGCONT that follows is not news.
    continued_by_us: bool,
    lent: Lent,
    /// The terminal is gone: nothing is painted any more.
    is_gone: bool,
    /// The signal that ends the program as soon as what was typed is on disk.
    ending: Option<i32>,
    ended: Option<Ended>,
    at_exit: Vec<String>,
}

impl<S: Surface> EventLoop<S> {
    pub fn new(app: App, surface: S, wakes: SyncSender<Wake>, inbox: Inbox, worker: Worker) -> Self {
        Self {
            ticked: (Instant::now(), app.cx.now),
            wall: Wall::default(),
            app,
            surface,
            inbox,
            wakes,
            worker,
            files: None,
            frame: Frame { is_stale: true, ..Frame::default() },
            running: notify::Running::default(),
            editor: None,
            secret_variables: Vec::new(),
            continued_by_us: false,
            lent: Lent::default(),
            is_gone: false,
            ending: None,
            ended: None,
            at_exit: Vec::new(),
        }
    }

    /// What time it is.
    #[must_use]
    pub fn by(mut self, wall: Wall) -> Self {
        self.wall = wall;
        self
    }

    /// Where views and filters are kept.
    #[must_use]
    pub fn writing_to(mut self, paths: Paths) -> Self {
        self.files = Files::start(paths, &self.wakes);
        self
    }

    /// What is kept from the editor and from the command for alarms.
    #[must_use]
    pub fn keeping_secret(mut self, variables: Vec<String>) -> Self {
        self.secret_variables = variables;
        self
    }

    /// Paints the first frame, starts the worker, and goes on until the person or a signal ends it.
    pub fn run(mut self) -> Finished<S> {
        self.begin();
        #[cfg(debug_assertions)]
        super::panic::provoke();
        while self.ended.is_none() {
            self.turn(None);
        }
        self.finish()
    }

    /// The first frame, and only then the worker: keys, disk and network can wait for the eye.
    pub fn begin(&mut self) {
        self.ticked = (Instant::now(), self.wall.now());
        self.update(Message::Tick(self.ticked.1));
        let size = self.surface.terminal().size().unwrap_or_default();
        self.update(Message::Resize(size.width, size.height));
        self.paint();
        if let Err(fault) = self.worker.start(&self.wakes) {
            self.ended = Some(Ended::Failed(fault));
        }
    }

    /// One batch: waits for a wake (until `patience` has passed, for tests), takes what else is there, paints once.
    /// False: nothing came.
    pub fn turn(&mut self, patience: Option<Duration>) -> bool {
        let first = match self.wait(patience) {
            Ok(wake) => Some(wake),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                self.ended.get_or_insert(Ended::Quit);
                return false;
            }
        };
        let came = first.is_some();
        let began = Instant::now();
        self.tick();
        let (mut next, mut taken) = (first, 0);
        while let Some(wake) = next {
            self.take(wake);
            taken += 1;
            // Whatever is taken out of the inbox here is taken in: a batch ends before it asks for one more.
            let is_over = self.ended.is_some() || taken == MAX_BATCH || began.elapsed() > MAX_BATCH_TIME;
            next = match (is_over, self.frame.is_urgent) {
                (true, _) => None,
                // The answer to the keys so far is painted before anything else is taken in.
                (_, true) => self.inbox.key(),
                _ => self.inbox.try_recv().ok(),
            };
        }
        if self.frame.is_stale && (self.frame.is_urgent || self.paint_gap().is_zero()) && self.ended.is_none() {
            self.paint();
        }
        came
    }

    /// Something in sight may differ from the last frame.
    pub fn is_stale(&self) -> bool {
        self.frame.is_stale
    }

    pub fn ended(&self) -> Option<&Ended> {
        self.ended.as_ref()
    }

    /// Stops the worker, letting it finish what it is writing.
    pub fn finish(self) -> Finished<S> {
        self.worker.stop();
        if let Some(files) = self.files {
            files.finish(&self.inbox);
        }
        Finished { ended: self.ended.unwrap_or(Ended::Quit), at_exit: self.at_exit, surface: self.surface, inbox: self.inbox }
    }

    fn wait(&self, patience: Option<Duration>) -> Result<Wake, RecvTimeoutError> {
        // From the last tick on, by a clock that nobody sets: a wall that is set now is seen then.
        let clock = self.app.wake_at().map(|at| {
            let wait = Duration::try_from(at.duration_since(self.app.cx.now)).unwrap_or_default();
            wait.saturating_sub(self.ticked.0.elapsed())
        });
        let frame = (self.frame.is_stale && !self.lent.is_away() && !self.is_gone).then(|| self.paint_gap());
        match [patience, clock, frame].into_iter().flatten().min() {
            Some(wait) => self.inbox.recv_timeout(wait),
            None => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Tells the time, and before that whether the clock was set meanwhile.
    fn tick(&mut self) {
        let (at, now) = (Instant::now(), self.wall.now());
        let passed = SignedDuration::try_from(at.duration_since(self.ticked.0)).unwrap_or_default();
        let by = now.duration_since(self.ticked.1) - passed;
        if by.abs() > SET {
            self.update(Message::ClockSet(by));
        }
        self.ticked = (at, now);
        self.update(Message::Tick(now));
    }

    /// How long a frame that only reports ask for has to wait.
    fn paint_gap(&self) -> Duration {
        self.frame.painted_at.map_or(Duration::ZERO, |at| FRAME_GAP.saturating_sub(at.elapsed()))
    }

    fn take(&mut self, wake: Wake) {
        match wake {
            Wake::Message(message) => {
                self.frame.is_urgent = true;
                if let Message::Resize(width, height) = message {
                    self.surface.resize(width, height);
                    self.frame.is_mangled = true;
                    self.frame.is_stale = true;
                }
                self.update(message);
            }
            Wake::Key => {}
            Wake::Report(report) => {
                let was_bare = self.app.model.list.order().is_empty();
                self.update(Message::Report(report));
                // The first rows are what the person waits for.
                self.frame.is_urgent |= was_bare && !self.app.model.list.order().is_empty();
            }
            Wake::Said(grade, words) => self.update(Message::Said(grade, words)),
            Wake::Opened(opened) => match *opened {
                Ok(opened) => {
                    for (ticket, order) in self.worker.opened(opened, &self.wakes) {
                        self.send(ticket, order);
                    }
                }
                Err(fault) => self.ended = Some(Ended::Failed(fault)),
            },
            Wake::WorkerGone => self.worker_gone(),
            Wake::Signal(signal) => self.signal(signal),
            Wake::Edited(about, result) => self.edited(about, result),
            Wake::Broken(report) => {
                let words = "a part of caseload stopped unexpectedly; its report is printed when you quit";
                self.update(Message::Said(Grade::Error, words.into()));
                self.print_at_exit(report);
            }
            Wake::InputEnded => self.hang_up(),
        }
    }

    fn signal(&mut self, signal: Signal) {
        match signal {
            Signal::End(SIGHUP) => self.hang_up(),
            Signal::End(number) => self.end_by(number),
            Signal::Stop => self.suspend(),
            Signal::Continue if std::mem::take(&mut self.continued_by_us) => {}
            Signal::Continue => {
                let size = self.surface.resume();
                self.back_on_screen(size);
            }
        }
    }

    /// Ends once what was typed is on disk; a second signal does not wait for that.
    fn end_by(&mut self, number: i32) {
        if self.ending.replace(number).is_some() {
            self.ended = Some(Ended::Signal(number));
        } else {
            self.update(Message::Ending);
        }
    }

    /// The terminal is gone. The kernel, the reader and the next frame may each say so: that is one end and not two.
    fn hang_up(&mut self) {
        if !std::mem::replace(&mut self.is_gone, true) {
            self.end_by(SIGHUP);
        }
    }

    fn suspend(&mut self) {
        self.continued_by_us = true;
        let size = self.surface.suspend();
        self.back_on_screen(size);
    }

    fn back_on_screen(&mut self, size: std::io::Result<(u16, u16)>) {
        match size {
            Ok((width, height)) => {
                self.surface.resize(width, height);
                self.update(Message::Resize(width, height));
                self.redraw();
            }
            Err(error) => self.terminal_lost(&error),
        }
    }

    /// Forgets what the terminal shows and draws every cell.
    fn redraw(&mut self) {
        self.frame.is_mangled = true;
        self.paint();
    }

    fn update(&mut self, message: Message) {
        if let Message::Report(Report::Done { ticket, .. }) = &message
            && self.lent.ends_with(*ticket)
        {
            let size = self.surface.resume();
            self.back_on_screen(size);
        }
        let effects = self.app.update(message);
        self.frame.is_stale |= self.app.cx.take_dirty();
        if has_kept(&self.app.model, &self.app.cx) {
            self.lent.put_sheets_away();
        }
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send(ticket, order) => self.send(ticket, order),
            Effect::Copy { text, what } => {
                let said = match self.surface.copy(&text) {
                    Ok(way) => Message::Said(Grade::Good, format!("copied {what} ({way})")),
                    Err(fault) => Message::Said(Grade::Warning, fault.message.to_string()),
                };
                self.update(said);
            }
            Effect::Browse(url) if is_web(&url) => self.surface.browse(&url, &self.wakes),
            Effect::Browse(url) => {
                let scheme: String = url.chars().take_while(|c| *c != ':').take(20).collect();
                self.update(Message::Said(Grade::Warning, format!("not opened: only http and https addresses are, not `{scheme}`")));
            }
            Effect::Lend(ticket, order) => self.lend(ticket, order),
            Effect::Edit(about) => self.edit(about),
            Effect::ChangeViews { change, known } => {
                if !self.files.as_ref().is_some_and(|files| files.change_views(change.clone(), known)) {
                    let result = Err("the disk is busy; save once more in a moment".into());
                    self.update(Message::Views { change, result });
                }
            }
            Effect::UseV2(name) => {
                if !self.files.as_ref().is_some_and(|files| files.use_v2(name)) {
                    self.update(Message::Said(Grade::Warning, "not written: the disk is busy; try again in a moment".into()));
                }
            }
            Effect::Remember { view, filter } => {
                if let Some(files) = &self.files {
                    files.remember(view, filter);
                }
            }
            Effect::Bell => self.surface.bell(),
            Effect::Ring(alarms) => self.ring(&alarms),
            Effect::Export { file, text, what } => export::save(&file, text, what, &self.wakes),
            Effect::Suspend => self.suspend(),
            Effect::Redraw => self.redraw(),
            Effect::PrintAtExit(text) => self.print_at_exit(text),
            Effect::WriteConfig(vendor) => self.ended = Some(Ended::WriteConfig(vendor)),
            Effect::KeepMacro(text) => {
                if !self.files.as_ref().is_some_and(|files| files.keep_macro(text)) {
                    self.update(Message::Said(Grade::Warning, "the macro is there until you quit, but was not written".into()));
                }
            }
            Effect::StartDemo => self.ended = Some(Ended::StartDemo),
            Effect::Quit => self.ended = Some(self.ending.map_or(Ended::Quit, Ended::Signal)),
        }
    }

    /// Gives the terminal to the editor; its end comes as a wake.
    fn edit(&mut self, about: About) {
        let data = self.worker.data().map(Path::to_owned);
        let sources = self.app.model.sources.iter().map(|source| source.info.name.clone()).collect();
        let start = |text: &Path| editor::start(self.editor.clone(), text, about.clone(), &self.secret_variables, &self.wakes);
        match self.lent.give_to_editor(&mut self.surface, data.as_deref(), sources, &about.opened, start) {
            Ok(()) => {}
            Err(fault) if self.lent.is_away() => self.edited(about, Err(fault)),
            Err(fault) => self.update(Message::Edited { about, result: Err(fault) }),
        }
    }

    fn edited(&mut self, about: About, result: Result<Clean, Fault>) {
        self.lent.edited(&result);
        let size = self.surface.resume();
        self.update(Message::Edited { about, result });
        self.back_on_screen(size);
    }

    /// Gives the terminal to what the order starts, until its ticket is closed.
    fn lend(&mut self, ticket: Ticket, order: Order) {
        match self.lent.give_to_secrets(&mut self.surface, ticket) {
            Ok(()) => self.send(ticket, order),
            Err(fault) => self.update(Message::Report(Report::Done { ticket, result: Err(fault) })),
        }
    }

    /// Once, however often it is asked for. Of many broken parts the first ones say what went wrong.
    fn print_at_exit(&mut self, text: String) {
        if self.at_exit.len() < MAX_AT_EXIT && !self.at_exit.contains(&text) {
            self.at_exit.push(text);
        }
    }

    fn ring(&mut self, alarms: &[Alarm]) {
        let Some(ways) = self.app.model.alarms.ways.clone() else { return };
        self.surface.ring(ways.bell, ways.desktop, alarms);
        for alarm in alarms {
            notify::run(&ways.command, alarm, &self.secret_variables, &self.running, &self.wakes);
        }
    }

    /// Never waits: an order that cannot be taken is closed here, so its ticket does not stay open.
    fn send(&mut self, ticket: Ticket, order: Order) {
        if let Err(fault) = self.worker.send(ticket, order) {
            self.update(Message::Report(Report::Done { ticket, result: Err(fault) }));
        }
    }

    /// Nobody will answer any more: every open ticket is closed with the reason.
    fn worker_gone(&mut self) {
        self.worker.gone();
        let open: Vec<Ticket> = self.app.cx.pending.iter().map(|(ticket, _)| ticket).collect();
        for ticket in open {
            let fault = Fault::new(FaultKind::Closed, "the part that talks to the vendors and the disk has stopped");
            self.update(Message::Report(Report::Done { ticket, result: Err(fault) }));
        }
        self.update(Message::Said(Grade::Error, "reading and sending have stopped; restart caseload, what was queued is on disk".into()));
    }

    fn paint(&mut self) {
        if self.lent.is_away() || self.is_gone {
            self.frame.is_stale = true;
            return;
        }
        if std::mem::take(&mut self.frame.is_mangled)
            && let Err(error) = self.surface.terminal().clear()
        {
            self.terminal_lost(&error);
            return;
        }
        let app = &self.app;
        let painted = self.surface.terminal().draw(|frame| {
            view::draw(frame, app);
        });
        if let Err(error) = painted.map(|_| ()) {
            self.terminal_lost(&error);
            return;
        }
        self.frame.is_stale = false;
        self.frame.is_urgent = false;
        self.frame.painted_at = Some(Instant::now());
    }

    fn terminal_lost(&mut self, error: &impl ToString) {
        tracing::warn!(error = error.to_string(), "the terminal is gone");
        self.hang_up();
    }
}

/// How a sitting ended.
pub struct Finished<S> {
    pub ended: Ended,
    /// For the ordinary screen, once it is back.
    pub at_exit: Vec<String>,
    pub surface: S,
    pub inbox: Inbox,
}
