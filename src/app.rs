//! Floor 3: the state of the screen and how it changes.
//!
//! [`App::update`] takes one [`Message`] and returns the [`Effect`]s it asks for. It reads no clock, does no I/O and
//! never waits: equal state and message give equal state and effects.

pub mod act;
pub mod action;
pub mod ahead;
pub mod alarm;
pub mod aside;
pub mod ask;
pub mod available;
mod back;
mod backlog;
pub mod baseline;
pub mod batch;
pub mod bulk;
pub mod case_cache;
pub mod clock;
mod closed;
pub mod columns;
pub mod complete;
pub(in crate::app) mod confirmed;
pub mod conflict;
pub mod cx;
pub mod detail;
pub mod draft;
pub mod editor;
pub mod effect;
pub mod explain;
pub mod export;
pub mod facet;
pub mod filter;
mod flags;
pub mod follow_cursor;
pub(in crate::app) mod following;
pub mod form;
pub mod help;
pub mod history;
pub mod item;
pub mod keymap;
mod known;
pub mod labels;
pub mod layout;
mod left;
pub mod list;
pub mod macros;
pub mod marks;
pub mod measure;
pub mod message;
pub mod model;
pub mod notice;
pub mod outbox;
pub mod overlay;
mod own;
pub mod palette;
pub mod panes;
pub mod pending;
pub mod people;
pub mod picker;
pub mod preflight;
pub mod preset;
pub mod press;
mod reason;
mod recording;
pub mod remap;
pub mod report;
pub mod review;
mod settling;
mod shell;
pub mod sla;
mod source_policy;
pub mod sources;
pub mod stack;
pub mod text;
pub mod triage;
pub mod verbs;
pub mod views;

use jiff::{SignedDuration, Timestamp};

use crate::app::action::{Action, Scope};
use crate::app::layout::{Areas, Shape, Wanted};
use crate::app::list::List;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::pending::Ask;
use crate::domain::case::Rid;
use crate::protocol::{Attention, Order};

pub use cx::{Cx, Setup};
pub use effect::Effect;
pub use message::{Chord, Key, Message};
pub use panes::{Pane, Panes};
pub use sources::Source;

/// Without a key for this long nobody is looking, and polling slows down.
const IDLE_AFTER: SignedDuration = SignedDuration::from_mins(5);
const MINUTE_S: i64 = 60;
/// Columns that a continuation takes in the strip of a prefix.
const STRIP_COLUMN: u16 = 26;

/// Everything the screen shows is derived from this.
pub struct App {
    pub cx: Cx,
    pub model: Model,
    pub panes: Panes,
    /// The screen has shown more than the size it needs since then.
    enlarged_at: Option<Timestamp>,
    /// A verb that was pressed before its case had come; the next key calls it off.
    awaited: Option<(Rid, Action)>,
    /// Ctrl-c was pressed with nothing to cancel: once more within a second quits.
    interrupted_at: Option<Timestamp>,
}

impl Cx {
    /// Whether anything in sight may have changed since this was last asked; asking clears it.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// Nothing that was asked is still open: what tests call settled.
    pub fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }
}

impl List {
    /// All that was on disk at the start is known: rows, outbox, and how each source stands.
    pub fn is_disk_told(&self) -> bool {
        self.on_disk.is_some()
    }

    pub(in crate::app) fn visible_dues(&self) -> impl Iterator<Item = i64> {
        self.visible().iter().filter_map(|rid| self.row(*rid)?.due_at)
    }
}

/// How many continuations stand beside each other at a width.
pub fn strip_columns(width: u16) -> u16 {
    (width.saturating_sub(4) / STRIP_COLUMN).max(1)
}

/// Where everything is painted at the present size.
pub fn areas(model: &Model, panes: &Panes, cx: &Cx) -> Areas {
    areas_at(cx.size, model, panes, cx)
}

/// Where everything would be painted at another size.
pub fn areas_at(size: (u16, u16), model: &Model, panes: &Panes, cx: &Cx) -> Areas {
    let is_typing = cx.overlays.iter().any(|overlay| matches!(overlay, Overlay::Filter(_)));
    let wanted = Wanted {
        detail_focused: panes.focus == Pane::Detail,
        preview: panes.preview,
        maximised: panes.maximised,
        filtered: is_typing || !model.list.filter().is_empty(),
        bare: cx.setup.first_run.is_some(),
        overlay: cx.overlays.last().map_or(Shape::None, Overlay::shape),
        strip_lines: strip_lines(size.0, panes, cx),
    };
    layout::areas(size, wanted)
}

/// Where the keys go.
pub fn scope(panes: &Panes, cx: &Cx) -> Scope {
    match (cx.overlays.last(), panes.focus) {
        (Some(overlay), _) => overlay.scope(),
        (None, Pane::List) => Scope::List,
        (None, Pane::Detail) => Scope::Detail,
    }
}

/// The continuations of a prefix that has waited long enough.
pub fn strip<'a>(panes: &Panes, cx: &'a Cx) -> Vec<(Chord, &'a remap::Bound)> {
    cx.keys.explained(cx.steady).map(|prefix| keymap::continuations(&cx.keymap, scope(panes, cx), prefix)).unwrap_or_default()
}

fn strip_lines(width: u16, panes: &Panes, cx: &Cx) -> u16 {
    let count = u16::try_from(strip(panes, cx).len()).unwrap_or(u16::MAX);
    count.div_ceil(strip_columns(width))
}

/// Tells the worker when somebody comes or goes.
pub(in crate::app) fn attend(attention: Attention, model: &Model, cx: &mut Cx) {
    if cx.attention != attention && !model.sources.is_empty() {
        cx.attention = attention;
        cx.send(Ask::Attention, Order::Attention(attention));
    }
}

#[cfg(test)]
mod tests;
