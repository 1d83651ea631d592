//! Below the rows: a source's problem, else the tray of arrivals, else the case in three lines or the legend.

use crate::domain::case::Rid;
use crate::tui::io::layout::{Area, Areas};
use crate::tui::keys::action::Action;
use crate::tui::model::sources::Source;
use crate::tui::scene::Scene;
use crate::tui::widgets::pen::{Pen, wrapped};

/// Arrivals shown of those that are held; the latest are the news.
const SHOWN: usize = 4;

pub(in crate::tui) fn draw(pen: &mut Pen, areas: &Areas, scene: Scene<'_>) {
    let area = areas.foot;
    if area.is_empty() {
        return;
    }
    pen.rule(area, 0);
    let body = Area { y: area.y + 1, height: area.height - 1, ..area };
    if let Some(source) = scene.model.problem().filter(|_| scene.model.list.known() > 0) {
        problem(pen, body, scene, source);
    } else if areas.detail.is_empty() && areas.list_frame.is_empty() {
        preview(pen, body, scene);
    } else if scene.model.list.held().is_empty() {
        legend(pen, body, scene);
    } else {
        tray(pen, body, scene);
    }
}

/// The fault of one source in three lines; the list above is not touched.
fn problem(pen: &mut Pen, area: Area, scene: Scene<'_>, source: &Source) {
    let Some(fault) = &source.state.fault else { return };
    let styles = pen.styles;
    let room = area.width.saturating_sub(2);
    let is_well = |other: &Source| other.info.id != source.info.id && other.state.fault.is_none();
    let works =
        if scene.model.sources.iter().any(is_well) { "the other sources and cached rows still work" } else { "cached rows still work" };
    let head = format!("{}: {}", source.info.name, fault.message);
    let lines = wrapped(&head, room, 2).into_iter().map(|line| (line, styles.bad()));
    let lines = lines.chain(wrapped(fault.next_step(), room, 2).into_iter().map(|line| (line, styles.text())));
    let lines: Vec<_> = lines.chain(std::iter::once((works, styles.dim()))).collect();
    // The last line is for the keys.
    let last = area.height.saturating_sub(1);
    for (line, (text, style)) in (0..last).zip(lines) {
        pen.parts(area, line, &[(" ", style), (text, style)]);
    }
    let (more, away) = (format!(" {}", scene.cx.key(Action::Sources)), format!("   {}", scene.cx.key(Action::Back)));
    let keys =
        [(more.as_str(), styles.accent()), (" try again, more", styles.text()), (&away, styles.accent()), (" put away", styles.text())];
    pen.parts(area, last, &keys);
}

fn tray(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    let styles = pen.styles;
    let held = scene.model.list.held();
    let words = if held.len() == 1 { "1 case is held back: press" } else { "cases are held back: press" };
    let count = held.len().to_string();
    let count = if held.len() == 1 { "" } else { &count };
    let gap = if count.is_empty() { "" } else { " " };
    let refresh = format!(" {} ", scene.cx.key(Action::Refresh));
    pen.parts(
        area,
        0,
        &[
            (" ", styles.text()),
            (count, styles.unseen()),
            (gap, styles.text()),
            (words, styles.text()),
            (&refresh, styles.accent()),
            ("to let them in", styles.text()),
        ],
    );
    for (line, rid) in (1..).zip(held.iter().rev().take(SHOWN)) {
        arrival(pen, area, line, scene, *rid);
    }
}

fn arrival(pen: &mut Pen, area: Area, line: u16, scene: Scene<'_>, rid: Rid) {
    let styles = pen.styles;
    let Some(row) = scene.model.list.row(rid) else { return };
    let code = scene.model.source(row.source).map_or("??", |source| source.code.as_str());
    let priority = row.priority_marked();
    pen.parts(
        area,
        line,
        &[
            ("   ", styles.text()),
            (code, styles.dim()),
            (" ", styles.text()),
            (row.key, styles.text()),
            (" ", styles.text()),
            (&priority, styles.rank(row.rank)),
            ("  ", styles.text()),
            (row.title, styles.text()),
        ],
    );
}

fn legend(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    let styles = pen.styles;
    let waits = format!("text of yours waits: {}", scene.cx.key(Action::Edit));
    for (line, (first, second)) in (0..).zip([
        (("*", "unseen change"), ("&", "an edit is on its way")),
        (("!", "over, or due in under 30m"), ("\"", waits.as_str())),
        (("--", "no such field there"), ("~", "clock of your own rules")),
        (("^", "pinned"), ("z", "snoozed")),
    ]) {
        let parts = [(" ", styles.text()), (first.0, styles.accent()), (" ", styles.text()), (first.1, styles.dim())];
        pen.parts(area, line, &parts);
        if second.0.is_empty() {
            continue;
        }
        let right = Area { x: area.x + 30.min(area.width), width: area.width.saturating_sub(30), ..area };
        pen.parts(right, line, &[(second.0, styles.accent()), (" ", styles.text()), (second.1, styles.dim())]);
    }
}

/// The case under the cursor: where it stands, whose it is, and how its description begins.
fn preview(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    let styles = pen.styles;
    let Some(rid) = scene.model.list.cursor() else { return };
    let Some(row) = scene.model.list.row(rid) else { return };
    let mut end = pen.parts(
        area,
        0,
        &[
            (" ", styles.text()),
            (row.key, styles.strong()),
            (" ", styles.text()),
            (row.status, styles.state(row.state)),
            ("  ", styles.text()),
        ],
    );
    let people: Vec<_> = row.assignees().collect();
    let tags: Vec<_> = row.tags().collect();
    let people = if people.is_empty() { "nobody".to_owned() } else { people.join(", ") };
    for (text, style) in [(people, styles.text()), ("  ".into(), styles.text()), (tags.join(" "), styles.dim())] {
        end = pen.text(end, area.y, area.right().saturating_sub(end), &text, style);
    }
    let body = Area { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(1) };
    let Some(lines) = crate::tui::follow_cursor::acts::preview(scene.model, scene.panes, scene.cx) else {
        let words = if scene.cx.pending.is_empty() { format!("{} reads it", scene.cx.key(Action::Open)) } else { "reading...".into() };
        pen.line(body, 0, &words, styles.dim());
        return;
    };
    if lines.is_empty() {
        pen.line(body, 0, "no description", styles.dim());
    }
    for (line, text) in (0..body.height).zip(lines) {
        pen.line(body, line, text, styles.text());
    }
}
