//! What was written to the vendors, line by line: an append-only file in which each line carries the hash of the one before.
//!
//! A line is `{"line":…,"prev":"…","hash":"…"}`; the hash is the SHA-256 of `prev` and of `line` as its bytes stand there,
//! so nothing in between can be changed, left out or put elsewhere unseen. Lines cut off at the end leave no gap, so a
//! second file holds the hash and the place of the last line: without that line the end is missing, and the next one is
//! chained to it all the same, which shows the gap for ever.

use std::fs::{
    File, OpenOptions, {self},
};
use std::io::{
    BufRead, BufReader, Read, Seek, SeekFrom, Write, {self},
};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::access::Access;
use super::handle::Store;
use super::open::{
    unusable, {self},
};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::journal::JournalLine;

/// In the data directory.
pub const FILE: &str = "journal.jsonl";
/// Where the last line ends and its hash, beside it: `1234 9f2c…`.
pub(super) const HEAD: &str = "journal.head";
/// Where it is written first; whoever holds the lock may write over what a crash has left of it.
const HEAD_ASIDE: &str = "journal.head.new";
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

/// The last line that was written, as it is remembered beside the file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Head {
    /// Bytes of the file up to its end.
    bytes: u64,
    hash: String,
}

/// Whether the end of the file is where it was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// The last line that was written is there.
    There,
    /// An older caseload wrote the file and remembered nothing: a cut would not be seen.
    #[default]
    NotRemembered,
    /// It is not there: so many bytes were written, and so many are left.
    Missing { written: u64, left: u64 },
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
    pub end: End,
}

impl Store {
    /// Appends a line and syncs it to disk.
    pub fn journal_add(&mut self, line: &JournalLine) -> Result<(), Fault> {
        self.journal_add_all(std::slice::from_ref(line))
    }

    /// Appends lines, in order, and syncs them to disk together.
    pub fn journal_add_all(&mut self, lines: &[JournalLine]) -> Result<(), Fault> {
        if lines.is_empty() {
            return Ok(());
        }
        let path = self.directory.join(FILE);
        if self.access == Access::ReadOnly {
            return Err(Fault::new(FaultKind::Disk, format!("{} is only read in this run", path.display())));
        }
        let json = lines.iter().map(serde_json::value::to_raw_value).collect::<Result<Vec<_>, _>>();
        let json =
            json.map_err(|error| Fault::new(FaultKind::Disk, format!("a line of the journal cannot be written as JSON: {error}")))?;
        let lock = open::lock(&self.directory.join(LOCK))?;
        let head = append(&path, remembered(&self.directory)?, &json).map_err(|error| unusable(&path, &error))?;
        remember(&self.directory, &head)?;
        drop(lock);
        Ok(())
    }
}

/// The head that was remembered last; None: nothing that can be read.
fn remembered(directory: &Path) -> Result<Option<Head>, Fault> {
    let path = directory.join(HEAD);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(&path, &error)),
    };
    let head = text.trim_end().split_once(' ').and_then(|(bytes, hash)| Some(Head { bytes: bytes.parse().ok()?, hash: hash.into() }));
    Ok(head.filter(|head| head.hash.len() == NOTHING_BEFORE.len()))
}

/// Put in the place of the one before, whole or not at all: an older head is still true of a longer file.
fn remember(directory: &Path, head: &Head) -> Result<(), Fault> {
    let (path, aside) = (directory.join(HEAD), directory.join(HEAD_ASIDE));
    let write = || {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&aside)?;
        writeln!(file, "{} {}", head.bytes, head.hash)?;
        file.sync_data()?;
        fs::rename(&aside, &path)
    };
    write().map_err(|error| unusable(&path, &error))
}

/// Appends the lines and syncs them; what is the last one now.
fn append(path: &Path, head: Option<Head>, lines: &[Box<RawValue>]) -> io::Result<Head> {
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
    if let Some(head) = head
        && !stands(&mut file, &head)?
    {
        prev = head.hash;
    }
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
    file.sync_data()?;
    Ok(Head { bytes: file.metadata()?.len(), hash: prev })
}

