//! Markdown as lines: headings, lists that hang, tables that fit, code, quotes, links with where they lead.
//!
//! Entities such as `&#27;` are decoded by the parser, so its text is cleaned once more before it is kept.

use compact_str::CompactString;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::domain::text::Clean;
use crate::tui::screens::detail::lines::{Lead, Line, Span, Tone, cut, fit, width, wrap};

/// Lists and quotes inside each other that are indented; deeper ones stay at this depth.
const MAX_DEPTH: usize = 8;
/// Lines of one text; a megabyte of log in a description is shown by the raw tab.
const MAX_LINES: usize = 20_000;
/// A table column is not squeezed below this.
const MIN_COLUMN: usize = 4;

/// Lays out `text` in `columns`, without blank lines at its end.
pub fn lay_out(text: &Clean, columns: usize) -> Vec<Line> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut page = Page { columns: columns.max(1), ..Page::default() };
    for event in Parser::new_ext(text.as_str(), options) {
        page.take(event);
        if page.lines.len() > MAX_LINES {
            page.lines.truncate(MAX_LINES);
            page.lines.push(Line::of(Tone::Warning, "(cut here: the rest is in the Raw tab)"));
            return page.lines;
        }
    }
    page.paragraph_end();
    while page.lines.last().is_some_and(|line| line.spans.is_empty()) {
        page.lines.pop();
    }
    page.lines
}

#[derive(Default)]
struct Page {
    columns: usize,
    lines: Vec<Line>,
    inline: Vec<Span>,
    tones: Vec<Tone>,
    /// Lists and quotes that are open, outermost first.
    frames: Vec<Frame>,
    /// Where the link under way leads, and how much of `inline` stood before it.
    link: Option<(CompactString, usize)>,
    code: Option<String>,
    table: Option<Table>,
    /// The next block starts after a blank line.
    wants_gap: bool,
}

