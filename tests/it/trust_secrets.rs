//! Canary tokens: planted, used on good and bad days, and then searched for in every file and stream.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use caseload::demo::{Options, Vendor};
use caseload::domain::case::SourceId;
use caseload::domain::secret::Secret;
use caseload::providers::{Api, Auth, Provider, Settings};

use crate::cli_desk::Desk;
use crate::http_server::{Answer, Request, Server};
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

/// With every line of the libraries that see a token.
pub(crate) const LOUD: &str = "trace,hyper=trace,hyper_util=trace,h2=trace,reqwest=trace,rustls=trace";

pub(crate) struct Canaries(Vec<String>);

impl Canaries {
    pub(crate) fn of(desk: &Desk) -> Self {
        let secrets = desk.env().into_iter().filter(|(name, _)| name.starts_with("DEMO_")).map(|(_, secret)| secret);
        let all: Vec<String> = secrets.flat_map(|secret| [base64(&secret), secret]).collect();
        assert!(all.len() >= 8 && all.iter().all(|canary| canary.len() >= 8), "{all:?}");
        Self(all)
    }

    pub(crate) fn assert_absent(&self, place: &str, bytes: &[u8]) {
        for canary in &self.0 {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} is in {place}");
        }
    }

    pub(crate) fn search(&self, folder: &Path) -> usize {
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
        let output = desk.command(arguments).env("XDG_STATE_HOME", &log).env("CASELOAD_LOG", LOUD).env("RUST_BACKTRACE", "full").output();
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
    env.push(("CASELOAD_LOG".into(), LOUD.into()));
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
        timeout_ms: 600_000,
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

/// What a request carries as its token.
fn tokens(request: &Request) -> Vec<String> {
    let named = ["authorization", "dd-api-key", "dd-application-key", "x-user-token"];
    named.iter().filter_map(|name| request.header(name)).map(|token| token.trim_start_matches("Bearer ").to_owned()).collect()
}

/// A vendor, or whatever stands in its place, that says the token back in every way that it has.
fn echo(request: &Request, before: usize) -> Answer {
    let token = tokens(request).join(" ");
    let mut escaped = String::new();
    for byte in token.bytes() {
        write!(escaped, "\\u{byte:04x}").unwrap();
    }
    let long = format!("{}{token}", "x".repeat(290));
    let (status, body) = match before % 9 {
        0 => (401, format!("{{\"errors\":[\"{token} is no key\"]}}")),
        1 => (403, format!("{{\"error\":\"{token}\",\"message\":\"{token}\"}}")),
        2 => (400, format!("{{\"error\":{{\"message\":\"{escaped}\",\"code\":\"{token}\",\"snapshot\":{{\"used\":\"{token}\"}}}}}}")),
        3 => (401, long),
        4 => (422, format!("{{\"errors\":[\"{long}\"]}}")),
        5 => (200, format!("{{\"data\":\"{token}\",\"cases\":\"{token}\"}}")),
        6 => (302, token.clone()),
        7 => (401, format!("bad request line: authorization: Bearer {token}")),
        _ => (200, format!("\"{token}\"")),
    };
    let first = token.split(' ').next().unwrap_or_default();
    let location =
        ["https://other.example/TOKEN", "/login/TOKEN?next=TOKEN", "https://TOKEN.other.example/", "https://TOKEN@other.example"];
    let location = location[before / 9 % location.len()].replace("TOKEN", first);
    Answer::status(status, &body).with(&format!("location: {location}")).with(&format!("www-authenticate: Bearer {first}"))
}

#[test]
fn a_server_that_says_the_token_back_gets_it_into_no_word_file_or_stream() {
    let desk = Desk::calm(1);
    let canaries = Canaries::of(&desk);
    let halves: Vec<String> =
        desk.env().into_iter().filter(|(name, _)| name.starts_with("DEMO_")).map(|(_, token)| token[..10].into()).collect();
    let server = Server::start(echo);
    let text = fs::read_to_string(desk.config()).unwrap();
    let text = desk.demo.endpoints().iter().fold(text, |text, endpoint| text.replace(&endpoint.base_url, &server.url()));
    desk.configure(&text);
    let state = desk.data().with_file_name("state");
    let absent = |what: &str, bytes: &[u8]| {
        canaries.assert_absent(what, bytes);
        for half in &halves {
            assert!(!bytes.windows(half.len()).any(|window| window == half.as_bytes()), "the beginning {half} is in {what}");
        }
    };
    for _ in 0..6 {
        for arguments in [
            &["doctor"][..],
            &["list"],
            &["show", "tines:1", "--json", "--raw"],
            &["show", "datadog:1"],
            &["comment", "serverops:1", "-m", "x"],
        ] {
            let output = desk.command(arguments).env("XDG_STATE_HOME", &state).env("CASELOAD_LOG", LOUD).output().unwrap();
            absent(&format!("{arguments:?} stdout"), &output.stdout);
            absent(&format!("{arguments:?} stderr"), &output.stderr);
        }
    }
    let mut env = desk.env();
    env.push(("CASELOAD_LOG".into(), LOUD.into()));
    env.push(("XDG_STATE_HOME".into(), state.display().to_string()));
    let mut tty = Tty::start(160, 40, &[], &env);
    tty.comes_to_see("DD ").keys("gs").comes_to_see("of 3: ");
    let before = server.count();
    tty.keys("1").until_true("it is read once more", || server.count() > before).keys("\x1b").sees_no_more("of 3: ");
    tty.keys("Q").ends();
    absent("the terminal", &tty.written);
    assert!(server.seen().iter().filter(|request| !tokens(request).is_empty()).count() > 30, "the tokens were sent");
    assert!(canaries.search(desk.data().parent().unwrap()) >= 3);
}

#[test]
fn pages_files_and_pictures_of_other_hosts_are_named_but_never_asked_for() {
    let desk = Desk::calm(30);
    let other = Server::script(vec![Answer::json("{\"cases\":[],\"data\":[]}")]);
    let elsewhere = other.url();
    let change = move |key: &str, text: &str| {
        let is_link =
            text.contains("://") || key.contains("url") || key == "icon" || key == "next_page" || key == "ref" || key == "sys_target_link";
        is_link.then(|| format!("{elsewhere}/stolen"))
    };
    let taps = crate::hostile::tap(&desk, change);
    // A next page at another host is a fault of its source, and the others are listed.
    let listed = desk.run(&["list", "--json"]).json();
    assert!(listed.as_array().unwrap().len() >= 10, "{listed}");
    for case in listed.as_array().unwrap() {
        let reference = format!("{}:{}", case["source"].as_str().unwrap(), case["id"].as_str().unwrap());
        desk.run(&["show", &reference]);
    }
    let mut tty = Tty::start(140, 40, &[], &desk.env());
    tty.comes_to_see("complete").keys("\r").comes_to_see("[Overview]");
    for _ in 0..8 {
        tty.keys("]").has_acted();
    }
    tty.keys("Q").ends();
    assert_eq!(other.count(), 0, "{:?}", other.seen());
    let asked: usize = taps.iter().map(Server::count).sum();
    assert!(asked > 30, "{asked}");
}

#[test]
fn no_program_that_is_started_inherits_a_token() {
    let desk = Desk::calm(10);
    let bin = desk.data().with_file_name("bin");
    fs::create_dir_all(&bin).unwrap();
    let keeper = bin.join("keeper");
    let note = bin.join("noted");
    let script = format!(
        "#!/bin/sh\n{{ env; tr '\\0' '\\n' </proc/$$/environ; tr '\\0' ' ' </proc/$$/cmdline; }} > '{}'\ncat '{}'\n",
        note.display(),
        bin.join("token").display()
    );
    fs::write(&keeper, script).unwrap();
    fs::set_permissions(&keeper, fs::Permissions::from_mode(0o700)).unwrap();
    let token = desk.env().into_iter().find(|(name, _)| name == "DEMO_TINES_TOKEN").unwrap().1;
    fs::write(bin.join("token"), &token).unwrap();
    let text = fs::read_to_string(desk.config()).unwrap();
    desk.configure(&text.replace("{ env = 'DEMO_TINES_TOKEN' }", &format!("{{ command = ['{}'] }}", keeper.display())));
    let named: Vec<(String, String)> = desk
        .env()
        .into_iter()
        .filter(|(name, _)| ["DEMO_DD_API_KEY", "DEMO_DD_APP_KEY", "DEMO_SO_TOKEN"].contains(&name.as_str()))
        .collect();
    assert_eq!(named.len(), 3);
    let one = format!("tines:{}", desk.demo.ids(Vendor::Tines)[0]);
    // With every source, and with the one that has the command alone: the others' tokens are in the environment still.
    for arguments in [
        &["list"][..],
        &["list", "--source", "tines"],
        &["show", &one],
        &["show", &one, "--source", "tines"],
        &["edit", &one, "--set", "title=Other", "--dry-run"],
    ] {
        let mut command = desk.command(arguments);
        for (name, _) in desk.env().iter().filter(|(name, _)| name.starts_with("DEMO_") && !named.iter().any(|(kept, _)| kept == name)) {
            command.env_remove(name);
        }
        assert!(command.output().unwrap().status.success());
        let seen = fs::read_to_string(&note).unwrap();
        assert!(seen.contains("CASELOAD_CONFIG="), "what is no secret is there: {seen}");
        for (name, secret) in &named {
            assert!(!seen.contains(secret.as_str()) && !seen.contains(name.as_str()), "{name}: {seen}");
        }
        assert!(!seen.contains(&token));
        fs::remove_file(&note).unwrap();
    }
}

#[test]
fn secret_commands_of_all_sources_run_at_once() {
    let desk = Desk::calm(10);
    let place = desk.data().with_file_name("meet");
    fs::create_dir_all(&place).unwrap();
    let mut text = fs::read_to_string(desk.config()).unwrap();
    for (mine, other, name) in [("a", "b", "DEMO_TINES_TOKEN"), ("b", "a", "DEMO_SO_TOKEN")] {
        let token = desk.env().into_iter().find(|(known, _)| known == name).unwrap().1;
        fs::write(place.join(format!("{mine}.token")), token).unwrap();
        // Each gives its token only when the other has begun.
        let script = format!("cd '{}'; touch {mine}; until [ -e {other} ]; do sleep 0.02; done; cat {mine}.token", place.display());
        text = text.replace(&format!("{{ env = '{name}' }}"), &format!("{{ command = ['sh', '-c', \"{script}\"] }}"));
    }
    desk.configure(&text);
    desk.run(&["list"]).expect(0);
}

/// How often a text stands in what this process may write to. Bytes come masked, so that the search does not find itself.
fn times_in_memory(masked: &[u8]) -> usize {
    use std::io::{Read, Seek, SeekFrom};
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut memory = fs::File::open("/proc/self/mem").unwrap();
    let mut times = 0;
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw"))) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let [from, to] = [from, to].map(|at| u64::from_str_radix(at, 16).unwrap());
        let mut at = from;
        while at < to {
            // Copied in pieces, with what overlaps, and wiped: a copy of this test's own must not be counted.
            let size = usize::try_from((to - at).min(1 << 20)).unwrap();
            let mut piece = vec![0; size];
            if memory.seek(SeekFrom::Start(at)).and_then(|_| memory.read_exact(&mut piece)).is_ok() {
                times += piece
                    .windows(masked.len())
                    .filter(|window| window.iter().zip(masked).all(|(byte, masked)| byte ^ 0x5a == *masked))
                    .count();
            }
            piece.fill(0);
            std::hint::black_box(&piece);
            at += u64::try_from(size).unwrap().saturating_sub(if at + (1 << 20) < to { 64 } else { 0 });
        }
    }
    times
}

