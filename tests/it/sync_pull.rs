//! Reading the list: disk first, every case exactly once, each source by itself.

use std::collections::BTreeMap;

use caseload::demo::{
    Act, Faults, Options, {self},
};
use caseload::domain::aside::{Aside, Snooze, Then, Until};
use caseload::domain::aspect::{Aspect, Value};
use caseload::domain::case::{CaseId, Rid, Row, SourceId, State};
use caseload::domain::draft::Draft;
use caseload::domain::fault::FaultKind;
use caseload::domain::moved::Moved;
use caseload::domain::part::Part;
use caseload::domain::triage::{Triage, Waiting};
use caseload::protocol::{Coverage, From, Order, Report};
use caseload::store::{Access, Store};
use jiff::Timestamp;

use crate::sync_watch::{DATADOG, SERVEROPS, TIMEOUT_MS, TINES, Watch, calm, listed, sources};

const SOURCES: [(SourceId, demo::Vendor); 3] =
    [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines), (SERVEROPS, demo::Vendor::ServerOps)];
const ALL: [SourceId; 3] = [DATADOG, TINES, SERVEROPS];

/// Reads everything of a world that stands still.
fn exactly_once(options: &Options) {
    let demo = demo::start(options).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    for (source, vendor) in SOURCES {
        assert_eq!(watch.ids(source), listed(&demo, vendor), "{vendor:?}");
    }
    assert_eq!(watch.rows.len(), options.cases as usize);
}

#[test]
fn every_case_is_read_exactly_once() {
    exactly_once(&calm(2_500));
}

#[test]
fn every_case_is_read_exactly_once_in_rough_weather() {
    exactly_once(&Options { faults: Faults::Rough, ..calm(2_500) });
}

#[test]
fn every_case_is_read_exactly_once_within_the_quotas() {
    exactly_once(&Options { quota: true, ..calm(2_500) });
}

#[test]
fn twenty_thousand_cases_are_read_exactly_once() {
    exactly_once(&calm(20_000));
}

/// Whatever was there before and after was read, once, although cases came, changed and went in between.
fn exactly_once_while_it_moves(faults: Faults) {
    let demo = demo::start(&Options { faults, pace: 20.0, ..calm(2_500) }).unwrap();
    let before = SOURCES.map(|(_, vendor)| listed(&demo, vendor));
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    // Departures move rows backward over page boundaries while the pass runs.
    let mut leaving: Vec<_> = before[0].iter().step_by(97).cloned().collect();
    // A pass that could not settle what moved says so; the next one may.
    while let Some(unsettled) = watch.until("every pass has ended", |watch| {
        if let Some(id) = leaving.pop() {
            demo.act(Act::Remove { vendor: demo::Vendor::Datadog, id }).unwrap();
        }
        let of = |source: &SourceId| watch.states.get(source).map(|state| &state.coverage);
        let is_unsettled = |source: &SourceId| matches!(of(source), Some(Coverage::Partial { gap: Some(_), .. }));
        let is_whole = |source: &SourceId| matches!(of(source), Some(Coverage::Full { .. }));
        let has_ended = ALL.iter().all(|source| is_whole(source) || is_unsettled(source));
        has_ended.then(|| ALL.into_iter().find(is_unsettled))
    }) {
        watch.ask(Order::Refresh { source: Some(unsettled), full: true }).unwrap();
    }
    for (before, (source, vendor)) in before.iter().zip(SOURCES) {
        let after = listed(&demo, vendor);
        let read = watch.ids(source);
        let missing: Vec<_> = before.intersection(&after).filter(|id| !read.contains(*id)).collect();
        assert!(missing.is_empty(), "{vendor:?}: {missing:?}");
        let invented: Vec<_> = read.iter().filter(|id| !after.contains(*id) && !before.contains(*id)).collect();
        assert!(invented.is_empty(), "{vendor:?}: {invented:?}");
    }
}

