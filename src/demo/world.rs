//! The three tenants together: who may come in, what moves, and the hand that tests steer it with.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::datadog::Search;
use super::datadog::{self, Datadog};
use super::dice::{Dice, mix};
use super::faults::{Blow, Cut};
use super::gate::Gate;
use super::people::{COLLEAGUES, PEOPLE};
use super::serverops::ServerOps;
use super::tenant::now_ms;
use super::tines::Tines;
use super::{Faults, Options, Vendor};

/// Mails are for tests to look at; more than this nobody sends in one.
const MAX_MAILS: usize = 1_000;

/// A lock that goes on after a panic elsewhere: the data is plain and always whole between two statements.
pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The tokens of the tenants.
pub(crate) struct Secrets {
    pub(crate) datadog_api: String,
    pub(crate) datadog_app: String,
    pub(crate) datadog_token: String,
    /// `cases_read` only.
    pub(crate) datadog_read: String,
    pub(crate) tines: String,
    /// A key whose role may view.
    pub(crate) tines_read: String,
    pub(crate) serverops: String,
    /// `cases:read` only.
    pub(crate) serverops_read: String,
}

impl Secrets {
    /// A vendor's tokens are others from now on.
    pub(crate) fn rotate(&mut self, vendor: Vendor) {
        let rotated = match vendor {
            Vendor::Datadog => vec![&mut self.datadog_api, &mut self.datadog_app, &mut self.datadog_token, &mut self.datadog_read],
            Vendor::Tines => vec![&mut self.tines, &mut self.tines_read],
            Vendor::ServerOps => vec![&mut self.serverops, &mut self.serverops_read],
        };
        for token in rotated {
            token.push('r');
        }
    }

    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(mix(seed, 0x5ec));
        let mut hex = |prefix: &str| format!("{prefix}{:016x}{:016x}", dice.between(0, u64::MAX), dice.between(0, u64::MAX));
        Self {
            datadog_api: hex(""),
            datadog_app: hex("ddapp_"),
            datadog_token: hex("ddpat_"),
            datadog_read: hex("ddpat_"),
            tines: hex(""),
            tines_read: hex(""),
            serverops: hex("so_test_"),
            serverops_read: hex("so_test_"),
        }
    }
}

/// A notification that a vendor would have sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// Address.
    pub to: String,
    /// Subject line.
    pub subject: String,
}

/// Something that a test makes happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// A colleague changes a field: `title`, `description`, `status` (the vendor's own name), `priority`, `assignee`
    /// (an e-mail address, or empty for nobody), at Tines also `add_tag` and `remove_tag`, at Datadog also
    /// `attribute KEY`.
    Edit {
        /// Where.
        vendor: Vendor,
        /// As in [`super::Demo::ids`], at Datadog also the key.
        id: String,
        /// One of the names above.
        field: String,
        /// The new value.
        value: String,
    },
    /// A colleague comments. ServerOps has no comments.
    Comment {
        /// Where.
        vendor: Vendor,
        /// Which case.
        id: String,
        /// Markdown.
        text: String,
    },
    /// A new case is opened.
    Arrive {
        /// Where.
        vendor: Vendor,
    },
    /// A case leaves the list: archived at Datadog, deleted at the others.
    Remove {
        /// Where.
        vendor: Vendor,
        /// Which case.
        id: String,
    },
    /// The next `times` fitting requests are answered with this status and are not carried out.
    FailNext {
        /// Where.
        vendor: Vendor,
        /// `GET`, `POST`, …; empty fits all.
        #[serde(default)]
        method: String,
        /// Part of the path or query as sent; empty fits all.
        #[serde(default)]
        path_contains: String,
        /// 429 comes with the vendor's quota headers.
        status: u16,
        /// At least 1.
        times: u32,
    },
    /// The next `times` fitting requests meet a web page with this status, as of a proxy or of an endpoint that is no more.
    PageNext {
        /// Where.
        vendor: Vendor,
        /// Empty fits all.
        #[serde(default)]
        method: String,
        /// Empty fits all.
        #[serde(default)]
        path_contains: String,
        /// 400 to 599.
        status: u16,
        /// At least 1.
        times: u32,
    },
    /// The connection of the next fitting request is cut.
    CutNext {
        /// Where.
        vendor: Vendor,
        /// Empty fits all.
        #[serde(default)]
        method: String,
        /// Empty fits all.
        #[serde(default)]
        path_contains: String,
        /// Before, after, or in the middle.
        when: Cut,
    },
    /// The next fitting request gets no answer for a minute and is not carried out.
    HangNext {
        /// Where.
        vendor: Vendor,
        /// Empty fits all.
        #[serde(default)]
        method: String,
        /// Empty fits all.
        #[serde(default)]
        path_contains: String,
    },
    /// Forgets every failure that was scripted and has not struck yet.
    Mend {
        /// Where.
        vendor: Vendor,
    },
    /// Once the next fitting request has been carried out, and before it is answered, a colleague acts.
    After {
        /// Where.
        vendor: Vendor,
        /// Empty fits all.
        #[serde(default)]
        method: String,
        /// Empty fits all.
        #[serde(default)]
        path_contains: String,
        /// What the colleague does.
        then: Box<Act>,
    },
    /// What Datadog's search makes of `key:value` terms: their real behaviour is not documented and was seen to differ.
    DatadogSearch {
        /// `documented` at the start.
        does: Search,
    },
    /// The vendor gives so many entries of a timeline at once, whatever it is asked for.
    ShortPages {
        /// Datadog or Tines.
        vendor: Vendor,
        /// At least 1; 0 lifts the limit.
        most: usize,
    },
    /// The vendor's list leaves the descriptions of its cases out; a case by itself has it.
    BriefLists {
        /// Where.
        vendor: Vendor,
        /// False at the start.
        brief: bool,
    },
    /// Whether ServerOps' case endpoints exist; when not, they answer with an HTML 404.
    ServerOpsLive {
        /// True at the start.
        live: bool,
    },
}

