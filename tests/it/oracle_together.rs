//! The steps of [`crate::oracle`] that change cases without a review of each: bulk changes, macros, triage runs, and
//! conflicts that are decided.

use caseload::config::Macro;
use caseload::demo::Vendor;
use caseload::domain::bulk;
use caseload::domain::change::Change;
use caseload::domain::edit::{OutboxEntry, PlanLine};
use caseload::domain::merge::{Merge, Outcome};
use caseload::domain::part::Part;
use caseload::tui::screens::Overlay;

use crate::oracle_acts::part;
use crate::oracle_judge::{Field, Name, Verdict, Wish};
use crate::oracle_sitting::{AFTER_MS, Sitting, entries, id, name};

/// A key that acts on marks, and the parts of a case that it may change.
const BULK: [(&str, &[Part]); 6] = [
    ("p", &[Part::Priority]),
    ("x", &[Part::Status]),
    ("i", &[Part::Assignees, Part::Status]),
    ("a", &[Part::Assignees]),
    ("t", &[Part::Tags, Part::Attributes]),
    ("c", &[Part::Comment]),
];

pub fn macros() -> Vec<Macro> {
    let steps = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>();
    vec![
        Macro {
            name: "False positive".into(),
            steps: steps(&["close", "add tag=vip", "comment false alarm: e\u{301} \u{2764}\u{fe0f}"]),
            variants: vec![(caseload::domain::case::Vendor::Datadog, steps(&["close", "comment false alarm"]))],
            ..Macro::default()
        },
        Macro { name: "Mine".into(), steps: steps(&["take", "set priority=high"]), ..Macro::default() },
        Macro { name: "Open only".into(), when: Some("status:open".into()), steps: steps(&["set priority=low"]), ..Macro::default() },
    ]
}

/// What a change that the program has shown means for the judge.
pub fn wishes_of(vendor: Vendor, changes: &[Change]) -> Vec<Wish> {
    let one = |change: &Change| match change {
        Change::Title(text) => vec![Wish::Set(Field::Title, vec![text.clone()])],
        Change::Description(text) => vec![Wish::Set(Field::Description, vec![text.clone()])],
        Change::Status(status) => vec![status_wish(vendor, status.name.as_str())],
        Change::Priority(priority) => vec![Wish::Set(Field::Priority, vec![priority.clone()])],
        Change::Assign(person) if vendor == Vendor::Datadog => vec![Wish::Set(Field::Assignees, vec![person.email.to_string()])],
        Change::Assign(person) => vec![Wish::Add(Field::Assignees, person.email.to_string())],
        Change::Unassign(person) => vec![Wish::Remove(Field::Assignees, person.email.to_string())],
        Change::AddTags(tags) => tags.iter().map(|tag| Wish::Add(Field::Tags, tag.clone())).collect(),
        Change::RemoveTags(tags) => tags.iter().map(|tag| Wish::Remove(Field::Tags, tag.clone())).collect(),
        Change::Attribute { .. } => vec![Wish::Some(Field::Attributes)],
        Change::Comment(text) => vec![Wish::Comment(text.clone())],
        Change::Archive | Change::Unarchive => vec![Wish::Some(Field::Listed)],
        Change::Field { .. } => Vec::new(),
    };
    changes.iter().flat_map(one).collect()
}

/// The same where the plan tells that the vendor picks the status: only the state of it was asked for.
pub fn meant(wishes: Vec<Wish>, lines: &[PlanLine]) -> Vec<Wish> {
    let told = lines.iter().find(|line| line.part == Part::Status).map_or("", |line| line.new.as_str());
    let state = told.strip_suffix(" (the vendor picks which)");
    let one = |wish: Wish| match (&wish, state) {
        (Wish::Set(Field::Status, _), Some("closed")) => Wish::Open(false),
        (Wish::Set(Field::Status, _), Some("open")) => Wish::Open(true),
        (Wish::Set(Field::Status, _), Some(_)) => Wish::Some(Field::Status),
        _ => wish,
    };
    wishes.into_iter().map(one).collect()
}

/// What a status that the program names means for the judge.
pub fn status_wish(vendor: Vendor, status: &str) -> Wish {
    match (vendor, status) {
        // Whichever it is there, once that is known; Tines' own word, where the team's could not be read.
        (Vendor::Datadog | Vendor::Tines, "closed") => Wish::Open(false),
        (Vendor::Tines, "open") => Wish::Open(true),
        _ => Wish::Set(Field::Status, vec![status.to_owned()]),
    }
}