/// Whether the line of this head ends where it was written.
fn stands(file: &mut File, head: &Head) -> io::Result<bool> {
    let end = format!("\"hash\":\"{}\"}}\n", head.hash);
    let length = u64::try_from(end.len()).unwrap_or(u64::MAX);
    let Some(from) = head.bytes.checked_sub(length).filter(|_| file.metadata().is_ok_and(|found| found.len() >= head.bytes)) else {
        return Ok(false);
    };
    file.seek(SeekFrom::Start(from))?;
    let mut there = vec![0; end.len()];
    file.read_exact(&mut there)?;
    Ok(there == end.as_bytes())
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
    // Before the lines: what another process appends meanwhile comes after it.
    let head = remembered(directory)?;
    let (mut is_there, mut left) = (false, 0);
    // Unreadable lines since the last that fits: torn if the next line carries on from before them.
    let mut unread: Option<(u64, String)> = None;
    let mut unread_lines = 0;
    let mut is_ended = true;
    for piece in lines(directory)? {
        let (number, bytes, ended) = piece?;
        (verdict.lines, is_ended) = (number, ended);
        left += u64::try_from(bytes.len()).unwrap_or(u64::MAX).saturating_add(ended.into());
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
            is_there |= head.as_ref().is_some_and(|head| head.hash == link.hash);
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
    verdict.end = match head {
        Some(_) if is_there => End::There,
        Some(head) => End::Missing { written: head.bytes, left },
        None if verdict.lines == 0 => End::There,
        None => End::NotRemembered,
    };
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::edit::{Method, PlanLine};
    use crate::domain::journal::Event;
    use crate::domain::part::Part;

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
        assert_eq!(verify(directory.path()).unwrap(), Verdict { end: End::There, ..Verdict::default() });
        assert_eq!(read(directory.path()).unwrap().count(), 0);
        written(directory.path(), 2);
        let path = written(directory.path(), 2);
        let kept: Vec<_> = read(directory.path()).unwrap().map(|kept| kept.unwrap().line.unwrap()).collect();
        assert_eq!(kept, ["e0", "e1", "e0", "e1"].map(line));
        let verdict = verify(directory.path()).unwrap();
        assert_eq!((verdict.lines, verdict.torn, verdict.broken, verdict.end), (4, 0, None, End::There));
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
        assert_eq!((verdict.lines, verdict.torn, verdict.broken, verdict.end), (16, 0, None, End::There));
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
        let head = directory.path().join(HEAD);
        written(directory.path(), 1);
        let before = fs::read(&head).unwrap();
        let path = written(directory.path(), 1);
        let good = fs::read(&path).unwrap();
        let first = good.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for cut in (first + 1..good.len()).step_by(29).chain([good.len() - 1]) {
            // A crash while the second line was written: the head is still the first one's.
            fs::write(&path, &good[..cut]).unwrap();
            fs::write(&head, &before).unwrap();
            let is_whole = cut == good.len() - 1;
            let verdict = verify(directory.path()).unwrap();
            assert_eq!((verdict.torn, verdict.broken, verdict.end), (u64::from(!is_whole), None, End::There), "cut at {cut}");
            store(directory.path()).journal_add(&line("after")).unwrap();
            assert!(fs::read(&path).unwrap().starts_with(&good[..cut]), "nothing is deleted");
            let verdict = verify(directory.path()).unwrap();
            let found = (verdict.lines, verdict.torn, verdict.broken, verdict.end);
            assert_eq!(found, (3, u64::from(!is_whole), None, End::There), "cut at {cut}");
            let kept: Vec<_> = read(directory.path()).unwrap().map(|kept| kept.unwrap().line.is_ok()).collect();
            assert_eq!(kept, [true, is_whole, true]);
        }
    }

    #[test]
    fn an_end_that_was_cut_off_is_found_also_when_more_was_written_after_it() {
        let directory = tempfile::tempdir().unwrap();
        let (path, head) = (written(directory.path(), 3), directory.path().join(HEAD));
        let (good, remembered) = (fs::read(&path).unwrap(), fs::read(&head).unwrap());
        let written = u64::try_from(good.len()).unwrap();
        let ends: Vec<usize> = (0..good.len()).filter(|at| good[*at] == b'\n').map(|at| at + 1).collect();
        for cut in [0, ends[0], ends[0] + 40, ends[1], ends[2] - 2] {
            fs::write(&path, &good[..cut]).unwrap();
            fs::write(&head, &remembered).unwrap();
            let missing = End::Missing { written, left: u64::try_from(cut).unwrap() };
            assert_eq!(verify(directory.path()).unwrap().end, missing, "cut at {cut}");
            for _ in 0..2 {
                store(directory.path()).journal_add(&line("after")).unwrap();
                let (number, why) = verify(directory.path()).unwrap().broken.unwrap_or_else(|| panic!("cut at {cut}"));
                let first_after = good[..cut].split_inclusive(|byte| *byte == b'\n').count() + 1;
                let is_torn = cut > 0 && good[cut - 1] != b'\n';
                assert_eq!(number, u64::try_from(first_after).unwrap() - u64::from(is_torn), "cut at {cut}: {why}");
            }
        }
        fs::remove_file(&path).unwrap();
        fs::write(&head, &remembered).unwrap();
        assert_eq!(verify(directory.path()).unwrap().end, End::Missing { written, left: 0 });
    }

    #[test]
    fn a_file_whose_end_nobody_remembered_says_so_until_the_next_line() {
        let directory = tempfile::tempdir().unwrap();
        let (_, head) = (written(directory.path(), 2), directory.path().join(HEAD));
        for lost in [None, Some("12 nonsense\n")] {
            fs::remove_file(&head).unwrap();
            if let Some(text) = lost {
                fs::write(&head, text).unwrap();
            }
            let verdict = verify(directory.path()).unwrap();
            assert_eq!((verdict.broken, verdict.end), (None, End::NotRemembered));
            written(directory.path(), 1);
            let verdict = verify(directory.path()).unwrap();
            assert_eq!((verdict.broken, verdict.end), (None, End::There));
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
