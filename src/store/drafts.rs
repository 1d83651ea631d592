//! What was typed and not sent. Each call here is on the medium when it returns.

use compact_str::CompactString;
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::Store;
use crate::domain::aspect::{Aspect, Seen, Value};
use crate::domain::case::{CaseId, SourceId};
use crate::domain::draft::Draft;
use crate::domain::elsewhere::Elsewhere;
use crate::domain::fault::{Fault, FaultKind};

use super::packed;

/// What has no column of its own: the case stands beside it under its source's name.
#[derive(Serialize, Deserialize)]
struct Rest {
    values: Vec<(Aspect, Value)>,
    base: Vec<Seen>,
    /// The cases that were marked, each with the name of its source and its key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    marked: Vec<(String, CompactString, String)>,
    /// Texts are as the vendor has them.
    #[serde(default)]
    raw: bool,
}

/// What a person has begun and not sent.
#[derive(Clone, Debug, Default)]
pub struct Unfinished {
    /// As [`Store::drafts`] has them, with a fault for each that cannot be read.
    pub drafts: Vec<Draft>,
    pub unread: Vec<Fault>,
    pub elsewhere: Vec<Elsewhere>,
}

/// The sources of the cases that were marked for a draft, as it is on disk.
pub(super) fn sources_of_marked(draft: &str) -> std::vec::IntoIter<String> {
    let marked = serde_json::from_str::<Rest>(draft).map(|rest| rest.marked).unwrap_or_default();
    marked.into_iter().map(|(source, ..)| source).collect::<Vec<_>>().into_iter()
}

impl Store {
    /// The drafts, and what is of sources that this run does not have.
    pub fn unfinished(&self) -> Result<Unfinished, Fault> {
        let (drafts, unread) = self.drafts()?;
        Ok(Unfinished { drafts, unread, elsewhere: self.elsewhere()? })
    }

    /// Keeps a draft in place of its case's earlier one: written and synced before this returns.
    pub fn draft_keep(&mut self, draft: &Draft) -> Result<(), Fault> {
        let named = |(case, key): &(CaseId, String)| Ok((self.name(case.source)?.to_owned(), case.id.clone(), key.clone()));
        let marked = draft.marked.iter().map(named).collect::<Result<_, Fault>>()?;
        let rest = Rest { values: draft.values.clone(), base: draft.base.clone(), marked, raw: !draft.holds_shown_text };
        let rest = serde_json::to_string(&rest)
            .map_err(|error| Fault::new(FaultKind::Disk, format!("a draft cannot be written as JSON: {error}")))?;
        let name = self.draft_name(&draft.case)?;
        self.outbox_file()?
            .run(
                "INSERT INTO drafts (source, case_id, saved_at, draft) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (source, case_id) DO UPDATE SET saved_at = excluded.saved_at, draft = excluded.draft",
                params![name, draft.case.id.as_str(), draft.saved_at.as_microsecond(), rest],
            )
            .map(drop)
    }

    /// Forgets the draft of a case, synced; there may be none.
    pub fn draft_drop(&mut self, case: &CaseId) -> Result<(), Fault> {
        let name = self.draft_name(case)?;
        self.outbox_file()?.run("DELETE FROM drafts WHERE source = ?1 AND case_id = ?2", [name, case.id.as_str()]).map(drop)
    }

    /// The source under which a draft stands; empty: it is for cases that were marked, in whatever sources.
    fn draft_name(&self, case: &CaseId) -> Result<&str, Fault> {
        if case.is_of_marks() { Ok("") } else { self.name(case.source) }
    }

    /// The drafts of this run's sources, oldest first, and a fault for each that cannot be read; that one stays where it is.
    pub fn drafts(&self) -> Result<(Vec<Draft>, Vec<Fault>), Fault> {
        let file = self.outbox_file()?;
        let mut statement = file.prepare("SELECT source, case_id, saved_at, draft FROM drafts ORDER BY saved_at, source, case_id")?;
        let mut rows = statement.query([]).map_err(|error| file.fault(&error))?;
        let (mut drafts, mut faults) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next().map_err(|error| file.fault(&error))? {
            let text = |at: usize| row.get::<_, String>(at).map_err(|error| file.fault(&error));
            let name = text(0)?;
            let id = text(1)?;
            let source_of =
                |name: &str| (0..=u8::MAX).map(SourceId).zip(&self.names).find(|(_, known)| *known == name).map(|(source, _)| source);
            let Some(source) = source_of(&name).or_else(|| name.is_empty().then_some(SourceId::OF_MARKS)) else { continue };
            let saved_at = packed::timestamp(row.get(2).map_err(|error| file.fault(&error))?);
            match (serde_json::from_str::<Rest>(&text(3)?), saved_at) {
                (Ok(Rest { values, base, marked, raw }), Some(saved_at)) => {
                    let case_of = |(name, id, key): (String, _, _)| Some((CaseId { source: source_of(&name)?, id }, key));
                    // Of marks in a source that this run has not, it waits as that source's own drafts do.
                    let Some(mut marked) = marked.into_iter().map(case_of).collect::<Option<Vec<_>>>() else { continue };
                    marked.sort();
                    drafts.push(Draft { case: CaseId { source, id: id.into() }, marked, values, base, saved_at, holds_shown_text: !raw });
                }
                (Err(error), _) => faults.push(unread(&name, &id, &error.to_string())),
                (_, None) => faults.push(unread(&name, &id, "its time is out of range")),
            }
        }
        Ok((drafts, faults))
    }
}

