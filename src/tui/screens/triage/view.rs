//! The triage run: one case, what can be decided, and how far the run is.

use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::history::acts::can_undo;
use crate::tui::scene::Scene;
use crate::tui::screens::batch::view::minutes;
use crate::tui::screens::triage::acts::{triage_elsewhere, triage_taken};
use crate::tui::screens::triage::{TriagePane, tally};
use crate::tui::widgets::pen::{Pen, clipped, cut, width, wrapped};

/// Narrower than this the decisions are words in two lines.
const NARROW: u16 = 60;
/// Lower than this the text of the case gives way to the decisions.
const LOW: u16 = 14;

pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &TriagePane) {
    let styles = pen.styles;
    pen.clear(area);
    let Some(run) = &scene.model.triage else { return };
    let filter = if run.filter.is_empty() { "the whole list" } else { run.filter.as_str() };
    let sitting_s = u64::try_from(scene.cx.steady.as_second() - pane.begun_at.as_second()).unwrap_or(0);
    let left = run.left_s(sitting_s).and_then(|left| i64::try_from(left).ok());
    let left = left.map_or_else(String::new, |left| format!("   ~{} left", minutes(left)));
    let place = format!("{} of {}{left} ", (run.decided.len() + 1).min(run.of), run.of);
    let start = pen.right(area, 0, &place, styles.text());
    let head = Area { width: start.saturating_sub(area.x + 1), ..area };
    let name = " Triage run  ";
    let filter = clipped(filter, head.width.saturating_sub(width(name)));
    let filter = if filter.starts_with('.') { "".into() } else { filter };
    pen.parts(head, 0, &[(name, styles.title()), (&filter, styles.strong())]);
    let decisions = decisions(scene, pane, area.width);
    let bottom = u16::try_from(decisions.len()).unwrap_or(u16::MAX) + if area.height >= LOW { 3 } else { 1 };
    pen.rule(area, 1);
    let body = Area { y: area.y + 2, height: area.height.saturating_sub(2 + bottom), ..area };
    case(pen, body, scene, pane);
    let mut foot = Area { y: body.bottom(), height: bottom, ..area };
    if area.height >= LOW {
        pen.rule(foot, 0);
        foot = Area { y: foot.y + 1, height: foot.height - 1, ..foot };
    }
    for (line, text) in (0..foot.height).zip(&decisions) {
        pen.line(foot, line, text, styles.text());
    }
    let last = foot.height.saturating_sub(1);
    let key = |action| scene.cx.keymap.key(Scope::Triage, action);
    let taken = triage_taken(scene.model, scene.cx).map(|by| format!(" {by} has just taken this case; {} goes on", key(Action::Later)));
    let elsewhere =
        || triage_elsewhere(scene.model, scene.cx).map(|what| format!(" given elsewhere just now: {what}; {} goes on", key(Action::Later)));
    let (words, style) = match (taken.or_else(elsewhere), &pane.note) {
        (Some(words), _) => (words, styles.warning()),
        (None, Some(note)) => (format!(" {note}"), styles.warning()),
        (None, None) => (format!(" decided: {}", tally(run)), styles.dim()),
    };
    pen.words(foot, last, &words, style);
    let back = if can_undo(scene.model, scene.cx) { format!("{} takes back  ", key(Action::Undo)) } else { String::new() };
    let ways_out = format!("{back}{} pause ", key(Action::Back));
    if width(&words) + width(&ways_out) < foot.width {
        pen.right(foot, last, &ways_out, styles.dim());
    }
}

