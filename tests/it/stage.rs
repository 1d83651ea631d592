//! A stage for pictures: an `App` in a named state, made only of what the worker would report and a person would press.

use caseload::domain::case::{CaseId, Priority, Rid, Row, SourceId, State, Status, Vendor};
use caseload::domain::directory::Directory;
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::person::Person;
use caseload::domain::text::Clean;
use caseload::protocol::{Coverage, From, Phase, Report, SourceInfo, SourceState};
use caseload::tui::app::App;
use caseload::tui::cx::Setup;
use caseload::tui::io::effect::Effect;
use caseload::tui::io::message::{Chord, Message};
use caseload::tui::view;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};

pub(crate) const NOW_S: i64 = 1_795_184_520; // 2026-11-20 14:22 UTC

pub(crate) fn at(before_s: i64) -> Timestamp {
    Timestamp::from_second(NOW_S - before_s).unwrap()
}

pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) now: Timestamp,
}

impl Stage {
    pub(crate) fn bare(size: (u16, u16)) -> Self {
        Self::with(size, |_| {})
    }

    pub(crate) fn with(size: (u16, u16), change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup {
            size,
            now: at(0),
            zone: TimeZone::UTC,
            demo: false,
            offline: false,
            first_run: None,
            plain: false,
            ascii: false,
            times: caseload::domain::clock::Style::default(),
        };
        change(&mut setup);
        Self { app: App::new(setup), now: at(0) }
    }

    /// Three sources, all read, and the rows of the drawings.
    pub(crate) fn usual(size: (u16, u16)) -> Self {
        let mut stage = Self::bare(size);
        stage.sources();
        stage.report(Report::Rows { rows: rows(), from: From::Network });
        stage.all_full();
        stage
    }

    pub(crate) fn sources(&mut self) {
        let infos = Vendor::ALL.into_iter().zip(0..).map(|(vendor, id)| info(id, vendor)).collect();
        self.report(Report::Sources(infos));
        // Who I am is known from an earlier sitting, as it is of most.
        for id in 0..2 {
            let me = Person { id: "me-1".into(), email: Clean::line("me@example.com"), ..Person::default() };
            let directory = Directory { me: Some(me), ..Directory::default() };
            self.report(Report::Directory(SourceId(id), directory.into()));
        }
        self.report(Report::DiskRead { rows: 0 });
    }

    pub(crate) fn all_full(&mut self) {
        for id in 0..3 {
            self.source(id, full());
        }
    }

    pub(crate) fn source(&mut self, id: u8, state: SourceState) {
        self.report(Report::Source(SourceId(id), Box::new(state)));
    }

    pub(crate) fn report(&mut self, report: Report) -> Vec<Effect> {
        self.app.update(Message::Report(report))
    }

    /// Presses keys by name, with blanks between.
    pub(crate) fn press(&mut self, keys: &str) -> Vec<Effect> {
        let chords = keys.split(' ').map(|key| Chord::parse(key).unwrap_or_else(|| panic!("no such key: {key}")));
        chords.flat_map(|chord| self.app.update(Message::Key(chord))).collect()
    }

    /// Types a text letter by letter.
    pub(crate) fn text(&mut self, text: &str) {
        for c in text.chars() {
            self.app.update(Message::Key(Chord::char(c)));
        }
    }

    pub(crate) fn wait_ms(&mut self, ms: i64) -> Vec<Effect> {
        self.now = Timestamp::from_millisecond(self.now.as_millisecond() + ms).unwrap();
        self.app.update(Message::Tick(self.now))
    }

    fn paint(&self) -> Buffer {
        let (width, height) = self.app.cx.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| {
                view::draw(frame, &self.app);
            })
            .unwrap();
        terminal.backend().buffer().clone()
    }

    pub(crate) fn cells(&self) -> Vec<Cell> {
        self.paint().content().to_vec()
    }

    /// The first cell of the first place that shows this text.
    pub(crate) fn style_of(&self, text: &str) -> Option<Cell> {
        let picture = self.picture();
        let (y, line) = picture.lines().enumerate().find(|(_, line)| line.contains(text))?;
        let x = unicode_width::UnicodeWidthStr::width(&line[..line.find(text)?]);
        Some(self.paint()[(u16::try_from(x).unwrap(), u16::try_from(y).unwrap())].clone())
    }

    /// What is on the screen, line by line, without the blanks at the ends.
    pub(crate) fn picture(&self) -> String {
        let (width, height) = self.app.cx.size;
        let buffer = self.paint();
        let mut lines = Vec::new();
        for y in 0..height {
            let mut line = String::new();
            let mut x = 0;
            while x < width {
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                x += u16::try_from(unicode_width::UnicodeWidthStr::width(symbol).max(1)).unwrap();
            }
            lines.push(line.trim_end().to_owned());
        }
        lines.join("\n")
    }
}

