//! What README and docs print is what the program does.

use std::path::Path;
use std::process::Command;

use caseload::config::{
    Config, {self},
};
use caseload::sla::Rules;
use caseload::tui::keys::remap::Keymap;

use crate::cli_desk::bare;

const README: &str = include_str!("../../README.md");
const PAGES: [(&str, &str); 12] = [
    ("README.md", README),
    ("CONTRIBUTING.md", include_str!("../../CONTRIBUTING.md")),
    ("SECURITY.md", include_str!("../../SECURITY.md")),
    ("docs/architecture.md", include_str!("../../docs/architecture.md")),
    ("docs/bulk-and-triage.md", include_str!("../../docs/bulk-and-triage.md")),
    ("docs/cli.md", include_str!("../../docs/cli.md")),
    ("docs/edits.md", include_str!("../../docs/edits.md")),
    ("docs/filter.md", include_str!("../../docs/filter.md")),
    ("docs/keys.md", include_str!("../../docs/keys.md")),
    ("docs/setup.md", include_str!("../../docs/setup.md")),
    ("docs/testing.md", include_str!("../../docs/testing.md")),
    ("docs/views-and-alarms.md", include_str!("../../docs/views-and-alarms.md")),
];
const README_LINES: usize = 250;

/// The samples of a page in one language.
fn samples(page: &'static str, language: &str) -> Vec<&'static str> {
    page.split(&format!("```{language}\n")).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

fn page(name: &str) -> &'static str {
    PAGES.iter().find(|(known, _)| *known == name).unwrap().1
}

fn loaded(text: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, text).unwrap();
    config::load(&file).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

#[test]
fn the_readme_is_short_and_its_links_lead_somewhere() {
    assert!(README.lines().count() <= README_LINES);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, text) in PAGES {
        let folder = root.join(name).parent().unwrap().to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            assert!(target.starts_with("https://") || folder.join(target).exists(), "{name} links to {target}");
        }
    }
}

#[test]
fn the_key_table_is_the_programs() {
    let printed = page("docs/keys.md").split("<!-- keys:begin -->\n").nth(1).and_then(|rest| rest.split("<!-- keys:end -->").next());
    let table = Keymap::default().table().replace("### ", "#### ");
    assert_eq!(printed.unwrap().trim(), table.trim(), "put the table that `g?` prints between the marks");
}

#[test]
fn every_configuration_is_accepted() {
    let mut sources = Vec::new();
    for (name, text) in PAGES {
        for sample in samples(text, "toml") {
            let config = loaded(sample);
            assert_eq!(Keymap::new(&config.keys).1, [], "{name}: {sample}");
            assert_eq!(Rules::new(&config).1, [], "{name}: {sample}");
            sources.push(config.sources.len());
        }
    }
    assert_eq!(sources.iter().max(), Some(&3), "the README sets up one source of each vendor");
}

#[test]
fn the_macro_is_accepted() {
    let chapter = page("docs/bulk-and-triage.md").split("## Macros\n").nth(1).unwrap();
    let config = loaded(samples(chapter, "text")[0]);
    assert_eq!(config.macros.len(), 1);
    let script = config.macros[0].script(&["noise".into()]).unwrap();
    assert!(script.to_string().starts_with("close, add tag=fp, comment False positive: noise"), "{script}");
}

/// The pages print one script: what serves the vendors, and every command that is shown with it.
#[test]
fn every_command_of_the_command_line_page_runs_as_printed() {
    let home = tempfile::tempdir().unwrap();
    let program = bare(home.path(), &[]).get_program().to_owned();
    std::fs::create_dir(home.path().join("bin")).unwrap();
    std::os::unix::fs::symlink(program, home.path().join("bin/caseload")).unwrap();
    // The embedded vendors are the only job in the background.
    let mut script = "trap 'kill %1' EXIT; PATH=\"$HOME/bin:$PATH\"\n".to_owned();
    // An outbox that is empty by then ends with 1, nothing matched.
    script += "trap 'code=$?; test \"$BASH_COMMAND $code\" = \"caseload outbox list 1\" || exit $code' ERR\n";
    for block in samples(page("docs/cli.md"), "sh") {
        script += block;
    }
    let output = Command::new("bash").args(["-u", "-c", &script]).current_dir(home.path()).env("HOME", home.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
