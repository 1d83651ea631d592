//! From message to state and effects, without a screen and without a worker.

mod ahead;
mod alarms;
mod alike;
mod asides;
mod baselines;
mod bounds;
mod boxes;
mod bulk;
mod calm;
mod clock_set;
mod closing;
mod explain;
mod folded;
mod forms;
mod history;
mod keys;
mod marked;
mod offered;
mod outbox;
mod own;
mod palette;
mod raw;
mod reasons;
mod relisted;
mod secrets;
mod together;
mod triage;
mod under;
mod unseen;
mod verbs;
mod views;
mod written;

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::case::{CaseId, Priority, Rid, Row, SourceId, State, Vendor};
use crate::domain::caution::{Caution, V2};
use crate::domain::change::Change;
use crate::domain::clock::Style;
use crate::domain::directory::Directory;
use crate::domain::edit::{Edit, OutboxEntry, Plan, Progress};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::sample;
use crate::domain::text::Clean;
use crate::protocol::{Attention, Coverage, From, Gap, Order, Phase, Report, Settle, SourceInfo, SourceState};
use crate::tui::app::App;
use crate::tui::areas::scope;
use crate::tui::cx::Setup;
use crate::tui::cx::notice::Grade;
use crate::tui::cx::pending::Ask;
use crate::tui::io::effect::Effect;
use crate::tui::io::message::{Chord, Message};
use crate::tui::keys::action::{Action, Scope};
use crate::tui::model::list::Order as By;
use crate::tui::panes::Pane;
use crate::tui::screens::Overlay;

const NOW_S: i64 = 1_790_000_000;

struct Sitting {
    app: App,
    now_ms: i64,
}

fn at_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(NOW_S * 1000 + ms).unwrap()
}

fn info(id: u8, vendor: Vendor) -> SourceInfo {
    SourceInfo {
        id: SourceId(id),
        name: vendor.name().into(),
        vendor,
        code: vendor.code().into(),
        host: "host".into(),
        is_test: false,
        asks_for_secret: false,
        notice: None,
        read_only: None,
        policy: crate::domain::source_policy::SourcePolicy::default(),
    }
}

/// Row number `n`, urgent when `level` is low.
fn row(n: u32, level: u8, title: &str) -> (Rid, Row) {
    let mut row = sample::case(Vendor::Tines, n).row;
    let names = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"];
    row.priority = Some(Priority::read(names[usize::from(level) % 5]));
    row.title = Clean::line(title);
    (Rid(n), row)
}

fn rows(numbers: impl IntoIterator<Item = u32>) -> Vec<(Rid, Row)> {
    numbers.into_iter().map(|n| row(n, 2, &format!("case {n}"))).collect()
}

impl Sitting {
    pub(in crate::tui) fn new() -> Self {
        let setup = Setup {
            size: (80, 24),
            now: at_ms(0),
            zone: TimeZone::UTC,
            demo: false,
            offline: false,
            first_run: None,
            plain: false,
            ascii: false,
            times: Style::default(),
        };
        let mut sitting = Self { app: App::new(setup), now_ms: 0 };
        sitting.report(Report::Sources(vec![info(0, Vendor::Tines)]));
        sitting
    }

    /// A source that was read whole, and these rows.
    fn with(rows: Vec<(Rid, Row)>) -> Self {
        let mut sitting = Self::new();
        sitting.report(Report::Rows { rows, from: From::Disk });
        sitting.report(Report::DiskRead { rows: 0 });
        sitting.full();
        sitting
    }

    fn full(&mut self) {
        let at = at_ms(self.now_ms);
        let state = SourceState { coverage: Coverage::Full { at, hidden: 0 }, read_at: Some(at), ..SourceState::default() };
        self.report(Report::Source(SourceId(0), Box::new(state)));
    }

    fn report(&mut self, report: Report) -> Vec<Effect> {
        self.app.update(Message::Report(report))
    }

    fn network(&mut self, rows: Vec<(Rid, Row)>) {
        self.report(Report::Rows { rows, from: From::Network });
    }

    fn wait(&mut self, ms: i64) -> Vec<Effect> {
        self.now_ms += ms;
        self.app.update(Message::Tick(at_ms(self.now_ms)))
    }

    fn press(&mut self, keys: &str) -> Vec<Effect> {
        keys.split(' ').flat_map(|key| self.app.update(Message::Key(Chord::parse(key).unwrap()))).collect()
    }

    fn order(&self) -> Vec<u32> {
        self.app.model.list.order().iter().map(|rid| rid.0).collect()
    }

