//! Lists: the case search, links and watchers.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::case::{
    Case, {self},
};
use super::filter::{
    Filter, Search, {self},
};
use super::{shape, timeline};
use crate::demo::datadog::state::{CASE_TYPE, Datadog, Refusal};
use crate::demo::dice::uuid;
use crate::demo::lock::hold;
use crate::demo::reply::{Pairs, pair, reply};
use crate::demo::service::Here;
use crate::demo::tenant::{Tenant, scanned};

const DEFAULT_SIZE: usize = 10;
const MAX_SIZE: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Created,
    Priority,
    Status,
}

struct Ask {
    size: usize,
    page: usize,
    sort: Sort,
    ascending: bool,
    filter: Filter,
    text: String,
}

fn ask(query: &Pairs) -> Result<Ask, Refusal> {
    let number = |name: &str, default: usize| match pair(query, name) {
        None => Ok(default),
        Some(text) => text.parse::<usize>().map_err(|_| Refusal::invalid_parameter(format!("{name} must be an integer, got {text}"))),
    };
    let (size, page) = (number("page[size]", DEFAULT_SIZE)?, number("page[number]", 1)?);
    if !(1..=MAX_SIZE).contains(&size) {
        return Err(Refusal::invalid_parameter(format!("page[size] must be between 1 and {MAX_SIZE}, got {size}")));
    }
    if page == 0 {
        return Err(Refusal::invalid_parameter("page[number] starts at 1"));
    }
    let sort = match pair(query, "sort[field]") {
        None | Some("created_at") => Sort::Created,
        Some("priority") => Sort::Priority,
        Some("status") => Sort::Status,
        Some(other) => return Err(Refusal::not_one_of("sort field", other, &["created_at", "priority", "status"])),
    };
    let text = pair(query, "filter").unwrap_or_default().trim().to_owned();
    let filter = filter::parse(&text).map_err(Refusal::bad_because)?;
    Ok(Ask { size, page, sort, ascending: pair(query, "sort[asc]").is_some_and(|t| t.eq_ignore_ascii_case("true")), filter, text })
}

pub(crate) async fn search(State(here): State<Here<Datadog>>, Query(query): Query<Pairs>) -> Response {
    let ask = match ask(&query) {
        Ok(ask) => ask,
        Err(refusal) => return refusal.into_response(),
    };
    here.shift();
    let datadog = &here.vendor;
    let skip = (ask.page - 1).saturating_mul(ask.size);
    let plain = matches!(&ask.filter, Filter::All(none) if none.is_empty()) && ask.sort == Sort::Created;
    let found = (!plain).then(|| {
        let search = *hold(&datadog.search);
        let question = format!("{search:?} {:?} {} {}", ask.sort, ask.ascending, ask.text);
        scanned(&datadog.tenant, &datadog.turn, &question, |tenant| scan(datadog, tenant, &ask, search))
    });
    let tenant = hold(&datadog.tenant);
    let (total, numbers): (usize, Vec<u32>) = match found {
        Some(found) => (found.len(), found.iter().skip(skip).take(ask.size).copied().collect()),
        None if ask.ascending => (tenant.len(), tenant.oldest(skip).take(ask.size).collect()),
        None => (tenant.len(), tenant.newest(skip).take(ask.size).collect()),
    };
    let spec = tenant.spec;
    let stored: Vec<(u32, Option<Arc<Case>>)> = numbers.into_iter().map(|n| (n, tenant.touched(n).map(Arc::clone))).collect();
    drop(tenant);
    let cases: Vec<Arc<Case>> = stored.into_iter().map(|(n, stored)| stored.unwrap_or_else(|| Arc::new(datadog.made(&spec, n)))).collect();
    let data: Vec<Value> = cases
        .iter()
        .map(|case| {
            let comments = case.cells.as_ref().map_or_else(
                || timeline::comment_count(&spec.draft(case.number, case.created_ms)),
                |cells| cells.iter().filter(|c| c.kind == "COMMENT" && c.deleted_ms.is_none()).count(),
            );
            here.gate.listed(shape::case(case, &uuid(case.number, spec.key()), Some(comments)))
        })
        .collect();
    let body = json!({
        "included": shape::included(cases.iter().map(Arc::as_ref)),
        // Recorded meanings: `size` counts this page, `total` counts pages.
        "meta": {"page": {"current": ask.page, "size": data.len(), "total": total.div_ceil(ask.size)}, "total_cases": total},
        "data": data,
    });
    reply(200, CASE_TYPE, &body)
}

