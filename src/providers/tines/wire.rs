//! Tines' JSON as it arrives, v1 and v2 side by side; nothing is interpreted here.
//!
//! Every key may be missing, null or of another type. Where v1 and v2 name a thing differently both names are read, so
//! that one body tells by itself which of the two it is.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::providers::loose::{Many, Maybe, Pairs, Text, Thing, given};

/// `GET /api/v{1,2}/cases`: the cases stay unparsed, so that one bad case costs one row.
#[derive(Deserialize)]
pub(super) struct List<'a> {
    /// None: this is not a list of cases at all.
    #[serde(borrow, default)]
    pub(super) cases: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub(super) meta: Maybe<Meta<'a>>,
}

/// What a list says about its pages. Its URLs are never called: they could name any host.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta<'a> {
    /// Absent in v1.
    #[serde(borrow, deserialize_with = "given")]
    pub(super) next_page_number: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "given")]
    pub(super) next_page: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) per_page: Text<'a>,
    #[serde(borrow)]
    pub(super) pages: Text<'a>,
    #[serde(borrow)]
    pub(super) count: Text<'a>,
}

/// The keys of a case that a list row needs; the others are skipped unread.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CaseRow<'a> {
    #[serde(borrow)]
    pub(super) case_id: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) status: Text<'a>,
    #[serde(borrow)]
    pub(super) sub_status: Maybe<SubStatus<'a>>,
    #[serde(borrow)]
    pub(super) priority: Text<'a>,
    #[serde(borrow)]
    pub(super) url: Text<'a>,
    #[serde(borrow)]
    pub(super) assignees: Many<Maybe<User<'a>>>,
    #[serde(borrow)]
    pub(super) tags: Many<Thing<'a>>,
    #[serde(borrow)]
    pub(super) team: Maybe<Team<'a>>,
    #[serde(borrow)]
    pub(super) sla: Maybe<Clock<'a>>,
    #[serde(borrow)]
    pub(super) slas: Many<Maybe<Clock<'a>>>,
    #[serde(borrow)]
    pub(super) created_at: Text<'a>,
    #[serde(borrow)]
    pub(super) updated_at: Text<'a>,
    #[serde(borrow)]
    pub(super) resolved_at: Text<'a>,
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
    pub(super) metadata: Pairs<'a>,
    #[serde(borrow)]
    pub(super) author: Maybe<User<'a>>,
    #[serde(borrow)]
    pub(super) opened_by: Maybe<User<'a>>,
    #[serde(borrow)]
    pub(super) opened_at: Text<'a>,
    #[serde(borrow)]
    pub(super) resolved_by: Maybe<User<'a>>,
    #[serde(borrow)]
    pub(super) fields: Many<Maybe<FieldValue<'a>>>,
    #[serde(borrow)]
    pub(super) linked_cases: Many<Thing<'a>>,
    #[serde(borrow)]
    pub(super) closure_conditions: Many<Maybe<Condition<'a>>>,
    #[serde(borrow)]
    pub(super) activities: Many<Maybe<Entry<'a>>>,
    #[serde(borrow)]
    pub(super) activities_meta: Maybe<Meta<'a>>,
    /// v1: the whole timeline, without times.
    #[serde(borrow)]
    pub(super) team_case_actions: Many<Maybe<Entry<'a>>>,
    #[serde(borrow)]
    pub(super) records: Many<Maybe<RecordItem<'a>>>,
    #[serde(borrow)]
    pub(super) records_meta: Maybe<Meta<'a>>,
    #[serde(borrow)]
    pub(super) actions: Many<Maybe<Action<'a>>>,
    /// v1: `actions` under its older name.
    #[serde(borrow)]
    pub(super) team_case_buttons: Many<Maybe<Action<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Team<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SubStatus<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    /// `OPEN` or `CLOSED`; only `case_sub_statuses` is known to send it.
    #[serde(borrow)]
    pub(super) parent_status: Text<'a>,
    /// Only `case_sub_statuses` is known to send it.
    #[serde(borrow)]
    pub(super) default: Text<'a>,
}

