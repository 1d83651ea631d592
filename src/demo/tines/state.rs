//! One tenant of Tines: its cases, as they were made or as they were changed since, and who may come in.

use std::sync::{Arc, Mutex};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::activity::{
    Record, {self},
};
use super::case::{
    Case, {self},
};
use super::entry::Activity;
use super::shape::{
    Page, {self},
};
use crate::demo::dice::mix;
use crate::demo::lock::hold;
use crate::demo::mails::Mails;
use crate::demo::reply::{Pairs, pair, reply};
use crate::demo::scenes::Scenes;
use crate::demo::tenant::{Draft, Spec, Tenant};
use crate::demo::time::now_ms;

pub(super) const TYPE: &str = "application/json; charset=utf-8";
const HOSTILE_AT: i64 = 17;
/// Timelines and records: documented for the first, assumed for the second.
pub(super) const MAX_SUB_PAGE: usize = 50;

/// One tenant of Tines.
pub(crate) struct Tines {
    pub(super) tenant: Mutex<Tenant<Case>>,
    /// Whose turn it is to scan all cases.
    pub(super) turn: Mutex<()>,
    pub(super) scenes: Scenes,
    /// Where downloads of this tenant are really served.
    pub(super) port: u16,
    /// Where its notifications go.
    pub(super) mails: Arc<Mails>,
    pub(super) tokens: Mutex<[String; 2]>,
}

/// The shapes of an error body.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// `{"errors":[{"message","details"}]}`: changes.
    Errors(u16, String, &'static str),
    /// A bare list of the same: timelines and records.
    List(u16, String),
    /// Plain text: teams.
    Text(u16, String),
    /// `{"error": text}`: cases.
    Single(u16, String),
}

impl Refusal {
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Errors(_, words, _) | Self::List(_, words) | Self::Text(_, words) | Self::Single(_, words) => words.clone(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Errors(status, message, details) => reply(status, TYPE, &json!({"errors": [{"message": message, "details": details}]})),
            Self::List(status, message) => reply(status, TYPE, &json!([{"message": message, "details": ""}])),
            Self::Text(status, text) => {
                (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), [(header::CONTENT_TYPE, "text/plain")], text)
                    .into_response()
            }
            Self::Single(status, error) => reply(status, TYPE, &json!({"error": error})),
        }
    }
}

pub(super) fn no_case() -> Refusal {
    Refusal::Single(404, "Case not found".to_owned())
}

impl Tines {
    pub(crate) fn new(seed: u64, listed: u32, start_ms: i64, port: u16, tokens: [String; 2], mails: Arc<Mails>) -> Result<Self, String> {
        let spec = Spec::new(mix(seed, 0x71), listed, 0, start_ms, HOSTILE_AT);
        let (tenant, scenes) = (Tenant::new(spec).into(), Scenes::of('t')?);
        Ok(Self { tenant, turn: Mutex::default(), scenes, port, mails, tokens: tokens.into() })
    }

    /// Every case since the start, whether it is listed, and its timeline.
    pub(crate) fn each<T>(&self, of: impl Fn(&Case, bool, &[Activity]) -> T) -> Vec<T> {
        let tenant = hold(&self.tenant);
        let one = |number| {
            let case = self.case(&tenant, number);
            of(&case, !tenant.is_hidden(number), &self.timeline(&tenant, &case))
        };
        tenant.numbers().map(one).collect()
    }

    pub(super) fn find(tenant: &Tenant<Case>, id: &str) -> Result<u32, Refusal> {
        case::number(id).filter(|n| tenant.exists(*n) && !tenant.is_hidden(*n)).ok_or_else(no_case)
    }

    pub(super) fn draft(tenant: &Tenant<Case>, number: u32) -> Draft {
        let created_ms = tenant.touched(number).map_or_else(|| tenant.spec.created_ms(number), |c| c.created_ms);
        tenant.spec.draft(number, created_ms)
    }

    pub(super) fn case(&self, tenant: &Tenant<Case>, number: u32) -> Arc<Case> {
        tenant.touched(number).map_or_else(|| Arc::new(self.made(&tenant.spec, number, tenant.spec.created_ms(number))), Arc::clone)
    }

    /// The case as it was at the start, or at its arrival.
    pub(super) fn made(&self, spec: &Spec, number: u32, created_ms: i64) -> Case {
        let mut case = case::full(&spec.draft(number, created_ms), &self.scenes);
        for (linked, name) in &mut case.links {
            let draft = spec.draft(*linked, spec.created_ms(*linked));
            *name = self.scenes.get(case::sketch(&draft, &self.scenes).scene).title(&draft.facts);
        }
        case
    }

    pub(super) fn timeline(&self, tenant: &Tenant<Case>, case: &Case) -> Vec<Activity> {
        case.activities.clone().unwrap_or_else(|| activity::activities(&Self::draft(tenant, case.number), case, &self.scenes))
    }

    pub(super) fn records(&self, tenant: &Tenant<Case>, case: &Case) -> Vec<Record> {
        activity::records(&Self::draft(tenant, case.number), case, &self.scenes)
    }

    pub(super) fn whole(&self, tenant: &Tenant<Case>, case: &Case) -> Value {
        shape::whole(case, &self.timeline(tenant, case), &self.records(tenant, case), now_ms())
    }
}

/// Page parameters; what cannot be read falls back to the default, what is too large to the most.
pub(super) fn page(query: &Pairs, path: &str, default: usize, most: usize, count: usize) -> Page {
    let number = |name: &str, default: usize| pair(query, name).and_then(|t| t.parse().ok()).filter(|n| *n > 0).unwrap_or(default);
    Page { path: path.to_owned(), number: number("page", 1), size: number("per_page", default).min(most), count }
}

/// An error that is made before any case code runs.
pub(super) fn gateway_error(status: u16) -> Response {
    match status {
        401 => Refusal::Single(401, "Unauthorized".to_owned()).into_response(),
        403 => Refusal::Text(403, "You do not have permission to perform this action".to_owned()).into_response(),
        404 => no_case().into_response(),
        422 => Refusal::Errors(422, "Unprocessable".to_owned(), "").into_response(),
        429 => Refusal::Text(429, "Too many requests\n".to_owned()).into_response(),
        503 => Refusal::Text(503, "Service unavailable\n".to_owned()).into_response(),
        _ => Refusal::List(status, "Internal server error".to_owned()).into_response(),
    }
}
