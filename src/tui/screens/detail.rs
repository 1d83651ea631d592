//! The case beside the list: which one, which tab, how far scrolled, what has been loaded of it.

pub mod acts;
pub mod body;
pub mod find;
pub mod frame;
pub mod json;
pub mod laid;
pub mod lines;
pub mod markdown;
pub mod named;
pub mod overview;
pub mod pages;
pub mod parts;
pub mod records;
pub mod scroll;
pub mod tab;
#[cfg(test)]
mod tests;
pub mod text;
pub mod timeline;
pub mod view;
pub mod words;

use body::Body;
use pages::Pages;
use tab::Tab;

use crate::domain::activity::{Activity, Topic};
use crate::domain::case::Rid;
use crate::domain::fault::Fault;
use crate::domain::record::RecordTable;
use crate::tui::model::case_cache::Loaded;

/// The case that is shown; follows the list's cursor.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    pub rid: Option<Rid>,
    pub tab: Tab,
    pub loaded: Option<Loaded>,
    /// Why it could not be read just now.
    pub fault: Option<Fault>,
    pub activities: Pages<Activity>,
    pub records: Pages<RecordTable>,
    /// Only entries of this kind; None: all.
    pub topic: Option<Topic>,
    pub oldest_first: bool,
    /// Only records of this type, by its place among what is loaded.
    pub record_type: Option<usize>,
    pub record_sort: Option<records::Sort>,
    /// The record under the cursor, and the one that is open by itself: table and row.
    pub chosen: Option<(usize, usize)>,
    pub open_record: Option<(usize, usize)>,
    /// What is looked for, in lower case.
    pub needle: String,
    /// The line that find stands on.
    found: Option<usize>,
    pub body: Body,
    /// First line in sight, per tab.
    top: [usize; Tab::ALL.len()],
    /// Where the table stood before a record was opened.
    table_top: usize,
    /// Counts changes of what the text is made of.
    revision: u64,
    /// Cases that links were followed from, latest last.
    back: Vec<Place>,
}

/// Where `-` goes back to.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    rid: Rid,
    tab: Tab,
    top: usize,
}

impl Detail {
    /// First line of the description in the short preview below the list.
    pub fn preview_line(&self) -> usize {
        self.top[Tab::Overview as usize]
    }
}
