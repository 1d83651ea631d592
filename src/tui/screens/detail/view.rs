//! The case: title, facts, tabs, the lines in sight of the tab's text, and how old and how complete they are.

use ratatui::style::{Modifier, Style};

use crate::domain::case::Rid;
use crate::domain::clock;
use crate::domain::count::count;
use crate::index::Seen;
use crate::tui::areas::areas;
use crate::tui::io::layout::Area;
use crate::tui::keys::action::{Action, Scope};
use crate::tui::panes::Pane;
use crate::tui::scene::Scene;
use crate::tui::screens::Overlay;
use crate::tui::screens::detail::frame;
use crate::tui::screens::detail::lines::{Line, Target, Tone, matches};
use crate::tui::screens::detail::tab::Tab;
use crate::tui::screens::detail::words::{detail_age, detail_place};
use crate::tui::theme::Styles;
use crate::tui::widgets::pen::{Pen, cut, width, wrapped};
use crate::tui::widgets::text;

/// Lines that what to do next may take.
const NEXT_STEP_LINES: usize = 4;
/// Columns that the age keeps of the footer when both do not fit.
const AGE_COLUMNS: u16 = 24;

/// Paints the case into its area; returns where the cursor of its find bar is.
pub(in crate::tui) fn draw(pen: &mut Pen, area: Area, scene: Scene<'_>) -> Option<(u16, u16)> {
    let parts = frame::parts(area);
    let Some((rid, row)) = scene.panes.detail.rid.and_then(|rid| Some((rid, scene.model.list.row(rid)?))) else {
        pen.line(parts.body, 0, "no case is under the cursor", pen.styles.dim());
        return None;
    };
    title(pen, parts.title, scene, &row);
    facts(pen, parts.facts, scene, &row);
    tabs(pen, parts.tabs, scene);
    pen.rule(parts.rule, 0);
    body(pen, parts.body, scene, rid);
    foot(pen, parts.foot, scene, parts.body.height)
}

fn title(pen: &mut Pen, area: Area, scene: Scene<'_>, row: &Seen<'_>) {
    let styles = pen.styles;
    let code = scene.model.source(row.source).map_or("??", |source| source.code.as_str());
    let mut room = area;
    // Beside the list the frame says which of how many; alone, this line does.
    if areas(scene.model, scene.panes, scene.cx).detail_frame.is_empty() && area.width >= 60 {
        let place = format!(" {}/{}", scene.model.list.at() + 1, scene.model.list.order().len());
        let x = pen.right(area, 0, &place, styles.dim());
        room.width = x - area.x;
    }
    pen.parts(
        room,
        0,
        &[(code, styles.dim()), (" ", styles.text()), (row.key, styles.title()), ("  ", styles.text()), (row.title, styles.strong())],
    );
}

/// Where it stands, how urgent, whose, tagged how; at the right the time left.
fn facts(pen: &mut Pen, area: Area, scene: Scene<'_>, row: &Seen<'_>) {
    if area.is_empty() {
        return;
    }
    let styles = pen.styles;
    let mut room = area;
    if let Some(due_at) = row.due_at {
        let (left, urgency) = clock::left_until(due_at, scene.cx.now);
        let mark = if urgency == clock::Urgency::Calm { "" } else { " !" };
        let own = if scene.panes.detail.rid.is_some_and(|rid| scene.model.list.is_local_clock(rid)) { "~" } else { "" };
        let x = pen.right(area, 0, &format!(" SLA {own}{left}{mark}"), styles.urgency(urgency));
        room.width = x - area.x;
    }
    let priority = row.priority_marked();
    let people: Vec<&str> = row.assignees().collect();
    let people = if people.is_empty() { "nobody".to_owned() } else { people.join(", ") };
    let tags = row.tags().collect::<Vec<_>>().join(" ");
    let group = scene.panes.detail.loaded.as_ref().and_then(|loaded| loaded.case.group.as_ref()).map_or("", |group| group.name.as_str());
    let gap = |text: &str| if text.is_empty() { "" } else { "  " };
    pen.parts(
        room,
        0,
        &[
            (row.status, styles.state(row.state)),
            ("  ", styles.text()),
            (&priority, styles.rank(row.rank)),
            (gap(group), styles.text()),
            (group, styles.text()),
            ("  ", styles.text()),
            (&people, styles.text()),
            (gap(&tags), styles.text()),
            (&tags, styles.dim()),
        ],
    );
}

/// `[Overview] Activity 14 Records 6 …`; where they do not fit, a stretch that holds the one in sight.
fn tabs(pen: &mut Pen, area: Area, scene: Scene<'_>) {
    let styles = pen.styles;
    let labels: Vec<String> = Tab::ALL
        .into_iter()
        .map(|tab| {
            let count = scene.panes.detail.count(tab).map(|count| format!(" {count}")).unwrap_or_default();
            if tab == scene.panes.detail.tab { format!("[{}{count}]", tab.title()) } else { format!("{}{count}", tab.title()) }
        })
        .collect();
    let at = scene.panes.detail.tab as usize;
    let total = |from: usize| labels[from..].iter().map(|label| width(label) + 1).sum::<u16>();
    let through = |from: usize| labels[from..=at].iter().map(|label| width(label) + 1).sum::<u16>();
    let from = if total(0) <= area.width + 1 { 0 } else { (0..=at).find(|from| through(*from) + 4 <= area.width).unwrap_or(at) };
    let mut x = area.x;
    if from > 0 {
        x = pen.text(x, area.y, area.width, "< ", styles.dim());
    }
    for (n, label) in labels.iter().enumerate().skip(from) {
        let room = area.right().saturating_sub(x);
        if width(label) > room {
            pen.right(area, 0, ">", styles.dim());
            break;
        }
        x = pen.text(x, area.y, room, label, if n == at { styles.title() } else { styles.text() });
        x = pen.text(x, area.y, area.right().saturating_sub(x), " ", styles.text());
    }
}

