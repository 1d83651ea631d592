//! Floor 3: the state of the screen and how it changes.
//!
//! [`App::update`] takes one [`Message`] and returns the [`Effect`]s it asks for. It reads no clock, does no I/O and
//! never waits: equal state and message give equal state and effects.

pub mod act;
pub mod action;
pub mod ahead;
pub mod alarm;
pub mod aside;
pub mod ask;
pub mod available;
mod backlog;
pub mod baseline;
pub mod batch;
pub mod bulk;
pub mod clock;
pub mod columns;
pub mod complete;
pub mod conflict;
pub mod detail;
pub mod draft;
pub mod editor;
pub mod effect;
pub mod explain;
pub mod export;
pub mod facet;
pub mod filter;
mod flags;
pub mod follow;
pub mod form;
pub mod help;
pub mod history;
pub mod item;
pub mod keymap;
mod known;
pub mod labels;
pub mod layout;
mod left;
pub mod list;
pub mod macros;
pub mod marks;
pub mod measure;
pub mod message;
pub mod notice;
pub mod outbox;
pub mod overlay;
mod own;
pub mod palette;
pub mod pending;
pub mod people;
pub mod picker;
pub mod preflight;
pub mod preset;
mod press;
mod reason;
pub mod remap;
pub mod report;
pub mod review;
pub mod shelf;
pub mod sla;
pub mod sources;
mod standing;
pub mod text;
pub mod triage;
pub mod verbs;
pub mod views;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

pub use effect::Effect;
pub use message::{Chord, Key, Message};
pub use sources::Source;

use action::{Action, Scope};
use clock::{Clock, Style};
use detail::Detail;
use follow::Follow;
use keymap::Keys;
use layout::{Areas, Shape, Wanted};
use list::List;
use notice::{Grade, Notices};
use outbox::Queued;
use overlay::{FirstRun, Overlay};
use pending::{Ask, Pending};
use remap::Keymap;
use shelf::Shelf;

use crate::domain::case::Rid;
use crate::protocol::{Attention, Order, Ticket};
use crate::query::Asker;

/// Without a key for this long nobody is looking, and polling slows down.
const IDLE_AFTER: SignedDuration = SignedDuration::from_mins(5);
const MINUTE_S: i64 = 60;
/// Columns that a continuation takes in the strip of a prefix.
const STRIP_COLUMN: u16 = 26;

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

/// The pane that has the keys when no overlay does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    List,
    Detail,
}

/// Everything the screen shows is derived from this.
pub struct App {
    pub setup: Setup,
    /// The clock on the wall, which may be set: for ages, due times and what is shown.
    pub now: Timestamp,
    /// The same as it would be if nobody had set it: whatever waits, waits by this.
    pub steady: Timestamp,
    pub size: (u16, u16),
    /// The screen has shown more than the size it needs since then.
    enlarged_at: Option<Timestamp>,
    pub clock: Clock,
    pub sources: Vec<Source>,
    pub list: List,
    pub shelf: Shelf,
    pub detail: Detail,
    pub focus: Pane,
    /// The case beside or below the list, where there is room for it.
    pub preview: bool,
    /// The focused pane alone.
    pub maximised: bool,
    /// How long an edit waits before it is sent, so that it can be taken back; 0: not at all.
    pub send_delay_ms: u64,
    /// Bottom first.
    pub overlays: Vec<Overlay>,
    pub keys: Keys,
    /// What each key does in this sitting.
    pub keymap: Keymap,
    /// What the palette ran, latest first.
    pub recent: palette::Recent,
    /// Clocks that are announced when they run out; off until they are set.
    pub alarms: alarm::Alarms,
    pub notices: Notices,
    pub pending: Pending,
    /// Edits that are not settled, in the order of saving.
    pub outbox: Vec<Queued>,
    /// Bulk changes that were sent and are not put away, in the order of sending.
    pub batches: Vec<batch::Sent>,
    marks: marks::Marks,
    /// What `is:` knows of this desk.
    told: flags::Told,
    /// As configured, then those recorded.
    pub macros: Vec<crate::config::Macro>,
    /// The steps of a macro that is being recorded.
    pub recording: Option<Vec<crate::domain::recipe::Step>>,
    /// The triage run that is under way or waits.
    pub triage: Option<crate::domain::triage::Triage>,
    /// The one that was ended last: taking back its last decision goes on with it.
    triage_over: Option<crate::domain::triage::Triage>,
    /// What was typed and not sent.
    pub kept: draft::Kept,
    landed: own::Landed,
    /// What was fetched because the filter asks for it.
    pub ahead: ahead::Ahead,
    /// What is pinned and snoozed.
    pub asides: aside::Asides,
    /// What the person knows of each case.
    baselines: baseline::Baselines,
    history: history::History,
    left: left::Left,
    follow: Follow,
    /// A verb that was pressed before its case had come; the next key calls it off.
    awaited: Option<(Rid, Action)>,
    pub views: views::Views,
    /// Filters that were used, oldest first.
    pub filters: Vec<String>,
    /// Ctrl-c was pressed with nothing to cancel: once more within a second quits.
    interrupted_at: Option<Timestamp>,
    attention: Attention,
    last_key_at: Timestamp,
    effects: Vec<Effect>,
    dirty: bool,
}

