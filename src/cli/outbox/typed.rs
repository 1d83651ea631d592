//! Drafts: what was typed in the workbench and not sent, as `caseload outbox list` prints it. Its case may be gone.

use std::io::{
    Write, {self},
};
use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::print::table::age;
use crate::domain::draft::Draft;
use crate::domain::text::Clean;

/// A draft and what is known of its case.
pub(in crate::cli) struct Typed {
    pub(in crate::cli) draft: Draft,
    pub(in crate::cli) source: String,
    /// None: the case is not on disk, or is gone.
    pub(in crate::cli) key: Option<Clean>,
    pub(in crate::cli) title: Option<Clean>,
    /// It was saved in an editor whose caseload has ended, and is still in this file.
    pub(in crate::cli) file: Option<PathBuf>,
}

#[derive(Serialize)]
pub(in crate::cli) struct Shape<'a> {
    state: &'static str,
    /// None: it is for cases that were marked together.
    source: Option<&'a str>,
    case: Option<&'a str>,
    key: Option<&'a str>,
    title: Option<&'a str>,
    /// Keys of the cases that were marked.
    marked: Vec<Clean>,
    saved_at: Timestamp,
    /// Where it was saved in an editor, as long as no workbench has taken it up.
    file: Option<String>,
    typed: Vec<FieldShape>,
}

#[derive(Serialize)]
struct FieldShape {
    field: String,
    text: Clean,
}

impl Typed {
    pub(in crate::cli) fn shape(&self) -> Shape<'_> {
        let is_of_one = !self.draft.case.is_of_marks();
        Shape {
            state: "draft",
            source: is_of_one.then_some(self.source.as_str()),
            case: is_of_one.then_some(self.draft.case.id.as_str()),
            key: self.key.as_ref().map(Clean::raw),
            title: self.title.as_ref().map(Clean::raw),
            marked: self.draft.marked.iter().map(|(_, key)| Clean::line(key)).collect(),
            saved_at: self.draft.saved_at,
            file: self.file.as_ref().map(|file| file.display().to_string()),
            typed: self
                .draft
                .typed()
                .into_iter()
                .map(|(field, value)| FieldShape { field: Draft::name_of(&field), text: Clean::block(&value.line()) })
                .collect(),
        }
    }

    fn name(&self) -> String {
        if self.draft.case.is_of_marks() {
            let cases = self.draft.marked_words();
            return if cases.is_empty() { "marked cases".into() } else { Clean::line(&cases).to_string() };
        }
        let case = self.key.as_ref().map_or(self.draft.case.id.as_str(), |key| key.as_str().trim_start_matches('#'));
        format!("{}:{case}", self.source)
    }

    /// A line, and below it all that was typed.
    pub(in crate::cli) fn print(&self, out: &mut impl Write, now: Timestamp) -> io::Result<()> {
        let title = self.title.as_ref().map_or("", Clean::as_str);
        writeln!(out, "  -  draft {:>5}  {}  {title}", age(self.draft.saved_at, now), Clean::line(&self.name()))?;
        if let Some(file) = &self.file {
            let file = Clean::line(&file.display().to_string());
            writeln!(
                out,
                "     saved in an editor whose caseload has ended: the next start of the workbench offers it again\n     {file}"
            )?;
        }
        for (field, value) in self.draft.typed() {
            writeln!(out, "     {}", Draft::name_of(&field))?;
            value.shown().lines().try_for_each(|line| writeln!(out, "       {line}"))?;
        }
        Ok(())
    }
}