    fn cursor(&self) -> Option<u32> {
        self.app.model.list.cursor().map(|rid| rid.0)
    }

    fn held(&self) -> Vec<u32> {
        self.app.model.list.held().iter().map(|rid| rid.0).collect()
    }

    fn said(&self) -> &str {
        self.app.cx.notices.shown().map_or("", |notice| &notice.text)
    }

    /// Closes every ticket well.
    fn done(&mut self) {
        let open: Vec<_> = self.app.cx.pending.iter().map(|(ticket, _)| ticket).collect();
        for ticket in open {
            self.report(Report::Done { ticket, result: Ok(()) });
        }
    }
}

#[test]
fn arrivals_wait_in_the_tray_until_they_are_let_in() {
    let mut sitting = Sitting::with(rows(1..=5));
    assert_eq!(sitting.order(), [5, 4, 3, 2, 1]);
    sitting.press("j");
    sitting.network(vec![row(9, 0, "urgent"), row(8, 4, "not")]);
    assert_eq!((sitting.order(), sitting.held()), (vec![5, 4, 3, 2, 1], vec![9, 8]));
    assert_eq!(sitting.app.model.list.unseen(), 2);
    sitting.press("r");
    assert_eq!((sitting.order(), sitting.held()), (vec![9, 5, 4, 3, 2, 1, 8], vec![]));
    assert_eq!(sitting.cursor(), Some(4));
    assert_eq!(sitting.said(), "2 came in; looking for changes");
}

#[test]
fn rows_change_in_place_and_show_that_they_did() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press("j");
    sitting.network(vec![row(1, 0, "now critical")]);
    assert_eq!(sitting.order(), [5, 4, 3, 2, 1]);
    assert_eq!(sitting.app.model.list.row(Rid(1)).unwrap().title, "now critical");
    assert!(sitting.app.model.list.is_unseen(Rid(1)));
    sitting.press("g n Enter");
    assert_eq!((sitting.cursor(), sitting.app.model.list.unseen()), (Some(1), 1), "opened, but not read yet");
}

#[test]
fn gone_rows_stay_until_a_new_order_and_the_cursor_goes_to_a_neighbour() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press("j j");
    sitting.report(Report::Gone(vec![Rid(3)]));
    assert_eq!((sitting.cursor(), sitting.order().len(), sitting.app.model.list.known()), (Some(3), 5, 4));
    assert!(sitting.app.model.list.is_gone(Rid(3)));
    sitting.press("e");
    assert_eq!(sitting.said(), "this case is no longer there; r takes it off the list");
    sitting.press("r");
    assert_eq!((sitting.cursor(), sitting.order()), (Some(2), vec![5, 4, 2, 1]));
    assert!(sitting.said().contains("#3 left the list"), "{}", sitting.said());
}

#[test]
fn until_the_first_key_the_list_lays_itself_out_and_then_nothing_moves() {
    let mut sitting = Sitting::new();
    sitting.network(rows(1..=30));
    sitting.network(vec![row(31, 0, "top")]);
    assert_eq!((sitting.cursor(), sitting.order()[0]), (Some(31), 31));
    sitting.press("j");
    let seen = sitting.app.model.list.visible().to_vec();
    sitting.network(vec![row(32, 0, "belongs on top"), row(33, 4, "belongs below")]);
    assert_eq!((sitting.app.model.list.visible(), sitting.held()), (&seen[..], vec![32]));
    assert_eq!(sitting.order().last(), Some(&33));
    assert_eq!(sitting.app.model.list.unseen(), 0, "a first pass brings no news");
}

#[test]
fn the_filter_narrows_while_typing_and_escape_brings_everything_back() {
    let mut sitting = Sitting::with(vec![row(1, 0, "phish one"), row(2, 1, "phish two"), row(3, 2, "malware"), row(4, 3, "phish four")]);
    sitting.press("j j");
    assert_eq!(sitting.cursor(), Some(3));
    sitting.press("/ p h i");
    assert_eq!((sitting.order(), sitting.cursor()), (vec![1, 2, 4], Some(1)));
    sitting.network(vec![row(5, 0, "phish five")]);
    sitting.press("Esc");
    assert_eq!((sitting.order(), sitting.cursor(), sitting.held()), (vec![1, 2, 3, 4], Some(3), vec![5]));
    sitting.press("/ p h i Enter");
    assert_eq!((sitting.order(), sitting.app.model.list.filter()), (vec![5, 1, 2, 4], "phi"));
    sitting.press("Ctrl-x");
    assert_eq!((sitting.order().len(), sitting.app.model.list.filter()), (5, ""));
    sitting.press("-");
    assert_eq!(sitting.app.model.list.filter(), "phi");
}

