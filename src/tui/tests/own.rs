//! What was sent from here and what somebody else did: told apart in forms, drafts and reviews.

use super::verbs::{agree, at, directory, give, person, queued, review, wishes};
use super::*;
use crate::domain::activity::{Activity, Topic};
use crate::domain::aspect::{Aspect, Stay, Value};
use crate::domain::edit::{Call, Method};
use crate::domain::record::Slice;
use crate::tui::screens::review::Origin;

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
        let form = sitting.app.cx.form().unwrap();
        assert_eq!(form.moved, None, "{is_open}: it was me, from here");
        assert_eq!(form.changes(), [Change::Title("mine Case number 7".into())]);
        let draft = sitting.app.model.kept.get(&titled("").row.id).unwrap();
        assert_eq!(draft.base[0].value, Value::Text("sent before".into()), "{is_open}");
        give(&mut sitting, titled("a colleague's"));
        let moved = sitting.app.cx.form().unwrap().moved.clone().unwrap();
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
    let moved = sitting.app.cx.form().unwrap().moved.clone().unwrap();
    assert_eq!((moved.fields, moved.by, moved.at), (vec!["title".to_owned()], None, None));
}

/// What its vendor takes no old value back for is named; the rest goes back, and is what is made again.
#[test]
fn of_an_edit_all_is_taken_back_but_what_its_vendor_keeps() {
    let mut sitting = at(Vendor::Datadog, directory(), |_| {});
    sitting.press("p 1");
    let order = agree(&mut sitting);
    let mut entry = queued(&mut sitting, "a", order);
    let was = entry.edit.changes[0].clone();
    let reason = Change::Field { id: "security_resolved_reason".into(), values: vec!["FALSE_POSITIVE".into()] };
    entry.edit = Edit::new(&sample::case(Vendor::Datadog, 7), vec![was.clone(), reason.clone()]);
    let stay = Stay { aspect: Aspect::of(&reason).unwrap(), why: "Datadog takes no reason back".into() };
    let call = Call { method: Method::Post, path: "/x".into(), body: None, makes: vec![1], lasting: None, stays: vec![stay] };
    entry.calls = vec![call];
    entry.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(entry)));
    sitting.press("u");
    assert!(matches!(&wishes(&sitting)[..], [Change::Priority(_)]), "{:?}", wishes(&sitting));
    let Origin::Undo { stays, .. } = &review(&sitting).origin else { panic!("{:?}", review(&sitting).origin) };
    assert_eq!(stays[..], ["the field security_resolved_reason stays: Datadog takes no reason back"]);
    let order = agree(&mut sitting);
    let mut back = queued(&mut sitting, "b", order);
    back.progress = Progress::Verified;
    sitting.report(Report::Outbox(Box::new(back)));
    sitting.press("U");
    assert_eq!(wishes(&sitting), [was], "the reason is there still");
}
