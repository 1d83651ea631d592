//! A Tines case, and how one is made from its number.

use serde_json::{Map, Value, json};

use crate::demo::dice::{Dice, word};
use crate::demo::facts::{Facts, fact, fill};
use crate::demo::hostile;
use crate::demo::people::{COLLEAGUES, ROBOT};
use crate::demo::scenes::Scenes;
use crate::demo::tenant::{Draft, FRESH_MS};
use crate::demo::tines::entry::Activity;

/// Case numbers of a tenant that existed before this world.
const FIRST_ID: u64 = 1_001;

pub(crate) const PRIORITIES: [&str; 5] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"];

pub(crate) struct Team {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
}

pub(crate) const TEAMS: [Team; 4] = [
    Team { id: 276, name: "SOC" },
    Team { id: 277, name: "Identity" },
    Team { id: 281, name: "Privacy" },
    Team { id: 290, name: "Platform security" },
];

/// Name, parent status is OPEN. The first of a parent is its default.
pub(crate) const SUB_STATUSES: [(&str, bool); 8] = [
    ("To do", true),
    ("Investigating", true),
    ("Waiting on user", true),
    ("Escalated ⚠", true),
    ("Done", false),
    ("False positive", false),
    ("Duplicate", false),
    ("Risk accepted", false),
];

/// Every team has its own copies.
pub(crate) fn sub_status_id(team: usize, at: usize) -> u64 {
    TEAMS[team].id * 10 + at as u64
}

/// A service level: how long it may take from the opening, and when its clock stopped.
#[derive(Clone)]
pub(crate) struct Sla {
    pub(crate) kind: &'static str,
    pub(crate) target_s: i64,
    /// None while it runs.
    pub(crate) stopped_ms: Option<i64>,
    /// A clock that nothing has started yet.
    pub(crate) started: bool,
}

#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) input: usize,
    pub(crate) value: Value,
}

impl Field {
    pub(crate) fn name(&self) -> &'static str {
        INPUTS[self.input].0
    }
}

/// Name, key, input type, options of the fields that teams defined.
pub(crate) const INPUTS: [(&str, &str, &str, &[&str]); 5] = [
    ("Operating system", "operating_system", "string", &["Windows 11", "macOS 15", "Linux", "Android", "iOS", "unknown"]),
    ("Reporter", "reporter", "string", &[]),
    ("People affected", "people_affected", "number", &[]),
    ("Detected at", "detected_at", "timestamp", &[]),
    ("Personal data", "personal_data", "boolean", &[]),
];

#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) number: u32,
    pub(crate) scene: usize,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    pub(crate) resolved_ms: Option<i64>,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// Index into [`SUB_STATUSES`]; the status follows from it.
    pub(crate) sub_status: usize,
    pub(crate) priority: String,
    pub(crate) team: usize,
    pub(crate) author: Option<usize>,
    pub(crate) resolver: Option<usize>,
    pub(crate) assignees: Vec<usize>,
    pub(crate) tags: Vec<String>,
    pub(crate) metadata: Map<String, Value>,
    /// Name and formula.
    pub(crate) closure: Vec<(String, String)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) slas: Vec<Sla>,
    /// Numbers and names of linked cases.
    pub(crate) links: Vec<(u32, String)>,
    pub(crate) buttons: Vec<(&'static str, &'static str)>,
    pub(crate) files: u64,
    /// The whole timeline once anything was added to it.
    pub(crate) activities: Option<Vec<Activity>>,
}

impl Case {
    pub(crate) fn id(&self) -> u64 {
        id(self.number)
    }

    pub(crate) fn status_name(&self) -> &'static str {
        SUB_STATUSES[self.sub_status].0
    }

    pub(crate) fn is_open(&self) -> bool {
        SUB_STATUSES[self.sub_status].1
    }

    pub(crate) fn status(&self) -> &'static str {
        if self.is_open() { "OPEN" } else { "CLOSED" }
    }

    /// Names of the conditions that forbid closing. Only sizes can be judged here; other formulas hold.
    pub(crate) fn unmet(&self) -> Vec<&str> {
        let holds = |formula: &str| {
            let Some((list, least)) = formula.strip_prefix("=SIZE(team_case.").and_then(|f| f.split_once(") > ")) else { return true };
            let size = match list {
                "assignees" => self.assignees.len(),
                "tags" => self.tags.len(),
                "linked_cases" => self.links.len(),
                _ => return true,
            };
            least.trim().parse().is_ok_and(|least: usize| size > least)
        };
        self.closure.iter().filter(|(_, formula)| !holds(formula)).map(|(name, _)| name.as_str()).collect()
    }
}

