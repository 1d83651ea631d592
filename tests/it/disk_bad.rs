//! Disks that are full, read-only, cut short: what is said, and that nothing of what was kept is lost.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use caseload::demo::Vendor;
use caseload::domain::case::{CaseId, SourceId};
use caseload::domain::change::Change;
use caseload::domain::draft::Draft;
use caseload::domain::edit::{Edit, OutboxEntry, Plan};
use caseload::domain::fault::FaultKind;
use caseload::store::{Access, Store};
use jiff::Timestamp;

use crate::cli_desk::Desk;

const A: SourceId = SourceId(0);

/// Whether this process may mount a file system of its own, which no other process sees.
fn may_mount() -> bool {
    let tried = Command::new("unshare").args(["-rm", "true"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

/// Runs a script with `$BIN` and `$DATA`; its output.
fn script(desk: &Desk, script: &str) -> String {
    let mut command = if may_mount() {
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", script]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    };
    command.envs(desk.env()).env("BIN", env!("CARGO_BIN_EXE_caseload")).env("DATA", desk.data());
    command.env_remove("CASELOAD_LOG").env("HOME", desk.data().parent().unwrap());
    let output = command.stdin(Stdio::null()).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn a_case(desk: &Desk) -> String {
    let listed = desk.run(&["list", "--json", "--limit", "1", "--source", "tines"]).expect(0).json();
    format!("tines:{}", listed[0]["key"].as_str().unwrap())
}

#[test]
fn on_a_full_disk_no_edit_is_called_saved_and_none_is_sent() {
    let desk = Desk::calm(60);
    let case = a_case(&desk);
    // A file system that is full where one may be mounted; else no file may grow.
    let (fill, free) = if may_mount() {
        ("mount -t tmpfs -o size=8m tmpfs $DATA; $BIN list >/dev/null; dd if=/dev/zero of=$DATA/fill bs=4k 2>/dev/null", "rm $DATA/fill")
    } else {
        ("trap '' XFSZ; hard=$(ulimit -Hf); ulimit -S -f 0", "ulimit -S -f $hard")
    };
    let told = script(
        &desk,
        &format!(
            "{fill}
             $BIN comment {case} -m 'typed on a full disk'; echo full=$?
             $BIN doctor --offline | grep -A1 'bad .*room'
             {free}
             $BIN outbox list; echo outbox=$?
             $BIN comment {case} -m 'typed after'; echo after=$?
             $BIN doctor | grep -E 'cases.db|outbox.db'"
        ),
    );
    assert!(told.contains("full=2"), "{told}");
    assert!(told.contains("free some space") || told.contains("check the disk"), "{told}");
    if may_mount() {
        assert!(told.contains("free some space now"), "{told}");
    }
    assert!(told.contains("outbox=1"), "nothing half saved waits: {told}");
    assert!(told.contains("after=0"), "{told}");
    assert_eq!(told.matches("sound,").count(), 2, "{told}");
    let writes = desk.writes(Vendor::Tines);
    assert!(writes.iter().all(|write| !write.contains("on a full disk")), "{writes:?}");
    assert_eq!(writes.iter().filter(|write| write.contains("typed after")).count(), 1, "{writes:?}");
}

#[test]
fn a_list_is_printed_also_when_the_disk_cannot_keep_it_or_the_reason_is() {
    if !may_mount() {
        eprintln!("no file system can be mounted here: a full one is seen by the test above only");
        return;
    }
    let desk = Desk::calm(2_000);
    let told = script(&desk, "mkdir -p $DATA; mount -t tmpfs -o size=300k tmpfs $DATA; $BIN list --limit 1; echo code=$?");
    assert!(told.contains("free some space") && !told.contains("code=0") && !told.contains("panicked"), "{told}");
}

#[test]
fn a_read_only_directory_is_said_and_its_cases_stay_readable() {
    if !may_mount() {
        eprintln!("no file system can be mounted here, and to root no mode is read-only");
        return;
    }
    let desk = Desk::calm(60);
    let case = a_case(&desk);
    desk.run(&["list"]).expect(0);
    let told = script(
        &desk,
        &format!(
            "cp -r $DATA $DATA.2; mount -t tmpfs tmpfs $DATA; cp -r $DATA.2/. $DATA; mount -o remount,ro $DATA
             $BIN list --cached --limit 1 >/dev/null; echo cached=$?
             $BIN comment {case} -m 'typed on a read-only disk'; echo comment=$?
             $BIN doctor --offline | grep -A1 'bad '; $BIN purge --yes; echo purge=$?"
        ),
    );
    assert!(told.contains("cached=0") || told.contains("cached=6"), "{told}");
    assert!(told.contains("comment=2") && told.contains("choose another --data-dir"), "{told}");
    assert!(told.contains("bad   directory"), "{told}");
    assert!(told.contains("purge=2"), "{told}");
    assert!(desk.writes(Vendor::Tines).is_empty());
}

/// Locks as a file system without them answers: NFS without its lock daemon, some FUSE and container mounts.
const NO_LOCKS: &str = r"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
static int answer(const char *name, int fd, int cmd, void *arg) {
  if (cmd == F_SETLK || cmd == F_SETLKW || cmd == F_GETLK) { errno = ERRNO; return -1; }
  return ((int (*)(int, int, ...))dlsym(RTLD_NEXT, name))(fd, cmd, arg);
}
#define TAKE(name) int name(int fd, int cmd, ...) { va_list l; va_start(l, cmd); void *a = va_arg(l, void *); va_end(l); return answer(#name, fd, cmd, a); }
TAKE(fcntl)
TAKE(fcntl64)
int flock(int fd, int how) { (void)fd; (void)how; errno = ERRNO; return -1; }
";

#[cfg(target_os = "linux")]
#[test]
fn a_file_system_without_locks_is_named_and_no_process_is_blamed() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("locks.c"), NO_LOCKS).unwrap();
    let desk = Desk::calm(10);
    let tn = a_case(&desk);
    for errno in ["ENOLCK", "EOPNOTSUPP"] {
        let shim = place.path().join(format!("{errno}.so"));
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", &format!("-DERRNO={errno}"), "-o"]).arg(&shim).arg(place.path().join("locks.c")).arg("-ldl");
        assert!(cc.status().unwrap().success(), "whoever builds SQLite has a C compiler");
        for (data, verb) in [(desk.data(), &["list", "--cached"][..]), (place.path().join("new"), &["comment", &tn, "-m", "x"])] {
            let run = desk.command(verb).env("LD_PRELOAD", &shim).env("CASELOAD_DATA_DIR", data).output().unwrap();
            let said = String::from_utf8_lossy(&run.stderr).into_owned();
            assert_eq!(run.status.code(), Some(2), "{errno} {verb:?}: {said}");
            assert!(said.contains("has no file locks") && said.contains("choose a --data-dir on a local disk"), "{errno}: {said}");
            assert!(!said.contains("another process"), "{errno}: {said}");
        }
    }
    assert!(desk.writes(Vendor::Tines).is_empty());
}

fn store(directory: &Path) -> Store {
    let mut store = Store::open(directory, Access::ReadWrite).unwrap();
    // A broken file gives its fault here, and the other goes on.
    drop(store.sources(&["a"]));
    store
}

fn draft() -> Draft {
    Draft {
        case: CaseId { source: A, id: "7".into() },
        marked: Vec::new(),
        values: Vec::new(),
        base: Vec::new(),
        saved_at: Timestamp::UNIX_EPOCH,
        decided: Vec::new(),
        holds_shown_text: false,
    }
}

fn entry() -> OutboxEntry {
    let edit = Edit::unguarded(CaseId { source: A, id: "7".into() }, vec![Change::Comment("typed".into())]);
    OutboxEntry::queued("e".to_owned(), edit, Plan::default(), Timestamp::UNIX_EPOCH)
}

#[test]
fn cut_anywhere_a_file_gives_its_fault_and_costs_the_other_nothing() {
    let original = tempfile::tempdir().unwrap();
    let mut first = store(original.path());
    first.outbox_add(&entry()).unwrap();
    first.draft_keep(&draft()).unwrap();
    first.save_directory(A, &"{}".repeat(9_000)).unwrap();
    drop(first);
    for file in ["cases.db", "outbox.db"] {
        let whole = fs::read(original.path().join(file)).unwrap();
        for length in [1, 15, 99, 100, 511, 512, 4_095, 4_096, 4_097, 8_192, whole.len() / 2, whole.len() - 4_096, whole.len() - 1] {
            let directory = tempfile::tempdir().unwrap();
            for name in ["cases.db", "outbox.db"] {
                fs::copy(original.path().join(name), directory.path().join(name)).unwrap();
            }
            fs::write(directory.path().join(file), &whole[..length]).unwrap();
            let mut cut = store(directory.path());
            if file == "cases.db" {
                assert_eq!(cut.outbox().unwrap(), [entry()], "{file} cut at {length}");
                assert_eq!(cut.drafts().unwrap().0, [draft()], "{file} cut at {length}");
                cut.outbox_drop(&entry()).unwrap();
            } else {
                assert_eq!(cut.directory(A).unwrap().map(|kept| kept.len()), Some(18_000), "{file} cut at {length}");
            }
            let kinds: Vec<FaultKind> = match file {
                "cases.db" => cut.directory(A).err().into_iter().map(|fault| fault.kind).collect(),
                _ => [cut.outbox().err(), cut.drafts().err()].into_iter().flatten().map(|fault| fault.kind).collect(),
            };
            assert!(kinds.iter().all(|kind| *kind == FaultKind::Damaged), "{file} cut at {length}: {kinds:?}");
            assert!(!kinds.is_empty() || length > 4_096, "{file} cut at {length} cannot be whole");
        }
    }
}
