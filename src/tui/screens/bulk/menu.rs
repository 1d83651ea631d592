//! The menus of a bulk change: what at least one of the marked cases can be given, and how many of them.

use std::cmp::Reverse;

use crate::domain::capability;
use crate::domain::case::{Level, Rid, State};
use crate::domain::change_script::{ChangeScript, Step};
use crate::domain::directory::{StatusOption, plain_statuses};
use crate::query::Column;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::model::Model;
use crate::tui::model::sources::Source;
use crate::tui::screens::Overlay;
use crate::tui::screens::ask::Suggestion;
use crate::tui::screens::picker::{Does, Picker};

/// Lines of a menu, those that fit the most cases; its title counts the rest, which a macro or the command line can name.
const MAX_LINES: usize = 40;

/// People that are offered.
const MAX_OFFERED: usize = 5_000;

/// A line before it is counted: its words, the step that it stands for, and how many cases it can act on.
struct Line {
    words: String,
    step: String,
    cases: usize,
}

impl Model {
    /// People of all sources, by the mail or name that is written for them, with what they are called.
    pub(in crate::tui) fn people_known(&self) -> Vec<Suggestion> {
        let plain = |word: &str| Suggestion { value: word.to_owned(), words: String::new() };
        let mut known = vec![plain("me"), plain("none")];
        let people = self.sources.iter().filter_map(|source| source.directory.as_ref()).flat_map(|directory| &directory.people);
        for person in people {
            let value = if person.email.is_empty() { person.label() } else { person.email.as_str() };
            if known.len() < MAX_OFFERED && !known.iter().any(|other| other.value == value) {
                known.push(Suggestion { value: value.to_owned(), words: person.name.to_string() });
            }
        }
        known
    }

    /// The source of a case, where it lets itself be changed.
    fn writable(&self, rid: Rid) -> Option<&Source> {
        self.source(self.list.row(rid)?.source).filter(|source| source.info.read_only.is_none())
    }

    /// The statuses that a case can be given, as far as its row tells: most marked cases were never read whole.
    fn statuses_of_row(&self, rid: Rid) -> Option<Vec<StatusOption>> {
        let source = self.writable(rid)?;
        if let Some((case, _)) = self.cached.case_to_edit(rid) {
            return Some(crate::tui::screens::form::statuses(source.info.vendor, source.directory.as_deref(), &case));
        }
        let row = self.list.row(rid)?;
        let known = source.directory.as_ref().map(|directory| {
            let (case_type, group) = (row.value(&Column::Type), row.value(&Column::Team));
            directory.statuses_named(case_type.as_deref(), group.as_deref()).into_iter().cloned().collect::<Vec<_>>()
        });
        Some(known.filter(|known| !known.is_empty()).unwrap_or_else(|| plain_statuses(source.info.vendor)))
    }
}

/// A menu of statuses: the states that every vendor knows, then the vendors' own names. Only what can act is offered.
pub(in crate::tui) fn pick_status(title: String, closes: bool, model: &Model, cx: &mut Cx) {
    let rids = model.marked_rids();
    let options: Vec<Vec<StatusOption>> = rids.iter().filter_map(|rid| model.statuses_of_row(*rid)).collect();
    let having = |is: &dyn Fn(&StatusOption) -> bool| options.iter().filter(|options| options.iter().any(is)).count();
    let states = if closes { &[State::Closed][..] } else { &[State::Open, State::InProgress, State::Closed] };
    let mut lines: Vec<Line> = Vec::new();
    for state in states {
        let name = state.name();
        let words = if closes { "closed, in each vendor's own word".into() } else { name.replace('_', " ") };
        let step = if closes { "close".into() } else { format!("set status={name}") };
        lines.push(Line { words, step, cases: having(&|option| option.state == *state) });
    }
    for option in options.iter().flatten().filter(|option| states.contains(&option.state)) {
        let name = option.name.as_str();
        if !lines.iter().any(|line| line.words.eq_ignore_ascii_case(name)) {
            let cases = having(&|other| other.name.as_str().eq_ignore_ascii_case(name));
            lines.push(Line { words: name.to_owned(), step: format!("set status={name}"), cases });
        }
    }
    pick_recipe(title, lines, rids.len(), "status", cx);
}

pub(in crate::tui) fn pick_priority(title: String, model: &Model, cx: &mut Cx) {
    let rids = model.marked_rids();
    let names: Vec<&[&str]> = rids.iter().filter_map(|rid| Some(capability::priorities(model.writable(*rid)?.info.vendor))).collect();
    let count = |is: &dyn Fn(&str) -> bool| names.iter().filter(|names| names.iter().any(|name| is(name))).count();
    let line = |words: &str, cases| Line { words: words.to_owned(), step: format!("set priority={words}"), cases };
    let levels = Level::ALL.map(|level| line(level.name(), count(&|name| Level::read(name) == Some(level))));
    let none = line("none", count(&|name| name == "NOT_DEFINED"));
    pick_recipe(title, levels.into_iter().chain([none]).collect(), rids.len(), "priority", cx);
}

/// `of`: cases that are marked.
fn pick_recipe(title: String, mut lines: Vec<Line>, of: usize, what: &str, cx: &mut Cx) {
    lines.retain(|line| line.cases > 0);
    let rarer = lines.len().saturating_sub(MAX_LINES);
    if rarer > 0 {
        lines.sort_by_key(|line| Reverse(line.cases));
        lines.truncate(MAX_LINES);
    }
    if lines.is_empty() {
        return cx.say(Grade::Info, format!("none of the marked cases can be given a {what}: their vendor or its source does not let it"));
    }
    let words = |line: &Line| if line.cases < of { format!("{}  ({} of {of})", line.words, line.cases) } else { line.words.clone() };
    let read = |line: Line| Some((words(&line), Does::ChangeScript(ChangeScript::of(vec![Step::parse(&line.step).ok()?]))));
    let title = if rarer > 0 { format!("{title}, and {rarer} more: set {what}=NAME in a macro") } else { title };
    cx.push(Overlay::Picker(Box::new(Picker::new(title, lines.into_iter().filter_map(read)))));
}
