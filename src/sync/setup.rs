//! What the worker begins with.

use std::path::PathBuf;

use crate::config::Poll;
use crate::domain::wall::Wall;
use crate::sync::sources::SourceSetup;

/// What a worker is started with.
pub struct Setup {
    /// In the order of the configuration: the place is the [`crate::domain::case::SourceId`] of this run.
    pub sources: Vec<SourceSetup>,
    /// The data directory; made when it is missing.
    pub data: PathBuf,
    /// No request leaves this machine.
    pub offline: bool,
    pub poll: Poll,
    /// What time it is.
    pub wall: Wall,
}
