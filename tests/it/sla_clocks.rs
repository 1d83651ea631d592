//! A Tines case with several clocks: one that is exceeded makes it over, whatever still runs, and everything says the same.

use std::collections::BTreeSet;

use caseload::domain::clock::left;
use caseload::protocol::From;
use serde_json::Value;

use crate::cli_desk::Desk;
use crate::desk::House;

fn keys<'c>(cases: impl IntoIterator<Item = &'c Value>) -> BTreeSet<String> {
    cases.into_iter().map(|case| case["key"].as_str().unwrap().to_owned()).collect()
}

fn has(case: &Value, holds: impl Fn(&Value) -> bool) -> bool {
    case["status"]["state"] != "closed" && case["sla"].as_array().is_some_and(|clocks| clocks.iter().any(holds))
}

fn is_exceeded(clock: &Value) -> bool {
    clock["exceeded"] == true
}

/// It has a day and more, so that it does not run out while a test looks.
fn runs_long(clock: &Value) -> bool {
    let due = clock["due_at"].as_str().and_then(|due| due.parse::<jiff::Timestamp>().ok());
    clock["exceeded"] == false && due.is_some_and(|due| due.duration_since(jiff::Timestamp::now()).as_hours() >= 24)
}

#[test]
fn a_case_with_an_exceeded_clock_is_over_in_every_answer_of_the_command_line() {
    let desk = Desk::calm(400);
    let all = desk.run(&["list", "src:tines", "--json"]).expect(0).json();
    let all = all.as_array().unwrap();
    let exceeded: Vec<&Value> = all.iter().filter(|case| has(case, is_exceeded)).collect();
    let mixed: Vec<&Value> = exceeded.iter().copied().filter(|case| has(case, runs_long)).collect();
    assert!(!mixed.is_empty(), "the world has such cases");
    for case in &exceeded {
        assert_eq!((&case["sla_over"], &case["sla_clock"]), (&true.into(), &"vendor".into()), "{case:#}");
    }

    let cached = |arguments: &[&str]| desk.run(&[arguments, &["--cached"]].concat()).expect(0);
    let breached = cached(&["list", "src:tines sla:breached", "--json"]).json();
    assert!(keys(exceeded.iter().copied()).is_subset(&keys(breached.as_array().unwrap())));
    let in_time = cached(&["list", "src:tines sla:0..365d", "--json"]).json();
    assert!(keys(in_time.as_array().unwrap()).is_disjoint(&keys(exceeded.iter().copied())));

    let sorted = cached(&["list", "src:tines has:sla sort:sla", "--json", "sla_over"]).json();
    let is_over: Vec<bool> = sorted.as_array().unwrap().iter().map(|case| case["sla_over"] == true).collect();
    assert!(is_over.is_sorted_by_key(|over| !over) && is_over.contains(&true) && is_over.contains(&false), "{is_over:?}");

    let lines = cached(&["export", "src:tines", "--format", "ndjson"]).out;
    let exported: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let over = |case: &&Value| case["sla_over"] == true;
    assert_eq!(keys(exported.iter().filter(over)), keys(all.iter().filter(over)));

    let key = mixed[0]["key"].as_str().unwrap();
    let table = cached(&["list", &format!("src:tines key:{key} cols:key,sla,due,title")]).out;
    assert!(table.lines().nth(1).is_some_and(|row| row.matches("  over").count() == 2) && !table.contains("1970"), "{table}");
    let sheet = cached(&["export", &format!("src:tines key:{key}"), "--format", "markdown"]).out;
    assert!(sheet.lines().any(|line| line.contains(key) && line.contains("| over |")), "{sheet}");
    let reference = format!("tines:{}", mixed[0]["id"].as_str().unwrap());
    for offline in [&[][..], &["--offline"]] {
        let whole = desk.run(&[&["show", &reference, "--json"], offline].concat()).expect(0).json();
        assert!(whole["sla_over"] == true && has(&whole, is_exceeded) && has(&whole, runs_long), "{:#}", whole["sla"]);
        let page = desk.run(&[&["show", &reference], offline].concat()).expect(0).out;
        let clocks: Vec<&str> = page.lines().filter(|line| line.ends_with(": over") || line.contains(" left, due 20")).collect();
        assert!(clocks.len() == 2 && clocks[0].ends_with(": over"), "{page}");
    }
}

#[test]
fn the_screen_says_over_and_still_shows_how_long_the_other_clock_runs() {
    let house = House::new(400);
    let listed = house.run(&["list", "src:tines", "--json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let mixed = listed.as_array().unwrap().iter().find(|case| has(case, is_exceeded) && has(case, runs_long)).unwrap();
    let key = mixed["key"].as_str().unwrap();
    for is_offline in [false, true] {
        let mut desk = if is_offline { house.sit_offline() } else { house.sit() };
        if !is_offline {
            desk.read_all();
        }
        desk.until("the case is there", |app| {
            app.model.list.order().iter().any(|rid| app.model.list.row(*rid).is_some_and(|row| row.key == key))
        });
        desk.press("/").text(&format!("key:{key} sla:breached group:sla")).press("<enter>");
        assert_eq!(desk.list().keys(), [key], "{}", desk.shown());
        desk.sees("- over  1");
        let shown = desk.shown();
        assert!(shown.lines().any(|line| line.contains(key) && line.contains(" over! ")), "{shown}");
        desk.press("<enter>");
        desk.until("the case is read", |app| {
            let from = app.panes.detail.loaded.as_ref().map(|loaded| loaded.from);
            from == Some(if is_offline { From::Disk } else { From::Network })
        });
        desk.sees("SLA over !");
        let now = house.wall.now();
        let case = &desk.app().panes.detail.loaded.as_ref().unwrap().case;
        let running = case.slas.iter().find(|sla| !sla.exceeded).unwrap();
        let time = left(running.left_s(now).unwrap());
        let over = case.slas.iter().find(|sla| sla.exceeded).unwrap();
        let lines = [format!("SLA {}   OVER !", over.kind), format!("SLA {}  {time} left", running.kind)];
        let shown = desk.shown();
        let at = lines.each_ref().map(|line| shown.find(line.as_str()).unwrap_or_else(|| panic!("no `{line}`:\n{shown}")));
        assert!(at[0] < at[1], "{shown}");
        desk.leave();
    }
}
