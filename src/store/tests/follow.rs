//! What was seen of a case follows one's own edits while others write to the same entry.

use super::*;
use crate::domain::case::Vendor;
use crate::domain::change::Change;
use crate::domain::sample;

#[test]
fn what_follows_an_edit_of_ones_own_is_no_other_hand() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(directory.path());
    let seen = |title: &str| {
        let mut case = sample::case(Vendor::Tines, 1);
        case.row.id.source = SourceId(0);
        case.row.title = Clean::line(title);
        case
    };
    let edit = |title: &str| Edit::new(&seen(title), vec![Change::Title("mine".into())]);
    let at = |edit: Edit| OutboxEntry::queued("f", edit, Plan::default(), Timestamp::UNIX_EPOCH);
    let known = at(edit("then"));
    store.outbox_add(&known).unwrap();
    store.outbox_swap(&known, &at(edit("now"))).unwrap();
    // A hand that knew it before holds it, and what was seen stays as it has become.
    store.outbox_swap(&known, &OutboxEntry { is_held: true, ..known.clone() }).unwrap();
    let on_disk = store.outbox_entry("f").unwrap().unwrap();
    assert_eq!((on_disk.is_held, &on_disk.edit), (true, &edit("now")));
    // What it would write over that is another hand's.
    let known = OutboxEntry { is_held: true, ..known };
    assert_eq!(store.outbox_swap(&known, &at(edit("anything"))).unwrap_err().kind, FaultKind::Conflict);
    let other = Edit { changes: vec![Change::Title("other".into())], ..edit("then") };
    assert_eq!(store.outbox_drop(&OutboxEntry { edit: other, ..known.clone() }).unwrap_err().kind, FaultKind::Conflict);
    store.outbox_drop(&known).unwrap();
}
