//! What would change and the literal calls that would make it so.

use ratatui::style::Style;

use super::{WIDE, folded, preflight};
use crate::app::App;
use crate::app::form::{Form, text_of};
use crate::app::layout::Area;
use crate::app::review::{Review, Stage};
use crate::domain::case::Case;
use crate::domain::edit::{Call, Change, Part, Plan, PlanLine};
use crate::domain::text::Clean;
use crate::protocol::Quota;
use crate::ui::pen::{Pen, width};

/// Lines shown of one old or new text; the rest is counted.
const MAX_TEXT_LINES: usize = 400;
/// Columns of the names of parts.
const NAME: u16 = 13;

pub(super) type Line = (u16, String, Style);

/// The review of an edit: over the whole area, or in the right half beside its form.
pub(super) fn draw(pen: &mut Pen, area: Area, app: &App, review: &Review) {
    let styles = pen.styles;
    let (question, answers) = words(review);
    let inner = if area.height >= 8 && area.width >= 24 {
        pen.frame(area, &question, "", true);
        let inner = area.inner();
        Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
    } else {
        pen.line(area, 0, &question, styles.strong());
        Area { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
    };
    let mut lines = Vec::new();
    if let Stage::Failed { fault, .. } = &review.stage {
        push(&mut lines, inner.width, 0, &fault.to_string(), styles.bad());
        push(&mut lines, inner.width, 0, fault.next_step(), styles.text());
        lines.push((0, String::new(), styles.text()));
    }
    preflight::lines(&mut lines, pen, inner.width, app, review);
    if let Some(plan) = review.plan() {
        let quota = app.sources.iter().find(|source| source.card.id == review.edit.case.source).and_then(|source| source.state.quota);
        plan_lines(&mut lines, pen, inner.width, plan, quota);
    }
    let room = inner.height.saturating_sub(1);
    let most = lines.len().saturating_sub(usize::from(room));
    let first = review.scroll.min(most);
    for (at, (indent, text, style)) in (0..room).zip(lines.iter().skip(first)) {
        pen.text(inner.x + indent, inner.y + at, inner.width.saturating_sub(*indent), text, *style);
    }
    let foot = inner.height.saturating_sub(1);
    pen.line(inner, foot, answers, styles.title());
    if most > 0 {
        pen.right(inner, foot, &format!("j/k {}/{}", first + usize::from(room), lines.len()), styles.dim());
    }
}

fn words(review: &Review) -> (String, &'static str) {
    let key = &review.key;
    match &review.stage {
        Stage::Planning(_) => (format!("{key}: working out the calls"), "Esc goes back"),
        Stage::Asking { plan, .. } => match plan.calls.len() {
            1 => (format!("Send this to {key}?"), "y sends   n Esc Enter do not"),
            calls => (format!("Send these {calls} calls to {key}?"), "y sends   n Esc Enter do not"),
        },
        Stage::Saving { .. } => (format!("{key}: writing to disk"), "a moment: it is sent once it is safe on disk"),
        Stage::Failed { .. } => (format!("{key}: nothing was sent"), "Esc goes back, your text is kept"),
    }
}

fn plan_lines(out: &mut Vec<Line>, pen: &Pen, columns: u16, plan: &Plan, quota: Option<Quota>) {
    let styles = pen.styles;
    for line in &plan.lines {
        change(out, pen, columns, line);
    }
    out.push((0, String::new(), styles.text()));
    let how = match plan.calls.len() {
        1 => "How it is sent: 1 call, then read back".to_owned(),
        calls => format!("How it is sent: {calls} calls, not one transaction, then read back"),
    };
    out.push((0, how, styles.strong()));
    for (n, call) in plan.calls.iter().enumerate() {
        call_lines(out, pen, columns, n + 1, call);
    }
    for effect in &plan.side_effects {
        push(out, columns, 0, &format!("! {effect}"), styles.warning());
    }
    if let Some(quota) = quota {
        out.push((0, format!("quota: {} of {} left", quota.remaining, quota.limit), styles.dim()));
    }
}

fn call_lines(out: &mut Vec<Line>, pen: &Pen, columns: u16, number: usize, call: &Call) {
    let styles = pen.styles;
    push(out, columns, 0, &format!("{number} {} {}", call.method.name(), call.path), styles.text());
    if let Some(body) = &call.body {
        push(out, columns, 2, Clean::line(&body.to_string()).as_str(), styles.dim());
    }
    match &call.lasting {
        Some(why) => push(out, columns, 2, &format!("cannot be taken back: {why}"), styles.warning()),
        None => push(out, columns, 2, "can be set back by a later edit", styles.dim()),
    }
}

/// One part: old and new on a line where they fit, else the lines that differ.
fn change(out: &mut Vec<Line>, pen: &Pen, columns: u16, line: &PlanLine) {
    let styles = pen.styles;
    let name = format!("{:<w$}", line.part.name(), w = usize::from(NAME));
    let (old, new) = (Clean::block(&line.old), Clean::block(&line.new));
    let is_text = matches!(line.part, Part::Description | Part::Comment) || old.as_str().contains('\n') || new.as_str().contains('\n');
    let arrow = format!("{name}{} -> {}", shown(old.as_str()), shown(new.as_str()));
    if !is_text && width(&arrow) <= columns {
        out.push((0, arrow, styles.text()));
        return;
    }
    out.push((0, line.part.name().to_owned(), styles.strong()));
    let (gone, come) = differing(old.as_str(), new.as_str());
    for (sign, texts, style) in [("- ", gone, styles.bad()), ("+ ", come, styles.good())] {
        for text in texts.iter().take(MAX_TEXT_LINES) {
            for (n, part) in folded(text, columns.saturating_sub(4), MAX_TEXT_LINES).into_iter().enumerate() {
                out.push((2, format!("{}{part}", if n == 0 { sign } else { "  " }), style));
            }
        }
        if texts.len() > MAX_TEXT_LINES {
            out.push((2, format!("{sign}{} more lines", texts.len() - MAX_TEXT_LINES), style));
        }
    }
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "(empty)" } else { value }
}

