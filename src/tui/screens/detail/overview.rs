//! The first tab: clocks, the description, and everything that stands about a case.

use compact_str::{CompactString, format_compact};
use jiff::Timestamp;

use crate::domain::activity::Activity;
use crate::domain::busy::busy;
use crate::domain::capability;
use crate::domain::capability::Group;
use crate::domain::case::{Case, CaseId, Vendor};
use crate::domain::clock::{
    Clock, Urgency, {self},
};
use crate::domain::part::Part;
use crate::domain::person::Person;
use crate::domain::sla::{
    Sla, {self},
};
use crate::domain::text::Clean;
use crate::tui::screens::detail::lines::{Lead, Line, Span, Target, Tone, width, wrap};
use crate::tui::screens::detail::markdown;

/// Columns of the names on the left, and of the bar of a clock.
const NAME_COLUMNS: usize = 12;
const BAR_CELLS: u8 = 10;
/// Narrower than this a clock has no bar.
const BAR_FROM: usize = 44;

/// What a tab is laid out with.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub columns: usize,
    pub now: Timestamp,
    pub clock: &'a Clock,
    pub vendor: Vendor,
    pub me: Option<&'a Person>,
    /// The newest entries of the case's timeline.
    pub timeline: &'a [Activity],
}

pub fn lay_out(case: &Case, ground: Ground<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    if let Some(busy) = busy(case, ground.timeline, ground.me, ground.now) {
        out.push(Line::of(Tone::Warning, format_compact!("! {}", busy.words(&clock::ago(busy.at, ground.now)))));
    }
    out.extend(sla::in_order(&case.slas).into_iter().map(|sla| sla_line(sla, ground)));
    gap(&mut out);
    if case.description.is_empty() {
        out.push(Line::of(Tone::Dim, "no description"));
    } else {
        out.extend(markdown::lay_out(&case.description, ground.columns));
    }
    gap(&mut out);
    people(case, ground, &mut out);
    times(case, ground, &mut out);
    for (name, values) in &case.attributes {
        let values = values.iter().map(Clean::as_str).collect::<Vec<_>>().join(", ");
        pair(name.as_str(), Tone::Text, &values, ground, &mut out);
    }
    gap(&mut out);
    closing(case, ground, &mut out);
    links(case, ground, &mut out);
    gap(&mut out);
    limits(case, ground, &mut out);
    while out.last().is_some_and(|line| line.spans.is_empty()) {
        out.pop();
    }
    out
}

/// An empty line, unless there is one already.
fn gap(out: &mut Vec<Line>) {
    if out.last().is_some_and(|line| !line.spans.is_empty()) {
        out.push(Line::default());
    }
}

/// `SLA completion  -0:12 OVER  ##########`.
pub fn sla_line(sla: &Sla, ground: Ground<'_>) -> Line {
    let mut line = Line::of(Tone::Label, format_compact!("SLA {}  ", sla.kind));
    let Some(left_s) = sla.left_s(ground.now) else {
        line.push(Tone::Dim, "the vendor sent no time");
        return line;
    };
    let (tone, words) = match clock::urgency(left_s) {
        _ if sla.exceeded || left_s < 0 => (Tone::Danger, " OVER !"),
        Urgency::Soon => (Tone::Warning, " left !"),
        Urgency::Over | Urgency::Calm => (Tone::Good, " left"),
    };
    let left = clock::left(left_s);
    line.push(tone, format_compact!("{}{words}", if left == "over" { "" } else { &left }));
    if let Some(percent) = sla.elapsed_percent.filter(|percent| percent.is_finite() && ground.columns >= BAR_FROM) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=10 first")]
        let full = (percent / 100.0 * f64::from(BAR_CELLS)).round().clamp(0.0, f64::from(BAR_CELLS)) as u8;
        line.push(Tone::Dim, format_compact!("  {}{}", "#".repeat(full.into()), ".".repeat((BAR_CELLS - full).into())));
        line.push(Tone::Dim, format_compact!(" {percent:.0}%"));
    }
    line
}

fn people(case: &Case, ground: Ground<'_>, out: &mut Vec<Line>) {
    let names: Vec<CompactString> = case.row.assignees.iter().map(|person| who_of(person, &case.row.assignees, ground)).collect();
    let assigned = if names.is_empty() && capability::allowed(ground.vendor, &case.row, Part::Assignees).is_ok() {
        "nobody".into()
    } else {
        names.join(", ")
    };
    pair("assigned", Tone::Text, &assigned, ground, out);
    for (name, person) in [("opened by", &case.author), ("closed by", &case.closed_by), ("changed by", &case.changed_by)] {
        if let Some(person) = person {
            pair(name, Tone::Text, &who(person, ground), ground, out);
        }
    }
    let group = if ground.vendor.capabilities().group == Some(Group::Project) { "project" } else { "team" };
    for (name, named) in [(group, &case.group), ("type", &case.case_type)] {
        if let Some(named) = named {
            pair(name, Tone::Text, named.name.as_str(), ground, out);
        }
    }
    // Where tags are attributes, these follow by name.
    if !ground.vendor.capabilities().has_attributes {
        let tags = case.row.tags.iter().map(Clean::as_str).collect::<Vec<_>>().join("  ");
        pair("tags", Tone::Text, &tags, ground, out);
    }
}

