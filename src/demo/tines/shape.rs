//! What Tines sends: the two versions of a case, people, pages.

use serde_json::{Value, json};

use super::account::user_number;
use super::activity::{Record, attached};
use super::case::{Case, INPUTS, SUB_STATUSES, Sla, TEAMS, id, sub_status_id, tag_id};
use crate::demo::people::{PEOPLE, Standing};
use crate::demo::time::rfc3339;
use crate::demo::tines::entry::Activity;

/// The tenant's own name. URLs in `meta` point there, not to where the request came in: a client has no business following them.
const TENANT: &str = "northwind-4471.tines.example";

/// First and last name.
pub(crate) fn names(person: usize) -> (&'static str, &'static str) {
    PEOPLE[person].name.split_once(' ').unwrap_or((PEOPLE[person].name, ""))
}

/// Version 2: `user_id` is a string. Nobody is `{}`.
pub(crate) fn user(person: Option<usize>) -> Value {
    let Some(person) = person else { return json!({}) };
    let (first, last) = names(person);
    json!({
        "user_id": user_number(person).to_string(), "first_name": first, "last_name": last, "email": PEOPLE[person].email,
        "avatar_url": "", "is_service_account": PEOPLE[person].standing == Standing::Service,
    })
}

/// Version 1: `id` is a number.
fn old_user(person: Option<usize>) -> Value {
    let Some(person) = person else { return json!({}) };
    let (first, last) = names(person);
    json!({
        "id": user_number(person), "first_name": first, "last_name": last, "email": PEOPLE[person].email,
        "is_service_account": PEOPLE[person].standing == Standing::Service,
    })
}

fn or_null(person: Option<usize>, shape: fn(Option<usize>) -> Value) -> Value {
    if person.is_some() { shape(person) } else { Value::Null }
}

/// The fields that both versions name alike.
fn shared(case: &Case, user: fn(Option<usize>) -> Value) -> Value {
    let stamp = |ms: Option<i64>| ms.map_or(Value::Null, |ms| json!(rfc3339(ms)));
    json!({
        "case_id": case.id(), "name": case.name, "description": case.description, "status": case.status(), "priority": case.priority,
        "url": format!("https://{TENANT}/team/{}/cases/{}", TEAMS[case.team].id, case.id()),
        "metadata": case.metadata,
        "author": user(case.author), "opened_by": or_null(case.author.filter(|_| !case.number.is_multiple_of(3)), user), "resolved_by": or_null(case.resolver, user),
        "assignees": case.assignees.iter().map(|p| user(Some(*p))).collect::<Vec<_>>(),
        "tags": case.tags.iter().map(|t| json!({"id": tag_id(t), "name": t})).collect::<Vec<_>>(),
        "team": {"id": TEAMS[case.team].id, "name": TEAMS[case.team].name},
        "closure_conditions": case.closure.iter().map(|(name, formula)| json!({"name": name, "formula": formula})).collect::<Vec<_>>(),
        "opened_at": rfc3339(case.created_ms), "created_at": rfc3339(case.created_ms), "updated_at": rfc3339(case.updated_ms),
        "resolved_at": stamp(case.resolved_ms),
    })
}

/// A list item of version 2: the case without its timeline and records, whose presence in lists is not documented.
pub(crate) fn item(case: &Case, now_ms: i64) -> Value {
    let mut out = shared(case, user);
    out["sub_status"] = json!({"id": sub_status_id(case.team, case.sub_status), "name": SUB_STATUSES[case.sub_status].0});
    let slas: Vec<Value> = case.slas.iter().map(|s| sla(s, case, now_ms)).collect();
    out["sla"] = slas.first().cloned().unwrap_or(Value::Null);
    out["slas"] = json!(slas);
    out["fields"] = json!(case.fields.iter().map(|f| field(case, f.input, &f.value)).collect::<Vec<_>>());
    out["linked_cases"] = json!(case.links.iter().map(|(n, name)| json!({"case_id": id(*n), "name": name})).collect::<Vec<_>>());
    out["actions"] = json!(
        buttons(case).map(|(id, kind, url, label)| json!({"id": id, "url": url, "label": label, "action_type": kind})).collect::<Vec<_>>()
    );
    out
}

/// A whole case of version 2 with the first page of its timeline and of its records.
pub(crate) fn whole(case: &Case, activities: &[Activity], records: &[Record], now_ms: i64) -> Value {
    let mut out = item(case, now_ms);
    let page = Page { path: format!("cases/{}/activities", case.id()), number: 1, size: 20, count: activities.len() };
    out["activities"] = json!(page.slice(activities).iter().map(|a| activity(case, a)).collect::<Vec<_>>());
    out["activities_meta"] = page.meta(true);
    let page = Page { path: format!("cases/{}/records", case.id()), number: 1, size: 20, count: records.len() };
    out["records"] = grouped(page.slice(records));
    out["records_meta"] = records_meta(&page, records);
    out
}

/// A case of version 1: other names, everything inline, users by number.
pub(crate) fn old(case: &Case, activities: &[Activity], records: &[Record]) -> Value {
    let mut out = shared(case, old_user);
    out["team_case_actions"] = json!(
        activities.iter().map(|a| json!({"id": a.id, "action": a.kind, "value": a.value, "user": old_user(a.user)})).collect::<Vec<_>>()
    );
    out["team_case_buttons"] = json!(
        buttons(case)
            .map(|(id, kind, url, label)| json!({"id": id, "button_type": kind, "url": url.replace("https:", "http:"), "label": label}))
            .collect::<Vec<_>>()
    );
    out["linked_cases"] = json!(case.links.iter().map(|(n, _)| id(*n)).collect::<Vec<_>>());
    out["records"] = json!(records.iter().map(|r| json!({"id": r.id, "results": results(r)})).collect::<Vec<_>>());
    out
}

