//! The rules of the code as a test: layers, homes of heavy libraries, sizes, names.
//!
//! In a single crate the compiler does not hold the layers, so this does. The tables below are the truth; the page in
//! `src/lib.rs` tells the same story in words.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[path = "tidy/circle.rs"]
mod circle;
#[path = "tidy/file.rs"]
mod file;
#[path = "tidy/words.rs"]
mod words;

use std::fs;
use std::path::Path;

use circle::{by_imports, by_imports_and_calls, in_circles};
use file::{Child, File, files};
use words::{counts_by_hand, hopes, keys_named};

/// Module → layer. A module names `crate::` paths of lower layers only.
const LAYERS: &[(&str, u8)] = &[
    ("domain", 0),
    ("config", 1),
    ("providers", 1),
    ("store", 1),
    ("index", 1),
    ("query", 1),
    ("demo", 1),
    ("protocol", 2),
    ("sla", 2),
    ("export", 3),
    ("sync", 3),
    ("tui", 4),
    ("runtime", 5),
    ("cli", 5),
    ("main", 6),
];

/// Sideways looks that are part of the design: filter text is the index's input.
const SIDEWAYS: &[(&str, &str)] = &[("index", "query")];

/// Library → the only modules that may name it. A path with `/` narrows it to a file or folder; `*/view` is every file and folder of
/// that name.
const HOMES: &[(&str, &[&str])] = &[
    ("ratatui", &["tui/widgets", "tui/theme", "*/view", "runtime"]),
    ("tui_textarea", &["tui"]),
    ("tui_markdown", &["tui/screens/detail"]),
    ("crossterm", &["runtime"]),
    ("color_eyre", &["runtime"]),
    ("signal_hook", &["runtime"]),
    ("tokio", &["sync", "providers/http", "demo"]),
    ("reqwest", &["providers"]),
    ("rusqlite", &["store"]),
    ("axum", &["demo"]),
    ("tower_http", &["demo"]),
    ("toml", &["config"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("rustix", &["store", "runtime", "config/child"]),
    ("memchr", &["index"]),
    ("regex", &["query", "index"]),
    ("csv", &["cli", "export", "tui/tests"]),
    // Merging and showing are two uses of the same difference.
    ("toml_edit", &["config"]),
    ("similar", &["domain", "sync"]),
];

/// Longer than this, a stranger no longer knows what a file is for.
const MAX_FILE_LINES: usize = 500;
/// Longer than this, a function does more than one thing.
const MAX_FN_LINES: usize = 70;
/// Functions that are long for a reason: file, name, why.
const LONG_FNS: &[(&str, &str, &str)] = &[
    ("index/tests/draw", "arb_query", "one line per field of the language"),
    ("index/tests/naive", "value", "one arm per field of the language"),
    ("index/tests/naive", "texts", "one arm per field of the language"),
];
/// Drawers, not modules.
const BAD_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "manager", "handler", "common", "misc", "data", "info"];

/// Modules whose words name no key by its letters: on the command line there are none, and the screen takes them from the key
/// map, where they can be bound anew.
const KEYLESS: &[&str] =
    &["domain", "config", "providers", "store", "index", "query", "protocol", "sla", "export", "sync", "cli", "tui", "runtime"];
/// Where keys are named all the same: the table, the presets, how keys are spelt, and what a text takes by itself.
const KEY_NAMES: &[&str] = &["tui/keys/action/table", "tui/keys/preset", "tui/io/message", "tui/keys/remap", "runtime/input"];

fn layer(module: &str) -> Option<u8> {
    LAYERS.iter().find(|(name, _)| *name == module).map(|(_, layer)| *layer)
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn no_module_looks_up_or_sideways() {
    let mut problems = Vec::new();
    for file in files() {
        if file.place == "lib" {
            continue;
        }
        let module = file.module();
        let Some(own) = layer(module) else {
            problems.push(format!("src/{}.rs: module `{module}` is in no layer", file.place));
            continue;
        };
        for named in &file.names {
            let Some((other, line)) = named.own().and_then(<[String]>::first).map(|other| (other.as_str(), named.line)) else { continue };
            let Some(theirs) = layer(other) else { continue };
            if other != module && theirs >= own && !SIDEWAYS.contains(&(module, other)) {
                problems.push(format!("src/{}.rs:{line} (layer {own}) names `{other}` (layer {theirs})", file.place));
            }
            if module == "demo" && other != "demo" {
                problems
                    .push(format!("src/{}.rs:{line}: the embedded vendors name `{other}`; they are an independent reading", file.place));
            }
        }
    }
    report(&problems);
}

/// Screens and the model are called by the shell and never call it, so each can be read and tested without it.
#[test]
fn nothing_in_the_screen_names_its_shell() {
    let is_outside = |file: &&File| file.module() == "tui" && !file.place.starts_with("tui/shell") && !file.is_test;
    let mut problems = Vec::new();
    for file in files().iter().filter(is_outside) {
        let shell = file.names.iter().filter(|named| named.own().is_some_and(|path| path.len() > 2 && path[..2] == ["tui", "shell"]));
        problems.extend(shell.map(|named| format!("src/{}.rs:{} names the shell", file.place, named.line)));
    }
    report(&problems);
}

#[test]
fn heavy_libraries_stay_at_home() {
    let mut problems = Vec::new();
    for file in files() {
        for named in &file.names {
            let Some((library, homes)) = HOMES.iter().find(|(library, _)| *library == named.path[0]) else { continue };
            let is_home = |home: &&str| match home.strip_prefix("*/") {
                Some(name) => file.place.split('/').any(|segment| segment == name),
                None => file.place == *home || file.place.starts_with(&format!("{home}/")),
            };
            if !homes.iter().any(is_home) {
                problems.push(format!("src/{}.rs:{}: `{library}` lives in {homes:?} only", file.place, named.line));
            }
        }
    }
    report(&problems);
}

#[test]
fn files_and_functions_are_short() {
    let mut problems = Vec::new();
    for file in files() {
        let lines = file.code.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        if lines > MAX_FILE_LINES {
            problems.push(format!("src/{}.rs: {lines} lines without its tests", file.place));
        }
        for function in &file.functions {
            let excused = LONG_FNS.iter().any(|(place, name, _)| *place == file.place && *name == function.name);
            if function.lines > MAX_FN_LINES && !excused {
                problems.push(format!("src/{}.rs:{}: fn {} has {} lines", file.place, function.line, function.name, function.lines));
            }
        }
    }
    for (place, function, reason) in LONG_FNS {
        assert!(!reason.is_empty(), "{place}: {function} is excused without a reason");
    }
    report(&problems);
}

/// Inside a module no file leads back to itself, by what files import and by the methods they call.
#[test]
fn no_file_leads_back_to_itself() {
    let files: Vec<&File> = files().iter().filter(|file| !file.is_test).collect();
    let graph = by_imports_and_calls(&files);
    let step = |(from, to)| format!("src/{from}.rs leans on src/{to}.rs, which leads back to it");
    report(&in_circles(&graph).into_iter().map(step).collect::<Vec<_>>());
}

#[test]
fn every_file_says_what_it_is_for_and_is_declared() {
    let all = files();
    let mut problems = Vec::new();
    for file in all {
        if !file.text.starts_with("//!") {
            problems.push(format!("src/{}.rs does not start with `//!`", file.place));
        }
        let name = file.place.rsplit('/').next().unwrap();
        if BAD_NAMES.contains(&name) || name == "mod" {
            problems.push(format!("src/{}.rs: `{name}` names no module", file.place));
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let place = path.strip_prefix(&root).unwrap().with_extension("").to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !all.iter().any(|file| file.place == place) {
                problems.push(format!("{} is declared nowhere", path.display()));
            }
        }
    }
    report(&problems);
}

#[test]
fn no_words_name_a_key_by_its_letters() {
    let mut problems = Vec::new();
    let said = |file: &&File| KEYLESS.contains(&file.module()) && !file.is_test && !KEY_NAMES.contains(&file.place.as_str());
    for file in files().iter().filter(said) {
        for (number, line) in file.code.iter().enumerate() {
            for key in keys_named(line) {
                problems.push(format!("src/{}.rs:{}: names the key {key}: {}", file.place, number + 1, line.trim()));
            }
        }
    }
    report(&problems);
}

#[test]
fn every_number_and_its_noun_agree() {
    let mut problems = Vec::new();
    for source in files().iter().filter(|file| KEYLESS.contains(&file.module()) && !file.is_test) {
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
    for source in files() {
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

#[test]
fn no_test_sleeps_or_races_a_clock() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts: Vec<(String, String)> = Vec::new();
    for source in files() {
        // What only tests need is what is not code of the product.
        let is_code = |number: usize| !source.is_test && !source.code[number].is_empty();
        let text = source.text.lines().enumerate().map(|(number, line)| if is_code(number) { "" } else { line });
        texts.push((format!("src/{}.rs", source.place), text.collect::<Vec<_>>().join("\n")));
    }
    for entry in fs::read_dir(root.join("tests/it")).unwrap().chain(fs::read_dir(root.join("tests")).unwrap()) {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            texts.push((path.strip_prefix(root).unwrap().display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(texts.iter().any(|(name, ..)| name == "tests/it/pty.rs"), "the tests were not found");
    let mut problems = Vec::new();
    for (name, text) in &texts {
        for (number, line) in text.lines().enumerate() {
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
    assert_eq!(keys_named(r#"say("press s and", "gs and 3", "let it go"); let gx = za;"#), ["s", "gs"]);
    assert_eq!(
        keys_named(r#"hint("r rename   J K move"); say("Esc goes back"); say("A limit  and more"); say("so\\n  a case");"#),
        ["r", "J", "Esc"]
    );
    assert_eq!(counts_by_hand(r#"format!("{} cases, {many} rows, {MAX} calls, {vendor} cases")"#), [""; 0], "a name is no number");
    assert_eq!(counts_by_hand(r#"format!("{} cases, {many} rows, {MAX} calls")"#), ["cases", "rows"]);
}

/// What the reader of a file finds in it.
#[test]
fn paths_methods_and_calls_are_found_wherever_they_stand() {
    let text = r#"//! One.
use super::three::{self, Three as Four};
use crate::{domain::case::{Case, Row}, sync};
pub mod child;
use child::Thing;
impl App {
    pub fn long(
        &self,
    ) -> ratatui::Frame {
        self.far();
        say(format!("{}", app.near(crate::store::open())));
        Self::made()
    }
}
#[cfg(test)]
mod tests {
    use crate::runtime::Nothing;
}
#[cfg(test)]
mod proofs;
#[cfg(not(feature = "four"))]
#[path = "app/four/absent.rs"]
mod four;
"#;
    let module = |place: &str| place.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (file, children) = file::read("app/one", module("app/one"), text.to_owned());
    let own: Vec<String> = file.names.iter().filter_map(file::Named::own).map(|path| path.join("::")).collect();
    let expected =
        ["app::three", "app::three::Three", "domain::case::Case", "domain::case::Row", "sync", "app::one::child::Thing", "store::open"];
    assert_eq!(own, expected);
    assert!(file.names.iter().any(|named| named.path == ["ratatui", "Frame"] && named.line == 9));
    let child = |place: &str, path: &str, is_test| Child { place: place.to_owned(), module: module(path), is_test };
    let proofs = child("app/one/proofs", "app/one/proofs", true);
    let four = child("app/four/absent", "app/one/four", false);
    assert_eq!(children, [child("app/one/child", "app/one/child", false), proofs, four]);
    assert_eq!(file.methods, [("App".to_owned(), "long".to_owned())]);
    let calls: Vec<&str> = file.calls.iter().filter(|(of, _, _)| of == "App").map(|(_, _, name)| name.as_str()).collect();
    assert_eq!(calls, ["far", "made", "near"]);
    assert_eq!((file.functions[0].line, file.functions[0].lines), (7, 7));
    assert!(file.code[14..20].iter().all(String::is_empty), "{:?}", file.code);
}

#[test]
fn a_circle_is_found_by_imports_and_by_calls() {
    let file = |place: &str, text: &str| file::read(place, place.split('/').map(str::to_owned).collect(), text.to_owned()).0;
    let files = [
        file("app", "impl App { fn top(&self) {} }"),
        file("app/one", "use super::two::B; impl App { fn of_one(&self) { self.of_three(); } }"),
        file("app/two", "use crate::app::one::A;"),
        file("app/three", "impl App { fn of_three(&self) { self.of_one(); self.top() } }"),
        file("ui/one", "use crate::app::one::A; fn a(app: &App) { app.of_one() }"),
    ];
    let files: Vec<&File> = files.iter().collect();
    let (one, two, three) = ("app/one", "app/two", "app/three");
    assert_eq!(in_circles(&by_imports(&files)), [(one, two), (two, one)]);
    assert_eq!(in_circles(&by_imports_and_calls(&files)), [(one, three), (one, two), (three, one), (two, one)]);
}

#[test]
fn a_circle_is_found_by_calls_through_fields() {
    let file = |place: &str, text: &str| file::read(place, place.split('/').map(str::to_owned).collect(), text.to_owned()).0;
    let files = [
        file("app", "struct App { model: Model } struct Model { list: crate::app::List }"),
        file("app/one", "impl List { fn go(&self) { assert!(model.is_known()) } }"),
        file("app/two", "impl Model { fn is_known(&self) {} fn far(&self) { self.list.go(); self.other.go(); } }"),
        file("app/three", "impl App { fn far(&self) { say(format!(\"{}\", self.model.list.go())) } }"),
    ];
    let files: Vec<&File> = files.iter().collect();
    let graph = by_imports_and_calls(&files);
    assert_eq!(in_circles(&graph), [("app/one", "app/two"), ("app/two", "app/one")]);
    assert!(graph["app/three"].contains("app/one"), "{graph:?}");
}
