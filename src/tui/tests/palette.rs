//! The palette and remapped keys as a person uses them.

use super::*;
use crate::config::{Keys as Wishes, Preset, Remap};
use crate::tui::areas::scope;
use crate::tui::keys::remap::Keymap;
use crate::tui::screens::palette::acts::palette_entries;

impl Sitting {
    pub(in crate::tui) fn text(&mut self, text: &str) -> Vec<Effect> {
        text.chars().flat_map(|c| self.app.update(Message::Key(Chord::char(c)))).collect()
    }

    fn entries(&self) -> Vec<crate::tui::screens::palette::Entry> {
        let Some(Overlay::Palette(pane)) = self.app.cx.overlays.last() else { panic!("the palette is open") };
        palette_entries(pane, &self.app.model, &self.app.panes, &self.app.cx)
    }

    fn names(&self) -> Vec<String> {
        self.entries().into_iter().map(|entry| entry.name).collect()
    }
}

#[test]
fn a_case_is_gone_to_by_every_name_that_it_is_given() {
    for name in ["tines:#3", "tn:3", "TN #3", "TN#3", "t:3", "#3", "3"] {
        let mut sitting = Sitting::with(rows(1..=5));
        sitting.press(":");
        sitting.text(&format!("case {name}"));
        sitting.press("Enter");
        assert_eq!(sitting.cursor(), Some(3), "{name}");
        sitting.press("/");
        sitting.text(&if name == "3" { "key:3".to_owned() } else { name.to_owned() });
        assert_eq!(sitting.order(), [3], "{name} in the filter");
    }
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press(":");
    sitting.text("case tn:77");
    sitting.press("Enter");
    assert_eq!(sitting.said(), "no case read so far is called tn:77");
    // A case that the filter hides is shown beside the list all the same.
    sitting.press("/");
    sitting.text("\"case 1\"");
    sitting.press("Enter :");
    sitting.text("case tn:4");
    sitting.press("Enter");
    assert_eq!((sitting.order(), sitting.app.panes.detail.rid), (vec![1], Some(Rid(4))));
}

#[test]
fn a_few_letters_find_a_command_and_it_is_run_where_the_palette_was_called() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press(":");
    let all = sitting.entries();
    let take = all.iter().find(|entry| entry.name == "take").unwrap();
    assert_eq!((take.keys.as_str(), take.why.as_deref()), ("i", None));
    let outbox = all.iter().find(|entry| entry.name == "outbox").unwrap();
    assert_eq!(outbox.why.as_deref(), Some("the outbox is empty: nothing waits to be sent"));
    sitting.text("last");
    assert_eq!(sitting.names()[0], "last");
    sitting.press("Enter");
    assert_eq!((sitting.cursor(), sitting.app.cx.overlays.len()), (Some(1), 0));
    sitting.press("Ctrl-p");
    assert_eq!(sitting.names()[0], "last", "what was run last comes first");
    sitting.text("zzzzqqq");
    assert_eq!(sitting.names(), [""; 0]);
    sitting.press("Enter");
    assert_eq!(sitting.said(), "no command is called that; Esc closes the palette");
    sitting.press("Esc");
    assert!(sitting.app.cx.overlays.is_empty());
}

#[test]
fn words_behind_a_command_are_taken_or_it_is_said_where_they_belong() {
    let mut sitting = Sitting::with(rows(1..=5));
    let mut run = |typed: &str| {
        sitting.press(":");
        sitting.text(typed);
        let effects = sitting.press("Enter");
        let said = sitting.said().to_owned();
        while !sitting.app.cx.overlays.is_empty() {
            sitting.press("Ctrl-u Esc");
        }
        (effects, said, sitting.app.model.list.query().to_string())
    };
    for (typed, sort) in [
        ("sort updated", "sort:-updated"),
        ("sort created", "sort:-created"),
        ("sort changed", "sort:-updated"),
        ("sort updated,title", "sort:updated,title"),
        ("sort attr.service", "sort:attr.service"),
    ] {
        assert_eq!(run(typed).2, sort, "{typed}");
    }
    for (typed, words) in [
        ("sort xyzq", "sort takes SLA, priority, opened, "),
        ("view xyzq", "no view is called that; "),
        ("times xyzq", "times takes relative, local, utc; "),
        ("snooze xyzq", "snooze takes no words behind it; "),
        ("export q.txt", "write the format before the file: export csv q.txt"),
    ] {
        let (_, said, _) = run(typed);
        assert!(said.starts_with(words), "{typed}: {said}");
    }
    let (effects, ..) = run("export q.md");
    assert!(matches!(&effects[..], [Effect::Export { file, .. }] if file == "q.md"), "{effects:?}");
}

