//! List pages as the vendors write them, with text that does not repeat itself: pseudo-words from syllables, so that
//! neither a decoder nor a compressor meets the same sentence twice.

use std::fmt::Write;

use fastrand::Rng;

const SYLLABLES: [&str; 32] = [
    "ka", "lo", "mi", "ter", "san", "vor", "pel", "qui", "dra", "zen", "tho", "bri", "cu", "na", "wex", "jol", "fi", "gro", "hal", "ist",
    "um", "or", "ex", "ad", "nue", "shi", "ply", "rk", "eb", "yt", "oo", "ci",
];

fn words(rng: &mut Rng, count: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        if at > 0 {
            text.push(' ');
        }
        for _ in 0..rng.usize(1..5) {
            text.push_str(SYLLABLES[rng.usize(..SYLLABLES.len())]);
        }
    }
    text
}

fn uuid(rng: &mut Rng) -> String {
    let bits = rng.u128(..);
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        bits >> 96,
        bits >> 80 & 0xffff,
        bits >> 68 & 0xfff,
        bits >> 56 & 0xfff,
        bits & 0xffff_ffff_ffff
    )
}

fn time(rng: &mut Rng, digits: usize) -> String {
    let (month, day, hour, minute, second) = (rng.u8(1..=11), rng.u8(1..=28), rng.u8(..24), rng.u8(..60), rng.u8(..60));
    let whole = format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if digits == 0 {
        format!("{whole}Z")
    } else {
        format!("{whole}.{:0digits$}Z", rng.u64(1..10_u64.pow(u32::try_from(digits).unwrap_or(9))))
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(",")
}

/// A search answer of Datadog, about 1.4 kB a case.
pub(crate) fn datadog(rng: &mut Rng, cases: usize) -> String {
    let people: Vec<String> = (0..12).map(|_| uuid(rng)).collect();
    let data = list((0..cases).map(|at| datadog_case(rng, at, &people)));
    let included = list(people.iter().map(|id| {
        let name = words(rng, 2);
        let mail = format!("{}@example.com", name.replace(' ', "."));
        format!(r#"{{"id":"{id}","type":"user","attributes":{{"active":true,"email":"{mail}","handle":"{mail}","name":"{name}"}}}}"#)
    }));
    format!(
        r#"{{"data":[{data}],"included":[{included}],"meta":{{"page":{{"current":1,"size":{cases},"total":1000}},"total_cases":100000}}}}"#
    )
}

fn datadog_case(rng: &mut Rng, at: usize, people: &[String]) -> String {
    let (id, project, kind) = (uuid(rng), uuid(rng), uuid(rng));
    let (title, text) = (words(rng, 7), words(rng, 45));
    let (env, service, team) = (words(rng, 1), words(rng, 1), words(rng, 1));
    let (created, modified) = (time(rng, 6), time(rng, 6));
    let priority = ["P1", "P2", "P3", "P4", "P5", "NOT_DEFINED"][rng.usize(..6)];
    let (status, group, name) =
        [("OPEN", "SG_OPEN", "Open"), ("IN_PROGRESS", "SG_IN_PROGRESS", "In Progress"), ("CLOSED", "SG_CLOSED", "Closed")][rng.usize(..3)];
    let (assignee, creator) = (&people[rng.usize(..people.len())], &people[rng.usize(..people.len())]);
    let number = rng.u32(..100_000);
    format!(
        concat!(
            r#"{{"id":"{id}","type":"case","attributes":{{"attributes":{{"env":["{env}"],"service":["{service}"],"team":["{team}"]}},"#,
            r#""comment_count":{at},"created_at":"{created}","creation_source":"MANUAL","custom_attributes":{{}},"description":"{text}","#,
            r#""insights":[],"internal_id":"{id}","key":"SEC-{number}","merge_status":"NOT_MERGED","modified_at":"{modified}","#,
            r#""priority":"{priority}","public_id":"{number}","status":"{status}","status_group":"{group}","status_name":"{name}","#,
            r#""title":"{title}","type":"STANDARD","type_id":"{kind}"}},"relationships":{{"assignee":{{"data":{{"id":"{assignee}","#,
            r#""type":"user"}}}},"created_by":{{"data":{{"id":"{creator}","type":"user"}}}},"project":{{"data":{{"id":"{project}","type":"project"}}}}}}}}"#
        ),
        id = id,
        env = env,
        service = service,
        team = team,
        at = at,
        created = created,
        text = text,
        number = number,
        modified = modified,
        priority = priority,
        status = status,
        group = group,
        name = name,
        title = title,
        kind = kind,
        assignee = assignee,
        creator = creator,
        project = project
    )
}

/// A v2 list answer of Tines, about 2 kB a case.
pub(crate) fn tines(rng: &mut Rng, cases: usize) -> String {
    let data = list((0..cases).map(|_| tines_case(rng)));
    format!(
        concat!(
            r#"{{"cases":[{}],"meta":{{"current_page":"https://t.tines.com/api/v2/cases?per_page={1}&page=1","previous_page":null,"#,
            r#""next_page":"https://t.tines.com/api/v2/cases?per_page={1}&page=2","next_page_number":2,"per_page":{1},"pages":1000,"count":100000}}}}"#
        ),
        data, cases
    )
}

fn tines_user(rng: &mut Rng) -> String {
    let (first, last) = (words(rng, 1), words(rng, 1));
    format!(
        r#"{{"user_id":{},"first_name":"{first}","last_name":"{last}","email":"{first}.{last}@example.com","avatar_url":"","is_service_account":false}}"#,
        rng.u32(1..9_999)
    )
}

fn tines_case(rng: &mut Rng) -> String {
    let (number, percent) = (rng.u32(1..900_000), rng.u32(..100));
    let tags =
        list((0..3).map(|_| format!(r#"{{"id":{},"name":"{}","color":"grey","text_color":"white"}}"#, rng.u32(1..999), words(rng, 1))));
    let (author, assignee) = (tines_user(rng), tines_user(rng));
    let mut out = format!(
        r#"{{"case_id":{number},"name":"{}","description":"{}","priority":"{}","status":"{}","#,
        words(rng, 7),
        words(rng, 50),
        ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"][rng.usize(..5)],
        ["OPEN", "CLOSED"][rng.usize(..2)]
    );
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        concat!(
            r#""sub_status":{{"id":1,"name":"To do"}},"team":{{"id":276,"name":"{}"}},"author":{author},"opened_at":"{}","created_at":"{}","#,
            r#""updated_at":"{}","resolved_at":null,"metadata":{{"{}":"{}","{}":"{}"}},"url":"https://t.tines.com/cases/{number}","tags":[{tags}],"#,
            r#""slas":[{{"sla_type":"completion","due_in_seconds":86400,"elapsed_time_seconds":4000,"remaining_time_seconds":{},"percent_elapsed":{percent},"#,
            r#""exceeded":false}}],"assignees":[{assignee}],"linked_cases":[{{"case_id":{},"name":"{}"}}],"fields":[],"records":[],"closure_conditions":[]}}"#
        ),
        words(rng, 2),
        time(rng, 0),
        time(rng, 0),
        time(rng, 0),
        words(rng, 1),
        words(rng, 2),
        words(rng, 1),
        words(rng, 2),
        rng.u32(1..86_400),
        rng.u32(1..900_000),
        words(rng, 5),
        author = author,
        number = number,
        tags = tags,
        percent = percent,
        assignee = assignee
    );
    out
}

/// A list answer of ServerOps, about 1.2 kB a case.
pub(crate) fn serverops(rng: &mut Rng, cases: usize) -> String {
    let data = list((0..cases).map(|_| {
        let (id, file) = (rng.u64(..), rng.u64(..));
        let (name, text, title) = (words(rng, 2).replace(' ', "_"), words(rng, 60), words(rng, 6));
        let (sha, size) = (format!("{:032x}{:032x}", rng.u128(..), rng.u128(..)), rng.u32(..));
        let (created, updated) = (time(rng, 0), time(rng, 0));
        format!(
            concat!(
                r#"{{"id":"c_{id:016x}","title":"{title}","description":"{text}","status":"open","attachments":[{{"id":"f_{file:016x}","#,
                r#""url":"https://media.serverops.gg/p_{file:016x}/{name}.png","key":"k/{name}.png","size":{size},"content_type":"image/png","#,
                r#""sha256":"{sha}","original_name":"{name}.png","tags":["clip"],"folder":"cases","abuse_status":"clean","visibility":"public","#,
                r#""storage_class":"standard","created_at":"{created}","updated_at":"{created}"}}],"created_at":"{created}","updated_at":"{updated}"}}"#
            ),
            id = id, title = title, text = text, file = file, name = name, size = size, sha = sha, created = created, updated = updated
        )
    }));
    format!(r#"{{"cases":[{data}],"next_cursor":"Y3Vyc29y","has_more":true}}"#)
}
