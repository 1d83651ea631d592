//! The embedded vendors: Datadog, Tines and ServerOps.gg on loopback, written from their documents as a second, independent
//! reading. Nothing else of this crate is named here, so that these servers can prove the readers of `providers` wrong.
//!
//! The world behind them is a function of a seed: a case is made from its number whenever it is asked for, and only what was
//! changed since the start is remembered. It lives at a pace that can be set or stopped, and fails on request.

mod act;
mod control;
mod datadog;
mod dice;
mod facts;
mod faults;
mod file;
mod gate;
mod hostile;
mod life;
mod lock;
mod mails;
mod options;
mod pace;
mod passage;
mod people;
mod quota;
mod reply;
mod scenes;
mod serve;
mod serverops;
mod service;
mod socket;
mod tenant;
mod time;
mod tines;
mod tokens;
mod truth;
mod vendor;
mod weather;
mod world;

use std::io;
use std::sync::Arc;

pub use self::act::Act;
pub use self::datadog::filter::Search;
pub use self::faults::Faults;
pub use self::gate::Received;
pub use self::mails::Mail;
pub use self::options::{MAX_CASES, Options};
use self::people::{ME, PEOPLE};
pub use self::truth::Truth;
pub use self::vendor::Vendor;
pub use self::weather::Cut;
use self::world::World;

/// Threads that serve; generating text is the work, sockets are not.
const WORKERS: usize = 2;

/// Where a vendor listens and how to come in.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Whose.
    pub vendor: Vendor,
    /// Scheme, host, port; for ServerOps with its `/v1`.
    pub base_url: String,
    /// Environment names and values. Datadog: `DEMO_DD_API_KEY`, `DEMO_DD_APP_KEY`, `DEMO_DD_TOKEN` (bearer),
    /// `DEMO_DD_READ_TOKEN`; Tines: `DEMO_TINES_TOKEN`, `DEMO_TINES_READ_TOKEN`; ServerOps: `DEMO_SO_TOKEN`,
    /// `DEMO_SO_READ_TOKEN`. The last of each may only read.
    pub secrets: Vec<(&'static str, String)>,
    /// E-mail address of the analyst, the owner of all tokens.
    pub me: String,
}

/// The running vendors; dropping it stops them.
pub struct Demo {
    world: Arc<World>,
    ports: [u16; 3],
    control_port: u16,
    runtime: Option<tokio::runtime::Runtime>,
}

/// Binds four loopback ports and serves from threads of its own. Returns when connections are accepted.
pub fn start(options: &Options) -> io::Result<Demo> {
    if options.cases > MAX_CASES {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{} cases are too many; the most is {MAX_CASES}", options.cases)));
    }
    let vendors = [serve::bind()?, serve::bind()?, serve::bind()?];
    let control = serve::bind()?;
    let ports = [vendors[0].port, vendors[1].port, vendors[2].port];
    let control_port = control.port;
    let world = Arc::new(World::new(options, ports).map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).thread_name("demo").enable_all().build()?;
    let inside = runtime.handle().clone();
    // Made before anything can fail, because a runtime must not be dropped by hand inside of another one.
    let demo = Demo { world: Arc::clone(&world), ports, control_port, runtime: Some(runtime) };
    let _inside = inside.enter();
    serve::spawn(&world, vendors, control)?;
    Ok(demo)
}

impl Demo {
    /// The three vendors, in the order of [`Vendor::ALL`].
    pub fn endpoints(&self) -> [Endpoint; 3] {
        Vendor::ALL.map(|vendor| {
            let base = format!("http://127.0.0.1:{}", self.ports[vendor as usize]);
            Endpoint {
                vendor,
                base_url: if vendor == Vendor::ServerOps { format!("{base}/v1") } else { base },
                secrets: self.world.service(vendor).tokens(),
                me: PEOPLE[ME].email.to_owned(),
            }
        })
    }

    /// Where the control plane listens.
    pub fn control_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.control_port)
    }

    /// What the vendor received, in order: the last 10 000 writes and the last 5 000 reads.
    pub fn received(&self, vendor: Vendor) -> Vec<Received> {
        self.world.gate(vendor).received()
    }

    /// Every case that the vendor would list now, newest first. Datadog's archived cases are not listed.
    pub fn ids(&self, vendor: Vendor) -> Vec<String> {
        self.world.ids(vendor)
    }

    /// Mails that the vendors would have sent, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.world.mails()
    }

    /// Changes the mood from the next request on.
    pub fn set_faults(&self, faults: Faults) {
        self.world.set_faults(faults);
    }

    /// Gives the vendor's owner other tokens; those before are refused from the next request on. [`Self::endpoints`] has them.
    pub fn rotate(&self, vendor: Vendor) {
        self.world.service(vendor).rotate();
    }

    /// Changes the pace; 0 stops the world.
    pub fn set_pace(&self, pace: f64) {
        self.world.pace.set(pace);
    }

    /// Every case of a vendor as the vendor has it now, in the order of their numbers, also those that left the list since
    /// the start.
    pub fn truth(&self, vendor: Vendor) -> Vec<Truth> {
        self.world.truth(vendor)
    }

    /// Makes something happen. The error says what to write instead.
    pub fn act(&self, act: Act) -> Result<(), String> {
        self.world.act(act)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Also from inside of another runtime, where waiting for the tasks would panic.
            runtime.shutdown_background();
        }
    }
}
