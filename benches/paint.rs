//! Painting against its limits, measured in one run: a 200x50 window, list and case side by side.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops at the first surprise")]

#[path = "generated/rows.rs"]
mod rows;

use std::cell::Cell;
use std::hint::black_box;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use caseload::app::{App, Chord, Message, Setup};
use caseload::domain::case::{Case, Rid, Row, SourceId, Vendor};
use caseload::domain::page::{Listed, RawBody};
use caseload::domain::text::Clean;
use caseload::protocol::{Coverage, From, Report, SourceCard, SourceState};
use caseload::runtime::Canvas;
use caseload::ui;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::buffer::Buffer;

const WIDTH: u16 = 200;
const HEIGHT: u16 = 50;
const FRAMES: usize = 2_000;
const ROUNDS: usize = 9;
/// Rows that the report of a chunk holds, as the worker sends them.
const CHUNK: usize = 4_096;
/// Cases that were brought around the cursor: fewer than are kept.
const BROUGHT: usize = 40;

/// A terminal that only counts.
#[derive(Clone, Default)]
struct Counted {
    writes: Rc<Cell<usize>>,
    bytes: Rc<Cell<usize>>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes.set(self.writes.get() + 1);
        self.bytes.set(self.bytes.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Counted {
    fn take(&self) -> (usize, usize) {
        (self.writes.take(), self.bytes.take())
    }
}

struct Desk {
    app: App,
    terminal: Terminal<Canvas<Counted>>,
    counted: Counted,
}

impl Desk {
    fn with(cases: &[Listed]) -> Self {
        let now = Timestamp::from_second(1_795_184_520).unwrap();
        let setup = Setup {
            size: (WIDTH, HEIGHT),
            now,
            zone: TimeZone::UTC,
            demo: false,
            offline: false,
            first_run: None,
            plain: false,
            ascii: false,
            times: caseload::app::clock::Style::default(),
        };
        let counted = Counted::default();
        let terminal = Terminal::new(Canvas::new(counted.clone(), WIDTH, HEIGHT)).unwrap();
        let mut desk = Self { app: App::new(setup), terminal, counted };
        desk.app.update(Message::Tick(now));
        let card = SourceCard {
            id: SourceId(0),
            name: "datadog".into(),
            vendor: Vendor::Datadog,
            host: "127.0.0.1".into(),
            is_test: false,
            notice: None,
            read_only: None,
            standing: caseload::domain::standing::Standing::default(),
        };
        desk.report(Report::Sources(vec![card]));
        let numbered: Vec<(Rid, Row)> = (0..).map(Rid).zip(cases.iter().map(|case| case.row.clone())).collect();
        for chunk in numbered.chunks(CHUNK) {
            desk.report(Report::Rows { rows: chunk.to_vec(), from: From::Disk });
        }
        desk.report(Report::DiskRead { rows: cases.len() });
        let state = SourceState { coverage: Coverage::Full { at: now }, read_at: Some(now), ..SourceState::default() };
        desk.report(Report::Source(SourceId(0), Box::new(state)));
        desk.bring(now);
        desk.paint();
        desk.counted.take();
        desk
    }

    /// The cases around the cursor, whole, as prefetching brings them.
    fn bring(&mut self, read_at: Timestamp) {
        let rids: Vec<Rid> = self.app.list.order().iter().take(BROUGHT).copied().collect();
        for rid in rids {
            let n = rid.0;
            let text = format!(
                "Alert {n} fired on host-{n}.\n\nThe **first** event came {} minutes earlier from `10.0.{}.{}`.\n\n- [ ] look at the host\n- [x] tell its owner\n",
                n % 90,
                n % 250,
                n % 199
            );
            let row = self.row(rid);
            self.report(Report::Case { rid, case: Arc::new(case(row, &text)), read_at, from: From::Network });
        }
    }

    fn row(&self, rid: Rid) -> Row {
        let seen = self.app.list.row(rid).unwrap();
        Row {
            id: caseload::domain::case::CaseId { source: seen.source, id: seen.id.into() },
            key: Clean::line(seen.key),
            title: Clean::line(seen.title),
            status: caseload::domain::case::Status { state: seen.state, name: Clean::line(seen.status) },
            priority: None,
            assignees: Vec::new(),
            tags: seen.tags().map(Clean::line).collect(),
            created_at: None,
            updated_at: None,
            closed_at: None,
            due_at: None,
            url: None,
        }
    }

    fn report(&mut self, report: Report) {
        self.app.update(Message::Report(report));
    }

    fn press(&mut self, key: &str) {
        black_box(self.app.update(Message::Key(Chord::parse(key).unwrap())));
    }

    fn paint(&mut self) {
        let app = &self.app;
        self.terminal
            .draw(|frame| {
                black_box(ui::draw(frame, app));
            })
            .unwrap();
    }

    /// What a key and its frame take, and the bytes and writes of the frame.
    fn frame(&mut self, key: &str) -> (Duration, usize, usize) {
        let start = Instant::now();
        self.press(key);
        self.paint();
        let took = start.elapsed();
        let (writes, bytes) = self.counted.take();
        (took, writes, bytes)
    }
}

fn case(row: Row, text: &str) -> Case {
    Case {
        row,
        description: Clean::block(text),
        author: None,
        closed_by: None,
        changed_by: None,
        group: None,
        case_type: None,
        attributes: Vec::new(),
        fields: Vec::new(),
        slas: Vec::new(),
        links: Vec::new(),
        tickets: Vec::new(),
        attachments: Vec::new(),
        buttons: Vec::new(),
        closure_conditions: Vec::new(),
        comment_count: None,
        activities: None,
        records: None,
        raw: RawBody::default(),
    }
}

/// Up and down within what was brought.
fn walk(n: usize) -> &'static str {
    if (n / (BROUGHT / 2)).is_multiple_of(2) { "j" } else { "k" }
}

fn micros(took: Duration) -> f64 {
    took.as_secs_f64() * 1e6
}

fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() * percent / 100).min(values.len() - 1)]
}

