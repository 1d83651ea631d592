//! Secrets that change while caseload runs: a token that was rotated or has run out, a store that was locked at the start, a
//! command that asks for a passphrase.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Instant;

use caseload::demo::Vendor;
use caseload::domain::fault::FaultKind;
use caseload::domain::secret::Secret;
use caseload::domain::wall::Wall;
use caseload::protocol::{Order, Report, Ticket};
use caseload::providers::{Auth, Provider};
use caseload::{config, sync};

use crate::cli_desk::Desk;
use crate::desk::House;
use crate::http_faults::{CASE, comment};
use crate::http_server::{Answer, Request, Server};
use crate::pty::{DEADLINE, Tty};

const AMPLE_MS: u64 = 20_000;

fn other_keys() -> Auth {
    Auth::Keys { api: Secret::from("api-new-geheim"), app: Secret::from("app-new-geheim") }
}

fn is_new(request: &Request) -> bool {
    request.header("dd-api-key") == Some("api-new-geheim")
}

/// Answers every refused request with other secrets.
fn keep(provider: &Provider) -> tokio::task::JoinHandle<usize> {
    let (provider, mut refused) = (provider.clone(), provider.renewals());
    tokio::spawn(async move {
        let mut asked = 0;
        while let Some(renewal) = refused.recv().await {
            asked += 1;
            let is_other = provider.renew(other_keys()).unwrap();
            let _ = renewal.answer.send(if is_other { Ok(()) } else { Err("the same".into()) });
        }
        asked
    })
}

#[tokio::test]
async fn a_refused_read_leaves_once_more_with_other_secrets() {
    let server = Server::start(|request, _| if is_new(request) { Answer::json(CASE) } else { Answer::status(401, "{}") });
    let provider = server.datadog(AMPLE_MS);
    let keeping = keep(&provider);
    provider.case("1").await.unwrap();
    assert_eq!((server.count(), provider.generation()), (2, 1));
    // Refused again and nothing new: once, with the reason.
    let server = Server::script(vec![Answer::status(401, "{}")]);
    let provider = server.datadog(AMPLE_MS);
    provider.renew(other_keys()).unwrap();
    let same = keep(&provider);
    let fault = provider.case("1").await.unwrap_err();
    assert_eq!((fault.kind, server.count()), (FaultKind::Unauthorized, 1));
    assert!(fault.message.as_str().ends_with("; the same"), "{fault}");
    keeping.abort();
    same.abort();
}

#[tokio::test]
async fn a_write_leaves_once_more_after_a_401_and_after_nothing_else() {
    for (refusal, writes) in [(401, 2), (403, 1), (400, 1), (409, 1), (500, 1), (503, 1)] {
        let server =
            Server::start(move |request, _| if is_new(request) { Answer::json("{\"data\":{}}") } else { Answer::status(refusal, "{}") });
        let provider = server.datadog(AMPLE_MS);
        let keeping = keep(&provider);
        let sent = provider.send(&comment()).await;
        assert_eq!((server.count(), sent.is_ok()), (writes, writes == 2), "{refusal}: {sent:?}");
        keeping.abort();
    }
    let cut = Server::script(vec![Answer::Bytes(Vec::new())]);
    let provider = cut.datadog(AMPLE_MS);
    let keeping = keep(&provider);
    provider.send(&comment()).await.unwrap_err();
    assert_eq!(cut.count(), 1, "what may have happened is never repeated");
    keeping.abort();
}

#[test]
fn a_rotated_token_in_a_file_is_read_again_for_every_vendor() {
    for vendor in Vendor::ALL {
        let house = House::new(60);
        let mut desk = house.sit();
        desk.read_all().settle();
        house.demo.rotate(vendor);
        house.config();
        desk.press("R");
        assert!(desk.app().model.sources.iter().all(|source| source.state.fault.is_none()), "{vendor:?}:\n{}", desk.shown());
        let refused = house.demo.received(vendor).iter().filter(|received| matches!(received.status, 401 | 403)).count();
        assert!(refused > 0, "{vendor:?} has refused the old one");
        desk.leave();
    }
}

#[test]
fn a_secret_that_was_not_there_at_the_start_is_read_once_it_is() {
    let house = House::new(60);
    let config = house.config();
    let file = config.sources.iter().find(|source| source.name == "tines").unwrap().secrets().next().unwrap().place();
    let file = Path::new(file.strip_prefix("file ").unwrap()).to_owned();
    fs::remove_file(&file).unwrap();
    let mut desk = house.sit_with(config);
    desk.until("the missing file is told", |app| app.model.sources.iter().any(|source| source.state.fault.is_some()));
    desk.acknowledge("is not there");
    desk.settle();
    house.config();
    desk.press("R").read_all().settle().press("r");
    assert_eq!(desk.list().count(), 60, "{}", desk.shown());
    desk.leave();
}

