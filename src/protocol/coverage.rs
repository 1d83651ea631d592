//! How much of a source's truth the rows are, and why not more.

use jiff::Timestamp;

use crate::domain::count::{count, count_of};
use crate::domain::text::Clean;

/// How much of a source's truth the rows are.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Coverage {
    /// Never read.
    #[default]
    Nothing,
    /// A pass is under way, broke off (the source's fault says why), or ended with a gap; `of` when the vendor tells how
    /// many there are.
    Partial { seen: u64, of: Option<u64>, gap: Option<Gap> },
    /// Every page was read in a pass that ended at this moment. `hidden`: so many cases the vendor counts and shows on no
    /// page, the same in two readings: this token may not see them.
    Full { at: Timestamp, hidden: u64 },
}

/// Why a pass that came to its end did not meet every case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The list moved faster than its pages could be read again.
    Moved,
    /// These pages could not be read, and what the last of them was answered with; all others were read.
    LeftOut { pages: Vec<u32>, words: Clean },
    /// The vendor shows no page behind so many rows, and what it says about that.
    Capped { rows: u64, words: Clean },
    /// From this page on, pages showed only cases that were met before, or none, and did not end.
    Circled { page: u32 },
    /// So many cases are on disk and no longer in the list, and the vendor has not settled whether they are gone.
    Unsettled { cases: u64 },
}

/// Pages named one by one.
const NAMED: usize = 5;

impl Gap {
    /// What is missing and why, for the screen and the command line alike.
    pub fn words(&self) -> String {
        match self {
            Self::Moved => "the list kept moving while it was read".into(),
            Self::LeftOut { pages, words } => format!("{} could not be read and was left out ({words})", named(pages)),
            Self::Capped { rows, words } => format!("the vendor shows no more than about {} of a list ({words})", count(*rows, "row")),
            Self::Circled { page } => format!("from page {page} on the list showed no further case and did not end"),
            Self::Unsettled { cases: 1 } => "1 case is no longer in the list; it is kept until the vendor says that it is gone".into(),
            Self::Unsettled { cases } => {
                format!(
                    "{} no longer in the list; they are kept until the vendor says that they are gone",
                    count_of(*cases, "case is", "cases are")
                )
            }
        }
    }

    /// What a person can do about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Moved => "read it again for the rest",
            Self::LeftOut { .. } => "the next pass asks for it again; if it stays, report the page to the vendor",
            Self::Capped { .. } => "narrow the source with `filter` or `team_id` in its configuration",
            Self::Circled { .. } => "the next pass tries again; if it stays, report it to the vendor",
            Self::Unsettled { .. } => "the next pass asks again",
        }
    }
}

fn named(pages: &[u32]) -> String {
    let few: Vec<String> = pages.iter().take(NAMED).map(u32::to_string).collect();
    let more = match pages.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let noun = if pages.len() == 1 { "page" } else { "pages" };
    format!("{noun} {}{more}", few.join(", "))
}

/// "the vendor counts 12 cases that it does not show to this token"; None: none.
pub fn hidden_words(hidden: u64) -> Option<String> {
    match hidden {
        0 => None,
        _ => Some(format!("the vendor counts {} that this token cannot see", count(hidden, "case"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_names_what_is_missing() {
        let left_out = |pages: Vec<u32>| Gap::LeftOut { pages, words: Clean::line("500") }.words();
        assert_eq!(left_out(vec![7]), "page 7 could not be read and was left out (500)");
        assert!(left_out((1..9).collect()).starts_with("pages 1, 2, 3, 4, 5 and 3 more could"));
        assert_eq!(hidden_words(0), None);
        assert!(hidden_words(12).unwrap().contains("12 cases that this token cannot see"));
    }
}
