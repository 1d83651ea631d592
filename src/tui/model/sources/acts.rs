//! The screen of sources: keys, and what is reported of them.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;

use crate::domain::case::{CaseId, Rid, SourceId};
use crate::domain::caution::{Caution, V2};
use crate::domain::count::count;
use crate::domain::directory::Directory;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::source_policy::Writes;
use crate::protocol::{Coverage, Order, Phase, SourceInfo, SourceState};
use crate::query::{Me, Origin};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::{Cause, Grade};
use crate::tui::cx::pending::Ask;
use crate::tui::follow_cursor::acts::reopen_case;
use crate::tui::io::effect::Effect;
use crate::tui::keys::action::Action;
use crate::tui::model::Model;
use crate::tui::model::sources::{HANDS_OFF, Source, UNASKED_LIMIT_S, WriteProof};
use crate::tui::panes::Panes;
use crate::tui::screens::Overlay;
use crate::tui::screens::confirm::{Confirm, OnYes};

impl Model {
    /// What people call a case by, also one whose row is not here.
    pub(in crate::tui) fn key_of_case(&self, case: &CaseId) -> CompactString {
        let row = self.list.find(case).and_then(|rid| self.list.row(rid));
        let by_id = || self.source(case.source).map_or_else(|| case.id.clone(), |source| source.info.vendor.key_of(&case.id));
        row.map_or_else(by_id, |row| row.key.into())
    }

    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(usize::from(id.0))
    }

    /// The key of a case as a question names it: with its source's code where its vendor has other sources, which may have the
    /// same keys.
    pub fn key_told(&self, source: SourceId, key: &str) -> String {
        match self.source(source) {
            Some(mine) if self.sources.iter().filter(|other| other.info.vendor == mine.info.vendor).count() > 1 => {
                format!("{} {key}", mine.code)
            }
            _ => key.to_owned(),
        }
    }

    /// Nothing can be reached: by wish, or because every source fails to answer.
    pub fn is_offline(&self, cx: &Cx) -> bool {
        let unreachable = |fault: &Fault| matches!(fault.kind, FaultKind::Unreachable | FaultKind::Offline);
        cx.setup.offline
            || (!self.sources.is_empty() && self.sources.iter().all(|source| source.state.fault.as_ref().is_some_and(unreachable)))
    }

    /// The source whose lasting fault is shown below the list until it is put away.
    pub fn problem(&self) -> Option<&Source> {
        self.sources.iter().find(|source| !source.is_put_away && source.lasting_fault().is_some())
    }

    pub(in crate::tui) fn take_sources(&mut self, infos: &[SourceInfo], cx: &mut Cx) {
        let mut sources: Vec<Source> = Vec::with_capacity(infos.len());
        for info in infos {
            sources.push(Source {
                info: info.clone(),
                state: SourceState::default(),
                directory: None,
                code: info.code.clone(),
                was_full: false,
                is_put_away: false,
                writes: WriteProof::NotSeen,
                is_secret_tried: false,
                moved_at: cx.steady,
                sitting_since: cx.now,
            });
        }
        self.sources = sources;
        self.note_origins();
        for info in infos {
            if let Some(notice) = &info.notice {
                cx.say(Grade::Info, format!("{}: {}", info.name, notice.words(cx.now)));
            }
        }
    }

    pub(in crate::tui) fn take_directory(&mut self, id: SourceId, directory: Arc<Directory>) {
        if let Some(source) = self.sources.get_mut(usize::from(id.0)) {
            source.directory = Some(directory);
        }
        self.note_origins();
    }

    /// What the filter's `src:` names, and who `me` is.
    pub(in crate::tui) fn note_origins(&mut self) {
        let origin = |source: &Source| Origin {
            id: source.info.id,
            name: source.info.name.as_str().into(),
            code: source.code.clone(),
            vendor: source.info.vendor,
            is_read_only: source.info.read_only.is_some(),
            me: source.me().map(Me::from),
        };
        self.list.set_origins(self.sources.iter().map(origin).collect());
        self.views.recount_views();
    }

    /// Puts the fault that is shown below the list away; false when none is.
    pub(in crate::tui) fn put_problem_away(&mut self) -> bool {
        let id = self.problem().map(|source| source.info.id);
        if let Some(source) = id.and_then(|id| self.sources.get_mut(usize::from(id.0))) {
            source.is_put_away = true;
        }
        id.is_some()
    }

    /// Reads again what a person asks for; first the secrets that stand in the way, where a command gives them.
    pub(in crate::tui) fn refresh(&mut self, source: Option<SourceId>, full: bool, cx: &mut Cx) {
        let may_be_of_secret = |fault: &Fault| fault.is_of_keys() || fault.kind == FaultKind::Config;
        let is_locked = |known: &&Source| {
            let is_meant = source.is_none_or(|wanted| wanted == known.info.id);
            is_meant && known.info.asks_for_secret && known.state.fault.as_ref().is_some_and(may_be_of_secret)
        };
        let locked: Vec<SourceId> = self.sources.iter().filter(is_locked).map(|source| source.info.id).collect();
        if locked.is_empty() {
            cx.read_again(source, full);
        } else {
            cx.fetch_secrets(Ask::Secrets { source, full }, locked, None);
        }
    }
}

