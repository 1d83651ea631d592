//! From key to order, without a screen and without a worker.

use jiff::tz::TimeZone;

use super::*;
use crate::domain::case::{Field, FieldKind, SourceId};
use crate::domain::clock::Style;
use crate::domain::edit::Plan;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::sample;
use crate::domain::text::Clean;
use crate::protocol::{From, Order, Report, SourceInfo, Ticket};
use crate::tui::app::App;
use crate::tui::cx::Setup;
use crate::tui::io::effect::Effect;
use crate::tui::io::message::{Chord, Message};
use crate::tui::screens::Overlay;
use crate::tui::screens::detail::text::show_case;
use crate::tui::screens::form::open::acts::open_form;
use crate::tui::screens::review::Stage;

pub(in crate::tui) fn at_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(1_790_000_000_000 + ms).unwrap()
}

fn info(vendor: Vendor) -> SourceInfo {
    SourceInfo {
        id: SourceId(0),
        name: "one".into(),
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

pub(in crate::tui) fn orders(effects: Vec<Effect>) -> Vec<(Ticket, Order)> {
    let sent = |effect| if let Effect::Send(ticket, order) = effect { Some((ticket, order)) } else { None };
    effects.into_iter().filter_map(sent).collect()
}

pub(in crate::tui) struct Sitting {
    pub(in crate::tui) app: App,
    now_ms: i64,
}

impl Sitting {
    pub(in crate::tui) fn with(vendor: Vendor) -> Self {
        let setup = Setup {
            size: (80, 24),
            now: at_ms(0),
            zone: TimeZone::UTC,
            demo: true,
            offline: false,
            first_run: None,
            plain: false,
            ascii: false,
            times: Style::default(),
        };
        let mut app = App::new(setup);
        app.update(Message::Report(Report::Sources(vec![info(vendor)])));
        show_case(Some(Rid(1)), &app.model, &mut app.panes);
        let mut sitting = Self { app, now_ms: 0 };
        sitting.give(sample::case(vendor, 7));
        sitting
    }

    pub(in crate::tui) fn give(&mut self, case: Case) {
        let report = Report::Case { rid: Rid(1), case: Arc::new(case), read_at: at_ms(0), from: From::Network };
        self.app.update(Message::Report(report));
    }

    pub(in crate::tui) fn wait(&mut self, ms: i64) -> &mut Self {
        self.now_ms += ms;
        self.app.update(Message::Tick(at_ms(self.now_ms)));
        self
    }

    /// The orders that leave when this much time has passed.
    pub(in crate::tui) fn orders_after(&mut self, ms: i64) -> Vec<(Ticket, Order)> {
        self.now_ms += ms;
        orders(self.app.update(Message::Tick(at_ms(self.now_ms))))
    }

    /// Closes a ticket; the orders that follow.
    pub(in crate::tui) fn done(&mut self, ticket: Ticket, result: Result<(), Fault>) -> Vec<Effect> {
        self.app.update(Message::Report(Report::Done { ticket, result }))
    }

    pub(in crate::tui) fn open(&mut self, field: Part) -> &mut Self {
        open_form(Rid(1), field, &mut self.app.model, &mut self.app.cx);
        self
    }

    /// Presses keys by name, with blanks between; returns the orders that left.
    pub(in crate::tui) fn press(&mut self, keys: &str) -> Vec<(Ticket, Order)> {
        let mut orders = Vec::new();
        for key in keys.split(' ') {
            for effect in self.app.update(Message::Key(Chord::parse(key).unwrap())) {
                if let Effect::Send(ticket, order) = effect {
                    orders.push((ticket, order));
                }
            }
        }
        orders
    }

    pub(in crate::tui) fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.app.update(Message::Key(Chord::char(c)));
        }
    }

    pub(in crate::tui) fn form(&self) -> &Form {
        self.app.cx.form().expect("the form is open")
    }

    /// Answers the open `Plan` order with an empty plan, as the worker does.
    pub(in crate::tui) fn planned(&mut self, ticket: Ticket) {
        let plan = Plan { lines: Vec::new(), calls: Vec::new(), side_effects: Vec::new() };
        self.app.update(Message::Report(Report::Planned { ticket, plan }));
        self.app.update(Message::Report(Report::Done { ticket, result: Ok(()) }));
    }

    pub(in crate::tui) fn is_reviewing(&self) -> bool {
        matches!(self.app.cx.overlays.last(), Some(Overlay::Review(review)) if matches!(review.stage, Stage::Asking { .. }))
    }
}

