//! Whether anything may be written.

/// Whether this run may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    ReadWrite,
    /// Nothing is created; files that are not there read as empty.
    ReadOnly,
}
