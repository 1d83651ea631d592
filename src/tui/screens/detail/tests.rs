//! The case from message to state and effects.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::domain::case::{Case, CaseId, Link, Row, SourceId, Vendor};
use crate::domain::clock::Style;
use crate::domain::fault::FaultKind;
use crate::domain::record::{Record, Slice};
use crate::domain::sample;
use crate::domain::text::Clean;
use crate::protocol::{From, Order, Report, SourceInfo, Ticket};
use crate::tui::app::App;
use crate::tui::cx::Setup;
use crate::tui::cx::pending::Ask;
use crate::tui::io::effect::Effect;
use crate::tui::io::message::{Chord, Message};
use crate::tui::panes::Pane;
use crate::tui::screens::detail::scroll::detail_parts;
use crate::tui::screens::detail::words::{detail_age, detail_place};

const NOW_S: i64 = 1_790_000_000;
const SIZE: (u16, u16) = (120, 36);

struct Sitting {
    app: App,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(NOW_S + second).unwrap()
}

fn activity(n: i64, topic: Topic, text: &str) -> Activity {
    let who = None;
    Activity {
        id: n.to_string().into(),
        kind: Clean::line("COMMENTED"),
        topic,
        who,
        at: Some(at(n)),
        text: Clean::block(text),
        file: None,
        is_deleted: false,
    }
}

fn activities(numbers: std::ops::Range<i64>, next: Option<u32>) -> Slice<Activity> {
    let items = numbers.map(|n| activity(n, if n % 2 == 0 { Topic::Comment } else { Topic::Change }, &format!("entry {n}"))).collect();
    Slice { items, next, total: Some(90), malformed: 0 }
}

fn table(name: &str, rows: std::ops::Range<usize>) -> RecordTable {
    let record = |n: usize| Record {
        id: n.to_string().into(),
        cells: vec![Clean::line(&format!("host-{n:02}")), Clean::line(&(100 - n).to_string())],
        created_at: None,
    };
    RecordTable {
        type_id: name.into(),
        type_name: Clean::line(name),
        columns: vec![Clean::line("name"), Clean::line("score")],
        rows: rows.map(record).collect(),
    }
}

fn records(tables: Vec<RecordTable>, next: Option<u32>) -> Slice<RecordTable> {
    Slice { items: tables, next, total: None, malformed: 0 }
}

fn case(n: u32) -> Case {
    Case { description: Clean::block(&"a paragraph of the description\n\n".repeat(60)), ..sample::case(Vendor::Tines, n) }
}

impl Sitting {
    /// Three cases in the list, the first of them open.
    fn with(case: Case) -> Self {
        let setup = Setup {
            size: SIZE,
            now: at(0),
            zone: TimeZone::UTC,
            demo: false,
            offline: false,
            first_run: None,
            plain: false,
            ascii: false,
            times: Style::default(),
        };
        let mut sitting = Self { app: App::new(setup) };
        let info = SourceInfo {
            id: SourceId(0),
            name: "tines".into(),
            vendor: Vendor::Tines,
            code: Vendor::Tines.code().into(),
            host: "host".into(),
            is_test: false,
            asks_for_secret: false,
            notice: None,
            read_only: None,
            policy: crate::domain::source_policy::SourcePolicy::default(),
        };
        sitting.report(Report::Sources(vec![info]));
        let rows: Vec<(Rid, Row)> = (1..=3).map(|n| (Rid(n), sample::case(Vendor::Tines, n).row)).collect();
        sitting.report(Report::Rows { rows, from: From::Disk });
        sitting.report(Report::DiskRead { rows: 3 });
        let rid = sitting.app.model.list.cursor().unwrap();
        sitting.press("Enter");
        sitting.bring(rid, case);
        sitting
    }

    fn rid(&self) -> Rid {
        self.app.panes.detail.rid.unwrap()
    }

    fn bring(&mut self, rid: Rid, case: Case) {
        self.report(Report::Case { rid, case: Arc::new(case), read_at: at(0), from: From::Network });
    }

    fn report(&mut self, report: Report) -> Vec<Effect> {
        self.app.update(Message::Report(report))
    }

    fn press(&mut self, keys: &str) -> Vec<Effect> {
        keys.split(' ').flat_map(|key| self.app.update(Message::Key(Chord::parse(key).unwrap()))).collect()
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            self.app.update(Message::Key(Chord::char(c)));
        }
    }

    fn said(&self) -> String {
        self.app.cx.notices.shown().map(|notice| notice.text.clone()).unwrap_or_default()
    }

    fn lines(&self) -> Vec<String> {
        self.app.panes.detail.body.lines.iter().map(|line| line.text().trim_end().to_owned()).collect()
    }

    fn more(effects: &[Effect]) -> Vec<(Ticket, u32)> {
        let more = |effect: &Effect| match effect {
            Effect::Send(ticket, Order::More { page, .. }) => Some((*ticket, *page)),
            _ => None,
        };
        effects.iter().filter_map(more).collect()
    }
}

