//! The values of a field that lists several: read off its line raw, and put in and taken out one by one. A line joined by
//! commas is only how they are shown.

use crate::domain::case::Case;
use crate::domain::change::Change;
use crate::domain::list::split;
use crate::domain::text::Clean;
use crate::tui::screens::form::extra::pairs::{all_pairs, pair_of};
use crate::tui::screens::form::extra::{Extra, line_area};

impl Extra {
    pub(in crate::tui) fn held(&self) -> &[Clean] {
        &self.known[..self.held]
    }

    pub(in crate::tui) fn words<'l>(&self, line: &'l str) -> Vec<&'l str> {
        let known: Vec<&str> = self.known.iter().map(|text| text.as_str().trim()).collect();
        split(line, &known)
    }

    /// The values of the line, raw, each of the base's as often as the base has it; and those of the base that are gone.
    pub(in crate::tui) fn values(&self, line: &str) -> (Vec<String>, Vec<String>) {
        let mut left: Vec<&Clean> = self.held().iter().collect();
        let mut now = Vec::new();
        for word in self.words(line) {
            let held = left.iter().position(|text| text.as_str().trim() == word).map(|at| left.remove(at));
            now.push(held.map_or_else(|| self.raw_of(word), Clean::raw).to_owned());
        }
        (now, left.into_iter().map(|text| text.raw().to_owned()).collect())
    }

    pub(in crate::tui) fn raw_of<'w>(&'w self, word: &'w str) -> &'w str {
        self.known.iter().find(|text| text.as_str().trim() == word).map_or(word, Clean::raw)
    }

    /// The words of the line, each with the attribute that it names: its key and its value, raw.
    pub(in crate::tui) fn pairs<'l>(&self, line: &'l str, base: &Case) -> Vec<(&'l str, Option<(String, String)>)> {
        let mut left: Vec<(&Clean, (String, String))> = self.held().iter().zip(all_pairs(base)).collect();
        let mut now = Vec::new();
        for word in self.words(line) {
            let held = left.iter().position(|(pair, _)| pair.as_str().trim() == word).map(|at| left.remove(at).1);
            now.push((word, held.or_else(|| pair_of(self.raw_of(word), base))));
        }
        now
    }

    pub(in crate::tui) fn pairs_changed(&self, line: &str, base: &Case) -> Vec<Change> {
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

    /// The line is these words and then these values.
    pub(in crate::tui) fn write(&mut self, mut words: Vec<String>, new: Vec<Clean>) {
        words.extend(new.iter().map(|value| value.as_str().trim().to_owned()));
        self.expect(new);
        self.area = line_area(&words.join(", "));
    }
}
