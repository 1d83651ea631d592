//! Whether the terminal can show the workbench, and what a multiplexer in between lets through.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use crate::cli::doctor::check::Check;

const AREA: &str = "terminal";
/// Below this the workbench only says the size it needs.
const LEAST: (u16, u16) = (40, 10);
/// What everything is laid out for.
const WHOLE: (u16, u16) = (80, 24);
/// tmux answers at once or is stuck.
const TMUX_LIMIT: Duration = Duration::from_secs(2);
const TMUX_LOOK: Duration = Duration::from_millis(10);
/// More than this between Esc and what follows is felt at every Esc.
const ESCAPE_TIME_MS: u64 = 50;

/// What is around the program, as far as it matters to a screen.
#[derive(Debug, Default)]
pub(in crate::cli) struct Surroundings {
    pub screen: Option<(u16, u16)>,
    pub term: String,
    pub program: String,
    pub is_truecolor: bool,
    pub no_colour: bool,
    pub locale: String,
    pub is_screen: bool,
    /// None: no tmux around us.
    pub tmux: Option<Tmux>,
}

/// What tmux says of itself; empty: it does not know the option or does not answer.
#[derive(Debug, Default)]
pub(in crate::cli) struct Tmux {
    pub set_clipboard: String,
    pub allow_passthrough: String,
    pub escape_time: String,
    pub focus_events: String,
}

impl Surroundings {
    pub(in crate::cli) fn here(screen: Option<(u16, u16)>) -> Self {
        let var = |name: &str| env::var(name).unwrap_or_default();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().map(var).find(|value| !value.is_empty()).unwrap_or_default();
        let tmux = env::var_os("TMUX").map(|_| Tmux {
            set_clipboard: tmux_option("-gsv", "set-clipboard"),
            allow_passthrough: tmux_option("-gwv", "allow-passthrough"),
            escape_time: tmux_option("-gsv", "escape-time"),
            focus_events: tmux_option("-gsv", "focus-events"),
        });
        Self {
            screen,
            term: var("TERM"),
            program: var("TERM_PROGRAM"),
            is_truecolor: matches!(var("COLORTERM").as_str(), "truecolor" | "24bit"),
            no_colour: !var("NO_COLOR").is_empty(),
            locale,
            is_screen: env::var_os("STY").is_some(),
            tmux,
        }
    }
}

fn tmux_option(kind: &str, name: &str) -> String {
    let ask = || {
        let command = ["show-options", kind, name];
        let mut child =
            Command::new("tmux").args(command).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let deadline = Instant::now() + TMUX_LIMIT;
        while child.try_wait().ok()?.is_none() {
            if Instant::now() >= deadline {
                drop(child.kill());
                drop(child.wait());
                return None;
            }
            thread::sleep(TMUX_LOOK);
        }
        let mut said = String::new();
        child.stdout.take()?.read_to_string(&mut said).ok()?;
        Some(said.trim().to_owned())
    };
    ask().unwrap_or_default()
}

pub(in crate::cli) fn look(around: &Surroundings, checks: &mut Vec<Check>) {
    checks.push(size(around));
    checks.push(match around.term.as_str() {
        "" => Check::warn(AREA, "kind", "TERM is not set", "export TERM=xterm-256color, or what your terminal says it is"),
        "dumb" => Check::bad(AREA, "kind", "TERM=dumb cannot place a cursor", "use a terminal, or the verbs list, show and edit"),
        term => Check::ok(AREA, "kind", format!("{term} {}", around.program).trim_end()),
    });
    checks.push(match (around.no_colour, around.is_truecolor || around.term.contains("256color")) {
        (true, _) => Check::ok(AREA, "colours", "none: NO_COLOR is set; letters and words say the same"),
        (false, true) => Check::ok(AREA, "colours", "more than the 16 that are used"),
        (false, false) => Check::ok(AREA, "colours", "16 at most, which is what is used"),
    });
    checks.push(if around.locale.to_ascii_lowercase().replace('-', "").contains("utf8") {
        Check::ok(AREA, "characters", &around.locale)
    } else {
        let says = format!("the locale `{}` does not say UTF-8", around.locale);
        Check::warn(AREA, "characters", says, "export LC_CTYPE=C.UTF-8; if lines look broken: borders = \"ascii\" in [ui]")
    });
    checks.push(Check::ok(AREA, "mouse", "stays the terminal's own: select and paste as ever"));
    checks.push(clipboard(around));
    if let Some(tmux) = &around.tmux {
        checks.extend(within_tmux(tmux));
    }
}

