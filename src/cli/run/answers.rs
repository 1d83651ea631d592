//! What the sources were asked for by a run, and what their answers say of the cases on disk.

use std::sync::Arc;

use crate::domain::case::{Rid, SourceId};
use crate::protocol::{Asked, Ran, Why};

/// What the sources were asked for.
#[derive(Debug, Default)]
pub(in crate::cli) struct Answers {
    /// Of this run, by source id.
    pub(in crate::cli) names: Vec<String>,
    pub(in crate::cli) asked: Vec<Arc<Asked>>,
}

impl Answers {
    /// Whether a case on disk still counts: one that its source did not send for the query, in an answer that is whole, has
    /// changed since, or is gone.
    pub(in crate::cli) fn keeps(&self, source: SourceId, rid: Rid) -> bool {
        let answer = self.asked.iter().find(|asked| asked.source == source && asked.is_answer() && asked.is_whole);
        answer.is_none_or(|asked| asked.met.binary_search(&rid).is_ok())
    }

    /// Where a condition was judged, source by source; None: nobody was asked.
    pub(in crate::cli) fn place(&self, term: &str) -> Option<String> {
        let at =
            |asked: &Arc<Asked>| asked.terms.iter().find(|(node, _)| node.to_string() == term).map(|(_, ran)| (asked.source, ran.clone()));
        let ran: Vec<(SourceId, Ran)> = self.asked.iter().filter_map(at).collect();
        let first = ran.first()?;
        if ran.iter().all(|(_, ran)| *ran == first.1) && !matches!(first.1, Ran::Here(Why::OtherSource)) {
            return Some(first.1.words());
        }
        let each = ran.iter().map(|(source, ran)| {
            let name = self.names.get(usize::from(source.0)).map_or("?", String::as_str);
            format!("{name} {}", ran.words())
        });
        Some(each.collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Gap;

    #[test]
    fn the_place_is_said_once_where_all_sources_agree() {
        let query = crate::query::parse("status:open phish").query;
        let of = |source: u8, ran: Ran| {
            let terms = query.conjuncts().iter().cloned().zip([ran, Ran::Here(Why::NotOffered)]).collect();
            let met = vec![Rid(3), Rid(5)];
            Arc::new(Asked { source: SourceId(source), terms, words: "status:open".into(), met, is_whole: true, gap: None, fault: None })
        };
        let answers = Answers { names: vec!["dd".into(), "tn".into()], asked: vec![of(0, Ran::Narrowed), of(1, Ran::Exact)] };
        assert_eq!(answers.place("phish").as_deref(), Some("here"));
        let status = answers.place("status:open").unwrap();
        assert!(status.starts_with("dd narrowed by the vendor") && status.contains("; tn by the vendor"), "{status}");
        assert_eq!(answers.place("tag:x"), None);
        let mut cut = answers.asked[0].as_ref().clone();
        (cut.is_whole, cut.gap) = (false, Some(Gap::Moved));
        let cut = Answers { names: answers.names.clone(), asked: vec![cut.into()] };
        assert!(cut.keeps(SourceId(0), Rid(4)), "what a cut answer lacks is not gone");
        assert!(answers.keeps(SourceId(0), Rid(5)) && !answers.keeps(SourceId(0), Rid(4)) && answers.keeps(SourceId(2), Rid(4)));
    }
}
