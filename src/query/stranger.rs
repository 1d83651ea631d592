//! Values of `src:` that no source goes by: what is known there is the asker's, so the text alone cannot be judged.

use compact_str::CompactString;

use super::asker::Asker;
use super::ast::{Cmp, Field, Node, Query, Term, Test, Value, Word};
use super::field::nearest;
use super::fold::fold;
use super::parse::Problem;

/// A value that names no source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    written: CompactString,
    /// It is how the name of a source begins: the next key may complete it.
    pub is_begun: bool,
    words: String,
    nearest: Option<String>,
}

impl Stranger {
    /// What is wrong, and where it stands in the text of the query.
    pub fn problem(&self, text: &str) -> Problem {
        let start = text.find(self.written.as_str()).unwrap_or(0);
        let at = start..text.len().min(start + self.written.len());
        Problem { at, words: self.words.clone(), nearest: self.nearest.clone(), is_hint: false }
    }
}

impl Asker {
    /// The values that name no source, wherever they stand; none while no source is known.
    pub fn strangers(&self, query: &Query) -> Vec<Stranger> {
        let mut found = Vec::new();
        if !self.origins.is_empty() {
            self.strangers_in(&query.node, &mut found);
        }
        found
    }

    fn strangers_in(&self, node: &Node, found: &mut Vec<Stranger>) {
        match node {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| self.strangers_in(node, found)),
            Node::Not(node) => self.strangers_in(node, found),
            Node::Term(Term { field: Field::Source, test: Test::Any(values) }) => {
                found.extend(values.iter().filter_map(|value| self.stranger(value, None)));
            }
            Node::Term(Term { field: Field::Source, test: Test::Compare(cmp, value) }) => found.extend(self.stranger(value, Some(*cmp))),
            Node::Term(_) | Node::Text(_) => {}
        }
    }

    fn stranger(&self, value: &Value, cmp: Option<Cmp>) -> Option<Stranger> {
        let Value::Word(Word { text, is_prefix, .. }) = value else { return None };
        let wanted = fold(text);
        let is_meant = |name: &str| match cmp {
            Some(Cmp::Contains) => fold(name).contains(&wanted),
            _ if *is_prefix => fold(name).starts_with(&wanted),
            _ => fold(name) == wanted,
        };
        let names = || self.origins.iter().flat_map(|origin| [&*origin.name, &*origin.code, origin.vendor.code(), origin.vendor.name()]);
        if names().any(is_meant) || self.left_out.iter().any(|name| is_meant(name)) {
            return None;
        }
        let known = self.origins.iter().map(|origin| &*origin.name).collect::<Vec<_>>().join(", ");
        Some(Stranger {
            written: text.clone(),
            is_begun: names().chain(self.left_out.iter().map(CompactString::as_str)).any(|name| fold(name).starts_with(&wanted)),
            words: format!("src: no source is called `{text}`; it takes {known}, or a vendor"),
            nearest: nearest(text, names()).map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{SourceId, Vendor};
    use crate::query::{Origin, parse};

    #[test]
    fn what_names_no_source_is_named_with_what_does() {
        let origin = |(n, name, vendor): (u8, &str, Vendor)| Origin {
            id: SourceId(n),
            name: name.into(),
            code: vendor.code().into(),
            vendor,
            is_read_only: false,
            me: None,
        };
        let origins = [(0, "prod-eu", Vendor::Datadog), (1, "soc", Vendor::Tines)].map(origin).to_vec();
        let asker = Asker { origins, ..Asker::default() };
        let found = |text: &str| {
            let strangers = asker.strangers(&parse(text).query);
            strangers.iter().map(|found| (found.problem(text).to_string(), found.is_begun)).collect::<Vec<_>>()
        };
        for known in ["", "src:soc", "src:SOC,dd", "src:tines", "-src:prod*", "src:~rod", "src:=soc", "src:/x/", "title:src"] {
            assert_eq!(found(known), [], "{known}");
        }
        let takes = "it takes prod-eu, soc, or a vendor";
        assert_eq!(found("src:sco x"), [(format!("src: no source is called `sco`; {takes}; did you mean `soc`?"), false)]);
        assert_eq!(found("(phish OR -src:aws,soc)"), [(format!("src: no source is called `aws`; {takes}"), false)]);
        assert!(found("src:pro")[0].1, "it may become prod-eu");
        assert_eq!(asker.strangers(&parse("a src:aws").query)[0].problem("a src:aws").at, 6..9);
        let narrowed = Asker { left_out: vec!["game".into()], ..asker };
        assert!(narrowed.strangers(&parse("src:ga").query)[0].is_begun, "it may become a source that is configured and left out");
        assert_eq!(Asker::default().strangers(&parse("src:aws").query), [], "nobody knows any source yet");
    }
}