#[test]
fn what_was_typed_and_left_is_there_again_in_the_palette_and_in_help() {
    for (open, typed) in [(":", "snoo"), (":", "sort prio"), ("?", "copy u")] {
        let mut sitting = Sitting::with(rows(1..=5));
        let line = |sitting: &Sitting| match sitting.app.cx.overlays.last() {
            Some(Overlay::Palette(pane)) => crate::tui::widgets::text::line_text(&pane.line).to_owned(),
            Some(Overlay::Help(page)) => crate::tui::widgets::text::line_text(&page.search).to_owned(),
            other => panic!("{other:?}"),
        };
        sitting.press(open);
        sitting.text(typed);
        sitting.press("Esc");
        sitting.press(open);
        assert_eq!(line(&sitting), typed);
        assert!(sitting.said().starts_with("what you typed here before is offered again"), "{}", sitting.said());
        sitting.press("Ctrl-u Esc");
        sitting.press(open);
        assert_eq!(line(&sitting), "", "what was erased does not come again");
    }
    // What was run is not offered again, and a command that brings its own line leaves what waits alone.
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press(":");
    sitting.text("snoo");
    sitting.press("Esc g x Esc :");
    assert_eq!(sitting.names()[0], "snooze");
    sitting.press("Ctrl-u");
    sitting.text("last");
    sitting.press("Enter :");
    assert_eq!(sitting.names()[0], "last");
    assert!(sitting.names().len() > 20, "the line is empty");
}

#[test]
fn what_cannot_act_now_says_why_and_stays() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press(":");
    sitting.text("outbox");
    sitting.press("Enter");
    assert_eq!((sitting.said(), sitting.app.cx.overlays.len()), ("the outbox is empty: nothing waits to be sent", 1));
}

#[test]
fn a_command_with_an_argument_offers_what_can_stand_behind_it() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press(":");
    sitting.text("sort");
    let at = sitting.entries().iter().position(|entry| entry.words.starts_with("sort KEY")).unwrap();
    for _ in 0..at {
        sitting.press("Down");
    }
    sitting.press("Tab");
    assert!(sitting.names().iter().all(|name| name.starts_with("sort ")), "{:?}", sitting.names());
    sitting.text("prio");
    assert_eq!(sitting.names()[0], "sort priority");
    sitting.press("Enter");
    assert_eq!(sitting.said(), "sorted by priority, most urgent first");
    sitting.press(":");
    sitting.text("row 4");
    sitting.press("Enter");
    assert_eq!(sitting.cursor(), Some(2), "the newest is on top");
}

#[test]
fn a_list_is_exported_from_inside_with_its_stamp() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press("g x");
    sitting.text("csv q.csv");
    let effects = sitting.press("Enter");
    let Some(Effect::Export { file, text, what }) = effects.iter().find(|effect| matches!(effect, Effect::Export { .. })) else {
        panic!("{effects:?}")
    };
    let text = String::from_utf8(text.clone()).unwrap();
    assert_eq!((file.as_str(), what.as_str(), text.lines().count()), ("q.csv", "5 cases, complete", 6));
    assert!(text.lines().skip(1).all(|line| line.contains(",complete,")), "{text}");
    let mut sitting = Sitting::new();
    sitting.press("g x");
    assert_eq!(sitting.said(), "nothing to export: the list is empty");
}

#[test]
fn an_export_names_when_its_rows_were_all_known_and_not_the_last_answer() {
    let mut sitting = Sitting::with(rows(1..=2));
    for (changes_s, known_s) in [(None, 0), (Some(50), 50), (Some(-9), 0)] {
        let state = SourceState {
            coverage: Coverage::Full { at: at_ms(0), hidden: 0 },
            read_at: Some(at_ms(60_000)),
            changes_at: changes_s.map(|second: i64| at_ms(second * 1_000)),
            ..SourceState::default()
        };
        sitting.report(Report::Source(SourceId(0), Box::new(state)));
        sitting.press("g x");
        sitting.text("csv q.csv");
        let effects = sitting.press("Enter");
        let text = effects.iter().find_map(|effect| if let Effect::Export { text, .. } = effect { Some(text.clone()) } else { None });
        let text = String::from_utf8(text.unwrap_or_else(|| panic!("{effects:?}"))).unwrap();
        let known_at = at_ms(known_s * 1_000).to_string();
        assert!(text.lines().skip(1).all(|line| line.contains(&known_at)), "{changes_s:?}, {known_at}: {text}");
    }
}

