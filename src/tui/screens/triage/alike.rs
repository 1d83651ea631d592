//! The open case that the one in sight looks like: found in all that is known, and never one that is on its way to be closed.

use std::collections::HashSet;

use crate::domain::case::{Rid, SourceId, State};
use crate::domain::change::Change;
use crate::domain::change_script::{ChangeScript, Step, Verb};
use crate::domain::field::FieldName;
use crate::domain::triage::Decision;
use crate::tui::cx::Cx;
use crate::tui::model::Model;
use crate::tui::model::list::List;

/// Cases by their source and id.
type Cases<'a> = HashSet<(SourceId, &'a str)>;

/// What looks like a case.
#[derive(Default)]
struct Alike {
    /// It is open, and nothing that was decided closes it.
    stays: Option<Rid>,
    /// It is open, and will not be for long.
    leaves: Option<Rid>,
}

/// Whether a change closes its case, or opens it; None: it does neither.
fn ends(change: &Change) -> Option<bool> {
    match change {
        Change::Status(status) => Some(matches!(status.state, State::Closed | State::Archived)),
        Change::Archive => Some(true),
        Change::Unarchive => Some(false),
        _ => None,
    }
}

/// A title without what tells one occurrence from the next.
fn shape(title: &str) -> impl Iterator<Item = &str> {
    title.split_whitespace().map(|word| if word.chars().any(|c| c.is_ascii_digit()) { "#" } else { word })
}

impl Model {
    /// A case that looks like this one and stays open.
    pub(in crate::tui) fn open_alike(&self, rid: Rid) -> Option<Rid> {
        self.alike(rid).stays
    }

    /// The key of a look-alike; with its source's name where that is another one, which may have the same keys.
    pub fn name_of_alike(&self, rid: Rid, other: Rid) -> String {
        let Some(row) = self.list.row(other) else { return String::new() };
        match self.source(row.source) {
            Some(source) if self.list.row(rid).is_some_and(|mine| mine.source != row.source) => {
                format!("{} ({})", row.key, source.info.name)
            }
            _ => row.key.to_owned(),
        }
    }

    pub(in crate::tui) fn nothing_alike(&self, rid: Rid) -> String {
        match self.alike(rid).leaves {
            Some(other) => format!("{} looks like this one, but is being closed itself: none stays open", self.name_of_alike(rid, other)),
            None => "no other open case looks like this one".into(),
        }
    }

    /// What looks like a case: first in the list, then in all that is known; of its own source, if there is any.
    fn alike(&self, rid: Rid) -> Alike {
        let leaving = self.being_closed();
        let mine = self.list.row(rid).map(|row| row.source);
        let mut found = Alike::default();
        for other in self.list.rows().iter().copied().chain(self.list.all_rids()) {
            if !self.list.looks_alike(rid, other) {
                continue;
            }
            if !self.list.is_alike(rid, other, &leaving) {
                found.leaves.get_or_insert(other);
            } else if self.list.row(other).map(|row| row.source) == mine {
                found.stays = Some(other);
                break;
            } else {
                found.stays.get_or_insert(other);
            }
        }
        found
    }

    /// Cases that the run has closed, and those that are closed by what waits to be sent.
    fn being_closed(&self) -> Cases<'_> {
        let decided = self.triage.iter().flat_map(|run| &run.decided);
        let closed =
            decided.filter(|decided| matches!(&decided.how, Decision::Changed(script) if self.closes(decided.waiting.case.source, script)));
        let mut leaving: Cases<'_> = closed.map(|decided| (decided.waiting.case.source, decided.waiting.case.id.as_str())).collect();
        for queued in &self.outbox {
            let edit = &queued.entry.edit;
            let case = (edit.case.source, edit.case.id.as_str());
            // Of several that wait for one case the last one counts.
            match edit.changes.iter().filter_map(ends).next_back() {
                Some(true) => _ = leaving.insert(case),
                Some(false) => _ = leaving.remove(&case),
                None => {}
            }
        }
        leaving
    }

    /// Whether what a case was given leaves it closed or archived.
    fn closes(&self, source: SourceId, script: &ChangeScript) -> bool {
        let Some(source) = self.source(source) else { return false };
        let directory = source.directory.clone().unwrap_or_default();
        let plain = directory.with_plain_statuses(source.info.vendor);
        let of_types = directory.case_types.iter().flat_map(|known| &known.statuses);
        let closed: Vec<&str> = (directory.statuses.iter().chain(of_types).chain(&plain.statuses))
            .filter(|status| matches!(status.state, State::Closed | State::Archived))
            .map(|status| status.name.raw())
            .collect();
        script.steps_of(source.info.vendor).iter().any(|step| match step {
            Step::Verb(verb) => matches!(verb, Verb::Close | Verb::Archive),
            Step::Field(edit) => edit.field == FieldName::Status && closed.iter().any(|name| name.eq_ignore_ascii_case(&edit.value.text())),
        })
    }
}

impl List {
    /// It looks like the case, is open, and stays so.
    fn is_alike(&self, rid: Rid, other: Rid, leaving: &Cases<'_>) -> bool {
        self.looks_alike(rid, other) && self.row(other).is_some_and(|row| !leaving.contains(&(row.source, row.id)))
    }

    /// Another case that is open, and whose title differs in numbers only.
    fn looks_alike(&self, rid: Rid, other: Rid) -> bool {
        let (Some(mine), Some(row)) = (self.row(rid), self.row(other)) else { return false };
        other != rid
            && !matches!(row.state, Some(State::Closed | State::Archived))
            && !self.is_gone(other)
            && shape(mine.title).eq(shape(row.title))
    }
}

/// What the run offers is looked at again: the case may have been closed, or be about to be.
pub(in crate::tui) fn renew_alike(model: &Model, cx: &mut Cx) {
    let Some((rid, shown)) = cx.triage_pane().and_then(|pane| Some((pane.rid?, pane.alike?))) else { return };
    if !model.list.is_alike(rid, shown, &model.being_closed()) {
        let alike = model.open_alike(rid);
        if let Some(pane) = cx.triage_pane_mut() {
            pane.alike = alike;
        }
    }
}
