//! One message after another: keys, time and reports, and what follows from each.

pub mod act;
pub mod back;
pub mod press;
pub mod report;

use jiff::{SignedDuration, Timestamp};

use crate::protocol::Attention;
use crate::tui::app::App;
use crate::tui::areas::{areas, attend};
use crate::tui::cx::{Cx, Setup};
use crate::tui::follow_cursor::resting::{bring_cases, follow_at, show_under_cursor};
use crate::tui::io::effect::Effect;
use crate::tui::io::message::Message;
use crate::tui::model::Model;
use crate::tui::model::ahead::acts::{ahead_at, fetch_ahead};
use crate::tui::model::draft::acts::{keep_at, keep_drafts, once_kept};
use crate::tui::model::sources::Source;
use crate::tui::model::sources::acts::{fetch_run_out, secret_at};
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::detail::text::{ask_for_more, lay_detail};
use crate::tui::screens::first_run::FirstRun;
use crate::tui::screens::form::editor::take_edited;
use crate::tui::screens::form::open::acts::{reread_at, reread_form_case};

/// Without a key for this long nobody is looking, and polling slows down.
const IDLE_AFTER: SignedDuration = SignedDuration::from_mins(5);
const MINUTE_S: i64 = 60;

impl App {
    pub fn new(setup: Setup) -> Self {
        let mut app = Self {
            model: Model::new(setup.now, setup.zone.clone()),
            panes: Panes::default(),
            enlarged_at: None,
            awaited: None,
            interrupted_at: None,
            cx: Cx::new(setup),
        };
        if let Some(looked_in) = app.cx.setup.first_run.clone() {
            app.cx.push(Overlay::FirstRun(Box::new(FirstRun { looked_in, chosen: 0 })));
        }
        app.follow();
        app
    }

    /// Takes one message in; what it asks of the world comes back in order.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Tick(now) => tick(now, &mut self.model, &mut self.cx),
            Message::ClockSet(by) => self.model.clock_set(by, &mut self.cx),
            Message::Key(chord) => self.press(chord),
            Message::Paste(text) => self.paste(&text),
            Message::Resize(width, height) => self.resize(width, height),
            Message::FocusGained => attend(Attention::Focused, &self.model, &mut self.cx),
            Message::FocusLost => attend(Attention::Idle, &self.model, &mut self.cx),
            Message::Report(report) => self.take(report),
            Message::Said(grade, text) => self.cx.say(grade, text),
            Message::Edited { about, result } => take_edited(&about, result, &mut self.model, &mut self.cx),
            Message::Views { change, result } => self.model.views.take_views(&change, result, &mut self.cx),
            Message::Ending => once_kept(Effect::Quit, true, &mut self.model, &mut self.cx),
        }
        self.follow();
        std::mem::take(&mut self.cx.effects)
    }

    /// When a tick is needed though nothing else happens, by the clock on the wall as it is now: the next minute, a clock that
    /// runs out in sight, a strip that appears, a notice that leaves, a case to be opened because the cursor rests on it.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let minute = Timestamp::from_second((self.cx.now.as_second().div_euclid(MINUTE_S) + 1) * MINUTE_S).ok();
        let due = self.model.list.visible_dues().filter(|due| *due >= self.cx.now.as_second()).min();
        // The second after: a clock is over once its moment has passed.
        let due = due.and_then(|due| Timestamp::from_second(due + 1).ok());
        let on_the_wall = [minute, due, self.model.alarms.due_at(), self.model.asides.wakes_at()]
            .into_iter()
            .flatten()
            .filter(|at| *at > self.cx.now)
            .min();
        let ahead = self.cx.now.duration_since(self.cx.steady);
        let waits = self.waits_until().and_then(|at| at.checked_add(ahead).ok());
        [on_the_wall, waits].into_iter().flatten().min()
    }

    /// The next end of a wait, by the clock that nobody sets.
    fn waits_until(&self) -> Option<Timestamp> {
        let idle = (self.cx.attention == Attention::Focused).then(|| self.cx.last_key_at.checked_add(IDLE_AFTER).ok()).flatten();
        let typed = [
            keep_at(&self.model, &self.cx),
            self.model.rewrite_at(),
            reread_at(&self.model, &self.cx),
            self.model.views.views_at(&self.cx),
            ahead_at(&self.model, &self.cx),
            secret_at(&self.model, &self.cx),
        ];
        // A filter that is judged in slices goes on as soon as no key waits.
        let judging = self.model.list.is_judging().then(|| self.cx.steady.checked_add(SignedDuration::from_millis(1)).ok()).flatten();
        let keys = [
            self.cx.keys.wake_at(),
            self.cx.notices.wake_at(),
            follow_at(&self.model, &self.panes, &self.cx),
            self.model.countdown_at(&self.cx),
        ];
        [judging, self.model.alarms.rings_at(), idle]
            .into_iter()
            .chain(keys)
            .chain(typed)
            .flatten()
            .chain(self.model.sources.iter().filter_map(Source::slow_at))
            .filter(|at| *at > self.cx.steady)
            .min()
    }

    /// What follows from a message. Three stages: what is in sight, what is due to be sent because of it, and what `is:` and the tabs
    /// say once that is known. Nothing in a stage waits for another part of it but what is in sight, which is laid from the list to
    /// the text of the case.
    fn follow(&mut self) {
        let Self { model, panes, cx, .. } = self;
        let areas = areas(model, panes, cx);
        if !areas.list.is_empty() {
            model.list.set_height(areas.list_rows());
        }
        show_under_cursor(model, panes, cx);
        lay_detail(model, panes, cx);

        bring_cases(!areas.detail.is_empty(), model, panes, cx);
        ask_for_more(model, panes, cx);
        reread_form_case(model, cx);
        keep_drafts(model, cx);
        fetch_ahead(model, cx);
        fetch_run_out(model, cx);

        model.tell_flags();
        model.count_views(cx);
    }
}

