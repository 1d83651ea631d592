//! The edit form: its fields, their marks, and beside or below them what would change.

mod preflight;
mod review;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;
use tui_textarea::TextArea;

use crate::app::App;
use crate::app::form::{Form, Mark, text_of};
use crate::app::layout::Area;
use crate::app::overlay::Overlay;
use crate::domain::edit::Part;
use crate::ui::pen::{Pen, cut, width, wrapped};

/// Form and plan stand beside each other from this width on.
const WIDE: u16 = 110;
/// Below this many lines one field is shown at a time.
const TALL: u16 = 14;
/// Columns of the field names.
const LABEL: u16 = 14;
/// Columns at the right for `M` and `E`.
const MARK: u16 = 3;

/// Paints the form, or the review that is on top; the text widget draws its own cursor.
pub(super) fn draw(pen: &mut Pen, area: Area, app: &App) {
    pen.clear(area);
    let review = match app.overlays.last() {
        Some(Overlay::Review(review)) => Some(review.as_ref()),
        _ => None,
    };
    let Some(form) = app.form() else {
        if let Some(review) = review {
            review::draw(pen, area, app, review);
        }
        return;
    };
    if area.width < WIDE {
        match review {
            Some(review) => review::draw(pen, area, app, review),
            None => alone(pen, area, app, form),
        }
        return;
    }
    let left = Area { width: area.width / 2, ..area };
    let right = Area { x: left.right(), width: area.width - left.width, ..area };
    pen.frame(left, &title(app, form), "Tab next   Shift-Tab back   Enter never sends", review.is_none());
    fields(pen, left.inner(), form, review.is_none());
    match review {
        Some(review) => review::draw(pen, right, app, review),
        None => review::wishes(pen, right, form),
    }
}

/// The form on a screen of its own.
fn alone(pen: &mut Pen, area: Area, app: &App, form: &Form) {
    let styles = pen.styles;
    let head = title(app, form);
    let state = state_words(form);
    let room = area.width.saturating_sub(width(&state) + 3);
    pen.text(area.x + 1, area.y, room, &head, styles.strong());
    pen.right(Area { width: area.width.saturating_sub(1), ..area }, 0, &state, styles.dim());
    pen.rule(area, 1);
    fields(pen, Area { y: area.y + 2, height: area.height.saturating_sub(2), ..area }, form, true);
}

fn title(app: &App, form: &Form) -> String {
    let verb = if form.only == Some(Part::Comment) { "Comment on" } else { "Edit" };
    let source = app.sources.iter().find(|source| source.card.id == form.base.row.id.source);
    let code = source.map_or("", |source| source.card.vendor.code());
    format!("{verb} {code} {}  {}", form.base.row.key, form.base.row.title)
}

fn state_words(form: &Form) -> String {
    let changed = form.changes().len();
    let mut words = Vec::new();
    if form.changed_at.is_some() {
        words.push("! the case changed meanwhile".to_owned());
    }
    if form.is_kept {
        words.push("your kept text".to_owned());
    }
    words.push(if changed == 0 { "nothing changed yet".to_owned() } else { format!("M{changed}") });
    words.join("  ")
}

/// The fields from top to bottom; the texts share what height is left, the one with the keys gets most.
fn fields(pen: &mut Pen, area: Area, form: &Form, has_keys: bool) {
    if area.height < TALL && form.fields().len() > 1 {
        one_at_a_time(pen, area, form, has_keys);
        return;
    }
    let texts: Vec<Part> = form.fields().iter().copied().filter(|part| is_text(*part) && form.allowed(*part).is_ok()).collect();
    let invalid = u16::from(form.blocked().is_some());
    let count = u16::try_from(form.fields().len()).unwrap_or(u16::MAX);
    let room = area.height.saturating_sub(count + invalid);
    let mut y = area.y;
    for part in form.fields() {
        if y >= area.bottom() {
            break;
        }
        let line = Area { y, height: 1, ..area };
        y += label(pen, line, form, *part, has_keys);
        if texts.contains(part) {
            let height = share(room, texts.len(), form.field == *part, texts.contains(&form.field)).min(area.bottom().saturating_sub(y));
            let inside = Area { x: area.x + 3, y, width: area.width.saturating_sub(5), height };
            text(pen, inside, area_of(form, *part), has_keys && form.field == *part);
            y += height;
        }
    }
}

/// Lines of one text among several.
fn share(room: u16, texts: usize, focused: bool, any_focused: bool) -> u16 {
    match (texts, any_focused) {
        (0, _) => 0,
        (1, _) => room,
        (_, false) => room / 2,
        (_, true) if focused => room - room / 3,
        (_, true) => room / 3,
    }
}

/// On a low screen: the names as a line, and the field that has the keys.
fn one_at_a_time(pen: &mut Pen, area: Area, form: &Form, has_keys: bool) {
    let styles = pen.styles;
    let names: Vec<(String, Style)> = form
        .fields()
        .iter()
        .map(|part| {
            let mark = match form.mark(*part) {
                Mark::Same => "",
                Mark::Changed => "M",
                Mark::Invalid(_) => "E",
                Mark::Barred(_) => "-",
            };
            let style = if *part == form.field { styles.title() } else { styles.dim() };
            (format!("{}{mark} ", cut(part.name(), 6)), style)
        })
        .collect();
    let parts: Vec<(&str, Style)> = names.iter().map(|(name, style)| (name.as_str(), *style)).collect();
    pen.parts(area, 0, &parts);
    let line = Area { y: area.y + 1, height: 1, ..area };
    let used = 1 + label(pen, line, form, form.field, has_keys);
    if is_text(form.field) {
        let inside =
            Area { x: area.x + 1, y: area.y + used, width: area.width.saturating_sub(2), height: area.height.saturating_sub(used) };
        text(pen, inside, area_of(form, form.field), has_keys);
    }
}

