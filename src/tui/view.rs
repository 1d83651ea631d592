//! Paints the state and says where it painted. Decides nothing.
//!
//! Only what is in sight is looked at, so a frame costs the same for a hundred cases and for a million.

pub mod header;
pub mod status;
pub mod tabs;

use crate::tui::io::layout::{MIN_HEIGHT, MIN_WIDTH};
use crate::tui::widgets::pen::width;
use ratatui::Frame;

use crate::tui::app::App;
use crate::tui::areas::areas_at;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::panes::Pane;
use crate::tui::screens::Overlay;
use crate::tui::shell::press::asks_to_quit;

use crate::tui::screens;
use crate::tui::theme::Styles;
use crate::tui::widgets::pen::Pen;

/// Paints the whole state and returns where everything is.
pub fn draw(frame: &mut Frame, app: &App) -> Areas {
    let size = frame.area();
    let mut areas = areas_at((size.width, size.height), &app.model, &app.panes, &app.cx);
    let mut pen = Pen { buffer: frame.buffer_mut(), styles: Styles::new(app.cx.setup.plain), ascii: app.cx.setup.ascii };
    if areas.too_small {
        too_small(&mut pen, areas.status, asks_to_quit(&app.model, &app.cx));
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
        Overlay::Bulk(pane) => screens::bulk::view::draw(pen, area, app, pane),
        Overlay::Batch(pane) => screens::batch::view::draw(pen, area, app, pane),
        Overlay::Triage(pane) => screens::triage::view::draw(pen, area, app, pane),
        Overlay::Conflict(pane) => screens::conflict::view::draw(pen, area, app, pane),
        Overlay::Form(_) => screens::form::view::draw(pen, area, app),
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
    screens::list::view::draw(pen, areas, app);
    screens::list::foot::draw(pen, areas, app);
    if !areas.detail.is_empty() {
        if !areas.detail_frame.is_empty() {
            let place = format!("{}/{}", app.model.list.at() + 1, app.model.list.order().len());
            let focused = app.panes.focus == Pane::Detail && app.cx.overlays.is_empty();
            pen.frame(areas.detail_frame, if app.panes.detail.rid.is_some() { &place } else { "" }, "", focused);
        }
        cursor = screens::detail::view::draw(pen, areas.detail, app).or(cursor);
    }
    screens::list::view::note(pen, areas, app);
    cursor
}

/// The overlay on top; returns where its text's cursor is.
fn top(pen: &mut Pen, areas: &Areas, app: &App) -> Option<(u16, u16)> {
    let area = areas.overlay;
    match app.cx.overlays.last()? {
        Overlay::Filter(bar) => {
            screens::filter::view::draw(pen, areas, app, bar);
            return None;
        }
        Overlay::Find(_) => return None,
        Overlay::Form(_) | Overlay::Review(_) => screens::form::view::draw(pen, area, app),
        Overlay::Conflict(pane) => screens::conflict::view::draw(pen, area, app, pane),
        Overlay::Help(page) => return Some(screens::help::view::draw(pen, area, app, page)),
        Overlay::Confirm(question) => screens::confirm::view::draw(pen, area, app, question),
        Overlay::Picker(menu) => screens::picker::view::draw(pen, area, app, menu),
        Overlay::People(picker) => return Some(screens::people::view::draw(pen, area, app, picker)),
        Overlay::Labels(labels) => return Some(screens::labels::view::draw(pen, area, app, labels)),
        Overlay::Bulk(pane) => screens::bulk::view::draw(pen, area, app, pane),
        Overlay::Batch(pane) => screens::batch::view::draw(pen, area, app, pane),
        Overlay::Triage(pane) => screens::triage::view::draw(pen, area, app, pane),
        Overlay::Ask(ask) => return Some(screens::ask::view::draw(pen, area, ask)),
        Overlay::Snooze(snooze) => return Some(screens::snooze::view::draw(pen, area, app, snooze)),
        Overlay::Outbox(pane) => screens::outbox::view::draw(pen, area, app, pane),
        Overlay::Sources(_) => screens::sources::view::draw(pen, area, app),
        Overlay::Views(panel) => screens::views::view::draw(pen, area, app, panel),
        Overlay::Name(name) => return Some(screens::name::view::draw(pen, area, app, name)),
        Overlay::Facets(facets) => screens::facets::view::draw(pen, area, app, facets),
        Overlay::Columns(panel) => screens::columns::view::draw(pen, area, app, panel),
        Overlay::FirstRun(page) => screens::first_run::view::draw(pen, area, page),
        Overlay::Explain(pane) => screens::explain::view::draw(pen, area, app, pane),
        Overlay::Palette(pane) => return Some(screens::palette::view::draw(pen, area, app, pane)),
    }
    None
}

/// One line where nothing else fits: the size that is needed, or the question that is answered without it.
pub(in crate::tui) fn too_small(pen: &mut Pen, area: Area, asks_to_quit: bool) {
    let size = format!("{MIN_WIDTH}x{MIN_HEIGHT}");
    let texts = if asks_to_quit {
        ["unsent edits stay on disk; quit now? y/n".into(), "edits unsent; quit? y/n".into(), "quit? y/n".into(), "y/n".into()]
    } else {
        [
            format!("caseload needs {size} cells: nothing is sent until you enlarge the window"),
            format!("needs {size}: nothing is sent; enlarge"),
            format!("needs {size}"),
            size,
        ]
    };
    let text = texts.iter().find(|text| width(text) <= area.width).unwrap_or(&texts[3]);
    pen.line(area, 0, text, pen.styles.strong());
}
