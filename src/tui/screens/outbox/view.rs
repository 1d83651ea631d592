//! The screen of what is not sent: every entry with its state, and all about the one under the cursor.

use ratatui::style::Style;

use crate::domain::edit::Progress;
use crate::domain::fault::Fault;
use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::outbox::Queued;
use crate::tui::scene::Scene;
use crate::tui::screens::outbox::OutboxPane;
use crate::tui::widgets::pen::{Pen, clipped, cut, width, wrapped};

/// Narrower or lower than this the border gives its room to the entries.
const FRAMED_WIDTH: u16 = 50;
const FRAMED_HEIGHT: u16 = 8;
/// From this width on an entry shows when it was saved and where it goes.
const WIDE: u16 = 60;
/// Lines about the chosen entry, where there is room for them.
const ABOUT: u16 = 7;

pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>, pane: &OutboxPane) {
    let styles = pen.styles;
    pen.clear(area);
    let stuck = scene.model.stuck();
    let title = match stuck {
        0 => format!("Outbox {}", scene.model.unsent()),
        _ => format!("Outbox {}, {stuck} stopped", scene.model.unsent()),
    };
    let title = match scene.model.batches_unsent() {
        0 => title,
        in_bulk => format!("{title}, {in_bulk} in {}", scene.cx.key(Action::Batch)),
    };
    let title = match scene.model.kept.edits_elsewhere() {
        0 => title,
        others => format!("{title}, and {others} of a source that is not configured"),
    };
    let mut inner = if area.width >= FRAMED_WIDTH && area.height >= FRAMED_HEIGHT {
        pen.frame(area, &title, "what is here is on disk and survives quitting", true);
        area.inner()
    } else {
        pen.line(area, 0, &format!(" {title}"), styles.title());
        Area { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
    };
    if scene.model.outbox.is_empty() {
        let words =
            if scene.model.kept.edits_elsewhere() > 0 { scene.model.nothing_to_send(scene.cx) } else { "nothing waits to be sent".into() };
        let rows = wrapped(&words, inner.width.saturating_sub(1), usize::from(inner.height));
        for (line, text) in (0..inner.height).zip(rows) {
            pen.line(inner, line, &format!(" {text}"), styles.dim());
        }
        return;
    }
    let chosen = pane.at(&scene.model.outbox);
    let count = u16::try_from(scene.model.outbox.len()).unwrap_or(u16::MAX);
    let about = ABOUT.max(inner.height.saturating_sub(count)).min(inner.height / 2 + 1);
    inner.height = inner.height.saturating_sub(about);
    let first = (chosen + 1).saturating_sub(usize::from(inner.height.max(1)));
    for (line, (n, queued)) in (0..inner.height).zip(scene.model.outbox.iter().enumerate().skip(first)) {
        entry(pen, inner, line, scene, (n, queued), n == chosen);
    }
    let foot = Area { y: inner.bottom(), height: about, ..inner };
    pen.rule(foot, 0);
    if let Some(queued) = scene.model.outbox.get(chosen) {
        let room = Area { x: foot.x + 1, y: foot.y + 1, width: foot.width.saturating_sub(2), height: foot.height.saturating_sub(1) };
        explain(pen, room, scene, queued);
    }
}

/// Number, time, case, what, and at the right its state.
fn entry(pen: &mut Pen, area: Area, line: u16, scene: Scene<'_>, (n, queued): (usize, &Queued), is_chosen: bool) {
    let styles = pen.styles;
    let style = if is_chosen {
        styles.cursor(true)
    } else if queued.entry.progress.needs_person() {
        styles.bad()
    } else {
        styles.text()
    };
    if is_chosen {
        pen.tint(area, line, style);
    }
    let mark = if is_chosen { ">" } else { " " };
    let key = if area.width >= WIDE {
        let code = scene.model.source(queued.entry.edit.case.source).map_or("??", |source| source.code.as_str());
        let at = scene.cx.clock.time_of_day(queued.entry.saved_at);
        format!("{mark}{} {at} {code} {} ", n + 1, queued.key)
    } else {
        format!("{mark}{} {}", n + 1, queued.key)
    };
    // The key is whole; then where the entry stands, then what it wants.
    let state = scene.model.entry_state(n, scene.cx);
    let state = clipped(&state, area.width.saturating_sub(width(&key) + 2));
    let start = pen.right(area, line, &format!("{state} "), style);
    let room = start.saturating_sub(area.x + 1).max(width(&key));
    let left = format!("{key} {}", queued.wishes(scene.model));
    let text = if width(&left) > room { format!("{}..", cut(&left, room.saturating_sub(2).max(width(&key)))) } else { left };
    pen.text(area.x, area.y + line, room, &text, style);
}

/// All about an entry: what it wants, how far it has come, and what can be done.
fn explain(pen: &mut Pen, area: Area, scene: Scene<'_>, queued: &Queued) {
    let styles = pen.styles;
    let mut lines: Vec<(String, Style)> = Vec::new();
    let style = if queued.entry.progress.needs_person() { styles.bad() } else { styles.text() };
    lines.push((format!("{}: {}", queued.key, queued.progress(scene.model.is_offline(scene.cx))), style));
    if let Some((landed, left)) = queued.landed(scene.model) {
        lines.push((format!("landed: {landed}"), styles.good()));
        if !left.is_empty() {
            lines.push((format!("not yet: {left}"), styles.text()));
        }
    } else {
        lines.push((queued.wishes(scene.model), styles.text()));
    }
    let step = if scene.cx.setup.offline { offline_step(scene, queued) } else { None };
    lines.push((step.unwrap_or_else(|| next_step(scene, queued)), styles.dim()));
    if let Some(fault) = stopped_by(scene, queued) {
        lines.push((fault.next_step().into(), styles.text()));
    }
    let mut line = 0;
    for (text, style) in lines {
        for part in wrapped(&text, area.width, usize::from(area.height)) {
            pen.line(area, line, part, style);
            line += 1;
        }
    }
}

/// What has to be put right outside, or passes by itself.
fn stopped_by<'a>(scene: Scene<'_>, queued: &'a Queued) -> Option<&'a Fault> {
    match &queued.entry.progress {
        Progress::Parked { fault, .. } if queued.entry.conflict.is_none() => Some(fault),
        // Without the network nothing passes by itself.
        // Its next step names the keys.
        Progress::Queued if queued.entry.is_behind() => None,
        Progress::Queued | Progress::Sending { .. } | Progress::Sent => {
            queued.entry.delayed_by.as_ref().filter(|_| !scene.cx.setup.offline)
        }
        _ => None,
    }
}

/// What can be done where no request may leave; None: the same as elsewhere.
fn offline_step(scene: Scene<'_>, queued: &Queued) -> Option<String> {
    let key = |action| scene.cx.keymap.key(Scope::Outbox, action);
    let (retry, drop, hold) = (key(Action::Retry), key(Action::Drop), key(Action::Hold));
    let next = "with the next caseload started without --offline";
    match &queued.entry.progress {
        Progress::Queued if queued.entry.is_held => None,
        Progress::Queued if queued.entry.is_behind() => Some(format!("decide that one, and this one follows {next}; {drop} drops it")),
        Progress::Queued => Some(format!("it is sent {next}; {hold} holds it; {drop} drops it")),
        Progress::Sending { .. } | Progress::Sent | Progress::Verified => Some(format!("it goes on {next}")),
        Progress::Parked { .. } if queued.entry.conflict.is_some() => None,
        Progress::Parked { .. } | Progress::Unknown { .. } => {
            Some(format!("it waits for you; {retry} tries it again in a caseload started without --offline; {drop} drops it"))
        }
    }
}

fn next_step(scene: Scene<'_>, queued: &Queued) -> String {
    let key = |action| scene.cx.keymap.key(Scope::Outbox, action);
    let (retry, drop) = (key(Action::Retry), key(Action::Drop));
    match &queued.entry.progress {
        Progress::Queued if queued.entry.is_held => format!("{} lets it go; {drop} drops it", key(Action::Hold)),
        Progress::Queued if queued.entry.is_behind() => {
            format!("decide that one, and this one follows; {retry} sends it before that one; {drop} drops it")
        }
        Progress::Queued if queued.entry.delayed_by.is_some() => {
            format!("{retry} tries now; {} holds it; {drop} drops it", key(Action::Hold))
        }
        Progress::Queued => "the case is read and compared first; then it is sent and read back".into(),
        Progress::Sending { .. } | Progress::Sent | Progress::Verified => "on its way; nothing is needed".into(),
        Progress::Parked { .. } if queued.entry.conflict.is_some() => {
            format!("{} shows both sides; nothing is sent until you decide", key(Action::Open))
        }
        Progress::Parked { done: 0, .. } => format!("{retry} tries again, the case is read first; {drop} drops it"),
        Progress::Parked { .. } => {
            let back = key(Action::RollBack);
            format!("{retry} sends only what is missing; {back} sets back what has landed; {drop} leaves it so")
        }
        Progress::Unknown { .. } => format!("{retry} reads the case first: what is there already is never sent twice"),
    }
}