impl Cx {
    pub(in crate::tui) fn allow(&mut self, source: SourceId, writes: bool) {
        self.send(Ask::Allow, Order::Allow { source, writes });
    }

    fn fetch_secrets(&mut self, ask: Ask, sources: Vec<SourceId>, limit_s: Option<u64>) {
        if !self.pending.any(|open| matches!(open, Ask::Secrets { .. })) {
            let ticket = self.pending.open(ask);
            self.effects.push(Effect::Lend(ticket, Order::FetchSecrets { sources, limit_s }));
        }
    }

    pub(in crate::tui) fn read_again(&mut self, source: Option<SourceId>, full: bool) {
        let ask = Ask::Refresh { source, full };
        if self.pending.ticket_of(&ask).is_none() {
            self.send(ask, Order::Refresh { source, full });
        }
    }
}

/// Asks before changes are allowed; taking that back needs no question.
pub(in crate::tui) fn turn_writes(id: SourceId, model: &Model, cx: &mut Cx) {
    let Some(source) = model.source(id) else { return };
    let (name, host) = (source.info.name.clone(), source.info.host.clone());
    match source.info.policy.writes {
        Writes::Allowed if cx.setup.demo => cx.say(Grade::Info, "the demo's sources are never read-only"),
        Writes::Allowed => cx.allow(id, false),
        Writes::Refused => {
            let words = source.info.read_only.as_ref().map(|reason| cx.reason(reason)).unwrap_or_default();
            cx.say(Grade::Info, words);
        }
        Writes::Undecided => {
            let mark = source.info.policy.banner.as_ref().map(|banner| format!(", {banner}")).unwrap_or_default();
            let question = format!("Allow changes of {name}?");
            let mut details = vec![
                format!("Edits, comments and statuses can then be sent to {host}{mark}, each after its own review."),
                "This is remembered for this name at this host. 3 in this panel takes it back.".into(),
            ];
            let waiting = model.outbox.iter().filter(|entry| entry.entry.edit.case.source == id).count();
            if waiting > 0 {
                details.push(format!("{waiting} in the outbox waited for this and will be sent now."));
            }
            cx.push(Overlay::Confirm(Box::new(Confirm { question, details, asked_at: cx.steady, on_yes: OnYes::AllowWrites(id) })));
        }
    }
}

/// Offers the one line that has a source of Tines v1 read by v2.
pub(in crate::tui) fn offer_v2(id: SourceId, model: &Model, cx: &mut Cx) {
    let Some(source) = model.source(id) else { return };
    let Some(Caution::TinesV1(v2)) = &source.info.notice else { return };
    match v2 {
        V2::Answers => {
            let question = format!("Read {} by v2 of the Tines API?", source.info.name);
            let details = vec![
                "v2 has answered with the same token.".into(),
                "This sets api_version = \"v2\" in the configuration file and changes nothing else there.".into(),
                "It counts from the next start of caseload.".into(),
            ];
            cx.push(Overlay::Confirm(Box::new(Confirm { question, details, asked_at: cx.steady, on_yes: OnYes::UseV2(id) })));
        }
        V2::NotAsked => cx.say(Grade::Info, "v2 has not answered yet; wait for the end of this reading"),
        V2::Fails(words) => {
            let words = format!("not changed: v2 does not answer with the same token ({words})");
            cx.say(Grade::Warning, words);
        }
    }
}

