//! The last two lines: what can be pressed here, and what just happened. And the strip that explains a prefix.

use ratatui::style::Style;

use crate::domain::case::CaseId;
use crate::tui::areas::scope;
use crate::tui::available::{does, unavailable};
use crate::tui::cx::notice::Grade;
use crate::tui::cx::stack::case_in_sight;
use crate::tui::io::layout::{Area, Areas, Shape};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::keys::remap::Bound;
use crate::tui::scene::Scene;
use crate::tui::screens::Overlay;
use crate::tui::screens::detail::find::acts::find_again;
use crate::tui::widgets::pen::{Pen, clipped, width};

/// Keys of the table that can act now, in its order, as many as fit; help at the right.
pub(in crate::tui) fn hints(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    if area.is_empty() {
        return;
    }
    let styles = pen.styles;
    let scope = scope(scene.panes, scene.cx);
    let help = |bound: &&Bound| bound.binding.action == Action::Help;
    let mut room = area;
    if let Some(bound) = scene.cx.keymap.bindings(scope).find(help) {
        let key = bound.first_key();
        let text = if area.width < 60 { format!("{key} ") } else { format!("{key} {} ", bound.binding.short) };
        let start = pen.right(area, 0, &text, styles.text());
        room.width = start.saturating_sub(area.x + 1);
    }
    let has_key = |bound: &&Bound| !bound.binding.short.is_empty() && !bound.sequences.is_empty();
    let offered = scene.cx.keymap.bindings(scope).filter(|bound| has_key(bound) && !help(bound));
    for bound in offered.filter(|bound| unavailable(scope, bound.binding.action, scene.model, scene.panes, scene.cx).is_none()) {
        let (key, does) = (bound.first_key(), does(bound.binding, scene.model, scene.cx));
        let gap = if area.width < 60 { " " } else { "  " };
        let gap = if room.x == area.x { " " } else { gap };
        if width(gap) + width(&key) + 1 + width(does) > room.width {
            break;
        }
        let end = pen.parts(room, 0, &[(gap, styles.text()), (&key, styles.accent()), (" ", styles.text()), (does, styles.text())]);
        room.width -= end - room.x;
        room.x = end;
    }
}

/// The newest notice with its time; at the right what is being pressed, or where the cursor is.
pub(in crate::tui) fn status(pen: &mut Pen, areas: &Areas, scene: Scene<'_>) {
    let styles = pen.styles;
    let area = areas.status;
    let pressed = scene.cx.keys.written();
    let corner =
        if pressed.is_empty() { format!("{}{}", marked(scene, area.width), corner(scene, area.width)) } else { format!("{pressed}_ ") };
    let start = pen.right(area, 0, &corner, if pressed.is_empty() { styles.dim() } else { styles.accent() });
    let room = Area { width: start.saturating_sub(area.x + 1), ..area };
    if let Some(notice) = scene.cx.notices.shown() {
        let style: Style = styles.grade(notice.grade);
        let mark = match notice.grade {
            Grade::Error => "! ",
            Grade::Warning => "~ ",
            Grade::Info | Grade::Good => "",
        };
        let time = if area.width >= 60 { format!(" {} ", scene.cx.clock.time_of_day(notice.at)) } else { " ".into() };
        let left = room.width.saturating_sub(width(&time) + width(mark));
        let text = clipped(&notice.text, left);
        pen.parts(room, 0, &[(&time, styles.dim()), (mark, style), (&text, style)]);
    } else if let Some(words) = quiet(scene) {
        let words = clipped(&words, room.width.saturating_sub(1));
        pen.parts(room, 0, &[(" ", styles.text()), (&words, styles.dim())]);
    }
}

/// What the status line says when nothing happened.
fn quiet(scene: Scene<'_>) -> Option<String> {
    let reading: Vec<_> = scene
        .model
        .sources
        .iter()
        .filter(|source| matches!(source.state.phase, crate::protocol::Phase::Reading { .. }) && !source.was_full)
        .map(|source| source.code.as_str())
        .collect();
    if !reading.is_empty() {
        return Some(format!("reading {}; rows come in below, nothing under the cursor moves", reading.join(" ")));
    }
    if let Some(Overlay::FirstRun(page)) = scene.cx.overlays.last() {
        return page.looked_in.last().map(|path| format!("2 to 5 write {path}"));
    }
    let key = |action| scene.cx.keymap.key(Scope::Detail, action);
    if let Some(words) = find_again(scene.model, scene.cx) {
        return Some(format!("{} finds `{words}` again", scene.cx.keymap.key(Scope::Filter, Action::KeepFilter)));
    }
    if matches!(scene.cx.overlays.last(), Some(Overlay::Find(_))) {
        return Some(format!(
            "finds these letters in this tab; {} and {} walk over the lines",
            key(Action::FindNext),
            key(Action::FindPrevious)
        ));
    }
    if scope(scene.panes, scene.cx) == Scope::Filter {
        return Some("all must hold: word, field:value, -not, (this OR that), \"several words\"".into());
    }
    if let Some(words) = waiting(scene) {
        return Some(words);
    }
    let next = scene.model.sources.iter().filter_map(|source| source.tries_at(scene.cx.now)).min();
    let next = next.map(|at| format!("; next try {}", crate::domain::clock::until(at, scene.cx.now))).unwrap_or_default();
    scene.model.is_offline(scene.cx).then(|| format!("reading works from disk, edits are queued{next}"))
}