#[test]
fn a_token_is_wiped_from_memory_with_the_last_that_needs_it() {
    // In a process of its own: beside other tests there is a gigabyte to search.
    const ALONE: &str = "CASELOAD_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let name = "trust_secrets::a_token_is_wiped_from_memory_with_the_last_that_needs_it";
        let alone = Command::new(std::env::current_exe().unwrap()).args([name, "--exact"]).env(ALONE, "1").output().unwrap();
        let said = String::from_utf8_lossy(&alone.stdout);
        assert!(alone.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("token");
    // Never whole in this process but where the program puts it.
    let masked: Vec<u8> =
        std::iter::repeat_with(fastrand::alphanumeric).take(40).map(|letter| u8::try_from(letter).unwrap() ^ 0x5a).collect();
    let mut plain: Vec<u8> = masked.iter().map(|byte| byte ^ 0x5a).collect();
    fs::write(&path, &plain).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    plain.fill(0);
    std::hint::black_box(&plain);
    for vendor in [Vendor::Datadog, Vendor::Tines, Vendor::ServerOps] {
        let token = caseload::config::SecretRef::File(path.clone()).read(&[], caseload::config::Asks::Nobody).unwrap();
        let provider = Provider::new(Settings { auth: Auth::Bearer(token), ..settings("https://127.0.0.1:9", vendor) }).unwrap();
        assert!(times_in_memory(&masked) > 0, "the search finds it while it is needed");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // Refused: the request is made up whole, and nobody is there to keep a copy.
        runtime.block_on(provider.case("1")).unwrap_err();
        drop(provider);
        drop(runtime);
        assert_eq!(times_in_memory(&masked), 0, "{vendor:?}");
    }
}
