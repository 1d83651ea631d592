//! Boxes with a line to type and choices below it: whom to assign, which tags to add and remove.

use crate::domain::case::Vendor;
use crate::domain::count::count_of;
use crate::tui::app::App;
use crate::tui::io::layout::Area;
use crate::tui::model::aside::SnoozeBox;
use crate::tui::model::outbox::wish;
use crate::tui::screens::ask::AskBox;
use crate::tui::screens::labels::LabelsBox;
use crate::tui::screens::people::PeoplePicker;
use crate::tui::view::header::field;
use crate::tui::widgets::pen::{Pen, width, wrapped};
use crate::tui::widgets::text;

/// Whom to assign; returns where the text's cursor is.
pub(in crate::tui) fn people(pen: &mut Pen, area: Area, app: &App, picker: &PeoplePicker) -> (u16, u16) {
    let styles = pen.styles;
    let people = picker.people();
    let replaces = picker.vendor == Vendor::Datadog && !picker.case.row.assignees.is_empty();
    let verb = if replaces { "Assign instead of" } else { "Assign to" };
    let row = &picker.case.row;
    let whom = if replaces { row.assignees[0].label().to_owned() } else { app.model.key_told(row.id.source, row.key.as_str()) };
    let inner = frame(pen, area, &format!("{verb} {whom}"));
    let state = match (&picker.fault, picker.is_asking(), people.len()) {
        (Some(fault), ..) => format!("the vendor found nobody: {}", fault.message),
        (None, true, _) => "asking the vendor...".into(),
        (None, false, 0) => "nobody matches".into(),
        (None, false, found) => count_of(found, "person", "people"),
    };
    let cursor = typed(pen, inner, text::line_text(&picker.area), picker.area.cursor().1, "name or mail");
    let below = below(inner, 1);
    pen.line(below, 0, &state, if picker.fault.is_some() { styles.warning() } else { styles.dim() });
    let list = self::below(below, 1);
    let rows: Vec<_> = people
        .iter()
        .map(|person| {
            let me = if picker.is_me(person) { " (me)" } else { "" };
            let assigned = if picker.is_assigned(person) { " assigned" } else { "" };
            let service = if person.is_service { " *" } else { "" };
            let mail = if person.name.is_empty() { "" } else { person.email.as_str() };
            (format!("{}{service}{me}{assigned}", person.label()), mail.to_owned())
        })
        .collect();
    choices(pen, list, &rows, picker.chosen);
    cursor
}

/// One line for a bulk change, a macro or a triage run; returns where the text's cursor is.
pub(in crate::tui) fn ask(pen: &mut Pen, area: Area, ask: &AskBox) -> (u16, u16) {
    let styles = pen.styles;
    let inner = frame(pen, area, &ask.title);
    let mut line = 0;
    for text in &ask.lines {
        for part in wrapped(text, inner.width, 4) {
            pen.line(inner, line, part, styles.text());
            line += 1;
        }
    }
    let cursor = typed(pen, below(inner, line), ask.typed(), ask.area.cursor().1, "");
    let rows: Vec<_> = ask.suggestions().into_iter().map(|one| (one.value.clone(), one.words.clone())).collect();
    if !rows.is_empty() {
        pen.rule(inner, line + 1);
        choices(pen, below(inner, line + 2), &rows, ask.chosen.unwrap_or(usize::MAX));
    }
    cursor
}

