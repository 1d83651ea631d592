//! Puts an exported list on disk, beside the loop: a slow disk holds no key back.

use std::io::{
    Write, {self},
};
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::thread;

use super::wake::Wake;
use crate::domain::text::Clean;
use crate::store::file::Draft;
use crate::tui::cx::notice::Grade;

/// `what` names the list for the notice: `12 cases, complete`.
pub(super) fn save(file: &str, text: Vec<u8>, what: String, wakes: &SyncSender<Wake>) {
    let (place, told) = (place(file), wakes.clone());
    let started = thread::Builder::new().name("export".into()).spawn(move || {
        let shown = Clean::line(&place.display().to_string());
        let said = match written(&place, &text) {
            Ok(()) => Wake::Said(Grade::Good, format!("exported {what}, to {shown}")),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Wake::Said(Grade::Warning, format!("not exported: there is a file {shown} already; name another one"))
            }
            Err(error) => Wake::Said(Grade::Warning, format!("not exported to {shown}: {error}; name another file")),
        };
        // The loop has ended meanwhile: nobody is left to be told.
        let _ = told.send(said);
    });
    if let Err(error) = started {
        let _ = wakes.try_send(Wake::Said(Grade::Warning, format!("not exported: {error}")));
    }
}

fn written(place: &Path, text: &[u8]) -> io::Result<()> {
    let mut draft = Draft::begin(place, false)?;
    draft.write_all(text)?;
    draft.finish()
}

/// `~/` is the home directory, anything else is relative to where the program was started.
fn place(file: &str) -> PathBuf {
    let home = file.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    home.unwrap_or_else(|| std::env::current_dir().unwrap_or_default().join(file))
}
