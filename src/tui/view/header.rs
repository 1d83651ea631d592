//! The top line: who we are, how each source is doing, what waits, what time it is. Below it the filter.

use ratatui::style::Style;

use crate::domain::count;
use crate::protocol::Doubt;
use crate::tui::io::layout::Areas;
use crate::tui::model::sources::Source;
use crate::tui::scene::Scene;
use crate::tui::screens::Overlay;
use crate::tui::widgets::pen::{Pen, width};
use crate::tui::widgets::prompt::field;
use crate::tui::widgets::text;

/// A piece of the header: its text, its style, and how soon it gives way when there is no room (0: never).
struct Piece {
    text: String,
    style: Style,
    gives_way: u8,
}

pub(in crate::tui) fn draw(pen: &mut Pen, areas: &Areas, scene: Scene<'_>) {
    let (mut left, mut right) = (left(pen, areas, scene), right(pen, areas, scene));
    let total = |pieces: &[Piece]| pieces.iter().map(|piece| width(&piece.text)).sum::<u16>();
    while total(&left) + total(&right) > areas.header.width {
        let Some(most) = left.iter().chain(&right).map(|piece| piece.gives_way).max().filter(|most| *most > 0) else { break };
        left.retain(|piece| piece.gives_way < most);
        right.retain(|piece| piece.gives_way < most);
    }
    let parts: Vec<_> = left.iter().map(|piece| (piece.text.as_str(), piece.style)).collect();
    pen.parts(areas.header, 0, &parts);
    let start = areas.header.right().saturating_sub(total(&right));
    let mut area = areas.header;
    area.x = start.max(area.x);
    area.width = areas.header.right() - area.x;
    let parts: Vec<_> = right.iter().map(|piece| (piece.text.as_str(), piece.style)).collect();
    pen.parts(area, 0, &parts);
}

fn left(pen: &Pen, areas: &Areas, scene: Scene<'_>) -> Vec<Piece> {
    let styles = pen.styles;
    let is_wide = areas.header.width >= 110;
    let mut pieces = vec![Piece { text: " caseload".into(), style: styles.strong(), gives_way: 9 }];
    if scene.cx.setup.demo {
        pieces.push(Piece { text: " DEMO".into(), style: styles.badge(), gives_way: 0 });
    }
    // In the demo everything is: one badge says enough.
    if !scene.cx.setup.demo && scene.model.sources.iter().any(|source| source.info.is_test) {
        pieces.push(Piece { text: " TEST".into(), style: styles.badge(), gives_way: 0 });
    }
    if areas.tabs.is_empty()
        && let Some(view) = scene.model.views.current().filter(|view| scene.model.views.at() != 0 || !view.query.is_empty())
    {
        let changed = if scene.model.is_view_changed() { "+" } else { "" };
        pieces.push(Piece { text: format!(" {}{changed}", view.name), style: styles.title(), gives_way: 0 });
    }
    for policy in scene.model.banners() {
        let banner = policy.banner.as_ref().map(ToString::to_string).unwrap_or_default();
        pieces.push(Piece { text: " ".into(), style: styles.text(), gives_way: 0 });
        pieces.push(Piece { text: format!(" {banner} "), style: styles.banner(policy.accent), gives_way: 0 });
    }
    if scene.model.is_read_only() {
        pieces.push(Piece { text: " READ-ONLY".into(), style: styles.badge(), gives_way: 0 });
    }
    if areas.filter.is_empty() && !scene.model.sources.is_empty() {
        pieces.push(Piece { text: format!(" {}", count(scene)), style: styles.text(), gives_way: 0 });
    }
    if scene.model.is_offline(scene.cx) {
        pieces.push(Piece { text: "  OFFLINE".into(), style: styles.warning(), gives_way: 0 });
        return pieces;
    }
    for (n, source) in scene.model.sources.iter().enumerate() {
        let gap = match (n, is_wide) {
            (0, true) => "      ",
            (0, false) => "   ",
            (_, true) => " | ",
            (_, false) => "  ",
        };
        let word = source.word(scene.cx.now, scene.cx.steady);
        let (style, gives_way) = source_style(pen, source, &word);
        pieces.push(Piece { text: gap.into(), style: styles.dim(), gives_way });
        pieces.push(Piece { text: format!("{} {word}", source.code), style, gives_way });
    }
    pieces
}

