//! Looking after the data directory: whether its files are sound and the disk has room, and removing what can be read
//! again from the vendors.

use std::fs::{
    OpenOptions, {self},
};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::access::Access;
use super::journal::{
    End, {self},
};
use super::open::{
    CASES, Kind, OUTBOX, unusable, {self},
};
use super::{elsewhere, sheets};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::fault::{Fault, FaultKind};

/// Made and removed again to see whether the directory can be written.
const TRIAL: &str = "doctor.trial";
/// A process that has the file open keeps it open; waiting longer changes nothing.
const PURGE_BUSY: Duration = Duration::from_millis(500);
/// What `SQLite` keeps beside a file.
const COMPANIONS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// A data directory as it was found.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Not made yet: the first start makes it.
    pub is_missing: bool,
    /// Bytes that this person may still write; None: it cannot be told here.
    pub free_bytes: Option<u64>,
    /// Err: nothing can be written there.
    pub writable: Result<(), Fault>,
    /// Files of ours that somebody else may read or write, and the directory when somebody else may write it; with the mode.
    pub open_to_others: Vec<(PathBuf, u32)>,
    pub files: Vec<Inspected>,
    /// Edits that wait in the outbox, of all sources; None: the file cannot tell.
    pub waiting: Option<usize>,
    pub drafts: Option<usize>,
    /// What was saved in an editor of a run that ended and is no draft yet; Err: it cannot be one.
    pub sheets: Vec<Result<PathBuf, Fault>>,
}

/// One file of the directory.
#[derive(Clone, Debug)]
pub struct Inspected {
    pub path: PathBuf,
    /// With what `SQLite` keeps beside it; 0: it is not there yet.
    pub bytes: u64,
    /// Err: it cannot be used, and what to do.
    pub verdict: Result<(), Fault>,
}

/// Looks at a directory; creates and mends nothing.
pub fn inspect(directory: &Path) -> Inspection {
    let is_missing = !directory.exists();
    // Before SQLite makes its companions of the files, with their mode.
    let open_to_others = open_to_others(directory);
    let files = vec![inspect_file(directory, &CASES), inspect_file(directory, &OUTBOX), inspect_journal(directory)];
    let waits = in_outbox(directory, |outbox| elsewhere::by_source(outbox, &[]));
    let sum = |of: fn(&elsewhere::Waits) -> usize| waits.as_ref().map(|waits| waits.values().map(of).sum());
    Inspection {
        is_missing,
        free_bytes: free_bytes(directory),
        writable: if is_missing { Ok(()) } else { try_to_write(directory) },
        open_to_others,
        waiting: sum(|waits| waits.edits),
        drafts: sum(|waits| waits.drafts),
        sheets: sheets::waiting(directory).into_iter().map(|left| left.fault().cloned().map_or(Ok(left.path), Err)).collect(),
        files,
    }
}

/// What a person made for sources that are not among `configured`; nothing where the outbox cannot tell.
pub fn elsewhere(directory: &Path, configured: &[&str]) -> Vec<Elsewhere> {
    in_outbox(directory, |outbox| elsewhere::elsewhere(outbox, configured)).unwrap_or_default()
}

/// Reads the outbox's file, which may not be there yet; None: it cannot tell.
fn in_outbox<T: Default>(directory: &Path, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Option<T> {
    let path = directory.join(OUTBOX.name);
    if !path.exists() {
        return Some(T::default());
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX).ok()?;
    read(&connection).ok()
}

fn inspect_file(directory: &Path, kind: &Kind) -> Inspected {
    let path = directory.join(kind.name);
    let bytes = beside(&path).iter().filter_map(|path| fs::metadata(path).ok()).map(|found| found.len()).sum();
    let check = || {
        let file = open::open(directory, kind, Access::ReadOnly)?;
        let told: String = file.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| file.fault(&error))?;
        if told == "ok" { Ok(()) } else { Err(file.damaged(told.lines().next().unwrap_or("it is not sound"))) }
    };
    Inspected { path, bytes, verdict: check() }
}

