//! Clocks that run out, announced once.

use super::*;
use crate::config::{Alarms, Config, SlaRule};
use crate::domain::case::State;
use crate::tui::model::alarm::Alarm;

/// A case whose clock runs out so many seconds from the start.
pub(in crate::tui) fn due(n: u32, in_s: i64) -> (Rid, Row) {
    let (rid, mut row) = row(n, 1, &format!("case {n}"));
    row.status.state = Some(State::Open);
    row.due_at = Some(at_ms(in_s * 1000));
    (rid, row)
}

fn watching(alarms: Alarms) -> Sitting {
    let mut sitting = Sitting::with(Vec::new());
    assert_eq!(sitting.app.model.alarms.set_alarms(alarms, &sitting.app.cx), None);
    sitting
}

fn rung(effects: Vec<Effect>) -> Vec<Alarm> {
    effects.into_iter().filter_map(|effect| if let Effect::Ring(alarms) = effect { Some(alarms) } else { None }).flatten().collect()
}

fn words(effects: Vec<Effect>) -> Vec<String> {
    rung(effects).into_iter().map(|alarm| alarm.words).collect()
}

/// Goes on in steps as the loop does: to the moment that the state asks for.
fn until(sitting: &mut Sitting, seconds: i64) -> Vec<String> {
    let mut said = Vec::new();
    loop {
        let wake = sitting.app.wake_at().map_or(i64::MAX, |at| at.as_millisecond() - NOW_S * 1000);
        let next = wake.max(sitting.now_ms + 1).min(seconds * 1000);
        let effects = sitting.wait(next - sitting.now_ms);
        said.extend(words(effects));
        if sitting.now_ms >= seconds * 1000 {
            return said;
        }
    }
}

#[test]
fn each_threshold_is_announced_once_and_the_loop_is_woken_for_it() {
    let mut sitting = watching(Alarms::default());
    sitting.network(vec![due(1, 3_600)]);
    assert_eq!(until(&mut sitting, 1_799), [""; 0]);
    assert_eq!(until(&mut sitting, 1_900), ["#1 is due in 30m: case 1"]);
    // Read again, a second off: no news.
    sitting.network(vec![due(1, 3_601)]);
    assert_eq!(until(&mut sitting, 3_290), [""; 0]);
    assert_eq!(until(&mut sitting, 3_400), ["#1 is due in 5m: case 1"]);
    assert_eq!(until(&mut sitting, 9_000), ["#1 is over its SLA: case 1"]);
    // The vendor gave it more time: a clock anew.
    sitting.network(vec![due(1, 12_000)]);
    assert_eq!(until(&mut sitting, 12_500), ["#1 is due in 30m: case 1", "#1 is due in 5m: case 1", "#1 is over its SLA: case 1"]);
}

#[test]
fn what_is_closed_or_gone_is_silent() {
    let mut sitting = watching(Alarms::default());
    sitting.network(vec![due(1, 3_600), due(2, 3_600)]);
    let mut closed = due(1, 3_600);
    closed.1.status.state = Some(State::Closed);
    sitting.network(vec![closed]);
    sitting.report(Report::Gone(vec![Rid(2)]));
    assert_eq!(until(&mut sitting, 4_000), [""; 0]);
}

#[test]
fn a_storm_is_one_alarm_and_alarms_keep_their_distance() {
    let mut sitting = watching(Alarms::default());
    sitting.network((1..=400).map(|n| due(n, 3_600)).collect());
    assert_eq!(until(&mut sitting, 1_801), ["400 cases are due soon"]);
    let mut sitting = watching(Alarms { at_s: vec![0], ..Alarms::default() });
    sitting.network((0..60).map(|n| due(n + 1, 100 + i64::from(n))).collect());
    let said = until(&mut sitting, 300);
    assert!(said.len() <= 8, "a minute of clocks running out one by one: {said:?}");
    assert_eq!(said[0], "#1 is over its SLA: case 1");
    assert!(said[1..].iter().any(|words| words == "10 cases are over the SLA"), "{said:?}");
}

#[test]
fn what_is_over_when_the_rows_are_first_read_is_summed_up() {
    let mut sitting = watching(Alarms::default());
    sitting.report(Report::Rows { rows: (1..=20).map(|n| due(n, -60)).chain((21..=25).map(|n| due(n, 900))).collect(), from: From::Disk });
    assert_eq!(until(&mut sitting, 10), ["20 cases are over the SLA, 5 due soon"]);
    assert_eq!(until(&mut sitting, 300), [""; 0]);
    assert_eq!(until(&mut sitting, 601), ["5 cases are due soon"], "five minutes are left");
}

