//! The menu of times to snooze until, and the box in which one is typed.

use jiff::SignedDuration;

use crate::domain::aside::Until;
use crate::domain::case::Rid;
use crate::domain::clock;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::io::message::Chord;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::aside::LEFT_S;
use crate::tui::model::aside::acts::snooze;
use crate::tui::model::left::acts::{leave_box, push_box};
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::picker::{Does, Picker};
use crate::tui::screens::snooze::SnoozeBox;
use crate::tui::widgets::text;
/// The menu of `w`: the usual times, and one to be typed.
pub(in crate::tui) fn open_snooze_menu(rids: &[Rid], model: &Model, cx: &mut Cx) {
    let now = cx.zoned_now();
    let hours = |hours: i64| cx.now.checked_add(SignedDuration::from_hours(hours)).ok().map(Until::Moment);
    let [tomorrow, monday] = Until::mornings(&now);
    let has_time = |rid: &Rid| model.list.row(*rid).is_some_and(|row| row.due_at.is_some_and(|due| due - cx.now.as_second() > LEFT_S));
    let has_clock = rids.iter().any(has_time);
    let usual = [
        ("for an hour", hours(1)),
        ("for four hours", hours(4)),
        ("until tomorrow", tomorrow),
        ("until Monday", monday),
        ("until it changes", Some(Until::Change)),
    ];
    let usual: Vec<_> = usual.into_iter().filter_map(|(words, until)| Some((words, until?))).collect();
    let line = |(words, until): &(&str, Until)| match until {
        Until::Moment(at) => format!("{words:<18}{}", clock::brief(*at, &now)),
        _ => (*words).to_owned(),
    };
    let known = usual.iter().map(|choice| (line(choice), Some(choice.1)));
    // Last, since not every case has a clock: a digit means the same on each.
    let clock = has_clock.then(|| ("until 30m of its SLA are left".to_owned(), Some(Until::Left { left_s: LEFT_S })));
    let choices = known.chain([("until ... (type it)".to_owned(), None)]).chain(clock);
    let title = format!("Snooze {}", model.list.named(rids));
    let menu = Picker::new(title, choices.map(|(words, until)| (words, Does::Snooze(rids.to_vec(), until))));
    cx.push(Overlay::Picker(Box::new(menu)));
}

pub(in crate::tui) fn picked_snooze(rids: Vec<Rid>, until: Option<Until>, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    if let Some(until) = until {
        return self::snooze(&rids, until, model, panes, cx);
    }
    let name = model.list.named(&rids);
    push_box(Overlay::Snooze(Box::new(SnoozeBox { rids, name, area: text::line("") })), model, cx);
}

pub(in crate::tui) fn act_in_snooze(action: Action, model: &mut Model, panes: &mut Panes, cx: &mut Cx) {
    let now = cx.zoned_now();
    let Some(Overlay::Snooze(snooze)) = cx.overlays.last() else { return };
    match action {
        Action::Pick => match snooze.until(&now) {
            Ok(until) => {
                let rids = snooze.rids.clone();
                cx.pop();
                self::snooze(&rids, until, model, panes, cx);
            }
            Err(why) => cx.say(Grade::Info, why),
        },
        Action::Leave => leave_box(model, cx),
        _ => {}
    }
}

pub(in crate::tui) fn type_in_snooze(chord: Chord, cx: &mut Cx) {
    if let Some(Overlay::Snooze(snooze)) = cx.overlays.last_mut() {
        text::type_in_line(&mut snooze.area, chord);
    }
}

pub(in crate::tui) fn paste_in_snooze(pasted: &str, cx: &mut Cx) {
    if let Some(Overlay::Snooze(snooze)) = cx.overlays.last_mut() {
        text::paste_in_line(&mut snooze.area, pasted);
    }
}
