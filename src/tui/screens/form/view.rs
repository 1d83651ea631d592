//! The edit form: its fields, their marks, and beside or below them what would change.

pub mod lines;
pub mod moved;

use lines::WIDE;
pub(in crate::tui) use lines::{call_lines, change};
use moved::{NARROW, moved_words};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Widget;
use tui_textarea::TextArea;

use crate::domain::aspect::Aspect;
use crate::domain::count::count;
use crate::domain::part::Part;
use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::draft::Stage;
use crate::tui::scene::Scene;
use crate::tui::screens::Overlay;
use crate::tui::screens::form::area::text_of;
use crate::tui::screens::form::{Form, Kind, Mark};
use crate::tui::widgets::pen::{Pen, clipped, width, wrapped};

/// Below this many lines one field is shown at a time.
const TALL: u16 = 14;
/// Lines that a text always has, and the one with the keys.
const LEAST: u16 = 1;
const LEAST_FOCUSED: u16 = 4;
/// Columns of a name among others.
const MOST_NAME: u16 = 20;
/// Columns of the field names, and where there is room.
const LABEL: u16 = 14;
const WIDE_LABEL: u16 = 18;
/// From this width on names get more.
const ROOMY: u16 = 72;
/// Columns at the right for `M` and `E`.
const MARK: u16 = 3;

/// Paints the form, or the review that is on top; the text widget draws its own cursor.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    pen.clear(area);
    let review = match scene.cx.overlays.last() {
        Some(Overlay::Review(review)) => Some(review.as_ref()),
        _ => None,
    };
    let Some(form) = scene.cx.form() else {
        if let Some(review) = review {
            crate::tui::screens::review::view::draw(pen, area, scene, review);
        }
        return;
    };
    if area.width < WIDE {
        match review {
            Some(review) => crate::tui::screens::review::view::draw(pen, area, scene, review),
            None => alone(pen, area, scene, form),
        }
        return;
    }
    let left = Area { width: area.width / 2, ..area };
    let right = Area { x: left.right(), width: area.width - left.width, ..area };
    let state = state_words(scene, form);
    pen.frame(left, &title(scene, form), &format!("Enter never sends   {state}"), review.is_none());
    fields(pen, left.inner(), scene, form, review.is_none());
    match review {
        Some(review) => crate::tui::screens::review::view::draw(pen, right, scene, review),
        None => crate::tui::screens::review::view::wishes(pen, right, scene, form),
    }
}

/// The form on a screen of its own.
fn alone(pen: &mut Pen, area: Area, scene: Scene<'_>, form: &Form) {
    let styles = pen.styles;
    let head = title(scene, form);
    // The key of the case is worth more than what the field says anyway.
    let head = if area.width < NARROW { head.trim_start_matches("Comment on ").trim_start_matches("Edit ").to_owned() } else { head };
    let state = if area.width < NARROW { state_word(scene, form) } else { state_words(scene, form) };
    let room = area.width.saturating_sub(width(&state) + 3);
    pen.text(area.x + 1, area.y, room, &clipped(&head, room), styles.strong());
    pen.right(Area { width: area.width.saturating_sub(1), ..area }, 0, &state, styles.dim());
    pen.rule(area, 1);
    fields(pen, Area { y: area.y + 2, height: area.height.saturating_sub(2), ..area }, scene, form, true);
}

fn title(scene: Scene<'_>, form: &Form) -> String {
    let verb = if form.only == Some(Part::Comment) { "Comment on" } else { "Edit" };
    if form.is_of_marks() {
        return format!("{verb} {}", count(scene.model.marked().0, "marked case"));
    }
    let code = scene.model.source(form.base.row.id.source).map_or("", |source| source.code.as_str());
    format!("{verb} {code} {}  {}", form.base.row.key, form.base.row.title)
}

/// `! status changed by m.lee  typed 12:04, kept on disk  M5 E1  draft saved`.
fn state_words(scene: Scene<'_>, form: &Form) -> String {
    let (changed, blocked) = (form.changed(), form.fields().iter().filter(|field| matches!(form.mark(field), Mark::Invalid(_))).count());
    let mut words = Vec::new();
    if let Some(kept_at) = form.kept_at {
        words.push(format!("typed {}", scene.cx.clock.time_of_day(kept_at)));
    }
    words.push(match (changed, blocked) {
        (0, 0) => "nothing changed yet".to_owned(),
        (changed, 0) => format!("M{changed}"),
        (changed, blocked) => format!("M{changed} E{blocked}"),
    });
    words.extend(draft_words(scene, form).map(|words| format!("draft {words}")));
    if form.moved.is_some() {
        words.push("! changed meanwhile".to_owned());
    }
    words.join("  ")
}

