//! Where a secret is kept, and fetching it at the moment it is needed. The secret itself is never in the file.

use std::fs::File;
use std::io::{
    IsTerminal, Read, {self},
};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{
    RecvTimeoutError, {self},
};
use std::thread;
use std::time::{Duration, Instant};

use super::child::{end, end_with_its_children, in_own_group, without_secrets};
use super::problem::Problem;
use crate::domain::secret::{Secret, Zeroizing};
use crate::domain::text::Clean;

/// A password store that asks for a fingerprint answers well within this.
const COMMAND_LIMIT: Duration = Duration::from_secs(10);
/// Between looks at a command that has closed its output but not ended.
const REAP_EVERY: Duration = Duration::from_millis(5);
/// Tokens are below a kilobyte; more is another file or another program by mistake.
const MAX_BYTES: u64 = 64 * 1024;
/// Where no buffer has to grow: larger than any token or key.
const SECRET_BYTES: usize = 16 * 1024;
/// A bundle of every public authority is a quarter of this.
const MAX_PUBLIC_BYTES: u64 = 1 << 20;
/// How long the last words of a command that was stopped may take to come.
const LAST_WORDS: Duration = Duration::from_millis(200);
/// The terminal of this process, whatever its input and output are.
const TERMINAL: &str = "/dev/tty";
/// Characters of a failed command's own words that are shown.
const MAX_WORDS: usize = 300;

/// A reference to a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretRef {
    /// Name of an environment variable.
    Env(String),
    /// Program and arguments, run without a shell; the first line of its output is the secret. Never empty.
    Command(Vec<String>),
    /// A regular file that only its owner may read; its first line is the secret.
    File(PathBuf),
}

/// Whom a command that fetches a secret may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// It has no input, no terminal and ten seconds.
    Nobody,
    /// The terminal is its own meanwhile: it may ask for a passphrase. `None`: for as long as it takes.
    Person(Option<Duration>),
}

impl Asks {
    /// Whoever sits at the terminal that this program was started in; nobody where there is none.
    pub fn whoever_is_here() -> Self {
        let is_here = (io::stdin().is_terminal() || io::stderr().is_terminal()) && File::open(TERMINAL).is_ok();
        if is_here { Self::Person(None) } else { Self::Nobody }
    }
}

impl SecretRef {
    /// Fetches the secret: its first line, without blanks around it. A command inherits everything but `variables`.
    ///
    /// # Errors
    /// Why it cannot be had and what to do; the words never hold the secret.
    pub fn read(&self, variables: &[String], asks: Asks) -> Result<Secret, Problem> {
        match self {
            Self::Env(name) => match std::env::var(name) {
                Ok(text) => first_line(Zeroizing::new(text).as_bytes(), &format!("the environment variable {name}")),
                Err(std::env::VarError::NotPresent) => Err(Problem::plain(
                    format!("the environment variable {name} is not set"),
                    format!("export {name} in the shell that starts caseload"),
                )),
                Err(std::env::VarError::NotUnicode(_)) => Err(not_text(&format!("the environment variable {name}"))),
            },
            Self::Command(words) => match asks {
                Asks::Nobody => run(words, variables, COMMAND_LIMIT),
                Asks::Person(limit) => ask(words, variables, limit),
            },
            Self::File(path) => read_file(path),
        }
    }

    /// Where it is kept, for a table or a message: `env DD_API_KEY`, `command pass …`, `file ~/…`.
    pub fn place(&self) -> String {
        match self {
            Self::Env(name) => format!("env {name}"),
            // Arguments may hold something private; the program's name says enough.
            Self::Command(words) => format!("command {}", words.first().map_or("", String::as_str)),
            Self::File(path) => format!("file {}", path.display()),
        }
    }
}

fn first_line(bytes: &[u8], origin: &str) -> Result<Secret, Problem> {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let text = std::str::from_utf8(line).map_err(|_| not_text(origin))?.trim();
    if text.is_empty() {
        return Err(Problem::plain(format!("{origin} is empty"), "put the secret on its first line"));
    }
    if text.len() > SECRET_BYTES {
        return Err(Problem::plain(
            format!("the first line of {origin} is longer than any token"),
            "keep the secret alone on the first line",
        ));
    }
    // A header cannot carry anything else, and the words of the HTTP library would come much later.
    if !text.bytes().all(|byte| matches!(byte, 0x21..=0x7e)) {
        return Err(Problem::plain(
            format!("{origin} holds blanks or characters that no token has"),
            "keep the secret alone on the first line, without a label or quotes",
        ));
    }
    Ok(Secret::from(text))
}

fn not_text(origin: &str) -> Problem {
    Problem::plain(format!("{origin} is not text"), "keep the secret as one line of plain text")
}

