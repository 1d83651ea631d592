//! The palette and an alarm, in a real terminal.

use std::fmt::Write as _;

use crate::cli_desk::Desk;
use crate::pty::Tty;

#[test]
fn the_palette_is_typed_into_and_runs_at_every_size() {
    for (width, height) in [(120, 36), (80, 24), (40, 12)] {
        let mut tty = Tty::demo(width, height);
        tty.comes_to_see("/300");
        tty.keys(":").comes_to_see("type a few letters");
        tty.keys("row 7").comes_to_see("row N");
        tty.keys("\r").comes_to_see("7/300");
        tty.keys("\x10").comes_to_see("type a few letters");
        tty.keys("\x1b").sees_no_more("type a few letters").comes_to_see("7/300");
        tty.keys("Q");
        assert_eq!(tty.ends().exit_code(), 0);
        tty.assert_restored();
    }
}

/// A local clock that is over on every Datadog case: one alarm, as bell and notification, and the command once.
#[test]
fn an_alarm_reaches_the_terminal_and_the_command() {
    let desk = Desk::calm(30);
    let heard = desk.config().with_file_name("heard");
    let mut text = std::fs::read_to_string(desk.config()).unwrap();
    write!(
        text,
        "[[sla]]\nwhen = \"-nosuchword\"\nclose = \"1m\"\n\
         [alarms]\ncommand = [\"sh\", \"-c\", \"printf '%s|%s' \\\"$1\\\" \\\"$CASELOAD_COUNT\\\" > '{}'\", \"sh\", \"{{words}}\"]\n",
        heard.display()
    )
    .unwrap();
    std::fs::write(desk.config(), text).unwrap();
    let mut env: Vec<(String, String)> = desk.env();
    env.push(("TMUX".into(), "/tmp/x,1,0".into()));
    let config = desk.config().to_str().unwrap().to_owned();
    let data = desk.config().with_file_name("alarm-data");
    let mut tty = Tty::start(100, 30, &["--config", &config, "--data-dir", data.to_str().unwrap()], &env);
    tty.comes_to_see("over the SLA");
    tty.comes_to_write(0, "\x1bPtmux;\x1b\x1b]9;caseload: ");
    tty.until_true("the command was run", || std::fs::read_to_string(&heard).is_ok_and(|text| text.contains('|')));
    let bytes = String::from_utf8_lossy(&tty.written).into_owned();
    let start = bytes.find("\x07\x1bPtmux;\x1b\x1b]9;caseload: ").expect("a bell, and a notification handed through tmux");
    let alarm = bytes[start..].split("\x1b\\").next().unwrap();
    assert!(alarm.contains("over the SLA") && alarm.ends_with('\x07'), "{alarm:?}");
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    let heard = std::fs::read_to_string(&heard).expect("the command was run");
    let (words, count) = heard.split_once('|').unwrap();
    assert!(count.parse::<usize>().unwrap() > 0 && words.contains("over the SLA"), "{heard}");
}
