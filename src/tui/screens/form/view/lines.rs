//! Lines that scroll: what changes from old to new, and the calls that make it so.

use ratatui::style::Style;

use crate::domain::count::count;
use crate::domain::edit::{Call, PlanLine};
use crate::domain::hunk::{Side, hunks};
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::tui::widgets::pen::{Pen, width, wrapped};

/// What would change stands beside its form from this width on.
pub(in crate::tui) const WIDE: u16 = 110;
/// Lines shown of one old or new text; the rest is counted. No vendor takes a text of so many.
const MAX_TEXT_LINES: usize = 20_000;
/// Columns of the names of parts.
const NAME: u16 = 13;

/// How far in, what, and how it looks.
pub(in crate::tui) type Line = (u16, String, Style);

/// One call whole: its line, its body, and whether it can be taken back.
pub(in crate::tui) fn call_lines(out: &mut Vec<Line>, pen: &Pen, columns: u16, number: usize, call: &Call) {
    let styles = pen.styles;
    push(out, columns, 0, &format!("{number} {} {}", call.method.name(), call.path), styles.text());
    if let Some(body) = &call.body {
        push(out, columns, 2, Clean::line(&body.to_string()).as_str(), styles.dim());
    }
    match &call.lasting {
        Some(why) => push(out, columns, 2, &format!("cannot be taken back: {why}"), styles.warning()),
        None => push(out, columns, 2, "can be taken back", styles.dim()),
    }
}

/// One part: old and new on a line where they fit, else the lines that differ, of a set its members. Each line carries its
/// mark; what goes on from the line above stands further in.
pub(in crate::tui) fn change(out: &mut Vec<Line>, pen: &Pen, columns: u16, line: &PlanLine) {
    let styles = pen.styles;
    let name = format!("{:<w$}", line.part.name(), w = usize::from(NAME));
    let (old, new) = (Clean::block(&line.old), Clean::block(&line.new));
    let is_set = matches!(line.part, Part::Tags | Part::Assignees);
    let is_text = matches!(line.part, Part::Description | Part::Comment) || old.as_str().contains('\n') || new.as_str().contains('\n');
    if line.is_unseen() {
        push(out, columns, 0, &format!("{name}differs only in characters that do not show"), styles.text());
        return;
    }
    let arrow = format!("{name}{} -> {}", shown(old.as_str()), shown(new.as_str()));
    if !is_text && width(&arrow) <= columns {
        out.push((0, arrow, styles.text()));
        return;
    }
    out.push((0, line.part.name().to_owned(), styles.strong()));
    let members = |text: &Clean| if is_set { text.as_str().replace(", ", "\n") } else { text.to_string() };
    let mut left = MAX_TEXT_LINES;
    for hunk in hunks(&members(&old), &members(&new)) {
        if old.as_str().contains('\n') {
            out.push((2, hunk.head, styles.dim()));
        }
        for (side, text) in hunk.lines.iter().take(left) {
            let (sign, style) = match side {
                Side::Same => ("  ", styles.dim()),
                Side::Gone => ("- ", styles.bad()),
                Side::Come => ("+ ", styles.good()),
            };
            for (n, part) in folded(text, columns.saturating_sub(6), MAX_TEXT_LINES).into_iter().enumerate() {
                out.push((2, format!("{sign}{}{part}", if n == 0 { "" } else { "  " }), style));
            }
        }
        if hunk.lines.len() > left {
            out.push((2, count(hunk.lines.len() - left, "more line"), styles.dim()));
        }
        left = left.saturating_sub(hunk.lines.len());
    }
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "(empty)" } else { value }
}

pub(in crate::tui) fn push(out: &mut Vec<Line>, columns: u16, indent: u16, text: &str, style: Style) {
    for part in folded(text, columns.saturating_sub(indent), MAX_TEXT_LINES) {
        out.push((indent, part.to_owned(), style));
    }
}

/// Text in lines of a width, for the parts that scroll.
pub(in crate::tui) fn folded(text: &str, columns: u16, most: usize) -> Vec<&str> {
    let mut lines = wrapped(text, columns, most);
    if lines.is_empty() {
        lines.push("");
    }
    lines
}
