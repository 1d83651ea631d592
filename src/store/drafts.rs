//! What was typed and not sent. Each call here is on the medium when it returns.
//!
//! Each run that writes drafts holds its own (see [`super::holder`]): what it keeps and drops are those. What a run has left
//! that ended, however it did, is taken up by the next one; what one holds that runs is left to it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use rusqlite::params;

use super::draft_text::Rest;
use super::handle::Store;
use super::holder::{
    Holder, {self},
};
use super::open::File;
use super::packed;
use super::sheets::{
    Left, {self},
};
use crate::domain::case::{CaseId, SourceId};
use crate::domain::draft::{Beside, Draft};
use crate::domain::elsewhere::Elsewhere;
use crate::domain::fault::{Fault, FaultKind};

/// A draft as it stands on disk, of a source that this run has.
struct Row {
    holder: String,
    /// The name of its source; empty: of cases that were marked.
    source: String,
    id: String,
    /// Err: why it cannot be read.
    draft: Result<Draft, String>,
}

/// What a person has begun and not sent.
#[derive(Clone, Debug, Default)]
pub struct Unfinished {
    /// Oldest first, with a fault for each that cannot be read.
    pub drafts: Vec<Draft>,
    /// What was saved in editors of runs that ended, and the file: no draft until a run takes it up.
    pub lying: Vec<(Draft, PathBuf)>,
    pub unread: Vec<Fault>,
    pub elsewhere: Vec<Elsewhere>,
}

impl Store {
    /// The drafts of all runs, and what is of sources that this run does not have.
    pub fn unfinished(&self) -> Result<Unfinished, Fault> {
        let (drafts, mut unread) = self.drafts()?;
        let mut lying = Vec::new();
        for left in sheets::waiting(&self.directory) {
            match self.saved(&left) {
                Ok(Some((opened, Some(mut draft)))) => {
                    draft.values.retain(|(aspect, _)| *aspect == opened.aspect());
                    lying.push((draft, left.path));
                }
                Ok(_) => {}
                Err(fault) => unread.push(fault),
            }
        }
        Ok(Unfinished { drafts, lying, unread, elsewhere: self.elsewhere()? })
    }

