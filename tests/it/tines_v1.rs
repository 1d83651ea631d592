//! The end of Tines v1: what is said about it, whether v2 answers, and the one line that is written when asked for.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use caseload::demo::{
    Act, Vendor as Embedded, {self},
};
use caseload::domain::case::{SourceId, Vendor};
use caseload::domain::caution::{Caution, V2};
use caseload::domain::secret::Secret;
use caseload::protocol::{Order, Report};
use caseload::providers::{Api, Auth, Provider, Settings};
use caseload::sync::SourceSetup;

use crate::cli_desk::Desk;
use crate::pty::Tty;
use crate::sync_watch::{Watch, calm};

/// A desk whose only source reads v1; and its configuration.
fn old_desk() -> (Desk, String) {
    let desk = Desk::calm(60);
    let tines = desk.demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == Embedded::Tines).unwrap();
    let text = format!(
        "# ours\n[[source]]   # the old tenant\nname = 'old'\nvendor = 'tines'\nbase_url = '{}'\napi_version = 'v1'  # until December\n\
         token = {{ env = 'DEMO_TINES_TOKEN' }}\n\n# the end\n",
        tines.base_url
    );
    desk.configure(&text);
    fs::set_permissions(desk.config(), fs::Permissions::from_mode(0o640)).unwrap();
    (desk, text)
}

fn page(status: u16, path: &str) -> Act {
    let (vendor, method, path_contains) = (Embedded::Tines, "GET".to_owned(), path.to_owned());
    Act::PageNext { vendor, method, path_contains, status, times: 100_000 }
}

#[test]
fn the_one_line_is_offered_and_written_when_asked_for() {
    let (desk, text) = old_desk();
    let listed = desk.run(&["list", "--json"]).expect(0).json().as_array().unwrap().len();
    assert_eq!(listed, desk.demo.ids(Embedded::Tines).len());
    let said = desk.run(&["config", "check"]).expect(0);
    assert!(said.out.contains("v2 answers with the same token") && said.out.contains("2026-12-01"), "{}", said.out);
    assert!(said.err.contains("`caseload config check --fix` writes api_version = \"v2\""), "{}", said.err);
    assert_eq!(fs::read_to_string(desk.config()).unwrap(), text, "looking changes nothing");
    let doctor = desk.run(&["doctor"]);
    assert!(doctor.out.contains("v2 answers with the same token") && doctor.out.contains("config check --fix"), "{}", doctor.out);

    let said = desk.run(&["config", "check", "--fix"]).expect(0);
    assert!(said.err.contains("api_version = \"v2\" is written"), "{}", said.err);
    assert_eq!(fs::read_to_string(desk.config()).unwrap(), text.replace("'v1'  #", "\"v2\"  #"));
    assert_eq!(fs::metadata(desk.config()).unwrap().permissions().mode() & 0o777, 0o640);
    let said = desk.run(&["config", "check", "--fix"]).expect(0);
    assert!(said.err.is_empty() && !said.out.contains("v1"), "{} {}", said.out, said.err);
    assert_eq!(desk.run(&["list", "--json"]).expect(0).json().as_array().unwrap().len(), listed);
}

#[test]
fn once_v1_is_gone_the_check_fails_says_why_and_mends_it() {
    let (desk, _) = old_desk();
    desk.run(&["list"]).expect(0);
    desk.demo.act(page(404, "/api/v1/cases")).unwrap();
    let failed = desk.run(&["config", "check"]).expect(4);
    assert!(failed.err.contains("2026-12-01") && failed.err.contains("config check --fix"), "{}", failed.err);
    assert!(!failed.err.contains("until the vendor offers"), "{}", failed.err);
    let cached = desk.run(&["list", "--cached", "--json"]).expect(0).json().as_array().unwrap().len();
    desk.run(&["list"]).expect(4);
    desk.run(&["config", "check", "--fix"]).expect(0);
    assert_eq!(desk.run(&["list", "--json"]).expect(0).json().as_array().unwrap().len(), cached);
}

#[test]
fn nothing_is_written_while_v2_does_not_answer() {
    let (desk, text) = old_desk();
    desk.demo.act(page(403, "/api/v2/cases")).unwrap();
    let said = desk.run(&["config", "check", "--fix"]).expect(0);
    assert!(said.err.contains("not changed: v2 does not answer with this token (403"), "{}", said.err);
    assert_eq!(fs::read_to_string(desk.config()).unwrap(), text);
}

#[test]
fn the_workbench_learns_whether_v2_answers_at_the_start_and_when_v1_fails() {
    let demo = demo::start(&calm(60)).unwrap();
    let tines = demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == Embedded::Tines).unwrap();
    let settings = Settings {
        vendor: Vendor::Tines,
        source: SourceId(0),
        base_url: tines.base_url.clone(),
        web_url: None,
        auth: Auth::Bearer(Secret::from(tines.secrets[0].1.clone())),
        api: Api::V1,
        filter: None,
        team_id: None,
        me: None,
        timeout_ms: 600_000,
    };
    demo.act(page(403, "/api/v2/cases")).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let source = SourceSetup::new("old", Vendor::Tines, Provider::new(settings));
    let mut watch = Watch::start_with(vec![source], directory.path(), false);
    let told = |watch: &Watch| {
        watch.heard.iter().rev().find_map(|report| match report {
            Report::SourceInfo(info) => info.notice.clone(),
            _ => None,
        })
    };
    let refused = |watch: &Watch| matches!(told(watch), Some(Caution::TinesV1(V2::Fails(words))) if words.as_str().contains("403"));
    watch.until("v2 was asked", |watch| refused(watch).then_some(()));
    watch.full(&[SourceId(0)]);
    let asked = || demo.received(Embedded::Tines).iter().filter(|request| request.path == "/api/v2/cases").count();
    let before = asked();
    watch.ask(Order::Refresh { source: None, full: false }).unwrap();
    assert_eq!(asked(), before, "once is enough while v1 answers");
    demo.act(page(410, "/api/v1/cases")).unwrap();
    assert!(watch.ask(Order::Refresh { source: None, full: false }).is_err());
    watch.until("v2 was asked again", |_| (asked() > before).then_some(()));
}

#[test]
fn the_key_in_the_sources_panel_writes_the_same_line_and_keeps_the_comments() {
    let (desk, text) = old_desk();
    let mut tty = Tty::start(120, 36, &[], &desk.env());
    tty.comes_to_see("complete").keys("gs").comes_to_see("v2 answers with the same token").comes_to_see("4 use v2");
    tty.keys("4").answer("Read old by v2 of the Tines API?", "y");
    let written = "api_version = \"v2\" is written for old; start caseload anew to read it so";
    tty.comes_to_see(written);
    assert_eq!(fs::read_to_string(desk.config()).unwrap(), text.replace("'v1'  # until", "\"v2\"  # until"));
    assert_eq!(fs::metadata(desk.config()).unwrap().permissions().mode() & 0o777, 0o640);
}
