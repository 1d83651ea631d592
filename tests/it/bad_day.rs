//! The same change to thousands of cases, on a bad day: answers of 429 and 500, and the process killed in the middle. Each
//! case is changed exactly once, and what the dry run said was true.
//!
//! It takes longest, and tests begin in the order of their names.
//!
//! The process that is killed is this same test binary, started on the ignored test [`child`].

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use caseload::demo::{
    Act, Demo, {self},
};
use caseload::domain::batch::Batch;
use caseload::domain::bulk::{Row, Summary, Tally, Target, Verdict, Wanted};
use caseload::domain::case::{Case, Rid};
use caseload::domain::change::Change;
use caseload::domain::change_script::{ChangeScript, Step};
use caseload::domain::edit::{Edit, OutboxEntry, Progress};
use caseload::protocol::{Order, PlannedEdit, Report, Settle, SettleBatch};
use compact_str::CompactString;

use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, addresses, calm, sources_at};

/// So many cases, unless `CASELOAD_BULK` says how many.
const CASES: u32 = 1_000;
/// The child says so each time so many more cases are verified, and the vendors then have a bad moment.
const EVERY: usize = 50;
/// After so many bad moments it is killed.
const KILLED_AFTER: usize = 6;
/// How often at most what failed has to be tried again.
const ROUNDS: usize = 20;
const ALL: [demo::Vendor; 3] = [demo::Vendor::Datadog, demo::Vendor::Tines, demo::Vendor::ServerOps];

fn script(steps: &[&str]) -> Wanted {
    Wanted::ChangeScript(ChangeScript::of(steps.iter().map(|step| Step::parse(step).unwrap()).collect()))
}

