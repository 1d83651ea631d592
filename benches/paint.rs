//! Painting against its limits, measured in one run: a 200x50 window, list and case side by side.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops at the first surprise")]

#[path = "generated/rows.rs"]
mod rows;
#[path = "shared/table.rs"]
mod table;

use std::cell::Cell;
use std::hint::black_box;
use std::io::{
    Write, {self},
};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use caseload::domain::case::{Case, Rid, Row, SourceId, Vendor};
use caseload::domain::raw_body::RawBody;
use caseload::domain::text::Clean;
use caseload::protocol::{Coverage, From, Report, SourceInfo, SourceState};
use caseload::runtime::Canvas;
use caseload::tui::app::App;
use caseload::tui::cx::Setup;
use caseload::tui::io::message::{Chord, Message};
use caseload::tui::view;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::buffer::Buffer;
use table::{Table, quantile, rounded};

const WIDTH: u16 = 200;
const HEIGHT: u16 = 50;
const FRAMES: usize = 1_000;
const ROUNDS: usize = 9;
/// The cost of a frame must not tell them apart.
const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
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
    fn with(count: usize) -> Self {
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
            times: caseload::domain::clock::Style::default(),
        };
        let counted = Counted::default();
        let terminal = Terminal::new(Canvas::new(counted.clone(), WIDTH, HEIGHT)).unwrap();
        let mut desk = Self { app: App::new(setup), terminal, counted };
        desk.app.update(Message::Tick(now));
        let info = SourceInfo {
            id: SourceId(0),
            name: "datadog".into(),
            vendor: Vendor::Datadog,
            code: Vendor::Datadog.code().into(),
            host: "127.0.0.1".into(),
            is_test: false,
            asks_for_secret: false,
            notice: None,
            read_only: None,
            policy: caseload::domain::source_policy::SourcePolicy::default(),
        };
        desk.report(Report::Sources(vec![info]));
        for start in (0..count).step_by(CHUNK) {
            let cases = rows::numbered(start..count.min(start + CHUNK), start as u64);
            let rids = (u32::try_from(start).unwrap()..).map(Rid);
            let rows = rids.zip(cases.into_iter().map(|case| case.row)).collect();
            desk.report(Report::Rows { rows, from: From::Disk });
        }
        desk.report(Report::DiskRead { rows: count });
        let state = SourceState { coverage: Coverage::Full { at: now, hidden: 0 }, read_at: Some(now), ..SourceState::default() };
        desk.report(Report::Source(SourceId(0), Box::new(state)));
        desk.bring(now);
        desk.paint();
        desk.counted.take();
        desk
    }

    /// The cases around the cursor, whole, as prefetching brings them.
    fn bring(&mut self, read_at: Timestamp) {
        let rids: Vec<Rid> = self.app.model.list.order().iter().take(BROUGHT).copied().collect();
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
        let seen = self.app.model.list.row(rid).unwrap();
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
            also_due: Vec::new(),
            url: None,
            description: None,
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
                black_box(view::draw(frame, app));
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
        opened_by: None,
        opened_at: None,
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
    quantile(&mut times, 50)
}

/// Frames of one kind: microseconds each, and the largest figures of any.
#[derive(Default)]
struct Frames {
    took: Vec<f64>,
    most_bytes: usize,
    most_writes: usize,
}

impl Frames {
    /// Presses keys, one frame each.
    fn of(desk: &mut Desk, key: impl Fn(usize) -> &'static str) -> Self {
        let mut frames = Self::default();
        for n in 0..FRAMES {
            let (took, writes, bytes) = desk.frame(key(n));
            frames.took.push(micros(took));
            frames.most_bytes = frames.most_bytes.max(bytes);
            frames.most_writes = frames.most_writes.max(writes);
        }
        frames
    }

    fn add(&mut self, more: Self) {
        self.took.extend(more.took);
        self.most_bytes = self.most_bytes.max(more.most_bytes);
        self.most_writes = self.most_writes.max(more.most_writes);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
fn figure(count: usize) -> f64 {
    count as f64
}

fn main() {
    let mut desks = SIZES.map(Desk::with);
    let mut moves: [Frames; SIZES.len()] = Default::default();
    let mut medians: [Vec<f64>; SIZES.len()] = Default::default();
    let (mut ratios, mut floors, mut scrolls) = (Vec::new(), Vec::new(), Frames::default());
    for _ in 0..ROUNDS {
        let picture = desks[1].terminal.current_buffer_mut().clone();
        let floor = diff_identical(&picture);
        for (at, desk) in desks.iter_mut().enumerate() {
            let mut frames = Frames::of(desk, walk);
            medians[at].push(quantile(&mut frames.took, 50));
            moves[at].add(frames);
        }
        ratios.push(medians[1].last().unwrap() / floor);
        floors.push(floor);
        scrolls.add(Frames::of(&mut desks[1], |n| if n % 200 < 100 { "Ctrl-d" } else { "Ctrl-u" }));
        desks[1].press("g");
        desks[1].press("g");
        desks[1].paint();
        desks[1].counted.take();
    }
    let mut table = Table::default();
    for (size, frames) in SIZES.iter().zip(&mut moves) {
        let (p50, p99) = (quantile(&mut frames.took, 50), quantile(&mut frames.took, 99));
        let size = rounded(*size);
        table.at_most(
            &format!("cursor move, key to written bytes, p99, {size}"),
            &format!("p50 {p50:.0} us, p99 {p99:.0} us"),
            "-",
            p99,
            1_000.0,
        );
    }
    let (p50, p99) = (quantile(&mut scrolls.took, 50), quantile(&mut scrolls.took, 99));
    table.at_most("half a page, p99, 100k", &format!("p50 {p50:.0} us, p99 {p99:.0} us, {} B", scrolls.most_bytes), "-", p99, 1_000.0);
    let move_us = quantile(&mut medians[1].clone(), 50);
    let floor = format!("Buffer::diff of equal pictures {:.0} us", quantile(&mut floors, 50));
    table.at_most("cursor move, p50, 100k", &format!("{move_us:.0} us"), &floor, quantile(&mut ratios, 50), 4.5);
    table.at_most("bytes of the largest cursor move", &format!("{} B", moves[1].most_bytes), "-", figure(moves[1].most_bytes), 2_200.0);
    let writes = moves.iter().chain([&scrolls]).map(|frames| frames.most_writes).max().unwrap();
    table.at_most("write calls of a frame", &writes.to_string(), "-", figure(writes), 1.0);
    for (at, size) in SIZES.iter().enumerate().skip(1) {
        let mut ratios: Vec<f64> = medians[at].iter().zip(&medians[0]).map(|(many, few)| many / few).collect();
        table.at_most(&format!("cursor move with {} / with 1k", rounded(*size)), "-", "-", quantile(&mut ratios, 50), 1.1);
    }
    let large = &mut desks[1];
    large.counted.take();
    for _ in 0..100 {
        large.paint();
    }
    let bytes = large.counted.take().1;
    table.at_most("bytes of 100 frames in which nothing changed", &format!("{bytes} B"), "-", figure(bytes), 0.0);
    table.print();
}