fn inspect_journal(directory: &Path) -> Inspected {
    let path = directory.join(journal::FILE);
    let wrong = |what: &str| {
        let words = format!("{}: {what}: `caseload journal verify` says more; keep the file", path.display());
        Fault::new(FaultKind::Damaged, words)
    };
    let verdict = journal::verify(directory).and_then(|verdict| match (verdict.broken, verdict.end) {
        (Some((line, why)), _) => Err(wrong(&format!("line {line} does not fit ({why})"))),
        (None, End::Missing { .. }) => Err(wrong("its end is missing")),
        (None, End::There | End::NotRemembered) => Ok(()),
    });
    Inspected { bytes: fs::metadata(&path).map_or(0, |found| found.len()), path, verdict }
}

fn try_to_write(directory: &Path) -> Result<(), Fault> {
    let path = directory.join(format!("{TRIAL}-{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let tried = options.open(&path).and_then(|mut file| io::Write::write_all(&mut file, b"x").and_then(|()| file.sync_all()));
    // What could not be made cannot be removed; what was made can.
    drop(fs::remove_file(&path));
    tried.map_err(|error| unusable(directory, &error))
}

/// Of the directory, or of the nearest one above it that is there.
fn free_bytes(directory: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let there = directory.ancestors().find(|path| path.is_dir())?;
        let found = rustix::fs::statvfs(there).ok()?;
        found.f_bavail.checked_mul(found.f_frsize)
    }
    #[cfg(not(unix))]
    {
        let _ = directory;
        None
    }
}

fn open_to_others(directory: &Path) -> Vec<(PathBuf, u32)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let files = [&CASES, &OUTBOX].into_iter().flat_map(|kind| beside(&directory.join(kind.name)));
        // Whoever may write the directory may put other files in their place; its names alone tell nothing.
        let all = files.chain([directory.join(journal::FILE)]).map(|path| (path, 0o077)).chain([(directory.to_owned(), 0o022)]);
        let mode = |path: &Path| fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o777);
        all.filter_map(|(path, wrong)| mode(&path).filter(|mode| mode & wrong != 0).map(|mode| (path, mode))).collect()
    }
    #[cfg(not(unix))]
    {
        let _ = directory;
        Vec::new()
    }
}

fn beside(path: &Path) -> Vec<PathBuf> {
    let with = |ending: &&str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    COMPANIONS.iter().map(with).collect()
}

/// What `purge` would remove: files that are there, and their bytes together.
pub fn cached(directory: &Path) -> (Vec<PathBuf>, u64) {
    let there = beside(&directory.join(CASES.name)).into_iter().filter_map(|path| Some((fs::metadata(&path).ok()?.len(), path)));
    let (sizes, paths): (Vec<u64>, Vec<PathBuf>) = there.unzip();
    (paths, sizes.into_iter().sum())
}

/// Removes the cases that were read: `cases.db` and what `SQLite` keeps beside it, sound or not. Outbox, drafts and
/// journal are not touched. The bytes are given back to the disk, not overwritten.
///
/// # Errors
/// `Busy`: another process works with it; nothing was removed. `Disk`: it cannot be removed.
pub fn purge(directory: &Path) -> Result<(), Fault> {
    let path = directory.join(CASES.name);
    // Held so that no other process creates or migrates the file meanwhile.
    let lock = if directory.is_dir() { Some(open::lock(&directory.join(open::LOCK))?) } else { None };
    if in_use(&path) {
        let words = format!("another caseload works with {}: end it, then purge again; nothing was removed", path.display());
        return Err(Fault::new(FaultKind::Busy, words));
    }
    for path in beside(&path) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(&path, &error)),
            _ => {}
        }
    }
    open::sync(Some(directory));
    drop(lock);
    Ok(())
}

