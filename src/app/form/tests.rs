//! From key to order, without a screen and without a worker.

use jiff::tz::TimeZone;

use super::*;
use crate::app::{App, Setup};
use crate::app::overlay::Overlay;
use crate::app::clock::Style;
use crate::app::effect::Effect;
use crate::app::message::{Chord, Message};
use crate::app::review::Stage;
use crate::domain::case::SourceId;
use crate::domain::edit::Plan;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::sample;
use crate::domain::text::Clean;
use crate::protocol::{From, Order, Report, SourceCard, Ticket};

fn at_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(1_790_000_000_000 + ms).unwrap()
}

fn card(vendor: Vendor) -> SourceCard {
    SourceCard { id: SourceId(0), name: "one".into(), vendor, host: "host".into(), is_test: false, notice: None, read_only: None }
}

struct Sitting {
    app: App,
    now_ms: i64,
}

impl Sitting {
    fn with(vendor: Vendor) -> Self {
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
        app.update(Message::Report(Report::Sources(vec![card(vendor)])));
        app.show_case(Some(Rid(1)));
        let mut sitting = Self { app, now_ms: 0 };
        sitting.give(sample::case(vendor, 7));
        sitting
    }

    fn give(&mut self, case: Case) {
        let report = Report::Case { rid: Rid(1), case: Arc::new(case), read_at: at_ms(0), from: From::Network };
        self.app.update(Message::Report(report));
    }

    fn wait(&mut self, ms: i64) -> &mut Self {
        self.now_ms += ms;
        self.app.update(Message::Tick(at_ms(self.now_ms)));
        self
    }

    fn open(&mut self, field: Part) -> &mut Self {
        self.app.open_form(Rid(1), field);
        self
    }

    /// Presses keys by name, with blanks between; returns the orders that left.
    fn press(&mut self, keys: &str) -> Vec<(Ticket, Order)> {
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

    fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.app.update(Message::Key(Chord::char(c)));
        }
    }

    fn form(&self) -> &Form {
        self.app.form().expect("the form is open")
    }

    /// Answers the open `Plan` order with an empty plan, as the worker does.
    fn planned(&mut self, ticket: Ticket) {
        let plan = Plan { lines: Vec::new(), calls: Vec::new(), side_effects: Vec::new() };
        self.app.update(Message::Report(Report::Planned { ticket, plan }));
        self.app.update(Message::Report(Report::Done { ticket, result: Ok(()) }));
    }

    fn is_reviewing(&self) -> bool {
        matches!(self.app.overlays.last(), Some(Overlay::Review(review)) if matches!(review.stage, Stage::Asking { .. }))
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
    assert!(sitting.app.form().is_some(), "the form stays until the edit is on disk");
    sitting.app.update(Message::Report(Report::Done { ticket: *ticket, result: Ok(()) }));
    assert!(sitting.app.overlays.is_empty());
    assert!(sitting.app.kept.is_empty());
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
    assert!(sitting.app.overlays.is_empty());
    sitting.open(Part::Comment);
    assert!(sitting.form().kept_at.is_some());
    assert_eq!(text_of(&sitting.form().comment), "not lost");
}

#[test]
fn discarding_asks_and_the_default_is_no() {
    let mut sitting = Sitting::with(Vendor::Tines);
    sitting.open(Part::Comment).type_text("kept");
    sitting.press("Ctrl-g");
    assert!(matches!(sitting.app.overlays.last(), Some(Overlay::Confirm(_))));
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
    let Some(Overlay::Review(review)) = sitting.app.overlays.last() else { panic!("the review stays") };
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
    assert_eq!(sitting.form().mark(&Aspect::of_part(Part::Priority)), Mark::Barred("ServerOps cases have no priority".into()));
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
