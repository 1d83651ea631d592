//! What a person knows of a case, and what is different now.
//!
//! A baseline is what the list showed before the first change that the person has not looked at, or, once a case was
//! opened, everything that was shown then. A case has changed since you looked when its row differs from its baseline.
//! What the person changes themselves moves the baseline along and is no news.

use std::collections::BTreeSet;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::activity::{Activity, Topic};
use super::aside::Then;
use super::aspect::{Aspect, Seen};
use super::author::{author, tells};
use super::case::{Case, CaseId, State};
use super::change::Change;
use super::edit::Edit;
use super::part::Part;
use super::person::Person;
use super::record::RecordTable;

/// Ids of the newest entries and records that are remembered; older ones are told by their time.
const MAX_IDS: usize = 200;

/// What is known of one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    pub case: CaseId,
    /// What the list showed. None: the case was not there yet.
    pub row: Option<Then>,
    /// The case as it was opened last. None: it never was.
    pub looked: Option<Looked>,
}

/// What is known of a case after an edit of the person's own.
#[derive(Clone, Copy, Debug)]
pub enum After<'a> {
    /// The case as its vendor has it now.
    Read(&'a Case),
    /// Nothing but when a comment was made, by the vendor's clock.
    Made(Option<Timestamp>),
}

/// A case as it was shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// When what was shown had come from the vendor.
    pub at: Timestamp,
    /// Every field that can be changed, as the vendor wrote it.
    fields: Vec<Seen>,
    entries: Met,
    records: Met,
}

/// Parts of a list that only grows: the newest by id, all older ones by time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Met {
    ids: Vec<CompactString>,
    newest_at: Option<Timestamp>,
}

impl Met {
    fn of<'a>(parts: impl Iterator<Item = (&'a CompactString, Option<Timestamp>)>) -> Self {
        let mut parts: Vec<_> = parts.collect();
        parts.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
        let newest_at = parts.first().and_then(|(_, at)| *at);
        let ids = parts.into_iter().map(|(id, _)| id.clone()).filter(|id| !id.is_empty()).take(MAX_IDS).collect();
        Self { ids, newest_at }
    }

    /// Without an id nothing tells one part from another, so it counts as met.
    fn is_new(&self, id: &CompactString, at: Option<Timestamp>) -> bool {
        let is_older = at.is_some() && at < self.newest_at;
        !id.is_empty() && !is_older && !self.ids.contains(id)
    }
}

impl Looked {
    /// Of a case as it is shown, with as much of its timeline and records as has come.
    pub fn of(case: &Case, activities: &[Activity], records: &[RecordTable], at: Timestamp) -> Self {
        Self {
            at,
            fields: aspects(case).into_iter().map(|aspect| Seen::of(case, aspect)).collect(),
            entries: Met::of(activities.iter().map(|entry| (&entry.id, entry.at))),
            records: Met::of(records.iter().flat_map(|table| &table.rows).map(|record| (&record.id, record.created_at))),
        }
    }

    /// What is different now, except what `me` wrote.
    pub fn delta(&self, case: &Case, activities: &[Activity], records: &[RecordTable], me: Option<&Person>) -> Delta {
        let is_mine = |entry: &&Activity| me.is_some_and(|me| entry.who.as_ref().is_some_and(|who| me.is(who)));
        let new: Vec<&Activity> = activities.iter().filter(|entry| self.entries.is_new(&entry.id, entry.at)).collect();
        let others: Vec<&Activity> = new.iter().filter(|entry| !is_mine(entry)).copied().collect();
        let count = |topic: Topic| others.iter().filter(|entry| entry.topic == topic && !entry.is_deleted).count();
        let rows = records.iter().flat_map(|table| &table.rows);
        Delta {
            since: self.at,
            fields: self.changed_fields(case, &new),
            comments: count(Topic::Comment),
            files: count(Topic::File),
            records: rows.filter(|record| self.records.is_new(&record.id, record.created_at)).count(),
            first_new: others.iter().min_by_key(|entry| entry.at).map(|entry| entry.id.clone()),
        }
    }

    fn changed_fields(&self, case: &Case, new: &[&Activity]) -> Vec<FieldDelta> {
        let mut wanted: BTreeSet<Aspect> = aspects(case).into_iter().collect();
        wanted.extend(self.fields.iter().map(|seen| seen.aspect.clone()));
        let mut found = Vec::new();
        for aspect in wanted {
            let now = Seen::of(case, aspect.clone());
            let then = self.fields.iter().find(|seen| seen.aspect == aspect);
            let was_empty = then.is_none() && words(&now).is_empty();
            if was_empty || then.is_some_and(|then| then.value == now.value) {
                continue;
            }
            let name = aspect_name(case, &aspect);
            let by = new.iter().filter(|entry| tells(entry, &aspect, &name)).max_by_key(|entry| entry.at);
            let old = then.map(words).unwrap_or_default();
            let (who, at) = by.map_or((None, None), |entry| (entry.who.clone(), entry.at));
            found.push(FieldDelta { aspect, name, old, new: words(&now), who, at });
        }
        // A single change may be the last one, and the vendor may say whose that was.
        if let [only] = &mut found[..]
            && only.who.is_none()
            && let Some(author) = author(&[(only.aspect.clone(), only.name.clone())], new.iter().copied(), Timestamp::MIN, Some(case))
        {
            (only.who, only.at) = (Some(author.who), author.at);
        }
        found
    }
}

