//! `caseload show`: one case, whole.

use caseload::demo::Vendor;
use serde_json::Value;

use crate::cli_desk::{Desk, assert_harmless};

/// The case of a vendor with the most entries under `key`, of the newest so many.
fn richest(desk: &Desk, vendor: Vendor, key: &str, among: usize) -> Value {
    let mut best = Value::Null;
    for id in desk.demo.ids(vendor).into_iter().take(among) {
        let case = desk.run(&["show", &format!("{}:{id}", vendor.name()), "--json"]).expect(0).json();
        if best.is_null() || case[key].as_array().unwrap().len() > best[key].as_array().unwrap().len() {
            best = case;
        }
    }
    best
}

#[test]
fn json_is_the_list_item_and_everything_that_belongs_to_it() {
    let desk = Desk::calm(200);
    let list = desk.run(&["list", "--json"]).expect(0).json();
    for vendor in Vendor::ALL {
        let item = list.as_array().unwrap().iter().find(|case| case["vendor"] == vendor.name()).unwrap();
        let reference = format!("{}:{}", vendor.name(), item["key"].as_str().unwrap());
        let case = desk.run(&["show", &reference, "--json"]).expect(0).json();
        for key in item.as_object().unwrap().keys() {
            assert!(case.get(key).is_some(), "{reference}: {key} is in the list only");
        }
        for key in ["schema", "source", "vendor", "id", "key", "title", "status", "priority", "created_at", "attributes", "due_date"] {
            assert_eq!(case[key], item[key], "{reference}: {key}");
        }
        for key in ["activities", "records", "fields", "sla", "attachments", "links", "closure_conditions", "actions"] {
            assert!(case[key].is_array(), "{reference}: {key}");
        }
        assert!(case.get("raw").is_none());
        let raw = desk.run(&["show", &reference, "--json", "--raw"]).expect(0);
        assert!(raw.json()["raw"].is_object(), "{reference}");
        assert_harmless(&raw.out);
    }
}

#[test]
fn what_the_vendor_sends_of_openers_clocks_actions_and_files_is_there() {
    let desk = Desk::calm(300);
    let raw_of = |vendor: Vendor, id: &str| desk.run(&["show", &format!("{}:{id}", vendor.name()), "--json", "--raw"]).expect(0).json();
    let mut met = (false, false);
    for id in desk.demo.ids(Vendor::Tines).into_iter().take(40) {
        let case = raw_of(Vendor::Tines, &id);
        let raw = &case["raw"];
        assert_eq!(case["opened_at"].is_null(), raw["opened_at"].is_null(), "{id}");
        assert_eq!(
            case["opened_by"].is_object(),
            raw["opened_by"]["user_id"].is_string() || raw["opened_by"]["user_id"].is_number(),
            "{id}"
        );
        for (told, sent) in case["sla"].as_array().unwrap().iter().zip(raw["slas"].as_array().unwrap()) {
            assert_eq!(told["current_seconds"].as_f64(), sent["current_time_seconds"].as_f64(), "{id}");
            met.0 = true;
        }
        for (told, sent) in case["actions"].as_array().unwrap().iter().zip(raw["actions"].as_array().unwrap()) {
            assert_eq!((&told["label"], &told["type"]), (&sent["label"], &sent["action_type"]), "{id}");
            assert_eq!(told["url"].is_string(), sent["action_type"] == "page", "{id}: the address of a webhook is a secret");
            met.1 = true;
        }
    }
    assert_eq!(met, (true, true));
    let case = richest(&desk, Vendor::ServerOps, "attachments", 40);
    let raw = raw_of(Vendor::ServerOps, case["id"].as_str().unwrap());
    for (told, sent) in raw["attachments"].as_array().unwrap().iter().zip(raw["raw"]["attachments"].as_array().unwrap()) {
        for key in ["key", "folder", "tags", "storage_class", "visibility"] {
            assert!(told[key] == sent[key] || sent[key] == "", "{key}: {told} {sent}");
        }
        assert_eq!(told["updated_at"].is_null(), sent["updated_at"].is_null());
    }
}

#[test]
fn every_page_of_activities_and_records_is_read() {
    let desk = Desk::calm(300);
    let mut read = (0, 0);
    for id in desk.demo.ids(Vendor::Tines) {
        let case = desk.run(&["show", &format!("tines:{id}"), "--json"]).expect(0).json();
        let activities = case["activities"].as_array().unwrap();
        let records: usize = case["records"].as_array().unwrap().iter().map(|table| table["rows"].as_array().unwrap().len()).sum();
        let distinct: std::collections::BTreeSet<_> = activities.iter().map(|activity| activity["id"].as_str().unwrap()).collect();
        assert_eq!(distinct.len(), activities.len(), "tines:{id}");
        read = (read.0.max(activities.len()), read.1.max(records));
        if read.0 > 60 && read.1 > 120 {
            return;
        }
    }
    panic!("the world holds longer timelines and more records than {read:?}");
}