#[test]
fn a_changed_title_is_planned_shown_and_sent_only_on_y() {
    let mut sitting = Sitting::with(Vendor::Datadog);
    sitting.open(Part::Title).type_text("Now: ");
    assert_eq!(sitting.form().mark(&Aspect::of_part(Part::Title)), Mark::Changed);
    assert_eq!(sitting.form().mark(&Aspect::of_part(Part::Description)), Mark::Same);
    let orders = sitting.press("Ctrl-s");
    let [(ticket, Order::Plan { edit })] = &orders[..] else { panic!("{orders:?}") };
    assert_eq!(edit.changes, [Change::Title("Now: Case number 7".into())]);
    sitting.planned(*ticket);
    assert!(sitting.is_reviewing());

    assert_eq!(sitting.press("y"), [], "a key of the first 300 ms was meant for what was there before");
    sitting.wait(300);
    let sent = sitting.press("y");
    let [(ticket, Order::Submit { .. })] = &sent[..] else { panic!("{sent:?}") };
    assert!(sitting.app.cx.form().is_some(), "the form stays until the edit is on disk");
    sitting.app.update(Message::Report(Report::Done { ticket: *ticket, result: Ok(()) }));
    assert!(sitting.app.cx.overlays.is_empty());
    assert!(sitting.app.model.kept.is_empty());
}

#[test]
fn enter_held_for_two_seconds_sends_nothing_anywhere() {
    for field in FIELDS {
        let mut sitting = Sitting::with(Vendor::Datadog);
        sitting.open(field).type_text("x");
        for round in 0..2 {
            if round == 1 {
                let orders = sitting.press("Ctrl-s");
                if let [(ticket, _)] = &orders[..] {
                    sitting.planned(*ticket);
                }
            }
            for _ in 0..60 {
                let orders = sitting.wait(33).press("Enter");
                assert!(!orders.iter().any(|(_, order)| matches!(order, Order::Submit { .. })), "{field:?}");
            }
        }
    }
}

#[test]
fn pasted_text_is_text_whatever_it_says() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment);
    let effects = sitting.app.update(Message::Paste("y\r\n\u{13}q\x1b[31mQ\ty".into()));
    assert_eq!(effects, []);
    assert_eq!(text_of(&sitting.form().comment), "y\nq[31mQ    y");
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Title);
    sitting.app.update(Message::Paste("two\nlines ".into()));
    assert_eq!(text_of(&sitting.form().title), "two lines Case number 7");
}

#[test]
fn esc_keeps_the_text_and_the_form_offers_it_again() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment).type_text("not lost");
    sitting.press("Esc");
    assert!(sitting.app.cx.overlays.is_empty());
    sitting.open(Part::Comment);
    assert!(sitting.form().kept_at.is_some());
    assert_eq!(text_of(&sitting.form().comment), "not lost");
}

#[test]
fn discarding_asks_and_the_default_is_no() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment).type_text("kept");
    sitting.press("Ctrl-g");
    assert!(matches!(sitting.app.cx.overlays.last(), Some(Overlay::Confirm(_))));
    assert_eq!(text_of(&sitting.form().comment), "kept");
}

#[test]
fn a_refresh_never_touches_a_field_but_says_that_the_case_moved() {
    let mut sitting = Sitting::with(Vendor::Datadog);
    sitting.open(Part::Title).type_text("mine ");
    let mut theirs = sample::case(Vendor::Datadog, 7);
    theirs.row.title = Clean::line("theirs");
    sitting.give(theirs);
    assert_eq!(text_of(&sitting.form().title), "mine Case number 7");
    assert!(sitting.form().moved.is_some());
    assert_eq!(sitting.form().base.row.title.as_str(), "Case number 7");
}

#[test]
fn a_fault_keeps_the_form_and_the_words() {
    let mut sitting = Sitting::with(Vendor::Datadog);
    sitting.open(Part::Title).type_text("mine ");
    let orders = sitting.press("Ctrl-s");
    sitting.planned(orders[0].0);
    let sent = sitting.wait(400).press("y");
    let fault = Fault::new(FaultKind::DiskFull, "the disk is full");
    sitting.app.update(Message::Report(Report::Done { ticket: sent[0].0, result: Err(fault.clone()) }));
    let Some(Overlay::Review(review)) = sitting.app.cx.overlays.last() else { panic!("the review stays") };
    assert_eq!(review.stage, Stage::Failed { plan: review.plan().cloned(), fault });
    sitting.press("Esc");
    assert_eq!(text_of(&sitting.form().title), "mine Case number 7");
}

