//! Cases for tests: whole, plain, and easy to vary.

use jiff::Timestamp;

use super::activity::{Activity, Topic};
use super::case::{Case, CaseId, Priority, Row, SourceId, State, Status, Vendor};
use super::raw_body::RawBody;
use super::text::Clean;

/// A change without an id, a person or a moment.
pub fn activity() -> Activity {
    Activity {
        id: "".into(),
        kind: Clean::line("STATUS_UPDATED"),
        topic: Topic::Change,
        who: None,
        at: None,
        text: Clean::default(),
        file: None,
        is_deleted: false,
    }
}

/// An open case of a vendor as its API would give it; `number` tells cases apart.
pub fn case(vendor: Vendor, number: u32) -> Case {
    let (key, priority, status) = match vendor {
        Vendor::Datadog => (format!("SEC-{number}"), Some("P3"), "Open"),
        Vendor::Tines => (format!("#{number}"), Some("MEDIUM"), "To do"),
        Vendor::ServerOps => (format!("c_{number}"), None, "open"),
    };
    let created = Timestamp::from_second(1_790_000_000 + i64::from(number)).ok();
    Case {
        row: Row {
            id: CaseId { source: SourceId(0), id: number.to_string().into() },
            key: Clean::line(&key),
            title: Clean::line(&format!("Case number {number}")),
            status: Status { state: Some(State::Open), name: Clean::line(status) },
            priority: priority.map(Priority::read),
            assignees: Vec::new(),
            tags: Vec::new(),
            created_at: created,
            updated_at: created,
            closed_at: None,
            due_at: None,
            also_due: Vec::new(),
            url: None,
            description: Some(Clean::block("What\nhappened")),
        },
        description: Clean::block("What\nhappened"),
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
        attachments: Vec::new(),
        buttons: Vec::new(),
        closure_conditions: Vec::new(),
        comment_count: None,
        activities: None,
        records: None,
        raw: RawBody::default(),
    }
}
