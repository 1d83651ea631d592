//! What a vendor answers, before it is read.

use compact_str::CompactString;
use jiff::Timestamp;

use crate::domain::raw_body::RawBody;

/// One case as the vendor answered it; [`Provider::decode`](super::Provider::decode) reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub raw: RawBody,
}

/// What a vendor answered to a write: proof of what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// The case after it, when the answer holds it.
    pub case: Option<RawBody>,
    /// The comment that it made.
    pub made: Option<Made>,
}

/// A comment, as the answer to it names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub id: CompactString,
    /// When, by the vendor's clock.
    pub at: Option<Timestamp>,
}
