//! From configuration to providers: reads secrets, fills in addresses, and keeps what is wrong with a source beside it.

use std::thread;

use compact_str::CompactString;
use sha2::{Digest, Sha256};

use crate::config::{ApiVersion, Asks, Config, DEFAULT_TIMEOUT_S, Problem, Proxy, SERVEROPS_BASE_URL, Source, read_private, read_public};
use crate::domain::case::{SourceId, Vendor};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;
use crate::domain::source_policy::{SourcePolicy, Writes};
use crate::domain::text::Clean;
use crate::providers::{Api, Auth, Net, Provider, Settings, Way, datadog_hosts};
use crate::sync::key_ring::{Keys, auth};

/// One source of a run.
pub struct SourceSetup {
    /// As configured; unique. Disk knows the source by it.
    pub name: String,
    pub vendor: Vendor,
    /// As the list writes it.
    pub code: CompactString,
    /// Reads what is on disk even where `refused` is set; None only where the address itself cannot work.
    pub provider: Option<Provider>,
    /// Why no request may leave: a secret is missing, the address is wrong.
    pub refused: Option<Fault>,
    pub policy: SourcePolicy,
    /// The configuration does not decide whether it may be changed: the person does, from inside.
    pub asks_person: bool,
    /// Where its secrets are fetched anew; None: they stay as they are.
    pub keys: Option<Keys>,
    /// A hash of the settings that decide which cases it has.
    pub question: i64,
}

impl SourceSetup {
    /// A source with its provider at hand, or with the reason why there is none.
    pub fn new(name: impl Into<String>, vendor: Vendor, provider: Result<Provider, Fault>) -> Self {
        let (provider, refused) = match provider {
            Ok(provider) => (Some(provider), None),
            Err(fault) => (None, Some(fault)),
        };
        Self {
            name: name.into(),
            vendor,
            code: vendor.code().into(),
            provider,
            refused,
            policy: SourcePolicy::default(),
            asks_person: false,
            keys: None,
            question: 0,
        }
    }
}

/// The secrets of the configured sources, in their order; or why one cannot be had.
#[derive(Clone, Debug)]
pub struct Secrets(Vec<Result<Auth, Fault>>);

/// The configured sources with their secrets. A source that cannot work is in the list too, with its fault.
///
/// Runs the commands that fetch secrets: call it where waiting is allowed, and where they may ask for a passphrase.
pub fn sources(config: &Config) -> Vec<SourceSetup> {
    sources_with(config, secrets(config, Asks::whoever_is_here()))
}

/// Fetches the secrets. Commands that may ask a person run one after the other; else those of all sources run at once.
pub fn secrets(config: &Config, asks: Asks) -> Secrets {
    let variables = &config.secret_variables();
    if let Asks::Person(_) = asks {
        return Secrets(config.sources.iter().map(|source| auth(source, variables, asks)).collect());
    }
    let broken = || Err(Fault::new(FaultKind::Config, "what fetches its secrets stopped unexpectedly"));
    Secrets(thread::scope(|scope| {
        let asked: Vec<_> = config.sources.iter().map(|source| scope.spawn(move || auth(source, variables, asks))).collect();
        asked.into_iter().map(|asked| asked.join().unwrap_or_else(|_| broken())).collect()
    }))
}

/// As [`sources`], with secrets that were fetched before.
pub fn sources_with(config: &Config, secrets: Secrets) -> Vec<SourceSetup> {
    let variables = config.secret_variables();
    each(config, secrets.0, |source| Some(Keys::new(source, &variables)))
}

/// The configured sources for reading the disk only: no secret is fetched, and no request may leave.
pub fn sources_for_disk(config: &Config) -> Vec<SourceSetup> {
    let none = || Err(Fault::new(FaultKind::Offline, "no secret was read: this run reads the disk only"));
    each(config, config.sources.iter().map(|_| none()).collect(), |_| None)
}

