//! A long night at the keys: random keys, sizes, texts, times and reports against the true app and real painting. Nothing
//! panics, nothing that steers a terminal is painted, and what the app remembers stays bounded.
//!
//! `CASELOAD_STEPS` makes it longer, `CASELOAD_SEED` repeats one; a failure tells the seed and the step.

use std::sync::Arc;

use caseload::config::MAX_MACROS;
use caseload::config::recall::MAX_FILTERS;
use caseload::domain::case::{Case, Rid, SourceId};
use caseload::domain::directory::Directory;
use caseload::domain::edit::{OutboxEntry, Plan, Progress};
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::person::Person;
use caseload::domain::raw_body::RawBody;
use caseload::domain::text::Clean;
use caseload::protocol::{From, Order, Report, Ticket};
use caseload::providers::Provider;
use caseload::tui::io::effect::Effect;
use caseload::tui::io::message::{Chord, Key, Message};
use caseload::tui::keys::action::TABLE;
use caseload::tui::panes::Pane;
use caseload::tui::screens::Overlay;
use fastrand::Rng;

use crate::fault_calls::House;
use crate::stage::{Stage, at, forbidden, full, reading, rows};

/// Enough for every key to be pressed some hundred times; some seconds.
const STEPS: u64 = 20_000;
/// The largest terminal that anybody has.
const WIDEST: u16 = 300;
const HIGHEST: u16 = 100;
/// Rows that may exist at once.
const RIDS: u32 = 60;
/// Every so many steps the picture is painted and looked at; others pile up as they do between two frames.
const STEPS_PER_PICTURE: u64 = 4;

const BODIES: [(House, &str); 4] = [
    (House::DatadogKeys, include_str!("../fixtures/datadog/case.json")),
    (House::TinesV2, include_str!("../fixtures/tines/v2_case.json")),
    (House::TinesV2, include_str!("../fixtures/tines/v2_nasty.json")),
    (House::ServerOps, include_str!("../fixtures/serverops/case.json")),
];

/// Changes as fingers make them, from the list to the yes. Chance alone seldom presses all keys of one in their order.
const CHANGES: [&str; 16] = [
    "i",
    "s 2",
    "s j Enter",
    "p 1",
    "p 3 Enter",
    "x Enter",
    "X",
    "t + n Enter",
    "c h i Ctrl-s",
    "e Tab x Ctrl-s",
    "u",
    "U",
    ".",
    "Space Space p 2",
    "w 1",
    "b",
];

/// Tells how to see a failure again.
struct Told {
    seed: u64,
    step: u64,
    last: String,
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("CASELOAD_SEED={} CASELOAD_STEPS={}: step {}, {}", self.seed, self.step + 1, self.step, self.last);
        }
    }
}

/// The worker's side: it answers with what the true providers make of the fixtures.
struct Night {
    stage: Stage,
    rng: Rng,
    providers: Vec<Provider>,
    cases: Vec<Arc<Case>>,
    entries: Vec<OutboxEntry>,
    sequences: Vec<Vec<Chord>>,
    next_entry: u64,
    /// Orders that are answered later: every one is, but not always before the next key.
    late: Vec<(Ticket, Order)>,
    /// Tickets of the first rows, which nobody answers: a worker that has stopped.
    unasked: usize,
}

impl Night {
    fn new(seed: u64) -> Self {
        let providers: Vec<Provider> = BODIES.iter().map(|(house, _)| house.provider("https://vendor.invalid", 1_000)).collect();
        let decode = |(provider, (_, body)): (&Provider, &(House, &str))| {
            Arc::new(provider.decode(&RawBody((*body).into()), &Directory::default(), at(0)).unwrap())
        };
        let cases = providers.iter().zip(&BODIES).map(decode).collect();
        let sequences = TABLE.iter().flat_map(|binding| binding.sequences().collect::<Vec<_>>()).collect();
        let mut night = Self {
            stage: Stage::bare((80, 24)),
            rng: Rng::with_seed(seed),
            providers,
            cases,
            entries: Vec::new(),
            sequences,
            next_entry: 0,
            late: Vec::new(),
            unasked: 0,
        };
        night.begin();
        night
    }