/// A list item's or a quote's indentation; the mark stands on its first line only.
struct Frame {
    mark: CompactString,
    hang: CompactString,
    is_used: bool,
    /// Number of the next item; None: bullets. Only in lists.
    number: Option<u64>,
    is_list: bool,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<Vec<Span>>>,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code.is_some() => {
                if let Some(code) = &mut self.code {
                    code.push_str(&text);
                }
            }
            Event::Text(text) => self.text(self.tones.last().copied().unwrap_or_default(), &text),
            Event::Code(text) => self.text(Tone::Code, &text),
            Event::Html(text) | Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.text(Tone::Dim, &text),
            Event::SoftBreak => self.text(Tone::Text, " "),
            Event::HardBreak => self.inline.push(Span::new(Tone::Text, "\n")),
            Event::Rule => {
                self.block();
                self.lines.push(Line::of(Tone::Dim, "-".repeat(self.columns.min(60))));
                self.wants_gap = true;
            }
            Event::TaskListMarker(done) => self.text(Tone::Label, if done { "[x] " } else { "[ ] " }),
            Event::FootnoteReference(name) => self.text(Tone::Dim, &name),
        }
    }

    fn text(&mut self, tone: Tone, text: &str) {
        let clean = Clean::line(text);
        if !clean.is_empty() {
            self.inline.push(Span::new(tone, clean.as_str()));
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.block(),
            Tag::Heading { level, .. } => {
                self.block();
                self.tones.push(if level <= HeadingLevel::H2 { Tone::Heading } else { Tone::Strong });
            }
            Tag::BlockQuote(_) => {
                self.block();
                self.open(Frame { mark: "| ".into(), hang: "| ".into(), is_used: false, number: None, is_list: false });
            }
            Tag::CodeBlock(kind) => {
                self.block();
                self.code = Some(String::new());
                if let CodeBlockKind::Fenced(language) = kind
                    && !language.is_empty()
                {
                    self.put(&[Span::new(Tone::Dim, Clean::line(&language).as_str())]);
                }
            }
            Tag::List(number) => {
                // Inside an item the list follows its text without a gap.
                if self.frames.iter().any(|frame| frame.is_list) {
                    self.paragraph_end();
                } else {
                    self.block();
                }
                self.open(Frame { mark: "".into(), hang: "".into(), is_used: true, number, is_list: true });
            }
            Tag::Item => self.item(),
            Tag::Emphasis => self.tones.push(Tone::Emphasis),
            Tag::Strong => self.tones.push(Tone::Strong),
            Tag::Strikethrough => self.tones.push(Tone::Dim),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.link = Some((Clean::line(&dest_url).as_str().into(), self.inline.len()));
                self.tones.push(Tone::Link);
            }
            Tag::Table(_) => {
                self.block();
                self.table = Some(Table::default());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                self.paragraph_end();
                self.wants_gap = true;
            }
            TagEnd::Heading(_) => {
                self.tones.pop();
                self.paragraph_end();
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.paragraph_end();
                self.close();
            }
            TagEnd::Item => {
                self.paragraph_end();
                self.wants_gap = false;
            }
            TagEnd::CodeBlock => self.code_end(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.tones.pop();
            }
            TagEnd::Link | TagEnd::Image => self.link_end(),
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.inline);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.table_end(),
            _ => {}
        }
    }

    /// A new block begins: what was under way ends, and a blank line stands between.
    fn block(&mut self) {
        self.paragraph_end();
        if self.wants_gap && !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        self.wants_gap = false;
    }

    fn paragraph_end(&mut self) {
        if !self.inline.is_empty() {
            let spans = std::mem::take(&mut self.inline);
            self.put(&spans);
        }
    }

    /// Wraps spans behind the marks of the lists and quotes they are in.
    fn put(&mut self, spans: &[Span]) {
        let (mut first, mut next) = (String::new(), String::new());
        for frame in self.frames.iter_mut().take(MAX_DEPTH) {
            first.push_str(if std::mem::replace(&mut frame.is_used, true) { &frame.hang } else { &frame.mark });
            next.push_str(&frame.hang);
        }
        wrap(spans, Lead { first: &first, next: &next }, self.columns, &mut self.lines);
    }

    fn open(&mut self, frame: Frame) {
        self.frames.push(frame);
    }

    fn close(&mut self) {
        // An item's frame lies on its list's until the next item or the end of the list.
        while let Some(frame) = self.frames.pop() {
            if frame.is_list || frame.mark == "| " {
                break;
            }
        }
        self.wants_gap = !self.frames.iter().any(|frame| frame.is_list);
    }

    fn item(&mut self) {
        while self.frames.last().is_some_and(|frame| !frame.is_list) {
            self.frames.pop();
        }
        let mark = match self.frames.last_mut().and_then(|list| list.number.as_mut()) {
            Some(number) => {
                *number += 1;
                CompactString::from(format!("{}. ", *number - 1))
            }
            None => "- ".into(),
        };
        let hang = " ".repeat(mark.len()).into();
        self.open(Frame { mark, hang, is_used: false, number: None, is_list: false });
    }

    fn code_end(&mut self) {
        let code = self.code.take().unwrap_or_default();
        self.open(Frame { mark: "  ".into(), hang: "  ".into(), is_used: false, number: None, is_list: false });
        for line in Clean::block(&code).as_str().trim_end_matches('\n').split('\n') {
            self.put(&[Span::new(Tone::Code, line)]);
        }
        self.frames.pop();
        self.wants_gap = true;
    }

    /// A link whose words are not its address says where it really leads.
    fn link_end(&mut self) {
        self.tones.pop();
        let Some((url, start)) = self.link.take() else { return };
        let words: String = self.inline.iter().skip(start).map(|span| span.text.as_str()).collect();
        if !url.is_empty() && words != url.as_str() && Some(words.as_str()) != url.strip_prefix("mailto:") {
            self.inline.push(Span::new(Tone::Dim, format!(" <{url}>")));
        }
    }

    fn table_end(&mut self) {
        let Some(table) = self.table.take() else { return };
        let indent: usize = self.frames.iter().take(MAX_DEPTH).map(|frame| frame.hang.len()).sum();
        for line in table.lines(self.columns.saturating_sub(indent).max(1)) {
            let mut lead = Line::default();
            lead.pad(indent.min(self.columns / 2));
            lead.spans.extend(line.spans);
            self.lines.push(lead);
        }
        self.wants_gap = true;
    }
}

impl Table {
    fn lines(self, columns: usize) -> Vec<Line> {
        let texts: Vec<Vec<String>> =
            self.rows.iter().map(|row| row.iter().map(|cell| cell.iter().map(|span| span.text.as_str()).collect()).collect()).collect();
        let count = texts.iter().map(Vec::len).max().unwrap_or(0);
        if count == 0 {
            return Vec::new();
        }
        let gaps = (count - 1) * 2;
        if columns < gaps + count * MIN_COLUMN {
            return narrow(&texts, columns);
        }
        let mut widths: Vec<usize> =
            (0..count).map(|n| texts.iter().filter_map(|row| row.get(n)).map(|cell| width(cell)).max().unwrap_or(0).max(1)).collect();
        squeeze(&mut widths, columns - gaps);
        let mut out = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            row_lines(row, &widths, number == 0, &mut out);
            if number == 0 {
                out.push(Line::of(Tone::Dim, "-".repeat(widths.iter().sum::<usize>() + gaps)));
            }
        }
        out
    }
}