#[test]
fn a_moving_world_is_read_exactly_once() {
    exactly_once_while_it_moves(Faults::Calm);
}

#[test]
fn a_moving_world_in_rough_weather_is_read_exactly_once() {
    exactly_once_while_it_moves(Faults::Rough);
}

/// Says the first row that differs, not two thousand. Disk keeps microseconds, and a clock that is told as time left
/// lands a moment apart with each reading.
fn same(rows: &BTreeMap<Rid, Row>, before: &BTreeMap<Rid, Row>) {
    let coarse = |row: &Row| {
        let whole = |at: Option<Timestamp>| at.map(Timestamp::as_second);
        (
            whole(row.created_at),
            whole(row.updated_at),
            whole(row.closed_at),
            Row { created_at: None, updated_at: None, closed_at: None, due_at: None, also_due: Vec::new(), ..row.clone() },
        )
    };
    for (rid, row) in rows {
        assert_eq!(coarse(row), coarse(&before[rid]), "{rid:?}");
        let due = row.due_at.zip(before[rid].due_at).map(|(now, then)| now.duration_since(then).abs().as_secs());
        assert!(due.is_none_or(|apart_s| apart_s < 60), "{rid:?}: {due:?}");
    }
    assert_eq!(rows.len(), before.len());
}

#[test]
fn what_was_left_unfinished_is_told_before_any_case() {
    let demo = demo::start(&calm(30)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let case = watch.rows.values().next().unwrap().id.clone();
    let saved_at = Timestamp::now();
    let values = vec![(Aspect::of_part(Part::Comment), Value::Text("half a sentence".into()))];
    let draft =
        Draft { case: case.clone(), marked: Vec::new(), values, base: Vec::new(), saved_at, decided: Vec::new(), holds_shown_text: false };
    watch.ask(Order::KeepDraft(draft.clone())).unwrap();
    let waiting = Waiting { case, key: "A-1".into(), had: Vec::new(), is_again: false, turn: 0 };
    let run = Triage { filter: String::new(), started_at: saved_at, spent_s: 0, of: 1, queue: [waiting].into(), decided: Vec::new() };
    watch.ask(Order::KeepTriage(Box::new(run.clone()))).unwrap();
    watch.stop();

    // Who sees a case may begin a text or a run over it: what was there before must be known by then.
    let mut watch = Watch::offline(&demo, directory.path());
    watch.until("the disk is read", |watch| watch.heard.contains(&Report::DiskRead { rows: 30 }).then_some(()));
    let before: Vec<_> = watch.heard.iter().take_while(|report| !matches!(report, Report::Rows { .. })).collect();
    assert!(before.iter().any(|report| matches!(report, Report::Draft(told) if told.values == draft.values)), "{before:?}");
    assert!(before.iter().any(|report| matches!(report, Report::Triage(told) if told.queue == run.queue)), "{before:?}");
    watch.stop();

    // A disk that does not let it be taken up: it is not offered, and that is told.
    let file = rusqlite::Connection::open(directory.path().join("outbox.db")).unwrap();
    file.execute_batch("CREATE TRIGGER full BEFORE UPDATE ON drafts BEGIN SELECT RAISE(ABORT, 'no room'); END").unwrap();
    drop(file);
    let mut watch = Watch::offline(&demo, directory.path());
    watch.until("the disk is read", |watch| watch.heard.contains(&Report::DiskRead { rows: 30 }).then_some(()));
    assert!(watch.heard.iter().any(|report| matches!(report, Report::DraftsNotTakenUp(_))), "{:?}", watch.heard);
    assert!(!watch.heard.iter().any(|report| matches!(report, Report::Draft(_))), "{:?}", watch.heard);
}

#[test]
fn the_disk_comes_before_the_network() {
    let demo = demo::start(&calm(2_500)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    watch.stop();
    let before = watch.rows;

    let mut watch = Watch::start(&demo, directory.path());
    watch.until("the disk is read", |watch| watch.heard.iter().any(|report| matches!(report, Report::DiskRead { .. })).then_some(()));
    assert!(matches!(&watch.heard[0], Report::Sources(infos) if infos.len() == 3));
    let first = watch.heard[1..].iter().find(|report| !matches!(report, Report::Directory(..)));
    assert!(matches!(first, Some(Report::Rows { from: From::Disk, .. })), "the newest rows come at once");
    let network = watch.heard.iter().position(|report| matches!(report, Report::Rows { from: From::Network, .. }));
    assert_eq!(network, None);
    same(&watch.rows, &before);
    assert!(watch.heard.contains(&Report::DiskRead { rows: 2_500 }));
    // What was complete is told with its age before anything is read.
    watch.until("states are told", |watch| (watch.states.len() == 3).then_some(()));
    watch.full(&ALL);
    watch.ask(Order::Refresh { source: None, full: true }).unwrap();
    // In a world that stands still a clock's end moves on with the time that this test takes; a busy machine takes long.
    let ticked = |(rid, row): &(Rid, Row)| row.due_at.is_some_and(|due| Some(due) != before[rid].due_at);
    let news = watch.heard.iter().filter_map(|report| match report {
        Report::Rows { rows, from: From::Network } => Some(rows),
        _ => None,
    });
    assert_eq!(news.flatten().find(|told| !ticked(told)), None, "rows that are the same are not told again");
    same(&watch.rows, &before);
}

#[test]
fn one_vendor_down_delays_no_other() {
    let demo = demo::start(&Options { faults: Faults::Outage(demo::Vendor::Tines), ..calm(600) }).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::hasty(&demo, directory.path());
    watch.full(&[DATADOG, SERVEROPS]);
    let down =
        watch.until("the vendor that is down shows it", |watch| watch.states.get(&TINES).filter(|state| state.fault.is_some()).cloned());
    assert!(down.next_try.is_some());
    assert_eq!(down.coverage, Coverage::Nothing);
    assert_eq!(watch.ids(DATADOG), listed(&demo, demo::Vendor::Datadog));

    demo.set_faults(Faults::Calm);
    watch.ask(Order::Refresh { source: Some(TINES), full: false }).unwrap();
    watch.full(&[TINES]);
    assert_eq!(watch.states[&TINES].fault, None);
    assert_eq!(watch.ids(TINES), listed(&demo, demo::Vendor::Tines));
}

#[test]
fn a_refresh_of_a_vendor_that_is_down_says_so() {
    let demo = demo::start(&Options { faults: Faults::Outage(demo::Vendor::ServerOps), ..calm(300) }).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::hasty(&demo, directory.path());
    watch.full(&[DATADOG, TINES]);
    let fault = watch.ask(Order::Refresh { source: Some(SERVEROPS), full: false }).unwrap_err();
    assert!(fault.is_passing(), "{fault:?}");
    assert_eq!(watch.ask(Order::Refresh { source: None, full: false }), Ok(()), "others answered");
}

#[test]
fn only_a_vendor_that_tells_its_changes_is_known_anew_by_its_newest_page() {
    let demo = demo::start(&calm(60)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    watch.ask(Order::Refresh { source: None, full: false }).unwrap();
    for source in ALL {
        let state = &watch.states[&source];
        let Coverage::Full { at, .. } = state.coverage else { panic!("{source:?}: {:?}", state.coverage) };
        assert!(state.read_at.is_some_and(|read_at| read_at > at), "{source:?} has answered since its pass");
        let is_known_anew = state.changes_at.is_some_and(|changes_at| changes_at > at);
        assert_eq!(is_known_anew, source == TINES, "{source:?}: {:?}", state.changes_at);
    }
}

#[test]
fn what_is_not_listed_any_more_is_asked_for_before_it_is_called_gone() {
    let demo = demo::start(&calm(600)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let (archived, deleted) = (demo.ids(demo::Vendor::Datadog)[7].clone(), demo.ids(demo::Vendor::Tines)[9].clone());
    let (archived_rid, deleted_rid) = (watch.rid(DATADOG, &archived), watch.rid(TINES, &deleted));
    demo.act(Act::Remove { vendor: demo::Vendor::Datadog, id: archived.clone() }).unwrap();
    demo.act(Act::Remove { vendor: demo::Vendor::Tines, id: deleted.clone() }).unwrap();

    watch.ask(Order::Refresh { source: None, full: true }).unwrap();
    let row = &watch.rows[&archived_rid];
    assert_eq!(row.status.state, Some(State::Archived), "it exists, so it stays, as it is now");
    assert!(!watch.rows.contains_key(&deleted_rid));
    assert!(watch.heard.contains(&Report::Gone(vec![deleted_rid])));
    let asked =
        demo.received(demo::Vendor::Tines).into_iter().filter(|request| request.path.ends_with(&format!("/cases/{deleted}"))).count();
    assert_eq!(asked, 1);

    watch.stop();
    let mut watch = Watch::offline(&demo, directory.path());
    watch.until("the disk is read", |watch| watch.heard.iter().any(|report| matches!(report, Report::DiskRead { .. })).then_some(()));
    assert!(watch.rows.contains_key(&archived_rid) && !watch.rows.contains_key(&deleted_rid));
}

#[test]
fn changes_and_arrivals_come_with_a_light_refresh() {
    let demo = demo::start(&calm(2_500)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let oldest = demo.ids(demo::Vendor::Tines).last().unwrap().clone();
    let edit = Act::Edit { vendor: demo::Vendor::Tines, id: oldest.clone(), field: "title".into(), value: "Renamed by a colleague".into() };
    demo.act(edit).unwrap();
    demo.act(Act::Arrive { vendor: demo::Vendor::Datadog }).unwrap();
    let reads = || demo.received(demo::Vendor::Tines).len();
    let before = reads();
    watch.ask(Order::Refresh { source: None, full: false }).unwrap();
    let rid = watch.rid(TINES, &oldest);
    assert_eq!(watch.rows[&rid].title.as_str(), "Renamed by a colleague");
    assert_eq!(watch.ids(DATADOG), listed(&demo, demo::Vendor::Datadog));
    assert_eq!(reads() - before, 1, "asking for changes takes one page");
}

#[test]
fn what_another_process_puts_aside_is_told_and_ones_own_is_not() {
    let demo = demo::start(&calm(30)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    let cases: Vec<_> = watch.rows.values().map(|row| row.id.clone()).take(2).collect();
    let pinned = |case: &CaseId, is_pinned| Aside { case: case.clone(), is_pinned, snooze: None };
    let moved = |case: &CaseId, is_pinned: bool| Moved { before: pinned(case, !is_pinned), after: pinned(case, is_pinned) };
    watch.ask(Order::SetAside(vec![moved(&cases[0], true)])).unwrap();
    let mut other = Store::open(directory.path(), Access::ReadWrite).unwrap();
    other.sources(&["datadog", "tines", "serverops"]).unwrap();
    other.asides_keep(&[moved(&cases[1], true)]).unwrap();
    let told = |watch: &Watch| -> Vec<Aside> {
        let asides = watch.heard.iter().filter_map(|report| match report {
            Report::Asides(asides) => Some(asides.clone()),
            _ => None,
        });
        asides.flatten().collect()
    };
    watch.until("the other's pin is told", |watch| (!told(watch).is_empty()).then_some(()));
    other.asides_keep(&[moved(&cases[0], false)]).unwrap();
    watch.until("that it was taken off is told", |watch| (told(watch).len() > 1).then_some(()));
    assert_eq!(told(&watch), [pinned(&cases[1], true), pinned(&cases[0], false)], "each once, and nothing of one's own");
}

#[test]
fn of_two_workbenches_the_one_that_chose_first_is_not_written_over() {
    let demo = demo::start(&calm(30)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut one = Watch::start(&demo, directory.path());
    one.full(&ALL);
    let mut two = Watch::start(&demo, directory.path());
    two.full(&ALL);
    let row = one.rows.values().next().unwrap().clone();
    let slept = |hours: i64| {
        let since = Timestamp::from_second(hours).unwrap();
        Aside { snooze: Some(Snooze::new(Until::Change, Then::of(&row), since)), ..Aside::nothing(&row.id) }
    };
    // Neither has heard of the other.
    let chosen = |after: Aside| Order::SetAside(vec![Moved { before: Aside::nothing(&row.id), after }]);
    one.ask(chosen(slept(1))).unwrap();
    two.ask(chosen(slept(2))).unwrap();
    two.until("what stands is told", |watch| watch.heard.contains(&Report::Asides(vec![slept(1)])).then_some(()));
    one.ask(chosen(Aside { is_pinned: true, ..Aside::nothing(&row.id) })).unwrap();
    let both = Aside { is_pinned: true, ..slept(1) };
    two.until("a pin stands beside it", |watch| watch.heard.contains(&Report::Asides(vec![both.clone()])).then_some(()));
    let mut disk = Store::open(directory.path(), Access::ReadOnly).unwrap();
    disk.sources(&["datadog", "tines", "serverops"]).unwrap();
    assert_eq!(disk.asides().unwrap().0, [both]);
}

#[test]
fn offline_nothing_leaves_and_the_disk_is_shown() {
    let demo = demo::start(&calm(300)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    watch.stop();
    let before: usize = SOURCES.iter().map(|(_, vendor)| demo.received(*vendor).len()).sum();

    let mut watch = Watch::offline(&demo, directory.path());
    watch.full(&ALL);
    assert_eq!(watch.rows.len(), 300);
    let (rid, _) = watch.some_open(TINES);
    let fault = watch.ask(Order::Open { rid }).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Offline);
    assert!(watch.cases.contains_key(&rid), "the disk has answered before");
    let fault = watch.ask(Order::Refresh { source: None, full: true }).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Offline);
    watch.stop();
    let after: usize = SOURCES.iter().map(|(_, vendor)| demo.received(*vendor).len()).sum();
    assert_eq!(after, before);
}

#[test]
fn what_was_complete_with_other_settings_is_partial_until_it_is_read_again() {
    let demo = demo::start(&calm(60)).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&ALL);
    watch.stop();
    for (asked, source) in (1..).zip(ALL) {
        let changed = || {
            let mut sources = sources(&demo, TIMEOUT_MS);
            sources[usize::from(source.0)].question = asked;
            sources
        };
        for offline in [true, false] {
            let mut watch = Watch::start_with(changed(), directory.path(), offline);
            watch.until("states are told", |watch| (watch.states.len() == 3).then_some(()));
            let first = ALL.map(|source| {
                let mut told = watch.heard.iter().filter_map(|report| match report {
                    Report::Source(of, state) if *of == source => Some(state.coverage.clone()),
                    _ => None,
                });
                told.next().unwrap()
            });
            for (other, coverage) in ALL.into_iter().zip(first) {
                let is_partial = matches!(coverage, Coverage::Partial { seen: 1.., of: None, gap: None });
                assert_eq!(is_partial, other == source, "{source:?}, offline {offline}: {other:?} {coverage:?}");
            }
            if !offline {
                watch.full(&ALL);
            }
            watch.stop();
        }
        // What was asked for is remembered with the pass; the settings of before are others now.
        let mut watch = Watch::start_with(changed(), directory.path(), true);
        watch.full(&ALL);
        watch.stop();
        let mut watch = Watch::start(&demo, directory.path());
        watch.until("all is read anew", |watch| watch.heard.iter().any(|report| matches!(report, Report::DiskRead { .. })).then_some(()));
        watch.ask(Order::Refresh { source: None, full: true }).unwrap();
        watch.stop();
    }
}
