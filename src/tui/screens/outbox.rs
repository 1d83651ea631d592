//! What is not sent: every entry, and what can be done about it.

pub mod acts;
mod screen;
pub mod view;

use compact_str::CompactString;

use crate::tui::model::outbox::Queued;
/// The screen of what is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxPane {
    /// The entry under the cursor; by its name, because entries leave by themselves.
    chosen: Option<CompactString>,
    /// Where it was: what stands there now is meant once it is gone.
    was_at: usize,
}

impl OutboxPane {
    /// Where the cursor is.
    pub fn at(&self, outbox: &[Queued]) -> usize {
        let named = self.chosen.as_ref().and_then(|id| outbox.iter().position(|queued| queued.entry.id == *id));
        named.unwrap_or(self.was_at).min(outbox.len().saturating_sub(1))
    }
}
