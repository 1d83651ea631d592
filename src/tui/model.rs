//! The facts of this sitting: cases, sources, what waits to be sent, what was typed, seen, marked and put aside. It knows no screen.

pub mod ahead;
pub mod alarm;
pub mod aside;
pub mod backlog;
pub mod baseline;
pub mod case_cache;
pub mod draft;
pub mod flags;
pub mod history;
pub mod known;
pub mod left;
pub mod list;
pub mod marks;
pub mod outbox;
pub mod own;
pub mod reason;
pub mod recording;
pub mod settling;
pub mod source_policy;
pub mod sources;
pub mod views;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::{Edit, Macro, ready_made};
use crate::domain::change_script::Step;
use crate::domain::triage::Triage;
use crate::query::Asker;
use crate::tui::follow_cursor::FollowCursor;
use crate::tui::model::case_cache::CaseCache;
use crate::tui::model::list::List;
use crate::tui::model::outbox::Queued;
use crate::tui::model::sources::Source;
use crate::tui::screens::batch;
use crate::tui::screens::palette::Recent;
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
    pub(in crate::tui) told: flags::Told,
    /// As configured, then those recorded.
    pub macros: Vec<Macro>,
    /// The steps of a macro that is being recorded.
    pub recording: Option<Vec<Step>>,
    /// The triage run that is under way or waits.
    pub triage: Option<Triage>,
    /// The one that was ended last: taking back its last decision goes on with it.
    pub(in crate::tui) triage_over: Option<Triage>,
    /// What was typed and not sent.
    pub kept: draft::Kept,
    pub(in crate::tui) landed: own::Landed,
    /// What was fetched because the filter asks for it.
    pub ahead: ahead::Ahead,
    /// What is pinned and snoozed.
    pub asides: aside::Asides,
    /// What the person knows of each case.
    pub(in crate::tui) baselines: baseline::Baselines,
    pub history: history::History,
    pub(in crate::tui) left: left::Left,
    pub(in crate::tui) follow: FollowCursor,
    pub views: views::Views,
    /// What the palette ran, latest first.
    pub recent: Recent,
    /// Filters that were used, oldest first.
    pub filters: Vec<String>,
}

impl Model {
    pub(in crate::tui) fn new(now: Timestamp, zone: TimeZone) -> Self {
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