/// A configuration whose Tines token comes from this script.
fn by_command(desk: &Desk, script: &str) -> String {
    let text = fs::read_to_string(desk.config()).unwrap();
    let keeper = desk.data().with_file_name("keeper");
    fs::write(&keeper, format!("#!/bin/sh\ncd '{}'\n{script}\n", keeper.parent().unwrap().display())).unwrap();
    fs::set_permissions(&keeper, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    text.replace("{ env = 'DEMO_TINES_TOKEN' }", &format!("{{ command = ['{}'] }}", keeper.display()))
}

fn write_token(desk: &Desk) {
    let endpoint = &desk.demo.endpoints()[Vendor::Tines as usize];
    fs::write(desk.data().with_file_name("token"), &endpoint.secrets[0].1).unwrap();
}

#[test]
fn requests_that_are_refused_together_fetch_the_secret_once() {
    let desk = Desk::calm(60);
    write_token(&desk);
    let mut config = config::parse(&by_command(&desk, "echo x >> fetched; cat token"), Path::new("caseload.toml")).unwrap();
    config.keep_sources(|source| source.name == "tines");
    let fetched = || fs::read_to_string(desk.data().with_file_name("fetched")).unwrap().lines().count();
    let poll = config.poll.clone();
    let mut link = sync::start_quiet(sync::setup::Setup {
        sources: sync::sources(&config),
        data: desk.data(),
        offline: false,
        poll,
        wall: Wall::default(),
    })
    .unwrap();
    let mut reports = link.reports();
    let mut rids = Vec::new();
    link.send(Ticket(1), Order::Refresh { source: None, full: true }).unwrap();
    loop {
        match reports.recv().unwrap() {
            Report::Rows { rows, .. } => rids.extend(rows.into_iter().map(|(rid, _)| rid)),
            Report::Done { result, .. } => break result.unwrap(),
            _ => {}
        }
    }
    assert_eq!(fetched(), 1);
    desk.demo.rotate(Vendor::Tines);
    write_token(&desk);
    for (ticket, rid) in (2..10).zip(&rids) {
        link.send(Ticket(ticket), Order::Open { rid: *rid }).unwrap();
    }
    let mut open = 8;
    while open > 0 {
        if let Report::Done { result, .. } = reports.recv().unwrap() {
            result.unwrap();
            open -= 1;
        }
    }
    assert_eq!(fetched(), 2, "one fetch for all of them");
    link.stop();
}

#[test]
fn a_refused_token_from_the_environment_says_that_only_a_start_reads_it() {
    let desk = Desk::calm(10);
    let said = desk.run_with(("DEMO_TINES_TOKEN", "an-old-token"), &["list", "--source", "tines"]).expect(3);
    assert!(said.err.contains("env DEMO_TINES_TOKEN is read at the start only"), "{}", said.err);
}

/// Asks on the terminal, notes what was typed, and gives the token.
const ASKS: &str = "printf 'passphrase: ' >/dev/tty; read -r typed </dev/tty; echo \"$typed\" >> typed; cat token";

/// The command has asked so many times: its earlier questions still stand on the ordinary screen.
fn asked(tty: &mut Tty, times: usize) -> &mut Tty {
    tty.until("the command asks", |screen| !screen.alternate_screen() && screen.contents().matches("passphrase:").count() == times)
}

/// A workbench whose secret comes from a command that asks, and that polls by itself only once an hour.
fn asking() -> (Desk, Tty) {
    let desk = Desk::calm(60);
    write_token(&desk);
    let mut text = by_command(&desk, ASKS);
    write!(text, "[poll]\nfocused_s = 3600\nidle_s = 3600\n").unwrap();
    desk.configure(&text);
    let tty = Tty::start(120, 36, &[], &desk.env());
    (desk, tty)
}

#[test]
fn a_command_that_asks_has_the_terminal_before_the_screen_and_again_when_its_token_has_run_out() {
    let (desk, mut tty) = asking();
    tty.comes_to_see("passphrase:");
    assert!(!tty.screen().alternate_screen(), "the screen is not taken yet:\n{}", tty.shown());
    // Keys that would quit, filter and write here.
    tty.keys("Q/ixy\r").until("the screen is up", vt100::Screen::alternate_screen).comes_to_see("complete");
    desk.demo.rotate(Vendor::Tines);
    write_token(&desk);
    tty.keys("R").until("the terminal is given away", |screen| !screen.alternate_screen()).comes_to_see("fetching secrets anew");
    asked(&mut tty, 2).keys("Qq\r").until("the screen is back", vt100::Screen::alternate_screen);
    tty.comes_to_see("complete").sees_no_more("401");
    assert_eq!(fs::read_to_string(desk.data().with_file_name("typed")).unwrap(), "Q/ixy\nQq\n", "every key reached the prompt");
    assert!(desk.writes(Vendor::Tines).is_empty());
    tty.keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
    assert!(!tty.shown().contains("complete"), "no case text is left on the terminal:\n{}", tty.shown());
    assert!(!tty.shown().contains("secrets anew"), "nor what was said meanwhile:\n{}", tty.shown());
}

#[test]
fn ctrl_c_at_the_prompt_ends_the_command_alone_and_a_key_asks_again() {
    let (desk, mut tty) = asking();
    tty.comes_to_see("passphrase:").keys("x\r").comes_to_see("complete");
    desk.demo.rotate(Vendor::Tines);
    write_token(&desk);
    tty.keys("R");
    asked(&mut tty, 2).keys("\x03").until("the screen is back", vt100::Screen::alternate_screen).comes_to_see("401");
    tty.keys("R");
    // What it asked before is off the terminal.
    asked(&mut tty, 2).keys("y\r").until("the screen is back", vt100::Screen::alternate_screen).comes_to_see("complete").keys("Q");
    assert_eq!(tty.ends().exit_code(), 0);
    tty.assert_restored();
}

#[test]
fn commands_that_ask_have_the_terminal_one_after_the_other_and_once_each() {
    let desk = Desk::calm(30);
    let place = desk.data().with_file_name("keepers");
    fs::create_dir_all(&place).unwrap();
    let config = fs::read_to_string(desk.config()).unwrap();
    let by_keepers = |script: &dyn Fn(&str) -> String| {
        let mut text = config.clone();
        for (name, variable) in [("tines", "DEMO_TINES_TOKEN"), ("serverops", "DEMO_SO_TOKEN")] {
            let keeper = place.join(name);
            fs::write(&keeper, format!("#!/bin/sh\ncd '{}'\n{}\n", place.display(), script(name))).unwrap();
            fs::set_permissions(&keeper, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
            text = text.replace(&format!("{{ env = '{variable}' }}"), &format!("{{ command = ['{}'] }}", keeper.display()));
        }
        desk.configure(&text);
    };
    let asks = |name: &str, then: &str| {
        format!("echo begin {name} >> log; printf 'PIN of {name}: ' >/dev/tty; read -r typed </dev/tty; echo end {name} >> log; {then}")
    };
    let log = || fs::read_to_string(place.join("log")).unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
    let until = |what: &str, condition: &dyn Fn() -> bool| {
        let until = Instant::now() + DEADLINE;
        while !condition() {
            assert!(Instant::now() < until, "never: {what}: {:?}", log());
            std::thread::yield_now();
        }
    };
    let list = || Tty::start(120, 36, &["list", "--full"], &desk.env());

    // Whoever gives nothing at the start is not asked once more by the same command.
    by_keepers(&|name| asks(name, "exit 1"));
    let mut tty = list();
    for lines in [1, 3] {
        until("the next one asks", &|| log().len() == lines);
        tty.keys("\r");
    }
    tty.ends();
    assert_eq!(log(), ["begin tines", "end tines", "begin serverops", "end serverops"]);
    fs::remove_file(place.join("log")).unwrap();

    // The first tokens have run out: both sources want others at the same time.
    for (vendor, name) in [(Vendor::Tines, "tines"), (Vendor::ServerOps, "serverops")] {
        let endpoint = &desk.demo.endpoints()[vendor as usize];
        fs::write(place.join(format!("{name}.token")), &endpoint.secrets[0].1).unwrap();
    }
    by_keepers(&|name| {
        format!("[ -e {name}.old ] || {{ touch {name}.old; echo outdated; exit; }}\n{}", asks(name, &format!("cat {name}.token")))
    });
    let mut tty = list();
    let refused = |vendor| desk.demo.received(vendor).iter().any(|received| received.status == 401);
    until("both are refused", &|| refused(Vendor::Tines) && refused(Vendor::ServerOps));
    for lines in [1, 3] {
        until("the next one asks", &|| log().len() >= lines);
        tty.keys("\r");
    }
    assert_eq!(tty.ends().exit_code(), 0);
    let log = log();
    assert!(log.len() == 4, "{log:?}");
    for pair in log.chunks(2) {
        assert_eq!(pair[0].replace("begin", "end"), pair[1], "{log:?}");
    }
}
