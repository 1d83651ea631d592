//! Datadog Case Management, API v2: verbs and paging.

mod calls;
mod convert;
mod facets;
mod maps;
mod naming;
mod split;
mod timeline;
mod wire;

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use compact_str::CompactString;
use convert::Site;
use futures_util::future::join5;
use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::answered::{Fetched, Sent};
use super::http::{
    CASE_BOUND_BYTES, Headers, Http, LIST_BOUND_BYTES, Quota, QuotaStyle, Rules, encode, {self},
};
use super::salvage::sound;
use super::settings::{Auth, Settings};
use crate::domain::activity::{Activity, Topic};
use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::edit::{Call, Edit, Method, Plan};
use crate::domain::facet::{Facet, Offer};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Page, Scan};
use crate::domain::person::Person;
use crate::domain::raw_body::RawBody;
use crate::domain::record::{RecordTable, Slice};
use crate::domain::text::Clean;

/// Page-numbered lists may be read side by side; quotas bind before more would help.
const CONCURRENCY: usize = 8;
/// Pages of the timeline that are searched for a comment: one that was just sent is on the first, unless pages are short.
const COMMENT_PAGES: u32 = 20;
pub(super) const TIMELINE_PAGE: usize = timeline::PAGE_SIZE;
/// People that a search brings: more than a list on the screen holds.
const PEOPLE: usize = 50;
/// People whose names are remembered; an organisation that meets more in one run shows the rest by id.
const MAX_NAMES: usize = 10_000;
/// The vendor's `Date` header and our clock are read to the second.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(2);

/// One Datadog organisation.
#[derive(Clone)]
pub struct Datadog {
    http: Http,
    site: Site,
    filter: Option<Arc<str>>,
    known: Arc<Known>,
}

/// Who was met on the way.
#[derive(Default)]
struct Known {
    /// Known once the directory was read.
    me: OnceLock<Person>,
    /// Names by id: timelines name people by id only.
    names: RwLock<FxHashMap<CompactString, Clean>>,
}

