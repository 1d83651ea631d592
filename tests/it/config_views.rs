//! Views in the configuration file: read, changed from inside, and nothing else of the file touched.

use std::path::Path;

use caseload::config::rewrite::{change_views, rewrite};
use caseload::config::{View, ViewChange, parse, ready_made};
use proptest::prelude::*;

const FILE: &str = "\
# Ours. Do not lose this line.

[[source]] # the only one
name = \"dd\"
vendor = \"datadog\"
site = \"datadoghq.eu\"
token = { env = \"A\" }   # not here

# Morning round.
[[view]]
name = \"Phish\" # everybody's
query = \"tag:phish   sort:sla\"

# Slow ones.
[[view]]
query = \"age:>7d\"
# in the middle
name = \"Old\"
widths = { key = 13, \"field.Impact\" = 9 } # wide

[poll]
focused_s = 60 # calm
# the end";

fn here() -> &'static Path {
    Path::new("/etc/here/c.toml")
}

fn names(text: &str) -> Vec<String> {
    parse(text, here()).unwrap_or_else(|problems| panic!("{problems}\n{text}")).views.into_iter().map(|view| view.name).collect()
}

fn change(text: &str, change: &ViewChange) -> String {
    rewrite(text, here(), change).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

fn view(name: &str, query: &str) -> View {
    View { name: name.into(), query: query.into(), ..View::default() }
}

/// Every comment of the file, in its order.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once('#').map(|(_, comment)| comment.trim())).collect()
}

#[test]
fn a_saved_view_stands_at_the_end_and_not_a_byte_above_it_differs() {
    let new = change(FILE, &ViewChange::Save(view("Night", "priority:<=P2 -tag:\"no \\\"ise\"")));
    assert!(new.starts_with(FILE), "{new}");
    assert_eq!(new[FILE.len()..].trim(), "[[view]]\nname = \"Night\"\nquery = 'priority:<=P2 -tag:\"no \\\"ise\"'".trim());
    assert_eq!(names(&new).last().map(String::as_str), Some("Night"));
    let into_nothing = change("", &ViewChange::Save(view("Night", "x")));
    assert_eq!(into_nothing, "[[view]]\nname = \"Night\"\nquery = \"x\"\n");
}

#[test]
fn a_view_that_is_saved_again_or_renamed_changes_in_its_place() {
    let new = change(FILE, &ViewChange::Save(View { widths: vec![("key".into(), 20)], fold: true, ..view("phish", "tag:phish") }));
    assert_eq!(comments(&new), comments(FILE));
    assert!(new.contains("name = \"Phish\" # everybody's\nquery = \"tag:phish\"\n"), "{new}");
    assert!(new.contains("fold = true") && new.contains("widths = { key = 20 }"), "{new}");
    let renamed = change(FILE, &ViewChange::Rename { from: "Old".into(), to: "Very old".into() });
    assert_eq!(renamed, FILE.replace("\"Old\"", "\"Very old\""));
}

#[test]
fn order_changes_with_the_comments_of_each_view() {
    let new = change(FILE, &ViewChange::Move { name: "Old".into(), to: ready_made().len() });
    assert_eq!(names(&new)[ready_made().len()..], ["Old", "Phish"]);
    let mut sorted = comments(&new);
    let mut before = comments(FILE);
    sorted.sort_unstable();
    before.sort_unstable();
    assert_eq!(sorted, before);
    assert!(new.contains("# Slow ones.\n[[view]]\nquery = \"age:>7d\"") && new.ends_with("# the end"), "{new}");
    assert!(!new.contains("My queue"), "only what is needed is written");
}

#[test]
fn ready_made_views_are_moved_renamed_and_deleted_too() {
    let moved = change(FILE, &ViewChange::Move { name: "Old".into(), to: 0 });
    assert_eq!(names(&moved)[..3], ["Old", "All", "My queue"]);
    let renamed = change(FILE, &ViewChange::Rename { from: "SLA risk".into(), to: "Hurry".into() });
    assert_eq!(names(&renamed)[..4], ["All", "My queue", "Hurry", "Unassigned"]);
    let deleted = change(FILE, &ViewChange::Delete("Snoozed".into()));
    assert!(!names(&deleted).contains(&"Snoozed".to_owned()) && deleted.contains("hidden = true"), "{deleted}");
    let again = change(&deleted, &ViewChange::Save(view("Snoozed", "is:snoozed sort:key")));
    assert_eq!(names(&again).last().map(String::as_str), Some("Snoozed"));
    assert!(!again.contains("hidden"), "{again}");
}

#[test]
fn a_deleted_view_leaves_the_comment_above_it_and_the_rest() {
    let new = change(FILE, &ViewChange::Delete("Phish".into()));
    assert!(!new.contains("tag:phish"));
    for kept in ["Ours. Do not lose this line.", "Morning round.", "Slow ones.", "in the middle", "calm", "the end", "not here"] {
        assert!(new.contains(kept), "{kept}\n{new}");
    }
}

#[test]
fn what_cannot_be_changed_says_why_and_the_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    for (text, words) in
        [("view = [ { name = \"A\", query = \"\" } ]", "inline"), ("[poll", "not TOML"), ("[poll]\nidle = 3", "unknown key")]
    {
        std::fs::write(&path, text).unwrap();
        let problems = change_views(&path, &ViewChange::Save(view("B", "")), None).unwrap_err().to_string();
        assert!(problems.contains(words), "{problems}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let gone = change_views(&folder.path().join("none.toml"), &ViewChange::Delete("All".into()), None);
    assert!(gone.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no half-written file stays");
}

#[test]
fn lines_end_as_they_did() {
    let write = |text: &str| {
        let changes = [
            ViewChange::Save(view("Night", "x")),
            ViewChange::Rename { from: "Phish".into(), to: "Fish".into() },
            ViewChange::Move { name: "Night".into(), to: 1 },
            ViewChange::Delete("Old".into()),
        ];
        changes.iter().fold(text.to_owned(), |text, one| change(&text, one))
    };
    let text = FILE.replace("query = \"tag:phish   sort:sla\"", "query = \"\"\"\ntag:phish   \\\n  sort:sla\"\"\"") + "\n";
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(write(&crlf(&text)), crlf(&write(&text)));
    let marked = format!("\u{feff}{}", crlf(&text));
    assert_eq!(write(&marked), format!("\u{feff}{}", crlf(&write(&text))), "and the mark at the front stays");
    // One who edits on two machines: each line keeps its own.
    let both = text.replacen('\n', "\r\n", 3);
    assert!(change(&both, &ViewChange::Save(view("Night", "x"))).starts_with(&both));
}

#[cfg(unix)]
#[test]
fn the_file_is_replaced_in_one_step_with_its_rights_and_behind_its_link() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("dotfiles.toml"), folder.path().join("config.toml"));
    std::fs::write(&real, FILE).unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, &link).unwrap();
    let before = std::fs::metadata(&real).unwrap().ino();
    let (_, views) = change_views(&link, &ViewChange::Save(view("Night", "x")), None).unwrap();
    assert_eq!(views.last().map(|view| view.name.as_str()), Some("Night"));
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    let after = std::fs::metadata(&real).unwrap();
    assert_eq!(after.permissions().mode() & 0o777, 0o640);
    assert_ne!(after.ino(), before, "never written into in place");
    assert!(std::fs::read_to_string(&real).unwrap().starts_with(FILE));
}

