//! What a poller is asked for.

use std::time::Instant;

use crate::protocol::Ticket;

/// A refresh that a person asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub ticket: Ticket,
    pub full: bool,
    pub asked_at: Instant,
}