pub(in crate::tui) fn take_source(id: SourceId, state: SourceState, model: &mut Model, panes: &Panes, cx: &mut Cx) {
    let (now, steady, more) = (cx.now, cx.steady, cx.key(Action::Sources));
    let Some(source) = model.sources.get_mut(usize::from(id.0)) else { return };
    if source.state == state {
        return;
    }
    let before = std::mem::replace(&mut source.state, state);
    source.moved_at = steady;
    let kind = |state: &SourceState| state.fault.as_ref().map(|fault| fault.kind);
    let name = source.info.name.clone();
    let said = match &source.state.fault {
        Some(fault) if kind(&before) != Some(fault.kind) => {
            source.is_put_away = false;
            let grade = if fault.is_passing() { Grade::Info } else { Grade::Warning };
            (fault.kind != FaultKind::Offline).then(|| (grade, format!("{name}: {} ({more}: more)", fault.message)))
        }
        None if before.fault.is_some() => {
            source.is_secret_tried = false;
            Some((Grade::Good, format!("{name} answers again")))
        }
        _ if source.state.malformed > before.malformed => {
            Some((Grade::Warning, format!("{name}: {} could not be read; the others are here", count(source.state.malformed, "row"))))
        }
        _ => None,
    };
    let is_fault = source.state.fault.is_some();
    if kind(&before) != kind(&source.state) {
        cx.notices.put_away(&Cause::Source(id));
    }
    let answers_again = before.fault.is_some() && source.state.fault.is_none();
    source.was_full |= matches!(source.state.coverage, Coverage::Full { .. });
    if source.state.phase == Phase::Idle {
        model.list.lay_in();
    }
    cx.dirty = true;
    let is_of_this = |rid: &Rid| model.list.row(*rid).is_some_and(|row| row.source == id);
    if answers_again && panes.detail.fault.is_some() && panes.detail.rid.as_ref().is_some_and(is_of_this) {
        reopen_case(model, panes, cx);
    }
    if let Some((grade, text)) = said {
        cx.notices.push(grade, text, now, cx.steady);
        if is_fault {
            cx.notices.tie_newest(Cause::Source(id));
        }
    }
}

/// The source whose token has run out while nobody asked for anything: a command gives another one.
fn run_out<'a>(model: &'a Model, cx: &Cx) -> Option<&'a Source> {
    let has_run_out = |source: &&Source| {
        let is_refused = source.state.fault.as_ref().is_some_and(Fault::is_of_keys);
        source.info.asks_for_secret && is_refused && !source.is_secret_tried
    };
    model.sources.iter().find(has_run_out).filter(|_| cx.overlays.is_empty())
}

/// When the terminal may be given away unasked: keys that are being typed would go to what asks there.
pub(in crate::tui) fn secret_at(model: &Model, cx: &Cx) -> Option<Timestamp> {
    run_out(model, cx).and_then(|_| cx.last_key_at.checked_add(HANDS_OFF).ok())
}

/// Fetches a secret that has run out, once, as soon as nobody types.
pub(in crate::tui) fn fetch_run_out(model: &mut Model, cx: &mut Cx) {
    let Some(id) = run_out(model, cx).map(|source| source.info.id).filter(|_| secret_at(model, cx).is_some_and(|at| at <= cx.steady))
    else {
        return;
    };
    if let Some(source) = model.sources.get_mut(usize::from(id.0)) {
        source.is_secret_tried = true;
    }
    cx.fetch_secrets(Ask::Secrets { source: Some(id), full: false }, vec![id], Some(UNASKED_LIMIT_S));
}
