//! Files that cannot be used: what is said, and that nothing of them is touched.

use std::fs;
use std::time::Duration;

use rusqlite::Connection;

use super::super::open::{CASES, OUTBOX};
use super::*;
use crate::domain::aside::Aside;
use crate::domain::moved::Moved;

const FILES: [&str; 2] = ["cases.db", "outbox.db"];

/// The fault of the first call that needs the file.
fn fault(store: &Store, file: &str) -> Fault {
    if file == "cases.db" { store.first_rows(1).unwrap_err() } else { store.outbox().unwrap_err() }
}

/// The other file goes on as if nothing were wrong.
fn other_works(store: &mut Store, file: &str) {
    if file == "cases.db" {
        store.outbox_add(&entry("still")).unwrap();
        assert_eq!(store.outbox().unwrap().last().unwrap().id, "still");
    } else {
        assert_eq!(store.first_rows(9).unwrap().len(), 1);
    }
}

/// A directory with a row and an entry, whose `file` is then changed; what is said and that its bytes stay.
fn spoil(file: &str, how: impl FnOnce(&Path)) -> Fault {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    store_one(&mut store, &listed(A, "1", "one", 5));
    store.outbox_add(&entry("e")).unwrap();
    drop(store);
    let path = directory.path().join(file);
    how(&path);
    let before = fs::read(&path).unwrap();
    let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
    assert_eq!(store.sources(&["a", "b"]).is_err(), file == "cases.db");
    let told = fault(&store, file);
    assert_eq!(store.faults(), std::slice::from_ref(&told));
    assert!(told.message.as_str().contains(&*path.to_string_lossy()), "{told}");
    other_works(&mut store, file);
    drop(store);
    assert_eq!(fs::read(&path).unwrap(), before, "a file that cannot be used is left as it is");
    told
}

#[test]
fn a_file_from_a_newer_version_is_left_alone() {
    for file in FILES {
        let told = spoil(file, |path| Connection::open(path).unwrap().pragma_update(None, "user_version", 99).unwrap());
        assert_eq!(told.kind, FaultKind::FromNewer, "{told}");
        assert!(told.message.as_str().contains("format 99, this one knows "), "{told}");
    }
}

#[test]
fn a_broken_file_is_named_and_left_alone() {
    for file in FILES {
        let garbage = |path: &Path| fs::write(path, "not a database at all ".repeat(400)).unwrap();
        let torn = |path: &Path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[100..4096].fill(0xa5);
            fs::write(path, bytes).unwrap();
        };
        let foreign = |path: &Path| {
            fs::remove_file(path).unwrap();
            Connection::open(path).unwrap().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
        };
        for told in [spoil(file, garbage), spoil(file, torn), spoil(file, foreign)] {
            assert_eq!(told.kind, FaultKind::Damaged, "{told}");
            assert!(told.message.as_str().contains("move it away"), "{told}");
        }
    }
}

#[test]
fn damage_that_shows_only_when_reading_is_told_too() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let items: Vec<Listed> = (0..2_000).map(|number| listed(A, &number.to_string(), "a title", number)).collect();
    store.save_page(A, &items, None, at(1)).unwrap();
    drop(store);
    let path = directory.path().join("cases.db");
    let sound = fs::read(&path).unwrap();
    let (mut overwritten, mut cut) = (sound.clone(), sound);
    overwritten.iter_mut().skip(40_000).for_each(|byte| *byte = 0xa5);
    cut.truncate(40_000);
    for bytes in [overwritten, cut] {
        fs::write(&path, bytes).unwrap();
        let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
        let told = store.sources(&["a", "b"]).and_then(|()| store.each_rows(100, &mut |_| true)).unwrap_err();
        assert_eq!(told.kind, FaultKind::Damaged, "{told}");
        assert_eq!(store.save_page(A, &items, None, at(1)).unwrap_err().kind, FaultKind::Damaged);
        assert_eq!(store.outbox().unwrap(), []);
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_damage_and_no_panic() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    store_one(&mut store, &listed(A, "1", "one", 5));
    store.outbox_add(&entry("e")).unwrap();
    for sql in ["UPDATE rows SET list = x'00'", "UPDATE rows SET list = zeroblob(40)"] {
        store.cases().unwrap().file.connection.execute(sql, []).unwrap();
        assert_eq!(store.each_rows(1, &mut |_| true).unwrap_err().kind, FaultKind::Damaged, "{sql}");
    }
    store.outbox_file().unwrap().connection.execute("UPDATE outbox SET progress = '{}'", []).unwrap();
    let told = store.outbox().unwrap_err();
    assert_eq!(told.kind, FaultKind::Damaged);
    assert!(told.message.as_str().contains("entry e") && told.message.as_str().contains("keep it"), "{told}");
}

#[test]
fn a_directory_that_cannot_be_made_is_a_clear_fault() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "mine").unwrap();
    for access in [Access::ReadWrite, Access::ReadOnly] {
        let opened = Store::open(&file.join("below"), access);
        match access {
            Access::ReadWrite => {
                let told = opened.map(drop).unwrap_err();
                assert_eq!(told.kind, FaultKind::Disk);
                assert!(told.message.as_str().contains("choose another --data-dir"), "{told}");
            }
            Access::ReadOnly => assert!(opened.unwrap().first_rows(1).unwrap().is_empty()),
        }
    }
    assert_eq!(fs::read(&file).unwrap(), b"mine");
}