#[test]
fn scrolling_stops_at_both_ends() {
    let mut sitting = Sitting::with(case(1));
    sitting.press("k");
    assert_eq!(sitting.app.panes.detail.top(), 0);
    sitting.press("5 j");
    assert_eq!(sitting.app.panes.detail.top(), 5);
    sitting.press("G j j j");
    let last = sitting.app.panes.detail.top();
    let height = usize::from(detail_parts(&sitting.app.model, &sitting.app.panes, &sitting.app.cx).body.height);
    assert_eq!(last + height, sitting.app.panes.detail.body.lines.len(), "the last line is at the bottom, not above it");
    sitting.press("k");
    assert_eq!(sitting.app.panes.detail.top(), last - 1, "no key is lost at the end");
    sitting.press("g g");
    assert_eq!(sitting.app.panes.detail.top(), 0);
}

#[test]
fn each_tab_keeps_its_place_and_a_new_size_keeps_the_end_in_sight() {
    let mut sitting = Sitting::with(case(1));
    sitting.press("7 j ] [");
    assert_eq!(sitting.app.panes.detail.top(), 7);
    sitting.press("G");
    sitting.app.update(Message::Resize(300, 100));
    let height = usize::from(detail_parts(&sitting.app.model, &sitting.app.panes, &sitting.app.cx).body.height);
    assert!(sitting.app.panes.detail.top() + height >= sitting.app.panes.detail.body.lines.len().min(height));
    assert!(sitting.app.panes.detail.top() <= sitting.app.panes.detail.body.lines.len().saturating_sub(height));
}

#[test]
fn the_next_page_is_asked_for_once_when_the_end_is_near_and_not_again_after_a_failure() {
    let mut sitting = Sitting::with(Case { activities: Some(activities(0..20, Some(2))), ..case(1) });
    let asked = Sitting::more(&sitting.press("]"));
    assert_eq!(asked.iter().map(|(_, page)| *page).collect::<Vec<_>>(), [2], "twenty entries do not fill two screens");
    assert!(Sitting::more(&sitting.press("G j k G")).is_empty(), "one question at a time");
    let rid = sitting.rid();
    let effects = sitting.report(Report::Activities { rid, page: 2, slice: activities(20..90, Some(3)), read_at: at(0) });
    assert!(Sitting::more(&effects).is_empty());
    let effects = sitting.report(Report::Done { ticket: asked[0].0, result: Ok(()) });
    assert!(Sitting::more(&effects).is_empty(), "the newest are on top and the end is far");
    let asked = Sitting::more(&sitting.press("G"));
    assert_eq!(asked[0].1, 3);
    let fault = Fault::new(FaultKind::Server, "down");
    let effects = sitting.report(Report::Done { ticket: asked[0].0, result: Err(fault) });
    assert!(
        Sitting::more(&effects).is_empty() && Sitting::more(&sitting.press("k G")).is_empty(),
        "a failing page is not asked for in a circle"
    );
    assert_eq!(detail_place(20, &sitting.app.panes, &sitting.app.cx), "90 of 90 loaded, newest first");
}

#[test]
fn the_timeline_is_filtered_and_turned_round() {
    let mut sitting = Sitting::with(Case { activities: Some(activities(0..6, None)), ..case(1) });
    sitting.press("]");
    assert!(sitting.lines()[0].ends_with("entry 5"));
    sitting.press("z r");
    assert!(sitting.lines()[0].ends_with("entry 0"));
    sitting.press("z f");
    assert_eq!(sitting.app.panes.detail.topic, Some(Topic::Comment));
    assert_eq!(sitting.lines().len(), 3);
    assert_eq!(
        detail_place(20, &sitting.app.panes, &sitting.app.cx),
        "6 of 90 loaded, the vendor gives no more, only comments, oldest first"
    );
    sitting.press("z f z f");
    assert_eq!(sitting.app.panes.detail.topic, None, "kinds that nothing is of are left out");
}

