//! Groups and folds over the frozen order: which rows stand before the eye, and which stand behind another one.
//!
//! A fold shows its first row with a count, so what is under the cursor is always one case. Nothing here changes the
//! order; opening and closing only takes rows behind their first one or brings them out again.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::case::{Rank, Rid};

/// A run of rows with one value, under a line with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    /// Equal for rows of one group.
    key: String,
    /// Where it begins and ends in the flat order.
    from: usize,
    to: usize,
    is_closed: bool,
    worst: Rank,
}

/// Look-alike rows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Storm {
    /// In the order on display; the first one shows.
    members: Vec<Rid>,
    is_closed: bool,
    /// The most urgent of them as they are now.
    worst: Rank,
}

/// The line above a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// Names its value.
    pub first: Rid,
    pub key: &'a str,
    pub count: usize,
    /// Only its first row shows.
    pub is_closed: bool,
    /// The most urgent priority in it.
    pub worst: Rank,
}

/// Rows behind a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folded {
    /// With the row that shows.
    pub count: usize,
    /// The most urgent priority among them.
    pub worst: Rank,
}

/// What the person has opened and closed, kept when the order is laid anew.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Wishes {
    opened: FxHashSet<Rid>,
    closed: FxHashSet<String>,
    /// Groups that are not named in `closed` are closed too, until opened.
    all_closed: bool,
    open_groups: FxHashSet<String>,
}

#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Arrangement {
    /// All rows of the list.
    pub(in crate::tui) flat: Vec<Rid>,
    groups: Vec<Group>,
    /// Which group a row is the first of.
    first_of: FxHashMap<Rid, usize>,
    storms: Vec<Storm>,
    storm_of: FxHashMap<Rid, usize>,
    /// Where in the order on display each group begins.
    heads: Vec<usize>,
}

impl Arrangement {
    /// Lays rows in groups by their keys, in the order in which `rank` and then the first row of each puts them.
    pub(in crate::tui) fn grouped(flat: Vec<Rid>, mut key: impl FnMut(Rid) -> (u64, String), wishes: &Wishes) -> Self {
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        let mut runs: Vec<(u64, String, Vec<Rid>)> = Vec::new();
        for rid in flat {
            let (rank, key) = key(rid);
            let at = *places.entry(key).or_insert_with_key(|key| {
                runs.push((rank, key.clone(), Vec::new()));
                runs.len() - 1
            });
            runs[at].2.push(rid);
        }
        runs.sort_by_key(|(rank, ..)| *rank);
        let mut out = Self::default();
        for (_, key, rows) in runs {
            let from = out.flat.len();
            out.first_of.extend(rows.first().map(|rid| (*rid, out.groups.len())));
            out.flat.extend(rows);
            let is_closed = wishes.closed.contains(&key) || (wishes.all_closed && !wishes.open_groups.contains(&key));
            out.groups.push(Group { key, from, to: out.flat.len(), is_closed, worst: Rank::Unset });
        }
        out
    }

    pub(in crate::tui) fn flat(flat: Vec<Rid>) -> Self {
        Self { flat, ..Self::default() }
    }

    /// Which group each row of the flat order belongs to.
    pub(in crate::tui) fn group_at(&self, flat_at: usize) -> usize {
        self.groups.partition_point(|group| group.to <= flat_at)
    }

    pub(in crate::tui) fn fold(&mut self, storms: Vec<Vec<Rid>>, wishes: &Wishes) {
        for members in storms {
            let at = self.storms.len();
            self.storm_of.extend(members.iter().map(|rid| (*rid, at)));
            let is_closed = !members.iter().any(|rid| wishes.opened.contains(rid));
            self.storms.push(Storm { members, is_closed, worst: Rank::Unset });
        }
    }

    /// How urgent the rows are now.
    pub(in crate::tui) fn weigh(&mut self, rank: impl Fn(Rid) -> Rank) {
        for group in &mut self.groups {
            group.worst = self.flat[group.from..group.to].iter().map(|rid| rank(*rid)).min().unwrap_or(Rank::Unset);
        }
        for storm in &mut self.storms {
            storm.worst = storm.members.iter().map(|rid| rank(*rid)).min().unwrap_or(Rank::Unset);
        }
    }

    /// A row has a new priority: what stands before it must say so when it is more urgent.
    pub(in crate::tui) fn note(&mut self, rid: Rid, rank: Rank) {
        if let Some(storm) = self.storm_of.get(&rid) {
            self.storms[*storm].worst = self.storms[*storm].worst.min(rank);
        }
        if !self.groups.is_empty()
            && let Some(at) = self.flat.iter().position(|known| *known == rid)
        {
            let group = self.group_at(at);
            self.groups[group].worst = self.groups[group].worst.min(rank);
        }
    }

