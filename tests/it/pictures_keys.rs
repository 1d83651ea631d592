//! Pictures of the palette, of clocks of one's own, and of the other preset, at the sizes that matter.

use caseload::config::{Config, Preset, SlaRule};
use caseload::protocol::{From, Report};
use caseload::sla::Rules;
use caseload::tui::keys::remap::Keymap;

use crate::stage::{Stage, rows};

const SIZES: [(u16, u16); 3] = [(120, 36), (80, 24), (40, 12)];

fn pictures(name: &str, make: impl Fn((u16, u16)) -> Stage) {
    for size in SIZES {
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), make(size).picture());
    }
}

#[test]
fn palette() {
    pictures("palette", |size| {
        let mut stage = Stage::usual(size);
        stage.press(":");
        stage
    });
}

#[test]
fn palette_with_a_command_that_cannot_act() {
    pictures("palette_not_now", |size| {
        let mut stage = Stage::usual(size);
        stage.press(":");
        stage.text("outbox");
        stage
    });
}

#[test]
fn palette_with_an_argument() {
    pictures("palette_argument", |size| {
        let mut stage = Stage::usual(size);
        stage.press("g x");
        stage
    });
}

#[test]
fn clocks_of_ones_own_are_marked() {
    pictures("local_clocks", |size| {
        let mut stage = Stage::bare(size);
        stage.sources();
        let rule = SlaRule {
            when: "-nosuchword".into(),
            respond_s: None,
            close_s: Some(40 * 3600),
            business_hours: false,
            file: "c".into(),
            line: 1,
        };
        stage.app.model.list.set_rules(Rules::new(&Config { sla: vec![rule], ..Config::default() }).0);
        stage.report(Report::Rows { rows: rows(), from: From::Network });
        stage.all_full();
        stage
    });
}

#[test]
fn the_footer_of_the_other_preset() {
    pictures("arrows", |size| {
        let mut stage = Stage::usual(size);
        stage.app.cx.keymap = Keymap::of_preset(Preset::Arrows);
        stage.press("Down");
        stage
    });
}
