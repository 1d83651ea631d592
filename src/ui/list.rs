//! The rows in sight, in columns by the width there is; or why there are none.

use compact_str::{CompactString, format_compact};
use ratatui::style::Style;

use crate::app::clock;
use crate::app::layout::{Area, Areas, Columns};
use crate::app::overlay::Overlay;
use crate::app::{App, Pane};
use crate::domain::case::{Rid, State, Vendor};
use crate::index::Seen;
use crate::ui::pen::{Pen, cut, width};

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    /// `>` for the cursor, `*` for an unseen change.
    Marks,
    /// One cell for both, where columns are few.
    Mark,
    Source,
    /// With `&` behind it while an edit is on its way.
    Key,
    State,
    Priority,
    /// With `!` behind it when it presses.
    Sla,
    Age,
    Who,
    Title,
    /// Source, key and title in one.
    Case,
}

/// Columns with their titles and widths; the last takes what is left.
fn columns(columns: Columns) -> &'static [(Cell, &'static str, u16)] {
    match columns {
        Columns::Two => &[(Cell::Mark, "", 1), (Cell::Sla, "  sla", 7), (Cell::Case, "title", 0)],
        Columns::Narrow => &[
            (Cell::Marks, "", 2),
            (Cell::Source, "", 3),
            (Cell::Key, "key", 9),
            (Cell::State, "st", 5),
            (Cell::Priority, "pri", 5),
            (Cell::Sla, "  sla", 7),
            (Cell::Age, "age", 6),
            (Cell::Title, "title", 0),
        ],
        Columns::All => &[
            (Cell::Marks, "", 2),
            (Cell::Source, "", 3),
            (Cell::Key, "key", 9),
            (Cell::State, "st", 5),
            (Cell::Priority, "pri", 5),
            (Cell::Sla, "  sla", 7),
            (Cell::Age, "age", 6),
            (Cell::Who, "who", 7),
            (Cell::Title, "title", 0),
        ],
        Columns::Wide => &[
            (Cell::Marks, "", 2),
            (Cell::Source, "src", 4),
            (Cell::Key, "key", 13),
            (Cell::State, "state", 15),
            (Cell::Priority, "pri", 9),
            (Cell::Sla, "  sla", 8),
            (Cell::Age, "age", 6),
            (Cell::Who, "who", 16),
            (Cell::Title, "title", 0),
        ],
    }
}

pub(super) fn draw(pen: &mut Pen, areas: &Areas, app: &App) {
    if !areas.list_frame.is_empty() {
        let focused = app.focus == Pane::List && app.overlays.is_empty();
        pen.frame(areas.list_frame, &format!("Cases  by {}", by(app)), &foot(app), focused);
    }
    let area = areas.list;
    if area.is_empty() {
        return;
    }
    if areas.list_frame.is_empty() && areas.size.1 >= 20 {
        pen.rule(Area { y: area.y - 1, height: 1, ..area }, 0);
    }
    if app.list.order().is_empty() {
        super::empty::draw(pen, area, app);
        return;
    }
    let columns = columns(areas.columns);
    let mut x = area.x;
    for (_, title, columns) in columns {
        let room = if *columns == 0 { area.right().saturating_sub(x) } else { *columns };
        pen.text(x, area.y, room, title, pen.styles.dim());
        x += columns;
    }
    for (line, rid) in (1..area.height).zip(app.list.visible()) {
        row(pen, area, line, app, *rid, columns);
    }
}

fn by(app: &App) -> String {
    let sort = app.list.sort();
    format!("{}{}", sort.order.word(), if sort.reversed { " reversed" } else { "" })
}

fn foot(app: &App) -> String {
    let unseen = app.list.unseen();
    let shown = app.list.matching();
    let more = [(unseen, "unseen"), (app.asides.snoozed(), "snoozed")];
    let more = more.iter().filter(|(count, _)| *count > 0);
    more.fold(format!("{shown} shown"), |words, (count, word)| format!("{words}, {count} {word}"))
}

fn row(pen: &mut Pen, area: Area, line: u16, app: &App, rid: Rid, columns: &[(Cell, &str, u16)]) {
    let is_cursor = app.list.cursor() == Some(rid);
    let has_keys = app.focus == Pane::List && app.overlays.last().is_none_or(|overlay| matches!(overlay, Overlay::Filter(_)));
    // One style for the whole row under the cursor: colours on a reversed row are unreadable.
    let over = is_cursor.then(|| pen.styles.cursor(has_keys));
    if let Some(style) = over {
        pen.tint(area, line, style);
    }
    let Some(seen) = app.list.row(rid) else {
        pen.line(area, line, "  no longer there", pen.styles.dim());
        return;
    };
    let shown = Shown { app, rid, seen: &seen, is_cursor };
    let mut x = area.x;
    for (cell, _, columns) in columns {
        let room = area.right().saturating_sub(x);
        let room = if *columns == 0 { room } else { room.min(*columns) };
        shown.cell(pen, *cell, x, area.y + line, room, over);
        x += columns;
    }
}

