//! What a source is marked with and whether changes of it may happen: shown everywhere, decided in its panel.

use crate::app::App;
use crate::app::action::Action;
use crate::app::notice::Grade;
use crate::app::overlay::{Confirm, OnYes, Overlay};
use crate::app::pending::Ask;
use crate::app::sources::WriteProof;
use crate::domain::case::SourceId;
use crate::domain::caution::{Caution, V2};
use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::standing::{Standing, Writes};
use crate::protocol::{Order, SourceCard};

impl App {
    pub(super) fn take_card(&mut self, card: SourceCard) {
        let Some(source) = self.sources.get_mut(usize::from(card.id.0)) else { return };
        if source.card.standing == card.standing {
            let news = card.notice.clone().filter(|notice| source.card.notice.as_ref() != Some(notice));
            let name = card.name.clone();
            source.card = card;
            self.dirty = true;
            if let Some(notice) = news {
                let words = format!("{name}: {} ({})", notice.words(self.now), self.key(Action::Sources));
                self.say(Grade::Info, words);
            }
            return;
        }
        let words = match card.standing.writes {
            Writes::Allowed => format!("changes of {} are allowed from now on", card.name),
            Writes::Undecided | Writes::Refused => format!("{} is read-only from now on", card.name),
        };
        source.card = card;
        self.note_origins();
        self.dirty = true;
        self.say(Grade::Good, words);
    }

    /// Asks before changes are allowed; taking that back needs no question.
    pub(super) fn turn_writes(&mut self, id: SourceId) {
        let Some(source) = self.source(id) else { return };
        let (name, host) = (source.card.name.clone(), source.card.host.clone());
        match source.card.standing.writes {
            Writes::Allowed if self.setup.demo => self.say(Grade::Info, "the demo's sources are never read-only"),
            Writes::Allowed => self.allow(id, false),
            Writes::Refused => {
                let words = source.card.read_only.as_ref().map(|reason| self.reason(reason)).unwrap_or_default();
                self.say(Grade::Info, words);
            }
            Writes::Undecided => {
                let mark = source.card.standing.banner.as_ref().map(|banner| format!(", {banner}")).unwrap_or_default();
                let question = format!("Allow changes of {name}?");
                let mut details = vec![
                    format!("Edits, comments and statuses can then be sent to {host}{mark}, each after its own review."),
                    "This is remembered for this name at this host. 3 in this panel takes it back.".into(),
                ];
                let waiting = self.outbox.iter().filter(|entry| entry.entry.edit.case.source == id).count();
                if waiting > 0 {
                    details.push(format!("{waiting} in the outbox waited for this and will be sent now."));
                }
                self.push(Overlay::Confirm(Confirm { question, details, asked_at: self.steady, on_yes: OnYes::AllowWrites(id) }));
            }
        }
    }

    /// Offers the one line that has a source of Tines v1 read by v2.
    pub(super) fn offer_v2(&mut self, id: SourceId) {
        let Some(source) = self.source(id) else { return };
        let Some(Caution::TinesV1(v2)) = &source.card.notice else { return };
        match v2 {
            V2::Answers => {
                let question = format!("Read {} by v2 of the Tines API?", source.card.name);
                let details = vec![
                    "v2 has answered with the same token.".into(),
                    "This sets api_version = \"v2\" in the configuration file and changes nothing else there.".into(),
                    "It counts from the next start of caseload.".into(),
                ];
                self.push(Overlay::Confirm(Confirm { question, details, asked_at: self.steady, on_yes: OnYes::UseV2(id) }));
            }
            V2::NotAsked => self.say(Grade::Info, "v2 has not answered yet; wait for the end of this reading"),
            V2::Fails(words) => {
                let words = format!("not changed: v2 does not answer with the same token ({words})");
                self.say(Grade::Warning, words);
            }
        }
    }

    /// What an entry of the outbox shows of the token's rights.
    pub(super) fn note_right(&mut self, entry: &OutboxEntry) {
        let proof = match &entry.progress {
            Progress::Verified => WriteProof::Accepted,
            Progress::Parked { fault, .. } if fault.is_auth() => WriteProof::Refused(fault.message.clone()),
            _ => return,
        };
        if let Some(source) = self.sources.get_mut(usize::from(entry.edit.case.source.0)) {
            source.writes = proof;
        }
    }

    pub(super) fn allow(&mut self, source: SourceId, writes: bool) {
        self.send(Ask::Allow, Order::Allow { source, writes });
    }

    /// The banners of this run, each once, in the order of the sources.
    pub fn banners(&self) -> Vec<&Standing> {
        let mut found: Vec<&Standing> = Vec::new();
        for source in &self.sources {
            let standing = &source.card.standing;
            if standing.banner.is_some() && !found.iter().any(|known| known.banner == standing.banner && known.accent == standing.accent) {
                found.push(standing);
            }
        }
        found
    }

    /// Nobody lets changes happen anywhere.
    pub fn is_read_only(&self) -> bool {
        !self.sources.is_empty() && self.sources.iter().all(|source| source.card.standing.writes != Writes::Allowed)
    }
}
