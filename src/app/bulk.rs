//! The dry run of a bulk change: what each marked case would be sent, which cases are left out, and the number that sends it.

mod menu;

use std::collections::{BTreeMap, BTreeSet};

use crate::app::App;
use crate::app::action::{Action, Scope};
use crate::app::ask::{About, AskBox};
use crate::app::notice::Grade;
use crate::app::overlay::{BEING_WRITTEN, Overlay};
use crate::app::pending::Ask;
use crate::domain::bulk::{Batch, MAX_CASES, Pace, Row, Sends, Summary, Target, Verdict, Wanted};
use crate::domain::case::{CaseId, Rid, Vendor};
use crate::domain::count::{count, counted};
use crate::domain::edit::Edit;
use crate::domain::fault::Fault;
use crate::domain::recipe::{self, Recipe, Step, Verb};
use crate::protocol::{Order, Parcel, Ticket};
use compact_str::CompactString;

/// Digits of the number that sends; the most cases have fewer.
const MAX_DIGITS: usize = 6;

/// A dry run, from the question to the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct BulkPane {
    /// What is done: `close, add tag=vip`.
    pub words: String,
    /// Cases that are meant, in their order.
    pub of: usize,
    /// Of those, the ones that the list did not show.
    pub hidden: usize,
    /// Sorted once all are there: what cannot first, then what needs a look.
    pub rows: Vec<Row>,
    skipped: BTreeSet<Rid>,
    pub summary: Summary,
    /// What nothing takes back afterwards, in words; empty: nothing, or it is not worked out yet.
    pub stays: String,
    /// The row under the cursor.
    pub at: usize,
    /// What each case would be sent, in place of the figures.
    pub diffs: bool,
    /// Lines of that which are passed, from the row under the cursor on.
    pub scroll: usize,
    pub typed: String,
    pub stage: Stage,
    course: Course,
    /// Boxes that were answered on the way here: offered again unless this is sent.
    pub(super) answered: Vec<CaseId>,
}

/// Where a bulk change stands among what was done, taken back and made again.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Course {
    #[default]
    Wish,
    /// Takes back what has landed of another one, by case.
    Back { batch: CompactString, words: String, landed: BTreeMap<Rid, Landed> },
    /// Makes again what was taken back; by case what stayed of it and is not sent a second time.
    Again { stays: BTreeMap<Rid, Vec<String>> },
}

/// An edit that has landed and can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Landed {
    pub entry: CompactString,
    /// What of it is made again afterwards.
    pub edit: Edit,
    /// What of it nothing takes back: `the comment stays`.
    pub stays: Vec<String>,
}

impl Course {
    /// The entry that is taken back.
    fn undoes(&self, rid: Rid) -> Option<CompactString> {
        match self {
            Self::Back { landed, .. } => landed.get(&rid).map(|landed| landed.entry.clone()),
            Self::Wish | Self::Again { .. } => None,
        }
    }

