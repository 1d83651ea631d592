//! The embedded ServerOps.gg: moderation cases behind a cursor. The documents mark the case endpoints as not yet available;
//! here they answer as documented, and can be switched to not being there.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::dice::{mix, scramble, unscramble, word};
use super::gate::Gate;
use super::lock::hold;
use super::reply::{Pairs, is_read, pair, reply};
use super::scenes::Scenes;
use super::service::{Here, Service};
use super::tenant::{FRESH_MS, Spec, Tenant};
use super::time::{now_ms, rfc3339};
use super::tokens::rotate;
use super::truth::Truth;
use super::vendor::Vendor;
use super::{file, hostile};

const TYPE: &str = "application/json";
const DEFAULT_LIMIT: usize = 50;
const MAX_LIMIT: usize = 100;
const HOSTILE_AT: i64 = 29;
/// Documented statuses; one more is on some cases, as the case itself has no enum of its own.
const STATUSES: [&str; 3] = ["open", "closed", "archived"];
/// The alphabet of ULIDs.
const BASE32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[derive(Clone)]
pub(crate) struct Case {
    created_ms: i64,
    updated_ms: i64,
    pub(crate) status: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    attachments: u64,
}

/// One project of ServerOps.
pub(crate) struct ServerOps {
    tenant: Mutex<Tenant<Case>>,
    scenes: Scenes,
    live: AtomicBool,
    port: u16,
    tokens: Mutex<[String; 2]>,
}

impl ServerOps {
    pub(crate) fn new(seed: u64, listed: u32, start_ms: i64, port: u16, tokens: [String; 2]) -> Result<Self, String> {
        let spec = Spec::new(mix(seed, 0x50), listed, 0, start_ms, HOSTILE_AT);
        Ok(Self { tenant: Tenant::new(spec).into(), scenes: Scenes::of('s')?, live: AtomicBool::new(true), port, tokens: tokens.into() })
    }

    pub(crate) fn set_live(&self, live: bool) {
        self.live.store(live, Ordering::Relaxed);
    }

    /// Every case since the start with its id and whether it is listed.
    pub(crate) fn each<T>(&self, of: impl Fn(String, &Case, bool) -> T) -> Vec<T> {
        let tenant = hold(&self.tenant);
        let one = |number| of(id(number, tenant.spec.key()), &self.case(&tenant, number), !tenant.is_hidden(number));
        tenant.numbers().map(one).collect()
    }

    fn case(&self, tenant: &Tenant<Case>, number: u32) -> Arc<Case> {
        tenant.touched(number).map_or_else(|| Arc::new(self.made(&tenant.spec, number, tenant.spec.created_ms(number))), Arc::clone)
    }

    fn made(&self, spec: &Spec, number: u32, created_ms: i64) -> Case {
        let draft = spec.draft(number, created_ms);
        let mut dice = draft.dice(1);
        let scene = self.scenes.get(dice.index(self.scenes.len()));
        let weights = match draft.age_ms {
            ..FRESH_MS => [94, 2, 0, 4],
            FRESH_MS..259_200_000 => [70, 24, 2, 4],
            _ => [12, 55, 32, 1],
        };
        let status = ["open", "closed", "archived", "under_review"][dice.weighted(&weights)];
        let changed = dice.percent(60) && draft.age_ms > 60_000;
        let updated_ms = if changed {
            created_ms + dice.between(5_000, draft.age_ms.unsigned_abs().max(10_000) - 5_000).cast_signed()
        } else {
            created_ms
        };
        let (title, description) = match draft.hostile {
            Some(kind) => (hostile::title(kind), hostile::paragraph(kind + 3)),
            None => (scene.title(&draft.facts), scene.description(&draft.facts)),
        };
        Case {
            created_ms,
            updated_ms,
            status: status.to_owned(),
            title,
            // Whether it may be null is not stated.
            description: (!dice.one_in(20)).then_some(description),
            attachments: if dice.percent(55) { 0 } else { dice.between(1, 4) },
        }
    }

