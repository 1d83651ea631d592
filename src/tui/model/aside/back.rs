//! The way back of a snooze, a waking and a pin: each case becomes as it was, unless somebody has chosen anew since.

use crate::domain::aside::{Aside, Snooze, Until};
use crate::domain::case::Rid;
use crate::domain::clock;
use crate::domain::count::count_of;
use crate::domain::moved::Moved;
use crate::tui::cx::Cx;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::aside::due;
use crate::tui::model::list::List;

/// What becomes of one case on the way back. Only what was moved goes back: a pin is no matter of a snooze.
enum Way {
    Becomes(Aside),
    /// It is as it was before, by somebody else or by its own time.
    Already,
    /// Somebody has chosen anew.
    Newer,
    /// Its time has come since, so that it would be back at once.
    Late,
}

impl Way {
    /// `is_over`: whether a snooze would end at once.
    fn of(moved: &Moved, now: &Aside, is_over: impl Fn(&Snooze) -> bool) -> Self {
        if !moved.is_of_snooze() {
            let is_pinned = moved.before.is_pinned;
            return if now.is_pinned == is_pinned { Self::Already } else { Self::Becomes(Aside { is_pinned, ..now.clone() }) };
        }
        if now.has_same_snooze(&moved.before) {
            return Self::Already;
        }
        if !now.has_same_snooze(&moved.after) {
            return Self::Newer;
        }
        match moved.before.snooze.clone().filter(|snooze| !is_over(snooze)) {
            None if now.snooze.is_none() => Self::Late,
            snooze => Self::Becomes(Aside { snooze, ..now.clone() }),
        }
    }
}

/// What is said of cases, each kind once with its cases; of one case, and of several.
#[derive(Default)]
struct Said(Vec<([String; 2], Vec<Rid>)>);

impl Said {
    fn add(&mut self, tail: [String; 2], rid: Rid) {
        match self.0.iter_mut().find(|(known, _)| *known == tail) {
            Some((_, rids)) => rids.push(rid),
            None => self.0.push((tail, vec![rid])),
        }
    }
}

/// How a case stands, in what was moved.
fn state(a_move: &Moved, now: &Aside) -> &'static str {
    match (a_move.is_of_snooze(), now.snooze.is_some(), now.is_pinned) {
        (true, true, _) => "snoozed",
        (true, false, _) => "awake",
        (false, _, true) => "pinned",
        (false, _, false) => "not pinned",
    }
}

impl Model {
    /// Takes back what was put aside, as far as nobody has chosen anew. Answers with what was really moved, which is taken
    /// back in turn, and with words for every case.
    pub(in crate::tui) fn take_asides_back(&mut self, moves: &[Moved], cx: &mut Cx) -> (Vec<Moved>, String) {
        let (mut back, mut done, mut stays) = (Vec::new(), Said::default(), Said::default());
        let (mut rids, mut woken, mut gone) = (Vec::new(), 0, 0);
        for a_move in moves {
            let Some(rid) = self.list.find(a_move.case()) else {
                gone += 1;
                continue;
            };
            let now = self.asides.get(a_move.case()).cloned().unwrap_or_else(|| Aside::nothing(a_move.case()));
            let due_at = self.list.row(rid).and_then(|row| due(&row));
            match Way::of(a_move, &now, |snooze| snooze.rung(due_at, cx.now).is_some()) {
                Way::Becomes(aside) => {
                    let state = state(a_move, &aside);
                    done.add([format!("is {state}"), format!("are {state}")], rid);
                    woken += usize::from(now.snooze.is_some() && aside.snooze.is_none());
                    self.stand(rid, aside.clone(), true);
                    back.push(Moved { before: now, after: aside });
                    rids.push(rid);
                }
                Way::Already => {
                    let state = state(a_move, &now);
                    stays.add([format!("is {state} already"), format!("are {state} already")], rid);
                }
                Way::Late => stays.add(["stays awake: its time has come".into(), "stay awake: their time has come".into()], rid),
                Way::Newer => stays.add(cx.newer(now.snooze.as_ref()), rid),
            }
        }
        self.asides.count();
        self.list.place_anew(&rids);
        self.asides.tell_back(cx);
        let mut words: Vec<String> = done.0.iter().chain(&stays.0).map(|(tail, rids)| self.list.said_of(tail, rids)).collect();
        if gone > 0 {
            words.push(format!("{} not in the list any more", count_of(gone, "is", "are")));
        }
        if woken > 0 {
            words.push(format!("{} shows {}", cx.key(Action::Refresh), if woken == 1 { "it" } else { "them" }));
        }
        (back, words.join("; "))
    }
}

impl List {
    fn said_of(&self, [one, many]: &[String; 2], rids: &[Rid]) -> String {
        format!("{} {}", self.named(rids), if rids.len() == 1 { one } else { many })
    }
}

impl Cx {
    /// What somebody has chosen since.
    fn newer(&self, snooze: Option<&Snooze>) -> [String; 2] {
        let Some(snooze) = snooze else { return ["has woken since".into(), "have woken since".into()] };
        let until = match snooze.until {
            Until::Moment(at) => clock::brief(at, &self.zoned_now()),
            until => until.spoken(&self.clock.zone),
        };
        ["keeps", "keep"].map(|verb| format!("{verb} the newer snooze, until {until}"))
    }
}
