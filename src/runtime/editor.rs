//! The person's own editor: it gets the terminal and a private file, and both come back.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::SyncSender;
use std::thread;

use super::wake::Wake;
use crate::app::effect::About;
use crate::config::without_secrets;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;

/// Longest text that is read back; what is larger was not meant for a case.
const MAX_TEXT_BYTES: u64 = 1024 * 1024;
/// Where neither `$VISUAL` nor `$EDITOR` is set.
const FALLBACK: &str = "vi";
/// As a shell says that there is no such command, or that it cannot be run.
const NOT_FOUND: i32 = 127;
const NOT_RUNNABLE: i32 = 126;

/// Starts the editor with this text, beside the loop, without `variables` of our environment; its end is told through
/// `wakes`. The terminal has been left.
pub(super) fn start(
    editor: Option<String>,
    directory: &Path,
    about: About,
    text: &str,
    variables: &[String],
    wakes: &SyncSender<Wake>,
) -> Result<(), Fault> {
    let fail = |error: io::Error| Fault::new(FaultKind::Disk, format!("the editor was not started: {}: {error}", directory.display()));
    let file = write(directory, text).map_err(fail)?;
    let editor = editor.unwrap_or_else(command);
    let mut child = match spawn(&editor, &file, variables) {
        Ok(child) => child,
        Err(error) => {
            remove(&file);
            return Err(not_started(&editor, &error.to_string()));
        }
    };
    let told = wakes.clone();
    let waiting = thread::Builder::new().name("editor".into()).spawn(move || {
        let result = child.wait().map_err(|error| not_started(&editor, &error.to_string()));
        let result = result.and_then(|status| read_back(&editor, status, &file));
        // The loop has ended meanwhile: then the text stays in its file, which nobody else can read.
        let _ = told.send(Wake::Edited(about, result));
    });
    waiting.map(|_| ()).map_err(fail)
}

/// As other programs choose it.
fn command() -> String {
    let named = |name| env::var(name).ok().filter(|editor| !editor.trim().is_empty());
    named("VISUAL").or_else(|| named("EDITOR")).unwrap_or_else(|| FALLBACK.into())
}

/// Through the shell, so that `code --wait` and quoted paths work; the file is never part of the script.
fn spawn(editor: &str, file: &Path, variables: &[String]) -> io::Result<Child> {
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{editor} \"$@\"")).arg("editor").arg(file);
    without_secrets(&mut command, variables).spawn()
}

fn not_started(editor: &str, why: &str) -> Fault {
    Fault::new(FaultKind::Config, format!("the editor `{editor}` could not be started ({why}); set VISUAL or EDITOR to one that is there"))
}

fn read_back(editor: &str, status: ExitStatus, file: &Path) -> Result<Clean, Fault> {
    let keep = |why: &str| Fault::new(FaultKind::Cancelled, format!("the editor `{editor}` {why}; the form is as it was"));
    let result = match status.code() {
        Some(0) => read(file),
        Some(code @ (NOT_FOUND | NOT_RUNNABLE)) => Err(not_started(editor, &format!("exit code {code}"))),
        Some(code) => Err(keep(&format!("ended with exit code {code}"))),
        None => Err(keep("was killed")),
    };
    remove(file);
    result
}

fn read(file: &Path) -> Result<Clean, Fault> {
    let fail = |why: String| Fault::new(FaultKind::Disk, format!("what the editor wrote could not be read back: {why}"));
    let size = fs::metadata(file).map_err(|error| fail(error.to_string()))?.len();
    if size > MAX_TEXT_BYTES {
        return Err(fail(format!("{} KiB is more than a case takes", size / 1024)));
    }
    let bytes = fs::read(file).map_err(|error| fail(error.to_string()))?;
    Ok(Clean::block(&String::from_utf8_lossy(&bytes)))
}

/// A file that nobody else can read, beside the other data. Left-over ones of a crash are told apart by their number.
fn write(directory: &Path, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(directory)?;
    let path = directory.join(format!("edit-{}.md", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path)?;
    file.write_all(text.as_bytes())?;
    Ok(path)
}

fn remove(file: &Path) {
    // It may be gone: some editors move it.
    let _ = fs::remove_file(file);
}
