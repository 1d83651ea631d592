//! Pictures of the list and everything around it, at the sizes that matter.

use caseload::domain::case::{CaseId, Rid, SourceId, State, Vendor};
use caseload::domain::caution::{Caution, V2};
use caseload::domain::change::Change;
use caseload::domain::edit::{Edit, OutboxEntry, Plan, Progress};
use caseload::domain::fault::{Fault, FaultKind};
use caseload::domain::source_policy::{Accent, SourcePolicy, Writes};
use caseload::domain::text::Clean;
use caseload::protocol::{Coverage, From, Order, Phase, Report, SourceInfo, SourceState};
use caseload::tui::io::effect::Effect;
use caseload::tui::io::message::{Chord, Message};
use ratatui::style::{Color, Modifier};

use crate::stage::{Stage, at, forbidden, full, reading, row};

const SIZES: [(u16, u16); 4] = [(120, 36), (80, 24), (40, 12), (10, 3)];

/// One snapshot per size, named after the state.
fn pictures(name: &str, make: impl Fn((u16, u16)) -> Stage) {
    for size in SIZES {
        let stage = make(size);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), stage.picture());
    }
}

#[test]
fn list() {
    pictures("list", Stage::usual);
}

/// Keys that differ at their end only, and one that is longer than any column.
#[test]
fn no_key_is_cut_in_silence() {
    for size in SIZES[..3].iter().copied() {
        let mut stage = Stage::usual(size);
        stage.report(Report::Gone((1..12).map(Rid).collect()));
        let keys = ["PLAT-1161", "PLAT-1162", "PLATFORM-11631", "PLATFORM-11632", "01JDPT2Q9X4C7V3N8K5R6W0Z1A"];
        let rows = (0_u32..).zip(keys).map(|(n, key)| row(20 + n, 0, key, State::Open, "P2", None, 60, &[], "A case of the platform"));
        stage.report(Report::Rows { rows: rows.collect(), from: From::Network });
        stage.press("r");
        let shown = stage.picture();
        for key in &keys[..4] {
            assert!(shown.contains(key), "{key} at {size:?}\n{shown}");
        }
        assert!(shown.contains("01JDPT") && shown.contains("W0Z1A"), "both ends at {size:?}\n{shown}");
        assert!(shown.contains(keys[4]) || shown.contains(".."), "the cut is marked at {size:?}\n{shown}");
    }
}

#[test]
fn a_priority_that_nobody_knows_is_marked() {
    for size in SIZES[..2].iter().copied() {
        let mut stage = Stage::usual(size);
        let rows = vec![
            row(21, 1, "#9001", State::Open, "URGENT", None, 60, &[], "Wire fraud"),
            row(22, 0, "SEC-1", State::Open, "P0", None, 60, &[], "Data loss"),
        ];
        stage.report(Report::Rows { rows, from: From::Network });
        stage.press("r g g");
        let shown = stage.picture();
        assert!(shown.contains("P0?") && (shown.contains("URGENT?") || shown.contains("URG?")), "{shown}");
        stage.press("/");
        stage.text("priority:URGENT");
        stage.press("Enter");
        assert!(stage.picture().contains("Wire fraud") && !stage.picture().contains("Data loss"), "{}", stage.picture());
    }
}

#[test]
fn list_filtered() {
    pictures("list_filtered", |size| {
        let mut stage = Stage::usual(size);
        stage.press("/");
        stage.text("rossi -usb");
        stage.press("Enter j");
        stage
    });
}

#[test]
fn filter_being_typed() {
    pictures("filter_typing", |size| {
        let mut stage = Stage::usual(size);
        stage.press("/");
        stage.text("phi");
        stage
    });
}

#[test]
fn nothing_matches() {
    pictures("nothing_matches", |size| {
        let mut stage = Stage::usual(size);
        stage.press("/");
        stage.text("rossi ransom \"no such\"");
        stage.press("Enter");
        stage
    });
}

#[test]
fn empty_while_reading() {
    pictures("empty_reading", |size| {
        let mut stage = Stage::bare(size);
        stage.sources();
        stage.source(0, reading(2, Some(13), 0, Some(1_300)));
        stage.source(1, reading(0, None, 0, None));
        stage
    });
}