fn is_text(part: Part) -> bool {
    matches!(part, Part::Description | Part::Comment)
}

fn area_of(form: &Form, part: Part) -> &TextArea<'static> {
    match part {
        Part::Title => &form.title,
        Part::Comment => &form.comment,
        _ => &form.description,
    }
}

/// A field's name, its value where that is one line, its mark, and below it why it cannot be sent. Returns the lines used.
fn label(pen: &mut Pen, line: Area, form: &Form, part: Part, has_keys: bool) -> u16 {
    let styles = pen.styles;
    let has_keys = has_keys && form.field == part;
    let mark = form.mark(part);
    let name = capital(part.name());
    let style = if has_keys { styles.title() } else { styles.strong() };
    pen.text(line.x, line.y, 1, if has_keys { ">" } else { " " }, styles.accent());
    pen.text(line.x + 2, line.y, LABEL - 2, &name, style);
    let value = Area { x: line.x + LABEL, width: line.width.saturating_sub(LABEL + MARK), ..line };
    if let Mark::Barred(reason) = &mark {
        pen.line(value, 0, reason, styles.dim());
        return 1;
    }
    match part {
        Part::Title => title_line(pen, value, form, has_keys),
        Part::Status => {
            let names: Vec<&str> = form.statuses.iter().map(|status| status.name.as_str()).collect();
            options(pen, value, &names, form.shown_status(), has_keys);
        }
        Part::Priority => options(pen, value, form.priorities(), form.shown_priority(), has_keys),
        _ => {
            let lines = area_of(form, part).lines().len();
            let words = if has_keys { "readline keys, Ctrl-u takes back" } else { "" };
            let count = if lines > 1 { format!("{lines} lines  {words}") } else { words.to_owned() };
            pen.line(value, 0, &count, styles.dim());
        }
    }
    let at = Area { x: line.right().saturating_sub(MARK), width: MARK, ..line };
    match &mark {
        Mark::Changed => {
            pen.line(at, 0, " M", styles.warning());
            1
        }
        Mark::Invalid(reason) => {
            pen.line(at, 0, " E", styles.bad());
            pen.text(value.x, line.y + 1, value.width, &format!("! {reason}"), styles.bad());
            2
        }
        _ => 1,
    }
}

/// The title between bars, so that blanks at its ends can be seen, and its length.
fn title_line(pen: &mut Pen, value: Area, form: &Form, has_keys: bool) {
    let styles = pen.styles;
    let count = text_of(&form.title).chars().count().to_string();
    let room = value.width.saturating_sub(width(&count) + 4);
    pen.text(value.x, value.y, 1, "|", styles.dim());
    text(pen, Area { x: value.x + 1, width: room, ..value }, &form.title, has_keys);
    pen.text(value.x + 1 + room, value.y, 1, "|", styles.dim());
    pen.right(value, 0, &count, styles.dim());
}

/// Choices on one line, the marked one between angles; scrolled so that it is in sight.
fn options(pen: &mut Pen, value: Area, names: &[&str], shown: Option<usize>, has_keys: bool) {
    let styles = pen.styles;
    let drawn: Vec<String> =
        names.iter().enumerate().map(|(n, name)| if Some(n) == shown { format!("<{name}>") } else { format!(" {name} ") }).collect();
    let mut first = 0;
    let end_of = |first: usize, last: usize| drawn[first..=last].iter().map(|name| width(name)).sum::<u16>();
    if let Some(shown) = shown {
        while first < shown && end_of(first, shown) > value.width.saturating_sub(2) {
            first += 1;
        }
    }
    let mut parts: Vec<(&str, Style)> = Vec::new();
    if first > 0 {
        parts.push(("< ", styles.dim()));
    }
    for (n, name) in drawn.iter().enumerate().skip(first) {
        let style = match (Some(n) == shown, has_keys) {
            (true, true) => styles.cursor(true),
            (true, false) => styles.strong(),
            _ => styles.text(),
        };
        parts.push((name, style));
    }
    pen.parts(value, 0, &parts);
}

/// The text widget; without the keys it shows no cursor.
fn text(pen: &mut Pen, area: Area, text: &TextArea<'static>, has_keys: bool) {
    let rect = Rect::new(area.x, area.y, area.width, area.height).intersection(pen.buffer.area);
    if rect.is_empty() {
        return;
    }
    if has_keys {
        text.render(rect, pen.buffer);
    } else {
        let mut quiet = text.clone();
        quiet.set_cursor_style(Style::default());
        quiet.move_cursor(tui_textarea::CursorMove::Top);
        quiet.render(rect, pen.buffer);
    }
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Text in lines of a width, for the parts that scroll.
fn folded(text: &str, columns: u16, most: usize) -> Vec<&str> {
    let mut lines = wrapped(text, columns, most);
    if lines.is_empty() {
        lines.push("");
    }
    lines
}
