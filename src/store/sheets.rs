//! The files that a person's editor writes in, each beside a note of what it was opened on.
//!
//! `edit-ID.md` is the text, `edit-ID.json` the note. The run that opened the editor keeps the note locked as long as it lives
//! (see `store::holder` for why a lock), and removes both once the text is a draft. What a run leaves that ended before, the
//! next one takes up (see `store::drafts`). A file that cannot be read is named, and never removed.

use std::fs::{
    File, OpenOptions, TryLockError, {self},
};
use std::io::{
    ErrorKind, Write, {self},
};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::handle::Store;
use crate::domain::case::{CaseId, SourceId};
use crate::domain::draft::Draft;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::opened::Opened;

const BEGIN: &str = "edit-";
const TEXT: &str = "md";
const NOTE: &str = "json";
/// A note that is being made: it gets its name once it is locked.
const NEW: &str = "new";
/// Longest text that is read back; what is larger was not meant for a case.
const MAX_TEXT_BYTES: u64 = 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Note {
    /// The names of that run's sources, by [`SourceId`].
    sources: Vec<String>,
    opened: Opened,
}

/// A file for an editor of this run.
#[derive(Debug)]
pub struct Sheet {
    text: PathBuf,
    _lock: File,
}

impl Sheet {
    /// Both files, which nobody else can read. `sources`: the names of this run's, by [`SourceId`].
    ///
    /// # Errors
    /// The directory takes no file.
    pub fn lay(directory: &Path, sources: Vec<String>, opened: &Opened) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let text = directory.join(format!("{BEGIN}{}.{TEXT}", uuid::Uuid::now_v7()));
        let new = text.with_extension(NEW);
        let note = Note { sources, opened: opened.clone() };
        let mut lock = private(&new)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::Error(error) => error,
            TryLockError::WouldBlock => ErrorKind::WouldBlock.into(),
        })?;
        lock.write_all(&serde_json::to_vec(&note)?)?;
        fs::rename(&new, text.with_extension(NOTE))?;
        private(&text)?.write_all(opened.text.as_bytes())?;
        Ok(Self { text, _lock: lock })
    }

    pub fn text(&self) -> &Path {
        &self.text
    }

    /// Its text is elsewhere, or there is none.
    pub fn remove(self) {
        remove(&self.text);
    }
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The text goes first: what is left of a file without its note could not be placed.
fn remove(text: &Path) {
    // It may be gone: some editors move it.
    drop(fs::remove_file(text));
    drop(fs::remove_file(text.with_extension(NOTE)));
}

/// What an editor has saved.
///
/// # Errors
/// `Disk`: it cannot be read as a text for a case; the file stays where it is, and is named.
pub fn read(path: &Path) -> Result<String, Fault> {
    let stays = |why: String| {
        let words =
            format!("what was saved in an editor cannot be read ({why}): it stays in {}, copy from it what you need", path.display());
        Fault::new(FaultKind::Disk, words)
    };
    let size = fs::metadata(path).map_err(|error| stays(error.to_string()))?.len();
    if size > MAX_TEXT_BYTES {
        return Err(stays(format!("{} KiB is more than a case takes", size / 1024)));
    }
    let bytes = fs::read(path).map_err(|error| stays(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| stays("it is not UTF-8".into()))
}

/// A file of a run that has ended.
pub struct Left {
    pub path: PathBuf,
    /// Err: it cannot be offered, and what to do.
    saved: Result<Saved, Fault>,
    /// Held while it is looked at. None: there is no note.
    _lock: Option<File>,
}

struct Saved {
    note: Note,
    text: String,
    at: Timestamp,
}

impl Left {
    pub fn fault(&self) -> Option<&Fault> {
        self.saved.as_ref().err()
    }

    /// The editor saved nothing.
    fn is_as_given(&self) -> bool {
        self.saved.as_ref().is_ok_and(|saved| saved.note.opened.with(&saved.text, saved.at).is_none())
    }

    pub(super) fn remove(&self) {
        remove(&self.path);
    }
}

/// What runs that ended have left, oldest first. `to_take`: nobody else takes it meanwhile.
pub(super) fn left(directory: &Path, to_take: bool) -> Vec<Left> {
    let names = fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_text = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(BEGIN)) && path.extension().is_some_and(|end| end == TEXT)
    };
    let mut texts: Vec<PathBuf> = names.filter(is_text).collect();
    texts.sort();
    texts.into_iter().filter_map(|path| look(path, to_take)).collect()
}

