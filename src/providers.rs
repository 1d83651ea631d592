//! The vendors' APIs behind one set of verbs. What leaves here is clean, bounded, and the same shape for all.
//!
//! Each vendor has `wire` (what its JSON looks like, nothing else) and `convert` (wire to domain, pure). All requests
//! go through `http`, which knows limits, quotas and retries but no vendor. Dispatch is by enum: no trait objects.

mod answered;
mod datadog;
mod http;
mod loose;
mod net;
mod salvage;
mod serverops;
mod settings;
mod tines;
mod typed;

pub use answered::{Fetched, Made, Sent};
pub use datadog::{Datadog, hosts as datadog_hosts};
pub use http::{Quota, Renewal, Renewals};
use jiff::Timestamp;
pub use net::{Net, Way};
pub use serverops::ServerOps;
pub use settings::{Api, Auth, DEFAULT_TIMEOUT_MS, Settings};

use crate::domain::activity::Activity;
use crate::domain::aspect::{Aspect, Stay};
use crate::domain::case::{Case, Vendor};
use crate::domain::caution::{Caution, V2};
use crate::domain::change::Change;
use crate::domain::directory::Directory;
use crate::domain::edit::{Call, Edit, Plan, PlanLine};
use crate::domain::facet::{Facet, Offer};
use crate::domain::fault::Fault;
use crate::domain::page::{Cursor, Page, Scan};
use crate::domain::person::Person;
use crate::domain::raw_body::RawBody;
use crate::domain::record::{RecordTable, Slice};
pub use crate::providers::tines::tenant::Tines;

/// One source's API. Cheap to clone: clones share the connection pool and the quota.
#[derive(Clone)]
pub enum Provider {
    Datadog(Datadog),
    Tines(Tines),
    ServerOps(ServerOps),
}

/// The one place where verbs meet vendors.
macro_rules! each {
    ($provider:expr, $vendor:ident => $verb:expr) => {
        match $provider {
            Provider::Datadog($vendor) => $verb,
            Provider::Tines($vendor) => $verb,
            Provider::ServerOps($vendor) => $verb,
        }
    };
}

impl Provider {
    /// Checks the settings; opens no connection. The HTTP client itself is built with the first request.
    ///
    /// # Errors
    /// `Config`: an address or a kind of token that cannot work.
    pub fn new(settings: Settings) -> Result<Self, Fault> {
        Ok(match settings.vendor {
            Vendor::Datadog => Self::Datadog(Datadog::new(settings)?),
            Vendor::Tines => Self::Tines(Tines::new(settings)?),
            Vendor::ServerOps => Self::ServerOps(ServerOps::new(settings)?),
        })
    }

    /// By which way the vendor is reached, and who is believed there. Counts until the first request has left.
    #[must_use]
    pub fn through(self, net: Net) -> Self {
        each!(&self, vendor => vendor.http().through(net));
        self
    }

    /// From now on requests carry these secrets. False: they carry them already.
    ///
    /// # Errors
    /// `Config`: a kind of token that cannot work.
    pub fn renew(&self, auth: Auth) -> Result<bool, Fault> {
        each!(self, vendor => vendor.renew(auth))
    }

    /// Rises with each change of the secrets.
    pub fn generation(&self) -> u64 {
        each!(self, vendor => vendor.http().generation())
    }

    /// Where requests that are refused ask for other secrets. Taken once.
    pub fn renewals(&self) -> Renewals {
        each!(self, vendor => vendor.http().renewals())
    }

    pub fn vendor(&self) -> Vendor {
        match self {
            Self::Datadog(_) => Vendor::Datadog,
            Self::Tines(_) => Vendor::Tines,
            Self::ServerOps(_) => Vendor::ServerOps,
        }
    }

    /// Host and port, for error screens.
    pub fn host(&self) -> String {
        each!(self, vendor => vendor.host())
    }

    /// The token is a test token (`so_test_…`).
    pub fn is_test(&self) -> bool {
        each!(self, vendor => vendor.is_test())
    }

    /// Who `me` is, once this directory was read; `before`: who it was by an earlier reading. An answer that lacks it takes
    /// nothing back that the vendor has told; where the configuration says it, nothing else counts.
    pub fn who_i_am(&self, read: &Directory, before: Option<&Person>) -> Option<Person> {
        match self {
            Self::Datadog(_) => read.me.clone().or_else(|| before.cloned()),
            Self::Tines(tines) => tines.me(&read.people),
            Self::ServerOps(_) => None,
        }
    }

    /// What stands about the source, such as the day an API is removed.
    pub fn caution(&self) -> Option<Caution> {
        match self {
            Self::Datadog(_) => None,
            Self::Tines(tines) => tines.is_v1().then(|| Caution::TinesV1(V2::NotAsked)),
            Self::ServerOps(serverops) => serverops.is_odd().then_some(Caution::OddToken),
        }
    }

