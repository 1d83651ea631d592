//! How a bulk change goes: a bar, the figures, and the outcome of each case, failures first.

use crate::domain::count::count_of;
use crate::domain::edit::Progress;
use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::history::seconds_until;
use crate::tui::model::outbox::Queued;
use crate::tui::scene::Scene;
use crate::tui::screens::batch::{BatchPane, Sent};
use crate::tui::screens::bulk::view::bar;
use crate::tui::widgets::pen::{Pen, clipped, cut, width};

pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &BatchPane) {
    let styles = pen.styles;
    pen.clear(area);
    let Some(sent) = scene.model.batch(&pane.id) else {
        pen.line(area, 0, " this bulk change is over and put away", styles.dim());
        return;
    };
    let tally = sent.tally();
    let start = pen.right(area, 0, " bulk change ", styles.accent());
    let title = clipped(&sent.batch.words, start.saturating_sub(area.x + 1));
    pen.parts(area, 0, &[(" ", styles.text()), (&title, styles.title())]);
    bar(pen, area, 1, tally.done, tally.stuck, tally.of);
    pen.line(area, 2, &format!(" {} of {}   {}", tally.done, tally.of, tally.words()), styles.text());
    let (words, style) = state(scene, sent);
    pen.words(area, 3, &format!(" {words}"), style);
    pen.rule(area, 4);
    let room = Area { y: area.y + 5, height: area.height.saturating_sub(5), ..area };
    let rows = sent.listed();
    let at = pane.at(sent);
    let first = (at + 1).saturating_sub(usize::from(room.height.max(1)));
    for (line, (n, row)) in (0..room.height).zip(rows.into_iter().enumerate().skip(first)) {
        let is_cursor = n == at;
        let style = match &row.entry.progress {
            _ if is_cursor => styles.cursor(true),
            progress if progress.needs_person() => styles.bad(),
            Progress::Verified => styles.good(),
            _ => styles.text(),
        };
        if is_cursor {
            pen.tint(room, line, style);
        }
        let code = scene.model.source(row.entry.edit.case.source).map_or("??", |source| source.code.as_str());
        let outcome = outcome(scene, row);
        let key = format!("{}{code} {}", if is_cursor { ">" } else { " " }, row.key);
        // The key is whole; then how it went, then what was asked for.
        let outcome = clipped(&outcome, room.width.saturating_sub(width(&key) + 2));
        let space = room.width.saturating_sub(width(&outcome) + 2);
        let wishes = space.saturating_sub(width(&key) + 2);
        let left = if wishes > 2 { format!("{key}  {}", clipped(&row.wishes(scene.model), wishes)) } else { key };
        pen.text(room.x, room.y + line, space, &left, style);
        pen.right(room, line, &format!("{outcome} "), style);
    }
}

fn state(scene: Scene<'_>, sent: &Sent) -> (String, ratatui::style::Style) {
    let styles = app_styles(scene);
    let tally = sent.tally();
    let key = |action| scene.cx.keymap.key(Scope::Batch, action);
    let (undo, pause, drop) = (key(Action::Undo), key(Action::Pause), key(Action::Drop));
    if tally.is_over() && tally.stuck == 0 {
        return match tally.done {
            0 => ("nothing of it was sent: all was given up".into(), styles.text()),
            done if done == tally.unsent => ("nothing of it was sent".into(), styles.text()),
            _ => (scene.model.undo_of_batch(&sent.batch.id, scene.cx), styles.text()),
        };
    }
    if tally.is_over() {
        let (retry, mark, open) = (key(Action::Retry), key(Action::MarkFailed), key(Action::Open));
        return (format!("{retry} retries what failed, {mark} marks those cases, {open} decides a conflict"), styles.bad());
    }
    if sent.is_stopped {
        return (format!("stopped after two failures in a row: {pause} goes on, {drop} gives up the rest"), styles.bad());
    }
    if tally.is_paused() {
        return (format!("paused: {pause} goes on, {drop} gives up the rest"), styles.warning());
    }
    if scene.model.is_offline(scene.cx) {
        return (format!("offline, it waits on disk; {drop} gives it up"), styles.warning());
    }
    if let Some(at) = sent.next_to_leave(scene.cx.steady).and_then(|row| row.leaves_at) {
        let way = if scene.model.history.is_last(&sent.batch.id) { format!("{undo} takes it back") } else { format!("{drop} gives it up") };
        return (format!("leaves in {} s; {way}", seconds_until(at, scene.cx.steady)), styles.text());
    }
    let behind = sent.rows.iter().filter(|row| row.entry.is_behind()).count();
    if behind > 0 && behind == tally.waiting {
        let (waits, go) = (count_of(behind, "case waits", "cases wait"), scene.cx.key(Action::Outbox));
        return (format!("{waits} behind a stopped edit: {go} decides those; {drop} gives up the rest"), styles.warning());
    }
    let left = sent.left_s(scene.cx.steady).map_or_else(String::new, |seconds| format!(", about {} left", minutes(seconds)));
    (format!("being sent{left}; {pause} pauses, {drop} gives up the rest"), styles.text())
}

fn app_styles(scene: Scene<'_>) -> crate::tui::theme::Styles {
    crate::tui::theme::Styles::new(scene.cx.setup.plain)
}

/// `40 s`, `7 min`.
pub(in crate::tui) fn minutes(seconds: i64) -> String {
    if seconds < 100 { format!("{seconds} s") } else { format!("{} min", (seconds + 30) / 60) }
}

fn outcome(scene: Scene<'_>, row: &Queued) -> String {
    match &row.entry.progress {
        Progress::Verified if row.entry.unread.is_some() => "ok, not read back".into(),
        Progress::Verified => row.entry.unsent().unwrap_or("ok").into(),
        Progress::Queued if row.entry.is_held => "held".into(),
        Progress::Queued if row.entry.is_behind() => "behind a stopped edit".into(),
        Progress::Queued => "waiting".into(),
        Progress::Parked { fault, .. } if row.entry.conflict.is_none() => format!("FAILED {}", cut(fault.message.as_str(), 40)),
        Progress::Parked { .. } => "CONFLICT".into(),
        Progress::Unknown { .. } => "UNKNOWN".into(),
        _ => row.progress(scene.model.is_offline(scene.cx)),
    }
}
