//! An empty list says why it is empty: still reading, filtered away, or a source that failed.

use crate::protocol::{Doubt, Phase};
use crate::tui::io::layout::Area;
use crate::tui::keys::action::Action;
use crate::tui::scene::Scene;
use crate::tui::widgets::pen::{Pen, clipped, wrapped};

/// Lines of the sentence that says so.
const MOST_HEAD_LINES: usize = 4;
/// Up to this many lines nothing stands apart.
const LOW: u16 = 8;

pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    let mut area = Area { x: area.x + 3.min(area.width), width: area.width.saturating_sub(4), ..area };
    let down = if area.height > 12 { 3 } else { 1 };
    area.y += down.min(area.height);
    area.height = area.height.saturating_sub(down);
    if scene.model.list.known() > 0 {
        return filtered(pen, area, scene);
    }
    if let Some(source) = scene.model.sources.iter().find(|source| source.state.fault.is_some())
        && !scene.model.known_in_all(scene.cx).doubts.iter().any(|doubt| matches!(doubt, Doubt::Reading { .. }))
    {
        crate::tui::screens::sources::view::problem(pen, area, scene, source);
        return;
    }
    nothing(pen, area, scene);
}

fn nothing(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    let styles = pen.styles;
    let known = scene.model.known_in_all(scene.cx);
    match known.doubts.first() {
        _ if scene.model.sources.is_empty() || scene.model.is_offline(scene.cx) && !scene.model.list.is_disk_told() => {
            pen.line(area, 0, "Opening...", styles.strong());
        }
        None => {
            pen.line(area, 0, "There are no cases. Every page was read.", styles.strong());
            let (again, sources) = (scene.cx.key(Action::Refresh), scene.cx.key(Action::Sources));
            pen.line(area, 2, &format!("{again} looks again   {sources} shows the sources"), styles.dim());
        }
        Some(Doubt::FromDisk { .. }) => {
            pen.line(area, 0, "No case was ever read into this directory.", styles.strong());
            pen.line(area, 2, "Start once without --offline to read them.", styles.dim());
        }
        _ => {
            pen.line(area, 0, "0 so far", styles.strong());
            for (line, source) in (2..).zip(&scene.model.sources) {
                let what = match source.state.phase {
                    Phase::Reading { pages, of: Some(of) } => format!("reading page {} of {of}", (pages + 1).min(of)),
                    Phase::Reading { pages, of: None } => format!("reading page {}", pages + 1),
                    Phase::Waiting { .. } => "waits until its quota refills".into(),
                    Phase::Idle => {
                        source.state.fault.as_ref().map_or_else(|| "waits for its turn".into(), |fault| fault.message.to_string())
                    }
                };
                let end = pen.line(area, line, &format!("{}  ", source.code), styles.accent());
                let rest = Area { x: end, width: area.right().saturating_sub(end), ..area };
                pen.line(rest, line, &format!("{}: {what}", source.info.name), styles.text());
            }
        }
    }
}

/// Nothing matches: what each word left over, and whether that is the whole truth.
fn filtered(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    let styles = pen.styles;
    let known = scene.model.known(scene.cx);
    let worth = if known.is_complete() { "Every page was read.".to_owned() } else { scene.model.doubts_told(&known, scene.cx).join(" ") };
    let none = if known.is_complete() { "No case matches this filter." } else { "No case matches so far." };
    let most = if area.height > LOW { MOST_HEAD_LINES } else { 2 };
    let head = format!("{none} {worth}");
    let head = wrapped(&head, area.width, most);
    for (line, text) in (0..).zip(&head) {
        pen.line(area, line, text, styles.strong());
    }
    let mut line = u16::try_from(head.len()).unwrap_or(1) + u16::from(area.height > LOW);
    pen.parts(area, line, &[("  all cases", styles.dim())]);
    let counts = Area { width: area.width.min(50), ..area };
    pen.right(counts, line, &scene.model.list.known().to_string(), styles.dim());
    for (word, left) in scene.model.list.funnel() {
        line += 1;
        let style = if *left == 0 { styles.warning() } else { styles.text() };
        let word = clipped(word, counts.width.saturating_sub(10));
        pen.parts(counts, line, &[("  ", style), (&word, style)]);
        pen.right(counts, line, &format!(" {left}"), style);
    }
    line += if area.height > LOW { 2 } else { 1 };
    let ways = [
        (Action::Filter, "edit the filter"),
        (Action::ClearFilter, "clear it"),
        (Action::Explain, "explain it"),
        (Action::Refresh, "look for changes"),
    ];
    for (action, words) in ways {
        pen.parts(
            area,
            line,
            &[("  ", styles.text()), (&scene.cx.key(action), styles.accent()), ("  ", styles.text()), (words, styles.text())],
        );
        line += 1;
    }
}
