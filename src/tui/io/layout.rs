//! Which part of the screen is whose, from its size and the state alone. Pure arithmetic; `ui` paints into it.

/// Beside each other from this width on.
const SIDE_BY_SIDE_WIDTH: u16 = 110;
/// A preview of the case below the list from this width on.
const PREVIEW_WIDTH: u16 = 80;
/// All columns but the person from this width on; below, time left and title.
const COLUMNS_WIDTH: u16 = 60;
/// Whole status names and longer keys from this width of the list on.
const WIDE_WIDTH: u16 = 100;
/// Smaller than this one line says the size needed.
pub const MIN_WIDTH: u16 = 40;
pub const MIN_HEIGHT: u16 = 10;
/// From this height on there is room for a preview, rules and the filter line.
const TALL: u16 = 20;
/// From this height on a narrow screen stacks the case below the list.
const PORTRAIT: u16 = 50;
/// Below this the hint bar goes; the status line never does.
const HINTS_HEIGHT: u16 = 12;
/// Below this the filter line is there only while a filter is on or being typed.
const FILTER_HEIGHT: u16 = 14;
/// Lines of the preview below the list, with its rule.
const PREVIEW_LINES: u16 = 4;
/// Lines kept at the bottom of the list beside the case: rule, tray or legend. Always kept, so that arrivals never
/// push rows about.
const TRAY_LINES: u16 = 6;
/// Lines that the panel over the lower part of a narrow screen has at least, with its frame.
const PANEL_LINES: u16 = 10;

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

impl Area {
    pub const fn new(x: u16, y: u16, width: u16, height: u16) -> Self {
        Self { x, y, width, height }
    }

    pub const fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    pub const fn bottom(self) -> u16 {
        self.y + self.height
    }

    pub const fn right(self) -> u16 {
        self.x + self.width
    }

    /// Without a border of one cell.
    #[must_use]
    pub const fn inner(self) -> Self {
        Self {
            x: self.x + if self.width > 1 { 1 } else { 0 },
            y: self.y + if self.height > 1 { 1 } else { 0 },
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }

    /// Takes lines off the top.
    fn take_top(&mut self, lines: u16) -> Self {
        let lines = lines.min(self.height);
        let top = Self { height: lines, ..*self };
        self.y += lines;
        self.height -= lines;
        top
    }

    /// Takes lines off the bottom.
    fn take_bottom(&mut self, lines: u16) -> Self {
        let lines = lines.min(self.height);
        self.height -= lines;
        Self { y: self.y + self.height, height: lines, ..*self }
    }

    /// A box of at most this size in the middle.
    fn middle(self, width: u16, height: u16) -> Self {
        let (width, height) = (width.min(self.width), height.min(self.height));
        Self { x: self.x + (self.width - width) / 2, y: self.y + (self.height - height) / 2, width, height }
    }
}

/// Which columns the list has room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Columns {
    /// Time left and title.
    Two,
    /// Without the person.
    #[default]
    Narrow,
    All,
    /// With the vendor's own status names and longer keys.
    Wide,
}

/// Where everything is painted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    pub size: (u16, u16),
    /// Smaller than the smallest layout: one line says so and nothing else is painted.
    pub too_small: bool,
    pub header: Area,
    /// The views; nothing on a short screen.
    pub tabs: Area,
    pub filter: Area,
    /// The border around the list; empty where there is no room for borders.
    pub list_frame: Area,
    /// Column titles and rows.
    pub list: Area,
    pub columns: Columns,
    /// Below the rows: a source's problem, else the preview or the tray. Empty where there is no room.
    pub foot: Area,
    pub detail_frame: Area,
    /// Everything of the case, with its title lines.
    pub detail: Area,
    pub hints: Area,
    pub status: Area,
    /// The overlay on top, with its frame; empty when it is painted elsewhere (the filter bar).
    pub overlay: Area,
    /// The strip of continuations of a prefix.
    pub strip: Area,
    /// Where the terminal's own cursor stands while text is typed; filled in by `ui`.
    pub cursor: Option<(u16, u16)>,
}

impl Areas {
    /// Rows of the list in sight, without the line of titles.
    pub fn list_rows(&self) -> usize {
        usize::from(self.list.height.saturating_sub(1))
    }
}

/// What of the state decides about the layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent wishes; every combination is possible and tested")]
pub struct Wanted {
    pub detail_focused: bool,
    pub preview: bool,
    pub maximised: bool,
    /// A filter is on or being typed.
    pub filtered: bool,
    /// There is nothing that views could show.
    pub bare: bool,
    pub overlay: Shape,
    /// Lines of the strip of continuations; 0: none.
    pub strip_lines: u16,
}

/// How much of the screen the overlay on top takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    #[default]
    None,
    /// Header to hints: help, form, first run.
    Whole,
    /// Beside the list where it is wide enough, else over the lower part.
    Panel,
    /// A box in the middle with this many columns and lines inside.
    Box { width: u16, height: u16 },
}

/// Columns of a line to type with choices below it.
pub const PROMPT_TEXT: u16 = 66;
/// Its lines: what is typed, what it comes to, and the choices.
const PROMPT_LINES: u16 = 12;
/// Lines of a table to choose from.
const TABLE_LINES: u16 = 18;

impl Shape {
    /// A line to type with choices below it.
    pub const PROMPT: Self = Self::Box { width: PROMPT_TEXT, height: PROMPT_LINES };
    /// A table to choose from.
    pub const TABLE: Self = Self::Box { width: PROMPT_TEXT, height: TABLE_LINES };
}

