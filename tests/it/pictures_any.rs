//! Any keys in any order, at any size, while things arrive: the screen is always painted.

use caseload::domain::case::{Rid, State};
use caseload::domain::edit::Plan;
use caseload::domain::fault::{Fault, FaultKind};
use caseload::protocol::{From, Order, Report};
use caseload::tui::io::effect::Effect;
use caseload::tui::io::message::{Chord, Key, Message};
use caseload::tui::keys::action::TABLE;
use proptest::prelude::*;

use crate::stage::{Stage, forbidden, full, row, rows};

#[derive(Clone, Debug)]
enum Step {
    Keys(Vec<Chord>),
    Text(String),
    Paste(String),
    Resize(u16, u16),
    Wait(i64),
    Rows(u32, bool),
    Gone(u32),
    Fault(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let sequences: Vec<Vec<Chord>> = TABLE.iter().flat_map(|binding| binding.sequences().collect::<Vec<_>>()).collect();
    prop_oneof![
        12 => prop::sample::select(sequences).prop_map(Step::Keys),
        2 => "[a-z0-9 \\-\"漢é]{0,6}".prop_map(Step::Text),
        1 => "\\PC{0,20}".prop_map(Step::Paste),
        2 => (1_u16..200, 1_u16..60).prop_map(|(width, height)| Step::Resize(width, height)),
        2 => (1_i64..100_000).prop_map(Step::Wait),
        2 => (0_u32..40, any::<bool>()).prop_map(|(n, disk)| Step::Rows(n, disk)),
        1 => (0_u32..40).prop_map(Step::Gone),
        1 => any::<bool>().prop_map(Step::Fault),
    ]
}

/// What a worker answers: every order is closed, plans come, cases may.
fn answer(stage: &mut Stage, effects: Vec<Effect>) {
    for effect in effects {
        let Effect::Send(ticket, order) = effect else { continue };
        if let Order::Plan { .. } | Order::PlanDecided { .. } = order {
            let plan = Plan { lines: Vec::new(), calls: Vec::new(), side_effects: Vec::new() };
            stage.report(Report::Planned { ticket, plan });
        }
        let result = match order {
            Order::Open { rid: Rid(n) } if n % 3 == 0 => Err(Fault::new(FaultKind::NotFound, "gone")),
            _ => Ok(()),
        };
        let more = stage.report(Report::Done { ticket, result });
        answer(stage, more);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn nothing_that_can_be_pressed_breaks_the_picture(steps in prop::collection::vec(step(), 1..50), first_run in any::<bool>()) {
        let mut stage = Stage::with((80, 24), |setup| setup.first_run = (first_run).then(Vec::new));
        if !first_run {
            stage.sources();
            stage.report(Report::Rows { rows: rows(), from: From::Network });
        }
        for (n, step) in steps.into_iter().enumerate() {
            let effects = match step {
                Step::Keys(keys) => keys.into_iter().flat_map(|chord| stage.app.update(Message::Key(chord))).collect(),
                Step::Text(text) => text.chars().flat_map(|c| stage.app.update(Message::Key(Chord::plain(Key::Char(c))))).collect(),
                Step::Paste(text) => stage.app.update(Message::Paste(text)),
                Step::Resize(width, height) => stage.app.update(Message::Resize(width, height)),
                Step::Wait(ms) => stage.wait_ms(ms),
                Step::Rows(n, disk) => {
                    let rows = vec![row(n, 1, &format!("#{n}"), State::Open, "HIGH", Some(900), 60, &["k.tan"], "漢字 late")];
                    stage.report(Report::Rows { rows, from: if disk { From::Disk } else { From::Network } })
                }
                Step::Gone(n) => stage.report(Report::Gone(vec![Rid(n)])),
                Step::Fault(faulty) => {
                    let mut state = full();
                    state.fault = faulty.then(forbidden);
                    stage.source(1, state);
                    Vec::new()
                }
            };
            answer(&mut stage, effects);
            if n % 3 == 0 {
                stage.picture();
            }
        }
        let picture = stage.picture();
        prop_assert!(!picture.chars().any(|c| c.is_control() && c != '\n'));
    }
}