impl App {
    pub fn new(setup: Setup) -> Self {
        let mut app = Self {
            now: setup.now,
            steady: setup.now,
            size: setup.size,
            enlarged_at: None,
            clock: Clock { style: setup.times, zone: setup.zone.clone() },
            sources: Vec::new(),
            list: List::new(Asker::at(setup.now, setup.zone.clone())),
            shelf: Shelf::default(),
            detail: Detail::default(),
            focus: Pane::default(),
            preview: true,
            maximised: false,
            send_delay_ms: crate::config::Edit::default().send_delay_s * 1_000,
            overlays: Vec::new(),
            keys: Keys::default(),
            keymap: Keymap::default(),
            recent: palette::Recent::default(),
            alarms: alarm::Alarms::default(),
            notices: Notices::default(),
            pending: Pending::default(),
            outbox: Vec::new(),
            batches: Vec::new(),
            marks: marks::Marks::default(),
            told: flags::Told::default(),
            macros: Vec::new(),
            recording: None,
            triage: None,
            triage_over: None,
            kept: draft::Kept::default(),
            landed: own::Landed::default(),
            ahead: ahead::Ahead::default(),
            asides: aside::Asides::default(),
            baselines: baseline::Baselines::default(),
            history: history::History::default(),
            left: left::Left::default(),
            follow: Follow::default(),
            awaited: None,
            views: views::Views::new(crate::config::ready_made()),
            filters: Vec::new(),
            interrupted_at: None,
            attention: Attention::Focused,
            last_key_at: setup.now,
            effects: Vec::new(),
            dirty: true,
            setup,
        };
        if let Some(looked_in) = app.setup.first_run.clone() {
            app.push(Overlay::FirstRun(FirstRun { looked_in, chosen: 0 }));
        }
        app.settle();
        app
    }

