//! What a person made for a source that this run does not have.

use super::count::count;
use super::text::Clean;

/// Edits and drafts on disk of one source that is not configured. They wait there until it is again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    pub source: Clean,
    /// Edits that are not settled.
    pub edits: usize,
    pub drafts: usize,
}

impl Elsewhere {
    /// Whose they are, and how they come back.
    pub fn words(&self) -> String {
        let parts = [(self.edits, "edit"), (self.drafts, "draft")].into_iter().filter(|(number, _)| *number > 0);
        let what: Vec<String> = parts.map(|(number, one)| count(number, one)).collect();
        let verb = if self.edits + self.drafts == 1 { "belongs" } else { "belong" };
        let what = what.join(" and ");
        let drop = if self.edits > 0 { "; `caseload outbox drop` gives edits up" } else { "" };
        format!("{what} {verb} to `{}`, which is not configured: a [[source]] of that name brings them back{drop}", self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_count_and_name() {
        let words = |edits, drafts| Elsewhere { source: Clean::line("tines"), edits, drafts }.words();
        assert!(words(6, 0).starts_with("6 edits belong to `tines`, which is not configured: "), "{}", words(6, 0));
        assert!(words(0, 1).starts_with("1 draft belongs to `tines`") && !words(0, 1).contains("drop"), "{}", words(0, 1));
        assert!(words(1, 2).starts_with("1 edit and 2 drafts belong to"), "{}", words(1, 2));
    }
}
