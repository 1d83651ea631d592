//! Vendors whose JSON is not quite JSON: what is wrong with one row costs that row at most, and is named; times are never lost
//! for the way they are written.

use caseload::demo::Vendor;
use caseload::domain::page::{Cursor, Scan};
use serde_json::Value;

use crate::cli_desk::Desk;
use crate::fault_calls::House;
use crate::hostile::{passed_on, tap};
use crate::http_server::{Answer, Server};

const AMPLE_MS: u64 = 600_000;

/// A list as each vendor wraps it.
fn wrapped(house: House, rows: &[String]) -> String {
    let key = if house.vendor() == caseload::domain::case::Vendor::Datadog { "data" } else { "cases" };
    format!("\u{feff}{{\"meta\":{{}},\"has_more\":false,\"{key}\":[{}]}}", rows.join(","))
}

/// A row with this behind its title.
fn row(house: House, id: u32, more: &str) -> String {
    match house.vendor() {
        caseload::domain::case::Vendor::Datadog => format!(r#"{{"id":"{id}","attributes":{{"title":"t"{more}}}}}"#),
        caseload::domain::case::Vendor::Tines => format!(r#"{{"case_id":{id},"name":"t"{more}}}"#),
        caseload::domain::case::Vendor::ServerOps => format!(r#"{{"id":"{id}","title":"t"{more}}}"#),
    }
}

#[tokio::test]
async fn one_bad_row_costs_one_named_warning_at_every_vendor() {
    for house in [House::DatadogKeys, House::TinesV2, House::TinesV1, House::ServerOps] {
        let twice = if house.vendor() == caseload::domain::case::Vendor::Tines { r#","name":"u""# } else { r#","title":"u""# };
        let rows = [
            row(house, 71, ""),
            row(house, 72, ",\"x\":NaN"),
            row(house, 73, ",\"x\":\"a\tb\""),
            row(house, 74, twice),
            row(house, 75, ",,"),
        ];
        let body = wrapped(house, &rows);
        let server = Server::start(move |_, _| Answer::json(&body));
        let page = house.provider(&server.url(), AMPLE_MS).page(Scan::All, &Cursor::Start).await.unwrap();
        let ids: Vec<&str> = page.items.iter().map(|item| item.row.id.id.as_str()).collect();
        assert_eq!(ids, ["71", "72", "73", "74"], "{house:?}");
        assert_eq!(page.items[3].row.title.as_str(), "u", "the last of two counts");
        assert!(page.malformed.len() == 1 && page.malformed[0].contains("75 could not be read"), "{house:?}: {:?}", page.malformed);
        assert!(page.odd.len() == 2 && page.odd[0].contains("72") && page.odd[0].contains("NaN"), "{house:?}: {:?}", page.odd);
        assert!(page.odd[1].contains("74") && page.odd[1].contains("twice"), "{house:?}: {:?}", page.odd);
        for item in &page.items {
            assert!(serde_json::from_str::<Value>(&item.raw.0).is_ok(), "{house:?}: {}", item.raw.0);
        }
    }
}

#[tokio::test]
async fn one_bad_entry_costs_itself_and_not_the_timeline() {
    for (house, body) in [
        (
            House::DatadogKeys,
            "\u{feff}{\"data\":[{\"id\":\"a\",\"attributes\":{\"type\":\"COMMENT\"}},{\"id\":\"b\",,},{\"id\":\"c\",\"x\":NaN,\"attributes\":{}}]}",
        ),
        (
            House::TinesV2,
            "\u{feff}{\"activities\":[{\"id\":1,\"activity_type\":\"COMMENTED\"},{\"id\":2,,},{\"id\":3,\"value\":NaN}],\"meta\":{\"pages\":1}}",
        ),
    ] {
        let server = Server::start(move |_, _| Answer::json(body));
        let slice = house.provider(&server.url(), AMPLE_MS).activities("7", None).await.unwrap();
        assert_eq!((slice.items.len(), slice.malformed), (2, 1), "{house:?}");
    }
}

/// Changes the bodies of a vendor's answers.
pub(crate) fn behind(desk: &Desk, vendor: Vendor, change: impl Fn(&str, String) -> String + Send + Sync + 'static) -> Server {
    let endpoint = desk.demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == vendor).unwrap();
    let address = endpoint.base_url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let to = address.clone();
    let server = Server::start(move |request, _| {
        let (status, headers, body) = passed_on(&to, request);
        Answer::Whole(status, headers, change(&request.target, String::from_utf8(body).unwrap()))
    });
    let config = std::fs::read_to_string(desk.config()).unwrap();
    desk.configure(&config.replace(&address, &server.address.to_string()));
    server
}

#[test]
fn the_command_line_lists_the_others_and_names_the_bad_one() {
    let desk = Desk::calm(60);
    let whole = desk.run(&["list", "--json", "--source", "tines"]).expect(0).json();
    let ids: Vec<String> = whole.as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect();
    let bad = ids[3].clone();
    let broken = format!("\"case_id\":{bad},");
    let _server = behind(&desk, Vendor::Tines, move |target, body| {
        if target.contains("/cases?") { format!("\u{feff}{}", body.replace(&broken, &format!("{broken},"))) } else { body }
    });
    std::fs::remove_dir_all(desk.data()).unwrap();
    let said = desk.run(&["list", "--json", "--source", "tines"]);
    let listed = serde_json::from_str::<Value>(&said.out).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), ids.len() - 1, "{}", said.err);
    assert!(said.err.contains(&bad) && said.err.contains("could not be read"), "{}", said.err);
}

#[test]
fn times_without_a_zone_or_beyond_all_are_told_and_shown_as_written() {
    let desk = Desk::calm(20);
    let servers = tap(&desk, |key, text| match key {
        "created_at" => Some(text.trim_end_matches('Z').to_owned()),
        "updated_at" | "modified_at" => Some("9999-12-31T23:59:59Z".into()),
        _ => None,
    });
    for vendor in Vendor::ALL {
        let list = desk.run(&["list", "--json", "--source", vendor.name()]).expect(0).json();
        let case = list.as_array().unwrap().iter().find(|case| !case["updated_at"].is_null()).unwrap().clone();
        assert!(case["created_at"].as_str().unwrap().ends_with('Z'), "{case}");
        assert!(case["updated_at"].as_str().unwrap().starts_with("9999-12-30T"), "{case}");
        let whole = desk.run(&["show", &format!("{}:{}", vendor.name(), case["id"].as_str().unwrap()), "--json"]).expect(0).json();
        let written = |name: &str| {
            let fields = whole["fields"].as_array().unwrap();
            fields.iter().find(|field| field["name"].as_str().unwrap().starts_with(name)).map(|field| field["values"][0].clone())
        };
        assert!(written("created_at, as written").is_some_and(|text| !text.as_str().unwrap().ends_with('Z')), "{whole}");
        let changed = if vendor == Vendor::Datadog { "modified_at" } else { "updated_at" };
        assert_eq!(written(changed), Some("9999-12-31T23:59:59Z".into()), "{whole}");
    }
    drop(servers);
}