fn unread(source: &str, case: &str, why: &str) -> Fault {
    let words = format!("the draft of case {case} of {source} cannot be read ({why}): it stays on disk until you write a new one there");
    Fault::new(FaultKind::Damaged, words)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Access;
    use super::*;
    use crate::domain::edit::Part;

    fn store(directory: &Path, names: &[&str]) -> Store {
        let mut store = Store::open(directory, Access::ReadWrite).unwrap();
        store.sources(names).unwrap();
        store
    }

    fn draft(source: u8, id: &str, text: &str, second: i64) -> Draft {
        let aspect = Aspect::of_part(Part::Tags);
        Draft {
            case: CaseId { source: SourceId(source), id: id.into() },
            marked: Vec::new(),
            values: vec![(Aspect::of_part(Part::Comment), Value::Text(text.into()))],
            base: vec![Seen { aspect, value: Value::Set(["a".to_owned()].into()), state: None, people: Vec::new(), order: Vec::new() }],
            saved_at: jiff::Timestamp::from_second(second).unwrap(),
            holds_shown_text: false,
        }
    }

    #[test]
    fn a_draft_is_there_after_reopening_and_replaces_the_one_before() {
        let directory = tempfile::tempdir().unwrap();
        let mut first = store(directory.path(), &["a", "b"]);
        for draft in [draft(0, "1", "old", 1), draft(1, "1", "other source", 3), draft(0, "1", "new\nline \"q\" ü", 2)] {
            first.draft_keep(&draft).unwrap();
        }
        drop(first);
        let mut store = store(directory.path(), &["a", "b"]);
        let (drafts, faults) = store.drafts().unwrap();
        assert_eq!(drafts, [draft(0, "1", "new\nline \"q\" ü", 2), draft(1, "1", "other source", 3)]);
        assert_eq!(faults, []);
        store.draft_drop(&drafts[0].case).unwrap();
        store.draft_drop(&drafts[0].case).unwrap();
        assert_eq!(store.drafts().unwrap().0, [draft(1, "1", "other source", 3)]);
    }

    #[test]
    fn the_draft_for_what_is_marked_is_of_no_source() {
        let directory = tempfile::tempdir().unwrap();
        let case = |source, id: &str| (CaseId { source: SourceId(source), id: id.into() }, format!("CASE-{id}"));
        let of = |number, marked| Draft { case: CaseId::of_marks(number), marked, ..draft(0, "", "for all of them", number) };
        let (both, one) = (of(1, vec![case(0, "1"), case(1, "2")]), of(2, vec![case(1, "2")]));
        let mut first = store(directory.path(), &["a", "b"]);
        first.draft_keep(&both).unwrap();
        first.draft_keep(&one).unwrap();
        assert_eq!(first.drafts().unwrap().0, [both.clone(), one.clone()], "each set of cases has its own");
        drop(first);
        let mut store = store(directory.path(), &["b"]);
        let here = Draft { marked: vec![case(0, "2")], ..one };
        assert_eq!(store.drafts().unwrap().0, std::slice::from_ref(&here), "sources are told by their names");
        store.draft_drop(&here.case).unwrap();
        assert_eq!(store.drafts().unwrap().0, []);
        drop(store);
        assert_eq!(self::store(directory.path(), &["a", "b"]).drafts().unwrap().0, [both], "the others wait for their source");
    }

    #[test]
    fn drafts_of_other_sources_are_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        store(directory.path(), &["a", "b"]).draft_keep(&draft(1, "1", "b's", 1)).unwrap();
        assert_eq!(store(directory.path(), &["a"]).drafts().unwrap().0, []);
        assert_eq!(store(directory.path(), &["b"]).drafts().unwrap().0, [draft(0, "1", "b's", 1)]);
        let undeclared = store(directory.path(), &["a"]).draft_keep(&draft(7, "1", "x", 1)).unwrap_err();
        assert_eq!(undeclared.kind, FaultKind::NotFound);
    }

    #[test]
    fn one_that_cannot_be_read_is_said_and_loses_no_other() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = store(directory.path(), &["a"]);
        store.draft_keep(&draft(0, "1", "good", 1)).unwrap();
        store.draft_keep(&draft(0, "2", "soon broken", 2)).unwrap();
        store.outbox_file().unwrap().run("UPDATE drafts SET draft = '{\"values\":' WHERE case_id = '2'", []).unwrap();
        let (drafts, faults) = store.drafts().unwrap();
        assert_eq!(drafts, [draft(0, "1", "good", 1)]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].message.as_str().contains("case 2 of a"), "{}", faults[0].message);
        store.draft_keep(&draft(0, "2", "again", 3)).unwrap();
        assert_eq!(store.drafts().unwrap().1, []);
    }
}
