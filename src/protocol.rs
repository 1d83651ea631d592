//! What the screen and the worker say to each other. Plain data, no closures, no handles.
//!
//! The screen sends `(Ticket, Order)`; the worker answers with any number of reports and closes every ticket with
//! exactly one [`Report::Done`].

mod coverage;
mod known;
mod state;

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
pub use coverage::{Coverage, Gap, hidden_words};
use jiff::Timestamp;
pub use known::{Counted, Doubt, Known, Sign, SourceFacts, known};
pub use state::{Phase, Quota, SourceState};

use crate::domain::activity::Activity;
use crate::domain::aside::{Aside, Then};
use crate::domain::aspect::{Aspect, Value};
use crate::domain::baseline::Baseline;
use crate::domain::batch::Batch;
use crate::domain::bulk::{self};
use crate::domain::capability::Reason;
use crate::domain::case::{Case, CaseId, Rid, Row, SourceId, Vendor};
use crate::domain::caution::Caution;
use crate::domain::directory::Directory;
use crate::domain::draft::{Beside, Draft};
use crate::domain::edit::{Edit, OutboxEntry, Plan};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::fault::Fault;
use crate::domain::moved::Moved;
use crate::domain::person::Person;
use crate::domain::record::{RecordTable, Slice};
use crate::domain::source_policy::SourcePolicy;
use crate::domain::triage::Triage;
use crate::index::Deep;
use crate::query::{Node, Query};

/// Names one order; the screen hands them out in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What the screen (or the command line) asks of the worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Look for what changed now. `full`: read every page; else what polling would read.
    /// Done when every source named has finished, well or not.
    Refresh { source: Option<SourceId>, full: bool },
    /// Everything of one case: what is on disk at once, then from the vendor. Done after the vendor's answer.
    Open { rid: Rid },
    /// Ask the vendor for a case by its key or id and open it, whether or not it was ever listed; answers with
    /// [`Report::Found`] first.
    Find { source: SourceId, reference: String },
    /// Bring the case's neighbours from disk, and from the vendor when they were never read, at low priority.
    Prefetch { rids: Vec<Rid> },
    /// The next page of the timeline or of the records of a case that was opened.
    More { rid: Rid, what: Paged, page: u32 },
    /// What an edit would send; answers with [`Report::Planned`].
    Plan { edit: Edit },
    /// Commit an edit to the outbox; done once it is synced to disk. Sending follows by itself, after `delay_ms` in which
    /// it can be taken back. `undoes`: the entry whose change it takes back.
    Submit { edit: Edit, delay_ms: u64, undoes: Option<CompactString> },
    /// The calls of an entry whose overlaps are decided so; answers as [`Order::Plan`], with no calls where nothing is left to
    /// send.
    PlanDecided { entry: String, values: Vec<(Aspect, Value)> },
    /// The dry run of a bulk change: what each case would be sent. Answers with [`Report::BulkPlanned`], in parts and in
    /// the order of the targets. Nothing leaves but readings of cases that were never read whole.
    PlanBulk { wanted: bulk::Wanted, targets: Vec<bulk::Target> },
    /// Commit the edits of a bulk change, all or none; done once they are synced to disk. Sending follows by itself.
    SubmitBulk { batch: Batch, edits: Vec<PlannedEdit>, delay_ms: u64 },
    /// What a person decides about a bulk change as a whole.
    SettleBatch { batch: CompactString, how: SettleBatch },
    /// A decision of a triage run: the run as it is then, and the edit, are committed together. Answers as [`Order::Submit`].
    Decide { edit: Edit, delay_ms: u64, run: Box<Triage> },
    /// Keep the triage run, with what other workbenches have decided in it; one that has nothing left is over.
    KeepTriage(Box<Triage>),
    /// Forget a triage run that is not gone on with.
    DropTriage(Box<Triage>),
    /// What a person decides about an entry.
    Settle { entry: String, how: Settle },
    /// Hold every entry that is not on its way, or release them all.
    HoldAll(bool),
    /// Keep what is typed: done once it is synced to disk. It replaces the case's earlier draft.
    KeepDraft(Draft),
    /// The draft was sent or discarded.
    DropDraft(CaseId),
    /// Remember what was pinned, snoozed and woken: done once it is synced to disk. What another process has chosen since
    /// stands, and is told with [`Report::Asides`] first.
    SetAside(Vec<Moved>),
    /// Remember what the person knows of these cases: done once it is synced to disk.
    KeepBaselines(Vec<Baseline>),
    /// People whose name or mail has this text, asked of the vendor where it can be; answers with [`Report::People`].
    FindPeople { source: SourceId, text: String },
    /// Ask the vendors for what matches, where they can be asked so that nothing that matches is hidden: told source by
    /// source with [`Report::Asked`], the rows as ever. Done when all have answered.
    /// `sources`: empty means all.
    Fetch { query: Arc<Query>, sources: Vec<SourceId> },
    /// Read these cases whole, the first first, as far as the quotas allow: what deep conditions are about. Cases come as
    /// with [`Order::Open`]. Done when all are read; a source whose quota is to be spared ends its own part, and the order with
    /// `Busy` and the time until it refills.
    Examine { rids: Vec<Rid> },
    /// Tell what conditions may ask of these cases as far as it is on disk: [`Report::Deep`].
    Recall { rids: Vec<Rid> },
    /// Let changes of a source happen, or not any more; remembered on disk. Answers with [`Report::SourceInfo`].
    Allow { source: SourceId, writes: bool },
    /// Fetch the secrets of these sources anew. The terminal is free meanwhile: a command may ask on it, for `limit_s` at
    /// most or for as long as it takes. Done when all have answered.
    FetchSecrets { sources: Vec<SourceId>, limit_s: Option<u64> },
    /// Whether a person is looking: polling adapts.
    Attention(Attention),
    /// Give up the read behind this ticket; its `Done` comes with `Cancelled`.
    Cancel(Ticket),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paged {
    Activities,
    Records,
}

