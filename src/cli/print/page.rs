//! One case for people: as plain text, or as markdown for a ticket or a chat.

use std::borrow::Cow;
use std::io::{
    Write, {self},
};

use jiff::Timestamp;

use crate::cli::print::markdown::defused;
use crate::cli::print::shape::kind_name;
use crate::cli::print::table::age;
use crate::cli::run::base::base;
use crate::cli::run::opened::Opened;
use crate::domain::case::{Attachment, Case};
use crate::domain::person::Person;
use crate::domain::record::RecordTable;
use crate::domain::sla::{
    Sla, {self},
};
use crate::domain::text::Clean;
use crate::export::cell;

/// How wide the names of facts are in plain text.
const NAME_COLUMNS: usize = 12;

pub(in crate::cli) struct Page<'o, W: Write> {
    out: &'o mut W,
    is_markdown: bool,
    now: Timestamp,
}

impl<'o, W: Write> Page<'o, W> {
    pub(in crate::cli) fn new(out: &'o mut W, is_markdown: bool, now: Timestamp) -> Self {
        Self { out, is_markdown, now }
    }

    /// Everything.
    pub(in crate::cli) fn whole(&mut self, source: &str, opened: &Opened) -> io::Result<()> {
        let case = &opened.case;
        self.head(source, case)?;
        if !case.description.is_empty() {
            self.heading("Description", None)?;
            self.block(case.description.as_str(), "")?;
        }
        self.clocks(&case.slas)?;
        self.fields(case)?;
        self.connected(case)?;
        self.activities(opened)?;
        opened.records.iter().try_for_each(|table| self.records(table))
    }

    /// What a list shows, and a little more.
    pub(in crate::cli) fn head(&mut self, source: &str, case: &Case) -> io::Result<()> {
        let row = &case.row;
        let title = self.inline(row.title.as_str()).into_owned();
        if self.is_markdown {
            writeln!(self.out, "# {} {title}\n", self.inline(row.key.as_str()))?;
        } else {
            writeln!(self.out, "{source}:{}  {title}\n", row.key.as_str().trim_start_matches('#'))?;
        }
        self.fact("source", source)?;
        let state = row.status.state.map_or("unknown to this version", |state| state.name());
        self.fact("status", &format!("{} ({state})", row.status.name))?;
        if let Some(priority) = &row.priority {
            let level = priority.level.map_or(String::new(), |level| format!(" ({})", level.name()));
            self.fact("priority", &format!("{}{level}", priority.name))?;
        }
        self.fact("assignees", &row.assignees.iter().map(person).collect::<Vec<_>>().join(", "))?;
        self.fact("tags", &row.tags.iter().map(Clean::as_str).collect::<Vec<_>>().join(", "))?;
        for (name, named) in [("group", &case.group), ("type", &case.case_type)] {
            self.fact(name, named.as_ref().map_or("", |named| named.name.as_str()))?;
        }
        self.fact("author", &case.author.as_ref().map(person).unwrap_or_default())?;
        for (name, at) in [("created", row.created_at), ("updated", row.updated_at), ("closed", row.closed_at)] {
            let words = at.map(|at| format!("{at} ({} ago)", age(at, self.now))).unwrap_or_default();
            self.fact(name, &words)?;
        }
        self.fact("base", &base(case))?;
        self.fact("url", row.url.as_ref().map_or("", Clean::as_str))
    }

    fn clocks(&mut self, slas: &[Sla]) -> io::Result<()> {
        if slas.is_empty() {
            return Ok(());
        }
        self.heading("SLA", None)?;
        for sla in sla::in_order(slas) {
            let left = match (sla.left_s(self.now), sla.due_at) {
                (Some(left), Some(due)) if left > 0 => format!("{} left, due {due}", duration(left)),
                (Some(left), Some(due)) if left < 0 => format!("over by {}, was due {due}", duration(-left)),
                _ if sla.exceeded => "over".into(),
                _ => "no end known".into(),
            };
            self.item(&format!("{}: {left}", sla.kind))?;
        }
        Ok(())
    }

