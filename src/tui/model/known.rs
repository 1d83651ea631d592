//! What the list and the tabs are worth, in the words of the screen.

use compact_str::CompactString;
use jiff::Timestamp;

use crate::domain::case::{CaseId, SourceId};
use crate::domain::clock;
use crate::domain::count::count_of;
use crate::index::Scope;
use crate::protocol::{Counted, Coverage, Doubt, Known, SourceFacts, known};
use crate::tui::cx::Cx;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::views::Tally;

/// From this width on there is room for a second kind of doubt beside a count; below the other, for none.
const WIDE: u16 = 110;
const NARROW: u16 = 60;

/// Kinds of doubt that are told beside a count in a line of this width; all of them are told by the filter explained.
fn told_beside(columns: u16) -> usize {
    match columns {
        ..NARROW => 0,
        NARROW..WIDE => 1,
        WIDE.. => 2,
    }
}

/// How far sources are read together; None: one of them does not tell how many it has.
fn read_of(doubts: &[Doubt]) -> Option<(u64, u64)> {
    let read = doubts.iter().try_fold((0, 0), |(all_seen, all_of), doubt| match doubt {
        Doubt::Reading { seen, of, .. } | Doubt::Partial { seen, of, .. } => Some((all_seen + seen, all_of + (*of)?)),
        _ => None,
    });
    read.filter(|(_, of)| *of > 0)
}

fn sum(doubts: &[Doubt]) -> usize {
    let cases = |doubt: &Doubt| match doubt {
        Doubt::Unexamined { cases, .. } | Doubt::Undescribed { cases, .. } => *cases,
        Doubt::Malformed { rows, .. } => *rows as usize,
        _ => 0,
    };
    doubts.iter().map(cases).sum()
}

impl Model {
    /// What the list shows, and what that is worth.
    pub fn known(&self, cx: &Cx) -> Known {
        self.worth_of(&self.list.counted(), self.list.scope(), cx)
    }

    /// What a tab says, and what that is worth.
    pub fn known_of(&self, tally: &Tally, cx: &Cx) -> Known {
        self.worth_of(&tally.counted, &tally.scope, cx)
    }

    /// All cases that are known, and what that is worth.
    pub fn known_in_all(&self, cx: &Cx) -> Known {
        let all = Counted { count: self.list.known(), ..Counted::default() };
        self.worth_of(&all, &self.list.scope_of(&crate::query::Query::default()), cx)
    }

    fn worth_of(&self, counted: &Counted, scope: &Scope, cx: &Cx) -> Known {
        let facts: Vec<SourceFacts<'_>> = self.sources.iter().map(|source| source.facts(cx.now)).collect();
        // Until the disk is told, whatever is not there yet is being read, also without a network.
        known(counted, scope, &facts, self.is_offline(cx) && self.list.is_disk_told())
    }

    /// Behind a count in a line of this width: `complete`, `PARTIAL: TN`, `from disk, 11m old; 2 held`.
    pub fn worth(&self, known: &Known, columns: u16, cx: &Cx) -> String {
        if known.is_complete() {
            return "complete".into();
        }
        let kinds = known.kinds().take(told_beside(columns));
        kinds.map(|doubts| self.doubt_words(known.count, doubts, cx)).collect::<Vec<_>>().join("; ")
    }

    /// What there is to say of the filter's result that does not stand beside its count.
    pub fn doubts_below(&self, cx: &Cx) -> Vec<String> {
        let known = self.known(cx);
        let is_of_filter = |doubts: &&[Doubt]| {
            let first = doubts.first();
            matches!(
                first,
                Some(Doubt::Looking | Doubt::Me { .. } | Doubt::Unexamined { .. } | Doubt::Undescribed { .. } | Doubt::Cut { .. })
            )
        };
        let below = known.kinds().skip(told_beside(cx.size.0)).filter(is_of_filter);
        below.map(|doubts| self.doubt_words(known.count, doubts, cx)).collect()
    }

    /// Doubts of one kind in two or three words.
    pub fn doubt_words(&self, count: usize, doubts: &[Doubt], cx: &Cx) -> String {
        let codes = || doubts.iter().filter_map(Doubt::source).map(|source| self.code_of(source)).collect::<Vec<_>>().join(" ");
        let oldest = |at: fn(&Doubt) -> Option<Timestamp>| doubts.iter().map(at).min().flatten();
        let Some(first) = doubts.first() else { return String::new() };
        match first {
            Doubt::FromDisk { at: None } => "from disk".into(),
            Doubt::FromDisk { at: Some(at) } => format!("from disk, {} old", cx.age_of(*at)),
            Doubt::Unread { .. } => format!("never read: {}", codes()),
            Doubt::Reading { .. } => match read_of(doubts) {
                Some((seen, of)) => format!("reading {seen} of {of}"),
                None => "reading".into(),
            },
            Doubt::Failing { .. } => {
                let at = oldest(|doubt| if let Doubt::Failing { at, .. } = doubt { *at } else { None });
                let age = at.filter(|at| !crate::tui::model::sources::is_fresh(*at, cx.now));
                format!("PARTIAL: {}{}", codes(), age.map_or_else(String::new, |at| format!(" {} old", cx.age_of(at))))
            }
            Doubt::Partial { .. } => match read_of(doubts) {
                Some((seen, of)) => format!("PARTIAL: {} {seen} of {of}", codes()),
                None => format!("PARTIAL: {}", codes()),
            },
            Doubt::Me { .. } => format!("me not known: {}", codes()),
            Doubt::Looking => "still looking".into(),
            Doubt::Unexamined { .. } => format!("{} not examined", sum(doubts)),
            Doubt::Undescribed { .. } => format!("{} descriptions not read", sum(doubts)),
            Doubt::Held { cases } => format!("{cases} held"),
            Doubt::Malformed { .. } => format!("{} unreadable: {}", sum(doubts), codes()),
            Doubt::Cut { of } => format!("showing {count} of {of}"),
            Doubt::Down { .. } | Doubt::Old { .. } => {
                let at = oldest(|doubt| if let Doubt::Down { at, .. } | Doubt::Old { at, .. } = doubt { *at } else { None });
                format!("{}{}", codes(), at.map_or_else(String::new, |at| format!(" {} old", cx.age_of(at))))
            }
        }
    }

