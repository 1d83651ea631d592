//! Whatever the worker tells between keys, nothing moves under the cursor and nothing is lost.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::tui::areas::areas;

#[derive(Clone, Debug)]
enum Step {
    Key(&'static str),
    Rows(Vec<(u32, u8, u8)>, bool),
    Gone(Vec<u32>),
    Resize(u16, u16),
    Wait(i64),
    Full,
}

fn step() -> impl Strategy<Value = Step> {
    let keys = prop::sample::select(vec![
        "j",
        "k",
        "j",
        "G",
        "g g",
        "Ctrl-d",
        "Ctrl-u",
        "r",
        "/ a",
        "/ a Enter",
        "/ - b Enter",
        "Esc",
        "Enter",
        "h",
        "J",
        "S 2",
        "w 1",
        "w 5",
        "b",
        "S 5",
        "g n",
        "Ctrl-x",
        "z z",
        "z t",
        "z m",
        "z p",
        "5 j",
    ]);
    let rows = prop::collection::vec((0_u32..40, 0_u8..5, 0_u8..4), 1..12);
    prop_oneof![
        4 => keys.prop_map(Step::Key),
        4 => (rows, any::<bool>()).prop_map(|(rows, disk)| Step::Rows(rows, disk)),
        1 => prop::collection::vec(0_u32..40, 1..4).prop_map(Step::Gone),
        1 => (1_u16..160, 1_u16..60).prop_map(|(width, height)| Step::Resize(width, height)),
        1 => (1_i64..90_000).prop_map(Step::Wait),
        1 => Just(Step::Full),
    ]
}

/// What must hold after every step.
fn check(sitting: &Sitting) {
    let list = &sitting.app.model.list;
    let order: BTreeSet<_> = sitting.order().into_iter().collect();
    assert_eq!(order.len(), list.order().len(), "no row twice");
    assert!(sitting.held().iter().all(|rid| !order.contains(rid)), "in the tray or in the list");
    assert_eq!(list.cursor(), list.order().get(list.at()).copied());
    if let Some(cursor) = list.cursor()
        && !areas(&sitting.app.model, &sitting.app.panes, &sitting.app.cx).list.is_empty()
        && areas(&sitting.app.model, &sitting.app.panes, &sitting.app.cx).list_rows() > 0
    {
        assert!(list.visible().contains(&cursor), "the cursor is in sight");
    }
    assert!(list.known() <= 40);
}

proptest! {
    /// Nothing that arrives moves the cursor off its case or its case off its line; nothing that matches is lost.
    #[test]
    fn reports_between_keys_never_move_what_is_under_the_cursor(steps in prop::collection::vec(step(), 1..60)) {
        let mut sitting = Sitting::new();
        sitting.press("j");
        for step in steps {
            let before = (sitting.cursor(), sitting.app.model.list.at() - sitting.app.model.list.top(), sitting.app.model.list.visible().to_vec());
            match step {
                Step::Key(keys) => { sitting.press(keys); }
                Step::Resize(width, height) => { sitting.app.update(Message::Resize(width, height)); }
                quiet => {
                    match quiet {
                        Step::Rows(numbers, disk) => {
                            let titles = ["a", "b", "ab", "c"];
                            let rows = numbers.into_iter().map(|(n, level, title)| row(n, level, titles[usize::from(title)])).collect();
                            sitting.report(Report::Rows { rows, from: if disk { From::Disk } else { From::Network } });
                        }
                        Step::Gone(numbers) => { sitting.report(Report::Gone(numbers.into_iter().map(Rid).collect())); }
                        Step::Wait(ms) => { sitting.wait(ms); }
                        _ => sitting.full(),
                    }
                    if before.0.is_some() {
                        let list = &sitting.app.model.list;
                        prop_assert_eq!(sitting.cursor(), before.0);
                        prop_assert_eq!(list.at() - list.top(), before.1);
                        prop_assert_eq!(&list.visible()[..before.2.len().min(list.visible().len())], &before.2[..]);
                    }
                }
            }
            check(&sitting);
        }
        // Keys act only where their list is in sight.
        sitting.app.update(Message::Resize(80, 24));
        sitting.wait(300);
        sitting.press("Esc Esc Esc r");
        if sitting.app.model.list.filter().is_empty() {
            let list = &sitting.app.model.list;
            let asleep = (0..40).filter(|rid| list.is_snoozed(Rid(*rid))).count();
            prop_assert_eq!(list.order().len() + asleep, list.known(), "nothing is lost");
        }
    }
}

#[test]
fn a_long_first_fill_leaves_what_is_in_sight_and_loses_nothing() {
    let mut sitting = Sitting::new();
    let page = |n: u32| (n * 100..n * 100 + 100).map(|n| row(n, (n % 5) as u8, "case")).collect::<Vec<_>>();
    sitting.network(page(0));
    sitting.press("3 j");
    let (seen, cursor) = (sitting.app.model.list.visible().to_vec(), sitting.cursor());
    for n in 1..40 {
        sitting.network(page(n));
        assert_eq!((sitting.app.model.list.visible(), sitting.cursor()), (&seen[..], cursor));
        assert_eq!(sitting.app.model.list.known(), n as usize * 100 + 100);
    }
    sitting.full();
    let list = &sitting.app.model.list;
    assert_eq!(list.order().len() + list.held().len(), 4_000);
    assert_eq!(list.matching(), list.order().len());
    assert!(!list.held().is_empty(), "the most urgent belong above what is in sight");
    sitting.press("r G");
    assert_eq!((sitting.app.model.list.at(), sitting.app.model.list.order().len()), (3_999, 4_000));
}
