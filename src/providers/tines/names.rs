//! What a tenant knows besides its cases: teams, their members, their sub-statuses.

use std::sync::{Arc, PoisonError};

use futures_util::stream::{StreamExt, iter};
use jiff::Timestamp;

use super::wire::{
    NameList, {self},
};
use super::{convert, paging, people};
use crate::domain::case::{Named, State};
use crate::domain::directory::{Directory, StatusOption};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::person::Person;
use crate::domain::text::Clean;
use crate::providers::http::{CASE_BOUND_BYTES, encode};
use crate::providers::loose::object;
use crate::providers::tines::tenant::{Tines, no_list, parse};

/// Teams whose people and sub-statuses are read; a tenant with more should be narrowed by `team_id`.
const MAX_TEAMS: usize = 100;
const TEAMS_IN_FLIGHT: usize = 4;
/// Entries per page of names, and pages per list of names: 5000 people or statuses.
const NAMES_PER_PAGE: u32 = 100;
const MAX_NAME_PAGES: u32 = 50;

impl Tines {
    /// Teams, their members, their sub-statuses. A team whose sub-statuses are refused or none gets plain open and closed.
    pub(crate) async fn directory(&self) -> Result<Directory, Fault> {
        let groups = match (self.teams().await, &self.0.wanted.team) {
            (Ok(groups), _) => groups,
            (Err(fault), None) if !is_refusal(&fault) => return Err(fault),
            (Err(_), None) => Vec::new(),
            (Err(_), Some(team)) => vec![Named { id: team.as_str().into(), name: Clean::line(team) }],
        };
        let parts: Vec<_> = iter(&groups).map(|team| self.team_names(&team.id)).buffered(TEAMS_IN_FLIGHT).collect().await;
        let mut directory = Directory { groups: groups.clone(), read_at: Some(Timestamp::now()), ..Directory::default() };
        let mut faults = Vec::new();
        for (team, (people, statuses)) in groups.iter().zip(parts) {
            let mut people = people.unwrap_or_else(|fault| {
                faults.push(fault);
                Vec::new()
            });
            people.retain(|person| !directory.people.iter().any(|known| known.is(person)));
            directory.people.append(&mut people);
            let statuses = statuses.unwrap_or_else(|fault| {
                faults.push(fault);
                Vec::new()
            });
            directory.statuses.extend(if statuses.is_empty() { plain_statuses(&team.id) } else { statuses });
        }
        if faults.len() == groups.len() * 2 && faults.iter().any(|fault| !is_refusal(fault)) {
            return Err(faults.swap_remove(0));
        }
        if directory.statuses.is_empty() {
            directory.statuses = plain_statuses("");
        }
        directory.me = self.me(&directory.people);
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory.clone());
        Ok(directory)
    }

    /// The configured team only, or all that the key can see.
    async fn teams(&self) -> Result<Vec<Named>, Fault> {
        let named = |team: &wire::Team<'_>| Named { id: team.id.id(), name: team.name.line() };
        let mut teams = match &self.0.wanted.team {
            None => {
                self.names("/api/v1/teams?", |names| names.teams.0.as_ref().map(|_| names.teams.objects().map(named).collect())).await?
            }
            Some(id) => {
                let read = |body: &str| parse(body, |text| object::<wire::Team<'_>>(text).map(|team| named(&team)));
                let mut team = self.0.http.read(&format!("/api/v1/teams/{}", encode(id)), CASE_BOUND_BYTES, read).await?;
                team.id = id.as_str().into();
                vec![team]
            }
        };
        teams.retain(|team| !team.id.is_empty());
        if teams.len() > MAX_TEAMS {
            tracing::warn!(host = self.host(), teams = teams.len(), read = MAX_TEAMS, "too many teams: set team_id");
            teams.truncate(MAX_TEAMS);
        }
        Ok(teams)
    }

    async fn team_names(&self, team: &str) -> (Result<Vec<Person>, Fault>, Result<Vec<StatusOption>, Fault>) {
        let encoded = encode(team);
        let members = format!("/api/v1/teams/{encoded}/members?");
        let is_told = |names: &NameList<'_>| names.members.0.is_some();
        let people =
            self.names(&members, |names| is_told(names).then(|| names.members.objects().filter_map(people::person).collect())).await;
        let statuses = format!("/api/v1/case_sub_statuses?team_id={encoded}&");
        let statuses = self
            // Under another key they are as good as none.
            .names(&statuses, |names| Some(names.case_sub_statuses.objects().filter_map(|sub| convert::status_option(sub, team)).collect()))
            .await;
        (people, statuses)
    }

    /// All pages of a list of names. `path` ends where further parameters can follow; `pick` finds None where there is no list.
    async fn names<T: PartialEq>(&self, path: &str, pick: impl Fn(&NameList<'_>) -> Option<Vec<T>>) -> Result<Vec<T>, Fault> {
        let mut all = Vec::new();
        let mut number = 1;
        for _ in 0..MAX_NAME_PAGES {
            let read = |body: &str| {
                let (some, next) = parse(body, |text| {
                    let names = object::<NameList<'_>>(text)?;
                    Ok((pick(&names), paging::next_page(&names.meta, number)))
                })?;
                some.map(|some| (some, next)).ok_or_else(|| no_list("names"))
            };
            let page = format!("{path}per_page={NAMES_PER_PAGE}&page={number}");
            let (mut some, next) = self.0.http.read(&page, CASE_BOUND_BYTES, read).await?;
            // The same page again: the vendor does not know page numbers.
            if some.is_empty() || all.ends_with(&some) {
                break;
            }
            all.append(&mut some);
            match next {
                Some(next) => number = next,
                None => break,
            }
        }
        Ok(all)
    }

    /// As configured, with name and id where the people know them.
    pub(in crate::providers) fn me(&self, people: &[Person]) -> Option<Person> {
        let me = Person { email: Clean::line(self.0.me.as_deref()?), ..Person::default() };
        Some(people.iter().find(|person| person.is(&me)).cloned().unwrap_or(me))
    }
}

/// The key lacks a right, or the tenant lacks the endpoint: asking again changes nothing.
fn is_refusal(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Forbidden | FaultKind::NotFound | FaultKind::NotAvailable | FaultKind::Rejected)
}

fn plain_statuses(team: &str) -> Vec<StatusOption> {
    [State::Open, State::Closed]
        .map(|state| StatusOption { state, name: Clean::line(state.name()), id: "".into(), group: team.into() })
        .into()
}
