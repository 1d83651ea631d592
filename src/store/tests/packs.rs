//! Packs are copies: with them and without them the list reads the same, whoever changes it.

use proptest::prelude::*;

use super::*;

fn packs(store: &Store) -> u32 {
    store.cases().unwrap().file.connection.query_row("SELECT count(*) FROM packs", [], |row| row.get(0)).unwrap()
}

/// The list as the table has it, past all packs.
fn unpacked(store: &Store) -> Vec<(Rid, Row)> {
    let mut rows = store.first_rows(usize::MAX).unwrap();
    rows.sort_by_key(|(rid, _)| *rid);
    rows
}

fn end_of_pass(store: &mut Store, number: u32) {
    let mark = Mark { pass: number, complete_at: Some(at(i64::from(number))), ..Mark::default() };
    store.save_page(A, &[], Some(&mark), at(1)).unwrap();
}

#[test]
fn the_end_of_a_pass_packs_the_list_and_a_change_unpacks_its_neighbourhood() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let items: Vec<Listed> = (0..3_000).map(|number| listed(A, &number.to_string(), "a title", number)).collect();
    store.save_page(A, &items, None, at(1)).unwrap();
    store.save_page(B, &[listed(B, "b", "of another source", 1)], None, at(1)).unwrap();
    assert_eq!(packs(&store), 0);
    end_of_pass(&mut store, 1);
    assert_eq!((packs(&store), all(&store)), (3, unpacked(&store)));
    let mut other = Store::open(directory.path(), Access::ReadOnly).unwrap();
    other.sources(&["b"]).unwrap();
    assert_eq!(all(&other).len(), 1, "sources of other runs stay unread in packs too");

    assert_eq!(store_one(&mut store, &items[0]).1, Change::Same);
    assert_eq!(packs(&store), 3);
    assert_eq!(store_one(&mut store, &listed(A, "0", "changed", 0)).1, Change::Changed);
    assert_eq!((packs(&store), all(&store)), (2, unpacked(&store)));
    store.remove(&[Rid(2_999)]).unwrap();
    assert_eq!((packs(&store), all(&store)), (1, unpacked(&store)));
    store.cases().unwrap().file.connection.execute("DELETE FROM rows WHERE rid = 1500", []).unwrap();
    assert_eq!((packs(&store), all(&store)), (0, unpacked(&store)), "also by hand");
    end_of_pass(&mut store, 1);
    assert_eq!(packs(&store), 0, "the same end is no new end");
    end_of_pass(&mut store, 2);
    assert_eq!((packs(&store), all(&store)), (3, unpacked(&store)));
}

#[test]
fn a_broken_pack_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    store_one(&mut store, &listed(A, "1", "one", 5));
    end_of_pass(&mut store, 1);
    store.cases().unwrap().file.connection.execute("UPDATE packs SET list = x'ffff'", []).unwrap();
    assert_eq!(store.each_rows(1, &mut |_| true).unwrap_err().kind, FaultKind::Damaged);
}

#[derive(Clone, Debug)]
enum Step {
    Save { by: usize, id: u16, version: u8 },
    Remove { by: usize, rid: u32 },
    EndOfPass { by: usize },
}

fn arb_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0usize..2, 0u16..40, 0u8..3).prop_map(|(by, id, version)| Step::Save { by, id, version }),
        1 => (0usize..2, 1u32..40).prop_map(|(by, rid)| Step::Remove { by, rid }),
        1 => (0usize..2).prop_map(|by| Step::EndOfPass { by }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn two_writers_see_one_list_and_one_number_per_case(steps in prop::collection::vec(arb_step(), 1..40)) {
        let directory = tempfile::tempdir().unwrap();
        let mut stores = [open(directory.path()), open(directory.path())];
        let mut expected = std::collections::BTreeMap::new();
        for (number, step) in (1..).zip(steps) {
            match step {
                Step::Save { by, id, version } => {
                    let item = listed(A, &id.to_string(), &format!("version {version}"), 1);
                    let (rid, _) = store_one(&mut stores[by], &item);
                    if let Some(before) = expected.insert(rid, item.row.clone()) {
                        prop_assert_eq!(before.id, item.row.id);
                    }
                }
                Step::Remove { by, rid } => {
                    stores[by].remove(&[Rid(rid)]).unwrap();
                    expected.remove(&Rid(rid));
                }
                Step::EndOfPass { by } => end_of_pass(&mut stores[by], number),
            }
            let expected: Vec<_> = expected.iter().map(|(rid, row)| (*rid, row.clone())).collect();
            for store in &stores {
                prop_assert_eq!(&all(store), &expected);
                prop_assert_eq!(&unpacked(store), &expected);
            }
        }
    }
}