    /// The same tenant and token by the API that follows the one in use; None: there is none.
    pub fn successor(&self) -> Option<Self> {
        match self {
            Self::Tines(tines) => tines.as_v2().map(Self::Tines),
            Self::Datadog(_) | Self::ServerOps(_) => None,
        }
    }

    /// Why nothing can be written here at all; `None`: writing is possible.
    pub fn read_only(&self) -> Option<String> {
        each!(self, vendor => vendor.read_only())
    }

    /// Requests in flight that make sense: one where pages are chained by a cursor.
    pub fn concurrency(&self) -> usize {
        each!(self, vendor => vendor.concurrency())
    }

    /// `Scan::Recent` is ordered by last change, so that reading until the first known row finds every change.
    pub fn can_ask_changes(&self) -> bool {
        each!(self, vendor => vendor.can_ask_changes())
    }

    /// Pages have numbers: one can be asked for without the one before.
    pub fn numbers_pages(&self) -> bool {
        !matches!(self, Self::ServerOps(_))
    }

    /// The list can be read from its other end: `Scan::Newest` is another order than `Scan::All`.
    pub fn has_two_ends(&self) -> bool {
        match self {
            Self::Datadog(_) => true,
            Self::Tines(tines) => !tines.is_v1(),
            Self::ServerOps(_) => false,
        }
    }

    /// A case that is not found is gone once the list shows it no more. An API that is being removed proves nothing by
    /// what it does not find.
    pub fn proves_gone(&self) -> bool {
        !matches!(self, Self::Tines(tines) if tines.is_v1())
    }

    /// What the vendor makes of a facet.
    pub fn offers(&self, facet: &Facet) -> Offer {
        each!(self, vendor => vendor.offers(facet))
    }

    /// One page of the list. A row that cannot be read is a sentence in `malformed`, never a lost page.
    pub async fn page(&self, scan: Scan, cursor: &Cursor) -> Result<Page, Fault> {
        each!(self, vendor => vendor.page(scan, &[], cursor).await)
    }

    /// As [`Self::page`], of the cases for which all these facets hold, as far as the vendor understands them: it may send
    /// more. At most one facet of a kind.
    pub async fn matching(&self, facets: &[Facet], scan: Scan, cursor: &Cursor) -> Result<Page, Fault> {
        each!(self, vendor => vendor.page(scan, facets, cursor).await)
    }

    /// Reads the body of a list page: what [`Self::page`] does once the answer is there. Pure.
    pub fn read_page(&self, body: &str, cursor: &Cursor) -> Result<Page, Fault> {
        each!(self, vendor => vendor.read_page(body, cursor))
    }

    /// One case whole.
    ///
    /// # Errors
    /// `NotFound` when the vendor's own words say that there is no such case. That alone does not make it gone.
    pub async fn case(&self, id: &str) -> Result<Fetched, Fault> {
        each!(self, vendor => vendor.case(id).await)
    }

    /// A page of the timeline, `None` is the first; the others go by the number that the page before them names. The newest
    /// entries come first, as far as the vendor's order can be told. Empty for vendors without one.
    pub async fn activities(&self, id: &str, page: Option<u32>) -> Result<Slice<Activity>, Fault> {
        each!(self, vendor => vendor.activities(id, page).await)
    }

    /// Entries that a page of the timeline is asked for. A shorter one is not the last for that: how many a vendor gives at
    /// once is its own matter.
    pub fn timeline_page(&self) -> usize {
        match self {
            Self::Datadog(_) => datadog::TIMELINE_PAGE,
            Self::Tines(_) => tines::TIMELINE_PAGE,
            Self::ServerOps(_) => 0,
        }
    }

    /// A page of the records, in the vendor's own counting; `None` is the first. Empty for vendors without them.
    pub async fn records(&self, id: &str, page: Option<u32>) -> Result<Slice<RecordTable>, Fault> {
        each!(self, vendor => vendor.records(id, page).await)
    }

    /// Who I am, and the names that cases refer to by id. A part that is refused stays empty.
    ///
    /// # Errors
    /// Only when no part could be read.
    pub async fn directory(&self) -> Result<Directory, Fault> {
        each!(self, vendor => vendor.directory().await)
    }

    /// Reads a stored or fetched body. `read_at`: when it came from the vendor (clocks count from there). Pure.
    pub fn decode(&self, raw: &RawBody, directory: &Directory, read_at: Timestamp) -> Result<Case, Fault> {
        each!(self, vendor => vendor.decode(raw, directory, read_at))
    }

