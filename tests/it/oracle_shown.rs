//! What the screen of a random sitting shows, compared with what the vendors have: counts, rows, tabs, marks of change.

use std::collections::BTreeMap;

use caseload::demo::{Truth, Vendor};
use caseload::domain::case::{Rid, State};
use caseload::domain::text::Clean;
use caseload::tui::panes::Pane;

use crate::oracle_judge::{Asked, Field, Name, Verdict};
use crate::oracle_sitting::{Sitting, name};

/// The filters of [`Sitting::asked`].
const FILTERS: u32 = 15;

impl Sitting<'_> {
    pub fn judge_shown(&mut self) -> Verdict {
        let rids: BTreeMap<Name, Rid> =
            self.app().model.list.find_all(|_| true).into_iter().map(|(rid, case, _)| (name(&case), rid)).collect();
        self.judge_list(&rids)?;
        self.judge_rows(&rids)?;
        self.judge_tabs()?;
        self.judge_news(&rids)
    }

    /// Datadog's archived cases are out of its list, and can be read all the same.
    fn is_archived(case: &Name, truth: &Truth) -> bool {
        case.0 == Vendor::Datadog && !truth.is_listed
    }

    /// Whether the list has to agree with the vendor about this case.
    fn is_open_question(&self, case: &Name, truth: &Truth) -> bool {
        self.book.moved.contains(case) || self.is_own(case) || Self::is_archived(case, truth)
    }

    /// Its last reading was refused, and so would the next be.
    fn is_refused(&self, vendor: Vendor) -> bool {
        self.shut[vendor as usize] && self.refused[vendor as usize]
    }

    /// How many cases match, at least and at most.
    fn bounds(&self, asked: &Asked) -> (usize, usize) {
        let mut bounds = (0, 0);
        for (case, truth) in &self.book.world {
            let holds = (asked.holds)(truth);
            if holds.is_none() || self.is_open_question(case, truth) {
                bounds.1 += 1;
            } else if truth.is_listed && holds == Some(true) {
                bounds = (bounds.0 + 1, bounds.1 + 1);
            }
        }
        bounds
    }

    fn meaning_of(&self, filter: &str) -> Option<Asked> {
        (0..FILTERS).map(|which| self.asked(which)).find(|asked| asked.text == filter)
    }

    /// What the list calls complete is the truth.
    fn judge_list(&self, rids: &BTreeMap<Name, Rid>) -> Verdict {
        let screen = self.shown();
        let Some(line) = screen.lines().find(|line| line.trim_end().ends_with("| complete")) else { return Ok(()) };
        let app = self.app();
        let filter = app.model.list.filter().to_owned();
        if let Some(vendor) = Vendor::ALL.into_iter().find(|vendor| self.is_refused(*vendor))
            && ["", "status:open", "-status:open"].contains(&filter.as_str())
        {
            return Err(format!("{filter:?} is called complete, and {} refused its last reading: {line}", vendor.name()));
        }
        let Some(asked) = self.meaning_of(&filter) else { return Ok(()) };
        for (case, truth) in &self.book.world {
            if self.is_open_question(case, truth) || !truth.is_listed || (asked.holds)(truth) != Some(true) {
                continue;
            }
            if !rids.get(case).is_some_and(|rid| app.model.list.is_shown(*rid) || app.model.list.held().contains(rid)) {
                return Err(format!("{filter:?} is called complete, and {case:?} ({}) is not in it", truth.key));
            }
        }
        let (least, most) = self.bounds(&asked);
        let figures: Vec<usize> = line
            .rsplit("  ")
            .next()
            .unwrap_or_default()
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|figure| figure.parse().ok())
            .collect();
        match figures.first() {
            Some(shown) if (least..=most).contains(shown) => Ok(()),
            shown => Err(format!("{shown:?} is called complete, and it is {least} to {most} that match {filter:?}: {line}")),
        }
    }

    /// A row that was read since its case changed shows the case.
    fn judge_rows(&self, rids: &BTreeMap<Name, Rid>) -> Verdict {
        for (case, truth) in &self.book.world {
            let Some(row) = rids.get(case).and_then(|rid| self.app().model.list.row(*rid)) else { continue };
            if self.is_open_question(case, truth) || !truth.is_listed || self.is_refused(case.0) {
                continue;
            }
            let wrong = |what: &str, shown: &dyn std::fmt::Debug, has: &dyn std::fmt::Debug| {
                Err(format!("the row of {case:?} shows {shown:?} as its {what}, and the vendor has {has:?}"))
            };
            let title = Clean::line(&truth.title);
            if row.title != title.as_str() {
                return wrong("title", &row.title, &truth.title);
            }
            if !row.status.eq_ignore_ascii_case(&truth.status) {
                return wrong("status", &row.status, &truth.status);
            }
            if matches!(row.state, Some(State::Closed | State::Archived)) == truth.is_open {
                return wrong("state", &row.state, &truth.status);
            }
            if row.priority != truth.priority && !(row.priority.is_empty() && truth.priority == "NOT_DEFINED") {
                return wrong("priority", &row.priority, &truth.priority);
            }
            let mut people: Vec<&str> = row.assignees().collect();
            let mut names: Vec<&str> = truth.names.iter().map(String::as_str).collect();
            people.sort_unstable();
            names.sort_unstable();
            let lines = |texts: Vec<String>| {
                let mut lines: Vec<String> = texts.iter().map(|text| Clean::line(text).to_string()).collect();
                lines.sort_unstable();
                lines
            };
            // Rows of Datadog carry its attributes.
            let tags = lines(Field::Tags.of(truth).into_iter().chain(Field::Attributes.of(truth)).collect());
            let mut shown: Vec<&str> = row.tags().collect();
            shown.sort_unstable();
            if shown != tags {
                return wrong("tags", &shown, &tags);
            }
            // Who has no name is shown by what else there is of them.
            if people.len() != names.len() || (people != names && names.iter().all(|name| !name.is_empty())) {
                return wrong("people", &people, &names);
            }
        }
        Ok(())
    }

    /// What a tab counts without a sign of doubt is the truth.
    fn judge_tabs(&self) -> Verdict {
        for tab in self.app().model.views.tabs() {
            let Some(tally) = &tab.tally else { continue };
            let known = self.app().model.known_of(tally, &self.app().cx);
            let asked = Asked::of_view(&tab.view.query);
            let Some(asked) = asked.filter(|_| known.is_complete()) else { continue };
            let (least, most) = self.bounds(&asked);
            if !(least..=most).contains(&known.count) {
                return Err(format!("the tab {} counts {}, and it is {least} to {most}", tab.view.name, known.count));
            }
        }
        Ok(())
    }

    /// The case that is open is looked at.
    pub fn see(&mut self) {
        if self.app().panes.focus == Pane::Detail
            && let Some(case) = self.case_at_cursor()
        {
            self.book.news.remove(&case);
        }
    }

    /// What a colleague changed since the person looked is marked as changed, also over a restart; one's own doing is not.
    fn judge_news(&mut self, rids: &BTreeMap<Name, Rid>) -> Verdict {
        self.see();
        let app = self.app();
        for (case, rid) in rids {
            let Some(truth) = self.book.truth(case) else { continue };
            let is_ordered = self.book.orders.iter().any(|order| order.case == *case);
            if self.is_open_question(case, truth) || !truth.is_listed || self.is_refused(case.0) || self.offline {
                continue;
            }
            let is_marked = app.model.list.is_unseen(*rid);
            if let Some(before) = self.book.news.get(case)
                && !is_ordered
                && !is_marked
                && [Field::Title, Field::Status, Field::Priority].iter().any(|field| field.of(before) != field.of(truth))
            {
                return Err(format!("a colleague changed {case:?}, and it is not marked as changed"));
            }
            if is_marked && !self.book.touched.contains(case) && self.aside(case).is_none() {
                let ordered = self.book.told_of(case);
                return Err(format!("{case:?} is marked as changed, and nobody else has changed it; ordered were {ordered:?}"));
            }
        }
        Ok(())
    }
}
