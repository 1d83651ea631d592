//! What `caseload list` is asked for: its filter, read and explained, and what the answer is worth.

use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::run::answers::Answers;
use crate::cli::run::stop::{Stop, note};
use crate::config::{Config, Source, View, views};
use crate::domain::case::SourceId;
use crate::domain::count::count_of;
use crate::domain::directory::Directory;
use crate::index::Index;
use crate::query::{
    Asker, Field, Me, Node, Origin, Query, {self},
};
use crate::sync::SourceSetup;

/// A filter out of the command line's words. What is wrong or half typed there is a mistake, not a beginning.
fn query(words: &[String]) -> Result<Query, Stop> {
    let text = words.join(" ");
    let parsed = query::parse(&text);
    if let Some(problem) = parsed.error() {
        let place: String = text.get(problem.at.clone()).unwrap_or_default().chars().take(40).collect();
        return Err(Stop::usage(format!("the filter is wrong at `{place}`: {problem}")));
    }
    if parsed.is_half_typed {
        return Err(Stop::usage(format!("the filter `{text}` is not finished; it was read as `{}`", parsed.query)));
    }
    for hint in &parsed.problems {
        note(hint);
    }
    Ok(parsed.query)
}

/// The same, where `view:NAME` stands for a view of the configuration: its conditions and those beside it hold all.
pub(in crate::cli) fn query_with_views(words: &[String], config: &Config) -> Result<Query, Stop> {
    let views = &config.views;
    let (mut own, mut found) = (Vec::new(), None);
    for word in words {
        let mut rest = word.as_str();
        while let Some((before, named)) = split_at_view(rest) {
            let (view, behind) = view_of(named, views)?;
            own.push(before.to_owned());
            found = Some(both(found.unwrap_or_default(), query(std::slice::from_ref(&view.query))?));
            rest = behind;
        }
        own.push(rest.to_owned());
    }
    if found.is_some() && has_or(&own.join(" ")) {
        return Err(Stop::usage("a view holds beside conditions, not in an OR: put that into parentheses, as in 'view:NAME (a OR b)'"));
    }
    let found = both(found.unwrap_or_default(), query(&own)?);
    must_be_sources(&found, config)?;
    Ok(found)
}

const VIEW: &str = "view:";

/// What stands before the first word that begins with `view:`, and what behind that.
fn split_at_view(text: &str) -> Option<(&str, &str)> {
    let begins = |at: usize| text[..at].chars().next_back().is_none_or(char::is_whitespace);
    let is_plain = |at: usize| text[..at].matches('"').count().is_multiple_of(2);
    let (at, _) = text.match_indices(VIEW).find(|(at, _)| begins(*at) && is_plain(*at))?;
    Some((&text[..at], &text[at + VIEW.len()..]))
}

/// A view's name may hold blanks, in quotes or without: the longest text that names one does, what stands behind is a filter.
fn view_of<'v, 't>(text: &'t str, views: &'v [View]) -> Result<(&'v View, &'t str), Stop> {
    let names = || views.iter().map(|view| view.name.as_str()).collect::<Vec<_>>().join(", ");
    let none = |name: &str| Stop::usage(format!("there is no view `{name}`\n  the views are {}", names()));
    if let Some((name, behind)) = text.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
        return views::find(views, name).map(|view| (view, behind)).ok_or_else(|| none(name));
    }
    let blanks = text.match_indices(char::is_whitespace).map(|(at, _)| at);
    let mut ends: Vec<usize> = blanks.chain([text.len()]).collect();
    ends.reverse();
    let found = ends.into_iter().find_map(|end| Some((views::find(views, &text[..end])?, &text[end..])));
    found.ok_or_else(|| none(text))
}

/// Whether one of its conditions is enough, outside parentheses and quotes.
fn has_or(text: &str) -> bool {
    let (mut depth, mut is_quoted, mut plain) = (0_i32, false, String::new());
    for c in text.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth -= 1,
            _ if !is_quoted && depth <= 0 => plain.push(c),
            _ => {}
        }
    }
    plain.contains('|') || plain.split_whitespace().any(|word| word == "OR")
}