impl Model {
    /// Ages and clocks follow the wall. What waits does not, and neither do moments that are told only once.
    fn clock_set(&mut self, by: SignedDuration, cx: &mut Cx) {
        cx.now = cx.now.checked_add(by).unwrap_or(cx.now);
        for source in &mut self.sources {
            source.clock_set(by);
        }
        self.list.set_now(cx.now, true);
        self.views.rows_changed();
        cx.dirty = true;
    }
}

fn tick(now: Timestamp, model: &mut Model, cx: &mut Cx) {
    let strip = cx.keys.explained(cx.steady).is_some();
    let (then, waited) = (cx.now, cx.steady);
    let passed = now.duration_since(then).max(SignedDuration::ZERO);
    cx.steady = waited.checked_add(passed).unwrap_or(waited);
    let is_new_minute = then.as_second().div_euclid(MINUTE_S) != now.as_second().div_euclid(MINUTE_S);
    model.list.set_now(now, is_new_minute);
    cx.dirty |= is_new_minute | model.list.go_on();
    cx.now = now;
    if is_new_minute {
        // Clocks and ages have moved on.
        model.views.rows_changed();
    }
    cx.dirty |= cx.notices.expire(cx.steady);
    model.sound_alarms(cx);
    cx.dirty |= strip != cx.keys.explained(cx.steady).is_some();
    cx.dirty |= model.counted_down(waited, cx.steady);
    model.ring(cx);
    let ran_out = model.list.visible_dues().any(|due| then.as_second() <= due && due < now.as_second());
    cx.dirty |= ran_out;
    let turned_slow = |source: &Source| source.slow_at().is_some_and(|at| waited < at && at <= cx.steady);
    cx.dirty |= model.sources.iter().any(turned_slow);
    if cx.steady.duration_since(cx.last_key_at) >= IDLE_AFTER {
        attend(Attention::Idle, model, cx);
    }
}
