//! The rows in sight, in columns by the width there is; or why there are none.

use compact_str::{CompactString, format_compact};
use ratatui::style::Style;

use crate::domain::case::{Rank, Rid, State};
use crate::domain::clock;
use crate::domain::sla::is_only_over;
use crate::index::Seen;
use crate::query::Column;
use crate::tui::io::layout::{Area, Areas};
use crate::tui::model::list::{Head, sort_words};
use crate::tui::panes::Pane;
use crate::tui::scene::Scene;
use crate::tui::screens::Overlay;
use crate::tui::screens::columns::{Cell, Shown as Shows};
use crate::tui::theme::Styles;
use crate::tui::widgets::pen::{Pen, clipped, cut, shortened, width};

pub(in crate::tui) fn draw(pen: &mut Pen, areas: &Areas, scene: Scene<'_>) {
    if !areas.list_frame.is_empty() {
        let focused = scene.panes.focus == Pane::List && scene.cx.overlays.is_empty();
        pen.frame(areas.list_frame, &title(scene), &foot(scene), focused);
    }
    let area = areas.list;
    if area.is_empty() {
        return;
    }
    if areas.list_frame.is_empty() && areas.size.1 >= 20 {
        pen.rule(Area { y: area.y - 1, height: 1, ..area }, 0);
    }
    if scene.model.list.order().is_empty() {
        crate::tui::screens::list::empty::draw(pen, area, scene);
        return;
    }
    let columns = scene.model.list_columns(areas.columns, area.width);
    let mut x = area.x;
    for shows in &columns {
        let room = shows.width.min(area.right().saturating_sub(x));
        // The gap of one column stays between titles, too.
        let room = if shows.width > 2 && shows.cell != Cell::Of(Column::Title) { room.saturating_sub(1) } else { room };
        pen.text(x, area.y, room, &shows.title, pen.styles.dim());
        x += shows.width;
    }
    let mut line = 1;
    for (n, rid) in scene.model.list.visible().iter().enumerate() {
        if let Some(head) = scene.model.list.head(n) {
            group(pen, area, line, scene, &head);
            line += 1;
        }
        if line < area.height {
            row(pen, area, line, scene, *rid, &columns);
        }
        line += 1;
    }
}

/// Columns of the frame's top line that are neither title nor note: its corners, a lead and blanks.
const FRAME_REST: u16 = 9;

/// Below the filter: what is wrong in it, or what its result is not. At the end of the frame's top line; where that has no
/// room, it has the line for itself, and no title is half covered.
pub(in crate::tui) fn note(pen: &mut Pen, areas: &Areas, scene: Scene<'_>) {
    let Some(note) = scene.model.filter_note(scene.cx).filter(|_| !areas.filter.is_empty() && !areas.list.is_empty()) else { return };
    let style = if note.is_error { pen.styles.bad() } else { pen.styles.warning() };
    let frame = areas.list_frame;
    if !frame.is_empty() && width(&title(scene)) + width(&note.words) + FRAME_REST <= frame.width {
        let room = Area { x: frame.x + 2, width: frame.width.saturating_sub(4), height: 1, ..frame };
        pen.right(room, 0, &format!(" {} ", note.words), style);
        return;
    }
    let y = if frame.is_empty() { areas.list.y - u16::from(areas.size.1 >= 20) } else { frame.y };
    let line = Area { y, height: 1, ..areas.filter };
    pen.clear(line);
    pen.line(line, 0, &format!(" {}", clipped(&note.words, line.width.saturating_sub(2))), style);
}

/// The line above a group: its value, how many rows, and what stands out of sight.
fn group(pen: &mut Pen, area: Area, line: u16, scene: Scene<'_>, head: &Head<'_>) {
    let styles = pen.styles;
    let (Some(column), Some(seen)) = (&scene.model.list.query().group, scene.model.list.row(head.first)) else { return };
    let value = value(scene, &seen, column);
    let value = match value.is_empty() {
        true if seen.knows(column) && matches!(column, Column::Assignee | Column::Author) => "nobody".into(),
        true if seen.knows(column) => "none".into(),
        true => "not read yet".into(),
        false => value,
    };
    let mark = if head.is_closed { "+" } else { "-" };
    let folded = if head.is_closed && head.count > 1 { format!(", {} folded", head.count - 1) } else { String::new() };
    let is_worse = head.is_closed && head.worst < seen.rank;
    let worst = if is_worse { format!(", worst {}", head.worst.name()) } else { String::new() };
    let figures = format!("  {}{folded}{worst}", head.count);
    pen.parts(area, line, &[(mark, styles.accent()), (" ", styles.text()), (&value, styles.strong()), (&figures, styles.dim())]);
}