/// All conditions of both; how the rows are shown is up to the second where it says so.
fn both(first: Query, second: Query) -> Query {
    let node = if first.is_empty() || second.is_empty() {
        if first.is_empty() { second.node } else { first.node }
    } else {
        Node::all([first.node, second.node])
    };
    Query {
        node,
        sort: if second.sort.is_empty() { first.sort } else { second.sort },
        group: second.group.or(first.group),
        cols: if second.cols.is_empty() { first.cols } else { second.cols },
        limit: second.limit.or(first.limit),
    }
}

/// Before anything is read: a source that the query names and that is not configured is a mistake. One that this run leaves
/// out is none.
fn must_be_sources(query: &Query, config: &Config) -> Result<(), Stop> {
    let sources = (0..=u8::MAX).map(SourceId).zip(&config.sources);
    let origin = |(id, source): (SourceId, &Source)| {
        let (name, code) = (source.name.as_str().into(), source.code.clone());
        Origin { id, name, code, vendor: source.vendor, is_read_only: false, me: None }
    };
    let asker = Asker { origins: sources.map(origin).collect(), left_out: config.names_left_out(), ..Asker::default() };
    match asker.strangers(query).first() {
        Some(stranger) => Err(Stop::usage(format!("the filter is wrong: {}", stranger.problem("")))),
        None => Ok(()),
    }
}

/// The person at this computer, now.
pub(in crate::cli) fn asker(sources: &[SourceSetup], directories: &[Directory]) -> Asker {
    let mut asker = Asker::at(Timestamp::now(), TimeZone::system());
    let known = (0..=u8::MAX).map(SourceId).zip(sources).zip(directories);
    asker.origins = known
        .map(|((id, source), directory)| Origin {
            id,
            name: source.name.as_str().into(),
            code: source.code.clone(),
            vendor: source.vendor,
            is_read_only: source.provider.as_ref().is_some_and(|provider| provider.read_only().is_some())
                || source.policy.writes.refusal(&source.name).is_some(),
            me: directory.me.as_ref().map(Me::from),
        })
        .collect();
    asker
}

/// Each condition and how many cases are left after it; where none are, the one that took the last.
pub(in crate::cli) fn explain(out: &mut impl Write, index: &Index, query: &Query, asker: &Asker, answers: &Answers) -> Result<(), Stop> {
    writeln!(out, "{:>9}  all cases", index.len())?;
    let mut left = index.len();
    for step in index.explain(query, asker, usize::MAX) {
        if step.is_branch {
            writeln!(out, "{:>9}    or {}", step.left.unwrap_or_default(), step.term)?;
            continue;
        }
        let now = step.left.unwrap_or(left);
        let last = if left > 0 && now == 0 && step.unexamined == 0 { "  <- took the last" } else { "" };
        let unexamined = if step.unexamined > 0 { format!("  and {} not examined yet", step.unexamined) } else { String::new() };
        let place = answers.place(&step.term).map_or_else(String::new, |place| format!("  [{place}]"));
        writeln!(out, "{now:>9}  {}{unexamined}{place}{last}", step.term)?;
        left = now;
    }
    Ok(())
}

/// Says beside the output how many cases lack a field that the filter asks for.
pub(in crate::cli) fn say_lacking(index: &Index) {
    for (field, lacking) in index.lacking() {
        note(format!("{} no {}, which {field}: asks for", count_of(lacking, "more has", "more have"), scalar(&field)));
    }
}

/// What sleeps in the workbench is not listed either, and that is said.
pub(in crate::cli) fn say_asleep(asleep: usize) {
    if asleep > 0 {
        let left_out = count_of(asleep, "snoozed case is", "snoozed cases are");
        note(format!("{left_out} left out, as in the workbench; is:snoozed lists what sleeps"));
    }
}

fn scalar(field: &Field) -> &'static str {
    match field {
        Field::Priority => "priority",
        Field::Updated => "time of a change",
        Field::Closed => "time of closing",
        Field::Due | Field::Sla => "clock",
        _ => "time of creation",
    }
}
