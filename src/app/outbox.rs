//! Edits on their way: marks in the list, words in the status line, and the small panel that settles what is stuck.

use compact_str::CompactString;

use crate::app::App;
use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::notice::Grade;
use crate::app::overlay::{Confirm, OnYes, Overlay};
use crate::app::pending::Ask;
use crate::domain::case::{CaseId, Rid, Row};
use crate::domain::edit::{Change, OutboxEntry, Progress};
use crate::protocol::{Order, Settle};

/// Characters of a new title shown in one line about an edit.
const TITLE_CHARS: usize = 40;

/// An edit that is not settled.
#[derive(Clone, Debug, PartialEq)]
pub struct Queued {
    pub entry: OutboxEntry,
    /// None: its case is not known (not read yet, or gone).
    pub rid: Option<Rid>,
    /// The case's key, else its id.
    pub key: CompactString,
}

impl Queued {
    /// `status -> In progress, comment (212 chars)`.
    pub fn wishes(&self) -> String {
        self.entry.edit.changes.iter().map(wish).collect::<Vec<_>>().join(", ")
    }

    /// `waiting`, `sending 2 of 3`, `UNKNOWN: read first, then ask`.
    pub fn progress(&self, is_offline: bool) -> String {
        match &self.entry.progress {
            Progress::Queued if is_offline => "waiting on disk".into(),
            Progress::Queued => "queued".into(),
            Progress::Sending { done, calls } => format!("sending {} of {calls}", (done + 1).min(*calls)),
            Progress::Sent => "sent, reading back".into(),
            Progress::Verified => "sent, read back ok".into(),
            Progress::Parked { fault, .. } => format!("STOPPED: {}", fault.message),
            Progress::Unknown { fault, .. } => format!("UNKNOWN whether it arrived: {}", fault.message),
        }
    }
}

/// One change in a few words.
pub fn wish(change: &Change) -> String {
    match change {
        Change::Title(title) => {
            let cut: String = title.chars().take(TITLE_CHARS).collect();
            format!("title -> {}", crate::domain::text::Clean::line(&cut))
        }
        Change::Description(_) => "description".into(),
        Change::Status(status) => format!("status -> {}", status.name),
        Change::Priority(name) => format!("priority -> {name}"),
        Change::Assign(person) => format!("assign {}", person.label()),
        Change::Unassign(person) => format!("unassign {}", person.label()),
        Change::AddTags(tags) => format!("+{}", tags.join(" +")),
        Change::RemoveTags(tags) => format!("-{}", tags.join(" -")),
        Change::Attribute { key, .. } => format!("attribute {key}"),
        Change::Field { id, values } => format!("{id} -> {}", values.join(", ")),
        Change::Archive => "archive".into(),
        Change::Unarchive => "unarchive".into(),
        Change::Comment(text) => format!("comment ({} chars)", text.chars().count()),
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxPane {
    pub chosen: usize,
}

impl App {
    /// The unsettled edit of a case that came last, for its mark in the list.
    pub fn queued(&self, rid: Rid) -> Option<&Queued> {
        self.outbox.iter().rev().find(|queued| queued.rid == Some(rid))
    }

    /// How many edits are stuck until a person decides.
    pub fn stuck(&self) -> usize {
        self.outbox.iter().filter(|queued| queued.entry.progress.needs_person()).count()
    }

    /// An entry as it is now: its mark, and a line about it.
    pub(super) fn take_entry(&mut self, entry: OutboxEntry) {
        let at = self.outbox.iter().position(|queued| queued.entry.id == entry.id);
        let queued = match at {
            Some(at) => Queued { entry, ..self.outbox[at].clone() },
            None => self.meet(entry),
        };
        let is_news = at.is_none_or(|at| self.outbox[at].entry.progress != queued.entry.progress);
        if is_news {
            self.announce(&queued);
        }
        match (at, queued.entry.progress.is_settled()) {
            (Some(at), true) => {
                self.outbox.remove(at);
            }
            (Some(at), false) => self.outbox[at] = queued,
            (None, true) => {}
            (None, false) => self.outbox.push(queued),
        }
    }

    fn meet(&self, entry: OutboxEntry) -> Queued {
        let rid = self.list.find(&entry.edit.case);
        let key = rid.and_then(|rid| self.list.row(rid)).map_or_else(|| entry.edit.case.id.clone(), |row| row.key.into());
        Queued { entry, rid, key }
    }

    fn announce(&mut self, queued: &Queued) {
        // How far it has come stands first: a narrow status line cuts the end.
        let words = format!("{} {} ({})", queued.key, queued.progress(self.is_offline()), queued.wishes());
        match &queued.entry.progress {
            Progress::Parked { .. } | Progress::Unknown { .. } => {
                self.say(Grade::Error, format!("{words}; go: decide"));
                self.effects.push(Effect::Bell);
            }
            Progress::Verified => self.say(Grade::Good, words),
            _ => self.say(Grade::Info, words),
        }
    }

    /// Rows that came may be the cases of entries that were on disk before them.
    pub(super) fn meet_rows(&mut self, rows: &[(Rid, Row)]) {
        for queued in self.outbox.iter_mut().filter(|queued| queued.rid.is_none()) {
            if let Some((rid, row)) = rows.iter().find(|(_, row)| row.id == queued.entry.edit.case) {
                queued.rid = Some(*rid);
                queued.key = row.key.as_str().into();
            }
        }
    }

    /// Whether edits of this case are on their way: what changes about it then is the person's own doing.
    pub(super) fn is_mine(&self, id: &CaseId) -> bool {
        self.outbox.iter().any(|queued| queued.entry.edit.case == *id)
    }

    pub(super) fn drop_entry(&mut self, id: &str) {
        if let Some(at) = self.outbox.iter().position(|queued| queued.entry.id == id) {
            let queued = self.outbox.remove(at);
            self.say(Grade::Info, format!("{} {}: dropped, nothing more is sent", queued.key, queued.wishes()));
        }
    }

    pub(super) fn act_in_outbox(&mut self, action: Action, times: usize) {
        let last = self.outbox.len().saturating_sub(1);
        let Some(Overlay::Outbox(pane)) = self.overlays.last_mut() else { return };
        pane.chosen = match action {
            Action::Down => pane.chosen.saturating_add(times),
            Action::Up => pane.chosen.min(last).saturating_sub(times),
            _ => pane.chosen,
        }
        .min(last);
        let Some(queued) = self.outbox.get(pane.chosen).cloned() else { return };
        let entry = queued.entry.id.to_string();
        match action {
            Action::Retry => {
                self.send(Ask::Settle { entry: entry.clone() }, Order::Settle { entry, how: Settle::Retry });
            }
            Action::Drop => self.ask(
                format!("Drop this edit of {}?", queued.key),
                vec![queued.wishes(), queued.progress(self.is_offline())],
                OnYes::DropEntry(entry),
            ),
            Action::Open => match queued.rid {
                Some(rid) if self.list.go_to(rid) => {
                    self.pop();
                }
                _ => self.say(Grade::Info, format!("{} is not in the list under this filter", queued.key)),
            },
            _ => {}
        }
    }

    /// A question over everything, its default no.
    pub(super) fn ask(&mut self, question: String, details: Vec<String>, on_yes: OnYes) {
        self.push(Overlay::Confirm(Confirm { question, details, asked_at: self.now, on_yes }));
    }
}
