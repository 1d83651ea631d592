//! Where everything is at the present size, and where the keys go.

use crate::protocol::{Attention, Order};
use crate::tui::cx::Cx;
use crate::tui::cx::pending::Ask;
use crate::tui::io::layout::{
    Areas, Shape, Wanted, {self},
};
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Scope;
use crate::tui::keys::keymap::continuations;
use crate::tui::keys::remap::Bound;
use crate::tui::model::Model;
use crate::tui::panes::{Pane, Panes};
use crate::tui::screens::Overlay;

/// Columns that a continuation takes in the strip of a prefix.
const STRIP_COLUMN: u16 = 26;

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
pub fn strip<'a>(panes: &Panes, cx: &'a Cx) -> Vec<(Chord, &'a Bound)> {
    cx.keys.explained(cx.steady).map(|prefix| continuations(&cx.keymap, scope(panes, cx), prefix)).unwrap_or_default()
}

fn strip_lines(width: u16, panes: &Panes, cx: &Cx) -> u16 {
    let count = u16::try_from(strip(panes, cx).len()).unwrap_or(u16::MAX);
    count.div_ceil(strip_columns(width))
}

/// Tells the worker when somebody comes or goes.
pub(in crate::tui) fn attend(attention: Attention, model: &Model, cx: &mut Cx) {
    if cx.attention != attention && !model.sources.is_empty() {
        cx.attention = attention;
        cx.send(Ask::Attention, Order::Attention(attention));
    }
}
