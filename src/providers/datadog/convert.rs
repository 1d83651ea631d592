//! From Datadog's JSON to cases and rows; pure.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::http::{unreadable, web_link};
use super::super::loose::{Text, object, odd_times, plain_id};
use super::super::salvage::{SAYS_TWICE, Salvaged, reading, reading_oddly, salvaged};
use super::maps::Scalars;
use super::split::PAGE_SIZE;
use super::{split, wire};
use crate::domain::case::{Case, CaseId, ExternalLink, Field, FieldKind, Named, Priority, Row, SourceId, State, Status};
use crate::domain::directory::{Directory, FieldName};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Listed, Page};
use crate::domain::person::Person;
use crate::domain::raw_body::RawBody;
use crate::domain::record::Slice;
use crate::domain::text::Clean;

/// Sentences about unreadable rows kept per page; a page holds no more rows than this anyway.
const MAX_SENTENCES: usize = PAGE_SIZE;
/// Longer ids are not ids.
const MAX_ID_BYTES: usize = 128;
/// Attributes that say nothing to an analyst: twins of the id, and the deprecated type (`type_id` is read instead).
const SILENT: [&str; 4] = ["internal_id", "public_id", "merge_status", "type"];

/// What conversion needs to know of the source.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub source: SourceId,
    /// `https://app.datadoghq.eu`; `None`: no links can be made.
    pub web: Option<String>,
}

/// The users that came along with cases, by id.
pub(super) struct People<'a>(FxHashMap<String, (Person, &'a RawValue)>);

impl<'a> People<'a> {
    pub(super) fn read(included: Option<&[&'a RawValue]>) -> Self {
        let mut people = FxHashMap::default();
        for raw in included.unwrap_or_default() {
            let person = reading(raw.get(), |json| {
                object::<wire::User<'_>>(json).map(|user| person(&user).map(|(id, person)| (id.to_owned(), person)))
            });
            if let Ok(Some((id, person))) = person {
                people.insert(id, (person, *raw));
            }
        }
        Self(people)
    }

    pub(super) fn into_people(self) -> Vec<Person> {
        self.0.into_values().map(|(person, _)| person).collect()
    }

    /// The person behind an id; one that nobody described keeps the id.
    fn named(&self, id: &str) -> Person {
        self.0.get(id).map_or_else(|| nameless(id), |(person, _)| person.clone())
    }
}

/// A user, and the id exactly as cases write it.
fn person<'u>(user: &'u wire::User<'_>) -> Option<(&'u str, Person)> {
    let id = user.id.filled()?;
    if !user.kind.as_str().is_empty() && !user.kind.as_str().starts_with("user") {
        return None;
    }
    let none = wire::UserAttributes::default();
    let attributes = user.attributes.0.as_ref().unwrap_or(&none);
    let person = Person {
        id: plain_id(id),
        name: Clean::line(attributes.name.as_str()),
        email: mail(&attributes.email, &attributes.handle),
        is_service: attributes.service_account.is_true() || is_uuid(attributes.handle.as_str()),
    };
    Some((id, person))
}

/// Somebody known by id only.
fn nameless(id: &str) -> Person {
    Person { id: plain_id(id), ..Person::default() }
}

/// The handle is the mail for people and may be a UUID for service accounts.
fn mail(email: &Text<'_>, handle: &Text<'_>) -> Clean {
    let handle = handle.filled().filter(|handle| !is_uuid(handle));
    Clean::line(email.filled().or(handle).unwrap_or_default())
}

pub(super) fn author(author: &wire::Author<'_>) -> Option<Person> {
    let content = author.content.0.as_ref()?;
    let person = Person {
        id: plain_id(content.id.as_str()),
        name: Clean::line(content.name.as_str()),
        email: mail(&content.email, &content.handle),
        is_service: author.kind.filled().is_some_and(|kind| kind != "USER") || is_uuid(content.handle.as_str()),
    };
    (!person.id.is_empty() || !person.name.is_empty() || !person.email.is_empty()).then_some(person)
}

pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// A search answer. `number`: the page that was asked for.
pub(super) fn page(site: &Site, body: &str, number: u32) -> Result<Page, Fault> {
    if let Some(split::Answer { pieces: Some(pieces), included, meta }) = split::search(body) {
        return Ok(listing(site, pieces, &included, meta, number, BTreeMap::new()));
    }
    let Some(Salvaged { text, remarks }) = salvaged(body, &["data"]) else { return Err(no_list(body)) };
    match split::search(&text) {
        Some(split::Answer { pieces: Some(pieces), included, meta }) => Ok(listing(site, pieces, &included, meta, number, remarks)),
        _ => Err(no_list(body)),
    }
}

