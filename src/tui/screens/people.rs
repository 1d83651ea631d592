//! Whom to assign: the people of the directory at once, narrowed with every letter, and whom the vendor finds besides.

pub mod acts;
mod screen;
pub mod view;

use std::sync::Arc;

use tui_textarea::TextArea;

use crate::domain::case::{Case, Rid, Vendor};
use crate::domain::directory::Directory;
use crate::domain::fault::Fault;
use crate::domain::person::Person;
use crate::protocol::Ticket;
use crate::tui::widgets::text;

/// People shown at once; more letters narrow them further.
const MAX_SHOWN: usize = 100;
/// People kept of what the vendor found while the box is open.
const MAX_FOUND: usize = 500;
/// A single letter finds everybody: not worth a question to the vendor.
const ASKS_FROM_CHARS: usize = 2;

#[derive(Clone, Debug)]
pub struct PeoplePicker {
    pub rid: Rid,
    pub vendor: Vendor,
    /// The case as it is known by now.
    pub case: Arc<Case>,
    pub area: TextArea<'static>,
    pub chosen: usize,
    directory: Option<Arc<Directory>>,
    /// Whom the vendor found besides the directory.
    found: Vec<Person>,
    /// The question that is open, and the text it is about.
    asking: Option<(Ticket, String)>,
    /// Why the vendor's last answer did not come.
    pub fault: Option<Fault>,
}

impl PeoplePicker {
    pub(in crate::tui) fn new(rid: Rid, vendor: Vendor, case: Arc<Case>, directory: Option<Arc<Directory>>) -> Self {
        let area = text::line("");
        Self { rid, vendor, case, area, chosen: 0, directory, found: Vec::new(), asking: None, fault: None }
    }

    /// Who matches what is typed: every word is in the name or the mail, or it is `me`. Me first, then in the directory's order.
    pub fn people(&self) -> Vec<&Person> {
        let typed = text::line_text(&self.area).to_lowercase();
        let words: Vec<_> = typed.split_whitespace().collect();
        let means_me = words[..] == ["me"];
        let is_met = |person: &&Person| {
            if means_me && self.is_me(person) {
                return true;
            }
            let hay = format!("{} {}", person.name, person.email).to_lowercase();
            words.iter().all(|word| hay.contains(word))
        };
        let mut out: Vec<&Person> = Vec::new();
        let known = self.directory.iter().flat_map(|directory| directory.me.iter().chain(&directory.people));
        for person in known.chain(&self.found).filter(is_met) {
            if !out.iter().any(|one| one.is(person)) {
                out.push(person);
                if out.len() == MAX_SHOWN {
                    break;
                }
            }
        }
        out
    }

    pub fn is_me(&self, person: &Person) -> bool {
        self.directory.as_ref().and_then(|directory| directory.me.as_ref()).is_some_and(|me| me.is(person))
    }

    pub fn is_assigned(&self, person: &Person) -> bool {
        self.case.row.assignees.iter().any(|known| known.is(person))
    }

    pub fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// What the vendor is to be asked now; one question at a time, so that typing floods nobody.
    fn question(&self) -> Option<String> {
        let typed = text::line_text(&self.area).trim().to_owned();
        let is_worth = self.vendor.capabilities().finds_people && typed.chars().count() >= ASKS_FROM_CHARS;
        (is_worth && self.asking.is_none()).then_some(typed)
    }
}
