//! One tenant of Datadog: its cases, as they were made or as they were changed since, and who may come in.

use std::sync::{Arc, Mutex};

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::case::{
    Case, {self},
};
use super::cell::Cell;
use super::filter::Search;
use super::timeline;
use crate::demo::dice::{mix, number_of, uuid};
use crate::demo::lock::hold;
use crate::demo::reply::reply;
use crate::demo::scenes::Scenes;
use crate::demo::tenant::{Draft, Spec, Tenant};

/// Case endpoints answer with this, errors too.
pub(super) const CASE_TYPE: &str = "application/vnd.api+json";
/// User endpoints and the gateway answer with this.
pub(super) const PLAIN_TYPE: &str = "application/json";
/// Cases that were archived before the start: readable by id, never listed.
const SHELVED: u32 = 40;
/// Place of the first hostile case from the newest.
const HOSTILE_AT: i64 = 11;

/// One tenant of Datadog.
pub(crate) struct Datadog {
    pub(super) tenant: Mutex<Tenant<Case>>,
    /// Whose turn it is to scan all cases.
    pub(super) turn: Mutex<()>,
    pub(super) scenes: Scenes,
    pub(super) search: Mutex<Search>,
    pub(super) tokens: Mutex<[String; 4]>,
}

/// An error of the case endpoints: a status and one item.
#[derive(Debug)]
pub(crate) struct Refusal(pub(super) u16, pub(super) Value);

impl Refusal {
    /// 400 as recorded for empty titles and the like: no detail.
    pub(super) fn bad() -> Self {
        Self(400, json!({"status": "400", "title": "Bad Request"}))
    }

    pub(super) fn bad_because(detail: impl Into<String>) -> Self {
        Self(400, json!({"status": "400", "title": "Bad Request", "detail": detail.into()}))
    }

    /// 400 for a value outside of an enum: no `status` inside.
    pub(super) fn not_one_of(what: &str, value: &str, names: &[&str]) -> Self {
        Self(400, json!({"title": "Generic Error", "detail": format!("invalid {what} {value}. Must be one of {}", names.join(", "))}))
    }

    pub(super) fn invalid_parameter(detail: impl Into<String>) -> Self {
        Self(400, json!({"status": "400", "title": "Invalid Parameter", "detail": detail.into()}))
    }

    pub(super) fn missing(title: impl Into<String>) -> Self {
        Self(404, json!({"code": "resource_not_found", "title": title.into()}))
    }
}

impl Refusal {
    /// What it says, for callers inside the process.
    pub(crate) fn words(&self) -> String {
        ["detail", "title"].iter().find_map(|key| self.1[*key].as_str()).unwrap_or("refused").to_owned()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        reply(self.0, CASE_TYPE, &json!({"errors": [self.1]}))
    }
}

impl Datadog {
    pub(crate) fn new(seed: u64, listed: u32, start_ms: i64, tokens: [String; 4]) -> Result<Self, String> {
        let spec = Spec::new(mix(seed, 0xdd), listed, SHELVED.min(listed / 10), start_ms, HOSTILE_AT);
        let (tenant, scenes) = (Tenant::new(spec).into(), Scenes::of('d')?);
        Ok(Self { tenant, turn: Mutex::default(), scenes, search: Mutex::default(), tokens: tokens.into() })
    }

    pub(crate) fn set_search(&self, does: Search) {
        *hold(&self.search) = does;
    }

    /// Every case since the start with its id, whether it is listed, and its timeline.
    pub(crate) fn each<T>(&self, of: impl Fn(String, &Case, bool, &[Cell]) -> T) -> Vec<T> {
        let tenant = hold(&self.tenant);
        let one = |number| {
            let case = self.case(&tenant, number);
            of(uuid(number, tenant.spec.key()), &case, !tenant.is_hidden(number), &self.timeline(&tenant, &case))
        };
        tenant.numbers().map(one).collect()
    }

    pub(super) fn draft(tenant: &Tenant<Case>, number: u32) -> Draft {
        let created_ms = tenant.touched(number).map_or_else(|| tenant.spec.created_ms(number), |c| c.created_ms);
        tenant.spec.draft(number, created_ms)
    }

    pub(super) fn case(&self, tenant: &Tenant<Case>, number: u32) -> Arc<Case> {
        tenant.touched(number).map_or_else(|| Arc::new(self.made(&tenant.spec, number)), Arc::clone)
    }

    /// The case as it was at the start.
    pub(super) fn made(&self, spec: &Spec, number: u32) -> Case {
        let mut case = case::full(&spec.draft(number, spec.created_ms(number)), &self.scenes);
        case.archived_ms = (number < spec.shelved).then_some(spec.start_ms - 3_600_000);
        case
    }

    pub(super) fn timeline(&self, tenant: &Tenant<Case>, case: &Case) -> Vec<Cell> {
        case.cells.clone().unwrap_or_else(|| timeline::cells(&Self::draft(tenant, case.number), case, &self.scenes))
    }

    /// The number behind a UUID or a key.
    pub(super) fn find(&self, tenant: &Tenant<Case>, id: &str) -> Result<u32, Refusal> {
        let by_key = || id.rsplit_once('-')?.1.parse::<u32>().ok()?.checked_sub(1);
        let looks_like_key = id.rsplit_once('-').is_some_and(|(k, n)| {
            k.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                && !n.is_empty()
                && n.bytes().all(|b| b.is_ascii_digit())
                && !k.is_empty()
        });
        if !looks_like_key && !is_uuid(id) {
            return Err(Refusal::invalid_parameter(format!("invalid UUID or case key: {id}")));
        }
        let number = if is_uuid(id) { number_of(id, tenant.spec.key()) } else { by_key() };
        let number = number.filter(|n| tenant.exists(*n));
        // A number belongs to one project: another project's key with it names nothing.
        let number = number.filter(|n| is_uuid(id) || self.case(tenant, *n).key() == id);
        number.ok_or_else(|| Refusal::missing("case not found"))
    }
}

pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| if matches!(at, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}

/// What no route leads to.
pub(super) fn gateway_fallback() -> Response {
    reply(404, PLAIN_TYPE, &json!({"errors": ["Not found"]}))
}

/// An error that Datadog's gateway makes before any case code runs: a list of strings.
pub(super) fn gateway_error(status: u16) -> Response {
    let words = match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => return Refusal::missing("case not found").into_response(),
        413 => "Request body too large",
        429 => "Rate limit of 600 requests in 10 seconds reached. Please try again later.",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
    reply(status, PLAIN_TYPE, &json!({"errors": [words]}))
}
