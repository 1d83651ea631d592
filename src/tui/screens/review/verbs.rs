//! One key, one change: taking, assigning, closing, archiving, and the last change again. Each goes through the review.

use std::sync::Arc;

use crate::domain::capability;
use crate::domain::case::{Case, Rid, State, Vendor};
use crate::domain::change::Change;
use crate::domain::directory::StatusOption;
use crate::domain::edit::Edit;
use crate::domain::part::Part;
use crate::domain::text::Clean;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::left::acts::push_box;
use crate::tui::model::sources::Source;
use crate::tui::screens::Overlay;
use crate::tui::screens::form::open::acts::open_form_at;
use crate::tui::screens::form::{
    statuses, {self},
};
use crate::tui::screens::labels::LabelsBox;
use crate::tui::screens::people::PeoplePicker;
use crate::tui::screens::picker::{Does, Picker};
use crate::tui::screens::review::acts::start_review;
use crate::tui::screens::review::preflight::lacking;
use crate::tui::screens::review::verbs;
use crate::tui::screens::triage::acts::{decide_changes, triage_rid};

/// What a verb comes to for a case.
pub enum Verb {
    /// To the review at once.
    Wish(Vec<Change>),
    /// A menu first: its question, and what each choice would change.
    Menu(&'static str, Vec<(String, Vec<Change>)>),
    /// Whom to assign.
    People,
    /// What to add and remove.
    Labels,
}

/// A case and where it is kept.
struct Ground<'a> {
    cx: &'a Cx,
    source: &'a Source,
    case: &'a Case,
}