#[test]
fn the_filter_finds_what_the_desk_knows_and_keeps_its_result_while_it_is_wrong() {
    let mut sitting = Sitting::with(vec![row(1, 0, "phish one"), row(2, 1, "phish two"), row(3, 2, "malware")]);
    sitting.press("j Space /");
    let mut type_in = |text: &str| {
        for c in text.chars() {
            sitting.app.update(Message::Key(Chord::char(c)));
        }
        sitting.app.model.list.order().iter().map(|rid| rid.0).collect::<Vec<_>>()
    };
    assert_eq!(type_in("is:marked"), [2]);
    assert_eq!(type_in(" OR title:~mal"), [2, 3]);
    assert_eq!(type_in(" priority:hihg "), [2, 3], "what is wrong is not applied");
    assert_eq!(sitting.app.model.list.problem().and_then(|problem| problem.nearest.as_deref()), Some("high"));
}

#[test]
fn what_removed_the_last_row_is_named() {
    let mut sitting = Sitting::with(vec![row(1, 0, "phish one"), row(2, 1, "phish two")]);
    sitting.press("/ p h i Space z z");
    assert_eq!(sitting.app.model.list.funnel(), [("phi".to_owned(), 2), ("zz".to_owned(), 0)]);
    sitting.press("Backspace Backspace");
    assert!(sitting.app.model.list.funnel().is_empty());
}

#[test]
fn the_sort_menu_sorts_and_turns_round() {
    let mut sitting = Sitting::with(vec![row(1, 2, "b"), row(2, 1, "a"), row(3, 0, "c")]);
    assert_eq!(sitting.order(), [3, 2, 1]);
    sitting.press("S 5");
    assert_eq!((sitting.order(), &sitting.app.model.list.query().sort[0]), (vec![2, 1, 3], &By::Title.key()));
    sitting.press("S -");
    assert_eq!(sitting.order(), [3, 1, 2]);
    sitting.press("S j Enter");
    assert_eq!(sitting.app.model.list.query().sort, [By::Source.key()]);
    assert!(sitting.press("S 9 S 0").is_empty());
    assert!(scope(&sitting.app.panes, &sitting.app.cx) == Scope::Picker, "0 chooses nothing and leaves the menu open");
}

#[test]
fn a_resting_cursor_opens_its_case_and_a_running_one_asks_for_nothing() {
    let mut sitting = Sitting::with(rows(1..=9));
    sitting.app.update(Message::Resize(120, 36));
    let opens = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Open { .. })));
    let prefetches = |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::Send(_, Order::Prefetch { .. }))).count();
    sitting.done();
    let mut asked = 0;
    for _ in 0..5 {
        let effects = sitting.press("j");
        assert!(!opens(&effects));
        asked += prefetches(&effects);
        sitting.wait(30);
    }
    assert_eq!(asked, 1, "one order at a time");
    assert!(sitting.app.wake_at().unwrap() <= at_ms(sitting.now_ms + 250));
    assert!(opens(&sitting.wait(260)));
    let effects = sitting.press("j Enter");
    let gives_up = |effect: &Effect| matches!(effect, Effect::Send(_, Order::Cancel(_)));
    assert!(effects.iter().any(gives_up) && opens(&effects), "{effects:?}");
}

#[test]
fn the_tick_repaints_only_when_something_in_sight_changes() {
    let mut sitting = Sitting::with(vec![{
        let (rid, mut row) = row(1, 0, "due soon");
        row.due_at = Some(at_ms(7_000));
        (rid, row)
    }]);
    sitting.press("j");
    sitting.wait(500);
    sitting.app.cx.take_dirty();
    sitting.wait(1_000);
    assert!(!sitting.app.cx.take_dirty());
    assert_eq!(sitting.app.wake_at(), Some(at_ms(8_000)), "the clock that runs out");
    sitting.wait(6_600);
    assert!(sitting.app.cx.take_dirty());
    let quiet = sitting.app.wake_at().unwrap();
    assert!(quiet.as_second() % 60 == 0 && quiet > at_ms(sitting.now_ms), "then the next minute: {quiet}");
}