impl Sitting<'_> {
    /// Marks some rows and does one thing to all of them.
    pub fn bulk(&mut self, rows: u32, choice: u32) -> Verdict {
        if self.go(rows).is_none() {
            return Ok(());
        }
        let (key, allowed) = BULK[choice as usize / 16 % BULK.len()];
        self.desk().press("Ctrl-\\").press("Space").press("Space").press("Space").press(key);
        let mut level = None;
        match self.app().cx.overlays.last() {
            Some(Overlay::Picker(picker)) => {
                let at = choice as usize % picker.choices.len().clamp(1, 9);
                level = picker.choices.get(at).map(|choice| choice.words.clone()).filter(|_| key == "p");
                self.desk().press(&(at + 1).to_string());
            }
            Some(Overlay::People(_)) => drop(self.desk().press("Ctrl-u").text("weber").press("<enter>")),
            Some(Overlay::Labels(_)) => drop(self.desk().press("Ctrl-u").text("+vip").press("<enter>")),
            Some(Overlay::Ask(_)) => drop(self.desk().text("all of these").press("<enter>")),
            Some(Overlay::Form(_)) => drop(self.desk().text("all of these").press("Ctrl-s")),
            _ => {}
        }
        if let (Some(label), Some(Overlay::Bulk(pane))) = (level, self.app().cx.overlays.last()) {
            for row in &pane.rows {
                let bulk::Verdict::Sends(sends) = &row.verdict else { continue };
                let new = sends.plan.lines.first().map(|line| line.new.clone()).unwrap_or_default();
                if !is_same_level(&label, &new) {
                    return Err(format!("{label} was chosen, and {:?} is to get {new}", name(&row.case)));
                }
            }
        }
        self.send_all(allowed)?;
        self.desk().press("Ctrl-\\");
        Ok(())
    }

    /// A macro on one case.
    pub fn run_macro(&mut self, row: u32, which: u32) -> Verdict {
        let Some(case) = self.go(row) else { return Ok(()) };
        self.desk().press("Ctrl-\\").press("m m");
        if !matches!(self.app().cx.overlays.last(), Some(Overlay::Picker(_))) {
            return Ok(());
        }
        self.desk().press(&(which % 3 + 1).to_string());
        if let Some(Overlay::Bulk(pane)) = self.app().cx.overlays.last()
            && let Some(other) = pane.rows.iter().find(|row| name(&row.case) != case)
        {
            return Err(format!("the macro was for {case:?} and is about {:?}", name(&other.case)));
        }
        self.send_all(&[Part::Status, Part::Tags, Part::Comment, Part::Assignees, Part::Priority])
    }

    /// The dry run that is open is agreed to: what it shows is what the judge licenses.
    pub fn send_all(&mut self, allowed: &[Part]) -> Verdict {
        let Some(Overlay::Bulk(pane)) = self.app().cx.overlays.last() else {
            self.home();
            return Ok(());
        };
        let mut planned: Vec<(Name, Vec<Wish>)> = Vec::new();
        for row in &pane.rows {
            let bulk::Verdict::Sends(sends) = &row.verdict else { continue };
            if let Some(change) = sends.edit.changes.iter().find(|change| !allowed.contains(&change.part())) {
                return Err(format!("nobody asked for {change:?} of {:?}", name(&row.case)));
            }
            let case = name(&row.case);
            let wishes = meant(wishes_of(case.0, &sends.edit.changes), &sends.plan.lines);
            planned.push((case, wishes));
        }
        if planned.is_empty() {
            self.home();
            return Ok(());
        }
        let digits: Vec<String> = planned.len().to_string().chars().map(String::from).collect();
        self.desk().later(AFTER_MS, &digits.join(" ")).later(AFTER_MS, "<enter>");
        if matches!(self.app().cx.overlays.last(), Some(Overlay::Bulk(_))) {
            self.home();
            return Ok(());
        }
        for (case, wishes) in planned {
            for wish in wishes {
                self.book.ordered(&case, wish);
            }
        }
        self.home();
        self.rest();
        Ok(())
    }

    /// Some decisions of a triage run, then a pause.
    pub fn triage(&mut self, choices: &[u8]) -> Verdict {
        self.home();
        self.desk().press("T");
        if matches!(self.app().cx.overlays.last(), Some(Overlay::Picker(_))) {
            self.desk().press(if choices.len().is_multiple_of(2) { "1" } else { "2" });
        }
        for choice in choices {
            if !matches!(self.app().cx.overlays.last(), Some(Overlay::Triage(_))) {
                break;
            }
            let Some(case) = self.app().model.triage.as_ref().and_then(|run| Some(name(&run.current()?.case))) else { break };
            let before: Vec<OutboxEntry> = entries(self.app()).cloned().collect();
            let (key, allowed): (&str, &[Part]) = match choice % 8 {
                0 | 1 => ("1", &[Part::Assignees, Part::Status]),
                2 => ("4", &[Part::Status]),
                3 => ("2", &[Part::Status, Part::Comment]),
                4 => ("5", &[Part::Status, Part::Tags, Part::Comment, Part::Assignees, Part::Priority]),
                5 => ("n", &[]),
                6 => ("d", &[]),
                _ => ("u", &[]),
            };
            self.desk().later(AFTER_MS, key);
            if matches!(self.app().cx.overlays.last(), Some(Overlay::Picker(_))) {
                self.desk().press("1");
            }
            // Closed although its conditions are not met.
            if matches!(self.app().cx.overlays.last(), Some(Overlay::Confirm(_))) {
                self.desk().later(AFTER_MS, "y");
            }
            self.give_up_what_left(&before)?;
            self.see_pins();
            self.decided(&case, &before, allowed)?;
            if !matches!(self.app().cx.overlays.last(), Some(Overlay::Triage(_))) {
                break;
            }
        }
        self.home();
        // Decisions wait some seconds before they leave.
        self.settle_outbox(true)
    }

    /// What a decision has put into the outbox is about its case, and nothing but what its key says.
    fn decided(&mut self, case: &Name, before: &[OutboxEntry], allowed: &[Part]) -> Verdict {
        let is_new = |entry: &&OutboxEntry| !before.iter().any(|known| known.id == entry.id);
        let fresh: Vec<OutboxEntry> = entries(self.app()).filter(is_new).cloned().collect();
        for entry in fresh {
            if entry.edit.case != id(case) {
                return Err(format!("decided was about {case:?}, and an edit of {:?} came of it", name(&entry.edit.case)));
            }
            if let Some(change) = entry.edit.changes.iter().find(|change| !allowed.contains(&change.part())) {
                return Err(format!("nobody asked for {change:?} of {case:?}"));
            }
            for wish in meant(wishes_of(case.0, &entry.edit.changes), &entry.lines) {
                self.book.ordered(case, wish);
            }
        }
        Ok(())
    }

    /// The first conflict of the outbox: mine or theirs throughout.
    pub fn decide(&mut self, theirs: bool) {
        self.home();
        self.desk().press("g o");
        let outbox = &self.app().model.outbox;
        let Some(place) = outbox.iter().position(|queued| queued.entry.conflict.is_some()) else { return self.home() };
        let Some(Overlay::Outbox(pane)) = self.app().cx.overlays.last() else { return self.home() };
        let at = pane.at(outbox);
        let key = if at < place { "j" } else { "k" };
        for _ in 0..at.abs_diff(place) {
            self.desk().press(key);
        }
        self.desk().press("<enter>");
        let Some(Overlay::Conflict(pane)) = self.app().cx.overlays.last() else { return self.home() };
        let (entry, overlaps) = (pane.entry.clone(), pane.undecided());
        // What does not overlap leaves as it was wished, whichever side is taken.
        let overlap = |merge: &&Merge| matches!(merge.outcome, Outcome::Overlap(_));
        let parts: Vec<Part> = pane.conflict.merges.iter().filter(overlap).map(|merge| merge.aspect.part).collect();
        let Some(edit) = entries(self.app()).find(|known| known.id == entry).map(|known| known.edit.clone()) else {
            return self.home();
        };
        // The case may have others that wait.
        let case = name(&edit.case);
        let changes = wishes_of(case.0, &edit.changes);
        for _ in 0..overlaps {
            self.desk().later(AFTER_MS, if theirs { "t" } else { "m" });
        }
        self.desk().later(AFTER_MS, "Ctrl-s").later(AFTER_MS, "y");
        if matches!(self.app().cx.overlays.last(), Some(Overlay::Conflict(_) | Overlay::Review(_))) {
            return self.home();
        }
        if theirs {
            for wish in changes.iter().filter(|wish| parts.contains(&part(wish.field()))) {
                if !self.book.give_up_last(&case, wish) {
                    let is_merged = |open: &Wish| {
                        matches!(open, Wish::Some(_) | Wish::Open(_)) || matches!(open.field(), Field::Title | Field::Description)
                    };
                    self.book.give_up(&case, |open| open.field() == wish.field() && is_merged(open));
                }
            }
        } else {
            for field in [Field::Title, Field::Description].into_iter().filter(|field| parts.contains(&part(*field))) {
                self.book.loosen(&case, field);
            }
        }
        self.rest();
        self.home();
    }
}

/// The same place on the scale in the words of either vendor.
fn is_same_level(label: &str, new: &str) -> bool {
    const SCALE: [(&str, &str); 5] = [("P1", "CRITICAL"), ("P2", "HIGH"), ("P3", "MEDIUM"), ("P4", "LOW"), ("P5", "INFO")];
    // Of several cases, a line says how many have it.
    let label = label.split("  (").next().unwrap_or(label);
    let place = |word: &str| SCALE.iter().position(|(a, b)| word.to_uppercase().contains(a) || word.to_uppercase().contains(b));
    (label == "none" && new == "NOT_DEFINED") || (place(label).is_some() && place(label) == place(new))
}
