//! Paints the state and says where it painted. Decides nothing.
//!
//! Only what is in sight is looked at, so a frame costs the same for a hundred cases and for a million.

pub mod header;
pub mod status;
pub mod tabs;

use ratatui::Frame;

use crate::tui::app::App;
use crate::tui::areas::areas_at;
use crate::tui::io::layout::{Area, Areas, MIN_HEIGHT, MIN_WIDTH, Shape};
use crate::tui::panes::Pane;
use crate::tui::scene::Scene;
use crate::tui::screens;
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::acts::asks_to_quit;
use crate::tui::theme::Styles;
use crate::tui::widgets::pen::{Pen, width};

/// Paints the whole state and returns where everything is.
pub fn draw(frame: &mut Frame, app: &App) -> Areas {
    let scene = app.scene();
    let size = frame.area();
    let mut areas = areas_at((size.width, size.height), scene.model, scene.panes, scene.cx);
    let mut pen = Pen { buffer: frame.buffer_mut(), styles: Styles::new(scene.cx.setup.plain), ascii: scene.cx.setup.ascii };
    if areas.too_small {
        too_small(&mut pen, areas.status, asks_to_quit(scene.model, scene.cx));
        return areas;
    }
    areas.cursor = match below(scene) {
        Some(overlay) => {
            header::draw(&mut pen, &areas, scene);
            whole(&mut pen, &areas, scene, overlay);
            None
        }
        None => panes(&mut pen, &areas, scene),
    };
    if let Some(cursor) = scene.cx.overlays.last().and_then(|top| top.draw(&mut pen, areas.overlay, &areas, scene)) {
        areas.cursor = Some(cursor);
    }
    status::hints(&mut pen, areas.hints, scene);
    status::status(&mut pen, &areas, scene);
    status::strip(&mut pen, &areas, scene);
    if let Some(cursor) = areas.cursor {
        frame.set_cursor_position(cursor);
    }
    areas
}

/// The screen that a box was opened over, where it is not the list: what is decided about stays in sight.
fn below(scene: Scene<'_>) -> Option<&Overlay> {
    let (top, under) = scene.cx.overlays.split_last()?;
    under.iter().rev().find(|overlay| overlay.stays_below()).filter(|_| matches!(top.shape(), Shape::Box { .. }))
}

/// A screen under a box, from the header down to the hints.
fn whole(pen: &mut Pen, areas: &Areas, scene: Scene<'_>, overlay: &Overlay) {
    let top = areas.header.bottom();
    let bottom = if areas.hints.is_empty() { areas.status.y } else { areas.hints.y };
    let area = Area { x: 0, y: top, width: areas.size.0, height: bottom.saturating_sub(top) };
    overlay.draw(pen, area, areas, scene);
}

/// What lies under the overlays.
fn panes(pen: &mut Pen, areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
    header::draw(pen, areas, scene);
    tabs::draw(pen, areas, scene);
    let mut cursor = header::filter(pen, areas, scene);
    // Nothing of the panes is seen behind an overlay that takes the whole screen.
    if scene.cx.overlays.last().is_some_and(|overlay| overlay.shape() == Shape::Whole) {
        return None;
    }
    screens::list::view::draw(pen, areas, scene);
    screens::list::foot::draw(pen, areas, scene);
    if !areas.detail.is_empty() {
        if !areas.detail_frame.is_empty() {
            let place = format!("{}/{}", scene.model.list.at() + 1, scene.model.list.order().len());
            let focused = scene.panes.focus == Pane::Detail && scene.cx.overlays.is_empty();
            pen.frame(areas.detail_frame, if scene.panes.detail.rid.is_some() { &place } else { "" }, "", focused);
        }
        cursor = screens::detail::view::draw(pen, areas.detail, scene).or(cursor);
    }
    screens::list::view::note(pen, areas, scene);
    cursor
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