#[test]
fn an_empty_title_blocks_sending_and_says_why() {
    let mut sitting = Sitting::with(Vendor::Datadog);
    sitting.open(Part::Title);
    let orders = sitting.press("Ctrl-k Ctrl-s");
    assert_eq!(orders, []);
    assert_eq!(sitting.form().mark(&Aspect::of_part(Part::Title)), Mark::Invalid("a case needs a title".into()));
}

#[test]
fn what_a_vendor_lacks_is_barred_with_its_reason_and_skipped() {
    let mut sitting = Sitting::with(Vendor::ServerOps);
    sitting.open(Part::Title);
    assert_eq!(sitting.form().mark(&Aspect::of_part(Part::Priority)), Mark::Barred(Reason::Lacks(Vendor::ServerOps, "priority")));
    sitting.press("Tab Tab");
    assert_eq!(sitting.form().field.part, Part::Description);
    sitting.press("Tab");
    assert_eq!(sitting.form().field.part, Part::Title);
}

#[test]
fn choices_move_by_keys_and_digits_and_going_back_is_no_change() {
    let mut sitting = Sitting::with(Vendor::Datadog);
    sitting.open(Part::Priority);
    assert_eq!(sitting.form().shown_priority(), Some(2));
    sitting.press("Left");
    assert_eq!(sitting.form().changes(), [Change::Priority("P2".into())]);
    sitting.press("3");
    assert_eq!(sitting.form().changes(), []);
}

#[test]
fn a_sent_comment_leaves_the_other_kept_fields_in_place() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Title).type_text("later ");
    sitting.press("Esc");
    sitting.open(Part::Comment).type_text("now");
    let orders = sitting.press("Ctrl-s");
    let [(ticket, Order::Plan { edit })] = &orders[..] else { panic!("{orders:?}") };
    assert_eq!(edit.changes, [Change::Comment("now".into())]);
    sitting.planned(*ticket);
    let sent = sitting.wait(400).press("y");
    sitting.app.update(Message::Report(Report::Done { ticket: sent[0].0, result: Ok(()) }));
    sitting.open(Part::Title);
    assert_eq!(sitting.form().changes(), [Change::Title("later Case number 7".into())]);
}

fn person(id: &str, name: &str) -> crate::domain::person::Person {
    crate::domain::person::Person { id: id.into(), name: Clean::line(name), ..Default::default() }
}

fn field(id: &str, kind: crate::domain::case::FieldKind, value: &str, options: &[&str]) -> crate::domain::case::Field {
    crate::domain::case::Field {
        id: id.into(),
        input_id: id.into(),
        name: Clean::line(&format!("The {id}")),
        kind,
        values: if value.is_empty() { Vec::new() } else { vec![Clean::line(value)] },
        is_multi: false,
        options: options.iter().map(|option| Clean::line(option)).collect(),
    }
}

/// A case with people, attributes or tags, and a field of every kind.
fn rich(vendor: Vendor) -> Sitting {
    use crate::domain::case::FieldKind;
    let mut sitting = Sitting::with(vendor);
    let directory = Directory { people: vec![person("u1", "A. Rossi"), person("u2", "M. Lee")], ..Directory::default() };
    sitting.app.update(Message::Report(Report::Directory(SourceId(0), Arc::new(directory))));
    let mut case = sample::case(vendor, 7);
    case.attributes = if vendor == Vendor::Datadog { vec![(Clean::line("team"), vec![Clean::line("soc")])] } else { Vec::new() };
    case.row.tags = if vendor == Vendor::Tines { vec![Clean::line("phish"), Clean::line("two words")] } else { Vec::new() };
    case.fields = vec![
        field("os", FieldKind::Select, "Linux", &["Linux", "Windows"]),
        field("score", FieldKind::Number, "7", &[]),
        field("runbook", FieldKind::Url, "", &[]),
        field("personal", FieldKind::Bool, "", &[]),
        field("odd", FieldKind::Other(Clean::line("hologram")), "x", &[]),
    ];
    sitting.give(case);
    sitting
}

fn go_to(sitting: &mut Sitting, field: &Aspect) {
    for _ in 0..40 {
        if sitting.form().field == *field {
            return;
        }
        sitting.press("Tab");
    }
    panic!("Tab never comes to {field:?}");
}

fn of_field(id: &str) -> Aspect {
    Aspect { part: Part::Field, key: id.into() }
}