/// Key, title, and as much of the text as there is room for.
fn case(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &TriagePane) {
    let styles = pen.styles;
    let Some((rid, row)) = pane.rid.and_then(|rid| Some((rid, scene.model.list.row(rid)?))) else {
        pen.line(area, 0, " this case is not known here", styles.dim());
        return;
    };
    let code = scene.model.source(row.source).map_or("??", |source| source.code.as_str());
    let draft = if scene.model.has_draft(rid) { "\" " } else { "" };
    pen.parts(area, 0, &[(&format!(" {code} {} ", row.key), styles.accent()), (draft, styles.warning()), (row.title, styles.strong())]);
    let who: Vec<&str> = row.assignees().collect();
    let who = if who.is_empty() { "nobody".to_owned() } else { who.join(", ") };
    let tags: Vec<&str> = row.tags().collect();
    let priority = row.priority_marked();
    let facts = format!(" {priority}  {}  {who}   {}", row.status, tags.join("  "));
    pen.words(area, 1, &facts, styles.text());
    let mut line = 3;
    if area.height < LOW {
        line = 2;
    }
    if let Some(words) = scene.model.busy_words(rid, scene.cx) {
        pen.words(area, line, &format!(" {words}"), styles.warning());
        line += if area.height < LOW { 1 } else { 2 };
    }
    if let Some((other, alike)) = pane.alike.and_then(|other| Some((other, scene.model.list.row(other)?))) {
        pen.words(area, line, &format!(" Looks like {} {}", scene.model.name_of_alike(rid, other), alike.title), styles.text());
        line += if area.height < LOW { 1 } else { 2 };
    }
    if let Some((words, is_unmet)) = scene.model.lacks_for_closing(rid) {
        pen.words(area, line, &format!(" {words}"), if is_unmet { styles.warning() } else { styles.dim() });
        line += if area.height < LOW { 1 } else { 2 };
    }
    let Some(loaded) = scene.model.cached.get(rid) else {
        pen.line(area, line, " being read...", styles.dim());
        return;
    };
    let room = area.height.saturating_sub(line);
    let columns = area.width.saturating_sub(2);
    let text = loaded.case.description.as_str();
    let lines = text
        .lines()
        .flat_map(|line| if line.is_empty() { vec![""] } else { wrapped(line, columns, usize::from(u16::MAX)).into_iter().collect() });
    let inner = Area { x: area.x + 1, y: area.y + line.min(area.height), width: columns, height: room };
    for (at, part) in (0..room).zip(lines.skip(pane.scroll)) {
        pen.line(inner, at, part, styles.text());
    }
}

/// What the digits and letters do, in as many columns as fit.
fn decisions(scene: Scene<'_>, pane: &TriagePane, columns: u16) -> Vec<String> {
    let key = |action| scene.cx.keymap.key(Scope::Triage, action);
    let with = |action, words: &str| format!("{} {words}", key(action));
    let alike = pane.alike.and_then(|rid| scene.model.list.row(rid)).map(|row| row.key);
    if columns < NARROW {
        let same = if alike.is_some() { format!(" {}", with(Action::SameAs, "same")) } else { String::new() };
        let [take, assign] = [with(Action::Take, "take"), with(Action::Assign, "assign")];
        let [close, run] = [with(Action::CloseCase, "close"), with(Action::Macros, "macro")];
        let [next, leave] = [with(Action::Later, "next"), with(Action::Leave, "leave")];
        let [snooze, say] = [with(Action::Snooze, "snooze"), with(Action::Comment, "say")];
        let back = if can_undo(scene.model, scene.cx) { format!(" {}", with(Action::Undo, "back")) } else { String::new() };
        return vec![format!(" {take}{same} {assign} {close} {run}"), format!(" {next} {leave} {snooze} {say}{back}")];
    }
    let choices = [
        with(Action::Take, "take it"),
        with(Action::SameAs, &alike.map_or_else(|| "(nothing alike)".to_owned(), |key| format!("same as {key}, close"))),
        with(Action::Assign, "assign to..."),
        with(Action::CloseCase, "close..."),
        with(Action::Macros, "macro..."),
        with(Action::Snooze, "snooze..."),
        with(Action::Later, "next, ask again"),
        with(Action::Leave, "leave as it is"),
        with(Action::Comment, "comment first"),
    ];
    let column: u16 = 26;
    let per_line = usize::from((columns / column).max(1));
    let mut lines: Vec<String> = Vec::new();
    for chunk in choices.chunks(per_line) {
        let cells: Vec<String> = chunk.iter().map(|choice| format!("  {:<24}", cut(choice, 24))).collect();
        lines.push(cells.concat());
    }
    lines
}
