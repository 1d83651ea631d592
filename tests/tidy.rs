//! The house rules as a test: floors, homes of heavy libraries, sizes, names.
//!
//! In a single crate the compiler does not hold the floors, so this does. The tables below are the truth; the page in
//! `src/lib.rs` tells the same story in words.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Room → floor. A room names `crate::` paths of lower floors only.
const FLOORS: &[(&str, u8)] = &[
    ("domain", 0),
    ("config", 1),
    ("providers", 1),
    ("store", 1),
    ("index", 1),
    ("query", 1),
    ("demo", 1),
    ("protocol", 2),
    ("app", 3),
    ("sync", 3),
    ("ui", 4),
    ("runtime", 5),
    ("headless", 5),
    ("cli", 5),
    ("main", 6),
];

/// Sideways looks that are part of the design: filter text is the index's input.
const SIDEWAYS: &[(&str, &str)] = &[("index", "query")];

/// Library → the only rooms that may name it. A path with `/` narrows it to a file or folder.
const HOMES: &[(&str, &[&str])] = &[
    ("ratatui", &["ui", "runtime"]),
    ("tui_textarea", &["app", "ui"]),
    ("tui_markdown", &["ui"]),
    ("crossterm", &["runtime"]),
    ("color_eyre", &["runtime"]),
    ("signal_hook", &["runtime"]),
    ("tokio", &["sync", "providers/http", "demo"]),
    ("reqwest", &["providers"]),
    ("rusqlite", &["store"]),
    ("rusqlite_migration", &["store"]),
    ("axum", &["demo"]),
    ("tower_http", &["demo"]),
    ("toml", &["config"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("rustix", &["store", "runtime", "config/child"]),
    ("memchr", &["index"]),
    ("regex", &["query", "index"]),
    ("csv", &["headless", "app"]),
    ("frizbee", &["app"]),
    // Merging and showing are two uses of the same difference.
    ("toml_edit", &["config"]),
    ("similar", &["domain", "sync"]),
];

/// Longer than this, a stranger no longer knows what room a file is.
const MAX_FILE_LINES: usize = 500;
/// Longer than this, a function does more than one thing.
const MAX_FN_LINES: usize = 70;
/// Functions that are long for a reason: file, name, why.
const LONG_FNS: &[(&str, &str, &str)] = &[
    ("index/tests/draw", "arb_query", "one line per field of the language"),
    ("index/tests/naive", "value", "one arm per field of the language"),
    ("index/tests/naive", "texts", "one arm per field of the language"),
];
/// Drawers, not rooms.
const BAD_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "manager", "handler", "common", "misc", "data", "info"];

/// Rooms whose words name no key by its letters: on the command line there are none, and the screen takes them from the key
/// map, where they can be bound anew.
const KEYLESS: &[&str] =
    &["domain", "config", "providers", "store", "index", "query", "protocol", "sync", "headless", "app", "ui", "runtime"];
/// Keys by their names. Only what is typed into a text has keys of its own, which nobody can bind anew.
const NAMED_KEYS: &[&str] = &["Enter", "Esc", "Tab", "Space", "Backspace", "PgDn", "PgUp"];
/// Where keys are named all the same: the table, the presets, how keys are spelt, and what a text takes by itself.
const KEY_NAMES: &[&str] = &["app/action", "app/preset", "app/message", "app/remap", "runtime/input"];
const OF_TEXTS: &[&str] = &["Enter never sends", "Esc comes late"];
/// One letter that begins a text and is no key: a word, a mark, the sign of a line to type in.
const NO_HINTS: &[&str] = &["A", "I", "!", "/"];
/// Two letters that look like a key and are a word.
const NO_KEYS: &[&str] = &["go", "gt", "gg", "it"];

struct Source {
    /// Below `src`, without `.rs`: `providers/http`.
    place: String,
    room: String,
    /// Without comments and without the tail of tests.
    code: Vec<String>,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(read_source(&root, &path));
            }
        }
    }
    assert!(found.len() > 10, "the walk over src found only {} files", found.len());
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

