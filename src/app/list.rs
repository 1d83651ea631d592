//! The queue: which rows are shown in which order, and the case under the cursor.

use crate::domain::case::Rid;

#[derive(Clone, Debug, Default)]
pub struct List {
    /// The rows on display, frozen until the person asks for a new order.
    order: Vec<Rid>,
    cursor: Option<Rid>,
}

impl List {
    /// The case under the cursor.
    pub fn cursor(&self) -> Option<Rid> {
        self.cursor
    }

    pub fn order(&self) -> &[Rid] {
        &self.order
    }
}
