//! What is said when an order could not be carried out.

use crate::domain::fault::{Fault, FaultKind};
use crate::tui::cx::Cx;
use crate::tui::cx::notice::{Cause, Grade};
use crate::tui::cx::pending::Ask;
use crate::tui::keys::action::Action;

impl Cx {
    /// An order came to nothing. What the state of its source tells anyway is not said twice.
    pub(in crate::tui) fn fail(&mut self, ask: &Ask, fault: &Fault) {
        self.dirty = true;
        let order = Cause::of(ask);
        match (ask, fault.kind) {
            (Ask::Fetch | Ask::Recall, FaultKind::Cancelled) => {}
            (_, FaultKind::Cancelled) => self.say(Grade::Info, format!("cancelled; {} reads again", self.key(Action::Refresh))),
            (_, FaultKind::Closed) => self.say(Grade::Error, format!("{}: {}", fault.message, fault.next_step())),
            (Ask::Prefetch | Ask::Attention | Ask::Cancel | Ask::Fetch | Ask::Recall, _) => {}
            (Ask::Refresh { .. }, kind) if kind != FaultKind::Busy && kind != FaultKind::Offline => {}
            (Ask::Settle { .. } | Ask::HoldAll | Ask::SettleBatch(_) | Ask::KeepTriage, _) => {
                self.fail_until(order, format!("{}; {}", fault.message, fault.next_step()));
            }
            (Ask::KeepBaselines, _) => {
                self.fail_until(order, format!("what you have looked at is not on disk: {}; {}", fault.message, fault.next_step()));
            }
            (Ask::Secrets { .. }, _) => self.say(Grade::Warning, fault.message.to_string()),
            (Ask::SetAside, _) => {
                self.fail_until(order, format!("pins and snoozes are not on disk: {}; {}", fault.message, fault.next_step()));
            }
            _ => self.say(Grade::Info, format!("{}; {}", fault.message, fault.next_step())),
        }
    }

    /// An error that stands until its cause is gone.
    fn fail_until(&mut self, cause: Cause, words: String) {
        self.say(Grade::Error, words);
        self.notices.tie_newest(cause);
    }
}