/// A person in any of the shapes that the API uses: `id` or `user_id`, number or string, or `{}`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct User<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow, rename = "user_id")]
    pub(super) newer_id: Text<'a>,
    #[serde(borrow)]
    pub(super) first_name: Text<'a>,
    #[serde(borrow)]
    pub(super) last_name: Text<'a>,
    #[serde(borrow)]
    pub(super) email: Text<'a>,
    #[serde(borrow)]
    pub(super) is_service_account: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Clock<'a> {
    #[serde(borrow)]
    pub(super) remaining_time_seconds: Text<'a>,
    #[serde(borrow)]
    pub(super) current_time_seconds: Text<'a>,
    #[serde(borrow)]
    pub(super) percent_elapsed: Text<'a>,
    #[serde(borrow)]
    pub(super) exceeded: Text<'a>,
    #[serde(borrow)]
    pub(super) sla_type: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FieldValue<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) value: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) case_input: Maybe<Input<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Input<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow, rename = "input_type")]
    pub(super) kind: Text<'a>,
    #[serde(borrow)]
    pub(super) validation_type: Text<'a>,
    #[serde(borrow)]
    pub(super) validation_options: Many<Text<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Condition<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) formula: Text<'a>,
}

/// A timeline entry.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) activity_type: Text<'a>,
    /// v1's name for the type.
    #[serde(borrow)]
    pub(super) action: Text<'a>,
    /// Text in every documented type; what the others hold is not said.
    #[serde(borrow)]
    pub(super) value: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) user: Maybe<User<'a>>,
    /// Absent in v1.
    #[serde(borrow)]
    pub(super) created_at: Text<'a>,
    #[serde(borrow)]
    pub(super) file: Maybe<File<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct File<'a> {
    #[serde(borrow)]
    pub(super) filename: Text<'a>,
    #[serde(borrow)]
    pub(super) url: Text<'a>,
}

/// One element of `records`: a whole table (v2), one record with its type (v2's sub-resource), or one without (v1).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RecordItem<'a> {
    #[serde(borrow)]
    pub(super) record_type_id: Text<'a>,
    #[serde(borrow)]
    pub(super) record_type_name: Text<'a>,
    #[serde(borrow)]
    pub(super) record_type_record_results: Many<Maybe<RecordItem<'a>>>,
    #[serde(borrow)]
    pub(super) record_type: Maybe<Team<'a>>,
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) results: Many<Maybe<Cell<'a>>>,
    #[serde(borrow)]
    pub(super) records: Many<Maybe<Cell<'a>>>,
    #[serde(borrow)]
    pub(super) created_at: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Cell<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) value: Option<&'a RawValue>,
}

/// The URL of anything but a page embeds a secret, and goes no further than here.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Action<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) label: Text<'a>,
    #[serde(borrow)]
    pub(super) url: Text<'a>,
    #[serde(borrow, rename = "action_type")]
    pub(super) kind: Text<'a>,
    /// v1's name for the type.
    #[serde(borrow)]
    pub(super) button_type: Text<'a>,
}

/// `GET …/activities`.
#[derive(Deserialize)]
pub(super) struct Timeline<'a> {
    #[serde(borrow, default)]
    pub(super) activities: Many<Maybe<Entry<'a>>>,
    #[serde(borrow, default)]
    pub(super) meta: Maybe<Meta<'a>>,
}

/// `GET …/records`.
#[derive(Deserialize)]
pub(super) struct Records<'a> {
    #[serde(borrow, default)]
    pub(super) records: Many<Maybe<RecordItem<'a>>>,
    #[serde(borrow, default)]
    pub(super) meta: Maybe<Meta<'a>>,
}

/// `GET /api/v1/teams`, `…/members` and `case_sub_statuses`: whichever of the lists it is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NameList<'a> {
    #[serde(borrow)]
    pub(super) teams: Many<Maybe<Team<'a>>>,
    #[serde(borrow)]
    pub(super) members: Many<Maybe<User<'a>>>,
    /// The documents do not show the key of this list.
    #[serde(borrow, alias = "sub_statuses", alias = "case_statuses", alias = "statuses")]
    pub(super) case_sub_statuses: Many<Maybe<SubStatus<'a>>>,
    #[serde(borrow)]
    pub(super) meta: Maybe<Meta<'a>>,
}
