//! What tests and people can make happen.

use serde::{Deserialize, Serialize};

use super::datadog::filter::Search;
use super::vendor::Vendor;
use super::weather::Cut;

/// Something that a test makes happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// A colleague changes a field: `title`, `description`, `status` (the vendor's own name), `priority`, `assignee`
    /// (an e-mail address, or empty for nobody), at Tines also `add_tag` and `remove_tag`, at Datadog also
    /// `attribute KEY`.
    Edit {
        /// Where.
        vendor: Vendor,
        /// As in [`super::Demo::ids`], at Datadog also the key.
        id: String,
        /// One of the names above.
        field: String,
        /// The new value.
        value: String,
    },
    /// A colleague comments. ServerOps has no comments.
    Comment {
        /// Where.
        vendor: Vendor,
        /// Which case.
        id: String,
        /// Markdown.
        text: String,
    },
    /// A new case is opened.
    Arrive {
        /// Where.
        vendor: Vendor,
    },
    /// A case leaves the list: archived at Datadog, deleted at the others.
    Remove {
        /// Where.
        vendor: Vendor,
        /// Which case.
        id: String,
    },
    /// The next `times` fitting requests are answered with this status and are not carried out.
    FailNext {
        /// Where.
        vendor: Vendor,
        /// `GET`, `POST`, …; empty fits all.
        #[serde(default)]
        method: String,
        /// Part of the path or query as sent; empty fits all.
        #[serde(default)]
        path_contains: String,
        /// 429 comes with the vendor's quota headers.
        status: u16,
        /// At least 1.
        times: u32,
    },
    /// The next `times` fitting requests meet a web page with this status, as of a proxy or of an endpoint that is no more.
    PageNext {
        /// Where.
        vendor: Vendor,
        /// Empty fits all.
        #[serde(default)]
        method: String,
        /// Empty fits all.
        #[serde(default)]
        path_contains: String,
        /// 400 to 599.
        status: u16,
        /// At least 1.
        times: u32,
    },
    /// The connection of the next fitting request is cut.
    CutNext {
        /// Where.
        vendor: Vendor,
        /// Empty fits all.
        #[serde(default)]
        method: String,
        /// Empty fits all.
        #[serde(default)]
        path_contains: String,
        /// Before, after, or in the middle.
        when: Cut,
    },
    /// The next fitting request gets no answer for a minute and is not carried out.
    HangNext {
        /// Where.
        vendor: Vendor,
        /// Empty fits all.
        #[serde(default)]
        method: String,
        /// Empty fits all.
        #[serde(default)]
        path_contains: String,
    },
    /// Forgets every failure that was scripted and has not struck yet.
    Mend {
        /// Where.
        vendor: Vendor,
    },
    /// Once the next fitting request has been carried out, and before it is answered, a colleague acts.
    After {
        /// Where.
        vendor: Vendor,
        /// Empty fits all.
        #[serde(default)]
        method: String,
        /// Empty fits all.
        #[serde(default)]
        path_contains: String,
        /// What the colleague does.
        then: Box<Act>,
    },
    /// What Datadog's search makes of `key:value` terms: their real behaviour is not documented and was seen to differ.
    DatadogSearch {
        /// `documented` at the start.
        does: Search,
    },
    /// The vendor gives so many entries of a timeline at once, whatever it is asked for.
    ShortPages {
        /// Datadog or Tines.
        vendor: Vendor,
        /// At least 1; 0 lifts the limit.
        most: usize,
    },
    /// The vendor's list leaves the descriptions of its cases out; a case by itself has it.
    BriefLists {
        /// Where.
        vendor: Vendor,
        /// False at the start.
        brief: bool,
    },
    /// Whether ServerOps' case endpoints exist; when not, they answer with an HTML 404.
    ServerOpsLive {
        /// True at the start.
        live: bool,
    },
}