#[test]
fn fields_are_written_by_their_kind_and_what_is_wrong_says_what_to_write() {
    let mut sitting = rich(Vendor::Tines);
    sitting.open(Part::Title);
    go_to(&mut sitting, &of_field("os"));
    sitting.press("Right");
    go_to(&mut sitting, &of_field("runbook"));
    sitting.type_text("http//x");
    assert!(matches!(sitting.form().mark(&of_field("runbook")), Mark::Invalid(words) if words.contains("https://")));
    assert_eq!(sitting.press("Ctrl-s"), [], "a wrong value blocks sending");
    sitting.press("Ctrl-a Ctrl-k");
    sitting.type_text("https://wiki/x");
    go_to(&mut sitting, &of_field("score"));
    sitting.type_text("x");
    assert_eq!(sitting.form().blocked().unwrap().0, of_field("score"));
    sitting.press("Ctrl-a Ctrl-k");
    go_to(&mut sitting, &Aspect::of_part(Part::Tags));
    sitting.press("Ctrl-a");
    sitting.type_text("vip, ");
    assert!(matches!(sitting.form().mark(&of_field("odd")), Mark::Barred(Reason::OddField(kind)) if kind.as_str() == "hologram"));
    let value =
        |id: &str, values: &[&str]| Change::Field { id: id.into(), values: values.iter().map(|value| (*value).to_owned()).collect() };
    assert_eq!(
        sitting.form().changes(),
        [Change::AddTags(vec!["vip".into()]), value("os", &["Windows"]), value("score", &[]), value("runbook", &["https://wiki/x"])]
    );
    let edit = sitting.form().edit();
    assert_eq!(edit.base.len(), 4, "each of them is compared with what was seen");
}

#[test]
fn people_go_by_name_and_attributes_by_key() {
    let mut sitting = rich(Vendor::Datadog);
    sitting.open(Part::Title);
    go_to(&mut sitting, &Aspect::of_part(Part::Assignees));
    sitting.type_text("m. le");
    assert!(matches!(sitting.form().mark(&Aspect::of_part(Part::Assignees)), Mark::Invalid(words) if words.contains("m. le")));
    sitting.type_text("e");
    go_to(&mut sitting, &Aspect::of_part(Part::Attributes));
    sitting.press("End");
    sitting.type_text(", service:api, service:web");
    go_to(&mut sitting, &of_field("due_date"));
    sitting.type_text("2026-13-01");
    assert!(sitting.form().blocked().unwrap().1.contains("2026-11-30"));
    sitting.press("Ctrl-a Ctrl-k");
    sitting.type_text("2026-12-01");
    assert_eq!(
        sitting.form().changes(),
        [
            Change::Assign(person("u2", "M. Lee")),
            Change::Attribute { key: "service".into(), values: vec!["api".into(), "web".into()] },
            Change::Field { id: "due_date".into(), values: vec!["2026-12-01".into()] },
        ]
    );
}

#[test]
fn the_whole_case_goes_through_an_editor_and_a_bad_line_loses_nothing() {
    let mut sitting = rich(Vendor::Tines);
    let effects = sitting.app.update(Message::Key(Chord::char('E')));
    assert_eq!(effects, [], "no case is under the cursor of an empty list");
    sitting.open(Part::Title);
    let effects = sitting.app.update(Message::Key(Chord::parse("Alt-e").unwrap()));
    let [Effect::Edit(about)] = &effects[..] else { panic!("{effects:?}") };
    let (about, text) = (about.clone(), about.opened.text.clone());
    assert!(text.contains("title: Case number 7\n") && text.contains("The os: Linux\n") && text.ends_with("What\nhappened\n"), "{text}");
    let back = |sitting: &mut Sitting, text: &str| {
        sitting.app.update(Message::Edited { about: about.clone(), result: Ok(Clean::block(text)) });
    };
    back(&mut sitting, &text);
    assert_eq!(sitting.form().changes(), [], "what was not touched is no change");
    let bad = text.replace("The os: Linux", "The os: Plan 9");
    back(&mut sitting, &bad);
    assert_eq!(sitting.form().unread.as_deref(), Some(bad.as_str()));
    let draft = sitting.form().draft(at_ms(0)).unwrap();
    assert!(draft.values.iter().any(|(_, value)| value.line() == bad), "what could not be read is kept on disk as well");
    let again = sitting.app.update(Message::Key(Chord::parse("Alt-e").unwrap()));
    let again = orders(again);
    let [(ticket, Order::KeepDraft(_))] = &again[..] else { panic!("first the text goes to the disk: {again:?}") };
    let opened = sitting.done(*ticket, Ok(()));
    assert!(matches!(&opened[..], [Effect::Edit(anew)] if anew.opened.text == bad), "{opened:?}");
    back(&mut sitting, &text.replace("The os: Linux", "The os: windows").replace("What\nhappened", "What\nhappened then"));
    assert_eq!(sitting.form().unread, None);
    let wishes = sitting.form().changes();
    assert_eq!(
        wishes,
        [Change::Description("What\nhappened then".into()), Change::Field { id: "os".into(), values: vec!["Windows".into()] }]
    );
}