    /// The same, for a run that writes drafts: only what is its own from now on, which is what it has and what runs have left
    /// that ended. Two drafts of one case become one; what of the earlier does not fit into it stays as it was left.
    pub fn take_up(&mut self) -> Result<Unfinished, Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        let own = self.holder()?;
        let (mut drafts, mut unread) = (Vec::<Draft>::new(), Vec::new());
        let mut left = self.draft_rows(file)?;
        let runs = self.who_runs(&left);
        left.retain(|row| row.holder == own.name || !runs.contains(&row.holder));
        // Held until what they say is committed and they are gone.
        let sheets = sheets::left(&self.directory, true);
        let mut taken = Vec::new();
        for sheet in sheets.iter().rev() {
            match self.take_sheet(file, sheet, &mut left, &mut drafts) {
                Ok(true) => taken.push(sheet),
                Ok(false) => {}
                Err(fault) => unread.push(fault),
            }
        }
        for draft in &drafts {
            self.draft_write(file, own, draft)?;
        }
        for row in left.iter().rev() {
            let Ok(draft) = &row.draft else { continue };
            if let Some(newer) = drafts.iter_mut().find(|newer| newer.is_of_same(draft)) {
                let rest = newer.take_in(draft.clone());
                self.draft_write(file, own, newer)?;
                match rest {
                    Some(rest) => row.put(file, &self.draft_text(&rest)?)?,
                    None => row.delete(file)?,
                }
            } else if row.give(file, own)? {
                drafts.push(draft.clone());
            }
        }
        for row in &left {
            if let Err(why) = &row.draft {
                // It stays where it is as long as another one is kept there.
                row.give(file, own)?;
                unread.push(row.unread(why));
            }
        }
        holder::sweep(&self.directory);
        transaction.commit().map_err(|error| file.fault(&error))?;
        taken.into_iter().for_each(Left::remove);
        sheets::sweep(&self.directory);
        drafts.reverse();
        Ok(Unfinished { drafts, lying: Vec::new(), unread, elsewhere: self.elsewhere()? })
    }

    /// Puts what was saved in an editor among the drafts, in place of the one that its run had kept before. Whether the file has
    /// said all it has to say; one that does not fit into a later draft waits for its turn.
    fn take_sheet(&self, file: &File, sheet: &Left, rows: &mut Vec<Row>, drafts: &mut Vec<Draft>) -> Result<bool, Fault> {
        let Some((opened, saved)) = self.saved(sheet)? else { return Ok(false) };
        let Some(mut draft) = saved else { return Ok(true) };
        let is_earlier = |row: &Row| {
            let is_same = |known: &Draft| known.is_of_same(&draft) && known.values == opened.draft.values;
            row.draft.as_ref().is_ok_and(is_same)
        };
        let later = drafts.iter().position(|known| known.is_of_same(&draft));
        if let Some(at) = later {
            let mut both = drafts[at].clone();
            if both.take_in(draft.clone()).is_some() {
                return Ok(false);
            }
            drafts[at] = both;
        }
        let mut decided = Vec::new();
        for row in rows.iter().filter(|row| is_earlier(row)) {
            // What it holds besides goes along.
            decided.extend(row.draft.iter().flat_map(|draft| draft.decided.clone()));
            row.delete(file)?;
        }
        rows.retain(|row| !is_earlier(row));
        if let Some(at) = later {
            drafts[at].decided.extend(decided);
        } else {
            draft.decided.extend(decided);
            drafts.extend((!draft.is_empty()).then_some(draft));
        }
        Ok(true)
    }

    /// Drafts of cases that this run does not hold, and how they stand.
    pub fn drafts_beside(&self) -> Result<BTreeMap<CaseId, Beside>, Fault> {
        let mut rows = self.draft_rows(self.outbox_file()?)?;
        rows.retain(|row| self.holder.get().is_none_or(|own| own.name != row.holder));
        let runs = self.who_runs(&rows);
        let stands = |row: Row| {
            let how = if runs.contains(&row.holder) { Beside::Held } else { Beside::Left };
            row.draft.ok().filter(|draft| !draft.case.is_of_marks()).map(|draft| (draft.case, how))
        };
        Ok(rows.into_iter().filter_map(stands).collect())
    }

    /// Keeps a draft in place of this run's earlier one of the case: written and synced before this returns.
    pub fn draft_keep(&mut self, draft: &Draft) -> Result<(), Fault> {
        let file = self.outbox_file()?;
        let transaction = file.begin()?;
        self.draft_write(file, self.holder()?, draft)?;
        transaction.commit().map_err(|error| file.fault(&error))
    }

    /// Forgets this run's draft of a case, synced; there may be none.
    pub fn draft_drop(&mut self, case: &CaseId) -> Result<(), Fault> {
        let name = self.draft_name(case)?;
        let Some(own) = self.holder.get() else { return Ok(()) };
        let sql = "DELETE FROM drafts WHERE source = ?1 AND case_id = ?2 AND holder = ?3";
        self.outbox_file()?.run(sql, [name, case.id.as_str(), &own.name]).map(drop)
    }

    /// This run; the caller has the file's write lock.
    fn holder(&self) -> Result<&Holder, Fault> {
        if let Some(known) = self.holder.get() {
            return Ok(known);
        }
        let made = Holder::new(&self.directory)?;
        Ok(self.holder.get_or_init(|| made))
    }

    /// The holders among these that run.
    fn who_runs(&self, rows: &[Row]) -> BTreeSet<String> {
        let is_own = |name: &str| self.holder.get().is_some_and(|own| own.name == name);
        let names: BTreeSet<&str> = rows.iter().map(|row| row.holder.as_str()).collect();
        let running = names.into_iter().filter(|name| is_own(name) || holder::runs(&self.directory, name));
        running.map(ToOwned::to_owned).collect()
    }

    fn draft_write(&self, file: &File, own: &Holder, draft: &Draft) -> Result<(), Fault> {
        let name = self.draft_name(&draft.case)?;
        file.run(
            "INSERT INTO drafts (source, case_id, holder, saved_at, draft) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (source, case_id, holder) DO UPDATE SET saved_at = excluded.saved_at, draft = excluded.draft",
            params![name, draft.case.id.as_str(), own.name, draft.saved_at.as_microsecond(), self.draft_text(draft)?],
        )
        .map(drop)
    }

    fn draft_text(&self, draft: &Draft) -> Result<String, Fault> {
        let named = |(case, key): &(CaseId, String)| Ok((self.name(case.source)?.to_owned(), case.id.clone(), key.clone()));
        let marked = draft.marked.iter().map(named).collect::<Result<_, Fault>>()?;
        let (values, base, decided) = (draft.values.clone(), draft.base.clone(), draft.decided.clone());
        let rest = Rest { values, base, decided, marked, raw: !draft.holds_shown_text };
        serde_json::to_string(&rest).map_err(|error| Fault::new(FaultKind::Disk, format!("a draft cannot be written as JSON: {error}")))
    }

    /// The source under which a draft stands; empty: it is for cases that were marked, in whatever sources.
    fn draft_name(&self, case: &CaseId) -> Result<&str, Fault> {
        if case.is_of_marks() { Ok("") } else { self.name(case.source) }
    }

    /// The drafts of this run's sources, of all runs, oldest first, and a fault for each that cannot be read; that one stays
    /// where it is.
    pub fn drafts(&self) -> Result<(Vec<Draft>, Vec<Fault>), Fault> {
        let (mut drafts, mut faults) = (Vec::new(), Vec::new());
        for row in self.draft_rows(self.outbox_file()?)? {
            match row.draft {
                Ok(draft) => drafts.push(draft),
                Err(ref why) => faults.push(row.unread(why)),
            }
        }
        Ok((drafts, faults))
    }

    /// Oldest first.
    fn draft_rows(&self, file: &File) -> Result<Vec<Row>, Fault> {
        let sql = "SELECT source, case_id, saved_at, draft, holder FROM drafts ORDER BY saved_at, source, case_id, holder";
        let mut statement = file.prepare(sql)?;
        let mut rows = statement.query([]).map_err(|error| file.fault(&error))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|error| file.fault(&error))? {
            let text = |at: usize| row.get::<_, String>(at).map_err(|error| file.fault(&error));
            let (name, id) = (text(0)?, text(1)?);
            let source_of =
                |name: &str| (0..=u8::MAX).map(SourceId).zip(&self.names).find(|(_, known)| *known == name).map(|(source, _)| source);
            let Some(source) = source_of(&name).or_else(|| name.is_empty().then_some(SourceId::OF_MARKS)) else { continue };
            let saved_at = packed::timestamp(row.get(2).map_err(|error| file.fault(&error))?);
            let draft = match (serde_json::from_str::<Rest>(&text(3)?), saved_at) {
                (Ok(Rest { values, base, decided, marked, raw }), Some(saved_at)) => {
                    let case_of = |(name, id, key): (String, _, _)| Some((CaseId { source: source_of(&name)?, id }, key));
                    // Of marks in a source that this run has not, it waits as that source's own drafts do.
                    let Some(mut marked) = marked.into_iter().map(case_of).collect::<Option<Vec<_>>>() else { continue };
                    marked.sort();
                    let case = CaseId { source, id: id.as_str().into() };
                    Ok(Draft { case, marked, values, base, decided, saved_at, holds_shown_text: !raw })
                }
                (Err(error), _) => Err(error.to_string()),
                (_, None) => Err("its time is out of range".to_owned()),
            };
            found.push(Row { holder: text(4)?, source: name, id, draft });
        }
        Ok(found)
    }
}

