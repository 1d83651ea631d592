//! The person's own editor: it gets the terminal and a private file (see [`sheets`]), and both come back.

use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::SyncSender;
use std::{env, io, thread};

use super::wake::Wake;
use crate::config::without_secrets;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;
use crate::store::sheets;
use crate::tui::io::effect::About;

/// Where neither `$VISUAL` nor `$EDITOR` is set.
const FALLBACK: &str = "vi";
/// As a shell says that there is no such command, or that it cannot be run.
const NOT_FOUND: i32 = 127;
const NOT_RUNNABLE: i32 = 126;
/// Above it a shell says which signal has ended the command.
const SIGNAL: i32 = 128;

/// Starts the editor with this file, beside the loop, without `variables` of our environment; its end is told through
/// `wakes`. The terminal has been left.
pub(super) fn start(
    editor: Option<String>,
    file: &Path,
    about: About,
    variables: &[String],
    wakes: &SyncSender<Wake>,
) -> Result<(), Fault> {
    let editor = editor.unwrap_or_else(command);
    let mut child = spawn(&editor, file, variables).map_err(|error| not_started(&editor, &error.to_string()))?;
    let (file, told) = (file.to_owned(), wakes.clone());
    let waiting = thread::Builder::new().name("editor".into()).spawn(move || {
        let result = child.wait().map_err(|error| not_started(&editor, &error.to_string()));
        let result = result.and_then(|status| read_back(&editor, status, &file, &about.opened.text));
        // The loop has ended meanwhile: then the text stays in its file, and the next start takes it up.
        let _ = told.send(Wake::Edited(about, result));
    });
    waiting.map(|_| ()).map_err(|error| Fault::new(FaultKind::Disk, format!("the editor was not started: {error}")))
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

/// Whoever ends the editor with an error wants none of it; whoever had it ended from outside has saved what is there.
fn read_back(editor: &str, status: ExitStatus, file: &Path, given: &str) -> Result<Clean, Fault> {
    let as_before = |why: &str| Fault::new(FaultKind::Cancelled, format!("the editor `{editor}` {why}; the form is as it was"));
    let text = match status.code() {
        Some(0) => sheets::read(file),
        Some(code @ (NOT_FOUND | NOT_RUNNABLE)) => Err(not_started(editor, &format!("exit code {code}"))),
        Some(code) if code <= SIGNAL => Err(as_before(&format!("ended with exit code {code}"))),
        _ => sheets::read(file).and_then(|text| if text == given { Err(as_before("was killed")) } else { Ok(text) }),
    };
    text.map(|text| Clean::block(&text))
}
