//! `ServerOps` cases: list by cursor, one case, PATCH. The vendor marks all three as not yet available.

mod calls;
mod convert;
mod wire;

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use wire::{Complaint, Failure};

use super::answered::{Fetched, Sent};
use super::http::{CASE_BOUND_BYTES, Headers, Http, LIST_BOUND_BYTES, Quota, QuotaStyle, Rules, bearer, encode, text, unreadable};
use super::loose::object;
use super::salvage::sound;
use super::settings::{Auth, Settings};
use crate::domain::activity::Activity;
use crate::domain::case::{Case, SourceId, State};
use crate::domain::directory::Directory;
use crate::domain::edit::{Call, Edit, Plan};
use crate::domain::facet::{Facet, Offer, Stage};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Page, Scan};
use crate::domain::raw_body::RawBody;
use crate::domain::record::{RecordTable, Slice};
use crate::domain::secret::ExposeSecret;
use crate::domain::text::Clean;

/// The most that the API gives.
const PER_PAGE: u32 = 100;
/// Beyond the minute for which a client waits by itself: a spent plan refills with the billing cycle.
const PLAN_REFILLS_S: u64 = 3_600;
const NOT_LIVE: &str = "the vendor marks this API as not yet available";

/// One `ServerOps` organisation and project, as the token names it.
#[derive(Clone)]
pub struct ServerOps(Arc<Inner>);

struct Inner {
    http: Http,
    source: SourceId,
    /// Only cases of this status.
    wanted: Option<State>,
    token: RwLock<Token>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Live,
    Test,
    /// Neither prefix: perhaps another product's, perhaps a newer kind.
    Unknown,
    /// This run reads no secret, or it is yet to come.
    Unread,
}

fn headers(auth: Auth) -> Result<(Token, Headers), Fault> {
    let Auth::Bearer(secret) = auth else {
        return Err(Fault::new(FaultKind::Config, "ServerOps takes one token: give it as `token`"));
    };
    let token = match secret.expose_secret() {
        token if token.starts_with("so_live_") => Token::Live,
        token if token.starts_with("so_test_") => Token::Test,
        "" => Token::Unread,
        _ => Token::Unknown,
    };
    Ok((token, vec![("authorization", bearer(&secret))]))
}

impl ServerOps {
    pub(crate) fn new(settings: Settings) -> Result<Self, Fault> {
        let (token, headers) = headers(settings.auth)?;
        let rules = Rules { quota: QuotaStyle::EpochSeconds, words, refine };
        Ok(Self(Arc::new(Inner {
            http: Http::new(&settings.base_url, headers, settings.timeout_ms, rules)?,
            source: settings.source,
            wanted: settings.filter.as_deref().map(status_filter).transpose()?,
            token: RwLock::new(token),
        })))
    }

    pub(crate) fn renew(&self, auth: Auth) -> Result<bool, Fault> {
        let (token, headers) = headers(auth)?;
        let is_other = self.0.http.renew(headers)?;
        *self.0.token.write().unwrap_or_else(PoisonError::into_inner) = token;
        Ok(is_other)
    }

