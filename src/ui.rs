//! Floor 4: paints `&App` and says where it painted. Decides nothing.
//!
//! Only what is in sight is looked at, so a frame costs the same for a hundred cases and for a million.

mod batch;
mod bulk;
mod conflict;
mod detail;
mod empty;
mod explain;
mod foot;
mod form;
mod header;
mod help;
mod list;
mod outbox;
mod overlay;
mod palette;
pub mod pen;
mod prompt;
mod sources;
mod status;
pub mod style;
mod tables;
mod tabs;
mod triage;

use ratatui::Frame;

use crate::app::layout::{Area, Areas, Shape};
use crate::app::overlay::Overlay;
use crate::app::press::asks_to_quit;
use crate::app::{App, Pane, areas_at};

use pen::Pen;
use style::Styles;

/// Paints the whole state and returns where everything is.
pub fn draw(frame: &mut Frame, app: &App) -> Areas {
    let size = frame.area();
    let mut areas = areas_at((size.width, size.height), &app.model, &app.panes, &app.cx);
    let mut pen = Pen { buffer: frame.buffer_mut(), styles: Styles::new(app.cx.setup.plain), ascii: app.cx.setup.ascii };
    if areas.too_small {
        overlay::too_small(&mut pen, areas.status, asks_to_quit(&app.model, &app.cx));
        return areas;
    }
    areas.cursor = match below(app) {
        Some(overlay) => {
            header::draw(&mut pen, &areas, app);
            whole(&mut pen, &areas, app, overlay);
            None
        }
        None => panes(&mut pen, &areas, app),
    };
    if let Some(cursor) = top(&mut pen, &areas, app) {
        areas.cursor = Some(cursor);
    }
    status::hints(&mut pen, areas.hints, app);
    status::status(&mut pen, &areas, app);
    status::strip(&mut pen, &areas, app);
    if let Some(cursor) = areas.cursor {
        frame.set_cursor_position(cursor);
    }
    areas
}

/// The screen that a box was opened over, where it is not the list: what is decided about stays in sight.
fn below(app: &App) -> Option<&Overlay> {
    let (top, under) = app.cx.overlays.split_last()?;
    let shows = |overlay: &&Overlay| {
        matches!(overlay, Overlay::Bulk(_) | Overlay::Batch(_) | Overlay::Triage(_) | Overlay::Conflict(_) | Overlay::Form(_))
    };
    under.iter().rev().find(shows).filter(|_| matches!(top.shape(), Shape::Box { .. }))
}

/// A screen under a box, from the header down to the hints.
fn whole(pen: &mut Pen, areas: &Areas, app: &App, overlay: &Overlay) {
    let top = areas.header.bottom();
    let bottom = if areas.hints.is_empty() { areas.status.y } else { areas.hints.y };
    let area = Area { x: 0, y: top, width: areas.size.0, height: bottom.saturating_sub(top) };
    match overlay {
        Overlay::Bulk(pane) => bulk::draw(pen, area, app, pane),
        Overlay::Batch(pane) => batch::draw(pen, area, app, pane),
        Overlay::Triage(pane) => triage::draw(pen, area, app, pane),
        Overlay::Conflict(pane) => conflict::draw(pen, area, app, pane),
        Overlay::Form(_) => form::draw(pen, area, app),
        _ => {}
    }
}

/// What lies under the overlays.
fn panes(pen: &mut Pen, areas: &Areas, app: &App) -> Option<(u16, u16)> {
    header::draw(pen, areas, app);
    tabs::draw(pen, areas, app);
    let mut cursor = header::filter(pen, areas, app);
    // Nothing of the panes is seen behind an overlay that takes the whole screen.
    if matches!(
        app.cx.overlays.last(),
        Some(
            Overlay::Form(_)
                | Overlay::Review(_)
                | Overlay::Conflict(_)
                | Overlay::Help(_)
                | Overlay::FirstRun(_)
                | Overlay::Bulk(_)
                | Overlay::Batch(_)
                | Overlay::Triage(_)
        )
    ) {
        return None;
    }
    list::draw(pen, areas, app);
    foot::draw(pen, areas, app);
    if !areas.detail.is_empty() {
        if !areas.detail_frame.is_empty() {
            let place = format!("{}/{}", app.model.list.at() + 1, app.model.list.order().len());
            let focused = app.panes.focus == Pane::Detail && app.cx.overlays.is_empty();
            pen.frame(areas.detail_frame, if app.panes.detail.rid.is_some() { &place } else { "" }, "", focused);
        }
        cursor = detail::draw(pen, areas.detail, app).or(cursor);
    }
    list::note(pen, areas, app);
    cursor
}

/// The overlay on top; returns where its text's cursor is.
fn top(pen: &mut Pen, areas: &Areas, app: &App) -> Option<(u16, u16)> {
    let area = areas.overlay;
    match app.cx.overlays.last()? {
        Overlay::Filter(bar) => {
            tables::offers(pen, areas, app, bar);
            return None;
        }
        Overlay::Find(_) => return None,
        Overlay::Form(_) | Overlay::Review(_) => form::draw(pen, area, app),
        Overlay::Conflict(pane) => conflict::draw(pen, area, app, pane),
        Overlay::Help(page) => return Some(help::draw(pen, area, app, page)),
        Overlay::Confirm(question) => overlay::confirm(pen, area, app, question),
        Overlay::Picker(menu) => overlay::picker(pen, area, app, menu),
        Overlay::People(picker) => return Some(prompt::people(pen, area, app, picker)),
        Overlay::Labels(labels) => return Some(prompt::labels(pen, area, app, labels)),
        Overlay::Bulk(pane) => bulk::draw(pen, area, app, pane),
        Overlay::Batch(pane) => batch::draw(pen, area, app, pane),
        Overlay::Triage(pane) => triage::draw(pen, area, app, pane),
        Overlay::Ask(ask) => return Some(prompt::ask(pen, area, ask)),
        Overlay::Snooze(snooze) => return Some(prompt::snooze(pen, area, app, snooze)),
        Overlay::Outbox(pane) => outbox::draw(pen, area, app, pane),
        Overlay::Sources(_) => sources::panel(pen, area, app),
        Overlay::Views(panel) => tables::views(pen, area, app, panel),
        Overlay::Name(name) => return Some(tables::name(pen, area, app, name)),
        Overlay::Facets(facets) => tables::facets(pen, area, app, facets),
        Overlay::Columns(panel) => tables::columns(pen, area, app, panel),
        Overlay::FirstRun(page) => overlay::first_run(pen, area, page),
        Overlay::Explain(pane) => explain::draw(pen, area, app, pane),
        Overlay::Palette(pane) => return Some(palette::draw(pen, area, app, pane)),
    }
    None
}
