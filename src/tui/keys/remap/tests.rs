//! Remapping as a person writes it, and whatever else may be written.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::tui::keys::action::TABLE;

fn remap(place: &str, action: &str, keys: &[&str], line: usize) -> Remap {
    let keys = keys.iter().map(|keys| (*keys).to_owned()).collect();
    Remap { place: place.into(), action: action.into(), keys, file: PathBuf::from("c.toml"), line }
}

fn made(remaps: Vec<Remap>) -> (Keymap, Vec<String>) {
    let (map, problems) = Keymap::new(&Keys { preset: Preset::Vim, remaps });
    (map, problems.iter().map(|problem| format!("{}: {} | {}", problem.line.unwrap(), problem.what, problem.instead)).collect())
}

fn keys(map: &Keymap, scope: Scope, action: Action) -> String {
    map.binding(scope, action).unwrap().all_keys()
}

#[test]
fn keys_are_replaced_added_and_taken_away_where_the_person_says() {
    let (map, problems) = made(vec![
        remap("list", "take", &["Ctrl-t"], 2),
        remap("list", "status", &[], 3),
        remap("everywhere", "help", &["F1", "Ctrl-w ?"], 4),
        remap("list", "close-case", &["d d"], 5),
    ]);
    assert_eq!(problems, [""; 0]);
    assert_eq!(keys(&map, Scope::List, Action::Take), "Ctrl-t");
    assert_eq!(keys(&map, Scope::Detail, Action::Take), "i", "only the list was said");
    assert_eq!(keys(&map, Scope::List, Action::Status), "");
    assert_eq!(map.key(Scope::List, Action::Status), ":status", "what has no key is named");
    assert_eq!(keys(&map, Scope::Outbox, Action::Help), "F1 Ctrl-w ?");
    assert_eq!(keys(&map, Scope::List, Action::CloseCase), "dd");
}

#[test]
fn two_may_swap_their_keys() {
    let (map, problems) = made(vec![remap("list", "take", &["x"], 2), remap("list", "close-case", &["i"], 3)]);
    assert_eq!(problems, [""; 0]);
    assert_eq!((keys(&map, Scope::List, Action::Take), keys(&map, Scope::List, Action::CloseCase)), ("x".into(), "i".into()));
}

#[test]
fn what_cannot_hold_is_named_with_its_line_and_the_rest_holds() {
    let cases: [(Remap, &str); 15] = [
        (
            remap("list", "take", &["x"], 2),
            "2: `x` means `close-case` in list already | choose another key, or free it with `close-case = []` below [keys.list]",
        ),
        (remap("list", "take", &["g"], 2), "`g` is `take` alone"),
        (remap("list", "take", &["x y"], 2), "can never be completed in list: `x` is `close-case` alone"),
        (remap("lists", "take", &["Ctrl-t"], 2), "2: there is no place `lists` | did you mean [keys.list]?"),
        (remap("list", "clsoe-case", &["Ctrl-t"], 2), "2: there is no command `clsoe-case` | did you mean `close-case`?"),
        (remap("outbox", "take", &["Ctrl-t"], 2), "2: `take` is no command of outbox | it is one of list, case"),
        (remap("list", "take", &["Crtl-t"], 2), "2: there is no key `Crtl-t`"),
        (remap("list", "take", &["PgDown"], 2), "did you mean `PgDn`?"),
        (remap("list", "take", &["Ctrl-D"], 2), "2: no terminal sends `Ctrl-D` | write `Ctrl-d`"),
        (remap("list", "take", &["Ctrl-i"], 2), "2: no terminal sends `Ctrl-i` | write `Tab`"),
        (remap("list", "take", &["5"], 2), "2: `5` can never be pressed in list: digits are counts there"),
        (remap("list", "take", &["g Esc"], 2), "Esc calls a sequence off"),
        (remap("filter", "keep-filter", &["k"], 2), "2: `k` would eat what is typed in filter"),
        (remap("list", "take", &[""], 2), "2: a key is empty"),
        (remap("menu", "choose", &["a"], 2), "2: the digits of `choose` stay as they are"),
    ];
    for (wrong, words) in cases {
        let good = remap("case", "take", &["Ctrl-t"], 9);
        let (map, problems) = made(vec![wrong.clone(), good]);
        assert_eq!(problems.len(), 1, "{wrong:?} {problems:?}");
        assert!(problems[0].contains(words), "{:?} lacks {words:?}", problems[0]);
        assert_eq!(keys(&map, Scope::List, Action::Take), "i", "{wrong:?}");
        assert_eq!(keys(&map, Scope::Detail, Action::Take), "Ctrl-t");
    }
}

#[test]
fn of_two_lines_the_later_gives_way() {
    let (map, problems) = made(vec![remap("list", "take", &["F7"], 2), remap("list", "status", &["F7"], 3)]);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("3: `F7` means `take` in list already"), "{problems:?}");
    assert_eq!((keys(&map, Scope::List, Action::Take), keys(&map, Scope::List, Action::Status)), ("F7".into(), "s".into()));
}

#[test]
fn nobody_is_locked_in() {
    let away = |action, line| remap("question", action, &[], line);
    let (map, problems) = made(vec![away("no", 2)]);
    assert_eq!(problems, ["2: nothing would lead out of question any more | give `no` a key"]);
    assert_eq!(keys(&map, Scope::Confirm, Action::No), "n Esc Enter q Ctrl-c");
}