/// The lines that differ: what both texts begin and end with is left out.
fn differing<'a>(old: &'a str, new: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let lines = |text: &'a str| if text.is_empty() { Vec::new() } else { text.split('\n').collect::<Vec<_>>() };
    let (old, new) = (lines(old), lines(new));
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    (old[head..old.len() - tail].to_vec(), new[head..new.len() - tail].to_vec())
}

pub(super) fn push(out: &mut Vec<Line>, columns: u16, indent: u16, text: &str, style: Style) {
    for part in folded(text, columns.saturating_sub(indent), MAX_TEXT_LINES) {
        out.push((indent, part.to_owned(), style));
    }
}

/// Beside a form on a wide screen: what would change, before anything is asked.
pub(super) fn wishes(pen: &mut Pen, area: Area, form: &Form) {
    let styles = pen.styles;
    debug_assert!(area.width * 2 + 1 >= WIDE, "only a wide screen has room for this");
    pen.frame(area, "What would change", "Ctrl-s shows the calls, y sends", false);
    let inner = area.inner();
    let inner = Area { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let mut lines = Vec::new();
    for wish in form.changes() {
        change(&mut lines, pen, inner.width, &wished(&form.base, form, &wish));
    }
    if lines.is_empty() {
        lines.push((0, "nothing yet".to_owned(), styles.dim()));
    }
    if form.changed_at.is_some() {
        lines.push((0, String::new(), styles.text()));
        push(
            &mut lines,
            inner.width,
            0,
            "! the vendor's copy changed since you opened this form; your fields are untouched",
            styles.warning(),
        );
    }
    for (at, (indent, text, style)) in (0..inner.height).zip(&lines) {
        pen.text(inner.x + indent, inner.y + at, inner.width.saturating_sub(*indent), text, *style);
    }
}

fn wished(base: &Case, form: &Form, wish: &Change) -> PlanLine {
    let row = &base.row;
    let (old, new) = match wish {
        Change::Title(title) => (row.title.to_string(), title.clone()),
        Change::Description(text) => (base.description.to_string(), text.clone()),
        Change::Status(status) => (row.status.name.to_string(), status.name.to_string()),
        Change::Priority(name) => (row.priority.as_ref().map(|priority| priority.name.to_string()).unwrap_or_default(), name.clone()),
        _ => (String::new(), text_of(&form.comment)),
    };
    PlanLine { part: wish.part(), old, new }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_that_differ_are_shown() {
        assert_eq!(differing("a\nb\nc", "a\nB\nc"), (vec!["b"], vec!["B"]));
        assert_eq!(differing("a\na", "a"), (vec!["a"], vec![]));
        assert_eq!(differing("", "new\ntext"), (vec![], vec!["new", "text"]));
        assert_eq!(differing("same", "same"), (vec![], vec![]));
    }
}