#[test]
fn read_only_creates_nothing_and_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let nowhere = directory.path().join("nowhere");
    let mut store = Store::open(&nowhere, Access::ReadOnly).unwrap();
    store.sources(&["a"]).unwrap();
    assert!(store.first_rows(9).unwrap().is_empty() && store.outbox().unwrap().is_empty());
    assert_eq!((store.mark(A).unwrap(), store.find(A, "x").unwrap()), (Mark::default(), None));
    assert!(!nowhere.exists());

    let mut writer = open(directory.path());
    store_one(&mut writer, &listed(A, "1", "one", 5));
    writer.outbox_add(&entry("e")).unwrap();
    let mut store = Store::open(directory.path(), Access::ReadOnly).unwrap();
    store.sources(&["a", "b", "new"]).unwrap();
    assert_eq!((store.first_rows(9).unwrap().len(), store.outbox().unwrap().len()), (1, 1));
    assert_eq!(store.rid(&listed(A, "1", "", 0).row.id), Some(Rid(1)));
    assert!(store.directory(SourceId(2)).unwrap().is_none());
    assert_eq!(store.save_page(A, &[listed(A, "2", "two", 6)], None, at(1)).unwrap_err().kind, FaultKind::Disk);
    assert_eq!(store.outbox_drop(&entry("e")).unwrap_err().kind, FaultKind::Disk);
    drop(writer);
    assert_eq!(Store::open(directory.path(), Access::ReadOnly).unwrap().faults(), []);
}

#[test]
fn a_full_disk_stops_the_write_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    store_one(&mut store, &listed(A, "1", "one", 5));
    let limit = |store: &Store, pages: i64| store.cases().unwrap().file.connection.pragma_update(None, "max_page_count", pages).unwrap();
    limit(&store, 1);
    let items: Vec<Listed> = (2..200).map(|number| listed(A, &number.to_string(), &"long ".repeat(90), number)).collect();
    let mark = Mark { pass: 1, ..Mark::default() };
    let told = store.save_page(A, &items, Some(&mark), at(1)).unwrap_err();
    assert_eq!(told.kind, FaultKind::DiskFull, "{told}");
    assert_eq!((all(&store).len(), store.mark(A).unwrap()), (1, Mark::default()));
    limit(&store, 1 << 30);
    let saved = store.save_page(A, &items, Some(&mark), at(1)).unwrap();
    assert!(saved.iter().all(|(_, change)| *change == Change::New));
    assert_eq!(all(&store).len(), 199);
}

#[test]
fn a_lock_held_elsewhere_is_waited_for_and_then_told() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let other = Connection::open(directory.path().join("cases.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    store.cases().unwrap().file.connection.busy_timeout(Duration::ZERO).unwrap();
    let item = listed(A, "1", "one", 5);
    let told = store.save_page(A, std::slice::from_ref(&item), None, at(1)).unwrap_err();
    assert_eq!(told.kind, FaultKind::Busy, "{told}");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(store_one(&mut store, &item), (Rid(1), Change::New));
}

#[test]
fn sixteen_first_starts_at_once_all_work() {
    for _ in 0..12 {
        let directory = tempfile::tempdir().unwrap();
        let together = std::sync::Barrier::new(16);
        std::thread::scope(|scope| {
            for number in 0..16 {
                let (path, together) = (directory.path().join("data"), &together);
                scope.spawn(move || {
                    together.wait();
                    let access = if number % 4 == 3 { Access::ReadOnly } else { Access::ReadWrite };
                    let mut store = Store::open(&path, access).unwrap();
                    assert_eq!(store.faults(), []);
                    store.sources(&["a", "b"]).unwrap();
                    if access == Access::ReadWrite {
                        store.outbox_add(&entry(&format!("e{number}"))).unwrap();
                    }
                });
            }
        });
        let mut store = Store::open(&directory.path().join("data"), Access::ReadOnly).unwrap();
        store.sources(&["a", "b"]).unwrap();
        assert_eq!((store.outbox().unwrap().len(), store.faults().len()), (12, 0));
    }
}

#[test]
fn every_older_format_is_brought_up_to_date() {
    for kind in [&CASES, &OUTBOX] {
        for format in 0..kind.schema.len() {
            let directory = tempfile::tempdir().unwrap();
            let connection = Connection::open(directory.path().join(kind.name)).unwrap();
            for sql in &kind.schema[..format] {
                connection.execute_batch(sql).unwrap();
            }
            connection.pragma_update(None, "user_version", i64::try_from(format).unwrap()).unwrap();
            drop(connection);
            let mut store = open(directory.path());
            assert_eq!(store_one(&mut store, &listed(A, "1", "one", 5)), (Rid(1), Change::New));
            store.outbox_add(&entry("e")).unwrap();
            let pinned = Aside { case: listed(A, "1", "one", 5).row.id, is_pinned: true, snooze: None };
            store.asides_keep(&[Moved { before: Aside::nothing(&pinned.case), after: pinned.clone() }]).unwrap();
            assert_eq!(store.asides().unwrap().0, [pinned]);
            assert_eq!(store.faults(), []);
        }
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join("made").join("here");
    let mut store = open(&directory);
    store_one(&mut store, &listed(A, "1", "one", 5));
    store.outbox_add(&entry("e")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    let mut names: Vec<String> = Vec::new();
    for file in fs::read_dir(&directory).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, ["cases.db", "cases.db-shm", "cases.db-wal", "open.lock", "outbox.db", "outbox.db-shm", "outbox.db-wal"]);
    // A directory that was there before belongs to somebody who chose its mode.
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).unwrap();
    drop(open(&directory));
    assert_eq!(mode(&directory), 0o755);
}
