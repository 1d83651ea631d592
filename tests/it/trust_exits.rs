//! Hostile text from served answers, through every way out of the program: streams, files, screen, clipboard, editor,
//! browser, log.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use caseload::demo::Vendor;
use caseload::domain::text::Clean;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::cli_desk::{Desk, assert_harmless};
use crate::hostile::{POISON, assert_shown_harmless, everywhere, tap};
use crate::http_server::{Answer, Server};
use crate::pty::Tty;
use crate::trust_secrets::LOUD;

/// What a script would name, one of each vendor.
fn references(desk: &Desk) -> Vec<String> {
    let listed = desk.run(&["list", "--json"]).expect(0).json();
    let listed = listed.as_array().unwrap();
    let of = |source: &str| {
        let case = listed.iter().find(|case| case["source"] == source).unwrap();
        format!("{source}:{}", case["id"].as_str().unwrap())
    };
    ["datadog", "tines", "serverops"].map(of).into()
}

#[test]
fn every_verb_prints_what_attackers_wrote_as_harmless_text() {
    let desk = Desk::calm(30);
    let taps = tap(&desk, everywhere("", POISON));
    let state = desk.data().with_file_name("state");
    let run = |arguments: &[&str]| {
        let output = desk.command(arguments).env("XDG_STATE_HOME", &state).env("CASELOAD_LOG", LOUD).output().unwrap();
        let said = crate::cli_desk::said(&output);
        assert_harmless(&said.out);
        assert_harmless(&said.err);
        said
    };
    let listed = run(&["list"]).expect(0);
    assert!(listed.out.contains("^[") && listed.out.contains("<U+202E>"), "it is there, and shown for what it is: {}", listed.out);
    for format in ["--json", "--ndjson", "--csv", "--explain"] {
        run(&["list", format]);
    }
    for reference in references(&desk) {
        for arguments in [
            &["show", &reference][..],
            &["show", &reference, "--md"],
            &["show", &reference, "--json"],
            &["show", &reference, "--json", "--raw"],
            &["edit", &reference, "--set", "title=x", "--dry-run"],
            &["edit", &reference, "--json"],
            &["comment", &reference, "-m", "x"],
            &["edit", &reference, "--set", "status=no such thing", "--yes"],
        ] {
            run(arguments);
        }
    }
    for arguments in [
        &["export", "--format", "csv"][..],
        &["export", "--format", "json"],
        &["export", "--format", "ndjson"],
        &["export", "--format", "markdown"],
        &["bulk", "src:tines", "--set", "priority=LOW", "--dry-run"],
        &["list", "assignee:nobody"],
        &["outbox", "list"],
        &["journal", "list"],
        &["doctor"],
        &["doctor", "--json"],
        &["views"],
    ] {
        run(arguments);
    }
    assert!(taps.iter().all(|tap| tap.count() > 0));
}

#[test]
fn a_refusal_in_an_attackers_words_is_harmless_everywhere() {
    let desk = Desk::calm(1);
    let words = serde_json::to_string(POISON).unwrap();
    let bodies = [
        format!("{{\"errors\":[{words},{{\"title\":{words},\"detail\":{words}}}]}}"),
        format!("{{\"error\":{words},\"message\":{words}}}"),
        format!("{{\"error\":{{\"message\":{words},\"code\":{words},\"metric\":{words},\"snapshot\":{{\"x\":{words}}}}}}}"),
        format!("first {POISON}"),
        format!("{{\"data\":{words}}}"),
    ];
    for status in [200, 301, 403, 422, 429, 500] {
        let bodies = bodies.clone();
        let server = Server::start(move |_, before| {
            let answer = Answer::status(status, &bodies[before % bodies.len()]);
            answer.with("location: https://evil\u{9b}31m.example/\u{202e}x").with("retry-after: 9999")
        });
        let mut text = String::new();
        for (name, secret) in [("datadog", "DEMO_DD_TOKEN"), ("tines", "DEMO_TINES_TOKEN"), ("serverops", "DEMO_SO_TOKEN")] {
            write!(text, "[[source]]\nname = '{name}'\nvendor = '{name}'\nbase_url = '{}'\ntoken = {{ env = '{secret}' }}\n", server.url())
                .unwrap();
        }
        desk.configure(&text);
        for arguments in [&["doctor"][..], &["list"], &["show", "tines:1"], &["comment", "datadog:1", "-m", "x"]] {
            let said = desk.run(arguments);
            assert_harmless(&said.out);
            assert_harmless(&said.err);
        }
        assert!(server.count() > 5, "{status}");
    }
}