impl Known {
    fn meet<'a>(&self, people: impl Iterator<Item = &'a Person>) {
        let mut names = self.names.write().unwrap_or_else(PoisonError::into_inner);
        for person in people.filter(|person| !person.name.is_empty() || !person.email.is_empty()) {
            if names.len() < MAX_NAMES {
                names.entry(person.id.clone()).or_insert_with(|| Clean::line(person.label()));
            }
        }
    }

    fn name(&self, id: &str) -> Option<String> {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        names.get(id).map(ToString::to_string)
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

fn headers(auth: Auth) -> Result<Headers, Fault> {
    match auth {
        Auth::Keys { api, app } => Ok(vec![("dd-api-key", api), ("dd-application-key", app)]),
        Auth::Bearer(token) => Ok(vec![("authorization", http::bearer(&token))]),
        Auth::UserToken(_) => Err(Fault::new(FaultKind::Config, "Datadog takes api_key and app_key, or token; user_token is for Tines")),
    }
}

impl Datadog {
    pub(crate) fn new(settings: Settings) -> Result<Self, Fault> {
        let headers = headers(settings.auth)?;
        let rules = Rules { quota: QuotaStyle::SecondsLeft, words: error_words, refine };
        let http = Http::new(&settings.base_url, headers, settings.timeout_ms, rules)?;
        let by_site = || hosts(http.host().strip_prefix("api.")?).map(|(_, web)| web);
        let web = settings.web_url.map(|web| web.trim_end_matches('/').to_owned()).or_else(by_site);
        let site = Site { source: settings.source, web };
        Ok(Self { http, site, filter: settings.filter.map(Arc::from), known: Arc::default() })
    }

    pub(crate) fn renew(&self, auth: Auth) -> Result<bool, Fault> {
        self.http.renew(headers(auth)?)
    }

    pub(super) fn http(&self) -> &Http {
        &self.http
    }

    pub(crate) fn host(&self) -> String {
        self.http.host()
    }

    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn is_test(&self) -> bool {
        false
    }

    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn read_only(&self) -> Option<String> {
        None
    }

    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn concurrency(&self) -> usize {
        CONCURRENCY
    }

    /// Search sorts by creation, priority or status, never by change.
    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn can_ask_changes(&self) -> bool {
        false
    }

    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn offers(&self, facet: &Facet) -> Offer {
        facets::offer(facet)
    }

    pub(crate) async fn page(&self, scan: Scan, facets: &[Facet], cursor: &Cursor) -> Result<Page, Fault> {
        let number = page_number(cursor)?;
        let ascending = scan == Scan::All;
        let mut path = format!(
            "/api/v2/cases?page%5Bnumber%5D={number}&page%5Bsize%5D={}&sort%5Bfield%5D=created_at&sort%5Basc%5D={ascending}",
            split::PAGE_SIZE
        );
        if let Some(filter) = facets::filter(self.filter.as_deref(), facets) {
            path.push_str("&filter=");
            path.push_str(&encode(&filter));
        }
        let page = self.http.read(&path, LIST_BOUND_BYTES, |body| convert::page(&self.site, body, number)).await.map_err(no_list)?;
        self.known.meet(page.items.iter().flat_map(|item| &item.row.assignees));
        Ok(page)
    }

    pub(crate) fn read_page(&self, body: &str, cursor: &Cursor) -> Result<Page, Fault> {
        convert::page(&self.site, body, page_number(cursor)?)
    }

    pub(crate) async fn case(&self, id: &str) -> Result<Fetched, Fault> {
        let check = |body: &str| convert::check_one(body, Some(id)).map(|()| Fetched { raw: RawBody(sound(body).into()) });
        self.http.read(&calls::case_path(id, "")?, CASE_BOUND_BYTES, check).await
    }

    /// Counts from 0, newest first.
    pub(crate) async fn activities(&self, id: &str, page: Option<u32>) -> Result<Slice<Activity>, Fault> {
        let number = page.unwrap_or(0);
        let query = format!("/timelines?page%5Bsize%5D={}&page%5Bnumber%5D={number}&sort%5Bascending%5D=false", timeline::PAGE_SIZE);
        let slice = |body: &str| timeline::slice(body, number, &|id| self.known.name(id));
        self.http.read(&calls::case_path(id, &query)?, CASE_BOUND_BYTES, slice).await
    }

    /// There are none.
    #[expect(clippy::unused_async, reason = "every vendor answers the same verbs")]
    pub(crate) async fn records(&self, _id: &str, _page: Option<u32>) -> Result<Slice<RecordTable>, Fault> {
        Ok(Slice { items: Vec::new(), next: None, total: Some(0), malformed: 0 })
    }

    pub(crate) async fn directory(&self) -> Result<Directory, Fault> {
        let (me, projects, types, fields, people) = join5(
            self.read("/api/v2/current_user", naming::me),
            self.read("/api/v2/cases/projects", naming::projects),
            self.read("/api/v2/cases/types", naming::case_types),
            self.read("/api/v2/cases/types/custom_attributes", naming::fields),
            // One page: an organisation may have 200 000 users, and those who matter come with the cases.
            self.read("/api/v2/users?page%5Bsize%5D=100&page%5Bnumber%5D=0&filter%5Bstatus%5D=Active", naming::people),
        )
        .await;
        if let (Err(fault), Err(_), Err(_)) = (&me, &projects, &types) {
            return Err(fault.clone());
        }
        let (me, rights) = me.ok().unzip();
        if let Some(me) = &me {
            // Who I am does not change while a token lives.
            let _ = self.known.me.set(me.clone());
        }
        let people = people.unwrap_or_default();
        self.known.meet(people.iter().chain(&me));
        Ok(Directory {
            me,
            people,
            groups: projects.unwrap_or_default(),
            case_types: types.unwrap_or_default(),
            statuses: naming::plain_statuses(),
            fields: fields.unwrap_or_default(),
            rights: rights.flatten(),
            read_at: Some(Timestamp::now()),
        })
    }

    /// One page: whoever has not found the person in it writes another letter.
    pub(crate) async fn people(&self, text: &str) -> Result<Vec<Person>, Fault> {
        let text = encode(text.trim());
        let path = format!("/api/v2/users?page%5Bsize%5D={PEOPLE}&page%5Bnumber%5D=0&filter%5Bstatus%5D=Active&filter={text}");
        let people = self.read(&path, naming::people).await?;
        self.known.meet(people.iter());
        Ok(people)
    }

    async fn read<T>(&self, path: &str, convert: fn(&str) -> Result<T, Fault>) -> Result<T, Fault> {
        self.http.read(path, LIST_BOUND_BYTES, convert).await.map_err(no_list)
    }

    pub(crate) fn decode(&self, raw: &RawBody, directory: &Directory, _read_at: Timestamp) -> Result<Case, Fault> {
        convert::case(&self.site, raw, directory)
    }

    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn plan(&self, case: &Case, edit: &Edit, directory: &Directory) -> Result<Plan, Fault> {
        calls::plan(case, edit, directory)
    }

    pub(crate) async fn send(&self, call: &Call) -> Result<Sent, Fault> {
        if call.method == Method::Get {
            return Err(Fault::new(FaultKind::Rejected, "a read is not an edit"));
        }
        let body = http::text(self.http.write(call.method, &call.path, call.body.as_ref()).await?);
        // A comment answers with its cell, some calls with nothing: the write is done all the same.
        if call.path.ends_with("/comment") {
            return Ok(Sent { made: timeline::made(&body), case: None });
        }
        let case = convert::check_one(&body, None).is_ok().then(|| RawBody(body.into()));
        Ok(Sent { case, made: None })
    }

    pub(crate) async fn find_comment(&self, id: &str, text: &str, since: Timestamp, made: Option<&str>) -> Result<bool, Fault> {
        let since = since.checked_sub(CLOCK_SLACK).unwrap_or(since);
        let wanted = normal(text);
        for page in 0..COMMENT_PAGES {
            let slice = self.activities(id, Some(page)).await?;
            let is_it = |activity: &Activity| {
                activity.topic == Topic::Comment
                    && !activity.is_deleted
                    && activity.at.is_none_or(|at| at >= since)
                    && normal(activity.text.raw()) == wanted
                    && self.may_be_me(activity.who.as_ref())
            };
            if slice.items.iter().any(|activity| made.is_some_and(|made| activity.id == made) || is_it(activity)) {
                return Ok(true);
            }
            let is_past = slice.items.last().and_then(|last| last.at).is_some_and(|at| at < since);
            if is_past || slice.next.is_none() {
                return Ok(false);
            }
        }
        Ok(false)
    }

    fn may_be_me(&self, who: Option<&Person>) -> bool {
        match (self.known.me.get(), who) {
            (Some(me), Some(who)) => me.is(who),
            _ => true,
        }
    }

    pub(crate) fn quota(&self) -> Option<Quota> {
        self.http.quota()
    }

    pub(crate) fn answer_ms(&self) -> Option<u64> {
        self.http.answer_ms()
    }
}

/// The first page is 1.
fn page_number(cursor: &Cursor) -> Result<u32, Fault> {
    match cursor {
        Cursor::Start => Ok(1),
        Cursor::Number(number) => Ok(*number),
        Cursor::Token(_) => Err(Fault::new(FaultKind::Rejected, "Datadog's pages have numbers")),
    }
}

/// Vendors trim comments and change blanks at line ends.
fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A list cannot be deleted: 404 means that the address is not this API's.
fn no_list(mut fault: Fault) -> Fault {
    if fault.kind == FaultKind::NotFound {
        fault.kind = FaultKind::NotAvailable;
    }
    fault
}

/// `errors` holds strings (gateway) or objects (the API): detail, else title, else code.
fn error_words(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let words = |item: &Value| match item {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => ["detail", "title", "code"].iter().find_map(|name| object.get(*name)?.as_str().map(str::to_owned)),
        _ => None,
    };
    let found: Vec<String> = match value.get("errors").or_else(|| value.get("error")).or_else(|| value.get("message")) {
        Some(Value::Array(items)) => items.iter().filter_map(words).filter(|text| !text.is_empty()).collect(),
        Some(one) => words(one).into_iter().collect(),
        None => Vec::new(),
    };
    (!found.is_empty()).then(|| found.join("; "))
}

/// A 404 that is not in the API's own words comes from a proxy or a wrong address: no case may be called gone by it. Its
/// gateway answers wrong keys with 403, too.
fn refine(mut fault: Fault, body: &[u8], _content_type: Option<&str>) -> Fault {
    fault.may_be_wrong_keys = fault.kind == FaultKind::Forbidden;
    if fault.kind == FaultKind::NotFound && serde_json::from_slice::<Value>(body).ok().is_none_or(|value| value.get("errors").is_none()) {
        fault.kind = FaultKind::NotAvailable;
    }
    fault
}