pub(crate) fn id(number: u32) -> u64 {
    FIRST_ID + u64::from(number)
}

pub(crate) fn number(id: &str) -> Option<u32> {
    id.parse::<u64>().ok()?.checked_sub(FIRST_ID).and_then(|n| u32::try_from(n).ok())
}

/// Tags have numbers of their own.
pub(crate) fn tag_id(name: &str) -> u64 {
    word(name) % 9_000 + 1
}

/// Everything but the texts.
pub(crate) fn sketch(draft: &Draft, scenes: &Scenes) -> Case {
    let mut dice = draft.dice(1);
    let scene = if draft.storm { scenes.named("phishing").unwrap_or(0) } else { dice.index(scenes.len()) };
    let severity = scenes.get(scene).severity;
    let day = draft.age_ms / 86_400_000;
    let open = dice.percent(match day {
        _ if draft.age_ms < FRESH_MS => 98,
        0 => 86,
        1..7 => 52,
        _ => 11,
    });
    let sub_status = if open { dice.weighted(&[45, 35, 14, 6]) } else { 4 + dice.weighted(&[60, 28, 8, 4]) };
    let priority = if dice.one_in(120) {
        "URGENT"
    } else {
        PRIORITIES[usize::try_from((severity + dice.between(0, 2)).saturating_sub(1).clamp(1, 5) - 1).unwrap_or(2)]
    };
    let room_ms = draft.age_ms.unsigned_abs().max(20_000) - 9_000;
    let updated_ms = if draft.age_ms > 60_000 && dice.percent(80) {
        draft.created_ms + dice.between(4_000, room_ms).cast_signed()
    } else {
        draft.created_ms
    };
    let holders = if dice.percent(if open && day == 0 { 40 } else { 82 }) { dice.between(1, 3) } else { 0 };
    let mut assignees: Vec<usize> = (0..holders).map(|_| dice.index(COLLEAGUES + 3)).collect();
    assignees.sort_unstable();
    assignees.dedup();
    let mut tags = scenes.get(scene).tags.clone();
    tags.retain(|_| dice.percent(85));
    if dice.percent(30) {
        tags.push(dice.text(&["vip", "repeat", "customer", "night-shift", "needs-legal", "q4-audit", "überprüft"]).to_owned());
    }
    Case {
        number: draft.number,
        scene,
        created_ms: draft.created_ms,
        updated_ms,
        resolved_ms: (!open).then_some(updated_ms),
        name: String::new(),
        description: None,
        sub_status,
        priority: priority.to_owned(),
        team: team_of(&scenes.get(scene).name, &mut dice),
        author: if dice.percent(12) {
            None
        } else if dice.percent(75) {
            Some(ROBOT)
        } else {
            Some(dice.index(COLLEAGUES))
        },
        resolver: (!open && dice.percent(90)).then(|| dice.index(COLLEAGUES)),
        assignees,
        tags,
        metadata: Map::new(),
        closure: Vec::new(),
        fields: Vec::new(),
        slas: Vec::new(),
        links: Vec::new(),
        buttons: Vec::new(),
        files: 0,
        activities: None,
    }
}

fn team_of(scene: &str, dice: &mut Dice) -> usize {
    match scene {
        _ if dice.percent(8) => 3,
        "impossible-travel" | "oauth-consent" | "mfa-fatigue" => 1,
        "dlp" | "insider" | "vendor-breach" => 2,
        _ => 0,
    }
}