pub(crate) fn info(id: u8, vendor: Vendor) -> SourceInfo {
    let host = match vendor {
        Vendor::Datadog => "api.datadoghq.eu",
        Vendor::Tines => "acme.tines.com",
        Vendor::ServerOps => "api.serverops.gg",
    };
    SourceInfo {
        id: SourceId(id),
        name: format!("emea-{}", vendor.name()),
        vendor,
        code: vendor.code().into(),
        host: host.into(),
        is_test: false,
        asks_for_secret: false,
        notice: None,
        read_only: None,
        policy: caseload::domain::source_policy::SourcePolicy::default(),
    }
}

pub(crate) fn full() -> SourceState {
    SourceState { coverage: Coverage::Full { at: at(60), hidden: 0 }, read_at: Some(at(20)), ..SourceState::default() }
}

pub(crate) fn reading(pages: u32, of: Option<u32>, seen: u64, total: Option<u64>) -> SourceState {
    SourceState {
        phase: Phase::Reading { pages, of },
        coverage: Coverage::Partial { seen, of: total, gap: None },
        read_at: Some(at(1)),
        ..SourceState::default()
    }
}

pub(crate) fn forbidden() -> Fault {
    Fault::new(FaultKind::Forbidden, "Forbidden: the keys lack cases_read")
        .with_status(403)
        .asking("GET https://api.datadoghq.eu/api/v2/cases?page[number]=3&page[size]=100")
}

/// A row in the order of the columns: source, key, state, priority, time left, age, people, title.
#[expect(clippy::too_many_arguments, reason = "a line of a table, read as one")]
pub(crate) fn row(
    rid: u32,
    source: u8,
    key: &str,
    state: State,
    priority: &str,
    sla_s: Option<i64>,
    age_s: i64,
    who: &[&str],
    title: &str,
) -> (Rid, Row) {
    let status = match state {
        State::Open => "To do",
        State::InProgress => "In progress",
        State::Closed => "Closed",
        State::Archived => "Archived",
    };
    let people = who.iter().map(|name| Person { id: (*name).into(), name: Clean::line(name), ..Person::default() }).collect();
    let row = Row {
        id: CaseId { source: SourceId(source), id: key.trim_start_matches('#').into() },
        key: Clean::line(key),
        title: Clean::line(title),
        status: Status { state: Some(state), name: Clean::line(status) },
        priority: (!priority.is_empty()).then(|| Priority::read(priority)),
        assignees: people,
        tags: if source == 1 { vec![Clean::line("login"), Clean::line("vip")] } else { Vec::new() },
        created_at: Some(at(age_s)),
        updated_at: Some(at(age_s / 2)),
        closed_at: None,
        due_at: sla_s.map(|sla_s| at(-sla_s)),
        also_due: Vec::new(),
        url: (source < 2).then(|| Clean::line(&format!("https://example.test/{key}"))),
        description: Some(Clean::default()),
    };
    (Rid(rid), row)
}

pub(crate) fn rows() -> Vec<(Rid, Row)> {
    use State::{Closed, InProgress, Open};
    let (h, d) = (3_600, 86_400);
    vec![
        row(1, 1, "#4211", Open, "CRITICAL", Some(-720), 9_600, &["j.doe", "m.lee"], "Impossible travel: j.doe -> admin console"),
        row(2, 1, "#4198", Open, "HIGH", Some(1_080), 5 * h + 120, &["a.rossi"], "Phish: Invoice 7731 (14 mailboxes)"),
        row(3, 0, "SEC-882", Open, "P1", None, 4_200, &[], "API 5xx burst eu-west-1"),
        row(4, 1, "#4187", InProgress, "HIGH", Some(3_900), 7 * h + 1_860, &["a.rossi"], "OAuth consent: MailSync"),
        row(5, 0, "SEC-879", InProgress, "P2", None, 7_440, &["k.tan"], "Login failures > 200/5m"),
        row(6, 0, "SEC-870", Open, "P3", None, 3 * h, &[], "Disk pressure node-*  x6"),
        row(7, 1, "#4160", Open, "MEDIUM", Some(10_020), d + 2 * h, &["a.rossi"], "DLP: 3 files to USB"),
        row(8, 2, "c_81f0", Open, "", None, d + 6 * h, &[], "Player dupes items (mod)"),
        row(9, 1, "#4158", Open, "MEDIUM", Some(2 * d), d + 7 * h, &[], "漢字の件名 New MX record, zone corp"),
        row(10, 0, "SEC-861", Closed, "P3", None, d + 9 * h, &["a.rossi"], "Canary token fired hr-02"),
        row(11, 0, "SEC-855", Open, "NOT_DEFINED", None, 34 * d, &[], "Config drift fw-edge-3"),
    ]
}
