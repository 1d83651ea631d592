//! Before a Tines case is closed: its closure conditions, judged as far as that is safe, and the way to what is missing.

use crate::domain::aspect::Aspect;
use crate::domain::case::{Rid, State};
use crate::domain::change::Change;
use crate::domain::edit::Edit;
use crate::domain::formula::{Verdict, judge};
use crate::tui::cx::Cx;
use crate::tui::model::Model;
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::OnYes;
use crate::tui::screens::review::Review;
use crate::tui::screens::triage::Chosen;

/// Conditions by name.
pub type Conditions = Vec<(String, Verdict)>;

/// What the conditions that are not met come to, in one line; None: all that could be judged here are met.
pub fn not_met(conditions: &Conditions) -> Option<String> {
    match conditions.iter().filter(|(_, verdict)| matches!(verdict, Verdict::NotMet { .. })).count() {
        0 => None,
        1 => Some("1 CONDITION IS NOT MET: Tines may refuse to close this".to_owned()),
        count => Some(format!("{count} CONDITIONS ARE NOT MET: Tines may refuse to close this")),
    }
}

/// One condition: `NOT MET  Somebody owns it`.
pub fn condition_words(name: &str, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Met => format!("met      {name}"),
        Verdict::NotMet { .. } => format!("NOT MET  {name}"),
        Verdict::NotEvaluated { why } => format!("?        {name}: not evaluated here ({why})"),
    }
}

impl Model {
    /// The conditions of the case that a review would close; empty when it closes none.
    pub fn conditions(&self, review: &Review) -> Conditions {
        self.conditions_of(review.rid, &review.edit)
    }

    fn conditions_of(&self, rid: Rid, edit: &Edit) -> Conditions {
        let closes = |change: &Change| matches!(change, Change::Status(status) if status.state == State::Closed);
        if edit.changes.iter().any(closes) { self.judged(rid, edit) } else { Vec::new() }
    }

    /// The conditions of an open case, as it will be once what waits to be sent to it has landed, and then this edit.
    fn judged(&self, rid: Rid, edit: &Edit) -> Conditions {
        let Some(case) = self.cached.get(rid).map(|loaded| &*loaded.case).filter(|case| case.row.status.is_open()) else {
            return Vec::new();
        };
        if case.closure_conditions.is_empty() {
            return Vec::new();
        }
        let case = self.laid(case);
        case.closure_conditions.iter().map(|one| (one.name.to_string(), judge(one.formula.as_str(), &case, edit))).collect()
    }

    /// What closing the case in sight of a triage run lacks, before that is decided, and whether some of it is not met; None:
    /// nothing that is known.
    pub fn lacks_for_closing(&self, rid: Rid) -> Option<(String, bool)> {
        let conditions = self.judged(rid, &Edit::new(&self.cached.get(rid)?.case, Vec::new()));
        let named = |is: fn(&Verdict) -> bool| {
            let names: Vec<&str> = conditions.iter().filter(|(_, verdict)| is(verdict)).map(|(name, _)| name.as_str()).collect();
            names.join(", ")
        };
        let unmet = named(|verdict| matches!(verdict, Verdict::NotMet { .. }));
        let unsure = named(|verdict| matches!(verdict, Verdict::NotEvaluated { .. }));
        match (unmet.is_empty(), unsure.is_empty()) {
            (true, true) => None,
            (true, false) => Some((format!("To close it, not evaluated here: {unsure}"), false)),
            (false, true) => Some((format!("To close it, NOT MET: {unmet}"), true)),
            (false, false) => Some((format!("To close it, NOT MET: {unmet}; not evaluated here: {unsure}"), true)),
        }
    }
}

/// Asks before a decision closes a case whose conditions are not met, as a review would. False: there is nothing to ask.
pub(in crate::tui) fn asks_before_closing(rid: Rid, edit: &Edit, chosen: &Chosen, model: &Model, cx: &mut Cx) -> bool {
    let conditions = model.conditions_of(rid, edit);
    let Some(words) = not_met(&conditions) else { return false };
    let question = format!("Close {} all the same?", model.key_told(edit.case.source, &model.key_of_case(&edit.case)));
    let details = std::iter::once(words).chain(conditions.iter().map(|(name, verdict)| condition_words(name, verdict))).collect();
    cx.ask(question, details, OnYes::Decide(chosen.clone()));
    true
}

/// What the first condition that is not met is about.
pub fn lacking(model: &Model, cx: &Cx) -> Option<(Rid, Aspect)> {
    let Some(Overlay::Review(review)) = cx.overlays.last() else { return None };
    let about = model.conditions(review).into_iter().find_map(|(_, verdict)| match verdict {
        Verdict::NotMet { about } => about,
        _ => None,
    })?;
    Some((review.rid, about))
}