/// As [`who`], told from others of the same name.
fn who_of(person: &Person, others: &[Person], ground: Ground<'_>) -> CompactString {
    let told = person.told(others);
    if told == person.label() { who(person, ground) } else { told.into() }
}

fn times(case: &Case, ground: Ground<'_>, out: &mut Vec<Line>) {
    let row = &case.row;
    for (name, at) in [("created", row.created_at), ("changed", row.updated_at), ("closed", row.closed_at)] {
        if let Some(at) = at {
            pair(name, Tone::Text, &ground.clock.long(at, ground.now), ground, out);
        }
    }
    if let Some(count) = case.comment_count {
        pair("comments", Tone::Text, &count.to_string(), ground, out);
    }
}

/// What has to hold before the case may be closed, word for word.
fn closing(case: &Case, ground: Ground<'_>, out: &mut Vec<Line>) {
    for (n, condition) in case.closure_conditions.iter().enumerate() {
        let name = if n == 0 { "to close" } else { "" };
        pair(name, Tone::Text, condition.name.as_str(), ground, out);
        if !condition.formula.is_empty() {
            pair("", Tone::Code, condition.formula.as_str(), ground, out);
        }
    }
}

fn links(case: &Case, ground: Ground<'_>, out: &mut Vec<Line>) {
    for (n, link) in case.links.iter().enumerate() {
        let name = if n == 0 { "linked" } else { "" };
        let words = format_compact!("{}{} {}", ground.vendor.capabilities().key_mark, link.id, link.title);
        let target = Target::Case(CaseId { source: case.row.id.source, id: link.id.clone() }, words.clone());
        aimed(name, words.trim_end(), target, ground, out);
    }
    for (n, ticket) in case.tickets.iter().enumerate() {
        let name = if n == 0 { "tickets" } else { "" };
        let state = if ticket.state.is_empty() { CompactString::default() } else { format_compact!("  {}", ticket.state) };
        let words = format_compact!("{} {}{state}", ticket.system, ticket.label);
        match &ticket.url {
            Some(url) => aimed(name, &words, Target::Page(url.as_str().into(), words.clone()), ground, out),
            None => pair(name, Tone::Text, &words, ground, out),
        }
    }
    for (n, button) in case.buttons.iter().enumerate() {
        let name = if n == 0 { "actions" } else { "" };
        pair(name, Tone::Text, &format_compact!("{}  ({}, in the browser)", button.label, button.kind), ground, out);
    }
}

/// What cannot be changed here, and why.
fn limits(case: &Case, ground: Ground<'_>, out: &mut Vec<Line>) {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for part in Part::ALL {
        let Err(reason) = capability::allowed(ground.vendor, &case.row, part) else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == reason.to_string()) {
            Some((_, parts)) => parts.push(part.name()),
            None => reasons.push((reason.to_string(), vec![part.name()])),
        }
    }
    for (n, (reason, parts)) in reasons.iter().enumerate() {
        let name = if n == 0 { "not here" } else { "" };
        pair(name, Tone::Dim, &format!("{}: {reason}", parts.join(", ")), ground, out);
    }
}

/// `name        value`, the value hanging under itself; nothing when there is no value.
pub fn pair(name: &str, tone: Tone, value: &str, ground: Ground<'_>, out: &mut Vec<Line>) {
    if value.is_empty() {
        return;
    }
    let columns = NAME_COLUMNS.min(ground.columns / 3);
    let start = out.len();
    if width(name) + 1 > columns {
        // A long name has its own line rather than being cut.
        wrap(&[Span::new(Tone::Label, name)], Lead::default(), ground.columns, out);
        let hang = " ".repeat(columns);
        wrap(&[Span::new(tone, value)], Lead { first: &hang, next: &hang }, ground.columns, out);
        return;
    }
    let hang = " ".repeat(columns);
    wrap(&[Span::new(tone, value)], Lead { first: &hang, next: &hang }, ground.columns, out);
    if let Some(line) = out.get_mut(start).filter(|_| !name.is_empty()) {
        // The name takes the place of the blanks that the value hangs under.
        let value: Vec<Span> = line.spans.drain(..).collect();
        line.push(Tone::Label, name);
        line.pad(columns);
        for (n, span) in value.iter().enumerate() {
            line.push(span.tone, if n == 0 { &span.text[columns.min(span.text.len())..] } else { &span.text });
        }
    }
}

fn aimed(name: &str, words: &str, target: Target, ground: Ground<'_>, out: &mut Vec<Line>) {
    let start = out.len();
    pair(name, Tone::Link, words, ground, out);
    if let Some(line) = out.get_mut(start) {
        line.target = Some(target);
    }
}

/// A person by name; `me`, and `*` behind automation.
pub fn who(person: &Person, ground: Ground<'_>) -> CompactString {
    if ground.me.is_some_and(|me| me.is(person)) {
        "me".into()
    } else if person.is_service {
        format_compact!("{}*", person.label())
    } else {
        person.label().into()
    }
}