    fn patch(&self, id: &str, body: &Value) -> Result<Value, Error> {
        let mut tenant = hold(&self.tenant);
        let number = find(&tenant, id).ok_or_else(not_found)?;
        let mut case = self.case(&tenant, number).as_ref().clone();
        let fields = body.as_object().ok_or_else(|| bad("body must be an object"))?;
        let mut known = 0;
        for (name, value) in fields {
            let target = match name.as_str() {
                "title" => &mut case.title,
                "description" => case.description.get_or_insert_default(),
                "status" => &mut case.status,
                _ => continue,
            };
            let text = value.as_str().ok_or_else(|| bad(&format!("{name} must be a string")))?;
            if name == "title" && text.trim().is_empty() {
                return Err(bad("title must not be empty"));
            }
            if name == "status" && !STATUSES.contains(&text) {
                return Err(bad("status must be one of open, closed, archived"));
            }
            text.clone_into(target);
            known += 1;
        }
        if known == 0 {
            return Err(bad("missing required field"));
        }
        case.updated_ms = now_ms().max(case.updated_ms + 1_000);
        let answer = self.json(&case, number, tenant.spec.key());
        tenant.put(number, case);
        Ok(answer)
    }

    fn json(&self, case: &Case, number: u32, key: u64) -> Value {
        let attachments: Vec<Value> =
            (0..case.attachments).map(|at| self.attachment(mix(key, u64::from(number)) ^ at, case.created_ms)).collect();
        json!({
            "id": id(number, key), "title": case.title, "description": case.description, "status": case.status, "attachments": attachments,
            "created_at": rfc3339(case.created_ms), "updated_at": rfc3339(case.updated_ms),
        })
    }

    fn attachment(&self, key: u64, created_ms: i64) -> Value {
        let file = file::make(key);
        let hash: String = Sha256::digest(&file.bytes)
            .iter()
            .flat_map(|b| [b >> 4, b & 15])
            .filter_map(|half| char::from_digit(u32::from(half), 16))
            .collect();
        let path = format!("p_{}/{key:016x}", ulid(7, 0x9));
        json!({
            "id": format!("f_{}", ulid(u32::try_from(key & 0xffff_ffff).unwrap_or(0), key)),
            "url": format!("http://127.0.0.1:{}/media/{path}", self.port),
            "key": path, "folder": "evidence", "original_name": file.name, "size": file.bytes.len(), "content_type": file.content_type, "sha256": hash,
            "tags": ["evidence"], "abuse_status": if key.is_multiple_of(9) { "pending_review" } else { "clean" },
            "visibility": "public", "storage_class": "standard", "created_at": rfc3339(created_ms), "updated_at": rfc3339(created_ms),
        })
    }
}

/// 26 characters that carry `number` in the first seven.
fn ulid(number: u32, key: u64) -> String {
    let mut bits = u128::from(scramble(number, key)) << 95
        | u128::from(mix(key, u64::from(number))) << 31
        | u128::from(mix(key ^ 1, u64::from(number)) & 0x7fff_ffff);
    bits &= (1 << 127) - 1;
    (0..26).map(|at| char::from(BASE32[usize::try_from(bits >> (125 - at * 5) & 31).unwrap_or(0)])).collect()
}

fn id(number: u32, key: u64) -> String {
    format!("c_{}", ulid(number, key))
}

fn find(tenant: &Tenant<Case>, text: &str) -> Option<u32> {
    let digits = text.strip_prefix("c_")?;
    let head =
        digits.get(..7)?.bytes().try_fold(0_u64, |sum, byte| BASE32.iter().position(|b| *b == byte).map(|at| sum << 5 | at as u64))?;
    let key = tenant.spec.key();
    let number = unscramble(u32::try_from(head & 0xffff_ffff).ok()?, key);
    (id(number, key) == text && tenant.exists(number) && !tenant.is_hidden(number)).then_some(number)
}

/// Status, code, message.
struct Error(u16, &'static str, String);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        reply(self.0, TYPE, &json!({"error": {"code": self.1, "message": self.2}}))
    }
}

fn bad(message: &str) -> Error {
    Error(400, "bad_request", message.to_owned())
}

/// The documents speak of a file even where a case is asked for.
fn not_found() -> Error {
    Error(404, "not_found", "file not found".to_owned())
}

