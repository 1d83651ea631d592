//! People as vendors name them.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::text::Clean;

/// Characters of an id shown when a person has neither name nor mail.
const SHORT_ID_CHARS: usize = 8;

/// Somebody who is assigned, wrote, or changed something.
///
/// Datadog: `included[]` or `/users`. Tines: user objects in six shapes, `user_id` or `id`. `ServerOps`: no people at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// Datadog: UUID. Tines: number as text. Empty when the vendor sent an empty user object (automation).
    pub id: CompactString,
    /// Datadog: `name`, empty for pending users. Tines: first and last name joined.
    #[serde(with = "super::text::kept")]
    pub name: Clean,
    /// Datadog: `email`, else `handle`. May be empty.
    #[serde(with = "super::text::kept")]
    pub email: Clean,
    /// Tines `is_service_account`; Datadog `service_account`. Automation, marked `*` on the screen.
    pub is_service: bool,
}

impl Person {
    /// The best that can be shown: name, else mail, else the start of the id, else `system`.
    pub fn label(&self) -> &str {
        if !self.name.is_empty() {
            self.name.as_str()
        } else if !self.email.is_empty() {
            self.email.as_str()
        } else if self.id.is_empty() {
            "system"
        } else {
            let end = self.id.char_indices().nth(SHORT_ID_CHARS).map_or(self.id.len(), |(at, _)| at);
            &self.id[..end]
        }
    }

    /// [`Self::label`], with the mail address where somebody else among `others` is called the same.
    pub fn told<'p>(&self, others: impl IntoIterator<Item = &'p Self>) -> String {
        let label = self.label();
        let is_shared = others.into_iter().any(|other| !other.is(self) && other.label() == label);
        let mark = self.mark();
        if is_shared && !mark.is_empty() { format!("{label} <{mark}>") } else { label.to_owned() }
    }

    /// What tells somebody from others of the same name: the mail address, else the id.
    pub fn mark(&self) -> &str {
        if self.email.is_empty() { &self.id } else { self.email.as_str() }
    }

    /// Same person: by id when both have one, else by mail without regard to case.
    pub fn is(&self, other: &Self) -> bool {
        if self.id.is_empty() || other.id.is_empty() {
            !self.email.is_empty() && self.email.as_str().eq_ignore_ascii_case(other.email.as_str())
        } else {
            self.id == other.id
        }
    }
}