/// Tags or attributes; returns where the text's cursor is.
pub(in crate::tui) fn labels(pen: &mut Pen, area: Area, app: &App, labels: &LabelsBox) -> (u16, u16) {
    let styles = pen.styles;
    let (title, example) = match labels.vendor {
        Vendor::Datadog => ("Attributes of", "+key:value -key:value -key"),
        _ => ("Tags of", "+new -old"),
    };
    let inner = frame(pen, area, &format!("{title} {}", app.model.key_told(labels.case.row.id.source, labels.case.row.key.as_str())));
    let cursor = typed(pen, inner, text::line_text(&labels.area), labels.area.cursor().1, example);
    let has = labels.has();
    let has = if has.is_empty() { "none".to_owned() } else { has.join("  ") };
    pen.parts(below(inner, 1), 0, &[("has   ", styles.dim()), (&has, styles.text())]);
    let (words, style) = match labels.changes() {
        Ok(changes) => (changes.iter().map(change_words).collect::<Vec<_>>().join("  "), styles.good()),
        Err(_) if text::line_text(&labels.area).trim().is_empty() => ("nothing yet".into(), styles.dim()),
        Err(reason) => (reason, styles.warning()),
    };
    pen.parts(below(inner, 2), 0, &[("does  ", styles.dim()), (&words, style)]);
    pen.rule(inner, 3);
    let rows: Vec<_> = labels.suggestions().into_iter().map(|suggestion| (suggestion, String::new())).collect();
    choices(pen, below(inner, 4), &rows, labels.chosen);
    cursor
}

/// A time to snooze until; returns where the text's cursor is.
pub(in crate::tui) fn snooze(pen: &mut Pen, area: Area, app: &App, snooze: &SnoozeBox) -> (u16, u16) {
    let styles = pen.styles;
    let inner = frame(pen, area, &format!("Snooze {} until", snooze.name));
    let cursor = typed(pen, inner, text::line_text(&snooze.area), snooze.area.cursor().1, "2h");
    let now = app.cx.zoned_now();
    let (words, style) = match snooze.until(&now) {
        Ok(until) => (format!("sleeps until {}", until.spoken(now.time_zone())), styles.good()),
        Err(_) if text::line_text(&snooze.area).trim().is_empty() => ("nothing yet".into(), styles.dim()),
        Err(why) => (why, styles.warning()),
    };
    let room = usize::from(inner.height.saturating_sub(2));
    for (line, text) in (1..).zip(wrapped(&words, inner.width, room)) {
        pen.line(inner, line, text, style);
    }
    pen.line(inner, inner.height.saturating_sub(1), "14:30  monday 9:00  2026-12-01  change  sla<30m", styles.dim());
    cursor
}

fn change_words(change: &crate::domain::change::Change) -> String {
    match change {
        crate::domain::change::Change::Attribute { key, values } if values.is_empty() => format!("{key}: none"),
        crate::domain::change::Change::Attribute { key, values } => format!("{key}: {}", values.join(", ")),
        other => wish(other, []),
    }
}

pub(in crate::tui) fn frame(pen: &mut Pen, area: Area, title: &str) -> Area {
    pen.clear(area);
    pen.frame(area, title, "", true);
    let inner = area.inner();
    Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

pub(in crate::tui) fn below(area: Area, lines: u16) -> Area {
    let lines = lines.min(area.height);
    Area { y: area.y + lines, height: area.height - lines, ..area }
}

/// The line that is typed, with words for an empty one.
pub(in crate::tui) fn typed(pen: &mut Pen, area: Area, text: &str, cursor: usize, empty: &str) -> (u16, u16) {
    let styles = pen.styles;
    let x = pen.parts(area, 0, &[("> ", styles.title())]);
    let room = Area { x, width: area.right().saturating_sub(x), height: 1, ..area };
    if text.is_empty() {
        pen.line(room, 0, empty, styles.dim());
    }
    field(pen, room, text, cursor)
}

/// Choices, what stands beside each at the right where there is room.
fn choices(pen: &mut Pen, area: Area, rows: &[(String, String)], chosen: usize) {
    let styles = pen.styles;
    let first = chosen.checked_add(1).unwrap_or(0).saturating_sub(usize::from(area.height.max(1)));
    for (line, (n, (left, right))) in (0..area.height).zip(rows.iter().enumerate().skip(first)) {
        let style = if n == chosen { styles.cursor(true) } else { styles.text() };
        if n == chosen {
            pen.tint(area, line, style);
        }
        let mark = if n == chosen { ">" } else { " " };
        pen.parts(area, line, &[(mark, style), (" ", style), (left, style)]);
        if width(left) + width(right) + 5 <= area.width {
            pen.right(area, line, &format!("{right} "), if n == chosen { style } else { styles.dim() });
        }
    }
}