/// `remarks`: what is known of rows that could not be read as they came.
fn listing(
    site: &Site,
    pieces: Vec<split::Piece<'_>>,
    included: &[&RawValue],
    meta: wire::Meta<'_>,
    number: u32,
    mut remarks: BTreeMap<usize, String>,
) -> Page {
    let people = People::read(Some(included));
    let count = pieces.len();
    let mut items = Vec::with_capacity(count);
    let (mut malformed, mut odd) = (Vec::new(), Vec::new());
    let mut scratch = String::new();
    for (at, (raw, read)) in pieces.into_iter().enumerate() {
        let known = remarks.remove(&at).map(|remark| format!("page {number}, {remark}"));
        let read = match read {
            Ok(case) => {
                let remark = case.attributes.is_doubled.then_some(SAYS_TWICE);
                Ok((listed(site, &case, &people, raw, &mut scratch), remark))
            }
            Err(_) => reading_oddly(raw, |json| object(json).map(|case| listed(site, &case, &people, raw, &mut String::new()))),
        };
        match read {
            Ok((Ok(item), remark)) => {
                odd.extend(known.or_else(|| remark.map(|remark| format!("page {number}, {}: {remark}", item.row.key))));
                items.push(item);
            }
            Ok((Err(why), _)) => malformed.push(sentence(number, at, why)),
            Err(error) => malformed.push(known.unwrap_or_else(|| sentence(number, at, &error.to_string()))),
        }
    }
    malformed.truncate(MAX_SENTENCES);
    let pages = meta.page.0.and_then(|page| page.total.count()).and_then(|pages| u32::try_from(pages).ok());
    let more = match pages {
        Some(pages) => number < pages && count > 0,
        None => count > 0,
    };
    Page { items, next: more.then(|| Cursor::Number(number + 1)), pages, total: meta.total_cases.count(), malformed, odd, dropped: 0 }
}

/// Why a body is no search answer.
fn no_list(body: &str) -> Fault {
    match object::<wire::List<'_>>(body) {
        Err(error) => unreadable(&error, body),
        Ok(_) => Fault::new(FaultKind::BadBody, "the answer is no list of cases"),
    }
}

fn sentence(page: u32, at: usize, why: &str) -> String {
    let why: String = Clean::line(why).as_str().chars().take(200).collect();
    format!("case {} of page {page} could not be read: {why}", at + 1)
}

fn listed(site: &Site, case: &wire::BriefCase<'_>, people: &People<'_>, raw: &str, scratch: &mut String) -> Result<Listed, &'static str> {
    let none = wire::Relationships::default();
    let relations = case.relationships.0.as_ref().unwrap_or(&none);
    let row = row(site, &case.id, &case.attributes, relations, |id| people.named(id))?;
    Ok(Listed { row, raw: alone(raw, relations, people, scratch) })
}

/// A list item as the vendor's answer for one case: its JSON byte for byte, and only the users it names.
fn alone<P>(raw: &str, relations: &wire::Relationships<'_, P>, people: &People<'_>, scratch: &mut String) -> RawBody {
    scratch.clear();
    scratch.push_str("{\"data\":");
    scratch.push_str(raw);
    scratch.push_str(",\"included\":[");
    let relations = [&relations.assignee, &relations.created_by, &relations.modified_by];
    let named = relations.map(|relation| wire::target(relation));
    for (at, id) in named.iter().enumerate() {
        let user = id.filter(|_| !named[..at].contains(id)).and_then(|id| people.0.get(id));
        if let Some((_, user)) = user {
            if !scratch.ends_with('[') {
                scratch.push(',');
            }
            scratch.push_str(user.get());
        }
    }
    scratch.push_str("]}");
    RawBody(scratch.as_str().into())
}