    /// The rows before the eye, in order.
    pub(in crate::tui) fn display(&mut self) -> Vec<Rid> {
        let mut shown = Vec::with_capacity(self.flat.len());
        self.heads.clear();
        let is_behind = |rid: &Rid| {
            let storm = self.storm_of.get(rid).map(|at| &self.storms[*at]);
            storm.is_some_and(|storm| storm.is_closed && storm.members.first() != Some(rid))
        };
        if self.groups.is_empty() {
            shown.extend(self.flat.iter().copied().filter(|rid| !is_behind(rid)));
            return shown;
        }
        for group in &self.groups {
            self.heads.push(shown.len());
            let rows = &self.flat[group.from..group.to];
            if group.is_closed {
                shown.extend(rows.first());
            } else {
                shown.extend(rows.iter().copied().filter(|rid| !is_behind(rid)));
            }
        }
        shown
    }

    /// The row that stands for this one; itself when it is before the eye.
    pub(in crate::tui) fn stands_for(&self, rid: Rid) -> Rid {
        if let Some(group) = self.group_of(rid)
            && group.is_closed
        {
            return self.flat[group.from];
        }
        let storm = self.storm_of.get(&rid).map(|at| &self.storms[*at]).filter(|storm| storm.is_closed);
        storm.and_then(|storm| storm.members.first().copied()).unwrap_or(rid)
    }

    fn group_of(&self, rid: Rid) -> Option<&Group> {
        if self.groups.is_empty() {
            return None;
        }
        let at = self.flat.iter().position(|known| *known == rid)?;
        self.groups.get(self.group_at(at))
    }

    /// Lines above the rows from the `from`th before the eye up to the `to`th, that one included.
    pub(in crate::tui) fn heads_between(&self, from: usize, to: usize) -> usize {
        self.heads.partition_point(|at| *at <= to) - self.heads.partition_point(|at| *at < from)
    }