    fn fields(&mut self, case: &Case) -> io::Result<()> {
        if !case.attributes.is_empty() {
            self.heading("Attributes", Some(case.attributes.len()))?;
            for (key, values) in &case.attributes {
                self.item(&format!("{key}: {}", joined(values)))?;
            }
        }
        if !case.fields.is_empty() {
            self.heading("Fields", Some(case.fields.len()))?;
            for field in &case.fields {
                let values = if field.values.is_empty() { "--".into() } else { joined(&field.values) };
                self.item(&format!("{} ({}): {values}", field.name, kind_name(&field.kind)))?;
            }
        }
        Ok(())
    }

    fn connected(&mut self, case: &Case) -> io::Result<()> {
        if case.links.len() + case.tickets.len() > 0 {
            self.heading("Links", Some(case.links.len() + case.tickets.len()))?;
            for link in &case.links {
                self.item(&format!("case {} {}", link.id, link.title))?;
            }
            for ticket in &case.tickets {
                let url = ticket.url.as_ref().map_or("", Clean::as_str);
                self.item(&format!("{} {} {} {url}", ticket.system, ticket.label, ticket.state))?;
            }
        }
        if !case.attachments.is_empty() {
            self.heading("Files", Some(case.attachments.len()))?;
            for file in &case.attachments {
                self.item(&file_words(file))?;
            }
        }
        if !case.closure_conditions.is_empty() {
            self.heading("Closure conditions", Some(case.closure_conditions.len()))?;
            for condition in &case.closure_conditions {
                self.item(&format!("{}: {}", condition.name, condition.formula))?;
            }
        }
        Ok(())
    }

    fn activities(&mut self, opened: &Opened) -> io::Result<()> {
        if opened.activities.is_empty() {
            return Ok(());
        }
        self.heading("Activity", Some(opened.activities.len()))?;
        for activity in &opened.activities {
            let at = activity.at.map(|at| format!("{at} ")).unwrap_or_default();
            let who = activity.who.as_ref().map(|who| format!(" {}", who.label())).unwrap_or_default();
            let file = activity.file.as_ref().map(|file| format!(" {file}")).unwrap_or_default();
            let gone = if activity.is_deleted { " (deleted)" } else { "" };
            self.item(&format!("{at}{}{who}{file}{gone}", activity.kind))?;
            if !activity.text.is_empty() {
                self.block(activity.text.as_str(), "    ")?;
            }
        }
        Ok(())
    }

    fn records(&mut self, table: &RecordTable) -> io::Result<()> {
        let name = if table.type_name.is_empty() { "Records" } else { table.type_name.as_str() };
        self.heading(&format!("Records: {name}"), Some(table.rows.len()))?;
        if self.is_markdown {
            let cells = |cells: &[Clean]| cells.iter().map(|cell| self.inline(cell.as_str()).into_owned()).collect::<Vec<_>>().join(" | ");
            let lines: Vec<String> = table.rows.iter().map(|record| cells(&record.cells)).collect();
            writeln!(self.out, "| {} |\n|{}", cells(&table.columns), "---|".repeat(table.columns.len().max(1)))?;
            return lines.iter().try_for_each(|line| writeln!(self.out, "| {line} |"));
        }
        for record in &table.rows {
            self.item(&record.id)?;
            for (column, cell) in table.columns.iter().zip(&record.cells).filter(|(_, cell)| !cell.is_empty()) {
                self.block(&format!("{column}: {cell}"), "    ")?;
            }
        }
        Ok(())
    }

    fn heading(&mut self, words: &str, count: Option<usize>) -> io::Result<()> {
        let count = count.map(|count| format!(" ({count})")).unwrap_or_default();
        let words = self.inline(words).into_owned();
        if self.is_markdown { writeln!(self.out, "\n## {words}{count}\n") } else { writeln!(self.out, "\n{words}{count}") }
    }