/// Prints one figure and what it must be.
fn judge(what: &str, measured: f64, unit: &str, most: f64) {
    println!("TARGET {what}: {measured:.2}{unit} (at most {most}{unit}) {}", if measured <= most { "ok" } else { "missed" });
}

/// The floor under every frame of this size: comparing two pictures that are the same.
fn diff_identical(picture: &Buffer) -> f64 {
    let other = picture.clone();
    let mut times: Vec<f64> = (0..FRAMES)
        .map(|_| {
            let start = Instant::now();
            black_box(picture.diff(black_box(&other)));
            micros(start.elapsed())
        })
        .collect();
    percentile(&mut times, 50)
}

fn moves(desk: &mut Desk) -> (Vec<f64>, usize, usize) {
    let (mut times, mut most_bytes, mut most_writes) = (Vec::new(), 0, 0);
    for n in 0..FRAMES {
        let (took, writes, bytes) = desk.frame(walk(n));
        times.push(micros(took));
        most_bytes = most_bytes.max(bytes);
        most_writes = most_writes.max(writes);
    }
    (times, most_bytes, most_writes)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
fn main() {
    let (small, large) = (rows::cases(1_000, 7), rows::cases(100_000, 7));
    let (mut small, mut large) = (Desk::with(&small), Desk::with(&large));
    let mut few = Vec::new();
    let mut many = Vec::new();
    let (mut ratios, mut all, mut bytes, mut writes) = (Vec::new(), Vec::new(), 0, 0);
    for _ in 0..ROUNDS {
        let picture = large.terminal.current_buffer_mut().clone();
        let floor = diff_identical(&picture);
        let (mut times, most_bytes, most_writes) = moves(&mut large);
        all.extend_from_slice(&times);
        let median = percentile(&mut times, 50);
        ratios.push(median / floor);
        many.push(median);
        bytes = bytes.max(most_bytes);
        writes = writes.max(most_writes);
        few.push(percentile(&mut moves(&mut small).0, 50));
    }
    println!("cursor move, 100 000 rows: p50 {:.0} us, p99 {:.0} us", percentile(&mut all.clone(), 50), percentile(&mut all.clone(), 99));
    judge("frame p99, key to written bytes", percentile(&mut all, 99) / 1000.0, " ms", 1.0);
    judge("cursor move / Buffer::diff of equal pictures", percentile(&mut ratios, 50), "x", 4.5);
    judge("bytes of the largest cursor move", bytes as f64 / 1000.0, " KB", 2.2);
    judge("write calls of a frame", writes as f64, "", 1.0);
    judge("cursor move with 100 000 rows / with 1 000", percentile(&mut many, 50) / percentile(&mut few, 50), "x", 1.1);
    let mut scroll: Vec<f64> = (0..FRAMES).map(|n| micros(large.frame(if n % 200 < 100 { "Ctrl-d" } else { "Ctrl-u" }).0)).collect();
    println!("half a page: p50 {:.0} us, p99 {:.0} us", percentile(&mut scroll, 50), percentile(&mut scroll, 99));
    large.counted.take();
    for _ in 0..100 {
        large.paint();
    }
    judge("bytes written by 100 frames in which nothing changed", large.counted.take().1 as f64, "", 0.0);
}