fn row<P>(
    site: &Site,
    id: &Text<'_>,
    brief: &wire::Brief<'_>,
    relations: &wire::Relationships<'_, P>,
    named: impl Fn(&str) -> Person,
) -> Result<Row, &'static str> {
    let id = id.filled().ok_or("it has no id")?;
    if id.len() > MAX_ID_BYTES || Clean::line(id).as_str() != id {
        return Err("its id is not one");
    }
    let status = status(brief);
    let key = Clean::line(brief.key.filled().unwrap_or(id));
    Ok(Row {
        id: CaseId { source: site.source, id: id.into() },
        title: Clean::line(brief.title.as_str()),
        priority: brief.priority.filled().map(Priority::read),
        assignees: wire::target(&relations.assignee).map(named).into_iter().collect(),
        tags: tags(brief),
        created_at: brief.created_at.time(),
        updated_at: brief.modified_at.time(),
        closed_at: brief.closed_at.time(),
        due_at: None,
        also_due: Vec::new(),
        description: brief.description.as_ref().map(Text::block),
        url: site.web.as_ref().map(|web| Clean::line(&format!("{web}/cases/{}", super::super::http::encode(key.as_str())))),
        key,
        status,
    })
}

fn tags(brief: &wire::Brief<'_>) -> Vec<Clean> {
    let mut tags = Vec::new();
    let mut tag = String::new();
    for (key, values) in &brief.attributes.0 {
        for value in values.iter() {
            tag.clear();
            tag.extend([key.as_str(), ":", value]);
            tags.push(Clean::line(&tag));
        }
    }
    tags
}

fn status(brief: &wire::Brief<'_>) -> Status {
    let state = if brief.archived_at.filled().is_some() {
        Some(State::Archived)
    } else {
        match brief.status_group.as_str() {
            "SG_OPEN" => Some(State::Open),
            "SG_IN_PROGRESS" => Some(State::InProgress),
            "SG_CLOSED" => Some(State::Closed),
            _ => legacy_state(brief.status.as_str()),
        }
    };
    Status { state, name: Clean::line(brief.status_name.filled().unwrap_or(brief.status.as_str())) }
}

/// The deprecated `status`, for answers without `status_group`: the fourteen values that the server names itself.
fn legacy_state(status: &str) -> Option<State> {
    match status {
        "OPEN" | "NOT_STARTED" | "TRIGGERED" => Some(State::Open),
        "IN_PROGRESS" | "ACKNOWLEDGED" | "PENDING_APPROVAL" | "APPROVED" | "IMPLEMENTING" => Some(State::InProgress),
        "CLOSED" | "COMPLETED" | "CANCELLED" | "DECLINED" | "RESOLVED" => Some(State::Closed),
        _ => None,
    }
}

/// Whether a body is an answer for one case, and for `wanted` if that is given: by its id, or by its key, which may change.
pub(super) fn check_one(body: &str, wanted: Option<&str>) -> Result<(), Fault> {
    #[derive(Deserialize)]
    struct Identified<'a> {
        #[serde(borrow)]
        id: Text<'a>,
    }
    let id = reading(body, |body| {
        let one: wire::One<'_> = object(body)?;
        let identified: Identified<'_> = object(one.data.get())?;
        Ok(identified.id.filled().map(str::to_owned))
    });
    let Some(id) = id.map_err(|error| unreadable(&error, body))? else {
        return Err(Fault::new(FaultKind::BadBody, "the answer holds no case"));
    };
    match wanted {
        Some(wanted) if is_uuid(wanted) && !id.eq_ignore_ascii_case(wanted) => {
            Err(Fault::new(FaultKind::BadBody, format!("case {id} came instead of case {wanted}")))
        }
        _ => Ok(()),
    }
}