    /// Nothing when the value is empty: the vendor has no such thing, or it is not set.
    fn fact(&mut self, name: &str, value: &str) -> io::Result<()> {
        if value.is_empty() {
            Ok(())
        } else if self.is_markdown {
            let value = self.inline(value).into_owned();
            writeln!(self.out, "- **{name}**: {value}")
        } else {
            writeln!(self.out, "{name:NAME_COLUMNS$}{value}")
        }
    }

    fn item(&mut self, words: &str) -> io::Result<()> {
        let words = self.inline(words.trim()).into_owned();
        if self.is_markdown { writeln!(self.out, "- {}", without_marker(&words)) } else { writeln!(self.out, "  {words}") }
    }

    /// Several lines; in markdown they are markdown already, and are quoted.
    fn block(&mut self, text: &str, indent: &str) -> io::Result<()> {
        if !self.is_markdown {
            let indent = if indent.is_empty() { "  " } else { indent };
            return text.lines().try_for_each(|line| writeln!(self.out, "{indent}{line}"));
        }
        if !indent.is_empty() {
            writeln!(self.out)?;
        }
        defused(text).lines().try_for_each(|line| match line {
            "" => writeln!(self.out, "{indent}>"),
            line => writeln!(self.out, "{indent}> {line}"),
        })
    }

    /// One line; in markdown nothing of it means anything but itself.
    fn inline<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        if text.contains('\n') {
            text = Cow::Owned(text.replace('\n', " "));
        }
        if self.is_markdown { Cow::Owned(cell(&text)) } else { text }
    }
}

/// Takes the meaning off what would begin a list or a rule at the start of a line.
fn without_marker(words: &str) -> Cow<'_, str> {
    let digits = words.len() - words.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let marks: &[char] = if digits == 0 { &['-', '+', '='] } else { &['.', ')'] };
    let (before, behind) = words.split_at(digits);
    if behind.starts_with(marks) { format!("{before}\\{behind}").into() } else { words.into() }
}

fn person(person: &Person) -> String {
    match (person.label(), person.email.as_str()) {
        (label, "") => label.into(),
        (label, email) if label == email => label.into(),
        (label, email) => format!("{label} <{email}>"),
    }
}

fn joined(values: &[Clean]) -> String {
    values.iter().map(Clean::as_str).collect::<Vec<_>>().join(", ")
}

fn duration(seconds: i64) -> String {
    let minutes = seconds / 60;
    if minutes >= 60 { format!("{}h{:02}m", minutes / 60, minutes % 60) } else { format!("{minutes}m{:02}s", seconds % 60) }
}

/// `report.pdf (application/pdf, 12 bytes)`, as far as the vendor tells.
fn file_words(file: &Attachment) -> String {
    let size = file.size_bytes.map(|size| format!("{size} bytes"));
    let warning = Some(file.abuse_status.as_str()).filter(|status| !matches!(*status, "" | "clean"));
    let kind = Some(file.content_type.to_string()).filter(|kind| !kind.is_empty());
    let known: Vec<String> = kind.into_iter().chain(size).chain(warning.map(|status| format!("abuse status: {status}"))).collect();
    if known.is_empty() { file.name.to_string() } else { format!("{} ({})", file.name, known.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_as_far_as_its_vendor_tells() {
        let bare = Attachment { name: Clean::line("screenshot-35.png"), ..Attachment::default() };
        assert_eq!(file_words(&bare), "screenshot-35.png");
        assert_eq!(file_words(&Attachment { size_bytes: Some(12), ..bare.clone() }), "screenshot-35.png (12 bytes)");
        let whole = Attachment { content_type: Clean::line("image/png"), abuse_status: Clean::line("malware"), ..bare };
        assert_eq!(file_words(&whole), "screenshot-35.png (image/png, abuse status: malware)");
    }
}