impl Ground<'_> {
    fn allowed(&self, part: Part) -> Result<(), String> {
        capability::allowed(self.source.info.vendor, &self.case.row, part).map_err(|reason| self.cx.reason(&reason))
    }

    fn statuses(&self) -> Vec<StatusOption> {
        statuses(self.source.info.vendor, self.source.directory.as_deref(), self.case)
    }

    fn status_in(&self, state: State) -> Option<StatusOption> {
        self.statuses().into_iter().find(|status| status.state == state)
    }

    fn state(&self) -> State {
        self.case.row.status.state.unwrap_or(State::Open)
    }

    fn take(&self) -> Result<Verb, String> {
        match self.state() {
            State::Closed => return Err(format!("this case is closed: {} reopens it", self.cx.key(Action::Reopen))),
            State::Archived => return Err(format!("this case is archived: {} brings it back", self.cx.key(Action::Unarchive))),
            State::Open | State::InProgress => {}
        }
        let mut changes = Vec::new();
        let assigns = self.allowed(Part::Assignees);
        if assigns.is_ok() {
            let me = self.source.me().ok_or_else(|| self.who_am_i())?;
            if !self.case.row.assignees.iter().any(|known| known.is(me)) {
                changes.push(Change::Assign(me.clone()));
            }
        }
        if self.state() == State::Open {
            changes.extend(self.status_in(State::InProgress).map(Change::Status));
        }
        match (changes.is_empty(), assigns) {
            (false, _) => Ok(Verb::Wish(changes)),
            (true, Ok(())) => Err("it is yours already, nothing is left to start".into()),
            (true, Err(reason)) => Err(format!("{reason}, and no status in progress")),
        }
    }

    /// Nobody knows who sits here: what to do about it.
    fn who_am_i(&self) -> String {
        let name = &self.source.info.name;
        let vendor = self.source.info.vendor;
        match (vendor.capabilities().hides_who_i_am, &self.source.directory) {
            (_, None) => format!("who you are at {name} is still being read; press the key again in a moment"),
            (true, _) => {
                format!("{} does not say who you are: write me = \"you@example.com\" for {name} in the configuration", vendor.title())
            }
            _ => format!("{name} has not said who these keys belong to: the application key has to be a person's"),
        }
    }

    fn unassign(&self) -> Result<Verb, String> {
        self.allowed(Part::Assignees)?;
        let people = &self.case.row.assignees;
        match people.as_slice() {
            [] => Err("nobody is assigned".into()),
            [one] => Ok(Verb::Wish(vec![Change::Unassign(one.clone())])),
            _ => {
                let each = people.iter().map(|person| (person.told(people), vec![Change::Unassign(person.clone())]));
                let all = ("everybody".to_owned(), people.iter().cloned().map(Change::Unassign).collect());
                Ok(Verb::Menu("Take off", each.chain(std::iter::once(all)).collect()))
            }
        }
    }

    fn close(&self) -> Result<Verb, String> {
        match self.state() {
            State::Closed => return Err(format!("this case is closed already: {} reopens it", self.cx.key(Action::Reopen))),
            State::Archived => return Err("this case is archived".into()),
            State::Open | State::InProgress => {}
        }
        let mut closed: Vec<_> = self.statuses().into_iter().filter(|status| status.state == State::Closed).collect();
        match closed.len() {
            0 => Err(format!("this case has no closed status: {} shows what it has", self.cx.key(Action::Status))),
            1 => Ok(Verb::Wish(closed.drain(..).map(Change::Status).collect())),
            _ => {
                let choices = closed.into_iter().map(|status| (status.name.to_string(), vec![Change::Status(status)])).collect();
                Ok(Verb::Menu("Close as:", choices))
            }
        }
    }

    fn reopen(&self) -> Result<Verb, String> {
        self.allowed(Part::Status)?;
        if matches!(self.state(), State::Open | State::InProgress) {
            return Err("this case is open".into());
        }
        let open = self
            .status_in(State::Open)
            .ok_or_else(|| format!("this case has no open status: {} shows what it has", self.cx.key(Action::Status)))?;
        Ok(Verb::Wish(vec![Change::Status(open)]))
    }

    fn archive(&self) -> Result<Verb, String> {
        if self.state() == State::Archived {
            return Err(format!("this case is archived already: {} brings it back", self.cx.key(Action::Unarchive)));
        }
        // ServerOps archives by a status of its own.
        if let Some(status) = self.status_in(State::Archived) {
            return Ok(Verb::Wish(vec![Change::Status(status)]));
        }
        self.allowed(Part::Archived)?;
        Ok(Verb::Wish(vec![Change::Archive]))
    }

    fn unarchive(&self) -> Result<Verb, String> {
        if self.status_in(State::Archived).is_some() && self.state() == State::Archived {
            return self.reopen();
        }
        if !self.source.info.vendor.capabilities().archives_by_status() {
            self.allowed(Part::Archived)?;
        }
        if self.state() != State::Archived {
            return Err("this case is not archived".into());
        }
        Ok(Verb::Wish(vec![Change::Unarchive]))
    }

    /// Another case's changes as this case takes them.
    fn repeat(&self, last: &Edit) -> Result<Verb, String> {
        let mut changes = Vec::new();
        for change in &last.changes {
            self.allowed(change.part())?;
            let change = self.adapted(change, last.case.source == self.case.row.id.source)?;
            if change.is_met(self.case) != Some(true) {
                changes.push(change);
            }
        }
        if changes.is_empty() { Err("the last change holds for this case already".into()) } else { Ok(Verb::Wish(changes)) }
    }

    /// A change of a case of this or another source, in this case's own words.
    fn adapted(&self, change: &Change, is_same_source: bool) -> Result<Change, String> {
        let vendor = self.source.info.vendor;
        Ok(match change {
            Change::Status(wanted) => {
                let known = self.statuses();
                let same = |status: &&StatusOption| status.name.as_str().eq_ignore_ascii_case(wanted.name.as_str());
                let found = known.iter().find(same).ok_or_else(|| format!("this case has no status {}", wanted.name))?;
                Change::Status(found.clone())
            }
            Change::Priority(name) => {
                let level = crate::domain::case::Level::read(name);
                let known = capability::priorities(vendor);
                let same = |known: &&&str| {
                    known.eq_ignore_ascii_case(name) || (level.is_some() && crate::domain::case::Level::read(known) == level)
                };
                let found = known.iter().find(same).ok_or_else(|| format!("{} has no priority {name}", vendor.title()))?;
                Change::Priority((*found).to_owned())
            }
            Change::Assign(_) | Change::Unassign(_) | Change::Field { .. } | Change::Attribute { .. } if !is_same_source => {
                return Err(format!("the last change was about the {} of another source", change.part().name()));
            }
            other => other.clone(),
        })
    }
}

/// The field of the edit form that a part is changed in.
pub(in crate::tui) fn has_field(part: Part) -> bool {
    form::FIELDS.contains(&part) || matches!(part, Part::Attributes | Part::Field)
}

