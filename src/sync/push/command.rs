//! What the outbox is asked for.

use compact_str::CompactString;

use crate::domain::batch::Batch;
use crate::domain::edit::Edit;
use crate::domain::triage::Triage;
use crate::protocol::{PlannedEdit, Settle, SettleBatch, Ticket};

/// What the pusher is asked to do.
pub(in crate::sync) enum OutboxCommand {
    /// Look into the outbox: something may have to leave.
    Drain,
    Submit {
        ticket: Ticket,
        edit: Edit,
        delay_ms: u64,
        undoes: Option<CompactString>,
    },
    SubmitBulk {
        ticket: Ticket,
        batch: Batch,
        edits: Vec<PlannedEdit>,
        delay_ms: u64,
    },
    SettleBatch {
        ticket: Ticket,
        batch: CompactString,
        how: SettleBatch,
    },
    Decide {
        ticket: Ticket,
        edit: Edit,
        delay_ms: u64,
        run: Box<Triage>,
    },
    HoldAll {
        ticket: Ticket,
        holds: bool,
    },
    Settle {
        ticket: Ticket,
        entry: String,
        how: Settle,
    },
}