#[test]
fn a_preset_has_no_conflict_and_arrows_moves_without_letters() {
    for preset in [Preset::Vim, Preset::Arrows] {
        let (map, problems) = Keymap::new(&Keys { preset, remaps: Vec::new() });
        assert_eq!(problems, []);
        assert_eq!(map, Keymap::of_preset(preset));
        for scope in Scope::ALL {
            let mut seen = BTreeMap::new();
            for bound in map.bindings(scope) {
                for keys in &bound.sequences {
                    assert_eq!(seen.insert(keys.clone(), bound.binding.action), None, "{preset:?} {scope:?} {keys:?}");
                }
            }
            for keys in seen.keys() {
                assert!((1..keys.len()).all(|end| !seen.contains_key(&keys[..end])), "{preset:?} {scope:?} {keys:?}");
            }
        }
    }
    let arrows = Keymap::of_preset(Preset::Arrows);
    for (scope, action, keys_now) in [
        (Scope::List, Action::Down, "Down"),
        (Scope::List, Action::First, "Home"),
        (Scope::List, Action::Last, "End"),
        (Scope::List, Action::Open, "Enter Right"),
        (Scope::Detail, Action::ToList, "Left"),
        (Scope::List, Action::OtherDown, "Ctrl-Down"),
        (Scope::List, Action::Take, "F4 i"),
        (Scope::Sources, Action::NextTab, "] Tab Right"),
    ] {
        assert_eq!(keys(&arrows, scope, action), keys_now, "{scope:?} {action:?}");
    }
}

#[test]
fn the_key_of_a_macro_that_means_something_else_is_a_problem() {
    let with = |key: char| crate::config::Macro { name: "FP".into(), key: Some(key), ..crate::config::Macro::default() };
    let of = |remaps: Vec<Remap>, key| {
        let (map, problems) = Keymap::of_config(&Keys { preset: Preset::Vim, remaps }, &[with(key)]);
        let holds = map.begins_macro(Scope::List, &[Chord::char('m')]);
        (holds, problems.iter().map(|problem| format!("{} | {}", problem.what, problem.instead)).collect::<Vec<_>>())
    };
    assert_eq!(of(vec![], 'f'), (true, vec![]));
    let (holds, said) = of(vec![], 'm');
    assert!(!holds && said[0].starts_with("the key `mm` of the macro `FP` means `macros` in list already"), "{said:?}");
    let (holds, said) = of(vec![remap("list", "take", &["m f"], 1)], 'f');
    assert!(!holds && said[0].contains("means `take` in list already"), "{said:?}");
    let freed = vec![remap("case", "macros", &[], 1), remap("case", "record", &[], 2), remap("case", "take", &["m"], 3)];
    let (holds, said) = of(freed, 'f');
    assert!(!holds && said[0].contains("can never be pressed in case: `m` is `take`"), "{said:?}");
}

#[test]
fn every_command_has_a_name_of_its_own() {
    for binding in TABLE {
        assert_eq!(Action::named(&binding.action.name()), Some(binding.action));
    }
    assert_eq!(Action::CloseCase.name(), "close-case");
}

#[test]
fn sequences_are_written_as_people_write_them() {
    let chords = |keys: &str| keys.split(' ').map(|key| Chord::parse(key).unwrap()).collect::<Vec<_>>();
    assert_eq!((written(&chords("g g")), written(&chords("Ctrl-x s"))), ("gg".into(), "Ctrl-x s".into()));
}

fn any_word() -> impl Strategy<Value = String> {
    let names: Vec<String> = TABLE.iter().map(|binding| binding.action.name()).collect();
    prop_oneof![3 => proptest::sample::select(names), 1 => any::<String>()]
}

fn any_place() -> impl Strategy<Value = String> {
    let names: Vec<String> = Scope::ALL.into_iter().map(place_name).chain(["everywhere".into()]).collect();
    prop_oneof![5 => proptest::sample::select(names), 1 => any::<String>()]
}

fn any_keys() -> impl Strategy<Value = String> {
    let names = ["g", "g g", "x", "Ctrl-x", "Ctrl-x g", "Esc", "Enter", "F5", "Alt-1", "1", "q", "n", "Space", "Ctrl-c", "Ctrl-D"];
    prop_oneof![5 => proptest::sample::select(names.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #[test]
    fn whatever_is_written_the_map_is_sound(
        remaps in proptest::collection::vec((any_place(), any_word(), proptest::collection::vec(any_keys(), 0..4)), 0..12),
        is_arrows in any::<bool>(),
    ) {
        let remaps = remaps.into_iter().zip(1..).map(|((place, action, keys), line)| Remap { place, action, keys, file: PathBuf::new(), line });
        let preset = if is_arrows { Preset::Arrows } else { Preset::Vim };
        let keys = Keys { preset, remaps: remaps.collect() };
        let (map, problems) = Keymap::new(&keys);
        prop_assert!(problems.iter().all(|problem| problem.line.is_some() && !problem.instead.is_empty()));
        prop_assert!(!keys.remaps.is_empty() || problems.is_empty());
        for scope in Scope::ALL {
            let mut seen = BTreeMap::new();
            for bound in map.bindings(scope) {
                for keys in &bound.sequences {
                    prop_assert_eq!(seen.insert(keys.clone(), bound.binding.action), None);
                }
            }
            for keys in seen.keys() {
                prop_assert!((1..keys.len()).all(|end| !seen.contains_key(&keys[..end])));
            }
            prop_assert!(EXITS.iter().any(|exit| map.binding(scope, *exit).is_some_and(|bound| !bound.sequences.is_empty())));
        }
    }
}
