//! One page of the list: its address, one question, and whether the answer fits the filters.

use std::fmt::Write;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::forms::Form;
use super::{facets, list};
use crate::domain::facet::{Facet, Offer};
use crate::domain::fault::Fault;
use crate::domain::page::{Page, Scan};
use crate::providers::http::{LIST_BOUND_BYTES, encode};
use crate::providers::tines::tenant::{Tines, list_fault};

/// One page of the list as it is asked for.
pub(super) struct Wish<'a> {
    pub scan: Scan,
    pub facets: &'a [Facet],
    pub number: u32,
    pub per_page: u32,
    pub filters: Map<String, Value>,
}

impl Tines {
    /// How many cases of a page show that the filters were not understood. Rows that only miss a facet stay: they are
    /// judged again, and they are cases all the same.
    pub(super) fn strays(&self, asked: &Wish<'_>, page: &Page) -> usize {
        let exact = || asked.facets.iter().filter(|facet| facets::offer(facet, self.0.api) == Offer::Exact);
        page.dropped + page.items.iter().filter(|item| exact().any(|facet| !facet.holds(&item.row))).count()
    }

    /// `is_patient`: a vendor that stumbles is asked again.
    pub(super) async fn page_once(&self, asked: &Wish<'_>, form: Form, is_patient: bool) -> Result<Page, Fault> {
        let path = self.list_path(asked, form);
        let known = self.known();
        let page = |body: &str| list::page(body, asked.number, &self.0.wanted, self.ground(&known, Timestamp::now()));
        let http = &self.0.http;
        let read =
            if is_patient { http.read(&path, LIST_BOUND_BYTES, page).await } else { http.read_once(&path, LIST_BOUND_BYTES, page).await };
        read.map_err(|fault| self.name_removal(list_fault(fault)))
    }

    fn list_path(&self, asked: &Wish<'_>, form: Form) -> String {
        let version = if self.is_v1() { "v1" } else { "v2" };
        let mut path = format!("/api/{version}/cases?per_page={}&page={}", asked.per_page, asked.number);
        // Writing to a String cannot fail.
        if !self.is_v1() {
            let order = match asked.scan {
                Scan::All => "CREATED_ASC",
                Scan::Newest => "CREATED_DESC",
                Scan::Recent => "RECENTLY_EDITED",
            };
            let _ = write!(path, "&order={order}");
        }
        if let Some(team) = &self.0.wanted.team {
            let _ = write!(path, "&team_id={}", encode(team));
        }
        path.push_str(&facets::query(&asked.filters, form));
        path
    }
}