/// `12 marked (2 hidden)`, a macro that is being recorded, and how far a bulk change is.
fn marked(scene: Scene<'_>, columns: u16) -> String {
    let mut parts = Vec::new();
    if scene.model.recording.is_some() {
        parts.push("REC".to_owned());
    }
    // As beside a case: a text that was typed for them waits.
    let draft = if scene.model.has_draft_of_marks() { " \"" } else { "" };
    match if scene.model.marks.has_marks() { scene.model.marked() } else { (0, 0) } {
        (0, _) => {}
        (count, 0) => parts.push(format!("{count} marked{draft}")),
        (count, hidden) if columns >= 60 => parts.push(format!("{count} marked{draft} ({hidden} hidden)")),
        (count, hidden) => parts.push(format!("{count} marked{draft} ({hidden})")),
    }
    if let Some(sent) = scene.model.batch_under_way().filter(|_| scope(scene.panes, scene.cx) != Scope::Batch) {
        let tally = sent.tally();
        parts.push(format!("bulk {}/{}{}", tally.done + tally.stuck, tally.of, if tally.is_paused() { " held" } else { "" }));
    }
    parts.iter().flat_map(|part| [part.as_str(), "  "]).collect()
}

/// What waits to be sent while it can be taken back, and where the cursor is.
fn corner(scene: Scene<'_>, columns: u16) -> String {
    let has_undo =
        scene.cx.keymap.binding(scope(scene.panes, scene.cx), Action::Undo).is_some() && scene.model.takes_back_waiting(scene.cx);
    let undo = scene.cx.keymap.key(scope(scene.panes, scene.cx), Action::Undo);
    match scene.model.countdown(scene.cx) {
        None => place(scene),
        Some((_, seconds)) if columns < 60 && has_undo => format!("{seconds} s: {undo} undoes "),
        Some((_, seconds)) if columns < 60 => format!("sends in {seconds} s "),
        Some((1, seconds)) if has_undo => {
            format!("{} leaves in {seconds} s, {undo} takes it back  {}", scene.model.counting_key(scene.cx), place(scene))
        }
        Some((1, seconds)) => format!("{} leaves in {seconds} s  {}", scene.model.counting_key(scene.cx), place(scene)),
        Some((count, seconds)) if has_undo => format!("{count} wait, next in {seconds} s, {undo} takes back  {}", place(scene)),
        Some((count, seconds)) => format!("{count} wait, next in {seconds} s  {}", place(scene)),
    }
}

/// What of the person's own waits for the case in sight.
fn waiting(scene: Scene<'_>) -> Option<String> {
    let rid = case_in_sight(scene.model, scene.panes).filter(|_| scene.cx.overlays.is_empty())?;
    let row = scene.model.list.row(rid)?;
    if scene.model.conflict_of(rid).is_some() {
        return Some(format!("{}: your edit overlaps, {} decides; somebody changed the same", row.key, scene.cx.key(Action::Edit)));
    }
    let draft = scene.model.kept.typed(&CaseId { source: row.source, id: row.id.into() })?;
    let (at, edit) = (scene.cx.clock.time_of_day(draft.saved_at), scene.cx.key(Action::Edit));
    Some(format!("{}: your text waits, {edit} offers it; on disk since {at}", row.key))
}

fn place(scene: Scene<'_>) -> String {
    if matches!(scene.cx.overlays.last().map(crate::tui::screens::Overlay::shape), Some(Shape::Whole)) {
        return String::new();
    }
    match (scene.model.list.order().len(), scene.model.list.cursor()) {
        (0, _) | (_, None) => String::new(),
        (count, Some(_)) => format!("{}/{count} ", scene.model.list.at() + 1),
    }
}

/// What may follow the prefix that waits.
pub(in crate::tui) fn strip(pen: &mut Pen, areas: &Areas, scene: Scene<'_>) {
    let area = areas.strip;
    if area.is_empty() {
        return;
    }
    let styles = pen.styles;
    pen.clear(area);
    pen.frame(area, &format!("{}...", scene.cx.keys.written()), "any other key: nothing happens", true);
    let inner = area.inner();
    let count = crate::tui::areas::strip_columns(areas.size.0);
    let column = inner.width / count;
    for (n, (chord, bound)) in (0_u16..).zip(crate::tui::areas::strip(scene.panes, scene.cx)) {
        let binding = bound.binding;
        let cell = Area { x: inner.x + n % count * column, width: column.saturating_sub(1), ..inner };
        let why = unavailable(scope(scene.panes, scene.cx), binding.action, scene.model, scene.panes, scene.cx);
        let (key, words) = if why.is_some() { (styles.dim(), styles.dim()) } else { (styles.accent(), styles.text()) };
        let chord = chord.to_string();
        let said = clipped(binding.words, cell.width.saturating_sub(width(&chord) + 2));
        pen.parts(cell, n / count, &[(" ", words), (&chord, key), (" ", words), (&said, words)]);
    }
}
