//! What a source is marked with and whether changes of it may happen: shown everywhere, decided in its panel.

use crate::domain::edit::{OutboxEntry, Progress};
use crate::domain::source_policy::{SourcePolicy, Writes};
use crate::protocol::SourceInfo;
use crate::tui::cx::Cx;
use crate::tui::cx::notice::Grade;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::sources::WriteProof;

impl Model {
    pub(in crate::tui) fn take_source_info(&mut self, info: SourceInfo, cx: &mut Cx) {
        let Some(source) = self.sources.get_mut(usize::from(info.id.0)) else { return };
        if source.info.policy == info.policy {
            let news = info.notice.clone().filter(|notice| source.info.notice.as_ref() != Some(notice));
            let name = info.name.clone();
            source.info = info;
            cx.dirty = true;
            if let Some(notice) = news {
                let words = format!("{name}: {} ({})", notice.words(cx.now), cx.key(Action::Sources));
                cx.say(Grade::Info, words);
            }
            return;
        }
        let words = match info.policy.writes {
            Writes::Allowed => format!("changes of {} are allowed from now on", info.name),
            Writes::Undecided | Writes::Refused => format!("{} is read-only from now on", info.name),
        };
        source.info = info;
        self.note_origins();
        cx.dirty = true;
        cx.say(Grade::Good, words);
    }

    /// What an entry of the outbox shows of the token's rights.
    pub(in crate::tui) fn note_right(&mut self, entry: &OutboxEntry) {
        let proof = match &entry.progress {
            Progress::Verified => WriteProof::Accepted,
            Progress::Parked { fault, .. } if fault.is_auth() => WriteProof::Refused(fault.message.clone()),
            _ => return,
        };
        if let Some(source) = self.sources.get_mut(usize::from(entry.edit.case.source.0)) {
            source.writes = proof;
        }
    }

    /// The banners of this run, each once, in the order of the sources.
    pub fn banners(&self) -> Vec<&SourcePolicy> {
        let mut found: Vec<&SourcePolicy> = Vec::new();
        for source in &self.sources {
            let policy = &source.info.policy;
            if policy.banner.is_some() && !found.iter().any(|known| known.banner == policy.banner && known.accent == policy.accent) {
                found.push(policy);
            }
        }
        found
    }

    /// Nobody lets changes happen anywhere.
    pub fn is_read_only(&self) -> bool {
        !self.sources.is_empty() && self.sources.iter().all(|source| source.info.policy.writes != Writes::Allowed)
    }
}
