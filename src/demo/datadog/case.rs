//! A Datadog case, and how one is made from its number.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::catalog::{Group, KINDS, PROJECTS};
use crate::demo::datadog::cell::Cell;
use crate::demo::dice::{Dice, mix};
use crate::demo::facts::{Facts, fact, fill};
use crate::demo::people::{COLLEAGUES, PEOPLE, ROBOT};
use crate::demo::scenes::Scenes;
use crate::demo::tenant::{Draft, FRESH_MS};
use crate::demo::{hostile, people};

/// All but the last can be set; that one is on some cases, as enums of the vendor have grown before.
pub(crate) const PRIORITIES: [&str; 7] = ["NOT_DEFINED", "P1", "P2", "P3", "P4", "P5", "P0"];

/// People who may hold a case: colleagues, two pending, one disabled, one removed, one with a right-to-left name.
const HOLDERS: [usize; 24] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 24, 29];

#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) number: u32,
    pub(crate) created_ms: i64,
    pub(crate) scene: usize,
    pub(crate) project: usize,
    pub(crate) kind: usize,
    /// Index into the kind's statuses.
    pub(crate) status: usize,
    /// Index into [`PRIORITIES`].
    pub(crate) priority: usize,
    pub(crate) creator: usize,
    pub(crate) assignee: Option<usize>,
    pub(crate) modifier: Option<usize>,
    pub(crate) modified_ms: Option<i64>,
    pub(crate) closed_ms: Option<i64>,
    pub(crate) archived_ms: Option<i64>,
    pub(crate) source: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) attributes: BTreeMap<String, Vec<String>>,
    pub(crate) custom: Map<String, Value>,
    /// `jira_issue`, `service_now_ticket`, `due_date`, `security_resolved_reason`, `insights`: present or absent, never null.
    pub(crate) extra: Map<String, Value>,
    /// The whole timeline, oldest first, once anything was added to it.
    pub(crate) cells: Option<Vec<Cell>>,
}

impl Case {
    pub(crate) fn group(&self) -> Group {
        KINDS[self.kind].statuses[self.status].0
    }

    pub(crate) fn status_name(&self) -> &'static str {
        KINDS[self.kind].statuses[self.status].1
    }

    /// The deprecated field; built-in groups for most, a longer list for change requests.
    pub(crate) fn legacy_status(&self) -> &'static str {
        KINDS[self.kind].statuses[self.status].2
    }

    pub(crate) fn priority_name(&self) -> &'static str {
        PRIORITIES[self.priority]
    }

    /// `<PROJECTKEY>-<n>`.
    pub(crate) fn key(&self) -> String {
        format!("{}-{}", PROJECTS[self.project].key, self.number + 1)
    }
}

/// Everything of the case but its texts and maps: enough to sort and to judge by status, cheap enough for a scan.
pub(crate) fn sketch(draft: &Draft, scenes: &Scenes) -> Case {
    let mut dice = draft.dice(1);
    let scene = if draft.storm { scenes.named("disk-pressure").unwrap_or(0) } else { dice.index(scenes.len()) };
    let severity = scenes.get(scene).severity;
    let kind = kind_of(&scenes.get(scene).name, draft.age_ms, &mut dice);
    let day = draft.age_ms / 86_400_000;
    let group = match dice.weighted(match day {
        _ if draft.age_ms < FRESH_MS => &[78, 20, 2],
        0 => &[62, 26, 12],
        1..7 => &[32, 24, 44],
        _ => &[7, 6, 87],
    }) {
        0 => Group::Open,
        1 => Group::InProgress,
        _ => Group::Closed,
    };
    let choices: Vec<usize> = KINDS[kind].statuses.iter().enumerate().filter(|(_, s)| s.0 == group).map(|(at, _)| at).collect();
    let priority = match dice.between(0, 149) {
        0 => 6,
        1..=18 => 0,
        _ => usize::try_from((severity + dice.between(0, 2)).saturating_sub(1).clamp(1, 5)).unwrap_or(3),
    };
    let robot = dice.percent(70);
    let since = |dice: &mut Dice| {
        draft.created_ms + dice.between(20_000, u64::try_from(draft.age_ms - 5_000).unwrap_or(0).max(20_001)).cast_signed()
    };
    let modified_ms = (dice.percent(72) && draft.age_ms > 60_000).then(|| since(&mut dice));
    let closed = group == Group::Closed;
    Case {
        number: draft.number,
        created_ms: draft.created_ms,
        scene,
        project: project_of(&scenes.get(scene).name, &mut dice),
        kind,
        status: choices.get(dice.index(choices.len())).copied().unwrap_or(0),
        priority,
        creator: if robot { ROBOT } else { dice.index(COLLEAGUES) },
        assignee: dice.percent(if group == Group::Open { 38 } else { 88 }).then(|| *dice.pick(&HOLDERS)),
        // A change by the system has no author.
        modifier: modified_ms.filter(|_| dice.percent(70)).map(|_| dice.index(COLLEAGUES)),
        modified_ms,
        // A tenth of the closed cases carries no time of closing, as recorded.
        closed_ms: (closed && dice.percent(90)).then_some(modified_ms.unwrap_or(draft.created_ms + 1_000)),
        archived_ms: None,
        source: if robot {
            dice.text(&["CS_SECURITY_FINDING", "EVENT_MANAGEMENT", "ERROR_TRACKING", "MONITOR", "WORKFLOW"])
        } else {
            "MANUAL"
        },
        title: String::new(),
        description: String::new(),
        attributes: BTreeMap::new(),
        custom: Map::new(),
        extra: Map::new(),
        cells: None,
    }
}