    /// Takes one message in; what it asks of the world comes back in order.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Tick(now) => self.tick(now),
            Message::ClockSet(by) => self.clock_set(by),
            Message::Key(chord) => self.press(chord),
            Message::Paste(text) => self.paste(&text),
            Message::Resize(width, height) => self.resize(width, height),
            Message::FocusGained => self.attend(Attention::Focused),
            Message::FocusLost => self.attend(Attention::Idle),
            Message::Report(report) => self.take(report),
            Message::Said(grade, text) => self.say(grade, text),
            Message::Edited { about, result } => self.take_edited(&about, result),
            Message::Views { change, result } => self.take_views(&change, result),
            Message::Ending => self.once_kept(Effect::Quit, true),
        }
        self.settle();
        std::mem::take(&mut self.effects)
    }

    /// Whether anything in sight may have changed since this was last asked; asking clears it.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// When a tick is needed though nothing else happens, by the clock on the wall as it is now: the next minute, a clock that
    /// runs out in sight, a strip that appears, a notice that leaves, a case to be opened because the cursor rests on it.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let minute = Timestamp::from_second((self.now.as_second().div_euclid(MINUTE_S) + 1) * MINUTE_S).ok();
        let due = self.visible_dues().filter(|due| *due >= self.now.as_second()).min();
        // The second after: a clock is over once its moment has passed.
        let due = due.and_then(|due| Timestamp::from_second(due + 1).ok());
        let on_the_wall = [minute, due, self.alarms.due_at(), self.wakes_at()].into_iter().flatten().filter(|at| *at > self.now).min();
        let ahead = self.now.duration_since(self.steady);
        let waits = self.waits_until().and_then(|at| at.checked_add(ahead).ok());
        [on_the_wall, waits].into_iter().flatten().min()
    }

    /// The next end of a wait, by the clock that nobody sets.
    fn waits_until(&self) -> Option<Timestamp> {
        let idle = (self.attention == Attention::Focused).then(|| self.last_key_at.checked_add(IDLE_AFTER).ok()).flatten();
        let typed = [self.keep_at(), self.rewrite_at(), self.reread_at(), self.views_at(), self.ahead_at(), self.secret_at()];
        // A filter that is judged in slices goes on as soon as no key waits.
        let judging = self.list.is_judging().then(|| self.steady.checked_add(SignedDuration::from_millis(1)).ok()).flatten();
        let keys = [self.keys.wake_at(), self.notices.wake_at(), self.follow_at(), self.countdown_at()];
        [judging, self.alarms.rings_at(), idle]
            .into_iter()
            .chain(keys)
            .chain(typed)
            .flatten()
            .chain(self.sources.iter().filter_map(Source::slow_at))
            .filter(|at| *at > self.steady)
            .min()
    }

    /// Where everything is painted at the present size.
    pub fn areas(&self) -> Areas {
        self.areas_at(self.size)
    }

    /// Where everything would be painted at another size.
    pub fn areas_at(&self, size: (u16, u16)) -> Areas {
        let is_typing = self.overlays.iter().any(|overlay| matches!(overlay, Overlay::Filter(_)));
        let wanted = Wanted {
            detail_focused: self.focus == Pane::Detail,
            preview: self.preview,
            maximised: self.maximised,
            filtered: is_typing || !self.list.filter().is_empty(),
            bare: self.setup.first_run.is_some(),
            overlay: self.overlays.last().map_or(Shape::None, Overlay::shape),
            strip_lines: self.strip_lines(size.0),
        };
        layout::areas(size, wanted)
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

    /// The continuations of a prefix that has waited long enough.
    pub fn strip(&self) -> Vec<(Chord, &remap::Bound)> {
        self.keys.explained(self.steady).map(|prefix| keymap::continuations(&self.keymap, self.scope(), prefix)).unwrap_or_default()
    }

    /// How many continuations stand beside each other at a width.
    pub fn strip_columns(width: u16) -> u16 {
        (width.saturating_sub(4) / STRIP_COLUMN).max(1)
    }

    fn strip_lines(&self, width: u16) -> u16 {
        let count = u16::try_from(self.strip().len()).unwrap_or(u16::MAX);
        count.div_ceil(Self::strip_columns(width))
    }

    fn visible_dues(&self) -> impl Iterator<Item = i64> {
        self.list.visible().iter().filter_map(|rid| self.list.row(*rid)?.due_at)
    }

    fn tick(&mut self, now: Timestamp) {
        let strip = self.keys.explained(self.steady).is_some();
        let (then, waited) = (self.now, self.steady);
        let passed = now.duration_since(then).max(SignedDuration::ZERO);
        self.steady = waited.checked_add(passed).unwrap_or(waited);
        let is_new_minute = then.as_second().div_euclid(MINUTE_S) != now.as_second().div_euclid(MINUTE_S);
        self.list.set_now(now, is_new_minute);
        self.dirty |= is_new_minute | self.list.go_on();
        self.now = now;
        if is_new_minute {
            // Clocks and ages have moved on.
            self.rows_changed();
        }
        self.dirty |= self.notices.expire(self.steady);
        self.sound_alarms();
        self.dirty |= strip != self.keys.explained(self.steady).is_some();
        self.dirty |= self.counted_down(waited, self.steady);
        self.ring();
        let ran_out = self.visible_dues().any(|due| then.as_second() <= due && due < now.as_second());
        self.dirty |= ran_out;
        let turned_slow = |source: &Source| source.slow_at().is_some_and(|at| waited < at && at <= self.steady);
        self.dirty |= self.sources.iter().any(turned_slow);
        if self.steady.duration_since(self.last_key_at) >= IDLE_AFTER {
            self.attend(Attention::Idle);
        }
    }

    /// Ages and clocks follow the wall. What waits does not, and neither do moments that are told only once.
    fn clock_set(&mut self, by: SignedDuration) {
        self.now = self.now.checked_add(by).unwrap_or(self.now);
        for source in &mut self.sources {
            source.clock_set(by);
        }
        self.list.set_now(self.now, true);
        self.rows_changed();
        self.dirty = true;
    }

    /// Tells the worker when somebody comes or goes.
    fn attend(&mut self, attention: Attention) {
        if self.attention != attention && !self.sources.is_empty() {
            self.attention = attention;
            self.send(Ask::Attention, Order::Attention(attention));
        }
    }

    /// What follows from every change: rows that fit, and the case that the cursor rests on.
    fn settle(&mut self) {
        let areas = self.areas();
        if !areas.list.is_empty() {
            self.list.set_height(areas.list_rows());
        }
        self.follow_cursor(!areas.detail.is_empty());
        self.settle_detail();
        self.reread_form_case();
        self.keep_drafts();
        self.settle_flags();
        self.settle_views();
        self.fetch_ahead();
        self.fetch_run_out();
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

#[cfg(test)]
mod tests;
