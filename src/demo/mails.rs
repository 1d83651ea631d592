//! Notifications that the vendors would have sent.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

use super::lock::hold;

/// Mails are for tests to look at; more than this nobody sends in one.
const MAX_MAILS: usize = 1_000;

/// A notification that a vendor would have sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// Address.
    pub to: String,
    /// Subject line.
    pub subject: String,
}

/// All of them, oldest first.
#[derive(Default)]
pub(crate) struct Mails(Mutex<VecDeque<Mail>>);

impl Mails {
    pub(crate) fn send(&self, to: &str, subject: String) {
        let mut mails = hold(&self.0);
        if mails.len() >= MAX_MAILS {
            mails.pop_front();
        }
        mails.push_back(Mail { to: to.to_owned(), subject });
    }

    pub(crate) fn all(&self) -> Vec<Mail> {
        hold(&self.0).iter().cloned().collect()
    }
}
