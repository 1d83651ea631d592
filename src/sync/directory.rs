//! What a source knows besides its cases: recalled from disk at start, read again now and then.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::source_handle::SourceHandle;
use crate::domain::directory::Directory;
use crate::domain::wall::is_within;
use crate::protocol::Report;
use crate::sync::shared::Shared;

/// People, statuses and projects change in days; an hour keeps a new colleague from being a bare id for long.
const AGE_S: u64 = 3_600;
/// A directory that could not be read is asked for again after this.
const AGAIN: Duration = Duration::from_mins(5);

/// Takes it from disk and tells it. Who `me` is by the configuration is known without any reading.
pub(super) async fn recall(shared: &Shared, handle: &SourceHandle) {
    let stored = shared.disk.directory(handle.id).await.ok().flatten();
    let read = stored.and_then(|json| match serde_json::from_str::<Directory>(&json) {
        Ok(directory) => Some(directory),
        // Written by another version: it is read again from the vendor, nothing is lost.
        Err(error) => {
            tracing::debug!(source = handle.name, %error, "the stored directory is unreadable");
            None
        }
    });
    let is_stored = read.is_some();
    let mut directory = read.unwrap_or_default();
    if let Ok(provider) = handle.reader() {
        directory.me = provider.who_i_am(&directory, None);
    }
    if is_stored || directory.me.is_some() {
        tell(shared, handle, directory).await;
    }
}

/// Reads it when there is none or an old one: a case that is read with that would show ids for names.
pub(super) async fn have(shared: &Shared, handle: &SourceHandle) {
    let now = shared.wall.now();
    if !handle.directory().read_at.is_some_and(|at| is_within(at, AGE_S, now)) {
        refresh(shared, handle).await;
    }
}

/// Asks anew though it was asked a moment ago: a person wants everything read again, or the source answers again after an
/// outage in which it could tell nothing.
pub(super) async fn anew(shared: &Shared, handle: &SourceHandle) {
    handle.directory_asked_at.set(None);
    refresh(shared, handle).await;
}

/// Reads it again when it is due. A directory that cannot be read is no fault of the list: ids stay ids.
pub(super) async fn refresh(shared: &Shared, handle: &SourceHandle) {
    let Ok(provider) = handle.network() else { return };
    // Whoever comes while it is being read waits for that reading.
    let _turn = handle.directory_turn.lock().await;
    let now = shared.wall.now();
    let is_first = handle.directory_asked_at.get().is_none();
    let fresh = handle.directory().read_at.is_some_and(|at| is_within(at, AGE_S, now));
    let asked = handle.directory_asked_at.get().is_some_and(|at| at.elapsed() < AGAIN);
    if !is_first && (fresh || asked) {
        return;
    }
    handle.directory_asked_at.set(Some(Instant::now()));
    match provider.directory().await {
        Ok(mut directory) => {
            directory.read_at = Some(now);
            directory.me = provider.who_i_am(&directory, handle.directory().me.as_ref());
            match serde_json::to_string(&directory) {
                Ok(json) => {
                    if let Err(fault) = shared.disk.save_directory(handle.id, json).await {
                        tracing::warn!(source = handle.name, %fault, "the directory cannot be stored");
                    }
                }
                Err(error) => tracing::warn!(source = handle.name, %error, "the directory cannot be written as JSON"),
            }
            tell(shared, handle, directory).await;
        }
        Err(fault) => tracing::debug!(source = handle.name, %fault, "the directory cannot be read"),
    }
}

async fn tell(shared: &Shared, handle: &SourceHandle, directory: Directory) {
    let directory = Arc::new(directory);
    handle.learn(Arc::clone(&directory));
    shared.report(Report::Directory(handle.id, directory)).await;
}
