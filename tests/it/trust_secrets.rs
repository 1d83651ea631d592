//! Canary tokens: planted, used on good and bad days, and then searched for in every file and stream.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use caseload::demo::{Options, Vendor};
use caseload::domain::case::SourceId;
use caseload::domain::secret::Secret;
use caseload::providers::{Api, Auth, Provider, Settings};

use crate::cli_desk::Desk;
use crate::http_server::{Answer, Server};
use crate::pty::Tty;

/// Base64, without padding: how a token would look in a header that was logged by a proxy.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            out.push(char::from(LETTERS[usize::try_from(bits >> (18 - 6 * place) & 63).unwrap()]));
        }
    }
    out
}

struct Canaries(Vec<String>);

impl Canaries {
    fn of(desk: &Desk) -> Self {
        let secrets = desk.env().into_iter().filter(|(name, _)| name.starts_with("DEMO_")).map(|(_, secret)| secret);
        let all: Vec<String> = secrets.flat_map(|secret| [base64(&secret), secret]).collect();
        assert!(all.len() >= 8 && all.iter().all(|canary| canary.len() >= 8), "{all:?}");
        Self(all)
    }

    fn assert_absent(&self, place: &str, bytes: &[u8]) {
        for canary in &self.0 {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} is in {place}");
        }
    }

    fn search(&self, folder: &Path) -> usize {
        let mut files = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files += self.search(&path);
            } else {
                self.assert_absent(&path.display().to_string(), path.to_string_lossy().as_bytes());
                self.assert_absent(&path.display().to_string(), &fs::read(&path).unwrap());
                files += 1;
            }
        }
        files
    }
}

#[test]
fn no_file_and_no_stream_ever_holds_a_token() {
    let desk = Desk::new(&Options { cases: 300, pace: 0.0, faults: "rough".parse().unwrap(), ..Options::default() });
    let canaries = Canaries::of(&desk);
    let log = desk.data().parent().unwrap().join("state");
    let run = |arguments: &[&str]| {
        let output =
            desk.command(arguments).env("XDG_STATE_HOME", &log).env("CASELOAD_LOG", "trace").env("RUST_BACKTRACE", "full").output();
        let output = output.unwrap();
        canaries.assert_absent(&format!("{arguments:?} stdout"), &output.stdout);
        canaries.assert_absent(&format!("{arguments:?} stderr"), &output.stderr);
        String::from_utf8(output.stdout).unwrap()
    };
    let listed = run(&["list", "--json", "--limit", "40"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let reference = listed.as_array().and_then(|cases| cases.iter().find(|case| case["source"] == "tines"));
    let reference = format!("tines:{}", reference.map_or("1", |case| case["key"].as_str().unwrap()));
    for arguments in [
        &["show", &reference, "--json", "--raw"][..],
        &["show", &reference, "--md"],
        &["comment", &reference, "-m", "on a bad day"],
        &["edit", &reference, "--set", "title=on a bad day", "--yes", "--json"],
        &["list", "--csv"],
        &["outbox", "list", "--json"],
        &["journal", "list", "--json"],
        &["config", "check"],
        &["doctor", "--json"],
    ] {
        run(arguments);
    }
    let mut env = desk.env();
    env.push(("CASELOAD_LOG".into(), "trace".into()));
    env.push(("XDG_STATE_HOME".into(), log.display().to_string()));
    // The workbench, its log, and what a panic prints.
    for panic in ["", "screen"] {
        let mut env = env.clone();
        env.push(("CASELOAD_PANIC".into(), panic.into()));
        let mut tty = Tty::start(100, 30, &[], &env);
        if panic.is_empty() {
            tty.comes_to_see("DD ").keys("gs").comes_to_see("Source 1 of").keys("\x1b").sees_no_more("Source 1 of").keys("Q");
        }
        tty.ends();
        canaries.assert_absent("the terminal", &tty.written);
    }
    assert!(canaries.search(desk.data().parent().unwrap()) >= 6, "database, outbox, journal, configuration and log are there");
}

#[test]
fn a_search_finds_what_is_planted() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("leak"), format!("x{}y", base64("so_live_canary-0001"))).unwrap();
    let canaries = Canaries(vec!["so_live_canary-0001".into(), base64("so_live_canary-0001")]);
    assert!(std::panic::catch_unwind(|| canaries.search(place.path())).is_err());
}

fn settings(base_url: &str, vendor: Vendor) -> Settings {
    let vendor: caseload::domain::case::Vendor = vendor.name().parse().unwrap();
    Settings {
        vendor,
        source: SourceId(0),
        base_url: base_url.to_owned(),
        web_url: None,
        auth: Auth::Bearer(Secret::from("canary-token-0001")),
        api: Api::V2,
        filter: None,
        team_id: None,
        me: None,
        timeout_ms: 2_000,
    }
}

#[tokio::test]
async fn a_redirect_gets_no_token_from_any_vendor() {
    for vendor in [Vendor::Datadog, Vendor::Tines, Vendor::ServerOps] {
        let other = Server::script(vec![Answer::json("{}")]);
        let location = format!("location: {}/stolen", other.url());
        let server = Server::start(move |_, _| Answer::status(307, "").with(&location));
        let provider = Provider::new(settings(&server.url(), vendor)).unwrap();
        let fault = provider.case("1").await.unwrap_err();
        assert_eq!(fault.kind, caseload::domain::fault::FaultKind::Redirected, "{fault}");
        assert_eq!(other.count(), 0);
        assert!(!format!("{:?} {fault:?}", settings(&server.url(), vendor)).contains("canary"));
    }
}

#[test]
fn a_proxy_is_asked_for_a_tunnel_and_gets_no_token() {
    let desk = Desk::calm(10);
    let proxy = Server::script(vec![Answer::status(502, "")]);
    let text = |way: &str| {
        format!(
            "[[source]]\nname = 'x'\nvendor = 'tines'\nsite = 'tenant.invalid'\ntoken = {{ env = 'DEMO_TINES_TOKEN' }}\nproxy = '{way}'\n"
        )
    };
    desk.configure(&text(&proxy.url()));
    desk.run(&["doctor"]);
    let seen = proxy.seen();
    assert!(
        !seen.is_empty() && seen.iter().all(|request| request.method == "CONNECT" && request.target == "tenant.invalid:443"),
        "{seen:?}"
    );
    assert!(seen.iter().all(|request| request.header("authorization").is_none()));
    // Against what the environment says, too.
    desk.configure(&text("none"));
    let before = proxy.count();
    desk.run_with(("HTTPS_PROXY", &proxy.url()), &["doctor"]);
    assert_eq!(proxy.count(), before);
}

#[test]
fn certificates_are_read_privately_and_nonsense_is_named() {
    let desk = Desk::calm(10);
    let file = desk.data().parent().unwrap().join("client.pem");
    fs::write(&file, "-----BEGIN NOTHING-----\n").unwrap();
    let with = |key: &str| {
        desk.configure(&format!(
            "[[source]]\nname = 'x'\nvendor = 'tines'\nsite = 'tenant.invalid'\ntoken = {{ env = 'DEMO_TINES_TOKEN' }}\n{key} = 'client.pem'\n"
        ));
        desk.run(&["doctor"]).expect(2).out
    };
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(with("client_file").contains("chmod 600"), "a key that others may read");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(with("client_file").contains("private key"));
    assert!(with("ca_file").contains("PEM certificate"));
    fs::remove_file(&file).unwrap();
    assert!(with("ca_file").contains("cannot be read"));
}