/// Takes columns off the widest until all fit.
fn squeeze(widths: &mut [usize], room: usize) {
    let mut over = widths.iter().sum::<usize>().saturating_sub(room);
    while over > 0 {
        let widest = widths.iter().copied().max().unwrap_or(0);
        if widest <= MIN_COLUMN {
            return;
        }
        let second = widths.iter().copied().filter(|width| *width < widest).max().unwrap_or(0).max(MIN_COLUMN);
        let equals = widths.iter().filter(|width| **width == widest).count();
        let step = (widest - second).min(over.div_ceil(equals)).max(1);
        for width in widths.iter_mut().filter(|width| **width == widest) {
            *width -= step.min(over);
            over -= step.min(over);
        }
    }
}

/// One row of a table: its cells wrapped beside each other.
fn row_lines(row: &[Vec<Span>], widths: &[usize], is_head: bool, out: &mut Vec<Line>) {
    let cells: Vec<Vec<Line>> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| {
            let spans: Vec<Span> =
                if is_head { cell.iter().map(|span| Span::new(Tone::Label, span.text.clone())).collect() } else { cell.clone() };
            let mut lines = Vec::new();
            wrap(&spans, Lead::default(), *width, &mut lines);
            lines
        })
        .collect();
    for n in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
        let mut line = Line::default();
        let mut end = 0;
        for (cell, width) in cells.iter().zip(widths) {
            line.pad(end);
            for span in cell.get(n).into_iter().flat_map(|line| &line.spans) {
                line.push(span.tone, &span.text);
            }
            end += width + 2;
        }
        out.push(line);
    }
}

/// A table that has no room as one: each row as `title: value` lines.
fn narrow(texts: &[Vec<String>], columns: usize) -> Vec<Line> {
    let mut out = Vec::new();
    let Some((head, rows)) = texts.split_first() else { return out };
    for row in rows {
        for (n, cell) in row.iter().enumerate() {
            let title = head.get(n).map_or("", String::as_str);
            let spans = [Span::new(Tone::Label, format!("{}: ", cut(title, columns / 2))), Span::new(Tone::Text, cell.as_str())];
            wrap(&spans, Lead { first: "", next: "  " }, columns, &mut out);
        }
        out.push(Line::of(Tone::Dim, fit("", columns.min(8)).replace(' ', "-")));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(text: &str, columns: usize) -> Vec<String> {
        lay_out(&Clean::block(text), columns).iter().map(|line| line.text().trim_end().to_owned()).collect()
    }

    #[test]
    fn blocks_are_apart_and_lists_hang() {
        let text = "# Title\nFirst paragraph\nof two lines.\n\n- one that is long enough\n- two\n  1. inner\n  2. more\n\n> quoted\n\nEnd.";
        assert_eq!(
            page(text, 16),
            [
                "Title",
                "First paragraph",
                "of two lines.",
                "",
                "- one that is",
                "  long enough",
                "- two",
                "  1. inner",
                "  2. more",
                "",
                "| quoted",
                "",
                "End."
            ]
        );
    }

    #[test]
    fn tasks_code_and_links_say_what_they_are() {
        assert_eq!(page("- [x] done\n- [ ] open", 20), ["- [x] done", "- [ ] open"]);
        assert_eq!(page("```sh\nrm  -rf /\n```", 20), ["sh", "  rm  -rf /"]);
        assert_eq!(
            page("[bank.example](https://evil.example/x) <https://a.example>", 80),
            ["bank.example <https://evil.example/x> https://a.example"]
        );
    }

    #[test]
    fn a_table_fits_or_turns_into_lines() {
        let text = "| host | verdict |\n|---|---|\n| ws-1190 | quarantine failed |";
        assert_eq!(page(text, 40), ["host     verdict", "--------------------------", "ws-1190  quarantine failed"]);
        let squeezed = page(text, 18);
        assert!(squeezed.iter().all(|line| line.len() <= 18) && squeezed.len() == 4, "{squeezed:?}");
        assert_eq!(page(text, 8)[0], "host:");
    }

    #[test]
    fn entities_do_not_smuggle_controls_past_the_cleaning() {
        let text = page("a&#27;[31mb &#x202e;c `&#27;`", 80).concat();
        assert!(text.contains("<U+202E>") && !text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    }

    proptest! {
        #[test]
        fn any_text_is_laid_out_within_the_width(text in any::<String>(), columns in 4usize..60) {
            let lines = lay_out(&Clean::block(&text), columns);
            prop_assert!(lines.iter().all(|line| line.width() <= columns), "{:?}", lines);
        }

        #[test]
        fn markdown_like_text_is_laid_out_within_the_width(text in "([-*>#|`~\\[\\]() \n1.]|ab|漢){0,120}", columns in 4usize..60) {
            let lines = lay_out(&Clean::block(&text), columns);
            prop_assert!(lines.iter().all(|line| line.width() <= columns), "{:?}", lines);
        }
    }
}