/// What a person decides about an outbox entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settle {
    /// Try a parked or unknown entry again (the case is read first); a waiting one without its delay.
    Retry,
    /// Send a waiting one before the stopped edits of its case.
    Ahead,
    /// Give it up; calls that have landed stay.
    Drop,
    /// Give it up if nothing of it has begun to leave.
    TakeBack,
    /// Wait until released.
    Hold,
    Release,
    /// Take back the calls that have landed, by a new entry, and give up the rest.
    RollBack,
    /// What each overlap shall become; then it is sent, if nothing else has moved.
    Decide(Vec<(Aspect, Value)>),
}

/// One case of a bulk change, as it was shown.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedEdit {
    pub edit: Edit,
    pub plan: Plan,
    /// The entry whose change it takes back.
    pub undoes: Option<CompactString>,
}

/// What a person decides about a bulk change as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettleBatch {
    /// Nothing more of it begins to leave.
    Pause,
    Continue,
    /// Give up what has not begun to leave.
    Cancel,
    /// Try again what has failed, each case read first.
    Retry,
    /// Its outcome was seen: what is settled leaves the outbox.
    PutAway,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// Keys were pressed lately.
    Focused,
    /// Nobody has pressed a key for minutes.
    Idle,
}

/// What the worker tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// The sources of this run, in the order of their ids. Always the first report.
    Sources(Vec<SourceInfo>),
    /// What is pinned and snoozed. At the start all of it, before any row, so that none is shown that sleeps; later what
    /// another process has changed, also what is neither any more.
    Asides(Vec<Aside>),
    /// What the list showed of cases when the person last knew them. At the start all of it, before any row; later what another
    /// process, or an edit that landed, has moved.
    Baselines(Vec<(CaseId, Option<Then>)>),
    /// What stands about one source has turned.
    SourceInfo(SourceInfo),
    /// Rows as they are now, new or changed. Always before any network: what is on disk.
    Rows {
        rows: Vec<(Rid, Row)>,
        from: From,
    },
    /// All that is on disk has been reported: rows, every edit that waits there, and how each source stands.
    DiskRead {
        rows: usize,
    },
    /// Cases that are no longer there; each was asked for before it is called gone.
    Gone(Vec<Rid>),
    Source(SourceId, Box<SourceState>),
    Directory(SourceId, Arc<Directory>),
    /// A case whole. `read_at`: when it came from the vendor, for its age.
    Case {
        rid: Rid,
        case: Arc<Case>,
        read_at: Timestamp,
        from: From,
    },
    /// What is on disk of a case that was read whole, for conditions that ask for what no row shows.
    Deep {
        rid: Rid,
        deep: Box<Deep>,
    },
    /// The number of the case that [`Order::Find`] asked for.
    Found {
        ticket: Ticket,
        rid: Rid,
    },
    Activities {
        rid: Rid,
        page: u32,
        slice: Slice<Activity>,
        read_at: Timestamp,
    },
    Records {
        rid: Rid,
        page: u32,
        slice: Slice<RecordTable>,
        read_at: Timestamp,
    },
    Planned {
        ticket: Ticket,
        plan: Plan,
    },
    /// An outbox entry as it is now; settled entries are reported once more and then forgotten.
    Outbox(Box<OutboxEntry>),
    /// A draft that was on disk at the start.
    Draft(Box<Draft>),
    /// Drafts of earlier runs, one or all, could not be read or taken up: they are not offered in this one.
    DraftsNotTakenUp(Fault),
    /// The cases of which there is a draft that is not this run's own: all of them, whenever that turns.
    DraftsBeside(BTreeMap<CaseId, Beside>),
    /// What waits on disk for sources that this run does not have.
    Elsewhere(Vec<Elsewhere>),
    People {
        ticket: Ticket,
        people: Vec<Person>,
    },
    /// Rows of a dry run.
    BulkPlanned {
        ticket: Ticket,
        rows: Vec<bulk::Row>,
    },
    /// A bulk change holds itself back after failures in a row, and waits for a person.
    BatchStopped {
        batch: CompactString,
    },
    /// The triage run that was on disk at the start; or the one that was just kept, with what another workbench has decided in it.
    Triage(Box<Triage>),
    /// What came of [`Order::Fetch`] at one source.
    Asked {
        ticket: Ticket,
        asked: Arc<Asked>,
    },
    /// The journal lacks what the outbox does now: its file cannot be written.
    NotWrittenDown(Fault),
    /// An outbox entry was dropped.
    Dropped {
        entry: String,
    },
    /// Closes a ticket: exactly one per order.
    Done {
        ticket: Ticket,
        result: Result<(), Fault>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum From {
    Disk,
    Network,
}

/// What stands about a source; whether it may be changed, and what its next API answers, can turn during a run
/// ([`Report::SourceInfo`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    pub id: SourceId,
    /// As configured; unique.
    pub name: String,
    pub vendor: Vendor,
    /// Two columns that name it in the list: the vendor's code, numbered when a vendor has several sources.
    pub code: CompactString,
    /// Where it is read: host and port, for the error screen.
    pub host: String,
    /// The token is a test token (`so_test_…`).
    pub is_test: bool,
    /// A command gives its secret, and may ask for a passphrase on the terminal.
    pub asks_for_secret: bool,
    /// What stands about it: "Tines removes v1 of its API on 2026-12-01".
    pub notice: Option<Caution>,
    /// Why nothing can be written here at all; None: writing is possible.
    pub read_only: Option<Reason>,
    /// How the person marks it, and whether they let changes happen.
    pub policy: SourcePolicy,
}