impl Row {
    /// To another holder. False: that one has a draft of this case already.
    fn give(&self, file: &File, to: &Holder) -> Result<bool, Fault> {
        let sql = "UPDATE OR IGNORE drafts SET holder = ?4 WHERE source = ?1 AND case_id = ?2 AND holder = ?3";
        file.run(sql, [&self.source, &self.id, &self.holder, &to.name]).map(|changed| changed > 0)
    }

    fn put(&self, file: &File, draft: &str) -> Result<(), Fault> {
        let sql = "UPDATE drafts SET draft = ?4 WHERE source = ?1 AND case_id = ?2 AND holder = ?3";
        file.run(sql, [&self.source, &self.id, &self.holder, draft]).map(drop)
    }

    fn delete(&self, file: &File) -> Result<(), Fault> {
        let sql = "DELETE FROM drafts WHERE source = ?1 AND case_id = ?2 AND holder = ?3";
        file.run(sql, [&self.source, &self.id, &self.holder]).map(drop)
    }

    fn unread(&self, why: &str) -> Fault {
        let (case, source) = (&self.id, &self.source);
        let words =
            format!("the draft of case {case} of {source} cannot be read ({why}): it stays on disk until you write a new one there");
        Fault::new(FaultKind::Damaged, words)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Access;
    use super::*;
    use crate::domain::aspect::{Aspect, Seen, Value};
    use crate::domain::part::Part;

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
            decided: Vec::new(),
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
        let Unfinished { drafts, unread: faults, .. } = store.take_up().unwrap();
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
        assert_eq!(store.take_up().unwrap().drafts, std::slice::from_ref(&here), "sources are told by their names");
        store.draft_drop(&here.case).unwrap();
        assert_eq!(store.drafts().unwrap().0, []);
        drop(store);
        assert_eq!(self::store(directory.path(), &["a", "b"]).drafts().unwrap().0, [both], "the others wait for their source");
    }