fn size(around: &Surroundings) -> Check {
    let Some((columns, rows)) = around.screen else {
        let says = "none: input or output is not a terminal";
        return Check::warn(AREA, "size", says, "the workbench needs one; list, show and edit do not");
    };
    let says = format!("{columns}x{rows}");
    if columns < LEAST.0 || rows < LEAST.1 {
        Check::bad(AREA, "size", says, format!("make the window at least {}x{}", LEAST.0, LEAST.1))
    } else if columns < WHOLE.0 || rows < WHOLE.1 {
        Check::warn(AREA, "size", says, format!("from {}x{} on nothing is left out", WHOLE.0, WHOLE.1))
    } else {
        Check::ok(AREA, "size", says)
    }
}

/// OSC 52 has no answer: what stands in its way is all that can be known.
fn clipboard(around: &Surroundings) -> Check {
    let next_best = "select with the mouse instead (Shift or Option held down)";
    match &around.tmux {
        Some(tmux) if tmux.set_clipboard == "on" || matches!(tmux.allow_passthrough.as_str(), "on" | "all") => {
            Check::ok(AREA, "clipboard", "through tmux, OSC 52")
        }
        Some(tmux) => {
            let says = format!("tmux keeps it for itself (set-clipboard {})", tmux.set_clipboard);
            Check::warn(AREA, "clipboard", says.replace(" )", ")"), "tmux set -s set-clipboard on, also in ~/.tmux.conf")
        }
        None if around.is_screen => Check::ok(AREA, "clipboard", "through GNU screen, OSC 52"),
        None if around.program == "Apple_Terminal" => Check::warn(AREA, "clipboard", "Terminal.app has no OSC 52", next_best),
        None if around.term == "linux" => Check::warn(AREA, "clipboard", "the Linux console has none", next_best),
        None => Check::ok(AREA, "clipboard", "OSC 52, if this terminal allows it"),
    }
}

fn within_tmux(tmux: &Tmux) -> Vec<Check> {
    let mut found = Vec::new();
    let is_late = tmux.escape_time.parse::<u64>().is_ok_and(|ms| ms > ESCAPE_TIME_MS);
    if is_late {
        let says = format!("escape-time {} ms: Esc comes late", tmux.escape_time);
        found.push(Check::warn(AREA, "tmux", says, "tmux set -s escape-time 10"));
    }
    if tmux.focus_events == "off" {
        found.push(Check::warn(AREA, "tmux", "focus-events off: polling cannot slow down by itself", "tmux set -g focus-events on"));
    }
    if found.is_empty() {
        found.push(Check::ok(AREA, "tmux", "set up well"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::Grade;

    fn grades(around: &Surroundings) -> Vec<(String, Grade)> {
        let mut checks = Vec::new();
        look(around, &mut checks);
        assert!(checks.iter().all(|check| (check.grade == Grade::Ok) == check.next.is_none()), "{checks:?}");
        checks.into_iter().filter(|check| check.grade != Grade::Ok).map(|check| (check.name.to_string(), check.grade)).collect()
    }

    fn good() -> Surroundings {
        let (term, locale) = ("xterm-256color".to_owned(), "en_GB.UTF-8".to_owned());
        Surroundings { screen: Some((80, 24)), term, locale, ..Surroundings::default() }
    }

    #[test]
    fn each_thing_in_the_way_is_named_and_nothing_else() {
        let one = |name: &str, grade| vec![(name.to_owned(), grade)];
        assert_eq!(grades(&good()), []);
        assert_eq!(grades(&Surroundings { screen: None, ..good() }), one("size", Grade::Warn));
        assert_eq!(grades(&Surroundings { screen: Some((79, 24)), ..good() }), one("size", Grade::Warn));
        assert_eq!(grades(&Surroundings { screen: Some((80, 9)), ..good() }), one("size", Grade::Bad));
        assert_eq!(grades(&Surroundings { term: "dumb".into(), ..good() }), one("kind", Grade::Bad));
        assert_eq!(grades(&Surroundings { locale: "C".into(), ..good() }), one("characters", Grade::Warn));
        assert_eq!(grades(&Surroundings { locale: "de_DE.utf8".into(), ..good() }), []);
        assert_eq!(grades(&Surroundings { program: "Apple_Terminal".into(), ..good() }), one("clipboard", Grade::Warn));
    }

    #[test]
    fn tmux_is_asked_for_what_it_keeps_to_itself() {
        let tmux = |clipboard: &str, passthrough: &str, escape: &str, focus: &str| Surroundings {
            tmux: Some(Tmux {
                set_clipboard: clipboard.into(),
                allow_passthrough: passthrough.into(),
                escape_time: escape.into(),
                focus_events: focus.into(),
            }),
            ..good()
        };
        assert_eq!(grades(&tmux("on", "off", "10", "on")), []);
        assert_eq!(grades(&tmux("external", "on", "0", "on")), []);
        assert_eq!(grades(&tmux("external", "off", "500", "off")).len(), 3);
        assert_eq!(grades(&tmux("", "", "", "")), [("clipboard".to_owned(), Grade::Warn)]);
    }
}