    fn token(&self) -> Token {
        *self.0.token.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn http(&self) -> &Http {
        &self.0.http
    }

    pub(crate) fn host(&self) -> String {
        self.0.http.host()
    }

    pub(crate) fn is_test(&self) -> bool {
        self.token() == Token::Test
    }

    /// The token begins as none of this vendor's does.
    pub(crate) fn is_odd(&self) -> bool {
        self.token() == Token::Unknown
    }

    /// Whether the token may write is only known once it is tried.
    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn read_only(&self) -> Option<String> {
        None
    }

    /// Each page names the next.
    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn concurrency(&self) -> usize {
        1
    }

    /// The order of the list is not documented.
    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn can_ask_changes(&self) -> bool {
        false
    }

    /// The list can be asked for one status.
    pub(crate) fn offers(&self, facet: &Facet) -> Offer {
        match facet {
            // A source that is set to one status is not asked for another.
            _ if self.0.wanted.is_some() => Offer::Never,
            // Only the filter has an enumeration: a status that is none of it counts as open here, and is hidden there.
            Facet::Status(Stage::Open) => Offer::Unproven,
            Facet::Status(Stage::Closed | Stage::Archived) => Offer::Exact,
            _ => Offer::Never,
        }
    }

    /// Both scans are the one list there is.
    pub(crate) async fn page(&self, _scan: Scan, facets: &[Facet], cursor: &Cursor) -> Result<Page, Fault> {
        let mut path = format!("/cases?limit={PER_PAGE}");
        let asked = facets.iter().find_map(|facet| match facet {
            Facet::Status(Stage::Open) => Some(State::Open),
            Facet::Status(Stage::Closed) => Some(State::Closed),
            Facet::Status(Stage::Archived) => Some(State::Archived),
            _ => None,
        });
        if let Some(wanted) = self.0.wanted.or(asked) {
            path = format!("{path}&status={}", wanted.name());
        }
        match cursor {
            Cursor::Start => {}
            Cursor::Token(token) => path = format!("{path}&cursor={}", encode(token)),
            Cursor::Number(_) => return Err(Fault::new(FaultKind::Rejected, "ServerOps chains its pages; a page number came")),
        }
        self.0.http.read(&path, LIST_BOUND_BYTES, |body| self.read_page(body, cursor)).await.map_err(list_fault)
    }

    pub(crate) fn read_page(&self, body: &str, cursor: &Cursor) -> Result<Page, Fault> {
        convert::page(body, cursor, self.0.wanted, self.0.source).map_err(|fault| not_live_if_web_page(fault, body))
    }

    pub(crate) async fn case(&self, id: &str) -> Result<Fetched, Fault> {
        let check = |body: &str| {
            let row = convert::row(body, self.0.source).map_err(|words| not_live_if_web_page(bad_body(body, &words), body))?;
            if row.id.id != id {
                return Err(Fault::new(FaultKind::BadBody, format!("case {} came instead of case {id}", row.key)));
            }
            Ok(Fetched { raw: RawBody(sound(body).into()) })
        };
        self.0.http.read(&format!("/cases/{}", encode(id)), CASE_BOUND_BYTES, check).await
    }

    /// There is no timeline.
    #[expect(clippy::unused_async, reason = "every vendor answers the same verbs")]
    pub(crate) async fn activities(&self, _id: &str, _page: Option<u32>) -> Result<Slice<Activity>, Fault> {
        Ok(Slice { items: Vec::new(), next: None, total: Some(0), malformed: 0 })
    }

    /// There are no records.
    #[expect(clippy::unused_async, reason = "every vendor answers the same verbs")]
    pub(crate) async fn records(&self, _id: &str, _page: Option<u32>) -> Result<Slice<RecordTable>, Fault> {
        Ok(Slice { items: Vec::new(), next: None, total: Some(0), malformed: 0 })
    }

    /// The three statuses; there are no people to ask for.
    #[expect(clippy::unused_async, reason = "every vendor answers the same verbs")]
    pub(crate) async fn directory(&self) -> Result<Directory, Fault> {
        Ok(Directory { statuses: convert::status_options(), read_at: Some(Timestamp::now()), ..Directory::default() })
    }

    pub(crate) fn decode(&self, raw: &RawBody, _directory: &Directory, _read_at: Timestamp) -> Result<Case, Fault> {
        convert::case(raw, self.0.source).map_err(|words| bad_body(&raw.0, &words))
    }

    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn plan(&self, case: &Case, edit: &Edit, _directory: &Directory) -> Result<Plan, Fault> {
        calls::plan(case, edit)
    }

    pub(crate) async fn send(&self, call: &Call) -> Result<Sent, Fault> {
        let body = text(self.0.http.write(call.method, &call.path, call.body.as_ref()).await?);
        let case = convert::row(&body, self.0.source).is_ok().then(|| RawBody(body.into()));
        Ok(Sent { case, made: None })
    }

    /// There are no comments to be found.
    #[expect(clippy::unused_async, reason = "every vendor answers the same verbs")]
    pub(crate) async fn find_comment(&self, _id: &str, _text: &str, _since: Timestamp, _made: Option<&str>) -> Result<bool, Fault> {
        Ok(false)
    }

    pub(crate) fn quota(&self) -> Option<Quota> {
        self.0.http.quota()
    }

    pub(crate) fn answer_ms(&self) -> Option<u64> {
        self.0.http.answer_ms()
    }
}

fn status_filter(filter: &str) -> Result<State, Fault> {
    let word = filter.trim().to_ascii_lowercase();
    word.strip_prefix("status:").and_then(convert::state).ok_or_else(|| {
        Fault::new(
            FaultKind::Config,
            format!("`filter` of a ServerOps source is `status:open`, `status:closed` or `status:archived`, not `{filter}`"),
        )
    })
}

/// A list cannot be "not found": the endpoint is missing.
fn list_fault(mut fault: Fault) -> Fault {
    if fault.kind == FaultKind::NotFound {
        fault.kind = FaultKind::NotAvailable;
        fault.message = Clean::line(&format!("{NOT_LIVE} ({})", fault.message));
    }
    fault
}

/// A web page in place of JSON is the vendor's site, not its API.
fn not_live_if_web_page(fault: Fault, body: &str) -> Fault {
    if body.trim_start().starts_with('<') {
        Fault::new(FaultKind::NotAvailable, format!("{NOT_LIVE} (a web page came instead of JSON)"))
    } else {
        fault
    }
}

fn bad_body(body: &str, words: &str) -> Fault {
    match serde_json::from_str::<serde::de::IgnoredAny>(body) {
        Err(error) => unreadable(&error, body),
        Ok(_) => Fault::new(FaultKind::BadBody, words),
    }
}

/// `{"error":{"code","message"}}`: the code is stable, the wording is not, so both are shown.
fn words(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let error = object::<Failure<'_>>(text).ok()?.error;
    let mut words = match (error.message.filled(), error.code.filled()) {
        (Some(message), Some(code)) => format!("{message} ({code})"),
        (Some(words), None) | (None, Some(words)) => words.to_owned(),
        (None, None) => return None,
    };
    if let Some(metric) = error.metric.filled() {
        words = format!("{words}, {metric}");
    }
    if let Some(used) = error.snapshot {
        words = format!("{words}: {}", used.get());
    }
    Some(words)
}

/// By status first, then by code. 404 without the envelope, 405, 501 and web pages mean that the endpoint is not live;
/// a spent plan does not refill by waiting a minute.
fn refine(mut fault: Fault, body: &[u8], content_type: Option<&str>) -> Fault {
    let error = std::str::from_utf8(body).ok().and_then(|text| object::<Failure<'_>>(text).ok()).map(|failure| failure.error);
    let is_page = content_type.is_some_and(|kind| kind.contains("html")) || body.trim_ascii_start().starts_with(b"<");
    match (fault.status, error) {
        (Some(405 | 501), _) | (Some(404), None) => not_live(fault),
        // Gateways in front of a live API answer 5xx with a page, too; those pass.
        (Some(400..=499), None) if is_page => not_live(fault),
        (Some(429), Some(error)) if code_is(&error, "quota_exceeded") => {
            fault.wait_s = Some(fault.wait_s.unwrap_or(0).max(PLAN_REFILLS_S));
            fault
        }
        _ => fault,
    }
}

fn not_live(mut fault: Fault) -> Fault {
    fault.kind = FaultKind::NotAvailable;
    fault.message = Clean::line(&format!("{NOT_LIVE} ({})", fault.message));
    fault
}

fn code_is(error: &Complaint<'_>, code: &str) -> bool {
    error.code.as_str().eq_ignore_ascii_case(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refined(status: u16, body: &str, content_type: Option<&str>) -> Fault {
        let kind = match status {
            404 => FaultKind::NotFound,
            429 => FaultKind::QuotaSpent,
            501 => FaultKind::NotAvailable,
            500.. => FaultKind::Server,
            _ => FaultKind::Rejected,
        };
        refine(Fault::new(kind, "told").with_status(status), body.as_bytes(), content_type)
    }

    fn error(code: &str) -> String {
        format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#)
    }

    #[test]
    fn only_a_token_that_was_read_is_judged() {
        let kind = |token: &str| headers(Auth::Bearer(token.to_owned().into())).map(|(kind, _)| kind == Token::Unknown);
        assert_eq!(kind("other_1"), Ok(true));
        for sound in ["so_live_1", "so_test_1", ""] {
            assert_eq!(kind(sound), Ok(false), "{sound:?}");
        }
    }

    #[test]
    fn an_endpoint_that_is_not_there_says_so() {
        for (status, body, kind) in [
            (404, "<!doctype html><title>404</title>", Some("text/html")),
            (404, "", None),
            (404, "{}", Some("application/json")),
            (405, "", None),
            (405, &error("bad_request"), None),
            (501, "", None),
            (400, "<html>", None),
        ] {
            let fault = refined(status, body, kind);
            assert_eq!(fault.kind, FaultKind::NotAvailable, "{status} {body}");
            assert!(fault.message.as_str().starts_with("the vendor marks this API as not yet available"), "{fault}");
        }
        assert_eq!(refined(404, &error("not_found"), None).kind, FaultKind::NotFound, "the case is gone");
        assert_eq!(refined(502, "<html>bad gateway", Some("text/html")).kind, FaultKind::Server);
        let list = list_fault(refined(404, &error("not_found"), None));
        assert_eq!(list.kind, FaultKind::NotAvailable);
        let page = not_live_if_web_page(Fault::new(FaultKind::BadBody, "x"), "\n<html>");
        assert_eq!(page.kind, FaultKind::NotAvailable);
    }

    #[test]
    fn a_spent_plan_is_told_from_a_short_rush() {
        assert_eq!(refined(429, &error("rate_limited"), None).wait_s, None);
        assert!(refined(429, &error("quota_exceeded"), None).wait_s.unwrap() > 60, "not waited for here");
    }

    #[test]
    fn errors_show_message_and_code_in_both_spellings() {
        assert_eq!(words(error("internal_error").as_bytes()).unwrap(), "m (internal_error)");
        let quota =
            br#"{"error":{"code":"quota_exceeded","message":"spent","metric":"log_count","quotas":[{"metric":"log_count","used":9}]}}"#;
        assert_eq!(words(quota).unwrap(), r#"spent (quota_exceeded), log_count: [{"metric":"log_count","used":9}]"#);
        assert_eq!(words(b"{\"error\":{}}"), None);
        assert_eq!(words(b"<html>"), None);
    }
}