    /// A new run of the program: from the first run's question, from nothing, or with everything read.
    fn begin(&mut self) {
        let size = self.size();
        let kind = self.rng.u8(..8);
        let (plain, ascii) = (self.rng.bool(), self.rng.bool());
        let now = self.stage.now;
        self.stage = Stage::with(size, |setup| {
            setup.first_run = (kind == 0).then(Vec::new);
            (setup.plain, setup.ascii, setup.offline) = (plain, ascii, kind == 1);
            setup.now = now;
        });
        self.stage.now = now;
        self.entries.clear();
        self.late.clear();
        if kind > 0 {
            self.stage.sources();
        }
        if kind > 2 {
            self.stage.report(Report::Rows { rows: rows(), from: From::Network });
            self.stage.all_full();
        }
        self.unasked = self.stage.app.cx.pending.iter().count();
    }

    fn size(&mut self) -> (u16, u16) {
        match self.rng.u8(..8) {
            0 => (self.rng.u16(1..=WIDEST), self.rng.u16(1..=HIGHEST)),
            1 => (self.rng.u16(1..=12), self.rng.u16(1..=6)),
            2 => (1, 1),
            _ => (self.rng.u16(20..=130), self.rng.u16(5..=40)),
        }
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 14] =
            ["a", "status", ":", " ", "-", "\"", "漢字", "e\u{301}", "👩\u{200d}💻", "\u{202e}", "\u{1b}[31m", "\n", "0", "P1"];
        (0..self.rng.usize(..9)).map(|_| PIECES[self.rng.usize(..PIECES.len())]).collect()
    }

    fn chord(&mut self) -> Chord {
        const KEYS: [Key; 14] = [
            Key::Enter,
            Key::Esc,
            Key::Tab,
            Key::Backspace,
            Key::Delete,
            Key::Left,
            Key::Right,
            Key::Up,
            Key::Down,
            Key::Home,
            Key::End,
            Key::PageUp,
            Key::PageDown,
            Key::F(1),
        ];
        let key = if self.rng.bool() { KEYS[self.rng.usize(..KEYS.len())] } else { Key::Char(self.rng.char(' '..='~')) };
        Chord { key, ctrl: self.rng.u8(..6) == 0, alt: self.rng.u8(..12) == 0, shift: self.rng.u8(..8) == 0 }
    }

    /// One thing that happens; in words, for a failure.
    fn step(&mut self) -> String {
        match self.rng.u8(..32) {
            0..=13 => {
                let keys = self.sequences[self.rng.usize(..self.sequences.len())].clone();
                for chord in &keys {
                    self.happens(Message::Key(*chord));
                }
                format!("keys {keys:?}")
            }
            14 => self.edit(),
            15..=19 => {
                let chord = self.chord();
                self.happens(Message::Key(chord));
                format!("key {chord}")
            }
            20 | 21 => {
                let text = self.text();
                for c in text.chars() {
                    self.happens(Message::Key(Chord::char(c)));
                }
                format!("text {text:?}")
            }
            22 => {
                let text = self.text().repeat(1 + self.rng.usize(..40));
                self.happens(Message::Paste(text.clone()));
                format!("paste {text:?}")
            }
            23..=25 => {
                let (width, height) = self.size();
                self.happens(Message::Resize(width, height));
                format!("resize {width}x{height}")
            }
            26 => {
                let ms = [1, 400, 5_000, 90_000, 40_000_000][self.rng.usize(..5)];
                let effects = self.stage.wait_ms(ms);
                self.answer(effects);
                format!("{ms} ms")
            }
            27 => {
                if self.rng.u8(..64) == 0 {
                    self.begin();
                }
                let message = if self.rng.bool() { Message::FocusLost } else { Message::FocusGained };
                self.happens(message);
                "focus".into()
            }
            28 => {
                let keys = CHANGES[self.rng.usize(..CHANGES.len())];
                self.change(keys);
                format!("change {keys}")
            }
            _ => self.refresh(),
        }
    }

    /// A verb on the case under the cursor, as a person goes through with it: random keys alone hardly ever reach the end.
    fn edit(&mut self) -> String {
        let verb = ["i", "s", "p", "x", "ga"][self.rng.usize(..5)];
        self.catch_up();
        for _ in 0..12 {
            // Keys in the first moment of a question are ignored.
            let effects = self.stage.wait_ms(400);
            self.answer(effects);
            self.happens(Message::Key(Chord::plain(Key::Esc)));
        }
        let app = &self.stage.app;
        let is_first_run = matches!(app.cx.overlays.last(), Some(Overlay::FirstRun(_)));
        assert!(
            is_first_run || (app.cx.overlays.is_empty() && app.panes.focus == Pane::List),
            "Esc leads out of everything: {:?}",
            app.cx.overlays
        );
        // A filter that random keys have left shows nothing.
        self.happens(Message::Report(Report::Rows { rows: rows(), from: From::Network }));
        let clear = Chord { ctrl: true, ..Chord::char('x') };
        let down = vec!['j'; self.rng.usize(..8)];
        let keys = "g1rgg".chars().chain(down).chain(verb.chars()).map(Chord::char);
        for chord in std::iter::once(clear).chain(keys) {
            self.happens(Message::Key(chord));
        }
        for chord in [Chord::plain(Key::Enter), Chord::char('y')] {
            let effects = self.stage.wait_ms(400);
            self.answer(effects);
            self.happens(Message::Key(chord));
        }
        format!("edit by {verb}")
    }

    /// Everything that is owed is answered: what is being committed to disk cannot be left before that.
    fn catch_up(&mut self) {
        while let Some((ticket, order)) = self.late.pop() {
            let effects = self.work(ticket, order);
            self.answer(effects);
        }
    }

    /// One change, by somebody who looks before each key; whatever lies on top of the list is put away first.
    fn change(&mut self, keys: &str) {
        for key in ["Esc", "Esc", "Esc", "Esc"].into_iter().chain(keys.split(' ')).chain(["y"]) {
            let effects = self.stage.wait_ms(400);
            self.answer(effects);
            self.happens(Message::Key(Chord::parse(key).unwrap()));
        }
    }

    /// What the worker tells by itself, and what it was asked some time ago.
    fn refresh(&mut self) -> String {
        if let Some((ticket, order)) = self.late.pop() {
            let effects = self.work(ticket, order);
            self.answer(effects);
        }
        let n = self.rng.u32(..RIDS);
        let report = match self.rng.u8(..8) {
            0 => Report::Gone(vec![Rid(n), Rid(n + 1)]),
            1 => Report::Source(SourceId(self.rng.u8(..3)), Box::new(self.source_state())),
            2 => Report::Directory(SourceId(self.rng.u8(..3)), Arc::default()),
            3 => Report::Case { rid: Rid(n), case: self.case(Rid(n)), read_at: self.stage.now, from: From::Network },
            4 if !self.entries.is_empty() => {
                let at = self.rng.usize(..self.entries.len());
                self.entries[at].progress = self.progress();
                Report::Outbox(Box::new(self.entries[at].clone()))
            }
            5 => Report::DiskRead { rows: self.rng.usize(..100) },
            _ => {
                let mut row = self.case(Rid(n)).row.clone();
                row.title = Clean::line(&self.text());
                row.updated_at = Some(self.stage.now);
                Report::Rows { rows: vec![(Rid(n), row)], from: if self.rng.bool() { From::Disk } else { From::Network } }
            }
        };
        let words = format!("{report:?}").chars().take(200).collect();
        self.happens(Message::Report(report));
        words
    }

    fn source_state(&mut self) -> caseload::protocol::SourceState {
        let mut state = if self.rng.bool() { full() } else { reading(self.rng.u32(..9), Some(9), 40, Some(900)) };
        state.fault = self.rng.bool().then(forbidden);
        state.malformed = self.rng.u32(..3);
        state
    }

    fn progress(&mut self) -> Progress {
        let fault = Fault::new(FaultKind::TimedOut, "no answer");
        match self.rng.u8(..6) {
            0 => Progress::Queued,
            1 => Progress::Sending { done: 0, calls: 1 },
            2 => Progress::Sent,
            3 => Progress::Parked { fault, done: 0 },
            4 => Progress::Unknown { fault, done: 0 },
            _ => Progress::Verified,
        }
    }

    /// A case under the number and the identity of its row.
    fn case(&mut self, rid: Rid) -> Arc<Case> {
        let which = rid.0 as usize % self.cases.len();
        let mut case = Case::clone(&self.cases[which]);
        case.row.id.source = SourceId([0, 1, 1, 2][which]);
        case.row.id.id = format!("r{}", rid.0).as_str().into();
        Arc::new(case)
    }

    fn happens(&mut self, message: Message) {
        let effects = self.stage.app.update(message);
        self.answer(effects);
    }

    fn answer(&mut self, effects: Vec<Effect>) {
        let mut waiting = effects;
        // An order may bring the next one; a bound, so that two that call each other are found.
        for _ in 0..200 {
            let Some(effect) = waiting.pop() else { return };
            match effect {
                Effect::Send(ticket, order) => waiting.extend(self.order(ticket, order)),
                Effect::Edit(about) => {
                    let result = if self.rng.bool() {
                        Ok(Clean::block(&format!("{}\nmore", about.opened.text)))
                    } else {
                        Err(Fault::new(FaultKind::Disk, "no editor"))
                    };
                    waiting.extend(self.stage.app.update(Message::Edited { about, result }));
                }
                Effect::Quit | Effect::StartDemo | Effect::WriteConfig(_) => {
                    self.begin();
                    return;
                }
                _ => {}
            }
        }
        panic!("orders without end: {waiting:?}");
    }

    fn order(&mut self, ticket: Ticket, order: Order) -> Vec<Effect> {
        if self.rng.u8(..8) == 0 {
            self.late.push((ticket, order));
            return Vec::new();
        }
        self.work(ticket, order)
    }

    fn work(&mut self, ticket: Ticket, order: Order) -> Vec<Effect> {
        let mut reports = Vec::new();
        let mut result = if self.rng.u8(..6) == 0 { Err(Fault::new(FaultKind::Server, "500").with_status(500)) } else { Ok(()) };
        match order {
            Order::Open { rid } if result.is_ok() => {
                reports.push(Report::Case { rid, case: self.case(rid), read_at: self.stage.now, from: From::Network });
            }
            Order::Find { .. } if result.is_ok() => reports.push(Report::Found { ticket, rid: Rid(self.rng.u32(..RIDS)) }),
            Order::Plan { edit } if result.is_ok() => {
                let which = usize::from(edit.case.source.0.min(2)) + usize::from(edit.case.source.0 == 2);
                match self.providers[which].plan(&self.cases[which], &edit, &Directory::default()) {
                    Ok(plan) => reports.push(Report::Planned { ticket, plan }),
                    Err(fault) => result = Err(fault),
                }
            }
            Order::PlanDecided { .. } if result.is_ok() => reports.push(Report::Planned { ticket, plan: Plan::default() }),
            Order::Submit { edit, undoes, .. } if result.is_ok() => {
                self.next_entry += 1;
                let mut entry = OutboxEntry::queued(self.next_entry.to_string().as_str(), edit, Plan::default(), self.stage.now);
                entry.undoes = undoes;
                reports.push(Report::Outbox(Box::new(entry.clone())));
                self.entries.push(entry);
                let first = self.entries.len().saturating_sub(50);
                self.entries.drain(..first);
            }
            Order::Settle { entry, .. } if self.rng.bool() => {
                self.entries.retain(|known| known.id != entry.as_str());
                reports.push(Report::Dropped { entry });
            }
            Order::FindPeople { text, .. } => {
                let person = Person {
                    id: "9".into(),
                    name: Clean::line(&format!("Ada {text}")),
                    email: Clean::line("ada@example.com"),
                    ..Person::default()
                };
                reports.push(Report::People { ticket, people: vec![person] });
            }
            _ => {}
        }
        reports.push(Report::Done { ticket, result });
        reports.into_iter().flat_map(|report| self.stage.report(report)).collect()
    }

    /// Whatever happens for a night, what is remembered stays a page.
    fn assert_bounded(&self) {
        let app = &self.stage.app;
        assert!(app.cx.notices.iter().count() <= 64);
        assert!(app.cx.overlays.len() <= 8);
        assert!(app.model.filters.len() <= MAX_FILTERS);
        assert!(app.model.batches.len() <= 16);
        assert!(app.model.macros.len() <= MAX_MACROS);
        assert!(app.model.list.known() <= RIDS as usize + 2);
        // What the worker was asked and was answered is forgotten; only what it still owes is known.
        assert!(app.cx.pending.iter().count() <= self.late.len() + self.unasked);
    }

    fn look(&self) {
        let picture = self.stage.picture();
        assert!(!picture.chars().any(|c| c.is_control() && c != '\n'), "{picture:?}");
        assert!(!picture.contains('\u{202e}'), "{picture}");
        assert!(picture.lines().count() <= usize::from(self.stage.app.cx.size.1));
    }
}

fn number(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

#[test]
fn a_night_at_the_keys_ends_without_a_panic() {
    let steps = number("CASELOAD_STEPS").unwrap_or(STEPS);
    let seed = number("CASELOAD_SEED").unwrap_or_else(|| fastrand::u64(..));
    let mut told = Told { seed, step: 0, last: String::new() };
    let mut night = Night::new(seed);
    for step in 0..steps {
        told.step = step;
        told.last = night.step();
        if step % STEPS_PER_PICTURE == 0 {
            night.look();
        }
        night.assert_bounded();
    }
    assert!(night.next_entry >= steps / 2_000, "{} edits in {steps} steps: the keys lead nowhere", night.next_entry);
}
