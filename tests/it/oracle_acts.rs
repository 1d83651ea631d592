//! The steps of [`crate::oracle`] that a person makes on cases: verbs and their menus, texts, taking back, marks.

use std::collections::BTreeSet;

use caseload::demo::{Truth, Vendor};
use caseload::domain::aside::Aside;
use caseload::domain::change::Change;
use caseload::domain::edit::{OutboxEntry, PlanLine, Progress};
use caseload::domain::part::Part;
use caseload::tui::screens::Overlay;
use caseload::tui::screens::form::Form;
use caseload::tui::screens::review::Stage;

use crate::oracle::Verb;
use crate::oracle_judge::{Field, ME, Name, Verdict, Wish};
use crate::oracle_sitting::{AFTER_MS, Sitting, TEXTS, entries, id, name};
use crate::oracle_together::{meant, status_wish, wishes_of};

/// Puts what lies in `more` behind the file.
pub const EDITOR: &str = "cat \"$(dirname \"$0\")/more\" >> \"$1\"";

impl Sitting<'_> {
    /// Presses the key of a verb on a row, chooses as its menu says, and confirms or not.
    pub fn act(&mut self, row: u32, verb: Verb, choice: u32, yes: bool) -> Verdict {
        let Some(case) = self.go(row) else { return Ok(()) };
        let key = match verb {
            Verb::Status => "s",
            Verb::Priority => "p",
            Verb::Close => "x",
            Verb::Reopen => "X",
            Verb::Take => "i",
            Verb::Assign => "a",
            Verb::Unassign => "A",
            Verb::Tags => "t",
        };
        let is_shown = self.shows_people(&case);
        self.desk().press(key);
        let Some(truth) = self.book.truth(&case).cloned() else { return Ok(()) };
        let mut wishes = Vec::new();
        match self.app().cx.overlays.last() {
            Some(Overlay::Picker(picker)) => {
                let at = choice as usize % picker.choices.len().min(9);
                let label = picker.choices[at].words.clone();
                wishes.extend(chosen(verb, &label, &truth));
                self.desk().press(&(at + 1).to_string());
            }
            Some(Overlay::People(_)) => wishes.extend(self.choose_person(choice, &case)),
            Some(Overlay::Labels(_)) => wishes.extend(self.type_tag(choice, &truth)),
            _ if verb == Verb::Unassign => wishes.extend(truth.assignees.iter().map(|mail| Wish::Remove(Field::Assignees, mail.clone()))),
            _ => {}
        }
        if verb == Verb::Unassign {
            // Whom a colleague has put on since, the screen does not show, and the review does not name.
            if let (false, Some(Overlay::Review(review))) = (is_shown, self.app().cx.overlays.last()) {
                let named = wishes_of(case.0, &review.edit.changes);
                wishes.retain(|wish| named.contains(wish));
            }
            if wishes.is_empty() {
                // Whom the screen still shows, a colleague took off.
                wishes.push(Wish::Some(Field::Assignees));
            }
        }
        self.confirm(&case, wishes, yes)
    }

    /// The screen shows a case with the people it has: its list was read since, and the cursor rested long enough for the case
    /// to be read again.
    fn shows_people(&self, case: &Name) -> bool {
        let Some(truth) = self.book.truth(case).filter(|_| !self.book.moved.contains(case)) else { return false };
        let shown = self.app().panes.detail.loaded.as_ref().filter(|shown| shown.case.row.id == id(case));
        shown.is_none_or(|shown| {
            let people = &shown.case.row.assignees;
            people.len() == truth.assignees.len() && people.iter().all(|person| truth.assignees.contains(&person.email.to_string()))
        })
    }

    pub fn choose_person(&mut self, choice: u32, case: &Name) -> Option<Wish> {
        const PARTS: [&str; 5] = ["mara", "weber", "aiko", "priya", "northwind"];
        // What was left in this box is offered again.
        self.desk().press("Ctrl-u").text(PARTS[choice as usize % PARTS.len()]);
        let Some(Overlay::People(picker)) = self.app().cx.overlays.last() else { return None };
        let mail = picker.people().get(picker.chosen)?.email.to_string();
        self.desk().press("<enter>");
        Some(if case.0 == Vendor::Datadog { Wish::Set(Field::Assignees, vec![mail]) } else { Wish::Add(Field::Assignees, mail) })
    }

    pub fn type_tag(&mut self, choice: u32, truth: &Truth) -> Option<Wish> {
        let has = Field::Tags.of(truth).into_iter().chain(Field::Attributes.of(truth)).collect::<Vec<_>>();
        let field = if truth.vendor == Vendor::Datadog { Field::Attributes } else { Field::Tags };
        if choice.is_multiple_of(3) && !has.is_empty() {
            // What it has is taken off by the line that the box offers for it.
            self.desk().press("Ctrl-u").text("-");
            let Some(Overlay::Labels(labels)) = self.app().cx.overlays.last() else { return None };
            let at = choice as usize / 3 % labels.suggestions().len().max(1);
            let place =
                labels.has().iter().position(|label| labels.suggestions().get(at).is_some_and(|one| one.contains(label.as_str())))?;
            for _ in 0..at {
                self.desk().press("Down");
            }
            self.desk().press("Tab").press("<enter>");
            return Some(Wish::Remove(field, has.get(place)?.clone()));
        }
        let tag = if field == Field::Attributes { "zone:night" } else { ["vip", "night", "reviewed"][choice as usize % 3] };
        self.desk().press("Ctrl-u").text(&format!("+{tag}")).press("<enter>");
        Some(Wish::Add(field, tag.into()))
    }

    /// The review that is open, answered; what it says is what the judge licenses, once it fits what was chosen.
    pub fn confirm(&mut self, case: &Name, mut wishes: Vec<Wish>, yes: bool) -> Verdict {
        let Some(Overlay::Review(review)) = self.app().cx.overlays.last() else { return Ok(()) };
        let Stage::Asking { plan, .. } = &review.stage else { return Ok(()) };
        if review.edit.case != id(case) {
            return Err(format!("the cursor is on {case:?}, and asked is about {:?}", review.edit.case));
        }
        let shown = wishes_of(case.0, &review.edit.changes);
        let mut lines = plan.lines.clone();
        lines.retain(|line| !wishes.iter().any(|wish| part(wish.field()) == line.part));
        // A form brings what waits already.
        let is_open = |wish: &Wish| self.book.open_orders().any(|order| order.case == *case && order.wish == *wish);
        let waits = |line: &PlanLine| {
            let mut again = shown.iter().filter(|wish| part(wish.field()) == line.part).peekable();
            line.part == Part::Assignees && again.peek().is_some() && again.all(is_open)
        };
        lines.retain(|line| !waits(line));
        // What nobody chose by name: the status that taking or closing brings.
        for line in lines {
            match line.part {
                Part::Status => wishes.push(status_wish(case.0, &line.new)),
                // Datadog holds one.
                Part::Assignees if case.0 == Vendor::Datadog => wishes.push(Wish::Set(Field::Assignees, vec![ME.into()])),
                Part::Assignees => wishes.push(Wish::Add(Field::Assignees, ME.into())),
                // What was taken back before it left is offered in the form again; what the vendor refused is, too, and is on
                // its way already.
                other => {
                    let given_up = self.book.given_up(case).find(|field| part(*field) == other);
                    match given_up {
                        Some(field @ (Field::Title | Field::Description | Field::Attributes)) => wishes.push(Wish::Some(field)),
                        Some(_) => wishes.extend(shown.iter().filter(|wish| part(wish.field()) == other && !is_open(wish)).cloned()),
                        None if self.book.open_orders().any(|order| order.case == *case && part(order.wish.field()) == other) => {}
                        None => return Err(format!("nobody asked for a change of {other:?}: {line:?}")),
                    }
                }
            }
        }
        if !yes {
            self.home();
            return Ok(());
        }
        self.say_yes(case, wishes)
    }

    pub fn say_yes(&mut self, case: &Name, wishes: Vec<Wish>) -> Verdict {
        let wishes = match self.app().cx.overlays.last() {
            Some(Overlay::Review(review)) => match &review.stage {
                Stage::Asking { plan, .. } => meant(wishes, &plan.lines),
                _ => wishes,
            },
            _ => wishes,
        };
        for _ in 0..20 {
            if !matches!(self.app().cx.overlays.last(), Some(Overlay::Review(review)) if matches!(review.stage, Stage::Asking { .. })) {
                break;
            }
            self.desk().later(AFTER_MS, "y");
        }
        let is_listed = self.book.truth(case).is_none_or(|truth| truth.is_listed);
        // What a colleague has archived under the person's hands is not changed, and the review says so.
        let is_refused = match self.app().cx.overlays.last() {
            Some(Overlay::Review(review)) if matches!(review.stage, Stage::Failed { .. }) && !is_listed => true,
            Some(Overlay::Review(review)) => return Err(format!("yes was not taken: {:?}", review.stage)),
            _ => false,
        };
        for wish in wishes {
            self.book.ordered(case, wish.clone());
            if is_refused {
                self.book.give_up_last(case, &wish);
            }
        }
        if is_refused {
            self.home();
        }
        self.rest();
        Ok(())
    }

    pub fn comment(&mut self, row: u32, text: u32, send: bool) -> Verdict {
        let Some(case) = self.go(row) else { return Ok(()) };
        self.desk().press("c");
        if !matches!(self.app().cx.overlays.last(), Some(Overlay::Form(_))) {
            return Ok(());
        }
        // One for all that is marked is of no case.
        if matches!(self.app().cx.overlays.last(), Some(Overlay::Form(form)) if form.is_of_marks()) {
            self.desk().press("<esc>");
            return Ok(());
        }
        let Some(Overlay::Form(form)) = self.app().cx.overlays.last() else { return Err("the form of a comment closed".into()) };
        let offered = comment_of(form);
        let before = self.book.typed.get(&case).cloned().unwrap_or_default();
        let refused = |entry: &OutboxEntry| entry.edit.case == id(&case) && entry.edit.changes.contains(&Change::Comment(offered.clone()));
        if !self.book.is_offered(&case, &offered, &before) && !entries(self.app()).any(refused) {
            return Err(format!("the box of a comment offers {offered:?}, and {before:?} was typed"));
        }
        self.desk().paste(TEXTS[text as usize % TEXTS.len()]);
        let Some(Overlay::Form(form)) = self.app().cx.overlays.last() else { return Err("the form of a comment closed".into()) };
        let typed = comment_of(form);
        let text = TEXTS[text as usize % TEXTS.len()];
        if typed != format!("{offered}{text}") && typed != format!("{text}{offered}") {
            return Err(format!("the comment reads {typed:?}, and {text:?} was typed beside {offered:?}"));
        }
        if !send {
            self.desk().press("<esc>");
            self.book.typed.insert(case, typed);
            return Ok(());
        }
        self.desk().press("Ctrl-s");
        if matches!(self.app().cx.overlays.last(), Some(Overlay::Review(_))) {
            self.book.typed.remove(&case);
            // One that was refused goes on in this one and makes place for it.
            let is_replaced = |entry: &&OutboxEntry| !offered.is_empty() && entry.edit.case == id(&case) && entry.progress.needs_person();
            let replaced: Vec<OutboxEntry> = entries(self.app()).filter(is_replaced).cloned().collect();
            self.confirm(&case, vec![Wish::Comment(typed)], true)?;
            return self.give_up_what_left(&replaced);
        }
        self.book.typed.insert(case, typed);
        Ok(())
    }

    /// Text at the end of a title or a description; the rest stays as the vendor has it.
    pub fn append(&mut self, row: u32, title: bool, text: u32, send: bool) -> Verdict {
        let Some(case) = self.go(row) else { return Ok(()) };
        if self.book.typed.contains_key(&case) {
            return Ok(());
        }
        let is_kept = self.app().model.kept.get(&id(&case)).is_some();
        self.desk().press("e");
        if !matches!(self.app().cx.overlays.last(), Some(Overlay::Form(_))) {
            return Ok(());
        }
        let more = if title { " more" } else { TEXTS[text as usize % TEXTS.len()] };
        let part = if title { Part::Title } else { Part::Description };
        for _ in 0..12 {
            match self.app().cx.overlays.last() {
                Some(Overlay::Form(form)) if form.field.part == part => break,
                _ => self.desk().press("Tab"),
            };
        }
        if !matches!(self.app().cx.overlays.last(), Some(Overlay::Form(form)) if form.field.part == part) {
            self.desk().press("<esc>");
            return Ok(());
        }
        self.desk().press(if title { "End" } else { "Alt-> End" }).paste(more);
        let field = if title { Field::Title } else { Field::Description };
        let was = self.book.truth(&case).map(|truth| field.of(truth).concat()).unwrap_or_default();
        let is_seen = self.is_fresh(&case) && !is_kept;
        if !send {
            self.throw_away();
            return Ok(());
        }
        self.desk().press("Ctrl-s");
        let wish = if is_seen { Wish::Set(field, vec![format!("{was}{more}")]) } else { Wish::Some(field) };
        let verdict = self.confirm(&case, vec![wish], true);
        if self.app().cx.overlays.last().is_some() {
            // It could not be sent: the text is not wanted any more.
            self.home();
        }
        verdict
    }

    /// Leaves a form without what was typed there.
    fn throw_away(&mut self) {
        self.desk().press("Ctrl-g").later(AFTER_MS, "y");
        self.home();
    }

    /// The editor over a whole case puts a line behind its description; what else is in the file stays as it was.
    pub fn edit_whole(&mut self, row: u32, text: u32, send: bool) -> Verdict {
        let Some(case) = self.go(row) else { return Ok(()) };
        if self.book.typed.contains_key(&case) || self.app().model.kept.get(&id(&case)).is_some() || self.queued(&case) {
            return Ok(());
        }
        let more = TEXTS[text as usize % TEXTS.len()];
        std::fs::write(self.house.beside("more"), more).unwrap();
        self.desk().edit("E");
        let Some(Overlay::Form(form)) = self.app().cx.overlays.last() else {
            self.home();
            return Ok(());
        };
        let changes = form.changes();
        let was = self.book.truth(&case).and_then(|truth| truth.description.clone()).unwrap_or_default();
        if let Some(other) = changes.iter().find(|change| change.part() != Part::Description) {
            return Err(format!("the editor put a line behind the description of {case:?}, and the form has {other:?}"));
        }
        let is_seen = self.is_fresh(&case);
        if !send {
            self.throw_away();
            return Ok(());
        }
        self.desk().press("Ctrl-s");
        let exactly = Wish::Set(Field::Description, vec![format!("{was}\n{more}")]);
        let verdict = self.confirm(&case, vec![if is_seen { exactly } else { Wish::Some(Field::Description) }], true);
        if self.app().cx.overlays.last().is_some() {
            self.home();
        }
        verdict
    }

    /// The person was shown this case as its vendor has it.
    pub fn is_fresh(&self, case: &Name) -> bool {
        !self.offline && !self.shut[case.0 as usize] && !self.app().model.outbox.iter().any(|queued| queued.entry.edit.case == id(case))
    }

    /// What is taken back becomes what it was before this person changed it.
    pub fn undo(&mut self, key: &str) -> Verdict {
        self.home();
        let before: Vec<OutboxEntry> = entries(self.app()).cloned().collect();
        self.desk().press(key);
        let Some(Overlay::Review(review)) = self.app().cx.overlays.last() else {
            // Taken back before it left: its text is offered in the form again.
            self.rest();
            self.give_up_what_left(&before)?;
            self.see_pins();
            return Ok(());
        };
        let case = name(&review.edit.case);
        let Stage::Asking { plan, .. } = &review.stage else { return Ok(()) };
        // One person for another is a line for each.
        let parts: BTreeSet<Part> = plan.lines.iter().map(|line| line.part).collect();
        let mut wishes = Vec::new();
        for wanted in parts {
            let is_meant = |field: Field| part(field) == wanted;
            let wish = if key == "u" { self.book.undo(&case, is_meant) } else { self.book.redo(&case, is_meant) };
            let verb = if key == "u" { "taken back" } else { "made again" };
            wishes.push(wish.ok_or_else(|| format!("{case:?}: {wanted:?} is to be {verb}, and this person never did that"))?);
        }
        let first = self.book.orders.len();
        let verdict = self.say_yes(&case, wishes);
        if key == "u" {
            self.book.spend(first);
        }
        verdict
    }

    /// Pins are taken back, too.
    pub fn see_pins(&mut self) {
        let pins: Vec<Name> = self.pinned.keys().cloned().collect();
        self.pinned = pins.into_iter().map(|case| (case.clone(), self.aside(&case).is_some_and(|aside| aside.is_pinned))).collect();
    }

    /// What was in the outbox and is not any more was dropped by the person, unless it is at its vendor: what was tried again
    /// leaves at its own time.
    pub fn give_up_what_left(&mut self, before: &[OutboxEntry]) -> Verdict {
        self.book.compare(&self.house.demo)?;
        let left: Vec<OutboxEntry> = entries(self.app()).cloned().collect();
        // One of a bulk change that waits behind another edit is in both lists.
        let mut seen = BTreeSet::new();
        let is_gone = |entry: &&OutboxEntry| seen.insert(entry.id.clone()) && !left.iter().any(|known| known.id == entry.id);
        for entry in before.iter().filter(is_gone) {
            let is_of = |wish: &Wish, change: &Change| match (wish, change) {
                (Wish::Comment(text), Change::Comment(dropped)) => text == dropped,
                (Wish::Comment(_), _) => false,
                (wish, change) => part(wish.field()) == change.part(),
            };
            let case = name(&entry.edit.case);
            if matches!(entry.progress, Progress::Unknown { .. } | Progress::Sending { .. } | Progress::Sent) {
                // Given up before it was known whether it had arrived: that the case changed is what the mark tells.
                self.book.touched.insert(case.clone());
            }
            let exactly = wishes_of(case.0, &entry.edit.changes);
            let is_there =
                |wish: &Wish| !matches!(wish, Wish::Comment(_)) && self.book.truth(&case).is_some_and(|truth| wish.holds(truth, 0));
            if exactly.iter().all(is_there) {
                // It was sent, by another process.
                continue;
            }
            let mut ids = BTreeSet::new();
            let waits =
                |known: &&OutboxEntry| known.edit.case == entry.edit.case && !known.progress.is_settled() && ids.insert(known.id.clone());
            let still: Vec<Wish> = left.iter().filter(waits).flat_map(wishes_in).collect();
            let mut missing = Vec::new();
            for wish in &exactly {
                // The same was wished once in a bulk change, and once more alone: the other one waits.
                let others = still.iter().filter(|known| *known == wish).count();
                if others > 0 && self.book.open(&case, wish) <= others {
                    continue;
                }
                if !self.book.take_back_last(&case, |known| known == wish) {
                    missing.push(wish);
                }
                // A form brings what waited of the case, and takes its place: one edit, though it was wished twice.
                if !matches!(wish, Wish::Comment(_)) && !still.contains(wish) {
                    self.book.give_up(&case, |known| known == wish);
                }
            }
            if missing.len() == exactly.len() {
                // What it became was not for the judge to say.
                let is_its = |wish: &Wish| entry.edit.changes.iter().any(|change| is_of(wish, change));
                self.book.take_back_last(&case, is_its);
                // Another edit of the same field may wait.
                if !still.iter().any(is_its) {
                    self.book.give_up(&case, is_its);
                }
            }
            // A form sends several fields at once, and what came of the others the judge could say.
            for wish in missing.iter().filter(|_| missing.len() < exactly.len()) {
                let is_loose = |known: &Wish| matches!(known, Wish::Some(_) | Wish::Open(_)) && known.field() == wish.field();
                self.book.take_back_last(&case, is_loose);
            }
            // Taking back wishes for all that a field was, the edit for those who go and come.
            for set in missing.iter().filter(|wish| matches!(wish, Wish::Add(..) | Wish::Remove(..))) {
                self.book.take_back_last(&case, |known| matches!(known, Wish::Set(field, _) if *field == set.field()));
            }
        }
        Ok(())
    }

    pub fn pin(&mut self, row: u32) {
        let Some(case) = self.go(row) else { return };
        self.desk().press("Ctrl-\\").press("b");
        let is_pinned = self.aside(&case).is_some_and(|aside| aside.is_pinned);
        self.pinned.insert(case, is_pinned);
    }

    pub fn aside(&self, case: &Name) -> Option<Aside> {
        self.app().model.asides.get(&id(case)).cloned()
    }

    pub fn snooze(&mut self, row: u32, choice: u32) {
        let Some(case) = self.go(row) else { return };
        self.desk().press("w").press(&(choice % 5 + 1).to_string());
        self.home();
        // What is marked is snoozed instead of the row. Each comes back marked.
        let is_snoozed = |case: &Name| self.aside(case).is_some_and(|aside| aside.snooze.is_some());
        let snoozed: Vec<Name> = self.names().into_iter().filter(is_snoozed).chain([case]).collect();
        self.book.touched.extend(snoozed);
    }
}