/// The same for whoever only names them: without those in which nothing was saved.
pub(super) fn waiting(directory: &Path) -> Vec<Left> {
    let mut left = left(directory, false);
    left.retain(|left| !left.is_as_given());
    left
}

/// None: the run that opened the editor lives, or it is not known whether it does.
fn look(path: PathBuf, to_take: bool) -> Option<Left> {
    let unplaced = |why: &str| {
        let words =
            format!("{} was saved in an editor, and {why}: it stays there, copy from it what you need and delete it", path.display());
        Fault::new(FaultKind::Damaged, words)
    };
    let lock = match File::open(path.with_extension(NOTE)) {
        Ok(file) if to_take => file.try_lock().map(|()| Some(file)).ok()?,
        Ok(file) => file.try_lock_shared().map(|()| Some(file)).ok()?,
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(_) => return None,
    };
    let saved = || {
        let text = read(&path)?;
        if lock.is_none() {
            return Err(unplaced("for which case is not known any more"));
        }
        let at = fs::metadata(&path).and_then(|found| found.modified()).ok().and_then(|at| Timestamp::try_from(at).ok());
        let note = fs::read(path.with_extension(NOTE)).map_err(|error| error.to_string());
        let note = note.and_then(|note| serde_json::from_slice::<Note>(&note).map_err(|error| error.to_string()));
        let note = note.map_err(|why| unplaced(&format!("its note of the case cannot be read ({why})")))?;
        Ok(Saved { at: at.unwrap_or(note.opened.draft.saved_at), note, text })
    };
    let saved = saved();
    Some(Left { path, saved, _lock: lock })
}

/// Removes notes whose text is gone.
pub(super) fn sweep(directory: &Path) {
    for path in fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let is_note = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(BEGIN))
            && path.extension().is_some_and(|end| end == NOTE);
        let is_free = || File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        if is_note && !path.with_extension(TEXT).exists() && is_free() {
            drop(fs::remove_file(path));
        }
    }
}