fn plan(watch: &mut Watch, wanted: Wanted, rids: impl Iterator<Item = Rid>) -> Vec<Row> {
    let targets: Vec<Target> = rids.map(|rid| Target { rid, refused: None }).collect();
    let count = targets.len();
    let of = watch.send(Order::PlanBulk { wanted, targets });
    watch.done(of).unwrap();
    let rows: Vec<Row> = watch
        .heard
        .iter()
        .filter_map(|report| match report {
            Report::BulkPlanned { ticket, rows } if *ticket == of => Some(rows.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(rows.len(), count);
    rows
}

fn edits(rows: &[Row]) -> Vec<PlannedEdit> {
    let edit = |row: &Row| match &row.verdict {
        Verdict::Sends(sends) => Some(PlannedEdit { edit: sends.edit.clone(), plan: sends.plan.clone(), undoes: None }),
        _ => None,
    };
    rows.iter().filter_map(edit).collect()
}

fn batch(of: usize) -> Batch {
    Batch { id: "b".into(), words: "set title".into(), of: u32::try_from(of).unwrap(), keeps_going: false }
}

fn of_batch(watch: &Watch) -> impl Iterator<Item = &OutboxEntry> {
    watch.outbox.iter().filter(|entry| entry.batch.is_some())
}

/// Takes reports until nothing of the batch moves; lets it go on whenever it stops itself. Says how often it stopped.
fn carry_through(watch: &mut Watch, of: usize, mut on_progress: impl FnMut(usize)) -> usize {
    watch.until("the batch is known", |watch| (of_batch(watch).count() == of).then_some(()));
    let mut stops = 0;
    let mut told = Tally::count(of, of_batch(watch)).done;
    loop {
        let before = watch.heard.len();
        let (tally, stopped) = watch.until("the batch moves or stops", |watch| {
            // Counting all is for when something has ended.
            let ended =
                |report: &Report| matches!(report, Report::Outbox(entry) if entry.progress.is_settled() || entry.progress.needs_person());
            let is_news = watch.heard.last().is_some_and(|report| ended(report) || matches!(report, Report::BatchStopped { .. }));
            if !is_news && watch.heard.len() > before {
                return None;
            }
            let stopped = watch.heard[before..].iter().any(|report| matches!(report, Report::BatchStopped { .. }));
            let tally = Tally::count(of, of_batch(watch));
            (stopped || tally.is_over() || tally.done >= told + EVERY).then_some((tally, stopped))
        });
        if tally.done >= told + EVERY {
            told = tally.done;
            on_progress(tally.done);
        }
        if stopped {
            stops += 1;
            watch.ask(Order::SettleBatch { batch: "b".into(), how: SettleBatch::Continue }).unwrap();
        }
        if tally.is_over() {
            return stops;
        }
    }
}

#[test]
#[ignore = "a process that the test beside it starts and kills"]
fn child() {
    let Ok(directory) = std::env::var("CASELOAD_TEST_DIRECTORY") else { return };
    let vendors = std::env::var("CASELOAD_TEST_VENDORS").unwrap();
    let mut watch = Watch::start_with(sources_at(&serde_json::from_str(&vendors).unwrap(), 30_000), Path::new(&directory), false);
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    let rids: Vec<Rid> = watch.rows.keys().copied().collect();
    let rows = plan(&mut watch, script(&["set title=Bulk title"]), rids.into_iter());
    let summary = Summary::of(&rows, |_| false);
    eprintln!("planned {} {}", summary.sends, summary.calls);
    let edits = edits(&rows);
    let of = edits.len();
    watch.ask(Order::SubmitBulk { batch: batch(of), edits, delay_ms: 0 }).unwrap();
    eprintln!("saved");
    carry_through(&mut watch, of, |done| eprintln!("done {done}"));
}

/// 429 and 500 for the next requests of every vendor.
fn bad_moment(demo: &Demo) {
    for vendor in ALL {
        let fail =
            |method: &str, status, times| Act::FailNext { vendor, method: method.into(), path_contains: String::new(), status, times };
        demo.act(fail("", 429, 2)).unwrap();
        demo.act(fail("GET", 500, 2)).unwrap();
        for method in ["PUT", "PATCH", "POST"] {
            demo.act(fail(method, 500, 1)).unwrap();
        }
    }
}

/// Tries again what failed, until each of it has ended once more; whether every case is verified then. Two that fail in a row
/// hold the others: they go on after that.
fn retried(watch: &mut Watch, sends: usize) -> bool {
    let rests = |entry: &OutboxEntry| entry.progress.is_settled() || entry.progress.needs_person() || entry.is_held;
    let stuck: Vec<_> = of_batch(watch).filter(|entry| entry.progress.needs_person()).map(|entry| entry.id.clone()).collect();
    let before = watch.heard.len();
    watch.ask(Order::SettleBatch { batch: "b".into(), how: SettleBatch::Retry }).unwrap();
    watch.until("what failed has ended again, or is held", |watch| {
        let is_told = |id: &CompactString| {
            watch.heard[before..].iter().any(|report| matches!(report, Report::Outbox(entry) if entry.id == *id && rests(entry)))
        };
        stuck.iter().all(is_told).then_some(())
    });
    watch.ask(Order::SettleBatch { batch: "b".into(), how: SettleBatch::Continue }).unwrap();
    watch.until("nothing of the batch is on its way", |watch| of_batch(watch).all(rests).then_some(()));
    Tally::count(sends, of_batch(watch)).done == sends
}

/// How often each case was written to with success.
fn landed(demo: &Demo) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for vendor in ALL {
        for request in demo.received(vendor) {
            if request.method != "GET" && (200..300).contains(&request.status) {
                *counts.entry(request.path).or_default() += 1;
            }
        }
    }
    counts
}

#[test]
fn sync_bulk_of_a_thousand_survives_a_bad_day_and_a_kill() {
    let cases = std::env::var("CASELOAD_BULK").map_or(CASES, |cases| cases.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(cases)).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["bad_day::child", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("CASELOAD_TEST_DIRECTORY", directory.path())
        .env("CASELOAD_TEST_VENDORS", serde_json::to_string(&addresses(&demo)).unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let planned = said.by_ref().find_map(|line| line.strip_prefix("planned ").map(String::from)).unwrap();
    let (sends, calls) = planned.split_once(' ').unwrap();
    let (sends, calls): (usize, usize) = (sends.parse().unwrap(), calls.parse().unwrap());
    assert_eq!(sends, usize::try_from(cases).unwrap(), "nothing of it was so already");
    said.by_ref().find(|line| line == "saved").unwrap();
    bad_moment(&demo);
    let mut done_before = 0;
    for line in said.by_ref().filter(|line| line.starts_with("done ")).take(KILLED_AFTER) {
        done_before = line.trim_start_matches("done ").parse().unwrap();
        bad_moment(&demo);
    }
    // As kill -9.
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(done_before > 0 && done_before < sends, "it was killed in the middle, not after {done_before}");

    let mut watch = Watch::start(&demo, directory.path());
    watch.until("the batch is known from the disk", |watch| (of_batch(watch).count() == sends).then_some(()));
    let tally = Tally::count(sends, of_batch(&watch));
    assert!(tally.done >= done_before && tally.waiting > 0, "{tally:?}");
    assert_eq!(of_batch(&watch).next().unwrap().batch, Some(batch(sends)));
    let mut moments = 0;
    let stops = carry_through(&mut watch, sends, |_| {
        moments += 1;
        if moments <= 4 {
            bad_moment(&demo);
        }
    });
    // What failed is listed, and only that is tried again.
    let stuck: Vec<_> = of_batch(&watch).filter(|entry| entry.progress.needs_person()).cloned().collect();
    assert!(!stuck.is_empty() && stuck.len() < 100, "{} failures, {stops} stops", stuck.len());
    assert!(stuck.iter().all(|entry| matches!(entry.progress, Progress::Unknown { .. } | Progress::Parked { .. })));
    // A bad moment that came after a vendor's last case is met here.
    let rounds = (1..=ROUNDS).find(|_| retried(&mut watch, sends)).expect("in the end every case is verified");
    assert!(rounds < ROUNDS);

    let counts = landed(&demo);
    assert!(
        counts.values().all(|count| *count == 1),
        "changed twice: {:?}",
        counts.iter().filter(|(_, count)| **count > 1).collect::<Vec<_>>()
    );
    assert_eq!(counts.len(), calls, "the dry run said so many calls");
    watch.ask(Order::SettleBatch { batch: "b".into(), how: SettleBatch::PutAway }).unwrap();
    watch.stop();
    let mut watch = Watch::offline(&demo, directory.path());
    watch.until("the disk is told", |watch| watch.states.contains_key(&SERVEROPS).then_some(()));
    assert_eq!(watch.outbox.len(), 0, "what was put away is gone");
}

#[test]
fn sync_bulk_stops_after_two_failures_and_can_be_cancelled() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(120)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    let rids: Vec<Rid> = watch.rows.iter().filter(|(_, row)| row.id.source == TINES).map(|(rid, _)| *rid).collect();
    let rows = plan(&mut watch, script(&["add tag=bulk"]), rids.into_iter());
    let edits = edits(&rows);
    let of = edits.len();
    assert_eq!(of, 48);
    // Until the first one leaves there is time to say that all of them are refused.
    demo.act(Act::FailNext { vendor: demo::Vendor::Tines, method: String::new(), path_contains: String::new(), status: 403, times: 500 })
        .unwrap();
    watch.ask(Order::SubmitBulk { batch: batch(of), edits, delay_ms: 0 }).unwrap();
    let stopped = |watch: &Watch| watch.heard.iter().any(|report| matches!(report, Report::BatchStopped { .. })).then_some(());
    watch.until("it stops itself", stopped);
    watch.until("what was out has ended", |watch| {
        let out = of_batch(watch).filter(|entry| !entry.is_held && entry.progress == Progress::Queued).count();
        (out == 0).then_some(())
    });
    let tally = Tally::count(of, of_batch(&watch));
    assert!(tally.stuck >= 2 && tally.stuck <= 16 && tally.held == of - tally.stuck, "{tally:?}");
    watch.ask(Order::SettleBatch { batch: "b".into(), how: SettleBatch::Cancel }).unwrap();
    watch.until("what was held is given up", |watch| (Tally::count(of, of_batch(watch)).waiting == 0).then_some(()));
    let tally = Tally::count(of, of_batch(&watch));
    assert_eq!(tally.dropped, of - tally.stuck, "{tally:?}");
    assert_eq!(landed(&demo).len(), 0);
}

#[test]
fn sync_bulk_says_before_what_cannot_and_who_is_at_work() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(60)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    let rids: Vec<Rid> = watch.rows.keys().copied().collect();
    let rows = plan(&mut watch, script(&["set priority=high"]), rids.into_iter());
    let summary = Summary::of(&rows, |_| false);
    let share = |source| summary.shares.iter().find(|share| share.source == source).unwrap();
    assert_eq!(share(SERVEROPS).cannot, share(SERVEROPS).cases, "ServerOps has no priorities");
    assert_eq!(share(DATADOG).sends + share(DATADOG).nothing, share(DATADOG).cases);
    assert!(share(TINES).sends > 0 && share(TINES).calls == share(TINES).sends);
    assert_eq!(landed(&demo).len(), 0, "a dry run sends nothing");
}

#[test]
fn sync_bulk_that_is_made_again_replaces_what_its_dry_run_showed() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(60)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    for (source, vendor) in [(DATADOG, demo::Vendor::Datadog), (TINES, demo::Vendor::Tines), (SERVEROPS, demo::Vendor::ServerOps)] {
        let (rid, _) = watch.some_open(source);
        let first = watch.open(rid);
        let titled = |text: &str| Change::Title(text.into());
        let edit = |text: &str| vec![Edit::new(&first, vec![titled(text)])];
        let id = first.row.id.id.to_string();
        demo.act(Act::Edit { vendor, id, field: "title".into(), value: "By a colleague".into() }).unwrap();
        watch.open(rid);
        // What takes back is compared with what was made, and asks.
        let rows = plan(&mut watch, Wanted::Edits(edit("Back")), std::iter::once(rid));
        let Verdict::Sends(back) = &rows[0].verdict else { panic!("{source:?}: {:?}", rows[0].verdict) };
        let rows = plan(&mut watch, Wanted::Again(edit("Again")), std::iter::once(rid));
        let Verdict::Sends(again) = &rows[0].verdict else { panic!("{source:?}: {:?}", rows[0].verdict) };
        assert_eq!(again.plan.lines[0].old, "By a colleague", "{source:?}: the dry run shows it");
        let stopped = watch.submit_edit(&back.edit, 0);
        assert!(matches!(watch.rests(&stopped), Progress::Parked { .. }), "{source:?}");
        watch.settle(&stopped, Settle::Drop).unwrap();
        let sent = watch.submit_edit(&again.edit, 0);
        assert_eq!(watch.rests(&sent), Progress::Verified, "{source:?}");
        assert_eq!(watch.open(rid).row.title.raw(), "Again", "{source:?}");
    }
}

#[test]
fn sync_bulk_is_worked_out_on_the_case_with_what_waits_to_be_sent() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(60)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    for source in [DATADOG, TINES, SERVEROPS] {
        let (rid, _) = watch.some_open(source);
        let case = watch.open(rid);
        let before = case.row.title.raw().to_owned();
        let titled = |text: &str| Change::Title(text.into());
        let first = watch.submit_edit(&Edit::new(&case, vec![titled("waits")]), 600_000);

        let again = plan(&mut watch, script(&["set title=waits"]), std::iter::once(rid));
        assert!(matches!(again[0].verdict, Verdict::Waits), "{source:?}: {:?}", again[0].verdict);
        let wanted = Wanted::Edits(vec![Edit::new(&case, vec![titled(&before)])]);
        let edits = plan(&mut watch, wanted, std::iter::once(rid));
        assert!(matches!(edits[0].verdict, Verdict::Sends(_)), "{source:?}: {:?}", edits[0].verdict);
        let rows = plan(&mut watch, script(&[&format!("set title={before}")]), std::iter::once(rid));
        let Verdict::Sends(sends) = &rows[0].verdict else { panic!("{source:?}: {:?}", rows[0].verdict) };

        // Both leave, in their order, and neither is a conflict with the other.
        let second = watch.submit_edit(&sends.edit.clone(), 0);
        watch.settle(&first, Settle::Retry).unwrap();
        watch.verified(&first);
        assert_eq!(watch.rests(&second), Progress::Verified, "{source:?}");
        assert_eq!(watch.open(rid).row.title.raw(), before, "{source:?}");
    }
}

