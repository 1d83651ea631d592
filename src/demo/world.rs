//! The three vendors together: what moves, and the hand that tests steer it with.

use std::sync::{Arc, Mutex};

use super::act::Act;
use super::datadog::Datadog;
use super::dice::{Dice, mix};
use super::faults::Faults;
use super::gate::Gate;
use super::lock::hold;
use super::mails::{Mail, Mails};
use super::options::Options;
use super::pace::Pace;
use super::people::{COLLEAGUES, PEOPLE};
use super::serverops::ServerOps;
use super::service::Service;
use super::time::now_ms;
use super::tines::Tines;
use super::tokens::Tokens;
use super::truth::Truth;
use super::vendor::Vendor;
use super::weather::Blow;

/// A colleague who waits for a request.
struct Follower {
    vendor: Vendor,
    method: String,
    path_contains: String,
    then: Act,
}

pub(crate) struct World {
    /// In the order of [`Vendor::ALL`], as the gates.
    services: [Arc<dyn Service>; 3],
    gates: [Arc<Gate>; 3],
    /// The same as among the services, for what only they can be asked.
    datadog: Arc<Datadog>,
    serverops: Arc<ServerOps>,
    mails: Arc<Mails>,
    followers: Mutex<Vec<Follower>>,
    pub(crate) pace: Arc<Pace>,
    pub(crate) seed: u64,
}

impl World {
    /// `ports` in the order of [`Vendor::ALL`].
    pub(crate) fn new(options: &Options, ports: [u16; 3]) -> Result<Self, String> {
        let start_ms = now_ms();
        let share = |percent: u32| u32::try_from(u64::from(options.cases) * u64::from(percent) / 100).unwrap_or(options.cases);
        let (datadog, serverops) = (share(45), share(15));
        let tines = options.cases - datadog - serverops;
        let (mails, pace, tokens) = (Arc::<Mails>::default(), Arc::new(Pace::new(options.pace)), Tokens::new(options.seed));
        let datadog = Arc::new(Datadog::new(options.seed, datadog, start_ms, tokens.datadog)?);
        let tines = Arc::new(Tines::new(options.seed, tines, start_ms, ports[1], tokens.tines, Arc::clone(&mails))?);
        let serverops = Arc::new(ServerOps::new(options.seed, serverops, start_ms, ports[2], tokens.serverops)?);
        Ok(Self {
            services: [datadog.clone(), tines, serverops.clone()],
            gates: Vendor::ALL.map(|vendor| Arc::new(Gate::new(vendor, options, Arc::clone(&pace)))),
            datadog,
            serverops,
            mails,
            followers: Mutex::default(),
            pace,
            seed: options.seed,
        })
    }

    pub(crate) fn service(&self, vendor: Vendor) -> &Arc<dyn Service> {
        &self.services[vendor as usize]
    }

    pub(crate) fn gate(&self, vendor: Vendor) -> &Arc<Gate> {
        &self.gates[vendor as usize]
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        for gate in &self.gates {
            gate.set_faults(faults);
        }
    }

    /// Every case that the vendor would list now, newest first.
    pub(crate) fn ids(&self, vendor: Vendor) -> Vec<String> {
        self.service(vendor).newest(usize::MAX)
    }

    pub(crate) fn truth(&self, vendor: Vendor) -> Vec<Truth> {
        self.service(vendor).truth()
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.all()
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
            Act::Edit { vendor, id, field, value } => self.service(vendor).edit(&id, &field, &value, who),
            Act::Comment { vendor, id, text } => self.service(vendor).comment(&id, &text, who),
            Act::Arrive { vendor } => self.service(vendor).arrive(now_ms()).then_some(()).ok_or_else(|| "the world is full".to_owned()),
            Act::Remove { vendor, id } => self.service(vendor).remove(&id, who),
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
