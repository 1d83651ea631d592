//! `ServerOps`' JSON as it arrives; every key may be missing, null or of another type. Nothing is interpreted here.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::providers::loose::{Many, Maybe, Text, given};

/// `GET /cases`: the cases stay unparsed, so that one bad case costs one row.
#[derive(Deserialize)]
pub(super) struct List<'a> {
    /// None: this is not a list of cases at all.
    #[serde(borrow, default)]
    pub(super) cases: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub(super) next_cursor: Text<'a>,
    #[serde(borrow, default)]
    pub(super) has_more: Text<'a>,
}

/// The keys of a case that a list row needs.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CaseRow<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) title: Text<'a>,
    #[serde(borrow)]
    pub(super) status: Text<'a>,
    #[serde(borrow)]
    pub(super) created_at: Text<'a>,
    #[serde(borrow)]
    pub(super) updated_at: Text<'a>,
    #[serde(borrow, deserialize_with = "given")]
    pub(super) description: Option<Text<'a>>,
}

/// The keys that only an open case needs.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CaseRest<'a> {
    #[serde(borrow)]
    pub(super) description: Text<'a>,
    #[serde(borrow)]
    pub(super) attachments: Many<Maybe<File<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct File<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) url: Text<'a>,
    #[serde(borrow)]
    pub(super) original_name: Text<'a>,
    /// What the vendor's guide calls the name; the reference does not know it.
    #[serde(borrow)]
    pub(super) filename: Text<'a>,
    #[serde(borrow)]
    pub(super) key: Text<'a>,
    #[serde(borrow)]
    pub(super) size: Text<'a>,
    #[serde(borrow)]
    pub(super) content_type: Text<'a>,
    #[serde(borrow)]
    pub(super) sha256: Text<'a>,
    #[serde(borrow)]
    pub(super) abuse_status: Text<'a>,
    #[serde(borrow)]
    pub(super) visibility: Text<'a>,
    #[serde(borrow)]
    pub(super) folder: Text<'a>,
    #[serde(borrow)]
    pub(super) tags: Many<Text<'a>>,
    #[serde(borrow)]
    pub(super) storage_class: Text<'a>,
    #[serde(borrow)]
    pub(super) updated_at: Text<'a>,
    #[serde(borrow)]
    pub(super) created_at: Text<'a>,
}

/// An error body's envelope.
#[derive(Deserialize)]
pub(super) struct Failure<'a> {
    #[serde(borrow)]
    pub(super) error: Complaint<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Complaint<'a> {
    #[serde(borrow)]
    pub(super) code: Text<'a>,
    #[serde(borrow)]
    pub(super) message: Text<'a>,
    #[serde(borrow)]
    pub(super) metric: Text<'a>,
    /// What is used of what: the guide's `snapshot`, the reference's `quotas`.
    #[serde(borrow, alias = "quotas")]
    pub(super) snapshot: Option<&'a RawValue>,
}
