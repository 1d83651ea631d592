//! What was written to the vendors, line by line: an append-only file in which each line carries the hash of the one before.
//!
//! A line is `{"line":…,"prev":"…","hash":"…"}`; the hash is the SHA-256 of `prev` and of `line` as its bytes stand there,
//! so nothing in between can be changed, left out or put elsewhere unseen. Lines cut off at the end of the file leave no
//! gap: whoever needs to notice that keeps the last hash that [`verify`] gives.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::open::{self, unusable};
use super::{Access, Store};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::journal::JournalLine;

/// In the data directory.
pub const FILE: &str = "journal.jsonl";
/// Held while a line is appended: several processes write the same chain.
const LOCK: &str = "journal.lock";
/// What the first line has in place of a hash.
const NOTHING_BEFORE: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// First look at the end of the file; it grows until it holds a whole line.
const TAIL_BYTES: u64 = 16 * 1024;

/// A line as it stands on disk.
#[derive(Serialize, Deserialize)]
struct Link<'a> {
    #[serde(borrow)]
    line: &'a RawValue,
    prev: &'a str,
    hash: &'a str,
}

/// A line of the file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Counts from 1.
    pub number: u64,
    /// Err: the line cannot be read, in words.
    pub line: Result<JournalLine, String>,
}

/// What the chain of hashes says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Lines of the file, torn ones among them.
    pub lines: u64,
    /// Lines that a crash cut short while they were written; the chain goes on around them.
    pub torn: u64,
    /// Hash of the last line that fits; None: there is none.
    pub last: Option<String>,
    /// The first line that does not fit, and why.
    pub broken: Option<(u64, String)>,
}

impl Store {
    /// Appends a line and syncs it to disk.
    pub fn journal_add(&mut self, line: &JournalLine) -> Result<(), Fault> {
        self.journal_add_all(std::slice::from_ref(line))
    }

    /// Appends lines, in order, and syncs them to disk together.
    pub fn journal_add_all(&mut self, lines: &[JournalLine]) -> Result<(), Fault> {
        let path = self.directory.join(FILE);
        if self.access == Access::ReadOnly {
            return Err(Fault::new(FaultKind::Disk, format!("{} is only read in this run", path.display())));
        }
        let json = lines.iter().map(serde_json::value::to_raw_value).collect::<Result<Vec<_>, _>>();
        let json =
            json.map_err(|error| Fault::new(FaultKind::Disk, format!("a line of the journal cannot be written as JSON: {error}")))?;
        let lock = open::lock(&self.directory.join(LOCK))?;
        append(&path, &json).map_err(|error| unusable(&path, &error))?;
        drop(lock);
        Ok(())
    }
}

fn append(path: &Path, lines: &[Box<RawValue>]) -> io::Result<()> {
    let is_new = !path.exists();
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    if is_new {
        open::sync(path.parent());
    }
    let (mut prev, is_torn) = tail(&mut file)?;
    let mut bytes = Vec::new();
    if is_torn {
        bytes.push(b'\n');
    }
    for line in lines {
        let hash = hash(&prev, line.get());
        serde_json::to_writer(&mut bytes, &Link { line, prev: &prev, hash: &hash })?;
        bytes.push(b'\n');
        prev = hash;
    }
    file.write_all(&bytes)?;
    file.sync_data()
}

/// The hash of the last line that can be read, and whether the file ends within a line.
fn tail(file: &mut File) -> io::Result<(String, bool)> {
    let length = file.metadata()?.len();
    let mut look = TAIL_BYTES;
    loop {
        let from = length.saturating_sub(look);
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let is_torn = bytes.last().is_some_and(|last| *last != b'\n');
        // The first piece may be the end of a longer line: then it does not read, and the look is widened.
        let found = bytes.rsplit(|byte| *byte == b'\n').find_map(|line| link(line).ok().map(|link| link.hash.to_owned()));
        match found {
            Some(hash) => return Ok((hash, is_torn)),
            None if from == 0 => return Ok((NOTHING_BEFORE.into(), is_torn)),
            None => look = look.saturating_mul(4),
        }
    }
}

/// Reads a line of the file and checks that it is one of ours, to the byte, and that its own hash fits.
fn link(bytes: &[u8]) -> Result<Link<'_>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned())?;
    let link: Link = serde_json::from_str(text).map_err(|error| format!("it is not a line of the journal: {error}"))?;
    if serde_json::to_string(&link).ok().as_deref() != Some(text) {
        return Err("it was written by something else".into());
    }
    if hash(link.prev, link.line.get()) != link.hash {
        return Err("it is not what its hash was taken of".into());
    }
    Ok(link)
}