/// The whole case.
pub(crate) fn full(draft: &Draft, scenes: &Scenes) -> Case {
    let mut case = sketch(draft, scenes);
    let scene = scenes.get(case.scene);
    let facts = &draft.facts;
    let mut dice = draft.dice(2);
    case.title = scene.title(facts);
    case.description = if dice.percent(4) { String::new() } else { scene.description(facts) };
    if let Some(kind) = draft.hostile {
        case.title = hostile::title(kind);
        case.description = format!("{}\n\n{}", hostile::paragraph(kind + 7), case.description);
    }
    if dice.percent(80) {
        case.attributes.insert("service".to_owned(), vec![fact("svc", facts)]);
        case.attributes.insert("env".to_owned(), vec![fact("env", facts)]);
    }
    if dice.percent(35) {
        case.attributes.insert("component".to_owned(), vec![fill(&scene.service, facts)]);
    }
    if dice.percent(50) {
        case.attributes.insert("team".to_owned(), vec![PROJECTS[case.project].team.to_owned()]);
    }
    if dice.percent(30) {
        case.attributes.insert("datacenter".to_owned(), vec![fact("dc", facts), "ams2".to_owned()]);
        case.attributes.insert("version".to_owned(), vec![fact("commit", facts)]);
    }
    if draft.hostile.is_some_and(|kind| kind % 3 == 0) {
        case.attributes.insert("na\u{202e}me".to_owned(), vec![hostile::title(1), "=1+1".to_owned()]);
    }
    custom_attributes(&mut case, &mut dice, facts);
    extras(&mut case, &mut dice, facts);
    case
}

fn kind_of(scene: &str, age_ms: i64, dice: &mut Dice) -> usize {
    match scene {
        "change-request" => 3,
        "error-tracking" => 4,
        "cost-spike" => 5,
        "disk-pressure" | "queue-lag" | "api-5xx" if dice.percent(70) => 1,
        "phishing" | "oauth-consent" | "cloud-key" | "mfa-fatigue" | "impossible-travel" | "edr-quarantine" if dice.percent(65) => 2,
        // Types that were deleted since still hang on old cases.
        _ if age_ms > 20 * 86_400_000 && dice.percent(6) => 8,
        _ if dice.percent(14) => *dice.pick(&[6, 7]),
        _ => 0,
    }
}

fn project_of(scene: &str, dice: &mut Dice) -> usize {
    match scene {
        _ if dice.percent(6) => 4,
        "phishing" | "oauth-consent" | "cloud-key" | "mfa-fatigue" | "impossible-travel" | "edr-quarantine" | "supply-chain" => 0,
        "error-tracking" | "waf-scan" | "dns-mx" => 2,
        "cost-spike" => 3,
        _ => 1,
    }
}