impl Store {
    /// What was saved in an editor, for this run's sources. `Ok(None)`: it is for a source that this run has not.
    pub(super) fn saved(&self, left: &Left) -> Result<Option<(Opened, Option<Draft>)>, Fault> {
        let Saved { note, text, at } = left.saved.as_ref().map_err(Clone::clone)?;
        let source_of = |id: SourceId| {
            let name = note.sources.get(usize::from(id.0))?;
            (0..=u8::MAX).map(SourceId).zip(&self.names).find(|(_, known)| *known == name).map(|(source, _)| source)
        };
        let here = |case: &CaseId| {
            let source = if case.is_of_marks() { case.source } else { source_of(case.source)? };
            Some(CaseId { source, id: case.id.clone() })
        };
        let of_here = |draft: &Draft| {
            let marked = draft.marked.iter().map(|(case, key)| Some((here(case)?, key.clone())));
            let mut marked = marked.collect::<Option<Vec<_>>>()?;
            marked.sort();
            Some(Draft { case: here(&draft.case)?, marked, ..draft.clone() })
        };
        let Some(draft) = of_here(&note.opened.draft) else { return Ok(None) };
        let opened = Opened { draft, ..note.opened.clone() };
        let saved = opened.with(text, *at);
        Ok(Some((opened, saved)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Access;
    use super::*;
    use crate::domain::aspect::{Aspect, Value};
    use crate::domain::part::Part;

    fn store(directory: &Path, names: &[&str]) -> Store {
        let mut store = Store::open(directory, Access::ReadWrite).unwrap();
        store.sources(names).unwrap();
        store
    }

    fn comment(text: &str) -> Vec<(Aspect, Value)> {
        let text = Some(text).filter(|text| !text.is_empty());
        text.into_iter().map(|text| (Aspect::of_part(Part::Comment), Value::Text(text.into()))).collect()
    }

    fn draft(text: &str) -> Draft {
        let case = CaseId { source: SourceId(1), id: "7".into() };
        let saved_at = Timestamp::from_second(1).unwrap();
        Draft { case, marked: Vec::new(), values: comment(text), base: Vec::new(), decided: Vec::new(), saved_at, holds_shown_text: false }
    }

    /// An editor is opened on a comment, and has saved other words.
    fn sheet(directory: &Path, given: &str, saved: &str) -> Sheet {
        let field = Some(Aspect::of_part(Part::Comment));
        let opened = Opened { draft: draft(given), field, raw: given.into(), text: given.into() };
        let sheet = Sheet::lay(directory, ["a", "b"].map(str::to_owned).into(), &opened).unwrap();
        fs::write(sheet.text(), saved).unwrap();
        sheet
    }

    fn files(directory: &Path) -> usize {
        fs::read_dir(directory).unwrap().filter(|entry| entry.as_ref().unwrap().file_name().to_str().unwrap().starts_with("edit-")).count()
    }

    #[test]
    fn what_a_run_left_takes_the_place_of_the_draft_that_it_was_opened_on() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path();
        let mut first = store(place, &["a", "b"]);
        first.draft_keep(&draft("it began")).unwrap();
        let sheet = sheet(place, "it began", "it began\r\nand ended\r\n");
        assert_eq!(store(place, &["a", "b"]).take_up().unwrap().drafts, [], "the run lives");
        assert!(store(place, &["a", "b"]).unfinished().unwrap().lying.is_empty());
        drop((first, sheet));
        let lying = store(place, &["a", "b"]).unfinished().unwrap().lying;
        assert_eq!(lying[0].0.values, comment("it began\nand ended"));
        assert_eq!(store(place, &["a"]).take_up().unwrap().drafts, [], "its source is not there");
        let mut next = store(place, &["b"]);
        let taken = next.take_up().unwrap();
        assert_eq!((taken.drafts.len(), taken.unread.len()), (1, 0), "{taken:?}");
        assert_eq!(taken.drafts[0].values, comment("it began\nand ended"));
        assert_eq!(taken.drafts[0].case, CaseId { source: SourceId(0), id: "7".into() }, "sources are told by their names");
        let kept = next.drafts().unwrap().0;
        assert_eq!((kept.len(), &kept[0].values), (1, &taken.drafts[0].values), "the earlier words stand in it");
        assert_eq!(files(place), 0);
    }

    #[test]
    fn what_was_typed_apart_of_it_is_not_lost() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path();
        store(place, &["a", "b"]).draft_keep(&draft("elsewhere")).unwrap();
        drop((sheet(place, "", "one"), sheet(place, "", "two")));
        let taken = store(place, &["a", "b"]).take_up().unwrap();
        assert_eq!(taken.drafts.len(), 1);
        assert_eq!(taken.drafts[0].values, comment("elsewhere\n\n---\n\none\n\n---\n\ntwo"));
    }

    #[test]
    fn an_editor_that_saved_nothing_or_emptied_its_box_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path();
        drop(sheet(place, "as given", "as given\n"));
        assert_eq!(waiting(place).len(), 0, "there is nothing to name");
        let taken = store(place, &["a", "b"]).take_up().unwrap();
        assert_eq!((taken.drafts, taken.unread, files(place)), (Vec::new(), Vec::new(), 0));
        store(place, &["a", "b"]).draft_keep(&draft("taken out")).unwrap();
        drop(sheet(place, "taken out", "\n"));
        let mut next = store(place, &["a", "b"]);
        assert_eq!(next.take_up().unwrap().drafts, []);
        assert_eq!((next.drafts().unwrap().0, files(place)), (Vec::new(), 0));
    }

    #[test]
    fn one_that_is_too_large_stays_and_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path();
        let large = "x".repeat(usize::try_from(MAX_TEXT_BYTES).unwrap() + 1);
        let sheet = sheet(place, "", &large);
        let path = sheet.text().to_owned();
        drop(sheet);
        let taken = store(place, &["a", "b"]).take_up().unwrap();
        assert!(taken.unread[0].message.as_str().contains(path.to_str().unwrap()), "{:?}", taken.unread);
        assert_eq!(fs::read_to_string(path).unwrap(), large);
    }
}
