//! What waits in the outbox's file, source by source, configured or not.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::draft_text::{holds_text, sources_of_marked};
use super::handle::Store;
use crate::domain::edit::Progress;
use crate::domain::elsewhere::Elsewhere;
use crate::domain::fault::Fault;
use crate::domain::text::Clean;

/// Edits that are not settled, and drafts with text in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Waits {
    pub(super) edits: usize,
    pub(super) drafts: usize,
}

/// By the name of the source. A draft for marked cases is of the first of their sources that is not among `configured`, and
/// of none otherwise.
pub(super) fn by_source(connection: &Connection, configured: &[&str]) -> rusqlite::Result<BTreeMap<String, Waits>> {
    let mut waits = BTreeMap::<String, Waits>::new();
    let mut statement = connection.prepare("SELECT source, progress FROM outbox")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // What cannot be read is not known to be settled.
        if !serde_json::from_str::<Progress>(&row.get::<_, String>(1)?).is_ok_and(|progress| progress.is_settled()) {
            waits.entry(row.get(0)?).or_default().edits += 1;
        }
    }
    let mut statement = connection.prepare("SELECT source, draft FROM drafts")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, draft): (String, String) = (row.get(0)?, row.get(1)?);
        if !holds_text(&draft) {
            continue;
        }
        let of_marks = || sources_of_marked(&draft).find(|name| !configured.contains(&name.as_str()));
        let name = if name.is_empty() { of_marks().unwrap_or_default() } else { name };
        waits.entry(name).or_default().drafts += 1;
    }
    Ok(waits)
}

/// What of it is of sources that are not among `configured`.
pub(super) fn elsewhere(connection: &Connection, configured: &[&str]) -> rusqlite::Result<Vec<Elsewhere>> {
    let waits = by_source(connection, configured)?.into_iter();
    let others = waits.filter(|(name, _)| !name.is_empty() && !configured.contains(&name.as_str()));
    Ok(others.map(|(name, Waits { edits, drafts })| Elsewhere { source: Clean::line(&name), edits, drafts }).collect())
}

impl Store {
    /// What a person made for sources that this run does not have: it stays on disk, untouched.
    pub fn elsewhere(&self) -> Result<Vec<Elsewhere>, Fault> {
        let file = self.outbox_file()?;
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        elsewhere(&file.connection, &names).map_err(|error| file.fault(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Access;
    use super::*;
    use crate::domain::aspect::{Aspect, Value};
    use crate::domain::case::{CaseId, SourceId};
    use crate::domain::draft::Draft;
    use crate::domain::part::Part;

    #[test]
    fn what_was_typed_for_sources_that_are_not_there_is_counted_under_their_names() {
        let directory = tempfile::tempdir().unwrap();
        let open = |names: &[&str]| {
            let mut store = Store::open(directory.path(), Access::ReadWrite).unwrap();
            store.sources(names).unwrap();
            store
        };
        let case = |source, id: &str| CaseId { source: SourceId(source), id: id.into() };
        let draft = |case, marked| Draft {
            case,
            marked,
            values: vec![(Aspect::of_part(Part::Comment), Value::Text("typed".into()))],
            base: Vec::new(),
            saved_at: jiff::Timestamp::from_second(1).unwrap(),
            decided: Vec::new(),
            holds_shown_text: false,
        };
        let mut store = open(&["a", "b"]);
        for case in [case(0, "1"), case(1, "1"), case(1, "2")] {
            store.draft_keep(&draft(case, Vec::new())).unwrap();
        }
        let marked = vec![(case(0, "1"), "#1".to_owned()), (case(1, "1"), "#1".to_owned())];
        store.draft_keep(&draft(CaseId::of_marks(7), marked)).unwrap();
        assert_eq!(store.elsewhere().unwrap(), []);
        drop(store);
        let of = |source: &str, drafts| Elsewhere { source: Clean::line(source), edits: 0, drafts };
        assert_eq!(open(&["a"]).elsewhere().unwrap(), [of("b", 3)]);
        assert_eq!(open(&["b"]).elsewhere().unwrap(), [of("a", 2)]);
        assert_eq!(open(&["c"]).elsewhere().unwrap(), [of("a", 2), of("b", 2)]);
    }
}