#[test]
fn an_editor_that_fails_leaves_the_field_as_it_was() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Description);
    let effects = sitting.app.update(Message::Key(Chord::parse("Ctrl-o").unwrap()));
    let [Effect::Edit(about)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(about.opened.text, "What\nhappened");
    let about = about.clone();
    let fault = Fault::new(FaultKind::Config, "the editor `nope` could not be started");
    sitting.app.update(Message::Edited { about: about.clone(), result: Err(fault) });
    assert_eq!(sitting.form().changes(), []);
    assert!(sitting.app.cx.notices.shown().unwrap().text.contains("nope"));
    sitting.app.update(Message::Edited { about, result: Ok(Clean::block("new\ntext\n")) });
    assert_eq!(sitting.form().changes(), [Change::Description("new\ntext".into())]);
    sitting.press("Ctrl-u Ctrl-u");
    assert_eq!(text_of(&sitting.form().description), "What\nhappened", "undo brings it back");
}

#[test]
fn the_case_of_an_open_form_is_read_again_and_who_changed_it_is_said() {
    let mut sitting = Sitting::with(Vendor::Datadog);
    sitting.open(Part::Title).type_text("mine ");
    let kept = sitting.orders_after(1_000);
    sitting.done(kept[0].0, Ok(()));
    assert_eq!(sitting.orders_after(18_000), []);
    let orders = sitting.orders_after(1_000);
    assert!(matches!(&orders[..], [(_, Order::Open { rid: Rid(1) })]), "{orders:?}");
    let mut theirs = sample::case(Vendor::Datadog, 7);
    theirs.row.priority = Some(crate::domain::case::Priority::read("P1"));
    theirs.row.updated_at = Some(at_ms(15_000));
    theirs.changed_by = Some(person("u2", "M. Lee"));
    sitting.give(theirs);
    let moved = sitting.form().moved.clone().unwrap();
    assert_eq!((moved.fields, moved.by.as_deref(), moved.at), (vec!["priority".to_owned()], Some("M. Lee"), Some(at_ms(15_000))));
}

#[test]
fn no_name_value_or_choice_of_a_vendor_forges_a_line_of_the_editors_text() {
    let field = |id: &str, name: &str, value: &str| Field {
        id: id.into(),
        input_id: id.into(),
        name: Clean::block(name),
        kind: FieldKind::Select,
        values: vec![Clean::block(value)],
        is_multi: false,
        options: vec![Clean::block("one\n---\ntitle: forged")],
    };
    let mut case = sample::case(Vendor::Tines, 7);
    case.fields = vec![
        field("71", "---", "a"),
        field("72", "title ", "b"),
        field("73", " TITLE", "c"),
        field("74", "field 71", "d"),
        field("75", "x\ntitle: forged", "e"),
        field("76", "# note", "f"),
        field("77", "y: z", "g"),
        field("7\n---\ntitle: forged", "", "h"),
        field("78\u{1b}[2J", "", "i"),
        field("79", "plain", "v\n---\ntitle: forged"),
        field("80", "twin", "j"),
        field("81", "TWIN", "k"),
    ];
    case.row.title = Clean::line("---\ntitle: forged");
    case.description = Clean::block("---\ntitle: forged\n---\nstatus: closed");
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.give(case);
    sitting.open(Part::Title);
    let form = sitting.form();
    let written = form.written();
    let head: Vec<&str> = written.split("\n---\n").next().unwrap().lines().collect();
    assert_eq!(head.iter().filter(|line| line.to_ascii_lowercase().trim().starts_with("title:")).count(), 1, "{written}");
    assert!(head.iter().all(|line| Clean::line(line).as_str() == *line), "{written}");
    for id in [71, 72, 73, 74, 75, 76, 77] {
        assert!(head.iter().any(|line| line.starts_with(&format!("field {id}: "))), "{id}: {written}");
    }
    // Read back untouched, it changes nothing at all.
    let mut again = form.clone();
    again.read_written(&written).unwrap();
    assert_eq!(again.changed(), 0, "{written}");
}
