//! What every part of the state may do besides changing itself: know the time and the keys, say something, send an order, and ask for a
//! repaint. Nothing else reaches the world.

pub mod closed;
pub mod notice;
pub mod pending;
pub mod stack;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::clock::{Clock, Style};
use crate::protocol::{Attention, Order, Ticket};
use crate::tui::cx::notice::{Grade, Notices};
use crate::tui::cx::pending::{Ask, Pending};
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::keys::keymap::Keys;
use crate::tui::keys::remap::Keymap;
use crate::tui::screens::Overlay;

/// What the state starts from.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about the run, each named at its one place of making")]
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
    /// Borders of `+ - |`, for terminals that draw box characters two columns wide.
    pub ascii: bool,
    /// How moments are written until `gz` changes it.
    pub times: Style,
}

/// The surroundings of the state.
pub struct Cx {
    pub setup: Setup,
    /// The clock on the wall, which may be set: for ages, due times and what is shown.
    pub now: Timestamp,
    /// The same as it would be if nobody had set it: whatever waits, waits by this.
    pub steady: Timestamp,
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    pub clock: Clock,
    /// What each key does in this sitting.
    pub keymap: Keymap,
    pub notices: Notices,
    /// What lies over the panes, bottom first.
    pub overlays: Vec<Overlay>,
    /// Keys on their way to a command.
    pub keys: Keys,
    /// A command that a screen has chosen for the place below it, carried out once that screen is gone.
    pub(in crate::tui) chosen: Option<(Scope, Action)>,
    pub(in crate::tui) attention: Attention,
    pub(in crate::tui) last_key_at: Timestamp,
    pub pending: Pending,
    /// What the world is asked for, in order.
    pub(in crate::tui) effects: Vec<Effect>,
    /// Something in sight may have changed.
    pub(in crate::tui) dirty: bool,
}

impl Cx {
    pub fn new(setup: Setup) -> Self {
        Self {
            now: setup.now,
            steady: setup.now,
            size: setup.size,
            clock: Clock { style: setup.times, zone: setup.zone.clone() },
            keymap: Keymap::default(),
            notices: Notices::default(),
            overlays: Vec::new(),
            keys: Keys::default(),
            chosen: None,
            attention: Attention::Focused,
            last_key_at: setup.now,
            pending: Pending::default(),
            effects: Vec::new(),
            dirty: true,
            setup,
        }
    }

    /// Opens a ticket and sends the order.
    pub(crate) fn send(&mut self, ask: Ask, order: Order) -> Ticket {
        let ticket = self.pending.open(ask);
        self.effects.push(Effect::Send(ticket, order));
        ticket
    }

    /// The key that is taught for a command now, for words that name it: in the list, else where it is known first.
    pub fn key(&self, action: Action) -> String {
        let known = |scope: &Scope| self.keymap.binding(*scope, action).is_some();
        let scope = [Scope::List, Scope::Detail].into_iter().chain(Scope::ALL).find(known).unwrap_or(Scope::List);
        self.keymap.key(scope, action)
    }

    /// A line for the person, and a repaint.
    pub(crate) fn say(&mut self, grade: Grade, text: impl Into<String>) {
        self.notices.push(grade, text, self.now, self.steady);
        self.dirty = true;
    }
}

impl Cx {
    /// Whether anything in sight may have changed since this was last asked; asking clears it.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Nothing that was asked is still open: what tests call settled.
    pub fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }
}