#[test]
fn nothing_is_painted_for_reports_that_change_nothing() {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.press("j");
    let state = sitting.app.model.sources[0].state.clone();
    sitting.app.cx.take_dirty();
    sitting.report(Report::Source(SourceId(0), Box::new(state)));
    sitting.done();
    assert!(!sitting.app.cx.take_dirty());
}

#[test]
fn the_sources_open_at_the_one_that_was_spoken_of() {
    let shown = |sitting: &Sitting| match sitting.app.cx.overlays.last() {
        Some(Overlay::Sources(pane)) => pane.source,
        _ => panic!("the sources are not open"),
    };
    let mut sitting = Sitting::with(rows(1..=3));
    let second = SourceInfo { notice: Some(Caution::TinesV1(V2::Answers)), ..info(1, Vendor::Tines) };
    sitting.report(Report::Sources(vec![info(0, Vendor::Datadog), second]));
    sitting.press("g s");
    assert_eq!(shown(&sitting), SourceId(1));
    sitting.press("Esc");
    let fault = |kind| SourceState { fault: Some(Fault::new(kind, "no answer")), ..SourceState::default() };
    sitting.report(Report::Source(SourceId(0), Box::new(fault(FaultKind::Unreachable))));
    sitting.press("g s");
    assert_eq!(shown(&sitting), SourceId(0));
}

#[test]
fn a_source_of_tines_v1_is_offered_v2_once_that_answers() {
    let told = |v2: V2| {
        let mut sitting = Sitting::with(rows(1..=3));
        let info = SourceInfo { notice: Some(Caution::TinesV1(v2)), ..sitting.app.model.sources[0].info.clone() };
        sitting.report(Report::SourceInfo(info));
        assert!(sitting.said().contains("2026-12-01"), "{}", sitting.said());
        sitting.press("g s 4");
        sitting
    };
    let mut sitting = told(V2::Answers);
    sitting.wait(2_000);
    let effects = sitting.press("y");
    assert!(effects.contains(&Effect::UseV2("tines".into())), "{effects:?}");
    let sitting = told(V2::Fails(Clean::line("403 Forbidden")));
    assert!(sitting.said().contains("403 Forbidden") && sitting.app.cx.overlays.len() == 1, "{}", sitting.said());
    // A source of another kind has no such key.
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.press("g s 4");
    assert_eq!(sitting.said(), "4 is not on the list");
}

#[test]
fn coverage_says_what_a_count_is_worth() {
    let mut sitting = Sitting::new();
    let worth = |sitting: &Sitting| sitting.app.model.worth(&sitting.app.model.known(&sitting.app.cx), u16::MAX, &sitting.app.cx);
    assert_eq!(worth(&sitting), "reading");
    let reading = SourceState {
        phase: Phase::Reading { pages: 3, of: Some(13) },
        coverage: Coverage::Partial { seen: 300, of: Some(1_300), gap: None },
        ..SourceState::default()
    };
    sitting.report(Report::Source(SourceId(0), Box::new(reading.clone())));
    assert_eq!(worth(&sitting), "reading 300 of 1300");
    sitting.full();
    assert_eq!(worth(&sitting), "complete");
    // The worker leaves what was complete as it is until the next pass is over.
    let again = SourceState { coverage: Coverage::Full { at: at_ms(0), hidden: 0 }, read_at: Some(at_ms(0)), ..reading };
    sitting.report(Report::Source(SourceId(0), Box::new(again.clone())));
    assert_eq!(worth(&sitting), "complete", "a later pass does not take back what is known");
    let coverage = Coverage::Partial { seen: 1_290, of: Some(1_300), gap: Some(Gap::Circled { page: 3 }) };
    let short = SourceState { phase: Phase::Idle, coverage, ..again };
    sitting.report(Report::Source(SourceId(0), Box::new(short)));
    assert_eq!(worth(&sitting), "PARTIAL: TN 1290 of 1300", "but one that ends with a gap does");
    assert_eq!(sitting.app.model.sources[0].word(sitting.app.cx.now, sitting.app.cx.steady), "partial");
    let fault = Fault::new(FaultKind::Forbidden, "no").with_status(403);
    let state = SourceState { fault: Some(fault), read_at: Some(at_ms(0)), ..SourceState::default() };
    sitting.report(Report::Source(SourceId(0), Box::new(state)));
    assert_eq!(worth(&sitting), "PARTIAL: TN");
    sitting.wait(2 * 60_000);
    assert_eq!(worth(&sitting), "PARTIAL: TN 2m old");
    assert!(sitting.app.model.problem().is_some());
    sitting.press("Esc Esc");
    assert!(sitting.app.model.problem().is_none(), "it is put away");
}

