//! How an alarm leaves the screen: the terminal's own notifications, and a command of the person's, never a shell.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread;
use std::time::{Duration, Instant};

use super::clipboard::{
    Route, {self},
};
use super::wake::Wake;
use crate::config::{
    Desktop, in_own_group, without_secrets, {self},
};
use crate::tui::cx::notice::Grade;
use crate::tui::model::alarm::Alarm;

/// A notification that takes longer hangs.
const MAX_COMMAND_TIME: Duration = Duration::from_secs(10);
/// How often a running command is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Commands at the same time; alarms are far apart, so more are hanging ones.
const MAX_COMMANDS: usize = 4;
/// Terminals cut longer notifications.
const MAX_CHARS: usize = 200;

/// The bytes that ask the terminal for a notification.
pub(super) fn sequence(alarm: &Alarm, desktop: Desktop, route: Route) -> String {
    // What is clean holds no control character; a semicolon would end a field, and kitty reads what it does not know.
    let plain =
        |text: &str| text.chars().filter(|c| !c.is_control()).map(|c| if c == ';' { ',' } else { c }).take(MAX_CHARS).collect::<String>();
    let inner = match desktop {
        // Without the name in front, a text that begins with a digit could be one of ConEmu's commands.
        Desktop::Osc9 => format!("\x1b]9;caseload: {}\x07", plain(&alarm.words)),
        Desktop::Osc777 => format!("\x1b]777;notify;caseload;{}\x07", plain(&alarm.words)),
        Desktop::None => return String::new(),
    };
    clipboard::wrapped(&inner, route)
}

/// Counts the commands that run.
#[derive(Clone, Debug, Default)]
pub(super) struct Running(Arc<AtomicUsize>);

/// Runs the command beside the loop, without `variables` of our environment. The alarm goes in by words of its arguments in braces and by `CASELOAD_…` variables.
pub(super) fn run(words: &[String], alarm: &Alarm, variables: &[String], running: &Running, wakes: &SyncSender<Wake>) {
    let running = running.0.clone();
    let Some((program, arguments)) = words.split_first() else { return };
    let failed = |what: String| Wake::Said(Grade::Warning, format!("the command for alarms, {program}: {what}"));
    if running.fetch_add(1, Ordering::SeqCst) >= MAX_COMMANDS {
        running.fetch_sub(1, Ordering::SeqCst);
        let _ = wakes.try_send(failed("still running, so it was not started again".into()));
        return;
    }
    let mut command = Command::new(program);
    in_own_group(without_secrets(&mut command, variables));
    command.args(arguments.iter().map(|word| filled(word, alarm)));
    command.envs(facts(alarm).map(|(name, value)| (format!("CASELOAD_{}", name.to_uppercase()), value)));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let (told, name, done) = (wakes.clone(), program.clone(), running.clone());
    let started = thread::Builder::new().name("alarm".into()).spawn(move || {
        let ended = command.spawn().map_err(|error| error.to_string()).and_then(wait);
        done.fetch_sub(1, Ordering::SeqCst);
        if let Err(what) = ended {
            // The loop has ended meanwhile: nobody is left to be told.
            let _ = told.send(Wake::Said(Grade::Warning, format!("the command for alarms, {name}: {what}")));
        }
    });
    if let Err(error) = started {
        running.fetch_sub(1, Ordering::SeqCst);
        let _ = wakes.try_send(failed(error.to_string()));
    }
}

