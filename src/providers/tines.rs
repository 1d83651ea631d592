//! Tines Cases: v2 whole, v1 as a reader for old tenants. Verbs and paging; shapes are in `wire`, meaning in `convert`.

mod calls;
mod convert;
mod facets;
mod forms;
mod list;
mod names;
mod once;
mod paging;
mod people;
pub(super) mod tenant;
mod timeline;
mod wanted;
mod wire;
mod words;

use std::sync::{Arc, RwLock};

use forms::{Form, Forms};
use jiff::{SignedDuration, Timestamp};
use once::Wish;
use timeline::{ACTIVITIES_PER_PAGE, Leaf, RECORDS_PER_PAGE};
use wanted::Wanted;
use wire::{Records, Timeline};

use super::answered::{Fetched, Sent};
use super::http::{CASE_BOUND_BYTES, Headers, Http, Quota, QuotaStyle, Rules, bearer, encode, text, unreadable};
use super::loose::object;
use super::salvage::sound;
use super::settings::{Api, Auth, Settings};
use crate::domain::activity::Activity;
use crate::domain::case::Case;
use crate::domain::change::same_text;
use crate::domain::directory::Directory;
use crate::domain::edit::{Call, Edit, Method, Plan};
use crate::domain::facet::{Facet, Offer};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Page, Scan};
use crate::domain::raw_body::RawBody;
use crate::domain::record::{RecordTable, Slice};
use crate::providers::tines::tenant::{Inner, Tines, no_list, parse};

/// The most that v2 gives; a tenant that allows less says so in `meta`, and its numbers count.
const LIST_PER_PAGE: u32 = 500;
/// The most that v1 gives. v2 pages that are too large to hold are read in pieces of this size.
const SMALL_PER_PAGE: u32 = 50;
/// Page numbers are independent, and 5000 requests a minute are allowed.
const PAGES_IN_FLIGHT: usize = 8;
/// Pages of the timeline that are searched for a comment: one that was just sent is on the first.
const COMMENT_PAGES: u32 = 20;
/// A comment may be stamped by a clock that runs this far behind ours.
const COMMENT_SKEW_S: i64 = 60;

pub(super) const TIMELINE_PAGE: usize = timeline::ACTIVITIES_PER_PAGE;

