//! Floor 3: the state of the screen and how it changes.
//!
//! [`App::update`] takes one [`Message`] and returns the [`Effect`]s it asks for. It reads no clock, does no I/O and
//! never waits: equal state and message give equal state and effects.

pub mod action;
pub mod available;
pub mod detail;
pub mod effect;
pub mod form;
pub mod keymap;
pub mod layout;
pub mod list;
pub mod message;
pub mod notice;
pub mod overlay;
pub mod pending;
pub mod review;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use effect::Effect;
pub use message::{Chord, Key, Message};

use action::{Action, Scope};
use detail::Detail;
use keymap::{Keys, Pressed};
use layout::Areas;
use list::List;
use notice::{Grade, Notices};
use overlay::{FirstRun, MAX_OVERLAYS, Overlay};
use pending::{Ask, Pending};

use crate::domain::directory::Directory;
use crate::domain::edit::{OutboxEntry, Part};
use crate::protocol::{Order, Report, SourceCard, SourceState, Ticket};

/// What the state starts from.
#[derive(Clone, Debug)]
pub struct Setup {
    pub size: (u16, u16),
    pub now: Timestamp,
    /// For local times.
    pub zone: TimeZone,
    /// The sources are the embedded vendors: a badge says so.
    pub demo: bool,
    pub offline: bool,
    /// No configuration was found: where it was looked for.
    pub first_run: Option<Vec<String>>,
    /// `NO_COLOR`: attributes only.
    pub plain: bool,
}

/// A source: what stands and how it is doing.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub card: SourceCard,
    pub state: SourceState,
    pub directory: Option<Arc<Directory>>,
}

/// The pane that has the keys when no overlay does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    List,
    Detail,
}

/// Everything the screen shows is derived from this.
#[derive(Clone, Debug)]
pub struct App {
    pub setup: Setup,
    pub now: Timestamp,
    pub size: (u16, u16),
    pub sources: Vec<Source>,
    pub list: List,
    pub detail: Detail,
    pub focus: Pane,
    /// Bottom first.
    pub overlays: Vec<Overlay>,
    pub keys: Keys,
    pub notices: Notices,
    pub pending: Pending,
    /// Edits that are not settled, in the order of saving.
    pub outbox: Vec<OutboxEntry>,
    /// What was typed in forms that were left.
    pub kept: form::Kept,
    effects: Vec<Effect>,
    dirty: bool,
}

impl App {
    pub fn new(setup: Setup) -> Self {
        let mut app = Self {
            now: setup.now,
            size: setup.size,
            sources: Vec::new(),
            list: List::default(),
            detail: Detail::default(),
            focus: Pane::default(),
            overlays: Vec::new(),
            keys: Keys::default(),
            notices: Notices::default(),
            pending: Pending::default(),
            outbox: Vec::new(),
            kept: form::Kept::default(),
            effects: Vec::new(),
            dirty: true,
            setup,
        };
        if let Some(looked_in) = app.setup.first_run.clone() {
            app.push(Overlay::FirstRun(FirstRun { looked_in, chosen: 0 }));
        }
        app
    }