#[test]
fn remapped_keys_act_and_are_taught() {
    let mut sitting = Sitting::with(rows(1..=5));
    let remap = |action: &str, keys: &[&str]| Remap {
        place: "list".into(),
        action: action.into(),
        keys: keys.iter().map(|keys| (*keys).to_owned()).collect(),
        file: "c.toml".into(),
        line: 1,
    };
    let (map, problems) = Keymap::new(&Wishes { preset: Preset::Vim, remaps: vec![remap("last", &["Ctrl-e e"]), remap("first", &[])] });
    assert_eq!(problems, []);
    sitting.app.cx.keymap = map;
    sitting.press("Ctrl-e e");
    assert_eq!(sitting.cursor(), Some(1));
    sitting.press("g g");
    assert_eq!((sitting.cursor(), sitting.said()), (Some(1), "g g does nothing here; ? shows what does"));
    sitting.press(":");
    let entries = sitting.entries();
    let keys = |name: &str| entries.iter().find(|entry| entry.name == name).unwrap().keys.clone();
    assert_eq!((keys("last"), keys("first")), ("Ctrl-e e".into(), String::new()));
}

#[test]
fn what_was_run_with_an_argument_comes_first_with_it_and_runs_again() {
    let mut sitting = Sitting::with(rows(1..=5));
    sitting.press(":");
    sitting.text("row 4");
    sitting.press("Enter g g :");
    assert_eq!(sitting.names()[..2], ["row 4", "row"]);
    sitting.press("Enter");
    assert_eq!(sitting.cursor(), Some(2));
}

#[test]
fn words_that_name_keys_name_the_ones_that_hold() {
    let mut sitting = Sitting::with(rows(1..=5));
    let remap = |action: &str, key: &str| Remap {
        place: "list".into(),
        action: action.into(),
        keys: vec![key.into()],
        file: "c.toml".into(),
        line: 1,
    };
    let remaps = vec![remap("undo", "F7"), remap("refresh", "F8"), remap("return", "F6"), remap("record", "F2")];
    let (map, problems) = Keymap::new(&Wishes { preset: Preset::Vim, remaps });
    assert_eq!(problems, []);
    sitting.app.cx.keymap = map;
    sitting.press("w 1");
    assert!(sitting.said().contains("F7 takes it back"), "{}", sitting.said());
    sitting.press("b");
    assert!(sitting.said().contains("(F8)"), "{}", sitting.said());
    sitting.press("/ c a s e Enter Ctrl-x");
    assert_eq!(sitting.said(), "filter cleared; F6 brings it back");
    sitting.press("m m");
    assert_eq!(sitting.said(), "no macro is configured; F2 records one");
    sitting.report(Report::Gone(vec![Rid(sitting.cursor().unwrap())]));
    sitting.press("e");
    assert_eq!(sitting.said(), "this case is no longer there; F8 takes it off the list");
}

#[test]
fn without_letters_everything_is_reached() {
    let mut sitting = Sitting::with(rows(1..=50));
    sitting.app.cx.keymap = Keymap::of_preset(Preset::Arrows);
    sitting.press("Down Down End");
    assert_eq!(sitting.cursor(), Some(1));
    sitting.press("Home");
    assert_eq!(sitting.cursor(), Some(50));
    sitting.press("j");
    assert_eq!(sitting.said(), "j does nothing here; ? shows what does");
    sitting.press("F9");
    assert_eq!(scope(&sitting.app.panes, &sitting.app.cx), Scope::Palette);
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_into_the_palette_it_holds(keys in proptest::collection::vec(0..40_u32, 0..40)) {
        let mut sitting = Sitting::with(rows(1..=5));
        sitting.press(":");
        for key in keys {
            let chord = match key {
                0 => Chord::parse("Tab").unwrap(),
                1 => Chord::parse("Down").unwrap(),
                2 => Chord::parse("Up").unwrap(),
                3 => Chord::parse("Backspace").unwrap(),
                4 => Chord::char(' '),
                5 => Chord::char('漢'),
                6 => Chord::char('$'),
                7 => Chord::char('^'),
                n => Chord::char(char::from_u32(u32::from('a') + (n - 8) % 26).unwrap()),
            };
            sitting.app.update(Message::Key(chord));
            if let Some(Overlay::Palette(pane)) = sitting.app.cx.overlays.last() {
                let _ = palette_entries(pane, &sitting.app.model, &sitting.app.panes, &sitting.app.cx);
            }
        }
    }
}