/// The same in few columns: `M1 E1  saved`.
fn state_word(scene: Scene<'_>, form: &Form) -> String {
    let (changed, blocked) = (form.changed(), form.fields().iter().filter(|field| matches!(form.mark(field), Mark::Invalid(_))).count());
    let mut words = vec![match (changed, blocked) {
        (0, 0) => "unchanged".to_owned(),
        (changed, 0) => format!("M{changed}"),
        (changed, blocked) => format!("M{changed} E{blocked}"),
    }];
    words.extend(draft_words(scene, form).map(str::to_owned));
    words.join("  ")
}

/// How far what is typed has come on its way to the disk.
fn draft_words(scene: Scene<'_>, form: &Form) -> Option<&'static str> {
    match scene.model.kept.stage(&form.base.row.id) {
        _ if scene.model.kept.fault().is_some() => Some("NOT saved"),
        // What another field of the case keeps is not in sight here.
        _ if form.changed() == 0 => None,
        _ if form.typed_at.is_some() => Some("being saved"),
        Some(Stage::Written) => Some("saved"),
        Some(Stage::Unwritten | Stage::Writing) => Some("being saved"),
        None => None,
    }
}

/// The fields from top to bottom. The texts share what height is left, the one with the keys gets most; where not all
/// fit, those above the field with the keys give way.
fn fields(pen: &mut Pen, mut area: Area, scene: Scene<'_>, form: &Form, has_keys: bool) {
    if let Some(words) = moved_words(scene, form, area.width) {
        for line in wrapped(&words, area.width.saturating_sub(3), 2) {
            pen.text(area.x + 2, area.y, area.width.saturating_sub(3), line, pen.styles.warning());
            area.y += 1;
            area.height = area.height.saturating_sub(1);
        }
    }
    let all = form.fields();
    if area.height < TALL && all.len() > 1 {
        one_at_a_time(pen, area, scene, form, has_keys);
        return;
    }
    let heights = heights(form, &all, area.height);
    let focused = all.iter().position(|field| *field == form.field).unwrap_or(0);
    let mut first = 0;
    while first < focused && heights[first..=focused].iter().sum::<u16>() > area.height {
        first += 1;
    }
    if first > 0 {
        let words = format!("{first} more above: {}", scene.cx.keymap.key(Scope::Form, Action::PreviousField));
        pen.right(Area { width: area.width.saturating_sub(1), ..area }, 0, &words, pen.styles.dim());
    }
    let mut y = area.y;
    for (field, height) in all.iter().zip(&heights).skip(first) {
        if y >= area.bottom() {
            break;
        }
        let room = Area { y, height: (*height).min(area.bottom() - y), ..area };
        let used = label(pen, room, (scene, form), field, has_keys);
        if field.is_block() && form.allowed(field).is_ok() && room.height > used {
            let inside = Area { x: area.x + 3, y: y + used, width: area.width.saturating_sub(5), height: room.height - used };
            text(pen, inside, area_of(form, field), has_keys && form.field == *field);
        }
        y += height;
    }
}

/// Lines of each field: one and what is wrong with it, a text with its share of what is left.
fn heights(form: &Form, all: &[Aspect], height: u16) -> Vec<u16> {
    let own = |field: &Aspect| 1 + u16::from(trouble(form, field).is_some());
    let is_text = |field: &Aspect| field.is_block() && form.allowed(field).is_ok();
    let texts = all.iter().filter(|field| is_text(field)).count();
    let room = height.saturating_sub(all.iter().map(own).sum());
    let any_focused = is_text(&form.field);
    all.iter()
        .map(|field| {
            let least = if *field == form.field { LEAST_FOCUSED } else { LEAST };
            own(field) + if is_text(field) { share(room, texts, *field == form.field, any_focused).max(least) } else { 0 }
        })
        .collect()
}

/// Why a field cannot be sent, or what the vendor said against it.
fn trouble(form: &Form, field: &Aspect) -> Option<String> {
    match form.mark(field) {
        Mark::Invalid(reason) => Some(reason),
        _ => form.refusal(field).map(|words| format!("refused: {words}")),
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

/// On a low screen: the names around the one that has the keys as a line, and that field.
fn one_at_a_time(pen: &mut Pen, area: Area, scene: Scene<'_>, form: &Form, has_keys: bool) {
    let styles = pen.styles;
    let all = form.fields();
    let names: Vec<(String, Style)> = all
        .iter()
        .map(|field| {
            let mark = match form.mark(field) {
                Mark::Same => "",
                Mark::Changed => " M",
                Mark::Invalid(_) => " E",
                Mark::Barred(_) => " -",
            };
            let style = if *field == form.field { styles.title() } else { styles.dim() };
            (format!(" {}{mark} ", clipped(form.name(field), MOST_NAME)), style)
        })
        .collect();
    let focused = all.iter().position(|field| *field == form.field).unwrap_or(0);
    // The arrows that say where there is more stand at both ends.
    let room = area.width.saturating_sub(2);
    let taken = |names: &[(String, Style)]| names.iter().map(|(name, _)| width(name)).sum::<u16>();
    let mut first = 0;
    while first < focused && taken(&names[first..=focused]) > room {
        first += 1;
    }
    let mut end = focused + 1;
    while end < names.len() && taken(&names[first..=end]) <= room {
        end += 1;
    }
    let mut parts: Vec<(&str, Style)> = vec![(if first > 0 { "<" } else { " " }, styles.dim())];
    parts.extend(names[first..end].iter().map(|(name, style)| (name.as_str(), *style)));
    pen.parts(area, 0, &parts);
    if end < names.len() {
        pen.right(area, 0, ">", styles.dim());
    }
    let line = Area { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let used = 1 + label(pen, line, (scene, form), &form.field, has_keys);
    if form.field.is_block() {
        let inside =
            Area { x: area.x + 1, y: area.y + used, width: area.width.saturating_sub(2), height: area.height.saturating_sub(used) };
        text(pen, inside, area_of(form, &form.field), has_keys);
    }
}

fn area_of<'a>(form: &'a Form, field: &Aspect) -> &'a TextArea<'static> {
    match (field.part, form.extra(field)) {
        (Part::Title, _) => &form.title,
        (Part::Comment, _) => &form.comment,
        (_, Some(extra)) => &extra.area,
        _ => &form.description,
    }
}

/// A field's name, its value where that is one line, its mark, and below it why it cannot be sent. Returns the lines used.
fn label(pen: &mut Pen, room: Area, (scene, form): (Scene<'_>, &Form), field: &Aspect, has_keys: bool) -> u16 {
    let styles = pen.styles;
    let line = Area { height: 1, ..room };
    let has_keys = has_keys && form.field == *field;
    let mark = form.mark(field);
    let name = capital(form.name(field));
    let style = if has_keys { styles.title() } else { styles.strong() };
    pen.text(line.x, line.y, 1, if has_keys { ">" } else { " " }, styles.accent());
    let names = if line.width >= ROOMY { WIDE_LABEL } else { LABEL };
    pen.text(line.x + 2, line.y, names - 3, &name, style);
    let value = Area { x: line.x + names, width: line.width.saturating_sub(names + MARK), ..line };
    if let Mark::Barred(reason) = &mark {
        pen.words(value, 0, &scene.cx.reason(reason), styles.dim());
        return 1;
    }
    match (field.part, form.extra(field).map(|extra| (extra, &extra.kind))) {
        (Part::Title, _) => title_line(pen, value, form, has_keys),
        (Part::Status, _) => {
            let names: Vec<&str> = form.statuses.iter().map(|status| status.name.as_str()).collect();
            options(pen, value, &names, form.shown_status(), has_keys);
        }
        (Part::Priority, _) => options(pen, value, form.priorities(), form.shown_priority(), has_keys),
        (_, Some((extra, Kind::Choice(names)))) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            options(pen, value, &names, Some(extra.chosen), has_keys);
        }
        (_, Some((extra, kind))) => one_line(pen, value, &extra.area, hint(kind), has_keys),
        _ => {
            let lines = area_of(form, field).lines().len();
            let editor = scene.cx.keymap.key(Scope::Form, Action::EditText);
            let words = if has_keys { format!("{editor} $EDITOR  Ctrl-u takes back") } else { String::new() };
            let count = if lines > 1 { format!("{}  {words}", count(lines, "line")) } else { words };
            pen.hints(value, 0, &count, styles.dim());
        }
    }
    let trouble = trouble(form, field);
    let at = Area { x: line.right().saturating_sub(MARK), width: MARK, ..line };
    match &mark {
        Mark::Changed => pen.line(at, 0, " M", styles.warning()),
        Mark::Invalid(_) => pen.line(at, 0, " E", styles.bad()),
        _ => at.x,
    };
    if let Some(trouble) = &trouble
        && room.height > 1
    {
        let x = if line.width < NARROW { line.x + 2 } else { value.x };
        let below = Area { x, width: line.right().saturating_sub(x), height: 2, ..value };
        pen.words(below, 1, &format!("! {trouble}"), styles.bad());
    }
    1 + u16::from(trouble.is_some())
}

/// What may be written into an empty field.
fn hint(kind: &Kind) -> &'static str {
    match kind {
        Kind::People { one: true } => "nobody; a name or mail address",
        Kind::People { one: false } => "nobody; names, with commas between",
        Kind::Words => "none; words, with commas between",
        Kind::Pairs => "none; key:value, with commas between",
        Kind::Number => "a number",
        Kind::Url => "https://...",
        Kind::Date => "2026-11-30",
        Kind::Time => "2026-11-30T18:00:00Z",
        Kind::Several(_) => "several, with commas between",
        Kind::Text | Kind::Choice(_) | Kind::Barred(_) => "",
    }
}

/// A value of one line between bars; empty, it says what may stand there.
fn one_line(pen: &mut Pen, value: Area, area: &TextArea<'static>, hint: &str, has_keys: bool) {
    let styles = pen.styles;
    let room = value.width.saturating_sub(2);
    pen.text(value.x, value.y, 1, "|", styles.dim());
    text(pen, Area { x: value.x + 1, width: room, ..value }, area, has_keys);
    if text_of(area).is_empty() {
        pen.text(value.x + 2, value.y, room.saturating_sub(1), &clipped(hint, room.saturating_sub(1)), styles.dim());
    }
    pen.text(value.x + 1 + room, value.y, 1, "|", styles.dim());
}

/// The title between bars, so that blanks at its ends can be seen, and its length.
fn title_line(pen: &mut Pen, value: Area, form: &Form, has_keys: bool) {
    let count = text_of(&form.title).chars().count().to_string();
    let room = Area { width: value.width.saturating_sub(width(&count) + 2), ..value };
    one_line(pen, room, &form.title, "", has_keys);
    pen.right(value, 0, &count, pen.styles.dim());
}

/// Columns of the arrow at either end of choices that do not all fit.
const MORE: u16 = 2;

/// Choices on one line, the marked one between angles; scrolled so that it is in sight.
fn options(pen: &mut Pen, value: Area, names: &[&str], shown: Option<usize>, has_keys: bool) {
    let styles = pen.styles;
    let drawn: Vec<String> =
        names.iter().enumerate().map(|(n, name)| if Some(n) == shown { format!("<{name}>") } else { format!(" {name} ") }).collect();
    let mut first = 0;
    let end_of = |first: usize, last: usize| drawn[first..=last].iter().map(|name| width(name)).sum::<u16>();
    // The arrows that say where there are more, none of them cut.
    let before = |first: usize| if first > 0 { MORE } else { 0 };
    let behind = |n: usize| if n + 1 < drawn.len() { MORE } else { 0 };
    if let Some(shown) = shown {
        while first < shown && before(first) + end_of(first, shown) + behind(shown) > value.width {
            first += 1;
        }
    }
    let mut parts: Vec<(&str, Style)> = Vec::new();
    if first > 0 {
        parts.push(("< ", styles.dim()));
    }
    let mut room = value.width.saturating_sub(before(first));
    let cut = shown.and_then(|shown| Some(clipped(drawn.get(shown)?, room.saturating_sub(behind(shown))).into_owned()));
    for (n, name) in drawn.iter().enumerate().skip(first) {
        let name = cut.as_ref().filter(|_| Some(n) == shown).unwrap_or(name);
        if width(name) + behind(n) > room {
            parts.push((" >", styles.dim()));
            break;
        }
        room -= width(name);
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
