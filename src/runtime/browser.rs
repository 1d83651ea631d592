//! Opens a page with whatever the desktop opens pages with: a program and one argument, never a shell.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{io, thread};

use crate::config::{in_own_group, without_secrets};

/// A launcher that cannot open anything fails well within this.
const WATCHED: Duration = Duration::from_millis(250);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A browser is asked to open pages only: other schemes start other programs.
pub(super) fn is_web(url: &str) -> bool {
    let scheme = |name: &str| url.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    (scheme("https://") || scheme("http://")) && url.chars().all(|c| c.is_ascii_graphic())
}

/// Starts the first launcher that does not fail at once. It outlives us, gets no terminal, and inherits no secret.
///
/// # Errors
/// The first that was there failed, or none is there.
pub(super) fn open(url: &str, variables: &[String]) -> io::Result<Option<Child>> {
    first_that_works(open::commands(url), variables)
}

fn first_that_works(commands: Vec<Command>, variables: &[String]) -> io::Result<Option<Child>> {
    let mut failed = None;
    let mut missing = None;
    for mut command in commands {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match in_own_group(without_secrets(&mut command, variables)).spawn() {
            Ok(mut child) => match watched(&mut child)? {
                None => return Ok(Some(child)),
                Some(status) if status.success() => return Ok(None),
                Some(status) => {
                    let program = command.get_program().display().to_string();
                    failed.get_or_insert(io::Error::other(format!("{program} ended with {status}")));
                }
            },
            Err(error) => missing = Some(error),
        }
    }
    Err(failed.or(missing).unwrap_or_else(|| io::Error::other("there is no program for it")))
}

/// How it ended; None: it still runs.
fn watched(child: &mut Child) -> io::Result<Option<std::process::ExitStatus>> {
    let began = Instant::now();
    loop {
        match child.try_wait()? {
            None if began.elapsed() < WATCHED => thread::sleep(LOOK_EVERY),
            status => return Ok(status),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_pages_are_opened() {
        for url in ["https://app.datadoghq.eu/cases/1", "HTTP://127.0.0.1:8080/"] {
            assert!(is_web(url), "{url}");
        }
        for url in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ms-msdt:/id",
            "-version",
            "",
            "https:/x",
            "https://a b",
            "https://a\nb",
            "https://a\u{202e}b",
            "https://é.example",
            " https://a",
        ] {
            assert!(!is_web(url), "{url}");
        }
    }

    #[test]
    fn the_next_launcher_is_tried_and_the_first_failure_is_told() {
        let none = || Command::new("/no/such/launcher");
        assert!(first_that_works(vec![none(), Command::new("false"), Command::new("true")], &[]).unwrap().is_none());
        let error = first_that_works(vec![Command::new("false"), none()], &[]).unwrap_err().to_string();
        assert!(error.contains("false ended with exit status: 1"), "{error}");
        let mut waits = Command::new("sleep");
        waits.arg("600");
        let mut left = first_that_works(vec![waits], &[]).unwrap().unwrap();
        crate::config::end(&mut left);
    }
}