#[test]
fn a_page_that_takes_long_is_called_slow_without_anybody_asking() {
    let mut sitting = Sitting::new();
    let reading = SourceState { phase: Phase::Reading { pages: 2, of: Some(9) }, ..SourceState::default() };
    sitting.report(Report::Source(SourceId(0), Box::new(reading)));
    let word = |sitting: &Sitting| sitting.app.model.sources[0].word(sitting.app.cx.now, sitting.app.cx.steady).to_string();
    assert_eq!(word(&sitting), "2/9");
    assert_eq!(sitting.app.wake_at(), Some(at_ms(5_000)));
    sitting.app.cx.take_dirty();
    sitting.wait(5_000);
    assert!(sitting.app.cx.take_dirty());
    assert_eq!(word(&sitting), "slow");
    sitting.full();
    assert_eq!(word(&sitting), "ok");
}

#[test]
fn attention_is_told_once_when_somebody_comes_or_goes() {
    let mut sitting = Sitting::with(rows(1..=3));
    let told = |effects: &[Effect]| {
        effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Send(_, Order::Attention(attention)) => Some(*attention),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert!(told(&sitting.press("j")).is_empty());
    assert_eq!(told(&sitting.wait(300_000)), [Attention::Idle]);
    assert!(told(&sitting.wait(60_000)).is_empty());
    assert_eq!(told(&sitting.press("j")), [Attention::Focused]);
    assert_eq!(told(&sitting.app.update(Message::FocusLost)), [Attention::Idle]);
}

#[test]
fn copies_and_addresses_are_of_the_case_under_the_cursor() {
    let mut case = sample::case(Vendor::Tines, 7);
    case.row.url = Some(Clean::line("https://acme.tines.com/cases/7"));
    case.raw = crate::domain::raw_body::RawBody("{\"a\":\"\u{1b}[2J\"}".into());
    let mut sitting = Sitting::with(vec![(Rid(7), case.row.clone()), row(1, 4, "without a page")]);
    assert_eq!(sitting.press("o"), [Effect::Browse("https://acme.tines.com/cases/7".into())]);
    let copy = |text: &str, what: &str| Effect::Copy { text: text.into(), what: what.into() };
    assert_eq!(sitting.press("y y"), [copy("#7", "key #7")]);
    assert_eq!(sitting.press("Y"), [copy("https://acme.tines.com/cases/7", "URL of #7")]);
    sitting.press("y j");
    assert_eq!(sitting.said(), "the case is still being read");
    sitting.report(Report::Case { rid: Rid(7), case: Arc::new(case), read_at: at_ms(0), from: From::Disk });
    assert_eq!(sitting.press("y j"), [copy("{\n  \"a\": \"^[[2J\"\n}", "JSON of #7")]);
    sitting.press("j o");
    assert_eq!(sitting.said(), "Tines cases have no page in a browser");
}

#[test]
fn pasted_text_is_never_read_as_keys() {
    let mut sitting = Sitting::with(rows(1..=3));
    assert!(sitting.app.update(Message::Paste("Qqy\nQ".into())).is_empty());
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::List);
    sitting.press("/");
    sitting.app.update(Message::Paste("case\n2\n".into()));
    assert_eq!((sitting.app.model.list.filter(), sitting.order()), ("case 2", vec![2]));
}

#[test]
fn an_order_to_a_worker_that_is_gone_closes_with_words() {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.done();
    let effects = sitting.press("R");
    let ticket = effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Send(ticket, Order::Refresh { full: true, .. }) => Some(*ticket),
            _ => None,
        })
        .unwrap();
    sitting.report(Report::Done { ticket, result: Err(Fault::new(FaultKind::Closed, "the worker is gone")) });
    assert_eq!(sitting.said(), "the worker is gone: restart caseload; what was queued is on disk");
    assert!(!sitting.app.cx.pending.any(|ask| matches!(ask, Ask::Refresh { .. })));
}

#[test]
fn what_is_read_this_minute_has_an_age() {
    let sitting = Sitting::with(rows(1..3));
    let words = |ms| sitting.app.model.doubt_words(2, &[crate::protocol::Doubt::FromDisk { at: Some(at_ms(ms)) }], &sitting.app.cx);
    assert_eq!([words(0), words(-59_000), words(-660_000)], ["from disk, <1m old", "from disk, <1m old", "from disk, 11m old"]);
}