fn read_source(root: &Path, path: &PathBuf) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let place = path.strip_prefix(root).unwrap().with_extension("").to_string_lossy().into_owned();
    let house_room = place.split('/').next().unwrap().to_owned();
    let body = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    let code = body.map(|line| line.split("//").next().unwrap_or("").to_owned()).collect();
    Source { place, room: house_room, code, text }
}

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// The rooms that a line names through `crate::` (or `caseload::` from `main`).
fn rooms_named(line: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut rooms = Vec::new();
    for root in ["crate::", "caseload::"] {
        for (at, _) in line.match_indices(root) {
            let rest = &line[at + root.len()..];
            match rest.strip_prefix('{') {
                None => rooms.push(word(rest)),
                Some(list) => {
                    let mut depth = 0;
                    let mut start = true;
                    for (at, c) in list.char_indices() {
                        match c {
                            '{' => depth += 1,
                            '}' if depth == 0 => break,
                            '}' => depth -= 1,
                            ',' if depth == 0 => start = true,
                            c if start && !c.is_whitespace() => {
                                rooms.push(word(&list[at..]));
                                start = false;
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
    }
    rooms
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn no_room_looks_up_or_sideways() {
    let mut problems = Vec::new();
    for source in sources() {
        if source.room == "lib" {
            continue;
        }
        let Some(own) = floor(&source.room) else {
            problems.push(format!("src/{}.rs: room `{}` is on no floor", source.place, source.room));
            continue;
        };
        // `use` lists that rustfmt broke over lines are one statement.
        for statement in source.code.join(" ").split(';') {
            for named in rooms_named(statement) {
                let Some(other) = floor(&named) else { continue };
                let sideways = SIDEWAYS.contains(&(source.room.as_str(), named.as_str()));
                if named != source.room && other >= own && !sideways {
                    problems.push(format!("src/{}.rs (floor {own}) names `{named}` (floor {other})", source.place));
                }
                if source.room == "demo" && named != "demo" {
                    problems.push(format!("src/{}.rs: the embedded vendors name `{named}`; they are an independent reading", source.place));
                }
            }
        }
    }
    report(&problems);
}

#[test]
fn heavy_libraries_stay_at_home() {
    let mut problems = Vec::new();
    for source in sources() {
        for (number, line) in source.code.iter().enumerate() {
            for (library, homes) in HOMES {
                let named = line.match_indices(library).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    let after = &line[at + library.len()..];
                    !before.is_some_and(|c| c.is_alphanumeric() || "_:.\"".contains(c))
                        && (after.starts_with("::") || (line.trim_start().starts_with("use ") && after.starts_with(';')))
                });
                let at_home = homes.iter().any(|home| source.place == *home || source.place.starts_with(&format!("{home}/")));
                if named && !at_home {
                    problems.push(format!("src/{}.rs:{}: `{library}` lives in {homes:?} only", source.place, number + 1));
                }
            }
        }
    }
    report(&problems);
}

#[test]
fn files_and_functions_are_short() {
    let mut problems = Vec::new();
    for source in sources() {
        if source.code.len() > MAX_FILE_LINES {
            problems.push(format!("src/{}.rs: {} lines without its tests", source.place, source.code.len()));
        }
        for (name, lines) in functions(&source.code) {
            let excused = LONG_FNS.iter().any(|(place, function, _)| *place == source.place && *function == name);
            if lines > MAX_FN_LINES && !excused {
                problems.push(format!("src/{}.rs: fn {name} has {lines} lines", source.place));
            }
        }
    }
    for (place, function, reason) in LONG_FNS {
        assert!(!reason.is_empty(), "{place}: {function} is excused without a reason");
    }
    report(&problems);
}

/// Name and length of each function; rustfmt puts the closing brace at the indent of `fn`.
fn functions(code: &[String]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (start, line) in code.iter().enumerate() {
        let trimmed = line.trim_start();
        let is_head = trimmed.starts_with("fn ")
            || (trimmed.contains(" fn ") && (trimmed.starts_with("pub") || trimmed.starts_with("async") || trimmed.starts_with("const")));
        if !is_head || trimmed.ends_with('}') || trimmed.ends_with(';') {
            continue;
        }
        let closing = format!("{}}}", &line[..line.len() - trimmed.len()]);
        if let Some(end) = code[start..].iter().position(|line| *line == closing) {
            let name = trimmed.split("fn ").nth(1).unwrap_or("").chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push((name, end + 1));
        }
    }
    found
}

#[test]
fn every_file_says_what_it_is_for_and_is_part_of_the_house() {
    let all = sources();
    let mut problems = Vec::new();
    let texts: BTreeMap<&str, &str> = all.iter().map(|source| (source.place.as_str(), source.text.as_str())).collect();
    for source in &all {
        if !source.text.starts_with("//!") {
            problems.push(format!("src/{}.rs does not start with `//!`", source.place));
        }
        let name = source.place.rsplit('/').next().unwrap();
        if BAD_NAMES.contains(&name) || name == "mod" {
            problems.push(format!("src/{}.rs: `{name}` names no room", source.place));
        }
        if source.place == "lib" || source.place == "main" {
            continue;
        }
        let parent = source.place.rsplit_once('/').map_or("lib", |(parent, _)| parent);
        let declared = texts.get(parent).is_some_and(|text| text.lines().any(|line| line.trim_end().ends_with(&format!("mod {name};"))));
        if !declared {
            problems.push(format!("src/{}.rs is declared nowhere", source.place));
        }
    }
    report(&problems);
}

/// Keys that the texts of a line tell to press: `press s`, `gs`.
fn keys_named(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for text in line.split('"').skip(1).step_by(2) {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '?').filter(|word| !word.is_empty()).collect();
        let is_pair = |word: &str| {
            let mut letters = word.chars();
            let is_prefix = letters.next().is_some_and(|first| matches!(first, 'g' | 'z'));
            is_prefix && letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none() && !NO_KEYS.contains(&word)
        };
        found.extend(words.iter().filter(|word| is_pair(word)).map(ToString::to_string));
        let pressed = words
            .windows(2)
            .filter(|pair| pair[0].eq_ignore_ascii_case("press") && pair[1].chars().count() <= 2 && !NO_KEYS.contains(&pair[1]));
        found.extend(pressed.map(|pair| pair[1].to_owned()));
        if !OF_TEXTS.iter().any(|known| text.contains(known)) {
            found.extend(words.iter().filter(|word| NAMED_KEYS.contains(word)).map(ToString::to_string));
        }
        // A row of hints: `1 changes  2 all`, `r rename   J K move`. A line of its own is no further hint.
        for line in text.split("\\n") {
            let hints: Vec<&str> = line.split("  ").map(str::trim).filter(|hint| !hint.is_empty()).collect();
            if hints.len() > 1 {
                let first = hints.iter().filter_map(|hint| hint.split_once(' ')).map(|(key, _)| key);
                found.extend(first.filter(|key| key.chars().count() == 1 && !NO_HINTS.contains(key)).map(str::to_owned));
            }
        }
    }
    found
}

#[test]
fn no_words_name_a_key_by_its_letters() {
    let mut problems = Vec::new();
    let is_test = |place: &str| place.split('/').any(|part| part == "tests");
    let is_spelt = |place: &str| KEY_NAMES.contains(&place);
    let said = |source: &&Source| KEYLESS.contains(&source.room.as_str()) && !is_test(&source.place) && !is_spelt(&source.place);
    for source in sources().iter().filter(said) {
        for (number, line) in source.code.iter().enumerate() {
            for key in keys_named(line) {
                problems.push(format!("src/{}.rs:{}: names the key {key}: {}", source.place, number + 1, line.trim()));
            }
        }
    }
    report(&problems);
}

/// Nouns that are counted. Their number is written by `domain::count`, so that one is not `1 cases`.
const COUNTED: &[&str] = &[
    "cases", "calls", "rows", "edits", "lines", "sources", "entries", "changes", "readings", "requests", "fields", "comments", "views",
    "macros", "chars", "people",
];
/// Where a name stands before the noun, not a number.
const NAMED: &[&str] = &["cases have no", "cases: {}", "sources take no", "{vendor} cases"];

/// Numbers that a text of this line puts before a noun by itself: `{} cases`, `{many} snoozed cases`.
fn counts_by_hand(line: &str) -> Vec<String> {
    let texts = line.split('"').skip(1).step_by(2).filter(|text| !NAMED.iter().any(|named| text.contains(named)));
    let counted = |text: &str| -> Vec<String> {
        let after = text.match_indices('}').map(|(at, _)| (&text[..at], &text[at + 1..]));
        let of_number = after.filter(|(before, _)| {
            let name = before.rsplit('{').next().unwrap_or("");
            name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        });
        let noun = |rest: &str| {
            let words: Vec<&str> = rest.strip_prefix(' ')?.split(|c: char| !c.is_ascii_alphabetic()).collect();
            words.first().filter(|word| COUNTED.contains(word)).map(ToString::to_string)
        };
        of_number.filter_map(|(_, rest)| noun(rest)).collect()
    };
    texts.flat_map(counted).collect()
}

#[test]
fn every_number_and_its_noun_agree() {
    let mut problems = Vec::new();
    for source in sources().iter().filter(|source| KEYLESS.contains(&source.room.as_str()) && !source.place.contains("tests")) {
        for (number, line) in source.code.iter().enumerate() {
            for noun in counts_by_hand(line) {
                problems.push(format!("src/{}.rs:{}: `{noun}` is counted by hand: {}", source.place, number + 1, line.trim()));
            }
        }
    }
    report(&problems);
}

#[test]
fn nothing_is_left_for_later() {
    let words = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["to", "do!("].concat(), ["unimple", "mented!("].concat()];
    let mut problems = Vec::new();
    for source in sources() {
        for (number, line) in source.text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word.as_str())) {
                problems.push(format!("src/{}.rs:{}: {}", source.place, number + 1, line.trim()));
            }
        }
    }
    report(&problems);
}

