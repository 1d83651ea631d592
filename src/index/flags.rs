//! How a case stands on this desk: what only the desk knows of it.

use crate::query::Mark;

/// A set of marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u16);

impl Flags {
    pub const NONE: Self = Self(0);
    pub const UNSEEN: Self = Self::of(Mark::Unseen);
    pub const PINNED: Self = Self::of(Mark::Pinned);
    pub const SNOOZED: Self = Self::of(Mark::Snoozed);
    pub const MARKED: Self = Self::of(Mark::Marked);
    pub const DIRTY: Self = Self::of(Mark::Dirty);
    pub const QUEUED: Self = Self::of(Mark::Queued);
    pub const CONFLICT: Self = Self::of(Mark::Conflict);
    pub const FOLDED: Self = Self::of(Mark::Folded);
    /// Mine for a reason that the row does not show; whoever is assigned is found by the row.
    pub const MINE: Self = Self::of(Mark::Mine);
    pub const READONLY: Self = Self::of(Mark::Readonly);

    pub const fn of(mark: Mark) -> Self {
        Self(1 << mark as u16)
    }

    #[must_use]
    pub const fn with(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    #[must_use]
    pub const fn without(self, less: Self) -> Self {
        Self(self.0 & !less.0)
    }

    pub const fn has(self, all: Self) -> bool {
        self.0 & all.0 == all.0
    }

    pub(super) const fn bits(self) -> u16 {
        self.0
    }

    pub(super) const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}