/// Reads a page of the timeline by its number.
type Reader<'a> = &'a dyn Fn(&Timeline<'_>, u32) -> Slice<Activity>;

fn headers(auth: Auth) -> Result<Headers, Fault> {
    match auth {
        Auth::Bearer(token) => Ok(vec![("authorization", bearer(&token))]),
        Auth::UserToken(token) => Ok(vec![("x-user-token", token)]),
        Auth::Keys { .. } => Err(Fault::new(FaultKind::Config, "Tines takes one key: give it as `token` (or `user_token`), not as a pair")),
    }
}

impl Tines {
    pub(crate) fn new(settings: Settings) -> Result<Self, Fault> {
        let headers = headers(settings.auth)?;
        let rules = Rules { quota: QuotaStyle::None, words: words::words, refine };
        let wanted = Wanted { team: settings.team_id, status: settings.filter.as_deref().map(status_filter).transpose()? };
        Ok(Self(Arc::new(Inner {
            http: Http::new(&settings.base_url, headers, settings.timeout_ms, rules)?,
            source: settings.source,
            base_url: settings.base_url.trim().trim_end_matches('/').to_owned(),
            api: settings.api,
            wanted,
            forms: Forms::default(),
            me: settings.me,
            known: RwLock::default(),
        })))
    }

    pub(crate) fn renew(&self, auth: Auth) -> Result<bool, Fault> {
        self.0.http.renew(headers(auth)?)
    }

    pub(super) fn http(&self) -> &Http {
        &self.0.http
    }

    /// Tines has no test tokens.
    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn is_test(&self) -> bool {
        false
    }

    /// The same tenant by v2, for a source that reads v1.
    pub(crate) fn as_v2(&self) -> Option<Self> {
        self.is_v1().then(|| {
            let of = &self.0;
            Self(Arc::new(Inner {
                http: of.http.clone(),
                source: of.source,
                base_url: of.base_url.clone(),
                api: Api::V2,
                wanted: of.wanted.clone(),
                forms: Forms::default(),
                me: of.me.clone(),
                known: RwLock::default(),
            }))
        })
    }

    pub(crate) fn read_only(&self) -> Option<String> {
        self.is_v1().then(|| "v1 of the Tines API is only read here: set api_version = \"v2\" to edit".to_owned())
    }

    #[expect(clippy::unused_self, reason = "every vendor answers the same verbs")]
    pub(crate) fn concurrency(&self) -> usize {
        PAGES_IN_FLIGHT
    }

    /// v1 has no order to ask for.
    pub(crate) fn can_ask_changes(&self) -> bool {
        !self.is_v1()
    }

    pub(crate) fn offers(&self, facet: &Facet) -> Offer {
        // A source that is set to one status is not asked for another.
        let is_set = self.0.wanted.status.is_some() && matches!(facet, Facet::Status(_));
        let is_refused = || self.0.forms.of(&facets::filters(None, std::slice::from_ref(facet), self.0.api)) == Form::Unsent;
        if is_set || is_refused() { Offer::Never } else { facets::offer(facet, self.0.api) }
    }

    /// Pages by number from 1. A v2 page that is larger than an answer may be is read in ten smaller ones.
    pub(crate) async fn page(&self, scan: Scan, facets: &[Facet], cursor: &Cursor) -> Result<Page, Fault> {
        let number = page_number(cursor)?;
        if self.is_v1() {
            return self.page_of(scan, facets, number, SMALL_PER_PAGE).await;
        }
        match self.page_of(scan, facets, number, LIST_PER_PAGE).await {
            Err(fault) if fault.kind == FaultKind::TooLarge => self.page_in_pieces(scan, facets, number).await,
            answer => answer,
        }
    }

    pub(crate) fn read_page(&self, body: &str, cursor: &Cursor) -> Result<Page, Fault> {
        let known = self.known();
        list::page(body, page_number(cursor)?, &self.0.wanted, self.ground(&known, Timestamp::now()))
    }

    pub(crate) async fn case(&self, id: &str) -> Result<Fetched, Fault> {
        let known = self.known();
        let check = |body: &str| {
            let (row, _) = convert::row(body, self.ground(&known, Timestamp::now())).map_err(|words| bad_body(body, &words))?;
            if row.id.id != id {
                return Err(Fault::new(FaultKind::BadBody, format!("case {} came instead of case {id}", row.id.id)));
            }
            Ok(Fetched { raw: RawBody(sound(body).into()) })
        };
        self.0.http.read(&self.path(id, ""), CASE_BOUND_BYTES, check).await.map_err(|fault| self.name_removal(fault))
    }

    /// Pages of 50, the newest entries first. v1 sends the whole timeline inside the case, so its first page is all there is.
    pub(crate) async fn activities(&self, id: &str, page: Option<u32>) -> Result<Slice<Activity>, Fault> {
        if self.is_v1() {
            return Ok(self.inline(id, page.unwrap_or(1)).await?.and_then(|case| case.activities).unwrap_or_else(empty));
        }
        let known = self.known();
        self.newest(id, page, "&resolve_mentions=true", &|wire, number| timeline::activity_page(wire, &known, number)).await
    }

    /// Pages of 20 from 1, grouped by type; v1 as [`Self::activities`].
    pub(crate) async fn records(&self, id: &str, page: Option<u32>) -> Result<Slice<RecordTable>, Fault> {
        let number = page.unwrap_or(1);
        if self.is_v1() {
            return Ok(self.inline(id, number).await?.and_then(|case| case.records).unwrap_or_else(empty));
        }
        let path = self.path(id, &format!("/records?per_page={RECORDS_PER_PAGE}&page={number}"));
        let read = |wire: &Records<'_>| wire.records.0.is_some().then(|| timeline::record_page(wire, number));
        let page = |body: &str| parse(body, |text| object::<Records<'_>>(text).map(|wire| read(&wire)))?.ok_or_else(|| no_list("records"));
        self.0.http.read(&path, CASE_BOUND_BYTES, page).await
    }

    pub(crate) fn decode(&self, raw: &RawBody, directory: &Directory, read_at: Timestamp) -> Result<Case, Fault> {
        convert::case(raw, self.ground(directory, read_at)).map_err(|words| bad_body(&raw.0, &words))
    }

    pub(crate) fn plan(&self, case: &Case, edit: &Edit, directory: &Directory) -> Result<Plan, Fault> {
        match self.read_only() {
            Some(reason) => Err(Fault::new(FaultKind::NotPossible, reason)),
            None => calls::plan(case, edit, directory),
        }
    }

    pub(crate) async fn send(&self, call: &Call) -> Result<Sent, Fault> {
        let body = text(self.0.http.write(call.method, &call.path, call.body.as_ref()).await?);
        if call.path.ends_with("/comments") {
            return Ok(Sent { made: timeline::made(&body), case: None });
        }
        let known = self.known();
        let is_case = call.method == Method::Put && convert::row(&body, self.ground(&known, Timestamp::now())).is_ok();
        Ok(Sent { case: is_case.then(|| RawBody(body.into())), made: None })
    }

    /// Looks at the newest pages until their entries are too old.
    pub(crate) async fn find_comment(&self, id: &str, text: &str, since: Timestamp, made: Option<&str>) -> Result<bool, Fault> {
        let since = since.checked_sub(SignedDuration::from_secs(COMMENT_SKEW_S)).unwrap_or(since);
        let known = self.known();
        let mut page = None;
        for _ in 0..COMMENT_PAGES {
            // Unresolved, or a mention would not be found again.
            let slice = self.newest(id, page, "", &timeline::unresolved_page).await?;
            let is_made = |entry: &Activity| made.is_some_and(|made| entry.id == made);
            if slice.items.iter().any(|entry| is_made(entry) || self.is_my_comment(entry, text, since, &known)) {
                return Ok(true);
            }
            let is_past = !slice.items.is_empty() && slice.items.iter().all(|entry| entry.at.is_some_and(|at| at < since));
            page = slice.next;
            if is_past || page.is_none() {
                break;
            }
        }
        Ok(false)
    }

    pub(crate) fn quota(&self) -> Option<Quota> {
        self.0.http.quota()
    }

    pub(crate) fn answer_ms(&self) -> Option<u64> {
        self.0.http.answer_ms()
    }

    fn path(&self, id: &str, rest: &str) -> String {
        format!("/api/{}/cases/{}{rest}", if self.is_v1() { "v1" } else { "v2" }, encode(id))
    }

    async fn page_of(&self, scan: Scan, facets: &[Facet], number: u32, per_page: u32) -> Result<Page, Fault> {
        let asked = Wish { scan, facets, number, per_page, filters: facets::filters(self.0.wanted.status, facets, self.0.api) };
        let form = self.0.forms.of(&asked.filters);
        if asked.filters.is_empty() || form == Form::Unsent || self.0.forms.is_proven(&asked.filters) {
            return self.page_once(&asked, form, true).await;
        }
        match self.page_once(&asked, form, false).await {
            Ok(page) if self.strays(&asked, &page) == 0 => {
                self.0.forms.prove(&asked.filters);
                Ok(page)
            }
            Ok(page) if form == Form::Brackets => {
                tracing::warn!(host = self.host(), "cases came that nobody had asked for");
                Ok(page)
            }
            Ok(_) => {
                tracing::warn!(host = self.host(), "`filters` was ignored as JSON; asking with brackets from now on");
                self.in_another_form(&asked, &[Form::Brackets]).await
            }
            Err(fault) if fault.kind == FaultKind::Rejected => self.in_another_form(&asked, &[Form::Brackets]).await,
            // The vendor stumbles over the filter, or over everything: the same question without it tells.
            Err(fault) if fault.kind == FaultKind::Server && fault.wait_s.is_none() => {
                self.page_once(&asked, Form::Unsent, true).await?;
                self.in_another_form(&asked, &[form, Form::Brackets]).await
            }
            // No word about the filter: asked again as any reading is.
            Err(_) => self.page_once(&asked, form, true).await,
        }
    }

    /// Tries these forms of `filters`, and without them what is left; remembers which one was answered.
    async fn in_another_form(&self, asked: &Wish<'_>, forms: &[Form]) -> Result<Page, Fault> {
        let mut ignored = None;
        for form in forms {
            let Ok(page) = self.page_once(asked, *form, false).await else { continue };
            if self.strays(asked, &page) == 0 {
                self.0.forms.settle(&asked.filters, *form);
                self.0.forms.prove(&asked.filters);
                return Ok(page);
            }
            ignored = Some((page, *form));
        }
        if let Some((page, form)) = ignored {
            self.0.forms.settle(&asked.filters, form);
            return Ok(page);
        }
        let page = self.page_once(asked, Form::Unsent, true).await?;
        tracing::warn!(host = self.host(), filters = ?asked.filters.keys(), "`filters` is refused; its cases are told apart here from now on");
        self.0.forms.settle(&asked.filters, Form::Unsent);
        Ok(page)
    }

    async fn page_in_pieces(&self, scan: Scan, facets: &[Facet], number: u32) -> Result<Page, Fault> {
        const PIECES: u32 = LIST_PER_PAGE / SMALL_PER_PAGE;
        let mut whole =
            Page { items: Vec::new(), next: None, pages: None, total: None, malformed: Vec::new(), odd: Vec::new(), dropped: 0 };
        for piece in 0..PIECES {
            let mut page = self.page_of(scan, facets, number.saturating_sub(1).saturating_mul(PIECES) + piece + 1, SMALL_PER_PAGE).await?;
            whole.items.append(&mut page.items);
            whole.malformed.append(&mut page.malformed);
            whole.dropped += page.dropped;
            whole.odd.append(&mut page.odd);
            whole.pages = page.pages.map(|pages| pages.div_ceil(PIECES));
            whole.total = page.total;
            whole.next = page.next.is_some().then_some(Cursor::Number(number + 1));
            if whole.next.is_none() {
                break;
            }
        }
        Ok(whole)
    }

    /// A page of the timeline in the order of reading, see [`Leaf`]. Where the vendor begins with the oldest entries, the first
    /// is its last page, with the one before where that holds little.
    async fn newest(&self, id: &str, page: Option<u32>, more: &str, read: Reader<'_>) -> Result<Slice<Activity>, Fault> {
        let ask = async |number: u32| {
            self.timeline(id, number, more, |wire| (read(wire, number), paging::pages(&wire.meta), timeline::begins_with_oldest(wire)))
                .await
        };
        let leaf = Leaf::of(page.unwrap_or(1));
        let (slice, pages, is_oldest) = ask(leaf.page()).await?;
        if let Leaf::Back { .. } = leaf {
            return Ok(Slice { next: leaf.back(), ..slice });
        }
        let Some(last) = pages.filter(|last| page.is_none() && is_oldest && *last > 1) else { return Ok(slice) };
        let mut leaf = Leaf::Back { read: 1, page: last };
        let (mut newest, ..) = ask(last).await?;
        if newest.items.len() < TIMELINE_PAGE / 2 {
            leaf = Leaf::Back { read: 1, page: last - 1 };
            let (before, ..) = if last == 2 { (slice, pages, is_oldest) } else { ask(last - 1).await? };
            newest = timeline::joined(before, newest);
        }
        Ok(Slice { next: leaf.back(), ..newest })
    }

    /// An answer without the list is no empty timeline: a comment that is looked for would seem not to have been made.
    async fn timeline<T>(&self, id: &str, number: u32, more: &str, read: impl Fn(&Timeline<'_>) -> T) -> Result<T, Fault> {
        let path = self.path(id, &format!("/activities?per_page={ACTIVITIES_PER_PAGE}&page={number}{more}"));
        let read = |wire: &Timeline<'_>| wire.activities.0.is_some().then(|| read(wire));
        let page =
            |body: &str| parse(body, |text| object::<Timeline<'_>>(text).map(|wire| read(&wire)))?.ok_or_else(|| no_list("activities"));
        self.0.http.read(&path, CASE_BOUND_BYTES, page).await
    }

    async fn inline(&self, id: &str, number: u32) -> Result<Option<Case>, Fault> {
        if number > 1 {
            return Ok(None);
        }
        let fetched = self.case(id).await?;
        self.decode(&fetched.raw, &self.known(), Timestamp::now()).map(Some)
    }

    /// By time and text; by author where both he and I are known. A service key writes in its own name.
    fn is_my_comment(&self, entry: &Activity, text: &str, since: Timestamp, known: &Directory) -> bool {
        let me = self.me(&known.people);
        let is_mine = match (&me, &entry.who) {
            (Some(me), Some(who)) if !who.is_service && (!who.email.is_empty() || !me.id.is_empty()) => {
                who.is(me) || who.email.as_str().eq_ignore_ascii_case(me.email.as_str())
            }
            _ => true,
        };
        let is_comment = matches!(entry.kind.as_str(), "COMMENTED" | "FILE_ATTACHED_AND_COMMENTED");
        is_mine && is_comment && same_text(entry.text.raw(), text) && entry.at.is_some_and(|at| at >= since)
    }
}

/// A 404 that is not in the API's own words comes from a proxy, a wrong address or an endpoint that is no more: it says
/// nothing of a case.
fn refine(mut fault: Fault, body: &[u8], _content_type: Option<&str>) -> Fault {
    if fault.kind == FaultKind::NotFound && !words::is_of_api(body) {
        fault.kind = FaultKind::NotAvailable;
    }
    fault
}

/// The first page is 1.
fn page_number(cursor: &Cursor) -> Result<u32, Fault> {
    match cursor {
        Cursor::Start => Ok(1),
        Cursor::Number(number) => Ok(*number),
        Cursor::Token(_) => Err(Fault::new(FaultKind::Rejected, "Tines counts its pages; a cursor of another vendor came")),
    }
}

fn status_filter(filter: &str) -> Result<&'static str, Fault> {
    match filter.trim().to_ascii_lowercase().as_str() {
        "status:open" => Ok("OPEN"),
        "status:closed" => Ok("CLOSED"),
        _ => Err(Fault::new(
            FaultKind::Config,
            format!("`filter` of a Tines source is `status:open` or `status:closed`, not `{filter}`; a team is chosen with `team_id`"),
        )),
    }
}

fn empty<T>() -> Slice<T> {
    Slice { items: Vec::new(), next: None, total: Some(0), malformed: 0 }
}

fn bad_body(body: &str, words: &str) -> Fault {
    match serde_json::from_str::<serde::de::IgnoredAny>(body) {
        Err(error) => unreadable(&error, body),
        Ok(_) => Fault::new(FaultKind::BadBody, words),
    }
}
