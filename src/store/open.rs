//! Opening the files: directory, modes, locks, schema, and what `SQLite`'s refusals mean to a person.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use super::access::Access;
use crate::domain::fault::{Fault, FaultKind};

/// Several processes may share the directory. The longest transaction takes well under a second, on a disk that others keep
/// busy many; a process that has died holds nothing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Between two looks at a lock that another process holds while it creates or migrates a file.
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// Statements kept prepared; there are fewer different ones than this.
const STATEMENTS: usize = 64;
/// A file with anything in it has one page at least, and no page is smaller.
const SMALLEST_BYTES: u64 = 512;
/// `SQLITE_IOERR_SHORT_READ`: the file ends within a page.
const SHORT_READ: i32 = 522;
/// `SQLITE_IOERR_RDLOCK`, `_LOCK`, `_SHMOPEN`, `_SHMLOCK`, `_SHMMAP`: the file system has no locks, or no memory to share.
const LOCK_FAILED: [i32; 5] = [2314, 3850, 4618, 5130, 5386];
/// Made and removed again to see whether the file system knows locks.
const TRIAL: &str = "locks.trial";
/// Held while files are created or migrated.
pub(super) const LOCK: &str = "open.lock";

/// One of the two files: its name, its schema, how it commits, and what losing it would mean.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// One script per format, oldest first; a released one never changes.
    pub(super) schema: &'static [&'static str],
    pragmas: &'static str,
    when_damaged: &'static str,
}

/// Bodies make transactions of some 150 KiB; a checkpoint every 16 MiB instead of 4 saves writing the same pages again.
pub(super) const CASES: Kind = Kind {
    name: "cases.db",
    schema: &[
        include_str!("../../assets/schema/cases_0001.sql"),
        include_str!("../../assets/schema/cases_0002.sql"),
        include_str!("../../assets/schema/cases_0003.sql"),
    ],
    pragmas: "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;",
    when_damaged: "run `caseload purge` or move it away, and start again: the cases are read again from the vendors",
};

pub(super) const OUTBOX: Kind = Kind {
    name: "outbox.db",
    schema: &[
        include_str!("../../assets/schema/outbox_0001.sql"),
        include_str!("../../assets/schema/outbox_0002.sql"),
        include_str!("../../assets/schema/outbox_0003.sql"),
        include_str!("../../assets/schema/outbox_0004.sql"),
        include_str!("../../assets/schema/outbox_0005.sql"),
        include_str!("../../assets/schema/outbox_0006.sql"),
    ],
    pragmas: "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;",
    when_damaged: "move it away, keep it (it may hold edits that were not sent), and start again",
};

/// An open file that knows how to speak of its failures.
pub(super) struct File {
    pub(super) connection: Connection,
    path: PathBuf,
    access: Access,
    when_damaged: &'static str,
}

impl File {
    pub(super) fn fault(&self, error: &rusqlite::Error) -> Fault {
        explain(&self.path, self.when_damaged, error)
    }

    /// A fault in what a sound file holds: a value of a kind that was never written.
    pub(super) fn damaged(&self, what: &str) -> Fault {
        damaged(&self.path, self.when_damaged, what)
    }

    pub(super) fn may_write(&self) -> bool {
        self.access == Access::ReadWrite
    }

    /// The statement, prepared once.
    pub(super) fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, Fault> {
        self.connection.prepare_cached(sql).map_err(|error| self.fault(&error))
    }

    /// A transaction that holds the write lock from its start, so that what it reads stays true until it commits.
    pub(super) fn begin(&self) -> Result<Transaction<'_>, Fault> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).map_err(|error| self.fault(&error))
    }

    /// A transaction that only reads: all its reads see one moment.
    pub(super) fn moment(&self) -> Result<Transaction<'_>, Fault> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred).map_err(|error| self.fault(&error))
    }

    /// Runs one statement; how many rows it touched.
    pub(super) fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize, Fault> {
        self.prepare(sql)?.execute(params).map_err(|error| self.fault(&error))
    }
}

/// Creates the directory when it may; an existing one keeps its mode.
pub(super) fn directory(path: &Path, access: Access) -> Result<(), Fault> {
    if path.is_dir() || access == Access::ReadOnly {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| unusable(path, &error))?;
    sync(path.parent());
    Ok(())
}

/// Opens one file, creating and migrating it where that is due and allowed.
pub(super) fn open(directory: &Path, kind: &Kind, access: Access) -> Result<File, Fault> {
    let path = directory.join(kind.name);
    match access {
        Access::ReadOnly => read_only(directory, path, kind),
        Access::ReadWrite => read_write(directory, path, kind),
    }
}

