//! The facts of this sitting: cases, sources, what waits to be sent, what was typed, seen, marked and put aside. It knows no screen.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::case_cache::CaseCache;
use crate::app::follow_cursor::FollowCursor;
use crate::app::list::List;
use crate::app::outbox::Queued;
use crate::app::palette::Recent;
use crate::app::sources::Source;
use crate::app::{ahead, alarm, aside, baseline, batch, draft, flags, history, left, marks, own, views};
use crate::config::{Edit, Macro, ready_made};
use crate::domain::change_script::Step;
use crate::domain::triage::Triage;
use crate::query::Asker;
/// Each fact has one owner here; what the screen shows is derived from them.
pub struct Model {
    pub sources: Vec<Source>,
    pub list: List,
    pub cached: CaseCache,
    /// How long an edit waits before it is sent, so that it can be taken back; 0: not at all.
    pub send_delay_ms: u64,
    /// Clocks that are announced when they run out; off until they are set.
    pub alarms: alarm::Alarms,
    /// Edits that are not settled, in the order of saving.
    pub outbox: Vec<Queued>,
    /// Bulk changes that were sent and are not put away, in the order of sending.
    pub batches: Vec<batch::Sent>,
    pub marks: marks::Marks,
    /// What `is:` knows of this desk.
    pub(in crate::app) told: flags::Told,
    /// As configured, then those recorded.
    pub macros: Vec<Macro>,
    /// The steps of a macro that is being recorded.
    pub recording: Option<Vec<Step>>,
    /// The triage run that is under way or waits.
    pub triage: Option<Triage>,
    /// The one that was ended last: taking back its last decision goes on with it.
    pub(in crate::app) triage_over: Option<Triage>,
    /// What was typed and not sent.
    pub kept: draft::Kept,
    pub(in crate::app) landed: own::Landed,
    /// What was fetched because the filter asks for it.
    pub ahead: ahead::Ahead,
    /// What is pinned and snoozed.
    pub asides: aside::Asides,
    /// What the person knows of each case.
    pub(in crate::app) baselines: baseline::Baselines,
    pub history: history::History,
    pub(in crate::app) left: left::Left,
    pub(in crate::app) follow: FollowCursor,
    pub views: views::Views,
    /// What the palette ran, latest first.
    pub recent: Recent,
    /// Filters that were used, oldest first.
    pub filters: Vec<String>,
}

impl Model {
    pub(in crate::app) fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self {
            sources: Vec::new(),
            list: List::new(Asker::at(now, zone)),
            cached: CaseCache::default(),
            send_delay_ms: Edit::default().send_delay_s * 1_000,
            alarms: alarm::Alarms::default(),
            outbox: Vec::new(),
            batches: Vec::new(),
            marks: marks::Marks::default(),
            told: flags::Told::default(),
            macros: Vec::new(),
            recording: None,
            triage: None,
            triage_over: None,
            kept: draft::Kept::default(),
            landed: own::Landed::default(),
            ahead: ahead::Ahead::default(),
            asides: aside::Asides::default(),
            baselines: baseline::Baselines::default(),
            history: history::History::default(),
            left: left::Left::default(),
            follow: FollowCursor::default(),
            views: views::Views::new(ready_made()),
            recent: Recent::default(),
            filters: Vec::new(),
        }
    }
}