/// What is well gives way before what is not.
fn source_style(pen: &Pen, source: &Source, word: &str) -> (Style, u8) {
    match (&source.state.fault, word) {
        (Some(fault), _) if fault.is_passing() => (pen.styles.warning(), 2),
        (Some(_), _) => (pen.styles.bad(), 2),
        (None, "ok") => (pen.styles.good(), 6),
        (None, _) => (pen.styles.text(), 4),
    }
}

fn right(pen: &Pen, areas: &Areas, scene: Scene<'_>) -> Vec<Piece> {
    let styles = pen.styles;
    let is_wide = areas.header.width >= 110;
    let mut pieces = Vec::new();
    let held = scene.model.list.held().len();
    if held > 0 {
        pieces.push(Piece { text: format!("  {held} held: r"), style: styles.unseen(), gives_way: 0 });
    }
    if scene.model.sources.is_empty() {
        pieces.push(Piece { text: format!("  {} ", scene.cx.clock.time_of_day(scene.cx.now)), style: styles.text(), gives_way: 1 });
        return pieces;
    }
    let snoozed = scene.model.asides.snoozed();
    if snoozed > 0 {
        pieces.push(Piece { text: format!("  {snoozed} snoozed"), style: styles.dim(), gives_way: 7 });
    }
    let others = scene.model.kept.edits_elsewhere();
    let (waiting, stuck) = (scene.model.unsent_told(), scene.model.stuck() + others);
    let name = if is_wide { "outbox" } else { "out" };
    let text = if stuck > 0 { format!("  {name} {waiting} !{stuck}") } else { format!("  {name} {waiting}") };
    let style = if stuck > 0 { styles.bad() } else { styles.text() };
    pieces.push(Piece { text, style, gives_way: if scene.model.unsent() + others == 0 { 8 } else { 0 } });
    pieces.push(Piece { text: format!("  {} ", scene.cx.clock.time_of_day(scene.cx.now)), style: styles.text(), gives_way: 1 });
    pieces
}

/// `218 cases`, `12 of 218`, `12 of 218 so far`, `9 of at least 140`.
fn count(scene: Scene<'_>) -> String {
    let (matching, all) = (scene.model.list.matching(), scene.model.known_in_all(scene.cx));
    let is_any = |is: fn(&Doubt) -> bool| all.doubts.iter().any(is);
    let (least, so_far) = if is_any(|doubt| matches!(doubt, Doubt::Reading { .. })) {
        ("", " so far")
    } else if is_any(|doubt| matches!(doubt, Doubt::Failing { .. } | Doubt::Partial { .. } | Doubt::Malformed { .. })) {
        ("at least ", "")
    } else {
        ("", "")
    };
    let known = all.count;
    if scene.model.list.query().is_empty() {
        format!("{least}{}{so_far}", count::count(known, "case"))
    } else {
        format!("{matching} of {least}{known}{so_far}")
    }
}

/// The filter with what it leaves, and how much that is worth. Returns where the text's cursor is.
pub(in crate::tui) fn filter(pen: &mut Pen, areas: &Areas, scene: Scene<'_>) -> Option<(u16, u16)> {
    let area = areas.filter;
    if area.is_empty() {
        return None;
    }
    let known = scene.model.known(scene.cx);
    let words = scene.model.worth(&known, area.width, scene.cx);
    let coverage = match area.width {
        ..60 => format!("{} ", count(scene)),
        _ if area.width >= 110 => format!("{} | {words} ", count(scene)),
        _ => format!("{} {words} ", count(scene)),
    };
    let style = if known.is_complete() { pen.styles.text() } else { pen.styles.warning() };
    let start = pen.right(area, 0, &coverage, style);
    let mut left = area;
    left.width = start.saturating_sub(area.x + 1);
    if let Some(Overlay::Filter(bar)) = scene.cx.overlays.iter().rev().find(|overlay| matches!(overlay, Overlay::Filter(_))) {
        left.x = pen.parts(left, 0, &[(" / ", pen.styles.title())]);
        left.width = start.saturating_sub(left.x + 1);
        return Some(field(pen, left, text::line_text(&bar.area), bar.area.cursor().1));
    }
    if scene.model.list.filter().is_empty() {
        pen.parts(left, 0, &[(" / filters as you type", pen.styles.dim())]);
    } else {
        pen.parts(left, 0, &[(" / ", pen.styles.title()), (scene.model.list.filter(), pen.styles.strong())]);
    }
    None
}
