//! When the terminal is given away to what fetches a secret, and when it is not.

use super::*;
use crate::protocol::{Order, Ticket};
use crate::tui::cx::pending::Ask;

/// A sitting whose only source has its token from a command.
fn sitting() -> Sitting {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.report(Report::SourceInfo(SourceInfo { asks_for_secret: true, ..info(0, Vendor::Tines) }));
    sitting.full();
    sitting
}

fn refuse(sitting: &mut Sitting) -> Vec<Effect> {
    let fault = Fault::new(FaultKind::Unauthorized, "401").with_status(401);
    sitting.report(Report::Source(SourceId(0), Box::new(SourceState { fault: Some(fault), ..SourceState::default() })))
}

/// Ticket and limit of the secret that is fetched.
fn lent(effects: &[Effect]) -> Option<(Ticket, Option<u64>)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Lend(ticket, Order::FetchSecrets { sources, limit_s }) => {
            assert_eq!(sources, &[SourceId(0)]);
            Some((*ticket, *limit_s))
        }
        _ => None,
    })
}

fn reads(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Refresh { .. })))
}

#[test]
fn a_token_that_ran_out_is_fetched_once_when_nobody_types() {
    let mut sitting = sitting();
    sitting.wait(60_000);
    sitting.press("j");
    assert_eq!(lent(&refuse(&mut sitting)), None, "a key was pressed this moment");
    assert_eq!(sitting.app.wake_at().map(|at| at <= at_ms(sitting.now_ms + 3_000)), Some(true), "the loop wakes for it");
    assert_eq!(lent(&sitting.wait(2_000)), None);
    sitting.press("/");
    assert_eq!(lent(&sitting.wait(60_000)), None, "a filter is being typed");
    sitting.press("Esc");
    let (ticket, limit_s) = lent(&sitting.wait(3_000)).unwrap();
    assert_eq!(limit_s, Some(60), "nobody may be there");
    let fault = Fault::new(FaultKind::Config, "nobody answered");
    assert!(reads(&sitting.report(Report::Done { ticket, result: Err(fault) })));
    assert_eq!(lent(&sitting.wait(600_000)), None, "once");
    // It answers again, and runs out again.
    sitting.full();
    assert!(lent(&refuse(&mut sitting)).is_some());
}

#[test]
fn a_case_that_could_not_be_read_is_read_when_its_source_answers_again() {
    let mut sitting = sitting();
    sitting.app.update(Message::Resize(120, 36));
    sitting.press("j Enter");
    let fault = Fault::new(FaultKind::Unauthorized, "401").with_status(401);
    let ticket = sitting.app.cx.pending.iter().find_map(|(ticket, ask)| matches!(ask, Ask::Open(_)).then_some(ticket)).unwrap();
    sitting.report(Report::Done { ticket, result: Err(fault) });
    assert!(sitting.app.panes.detail.fault.is_some());
    refuse(&mut sitting);
    let at = at_ms(sitting.now_ms);
    let well = SourceState { coverage: Coverage::Full { at, hidden: 0 }, read_at: Some(at), ..SourceState::default() };
    let effects = sitting.report(Report::Source(SourceId(0), Box::new(well)));
    let rid = sitting.app.panes.detail.rid.unwrap();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(_, Order::Open { rid: asked }) if *asked == rid)), "{effects:?}");
}

#[test]
fn a_key_that_reads_again_fetches_the_secret_first_and_without_a_limit() {
    for keys in ["r", "R", "g s 1 Enter", "g s 2 Enter"] {
        let mut sitting = sitting();
        sitting.press("j");
        refuse(&mut sitting);
        let effects = sitting.press(keys);
        let (ticket, limit_s) = lent(&effects).unwrap_or_else(|| panic!("{keys}: {effects:?}"));
        assert!(limit_s.is_none() && !reads(&effects), "{keys}");
        assert_eq!(lent(&sitting.press("r")), None, "{keys}: one at a time");
        assert!(reads(&sitting.report(Report::Done { ticket, result: Ok(()) })), "{keys}: then it is read");
    }
}

#[test]
fn what_no_command_gives_and_what_no_secret_mends_keeps_the_terminal() {
    let mut plain = Sitting::with(rows(1..=3));
    refuse(&mut plain);
    assert_eq!(lent(&plain.press("R")), None);
    let mut sitting = sitting();
    for kind in [FaultKind::Server, FaultKind::Forbidden, FaultKind::Unreachable] {
        let state = SourceState { fault: Some(Fault::new(kind, "no")), ..SourceState::default() };
        sitting.report(Report::Source(SourceId(0), Box::new(state)));
        assert_eq!(lent(&sitting.press("R")), None, "{kind:?}");
        assert_eq!(lent(&sitting.wait(60_000)), None, "{kind:?}");
        sitting.done();
    }
}