/// Whoever names a colleague who has just changed a case has heard of the change: what it replaces is what the case shows now.
#[test]
fn sync_bulk_that_tells_of_a_colleague_shows_the_values_that_the_colleague_left() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(60)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[DATADOG, TINES, SERVEROPS]);
    let is_fit = |row: &caseload::domain::case::Row| {
        row.id.source == TINES && row.status.is_open() && row.priority.as_ref().is_some_and(|known| known.name.raw() != "MEDIUM")
    };
    let fit: Vec<Rid> = watch.rows.iter().filter(|(_, row)| is_fit(row)).map(|(rid, _)| *rid).take(2).collect();
    let medium = |case: &Case| Wanted::Edits(vec![Edit::new(case, vec![Change::Priority("MEDIUM".into())])]);
    // Both ways to a dry run: what takes back, and what is done anew.
    let ways: [&dyn Fn(&Case) -> Wanted; 2] = [&medium, &|_| script(&["set priority=MEDIUM"])];
    assert_eq!(fit.len(), ways.len());
    for (rid, wanted) in fit.into_iter().zip(ways) {
        let case = watch.open(rid);
        let theirs = if case.row.priority.as_ref().is_some_and(|known| known.name.raw() == "LOW") { "HIGH" } else { "LOW" };
        // My own change is read back, and with that nobody has heard of the one that comes right after it.
        let mine = watch.submit_edit(&Edit::new(&case, vec![Change::Title("Mine".into())]), 0);
        watch.verified(&mine);
        let id = case.row.id.id.to_string();
        demo.act(Act::Edit { vendor: demo::Vendor::Tines, id, field: "priority".into(), value: theirs.into() }).unwrap();
        let rows = plan(&mut watch, wanted(&case), std::iter::once(rid));
        let Verdict::Sends(sends) = &rows[0].verdict else { panic!("{:?}", rows[0].verdict) };
        assert!(sends.busy.is_some(), "{sends:?}");
        let told = sends.told();
        assert_eq!((told.len(), told[0].old.as_str()), (1, theirs), "{told:?}");
    }
}
