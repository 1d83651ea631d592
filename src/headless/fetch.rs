//! What is read before cases are listed: what the vendors have for the filter where they can be asked for that, and
//! everything of the other sources.

use std::sync::Arc;

use super::Scope;
use super::session::Session;
use super::stop::{Exit, Stop};
use crate::config::Config;
use crate::domain::case::{Rid, SourceId};
use crate::domain::fault::{Fault, FaultKind};
use crate::protocol::{Asked, Order, Ran, Why};
use crate::query::Query;

/// What the sources were asked for.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Of this run, by source id.
    names: Vec<String>,
    asked: Vec<Arc<Asked>>,
}

/// Reads what the query needs; what went wrong is said, and what it means comes back.
pub(super) fn read(scope: &Scope, config: &Config, query: &Query) -> Result<(Exit, Answers), Stop> {
    let mut session = Session::start(config, &scope.places.data, false, scope.columns)?;
    let names: Vec<String> = config.sources.iter().map(|source| source.name.clone()).collect();
    let mut whole: Vec<SourceId> = (0..=u8::MAX).map(SourceId).take(names.len()).collect();
    if !query.is_empty() {
        ask(&mut session, Order::Fetch { query: Arc::new(query.clone()), sources: Vec::new() })?;
        let is_open =
            |id: &SourceId| !session.asked.iter().any(|asked| asked.source == *id && (asked.is_answer() || asked.fault.is_some()));
        whole.retain(is_open);
    }
    if whole.len() == names.len() {
        ask(&mut session, Order::Refresh { source: None, full: true })?;
    } else {
        for source in whole {
            ask(&mut session, Order::Refresh { source: Some(source), full: true })?;
        }
    }
    let verdict = session.verdict();
    let asked = std::mem::take(&mut session.asked);
    session.stop();
    Ok((verdict, Answers { names, asked }))
}

/// One complete pass over all sources; what went wrong is said, and what it means comes back.
pub(super) fn read_all(scope: &Scope, config: &Config) -> Result<Exit, Stop> {
    read(scope, config, &Query::default()).map(|(verdict, _)| verdict)
}

/// How each source went is in its state; the order's own end adds nothing to that.
fn ask(session: &mut Session, order: Order) -> Result<(), Stop> {
    match session.order(order, |_| {}) {
        Err(fault) if matches!(fault.kind, FaultKind::Closed | FaultKind::Busy) => Err(Stop::fault(&Fault::clone(&fault))),
        _ => Ok(()),
    }
}

impl Answers {
    /// Whether a case on disk still counts: one that its source did not send for the query, in an answer that is whole, has
    /// changed since, or is gone.
    pub(super) fn keeps(&self, source: SourceId, rid: Rid) -> bool {
        let answer = self.asked.iter().find(|asked| asked.source == source && asked.is_answer() && asked.is_whole);
        answer.is_none_or(|asked| asked.met.binary_search(&rid).is_ok())
    }

    /// Where a condition was judged, source by source; None: nobody was asked.
    pub(super) fn place(&self, term: &str) -> Option<String> {
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
