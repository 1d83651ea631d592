//! What a count of cases is worth. One answer, asked for by the list, its tabs, the status line, an empty screen, exports,
//! bulk changes, the command line and its exit codes.
//!
//! A count is complete when every page of every source that the filter may concern was read, every deep condition was
//! examined, nothing is held back, it is known who `me` is, and no limit cuts it. Whatever is missing of that is a doubt.

use jiff::Timestamp;

use super::coverage::{Coverage, Gap};
use super::state::SourceState;
use crate::domain::case::SourceId;
use crate::index::Scope;

/// Why a count may not be the whole truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// No vendor can be reached: the rows are those on disk. `at`: when the oldest were true.
    FromDisk { at: Option<Timestamp> },
    /// Nothing of the source was ever read.
    Unread { source: SourceId },
    /// The source is being read for the first time; `of` when the vendor tells how many there are.
    Reading { source: SourceId, seen: u64, of: Option<u64> },
    /// The source cannot be read, and its rows were never all; `at`: when they were true.
    Failing { source: SourceId, at: Option<Timestamp> },
    /// The last pass did not meet every case. `gap`: why; None: it broke off in an earlier run.
    Partial { source: SourceId, seen: u64, of: Option<u64>, gap: Option<Gap> },
    /// The filter asks for `me`, and the source has not told who that is. `is_final`: it told what it knows, and not that.
    Me { source: SourceId, is_final: bool },
    /// The filter is still being judged.
    Looking,
    /// Cases of the source that cannot be judged before they are read whole.
    Unexamined { source: SourceId, cases: usize },
    /// Cases of the source whose description was not read, where the words of the filter may stand in it.
    Undescribed { source: SourceId, cases: usize },
    /// Arrivals that match and wait in the tray.
    Held { cases: usize },
    /// Rows of the source that could not be read.
    Malformed { source: SourceId, rows: u32 },
    /// A limit shows fewer than match.
    Cut { of: usize },
    /// Complete once, but the source cannot be read now; `at`: when its rows were true.
    Down { source: SourceId, at: Option<Timestamp> },
    /// Complete once, but the source has not answered for a while.
    Old { source: SourceId, at: Option<Timestamp> },
}

/// How a doubt is marked beside a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    Complete,
    /// All that was known some time ago.
    Old,
    /// There may be more, or others.
    Partial,
}

impl Sign {
    pub fn mark(self) -> &'static str {
        match self {
            Self::Complete => "",
            Self::Old => "~",
            Self::Partial => "?",
        }
    }
}

impl Doubt {
    /// The source that it is about; None: all of them.
    pub fn source(&self) -> Option<SourceId> {
        match self {
            Self::Unread { source }
            | Self::Reading { source, .. }
            | Self::Failing { source, .. }
            | Self::Partial { source, .. }
            | Self::Me { source, .. }
            | Self::Unexamined { source, .. }
            | Self::Undescribed { source, .. }
            | Self::Malformed { source, .. }
            | Self::Down { source, .. }
            | Self::Old { source, .. } => Some(*source),
            Self::FromDisk { .. } | Self::Looking | Self::Held { .. } | Self::Cut { .. } => None,
        }
    }

    pub fn sign(&self) -> Sign {
        match self {
            Self::FromDisk { .. } | Self::Down { .. } | Self::Old { .. } => Sign::Old,
            _ => Sign::Partial,
        }
    }

    /// What a person must know first comes first. That rows are old matters least.
    fn rank(&self) -> u8 {
        match self {
            Self::FromDisk { .. } => 0,
            Self::Unread { .. } => 1,
            Self::Reading { .. } => 2,
            Self::Failing { .. } => 3,
            Self::Partial { .. } => 4,
            Self::Me { .. } => 5,
            Self::Looking => 6,
            Self::Unexamined { .. } => 7,
            Self::Undescribed { .. } => 8,
            Self::Held { .. } => 9,
            Self::Malformed { .. } => 10,
            Self::Cut { .. } => 11,
            Self::Down { .. } => 12,
            Self::Old { .. } => 13,
        }
    }
}