/// A colleague who waits for a request.
struct Follower {
    vendor: Vendor,
    method: String,
    path_contains: String,
    then: Act,
}

pub(crate) struct World {
    pub(crate) secrets: Mutex<Secrets>,
    pub(crate) datadog: Datadog,
    pub(crate) tines: Tines,
    pub(crate) serverops: ServerOps,
    gates: [Gate; 3],
    mails: Mutex<VecDeque<Mail>>,
    followers: Mutex<Vec<Follower>>,
    /// Bits of an `f64`.
    pace: AtomicU64,
    pub(crate) pace_changed: Notify,
    pub(crate) seed: u64,
}

impl World {
    /// `ports` in the order of [`Vendor::ALL`].
    pub(crate) fn new(options: &Options, ports: [u16; 3]) -> Result<Self, String> {
        let start_ms = now_ms();
        let share = |percent: u32| u32::try_from(u64::from(options.cases) * u64::from(percent) / 100).unwrap_or(options.cases);
        let (datadog, serverops) = (share(45), share(15));
        let tines = options.cases - datadog - serverops;
        Ok(Self {
            secrets: Secrets::new(options.seed).into(),
            datadog: Datadog::new(options.seed, datadog, start_ms)?,
            tines: Tines::new(options.seed, tines, start_ms, ports[1])?,
            serverops: ServerOps::new(options.seed, serverops, start_ms, ports[2])?,
            gates: Vendor::ALL.map(|vendor| Gate::new(vendor, options.seed, options.faults, options.latency_ms, options.quota)),
            mails: Mutex::default(),
            followers: Mutex::default(),
            pace: AtomicU64::new(options.pace.to_bits()),
            pace_changed: Notify::new(),
            seed: options.seed,
        })
    }

    pub(crate) fn gate(&self, vendor: Vendor) -> &Gate {
        &self.gates[vendor as usize]
    }

    /// 0 when the world stands still.
    pub(crate) fn pace(&self) -> f64 {
        let pace = f64::from_bits(self.pace.load(Ordering::Relaxed));
        if pace.is_finite() && pace > 0.0 { pace } else { 0.0 }
    }

    pub(crate) fn set_pace(&self, pace: f64) {
        self.pace.store(pace.to_bits(), Ordering::Relaxed);
        self.pace_changed.notify_one();
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        for gate in &self.gates {
            gate.set_faults(faults);
        }
    }

    pub(crate) fn ids(&self, vendor: Vendor) -> Vec<String> {
        match vendor {
            Vendor::Datadog => self.datadog.ids(),
            Vendor::Tines => self.tines.ids(),
            Vendor::ServerOps => self.serverops.ids(),
        }
    }

    pub(crate) fn mail(&self, to: &str, subject: String) {
        let mut mails = hold(&self.mails);
        if mails.len() >= MAX_MAILS {
            mails.pop_front();
        }
        mails.push_back(Mail { to: to.to_owned(), subject });
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        hold(&self.mails).iter().cloned().collect()
    }

    /// In rough weather, and unless the world stands still, a case arrives just before a list is read.
    pub(crate) fn shift(&self, vendor: Vendor) {
        if self.pace() > 0.0 && self.gate(vendor).shifts() {
            self.arrive(vendor);
        }
    }