#[test]
fn first_pass_under_way() {
    pictures("first_pass", |size| {
        let mut stage = Stage::bare(size);
        stage.sources();
        stage.source(0, reading(3, Some(13), 300, Some(1_240)));
        stage.source(1, reading(1, None, 500, Some(820)));
        stage.source(2, full());
        stage.report(Report::Rows { rows: crate::stage::rows(), from: From::Network });
        stage
    });
}

#[test]
fn a_source_refuses() {
    pictures("source_error", |size| {
        let mut stage = Stage::usual(size);
        stage.source(0, SourceState { fault: Some(forbidden()), next_try: Some(at(-90)), ..full() });
        stage
    });
}

#[test]
fn a_source_refuses_and_nothing_is_there() {
    pictures("source_error_empty", |size| {
        let mut stage = Stage::bare(size);
        stage.sources();
        let fault = Some(forbidden());
        stage.source(0, SourceState { fault: fault.clone(), ..SourceState::default() });
        stage.source(1, SourceState { fault: fault.clone(), ..SourceState::default() });
        stage.source(2, SourceState { fault, ..SourceState::default() });
        stage
    });
}

#[test]
fn sources_panel() {
    pictures("sources_panel", |size| {
        let mut stage = Stage::usual(size);
        stage.source(0, SourceState { fault: Some(forbidden()), next_try: Some(at(-90)), ..full() });
        stage.press("g s");
        stage
    });
}

/// While a source does not answer, its panel claims no answer and no try that is yet to come.
#[test]
fn a_source_that_is_being_tried_again_has_answered_nothing_now() {
    let mut stage = Stage::usual((200, 40));
    let fault = Fault::new(FaultKind::Server, "the vendor has a fault of its own").with_status(503);
    let down = SourceState { fault: Some(fault), read_at: Some(at(45)), next_try: Some(at(-90)), ..full() };
    stage.source(1, down.clone());
    stage.press("g s");
    let shown = stage.picture();
    assert!(shown.contains("│ next try  in 2m") && shown.contains("less than a minute ago") && !shown.contains("answer now"), "{shown}");
    let tried = SourceState { phase: Phase::Reading { pages: 0, of: None }, next_try: Some(at(1)), ..down.clone() };
    stage.source(1, tried);
    let shown = stage.picture();
    assert!(shown.contains("reading page 1; last answer less than a") && !shown.contains("│ next try"), "{shown}");
    // It is due, and has not begun.
    stage.source(1, SourceState { next_try: Some(at(1)), ..down });
    assert!(!stage.picture().contains("│ next try"), "{}", stage.picture());
    stage.source(1, SourceState { read_at: Some(at(20)), ..full() });
    assert!(stage.picture().contains("ok; last answer now"), "{}", stage.picture());
}

#[test]
fn marked_and_read_only() {
    pictures("marked", |size| {
        let mut stage = Stage::usual(size);
        for (id, banner, accent) in [(0, Some("PROD"), Some(Accent::Red)), (1, None, None), (2, Some("LAB"), None)] {
            let writes = Writes::Undecided;
            let policy = SourcePolicy { banner: banner.map(Clean::line), accent, writes };
            let info = crate::stage::info(id, [Vendor::Datadog, Vendor::Tines, Vendor::ServerOps][usize::from(id)]);
            let read_only = writes.refusal(&info.name);
            stage.report(Report::SourceInfo(SourceInfo { policy, read_only, ..info }));
        }
        stage.press("g s");
        stage
    });
}

#[test]
fn what_an_edit_shows_of_a_tokens_rights_stands_in_the_panel() {
    let mut stage = Stage::usual((120, 36));
    stage.press("g s");
    let told = |stage: &Stage, words: &str| stage.picture().split_whitespace().collect::<Vec<_>>().join(" ").contains(words);
    assert!(told(&stage, "allowed here; the first edit shows"), "{}", stage.picture());
    let case = CaseId { source: SourceId(0), id: "9".into() };
    let edit = Edit::unguarded(case, vec![Change::Priority("HIGH".into())]);
    let mut entry = OutboxEntry::queued("e", edit, Plan::default(), stage.now);
    let fault = forbidden();
    let words = format!("refused by the vendor: {}", fault.message);
    entry.progress = Progress::Parked { fault, done: 0 };
    stage.report(Report::Outbox(Box::new(entry.clone())));
    assert!(told(&stage, &words[..30]), "{}", stage.picture());
    entry.progress = Progress::Verified;
    stage.report(Report::Outbox(Box::new(entry)));
    assert!(told(&stage, "yes, an edit was accepted"), "{}", stage.picture());
}