/// A count and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub count: usize,
    /// The weightiest first; those of one kind stand together.
    pub doubts: Vec<Doubt>,
}

impl Known {
    pub fn is_complete(&self) -> bool {
        self.doubts.is_empty()
    }

    pub fn sign(&self) -> Sign {
        self.doubts.iter().map(Doubt::sign).max().unwrap_or(Sign::Complete)
    }

    /// What is doubtful about the rows of one source.
    pub fn of_source(&self, source: SourceId) -> impl Iterator<Item = &Doubt> {
        self.doubts.iter().filter(move |doubt| doubt.source().is_none_or(|about| about == source))
    }

    /// The doubts in groups of one kind.
    pub fn kinds(&self) -> impl Iterator<Item = &[Doubt]> {
        self.doubts.chunk_by(|one, other| one.rank() == other.rank())
    }
}

/// What was counted, and what was left out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub count: usize,
    /// Matching arrivals in the tray.
    pub held: usize,
    /// By [`SourceId`]: cases that cannot be judged yet. Sources beyond the end have none.
    pub unexamined: Vec<usize>,
    /// By [`SourceId`]: cases whose description was not read and decides. Sources beyond the end have none.
    pub undescribed: Vec<usize>,
    /// How many match, when a limit shows fewer.
    pub uncut: Option<usize>,
    /// Not every row is judged.
    pub is_looking: bool,
}

/// How one source stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourceFacts<'a> {
    pub id: SourceId,
    pub state: &'a SourceState,
    /// When its rows were true.
    pub rows_at: Option<Timestamp>,
    /// That is too long ago to call them complete.
    pub is_old: bool,
    /// It told what it knows besides cases, and with that who `me` is, if it can.
    pub has_directory: bool,
}

impl SourceFacts<'_> {
    /// Why its rows may not be all of its truth.
    fn doubt(&self, is_offline: bool) -> Option<Doubt> {
        let (source, at) = (self.id, self.rows_at);
        match &self.state.coverage {
            // A pass that failed takes nothing back of what the last whole one knew.
            Coverage::Full { .. } if self.state.fault.is_some() && !is_offline => Some(Doubt::Down { source, at }),
            _ if self.state.fault.is_some() && !is_offline => Some(Doubt::Failing { source, at }),
            Coverage::Nothing if is_offline => Some(Doubt::Unread { source }),
            Coverage::Nothing => Some(Doubt::Reading { source, seen: 0, of: None }),
            Coverage::Partial { seen, of, gap: None } if !is_offline => Some(Doubt::Reading { source, seen: *seen, of: *of }),
            Coverage::Partial { seen, of, gap } => Some(Doubt::Partial { source, seen: *seen, of: *of, gap: gap.clone() }),
            // Offline all are, and that is said once.
            Coverage::Full { .. } if self.is_old && !is_offline => Some(Doubt::Old { source, at }),
            Coverage::Full { .. } => None,
        }
    }
}

fn by_source(counts: &[usize]) -> impl Iterator<Item = (SourceId, usize)> {
    (0..=u8::MAX).map(SourceId).zip(counts.iter().copied()).filter(|(_, cases)| *cases > 0)
}