    /// The line above the row with this place before the eye.
    pub(in crate::tui) fn head(&self, shown_at: usize) -> Option<Head<'_>> {
        let at = self.heads.binary_search(&shown_at).ok()?;
        self.head_of(&self.groups[at])
    }

    /// The group in which the row with this place before the eye is.
    pub(in crate::tui) fn head_around(&self, shown_at: usize) -> Option<Head<'_>> {
        let at = self.heads.partition_point(|at| *at <= shown_at).checked_sub(1)?;
        self.head_of(&self.groups[at])
    }

    fn head_of<'a>(&'a self, group: &'a Group) -> Option<Head<'a>> {
        let first = *self.flat.get(group.from)?;
        Some(Head { first, key: &group.key, count: group.to - group.from, is_closed: group.is_closed, worst: group.worst })
    }

    /// What stands behind a row as one of many alike.
    pub(in crate::tui) fn folded(&self, rid: Rid) -> Option<Folded> {
        let storm = &self.storms[*self.storm_of.get(&rid)?];
        (storm.is_closed && storm.members.first() == Some(&rid)).then_some(Folded { count: storm.members.len(), worst: storm.worst })
    }

    /// The rows that this one shows, of its closed group or its closed fold; none when it stands for itself.
    pub(in crate::tui) fn behind(&self, rid: Rid) -> &[Rid] {
        let group = self.first_of.get(&rid).map(|at| &self.groups[*at]).filter(|group| group.is_closed);
        if let Some(group) = group {
            return &self.flat[group.from..group.to];
        }
        let storm = self.storm_of.get(&rid).map(|at| &self.storms[*at]);
        storm.filter(|storm| storm.is_closed && storm.members.first() == Some(&rid)).map_or(&[], |storm| storm.members.as_slice())
    }

    pub(in crate::tui) fn is_in_storm(&self, rid: Rid) -> bool {
        self.storm_of.contains_key(&rid)
    }

    /// Storms that show one row only.
    pub(in crate::tui) fn closed_storms(&self) -> usize {
        self.storms.iter().filter(|storm| storm.is_closed).count()
    }

    /// Opens or closes what the row is in: a storm before its group. False: there is nothing to open or close.
    pub(in crate::tui) fn set_closed(&mut self, rid: Rid, wanted: Option<bool>, wishes: &mut Wishes) -> bool {
        let group = self.flat.iter().position(|known| *known == rid).map(|at| self.group_at(at)).filter(|at| *at < self.groups.len());
        let group_is_closed = group.is_some_and(|at| self.groups[at].is_closed);
        if !group_is_closed && let Some(at) = self.storm_of.get(&rid).copied() {
            let storm = &mut self.storms[at];
            let closed = wanted.unwrap_or(!storm.is_closed);
            if storm.is_closed != closed {
                storm.is_closed = closed;
                for member in &storm.members {
                    if closed {
                        wishes.opened.remove(member);
                    } else {
                        wishes.opened.insert(*member);
                    }
                }
                return true;
            }
        }
        let Some(group) = group.map(|at| &mut self.groups[at]) else { return false };
        let closed = wanted.unwrap_or(!group.is_closed);
        if group.is_closed == closed {
            return false;
        }
        group.is_closed = closed;
        if closed {
            wishes.closed.insert(group.key.clone());
            wishes.open_groups.remove(&group.key);
        } else {
            wishes.closed.remove(&group.key);
            wishes.open_groups.insert(group.key.clone());
        }
        true
    }

    /// Opens or closes everything.
    pub(in crate::tui) fn set_all(&mut self, closed: bool, wishes: &mut Wishes) {
        *wishes = Wishes { all_closed: closed, ..Wishes::default() };
        for group in &mut self.groups {
            group.is_closed = closed;
        }
        for storm in &mut self.storms {
            storm.is_closed = closed;
            if !closed {
                wishes.opened.extend(storm.members.iter().copied());
            }
        }
    }

    /// Brings a row before the eye. False: it was there already.
    pub(in crate::tui) fn reveal(&mut self, rid: Rid, wishes: &mut Wishes) -> bool {
        let mut has_moved = false;
        // At most a group and then a storm in it.
        for _ in 0..2 {
            if self.stands_for(rid) != rid {
                has_moved |= self.set_closed(rid, Some(false), wishes);
            }
        }
        has_moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Level;

    fn rids(of: &[u32]) -> Vec<Rid> {
        of.iter().copied().map(Rid).collect()
    }

    fn usual(wishes: &Wishes) -> Arrangement {
        let key = |rid: Rid| if rid.0.is_multiple_of(2) { (1, "even".to_owned()) } else { (0, "odd".to_owned()) };
        let mut out = Arrangement::grouped(rids(&[0, 1, 2, 3, 4, 5, 6]), key, wishes);
        out.fold(vec![rids(&[2, 4, 6])], wishes);
        out.weigh(|rid| if rid.0 == 6 { Rank::Level(Level::Critical) } else { Rank::Unset });
        out
    }

    #[test]
    fn groups_keep_the_order_inside_and_folds_show_their_first_row() {
        let mut wishes = Wishes::default();
        let mut all = usual(&wishes);
        assert_eq!(all.flat, rids(&[1, 3, 5, 0, 2, 4, 6]));
        assert_eq!(all.display(), rids(&[1, 3, 5, 0, 2]));
        assert_eq!(all.head(3).map(|head| (head.key, head.count, head.worst)), Some(("even", 4, Rank::Level(Level::Critical))));
        assert_eq!(all.head(1), None);
        assert_eq!(all.head_around(2).map(|head| head.key), Some("odd"));
        assert_eq!((all.heads_between(0, 4), all.heads_between(1, 2), all.heads_between(3, 3)), (2, 0, 1));
        assert_eq!(all.folded(Rid(2)), Some(Folded { count: 3, worst: Rank::Level(Level::Critical) }));
        assert_eq!(all.stands_for(Rid(6)), Rid(2));
        // First the storm closes and opens, then its group.
        assert!(all.set_closed(Rid(2), Some(false), &mut wishes));
        assert_eq!(all.display().len(), 7);
        assert_eq!(usual(&wishes).display().len(), 7, "opened stays open in the next order");
        assert!(all.set_closed(Rid(4), None, &mut wishes) && all.set_closed(Rid(1), None, &mut wishes));
        assert_eq!(all.display(), rids(&[1, 0, 2]));
        assert!(!all.set_closed(Rid(1), Some(true), &mut wishes));
    }

    #[test]
    fn everything_opens_and_closes_and_a_hidden_row_can_be_brought_out() {
        let mut wishes = Wishes::default();
        let mut all = usual(&wishes);
        all.set_all(true, &mut wishes);
        assert_eq!(all.display(), rids(&[1, 0]));
        assert_eq!(usual(&wishes).display(), rids(&[1, 0]));
        assert!(all.reveal(Rid(6), &mut wishes));
        assert_eq!(all.display(), rids(&[1, 0, 2, 4, 6]));
        assert!(!all.reveal(Rid(6), &mut wishes));
        all.set_all(false, &mut wishes);
        assert_eq!(all.display().len(), 7);
        assert_eq!(usual(&wishes).display().len(), 7);
    }

    #[test]
    fn a_row_that_becomes_more_urgent_is_told_by_the_one_before_it() {
        let mut all = usual(&Wishes::default());
        all.weigh(|_| Rank::Level(Level::Low));
        all.note(Rid(4), Rank::Level(Level::High));
        assert_eq!(all.folded(Rid(2)).unwrap().worst, Rank::Level(Level::High));
        all.display();
        assert_eq!(all.head(3).unwrap().worst, Rank::Level(Level::High));
        assert_eq!(all.head(0).unwrap().worst, Rank::Level(Level::Low));
    }
}