pub fn areas(size: (u16, u16), wanted: Wanted) -> Areas {
    let (width, height) = size;
    let mut out = Areas { size, ..Areas::default() };
    if width < MIN_WIDTH || height < MIN_HEIGHT {
        out.too_small = true;
        out.status = Area::new(0, 0, width, height.min(1));
        return out;
    }
    let mut rest = Area::new(0, 0, width, height);
    out.header = rest.take_top(1);
    out.status = rest.take_bottom(1);
    if height >= HINTS_HEIGHT {
        out.hints = rest.take_bottom(1);
    }
    let body = rest;
    if height >= TALL && !wanted.bare {
        out.tabs = rest.take_top(1);
    }
    if height >= FILTER_HEIGHT || wanted.filtered {
        out.filter = rest.take_top(1);
    }
    panes(&mut out, rest, height, wanted);
    overlay(&mut out, body, wanted.overlay);
    if wanted.strip_lines > 0 {
        out.strip = Area::new(0, 0, width, out.hints.y.max(out.status.y - 1)).take_bottom(wanted.strip_lines + 2);
    }
    out
}

/// List and case: side by side, stacked, or one at a time.
fn panes(out: &mut Areas, mut rest: Area, height: u16, wanted: Wanted) {
    let width = rest.width;
    let one = wanted.maximised || !wanted.preview;
    if width >= SIDE_BY_SIDE_WIDTH && height >= TALL {
        if one && wanted.detail_focused {
            out.detail_frame = rest;
        } else if one {
            out.list_frame = rest;
        } else {
            // The list gets a little more: its title is its last column.
            let left = width * 11 / 20;
            out.list_frame = Area { width: left, ..rest };
            out.detail_frame = Area { x: rest.x + left, width: width - left, ..rest };
        }
    } else if width >= COLUMNS_WIDTH && height >= PORTRAIT && !one {
        out.list_frame = rest.take_top(rest.height / 2);
        out.detail_frame = rest;
    } else if wanted.detail_focused {
        out.detail = rest;
        return;
    } else {
        out.columns = match width {
            ..COLUMNS_WIDTH => Columns::Two,
            COLUMNS_WIDTH..PREVIEW_WIDTH => Columns::Narrow,
            PREVIEW_WIDTH..WIDE_WIDTH => Columns::All,
            _ => Columns::Wide,
        };
        if width >= PREVIEW_WIDTH && height >= TALL && wanted.preview {
            out.foot = rest.take_bottom(PREVIEW_LINES);
        }
        if height >= TALL {
            rest.take_top(1);
        }
        out.list = rest;
        return;
    }
    out.detail = out.detail_frame.inner();
    let mut inside = out.list_frame.inner();
    if !out.list_frame.is_empty() {
        out.columns = match inside.width {
            ..COLUMNS_WIDTH => Columns::Narrow,
            COLUMNS_WIDTH..WIDE_WIDTH => Columns::All,
            _ => Columns::Wide,
        };
        out.foot = inside.take_bottom(TRAY_LINES);
        out.list = inside;
    }
}

fn overlay(out: &mut Areas, mut body: Area, shape: Shape) {
    out.overlay = match shape {
        Shape::None => Area::default(),
        Shape::Panel if !out.detail_frame.is_empty() && !out.list_frame.is_empty() => out.detail_frame,
        Shape::Panel if body.height >= 2 * PANEL_LINES => body.take_bottom(body.height * 2 / 3),
        Shape::Whole | Shape::Panel => body,
        Shape::Box { width, height } => body.middle(width.saturating_add(4), height.saturating_add(2)),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(outer: Area, inner: Area) -> bool {
        inner.is_empty() || (inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() && inner.bottom() <= outer.bottom())
    }

    #[test]
    fn at_every_size_all_parts_lie_on_the_screen_and_lines_do_not_overlap() {
        let shapes = [Shape::None, Shape::Whole, Shape::Panel, Shape::Box { width: 70, height: 30 }];
        for width in 1..=300 {
            for height in 1..=100 {
                for n in 0..16_u16 {
                    let wanted = Wanted {
                        detail_focused: n & 1 != 0,
                        preview: n & 2 != 0,
                        maximised: n & 4 != 0,
                        filtered: n & 8 != 0,
                        overlay: shapes[usize::from(n) % 4],
                        bare: n % 5 == 0,
                        strip_lines: n % 3 * 5,
                    };
                    let out = areas((width, height), wanted);
                    let screen = Area::new(0, 0, width, height);
                    let parts =
                        [out.header, out.tabs, out.filter, out.list, out.foot, out.detail, out.hints, out.status, out.overlay, out.strip];
                    assert!(parts.into_iter().all(|part| inside(screen, part)), "{width}x{height} {wanted:?} {out:?}");
                    let lines: Vec<_> =
                        [out.header, out.tabs, out.filter, out.hints, out.status].into_iter().filter(|area| !area.is_empty()).collect();
                    for (n, area) in lines.iter().enumerate() {
                        assert!(lines[n + 1..].iter().all(|other| other.y != area.y), "{width}x{height} {out:?}");
                    }
                    assert_eq!(out.status.height, 1);
                }
            }
        }
    }

    #[test]
    fn the_tiers_are_where_they_should_be() {
        let normal = Wanted { preview: true, ..Wanted::default() };
        assert!(!areas((120, 36), normal).detail.is_empty());
        let narrow = areas((80, 24), normal);
        assert!(narrow.detail.is_empty() && narrow.foot.height == 4 && narrow.columns == Columns::All);
        assert_eq!(areas((79, 24), normal).foot.height, 0);
        assert_eq!(areas((40, 12), normal).columns, Columns::Two);
        assert_eq!(areas((40, 12), normal).list_rows(), 8);
        assert!(areas((39, 12), normal).too_small && areas((40, 9), normal).too_small);
        let whole = areas((80, 24), Wanted { detail_focused: true, ..normal });
        assert!(whole.list.is_empty() && whole.detail.height == 19);
    }
}
