//! Open orders: the one truth for spinners, for idle, and for ignoring answers to questions that were given up.

use std::collections::BTreeMap;

use compact_str::CompactString;

use crate::domain::case::{CaseId, Rid, SourceId};
use crate::protocol::{Paged, Ticket};

/// What a ticket was opened for, as far as the screen needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    Refresh {
        source: Option<SourceId>,
        full: bool,
    },
    /// The terminal is given away to what fetches secrets; then these sources are read.
    Secrets {
        source: Option<SourceId>,
        full: bool,
    },
    Open(Rid),
    Prefetch,
    More {
        rid: Rid,
        what: Paged,
        page: u32,
    },
    Plan,
    /// The case whose edit is being saved.
    Submit(Rid),
    Settle {
        entry: String,
    },
    /// The case whose draft is being kept or forgotten.
    Draft(CaseId),
    HoldAll,
    /// A dry run, then its committing.
    PlanBulk,
    SubmitBulk,
    /// What is decided about a whole bulk change, by its id.
    SettleBatch(CompactString),
    /// A decision of a triage run, and where the run stands.
    Decide,
    KeepTriage,
    /// Pins and snoozes being written.
    SetAside,
    /// What the person knows of cases being written.
    KeepBaselines,
    Allow,
    FindPeople,
    /// What matches the filter, ahead of the complete pass.
    Fetch,
    /// What is on disk of cases that a condition of the filter is about.
    Recall,
    /// Cases of one source that a condition of the filter is about, read whole.
    Examine(SourceId),
    Attention,
    Cancel,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    last: u64,
    open: BTreeMap<Ticket, Ask>,
}

impl Pending {
    pub fn open(&mut self, ask: Ask) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        self.open.insert(ticket, ask);
        ticket
    }

    /// None: the ticket is not known or closed already.
    pub fn close(&mut self, ticket: Ticket) -> Option<Ask> {
        self.open.remove(&ticket)
    }

    pub fn get(&self, ticket: Ticket) -> Option<&Ask> {
        self.open.get(&ticket)
    }

    pub fn ticket_of(&self, wanted: &Ask) -> Option<Ticket> {
        self.open.iter().find(|(_, ask)| *ask == wanted).map(|(ticket, _)| *ticket)
    }

    pub fn any(&self, is: impl FnMut(&Ask) -> bool) -> bool {
        self.open.values().any(is)
    }

    /// Nothing is asked that a person waits for.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Ticket, &Ask)> {
        self.open.iter().map(|(ticket, ask)| (*ticket, ask))
    }
}
