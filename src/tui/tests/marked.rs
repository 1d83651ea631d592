//! A comment that was typed on marked cases belongs to these.

use super::*;
use crate::domain::draft::Draft;
use crate::tui::screens::form::area::text_of;

fn comment(sitting: &Sitting) -> Option<String> {
    sitting.app.cx.form().map(|form| text_of(&form.comment))
}

#[test]
fn a_comment_on_marked_cases_is_offered_on_these_and_no_others() {
    let mut sitting = bulk::sitting(4);
    sitting.press("Space Space c a Esc");
    let both = sitting.app.model.kept.drafts_of_marks().next().unwrap().clone();
    assert!(sitting.said().starts_with(&format!("{}: your text is kept", both.marked_words())), "{}", sitting.said());
    assert!(sitting.app.model.has_draft_of_marks());
    sitting.done();
    // One more, then one less, then others: none of them is what it was typed for.
    for marks in ["Space", "g m Space", "g m G Space k Space"] {
        sitting.press(marks);
        assert!(!sitting.app.model.has_draft_of_marks(), "{marks}");
        sitting.press("c");
        assert_eq!(comment(&sitting).as_deref(), Some(""), "{marks}");
        let said = format!("a comment that you typed on {} is kept", both.marked_words());
        assert!(sitting.said().starts_with(&said), "{marks}: {}", sitting.said());
        sitting.press("Esc");
    }
    sitting.press("c b Esc");
    let drafts: Vec<String> = sitting.app.model.kept.drafts_of_marks().map(Draft::marked_words).collect();
    assert_eq!(drafts.len(), 2, "each keeps its own: {drafts:?}");
    sitting.press("c");
    assert_eq!(comment(&sitting).as_deref(), Some("b"));
    sitting.press("Esc g m g g Space Space c");
    assert_eq!(comment(&sitting).as_deref(), Some("a"), "on the first ones again");
    // One of the two is gone for good: what was typed is offered for the other.
    sitting.press("Esc");
    sitting.report(Report::Gone(vec![Rid(4)]));
    assert_eq!(sitting.app.model.marked().0, 1);
    sitting.press("c");
    assert_eq!(comment(&sitting).as_deref(), Some("a"));
}