fn custom_attributes(case: &mut Case, dice: &mut Dice, facts: &Facts) {
    if !dice.percent(45) {
        return;
    }
    let mut put = |key: &str, kind: &str, is_multi: bool, value: Value| {
        case.custom.insert(key.to_owned(), json!({"type": kind, "is_multi": is_multi, "value": value}));
    };
    put("customer_impact", "SELECT", false, json!(dice.pick(&["none", "degraded", "outage", "unknown"])));
    if dice.percent(60) {
        put("affected_hosts", "TEXT", true, json!([fact("host", facts), fact("host2", facts)]));
    }
    if dice.percent(50) {
        put("events", "NUMBER", false, json!(dice.between(1, 90_000)));
    }
    if dice.percent(40) {
        put("runbook", "URL", false, json!(fill("https://wiki.northwind.example/runbook/{svc}", facts)));
    }
    if dice.percent(20) {
        put("burn_rates", "NUMBER", true, json!([14.4, 6, 1.25]));
    }
    if dice.one_in(15) {
        // A type of value that no document names.
        put("window", "DATE_RANGE", false, json!({"from": "2026-11-01", "to": "2026-11-03"}));
    }
}

fn extras(case: &mut Case, dice: &mut Dice, facts: &Facts) {
    let extra = &mut case.extra;
    if dice.one_in(9) {
        let key = fill("OPS-{n}", facts);
        extra.insert(
            "jira_issue".to_owned(),
            json!({"status": "COMPLETED", "result": {
            "issue_id": dice.between(10_000, 99_999).to_string(), "issue_key": key,
            "issue_url": format!("https://northwind.atlassian.example/browse/{key}"), "account_id": "5f1c09d2"}}),
        );
    } else if dice.one_in(40) {
        extra.insert("jira_issue".to_owned(), json!({"status": dice.pick(&["IN_PROGRESS", "FAILED"])}));
    }
    if dice.one_in(14) {
        extra.insert(
            "service_now_ticket".to_owned(),
            json!({"status": "COMPLETED", "result": {
            "sys_target_link": fill("https://northwind.service-now.example/incident.do?sys_id={sha8}", facts)}}),
        );
    }
    if dice.one_in(8) {
        let due_ms = case.created_ms + dice.between(1, 9).cast_signed() * 86_400_000;
        extra.insert("due_date".to_owned(), json!(crate::demo::time::rfc3339(due_ms)[..10]));
    }
    if case.kind == 2 && KINDS[2].statuses[case.status].0 == Group::Closed {
        extra.insert("security_resolved_reason".to_owned(), json!(dice.pick(&["FALSE_POSITIVE", "TRUE_POSITIVE", "BENIGN_POSITIVE"])));
    }
    let kinds = ["SECURITY_SIGNAL", "MONITOR", "ERROR_TRACKING", "EVENT", "WATCHDOG_STORY", "SECURITY_FINDING", "CHAT_THREAD"];
    let insights: Vec<Value> = (0..dice.between(0, 3))
        .map(|_| json!({"type": dice.pick(&kinds), "ref": fill("/monitors/{n}?from_ts={port}", facts), "resource_id": dice.between(1_000_000, 9_999_999).to_string()}))
        .collect();
    extra.insert("insights".to_owned(), Value::Array(insights));
}

/// The account id of a person at Datadog.
pub(crate) fn user_id(person: usize) -> String {
    crate::demo::dice::uuid(u32::try_from(person).unwrap_or(0), USERS_KEY)
}

/// The person behind an account id.
pub(crate) fn user(id: &str) -> Option<usize> {
    crate::demo::dice::number_of(id, USERS_KEY).map(|n| n as usize).filter(|n| *n < PEOPLE.len())
}

const USERS_KEY: u64 = 0x75_73_65_72;

/// The handle: the mail address, and a UUID for service accounts, as recorded.
pub(crate) fn handle(person: usize) -> String {
    match PEOPLE[person].standing {
        people::Standing::Service => crate::demo::dice::uuid(u32::try_from(person).unwrap_or(0), mix(USERS_KEY, 1)),
        _ => PEOPLE[person].email.to_owned(),
    }
}