/// A change was chosen in a menu or a box: the triage run takes it as its decision, else it goes to the review; what
/// the case has already, once what waits for it has landed, needs neither.
pub(in crate::tui) fn picked_change(rid: Rid, changes: Vec<Change>, model: &mut Model, cx: &mut Cx) {
    let Some((case, _)) = model.cached.case_to_edit(rid) else { return };
    let laid = model.laid(&case);
    if let Some(first) = changes.first().filter(|_| changes.iter().all(|change| change.holds(&laid) == Some(true))) {
        let words = match first {
            Change::Status(_) => format!("status is {} already", laid.row.status.name),
            Change::Priority(name) => format!("priority is {} already", Clean::line(name)),
            Change::Field { id, values } => Clean::line(&format!("{id} is {} already", values.join(", "))).to_string(),
            _ => "the case is so already".into(),
        };
        return cx.say(Grade::Info, format!("{}: {words}; nothing is sent", case.row.key));
    }
    start_change(rid, &case, changes, model, cx);
}

fn start_change(rid: Rid, case: &Case, changes: Vec<Change>, model: &mut Model, cx: &mut Cx) {
    if triage_rid(cx) == Some(rid) {
        decide_changes(changes, model, cx);
    } else {
        start_review(rid, Edit::new(case, changes), model, cx);
    }
}

/// Leaves the review for the place where what is missing can be given.
pub(in crate::tui) fn jump_to_lacking(model: &mut Model, cx: &mut Cx) {
    let Some((rid, about)) = lacking(model, cx) else { return };
    cx.pop();
    match about.part {
        Part::Assignees => start_verb(rid, Action::Assign, model, cx),
        Part::Tags => start_verb(rid, Action::Tags, model, cx),
        part if verbs::has_field(part) => match cx.overlays.last_mut() {
            Some(Overlay::Form(form)) if form.rid == rid => form.focus(&about),
            _ => open_form_at(rid, &about, model, cx),
        },
        part => cx.say(Grade::Info, format!("the {} of this case is changed at the vendor", part.name())),
    }
}

/// Starts a verb on a case: a menu, a box, or the review.
pub(in crate::tui) fn start_verb(rid: Rid, action: Action, model: &mut Model, cx: &mut Cx) {
    let Some((case, _)) = model.cached.case_to_edit(rid) else { return };
    match verb(&case, action, model, cx) {
        Err(reason) => cx.say(Grade::Info, reason),
        Ok(Verb::Wish(changes)) => start_change(rid, &case, changes, model, cx),
        Ok(Verb::Menu(question, choices)) => {
            let title = format!("{question} {}", model.key_told(case.row.id.source, case.row.key.as_str()));
            let choices = choices.into_iter().map(|(words, changes)| (words, Does::Change(rid, changes)));
            cx.push(Overlay::Picker(Box::new(Picker::new(title, choices))));
        }
        Ok(Verb::People) => {
            let directory = model.source(case.row.id.source).and_then(|source| source.directory.clone());
            let vendor = model.source(case.row.id.source).map_or(Vendor::Datadog, |source| source.info.vendor);
            push_box(Overlay::People(Box::new(PeoplePicker::new(rid, vendor, case, directory))), model, cx);
        }
        Ok(Verb::Labels) => {
            let vendor = model.source(case.row.id.source).map_or(Vendor::Datadog, |source| source.info.vendor);
            let known = model.list.labels_in_sight(&case);
            push_box(Overlay::Labels(Box::new(LabelsBox::new(rid, vendor, case, known))), model, cx);
        }
    }
}

/// What a verb would do to this case, or why it cannot.
pub fn verb(case: &Arc<Case>, action: Action, model: &Model, cx: &Cx) -> Result<Verb, String> {
    let source = model.source(case.row.id.source).ok_or("its source is not configured any more")?;
    if let Some(reason) = &source.info.read_only {
        return Err(cx.reason(reason));
    }
    let ground = Ground { cx, source, case };
    match action {
        Action::Take => ground.take(),
        Action::Assign => ground.allowed(Part::Assignees).map(|()| Verb::People),
        Action::Unassign => ground.unassign(),
        Action::Tags => {
            let has_attributes = source.info.vendor.capabilities().has_attributes;
            ground.allowed(if has_attributes { Part::Attributes } else { Part::Tags }).map(|()| Verb::Labels)
        }
        Action::CloseCase => ground.close(),
        Action::Reopen => ground.reopen(),
        Action::Archive => ground.archive(),
        Action::Unarchive => ground.unarchive(),
        Action::Repeat => {
            let last = model.history.last_wish().ok_or("no change of this sitting is left to repeat")?;
            ground.repeat(last)
        }
        _ => Err("this is not done to a case".into()),
    }
}