    /// Why a count is not the whole truth, a sentence each, with the next step where there is one.
    pub fn doubts_told(&self, known: &Known, cx: &Cx) -> Vec<String> {
        known.kinds().map(|doubts| self.doubt_told(known.count, doubts, cx)).collect()
    }

    fn doubt_told(&self, count: usize, doubts: &[Doubt], cx: &Cx) -> String {
        let names = |doubts: &mut dyn Iterator<Item = &Doubt>| {
            let name = |source| self.source(source).map_or("?", |source| source.info.name.as_str());
            doubts.filter_map(Doubt::source).map(name).collect::<Vec<_>>().join(", ")
        };
        let all = || names(&mut doubts.iter());
        match doubts.first() {
            Some(Doubt::FromDisk { .. }) => format!("No vendor is reached: this is {}.", self.doubt_words(count, doubts, cx)),
            Some(Doubt::Unread { .. }) => format!("Nothing of {} was ever read.", all()),
            Some(Doubt::Reading { .. }) => format!("Still {}: {}.", self.doubt_words(count, doubts, cx), all()),
            Some(Doubt::Failing { .. }) => {
                format!("{} cannot be read now; {} says why.", all(), cx.key(Action::Sources))
            }
            Some(Doubt::Partial { .. }) => {
                let why = |doubt: &Doubt| match doubt {
                    Doubt::Partial { source, gap: Some(gap), .. } => {
                        let name = self.source(*source).map_or("?", |source| source.info.name.as_str());
                        format!("{name}: {}; {}.", gap.words(), gap.next_step())
                    }
                    doubt => format!("{} was never read to its end.", names(&mut std::iter::once(doubt))),
                };
                doubts.iter().map(why).collect::<Vec<_>>().join(" ")
            }
            Some(Doubt::Me { .. }) => {
                let is_final = |doubt: &&Doubt| matches!(doubt, Doubt::Me { is_final: true, .. });
                let (silent, open): (Vec<&Doubt>, Vec<&Doubt>) = doubts.iter().partition(is_final);
                let mut told = Vec::new();
                if !open.is_empty() {
                    told.push(format!("Not known yet: {} has not told who you are.", names(&mut open.into_iter())));
                }
                if !silent.is_empty() {
                    told.push(format!("{} does not tell who you are: write me = in the configuration.", names(&mut silent.into_iter())));
                }
                told.join(" ")
            }
            Some(Doubt::Looking) => "The filter is still looking.".into(),
            Some(Doubt::Unexamined { .. }) => {
                let (cases, are) = (count_of(sum(doubts), "case", "cases"), if sum(doubts) == 1 { "is" } else { "are" });
                let told = format!("{cases} of {} {are} not examined: what the filter asks for is read case by case.", all());
                let held_up = |source| Some(format!("{}: {}.", self.source(source)?.info.name, self.ahead.rest_of(source, cx)?));
                let held_up = doubts.iter().filter_map(Doubt::source).filter_map(held_up);
                std::iter::once(told).chain(held_up).collect::<Vec<_>>().join(" ")
            }
            Some(Doubt::Undescribed { .. }) => format!(
                "Not read of {}: {}, which its list does not send. description: in the filter reads them case by case.",
                all(),
                count_of(sum(doubts), "description", "descriptions"),
            ),
            Some(Doubt::Held { cases }) => {
                let held = if *cases == 1 { "1 more is held back" } else { &format!("{cases} more are held back") };
                format!("{held}; {} lets {} in.", cx.key(Action::Refresh), if *cases == 1 { "it" } else { "them" })
            }
            Some(Doubt::Malformed { .. }) => format!("{} of {} could not be read.", count_of(sum(doubts), "row", "rows"), all()),
            Some(Doubt::Cut { of }) => format!("A limit shows {count} of {of}."),
            Some(Doubt::Down { .. }) => {
                let (words, sources) = (self.doubt_words(count, doubts, cx), cx.key(Action::Sources));
                format!("{} cannot be read now, all that was known is shown: {words}; {sources} says why.", all())
            }
            Some(Doubt::Old { .. }) => format!("{} has not answered for a while: {}.", all(), self.doubt_words(count, doubts, cx)),
            None => String::new(),
        }
    }

    fn code_of(&self, source: SourceId) -> CompactString {
        self.source(source).map_or_else(|| "??".into(), |source| source.code.clone())
    }

    /// The case is said to be gone, or its source was read whole without it.
    pub(in crate::tui) fn is_gone(&self, case: &CaseId) -> bool {
        let is_whole = |source: &crate::tui::model::sources::Source| matches!(source.state.coverage, Coverage::Full { .. });
        self.list.find(case).map_or_else(|| self.source(case.source).is_some_and(is_whole), |rid| self.list.is_gone(rid))
    }
}

impl Cx {
    /// To stand before `old`.
    pub(in crate::tui) fn age_of(&self, at: Timestamp) -> CompactString {
        let seconds = self.now.as_second() - at.as_second();
        if seconds < 60 { "<1m".into() } else { clock::span(seconds) }
    }
}
