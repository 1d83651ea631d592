//! `ServerOps`' cases as ours: pure, clean, and forgiving about everything but the case's own id.

use std::collections::BTreeMap;

use super::wire::{CaseRest, CaseRow, File, List};
use crate::domain::case::{Attachment, Case, CaseId, Row, SourceId, State, Status};
use crate::domain::directory::StatusOption;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Listed, Page};
use crate::domain::raw_body::RawBody;
use crate::domain::text::Clean;
use crate::providers::http::{unreadable, web_link};
use crate::providers::loose::{Text, object, odd_times};
use crate::providers::salvage::{reading, reading_oddly, salvaged};

/// The vendor's three words.
const STATES: [State; 3] = [State::Open, State::Closed, State::Archived];

/// The three, as choices.
pub(super) fn status_options() -> Vec<StatusOption> {
    STATES.map(|state| StatusOption { state, name: Clean::line(state.name()), id: "".into(), group: "".into() }).into()
}

pub(super) fn state(word: &str) -> Option<State> {
    STATES.into_iter().find(|state| state.name().eq_ignore_ascii_case(word.trim()))
}

/// One page. `sent`: the cursor that it was asked with; `wanted`: the only status that was asked for, judged again here.
pub(super) fn page(text: &str, sent: &Cursor, wanted: Option<State>, source: SourceId) -> Result<Page, Fault> {
    let error = match object(text) {
        Ok(wire) => return listing(&wire, sent, wanted, source, BTreeMap::new()),
        Err(error) => unreadable(&error, text),
    };
    let saved = salvaged(text, &["cases"]).ok_or_else(|| error.clone())?;
    let wire: List<'_> = object(&saved.text).map_err(|_| error)?;
    listing(&wire, sent, wanted, source, saved.remarks)
}

/// `remarks`: what is known of rows that could not be read as they came.
fn listing(
    wire: &List<'_>,
    sent: &Cursor,
    wanted: Option<State>,
    source: SourceId,
    mut remarks: BTreeMap<usize, String>,
) -> Result<Page, Fault> {
    let Some(cases) = &wire.cases else {
        return Err(Fault::new(FaultKind::BadBody, "the answer holds no list of cases"));
    };
    let mut items = Vec::with_capacity(cases.len());
    let (mut malformed, mut odd, mut dropped) = (Vec::new(), Vec::new(), 0);
    for (at, raw) in cases.iter().enumerate() {
        let known = remarks.remove(&at);
        match row_oddly(raw.get(), source) {
            Ok((row, _)) if wanted.is_some() && row.status.state.is_some() && row.status.state != wanted => dropped += 1,
            Ok((row, remark)) => {
                odd.extend(known.or_else(|| remark.map(|remark| format!("{}: {remark}", row.key))));
                items.push(Listed { row, raw: RawBody(raw.get().into()) });
            }
            Err(sentence) => malformed.push(known.unwrap_or(sentence)),
        }
    }
    let next = wire.next_cursor.filled().map(|next| Cursor::Token(next.to_owned()));
    // All three must hold, or a careless answer would be walked forever.
    let next = next.filter(|next| wire.has_more.is_true() && next != sent);
    Ok(Page { items, next, pages: None, total: None, malformed, odd, dropped })
}

/// # Errors
/// One sentence: broken JSON, or no id.
pub(super) fn row(raw: &str, source: SourceId) -> Result<Row, String> {
    row_oddly(raw, source).map(|(row, _)| row)
}