    /// Takes one message in; what it asks of the world comes back in order.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Tick(now) => self.tick(now),
            Message::Key(chord) => self.press(chord),
            Message::Paste(text) => self.paste(&text),
            Message::Resize(width, height) => {
                self.size = (width, height);
                self.dirty = true;
            }
            Message::FocusGained => self.attend(true),
            Message::FocusLost => self.attend(false),
            Message::Report(report) => self.take(report),
            Message::Said(grade, text) => self.say(grade, text),
        }
        std::mem::take(&mut self.effects)
    }

    /// Whether anything in sight may have changed since this was last asked; asking clears it.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// When a tick is needed though nothing else happens: a minute that is shown, a strip that appears, a notice that
    /// leaves. None: never.
    pub fn wake_at(&self) -> Option<Timestamp> {
        [self.keys.wake_at(), self.notices.wake_at()].into_iter().flatten().min()
    }

    /// Where everything is painted at the present size.
    pub fn areas(&self) -> Areas {
        Areas::default()
    }

    /// Nothing that was asked is still open: what tests call settled.
    pub fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }

    /// Where the keys go.
    pub fn scope(&self) -> Scope {
        match (self.overlays.last(), self.focus) {
            (Some(overlay), _) => overlay.scope(),
            (None, Pane::List) => Scope::List,
            (None, Pane::Detail) => Scope::Detail,
        }
    }

    fn tick(&mut self, now: Timestamp) {
        let strip = self.keys.explained(self.now).is_some();
        let minute = self.now.as_second().div_euclid(60);
        self.now = now;
        self.dirty |= self.notices.expire(now) | (strip != self.keys.explained(now).is_some()) | (minute != now.as_second().div_euclid(60));
    }

    fn press(&mut self, chord: Chord) {
        self.dirty = true;
        let scope = self.scope();
        match self.keys.press(scope, chord, self.now) {
            Pressed::Act(action, count) => self.act(scope, action, count),
            Pressed::Text(chord) => self.type_text(scope, chord),
            Pressed::Nothing(keys) => {
                self.say(Grade::Info, format!("{keys} does nothing here; ? shows what does"));
            }
            Pressed::Waiting | Pressed::Dropped => {}
        }
    }

    fn act(&mut self, scope: Scope, action: Action, count: Option<u32>) {
        if let Some(reason) = available::unavailable(self, action) {
            self.say(Grade::Info, reason);
            return;
        }
        let times = count.map_or(1, |count| count.max(1) as usize);
        match (scope, action) {
            (_, Action::Quit) => self.effects.push(Effect::Quit),
            (_, Action::Redraw) => self.effects.push(Effect::Redraw),
            (_, Action::Suspend) => self.effects.push(Effect::Suspend),
            (_, Action::Back) => {
                self.pop();
            }
            (Scope::Form, action) => self.act_in_form(action),
            (Scope::Confirm, action) if matches!(self.overlays.last(), Some(Overlay::Review(_))) => self.act_in_review(action, times),
            (Scope::List | Scope::Detail, Action::Edit) => self.edit_under_cursor(Part::Title),
            (Scope::List | Scope::Detail, Action::Comment) => self.edit_under_cursor(Part::Comment),
            (Scope::List | Scope::Detail, Action::Status) => self.pick_under_cursor(Part::Status),
            (Scope::List | Scope::Detail, Action::Priority) => self.pick_under_cursor(Part::Priority),
            (Scope::Detail, action) => self.act_in_detail(action, times),
            _ => {}
        }
    }

    fn type_text(&mut self, scope: Scope, chord: Chord) {
        if scope == Scope::Form {
            self.type_in_form(chord);
        }
    }

    fn paste(&mut self, text: &str) {
        self.dirty = true;
        if self.scope() == Scope::Form {
            self.paste_in_form(text);
        }
    }

    fn take(&mut self, report: Report) {
        self.dirty = true;
        match report {
            Report::Sources(cards) => {
                self.sources = cards.into_iter().map(|card| Source { card, state: SourceState::default(), directory: None }).collect();
            }
            Report::Case { rid, case, read_at, from } => {
                self.note_case_in_form(rid, &case);
                self.take_case(rid, case, read_at, from);
            }
            Report::Activities { rid, page, slice, read_at } => self.take_activities(rid, page, slice, read_at),
            Report::Records { rid, page, slice, read_at } => self.take_records(rid, page, slice, read_at),
            Report::Directory(id, directory) => {
                if let Some(source) = self.sources.iter_mut().find(|source| source.card.id == id) {
                    source.directory = Some(directory);
                }
            }
            Report::Planned { ticket, plan } => self.take_plan(ticket, plan),
            Report::Done { ticket, result } => {
                self.pending.close(ticket);
                self.close_review(ticket, result);
            }
            _ => {}
        }
    }

    fn edit_under_cursor(&mut self, field: Part) {
        if let Some(rid) = self.detail.rid {
            self.open_form(rid, field);
        }
    }

    fn pick_under_cursor(&mut self, part: Part) {
        if let Some(rid) = self.detail.rid {
            self.pick_value(rid, part);
        }
    }

    fn attend(&mut self, _is_there: bool) {}

    /// Opens a ticket and sends the order.
    pub(crate) fn send(&mut self, ask: Ask, order: Order) -> Ticket {
        let ticket = self.pending.open(ask);
        self.effects.push(Effect::Send(ticket, order));
        ticket
    }

    /// A line for the person, and a repaint.
    pub(crate) fn say(&mut self, grade: Grade, text: impl Into<String>) {
        self.notices.push(grade, text, self.now);
        self.dirty = true;
    }

    pub(crate) fn push(&mut self, overlay: Overlay) {
        if self.overlays.len() < MAX_OVERLAYS {
            self.overlays.push(overlay);
            self.keys.clear();
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Overlay> {
        self.keys.clear();
        self.overlays.pop()
    }
}
