//! A file of the person's own, written whole or not at all.

use std::fs::{
    File, OpenOptions, {self},
};
use std::io::{
    BufWriter, Write, {self},
};
use std::path::{Path, PathBuf};

/// One write(2) per this much.
const OUT_BYTES: usize = 64 * 1024;

/// A file that is being written beside its place; it appears there with [`Draft::finish`] and leaves nothing behind without.
pub struct Draft {
    out: BufWriter<File>,
    aside: PathBuf,
    place: PathBuf,
    /// A file that is there already gives way.
    replaces: bool,
}

impl Draft {
    /// Begins a file, readable by its owner only.
    ///
    /// # Errors
    /// There is one already and it may not be replaced, or the place cannot be written.
    pub fn begin(place: &Path, replaces: bool) -> io::Result<Self> {
        if !replaces && place.symlink_metadata().is_ok() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file already; it was left as it is"));
        }
        let name = place.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this names no file"))?;
        let aside = place.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let out = BufWriter::with_capacity(OUT_BYTES, options.open(&aside)?);
        Ok(Self { out, aside, place: place.into(), replaces })
    }

    /// On disk under its name.
    ///
    /// # Errors
    /// The disk is full or gone, or a file of that name has come meanwhile.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        if self.replaces {
            return fs::rename(&self.aside, &self.place);
        }
        // A link does not replace what has come there meanwhile. Some file systems have none: there the name is taken first.
        match fs::hard_link(&self.aside, &self.place) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            Err(_) => {
                OpenOptions::new().write(true).create_new(true).open(&self.place)?;
                fs::rename(&self.aside, &self.place)
            }
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Gone already when it was renamed.
        let _ = fs::remove_file(&self.aside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("q.csv");
        let mut draft = Draft::begin(&place, false).unwrap();
        draft.write_all(b"half").unwrap();
        assert!(!place.exists());
        drop(draft);
        assert_eq!(names(folder.path()), [""; 0]);
        let mut draft = Draft::begin(&place, false).unwrap();
        draft.write_all(b"whole").unwrap();
        draft.finish().unwrap();
        assert_eq!((fs::read(&place).unwrap(), names(folder.path())), (b"whole".to_vec(), vec!["q.csv".to_owned()]));
        assert_eq!(Draft::begin(&place, false).err().unwrap().kind(), io::ErrorKind::AlreadyExists);
        let mut draft = Draft::begin(&place, true).unwrap();
        draft.write_all(b"new").unwrap();
        draft.finish().unwrap();
        assert_eq!((fs::read(&place).unwrap(), names(folder.path())), (b"new".to_vec(), vec!["q.csv".to_owned()]));
    }

    #[test]
    fn what_came_meanwhile_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("q.csv");
        let draft = Draft::begin(&place, false).unwrap();
        fs::write(&place, "theirs").unwrap();
        assert_eq!(draft.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read_to_string(&place).unwrap(), names(folder.path())), ("theirs".into(), vec!["q.csv".to_owned()]));
    }
}