/// One row while it is painted.
struct Shown<'a> {
    app: &'a App,
    rid: Rid,
    seen: &'a Seen<'a>,
    is_cursor: bool,
}

impl Shown<'_> {
    fn cell(&self, pen: &mut Pen, cell: Cell, x: u16, y: u16, room: u16, over: Option<Style>) {
        let styles = pen.styles;
        let mut put = |x: u16, room: u16, text: &str, style: Style| pen.text(x, y, room, text, over.unwrap_or(style));
        // A gap of one column stays between columns.
        let inner = room.saturating_sub(1);
        let is_unseen = self.app.list.is_unseen(self.rid);
        match cell {
            Cell::Marks => {
                put(x, 1, if self.is_cursor { ">" } else { " " }, styles.accent());
                put(x + 1, 1, if is_unseen { "*" } else { " " }, styles.unseen());
            }
            Cell::Mark if self.is_cursor => {
                put(x, 1, ">", styles.accent());
            }
            Cell::Mark => {
                put(x, 1, if is_unseen { "*" } else { " " }, styles.unseen());
            }
            Cell::Source => {
                put(x, inner, self.code(), styles.dim());
            }
            Cell::Key => {
                // The mark stands in the gap when the key is long.
                put(x, inner, self.seen.key, styles.text());
                put(x + width(cut(self.seen.key, inner)), 1, self.pen_mark(), styles.unseen());
            }
            Cell::State => {
                put(x, inner, &self.state(inner), styles.state(self.seen.state));
            }
            Cell::Priority => {
                let style = if self.seen.has_priority { styles.level(self.seen.level) } else { styles.dim() };
                put(x, inner, priority(self.seen, inner), style);
            }
            Cell::Sla => self.sla(pen, x, y, over),
            Cell::Age => {
                let created = self.seen.created_at.and_then(|at| jiff::Timestamp::from_second(at).ok());
                let age = created.map_or_else(|| "--".into(), |at| self.app.clock.short(at, self.app.now));
                put(x, inner, &age, styles.text());
            }
            Cell::Who => {
                let who = self.who(inner);
                put(x, inner, &who, if who == "--" { styles.dim() } else { styles.text() });
            }
            Cell::Title => {
                put(x, room, self.seen.title, if is_unseen { styles.strong() } else { styles.text() });
            }
            Cell::Case => {
                let key = self.seen.key.trim_start_matches('#');
                let text = format_compact!("{} {key}{} ", self.code(), self.pen_mark());
                let end = put(x, room, &text, styles.dim());
                put(end, room.saturating_sub(end - x), self.seen.title, if is_unseen { styles.strong() } else { styles.text() });
            }
        }
    }

    /// An edit is on its way, or text that was typed waits.
    fn pen_mark(&self) -> &'static str {
        match () {
            () if self.app.queued(self.rid).is_some() => "&",
            () if self.app.has_draft(self.rid) => "\"",
            () if self.app.list.is_snoozed(self.rid) => "z",
            () if self.app.list.is_pinned(self.rid) => "^",
            () => "",
        }
    }

    fn code(&self) -> &str {
        self.app.source(self.seen.source).map_or("??", |source| source.code.as_str())
    }

    fn state(&self, room: u16) -> CompactString {
        if self.app.list.is_gone(self.rid) {
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
            let is_tines = self.app.source(self.seen.source).is_some_and(|source| source.card.vendor == Vendor::Tines);
            pen.text(x + 3, y, 2, if is_tines { "" } else { "--" }, over.unwrap_or(styles.dim()));
            return;
        };
        let (text, urgency) = clock::left_until(due, self.app.now);
        let style = over.unwrap_or(styles.urgency(urgency));
        pen.text(x + 5_u16.saturating_sub(width(&text)), y, 5, &text, style);
        if urgency != clock::Urgency::Calm {
            pen.text(x + 5, y, 1, "!", style);
        }
    }

    /// `me`, `me+1`, a name, `--` where nobody can be or nobody is.
    fn who(&self, room: u16) -> CompactString {
        let me = self.app.source(self.seen.source).and_then(crate::app::Source::me);
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
fn priority<'a>(seen: &Seen<'a>, room: u16) -> &'a str {
    match seen.priority {
        _ if !seen.has_priority => "--",
        "" | "NOT_DEFINED" => "none",
        name if room >= 8 => name,
        "CRITICAL" => "CRIT",
        "MEDIUM" => "MED",
        name => name,
    }
}