/// What has changed since the person looked. Values are the vendor's own text: clean them where they are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// When what they saw had come from the vendor.
    pub since: Timestamp,
    pub fields: Vec<FieldDelta>,
    /// New comments, files and records by somebody else.
    pub comments: usize,
    pub files: usize,
    pub records: usize,
    /// The oldest new entry of the timeline by somebody else.
    pub first_new: Option<CompactString>,
}

impl Delta {
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.comments == 0 && self.files == 0 && self.records == 0 && self.first_new.is_none()
    }
}

/// One field: what it held, what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldDelta {
    pub aspect: Aspect,
    /// As it is called on the screen: `priority`, `attribute team`, `field Verdict`.
    pub name: String,
    /// Empty: not set. Several values by comma.
    pub old: String,
    pub new: String,
    /// As far as the timeline, or the case itself, says so.
    pub who: Option<Person>,
    pub at: Option<Timestamp>,
}

/// Everything that a case has.
fn aspects(case: &Case) -> Vec<Aspect> {
    let of_part = [Part::Title, Part::Description, Part::Status, Part::Priority, Part::Assignees, Part::Tags].map(Aspect::of_part);
    let attributes = case.attributes.iter().map(|(key, _)| Aspect { part: Part::Attributes, key: key.raw().into() });
    let fields = case.fields.iter().map(|field| Aspect { part: Part::Field, key: field.id.clone() });
    of_part.into_iter().chain(attributes).chain(fields).collect()
}

fn aspect_name(case: &Case, aspect: &Aspect) -> String {
    let field = case.fields.iter().find(|field| aspect.part == Part::Field && field.id == aspect.key);
    field.map_or_else(|| aspect.name(), |field| format!("field {}", field.name))
}

fn words(seen: &Seen) -> String {
    match seen.aspect.part {
        Part::Assignees => seen.people.iter().map(Person::label).collect::<Vec<_>>().join(", "),
        _ => seen.value.line(),
    }
}

impl Then {
    /// Takes along what an edit of the person's own has made of the case; what others did beside it stays news. What it has
    /// brought besides its changes.
    ///
    /// `own`: when the case had last changed as it was read right before the edit left, and as its answers said since.
    pub fn follow(&mut self, own: &[Option<Timestamp>], edit: &Edit, after: After<'_>) -> Option<Part> {
        let is_alone = own.iter().any(|at| self.updated_s == at.map(Timestamp::as_second));
        let now = match after {
            After::Read(now) => now,
            After::Made(at) => {
                if is_alone && at.is_some() {
                    self.updated_s = at.map(Timestamp::as_second);
                }
                return None;
            }
        };
        let is = Self::of(&now.row);
        if is_alone {
            self.updated_s = is.updated_s;
        }
        // Datadog may start a case that somebody takes.
        let is_taken = edit.changes.iter().any(|change| matches!(change, Change::Assign(_)));
        let starts = is_alone && is_taken && (self.state, is.state) == (Some(State::Open), Some(State::InProgress));
        let brought = if starts { Some(Part::Status) } else { None };
        for part in edit.changes.iter().map(Change::part).chain(brought) {
            match part {
                Part::Title => self.title.clone_from(&is.title),
                Part::Status | Part::Archived => (self.state, self.status) = (is.state, is.status.clone()),
                Part::Priority => (self.level, self.priority) = (is.level, is.priority.clone()),
                Part::Assignees => self.people.clone_from(&is.people),
                Part::Description | Part::Tags | Part::Attributes | Part::Field | Part::Comment => {}
            }
        }
        brought
    }
}

impl Baseline {
    /// The baseline after an edit of the person's own has landed.
    ///
    /// `before`: what was known, else the row as it was stored. `own`: as for [`Then::follow`].
    #[must_use]
    pub fn after_own(before: Option<Self>, stored: Option<Then>, own: &[Option<Timestamp>], edit: &Edit, after: After<'_>) -> Self {
        let read = || if let After::Read(now) = after { Some(Then::of(&now.row)) } else { None };
        let mut baseline = before.unwrap_or_else(|| Self { case: edit.case.clone(), row: stored.or_else(read), looked: None });
        let Some(row) = &mut baseline.row else { return baseline };
        let brought = row.follow(own, edit, after);
        let (After::Read(now), Some(looked)) = (after, &mut baseline.looked) else { return baseline };
        for aspect in edit.changes.iter().filter_map(Aspect::of).chain(brought.map(Aspect::of_part)) {
            let seen = Seen::of(now, aspect);
            match looked.fields.iter_mut().find(|known| known.aspect == seen.aspect) {
                Some(known) => *known = seen,
                None => looked.fields.push(seen),
            }
        }
        baseline
    }
}

#[cfg(test)]
mod tests;
