//! What one hand did to what is remembered of a case, and what becomes of that where another hand was faster.

use super::aside::Aside;
use super::case::CaseId;

/// One case that was put aside, woken, or moved to the top or from there: what was remembered of it before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub before: Aside,
    pub after: Aside,
}

impl Moved {
    pub fn case(&self) -> &CaseId {
        &self.after.case
    }

    pub fn is_of_snooze(&self) -> bool {
        self.before.snooze != self.after.snooze
    }

    /// It was awake before, and slept after.
    pub fn slept(&self) -> bool {
        self.before.snooze.is_none() && self.after.snooze.is_some()
    }

    /// What is to be remembered where `known` is by now: only what was moved, and no snooze over one that another hand has
    /// chosen or ended meanwhile.
    #[must_use]
    pub fn onto(&self, known: &Aside) -> Aside {
        let is_pinned = if self.before.is_pinned == self.after.is_pinned { known.is_pinned } else { self.after.is_pinned };
        // Another hand has moved along what the same choice compares with.
        let is_behind = self.after.has_same_snooze(known) && self.before.snooze != known.snooze;
        let may_move = self.is_of_snooze() && self.before.has_same_snooze(known) && !is_behind;
        Aside { case: known.case.clone(), is_pinned, snooze: if may_move { self.after.snooze.clone() } else { known.snooze.clone() } }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::aside::{Snooze, Then, Until};
    use crate::domain::case::SourceId;

    fn aside(is_pinned: bool, snooze: Option<(i64, i64)>) -> Aside {
        let snooze = snooze.map(|(since_s, seen_s)| {
            let then = Then { updated_s: Some(seen_s), ..Then::default() };
            Snooze::new(Until::Change, then, Timestamp::from_second(since_s).unwrap())
        });
        Aside { case: CaseId { source: SourceId(0), id: "1".into() }, is_pinned, snooze }
    }

    #[test]
    fn only_what_was_moved_is_written_and_never_over_another_choice() {
        let (none, pinned) = (aside(false, None), aside(true, None));
        let (mine, theirs) = (aside(false, Some((1, 1))), aside(false, Some((2, 1))));
        let moved = |before: &Aside, after: &Aside| Moved { before: before.clone(), after: after.clone() };
        for (a_move, known, becomes) in [
            (moved(&none, &mine), &none, mine.clone()),
            (moved(&none, &mine), &theirs, theirs.clone()),
            (moved(&none, &mine), &pinned, aside(true, Some((1, 1)))),
            (moved(&none, &pinned), &theirs, aside(true, Some((2, 1)))),
            (moved(&pinned, &none), &aside(true, Some((2, 1))), theirs.clone()),
            (moved(&mine, &none), &theirs, theirs.clone()),
            (moved(&mine, &theirs), &none, none.clone()),
            (moved(&mine, &none), &none, none.clone()),
            // The same choice, whatever the case has come to show since.
            (moved(&mine, &none), &aside(false, Some((1, 5))), none.clone()),
            (moved(&mine, &aside(false, Some((1, 3)))), &mine, aside(false, Some((1, 3)))),
            (moved(&mine, &aside(false, Some((1, 3)))), &aside(false, Some((1, 2))), aside(false, Some((1, 2)))),
        ] {
            assert_eq!(a_move.onto(known), becomes, "{a_move:?} onto {known:?}");
        }
    }
}