fn any_change() -> impl Strategy<Value = ViewChange> {
    let name =
        || prop::sample::select(vec!["All", "My queue", "Snoozed", "Phish", "Old", "A b", "ü \"q\"", "Changed"]).prop_map(str::to_owned);
    prop_oneof![
        (name(), "[a-z\"\\\\': ]{0,12}", any::<bool>(), prop::collection::vec((3_u16..60).prop_map(|n| ("key".to_owned(), n)), 0..2))
            .prop_map(|(name, query, fold, widths)| ViewChange::Save(View { name, query, widths, fold })),
        (name(), name()).prop_map(|(from, to)| ViewChange::Rename { from, to }),
        (name(), 0_usize..9).prop_map(|(name, to)| ViewChange::Move { name, to }),
        name().prop_map(ViewChange::Delete),
    ]
}

proptest! {
    /// Whatever is done one after the other: the file says what the screen shows, and keeps what is not about views.
    #[test]
    fn the_file_follows_the_screen(changes in prop::collection::vec(any_change(), 1..12), bare in any::<bool>()) {
        let mut text = if bare { String::new() } else { FILE.to_owned() };
        let mut views = parse(&text, here()).unwrap().views;
        for change in changes {
            let Ok(wanted) = change.apply(&views) else { continue };
            text = rewrite(&text, here(), &change).unwrap_or_else(|problems| panic!("{change:?}: {problems}\n{text}"));
            views = parse(&text, here()).unwrap().views;
            prop_assert_eq!(&views, &wanted, "{}", text);
        }
        if !bare {
            for kept in ["# Ours. Do not lose this line.", "# the only one", "# not here", "# Morning round.", "# Slow ones.", "# calm", "# the end"] {
                prop_assert!(text.contains(kept), "{}\n{}", kept, text);
            }
        }
    }
}
