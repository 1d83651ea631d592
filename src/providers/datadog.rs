//! Datadog: verbs.

use jiff::Timestamp;

use super::http::{Http, Quota, QuotaStyle, Rules};
use super::{Auth, Fetched, Settings};
use crate::domain::activity::Activity;
use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::edit::{Call, Edit, Plan};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Page, RawBody, Scan};
use crate::domain::record::{RecordTable, Slice};

#[derive(Clone)]
pub struct Datadog {
    http: Http,
}

fn missing() -> Fault {
    Fault::new(FaultKind::NotAvailable, "Datadog is not built in yet")
}

impl Datadog {
    pub(crate) fn new(settings: Settings) -> Result<Self, Fault> {
        let headers = match settings.auth {
            Auth::Bearer(token) => vec![("authorization", super::http::bearer(&token))],
            _ => return Err(Fault::new(FaultKind::Config, "Datadog takes a bearer token")),
        };
        let rules = Rules { quota: QuotaStyle::SecondsLeft, words: |_| None, refine: |fault, _, _| fault };
        Ok(Self { http: Http::new(&settings.base_url, headers, settings.timeout_ms, rules)? })
    }
    pub(crate) fn host(&self) -> String {
        self.http.host()
    }
    pub(crate) fn is_test(&self) -> bool {
        false
    }
    pub(crate) fn notice(&self) -> Option<String> {
        None
    }
    pub(crate) fn read_only(&self) -> Option<String> {
        None
    }
    pub(crate) fn concurrency(&self) -> usize {
        1
    }
    pub(crate) fn can_ask_changes(&self) -> bool {
        false
    }
    pub(crate) async fn page(&self, _scan: Scan, _cursor: &Cursor) -> Result<Page, Fault> {
        Err(missing())
    }
    pub(crate) async fn case(&self, _id: &str) -> Result<Fetched, Fault> {
        Err(missing())
    }
    pub(crate) async fn activities(&self, _id: &str, _page: Option<u32>) -> Result<Slice<Activity>, Fault> {
        Err(missing())
    }
    pub(crate) async fn records(&self, _id: &str, _page: Option<u32>) -> Result<Slice<RecordTable>, Fault> {
        Err(missing())
    }
    pub(crate) async fn directory(&self) -> Result<Directory, Fault> {
        Err(missing())
    }
    pub(crate) fn decode(&self, _raw: &RawBody, _directory: &Directory, _read_at: Timestamp) -> Result<Case, Fault> {
        Err(missing())
    }
    pub(crate) fn plan(&self, _case: &Case, _edit: &Edit, _directory: &Directory) -> Result<Plan, Fault> {
        Err(missing())
    }
    pub(crate) async fn send(&self, _call: &Call) -> Result<Option<RawBody>, Fault> {
        Err(missing())
    }
    pub(crate) async fn find_comment(&self, _id: &str, _text: &str, _since: Timestamp) -> Result<bool, Fault> {
        Err(missing())
    }
    pub(crate) fn quota(&self) -> Option<Quota> {
        self.http.quota()
    }
}

/// The nine sites: API base and web host of each.
pub fn hosts(site: &str) -> Option<(String, String)> {
    let web = match site {
        "datadoghq.com" | "datadoghq.eu" | "ddog-gov.com" => format!("app.{site}"),
        "us3.datadoghq.com" | "us5.datadoghq.com" | "ap1.datadoghq.com" | "ap2.datadoghq.com" | "uk1.datadoghq.com"
        | "us2.ddog-gov.com" => site.to_owned(),
        _ => return None,
    };
    Some((format!("https://api.{site}"), format!("https://{web}")))
}
