//! The process is killed at every step between the commit of an edit and its being verified. After the next start each write
//! has happened exactly once, or the edit waits for a person.
//!
//! The children are this same test binary, started on the ignored test [`child`] with their task in the environment.

use std::path::Path;
use std::process::{Command, Stdio};

use caseload::demo::{
    Demo, {self},
};
use caseload::domain::case::SourceId;
use caseload::domain::change::Change;
use caseload::domain::edit::Edit;
use caseload::protocol::Settle;

use crate::sync_cut::{carried_out, is_done_once, shape};
use crate::sync_watch::{DATADOG, SERVEROPS, TINES, Watch, calm, sources_at};

/// More steps than any edit here has.
const MOST_STEPS: u32 = 60;

/// Starts a process on a test below that makes or sends edits and is killed at this step. True: it was, false: it came to its
/// end before.
fn crashes(child: &str, demo: &Demo, directory: &Path, source: SourceId, name: &str, step: u32) -> bool {
    let ended = Command::new(std::env::current_exe().unwrap())
        .args([child, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("CASELOAD_TEST_DIRECTORY", directory)
        .env("CASELOAD_TEST_VENDORS", serde_json::to_string(&crate::sync_watch::addresses(demo)).unwrap())
        .env("CASELOAD_TEST_SOURCE", source.0.to_string())
        .env("CASELOAD_TEST_NAME", name)
        .env("CASELOAD_CRASH", step.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    !ended.success()
}

#[test]
#[ignore = "a process that the tests beside it start and kill"]
fn child() {
    let Ok(directory) = std::env::var("CASELOAD_TEST_DIRECTORY") else { return };
    let Ok(vendors) = std::env::var("CASELOAD_TEST_VENDORS") else { return };
    let source = SourceId(std::env::var("CASELOAD_TEST_SOURCE").unwrap().parse().unwrap());
    let name = std::env::var("CASELOAD_TEST_NAME").unwrap();
    let mut watch = Watch::start_with(sources_at(&serde_json::from_str(&vendors).unwrap(), 30_000), Path::new(&directory), false);
    watch.full(&[source]);
    let (rid, _) = watch.some_open(source);
    let case = watch.open(rid);
    let entry = watch.submit_seen(&case, shape(source, &name));
    watch.verified(&entry);
    watch.stop();
}

fn every_step_of(source: SourceId, vendor: demo::Vendor) {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(30)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[source]);
    let (rid, _) = watch.some_open(source);
    let mut asked = 0;
    for step in 1..=MOST_STEPS {
        let case = watch.open(rid);
        let name = format!("crash-{step}-of-{}", source.0);
        let changes = shape(source, &name);
        // Planned before the child commits it: what waits already is not planned again.
        let calls = watch.planned(Edit::new(&case, changes.clone())).len();
        watch.stop();
        let is_killed = crashes("sync_crash::child", &demo, directory.path(), source, &name, step);
        watch = Watch::start(&demo, directory.path());
        watch.full(&[source]);
        // It was committed before the first step; what was verified has left the outbox.
        watch.until("it comes to rest", |watch| {
            let is_rest = |progress: &caseload::domain::edit::Progress| progress.is_settled() || progress.needs_person();
            watch.outbox.iter().all(|entry| is_rest(&entry.progress)).then_some(())
        });
        let counts = carried_out(&demo, vendor, &name);
        assert!(counts.values().all(|count| *count == 1), "{name}: {counts:?}");
        let left = watch.outbox.iter().find(|entry| entry.progress.needs_person()).map(|entry| entry.id.to_string());
        if let Some(entry) = left {
            asked += 1;
            watch.settle(&entry, Settle::Retry).unwrap();
            watch.verified(&entry);
        }
        let now = watch.open(rid);
        is_done_once(&demo, vendor, &name, &now, &changes, calls);
        if !is_killed {
            assert!(step > 5, "an edit has more steps than {step}");
            assert!(asked < step / 3, "{asked} of {step} waited for a person: fields are found by themselves");
            return;
        }
    }
    panic!("the edit has more than {MOST_STEPS} steps");
}

#[test]
fn sync_crash_datadog() {
    every_step_of(DATADOG, demo::Vendor::Datadog);
}

#[test]
fn sync_crash_tines() {
    every_step_of(TINES, demo::Vendor::Tines);
}

#[test]
fn sync_crash_serverops() {
    every_step_of(SERVEROPS, demo::Vendor::ServerOps);
}

#[test]
#[ignore = "a process that the test beside it starts and kills"]
fn sender() {
    let Ok(directory) = std::env::var("CASELOAD_TEST_DIRECTORY") else { return };
    let Ok(vendors) = std::env::var("CASELOAD_TEST_VENDORS") else { return };
    let mut watch = Watch::start_with(sources_at(&serde_json::from_str(&vendors).unwrap(), 30_000), Path::new(&directory), false);
    watch.until("all is sent", |watch| {
        (watch.outbox.len() == 2 && watch.outbox.iter().all(|entry| entry.progress.is_settled())).then_some(())
    });
    watch.stop();
}

/// Two edits of one field, both begun from what was there before the first of them.
#[test]
fn sync_crash_between_two_edits_of_one_field() {
    let directory = tempfile::tempdir().unwrap();
    let demo = demo::start(&calm(30)).unwrap();
    let mut watch = Watch::start(&demo, directory.path());
    watch.full(&[SERVEROPS]);
    let (rid, _) = watch.some_open(SERVEROPS);
    for step in 1..=MOST_STEPS {
        let case = watch.open(rid);
        watch.stop();
        watch = Watch::offline(&demo, directory.path());
        let titles = ["first", "second"].map(|which| format!("{which} at {step}"));
        let entries = titles.clone().map(|title| watch.submit_seen(&case, vec![Change::Title(title)]));
        watch.stop();
        let is_killed = crashes("sync_crash::sender", &demo, directory.path(), SERVEROPS, "", step);
        watch = Watch::start(&demo, directory.path());
        watch.full(&[SERVEROPS]);
        watch.until("nothing is left to send", |watch| {
            let is_open = |entry: &&String| watch.progress(entry).is_some_and(|progress| !progress.is_settled());
            let conflict = watch.outbox.iter().find_map(|entry| entry.conflict.as_ref());
            assert_eq!(conflict, None, "killed at step {step}: nobody else was there");
            (entries.iter().filter(is_open).count() == 0).then_some(())
        });
        assert_eq!(watch.open(rid).row.title.as_str(), titles[1]);
        if !is_killed {
            assert!(step > 5, "two edits have more steps than {step}");
            return;
        }
    }
    panic!("two edits have more than {MOST_STEPS} steps");
}
