//! `ServerOps`' cases as ours: pure, clean, and forgiving about everything but the case's own id.

use super::wire::{CaseRest, CaseRow, File, List};
use crate::domain::case::{Attachment, Case, CaseId, Row, SourceId, State, Status};
use crate::domain::directory::StatusOption;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Listed, Page, RawBody};
use crate::domain::text::Clean;
use crate::providers::http::{unreadable, web_link};
use crate::providers::loose::{Text, reading};

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
    let wire: List<'_> = serde_json::from_str(text).map_err(|error| unreadable(&error, text))?;
    let Some(cases) = wire.cases else {
        return Err(Fault::new(FaultKind::BadBody, "the answer holds no list of cases"));
    };
    let mut items = Vec::with_capacity(cases.len());
    let mut malformed = Vec::new();
    for raw in cases {
        match row(raw.get(), source) {
            Ok(row) if wanted.is_some() && row.status.state.is_some() && row.status.state != wanted => {}
            Ok(row) => items.push(Listed { row, raw: RawBody(raw.get().into()) }),
            Err(sentence) => malformed.push(sentence),
        }
    }
    let next = wire.next_cursor.filled().map(|next| Cursor::Token(next.to_owned()));
    // All three must hold, or a careless answer would be walked forever.
    let next = next.filter(|next| wire.has_more.is_true() && next != sent);
    Ok(Page { items, next, pages: None, total: None, malformed })
}

/// # Errors
/// One sentence: broken JSON, or no id.
pub(super) fn row(raw: &str, source: SourceId) -> Result<Row, String> {
    reading(raw, |raw| serde_json::from_str::<CaseRow<'_>>(raw).map(|wire| row_of(&wire, source)))
        .map_err(|fault| format!("a case could not be read: {fault}"))
        .and_then(|row| row.ok_or_else(|| "a case came without id".into()))
}

fn row_of(wire: &CaseRow<'_>, source: SourceId) -> Option<Row> {
    let id = wire.id.filled()?.trim();
    Some(Row {
        id: CaseId { source, id: id.into() },
        key: Clean::line(id),
        title: wire.title.line(),
        status: Status { state: state(wire.status.as_str()), name: wire.status.line() },
        priority: None,
        assignees: Vec::new(),
        tags: Vec::new(),
        created_at: wire.created_at.time(),
        updated_at: wire.updated_at.time(),
        closed_at: None,
        due_at: None,
        url: None,
    })
}

/// # Errors
/// One sentence, as [`row`].
pub(super) fn case(raw: &RawBody, source: SourceId) -> Result<Case, String> {
    let row = row(&raw.0, source)?;
    let key = row.key.clone();
    reading(&raw.0, |text| serde_json::from_str::<CaseRest<'_>>(text).map(|rest| case_of(row.clone(), &rest, raw)))
        .map_err(|fault| format!("case {key} could not be read: {fault}"))
}

fn case_of(row: Row, rest: &CaseRest<'_>, raw: &RawBody) -> Case {
    Case {
        row,
        description: rest.description.block(),
        author: None,
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
    }
}
