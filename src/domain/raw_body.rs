//! A case as its vendor wrote it.

use std::fmt;
use std::sync::Arc;

/// A case's JSON as the vendor sent it. Hostile text: cleaned where it is shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RawBody(pub Arc<str>);

impl fmt::Debug for RawBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawBody({} bytes)", self.0.len())
    }
}