/// Everything of one case, from a body as [`alone`] or the vendor makes it.
pub(super) fn case(site: &Site, raw: &RawBody, directory: &Directory) -> Result<Case, Fault> {
    let body = &*raw.0;
    let read = reading(body, |json| object::<wire::Answer<'_>>(json).map(|answer| whole(site, &answer, raw, directory)));
    read.map_err(|error| unreadable(&error, body))?.map_err(|why| Fault::new(FaultKind::BadBody, format!("the case cannot be read: {why}")))
}

fn whole(site: &Site, answer: &wire::Answer<'_>, raw: &RawBody, directory: &Directory) -> Result<Case, &'static str> {
    let case = &answer.data;
    let none = wire::Relationships::default();
    let relations = case.relationships.0.as_ref().unwrap_or(&none);
    let whole = &case.attributes;
    let named = |id: &str| {
        let user = answer.included.objects().find(|user| user.id.as_str() == id).and_then(person);
        let person = user.map_or_else(|| nameless(id), |(_, person)| person);
        let is_known = !person.name.is_empty() || !person.email.is_empty();
        let elsewhere = || directory.people.iter().chain(&directory.me).find(|known| known.id == person.id).cloned();
        if is_known { person } else { elsewhere().unwrap_or(person) }
    };
    let row = row(site, &case.id, &whole.brief, relations, named)?;
    let by_author = whole.created_by_author.0.as_ref().and_then(author);
    let creator = wire::target(&relations.created_by).map(named);
    Ok(Case {
        description: row.description.clone().unwrap_or_default(),
        author: creator.filter(|person| !person.name.is_empty() || by_author.is_none()).or(by_author),
        opened_by: None,
        opened_at: None,
        closed_by: None,
        changed_by: wire::target(&relations.modified_by).map(named),
        group: wire::target(&relations.project).map(|id| name_of(id, &directory.groups)),
        case_type: whole.type_id.filled().map(|id| {
            let known = directory.case_types.iter().find(|known| known.id == id);
            Named { id: plain_id(id), name: known.map_or_else(|| Clean::line(id), |known| known.name.clone()) }
        }),
        attributes: whole
            .brief
            .attributes
            .0
            .iter()
            .map(|(key, values)| (Clean::line(key.as_str()), values.iter().map(Clean::line).collect()))
            .collect(),
        fields: fields(whole, directory).into_iter().chain(odd_times(&whole.brief.times())).collect(),
        slas: Vec::new(),
        links: Vec::new(),
        tickets: tickets(site, whole),
        attachments: Vec::new(),
        buttons: Vec::new(),
        closure_conditions: Vec::new(),
        // A single case always says 0; only a search answer counts.
        comment_count: whole.comment_count.filled().and_then(|count| count.parse().ok()).filter(|count| *count > 0),
        activities: None,
        records: Some(Slice { items: Vec::new(), next: None, total: Some(0), malformed: 0 }),
        raw: raw.clone(),
        row,
    })
}

fn name_of(id: &str, known: &[Named]) -> Named {
    known.iter().find(|known| known.id == id).cloned().unwrap_or_else(|| Named { id: plain_id(id), name: Clean::line(id) })
}

fn read_quietly<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// Custom attributes, then what this version does not know.
fn fields(whole: &wire::Whole<'_>, directory: &Directory) -> Vec<Field> {
    let case_type = whole.type_id.as_str();
    let custom = whole.custom_attributes.0.iter().map(|(key, attribute)| {
        let mut field = field(key.as_str(), field_kind(attribute.kind.as_str()), &attribute.value, attribute.is_multi.is_true());
        if let Some(known) = directory.fields.iter().find(|known| known.case_type == case_type && known.key == field.id) {
            field.name = known.name.clone();
            field.options.clone_from(&known.options);
        }
        field
    });
    let rest = whole.rest.iter().filter(|(key, _)| !SILENT.contains(&key.as_str())).filter_map(|(key, raw)| {
        let values: Scalars<'_> = read_quietly(raw).filter(|values: &Scalars<'_>| values.iter().any(|value| !value.is_empty()))?;
        Some(field(key.as_str(), FieldKind::Text, &values, values.is_several()))
    });
    let mut fields: Vec<Field> = custom.collect();
    // What its type could have besides, so that it can be filled in.
    for known in directory.fields.iter().filter(|known| known.case_type == case_type && !case_type.is_empty()) {
        if !fields.iter().any(|field| field.id == known.key) {
            let FieldName { name, options, kind, is_multi, .. } = known.clone();
            fields.push(Field { id: known.key.clone(), input_id: known.key.clone(), name, kind, values: Vec::new(), is_multi, options });
        }
    }
    fields.extend(rest);
    fields
}

/// The four types that the vendor documents; a missing one is text.
pub(super) fn field_kind(kind: &str) -> FieldKind {
    match kind {
        "TEXT" | "" => FieldKind::Text,
        "NUMBER" => FieldKind::Number,
        "URL" => FieldKind::Url,
        "SELECT" => FieldKind::Select,
        other => FieldKind::Other(Clean::line(other)),
    }
}

fn field(key: &str, kind: FieldKind, values: &Scalars<'_>, is_multi: bool) -> Field {
    let id = plain_id(key);
    let values = values.iter().map(Clean::block).collect();
    Field { input_id: id.clone(), id, name: Clean::line(key), kind, values, is_multi, options: Vec::new() }
}

fn tickets(site: &Site, whole: &wire::Whole<'_>) -> Vec<ExternalLink> {
    let none = wire::TicketResult::default();
    let jira = whole.jira_issue.0.as_ref().map(|ticket| {
        let result = ticket.result.0.as_ref().unwrap_or(&none);
        let label = result.issue_key.filled().or(result.issue_id.filled()).unwrap_or("issue");
        external("Jira", label, web_link(result.issue_url.as_str()), ticket.status.as_str())
    });
    let service_now = whole.service_now_ticket.0.as_ref().map(|ticket| {
        let result = ticket.result.0.as_ref().unwrap_or(&none);
        external("ServiceNow", "ticket", web_link(result.sys_target_link.as_str()), ticket.status.as_str())
    });
    let insights = whole.insights.objects().map(|insight| {
        let reference = insight.reference.as_str();
        let url = match &site.web {
            Some(web) if reference.starts_with('/') => web_link(&format!("{web}{reference}")),
            _ => web_link(reference),
        };
        external(insight.kind.as_str(), insight.resource_id.filled().unwrap_or(reference), url, "")
    });
    jira.into_iter().chain(service_now).chain(insights).collect()
}

fn external(system: &str, label: &str, url: Option<Clean>, state: &str) -> ExternalLink {
    ExternalLink { system: Clean::line(system), label: Clean::line(label), url, state: Clean::line(state) }
}

#[cfg(test)]
mod tests {
    use super::super::naming;
    use super::*;

    const SEARCH: &str = include_str!("../../../tests/fixtures/datadog/search.json");
    const ODD: &str = include_str!("../../../tests/fixtures/datadog/odd_rows.json");
    const CASE: &str = include_str!("../../../tests/fixtures/datadog/case.json");
    const TYPES: &str = include_str!("../../../tests/fixtures/datadog/types.json");
    const FIELDS: &str = include_str!("../../../tests/fixtures/datadog/custom_attributes.json");
    const PROJECTS: &str = include_str!("../../../tests/fixtures/datadog/projects.json");

    fn site() -> Site {
        Site { source: SourceId(3), web: Some("https://app.datadoghq.eu".into()) }
    }

    fn directory() -> Directory {
        Directory {
            groups: naming::projects(PROJECTS).unwrap(),
            case_types: naming::case_types(TYPES).unwrap(),
            fields: naming::fields(FIELDS).unwrap(),
            ..Directory::default()
        }
    }

    fn texts(clean: &[Clean]) -> Vec<&str> {
        clean.iter().map(Clean::as_str).collect()
    }

    #[test]
    fn a_search_page_becomes_rows() {
        let page = page(&site(), SEARCH, 1).unwrap();
        assert_eq!((page.next, page.pages, page.total), (Some(Cursor::Number(2)), Some(2), Some(3)));
        assert_eq!(page.malformed, Vec::<String>::new());
        let [plain, busy] = &page.items[..] else { panic!("{} rows", page.items.len()) };
        assert_eq!(plain.row.id, CaseId { source: SourceId(3), id: "5d2c0d5a-6e0c-4b6d-9a57-0c6f0c2d9b11".into() });
        assert_eq!(plain.row.key.as_str(), "CASEM-4523");
        assert_eq!(plain.row.url.as_ref().unwrap().as_str(), "https://app.datadoghq.eu/cases/CASEM-4523");
        assert_eq!(plain.row.updated_at, None);
        assert_eq!(plain.row.assignees, []);
        let priority = plain.row.priority.as_ref().unwrap();
        assert_eq!((priority.level, priority.name.as_str()), (None, "NOT_DEFINED"));
        assert_eq!(busy.row.status.state, Some(State::InProgress));
        assert_eq!(busy.row.status.name.as_str(), "Pending Approval");
        assert_eq!(busy.row.assignees[0].label(), "pending@example.com");
        assert_eq!(texts(&busy.row.tags), ["env:prod", "service:web-store", "service:web-api"]);
        assert_eq!(busy.row.created_at.unwrap().subsec_nanosecond(), 876_711_989);
        assert_eq!(busy.row.updated_at.unwrap().subsec_nanosecond(), 403_685_760);
    }

    #[test]
    fn the_last_page_ends_the_walk_whatever_meta_says() {
        assert_eq!(page(&site(), SEARCH, 2).unwrap().next, None);
        let empty = r#"{"data":[],"meta":{"page":{"current":3,"size":0,"total":9}}}"#;
        assert_eq!(page(&site(), empty, 3).unwrap().next, None);
        let short = r#"{"data":[{"id":"a","attributes":{}}]}"#;
        assert_eq!(page(&site(), short, 1).unwrap().next, Some(Cursor::Number(2)), "how many come at once is the vendor's matter");
        let full = format!(r#"{{"data":[{}]}}"#, vec![r#"{"id":"a","attributes":{}}"#; PAGE_SIZE].join(","));
        assert_eq!(page(&site(), &full, 4).unwrap().next, Some(Cursor::Number(5)));
    }

    #[test]
    fn a_page_that_is_cut_anywhere_is_a_fault_never_a_shorter_page() {
        for (at, _) in SEARCH.trim_end().char_indices() {
            let cut = &SEARCH[..at];
            assert!(page(&site(), cut, 1).is_err(), "cut at {at}: {cut}");
            assert!(check_one(cut, None).is_err());
        }
    }

    #[test]
    fn a_listed_body_is_self_contained_and_holds_the_vendors_bytes() {
        let page = page(&site(), SEARCH, 1).unwrap();
        let raw = &page.items[1].raw;
        let from = SEARCH.find("{\"id\":\"c7c9").unwrap();
        let vendor = &SEARCH[from..SEARCH.find("\n],\n\"included\"").unwrap()];
        assert!(raw.0.starts_with(&format!("{{\"data\":{vendor},\"included\":[")), "{}", raw.0);
        let value: serde_json::Value = serde_json::from_str(&raw.0).unwrap();
        assert_eq!(value["included"].as_array().unwrap().len(), 2);
        let read = case(&site(), raw, &directory()).unwrap();
        assert_eq!(read.row, page.items[1].row);
        assert_eq!(read.comment_count, Some(3));
        assert_eq!(read.author.as_ref().unwrap().name.as_str(), "Frog Account");
        assert_eq!(read.changed_by.as_ref().unwrap().label(), "pending@example.com");
        assert_eq!(read.group.as_ref().unwrap().name.as_str(), "Security");
        assert_eq!(read.case_type.as_ref().unwrap().name.as_str(), "Fraud");
        let first = case(&site(), &page.items[0].raw, &Directory::default()).unwrap();
        assert_eq!(first.group.unwrap().name.as_str(), "d4bbe1af-f36e-42f1-87c1-493ca35c320e");
        assert_eq!(first.comment_count, None);
    }

    #[test]
    fn odd_rows_are_read_and_unreadable_ones_counted() {
        let page = page(&site(), ODD, 7).unwrap();
        let ids: Vec<_> = page.items.iter().map(|item| item.row.id.id.as_str()).collect();
        assert_eq!(ids, ["4523", "archived", "surrogate", "hostile", "no relationships", "twice"]);
        assert_eq!(page.malformed.len(), 4, "{:?}", page.malformed);
        assert!(page.malformed[0].starts_with("case 2 of page 7 could not be read: it has no id"), "{:?}", page.malformed);
        assert_eq!((page.next, page.total), (Some(Cursor::Number(8)), None), "nothing is said of pages: an empty one is the last");
        let row = |id: &str| &page.items.iter().find(|item| item.row.id.id == id).unwrap().row;

        let number = row("4523");
        assert_eq!((number.status.state, number.status.name.as_str(), number.key.as_str()), (None, "BRAND_NEW", "4523"));
        assert_eq!((number.priority.as_ref().unwrap().level, number.created_at), (None, None));
        assert_eq!(number.priority.as_ref().unwrap().name.as_str(), "P0");
        assert!(number.status.is_open());

        let archived = row("archived");
        assert_eq!((archived.status.state, archived.status.name.as_str()), (Some(State::Archived), "Open"));
        assert_eq!(archived.created_at, Some("2026-10-20T10:00:14Z".parse().unwrap()));
        assert_eq!(texts(&archived.tags), ["team:soc", "n:7", "n:true"]);

        assert_eq!(row("surrogate").title.as_str(), "half \u{fffd} an emoji");
        assert_eq!(row("surrogate").status.state, Some(State::Closed));
        assert_eq!(row("twice").title.as_str(), "last wins");

        let hostile = row("hostile");
        assert_eq!(hostile.title.as_str(), "^[]52;c;eA==^G invoice<U+202E>fdp.exe");
        assert_eq!(hostile.url.as_ref().unwrap().as_str(), "https://app.datadoghq.eu/cases/SEC-3%5E%5B%5B2J");
        assert_eq!(texts(&hostile.tags), ["te<U+200B>am:so^[c"]);
        assert_eq!(hostile.assignees[0].label(), "ghost");
        assert!(hostile.status.name.as_str() == "Approved by nobody");
        for item in &page.items {
            assert_eq!(case(&site(), &item.raw, &directory()).unwrap().row, item.row, "what is listed and what is stored read alike");
        }
    }

    #[test]
    fn a_whole_case_keeps_every_part() {
        let raw = RawBody(CASE.into());
        let case = case(&site(), &raw, &directory()).unwrap();
        assert_eq!((case.row.status.state, case.row.status.name.as_str()), (Some(State::Closed), "Declined"));
        assert_eq!(case.row.closed_at, Some("2026-10-23T10:00:00.5Z".parse().unwrap()));
        assert_eq!(case.description.as_str(), "# What\nA *thing*^[[31m");
        assert_eq!(case.row.assignees[0].label(), "00000000", "an empty user is shown by the start of the id");
        let changed_by = case.changed_by.as_ref().unwrap();
        assert_eq!((changed_by.label(), changed_by.email.as_str(), changed_by.is_service), ("Auto closer", "", true));
        let keys: Vec<_> = case.attributes.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["service", "env", "datacenters"]);
        let fields: Vec<_> =
            case.fields.iter().map(|field| (field.name.as_str(), &field.kind, texts(&field.values), field.is_multi)).collect();
        assert_eq!(
            fields,
            [
                ("Severity score", &FieldKind::Number, vec!["7.5"], false),
                ("Regions concerned", &FieldKind::Select, vec!["eu", "us"], true),
                ("ports", &FieldKind::Number, vec!["22", "443"], true),
                ("runbook", &FieldKind::Url, vec!["https://wiki.example/runbook"], false),
                ("mood", &FieldKind::Other(Clean::line("EMOJI")), vec!["fine"], false),
                ("creation_source", &FieldKind::Text, vec!["CS_SECURITY_FINDING"], false),
                ("due_date", &FieldKind::Text, vec!["2026-11-01"], false),
            ]
        );
        let tickets: Vec<_> = case
            .tickets
            .iter()
            .map(|ticket| (ticket.system.as_str(), ticket.label.as_str(), ticket.url.as_ref().map(Clean::as_str), ticket.state.as_str()))
            .collect();
        assert_eq!(
            tickets,
            [
                ("Jira", "SEC-77", Some("https://example.atlassian.net/browse/SEC-77"), "COMPLETED"),
                ("ServiceNow", "ticket", Some("https://example.service-now.com/nav_to.do?uri=incident.do"), "FAILED"),
                ("SECURITY_SIGNAL", "AwAAAZ", Some("https://app.datadoghq.eu/security?event=AwAA"), ""),
                ("SCM_URL", "o/r#1", Some("https://github.com/o/r/pull/1"), ""),
                ("EVENT", "evil", None, ""),
            ]
        );
        assert_eq!(case.raw, raw);
        assert_eq!(case.comment_count, None, "0 on a single case says nothing");
    }

    #[test]
    fn answers_that_are_no_cases_say_so() {
        for (body, kind) in [
            ("", FaultKind::BadBody),
            ("<html>log in</html>", FaultKind::BadBody),
            ("{\"data\":[", FaultKind::Cut),
            ("{\"data\":null}", FaultKind::BadBody),
            ("{\"data\":{\"type\":\"case\"}}", FaultKind::BadBody),
            ("{\"data\":[{\"id\":\"x\"}]}", FaultKind::BadBody),
            ("[]", FaultKind::BadBody),
            ("7", FaultKind::BadBody),
        ] {
            assert_eq!(check_one(body, None).unwrap_err().kind, kind, "{body}");
        }
        check_one(CASE, Some("c7c9e2a6-3f43-4a5f-8e3e-72b3b5b6f201")).unwrap();
        check_one(CASE, Some("SEC-1")).unwrap();
        let other = check_one(CASE, Some("c7c9e2a6-3f43-4a5f-8e3e-000000000000")).unwrap_err();
        assert_eq!(other.kind, FaultKind::BadBody);
        for body in ["[]", "{}", "{\"data\":{}}", "{\"data\":null}", "null"] {
            assert_eq!(page(&site(), body, 1).unwrap_err().kind, FaultKind::BadBody, "{body}");
        }
    }
}
