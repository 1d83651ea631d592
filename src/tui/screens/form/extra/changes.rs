//! What a field of the form changes of its case.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use crate::domain::case::Case;
use crate::domain::change::Change;
use crate::domain::directory::Directory;
use crate::domain::part::Part;
use crate::domain::person::Person;
use crate::domain::text::{Clean, raws};
use crate::tui::screens::form::extra::pairs::is_called;
use crate::tui::screens::form::extra::people::{everybody, person};
use crate::tui::screens::form::extra::{Extra, Kind};

impl Extra {
    /// What it would send, as far as it can be read.
    pub(in crate::tui) fn changes(&self, base: &Case, directory: Option<&Directory>) -> Vec<Change> {
        if !self.is_changed() || matches!(self.kind, Kind::Barred(_)) {
            return Vec::new();
        }
        let line = self.line();
        match &self.kind {
            Kind::People { one } => {
                let found = |words: Vec<&str>| words.into_iter().filter_map(|word| person(word, base, directory).ok()).collect::<Vec<_>>();
                let (before, now) = (&base.row.assignees, found(self.words(&line)));
                let not_in = |these: &[Person], those: &[Person]| {
                    these.iter().filter(|person| !those.iter().any(|known| known.is(person))).cloned().collect::<Vec<_>>()
                };
                let (come, gone) = (not_in(&now, before), not_in(before, &now));
                // Where a case holds one, the new one takes the place of the old.
                let gone = if *one && !come.is_empty() { Vec::new() } else { gone };
                come.into_iter().map(Change::Assign).chain(gone.into_iter().map(Change::Unassign)).collect()
            }
            Kind::Words => {
                let (now, gone) = self.values(&line);
                let has = raws(self.held());
                let mut come: Vec<String> = Vec::new();
                for value in now {
                    if !has.contains(&value) && !come.contains(&value) {
                        come.push(value);
                    }
                }
                let come = (!come.is_empty()).then_some(Change::AddTags(come));
                come.into_iter().chain((!gone.is_empty()).then_some(Change::RemoveTags(gone))).collect()
            }
            Kind::Pairs => self.pairs_changed(&line, base),
            Kind::Several(_) => vec![self.field(self.values(&line).0)],
            _ if line.trim().is_empty() => vec![self.field(Vec::new())],
            Kind::Text => vec![self.field(vec![self.origin.raw(&line)])],
            Kind::Choice(_) => vec![self.field(self.values(&line).0)],
            _ => vec![self.field(vec![line.trim().to_owned()])],
        }
    }

    pub fn is_changed(&self) -> bool {
        if self.is_list() { self.line() != self.first } else { self.kept() != self.held().first().map_or("", Clean::raw) }
    }

    /// Why it cannot be sent as it stands, with what to write instead.
    pub fn problem(&self, base: &Case, directory: Option<&Directory>) -> Option<String> {
        let line = self.line();
        let line = line.trim();
        if !self.is_changed() || line.is_empty() {
            return None;
        }
        match &self.kind {
            Kind::People { one } => {
                let words = self.words(line);
                let wrong = words.iter().find_map(|word| person(word, base, directory).err());
                wrong.or_else(|| (*one && words.len() > 1).then(|| "a Datadog case has one assignee: write one name".into()))
            }
            Kind::Pairs => self
                .words(line)
                .into_iter()
                .find(|word| word.split_once(':').is_none_or(|(key, value)| key.trim().is_empty() || value.trim().is_empty()))
                .map(|word| format!("{word} is no attribute: write key:value, with commas between")),
            Kind::Number => (!line.parse::<f64>().is_ok_and(f64::is_finite)).then(|| "not a number: write 7 or 7.5".into()),
            Kind::Url => {
                let host = line.strip_prefix("https://").or_else(|| line.strip_prefix("http://"));
                host.is_none_or(|host| host.is_empty() || host.contains(' '))
                    .then(|| "not a URL: write http:// or https:// and the address".into())
            }
            Kind::Date => line.parse::<Date>().is_err().then(|| "not a date: write it as 2026-11-30".into()),
            Kind::Time => (line.parse::<Timestamp>().is_err() && line.parse::<DateTime>().is_err())
                .then(|| "not a moment: write it as 2026-11-30T18:00:00Z".into()),
            Kind::Several(options) if !options.is_empty() => self
                .words(line)
                .into_iter()
                .find(|word| !options.iter().any(|option| option.trim() == *word))
                .map(|word| format!("{word} is not on offer: choose among {}", options.join(", "))),
            Kind::Words | Kind::Text | Kind::Choice(_) | Kind::Several(_) | Kind::Barred(_) => None,
        }
    }

    /// The values of the line, raw: what the line alone does not tell, where commas or bytes that do not show are in them.
    pub(in crate::tui) fn raw_values(&self) -> Option<Vec<String>> {
        (self.is_list() && !matches!(self.kind, Kind::Choice(_) | Kind::Barred(_))).then(|| self.values(&self.line()).0)
    }

    /// Makes one change of its members to the line. What else stands there stays as it is.
    pub(in crate::tui) fn wish(&mut self, change: &Change, base: &Case, directory: Option<&Directory>) {
        let line = self.line();
        match change {
            Change::AddTags(tags) => {
                let now = self.values(&line).0;
                let new = tags.iter().filter(|tag| !now.contains(tag)).map(|tag| Clean::line(tag));
                self.write(self.words(&line).into_iter().map(str::to_owned).collect(), new.collect());
            }
            Change::RemoveTags(tags) => {
                let now = self.values(&line).0;
                let kept = self.words(&line).into_iter().zip(now).filter(|(_, value)| !tags.contains(value));
                self.write(kept.map(|(word, _)| word.to_owned()).collect(), Vec::new());
            }
            Change::Assign(who) => {
                let is_one = self.kind == Kind::People { one: true };
                let others = self.words(&line).into_iter().filter(|word| !is_one && !is_called(word, who, base, directory));
                self.write(others.map(str::to_owned).collect(), vec![Clean::line(&who.told(everybody(base, directory)))]);
            }
            Change::Unassign(who) => {
                let others = self.words(&line).into_iter().filter(|word| !is_called(word, who, base, directory));
                self.write(others.map(str::to_owned).collect(), Vec::new());
            }
            Change::Attribute { key, values } => {
                let is_of_key = |pair: &Option<(String, String)>| pair.as_ref().is_some_and(|(known, _)| known == key);
                let rest = self.pairs(&line, base).into_iter().filter(|(_, pair)| !is_of_key(pair));
                let rest = rest.map(|(word, _)| word.to_owned()).collect();
                self.write(rest, values.iter().map(|value| Clean::line(&format!("{key}:{value}"))).collect());
            }
            Change::Field { values, .. } => {
                let values: Vec<Clean> = values.iter().map(|value| Clean::line(value)).collect();
                if matches!(self.kind, Kind::Choice(_)) {
                    return self.put(values.first().map_or("", Clean::as_str));
                }
                self.write(Vec::new(), values);
            }
            _ => {}
        }
    }

    /// Whether an attribute stands in the line otherwise than in the base.
    pub(in crate::tui) fn has_changed(&self, key: &str, base: &Case) -> bool {
        self.aspect.part == Part::Attributes
            && self
                .pairs_changed(&self.line(), base)
                .iter()
                .any(|change| matches!(change, Change::Attribute { key: known, .. } if known == key))
    }
}
