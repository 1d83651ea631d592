//! Marked cases: by identity, whatever the list shows. What is done with marks present is done to all of them.

pub mod acts;

use std::collections::BTreeSet;

use crate::domain::case::Rid;

#[derive(Clone, Debug, Default)]
pub struct Marks {
    set: BTreeSet<Rid>,
    /// The case where a range began that still grows with the cursor.
    range_from: Option<Rid>,
}