fn read_only(directory: &Path, path: PathBuf, kind: &Kind) -> Result<File, Fault> {
    // A file of zero bytes is one that another process is about to create.
    if fs::metadata(&path).is_ok_and(|file| file.len() > 0) {
        let file = connect(path.clone(), kind, Access::ReadOnly)?;
        match format(&file, kind)? {
            Format::Current => return Ok(file),
            // Another process is creating it right now.
            Format::Blank => {}
            // Nothing of it is lost by that, and whoever only lists has no other time for it.
            Format::Older => {
                drop(file);
                read_write(directory, path.clone(), kind)?;
                return connect(path, kind, Access::ReadOnly);
            }
        }
    }
    let connection = Connection::open_in_memory().map_err(|error| explain(&path, kind.when_damaged, &error))?;
    let file = File { connection, path, access: Access::ReadOnly, when_damaged: kind.when_damaged };
    migrate(&file, kind)?;
    file.connection.pragma_update(None, "query_only", true).map_err(|error| file.fault(&error))?;
    Ok(file)
}

fn read_write(directory: &Path, path: PathBuf, kind: &Kind) -> Result<File, Fault> {
    if !path.exists() {
        create(&path).map_err(|error| unusable(&path, &error))?;
        sync(Some(directory));
    }
    // Nobody reads an empty file before it is made: a reader would keep it from being switched to WAL.
    let is_empty = fs::metadata(&path).is_ok_and(|file| file.len() == 0);
    let mut making = if is_empty { Some(lock(&directory.join(LOCK))?) } else { None };
    let file = connect(path, kind, Access::ReadWrite)?;
    if format(&file, kind)? != Format::Current {
        if making.is_none() {
            making = Some(lock(&directory.join(LOCK))?);
        }
        // Another process may have done it while this one waited.
        if format(&file, kind)? != Format::Current {
            migrate(&file, kind)?;
        }
    }
    drop(making);
    file.connection.execute_batch(kind.pragmas).map_err(|error| file.fault(&error))?;
    Ok(file)
}

fn connect(path: PathBuf, kind: &Kind, access: Access) -> Result<File, Fault> {
    let flags = match access {
        Access::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let connection = Connection::open_with_flags(&path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| explain(&path, kind.when_damaged, &error))?;
    let file = File { connection, path, access, when_damaged: kind.when_damaged };
    // SQLite takes less than a page for an empty file and would write over what is left of a cut one.
    if fs::metadata(&file.path).is_ok_and(|found| (1..SMALLEST_BYTES).contains(&found.len())) {
        return Err(file.damaged("it is cut short"));
    }
    file.connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| file.fault(&error))?;
    file.connection.set_prepared_statement_cache_capacity(STATEMENTS);
    file.connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;").map_err(|error| file.fault(&error))?;
    Ok(file)
}

/// How a file stands to what this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Current,
    Older,
    /// Nothing was made in it yet.
    Blank,
}

/// Version and schema are read in one transaction: another process may be creating the file between two reads.
fn format(file: &File, kind: &Kind) -> Result<Format, Fault> {
    let moment = file.moment()?;
    let ask = |sql: &str| moment.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|error| file.fault(&error));
    let is_blank = ask("SELECT count(*) FROM sqlite_schema")? == 0;
    let version = ask("PRAGMA user_version")?;
    if version == 0 {
        return if is_blank { Ok(Format::Blank) } else { Err(file.damaged("it is not a file of caseload")) };
    }
    let known = kind.schema.len();
    match usize::try_from(version) {
        Ok(version) if version == known => Ok(Format::Current),
        Ok(version) if version < known => Ok(Format::Older),
        Ok(_) => Err(Fault::new(
            FaultKind::FromNewer,
            format!(
                "{} was written by a newer caseload (format {version}, this one knows {known}): run that one, or choose another --data-dir",
                file.path.display()
            ),
        )),
        Err(_) => Err(file.damaged(&format!("it says that its format is {version}"))),
    }
}

/// The caller holds the lock. Switching to WAL comes first: it stays with the file.
fn migrate(file: &File, kind: &Kind) -> Result<(), Fault> {
    file.connection.pragma_update(None, "journal_mode", "WAL").map_err(|error| file.fault(&error))?;
    bring_up(file, kind.schema).map_err(|error| file.fault(&error))
}

/// Runs the scripts that the file has not seen, in one transaction: it is brought up whole, or left as it was. `user_version`
/// counts the scripts that a file has seen.
fn bring_up(file: &File, schema: &[&str]) -> rusqlite::Result<()> {
    let step = Transaction::new_unchecked(&file.connection, TransactionBehavior::Immediate)?;
    let seen: u32 = step.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for (format, script) in (1_u32..).zip(schema).skip(seen as usize) {
        step.execute_batch(script)?;
        step.pragma_update(None, "user_version", format)?;
    }
    step.commit()
}

