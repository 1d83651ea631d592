//! The tenant's shared settings: projects, case types and their statuses, custom attributes.

use serde_json::{Value, json};

/// The three fixed groups that every status belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Open,
    InProgress,
    Closed,
}

impl Group {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "SG_OPEN",
            Self::InProgress => "SG_IN_PROGRESS",
            Self::Closed => "SG_CLOSED",
        }
    }
}

pub(crate) struct Project {
    pub(crate) id: &'static str,
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) team: &'static str,
    pub(crate) restricted: bool,
    /// Assigning a case to oneself starts it.
    pub(crate) starts_on_self_assign: bool,
}

pub(crate) const PROJECTS: [Project; 5] = [
    Project {
        id: "e555e290-ed65-49bd-ae18-8acbfcf18db7",
        key: "SEC",
        name: "Security Operations",
        team: "soc",
        restricted: false,
        starts_on_self_assign: false,
    },
    Project {
        id: "0a3b9a57-5f0e-4b8c-9a53-d1f2e4c6b801",
        key: "PLAT",
        name: "Platform Reliability",
        team: "platform",
        restricted: false,
        starts_on_self_assign: false,
    },
    Project {
        id: "5c1d7f44-92b6-4d21-8a2e-7b30c9d1e902",
        key: "WEB",
        name: "Storefront",
        team: "web",
        restricted: false,
        starts_on_self_assign: false,
    },
    Project {
        id: "8e2f6b13-07c9-4c55-b6a8-3f4d5e6a7b03",
        key: "FIN",
        name: "Cost & Fraud",
        team: "finops",
        restricted: false,
        starts_on_self_assign: true,
    },
    Project {
        id: "b7d40c92-4e1f-4a36-9d8b-6c7e8f90a104",
        key: "NDA",
        name: "Need to know",
        team: "legal",
        restricted: true,
        starts_on_self_assign: false,
    },
];

pub(crate) struct Kind {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) emoji: &'static str,
    pub(crate) internal: bool,
    pub(crate) deleted_at: Option<&'static str>,
    /// The deprecated `type` field of its cases.
    pub(crate) legacy_type: &'static str,
    /// Group, name, deprecated status; the first of a group is its default.
    pub(crate) statuses: &'static [(Group, &'static str, &'static str)],
}

const PLAIN: &[(Group, &str, &str)] =
    &[(Group::Open, "Open", "OPEN"), (Group::InProgress, "In Progress", "IN_PROGRESS"), (Group::Closed, "Closed", "CLOSED")];

const fn kind(
    id: &'static str,
    name: &'static str,
    legacy_type: &'static str,
    statuses: &'static [(Group, &'static str, &'static str)],
) -> Kind {
    Kind { id, name, emoji: "", internal: true, deleted_at: None, legacy_type, statuses }
}

