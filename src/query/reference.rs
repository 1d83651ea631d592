//! How a case is named: `SOURCE:KEY` on the command line, `CODE KEY` in the list, and the key or id alone.

use super::asker::Asker;
use crate::domain::case::{SourceId, Vendor};

/// A source as references name it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub name: &'a str,
    /// The two columns in the list.
    pub code: &'a str,
    pub vendor: Vendor,
}

/// A text that may be a source and a case in it: `tn:1968`, `TN #1968`, `TN#1968`.
pub fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| c == ':' || c == '#' || c.is_whitespace())?;
    let (source, rest) = text.split_at(end);
    let key = rest.strip_prefix(':').unwrap_or(rest).trim();
    (!source.is_empty() && !key.is_empty() && !key.contains(char::is_whitespace)).then_some((source, key))
}

/// Places of the sources that a word may mean: the one of that name, else those of that code or vendor, else those whose
/// name begins so. Case does not matter.
pub fn meant(word: &str, sources: &[Named<'_>]) -> Vec<usize> {
    let lower = word.to_lowercase();
    let is_name = |source: &Named<'_>| source.name.to_lowercase() == lower;
    let is_kind =
        |source: &Named<'_>| [source.code, source.vendor.code(), source.vendor.name()].iter().any(|known| known.to_lowercase() == lower);
    let is_start = |source: &Named<'_>| source.name.to_lowercase().starts_with(&lower);
    for fits in [&is_name as &dyn Fn(&Named<'_>) -> bool, &is_kind, &is_start] {
        let found: Vec<usize> = (0..sources.len()).filter(|place| fits(&sources[*place])).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Vendors whose keys look like this one; a reference without a source may mean these.
pub fn vendors_of(key: &str) -> &'static [Vendor] {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match key.split_once('-') {
        _ if key.strip_prefix('#').is_some_and(digits) => &[Vendor::Tines],
        Some((project, number)) if digits(number) && project.bytes().all(|byte| byte.is_ascii_alphanumeric()) => &[Vendor::Datadog],
        _ => &Vendor::ALL,
    }
}

impl Asker {
    /// The sources and the key that a text names; None: it is no reference to a case of these sources.
    pub fn named<'t>(&self, text: &'t str) -> Option<(Vec<SourceId>, &'t str)> {
        let (source, key) = split(text)?;
        let names: Vec<Named<'_>> =
            self.origins.iter().map(|origin| Named { name: &origin.name, code: &origin.code, vendor: origin.vendor }).collect();
        let found: Vec<SourceId> = meant(source, &names).into_iter().map(|place| self.origins[place].id).collect();
        (!found.is_empty()).then_some((found, key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_and_its_case_are_told_apart() {
        for (text, parts) in [
            ("tn:1968", Some(("tn", "1968"))),
            ("tn:#1968", Some(("tn", "#1968"))),
            ("TN #1968", Some(("TN", "#1968"))),
            ("TN#1968", Some(("TN", "#1968"))),
            (" soc-eu:a:b ", Some(("soc-eu", "a:b"))),
            ("SO c_81f0", Some(("SO", "c_81f0"))),
            ("#1968", None),
            ("SEC-879", None),
            ("tn:", None),
            (":1", None),
            ("disk is full", None),
            ("", None),
        ] {
            assert_eq!(split(text), parts, "{text}");
        }
    }

    #[test]
    fn a_name_wins_over_a_code_and_a_code_over_the_start_of_a_name() {
        let sources = [
            ("soc-eu", "D1", Vendor::Datadog),
            ("soc-us", "D2", Vendor::Datadog),
            ("so", "TN", Vendor::Tines),
            ("Game", "SO", Vendor::ServerOps),
        ]
        .map(|(name, code, vendor)| Named { name, code, vendor });
        for (word, places) in [
            ("SOC-EU", &[0][..]),
            ("dd", &[0, 1]),
            ("D2", &[1]),
            ("datadog", &[0, 1]),
            ("so", &[2]),
            ("tn", &[2]),
            ("g", &[3]),
            ("soc", &[0, 1]),
            ("https", &[]),
        ] {
            assert_eq!(meant(word, &sources), places, "{word}");
        }
    }
}