#[test]
fn records_have_a_cursor_that_stays_on_its_record_through_sorting() {
    let mut sitting = Sitting::with(Case { records: Some(records(vec![table("Hosts", 0..5), table("Files", 0..3)], None)), ..case(1) });
    sitting.press("] ] j");
    assert_eq!(sitting.app.panes.detail.chosen, Some((0, 1)));
    sitting.press("S 2");
    assert_eq!(sitting.app.panes.detail.chosen, Some((0, 1)));
    let order: Vec<String> = sitting.lines().into_iter().filter(|line| line.contains("host-")).take(2).collect();
    assert!(order[0].contains("host-04") && order[1].contains("host-03"), "{order:?}");
    sitting.press("G");
    assert_eq!(sitting.app.panes.detail.chosen, Some((1, 0)), "the last row of the last table, sorted as well");
    sitting.press("Enter");
    assert!(sitting.lines()[0].starts_with("Files, record 3 of 3"), "numbered as sorted: {}", sitting.lines()[0]);
    sitting.press("Esc");
    assert_eq!((sitting.app.panes.detail.open_record, sitting.app.panes.detail.chosen), (None, Some((1, 0))));
    sitting.press("z f");
    assert!(sitting.lines().iter().all(|line| !line.contains("Files")), "one type by itself");
}

#[test]
fn a_link_is_followed_and_minus_comes_back() {
    let link = Link { id: "3".into(), title: Clean::line("the other") };
    let mut sitting = Sitting::with(Case { links: vec![link], ..case(1) });
    let (from, to) = (sitting.rid(), sitting.app.model.list.find(&CaseId { source: SourceId(0), id: "3".into() }).unwrap());
    let cursor = sitting.app.model.list.cursor();
    sitting.press("4 j Enter");
    assert_eq!((sitting.rid(), sitting.app.model.list.cursor()), (to, cursor));
    sitting.press("-");
    assert_eq!((sitting.rid(), sitting.app.panes.detail.top()), (from, 4));
    sitting.press("-");
    assert_eq!(sitting.said(), "no link was followed");
    sitting.press("Enter h");
    assert_eq!(sitting.rid(), cursor.unwrap(), "back in the list its cursor decides");
}

#[test]
fn a_link_to_a_case_that_was_not_read_says_so_and_several_links_are_a_choice() {
    let links = [("77", "gone"), ("2", "here")].map(|(id, title)| Link { id: id.into(), title: Clean::line(title) });
    let mut sitting = Sitting::with(Case { links: links.to_vec(), ..case(1) });
    sitting.press("Enter 1");
    assert_eq!(sitting.said(), "#77 gone is not among the cases read so far");
    sitting.press("Enter 2");
    assert_eq!(sitting.app.panes.detail.rid, sitting.app.model.list.find(&CaseId { source: SourceId(0), id: "2".into() }));
}

#[test]
fn find_walks_over_its_lines_and_escape_takes_it_back() {
    let text = (0..80).map(|n| if n % 10 == 3 { format!("Needle {n}\n\n") } else { format!("hay {n}\n\n") }).collect::<String>();
    let mut sitting = Sitting::with(Case { description: Clean::block(&text), ..case(1) });
    sitting.press("/");
    sitting.text("needle");
    assert_eq!(sitting.app.panes.detail.body.marks.len(), 8);
    sitting.press("Enter n n");
    let (top, height) =
        (sitting.app.panes.detail.top(), usize::from(detail_parts(&sitting.app.model, &sitting.app.panes, &sitting.app.cx).body.height));
    let third = sitting.app.panes.detail.body.marks[2];
    assert!((top..top + height).contains(&third), "the third is in sight: {third} in {top}..");
    sitting.press("N N N");
    assert_eq!(sitting.app.panes.detail.found, Some(sitting.app.panes.detail.body.marks[7]), "around the beginning");
    sitting.press("/");
    sitting.text("zzz");
    assert!(sitting.app.panes.detail.body.marks.is_empty());
    sitting.press("Esc");
    assert_eq!(sitting.app.panes.detail.needle, "needle");
    sitting.press("Esc");
    assert!(sitting.app.panes.detail.needle.is_empty() && sitting.app.panes.focus == Pane::Detail, "the first Esc takes the marks away");
}

#[test]
fn find_goes_on_in_other_tabs_and_sees_columns_that_have_no_room() {
    let mut hosts = table("Hosts", 0..3);
    hosts.columns.extend((0..12).map(|n| Clean::line(&format!("a column with a long name {n}"))));
    for record in &mut hosts.rows {
        let note = if record.id == "2" { "beacon to Evil.example" } else { "nothing" };
        record.cells.extend((0..12).map(|_| Clean::line(note)));
    }
    let inside = Case { records: Some(records(vec![hosts], None)), activities: Some(activities(0..3, None)), ..case(1) };
    let mut sitting = Sitting::with(inside);
    sitting.press("/");
    sitting.text("evil.EXAMPLE");
    sitting.press("Enter");
    assert_eq!((sitting.app.panes.detail.tab, sitting.said().as_str()), (Tab::Records, "found in Records"));
    assert_eq!(sitting.app.panes.detail.chosen, Some((0, 2)), "the cursor is on its record");
    sitting.press("Esc [ [ /");
    sitting.text("entry 1");
    sitting.press("Enter");
    assert_eq!(sitting.app.panes.detail.tab, Tab::Activity);
    sitting.press("n");
    assert_eq!(sitting.app.panes.detail.tab, Tab::Activity, "around, where no other tab has it");
    sitting.press("/");
    sitting.text("nowhere at all");
    sitting.press("Enter");
    assert_eq!(sitting.said(), "not in what is loaded of this case");
}