/// An empty file that only its owner may read; `SQLite` gives the same mode to the files beside it.
fn create(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes the entry of a new file survive a power cut. Not every file system can; then nothing is lost but this care.
pub(super) fn sync(directory: Option<&Path>) {
    if let Some(Ok(directory)) = directory.map(fs::File::open) {
        drop(directory.sync_all());
    }
}

/// The lock goes with the handle, also when the process is killed.
pub(super) fn lock(path: &Path) -> Result<fs::File, Fault> {
    create(path).map_err(|error| unusable(path, &error))?;
    let file = fs::OpenOptions::new().write(true).open(path).map_err(|error| unusable(path, &error))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::WouldBlock) if start.elapsed() < BUSY_TIMEOUT => std::thread::sleep(LOCK_PAUSE),
            Err(fs::TryLockError::WouldBlock) => {
                return Err(Fault::new(
                    FaultKind::Busy,
                    format!("another caseload has held {} for too long: end it and start again", path.display()),
                ));
            }
            Err(fs::TryLockError::Error(error)) if has_no_locks(&error) => return Err(without_locks(path)),
            Err(fs::TryLockError::Error(error)) => return Err(unusable(path, &error)),
        }
    }
}

/// Whether a refused lock means that the file system knows none.
fn has_no_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    let by_number = error.raw_os_error().is_some_and(|number| {
        use rustix::io::Errno;
        [Errno::NOLCK, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOSYS].iter().any(|errno| errno.raw_os_error() == number)
    });
    #[cfg(not(unix))]
    let by_number = false;
    by_number || error.kind() == io::ErrorKind::Unsupported
}

/// `SQLite` says "busy" for a lock that it could not get, whether somebody holds it or the file system knows none. A new
/// file that nobody else can hold tells which.
fn knows_locks(beside: &Path) -> bool {
    let path = beside.with_file_name(format!("{TRIAL}-{}", std::process::id()));
    let tried = Connection::open(&path).and_then(|trial| {
        trial.busy_timeout(Duration::ZERO)?;
        trial.execute_batch("BEGIN EXCLUSIVE")
    });
    // What could not be made cannot be removed; what was made can.
    drop(fs::remove_file(&path));
    !matches!(tried.map_err(|error| error.sqlite_error_code()), Err(Some(ErrorCode::DatabaseBusy | ErrorCode::SystemIoFailure)))
}

fn without_locks(path: &Path) -> Fault {
    let directory = path.parent().unwrap_or(path).display();
    Fault::new(
        FaultKind::Disk,
        format!(
            "the file system of {directory} has no file locks, and without them two programs could ruin a file: choose a --data-dir on a local disk, or mount it with locks"
        ),
    )
}

pub(super) fn unusable(path: &Path, error: &io::Error) -> Fault {
    let kind = if error.kind() == io::ErrorKind::StorageFull { FaultKind::DiskFull } else { FaultKind::Disk };
    Fault::new(kind, format!("cannot use {}: {error}; correct its rights or choose another --data-dir", path.display()))
}

fn damaged(path: &Path, when_damaged: &str, what: &str) -> Fault {
    Fault::new(FaultKind::Damaged, format!("{} is damaged ({what}): {when_damaged}", path.display()))
}

fn extended(error: &rusqlite::Error) -> i32 {
    error.sqlite_error().map_or(0, |error| error.extended_code)
}

/// What a refusal of `SQLite` means, and what to do.
fn explain(path: &Path, when_damaged: &str, error: &rusqlite::Error) -> Fault {
    let at = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::FileLockingProtocolFailed) if !knows_locks(path) => without_locks(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Fault::new(FaultKind::Busy, format!("another process holds {at}: wait a moment, or end that process"))
        }
        Some(ErrorCode::DiskFull) => Fault::new(FaultKind::DiskFull, format!("the disk of {at} is full: free some space")),
        Some(ErrorCode::NotADatabase) => damaged(path, when_damaged, "it is not an SQLite file"),
        Some(ErrorCode::DatabaseCorrupt) => damaged(path, when_damaged, "SQLite cannot read it"),
        Some(ErrorCode::ReadOnly) => {
            Fault::new(FaultKind::Disk, format!("{at} cannot be written: correct its rights or choose another --data-dir"))
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Fault::new(FaultKind::Disk, format!("{at} cannot be opened: correct its rights or choose another --data-dir"))
        }
        Some(ErrorCode::SystemIoFailure) if extended(error) == SHORT_READ => damaged(path, when_damaged, "it is cut short"),
        Some(ErrorCode::SystemIoFailure) if LOCK_FAILED.contains(&extended(error)) => without_locks(path),
        Some(ErrorCode::SystemIoFailure) => {
            Fault::new(FaultKind::Disk, format!("reading or writing {at} failed ({error}): check the disk, or choose another --data-dir"))
        }
        Some(_) => Fault::new(FaultKind::Disk, format!("{at}: {error}; if it stays, {when_damaged}")),
        // Not SQLite's own: a column held a value of a kind that was never written.
        None => damaged(path, when_damaged, &error.to_string()),
    }
}