#[test]
fn no_spreadsheet_runs_a_cell_at_whichever_character_it_cuts() {
    const STARTS: [&str; 15] =
        ["=", "+", "-", "@", "\t=", "\r=", " =", "\n=", "＝", ";=", "\";=", "x;\t@", "',\"=", "\u{feff}=", "\u{200b}="];
    let desk = Desk::calm(40);
    let place = AtomicUsize::new(0);
    let poison = everywhere("", ";=cmd|' /C calc'!A0");
    tap(&desk, move |key, text| {
        poison(key, text).map(|text| format!("{}{text}", STARTS[place.fetch_add(1, Ordering::SeqCst) % STARTS.len()]))
    });
    for arguments in [&["list", "--csv"][..], &["export", "--format", "csv"]] {
        let out = desk.run(arguments).expect(0).out;
        let mut reader = csv::Reader::from_reader(out.as_bytes());
        let columns = reader.headers().unwrap().len();
        let mut cells = 0;
        for record in reader.records() {
            let record = record.unwrap();
            assert_eq!(record.len(), columns);
            cells += record.iter().filter(|cell| cell.contains("=cmd")).count();
        }
        assert!(cells >= 40, "{out}");
        // As it was meant, and by the other characters that a spreadsheet may be set to cut at.
        let parsed = csv::Reader::from_reader(out.as_bytes())
            .into_records()
            .flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
        for cell in out.lines().flat_map(|line| line.split([';', '\t'])).map(str::to_owned).chain(parsed) {
            let text = cell.trim_start_matches(['"', ' ']);
            assert!(!text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{cell:?} of {out}");
        }
    }
}

const MARKUP: &str = " | <img src=http://evil.example/p.png onerror=x> ![p](http://evil.example/p.png) [x](javascript:alert(1)) <javascript:x> \n\n# Activity (1)\n\n- **base**: forged\n\n[y]: data:text/html,x\n\n[y] `| <b>` |\n~~~\n<b>\n";

/// What a renderer would do with a document beyond showing text, and the headings that it would show.
fn rendered(markdown: &str) -> (Vec<String>, Vec<String>) {
    let (mut deeds, mut headings, mut quotes, mut heading) = (Vec::new(), Vec::new(), 0, None);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => deeds.push(format!("html {html}")),
            Event::Start(Tag::Image { dest_url, .. }) => deeds.push(format!("image {dest_url}")),
            Event::Start(Tag::Link { dest_url, .. }) if !dest_url.starts_with("http://") && !dest_url.starts_with("https://") => {
                deeds.push(format!("link {dest_url}"));
            }
            Event::Start(Tag::BlockQuote(_)) => quotes += 1,
            Event::End(TagEnd::BlockQuote(_)) => quotes -= 1,
            Event::Start(Tag::Heading { .. }) if quotes == 0 => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => headings.extend(heading.take()),
            Event::Text(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    (deeds, headings)
}

#[test]
fn markdown_for_a_ticket_fetches_nothing_and_no_section_of_it_is_forged() {
    let desk = Desk::calm(30);
    let clean: Vec<(String, Vec<String>)> = references(&desk)
        .into_iter()
        .map(|reference| {
            let markdown = desk.run(&["show", &reference, "--md"]).expect(0).out;
            (reference, rendered(&markdown).1)
        })
        .collect();
    tap(&desk, everywhere("", MARKUP));
    for (reference, headings) in clean {
        let markdown = desk.run(&["show", &reference, "--md"]).expect(0).out;
        let (deeds, forged) = rendered(&markdown);
        assert_eq!(deeds, [] as [&str; 0], "{markdown}");
        assert!(markdown.contains("evil.example"), "{markdown}");
        let names = |headings: &[String]| headings.iter().skip(1).map(|heading| heading.chars().take(4).collect()).collect::<Vec<String>>();
        assert_eq!(names(&forged), names(&headings), "{markdown}");
    }
    let table = desk.run(&["export", "--format", "markdown"]).expect(0).out;
    assert_eq!(rendered(&table).0, [] as [&str; 0], "{table}");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 32, "{table}");
    for row in rows {
        let cells = row.replace("\\\\", "").replace("\\|", "").matches('|').count() - 1;
        assert_eq!(cells, 7, "{row}");
    }
}

/// A program of the test's on the way to the real ones; it notes its arguments and environment.
fn recorder(place: &Path, name: &str, more: &str) -> PathBuf {
    let path = place.join(name);
    let note = place.join(format!("{name}.noted"));
    let script = format!(
        "#!/bin/sh\n{{ for word in \"$@\"; do printf 'ARG %s\\n' \"$word\"; done; env; tr '\\0' ' ' </proc/$$/cmdline; tr '\\0' '\\n' </proc/$$/environ; }} > '{0}.part'\n{more}\nmv '{0}.part' '{0}'\n",
        note.display()
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    note
}

fn noted(tty: &mut Tty, note: &Path) -> String {
    tty.until_true(&format!("{} is run", note.display()), || note.exists());
    let text = fs::read_to_string(note).unwrap();
    fs::remove_file(note).unwrap();
    text
}

/// The variables that the desk's configuration names, and no others of the demo's.
fn configured_env(desk: &Desk) -> (Vec<(String, String)>, Vec<String>) {
    let config = fs::read_to_string(desk.config()).unwrap();
    let env: Vec<_> = desk.env().into_iter().filter(|(name, _)| !name.starts_with("DEMO_") || config.contains(name.as_str())).collect();
    let secrets = env.iter().filter(|(name, _)| name.starts_with("DEMO_")).map(|(_, secret)| secret.clone()).collect();
    (env, secrets)
}

fn decoded(base64: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let six = base64.bytes().filter(|byte| *byte != b'=').map(|byte| LETTERS.iter().position(|letter| *letter == byte).unwrap());
    let (mut bits, mut count, mut bytes) = (0_usize, 0, Vec::new());
    for value in six {
        (bits, count) = ((bits << 6 | value) & 0xffff, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn screen_clipboard_editor_and_browser_get_harmless_text_and_no_secret() {
    let desk = Desk::calm(30);
    let taps = tap(&desk, everywhere("", POISON));
    let bin = desk.data().with_file_name("bin");
    fs::create_dir_all(&bin).unwrap();
    let (mut env, secrets) = configured_env(&desk);
    assert_eq!(secrets.len(), 4);
    let editor_note = recorder(&bin, "editor", &format!("cp \"$1\" '{}/edited'", bin.display()));
    let opener_note = recorder(&bin, "xdg-open", "");
    let state = desk.data().with_file_name("state");
    env.push(("XDG_STATE_HOME".into(), state.display().to_string()));
    env.push(("CASELOAD_LOG".into(), LOUD.into()));
    env.push(("VISUAL".into(), bin.join("editor").display().to_string()));
    env.push(("PATH".into(), format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())));
    let mut tty = Tty::start(140, 40, &[], &env);
    tty.comes_to_see("complete").comes_to_see("30");
    // Every case of the list, and every tab of three.
    for _ in 0..30 {
        tty.keys("j").has_acted();
    }
    let (mut copied, mut addresses) = (0, Vec::new());
    for vendor in ["src:dd", "src:tn", "src:so"] {
        tty.filter(vendor).keys("\r").comes_to_see("read ");
        for _ in 0..8 {
            tty.keys("]").has_acted();
        }
        for keys in ["yy", "yt", "yu", "yj"] {
            let before = tty.written.len();
            tty.keys(keys).has_acted();
            let written = String::from_utf8(tty.written[before..].to_vec()).unwrap();
            for text in crate::hostile::shown_text(&written).1 {
                assert_harmless(&decoded(&text));
                copied += 1;
            }
        }
        if vendor == "src:tn" {
            // The whole case in the editor: the vendor's text forges no line of its head.
            tty.keys("E");
            let seen = noted(&mut tty, &editor_note);
            assert!(seen.starts_with("ARG /") && secrets.iter().all(|secret| !seen.contains(secret)), "{seen}");
            let text = fs::read_to_string(bin.join("edited")).unwrap();
            assert_harmless(&text);
            let head = text.strip_prefix("---\n").unwrap().split("\n---\n").next().unwrap();
            assert_eq!(head.lines().filter(|line| line.starts_with("title:")).count(), 1, "{text}");
            tty.comes_to_see("nothing was changed").keys("\x1b").sees_no_more("nothing changed yet");
        }
        if vendor == "src:tn" {
            tty.keys("o").comes_to_see("opened http");
            let seen = noted(&mut tty, &opener_note);
            assert!(secrets.iter().all(|secret| !seen.contains(secret)), "{seen}");
            addresses.push(seen.lines().next().unwrap().to_owned());
        }
        tty.keys("\x1b").comes_to_see("Space mark");
    }
    assert!(copied >= 8, "{copied} texts went to the clipboard");
    assert!(addresses.iter().all(|line| line.starts_with("ARG http://") || line.starts_with("ARG https://")), "{addresses:?}");
    tty.keys("?").sees_no_more("Space mark").keys("\x1b").comes_to_see("Space mark");
    tty.keys("Q").ends();
    assert_shown_harmless(&String::from_utf8(tty.written.clone()).unwrap());
    let all = String::from_utf8_lossy(&tty.written).into_owned();
    assert!(all.contains("^[") && secrets.iter().all(|secret| !all.contains(secret)));
    let log = fs::read_to_string(state.join("caseload/caseload.log")).unwrap();
    assert!(log.lines().count() > 20, "the log was loud: {log}");
    assert_harmless(&log);
    assert!(secrets.iter().all(|secret| !log.contains(secret)));
    assert!(taps.iter().all(|tap| tap.count() > 0));
}

#[test]
fn a_browser_gets_one_plain_argument_whatever_the_link_says() {
    let links = [
        ("javascript:alert(1)", false),
        ("file:///etc/passwd", false),
        ("-oProxyCommand=touch", false),
        ("https://x.example/$(touch${IFS}pwned)`id`;id|id&'\"x y\"", true),
        ("HTTPS://x.example/a b\n-flag\t\u{202e}", true),
    ];
    for (link, opens) in links {
        let desk = Desk::calm(30);
        tap(&desk, move |key: &str, text: &str| (key.contains("url") && text.contains("://")).then(|| link.to_owned()));
        let bin = desk.data().with_file_name("bin");
        fs::create_dir_all(&bin).unwrap();
        let note = recorder(&bin, "xdg-open", "");
        let (mut env, _) = configured_env(&desk);
        env.push(("PATH".into(), format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())));
        let mut tty = Tty::start(120, 36, &[], &env);
        tty.comes_to_see("complete").comes_to_see("30").filter("src:tn").keys("o").has_acted();
        if opens {
            let seen = noted(&mut tty, &note);
            let words: Vec<&str> = seen.lines().filter(|line| line.starts_with("ARG ")).collect();
            assert_eq!(words.len(), 1, "{seen}");
            let address = words[0].strip_prefix("ARG https://x.example/").expect(&seen);
            assert!(address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'), "{address}");
        } else {
            assert!(!note.exists(), "{link}");
        }
        tty.keys("Q").ends();
        let mine = fs::read_dir(&bin).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>();
        assert_eq!(mine, ["xdg-open"], "{link}");
    }
}

#[test]
fn a_panic_that_quotes_hostile_text_prints_it_harmlessly() {
    let mut tty = Tty::start(80, 24, &["demo", "--pace", "0"], &[("CASELOAD_PANIC".into(), "screen".into())]);
    assert_eq!(tty.ends().exit_code(), 101);
    let last = tty.told_last();
    assert!(last.contains("provoked on the screen's thread^[]52;c;eA==^G"), "{last}");
    assert_shown_harmless(&String::from_utf8(tty.written.clone()).unwrap());
}

#[test]
fn files_are_named_by_the_person_or_the_clock_never_by_a_case() {
    let desk = Desk::calm(12);
    tap(&desk, everywhere("../../../-rf /.evil/", ""));
    let (mut env, _) = configured_env(&desk);
    env.push(("VISUAL".into(), "true".into()));
    let here = desk.data().with_file_name("home");
    fs::create_dir_all(&here).unwrap();
    let file = here.join("list.csv").display().to_string();
    desk.run(&["export", "--format", "csv", "-o", &file]).expect(0);
    let mut tty = Tty::start(120, 36, &[], &env);
    tty.comes_to_see("complete").keys("E").comes_to_see("nothing was changed");
    tty.keys("\x1b\x1bQ").ends();
    let mut names: Vec<PathBuf> = Vec::new();
    let mut folders = vec![desk.data().parent().unwrap().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            names.push(path);
        }
    }
    assert!(names.iter().all(|path| !path.to_string_lossy().contains("evil") && !path.to_string_lossy().contains("-rf")), "{names:?}");
    assert!(names.iter().any(|path| path.ends_with("list.csv")));
    assert!(Clean::line(&file).as_str() == file && desk.writes(Vendor::Tines).is_empty());
}
