//! `caseload demo`: the embedded vendors as sources, and the data directory they are read into.
//!
//! The demo's world begins anew with every start, so its directory does too: yesterday's rows would be strangers in
//! today's world. A directory that the person names is theirs and is never emptied.

use std::fs::{
    File, TryLockError, {self},
};
use std::io;
use std::path::{Path, PathBuf};

use crate::demo::{
    Demo, Options, {self},
};
use crate::domain::case::{SourceId, Vendor};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;
use crate::providers::{Api, Auth, Provider, Settings};
use crate::sync::SourceSetup;

/// Demos that may run at the same time for one person, each with a directory of its own.
const MAX_DEMOS: usize = 9;
const LOCK: &str = "demo.lock";
/// The embedded vendors answer at once or not at all.
const TIMEOUT_MS: u64 = 30_000;

/// Embedded vendors that run, and where their cases are kept.
pub(super) struct House {
    demo: Demo,
    data: PathBuf,
    /// Held while the demo runs, so that another one takes another directory.
    _lock: Option<File>,
}

/// Starts the vendors and prepares the directory: `data` when the person named one, else a fresh one below `default_data`.
pub(super) fn open(options: &Options, data: Option<PathBuf>, default_data: &Path) -> Result<House, Fault> {
    let demo =
        demo::start(options).map_err(|error| Fault::new(FaultKind::Config, format!("the embedded vendors cannot start: {error}")))?;
    let (data, lock) = match data {
        Some(data) => (data, None),
        None => fresh(default_data).map(|(data, lock)| (data, Some(lock)))?,
    };
    Ok(House { demo, data, _lock: lock })
}

impl House {
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// The vendors as sources, named after themselves; `only` these when it is not empty.
    pub(super) fn sources(&self, only: &[String]) -> Result<Vec<SourceSetup>, Fault> {
        let endpoints = self.demo.endpoints();
        let is_wanted = |name: &str| only.is_empty() || only.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
        let unknown = only.iter().find(|wanted| !Vendor::ALL.iter().any(|vendor| vendor.name().eq_ignore_ascii_case(wanted)));
        if let Some(unknown) = unknown {
            let words = format!("there is no source `{unknown}`; the demo's are datadog, tines, serverops");
            return Err(Fault::new(FaultKind::Config, words));
        }
        let wanted = endpoints.iter().filter(|endpoint| is_wanted(vendor(endpoint).name()));
        Ok(wanted.enumerate().map(|(place, endpoint)| source(place, endpoint)).collect())
    }
}

fn vendor(endpoint: &demo::Endpoint) -> Vendor {
    match endpoint.vendor {
        demo::Vendor::Datadog => Vendor::Datadog,
        demo::Vendor::Tines => Vendor::Tines,
        demo::Vendor::ServerOps => Vendor::ServerOps,
    }
}

fn source(place: usize, endpoint: &demo::Endpoint) -> SourceSetup {
    let vendor = vendor(endpoint);
    let secret = |name: &str| {
        let value = endpoint.secrets.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        Secret::from(value.unwrap_or_default())
    };
    let auth = match vendor {
        Vendor::Datadog => Auth::Keys { api: secret("DEMO_DD_API_KEY"), app: secret("DEMO_DD_APP_KEY") },
        Vendor::Tines => Auth::Bearer(secret("DEMO_TINES_TOKEN")),
        Vendor::ServerOps => Auth::Bearer(secret("DEMO_SO_TOKEN")),
    };
    let settings = Settings {
        vendor,
        source: SourceId(u8::try_from(place).unwrap_or(u8::MAX)),
        base_url: endpoint.base_url.clone(),
        web_url: None,
        auth,
        api: Api::V2,
        filter: None,
        team_id: None,
        me: Some(endpoint.me.clone()),
        timeout_ms: TIMEOUT_MS,
    };
    SourceSetup::new(vendor.name(), vendor, Provider::new(settings))
}

/// An empty directory that no other demo uses: `demo`, else `demo-2` and so on.
fn fresh(default_data: &Path) -> Result<(PathBuf, File), Fault> {
    for n in 1..=MAX_DEMOS {
        let directory = default_data.join(if n == 1 { "demo".to_owned() } else { format!("demo-{n}") });
        let fail =
            |error: io::Error| Fault::new(FaultKind::Disk, format!("the demo cannot keep its cases in {}: {error}", directory.display()));
        create_private(&directory).map_err(fail)?;
        let lock = File::create(directory.join(LOCK)).map_err(fail)?;
        match lock.try_lock() {
            Ok(()) => {
                empty(&directory).map_err(fail)?;
                return Ok((directory, lock));
            }
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(fail(error)),
        }
    }
    Err(Fault::new(FaultKind::Busy, format!("{MAX_DEMOS} demos are running already; end one, or give this one a --data-dir")))
}

fn create_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Removes the databases of the demo before; only plain files that caseload makes, never what somebody else put there.
fn empty(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| ["cases.db", "outbox.db", "outbox.lock"].iter().any(|ours| name.starts_with(ours)));
        if is_ours && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_finds_an_empty_directory_and_a_second_demo_its_own() {
        let place = tempfile::tempdir().unwrap();
        let (first, held) = fresh(place.path()).unwrap();
        fs::write(first.join("cases.db"), "rows").unwrap();
        fs::write(first.join("cases.db-wal"), "rows").unwrap();
        fs::write(first.join("notes.txt"), "somebody's").unwrap();
        let (second, _also_held) = fresh(place.path()).unwrap();
        assert_ne!(first, second, "two demos at the same time");
        assert!(first.join("cases.db").exists(), "the running demo keeps its files");
        drop(held);
        let (again, _held) = fresh(place.path()).unwrap();
        assert_eq!(again, first);
        let mut left: Vec<_> = fs::read_dir(&again).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        assert_eq!(left, [LOCK, "notes.txt"]);
    }
}