fn hash(prev: &str, line: &str) -> String {
    let digest = Sha256::new().chain_update(prev).chain_update(line).finalize();
    digest.iter().fold(String::with_capacity(NOTHING_BEFORE.len()), |mut hex, byte| {
        for half in [byte >> 4, byte & 0xf] {
            hex.extend(char::from_digit(u32::from(half), 16));
        }
        hex
    })
}

/// The lines of the file one by one, without their line ends.
struct Lines {
    path: PathBuf,
    /// None: there is no journal yet.
    file: Option<BufReader<File>>,
    number: u64,
}

/// Number, bytes, and whether a line end followed.
type Piece = (u64, Vec<u8>, bool);

impl Iterator for Lines {
    type Item = Result<Piece, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Vec::new();
        match self.file.as_mut()?.read_until(b'\n', &mut bytes) {
            Ok(0) => None,
            Ok(_) => {
                self.number += 1;
                let is_ended = bytes.pop_if(|last| *last == b'\n').is_some();
                Some(Ok((self.number, bytes, is_ended)))
            }
            Err(error) => {
                self.file = None;
                Some(Err(unusable(&self.path, &error)))
            }
        }
    }
}

fn lines(directory: &Path) -> Result<Lines, Fault> {
    let path = directory.join(FILE);
    let file = match File::open(&path) {
        Ok(file) => Some(BufReader::new(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(unusable(&path, &error)),
    };
    Ok(Lines { path, file, number: 0 })
}

/// Every line of a data directory's journal, oldest first. A line that cannot be read is said in its place.
///
/// # Errors
/// `Disk`: the file is there and cannot be opened; an item: reading broke off.
pub fn read(directory: &Path) -> Result<impl Iterator<Item = Result<Kept, Fault>>, Fault> {
    let read = |bytes: &[u8]| -> Result<JournalLine, String> {
        serde_json::from_str(link(bytes)?.line.get()).map_err(|error| format!("it was written by another caseload: {error}"))
    };
    Ok(lines(directory)?.map(move |piece| piece.map(|(number, bytes, _)| Kept { number, line: read(&bytes) })))
}

/// Follows the chain from the first line to the last.
///
/// # Errors
/// `Disk`: the file is there and cannot be read.
pub fn verify(directory: &Path) -> Result<Verdict, Fault> {
    let mut verdict = Verdict::default();
    // Unreadable lines since the last that fits: torn if the next line carries on from before them.
    let mut unread: Option<(u64, String)> = None;
    let mut unread_lines = 0;
    let mut is_ended = true;
    for piece in lines(directory)? {
        let (number, bytes, ended) = piece?;
        (verdict.lines, is_ended) = (number, ended);
        let link = match link(&bytes) {
            Ok(link) => link,
            Err(why) => {
                unread_lines += 1;
                unread.get_or_insert((number, why));
                continue;
            }
        };
        if verdict.broken.is_some() {
            continue;
        }
        if link.prev == verdict.last.as_deref().unwrap_or(NOTHING_BEFORE) {
            verdict.torn += unread_lines;
            (unread, unread_lines) = (None, 0);
            verdict.last = Some(link.hash.to_owned());
        } else {
            let why = || (number, "the line before it is not the one that it was written after".to_owned());
            verdict.broken = Some(unread.take().unwrap_or_else(why));
        }
    }
    match unread {
        Some(_) if verdict.broken.is_some() => {}
        // Cut short by a crash a moment ago; the next line closes it off.
        Some(_) if !is_ended && unread_lines == 1 => verdict.torn += 1,
        other => verdict.broken = verdict.broken.or(other),
    }
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::edit::{Method, Part, PlanLine};
    use crate::domain::journal::Event;

    fn line(entry: &str) -> JournalLine {
        JournalLine {
            at: "2026-02-03T04:05:06Z".parse().unwrap(),
            entry: entry.into(),
            source: "emea".into(),
            case: "42".into(),
            event: Event::Landed { call: 0, method: Method::Put, path: "/api/v2/cases/42".into() },
            lines: vec![PlanLine { part: Part::Title, old: "a\nb".into(), new: "ü \"x\"".into() }],
        }
    }

    fn store(directory: &Path) -> Store {
        Store::open(directory, Access::ReadWrite).unwrap()
    }

    fn written(directory: &Path, count: usize) -> PathBuf {
        let mut store = store(directory);
        for number in 0..count {
            store.journal_add(&line(&format!("e{number}"))).unwrap();
        }
        directory.join(FILE)
    }

    #[test]
    fn lines_come_back_in_order_and_the_chain_holds_over_processes() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(verify(directory.path()).unwrap(), Verdict::default());
        assert_eq!(read(directory.path()).unwrap().count(), 0);
        written(directory.path(), 2);
        let path = written(directory.path(), 2);
        let kept: Vec<_> = read(directory.path()).unwrap().map(|kept| kept.unwrap().line.unwrap()).collect();
        assert_eq!(kept, ["e0", "e1", "e0", "e1"].map(line));
        let verdict = verify(directory.path()).unwrap();
        assert_eq!((verdict.lines, verdict.torn, verdict.broken), (4, 0, None));
        assert_eq!(verdict.last.unwrap().len(), 64);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn two_writers_make_one_chain() {
        let directory = tempfile::tempdir().unwrap();
        drop(store(directory.path()));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| written(directory.path(), 8));
            }
        });
        let verdict = verify(directory.path()).unwrap();
        assert_eq!((verdict.lines, verdict.torn, verdict.broken), (16, 0, None));
    }

    #[test]
    fn a_line_that_is_longer_than_the_first_look_is_still_found() {
        let directory = tempfile::tempdir().unwrap();
        let mut long = line("long");
        long.lines[0].new = "x".repeat(usize::try_from(TAIL_BYTES).unwrap() * 3);
        let mut store = store(directory.path());
        for line in [&line("a"), &long, &line("b")] {
            store.journal_add(line).unwrap();
        }
        let verdict = verify(directory.path()).unwrap();
        assert_eq!((verdict.lines, verdict.broken), (3, None));
    }

    #[test]
    fn every_changed_byte_is_found_and_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = written(directory.path(), 3);
        let good = fs::read(&path).unwrap();
        let second = good.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let third = second + good[second..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for at in second..third {
            let mut bad = good.clone();
            bad[at] = if bad[at] == b'0' { b'1' } else { b'0' };
            fs::write(&path, &bad).unwrap();
            let (number, why) = verify(directory.path()).unwrap().broken.unwrap_or_else(|| panic!("byte {at}"));
            assert_eq!(number, 2, "byte {at}: {why}");
        }
        let first_gone = &good[second..];
        fs::write(&path, first_gone).unwrap();
        assert_eq!(verify(directory.path()).unwrap().broken.unwrap().0, 1);
        let middle_gone = [&good[..second], &good[third..]].concat();
        fs::write(&path, middle_gone).unwrap();
        assert_eq!(verify(directory.path()).unwrap().broken.unwrap().0, 2);
        let swapped = [&good[second..third], &good[..second], &good[third..]].concat();
        fs::write(&path, swapped).unwrap();
        assert_eq!(verify(directory.path()).unwrap().broken.unwrap().0, 1);
    }

    #[test]
    fn a_torn_end_is_kept_and_closed_off() {
        let directory = tempfile::tempdir().unwrap();
        let path = written(directory.path(), 2);
        let good = fs::read(&path).unwrap();
        let first = good.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for cut in (first + 1..good.len()).step_by(29).chain([good.len() - 1]) {
            fs::write(&path, &good[..cut]).unwrap();
            let is_whole = cut == good.len() - 1;
            let verdict = verify(directory.path()).unwrap();
            assert_eq!((verdict.torn, verdict.broken), (u64::from(!is_whole), None), "cut at {cut}");
            store(directory.path()).journal_add(&line("after")).unwrap();
            assert!(fs::read(&path).unwrap().starts_with(&good[..cut]), "nothing is deleted");
            let verdict = verify(directory.path()).unwrap();
            assert_eq!((verdict.lines, verdict.torn, verdict.broken), (3, u64::from(!is_whole), None), "cut at {cut}");
            let kept: Vec<_> = read(directory.path()).unwrap().map(|kept| kept.unwrap().line.is_ok()).collect();
            assert_eq!(kept, [true, is_whole, true]);
        }
    }

    #[test]
    fn a_run_that_only_reads_writes_no_journal() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path(), Access::ReadOnly).unwrap();
        assert_eq!(store.journal_add(&line("a")).unwrap_err().kind, FaultKind::Disk);
        assert!(!directory.path().join(FILE).exists());
    }
}