    /// The literal calls that make an edit, in order, and what they change. Pure.
    ///
    /// # Errors
    /// `NotPossible` with the reason when the case cannot do it, `Rejected` when a value cannot be right.
    pub fn plan(&self, case: &Case, edit: &Edit, directory: &Directory) -> Result<Plan, Fault> {
        let mut plan = each!(self, vendor => vendor.plan(case, edit, directory))?;
        // Shown as the vendor receives it, so with the path of the base URL.
        let base = each!(self, vendor => vendor.http().base_path());
        let fixed = self.fixed(case, edit, directory);
        for call in &mut plan.calls {
            call.path.insert_str(0, base);
            let about: Vec<Aspect> = call.makes.iter().filter_map(|place| Aspect::of(edit.changes.get(*place)?)).collect();
            call.stays = fixed.iter().filter(|stay| about.contains(&stay.aspect)).cloned().collect();
            if call.lasting.is_none() {
                let why = call.makes.iter().find_map(|place| edit.lasting(*place));
                call.lasting = why.or_else(|| call.stays.first().map(|stay| stay.why.clone()));
            }
        }
        Ok(plan)
    }

    /// What of an edit the vendor would not take back, and why. The rest is restored without it.
    fn fixed(&self, case: &Case, edit: &Edit, directory: &Directory) -> Vec<Stay> {
        let after = case.clone().with(edit, self.vendor());
        let refuses =
            |back: &Edit| each!(self, vendor => vendor.plan(&after, back, directory)).err().map(|fault| fault.message.to_string());
        let Some(back) = edit.inverse().ok().map(|back| back.edit).filter(|back| refuses(back).is_some()) else {
            return Vec::new();
        };
        let stay = |aspect: Aspect| {
            // What an archived case refuses is restored in the same breath as the case.
            let is_meant = |change: &&Change| **change == Change::Unarchive || Aspect::of(change).as_ref() == Some(&aspect);
            let alone = Edit { changes: back.changes.iter().filter(is_meant).cloned().collect(), ..back.clone() };
            refuses(&alone).map(|why| Stay { aspect, why })
        };
        let mut fixed: Vec<Stay> = back.aspects().into_iter().filter_map(stay).collect();
        // Each by itself would be taken, all of it would not.
        if let Ok(rest) = edit.inverse_without(&fixed)
            && let Some(why) = refuses(&rest.edit)
        {
            fixed.extend(rest.edit.aspects().into_iter().map(|aspect| Stay { aspect, why: why.clone() }));
        }
        fixed
    }

    /// What a plan changes, with old values as this case has them: a plan may be made of a case as it will be once what is on its
    /// way has landed, which no vendor shows yet.
    pub fn lines_from(&self, case: &Case, edit: &Edit, directory: &Directory, plan: &Plan) -> Vec<PlanLine> {
        let now = each!(self, vendor => vendor.plan(case, edit, directory)).unwrap_or_default().lines;
        if now.len() != plan.lines.len() {
            return plan.lines.clone();
        }
        // A value that is only put back is told from what waits.
        let is_back = |now: &PlanLine, change: &Change| now.old == now.new || change.holds(case) == Some(true);
        let lines = now.into_iter().zip(&plan.lines).zip(&edit.changes);
        lines.map(|((now, then), change)| if is_back(&now, change) { then.clone() } else { now }).collect()
    }

    /// Sends one call exactly once.
    pub async fn send(&self, call: &Call) -> Result<Sent, Fault> {
        let base = each!(self, vendor => vendor.http().base_path());
        let path = call.path.strip_prefix(base).unwrap_or(&call.path).to_owned();
        let call = Call { path, ..call.clone() };
        each!(self, vendor => vendor.send(&call).await)
    }

    /// Whether a comment with this text was made since then, by the vendor's clock (by me, when known): looks at the newest
    /// pages. `made`: the id that the vendor gave it; whatever else it shows of it, then, it is there.
    pub async fn find_comment(&self, id: &str, text: &str, since: Timestamp, made: Option<&str>) -> Result<bool, Fault> {
        each!(self, vendor => vendor.find_comment(id, text, since, made).await)
    }

    /// People whose name or mail has this text, where the vendor can be asked for them; elsewhere none: the directory
    /// holds everybody there is.
    pub async fn people(&self, text: &str) -> Result<Vec<Person>, Fault> {
        match self {
            Self::Datadog(datadog) => datadog.people(text).await,
            Self::Tines(_) | Self::ServerOps(_) => Ok(Vec::new()),
        }
    }

    /// What the vendor's headers said last; `None` before the first answer and where the vendor sends none.
    pub fn quota(&self) -> Option<Quota> {
        each!(self, vendor => vendor.quota())
    }

    /// Milliseconds that an answer takes of late; None: none came yet.
    pub fn answer_ms(&self) -> Option<u64> {
        each!(self, vendor => vendor.answer_ms())
    }

    /// The present by the vendor's clock, as far as its answers told it.
    pub fn now(&self) -> Timestamp {
        each!(self, vendor => vendor.http().vendor_now())
    }

    /// Seconds that the vendor's clock is ahead of this machine's, give or take one and the way of the answer; `None`
    /// before the first answer.
    pub fn skew_s(&self) -> Option<i64> {
        each!(self, vendor => vendor.http().skew_s())
    }
}