/// What a row has in a column, as the group's line says it.
fn value(scene: Scene<'_>, seen: &Seen<'_>, column: &Column) -> CompactString {
    let day =
        |at: Option<i64>| at.and_then(|at| jiff::Timestamp::from_second(at).ok()).map(|at| format_compact!("{}", at.strftime("%Y-%m-%d")));
    match column {
        Column::Source => scene.model.source(seen.source).map_or_else(|| "??".into(), |source| source.info.name.as_str().into()),
        Column::Priority if seen.rank == Rank::Unknown => seen.priority.into(),
        Column::Priority => seen.rank.name().into(),
        Column::Sla | Column::Due if seen.due_at.is_some_and(is_only_over) => "over".into(),
        Column::Sla | Column::Due => day(seen.due_at).map(|day| format_compact!("due {day}")).unwrap_or_default(),
        Column::Created | Column::Age => day(seen.created_at).unwrap_or_default(),
        Column::Updated => day(seen.updated_at).unwrap_or_default(),
        Column::Closed => day(seen.closed_at).unwrap_or_default(),
        Column::Key => seen.key.into(),
        Column::Title => seen.title.into(),
        other => plain(scene, seen, other),
    }
}

/// Columns that are text as it is.
fn plain(scene: Scene<'_>, seen: &Seen<'_>, column: &Column) -> CompactString {
    let joined = |parts: &mut dyn Iterator<Item = &str>| {
        let mut out = CompactString::default();
        for part in parts {
            if !out.is_empty() {
                out.push_str(", ");
            }
            out.push_str(part);
        }
        out
    };
    let moment = |at: Option<i64>| at.and_then(|at| jiff::Timestamp::from_second(at).ok()).map(|at| scene.cx.clock.short(at, scene.cx.now));
    match column {
        Column::Id => seen.id.into(),
        Column::Status => seen.status.into(),
        Column::Assignee => joined(&mut seen.assignees()),
        Column::Tags => joined(&mut seen.tags()),
        Column::Created => moment(seen.created_at).unwrap_or_default(),
        Column::Updated => moment(seen.updated_at).unwrap_or_default(),
        Column::Closed => moment(seen.closed_at).unwrap_or_default(),
        _ => seen.value(column).map(CompactString::from).unwrap_or_default(),
    }
}

/// The view and its order.
fn title(scene: Scene<'_>) -> String {
    let name = scene.model.views.current().map_or("Cases", |view| view.name.as_str());
    let changed = if scene.model.is_view_changed() { "+" } else { "" };
    let group = scene.model.list.query().group.as_ref().map(|column| format!("  in groups by {column}")).unwrap_or_default();
    format!("{name}{changed}  by {}{group}", sort_words(&scene.model.list.query().sort))
}

fn foot(scene: Scene<'_>) -> String {
    let (unseen, in_all) = (scene.model.list.unseen_here(), scene.model.list.unseen());
    let shown = scene.model.list.matching();
    let folds = scene.model.list.closed_folds();
    let more = [(folds, if folds == 1 { "fold" } else { "folds" }), (unseen, "unseen"), (scene.model.asides.snoozed(), "snoozed")];
    let more = more.iter().filter(|(count, _)| *count > 0);
    let words = more.fold(format!("{shown} shown"), |words, (count, word)| format!("{words}, {count} {word}"));
    if in_all > unseen { format!("{words}; {} unseen elsewhere", in_all - unseen) } else { words }
}