fn buttons(case: &Case) -> impl Iterator<Item = (u64, &'static str, String, &'static str)> {
    case.buttons.iter().enumerate().map(|(at, (kind, label))| {
        let secret = format!("{:032x}", u128::from(crate::demo::dice::mix(case.id(), at as u64)) * 0x1_0000_0001);
        let place = if *kind == "webhook" { "webhook" } else { "pages" };
        (case.id() * 10 + at as u64, *kind, format!("https://{TENANT}/{place}/{secret}"), *label)
    })
}

/// Seconds by the clock of now.
fn sla(sla: &Sla, case: &Case, now_ms: i64) -> Value {
    let gone_s = if sla.started { (sla.stopped_ms.unwrap_or(now_ms) - case.created_ms).max(0) / 1_000 } else { 0 };
    let percent = (gone_s * 1_000 / sla.target_s.max(1)).min(1_000);
    json!({
        "remaining_time_seconds": if sla.started { (sla.target_s - gone_s).max(0) } else { 0 },
        "current_time_seconds": gone_s,
        "percent_elapsed": if percent % 10 == 0 { json!(percent / 10) } else { json!(f64::from(i32::try_from(percent).unwrap_or(1_000)) / 10.0) },
        "exceeded": gone_s > sla.target_s,
        "sla_type": sla.kind,
    })
}

pub(crate) fn field(case: &Case, input: usize, value: &Value) -> Value {
    let (name, key, _, options) = INPUTS[input];
    let mut described =
        json!({"id": input + 1, "name": name, "key": key, "validation_type": if options.is_empty() { "none" } else { "options" }});
    if !options.is_empty() {
        described["validation_options"] = json!(options);
    }
    json!({"id": case.id() * 10 + input as u64, "value": value, "case_input": described})
}

pub(crate) fn activity(case: &Case, activity: &Activity) -> Value {
    let mut out = json!({
        "id": activity.id, "activity_type": activity.kind, "value": activity.value, "user": user(activity.user), "created_at": rfc3339(activity.created_ms),
    });
    if let Some(at) = activity.file {
        out["file"] = json!({"filename": attached(case, at).name, "url": format!("/api/v2/cases/{}/files/{}/download", case.id(), case.id() * 10 + at)});
    }
    if activity.kind == "COMMENTED" && activity.id.is_multiple_of(5) {
        out["reactions"] = json!([{"emoji": ":eyes:", "reactants": [{"user_id": user_number(3), "user_name": "Jonas Weber", "reacted_at": rfc3339(activity.created_ms + 60_000)}]}]);
    }
    out
}

fn results(record: &Record) -> Vec<Value> {
    record
        .cells
        .iter()
        .enumerate()
        .map(|(at, (name, value))| json!({"id": record.id * 100 + at as u64, "name": name, "value": value}))
        .collect()
}

/// Rows by type, in the order in which the types come.
pub(crate) fn grouped(records: &[Record]) -> Value {
    let mut groups: Vec<(u64, &str, Vec<Value>)> = Vec::new();
    for record in records {
        let row = json!({"id": record.id, "results": results(record), "created_at": rfc3339(record.created_ms)});
        match groups.iter_mut().find(|g| g.0 == record.kind_id) {
            Some(group) => group.2.push(row),
            None => groups.push((record.kind_id, &record.kind, vec![row])),
        }
    }
    json!(
        groups
            .into_iter()
            .map(|(id, name, rows)| json!({"record_type_id": id, "record_type_name": name, "record_type_record_results": rows}))
            .collect::<Vec<_>>()
    )
}

/// As sampled, `count` is the number of record types and `pages` that of pages of rows.
pub(crate) fn records_meta(page: &Page, records: &[Record]) -> Value {
    let mut kinds: Vec<u64> = records.iter().map(|r| r.kind_id).collect();
    kinds.dedup();
    let mut meta = page.meta(true);
    meta["count"] = json!(kinds.len());
    meta
}

/// A page of a list, and the meta that goes with it.
pub(crate) struct Page {
    /// Below `/api/v2/`, or a whole path.
    pub(crate) path: String,
    /// From 1.
    pub(crate) number: usize,
    pub(crate) size: usize,
    pub(crate) count: usize,
}

impl Page {
    pub(crate) fn skip(&self) -> usize {
        (self.number - 1).saturating_mul(self.size)
    }

    pub(crate) fn slice<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let start = self.skip().min(all.len());
        &all[start..(start + self.size).min(all.len())]
    }

    /// The envelope's `meta`; older answers have no `next_page_number`.
    pub(crate) fn meta(&self, numbered: bool) -> Value {
        let pages = self.count.div_ceil(self.size).max(1);
        let path = if self.path.starts_with('/') { self.path.clone() } else { format!("/api/v2/{}", self.path) };
        let url = |number: usize| json!(format!("https://{TENANT}{path}?per_page={}&page={number}", self.size));
        let next = (self.number < pages).then_some(self.number + 1);
        let mut meta = json!({
            "current_page": url(self.number),
            "previous_page": if self.number > 1 { url(self.number - 1) } else { Value::Null },
            "next_page": next.map_or(Value::Null, url),
            "per_page": self.size, "pages": pages, "count": self.count,
        });
        if numbered {
            meta["next_page_number"] = json!(next);
        }
        meta
    }
}