fn wait(mut child: Child) -> Result<(), String> {
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("it ended with {status}")),
            Ok(None) if began.elapsed() < MAX_COMMAND_TIME => thread::sleep(LOOK_EVERY),
            Ok(None) => {
                config::end(&mut child);
                return Err("stopped after 10 seconds".into());
            }
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn facts(alarm: &Alarm) -> [(&'static str, String); 7] {
    let Alarm { words, key, title, source, url, left, count } = alarm.clone();
    let mut facts = [words, key, title, source, url, left, count.to_string()].into_iter();
    config::ALARM_WORDS.map(|name| (name, facts.next().unwrap_or_default()))
}

/// A word of the command with `{key}` and the like filled in, once: what is filled in is not looked at again. An
/// argument that a title would turn into an option gets a blank in front.
fn filled(word: &str, alarm: &Alarm) -> String {
    let mut out = String::new();
    let mut rest = word;
    while let Some(start) = rest.find('{') {
        let (before, brace) = rest.split_at(start);
        out.push_str(before);
        let fact = facts(alarm)
            .into_iter()
            .find_map(|(name, value)| Some((brace.strip_prefix('{')?.strip_prefix(name)?.strip_prefix('}')?, value)));
        if let Some((behind, value)) = fact {
            out.push_str(&value);
            rest = behind;
        } else {
            out.push('{');
            rest = &brace[1..];
        }
    }
    out.push_str(rest);
    if out.starts_with('-') && !word.starts_with('-') { format!(" {out}") } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(title: &str) -> Alarm {
        Alarm {
            words: format!("SEC-1 is over its SLA: {title}"),
            key: "SEC-1".into(),
            title: title.into(),
            left: "~over".into(),
            count: 1,
            ..Alarm::default()
        }
    }

    #[test]
    fn a_title_cannot_end_the_notification_or_become_an_option() {
        let bytes = sequence(&alarm("a;b\x1b]52;c;x\x07"), Desktop::Osc777, Route::Direct);
        assert_eq!(bytes, "\x1b]777;notify;caseload;SEC-1 is over its SLA: a,b]52,c,x\x07");
        assert_eq!(filled("{title}", &alarm("-u critical")), " -u critical");
        assert_eq!(filled("--{title}", &alarm("x")), "--x");
        assert_eq!(filled("{key} {left} {nope} {title}", &alarm("{key}")), "SEC-1 ~over {nope} {key}");
    }

    #[test]
    fn nothing_that_a_title_holds_leaves_its_notification() {
        for attack in ["\x1b\\\x1b]52;c;eA==\x07", "\u{9c}\u{9d}52;c;eA==\u{9c}", "4;1;rgb:0/0/0", "\x07\x1b[2J", "\n\r\x18\x1a", "a;b;c"] {
            for title in [attack.to_owned(), crate::domain::text::Clean::line(attack).to_string()] {
                for desktop in [Desktop::Osc9, Desktop::Osc777] {
                    let bytes = sequence(&alarm(&title), desktop, Route::Direct);
                    let inner = bytes.strip_prefix("\x1b]").and_then(|rest| rest.strip_suffix('\x07')).unwrap();
                    assert!(!inner.chars().any(char::is_control), "{bytes:?}");
                    let own = if desktop == Desktop::Osc9 { 1 } else { 3 };
                    assert_eq!(inner.matches(';').count(), own, "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn a_command_gets_each_word_whole_its_facts_by_name_and_no_secret() {
        let place = tempfile::tempdir().unwrap();
        let note = place.path().join("noted");
        // Cargo sets this for every test, so it stands for a token that is in the environment.
        let secret = "CARGO_PKG_NAME";
        let script = "for word in \"$@\"; do echo \"ARG $word\"; done >\"$0\"; env >>\"$0\"; echo end >>\"$0\"";
        let mut words: Vec<String> = ["sh", "-c", script].map(str::to_owned).to_vec();
        words.extend([note.display().to_string(), "{title}".into(), "--body={words}".into()]);
        let title = "-u $(touch pwned) `id` ;rm * \"'";
        let (wakes, inbox) = std::sync::mpsc::sync_channel(4);
        let running = Running::default();
        run(&words, &alarm(title), &[secret.to_owned()], &running, &wakes);
        while running.0.load(Ordering::SeqCst) > 0 {
            thread::yield_now();
        }
        assert!(inbox.try_recv().is_err());
        let noted = std::fs::read_to_string(&note).unwrap();
        let words: Vec<&str> = noted.lines().filter(|line| line.starts_with("ARG ")).collect();
        assert_eq!(words, [format!("ARG  {title}"), format!("ARG --body=SEC-1 is over its SLA: {title}")]);
        assert!(noted.contains(&format!("\nCASELOAD_TITLE={title}\n")) && noted.contains("\nCASELOAD_KEY=SEC-1\n"), "{noted}");
        assert!(!noted.contains(&format!("{secret}=")), "{noted}");
    }

    #[test]
    fn inside_tmux_it_is_handed_through() {
        let bytes = sequence(&alarm("t"), Desktop::Osc9, Route::Tmux);
        assert_eq!(bytes, "\x1bPtmux;\x1b\x1b]9;caseload: SEC-1 is over its SLA: t\x07\x1b\\");
        assert_eq!(sequence(&alarm("t"), Desktop::None, Route::Tmux), "");
    }

    #[test]
    fn a_command_that_fails_or_is_not_there_is_said() {
        let (wakes, inbox) = std::sync::mpsc::sync_channel(4);
        for words in [["false"].as_slice(), &["/no/such/program"]] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            run(&words, &alarm("t"), &[], &Running::default(), &wakes);
            let Ok(Wake::Said(Grade::Warning, said)) = inbox.recv_timeout(Duration::from_secs(30)) else { panic!("{words:?}") };
            assert!(said.starts_with(&format!("the command for alarms, {}: ", words[0])), "{said}");
        }
    }
}