    fn stays(&self, rid: Rid) -> &[String] {
        match self {
            Self::Back { landed, .. } => landed.get(&rid).map_or(&[], |landed| &landed.stays),
            Self::Again { stays } => stays.get(&rid).map_or(&[], Vec::as_slice),
            Self::Wish => &[],
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Planning(Ticket),
    Asking,
    /// Being committed to disk, as this batch.
    Saving(Ticket, Batch),
    Failed(Fault),
}

impl BulkPane {
    pub fn is_skipped(&self, row: &Row) -> bool {
        self.skipped.contains(&row.rid)
    }

    pub(super) fn is_saving(&self) -> bool {
        matches!(self.stage, Stage::Saving(..))
    }

    /// What of a case stays as it is, whatever is taken back of it or made again; empty: nothing, or it is sent nothing.
    pub fn stays_of(&self, row: &Row) -> &[String] {
        let is_sent = matches!(row.verdict, Verdict::Sends(_)) && !self.is_skipped(row);
        if is_sent { self.course.stays(row.rid) } else { &[] }
    }

    /// The figures of those that are sent something, and what stays of them: the same words once with their number.
    fn count(&mut self) {
        self.stays = if self.course == Course::Wish {
            let words = counted(self.sends().flat_map(|(_, sends)| sends.stays()).collect());
            if words.is_empty() { words } else { format!("no way back: {words}") }
        } else {
            counted(self.rows.iter().flat_map(|row| self.stays_of(row).iter().cloned()).collect())
        };
        self.summary = Summary::of(&self.rows, |at| self.rows.get(at).is_some_and(|row| self.skipped.contains(&row.rid)));
    }

    /// What cannot, what may meet an objection, what somebody works on, what is sent, what is so already.
    fn sort(&mut self) {
        let chosen = self.rows.get(self.at).map(|row| row.rid).filter(|_| self.at > 0);
        self.rows.sort_by_key(|row| match &row.verdict {
            Verdict::Cannot(_) => 0,
            Verdict::Sends(sends) if !sends.objections.is_empty() => 1,
            Verdict::Sends(sends) if sends.busy.is_some() => 2,
            Verdict::Sends(_) => 3,
            Verdict::Nothing | Verdict::Waits => 4,
        });
        self.at = chosen.and_then(|rid| self.rows.iter().position(|row| row.rid == rid)).unwrap_or(0);
    }

    fn sends(&self) -> impl Iterator<Item = (&Row, &Sends)> {
        let sent = |row: &Row| !self.is_skipped(row);
        self.rows.iter().filter(move |row| sent(row)).filter_map(|row| match &row.verdict {
            Verdict::Sends(sends) => Some((row, sends.as_ref())),
            _ => None,
        })
    }
}

/// `+vip -old +team:soc`: tags for Tines, attributes for Datadog; the others have neither.
pub(super) fn tags(line: &str) -> Result<Recipe, String> {
    let (mut plain, mut attributes) = (Vec::new(), Vec::new());
    for word in line.split_whitespace() {
        let (how, name) = match word.strip_prefix('-') {
            Some(name) => ("remove", name),
            None => ("add", word.strip_prefix('+').unwrap_or(word)),
        };
        if name.is_empty() {
            return Err(format!("nothing stands behind the {word}"));
        }
        plain.push(Step::parse(&format!("{how} tag={name}"))?);
        match name.split_once(':') {
            Some((key, value)) if !key.is_empty() && !value.is_empty() => {
                attributes.push(Step::parse(&format!("{how} attr.{key}={value}"))?);
            }
            _ => {}
        }
    }
    // Datadog keeps attributes of a key and a value; a bare word has no place there, and its cases then say so.
    let is_all = attributes.len() == plain.len();
    let variants = if is_all { vec![(Vendor::Datadog, attributes)] } else { Vec::new() };
    Ok(Recipe { steps: plain, variants })
}

impl App {
    /// A verb on all that is marked: a menu or a line first where it needs one, then the dry run.
    pub(super) fn start_bulk_verb(&mut self, action: Action) {
        self.end_range();
        let verb = |verb| Recipe::of(vec![Step::Verb(verb)]);
        let (marked, _) = self.marked();
        let of = count(marked, "marked case");
        match action {
            Action::Take => self.apply(verb(Verb::Take)),
            Action::Unassign => self.apply(verb(Verb::Unassign)),
            Action::Reopen => self.apply(verb(Verb::Reopen)),
            Action::Archive => self.apply(verb(Verb::Archive)),
            Action::Unarchive => self.apply(verb(Verb::Unarchive)),
            Action::CloseCase => self.pick_status(format!("Close {of} as"), true),
            Action::Status => self.pick_status(format!("status of {of}"), false),
            Action::Priority => self.pick_priority(format!("priority of {of}")),
            Action::Comment => self.open_form_of_marks(),
            Action::Assign => {
                let people = self.people_known();
                self.push_box(Overlay::Ask(Box::new(AskBox::of_people(format!("Assign {of} to"), people))));
            }
            Action::Tags => {
                let title = format!("Tags of {of}: +new -old, key:value at Datadog");
                self.push_box(Overlay::Ask(Box::new(AskBox::new(title, Vec::new(), About::Tags).of_cases(self.cases_meant()))));
            }
            Action::Repeat => match self.last_recipe() {
                Some(recipe) => self.apply(recipe),
                None => self.say(Grade::Info, "no change of this sitting is left to repeat"),
            },
            _ => self.say(Grade::Info, format!("the form is for one case; {} clears the marks", self.key(Action::ClearMarks))),
        }
    }

    /// The last change of this sitting, for other cases.
    fn last_recipe(&self) -> Option<Recipe> {
        let last = self.last_wish()?;
        let rid = self.list.find(&last.case)?;
        let (case, _) = self.case_to_edit(rid)?;
        Some(Recipe::of(last.changes.iter().flat_map(|change| recipe::step_of(change, &case)).collect()))
    }

    /// A recipe is done to the case of the triage run, else to the marks, else to the case in sight: there with a dry run.
    pub(super) fn apply(&mut self, recipe: Recipe) {
        if self.is_in_triage() {
            self.decide(recipe);
            return;
        }
        self.end_range();
        let mut rids = self.marked_rids();
        if rids.is_empty() {
            rids.extend(self.case_in_sight());
        }
        let targets: Vec<Target> = rids.into_iter().map(|rid| Target { rid, refused: None }).collect();
        let words = self.done_to(&recipe, &targets);
        self.start_bulk(Wanted::Recipe(recipe), words, targets, Course::Wish);
    }

    /// What of a recipe is done to the vendors whose cases are meant, in one line.
    pub(super) fn done_to(&self, recipe: &Recipe, targets: &[Target]) -> String {
        let vendor = |rid| Some(self.source(self.list.row(rid)?.source)?.card.vendor);
        let is_meant = |known: &Vendor| targets.iter().any(|target| target.refused.is_none() && vendor(target.rid) == Some(*known));
        recipe.for_vendors(&Vendor::ALL.into_iter().filter(is_meant).collect::<Vec<_>>()).line()
    }

    /// A recipe that was chosen for what is marked: never for the case under the cursor, once nothing is marked any more.
    pub(super) fn apply_to_marks(&mut self, recipe: Recipe) {
        if self.is_in_triage() || self.has_marks() {
            self.apply(recipe);
        } else {
            self.say(Grade::Warning, "nothing was done: no case is marked any more");
        }
    }

    /// Asks for the dry run and puts it on top.
    pub(super) fn start_bulk(&mut self, wanted: Wanted, words: String, targets: Vec<Target>, course: Course) {
        if targets.is_empty() {
            let (one, all) = (self.key(Action::Mark), self.key(Action::MarkAll));
            self.say(Grade::Info, format!("no case is meant: {one} marks one, {all} all in the filter"));
            return;
        }
        if targets.len() > MAX_CASES {
            self.say(Grade::Info, format!("{} are meant; {MAX_CASES} is the most in one go", count(targets.len(), "case")));
            return;
        }
        let hidden = self.list.hidden_of(targets.iter().map(|target| target.rid));
        let of = targets.len();
        let ticket = self.send(Ask::PlanBulk, Order::PlanBulk { wanted, targets });
        self.push(Overlay::Bulk(Box::new(BulkPane {
            words,
            of,
            hidden,
            rows: Vec::new(),
            skipped: BTreeSet::new(),
            summary: Summary::default(),
            stays: String::new(),
            at: 0,
            diffs: false,
            scroll: 0,
            typed: String::new(),
            stage: Stage::Planning(ticket),
            course,
            answered: Vec::new(),
        })));
    }

    fn bulk_mut(&mut self) -> Option<&mut BulkPane> {
        self.overlays.iter_mut().rev().find_map(|overlay| match overlay {
            Overlay::Bulk(pane) => Some(pane.as_mut()),
            _ => None,
        })
    }

    pub(super) fn take_bulk_rows(&mut self, ticket: Ticket, rows: Vec<Row>) {
        if let Some(pane) = self.bulk_mut().filter(|pane| pane.stage == Stage::Planning(ticket)) {
            pane.rows.extend(rows);
        }
    }

    /// A ticket of a dry run has closed.
    pub(super) fn close_bulk(&mut self, ticket: Ticket, result: Result<(), Fault>) {
        let Some(pane) = self.bulk_mut() else { return };
        match (pane.stage.clone(), result) {
            (Stage::Planning(open), Ok(())) if open == ticket => {
                pane.stage = Stage::Asking;
                pane.sort();
                pane.count();
            }
            (Stage::Saving(open, batch), Ok(())) if open == ticket => self.bulk_saved(batch.id),
            (Stage::Planning(open) | Stage::Saving(open, _), Err(fault)) if open == ticket => pane.stage = Stage::Failed(fault),
            _ => {}
        }
    }

    /// Committed and synced: the dry run makes room for the outcome, and nothing is marked any more.
    fn bulk_saved(&mut self, batch: CompactString) {
        let Some(pane) = self.bulk_mut() else { return };
        let (course, answered) = (std::mem::take(&mut pane.course), std::mem::take(&mut pane.answered));
        let sent: Vec<Rid> = pane.sends().map(|(row, _)| row.rid).collect();
        let is_again = matches!(course, Course::Again { .. });
        let again = |(row, sends): (&Row, &Sends)| (row.rid, sends.edit.clone());
        let edits: Vec<(Rid, Edit)> = if is_again { pane.sends().map(again).collect() } else { Vec::new() };
        // With the box or the form that it came from. What lies over the dry run stays in sight.
        let at = self.overlays.iter().rposition(|overlay| matches!(overlay, Overlay::Bulk(_))).unwrap_or(0);
        let above = self.overlays.split_off(at + 1);
        let form = self.overlays.iter().find_map(|overlay| match overlay {
            Overlay::Form(form) if form.is_of_marks() => Some(form.base.row.id.clone()),
            _ => None,
        });
        let is_typed = form.is_some() || !answered.is_empty();
        if let Some(marks) = form {
            self.keep_draft(&marks, None);
        }
        let is_answered = |overlay: &Overlay| match overlay {
            Overlay::Bulk(_) | Overlay::Ask(_) => true,
            Overlay::Form(form) => form.is_of_marks(),
            _ => false,
        };
        let closed = self.overlays.extract_if(.., |overlay| is_answered(overlay)).collect::<Vec<_>>();
        for overlay in &closed {
            self.forget_box(overlay);
        }
        self.forget_boxes(&answered);
        self.forget_comment_offered(&edits);
        self.clear_marks();
        self.history.saved_batch(batch.clone(), course, &sent, is_typed);
        self.open_batch(Some(batch));
        self.overlays.extend(above);
    }

    pub(super) fn act_in_bulk(&mut self, action: Action, count: Option<u32>) {
        let screenful = self.areas().overlay.height.saturating_sub(8).max(1);
        let Some(pane) = self.bulk_mut() else { return };
        let last = pane.rows.len().saturating_sub(1);
        match action {
            Action::PageDown if pane.diffs => return pane.scroll = pane.scroll.saturating_add(usize::from(screenful)),
            Action::PageUp if pane.diffs => return pane.scroll = pane.scroll.saturating_sub(usize::from(screenful)),
            Action::Down | Action::Up | Action::Diffs | Action::Skip => pane.scroll = 0,
            _ => {}
        }
        match action {
            Action::Down => pane.at = (pane.at + 1).min(last),
            Action::Up => pane.at = pane.at.saturating_sub(1),
            Action::PageDown => pane.at = (pane.at + usize::from(screenful)).min(last),
            Action::PageUp => pane.at = pane.at.saturating_sub(usize::from(screenful)),
            Action::Diffs => pane.diffs = !pane.diffs,
            // What is being committed is what was shown.
            Action::Choose | Action::Erase | Action::Skip | Action::Keep if pane.is_saving() => self.say(Grade::Info, BEING_WRITTEN),
            Action::Choose if pane.typed.len() == MAX_DIGITS => {
                let erase = self.keymap.key(Scope::Bulk, Action::Erase);
                self.say(Grade::Info, format!("no bulk change is of so many cases; {erase} erases a digit"));
            }
            Action::Choose => pane.typed.extend(count.and_then(|digit| char::from_digit(digit, 10))),
            Action::Erase => drop(pane.typed.pop()),
            Action::Skip | Action::Keep => self.skip_row(action == Action::Skip),
            Action::Pick => self.send_bulk(),
            _ => {}
        }
    }

    fn skip_row(&mut self, skips: bool) {
        let Some(pane) = self.bulk_mut() else { return };
        let Some(row) = pane.rows.get(pane.at) else { return };
        if !matches!(row.verdict, Verdict::Sends(_)) {
            let words = format!("{} is sent nothing anyway", row.key);
            return self.say(Grade::Info, words);
        }
        let rid = row.rid;
        if skips {
            pane.skipped.insert(rid);
        } else {
            pane.skipped.remove(&rid);
        }
        pane.at = (pane.at + 1).min(pane.rows.len().saturating_sub(1));
        // The number that was typed was that of before.
        pane.typed.clear();
        pane.count();
    }

    /// Enter: sends when the number is the one that is asked for, and nothing else.
    fn send_bulk(&mut self) {
        let delay_ms = self.send_delay_ms;
        // UUIDs of version 7 need a clock and dice, which this floor has not: the worker's ticket and the time tell batches apart.
        let stamp = self.now.as_nanosecond();
        let (leave, send) = (self.keymap.key(Scope::Bulk, Action::Back), self.keymap.key(Scope::Bulk, Action::Pick));
        let Some(pane) = self.bulk_mut() else { return };
        let sends = pane.summary.sends;
        let words = match &pane.stage {
            Stage::Planning(_) => "the dry run is still being worked out".to_owned(),
            Stage::Saving(..) => return,
            Stage::Failed(_) => format!("it could not be done; {leave} leaves"),
            Stage::Asking if sends == 0 => format!("there is nothing to send; {leave} leaves"),
            Stage::Asking if pane.typed.is_empty() => format!("type {sends}, then {send} sends; {send} alone does nothing"),
            Stage::Asking if pane.typed.parse() != Ok(sends) => {
                let words = format!("{} is not {sends}: nothing was sent; type how many cases are sent something", pane.typed);
                pane.typed.clear();
                words
            }
            Stage::Asking => {
                let batch = Batch {
                    id: format!("{stamp:032x}").into(),
                    words: pane.words.clone(),
                    of: u32::try_from(sends).unwrap_or(u32::MAX),
                    keeps_going: false,
                };
                let parcel = |(row, sends): (&Row, &Sends)| Parcel {
                    edit: sends.edit.clone(),
                    plan: sends.plan.clone(),
                    undoes: pane.course.undoes(row.rid),
                };
                let parcels: Vec<Parcel> = pane.sends().map(parcel).collect();
                let rids: Vec<_> = pane.sends().map(|(row, _)| (row.case.clone(), row.rid, row.key.to_string())).collect();
                self.meet_batch(&batch, rids);
                let ticket = self.send(Ask::SubmitBulk, Order::SubmitBulk { batch: batch.clone(), parcels, delay_ms });
                if let Some(pane) = self.bulk_mut() {
                    pane.stage = Stage::Saving(ticket, batch);
                }
                return;
            }
        };
        self.say(Grade::Info, words);
    }

    /// Seconds that the dry run in sight would take.
    pub fn bulk_estimate_s(&self, pane: &BulkPane) -> u64 {
        pane.summary.about_s(|id| self.source(id).map_or_else(Pace::default, |source| source.state.pace(self.now)))
    }
}
