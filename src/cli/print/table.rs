//! A list as a table for people: as wide as the terminal, every column no wider than it needs to be.

use std::io::{
    Write, {self},
};

use jiff::Timestamp;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

const HEADER: [&str; 7] = ["SOURCE", "KEY", "STATUS", "PRI", "AGE", "WHO", "TITLE"];
/// Widest each column gets; the title takes what is left. A key is never cut: it is what `show` and `edit` are given,
/// and ServerOps' take 28 columns.
const WIDEST: [usize; 6] = [16, 40, 14, 12, 4, 14];
const GAP: usize = 2;
/// A title narrower than this says nothing: the line is then longer than the terminal.
const MIN_TITLE: usize = 20;
const CUT: &str = "..";

/// One line of the table, from left to right.
pub(in crate::cli) type Line<'a> = [&'a str; 7];

/// Measures all lines before the first is written.
pub(in crate::cli) struct Table {
    widths: [usize; 6],
    /// None: nobody looks at it through a window, so nothing is cut.
    title: Option<usize>,
}

impl Table {
    pub(in crate::cli) fn new() -> Self {
        Self { widths: std::array::from_fn(|at| HEADER[at].width()), title: None }
    }

    pub(in crate::cli) fn measure(&mut self, line: &Line<'_>) {
        for (width, (cell, widest)) in self.widths.iter_mut().zip(line.iter().zip(WIDEST)) {
            *width = (*width).max(cell.width().min(widest));
        }
    }

    /// Fits the title into what `columns` leave.
    pub(in crate::cli) fn fit(&mut self, columns: Option<u16>) {
        let taken: usize = self.widths.iter().map(|width| width + GAP).sum();
        self.title = columns.map(|columns| usize::from(columns).saturating_sub(taken).max(MIN_TITLE));
    }

    pub(in crate::cli) fn header(&self, out: &mut impl Write) -> io::Result<()> {
        self.line(out, &HEADER)
    }

    pub(in crate::cli) fn line(&self, out: &mut impl Write, line: &Line<'_>) -> io::Result<()> {
        let [before @ .., title] = line;
        for (cell, width) in before.iter().zip(self.widths) {
            // Cut only where there is a window to cut for; a pipe gets the whole text.
            let cell = if self.title.is_some() { cut(cell, width) } else { (*cell).into() };
            let blank = (width + GAP).saturating_sub(cell.width()).max(1);
            write!(out, "{cell}{:blank$}", "")?;
        }
        let title = self.title.map_or_else(|| (*title).into(), |width| cut(title, width));
        writeln!(out, "{title}")
    }
}

/// At most `width` columns, cut between characters as people see them.
pub(in crate::cli) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.into();
    }
    let mut kept = String::new();
    let mut used = CUT.len();
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used > width {
            break;
        }
        kept.push_str(grapheme);
    }
    kept + CUT
}

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
const DAY_S: i64 = 24 * HOUR_S;

/// How long ago, in one number and one letter: `42s`, `5m`, `3h`, `12d`. What lies ahead counts as now.
pub(in crate::cli) fn age(at: Timestamp, now: Timestamp) -> String {
    match (now.as_second() - at.as_second()).max(0) {
        s if s < MINUTE_S => format!("{s}s"),
        s if s < HOUR_S => format!("{}m", s / MINUTE_S),
        s if s < DAY_S => format!("{}h", s / HOUR_S),
        s => format!("{}d", s / DAY_S),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(columns: Option<u16>, lines: &[Line<'_>]) -> Vec<String> {
        let mut table = Table::new();
        for line in lines {
            table.measure(line);
        }
        table.fit(columns);
        let mut out = Vec::new();
        table.header(&mut out).unwrap();
        for line in lines {
            table.line(&mut out, line).unwrap();
        }
        String::from_utf8(out).unwrap().lines().map(String::from).collect()
    }

    #[test]
    fn lines_fit_the_window_and_pipes_get_everything() {
        let long = "漢字かな交じり文 ".repeat(20);
        let lines: [Line<'_>; 2] =
            [["soc", "SEC-1", "Open", "P1", "3h", "me", &long], ["game-eu-west-1-prod", "c_81f0", "open", "", "12d", "", "x"]];
        let cut = printed(Some(80), &lines);
        assert!(cut.iter().all(|line| line.width() <= 80), "{cut:#?}");
        assert_eq!(cut[0], "SOURCE            KEY     STATUS  PRI  AGE  WHO  TITLE");
        assert!(cut[1].starts_with("soc               SEC-1   Open    P1   3h   me   漢字"), "{}", cut[1]);
        assert!(cut[2].starts_with("game-eu-west-1..  c_81f0  "), "{}", cut[2]);
        let whole = printed(None, &lines);
        assert!(whole[1].ends_with(long.as_str()) && whole[2].contains("game-eu-west-1-prod c_81f0"), "{whole:#?}");
    }

    #[test]
    fn ages_take_one_letter() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let ago = |s: i64| age(Timestamp::from_second(1_000_000 - s).unwrap(), now);
        assert_eq!([ago(0), ago(59), ago(60), ago(3599), ago(3600), ago(86_400), ago(-5)], ["0s", "59s", "1m", "59m", "1h", "1d", "0s"]);
    }
}
