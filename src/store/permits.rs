//! Which sources a person has allowed to be changed from inside: a small file of names and hosts, one source a line.
//!
//! The host stands beside the name, so that a name that leads somewhere else tomorrow is not allowed there.

use std::fs::{
    OpenOptions, {self},
};
use std::io::{
    Write, {self},
};
use std::path::Path;

use super::open::{
    unusable, {self},
};
use crate::domain::fault::Fault;

/// In the data directory.
const FILE: &str = "allowed.txt";
/// Held while the file is written anew: several processes may.
const LOCK: &str = "allowed.lock";
/// More sources than a configuration may have, with room for old names.
const MAX_BYTES: usize = 64 * 1024;

/// Whether changes of this source at this host were allowed. A file that cannot be read allows nothing.
pub fn is_allowed(directory: &Path, name: &str, host: &str) -> bool {
    lines(directory).iter().any(|line| *line == line_of(name, host))
}

/// Allows changes of a source, or takes that back; on the medium when it returns.
///
/// # Errors
/// `Disk`, `DiskFull`, `Busy`: nothing was changed.
pub fn allow(directory: &Path, name: &str, host: &str, is_allowed: bool) -> Result<(), Fault> {
    let path = directory.join(FILE);
    let lock = open::lock(&directory.join(LOCK))?;
    let line = line_of(name, host);
    let mut lines = lines(directory);
    lines.retain(|known| *known != line);
    if is_allowed {
        lines.push(line);
    }
    let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    let written = replace(directory, &path, &text).map_err(|error| unusable(&path, &error));
    drop(lock);
    written
}

fn replace(directory: &Path, path: &Path, text: &str) -> io::Result<()> {
    let new = directory.join(format!("{FILE}.new"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    open::sync(Some(directory));
    Ok(())
}

fn line_of(name: &str, host: &str) -> String {
    format!("{name} {host}")
}

fn lines(directory: &Path) -> Vec<String> {
    let text = fs::read_to_string(directory.join(FILE)).unwrap_or_default();
    let text = if text.len() > MAX_BYTES { "" } else { text.as_str() };
    text.lines().map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permit_is_for_one_name_at_one_host_and_can_be_taken_back() {
        let place = tempfile::tempdir().unwrap();
        let is = |name, host| is_allowed(place.path(), name, host);
        assert!(!is("soc", "a.example"));
        allow(place.path(), "soc", "a.example", true).unwrap();
        allow(place.path(), "soc", "a.example", true).unwrap();
        allow(place.path(), "game", "b.example", true).unwrap();
        assert!(is("soc", "a.example") && is("game", "b.example"));
        assert!(!is("soc", "b.example") && !is("so", "a.example") && !is("soc", "a.example.evil"));
        allow(place.path(), "soc", "a.example", false).unwrap();
        assert!(!is("soc", "a.example") && is("game", "b.example"));
        fs::write(place.path().join(FILE), [0xff, 0xfe]).unwrap();
        assert!(!is("game", "b.example"), "what cannot be read allows nothing");
    }
}