fn scan(datadog: &Datadog, tenant: &Tenant<Case>, ask: &Ask, search: Search) -> Vec<u32> {
    let whole = ask.filter.reads_text();
    let mut found: Vec<(usize, u32)> = tenant
        .newest(0)
        .filter_map(|number| {
            let made;
            let case = if let Some(case) = tenant.touched(number) {
                case.as_ref()
            } else {
                let draft = tenant.spec.draft(number, tenant.spec.created_ms(number));
                made = if whole { case::full(&draft, &datadog.scenes) } else { case::sketch(&draft, &datadog.scenes) };
                &made
            };
            ask.filter.finds(case, search).then(|| (rank(case, ask.sort), number))
        })
        .collect();
    if ask.ascending {
        found.reverse();
        found.sort_by_key(|(rank, _)| *rank);
    } else {
        found.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    }
    found.into_iter().map(|(_, number)| number).collect()
}

fn rank(case: &Case, sort: Sort) -> usize {
    match sort {
        // The scan already walks by time.
        Sort::Created => 0,
        Sort::Priority => case.priority,
        Sort::Status => case.group() as usize,
    }
}

/// Links of one entity: a case points to the one opened before it, now and then.
pub(crate) async fn links(State(here): State<Here<Datadog>>, Query(query): Query<Pairs>) -> Response {
    let (Some(kind), Some(id)) = (pair(&query, "entity_type"), pair(&query, "entity_id")) else {
        return Refusal::bad_because("entity_type and entity_id are required").into_response();
    };
    if kind != "CASE" {
        return reply(200, CASE_TYPE, &json!({"data": []}));
    }
    let tenant = hold(&here.vendor.tenant);
    let number = match here.vendor.find(&tenant, id) {
        Ok(number) => number,
        Err(refusal) => return refusal.into_response(),
    };
    let draft = Datadog::draft(&tenant, number);
    let mut dice = draft.dice(4);
    let count = if dice.percent(30) { dice.between(1, 3) } else { 0 };
    let data: Vec<Value> = (1..=count)
        .filter_map(|back| number.checked_sub(u32::try_from(back * 3).ok()?))
        .map(|other| {
            let relation = dice.pick(&["RELATES_TO", "DUPLICATES", "BLOCKS", "PARENT_OF"]);
            json!({"id": uuid(other, tenant.spec.key() ^ 0x117), "type": "link", "attributes": {
                "parent_entity_type": "CASE", "parent_entity_id": uuid(number, tenant.spec.key()),
                "child_entity_type": "CASE", "child_entity_id": uuid(other, tenant.spec.key()), "relationship": relation}})
        })
        .collect();
    reply(200, CASE_TYPE, &json!({"data": data}))
}

/// Who follows a case: its creator and its assignee.
pub(crate) async fn watchers(State(here): State<Here<Datadog>>, Path(id): Path<String>) -> Response {
    let tenant = hold(&here.vendor.tenant);
    let case = match here.vendor.find(&tenant, &id) {
        Ok(number) => here.vendor.case(&tenant, number),
        Err(refusal) => return refusal.into_response(),
    };
    let data: Vec<Value> = [Some(case.creator), case.assignee]
        .into_iter()
        .flatten()
        .map(|person| json!({"id": case::user_id(person), "type": "watcher", "relationships": {"user": {"data": {"id": case::user_id(person), "type": "user"}}}}))
        .collect();
    reply(200, CASE_TYPE, &json!({"data": data}))
}
