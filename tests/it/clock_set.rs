//! The wall clock is set, back or forward, while caseload runs: nothing waits longer or shorter for it.

use std::path::Path;

use caseload::config;
use caseload::demo::{
    Act, Cut, Demo, Vendor, {self},
};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, Progress};
use caseload::domain::wall::Wall;
use caseload::protocol::Settle;
use caseload::tui::app::App;
use jiff::{SignedDuration, Timestamp};

use crate::desk::House;
use crate::sync_watch::{DATADOG, SERVEROPS, TIMEOUT_MS, TINES, Watch, calm, sources, writes};

const NIGHT: SignedDuration = SignedDuration::from_hours(8);
/// Longer than any test takes, and shorter than a night.
const LONG_MS: u64 = 600_000;

fn begin(wall: &Wall, directory: &Path) -> (Demo, Watch) {
    let demo = demo::start(&calm(60)).unwrap();
    let mut watch = Watch::start_by(wall.clone(), sources(&demo, TIMEOUT_MS), directory, false);
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    (demo, watch)
}

fn retitled(watch: &mut Watch, source: caseload::domain::case::SourceId) -> Edit {
    let (rid, _) = watch.some_open(source);
    Edit::new(&watch.open(rid), vec![Change::Title("By another clock".into())])
}

#[test]
fn every_source_is_polled_on_and_the_clock_in_the_header_follows() {
    for by in [-NIGHT, NIGHT] {
        let house = House::new(20);
        let mut config = house.config();
        config.poll = config::Poll { focused_s: 5, idle_s: 5 };
        let mut desk = house.sit_with(config);
        desk.read_all().settle();
        let read_at = |app: &App| app.model.sources.iter().map(|source| source.state.read_at.unwrap()).collect::<Vec<_>>();
        let before = read_at(desk.app());
        house.wall.set(by);
        let is_new = |app: &App| {
            let passed = |(now, then): (Timestamp, &Timestamp)| now.duration_since(*then).abs() > NIGHT / 2;
            read_at(app).into_iter().zip(&before).all(passed)
        };
        desk.until("each source was read by the clock that was set", is_new).settle();
        let shown = desk.shown();
        let app = desk.app();
        assert!(house.wall.now().duration_since(app.cx.now).abs() < SignedDuration::from_mins(1), "{by}");
        assert!(shown.contains(app.cx.clock.time_of_day(app.cx.now).as_str()), "{by}:\n{shown}");
        for source in &app.model.sources {
            let next = source.state.next_try.map(|at| at.duration_since(app.cx.now));
            assert!(next.is_none_or(|left| left <= SignedDuration::from_secs(5)), "{by}: {next:?}");
        }
        desk.leave();
    }
}

#[test]
fn an_edit_leaves_after_its_delay_though_the_wall_was_set_back() {
    let (wall, directory) = (Wall::default(), tempfile::tempdir().unwrap());
    let (_demo, mut watch) = begin(&wall, directory.path());
    for source in [DATADOG, TINES, SERVEROPS] {
        let edit = retitled(&mut watch, source);
        let entry = watch.submit_edit(&edit, 1_000);
        wall.set(-NIGHT);
        watch.verified(&entry);
    }
}

#[test]
fn a_comment_whose_answer_is_lost_is_found_though_the_wall_was_set() {
    for (before, between) in [(NIGHT, SignedDuration::ZERO), (-NIGHT, SignedDuration::ZERO), (SignedDuration::ZERO, -NIGHT)] {
        let (wall, directory) = (Wall::default(), tempfile::tempdir().unwrap());
        let (demo, mut watch) = begin(&wall, directory.path());
        for (source, vendor) in [(DATADOG, Vendor::Datadog), (TINES, Vendor::Tines)] {
            wall.set(before);
            let (_, row) = watch.some_open(source);
            let cut = Act::CutNext { vendor, method: "POST".into(), path_contains: "/comment".into(), when: Cut::AfterRead };
            demo.act(cut).unwrap();
            let edit = Edit::unguarded(row.id.clone(), vec![Change::Comment("Said by another clock".into())]);
            let entry = watch.submit_edit(&edit, 1_000);
            wall.set(between);
            watch.verified(&entry);
        }
    }
}

#[test]
fn an_edit_waits_its_delay_though_the_wall_was_set_forward() {
    let (wall, directory) = (Wall::default(), tempfile::tempdir().unwrap());
    let (demo, mut watch) = begin(&wall, directory.path());
    let edit = retitled(&mut watch, TINES);
    let waits = watch.submit_edit(&edit, LONG_MS);
    wall.set(NIGHT);
    // The outbox is looked through for this one.
    let edit = retitled(&mut watch, SERVEROPS);
    let goes = watch.submit_edit(&edit, 0);
    watch.verified(&goes);
    assert_eq!(watch.progress(&waits), Some(Progress::Queued));
    watch.settle(&waits, Settle::Drop).unwrap();
    assert_eq!(writes(&demo, Vendor::Tines), []);
}

#[test]
fn an_edit_of_an_earlier_run_leaves_when_its_time_has_come_and_waits_its_delay_at_most() {
    // Its time has come long ago; or it was saved in a future that a clock set back has not reached.
    for (delay_ms, by) in [(LONG_MS, NIGHT), (1_000, -NIGHT)] {
        let (wall, directory) = (Wall::default(), tempfile::tempdir().unwrap());
        let (demo, mut watch) = begin(&wall, directory.path());
        let edit = retitled(&mut watch, TINES);
        let entry = watch.submit_edit(&edit, delay_ms);
        watch.stop();
        wall.set(by);
        let mut watch = Watch::start_by(wall, sources(&demo, TIMEOUT_MS), directory.path(), false);
        watch.verified(&entry);
        assert_eq!(writes(&demo, Vendor::Tines).len(), 1, "{by}");
    }
}