pub(crate) const KINDS: [Kind; 10] = [
    kind("00000000-0000-0000-0000-000000000001", "Standard", "STANDARD", PLAIN),
    kind("00000000-0000-0000-0000-000000000002", "Event Management", "STANDARD", PLAIN),
    kind("00000000-0000-0000-0000-000000000003", "Security", "SECURITY", PLAIN),
    kind(
        "00000000-0000-0000-0000-000000000004",
        "Change Request",
        "TUNKNOWN",
        &[
            (Group::Open, "Open", "OPEN"),
            (Group::InProgress, "Pending Approval", "PENDING_APPROVAL"),
            (Group::InProgress, "Approved", "APPROVED"),
            (Group::InProgress, "Implementing", "IMPLEMENTING"),
            (Group::Closed, "Completed", "COMPLETED"),
            (Group::Closed, "Cancelled", "CANCELLED"),
            (Group::Closed, "Declined", "DECLINED"),
        ],
    ),
    kind("00000000-0000-0000-0000-000000000005", "Error Tracking", "ERROR_TRACKING_ISSUE", PLAIN),
    kind("00000000-0000-0000-0000-000000000007", "Logs Optimization Insights", "STANDARD", PLAIN),
    Kind {
        id: "3b010bde-09ce-4449-b745-71dd5f861963",
        name: "Fraud review",
        emoji: "🕵️",
        internal: false,
        deleted_at: None,
        legacy_type: "TUNKNOWN",
        statuses: &[
            (Group::Open, "New", "OPEN"),
            (Group::Open, "Needs evidence", "OPEN"),
            (Group::InProgress, "With the bank", "IN_PROGRESS"),
            (Group::InProgress, "Waiting on customer", "IN_PROGRESS"),
            (Group::Closed, "Refunded", "CLOSED"),
            (Group::Closed, "Not fraud", "CLOSED"),
        ],
    },
    Kind {
        id: "c2e1a9d0-6b7f-4e58-9c3d-0f1e2d3c4b5a",
        name: "Customer escalation",
        emoji: "📣",
        internal: false,
        deleted_at: None,
        legacy_type: "TUNKNOWN",
        statuses: &[
            (Group::Open, "Open", "OPEN"),
            (Group::InProgress, "In Progress", "IN_PROGRESS"),
            (Group::Closed, "Resolved", "CLOSED"),
            (Group::Closed, "Won't do", "CLOSED"),
        ],
    },
    Kind {
        id: "91d3b7c6-1a2b-4c3d-8e4f-5a6b7c8d9e0f",
        name: "Old triage",
        emoji: "🗑️",
        internal: false,
        deleted_at: Some("2026-05-02T09:11:40.120934Z"),
        legacy_type: "TUNKNOWN",
        statuses: PLAIN,
    },
    Kind {
        id: "4f5e6d7c-8b9a-4c0d-9e1f-2a3b4c5d6e7f",
        name: "test type please ignore",
        emoji: "🧪",
        internal: false,
        deleted_at: Some("2025-12-18T16:02:11.4Z"),
        legacy_type: "TUNKNOWN",
        statuses: PLAIN,
    },
];

pub(crate) fn project_json(project: &Project) -> Value {
    let mut attributes = json!({
        "key": project.key,
        "name": project.name,
        "restricted": project.restricted,
        "settings": {"notification": {"enabled": true, "destinations": [1, 2]}},
    });
    if project.starts_on_self_assign {
        attributes["settings"]["auto_transition_assigned_cases"] = json!({"auto_transition_assigned_cases_on_self_assigned": true});
    }
    json!({"id": project.id, "type": "project", "attributes": attributes})
}

pub(crate) fn kind_json(kind: &Kind) -> Value {
    let group = |group: Group| {
        let names: Vec<&str> = kind.statuses.iter().filter(|s| s.0 == group).map(|s| s.1).collect();
        let options: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        json!({"status_options": options, "default": names.first()})
    };
    let mut attributes = json!({
        "name": kind.name,
        "description": format!("{} cases", kind.name),
        "emoji": kind.emoji,
        "internal": kind.internal,
        "statuses_config": {"open": group(Group::Open), "in_progress": group(Group::InProgress), "closed": group(Group::Closed)},
    });
    if let Some(deleted_at) = kind.deleted_at {
        attributes["deleted_at"] = json!(deleted_at);
    }
    json!({"id": kind.id, "type": "case_type", "attributes": attributes})
}

/// Key, display name, value type, several values.
pub(crate) const CUSTOM: [(&str, &str, &str, bool); 5] = [
    ("customer_impact", "Customer impact", "SELECT", false),
    ("affected_hosts", "Affected hosts", "TEXT", true),
    ("events", "Events", "NUMBER", false),
    ("runbook", "Runbook", "URL", false),
    ("burn_rates", "Burn rates", "NUMBER", true),
];

/// The attribute definitions of one case type; every live type has the same.
pub(crate) fn custom_json(kind: &Kind) -> Vec<Value> {
    let row = |(at, (key, name, value_type, is_multi)): (usize, &(&str, &str, &str, bool))| {
        let mut attributes = json!({"case_type_id": kind.id, "case_type": "TUNKNOWN", "key": key, "display_name": name, "type": value_type, "is_multi": is_multi});
        if *value_type == "SELECT" {
            attributes["type_data"] =
                json!({"options": [{"value": "none"}, {"value": "degraded"}, {"value": "outage"}, {"value": "unknown"}]});
        }
        json!({"id": crate::demo::dice::uuid(u32::try_from(at).unwrap_or(0), crate::demo::dice::word(kind.id)), "type": "custom_attribute", "attributes": attributes})
    };
    if kind.deleted_at.is_some() { Vec::new() } else { CUSTOM.iter().enumerate().map(row).collect() }
}
