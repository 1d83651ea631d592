//! Everything a provider needs to know about its source.

use crate::domain::case::{SourceId, Vendor};
use crate::domain::secret::Secret;

/// Total time for one request unless the source says otherwise.
pub const DEFAULT_TIMEOUT_MS: u64 = 30_000;

/// Everything a provider needs to know about its source. Secrets are in memory only.
#[derive(Clone, Debug)]
pub struct Settings {
    pub vendor: Vendor,
    pub source: SourceId,
    /// `https://api.datadoghq.eu`, `https://tenant.tines.com`, `https://api.serverops.gg/v1`; a trailing slash is dropped.
    /// Plain http is accepted for loopback only.
    pub base_url: String,
    /// Where people look at a case; `None`: Datadog's by its site when `base_url` is one of the sites, else no links.
    pub web_url: Option<String>,
    pub auth: Auth,
    /// Tines only; the others have one version.
    pub api: Api,
    /// Datadog's own search text, sent as it is.
    pub filter: Option<String>,
    /// Tines: only this team's cases.
    pub team_id: Option<String>,
    /// The analyst's mail: Tines has no who-am-I.
    pub me: Option<String>,
    /// Limit for one whole request, connecting included.
    pub timeout_ms: u64,
}

/// How a source proves who it is.
#[derive(Clone, Debug)]
pub enum Auth {
    /// Datadog's pair.
    Keys { api: Secret, app: Secret },
    /// `Authorization: Bearer …`, every vendor.
    Bearer(Secret),
    /// Tines' older `X-User-Token`.
    UserToken(Secret),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Api {
    /// Tines only, as a reader for old tenants.
    V1,
    #[default]
    V2,
}