    /// What is typed in the field of one line, from an old value.
    fn with(mut of: Draft, part: Part, text: &str) -> Draft {
        let aspect = Aspect::of_part(part);
        of.values.push((aspect.clone(), Value::Text(text.into())));
        of.base.push(Seen { aspect, value: Value::Text("before".into()), state: None, people: Vec::new(), order: Vec::new() });
        of
    }

    fn comment_of(draft: &Draft) -> String {
        draft.values.iter().find(|(aspect, _)| aspect.part == Part::Comment).unwrap().1.line()
    }

    #[test]
    fn each_run_keeps_and_drops_its_own_draft_of_a_case() {
        let directory = tempfile::tempdir().unwrap();
        let open = || store(directory.path(), &["a"]);
        let (mut one, mut two) = (open(), open());
        one.draft_keep(&draft(0, "1", "in the first", 1)).unwrap();
        assert_eq!(two.take_up().unwrap().drafts, [], "the first one still runs");
        let case = draft(0, "1", "", 0).case;
        assert_eq!(two.drafts_beside().unwrap(), [(case.clone(), Beside::Held)].into());
        two.draft_keep(&draft(0, "1", "in the second", 2)).unwrap();
        one.draft_keep(&draft(0, "1", "more in the first", 3)).unwrap();
        let both = [draft(0, "1", "in the second", 2), draft(0, "1", "more in the first", 3)];
        assert_eq!(open().drafts().unwrap().0, both, "a command lists them all, and takes none");
        one.draft_drop(&case).unwrap();
        assert_eq!(open().drafts().unwrap().0, both[..1]);
        two.draft_drop(&case).unwrap();
        two.draft_drop(&case).unwrap();
        assert_eq!(open().drafts().unwrap().0, []);
        assert_eq!(one.drafts_beside().unwrap(), BTreeMap::new());
    }

    #[test]
    fn what_two_runs_left_of_one_case_is_one_draft_with_the_words_of_both() {
        let directory = tempfile::tempdir().unwrap();
        let open = || store(directory.path(), &["a"]);
        let (mut one, mut two, mut three) = (open(), open(), open());
        one.draft_keep(&with(draft(0, "1", "in the first", 1), Part::Priority, "P1")).unwrap();
        two.draft_keep(&with(draft(0, "1", "in the second", 2), Part::Title, "renamed")).unwrap();
        three.draft_keep(&draft(0, "1", "in the first", 3)).unwrap();
        three.draft_keep(&draft(0, "2", "of another", 4)).unwrap();
        drop((one, two));
        let mut next = open();
        let drafts = next.take_up().unwrap().drafts;
        let [draft] = &drafts[..] else { panic!("{drafts:?}") };
        assert_eq!(comment_of(draft), "in the first\n\n---\n\nin the second");
        let value = |part| draft.values.iter().find(|(aspect, _)| aspect.part == part).unwrap().1.line();
        assert_eq!((value(Part::Priority), value(Part::Title)), ("P1".to_owned(), "renamed".to_owned()));
        assert!([Part::Priority, Part::Title].iter().all(|part| draft.base.iter().any(|seen| seen.aspect.part == *part)));
        // The third runs on; what it holds is nobody else's, whatever the others do.
        assert_eq!(next.drafts_beside().unwrap().get(&draft.case), Some(&Beside::Held));
        next.draft_drop(&draft.case).unwrap();
        assert_eq!(open().drafts().unwrap().0.len(), 2);
        drop((next, three));
        let again = open().take_up().unwrap().drafts;
        assert_eq!(again.iter().map(comment_of).collect::<Vec<_>>(), ["in the first", "of another"]);
    }