    pub(crate) fn arrive(&self, vendor: Vendor) -> bool {
        match vendor {
            Vendor::Datadog => self.datadog.arrive(now_ms()),
            Vendor::Tines => self.tines.arrive(now_ms()),
            Vendor::ServerOps => self.serverops.arrive(now_ms()),
        }
    }

    pub(crate) fn edit(&self, vendor: Vendor, id: &str, field: &str, value: &str, who: usize) -> Result<(), String> {
        match vendor {
            Vendor::Datadog => datadog::edit(&self.datadog, id, field, value, who),
            Vendor::Tines => super::tines::edit(self, id, field, value, who),
            Vendor::ServerOps => self.serverops.edit(id, field, value),
        }
    }

    pub(crate) fn comment(&self, vendor: Vendor, id: &str, text: &str, who: usize) -> Result<(), String> {
        match vendor {
            Vendor::Datadog => self.datadog.comment(id, text, who, now_ms()).map(drop).map_err(|r| r.words()),
            Vendor::Tines => self.tines.comment(id, text, who, now_ms()).map(drop).map_err(|r| r.words()),
            Vendor::ServerOps => Err("ServerOps cases have no comments".to_owned()),
        }
    }

    pub(crate) fn remove(&self, vendor: Vendor, id: &str, who: usize) -> Result<(), String> {
        match vendor {
            Vendor::Datadog => datadog::edit(&self.datadog, id, "archive", "", who),
            Vendor::Tines => self.tines.remove(id),
            Vendor::ServerOps => self.serverops.remove(id),
        }
    }

    /// A request was carried out: who waited for it acts.
    pub(crate) fn carried_out(&self, vendor: Vendor, method: &str, path: &str) {
        let follower = {
            let mut followers = hold(&self.followers);
            let fits = |f: &Follower| {
                f.vendor == vendor && (f.method.is_empty() || f.method.eq_ignore_ascii_case(method)) && path.contains(&f.path_contains)
            };
            followers.iter().position(fits).map(|at| followers.remove(at))
        };
        if let Some(follower) = follower {
            // A follower that cannot act is seen by whoever set it: nothing has changed.
            let _ = self.act(follower.then);
        }
    }

    /// Carries out one act. Colleagues take turns, and are never the analyst.
    pub(crate) fn act(&self, act: Act) -> Result<(), String> {
        let who = 1 + Dice::new(mix(self.seed, now_ms().cast_unsigned())).index(COLLEAGUES - 1);
        debug_assert!(who < PEOPLE.len());
        match act {
            Act::Edit { vendor, id, field, value } => self.edit(vendor, &id, &field, &value, who),
            Act::Comment { vendor, id, text } => self.comment(vendor, &id, &text, who),
            Act::Arrive { vendor } => self.arrive(vendor).then_some(()).ok_or_else(|| "the world is full".to_owned()),
            Act::Remove { vendor, id } => self.remove(vendor, &id, who),
            Act::FailNext { vendor, method, path_contains, status, times } => {
                if !(400..600).contains(&status) || times == 0 {
                    return Err("FailNext needs a status from 400 to 599 and at least one time".to_owned());
                }
                self.gate(vendor).script(&method, &path_contains, Blow::Status(status), times);
                Ok(())
            }
            Act::PageNext { vendor, method, path_contains, status, times } => {
                if !(400..600).contains(&status) || times == 0 {
                    return Err("PageNext needs a status from 400 to 599 and at least one time".to_owned());
                }
                self.gate(vendor).script(&method, &path_contains, Blow::Page(status), times);
                Ok(())
            }
            Act::CutNext { vendor, method, path_contains, when } => {
                self.gate(vendor).script(&method, &path_contains, Blow::Cut(when), 1);
                Ok(())
            }
            Act::HangNext { vendor, method, path_contains } => {
                self.gate(vendor).script(&method, &path_contains, Blow::Hang, 1);
                Ok(())
            }
            Act::Mend { vendor } => {
                self.gate(vendor).mend();
                Ok(())
            }
            Act::After { vendor, method, path_contains, then } => {
                hold(&self.followers).push(Follower { vendor, method, path_contains, then: *then });
                Ok(())
            }
            Act::DatadogSearch { does } => {
                self.datadog.set_search(does);
                Ok(())
            }
            Act::ShortPages { vendor, most } => {
                self.gate(vendor).set_most(most);
                Ok(())
            }
            Act::BriefLists { vendor, brief } => {
                self.gate(vendor).set_brief(brief);
                Ok(())
            }
            Act::ServerOpsLive { live } => {
                self.serverops.set_live(live);
                Ok(())
            }
        }
    }
}