impl Service for ServerOps {
    fn routes(self: Arc<Self>, gate: Arc<Gate>) -> Router {
        Router::new()
            .route("/v1/cases", get(list))
            .route("/v1/cases/{id}", get(one).patch(patch))
            .route("/media/{project}/{key}", get(media))
            .fallback(|| async { no_page() })
            .with_state(Here { vendor: self, gate })
    }

    fn authorise(&self, headers: &HeaderMap, method: &str, path: &str) -> Option<Response> {
        // The media host knows no tokens.
        if path.starts_with("/media/") {
            return None;
        }
        let [full, read_only] = &*hold(&self.tokens);
        let token = headers.get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
        if token == *full || token == *read_only && is_read(method) {
            None
        } else if token == *read_only {
            Some(gateway_error(403))
        } else {
            Some(gateway_error(401))
        }
    }

    fn error(&self, status: u16) -> Response {
        gateway_error(status)
    }

    fn tokens(&self) -> Vec<(&'static str, String)> {
        ["DEMO_SO_TOKEN", "DEMO_SO_READ_TOKEN"].into_iter().zip(hold(&self.tokens).clone()).collect()
    }

    fn rotate(&self) {
        rotate(&mut *hold(&self.tokens));
    }

    fn newest(&self, count: usize) -> Vec<String> {
        let tenant = hold(&self.tenant);
        tenant.newest(0).take(count).map(|n| id(n, tenant.spec.key())).collect()
    }

    fn arrive(&self, now_ms: i64) -> bool {
        let mut tenant = hold(&self.tenant);
        let Some(number) = tenant.reserve() else { return false };
        let case = Case { status: "open".to_owned(), updated_ms: now_ms, ..self.made(&tenant.spec, number, now_ms) };
        tenant.put(number, case);
        true
    }

    fn edit(&self, id: &str, field: &str, value: &str, _who: usize) -> Result<(), String> {
        if !["title", "description", "status"].contains(&field) {
            return Err(format!("ServerOps cases have no field `{field}`; use title, description or status"));
        }
        self.patch(id, &json!({field: value})).map(drop).map_err(|error| error.2)
    }

    fn comment(&self, _id: &str, _text: &str, _who: usize) -> Result<(), String> {
        Err("ServerOps cases have no comments".to_owned())
    }

    fn remove(&self, id: &str, _who: usize) -> Result<(), String> {
        let mut tenant = hold(&self.tenant);
        let number = find(&tenant, id).ok_or("no such case")?;
        tenant.hide(number, true);
        Ok(())
    }

    fn statuses(&self) -> &'static [&'static str] {
        &["closed", "open", "archived"]
    }

    /// It has none: such an edit is refused and simply does not happen.
    fn priorities(&self) -> &'static [&'static str] {
        &["CRITICAL", "HIGH", "MEDIUM", "LOW"]
    }

    fn truth(&self) -> Vec<Truth> {
        self.each(|id, case, is_listed| Truth {
            vendor: Vendor::ServerOps,
            key: id.clone(),
            id,
            is_listed,
            title: case.title.clone(),
            description: case.description.clone(),
            is_open: !matches!(case.status.as_str(), "closed" | "archived"),
            status: case.status.clone(),
            priority: String::new(),
            assignees: Vec::new(),
            names: Vec::new(),
            tags: Vec::new(),
            attributes: BTreeMap::new(),
            fields: BTreeMap::new(),
            comments: Vec::new(),
        })
    }
}

/// The documented error of a status.
fn gateway_error(status: u16) -> Response {
    let (code, message) = match status {
        401 => ("unauthorized", "missing or invalid authorization token"),
        403 => ("forbidden", "token does not have the required scope"),
        404 => ("not_found", "file not found"),
        413 => ("file_too_large", "request body too large"),
        429 => ("rate_limited", "too many requests"),
        400..=499 => ("bad_request", "missing required field"),
        _ => ("internal", "an unexpected error occurred"),
    };
    Error(status, code, message.to_owned()).into_response()
}

fn no_page() -> Response {
    (
        StatusCode::NOT_FOUND,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        "<!doctype html><title>404</title><h1>Page not found</h1>",
    )
        .into_response()
}

