//! What the README prints is what the program does.

use caseload::app::remap::Keymap;
use caseload::app::sla::Rules;

const README: &str = include_str!("../../README.md");

#[test]
fn its_key_table_is_the_programs() {
    let printed = README.split("<!-- keys:begin -->\n").nth(1).and_then(|rest| rest.split("<!-- keys:end -->").next()).unwrap();
    let table = Keymap::default().table().replace("### ", "#### ");
    assert_eq!(printed.trim(), table.trim(), "put the table that `g?` prints between the marks");
}

#[test]
fn its_configuration_is_accepted() {
    let sample = README.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, sample).unwrap();
    let config = caseload::config::load(&file).unwrap();
    assert_eq!(config.sources.len(), 3);
}

#[test]
fn its_macro_is_accepted() {
    let chapter = README.split("## Macros\n").nth(1).unwrap();
    let sample = chapter.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let config = caseload::config::parse(sample, std::path::Path::new("readme.toml")).unwrap();
    assert_eq!(config.macros.len(), 1);
    let recipe = config.macros[0].recipe(&["noise".into()]).unwrap();
    assert!(recipe.to_string().starts_with("close, add tag=fp, comment False positive: noise"), "{recipe}");
}

#[test]
fn all_its_configuration_holds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    for sample in README.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        std::fs::write(&file, sample).unwrap();
        let config = caseload::config::load(&file).unwrap_or_else(|problems| panic!("{problems}\n{sample}"));
        assert_eq!(Keymap::new(&config.keys).1, [], "{sample}");
        assert_eq!(Rules::new(&config).1, [], "{sample}");
    }
}
