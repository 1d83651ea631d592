//! What the terminal gets and gets back: first frame, every way out, suspend, sizes, silence, hostile text.

use std::time::Duration;

use crate::pty::Tty;

#[test]
fn the_demo_opens_and_quitting_gives_the_terminal_back() {
    let mut tty = Tty::demo(120, 36);
    tty.comes_to_see("DEMO").comes_to_see("complete").keys("q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
}

#[test]
fn a_panic_gives_the_terminal_back_before_its_report() {
    let mut tty = Tty::start(80, 24, &["demo", "--pace", "0"], &[("CASELOAD_PANIC".into(), "screen".into())]);
    assert_eq!(tty.ends().exit_code(), 101);
    tty.assert_restored();
    assert!(tty.told_last().contains("provoked on the screen's thread"), "{}", tty.shown());
}

#[test]
fn a_panic_elsewhere_leaves_the_screen_usable_and_is_told_at_the_end() {
    let mut tty = Tty::start(120, 36, &["demo", "--pace", "0", "--cases", "60"], &[("CASELOAD_PANIC".into(), "thread".into())]);
    tty.comes_to_see("stopped unexpectedly").comes_to_see("complete").keys("\x1b").sees_no_more("stopped unexpectedly").keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
    assert!(tty.told_last().contains("provoked on another thread"), "{}", tty.shown());
}

#[test]
fn signals_end_it_as_a_shell_expects() {
    for (name, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut tty = Tty::demo(80, 24);
        tty.comes_to_see("DEMO").signal(name);
        assert_eq!(tty.ends().exit_code(), code, "SIG{name}");
        tty.assert_restored();
    }
}

#[test]
fn ctrl_z_stops_and_continuing_paints_everything_again() {
    let mut tty = Tty::demo(80, 24);
    tty.comes_to_see("complete").keys("\x1a").until("the screen is left", |screen| !screen.alternate_screen());
    // The screen is left just before the stop: wait for the kernel to tell.
    while tty.state() != 'T' {
        std::thread::yield_now();
    }
    tty.assert_restored();
    tty.signal("CONT").until("the screen is back", vt100::Screen::alternate_screen).comes_to_see("complete");
    tty.keys("q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
}

#[test]
fn a_stop_from_outside_is_survived_too() {
    let mut tty = Tty::demo(80, 24);
    tty.comes_to_see("complete").signal("STOP");
    while tty.state() != 'T' {
        std::thread::yield_now();
    }
    let before = tty.written.len();
    tty.signal("CONT").comes_to_write(before, "\x1b[?1049h").comes_to_write(before, "complete").keys("q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
}

#[test]
fn a_storm_of_sizes_ends_in_the_right_picture() {
    let mut tty = Tty::demo(120, 36);
    tty.comes_to_see("complete").keys("\r");
    for n in 0..60u16 {
        tty.resize(1 + n * 7 % 200, 1 + n * 3 % 60);
    }
    for (width, height) in [(10, 3), (1, 1), (300, 100), (39, 9)] {
        tty.resize(width, height).keys("]");
    }
    tty.resize(120, 36).comes_to_see("[Files").comes_to_see("complete").comes_to_see("read ");
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
}

#[test]
fn too_small_says_the_size_needed() {
    let mut tty = Tty::demo(30, 8);
    tty.comes_to_see("40x10").keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
}

#[test]
fn nothing_is_written_while_nothing_changes() {
    let mut tty = Tty::demo(120, 36);
    tty.comes_to_see("complete");
    // What was read is painted, and a minute may turn, and with it every age on the screen. What writes every other second, or
    // more often, never comes to rest.
    let (before, mut silent) = (tty.written.len(), 0);
    for _ in 0..60 {
        silent = if tty.passes(Duration::from_secs(1)) == 0 { silent + 1 } else { 0 };
        if silent == 4 {
            return;
        }
    }
    panic!("no four seconds were silent: {:?}", String::from_utf8_lossy(&tty.written[before..]));
}

/// Removes the sequences that this program itself writes: CSI, the window's title, and the frame of an alarm.
fn without_ours(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\x1b') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let length = match tail.chars().next() {
            Some('[') => tail[1..].find(|c: char| ('\x40'..='\x7e').contains(&c)).map_or(tail.len(), |end| end + 2),
            Some(']') if tail.starts_with("]0;caseload\x07") => "]0;caseload\x07".len(),
            // An alarm: what is in it has to be as harmless as what is on the screen.
            Some(']') if tail.starts_with("]9;caseload: ") => {
                let (alarm, _) = tail.split_once('\x07').expect("an alarm that ends");
                out.push_str(&alarm["]9;".len()..]);
                alarm.len() + 1
            }
            _ => panic!("an escape that is not ours: {:?}", tail.chars().take(20).collect::<String>()),
        };
        rest = &tail[length..];
    }
    out + rest
}

#[test]
fn hostile_titles_reach_the_terminal_as_harmless_text() {
    let mut tty = Tty::start(240, 50, &["demo", "--pace", "0", "--cases", "1000"], &[]);
    tty.comes_to_see("complete");
    // Every row, its preview, and the tabs of some cases.
    let place = |screen: &vt100::Screen| {
        let text = screen.contents();
        let end = text.find("/1000").unwrap_or_default();
        text[..end].rsplit(|c: char| !c.is_ascii_digit()).next().map(str::to_owned)
    };
    // Page by page: keys that arrive together are painted together.
    while place(tty.screen()).as_deref() != Some("1000") {
        let before = place(tty.screen());
        tty.keys("\x06").until("the next page", |screen| place(screen) != before);
    }
    tty.keys("gg\r");
    for _ in 0..12 {
        tty.keys("]]]]]]J");
    }
    tty.has_acted();
    // Whole pictures: what came last may end within a character or an escape.
    let end = "\x1b[?2026l";
    let whole = tty.written.windows(end.len()).rposition(|bytes| bytes == end.as_bytes()).unwrap() + end.len();
    let text = String::from_utf8(tty.written[..whole].to_vec()).unwrap();
    assert!(text.contains("<U+"), "the world holds hostile text and it was shown for what it is");
    for c in without_ours(&text.replace("\x07\x1b]9;", "\x1b]9;")).chars() {
        let hidden =
            matches!(c, '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        assert!(c >= ' ' && c != '\u{7f}' && !hidden, "U+{:04X} reached the terminal", u32::from(c));
    }
}
