//! What was sent from here and what somebody else did: told apart in forms, drafts and reviews.

use super::verbs::{at, directory, give, person, review};
use super::*;
use crate::domain::activity::{Activity, Topic};
use crate::domain::aspect::Value;
use crate::domain::record::Slice;

/// One's own title lands, be it after the form was opened or while its text waits; then a colleague writes another one.
#[test]
fn what_was_sent_from_here_is_not_called_somebodys_and_a_draft_goes_along_with_it() {
    let titled = |title: &str| {
        let mut case = sample::case(Vendor::Tines, 7);
        case.row.title = Clean::line(title);
        case
    };
    let landed = |from: &str, to: &str| {
        let mut entry = OutboxEntry::queued("z", Edit::new(&titled(from), vec![Change::Title(to.into())]), Plan::default(), at_ms(0));
        entry.progress = Progress::Verified;
        Report::Outbox(Box::new(entry))
    };
    for is_open in [true, false] {
        let mut sitting = at(Vendor::Tines, directory(), |_| {});
        sitting.press("e m i n e Space");
        sitting.wait(500);
        if !is_open {
            sitting.press("Esc");
        }
        sitting.report(landed("Case number 7", "sent before"));
        give(&mut sitting, titled("sent before"));
        if !is_open {
            sitting.press("e");
        }
        let form = sitting.app.form().unwrap();
        assert_eq!(form.moved, None, "{is_open}: it was me, from here");
        assert_eq!(form.changes(), [Change::Title("mine Case number 7".into())]);
        let draft = sitting.app.kept.get(&titled("").row.id).unwrap();
        assert_eq!(draft.base[0].value, Value::Text("sent before".into()), "{is_open}");
        give(&mut sitting, titled("a colleague's"));
        let moved = sitting.app.form().unwrap().moved.clone().unwrap();
        assert_eq!((moved.fields, moved.by), (vec!["title".to_owned()], None), "{is_open}");
    }
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("e m i n e Space");
    sitting.report(landed("Case number 7", "sent before"));
    give(&mut sitting, titled("sent before"));
    sitting.press("Ctrl-s");
    assert_eq!(review(&sitting).moved, ["title was changed by yourself since you began this"]);
    give(&mut sitting, titled("a colleague's"));
    let told = &review(&sitting).moved;
    assert!(told.iter().any(|words| words.starts_with("title was changed meanwhile: your text is merged")), "{told:?}");
}

/// Tines has no entry for a new title: a comment of one's own that came after it says nothing of whose it is.
#[test]
fn a_colleagues_change_before_ones_own_comment_is_not_called_ones_own() {
    let mut sitting = at(Vendor::Tines, directory(), |_| {});
    sitting.press("e m i n e Space");
    let mut theirs = sample::case(Vendor::Tines, 7);
    theirs.row.title = Clean::line("theirs");
    let said = Activity {
        id: "1".into(),
        kind: Clean::line("COMMENTED"),
        topic: Topic::Comment,
        who: Some(person("1", "me")),
        at: theirs.row.updated_at.and_then(|at| at.checked_add(SignedDuration::from_secs(60)).ok()),
        ..sample::activity()
    };
    assert!(said.at.is_some());
    theirs.row.updated_at = said.at;
    theirs.activities = Some(Slice { items: vec![said], next: None, total: None, malformed: 0 });
    give(&mut sitting, theirs);
    let moved = sitting.app.form().unwrap().moved.clone().unwrap();
    assert_eq!((moved.fields, moved.by, moved.at), (vec!["title".to_owned()], None, None));
}