/// Lets time pass in a terminal.
const PASSES: &str = concat!(".pas", "ses(");
/// Where it is what the test is about: a key that is held, a second in which nothing is written.
const MAY_PASS: &[&str] = &["tests/it/pty.rs", "tests/it/pty_form.rs", "tests/it/pty_terminal.rs"];

/// What is wrong with a line of a test: a pause hopes that something has happened by then, and a machine that was busy has no
/// fault.
fn hopes(line: &str) -> Option<&'static str> {
    let line = line.split("//").next().unwrap_or("");
    let pause = ["sl", "eep("].concat();
    let is_word = |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if line.match_indices(&pause).any(|(at, _)| is_word(at)) {
        return Some("waits for a time; wait for what it is about");
    }
    line.contains(&["elap", "sed() <"].concat()).then_some("holds a machine to a time; hold the clock, or wait until a deadline")
}

#[test]
fn no_test_sleeps_or_races_a_clock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts: Vec<(String, usize, String)> = Vec::new();
    for source in sources() {
        let is_test = source.place.ends_with("tests") || source.place.contains("tests/");
        let from = if is_test { 0 } else { source.code.len() };
        texts.push((format!("src/{}.rs", source.place), from, source.text));
    }
    for entry in fs::read_dir(root.join("tests/it")).unwrap().chain(fs::read_dir(root.join("tests")).unwrap()) {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            texts.push((path.strip_prefix(root).unwrap().display().to_string(), 0, fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(texts.iter().any(|(name, ..)| name == "tests/it/pty.rs"), "the tests were not found");
    let mut problems = Vec::new();
    for (name, from, text) in &texts {
        for (number, line) in text.lines().enumerate().skip(*from) {
            let hopes = hopes(line).or_else(|| (line.contains(PASSES) && !MAY_PASS.contains(&name.as_str())).then_some("lets time pass"));
            problems.extend(hopes.map(|words| format!("{name}:{}: {words}: {}", number + 1, line.trim())));
        }
    }
    report(&problems);
}

#[test]
fn the_rules_themselves_find_what_they_forbid() {
    let pause = ["    std::thread::sl", "eep(Duration::from_millis(50));"].concat();
    let race = ["    assert!(begun.elap", "sed() < LIMIT);"].concat();
    let fine = ["    // it may sl", "eep(here)", "    put(asl", "eep(1));", "    assert!(begun.elap", "sed() >= LEAST);"];
    assert!(hopes(&pause).is_some() && hopes(&race).is_some());
    assert!(fine.chunks(2).all(|line| hopes(&line.concat()).is_none()));
    assert_eq!(rooms_named("use crate::{domain::case::{Case, Row}, sync, ui::draw};"), ["domain", "sync", "ui"]);
    assert_eq!(rooms_named("crate::store::Store::open(crate::config::load())"), ["store", "config"]);
    assert_eq!(keys_named(r#"say("press s and", "gs and 3", "let it go"); let gx = za;"#), ["s", "gs"]);
    assert_eq!(
        keys_named(r#"hint("r rename   J K move"); say("Esc goes back"); say("A limit  and more"); say("so\\n  a case");"#),
        ["r", "J", "Esc"]
    );
    assert_eq!(counts_by_hand(r#"format!("{} cases, {many} rows, {MAX} calls, {vendor} cases")"#), [""; 0], "a name is no number");
    assert_eq!(counts_by_hand(r#"format!("{} cases, {many} rows, {MAX} calls")"#), ["cases", "rows"]);
    let code: Vec<String> =
        ["impl A {", "    pub fn long(", "        a: u8,", "    ) {", "        b();", "    }", "}"].map(str::to_owned).to_vec();
    assert_eq!(functions(&code), [("long".to_owned(), 5)]);
}
