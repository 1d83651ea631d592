//! The backend that makes a frame one write: cells are collected, wrapped in a synchronized update and leave at once.
//!
//! ratatui's own backend flushes with every cursor command and writes a few bytes even when no cell changed. Here a
//! frame that differs in nothing writes nothing, so an idle screen stays silent.

use std::io::{
    Write, {self},
};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// A whole frame of a large window fits without growing.
const FRAME_BYTES: usize = 64 * 1024;
/// Terminals that know it show the frame at once, others ignore it.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// What a reset after the last cell costs; a frame of cursor moves only needs no synchronized update.
const MIN_SYNCHRONIZED_BYTES: usize = 32;

/// Draws to `out`. The size is told, not asked: the loop hears of every change, and asking costs three system calls.
pub struct Canvas<W: Write> {
    out: W,
    frame: Vec<u8>,
    size: Size,
    /// Where the cursor is shown; None: hidden.
    cursor: Option<Position>,
    /// What the frame under way wants; taken over when it is flushed.
    wanted: Option<Position>,
    drawn: bool,
}

impl<W: Write> Canvas<W> {
    pub fn new(out: W, width: u16, height: u16) -> Self {
        let mut frame = Vec::with_capacity(FRAME_BYTES);
        frame.extend_from_slice(BEGIN);
        Self { out, frame, size: Size { width, height }, cursor: None, wanted: None, drawn: false }
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.size = Size { width, height };
    }

    /// Bytes for the terminal beside the picture (bell, clipboard), in a write of their own.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    fn begin(&mut self) {
        self.frame.clear();
        self.frame.extend_from_slice(BEGIN);
    }
}

impl<W: Write> Backend for Canvas<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.drawn = true;
        CrosstermBackend::new(&mut self.frame).draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.wanted = Some(self.wanted.unwrap_or_default());
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.wanted.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.wanted = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.drawn = true;
        CrosstermBackend::new(&mut self.frame).clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.drawn && self.wanted == self.cursor {
            return Ok(());
        }
        let mut backend = CrosstermBackend::new(&mut self.frame);
        match self.wanted {
            // Drawing moved the cursor, so it is put back even where it was.
            Some(position) => {
                backend.set_cursor_position(position)?;
                if self.cursor.is_none() {
                    backend.show_cursor()?;
                }
            }
            None if self.cursor.is_some() => backend.hide_cursor()?,
            None => {}
        }
        self.cursor = self.wanted;
        self.drawn = false;
        let sent = if self.frame.len() - BEGIN.len() < MIN_SYNCHRONIZED_BYTES {
            self.out.write_all(&self.frame[BEGIN.len()..])
        } else {
            self.frame.extend_from_slice(END);
            self.out.write_all(&self.frame)
        };
        self.begin();
        sent.and_then(|()| self.out.flush())
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::widgets::Paragraph;

    use super::*;

    /// Counts the writes that would be system calls.
    #[derive(Default)]
    struct Counted {
        writes: Vec<Vec<u8>>,
    }

    impl Write for &mut Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn paint<W: Write>(terminal: &mut Terminal<Canvas<W>>, text: &str, cursor: Option<(u16, u16)>) {
        terminal
            .draw(|frame| {
                frame.render_widget(Paragraph::new(text), frame.area());
                if let Some(at) = cursor {
                    frame.set_cursor_position(at);
                }
            })
            .unwrap();
    }

    #[test]
    fn a_frame_is_one_write_and_an_equal_frame_is_none() {
        let mut out = Counted::default();
        let mut terminal = Terminal::new(Canvas::new(&mut out, 200, 50)).unwrap();
        let page = "a line of a case that fills the window \n".repeat(50);
        paint(&mut terminal, &page, None);
        paint(&mut terminal, &page, None);
        paint(&mut terminal, "another", None);
        drop(terminal);
        assert_eq!(out.writes.len(), 2);
        assert!(out.writes.iter().all(|bytes| bytes.starts_with(BEGIN) && bytes.ends_with(END)));
    }

    #[test]
    fn the_cursor_is_moved_only_when_it_moves() {
        let mut out = Counted::default();
        let mut terminal = Terminal::new(Canvas::new(&mut out, 20, 2)).unwrap();
        paint(&mut terminal, "", Some((3, 1)));
        paint(&mut terminal, "", Some((3, 1)));
        paint(&mut terminal, "", Some((4, 1)));
        paint(&mut terminal, "", None);
        paint(&mut terminal, "", None);
        drop(terminal);
        let writes: Vec<_> = out.writes.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        assert_eq!(writes, ["\x1b[2;4H\x1b[?25h", "\x1b[2;5H", "\x1b[?25l"]);
    }

    #[test]
    fn a_new_size_is_taken_over_with_the_next_frame() {
        let mut out = Counted::default();
        let mut terminal = Terminal::new(Canvas::new(&mut out, 20, 2)).unwrap();
        paint(&mut terminal, "x", None);
        terminal.backend_mut().resize(10, 1);
        paint(&mut terminal, "x", None);
        assert_eq!(terminal.current_buffer_mut().area.width, 10);
    }
}
