//! One lock for all of the world.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A lock that goes on after a panic elsewhere: the data is plain and always whole between two statements.
pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
