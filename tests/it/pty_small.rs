//! A window so small that only its size is shown: nothing happens in it that nobody sees.

use caseload::demo::{Options, Vendor};

use crate::cli_desk::Desk;
use crate::pty::Tty;

const SMALL: (u16, u16) = (10, 3);
/// What such a window shows.
const SIZE: &str = "40x10";
const UNSEEN: &str = "a key did nothing because the window was too small";

#[test]
fn no_key_acts_in_a_window_that_shows_only_its_size_and_what_was_typed_is_back() {
    let desk = Desk::new(&Options { cases: 60, pace: 0.0, ..Options::default() });
    let mut tty = Tty::start(80, 24, &[], &desk.env());
    tty.has_read(60).filter("#").keys("\r").comes_to_see("[Overview]").comes_to_see("read ");

    // Over a case: neither a verb nor a menu comes up.
    for key in ["i", "p", "x"] {
        tty.resize(SMALL.0, SMALL.1).comes_to_see(SIZE).keys(key);
        tty.resize(80, 24).comes_to_see(UNSEEN).comes_to_see("[Overview]").pause().has_acted();
        assert!(tty.shown().contains("[Overview]") && !tty.shown().contains("y sends"), "{key}:\n{}", tty.shown());
    }

    // In a form: letters are text, and nothing is reviewed.
    tty.keys("c").comes_to_see("Comment on").keys("half a word").comes_to_see("half a word");
    tty.resize(SMALL.0, SMALL.1).comes_to_see(SIZE).keys(", and the rest").keys("\x13");
    tty.resize(80, 24).comes_to_see(UNSEEN).comes_to_see("half a word, and the rest");
    assert!(!tty.shown().contains("y sends"), "{}", tty.shown());

    // Before a question: what would say yes does not, and does once it is seen.
    tty.pause().keys("\x13").comes_to_see("y sends").pause();
    tty.resize(SMALL.0, SMALL.1).comes_to_see(SIZE).keys("y");
    tty.resize(80, 24).comes_to_see("y sends").comes_to_see(UNSEEN);
    assert_eq!(desk.writes(Vendor::Tines), [] as [&str; 0]);
    tty.answer("Send th", "y").comes_to_see("read back ok");
    let writes = desk.writes(Vendor::Tines);
    assert!(matches!(&writes[..], [one] if one.contains("half a word, and the rest")), "{writes:?}");
    assert!(tty.quits().success());
}
