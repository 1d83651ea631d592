//! Which sources a query may find anything in, and in which of them it asks for a person who is not known yet.

use super::compile;
use super::plan::{Leaf, Plan, Sources, Tree, Verdict};
use super::rows::Index;
use crate::domain::case::{SourceId, Vendor};
use crate::query::{Asker, Me, Query};

/// What a query asks of the sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    concerned: Sources,
    without_me: Sources,
}

impl Scope {
    /// A case of this source may hold.
    pub fn concerns(&self, source: SourceId) -> bool {
        self.concerned.has(source)
    }

    /// The query asks for `me`, and it is not known who that is there.
    pub fn lacks_me(&self, source: SourceId) -> bool {
        self.without_me.has(source)
    }
}

impl Index {
    /// What the query asks of the sources of this asker.
    pub fn scope(query: &Query, asker: &Asker) -> Scope {
        // Whoever is not known may be anybody, so nothing is ruled out by that.
        let mut open = asker.clone();
        for origin in open.origins.iter_mut().filter(|origin| origin.me.is_none() && has_people(origin.vendor)) {
            origin.me = Some(Me { id: "?".into(), mail: "".into() });
        }
        let plan = compile::plan(query, &open);
        let concerned: Vec<_> = asker.origins.iter().filter(|origin| may_hold(&plan, origin.id)).collect();
        let lacks_me = |origin: &&&crate::query::Origin| origin.me.is_none() && has_people(origin.vendor);
        let strangers = concerned.iter().filter(lacks_me).map(|origin| origin.id);
        let without_me = if query.names_me() { Sources::of(strangers) } else { Sources::default() };
        Scope { concerned: Sources::of(concerned.iter().map(|origin| origin.id)), without_me }
    }
}

/// Where cases belong to nobody, nobody has to be known.
fn has_people(vendor: Vendor) -> bool {
    vendor.capabilities().has_people()
}

/// Whether any case of this source can hold, whatever it says.
fn may_hold(plan: &Plan, source: SourceId) -> bool {
    plan.fast.iter().chain(&plan.slow).all(|tree| possible(tree, source) != Verdict::No)
}

fn possible(tree: &Tree, source: SourceId) -> Verdict {
    match tree {
        Tree::All(trees) => trees.iter().map(|tree| possible(tree, source)).min().unwrap_or(Verdict::Yes),
        Tree::Any(trees) => trees.iter().map(|tree| possible(tree, source)).max().unwrap_or(Verdict::No),
        Tree::Not(tree) => match possible(tree, source) {
            Verdict::Yes => Verdict::No,
            Verdict::Unexamined => Verdict::Unexamined,
            Verdict::No => Verdict::Yes,
        },
        Tree::Leaf(Leaf::Always(holds)) => Verdict::of(*holds),
        Tree::Leaf(Leaf::Sources(sources)) => Verdict::of(sources.has(source)),
        Tree::Leaf(Leaf::Deep(deep)) if deep.lacking(source).has(deep.parts) => Verdict::No,
        Tree::Leaf(_) => Verdict::Unexamined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Origin, parse};

    fn asker(knows: &[u8]) -> Asker {
        let vendors = [("prod", Vendor::Datadog), ("soc", Vendor::Tines), ("ops", Vendor::ServerOps)];
        let origins = (0..).zip(vendors).map(|(n, (name, vendor))| Origin {
            id: SourceId(n),
            name: name.into(),
            code: vendor.code().into(),
            vendor,
            is_read_only: false,
            me: knows.contains(&n).then(|| Me { id: "7".into(), mail: "ana@example.com".into() }),
        });
        Asker { origins: origins.collect(), ..Asker::default() }
    }

    #[test]
    fn a_query_concerns_the_sources_in_which_a_case_may_hold() {
        for (text, concerned) in [
            ("", &[0, 1, 2][..]),
            ("phish -test status:open", &[0, 1, 2]),
            ("src:soc", &[1]),
            ("-src:soc", &[0, 2]),
            ("src:prod OR (src:soc phish)", &[0, 1]),
            ("src:prod src:soc", &[]),
            ("comment:~watch", &[0, 1]),
            ("has:record", &[1]),
            ("-has:record", &[0, 1, 2]),
            ("team:x", &[1]),
            ("assignee:me", &[0, 1]),
            ("-assignee:me", &[0, 1, 2]),
        ] {
            let scope = Index::scope(&parse(text).query, &asker(&[]));
            let found: Vec<u8> = (0..3).filter(|n| scope.concerns(SourceId(*n))).collect();
            assert_eq!(found, concerned, "{text}");
        }
    }

    #[test]
    fn me_is_lacking_where_it_is_asked_for_and_not_known() {
        for (text, knows, lacking) in [
            ("assignee:me", &[][..], &[0, 1][..]),
            ("-assignee:me", &[], &[0, 1]),
            ("is:mine", &[0], &[1]),
            ("author:me phish", &[1], &[0]),
            ("assignee:me src:prod", &[], &[0]),
            ("assignee:me", &[0, 1], &[]),
            ("status:open", &[], &[]),
        ] {
            let scope = Index::scope(&parse(text).query, &asker(knows));
            let found: Vec<u8> = (0..3).filter(|n| scope.lacks_me(SourceId(*n))).collect();
            assert_eq!(found, lacking, "{text}");
        }
    }
}
