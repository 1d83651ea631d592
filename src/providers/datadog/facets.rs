//! Facets in the words of Datadog's search. Nothing of them is promised by the documents, so each is tried before it is used.

use crate::domain::case::Level;
use crate::domain::facet::{Facet, Offer, Stage};

/// What the search makes of a facet. It has no documented one for people, times or archived cases; tags are attributes
/// here, whose names are not known.
pub(super) fn offer(facet: &Facet) -> Offer {
    if term(facet).is_some() { Offer::Unproven } else { Offer::Never }
}

/// Datadog's own text, and these facets beside it.
pub(super) fn filter(own: Option<&str>, facets: &[Facet]) -> Option<String> {
    let terms: Vec<String> = facets.iter().filter_map(term).collect();
    match (own, terms.is_empty()) {
        (own, true) => own.map(str::to_owned),
        (None, false) => Some(terms.join(" ")),
        // In parentheses, or an OR in it would reach over what follows.
        (Some(own), false) => Some(format!("({own}) {}", terms.join(" "))),
    }
}

fn term(facet: &Facet) -> Option<String> {
    match facet {
        // Their `open` may leave out what is in progress.
        Facet::Status(Stage::Open) => Some("-status:closed".into()),
        Facet::Status(Stage::Closed) => Some("status:closed".into()),
        Facet::Levels(levels) => match levels.as_slice() {
            [] => None,
            [one] => Some(format!("priority:{}", number(*one))),
            many => Some(format!("priority:({})", many.iter().map(|level| number(*level)).collect::<Vec<_>>().join(" OR "))),
        },
        // By what is less: a word that nobody here knows may be more.
        Facet::AtLeast(level) => {
            let less = Level::ALL.into_iter().filter(|known| known > level).map(number).chain(["NOT_DEFINED"]);
            Some(format!("-priority:({})", less.collect::<Vec<_>>().join(" OR ")))
        }
        Facet::Status(Stage::Archived) | Facet::Assigned(_) | Facet::Tagged(_) | Facet::UpdatedSince(_) => None,
    }
}

fn number(level: Level) -> &'static str {
    match level {
        Level::Critical => "P1",
        Level::High => "P2",
        Level::Medium => "P3",
        Level::Low => "P4",
        Level::Info => "P5",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facets_stand_beside_the_sources_own_text() {
        let facets = [Facet::Status(Stage::Open), Facet::Levels(vec![Level::Critical, Level::High])];
        assert_eq!(filter(None, &facets).as_deref(), Some("-status:closed priority:(P1 OR P2)"));
        assert_eq!(filter(Some("a OR b"), &facets[..1]).as_deref(), Some("(a OR b) -status:closed"));
        assert_eq!(filter(Some("a OR b"), &[]).as_deref(), Some("a OR b"));
        assert_eq!(filter(None, &[Facet::AtLeast(Level::Low)]).as_deref(), Some("-priority:(P5 OR NOT_DEFINED)"));
        assert_eq!(filter(None, &[Facet::Tagged(vec!["x".into()])]), None);
        assert_eq!(offer(&facets[0]), Offer::Unproven, "the documents promise nothing");
        assert_eq!(offer(&Facet::Status(Stage::Archived)), Offer::Never);
    }
}