#[test]
fn find_tells_of_what_is_loaded_and_left_out() {
    let tables = vec![table("Hosts", 0..3), table("Files", 0..2)];
    let inside = Case { records: Some(records(tables, None)), activities: Some(activities(0..6, None)), ..case(1) };
    let mut sitting = Sitting::with(inside);
    let find = |sitting: &mut Sitting, words: &str| {
        sitting.press("/");
        sitting.text(words);
        sitting.press("Enter");
        sitting.said()
    };
    sitting.press("] z f");
    let hidden = (0..6).map(|n| format!("entry {n}")).find(|text| !sitting.lines().iter().any(|line| line.contains(text.as_str())));
    let said = find(&mut sitting, &hidden.expect("an entry of another kind"));
    assert_eq!(said, "not in what is shown, but in Activity, where only comments are: zf shows others");
    sitting.press("Esc ] z f z f");
    assert_eq!(sitting.app.panes.detail.record_type, Some(1), "only files are shown");
    sitting.app.panes.detail.topic = None;
    assert_eq!(find(&mut sitting, "hosts"), "not in what is shown, but in Records, where only Files are: zf shows others");
    assert_eq!(find(&mut sitting, "nowhere at all"), "not in what is loaded of this case");
}

#[test]
fn another_case_begins_with_its_first_tab() {
    let mut sitting = Sitting::with(Case { activities: Some(activities(0..3, None)), ..case(1) });
    sitting.press("] z r J");
    assert_eq!((sitting.app.panes.detail.tab, sitting.app.panes.detail.oldest_first), (Tab::Overview, true));
    sitting.press("] ] K");
    assert_eq!(sitting.app.panes.detail.tab, Tab::Overview);
}

#[test]
fn a_case_that_changes_under_the_eyes_stays_where_it_is_read() {
    let mut sitting = Sitting::with(case(1));
    sitting.press("9 j");
    let rid = sitting.rid();
    sitting.bring(rid, Case { comment_count: Some(3), ..case(1) });
    assert_eq!(sitting.app.panes.detail.top(), 9);
}

#[test]
fn a_case_that_cannot_be_read_keeps_what_is_on_disk_and_says_so() {
    let mut sitting = Sitting::with(case(1));
    let ticket = sitting.app.cx.pending.ticket_of(&Ask::Open(sitting.rid())).unwrap();
    sitting.report(Report::Done { ticket, result: Err(Fault::new(FaultKind::Server, "bad gateway").with_status(502)) });
    assert_eq!(detail_age(&sitting.app.panes, &sitting.app.cx), ("502 ! read now".to_owned(), true));
    assert!(!sitting.lines().is_empty());
}

#[test]
fn what_the_vendor_just_said_is_not_said_to_be_from_disk() {
    let mut sitting = Sitting::with(case(1));
    let rid = sitting.rid();
    // A neighbour is brought from disk, where the case was just put: the same reading, told twice.
    let from_disk = |read_at, title: &str| {
        let mut case = case(1);
        case.row.title = Clean::line(title);
        Report::Case { rid, case: Arc::new(case), read_at, from: From::Disk }
    };
    sitting.report(from_disk(at(0), "The same"));
    sitting.report(from_disk(at(-60), "An older one"));
    assert_eq!(detail_age(&sitting.app.panes, &sitting.app.cx), ("reading...".into(), false), "it was opened");
    let open =
        sitting.app.cx.pending.iter().find(|(_, ask)| matches!(ask, crate::tui::cx::pending::Ask::Open(_))).map(|(ticket, _)| ticket);
    sitting.report(Report::Done { ticket: open.unwrap(), result: Ok(()) });
    assert_eq!(detail_age(&sitting.app.panes, &sitting.app.cx), ("read now".into(), false));
    let loaded = sitting.app.panes.detail.loaded.as_ref().unwrap();
    assert_ne!(loaded.case.row.title.as_str(), "An older one");
    // Another workbench has read it since.
    sitting.report(from_disk(at(30), "By another workbench"));
    assert_eq!(sitting.app.panes.detail.loaded.as_ref().unwrap().case.row.title.as_str(), "By another workbench");
}