fn each(config: &Config, auths: Vec<Result<Auth, Fault>>, keys: impl Fn(&Source) -> Option<Keys>) -> Vec<SourceSetup> {
    let numbered = (0..=u8::MAX).map(SourceId).zip(config.sources.iter().zip(auths));
    numbered
        .map(|(id, (source, auth))| {
            let (auth, refused) = match auth {
                Ok(auth) => (auth, None),
                Err(fault) => (no_auth(source), Some(fault)),
            };
            let provider = address(source).and_then(|(base_url, web_url)| Provider::new(settings(source, id, base_url, web_url, auth)));
            let keys = keys(source);
            // A source whose secret is yet to come needs its way as well; one that stays on the disk does not.
            let (provider, way) = match (provider, &keys) {
                (Ok(provider), Some(_)) => match (net(source), &refused) {
                    (Ok(net), _) => (Ok(provider.through(net)), Ok(())),
                    (Err(fault), None) => (Err(fault.clone()), Err(fault)),
                    (Err(fault), Some(_)) => (Ok(provider), Err(fault)),
                },
                (provider, _) => (provider, Ok(())),
            };
            let mut setup = SourceSetup::new(source.name.clone(), source.vendor, provider);
            setup.keys = keys.filter(|_| way.is_ok() && setup.provider.is_some());
            setup.refused = setup.refused.or(refused);
            setup.policy = policy(source);
            setup.question = question(source);
            setup.code.clone_from(&source.code);
            setup
        })
        .collect()
}

/// The certificates of a source, read now; its way.
fn net(source: &Source) -> Result<Net, Fault> {
    let unread = |problem: Problem| Fault::new(FaultKind::Config, format!("{}; {}", problem.what, problem.instead));
    let way = match &source.trust.proxy {
        None => Way::Environment,
        Some(Proxy::Direct) => Way::Direct,
        Some(Proxy::Through(address)) => Way::Proxy(address.clone()),
    };
    Ok(Net {
        ca_pem: source.trust.ca_file.as_deref().map(read_public).transpose().map_err(unread)?,
        client_pem: source.trust.client_file.as_deref().map(read_private).transpose().map_err(unread)?,
        way,
    })
}

fn policy(source: &Source) -> SourcePolicy {
    let writes = match source.trust.read_only {
        None => Writes::Undecided,
        Some(true) => Writes::Refused,
        Some(false) => Writes::Allowed,
    };
    SourcePolicy { banner: source.trust.banner.as_deref().map(Clean::line), accent: source.trust.accent, writes }
}

fn settings(source: &Source, id: SourceId, base_url: String, web_url: Option<String>, auth: Auth) -> Settings {
    Settings {
        vendor: source.vendor,
        source: id,
        base_url,
        web_url,
        auth,
        api: match source.api_version {
            Some(ApiVersion::V1) => Api::V1,
            Some(ApiVersion::V2) | None => Api::V2,
        },
        filter: source.filter.clone(),
        team_id: source.team_id.clone(),
        me: source.me.clone(),
        timeout_ms: source.timeout_s.unwrap_or(DEFAULT_TIMEOUT_S).saturating_mul(1_000),
    }
}

/// Changes with whatever may show other cases: the address, the keys, and what is asked for.
fn question(source: &Source) -> i64 {
    let Source {
        name: _,
        code: _,
        vendor,
        site,
        base_url,
        api_version,
        api_key,
        app_key,
        token,
        user_token,
        filter,
        team_id,
        me,
        timeout_s: _,
        trust: _,
    } = source;
    // References to secrets, never the secrets themselves.
    let keys = (api_key, app_key, token, user_token);
    let digest = Sha256::digest(format!("{:?}", (vendor, site, base_url, api_version, keys, filter, team_id, me)));
    digest.first_chunk().map_or(0, |bytes| i64::from_le_bytes(*bytes))
}

/// Where the API answers, and where people look at a case.
fn address(source: &Source) -> Result<(String, Option<String>), Fault> {
    let by_site = match (source.vendor, source.site.as_deref()) {
        (Vendor::Datadog, Some(site)) => datadog_hosts(site),
        (Vendor::Tines, Some(site)) => Some((format!("https://{site}"), format!("https://{site}"))),
        (Vendor::ServerOps, _) => Some((SERVEROPS_BASE_URL.to_owned(), String::new())),
        (_, None) => None,
    };
    let web_url = by_site.as_ref().map(|(_, web)| web.clone()).filter(|web| !web.is_empty());
    match (&source.base_url, by_site) {
        (Some(base_url), _) => Ok((base_url.clone(), web_url)),
        (None, Some((base_url, _))) => Ok((base_url, web_url)),
        (None, None) => Err(Fault::new(FaultKind::Config, format!("source {} names neither a site nor a base_url", source.name))),
    }
}

/// Stands where a secret could not be had: such a provider only reads bodies from disk.
fn no_auth(source: &Source) -> Auth {
    let none = || Secret::from(String::new());
    match source.vendor {
        Vendor::Datadog => Auth::Keys { api: none(), app: none() },
        Vendor::Tines | Vendor::ServerOps => Auth::Bearer(none()),
    }
}