#[test]
fn changes_are_allowed_by_a_person_who_was_asked_and_forbidden_without() {
    let mut stage = Stage::usual((100, 30));
    let tell = |stage: &mut Stage, writes: Writes| {
        let info = crate::stage::info(0, Vendor::Datadog);
        let (read_only, policy) = (writes.refusal(&info.name), SourcePolicy { writes, ..SourcePolicy::default() });
        stage.report(Report::SourceInfo(SourceInfo { policy, read_only, ..info }));
    };
    let orders = |effects: Vec<Effect>| -> Vec<(u8, bool)> {
        let order = |effect| match effect {
            Effect::Send(_, Order::Allow { source, writes }) => Some((source.0, writes)),
            _ => None,
        };
        effects.into_iter().filter_map(order).collect()
    };
    tell(&mut stage, Writes::Undecided);
    stage.press("g s");
    assert_eq!(orders(stage.press("3")), []);
    assert!(stage.picture().contains("Allow changes of"));
    stage.wait_ms(400);
    assert_eq!(orders(stage.press("Enter")), [], "Enter is no");
    stage.press("3");
    stage.wait_ms(400);
    assert_eq!(orders(stage.press("y")), [(0, true)]);
    tell(&mut stage, Writes::Allowed);
    assert_eq!(orders(stage.press("3")), [(0, false)]);
    tell(&mut stage, Writes::Refused);
    assert_eq!(orders(stage.press("3")), [], "the configuration decides");
}

#[test]
fn offline() {
    pictures("offline", |size| {
        let mut stage = Stage::usual(size);
        for id in 0..3 {
            let fault = Fault::new(FaultKind::Unreachable, "no route to host");
            let coverage = Coverage::Full { at: at(660), hidden: 0 };
            stage.source(id, SourceState { fault: Some(fault), coverage, read_at: Some(at(660)), next_try: Some(at(-60)), ..full() });
        }
        stage
    });
}

#[test]
fn the_tray() {
    pictures("tray", |size| {
        let mut stage = Stage::usual(size);
        stage.press("j");
        let news = vec![
            row(21, 1, "#4215", State::Open, "HIGH", Some(3_000), 120, &[], "Malware: quarantine failed WS-1190"),
            row(22, 1, "#4214", State::Open, "LOW", None, 60, &[], "Password spray (blocked)"),
            row(23, 0, "SEC-883", State::Open, "P3", None, 30, &[], "Disk pressure node-17"),
            row(4, 1, "#4187", State::Open, "CRITICAL", Some(3_900), 27_060, &["m.lee"], "OAuth consent: MailSync"),
        ];
        stage.report(Report::Rows { rows: news, from: From::Network });
        stage.report(Report::Gone(vec![Rid(6)]));
        stage
    });
}

#[test]
fn which_key() {
    pictures("which_key", |size| {
        let mut stage = Stage::usual(size);
        stage.press("g");
        stage.wait_ms(400);
        stage
    });
}

#[test]
fn sort_menu() {
    pictures("sort_menu", |size| {
        let mut stage = Stage::usual(size);
        stage.press("S j");
        stage
    });
}

#[test]
fn the_sources_offer_v2_of_tines() {
    let offered = |size| {
        let mut stage = Stage::usual(size);
        let info = stage.app.model.sources[1].info.clone();
        stage.report(Report::SourceInfo(SourceInfo { notice: Some(Caution::TinesV1(V2::Answers)), ..info }));
        stage.press("g s");
        stage
    };
    pictures("sources_v2", offered);
    pictures("sources_v2_asks", |size| {
        let mut stage = offered(size);
        stage.press("4");
        stage
    });
}

#[test]
fn help() {
    pictures("help", |size| {
        let mut stage = Stage::usual(size);
        stage.press("?");
        stage
    });
}