/// What a count of cases is worth. `is_offline`: no vendor can be reached.
pub fn known(counted: &Counted, scope: &Scope, sources: &[SourceFacts<'_>], is_offline: bool) -> Known {
    let concerned: Vec<&SourceFacts> = sources.iter().filter(|source| scope.concerns(source.id)).collect();
    let mut doubts = Vec::new();
    if is_offline && !concerned.is_empty() {
        doubts.push(Doubt::FromDisk { at: concerned.iter().filter_map(|source| source.rows_at).min() });
    }
    for source in concerned {
        let (id, rows) = (source.id, source.state.malformed);
        doubts.extend(source.doubt(is_offline));
        doubts.extend((rows > 0).then_some(Doubt::Malformed { source: id, rows }));
        doubts.extend(scope.lacks_me(id).then_some(Doubt::Me { source: id, is_final: source.has_directory }));
    }
    let unexamined = by_source(&counted.unexamined);
    doubts.extend(unexamined.map(|(source, cases)| Doubt::Unexamined { source, cases }));
    let undescribed = by_source(&counted.undescribed);
    doubts.extend(undescribed.map(|(source, cases)| Doubt::Undescribed { source, cases }));
    doubts.extend((counted.is_looking || sources.is_empty()).then_some(Doubt::Looking));
    doubts.extend((counted.held > 0).then_some(Doubt::Held { cases: counted.held }));
    doubts.extend(counted.uncut.map(|of| Doubt::Cut { of }));
    doubts.sort_by_key(Doubt::rank);
    Known { count: counted.count, doubts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Vendor;
    use crate::domain::fault::{Fault, FaultKind};
    use crate::index::Index;
    use crate::query::{Asker, Me, Origin, parse};

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn scope(text: &str, me: bool) -> Scope {
        let origin = |n: u8, name: &str, vendor: Vendor| Origin {
            id: SourceId(n),
            name: name.into(),
            code: vendor.code().into(),
            vendor,
            is_read_only: false,
            me: me.then(|| Me { id: "7".into(), mail: "".into() }),
        };
        let origins = vec![origin(0, "prod", Vendor::Datadog), origin(1, "soc", Vendor::Tines)];
        Index::scope(&parse(text).query, &Asker { origins, ..Asker::default() })
    }

    fn whole() -> [SourceState; 2] {
        let state = SourceState { coverage: Coverage::Full { at: AT, hidden: 0 }, read_at: Some(AT), ..SourceState::default() };
        [state.clone(), state]
    }

    fn facts(states: &[SourceState; 2]) -> [SourceFacts<'_>; 2] {
        let of = |at: usize| SourceFacts {
            id: SourceId([0, 1][at]),
            state: &states[at],
            rows_at: states[at].read_at,
            is_old: false,
            has_directory: true,
        };
        [of(0), of(1)]
    }

    fn worth(counted: &Counted, text: &str, change: impl FnOnce(&mut [SourceState; 2])) -> Vec<Doubt> {
        let mut states = whole();
        change(&mut states);
        known(counted, &scope(text, true), &facts(&states), false).doubts
    }

    #[test]
    fn whatever_was_left_out_of_a_count_is_a_doubt() {
        let count = |counted: Counted| worth(&counted, "", |_| {});
        assert_eq!(worth(&Counted::default(), "assignee:me", |_| {}), []);
        assert_eq!(count(Counted { held: 2, ..Counted::default() }), [Doubt::Held { cases: 2 }]);
        let open = Counted { unexamined: vec![0, 9], ..Counted::default() };
        assert_eq!(count(open), [Doubt::Unexamined { source: SourceId(1), cases: 9 }]);
        let silent = Counted { undescribed: vec![4], ..Counted::default() };
        assert_eq!(count(silent), [Doubt::Undescribed { source: SourceId(0), cases: 4 }]);
        assert_eq!(count(Counted { uncut: Some(79), ..Counted::default() }), [Doubt::Cut { of: 79 }]);
        assert_eq!(count(Counted { is_looking: true, ..Counted::default() }), [Doubt::Looking]);
    }

    #[test]
    fn whatever_was_not_read_is_a_doubt_where_the_filter_is_about_it() {
        let (one, two) = (SourceId(0), SourceId(1));
        let read = |text: &str, change: fn(&mut [SourceState; 2])| worth(&Counted::default(), text, change);
        assert_eq!(read("", |states| states[1].coverage = Coverage::Nothing), [Doubt::Reading { source: two, seen: 0, of: None }]);
        let part = |states: &mut [SourceState; 2]| {
            states[0].coverage = Coverage::Partial { seen: 3, of: Some(9), gap: None };
            states[1].coverage = Coverage::Partial { seen: 3, of: Some(9), gap: Some(Gap::Moved) };
        };
        let (seen, of, gap) = (3, Some(9), Some(Gap::Moved));
        assert_eq!(read("", part), [Doubt::Reading { source: one, seen, of }, Doubt::Partial { source: two, seen, of, gap }]);
        assert_eq!(read("", |states| states[0].malformed = 4), [Doubt::Malformed { source: one, rows: 4 }]);
        let down = |states: &mut [SourceState; 2]| states[1].fault = Some(Fault::new(FaultKind::Server, "503"));
        assert_eq!(read("status:open", down), [Doubt::Down { source: two, at: Some(AT) }], "its last whole pass stands");
        let broke_off = |states: &mut [SourceState; 2]| {
            states[1].fault = Some(Fault::new(FaultKind::Server, "503"));
            states[1].coverage = Coverage::Partial { seen: 3, of: Some(9), gap: None };
        };
        assert_eq!(read("status:open", broke_off), [Doubt::Failing { source: two, at: Some(AT) }], "there may be more");
        assert_eq!(read("src:prod", down), [], "the source that is down has nothing to do with it");
    }

    #[test]
    fn what_was_complete_and_is_old_is_marked_otherwise_than_what_may_lack_rows() {
        let states = whole();
        let mut sources = facts(&states);
        sources[1].is_old = true;
        let known = known(&Counted::default(), &scope("", true), &sources, false);
        assert_eq!(known.doubts, [Doubt::Old { source: SourceId(1), at: Some(AT) }]);
        assert_eq!((known.sign().mark(), known.of_source(SourceId(0)).count(), known.of_source(SourceId(1)).count()), ("~", 0, 1));
        // Down or not: whether rows are missing decides the mark.
        let [mut down, mut broke_off] = [whole(), whole()];
        down[1].fault = Some(Fault::new(FaultKind::Server, "503"));
        broke_off[1] = SourceState { coverage: Coverage::Partial { seen: 3, of: None, gap: None }, ..down[1].clone() };
        let sign = |states: &[SourceState; 2]| super::known(&Counted::default(), &scope("", true), &facts(states), false).sign();
        assert_eq!((sign(&down), sign(&broke_off)), (Sign::Old, Sign::Partial));
    }

    #[test]
    fn offline_rows_are_as_old_as_the_oldest_and_never_complete() {
        let mut states = whole();
        let later = Timestamp::from_second(90).unwrap();
        states[0].read_at = Some(later);
        let offline = |states: &[SourceState; 2]| known(&Counted::default(), &scope("", true), &facts(states), true);
        assert_eq!(offline(&states).doubts, [Doubt::FromDisk { at: Some(AT) }]);
        assert_eq!(offline(&states).sign(), Sign::Old);
        states[1] = SourceState::default();
        let known = offline(&states);
        assert_eq!(known.doubts, [Doubt::FromDisk { at: Some(later) }, Doubt::Unread { source: SourceId(1) }]);
        assert_eq!(known.sign(), Sign::Partial);
    }

    #[test]
    fn who_me_is_matters_where_the_filter_asks() {
        let states = whole();
        let mut sources = facts(&states);
        sources[0].has_directory = false;
        let doubts = |text| known(&Counted::default(), &scope(text, false), &sources, false).doubts;
        let [one, two] = [(0, false), (1, true)].map(|(id, is_final)| Doubt::Me { source: SourceId(id), is_final });
        assert_eq!(doubts("assignee:me"), [one, two]);
        assert_eq!(doubts("status:open"), []);
    }

    #[test]
    fn without_any_source_nothing_is_complete() {
        assert_eq!(known(&Counted::default(), &Scope::default(), &[], false).doubts, [Doubt::Looking]);
    }
}
