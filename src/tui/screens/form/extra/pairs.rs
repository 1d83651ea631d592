//! Attributes as `key:value`, one after the other.

use crate::domain::case::Case;
use crate::domain::directory::Directory;
use crate::domain::person::Person;
use crate::domain::text::Clean;
use crate::tui::screens::form::extra::people::{everybody, person};

/// The values of one attribute, each with its key, raw.
pub(in crate::tui) fn pairs_of(key: &Clean, values: &[Clean]) -> Vec<(String, String)> {
    values.iter().map(|value| (key.raw().to_owned(), value.raw().to_owned())).collect()
}

pub(in crate::tui) fn all_pairs(base: &Case) -> impl Iterator<Item = (String, String)> {
    base.attributes.iter().flat_map(|(key, values)| pairs_of(key, values))
}

/// Key and value of `key:value`, raw. A key that the base has is meant whole, whatever is in it.
pub(in crate::tui) fn pair_of(written: &str, base: &Case) -> Option<(String, String)> {
    let keys = base.attributes.iter().map(|(key, _)| key);
    let behind = |key: &str| written.strip_prefix(key)?.trim_start().strip_prefix(':');
    let known = keys.clone().filter_map(|key| Some((key, behind(key.raw()).or_else(|| behind(key.as_str().trim()))?)));
    if let Some((key, value)) = known.max_by_key(|(key, _)| key.raw().len()) {
        return Some((key.raw().to_owned(), value.trim().to_owned()));
    }
    let (key, value) = written.split_once(':')?;
    Some((key.trim().to_owned(), value.trim().to_owned()))
}

/// Whether a word of the line means this person.
pub(in crate::tui) fn is_called(word: &str, who: &Person, base: &Case, directory: Option<&Directory>) -> bool {
    person(word, base, directory).map_or_else(|_| who.told(everybody(base, directory)) == word, |found| found.is(who))
}