/// What a source was asked for, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub source: SourceId,
    /// The conditions of the query, in their order, and where each is judged.
    pub terms: Vec<(Node, Ran)>,
    /// What was asked for, as a person would write it; empty: the source cannot help, all of it has to be read.
    pub words: String,
    /// Cases that came, in the order of their numbers.
    pub met: Vec<Rid>,
    /// Every page of the answer was read.
    pub is_whole: bool,
    /// Why it is not, when every page was asked for.
    pub gap: Option<Gap>,
    /// Why the asking broke off.
    pub fault: Option<Fault>,
}

impl Asked {
    /// Its cases are all that the source has for the query, so that nothing else of it has to be read.
    pub fn is_answer(&self) -> bool {
        !self.words.is_empty() || (self.is_whole && self.fault.is_none())
    }
}

/// Where a condition is judged. Whatever a vendor sends is judged here again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ran {
    /// The vendor sends what holds.
    Exact,
    /// The vendor sends all that holds, and more.
    Narrowed,
    /// Here alone, and why.
    Here(Why),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The vendor has no such filter, or one that would hide what holds here.
    NotOffered,
    /// It stands inside OR or NOT.
    Nested,
    /// The vendor was asked for one condition of this kind already.
    SameKind,
    /// The vendor's answer lacked cases that hold: how many of how many.
    Hides { missing: usize, of: usize },
    /// No case is known that holds, so nothing could be tried.
    Untried,
    /// It is about another source: nothing of this one holds.
    OtherSource,
}

impl Ran {
    /// For `:explain`.
    pub fn words(&self) -> String {
        match self {
            Self::Exact => "by the vendor, exactly".into(),
            Self::Narrowed => "narrowed by the vendor, judged here".into(),
            Self::Here(Why::NotOffered) => "here".into(),
            Self::Here(Why::Nested) => "here: a vendor is not asked about terms inside OR or NOT".into(),
            Self::Here(Why::SameKind) => "here: the vendor takes one condition of a kind".into(),
            Self::Here(Why::Hides { missing, of }) => format!("here: the vendor's filter hid {missing} of {of} known cases"),
            Self::Here(Why::Untried) => "here: no known case holds, so the vendor's filter could not be tried".into(),
            Self::Here(Why::OtherSource) => "here: no case of this source holds".into(),
        }
    }
}
