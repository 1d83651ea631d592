//! A worker that runs, and what it runs over.

use std::fmt;
use std::path::PathBuf;

use super::demo_house::House;
use crate::sync::Link;

/// A worker that runs.
pub struct Opened {
    pub(super) link: Link,
    pub(super) data: PathBuf,
    /// Dropping it stops the embedded vendors.
    pub(super) house: Option<House>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("demo", &self.house.is_some()).finish_non_exhaustive()
    }
}