/// The whole case.
pub(crate) fn full(draft: &Draft, scenes: &Scenes) -> Case {
    let mut case = sketch(draft, scenes);
    let facts = &draft.facts;
    let mut dice = draft.dice(2);
    let scene = scenes.get(case.scene);
    case.tags.iter_mut().for_each(|tag| *tag = fill(tag, facts));
    case.name = scene.title(facts);
    case.description = (!dice.percent(5)).then(|| scene.description(facts));
    if let Some(kind) = draft.hostile {
        case.name = hostile::title(kind);
        case.description = Some(hostile::paragraph(kind + 11));
        case.tags.push("tag\u{202e}gat \u{1b}[31mred".to_owned());
    } else if dice.one_in(30) {
        let mention = format!("\n\ncc <@user-{}>", super::account::user_number(dice.index(COLLEAGUES)));
        case.description.get_or_insert_default().push_str(&mention);
    }
    if dice.percent(55) {
        case.metadata.insert("source".to_owned(), json!(dice.pick(&["siem", "edr", "mail", "human", "canary"])));
        case.metadata.insert("alert_id".to_owned(), json!(fact("queue", facts)));
    }
    if dice.percent(22) {
        case.closure.push(("Number of assignees".to_owned(), "=SIZE(team_case.assignees) > 0".to_owned()));
    }
    if dice.percent(10) {
        case.closure.push(("At least two tags".to_owned(), "=SIZE(team_case.tags) > 1".to_owned()));
    }
    if dice.percent(6) {
        case.closure.push(("Review written".to_owned(), "=CONTAINS(team_case.description, \"## Review\")".to_owned()));
    }
    fields(&mut case, &mut dice, facts);
    case.slas = slas(&case, draft, &mut dice);
    if dice.percent(28) {
        let back = [dice.between(1, 40), dice.between(41, 90)];
        case.links = back[..=dice.index(2)]
            .iter()
            .filter_map(|b| case.number.checked_sub(u32::try_from(*b).ok()?))
            .map(|n| (n, String::new()))
            .collect();
    } else if dice.one_in(60) {
        // The vendor's own sample links a case to itself.
        case.links.push((case.number, String::new()));
    }
    let all = [
        ("webhook", "Isolate host"),
        ("page", "Isolate host and give a reason"),
        ("webhook", "Revoke sessions"),
        ("page", "Ask the user"),
        ("webhook", "Block domain"),
        ("open_app", "Open in app"),
    ];
    if dice.percent(60) {
        let first = dice.index(all.len());
        case.buttons = all.iter().cycle().skip(first).take(1 + dice.index(3)).copied().collect();
    }
    case.files = if dice.percent(35) { dice.between(1, 3) } else { 0 };
    case
}

fn fields(case: &mut Case, dice: &mut Dice, facts: &Facts) {
    for (input, (_, _, kind, options)) in INPUTS.iter().enumerate() {
        if !dice.percent(45) {
            continue;
        }
        let value = match *kind {
            _ if dice.one_in(12) => Value::Null,
            "number" => json!(dice.between(0, 400)),
            "boolean" => json!(dice.percent(30)),
            "timestamp" => json!(fact("stamp", facts)),
            _ if options.is_empty() => json!(fact("person", facts)),
            _ => json!(dice.pick(options)),
        };
        case.fields.push(Field { input, value });
    }
}

/// Most cases have a level for the end and one for the first answer; some run out within the next half hour.
fn slas(case: &Case, draft: &Draft, dice: &mut Dice) -> Vec<Sla> {
    if case.priority == "INFO" || dice.percent(14) {
        return Vec::new();
    }
    let hours = match case.priority.as_str() {
        "CRITICAL" | "URGENT" => 4,
        "HIGH" => 24,
        "MEDIUM" => 72,
        _ => 168,
    };
    let near = case.is_open() && dice.percent(16);
    let target_s = if near { draft.age_ms.max(0) / 1_000 + dice.between(60, 1_900).cast_signed() } else { hours * 3_600 };
    let mut slas = vec![Sla { kind: "completion", target_s, stopped_ms: case.resolved_ms, started: !dice.one_in(15) }];
    if dice.percent(70) {
        let answered = !case.is_open() || dice.percent(70);
        let stopped_ms =
            answered.then(|| draft.created_ms + dice.between(30_000, 5_400_000).cast_signed().min(draft.age_ms.max(40_000) - 2_000));
        slas.push(Sla { kind: if dice.one_in(25) { "acknowledge" } else { "response" }, target_s: hours * 450, stopped_ms, started: true });
    }
    slas
}