#[test]
fn in_quiet_hours_only_the_screen_speaks() {
    // The sitting begins at 14:13 UTC.
    let mut sitting = watching(Alarms { quiet: Some((14 * 60, 15 * 60)), ..Alarms::default() });
    sitting.network(vec![due(1, 1_800 + 60)]);
    assert_eq!(until(&mut sitting, 62), [""; 0]);
    assert_eq!(sitting.said(), "#1 is due in 30m: case 1");
    assert_eq!(until(&mut sitting, 3_600), [""; 0]);
}

#[test]
fn a_clock_of_ones_own_is_announced_as_such_and_without_thresholds_nothing_is() {
    let mut sitting = watching(Alarms { at_s: vec![300], ..Alarms::default() });
    let rule = SlaRule { when: String::new(), respond_s: None, close_s: Some(3_600), business_hours: false, file: "c".into(), line: 1 };
    let (rules, problems) = crate::sla::Rules::new(&Config { sla: vec![rule], ..Config::default() });
    assert_eq!(problems, []);
    sitting.app.model.list.set_rules(rules);
    let (rid, mut own) = due(1, 0);
    (own.due_at, own.created_at) = (None, Some(at_ms(0)));
    sitting.network(vec![(rid, own)]);
    assert!(sitting.app.model.list.is_local_clock(rid));
    assert_eq!(until(&mut sitting, 3_400), ["#1 ~is due in 5m: case 1"]);
    let mut silent = watching(Alarms { at_s: Vec::new(), ..Alarms::default() });
    silent.network(vec![due(1, 60)]);
    assert_eq!(until(&mut silent, 120), [""; 0]);
}

#[test]
fn each_clock_of_a_case_rings_also_behind_one_that_is_over() {
    let mut sitting = watching(Alarms { at_s: vec![300, 0], ..Alarms::default() });
    let with = |first: Timestamp, second: i64| {
        let (rid, row) = due(1, 0);
        (rid, Row { due_at: Some(first), also_due: vec![at_ms(second * 1000)], ..row })
    };
    sitting.network(vec![with(at_ms(600_000), 3_600)]);
    assert_eq!(until(&mut sitting, 700), ["#1 is due in 5m: case 1", "#1 is over its SLA: case 1"]);
    // The vendor says no more of the first than that it is over, and the second ends a second later with each reading.
    sitting.network(vec![with(crate::domain::sla::OVER_SINCE_UNKNOWN, 3_601)]);
    assert_eq!(until(&mut sitting, 3_000), [""; 0]);
    assert_eq!(until(&mut sitting, 3_400), ["#1 is due in 5m by another SLA: case 1"]);
    sitting.network(vec![with(crate::domain::sla::OVER_SINCE_UNKNOWN, 3_602)]);
    assert_eq!(until(&mut sitting, 3_700), ["#1 is over another SLA, too: case 1"]);
    sitting.network(vec![with(crate::domain::sla::OVER_SINCE_UNKNOWN, 3_600)]);
    assert_eq!(until(&mut sitting, 9_000), [""; 0]);
    // Stopped, or its case closed, it is silent.
    let mut sitting = watching(Alarms { at_s: vec![300, 0], ..Alarms::default() });
    sitting.network(vec![with(at_ms(600_000), 3_600)]);
    let (rid, alone) = due(1, 600);
    sitting.network(vec![(rid, alone)]);
    assert_eq!(until(&mut sitting, 9_000), ["#1 is due in 5m: case 1", "#1 is over its SLA: case 1"]);
}

#[test]
fn a_case_of_two_clocks_counts_once_in_a_sum() {
    let two = |n: u32, in_s: i64| {
        let (rid, row) = due(n, in_s);
        (rid, Row { also_due: vec![at_ms((in_s + 5) * 1000)], ..row })
    };
    let mut sitting = watching(Alarms { at_s: vec![0], ..Alarms::default() });
    sitting.report(Report::Rows { rows: (1..=20).map(|n| two(n, -60)).collect(), from: From::Disk });
    assert_eq!(until(&mut sitting, 10), ["20 cases are over the SLA"]);
    sitting.network((21..=23).map(|n| two(n, 100)).collect());
    let said = until(&mut sitting, 300);
    assert_eq!(said.len(), 6, "each of the clocks: {said:?}");
}