#[test]
fn a_long_datadog_timeline_is_whole_too() {
    let desk = Desk::calm(200);
    let case = richest(&desk, Vendor::Datadog, "activities", 40);
    assert!(case["activities"].as_array().unwrap().len() > 10, "{case}");
}

#[test]
fn text_and_markdown_are_harmless_and_hold_the_facts() {
    let desk = Desk::calm(1_000);
    let list = desk.run(&["list", "--json"]).expect(0).json();
    let attacks: Vec<&Value> = list.as_array().unwrap().iter().filter(|case| case.to_string().contains('\u{202e}')).take(8).collect();
    assert_eq!(attacks.len(), 8, "the world attacks");
    for case in attacks {
        let reference = format!("{}:{}", case["source"].as_str().unwrap(), case["id"].as_str().unwrap());
        let text = desk.run(&["show", &reference]).expect(0).out;
        assert_harmless(&text);
        assert!(text.contains("status      ") && text.contains("created     "), "{text}");
        let markdown = desk.run(&["show", &reference, "--md", "--offline"]).expect(0).out;
        assert_harmless(&markdown);
        assert!(markdown.starts_with("# ") && markdown.contains("- **status**: "), "{markdown}");
    }
}

#[test]
fn a_reference_may_be_short_and_a_wrong_one_is_explained() {
    let desk = Desk::calm(100);
    let id = desk.demo.ids(Vendor::Tines)[0].clone();
    // As the list, the workbench and other programs write it; then, once it was read, by its number alone.
    let written = [format!("tn:{id}"), format!("TINES:#{id}"), format!("t:{id}"), format!("tines:{id}"), format!("TN #{id}")];
    for reference in written.into_iter().chain([format!("TN#{id}"), format!("#{id}"), id.clone()]) {
        assert_eq!(desk.run(&["show", &reference, "--json"]).expect(0).json()["id"], id.as_str(), "{reference}");
    }
    assert!(desk.run(&["show", "nobody:1"]).expect(2).err.contains("datadog, tines, serverops"));
    assert!(desk.run(&["show", "99999999"]).expect(2).err.contains("write one of datadog:99999999, tines:99999999, serverops:99999999"));
    assert!(desk.run(&["show", "one two three"]).expect(2).err.contains("SOURCE:KEY"));
    for words in [&["TN", "#ID"][..], &["tn:ID"], &["key:ID"], &["key:tn:ID"], &["#ID src:tn"], &["key:\"TN #ID\""]] {
        let words: Vec<String> = words.iter().map(|word| word.replace("ID", &id)).collect();
        let line: Vec<&str> = ["list", "--json"].into_iter().chain(words.iter().map(String::as_str)).collect();
        let found = desk.run(&line).expect(0).json();
        let keys: Vec<&str> = found.as_array().unwrap().iter().map(|case| case["id"].as_str().unwrap()).collect();
        assert!(keys.contains(&id.as_str()) && (words[0].starts_with('#') || keys.len() == 1), "{words:?}: {keys:?}");
    }
    let key = desk.run(&["list", "src:dd", "limit:1", "--json"]).json()[0]["key"].as_str().unwrap().to_owned();
    assert_eq!(desk.run(&["show", &key, "--json"]).expect(0).json()["key"], key.as_str(), "only one source has keys like that");
    let missing = desk.run(&["show", "tines:99999999"]).expect(1);
    assert!(missing.err.contains("tines has no case 99999999"), "{}", missing.err);
}

#[test]
fn what_was_shown_once_is_there_offline_with_its_age() {
    let desk = Desk::calm(100);
    let id = desk.demo.ids(Vendor::Tines)[0].clone();
    let reference = format!("tines:{id}");
    let unread = desk.run(&["show", &reference, "--offline"]).expect(4);
    assert!(unread.out.is_empty() && unread.err.contains("--offline"), "{}", unread.err);
    let online = desk.run(&["show", &reference, "--json"]).expect(0).json();
    let offline = desk.run(&["show", &reference, "--json", "--offline"]).expect(0);
    assert!(offline.err.contains("from disk, read "), "{}", offline.err);
    let offline = offline.json();
    for key in ["title", "description", "activities", "records", "fields"] {
        assert_eq!(offline[key], online[key], "{key}");
    }
}
