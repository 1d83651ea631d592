//! Writes text into cells: clipped to its area, measured by display width, cut between graphemes.

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::tui::io::layout::Area;
use crate::tui::theme::Styles;
pub use crate::tui::widgets::measure::{clipped, cut, hints, shortened, width, wrapped};

/// A buffer with the styles of this run.
pub struct Pen<'a> {
    pub buffer: &'a mut Buffer,
    pub styles: Styles,
    /// Borders of `+ - |`.
    pub ascii: bool,
}

impl Pen<'_> {
    /// Across, down, and the corners from the top left on.
    fn lines(&self) -> [char; 6] {
        if self.ascii { ['-', '|', '+', '+', '+', '+'] } else { ['─', '│', '┌', '┐', '└', '┘'] }
    }

    /// Writes from `x`, at most `columns` wide; returns where it ended.
    pub fn text(&mut self, x: u16, y: u16, columns: u16, text: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        if y >= area.bottom() || x >= area.right() || columns == 0 {
            return x;
        }
        self.buffer.set_stringn(x, y, text, usize::from(columns), style).0
    }

    /// A line of an area, counted from its top; nothing when the area has no such line. Returns the column it ended at.
    pub fn line(&mut self, area: Area, line: u16, text: &str, style: Style) -> u16 {
        if line >= area.height {
            return area.x;
        }
        self.text(area.x, area.y + line, area.width, text, style)
    }

    /// A line of words, which ends with a word where it is longer than the area.
    pub fn words(&mut self, area: Area, line: u16, text: &str, style: Style) -> u16 {
        self.line(area, line, &clipped(text, area.width), style)
    }

    /// Keys and what they do, the most important first: as many as fit, each whole.
    pub fn hints(&mut self, area: Area, line: u16, text: &str, style: Style) -> u16 {
        self.line(area, line, hints(text, area.width), style)
    }

    /// Writes so that the text ends at the right of an area's line; returns where it began.
    pub fn right(&mut self, area: Area, line: u16, text: &str, style: Style) -> u16 {
        let text = cut(text, area.width);
        let x = area.right() - width(text).min(area.width);
        if line < area.height {
            self.text(x, area.y + line, area.width, text, style);
        }
        x
    }

    /// Parts one after the other, each in its style, clipped to the area's line; returns where they ended.
    pub fn parts(&mut self, area: Area, line: u16, parts: &[(&str, Style)]) -> u16 {
        let mut x = area.x;
        for (text, style) in parts {
            if line >= area.height || x >= area.right() {
                break;
            }
            x = self.text(x, area.y + line, area.right() - x, text, *style);
        }
        x
    }

    /// Empties an area.
    pub fn clear(&mut self, area: Area) {
        for y in area.y..area.bottom().min(self.buffer.area.bottom()) {
            for x in area.x..area.right().min(self.buffer.area.right()) {
                self.buffer[(x, y)].reset();
            }
        }
    }

    /// Lays a style over a whole line of an area.
    pub fn tint(&mut self, area: Area, line: u16, style: Style) {
        if line < area.height {
            let y = area.y + line;
            self.buffer.set_style(ratatui::layout::Rect::new(area.x, y, area.width, 1), style);
        }
    }

    /// A rule over an area's line.
    pub fn rule(&mut self, area: Area, line: u16) {
        if line < area.height && area.y + line < self.buffer.area.bottom() {
            let (style, across) = (self.styles.border(), self.lines()[0]);
            for x in area.x..area.right().min(self.buffer.area.right()) {
                self.buffer[(x, area.y + line)].set_char(across).set_style(style);
            }
        }
    }

    /// A border, its title at the top left and its foot at the bottom left.
    pub fn frame(&mut self, area: Area, title: &str, foot: &str, focused: bool) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let style = if focused { self.styles.focused_border() } else { self.styles.border() };
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        if right >= self.buffer.area.right() || bottom >= self.buffer.area.bottom() {
            return;
        }
        let [across, down, corners @ ..] = self.lines();
        for x in area.x..=right {
            self.buffer[(x, area.y)].set_char(across).set_style(style);
            self.buffer[(x, bottom)].set_char(across).set_style(style);
        }
        for y in area.y..=bottom {
            self.buffer[(area.x, y)].set_char(down).set_style(style);
            self.buffer[(right, y)].set_char(down).set_style(style);
        }
        let places = [(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)];
        for ((x, y), corner) in places.into_iter().zip(corners) {
            self.buffer[(x, y)].set_char(corner);
        }
        let room = area.width.saturating_sub(6);
        let fitting = hints(foot, room);
        let (title, foot) = (clipped(title, room), if fitting.is_empty() { clipped(foot, room) } else { fitting.into() });
        for (y, text, style) in [(area.y, &*title, self.styles.strong()), (bottom, &*foot, self.styles.dim())] {
            if !text.is_empty() && room > 0 {
                let lead = if self.ascii { "- " } else { "─ " };
                let x = self.text(area.x + 1, y, 2, lead, self.styles.border());
                let x = self.text(x, y, room, text, style);
                self.text(x, y, 1, " ", style);
            }
        }
    }
}
