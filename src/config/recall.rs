//! What the workbench remembers of earlier sittings over a data directory: the filters typed and the view left. A file
//! that cannot be read remembers nothing; it is never a reason not to start.

use std::fs::File;
use std::io::{
    Read, {self},
};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::rewrite::replace;

const FILE: &str = "recall.toml";
/// Filters remembered; nobody presses Up more often.
pub const MAX_FILTERS: usize = 200;
/// Far above what the longest filters take.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recall {
    /// The name of the view that was on last.
    pub view: Option<String>,
    /// Oldest first, none twice.
    pub filters: Vec<String>,
}

impl Recall {
    /// What is remembered in this data directory.
    pub fn load(folder: &Path) -> Self {
        let mut text = String::new();
        let read = File::open(folder.join(FILE)).and_then(|file| file.take(MAX_FILE_BYTES).read_to_string(&mut text));
        let mut recall: Self = read.ok().and_then(|_| toml::from_str(&text).ok()).unwrap_or_default();
        recall.filters.retain(|filter| !filter.trim().is_empty() && !filter.chars().any(char::is_control));
        recall
    }

    /// A filter was used: it is the newest now.
    pub fn note_filter(&mut self, filter: &str) {
        let filter = filter.trim();
        if !filter.is_empty() {
            self.filters.retain(|known| known != filter);
            self.filters.push(filter.to_owned());
            let excess = self.filters.len().saturating_sub(MAX_FILTERS);
            self.filters.drain(..excess);
        }
    }
}

/// Remembers more: a filter that was used, the view that is on. What another window remembered meanwhile is kept.
///
/// # Errors
/// The file cannot be written.
pub fn remember(folder: &Path, view: Option<&str>, filter: Option<&str>) -> io::Result<()> {
    let before = Recall::load(folder);
    let mut recall = before.clone();
    if let Some(view) = view {
        recall.view = Some(view.to_owned());
    }
    if let Some(filter) = filter {
        recall.note_filter(filter);
    }
    if recall == before {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    let text = toml::to_string(&recall).map_err(io::Error::other)?;
    replace(&folder.join(FILE), &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_remembered_is_there_again_and_has_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("new");
        assert_eq!(Recall::load(&inside), Recall::default());
        remember(&inside, Some("My queue"), None).unwrap();
        for n in 0..MAX_FILTERS + 5 {
            let mut recall = Recall::load(&inside);
            recall.note_filter(&format!("n{n}"));
            assert!(recall.filters.len() <= MAX_FILTERS);
            remember(&inside, None, Some(&format!("tag:\"n {n}\""))).unwrap();
        }
        remember(&inside, None, Some("tag:\"n 100\"")).unwrap();
        remember(&inside, None, Some("  ")).unwrap();
        let recall = Recall::load(&inside);
        assert_eq!(recall.view.as_deref(), Some("My queue"));
        assert_eq!(recall.filters.len(), MAX_FILTERS);
        assert_eq!(recall.filters.last().map(String::as_str), Some("tag:\"n 100\""));
        assert_eq!(recall.filters.iter().filter(|filter| *filter == "tag:\"n 100\"").count(), 1);
    }

    #[test]
    fn a_file_that_is_broken_or_hostile_is_no_reason_to_stop() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["view = 3", "[[[", "filters = [\"ok\", \"a\\u001bb\", \" \"]"] {
            std::fs::write(folder.path().join(FILE), text).unwrap();
            assert!(Recall::load(folder.path()).filters.iter().all(|filter| filter == "ok"), "{text}");
        }
    }
}
