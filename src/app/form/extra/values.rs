//! The values of a field that lists several: read off its line raw, and put in and taken out one by one. A line joined by
//! commas is only how they are shown.

use super::{Extra, Kind, everybody, line_area, person};
use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::edit::{Change, Part};
use crate::domain::list::split;
use crate::domain::person::Person;
use crate::domain::text::Clean;

impl Extra {
    pub(super) fn held(&self) -> &[Clean] {
        &self.known[..self.held]
    }

    pub(super) fn words<'l>(&self, line: &'l str) -> Vec<&'l str> {
        let known: Vec<&str> = self.known.iter().map(|text| text.as_str().trim()).collect();
        split(line, &known)
    }

    /// The values of the line, raw, each of the base's as often as the base has it; and those of the base that are gone.
    pub(super) fn values(&self, line: &str) -> (Vec<String>, Vec<String>) {
        let mut left: Vec<&Clean> = self.held().iter().collect();
        let mut now = Vec::new();
        for word in self.words(line) {
            let held = left.iter().position(|text| text.as_str().trim() == word).map(|at| left.remove(at));
            now.push(held.map_or_else(|| self.raw_of(word), Clean::raw).to_owned());
        }
        (now, left.into_iter().map(|text| text.raw().to_owned()).collect())
    }

    pub(in crate::app::form) fn raw_of<'w>(&'w self, word: &'w str) -> &'w str {
        self.known.iter().find(|text| text.as_str().trim() == word).map_or(word, Clean::raw)
    }

    /// The values of the line, raw: what the line alone does not tell, where commas or bytes that do not show are in them.
    pub(in crate::app::form) fn raw_values(&self) -> Option<Vec<String>> {
        (self.is_list() && !matches!(self.kind, Kind::Choice(_) | Kind::Barred(_))).then(|| self.values(&self.line()).0)
    }

    /// The words of the line, each with the attribute that it names: its key and its value, raw.
    fn pairs<'l>(&self, line: &'l str, base: &Case) -> Vec<(&'l str, Option<(String, String)>)> {
        let mut left: Vec<(&Clean, (String, String))> = self.held().iter().zip(all_pairs(base)).collect();
        let mut now = Vec::new();
        for word in self.words(line) {
            let held = left.iter().position(|(pair, _)| pair.as_str().trim() == word).map(|at| left.remove(at).1);
            now.push((word, held.or_else(|| pair_of(self.raw_of(word), base))));
        }
        now
    }

    pub(super) fn pairs_changed(&self, line: &str, base: &Case) -> Vec<Change> {
        let has: Vec<(String, String)> = all_pairs(base).collect();
        let now: Vec<(String, String)> = self.pairs(line, base).into_iter().filter_map(|(_, pair)| pair).collect();
        let mut keys: Vec<&String> = has.iter().chain(&now).map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        let of = |pairs: &[(String, String)], key: &String| {
            pairs.iter().filter(|(known, _)| known == key).map(|(_, value)| value.clone()).collect::<Vec<_>>()
        };
        let changed = keys.into_iter().filter(|key| of(&has, key) != of(&now, key));
        changed.map(|key| Change::Attribute { key: key.clone(), values: of(&now, key) }).collect()
    }

    /// Makes one change of its members to the line. What else stands there stays as it is.
    pub(in crate::app::form) fn wish(&mut self, change: &Change, base: &Case, directory: Option<&Directory>) {
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
    pub(in crate::app::form) fn has_changed(&self, key: &str, base: &Case) -> bool {
        self.aspect.part == Part::Attributes
            && self
                .pairs_changed(&self.line(), base)
                .iter()
                .any(|change| matches!(change, Change::Attribute { key: known, .. } if known == key))
    }

    /// The line is these words and then these values.
    fn write(&mut self, mut words: Vec<String>, new: Vec<Clean>) {
        words.extend(new.iter().map(|value| value.as_str().trim().to_owned()));
        self.expect(new);
        self.area = line_area(&words.join(", "));
    }
}

/// Whether a word of the line means this person.
fn is_called(word: &str, who: &Person, base: &Case, directory: Option<&Directory>) -> bool {
    person(word, base, directory).map_or_else(|_| who.told(everybody(base, directory)) == word, |found| found.is(who))
}

/// The values of one attribute, each with its key, raw.
pub(super) fn pairs_of(key: &Clean, values: &[Clean]) -> Vec<(String, String)> {
    values.iter().map(|value| (key.raw().to_owned(), value.raw().to_owned())).collect()
}

fn all_pairs(base: &Case) -> impl Iterator<Item = (String, String)> {
    base.attributes.iter().flat_map(|(key, values)| pairs_of(key, values))
}

/// Key and value of `key:value`, raw. A key that the base has is meant whole, whatever is in it.
fn pair_of(written: &str, base: &Case) -> Option<(String, String)> {
    let keys = base.attributes.iter().map(|(key, _)| key);
    let behind = |key: &str| written.strip_prefix(key)?.trim_start().strip_prefix(':');
    let known = keys.clone().filter_map(|key| Some((key, behind(key.raw()).or_else(|| behind(key.as_str().trim()))?)));
    if let Some((key, value)) = known.max_by_key(|(key, _)| key.raw().len()) {
        return Some((key.raw().to_owned(), value.trim().to_owned()));
    }
    let (key, value) = written.split_once(':')?;
    Some((key.trim().to_owned(), value.trim().to_owned()))
}