/// The row, and what is the matter with what it was read from.
fn row_oddly(raw: &str, source: SourceId) -> Result<(Row, Option<&'static str>), String> {
    let read = reading_oddly(raw, |raw| object::<CaseRow<'_>>(raw).map(|wire| row_of(&wire, source)));
    let (row, remark) = read.map_err(|fault| format!("a case could not be read: {fault}"))?;
    Ok((row.ok_or("a case came without id")?, remark))
}

fn row_of(wire: &CaseRow<'_>, source: SourceId) -> Option<Row> {
    let id = Some(wire.id.id()).filter(|id| !id.is_empty())?;
    Some(Row {
        key: Clean::line(&id),
        id: CaseId { source, id },
        title: wire.title.line(),
        status: Status { state: state(wire.status.as_str()), name: wire.status.line() },
        priority: None,
        assignees: Vec::new(),
        tags: Vec::new(),
        created_at: wire.created_at.time(),
        updated_at: wire.updated_at.time(),
        closed_at: None,
        due_at: None,
        also_due: Vec::new(),
        url: None,
        description: wire.description.as_ref().map(Text::block),
    })
}

/// # Errors
/// One sentence, as [`row`].
pub(super) fn case(raw: &RawBody, source: SourceId) -> Result<Case, String> {
    let row = row(&raw.0, source)?;
    let key = row.key.clone();
    reading(&raw.0, |text| {
        let times = object::<CaseRow<'_>>(text)?;
        let times = odd_times(&[("created_at", &times.created_at), ("updated_at", &times.updated_at)]);
        object::<CaseRest<'_>>(text).map(|rest| Case { fields: times, ..case_of(row.clone(), &rest, raw) })
    })
    .map_err(|fault| format!("case {key} could not be read: {fault}"))
}

fn case_of(row: Row, rest: &CaseRest<'_>, raw: &RawBody) -> Case {
    Case {
        row,
        description: rest.description.block(),
        author: None,
        opened_by: None,
        opened_at: None,
        closed_by: None,
        changed_by: None,
        group: None,
        case_type: None,
        attributes: Vec::new(),
        fields: Vec::new(),
        slas: Vec::new(),
        links: Vec::new(),
        tickets: Vec::new(),
        attachments: rest.attachments.objects().map(attachment).collect(),
        buttons: Vec::new(),
        closure_conditions: Vec::new(),
        comment_count: None,
        activities: None,
        records: None,
        raw: raw.clone(),
    }
}

fn attachment(file: &File<'_>) -> Attachment {
    let name = [&file.original_name, &file.filename, &file.key].into_iter().find(|name| name.is_filled());
    Attachment {
        id: file.id.id(),
        name: name.map(Text::line).unwrap_or_default(),
        content_type: file.content_type.line(),
        size_bytes: file.size.count(),
        sha256: file.sha256.line(),
        url: web_link(file.url.as_str()),
        abuse_status: file.abuse_status.line(),
        visibility: file.visibility.line(),
        created_at: file.created_at.time(),
        key: file.key.line(),
        folder: file.folder.line(),
        tags: file.tags.iter().map(Text::line).filter(|tag| !tag.is_empty()).collect(),
        storage_class: file.storage_class.line(),
        updated_at: file.updated_at.time(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::providers::loose::tests::{any_json, put_somewhere};

    pub(in super::super) const CASE: &str = include_str!("../../../tests/fixtures/serverops/case.json");
    const LIST: &str = include_str!("../../../tests/fixtures/serverops/list.json");

    fn read(json: &str) -> Case {
        case(&RawBody(json.into()), SourceId(1)).unwrap()
    }

    fn paged(json: &str, sent: &Cursor) -> Page {
        page(json, sent, None, SourceId(1)).unwrap()
    }

    #[test]
    fn the_documented_case_is_read_whole() {
        let case = read(CASE);
        assert_eq!((case.row.id.id.as_str(), case.row.key.as_str(), case.row.title.as_str()), ("c_1", "c_1", "Report c_1"));
        assert_eq!((case.row.status.state, case.row.priority, case.row.assignees.len()), (Some(State::Open), None, 0));
        assert_eq!(case.row.updated_at, Some("2019-08-24T14:15:23Z".parse().unwrap()));
        assert_eq!(case.description.as_str(), "Seen duping items");
        let file = &case.attachments[0];
        assert_eq!((file.name.as_str(), file.size_bytes, file.abuse_status.as_str()), ("screenshot.png", Some(2_097_152), "clean"));
        assert_eq!(file.url.as_ref().unwrap().as_str(), "https://media.serverops.gg/p_01HZ.../screenshot.png");
        assert_eq!((case.activities, case.records, case.raw.0.as_ref()), (None, None, CASE));
    }

    #[test]
    fn odd_rows_stay_and_bad_rows_are_counted() {
        let page = paged(LIST, &Cursor::Start);
        let rows: Vec<_> =
            page.items.iter().map(|item| (item.row.key.as_str(), item.row.status.state, item.row.status.name.as_str())).collect();
        assert_eq!(
            rows,
            [
                ("c_1", Some(State::Open), "open"),
                ("2", None, "escalated"),
                ("c_3", Some(State::Archived), "ARCHIVED"),
                ("c_4", Some(State::Closed), "closed"),
            ]
        );
        assert_eq!(page.items[2].row.title.as_str(), "^[]0;pwned^G");
        assert_eq!((page.malformed.len(), page.pages, page.total), (2, None, None));
        let files = read(&page.items[3].raw.0).attachments;
        assert_eq!(files.len(), 1);
        assert_eq!((files[0].name.as_str(), files[0].size_bytes, &files[0].url), ("guide.png", Some(12), &None));
        assert_eq!(files[0].abuse_status.as_str(), "quarantined");
    }

    #[test]
    fn a_walk_goes_on_only_when_all_three_signs_agree() {
        let next = |more: &str, cursor: &str, sent: &Cursor| {
            paged(&format!(r#"{{"cases":[],"has_more":{more},"next_cursor":{cursor}}}"#), sent).next
        };
        let token = Cursor::Token("b".into());
        assert_eq!(next("true", "\"b\"", &Cursor::Start), Some(token.clone()));
        assert_eq!(next("true", "\"b\"", &token), None, "the same cursor again");
        assert_eq!(next("false", "\"b\"", &Cursor::Start), None);
        assert_eq!(next("null", "\"b\"", &Cursor::Start), None);
        for nothing in ["null", "\"\"", "{}"] {
            assert_eq!(next("true", nothing, &Cursor::Start), None, "{nothing}");
        }
        assert_eq!(paged(r#"{"cases":[]}"#, &Cursor::Start).next, None);
    }

    #[test]
    fn a_status_that_was_asked_for_is_judged_again() {
        let page = page(LIST, &Cursor::Start, Some(State::Open), SourceId(1)).unwrap();
        assert_eq!(page.items.iter().map(|item| item.row.key.as_str()).collect::<Vec<_>>(), ["c_1", "2"], "an unknown one stays in sight");
    }

    #[test]
    fn what_is_not_a_list_is_a_fault() {
        for text in ["{}", r#"{"cases":null}"#, "[]", "", "null"] {
            assert_eq!(page(text, &Cursor::Start, None, SourceId(1)).unwrap_err().kind, FaultKind::BadBody, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_value_in_any_place_converts_or_faults(turn in 0_usize..80, new in any_json()) {
            let mut body: Value = serde_json::from_str(LIST).unwrap();
            put_somewhere(&mut body, &mut turn.clone(), &new);
            if let Ok(page) = page(&body.to_string(), &Cursor::Start, None, SourceId(1)) {
                for item in page.items {
                    prop_assert!(case(&item.raw, SourceId(1)).is_ok());
                }
            }
        }
    }
}