fn body(pen: &mut Pen, area: Area, scene: Scene<'_>, rid: Rid) {
    let detail = &scene.panes.detail;
    if detail.loaded.is_none() {
        let (words, is_bad) = detail_age(scene.panes, scene.cx);
        let style = if is_bad { pen.styles.bad() } else { pen.styles.dim() };
        pen.line(area, 0, &words, style);
        if let Some(fault) = &detail.fault {
            for (y, step) in (1..).zip(wrapped(fault.next_step(), area.width, NEXT_STEP_LINES)) {
                pen.line(area, y, step, pen.styles.text());
            }
        }
        return;
    }
    let top = detail.top();
    let chosen = detail.chosen_line();
    let focused = scene.panes.focus == Pane::Detail;
    let lines = detail.body.lines.iter().enumerate().skip(top).take(usize::from(area.height));
    for ((at, line), y) in lines.zip(0..) {
        draw_line(pen, area, y, line, &detail.needle);
        if chosen == Some(at) {
            pen.tint(area, y, pen.styles.cursor(focused));
            pen.text(area.x, area.y + y, 1, ">", pen.styles.cursor(focused));
        }
        if matches!(line.target, Some(Target::Case(..))) && scene.model.list.is_gone(rid) {
            pen.tint(area, y, pen.styles.dim());
        }
    }
    // The titles of the columns stay while their rows scroll.
    if let Some(head) = detail.body.heads.iter().find(|head| head.line < top && top < head.end)
        && let Some(line) = detail.body.lines.get(head.line)
    {
        pen.clear(Area { height: area.height.min(1), ..area });
        draw_line(pen, area, 0, line, "");
    }
}

fn draw_line(pen: &mut Pen, area: Area, y: u16, line: &Line, needle: &str) {
    if y >= area.height {
        return;
    }
    let mut x = area.x;
    for span in &line.spans {
        let room = area.right().saturating_sub(x);
        x = pen.text(x, area.y + y, room, &span.text, style(pen.styles, span.tone));
    }
    if !needle.is_empty() {
        mark(pen, area, y, line, needle);
    }
}

/// What find looks for, reversed where it stands.
fn mark(pen: &mut Pen, area: Area, y: u16, line: &Line, needle: &str) {
    let text = line.text();
    for found in matches(&text, needle) {
        let start = width(&text[..found.start]);
        let columns = width(&text[found.clone()]).min(area.width.saturating_sub(start));
        if columns > 0 {
            let part = Area { x: area.x + start, y: area.y + y, width: columns, height: 1 };
            pen.tint(part, 0, Style::new().add_modifier(Modifier::REVERSED));
        }
    }
}

fn style(styles: Styles, tone: Tone) -> Style {
    match tone {
        Tone::Text => styles.text(),
        Tone::Dim => styles.dim(),
        Tone::Label => styles.accent(),
        Tone::Heading => styles.title(),
        Tone::Strong => styles.strong(),
        Tone::Emphasis => styles.text().add_modifier(Modifier::ITALIC),
        Tone::Link => styles.text().add_modifier(Modifier::UNDERLINED),
        Tone::Code | Tone::Good => styles.good(),
        Tone::Warning => styles.warning(),
        Tone::Danger => styles.bad(),
    }
}

/// What is looked for, or where in the tab; at the right how old it is.
fn foot(pen: &mut Pen, area: Area, scene: Scene<'_>, height: u16) -> Option<(u16, u16)> {
    if area.is_empty() {
        return None;
    }
    let styles = pen.styles;
    let marks = scene.panes.detail.body.marks.len();
    if let Some(Overlay::Find(bar)) = scene.cx.overlays.last() {
        let typed = text::line_text(&bar.area);
        let count = if typed.is_empty() { String::new() } else { format!(" {}", count(marks, "line")) };
        let right = pen.right(area, 0, &count, if marks == 0 { styles.warning() } else { styles.dim() });
        let room = right.saturating_sub(area.x + 3);
        // The end of a long text is where it is typed.
        let columns = bar.area.cursor().1;
        let before: String = typed.chars().take(columns).collect();
        let skipped = before.char_indices().map(|(at, _)| at).find(|at| width(&before[*at..]) < room.max(1)).unwrap_or(before.len());
        let shown = &typed[skipped..];
        pen.parts(area, 0, &[("/ ", styles.accent()), (cut(shown, room), styles.text())]);
        return Some((area.x + 2 + width(&before[skipped..]), area.y));
    }
    // Without a case the body says it.
    let (age, is_bad) = if scene.panes.detail.loaded.is_some() { detail_age(scene.panes, scene.cx) } else { Default::default() };
    let age = cut(&age, area.width.saturating_sub(2).max(AGE_COLUMNS.min(area.width)));
    let x = pen.right(area, 0, age, if is_bad { styles.bad() } else { styles.dim() });
    let room = Area { width: x.saturating_sub(area.x + 1), ..area };
    if scene.panes.detail.needle.is_empty() {
        pen.line(room, 0, &detail_place(usize::from(height), scene.panes, scene.cx), styles.dim());
    } else {
        let [next, previous] = [Action::FindNext, Action::FindPrevious].map(|action| scene.cx.keymap.key(Scope::Detail, action));
        pen.line(room, 0, &format!("/ {}  {}  {next} {previous}", scene.panes.detail.needle, count(marks, "line")), styles.accent());
    }
    None
}