fn wishes_in(entry: &OutboxEntry) -> Vec<Wish> {
    wishes_of(name(&entry.edit.case).0, &entry.edit.changes)
}

pub fn part(field: Field) -> Part {
    match field {
        Field::Title => Part::Title,
        Field::Description => Part::Description,
        Field::Status => Part::Status,
        Field::Priority => Part::Priority,
        Field::Assignees => Part::Assignees,
        Field::Tags => Part::Tags,
        Field::Attributes => Part::Attributes,
        Field::Comments => Part::Comment,
        Field::Listed => Part::Archived,
    }
}

/// What a line of a menu means for the case.
fn chosen(verb: Verb, label: &str, truth: &Truth) -> Vec<Wish> {
    match verb {
        Verb::Status | Verb::Close => vec![status_wish(truth.vendor, label)],
        Verb::Priority => vec![Wish::Set(Field::Priority, vec![label.to_owned()])],
        // One of several assignees, or everybody.
        Verb::Unassign => {
            let people = truth.assignees.iter().zip(&truth.names);
            let is_meant = |(mail, name): &(&String, &String)| label == "everybody" || label == name.as_str() || label == mail.as_str();
            people.filter(is_meant).map(|(mail, _)| Wish::Remove(Field::Assignees, mail.clone())).collect()
        }
        _ => Vec::new(),
    }
}

/// The comment as it would leave: what the box shows may be harmless words for it.
fn comment_of(form: &Form) -> String {
    let comment = |change| if let Change::Comment(text) = change { Some(text) } else { None };
    form.changes().into_iter().find_map(comment).unwrap_or_default()
}