#[test]
fn help_searched() {
    pictures("help_searched", |size| {
        let mut stage = Stage::usual(size);
        stage.press("?");
        stage.text("copy");
        stage.press("Down");
        stage
    });
}

#[test]
fn first_run() {
    pictures("first_run", |size| {
        let looked_in = vec!["--config".to_owned(), "$CASELOAD_CONFIG".into(), "~/.config/caseload/config.toml".into()];
        Stage::with(size, |setup| setup.first_run = Some(looked_in))
    });
}

#[test]
fn at_no_size_and_in_no_state_does_painting_panic() {
    type Make = fn((u16, u16)) -> Stage;
    let empty: Make = Stage::bare;
    let one: Make = |size| {
        let mut stage = Stage::bare(size);
        stage.sources();
        stage.report(Report::Rows { rows: crate::stage::rows()[..1].to_vec(), from: From::Network });
        stage
    };
    for make in [empty, one, Stage::usual] {
        for keys in ["Esc", "/ x", "?", "g s", "S", "z m", "Enter", "z p Enter", "g", "Q", "g z j J"] {
            let mut stage = make((80, 24));
            stage.press(keys);
            stage.wait_ms(500);
            for width in [1, 2, 39, 40, 59, 60, 79, 80, 109, 110, 111, 300] {
                for height in [1, 2, 9, 10, 11, 12, 14, 19, 20, 24, 50, 100] {
                    stage.app.update(Message::Resize(width, height));
                    stage.picture();
                }
            }
        }
    }
}

#[test]
fn without_colour_every_state_is_still_a_letter_or_a_word() {
    let scene = |plain| {
        let mut stage = Stage::with((120, 36), |setup| setup.plain = plain);
        stage.sources();
        stage.report(Report::Rows { rows: crate::stage::rows(), from: From::Network });
        stage.source(0, SourceState { fault: Some(forbidden()), ..full() });
        stage
    };
    assert_eq!(scene(true).picture(), scene(false).picture());
    let colours = |stage: &Stage| stage.cells().into_iter().filter(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset).count();
    assert_eq!(colours(&scene(true)), 0);
    assert!(colours(&scene(false)) > 50);
}

#[test]
fn urgency_is_coloured_and_marked() {
    let stage = Stage::usual((120, 36));
    let red = |text: &str| stage.style_of(text).is_some_and(|cell| cell.fg == Color::Red);
    assert!(stage.style_of("0:18!").is_some_and(|cell| cell.fg == Color::Yellow));
    assert!(red("HIGH"));
    assert!(stage.style_of("> TN #4211").is_some_and(|cell| cell.modifier.contains(Modifier::REVERSED)));
}

#[test]
fn borders_of_plain_characters() {
    let mut stage = Stage::with((80, 24), |setup| setup.ascii = true);
    stage.sources();
    stage.report(Report::Rows { rows: crate::stage::rows()[..3].to_vec(), from: From::Network });
    stage.all_full();
    stage.press("S");
    insta::assert_snapshot!("ascii_80x24", stage.picture());
    assert!(stage.picture().is_ascii());
}

#[test]
fn hostile_titles_reach_no_cell() {
    let hostile = "\x1b[31mred\x1b]52;c;eA==\x07 \u{202e}fdp.exe \u{200b}zero";
    let mut stage = Stage::usual((120, 36));
    stage.report(Report::Rows { rows: vec![row(1, 1, "#1", State::Open, "HIGH", None, 60, &[hostile], hostile)], from: From::Network });
    let picture = stage.picture();
    assert!(picture.contains("^[[31mred"));
    assert!(!picture.chars().any(|c| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{200b}'));
}

#[test]
fn ctrl_c_twice_quits_and_once_does_not() {
    let mut stage = Stage::usual((80, 24));
    let ctrl_c = Chord::parse("Ctrl-c").unwrap();
    assert!(!stage.app.update(Message::Key(ctrl_c)).contains(&caseload::tui::io::effect::Effect::Quit));
    stage.wait_ms(900);
    assert!(stage.app.update(Message::Key(ctrl_c)).contains(&caseload::tui::io::effect::Effect::Quit));
}
