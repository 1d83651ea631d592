//! The wall clock is set, back or forward: what waits goes on waiting for as long as before.

use super::verbs::{agree, at, directory, queued, settles};
use super::*;

/// What a person has begun.
type Begin<'a> = &'a dyn Fn(&mut Sitting);

const NIGHT_MS: i64 = 8 * 3_600_000;

impl Sitting {
    fn set(&mut self, by_ms: i64) {
        self.now_ms += by_ms;
        self.app.update(Message::ClockSet(SignedDuration::from_millis(by_ms)));
    }

    /// How long the loop sleeps.
    fn sleeps_ms(&self) -> i64 {
        self.app.wake_at().unwrap().as_millisecond() - self.app.cx.now.as_millisecond()
    }
}

#[test]
fn whatever_waits_waits_as_long_as_before() {
    let text = |sitting: &mut Sitting| drop(sitting.press("c h i"));
    let edit = |sitting: &mut Sitting| {
        sitting.press("c h i Ctrl-s");
        let order = agree(sitting);
        queued(sitting, "a", order);
    };
    let prefix = |sitting: &mut Sitting| drop(sitting.press("y"));
    let filter = |sitting: &mut Sitting| drop(sitting.press("/ p h i"));
    let notice = |sitting: &mut Sitting| sitting.app.cx.say(Grade::Info, "soon gone");
    let reading = |sitting: &mut Sitting| {
        let state = SourceState { phase: Phase::Reading { pages: 0, of: None }, ..SourceState::default() };
        sitting.report(Report::Source(SourceId(0), Box::new(state)));
    };
    let nothing = |_: &mut Sitting| {};
    let begun: [(&str, Begin<'_>); 7] = [
        ("text", &text),
        ("edit", &edit),
        ("prefix", &prefix),
        ("filter", &filter),
        ("notice", &notice),
        ("reading", &reading),
        ("the next minute", &nothing),
    ];
    for (what, begin) in begun {
        for by_ms in [-NIGHT_MS, NIGHT_MS] {
            let mut sitting = at(Vendor::Tines, directory(), |_| {});
            begin(&mut sitting);
            sitting.wait(100);
            let before = sitting.sleeps_ms();
            sitting.set(by_ms);
            assert_eq!(sitting.sleeps_ms(), before, "{what}, set by {by_ms}");
            assert!(before <= 60_000, "{what} is looked at each minute at least");
        }
    }
}

#[test]
fn what_was_typed_goes_to_the_disk_and_an_edit_is_counted_down() {
    for by_ms in [-NIGHT_MS, NIGHT_MS] {
        let mut sitting = at(Vendor::Tines, directory(), |_| {});
        sitting.press("c h i");
        sitting.set(by_ms);
        let kept = sitting.wait(400);
        assert!(kept.iter().any(|effect| matches!(effect, Effect::Send(_, Order::KeepDraft(_)))), "{by_ms}: {kept:?}");
        sitting.done();
        sitting.press("Ctrl-s");
        let order = agree(&mut sitting);
        queued(&mut sitting, "a", order);
        sitting.set(by_ms);
        assert_eq!(sitting.app.model.countdown(&sitting.app.cx), Some((1, 5)), "{by_ms}");
        sitting.wait(1_000);
        assert_eq!(sitting.app.model.countdown(&sitting.app.cx), Some((1, 4)), "{by_ms}");
        assert_eq!(settles(&sitting.press("u")), [("a".to_owned(), Settle::TakeBack)], "{by_ms}");
    }
}

#[test]
fn an_edit_that_is_told_after_the_clock_was_set_back_waits_its_delay_at_most() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    let saved_at = at_ms(NIGHT_MS);
    let mut entry =
        OutboxEntry::queued("a", Edit::unguarded(CaseId { source: SourceId(0), id: "1".into() }, Vec::new()), Plan::default(), saved_at);
    entry.send_after = saved_at.checked_add(SignedDuration::from_secs(5)).ok();
    sitting.report(Report::Outbox(Box::new(entry)));
    assert_eq!(sitting.app.model.countdown(&sitting.app.cx), Some((1, 5)));
}

#[test]
fn what_is_said_stays_its_ten_seconds_and_the_header_follows_the_wall() {
    for by_ms in [-NIGHT_MS, NIGHT_MS] {
        let mut sitting = Sitting::with(rows(1..=3));
        sitting.app.cx.say(Grade::Info, "soon gone");
        sitting.app.cx.take_dirty();
        sitting.set(by_ms);
        assert!(sitting.app.cx.take_dirty(), "another time is shown");
        assert_eq!(sitting.app.cx.now, at_ms(by_ms));
        sitting.wait(9_000);
        assert_eq!(sitting.said(), "soon gone", "{by_ms}");
        sitting.wait(1_000);
        assert_eq!(sitting.said(), "", "{by_ms}");
    }
}

#[test]
fn the_next_try_and_the_refill_of_a_quota_move_along() {
    let mut sitting = Sitting::with(rows(1..=3));
    let quota = crate::protocol::Quota { limit: 9, remaining: 0, resets_at: at_ms(30_000), period_s: 60 };
    let state = SourceState {
        phase: Phase::Waiting { until: at_ms(20_000) },
        next_try: Some(at_ms(10_000)),
        quota: Some(quota),
        ..SourceState::default()
    };
    sitting.report(Report::Source(SourceId(0), Box::new(state)));
    sitting.set(-NIGHT_MS);
    let state = &sitting.app.model.sources[0].state;
    assert_eq!(state.phase, Phase::Waiting { until: at_ms(20_000 - NIGHT_MS) });
    let told = (state.next_try, state.quota.map(|quota| quota.resets_at));
    assert_eq!(told, (Some(at_ms(10_000 - NIGHT_MS)), Some(at_ms(30_000 - NIGHT_MS))));
}

#[test]
fn rows_that_were_read_in_the_future_are_old() {
    let mut sitting = Sitting::with(rows(1..=3));
    sitting.set(-NIGHT_MS);
    assert_eq!(sitting.app.model.sources[0].word(sitting.app.cx.now, sitting.app.cx.steady), "old now");
}
