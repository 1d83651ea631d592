//! The activity tab: who did what when, filtered by topic, newest or oldest first.

use compact_str::CompactString;

use crate::domain::activity::{Activity, Topic};
use crate::tui::screens::detail::lines::{Lead, Line, Span, Tone, cut, fit, wrap};
use crate::tui::screens::detail::markdown;
use crate::tui::screens::detail::overview::{Ground, who};
use crate::tui::screens::detail::pages::Pages;

/// From this width on an entry's time, person and kind stand beside its text.
const BESIDE_FROM: usize = 58;
const TIME_COLUMNS: usize = 6;
/// Columns of the person and of the kind, and from which width on there is room for the wider ones.
const NARROW: (usize, usize) = (11, 12);
const WIDE: (usize, usize) = (15, 17);
const WIDE_FROM: usize = 76;

/// The filter goes round through these; None is all of them.
pub const TOPICS: [(Option<Topic>, &str); 7] = [
    (None, "all"),
    (Some(Topic::Comment), "comments"),
    (Some(Topic::Change), "changes"),
    (Some(Topic::File), "files"),
    (Some(Topic::Record), "records"),
    (Some(Topic::Clock), "clocks"),
    (Some(Topic::Other), "other"),
];

pub fn topic_name(topic: Option<Topic>) -> &'static str {
    TOPICS.iter().find(|(known, _)| *known == topic).map_or("all", |(_, name)| name)
}

/// The next filter that would leave something of what is loaded.
pub fn next_topic(pages: &Pages<Activity>, topic: Option<Topic>) -> Option<Topic> {
    let at = TOPICS.iter().position(|(known, _)| *known == topic).unwrap_or(0);
    (1..=TOPICS.len())
        .map(|step| TOPICS[(at + step) % TOPICS.len()].0)
        .find(|topic| topic.is_none_or(|topic| pages.items.iter().any(|entry| entry.topic == topic)))
        .flatten()
}

pub fn lay_out(pages: &Pages<Activity>, topic: Option<Topic>, newest_first: bool, ground: Ground<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    let chosen = pages.items.iter().filter(|entry| topic.is_none_or(|topic| entry.topic == topic));
    if newest_first {
        chosen.rev().for_each(|entry| lay_entry(entry, ground, &mut out));
    } else {
        chosen.for_each(|entry| lay_entry(entry, ground, &mut out));
    }
    out
}

fn lay_entry(entry: &Activity, ground: Ground<'_>, out: &mut Vec<Line>) {
    let time = entry.at.map(|at| ground.clock.short(at, ground.now)).unwrap_or_default();
    let person = entry.who.as_ref().map_or_else(|| "automation*".into(), |person| who(person, ground));
    let kind = kind(entry);
    let is_beside = ground.columns >= BESIDE_FROM;
    let (who_columns, kind_columns) = if ground.columns >= WIDE_FROM { WIDE } else { NARROW };
    let mut head = Line::default();
    head.push(Tone::Dim, fit(&time, TIME_COLUMNS - 1));
    head.push(Tone::Dim, " ");
    if is_beside {
        head.push(Tone::Strong, cut(&person, who_columns - 1));
        head.pad(TIME_COLUMNS + who_columns);
        head.push(Tone::Label, cut(&kind, kind_columns - 1));
        head.pad(TIME_COLUMNS + who_columns + kind_columns);
    } else {
        head.push(Tone::Strong, cut(&person, ground.columns / 3));
        head.push(Tone::Text, " ");
        head.push(Tone::Label, cut(&kind, ground.columns.saturating_sub(head.width())));
    }
    let indent = if is_beside { head.width() } else { 2 };
    let lines = text_lines(entry, ground.columns.saturating_sub(indent));
    // Where there is little room, a few words still stand beside what they are about.
    let is_short = lines.len() == 1 && head.width() + 1 + lines[0].width() <= ground.columns;
    let mut text = lines.into_iter();
    if (is_beside || is_short)
        && let Some(first) = text.next()
    {
        head.push(Tone::Text, if is_beside { "" } else { " " });
        head.spans.extend(first.spans);
    }
    out.push(head);
    for line in text {
        let mut under = Line::default();
        under.pad(indent);
        under.spans.extend(line.spans);
        out.push(under);
    }
}

/// What the entry says: a comment is markdown, anything else plain.
fn text_lines(entry: &Activity, columns: usize) -> Vec<Line> {
    let mut out = Vec::new();
    if entry.is_deleted {
        out.push(Line::of(Tone::Dim, "(deleted)"));
    } else if entry.topic == Topic::Comment {
        out.extend(markdown::lay_out(&entry.text, columns));
    } else if !entry.text.is_empty() {
        wrap(&[Span::new(Tone::Text, entry.text.as_str())], Lead::default(), columns, &mut out);
    }
    if let Some(file) = &entry.file {
        wrap(&[Span::new(Tone::Label, "file "), Span::new(Tone::Text, file.as_str())], Lead::default(), columns, &mut out);
    }
    out
}

/// The vendor's word in the width there is: `SEVERITY_UPDATED` says it with `SEVERITY`.
fn kind(entry: &Activity) -> CompactString {
    let word = entry.kind.as_str();
    word.strip_suffix("_UPDATED").unwrap_or(word).replace('_', " ").into()
}