    #[test]
    fn the_same_text_twice_is_not_doubled_and_another_value_waits_for_its_turn() {
        let directory = tempfile::tempdir().unwrap();
        let open = || store(directory.path(), &["a"]);
        let (mut one, mut two) = (open(), open());
        let of = |title: &str, second| with(draft(0, "1", "the same", second), Part::Title, title);
        one.draft_keep(&of("mine", 1)).unwrap();
        two.draft_keep(&of("mine too", 2)).unwrap();
        drop((one, two));
        let mut next = open();
        assert_eq!(next.take_up().unwrap().drafts, [of("mine too", 2)], "the newest stands in the form");
        assert_eq!(next.drafts_beside().unwrap().into_values().collect::<Vec<_>>(), [Beside::Left]);
        assert_eq!(next.take_up().unwrap().drafts, [of("mine too", 2)], "asked again, nothing is different");
        let listed = open().drafts().unwrap().0;
        assert_eq!(listed[0].values, [(Aspect::of_part(Part::Title), Value::Text("mine".into()))], "only what differs is left");
        next.draft_drop(&listed[0].case).unwrap();
        drop(next);
        assert_eq!(open().take_up().unwrap().drafts, listed[..1], "its turn");
    }

    #[test]
    fn comments_on_the_same_marked_cases_become_one() {
        let directory = tempfile::tempdir().unwrap();
        let open = || store(directory.path(), &["a"]);
        let marked = |ids: &[&str]| ids.iter().map(|id| (draft(0, id, "", 0).case, format!("CASE-{id}"))).collect::<Vec<_>>();
        let of = |number, ids: &[&str], text| Draft { case: CaseId::of_marks(number), marked: marked(ids), ..draft(0, "", text, number) };
        let (mut one, mut two) = (open(), open());
        one.draft_keep(&of(5, &["1", "2"], "one")).unwrap();
        two.draft_keep(&of(6, &["1", "2"], "two")).unwrap();
        two.draft_keep(&of(7, &["1"], "other cases")).unwrap();
        drop((one, two));
        let mut next = open();
        let drafts = next.take_up().unwrap().drafts;
        assert_eq!(drafts.iter().map(comment_of).collect::<Vec<_>>(), ["one\n\n---\n\ntwo", "other cases"]);
        next.draft_drop(&drafts[0].case).unwrap();
        assert_eq!(open().drafts().unwrap().0, drafts[1..]);
    }

    #[test]
    fn a_run_leaves_no_lock_behind_and_one_that_was_killed_is_swept() {
        let directory = tempfile::tempdir().unwrap();
        let locks = || {
            let names = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.filter(|name| name.starts_with("drafts-")).count()
        };
        let mut store = store(directory.path(), &["a"]);
        assert_eq!(locks(), 0, "a command that keeps no draft makes none");
        store.take_up().unwrap();
        assert_eq!(locks(), 1);
        // A file that nobody holds is what a kill leaves.
        std::fs::write(directory.path().join("drafts-0190a5c4-0000-7000-8000-000000000001.lock"), "").unwrap();
        let mut other = self::store(directory.path(), &["a"]);
        other.take_up().unwrap();
        assert_eq!(locks(), 2, "only what is not held goes");
        drop((store, other));
        assert_eq!(locks(), 0);
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
        store.outbox_file().unwrap().run("UPDATE drafts SET draft = '{\"values\":' WHERE case_id = '2'", []).unwrap();
        drop(store);
        let mut next = self::store(directory.path(), &["a"]);
        assert_eq!(next.take_up().unwrap().unread.len(), 1);
        next.draft_keep(&draft(0, "2", "in a later run", 4)).unwrap();
        assert_eq!(next.drafts().unwrap(), (vec![draft(0, "1", "good", 1), draft(0, "2", "in a later run", 4)], Vec::new()));
    }
}