/// Leaving WAL mode needs the file for oneself. One that `SQLite` cannot read is nobody's.
fn in_use(path: &Path) -> bool {
    if !path.exists() {
        return false;
    }
    let alone = || {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(PURGE_BUSY)?;
        connection.pragma_update(None, "journal_mode", "DELETE")
    };
    let code = alone().err().and_then(|error: rusqlite::Error| error.sqlite_error_code());
    matches!(code, Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::SourceId;
    use crate::store::Store;

    fn store(directory: &Path) -> Store {
        let mut store = Store::open(directory, Access::ReadWrite).unwrap();
        store.sources(&["a"]).unwrap();
        store.save_directory(SourceId(0), "{}").unwrap();
        store
    }

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_sound_directory_has_nothing_to_complain_of_and_stays_as_it_is() {
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("data");
        let found = inspect(&directory);
        assert!(found.is_missing && found.writable.is_ok() && found.files.iter().all(|file| file.bytes == 0 && file.verdict.is_ok()));
        assert!(found.free_bytes.is_some_and(|free| free > 0));
        assert!(!directory.exists());
        drop(store(&directory));
        let read = || [CASES.name, OUTBOX.name].map(|name| fs::read(directory.join(name)).unwrap());
        let before = read();
        let found = inspect(&directory);
        assert!(!found.is_missing && found.writable.is_ok() && found.files.iter().all(|file| file.verdict.is_ok()), "{found:?}");
        assert_eq!((found.waiting, found.drafts, found.open_to_others), (Some(0), Some(0), Vec::new()));
        assert!(read() == before && names(&directory).iter().all(|name| !name.starts_with(TRIAL)));
    }

    #[test]
    fn what_is_wrong_is_found_file_by_file() {
        let place = tempfile::tempdir().unwrap();
        drop(store(place.path()));
        for file in [CASES.name, OUTBOX.name] {
            let path = place.path().join(file);
            let sound = fs::read(&path).unwrap();
            let mut torn = sound.clone();
            torn[100..4096].fill(0xa5);
            for bytes in [torn.as_slice(), b"not a database at all, but long enough", &sound[..sound.len() / 2]] {
                fs::write(&path, bytes).unwrap();
                let found = inspect(place.path());
                let bad: Vec<_> = found.files.iter().filter_map(|found| found.verdict.as_ref().err()).collect();
                assert_eq!(bad.len(), 1, "{file} {bad:?}");
                assert!(bad[0].kind == FaultKind::Damaged && bad[0].message.as_str().contains(file), "{bad:?}");
            }
            fs::write(&path, sound).unwrap();
        }
        fs::write(place.path().join(journal::FILE), "nothing that fits\nnor this\n").unwrap();
        assert!(inspect(place.path()).files[2].verdict.as_ref().is_err_and(|fault| fault.kind == FaultKind::Damaged));
    }

    #[cfg(unix)]
    #[test]
    fn eyes_of_others_are_found() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        drop(store(place.path()));
        let path = place.path().join(CASES.name);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(inspect(place.path()).open_to_others, [(path, 0o644)]);
    }

    #[test]
    fn purge_removes_the_cases_sound_or_not_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        drop(store(place.path()));
        fs::write(place.path().join(journal::FILE), "kept\n").unwrap();
        fs::write(place.path().join("edit-7.md"), "typed\n").unwrap();
        let outbox = fs::read(place.path().join(OUTBOX.name)).unwrap();
        for spoiled in [false, true] {
            if spoiled {
                fs::write(place.path().join(CASES.name), "broken".repeat(99)).unwrap();
            }
            assert!(!cached(place.path()).0.is_empty() && cached(place.path()).1 > 0);
            purge(place.path()).unwrap();
            assert_eq!(cached(place.path()), (Vec::new(), 0));
            assert_eq!(names(place.path()), ["edit-7.md", journal::FILE, open::LOCK, OUTBOX.name]);
            assert_eq!(fs::read(place.path().join(OUTBOX.name)).unwrap(), outbox);
        }
        purge(&place.path().join("nowhere")).unwrap();
        assert_eq!(store(place.path()).faults(), []);
    }

    #[test]
    fn purge_leaves_what_another_process_works_with() {
        let place = tempfile::tempdir().unwrap();
        let working = store(place.path());
        let before = names(place.path());
        assert_eq!(purge(place.path()).unwrap_err().kind, FaultKind::Busy);
        assert_eq!(names(place.path()), before);
        drop(working);
        purge(place.path()).unwrap();
    }
}