fn read_file(path: &Path) -> Result<Secret, Problem> {
    first_line(&private_bytes(path)?, &format!("the file {}", path.display()))
}

/// The whole of a file that only its owner may read: a private key.
///
/// # Errors
/// As for a secret in a file.
pub fn read_private(path: &Path) -> Result<Secret, Problem> {
    let bytes = private_bytes(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| not_text(&format!("the file {}", path.display())))?;
    Ok(Secret::from(text))
}

/// The whole of a file that anybody may read: certificates.
///
/// # Errors
/// It is not there, not a plain file, or cannot be read.
pub fn read_public(path: &Path) -> Result<Vec<u8>, Problem> {
    let shown = path.display();
    let cannot = |error: io::Error| Problem::plain(format!("{shown} cannot be read: {error}"), "correct its rights or the path");
    if !std::fs::metadata(path).map_err(cannot)?.is_file() {
        return Err(Problem::plain(format!("{shown} is not a regular file"), "name a file of PEM certificates"));
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(cannot)?.take(MAX_PUBLIC_BYTES).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

fn private_bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let shown = path.display();
    let cannot = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => {
            Problem::plain(format!("the secret's file {shown} is not there"), "create it with mode 0600, or correct the path")
        }
        _ => Problem::plain(format!("the secret's file {shown} cannot be read: {error}"), "correct its rights or the path"),
    };
    // Looked at before it is opened: opening a pipe would wait for whoever writes to it.
    let kind = std::fs::metadata(path).map_err(cannot)?;
    if !kind.is_file() {
        return Err(Problem::plain(format!("{shown} is not a regular file"), "keep the secret in a plain file with mode 0600"));
    }
    let file = File::open(path).map_err(cannot)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().map_err(cannot)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Problem::plain(
                format!("{shown} has mode {mode:04o}: others may read the secret"),
                format!("chmod 600 {shown}, and replace the secret if it has been there for long"),
            ));
        }
    }
    // Of the bound's size at once: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(SECRET_BYTES));
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

fn not_run(program: &str, error: &io::Error) -> Problem {
    Problem::plain(format!("the command `{program}` cannot be run: {error}"), "install it, or write its full path")
}

fn lost(program: &str, error: &io::Error) -> Problem {
    Problem::plain(format!("the command `{program}` was lost: {error}"), "try again")
}