fn row(pen: &mut Pen, area: Area, line: u16, scene: Scene<'_>, rid: Rid, columns: &[Shows]) {
    let is_cursor = scene.model.list.cursor() == Some(rid);
    let has_keys = scene.panes.focus == Pane::List && scene.cx.overlays.last().is_none_or(|overlay| matches!(overlay, Overlay::Filter(_)));
    // One style for the whole row under the cursor: colours on a reversed row are unreadable.
    let over = is_cursor.then(|| pen.styles.cursor(has_keys));
    if let Some(style) = over {
        pen.tint(area, line, style);
    }
    let Some(seen) = scene.model.list.row(rid) else {
        pen.line(area, line, "  no longer there", pen.styles.dim());
        return;
    };
    let shown = Shown { scene, rid, seen: &seen, is_cursor, right: area.right() };
    let mut x = area.x;
    for shows in columns {
        let room = area.right().saturating_sub(x).min(shows.width);
        shown.cell(pen, &shows.cell, x, area.y + line, room, over);
        x += shows.width;
    }
}

/// One row while it is painted.
struct Shown<'a> {
    scene: Scene<'a>,
    rid: Rid,
    seen: &'a Seen<'a>,
    is_cursor: bool,
    /// Where the list ends.
    right: u16,
}

impl Shown<'_> {
    fn cell(&self, pen: &mut Pen, cell: &Cell, x: u16, y: u16, room: u16, over: Option<Style>) {
        let styles = pen.styles;
        let mut put = |x: u16, room: u16, text: &str, style: Style| pen.text(x, y, room, text, over.unwrap_or(style));
        let pen_right = self.right;
        // A gap of one column stays between columns.
        let inner = room.saturating_sub(1);
        let is_unseen = self.scene.model.list.is_unseen(self.rid) || self.scene.model.list.hides_unseen(self.rid);
        match cell {
            Cell::Marks => {
                let mark = if self.scene.model.shows_marked(self.rid) { "+" } else { " " };
                put(x, 1, if self.is_cursor && mark == " " { ">" } else { mark }, styles.accent());
                put(x + 1, 1, if is_unseen { "*" } else { " " }, styles.unseen());
            }
            Cell::Mark if self.scene.model.is_marked(self.rid) => {
                put(x, 1, "+", styles.accent());
            }
            Cell::Mark if self.is_cursor => {
                put(x, 1, ">", styles.accent());
            }
            Cell::Mark => {
                put(x, 1, if is_unseen { "*" } else { " " }, styles.unseen());
            }
            Cell::Of(Column::Source) => {
                put(x, inner, self.code(), styles.dim());
            }
            Cell::Of(Column::Key) => {
                // The mark stands in the gap when the key is long.
                let end = put(x, inner, &shortened(self.seen.key, inner), styles.text());
                put(end, 1, self.pen_mark(), styles.unseen());
            }
            Cell::Of(Column::Status) => {
                put(x, inner, &self.state(inner), styles.state(self.seen.state));
            }
            Cell::Of(Column::Priority) => {
                let style = if self.seen.has_priority { styles.rank(self.seen.rank) } else { styles.dim() };
                put(x, inner, &priority(self.seen, inner), style);
            }
            Cell::Of(Column::Sla | Column::Due) => self.sla(pen, x, y, over),
            Cell::Of(Column::Age) => {
                let created = self.seen.created_at.and_then(|at| jiff::Timestamp::from_second(at).ok());
                let age = created.map_or_else(|| "--".into(), |at| self.scene.cx.clock.short(at, self.scene.cx.now));
                put(x, inner, &age, styles.text());
            }
            Cell::Of(Column::Assignee) => {
                let who = self.who(inner);
                put(x, inner, &who, if who == "--" { styles.dim() } else { styles.text() });
            }
            Cell::Of(Column::Title) => {
                let inner = if x + room < pen_right { inner } else { room };
                self.title(&mut put, x, inner, styles, is_unseen);
            }
            Cell::Case => {
                // A key of 28 letters would leave no room for the title.
                let key = shortened(self.seen.key.trim_start_matches('#'), room / 2);
                let text = format_compact!("{} {key}{} ", self.code(), self.pen_mark());
                let end = put(x, room, &text, styles.dim());
                self.title(&mut put, end, room.saturating_sub(end - x), styles, is_unseen);
            }
            Cell::Of(column) => {
                let text = plain(self.scene, self.seen, column);
                put(x, inner, if text.is_empty() { "--" } else { &text }, if text.is_empty() { styles.dim() } else { styles.text() });
            }
        }
    }

    /// With the number of rows that this one stands for, and their worst priority when that is not its own.
    fn title(&self, put: &mut impl FnMut(u16, u16, &str, Style) -> u16, x: u16, room: u16, styles: Styles, is_unseen: bool) {
        let style = if is_unseen { styles.strong() } else { styles.text() };
        let Some(folded) = self.scene.model.list.folded(self.rid) else {
            put(x, room, self.seen.title, style);
            return;
        };
        let count = if folded.worst < self.seen.rank {
            format_compact!(" x{} {}!", folded.count, folded.worst.name())
        } else {
            format_compact!(" x{}", folded.count)
        };
        let left = room.saturating_sub(width(&count));
        let end = put(x, left, cut(self.seen.title, left), style);
        put(end, room.saturating_sub(end - x), &count, styles.accent());
    }

    /// An edit is on its way, or text that was typed waits.
    fn pen_mark(&self) -> &'static str {
        let model = self.scene.model;
        if model.queued(self.rid).is_some() {
            "&"
        } else if model.has_draft(self.rid) {
            "\""
        } else if model.list.is_snoozed(self.rid) {
            "z"
        } else if model.list.is_pinned(self.rid) {
            "^"
        } else {
            ""
        }
    }

    fn code(&self) -> &str {
        self.scene.model.source(self.seen.source).map_or("??", |source| source.code.as_str())
    }

    fn state(&self, room: u16) -> CompactString {
        if self.scene.model.list.is_gone(self.rid) {
            return "GONE".into();
        }
        if room >= 10 {
            return self.seen.status.into();
        }
        match self.seen.state {
            Some(State::Open) => "open".into(),
            Some(State::InProgress) => "prog".into(),
            Some(State::Closed) => "done".into(),
            Some(State::Archived) => "arch".into(),
            None => self.seen.status.into(),
        }
    }

    /// Time left in five columns to the right, then the mark.
    fn sla(&self, pen: &mut Pen, x: u16, y: u16, over: Option<Style>) {
        let styles = pen.styles;
        let Some(due) = self.seen.due_at else {
            // A vendor without clocks is told from a case without one.
            let source = self.scene.model.source(self.seen.source);
            let has_clocks = source.is_some_and(|source| source.info.vendor.capabilities().has_clocks);
            pen.text(x + 3, y, 2, if has_clocks { "" } else { "--" }, over.unwrap_or(styles.dim()));
            return;
        };
        let (text, urgency) = clock::left_until(due, self.scene.cx.now);
        let style = over.unwrap_or(styles.urgency(urgency));
        let start = x + 5_u16.saturating_sub(width(&text));
        pen.text(start, y, 5, &text, style);
        if self.scene.model.list.is_local_clock(self.rid) {
            pen.text(start.saturating_sub(1), y, 1, "~", style);
        }
        if urgency != clock::Urgency::Calm {
            pen.text(x + 5, y, 1, "!", style);
        }
    }

    /// `me`, `me+1`, a name, `--` where nobody can be or nobody is.
    fn who(&self, room: u16) -> CompactString {
        let me = self.scene.model.source(self.seen.source).and_then(crate::tui::model::sources::Source::me);
        let mut first = None;
        let (mut count, mut is_mine) = (0, false);
        for person in self.seen.assignees() {
            count += 1;
            first = first.or(Some(person));
            is_mine |= me.is_some_and(|me| me.label() == person);
        }
        let Some(name) = first else { return "--".into() };
        let name = if is_mine { "me" } else { name };
        if count == 1 {
            return name.into();
        }
        let more = format_compact!("+{}", count - 1);
        format_compact!("{}{more}", cut(name, room.saturating_sub(width(&more))).trim_end())
    }
}

/// The vendor's spelling where there is room for it, else four letters; `--` where the vendor has none.
fn priority(seen: &Seen<'_>, room: u16) -> CompactString {
    match (seen.rank, seen.priority) {
        _ if !seen.has_priority => "--".into(),
        // A word of the vendor that may mean more than all that are known.
        (Rank::Unknown, name) => format_compact!("{}?", cut(name, room.saturating_sub(1))),
        (Rank::Unset, _) => "none".into(),
        (_, name) if room >= 8 => name.into(),
        (_, "CRITICAL") => "CRIT".into(),
        (_, "MEDIUM") => "MED".into(),
        (_, name) => name.into(),
    }
}
