//! The log of `CASELOAD_LOG`: a file of bounded size, never the terminal that the screen is on.

use std::env;
use std::fs::{
    File, OpenOptions, {self},
};
use std::io::{
    Write, {self},
};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::domain::fault::{Fault, FaultKind};

/// Half of what the log may take on disk: when it is full it becomes `.1` and a new one starts.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;
const VARIABLE: &str = "CASELOAD_LOG";

/// Starts logging to `path` when `CASELOAD_LOG` asks for it. `debug` means our own lines at that level; a full filter
/// (`caseload=debug,hyper=info`) is taken as it is.
pub(super) fn start(path: &Path) -> Result<(), Fault> {
    let Some(wanted) = env::var(VARIABLE).ok().filter(|wanted| !wanted.trim().is_empty()) else {
        return Ok(());
    };
    let filter = filter(wanted.trim())?;
    let file = Rolling::open(path.to_owned(), MAX_FILE_BYTES).map_err(|error| {
        Fault::new(FaultKind::Disk, format!("cannot write the log {}: {error}; unset {VARIABLE} to go without", path.display()))
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .try_init()
        .map_err(|error| Fault::new(FaultKind::Config, format!("cannot start the log: {error}")))
}

fn filter(wanted: &str) -> Result<EnvFilter, Fault> {
    // A bare level is meant for caseload: at `debug` the libraries below would drown it and print what they send.
    let directives = match wanted.parse::<LevelFilter>() {
        Ok(level) => format!("caseload={level}"),
        Err(_) => wanted.to_owned(),
    };
    EnvFilter::try_new(directives).map_err(|error| {
        Fault::new(
            FaultKind::Config,
            format!("{VARIABLE}={wanted} is not a level or a filter ({error}); write error, warn, info, debug or trace"),
        )
    })
}

/// A file that moves itself to `.1` when it is full.
struct Rolling {
    path: PathBuf,
    file: File,
    written_bytes: u64,
    max_bytes: u64,
}

impl Rolling {
    fn open(path: PathBuf, max_bytes: u64) -> io::Result<Self> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        let file = append(&path)?;
        let written_bytes = file.metadata()?.len();
        Ok(Self { path, file, written_bytes, max_bytes })
    }

    fn roll(&mut self) -> io::Result<()> {
        let mut older = self.path.clone().into_os_string();
        older.push(".1");
        fs::rename(&self.path, older)?;
        self.file = append(&self.path)?;
        self.written_bytes = 0;
        Ok(())
    }
}

impl Write for Rolling {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.written_bytes > 0 && self.written_bytes + line.len() as u64 > self.max_bytes {
            self.roll()?;
        }
        let written = self.file.write(line)?;
        self.written_bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_never_takes_more_than_twice_its_bound() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("state").join("caseload.log");
        let mut log = Rolling::open(path.clone(), 100).unwrap();
        for n in 0..50 {
            writeln!(log, "line {n:04}").unwrap();
        }
        let older = fs::read_to_string(directory.path().join("state").join("caseload.log.1")).unwrap();
        let newer = fs::read_to_string(&path).unwrap();
        assert!(older.len() <= 100 && newer.len() <= 100);
        assert!(newer.ends_with("line 0049\n") && older.lines().count() == 10);
    }

    #[test]
    fn a_level_is_for_our_own_lines_and_nonsense_is_refused() {
        assert_eq!(filter("debug").unwrap().to_string(), "caseload=debug");
        assert_eq!(filter("caseload=trace,hyper=info").unwrap().to_string(), "caseload=trace,hyper=info");
        assert!(filter("caseload=loudly").unwrap_err().message.as_str().contains("error, warn, info, debug or trace"));
    }
}