fn split(words: &[String]) -> Result<(&String, &[String]), Problem> {
    words.split_first().ok_or_else(|| Problem::plain("the secret's command is empty", r#"write command = ["program", "argument"]"#))
}

/// Runs a command that may ask whoever sits at the terminal: it stays in our process group, so that it may read there and
/// Ctrl-c reaches it. What it says about itself is on the terminal already.
fn ask(words: &[String], variables: &[String], limit: Option<Duration>) -> Result<Secret, Problem> {
    let (program, arguments) = split(words)?;
    // Our own input may be a text that is meant for us.
    let stdin = if io::stdin().is_terminal() { Ok(Stdio::inherit()) } else { File::open(TERMINAL).map(Stdio::from) };
    let stdin = stdin.map_err(|error| not_run(program, &error))?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = without_secrets(&mut command, variables).spawn().map_err(|error| not_run(program, &error))?;
    let heard = listen(&mut child);
    let out = match limit {
        None => heard.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Some(limit) => heard.recv_timeout(limit),
    };
    let out = match out {
        Ok(Heard::Out(out) | Heard::Err(out)) => out,
        Err(RecvTimeoutError::Disconnected) => Zeroizing::default(),
        Err(RecvTimeoutError::Timeout) => {
            end_with_its_children(&mut child);
            return Err(Problem::plain(format!("the command `{program}` asked, and nobody answered"), "fetch it again when you are there"));
        }
    };
    let status = child.wait().map_err(|error| lost(program, &error))?;
    if !status.success() {
        return Err(Problem::plain(format!("the command `{program}` failed ({status})"), "run it in a shell until it prints the secret"));
    }
    first_line(&out, &format!("the output of `{program}`"))
}

enum Heard {
    Out(Zeroizing<Vec<u8>>),
    Err(Zeroizing<Vec<u8>>),
}

fn run(words: &[String], variables: &[String], limit: Duration) -> Result<Secret, Problem> {
    let (program, arguments) = split(words)?;
    let deadline = Instant::now() + limit;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = in_own_group(without_secrets(&mut command, variables)).spawn().map_err(|error| not_run(program, &error))?;
    let heard = listen(&mut child);
    let (mut out, mut err) = (Zeroizing::default(), Zeroizing::default());
    let is_late = loop {
        match heard.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(Heard::Out(bytes)) => out = bytes,
            Ok(Heard::Err(bytes)) => err = bytes,
            Err(RecvTimeoutError::Disconnected) => break false,
            Err(RecvTimeoutError::Timeout) => break true,
        }
    };
    let status = loop {
        match child.try_wait() {
            _ if is_late => break None,
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() >= deadline => break None,
            Ok(None) => thread::sleep(REAP_EVERY),
            Err(error) => return Err(lost(program, &error)),
        }
    };
    let Some(status) = status else {
        end(&mut child);
        // Its pipes are closed now, unless something has left its group and holds them: that one is not waited for.
        while let Ok(words) = heard.recv_timeout(LAST_WORDS) {
            if let Heard::Err(bytes) = words {
                err = bytes;
            }
        }
        return Err(Problem::plain(
            format!("the command `{program}` took longer than {} s and was stopped{}", limit.as_secs(), said(&err)),
            "run it in a shell to see what it waits for; here it has no terminal to ask on",
        ));
    };
    if !status.success() {
        return Err(Problem::plain(
            format!("the command `{program}` failed ({status}){}", said(&err)),
            "run it in a shell until it prints the secret",
        ));
    }
    first_line(&out, &format!("the output of `{program}`"))
}

/// A command's own words, harmless and short; nothing when it said nothing.
fn said(words: &[u8]) -> String {
    let words: String = Clean::line(String::from_utf8_lossy(words).trim()).as_str().chars().take(MAX_WORDS).collect();
    if words.is_empty() { words } else { format!(": {words}") }
}

/// Reads both outputs to their ends, so that a talkative command is never blocked; keeps the first part of each.
fn listen(child: &mut Child) -> mpsc::Receiver<Heard> {
    fn drain(stream: Option<impl Read + Send + 'static>, wrap: fn(Zeroizing<Vec<u8>>) -> Heard, to: mpsc::SyncSender<Heard>) {
        if let Some(mut stream) = stream {
            thread::spawn(move || {
                let mut kept = Zeroizing::new(Vec::with_capacity(SECRET_BYTES));
                // A broken pipe ends the reading like its end does; the exit status tells which it was.
                drop(stream.by_ref().take(MAX_BYTES).read_to_end(&mut kept));
                drop(io::copy(&mut stream, &mut io::sink()));
                drop(to.send(wrap(kept)));
            });
        }
    }
    let (to, from) = mpsc::sync_channel(2);
    drain(child.stdout.take(), Heard::Out, to.clone());
    drain(child.stderr.take(), Heard::Err, to);
    from
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::domain::secret::ExposeSecret;

    fn sh(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(String::from).to_vec()
    }

    #[test]
    fn the_first_line_of_a_command_is_the_secret() {
        let secret = run(&sh("echo ' s3cret '; echo label: x; echo noise >&2"), &[], COMMAND_LIMIT).unwrap();
        assert_eq!(secret.expose_secret(), "s3cret");
        let no_shell = run(&["echo".into(), "$HOME".into()], &[], COMMAND_LIMIT).unwrap();
        assert_eq!(no_shell.expose_secret(), "$HOME");
    }

    #[test]
    fn a_failing_command_speaks_for_itself_and_a_leak_does_not() {
        let problem = run(&sh("echo leaked-secret; printf 'gpg: \\033[31mno key' >&2; exit 2"), &[], COMMAND_LIMIT).unwrap_err();
        let words = problem.to_string();
        assert!(words.contains("gpg: ^[[31mno key") && words.contains("exit status: 2"), "{words}");
        assert!(!words.contains("leaked"), "{words}");
        let missing = run(&["caseload-no-such-program".into()], &[], COMMAND_LIMIT).unwrap_err();
        assert!(missing.to_string().contains("caseload-no-such-program"), "{missing}");
    }

    #[test]
    fn a_command_that_hangs_is_stopped() {
        let problem = run(&sh("exec sleep 600"), &[], Duration::from_millis(50)).unwrap_err();
        assert!(problem.to_string().contains("took longer"), "{problem}");
        let closes_output = run(&sh("exec >&- 2>&-; exec sleep 600"), &[], Duration::from_millis(50)).unwrap_err();
        assert!(closes_output.to_string().contains("took longer"), "{closes_output}");
    }

    #[test]
    fn what_a_hanging_command_has_started_ends_with_it_and_its_words_are_shown_harmlessly() {
        let place = tempfile::tempdir().unwrap();
        let script = format!(
            "cd '{}'; sleep 600 & echo $! >child; sh -c 'sleep 600 & echo $! >grandchild; wait' & printf 'waiting \\033]52;c;eA==\\007' >&2; while ! [ -s grandchild ]; do sleep 0.01; done; wait",
            place.path().display()
        );
        // On a busy machine it may be stopped before it has started anything: then it gets more time.
        let has_begun = || std::fs::metadata(place.path().join("grandchild")).is_ok_and(|file| file.len() > 0);
        let mut longer = [1, 4, 16, 64].into_iter();
        let (limit_s, problem) = loop {
            let limit_s = longer.next().expect("nothing is ever started");
            let problem = run(&sh(&script), &[], Duration::from_secs(limit_s)).unwrap_err().to_string();
            if has_begun() {
                break (limit_s, problem);
            }
        };
        assert!(problem.contains(&format!("took longer than {limit_s} s")) && problem.contains("waiting ^[]52;c;eA==^G"), "{problem}");
        for name in ["child", "grandchild"] {
            let pid = std::fs::read_to_string(place.path().join(name)).unwrap();
            // Killed; it may not have had its turn to end, and whoever inherits it may not have looked yet.
            let state = || std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
            let has_ended = |state: &str| state.is_empty() || state.contains(") Z ");
            let until = Instant::now() + COMMAND_LIMIT;
            while !has_ended(&state()) {
                assert!(Instant::now() < until, "{name}: {}", state());
                thread::yield_now();
            }
        }
    }

    #[test]
    fn what_a_command_in_our_group_has_started_ends_with_it() {
        let place = tempfile::tempdir().unwrap();
        let script =
            format!("cd '{}'; sh -c 'sleep 600 & echo $! >grandchild; sleep 600 & wait' & echo $! >child; wait", place.path().display());
        let words = sh(&script);
        let mut command = Command::new(&words[0]);
        let mut child = command.args(&words[1..]).stdin(Stdio::null()).spawn().unwrap();
        let until = Instant::now() + COMMAND_LIMIT;
        let number = |name: &str| std::fs::read_to_string(place.path().join(name)).unwrap_or_default();
        while !number("child").ends_with('\n') || !number("grandchild").ends_with('\n') {
            assert!(Instant::now() < until, "nothing is ever started");
            thread::yield_now();
        }
        end_with_its_children(&mut child);
        for name in ["child", "grandchild"] {
            let state = || std::fs::read_to_string(format!("/proc/{}/stat", number(name).trim())).unwrap_or_default();
            let has_ended = |state: &str| state.is_empty() || state.contains(") Z ");
            while !has_ended(&state()) {
                assert!(Instant::now() < until, "{name}: {}", state());
                thread::yield_now();
            }
        }
    }

    #[test]
    fn a_command_inherits_no_secret() {
        // Cargo sets it for every test, so it stands for a token that is in the environment.
        let variable = "CARGO_PKG_NAME".to_owned();
        assert_eq!(run(&["printenv".into(), variable.clone()], &[], COMMAND_LIMIT).unwrap().expose_secret(), "caseload");
        run(&["printenv".into(), variable.clone()], &[variable], COMMAND_LIMIT).unwrap_err();
    }

    #[test]
    fn a_flood_is_neither_kept_nor_taken_for_a_token() {
        let endless = run(&sh("yes xxxxxxxx | tr -d '\\n'"), &[], Duration::from_millis(200)).unwrap_err().to_string();
        assert!(endless.contains("took longer"), "{endless}");
        let long = run(&sh("yes x | tr -d '\\n' | head -c 5000000"), &[], COMMAND_LIMIT).unwrap_err().to_string();
        assert!(long.contains("longer than any token") && long.len() < 300, "{long}");
    }

    #[test]
    fn a_talkative_command_is_not_blocked() {
        let secret = run(&sh("echo first; head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2"), &[], COMMAND_LIMIT).unwrap();
        assert_eq!(secret.expose_secret(), "first");
    }

    #[test]
    fn a_file_must_be_regular_private_and_hold_one_word() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        let with = |text: &str, mode: u32| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            SecretRef::File(path.clone()).read(&[], Asks::Nobody)
        };
        assert_eq!(with("s3cret\r\nsecond\n", 0o600).unwrap().expose_secret(), "s3cret");
        assert_eq!(with("s3cret", 0o400).unwrap().expose_secret(), "s3cret");
        for mode in [0o640, 0o604, 0o620, 0o601, 0o777] {
            let problem = with("s3cret", mode).unwrap_err().to_string();
            assert!(problem.contains(&format!("{mode:04o}")) && problem.contains("chmod 600") && !problem.contains("s3cret"), "{problem}");
        }
        assert!(with("\n", 0o600).unwrap_err().to_string().contains("is empty"));
        let label = with("token: s3cret", 0o600).unwrap_err().to_string();
        assert!(label.contains("blanks") && !label.contains("s3cret"), "{label}");
        assert!(SecretRef::File(dir.path().into()).read(&[], Asks::Nobody).unwrap_err().to_string().contains("not a regular file"));
        assert!(SecretRef::File(dir.path().join("none")).read(&[], Asks::Nobody).unwrap_err().to_string().contains("is not there"));
    }
}
