//! Which workbench holds a draft, and whether it still runs: each has a file of its own that it keeps locked.
//!
//! The lock goes with the process, however that ends; a number of a process could be another one's by then. Files are made and
//! removed under the write lock of the outbox's file, so that nobody takes one that is being made for one that was left.

use std::fs::{
    File, {self},
};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::open;
use crate::domain::fault::Fault;

const BEGIN: &str = "drafts-";
const END: &str = ".lock";

/// This run.
pub(super) struct Holder {
    pub(super) name: String,
    path: PathBuf,
    _lock: File,
}

impl Holder {
    pub(super) fn new(directory: &Path) -> Result<Self, Fault> {
        let name = uuid::Uuid::now_v7().to_string();
        let path = path(directory, &name);
        let lock = open::lock(&path)?;
        Ok(Self { name, path, _lock: lock })
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // One that stays is removed by the next run.
        drop(fs::remove_file(&self.path));
    }
}

fn path(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{BEGIN}{name}{END}"))
}

/// Whether a holder still runs. What cannot be told counts as running: nothing is taken from it.
pub(super) fn runs(directory: &Path, name: &str) -> bool {
    !name.is_empty() && is_locked(&path(directory, name))
}

/// Several may look at the same time: a lock that is shared keeps none of them from seeing the truth.
fn is_locked(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => file.try_lock_shared().is_err(),
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

/// Removes what runs have left that did not come to their end.
pub(super) fn sweep(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(BEGIN) && name.ends_with(END));
        if is_ours && !is_locked(&entry.path()) {
            drop(fs::remove_file(entry.path()));
        }
    }
}