async fn list(State(here): State<Here<ServerOps>>, Query(query): Query<Pairs>) -> Response {
    if !here.vendor.live.load(Ordering::Relaxed) {
        return no_page();
    }
    here.shift();
    page(&here, &query).map_or_else(IntoResponse::into_response, |page| reply(200, TYPE, &page))
}

/// A page: the cursor holds the number of the last case seen and the filter it was made with, so a shifting list loses nothing.
fn page(here: &Here<ServerOps>, query: &Pairs) -> Result<Value, Error> {
    let serverops = &here.vendor;
    let limit = match pair(query, "limit") {
        None => DEFAULT_LIMIT,
        Some(text) => text.parse().ok().filter(|l| (1..=MAX_LIMIT).contains(l)).ok_or_else(|| bad("limit must be between 1 and 100"))?,
    };
    let status = pair(query, "status");
    if status.is_some_and(|s| !STATUSES.contains(&s)) {
        return Err(bad("status must be one of open, closed, archived"));
    }
    let tenant = hold(&serverops.tenant);
    let key = mix(tenant.spec.key(), word(status.unwrap_or_default()));
    let after = match pair(query, "cursor").filter(|c| !c.is_empty()) {
        None => u32::MAX,
        Some(text) => read_cursor(text, key).ok_or_else(|| bad("invalid cursor"))?,
    };
    let spec = tenant.spec;
    let mut rows = Vec::new();
    let mut more = false;
    for number in tenant.before(after) {
        let case = serverops.case(&tenant, number);
        if status.is_none_or(|s| s == case.status) {
            if rows.len() == limit {
                more = true;
                break;
            }
            rows.push((number, case));
        }
    }
    drop(tenant);
    let item = |(n, case): &(u32, Arc<Case>)| here.gate.listed(serverops.json(case, *n, spec.key()));
    let mut body = json!({"cases": rows.iter().map(item).collect::<Vec<_>>(), "has_more": more});
    match rows.last() {
        Some((last, _)) if more => body["next_cursor"] = json!(write_cursor(*last, key)),
        // On the last page null, an empty text or no key at all: the documents leave it open.
        _ if status.is_some() => body["next_cursor"] = json!(""),
        Some((last, _)) if last % 2 == 0 => {}
        _ => body["next_cursor"] = Value::Null,
    }
    Ok(body)
}

fn write_cursor(number: u32, key: u64) -> String {
    format!("cur_{:08x}{:08x}", scramble(number, key), mix(key, u64::from(number)) & 0xffff_ffff)
}

fn read_cursor(text: &str, key: u64) -> Option<u32> {
    let number = unscramble(u32::from_str_radix(text.strip_prefix("cur_")?.get(..8)?, 16).ok()?, key);
    (write_cursor(number, key) == text).then_some(number)
}

async fn one(State(here): State<Here<ServerOps>>, Path(id): Path<String>) -> Response {
    let serverops = &here.vendor;
    if !serverops.live.load(Ordering::Relaxed) {
        return no_page();
    }
    let tenant = hold(&serverops.tenant);
    match find(&tenant, &id) {
        Some(number) => reply(200, TYPE, &serverops.json(&serverops.case(&tenant, number), number, tenant.spec.key())),
        None => not_found().into_response(),
    }
}

async fn patch(State(here): State<Here<ServerOps>>, Path(id): Path<String>, body: Bytes) -> Response {
    if !here.vendor.live.load(Ordering::Relaxed) {
        return no_page();
    }
    match serde_json::from_slice::<Value>(&body) {
        Ok(body) => here.vendor.patch(&id, &body).map_or_else(IntoResponse::into_response, |case| reply(200, TYPE, &case)),
        Err(_) => bad("body is not valid JSON").into_response(),
    }
}

async fn media(Path((_, key)): Path<(String, String)>) -> Response {
    match u64::from_str_radix(&key, 16) {
        Ok(key) => {
            let file = file::make(key);
            ([(header::CONTENT_TYPE, file.content_type)], file.bytes).into_response()
        }
        Err(_) => no_page(),
    }
}
