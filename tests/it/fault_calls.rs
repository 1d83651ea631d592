//! Every call that a provider can make, for all vendors: the columns of the fault matrix.

use caseload::domain::case::{SourceId, Vendor};
use caseload::domain::edit::{Call, Method};
use caseload::domain::fault::Fault;
use caseload::domain::page::{Cursor, Scan};
use caseload::domain::secret::Secret;
use caseload::providers::{Api, Auth, Provider, Settings};
use jiff::Timestamp;
use serde_json::json;

/// In every secret of the matrix; nothing that a person sees may hold it.
pub(crate) const CANARY: &str = "canary-geheim";

/// A vendor as it is spoken to: version and kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum House {
    DatadogKeys,
    DatadogToken,
    TinesV2,
    TinesV1,
    ServerOps,
}

impl House {
    pub(crate) const ALL: [Self; 5] = [Self::DatadogKeys, Self::DatadogToken, Self::TinesV2, Self::TinesV1, Self::ServerOps];

    pub(crate) fn vendor(self) -> Vendor {
        match self {
            Self::DatadogKeys | Self::DatadogToken => Vendor::Datadog,
            Self::TinesV2 | Self::TinesV1 => Vendor::Tines,
            Self::ServerOps => Vendor::ServerOps,
        }
    }

    pub(crate) fn provider(self, base_url: &str, timeout_ms: u64) -> Provider {
        let secret = |name: &str| Secret::from(format!("{name}-{CANARY}"));
        let auth = match self {
            Self::DatadogKeys => Auth::Keys { api: secret("api"), app: secret("app") },
            Self::TinesV1 => Auth::UserToken(secret("user")),
            Self::DatadogToken | Self::TinesV2 | Self::ServerOps => Auth::Bearer(secret("so_live")),
        };
        let settings = Settings {
            vendor: self.vendor(),
            source: SourceId(0),
            base_url: base_url.to_owned(),
            web_url: None,
            auth,
            api: if self == Self::TinesV1 { Api::V1 } else { Api::V2 },
            filter: None,
            team_id: None,
            me: Some("me@example.com".into()),
            timeout_ms,
        };
        Provider::new(settings).unwrap()
    }

    pub(crate) fn asks(self) -> &'static [Ask] {
        use Ask::{Activities, Case, Changes, Comment, Directory, FindComment, List, Patch, People, Put, Records, Status, Unset};
        match self {
            Self::DatadogKeys => &[List, Changes, Case, Activities, Records, Directory, People, FindComment, Comment, Status, Unset],
            // The same calls under another header.
            Self::DatadogToken => &[List, Comment],
            Self::TinesV2 => &[List, Changes, Case, Activities, Records, Directory, FindComment, Put, Comment],
            Self::TinesV1 => &[List, Case, Activities, Records, Directory],
            Self::ServerOps => &[List, Case, Activities, Records, Directory, FindComment, Patch],
        }
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    List,
    Changes,
    Case,
    Activities,
    Records,
    Directory,
    People,
    FindComment,
    Comment,
    Status,
    Unset,
    Put,
    Patch,
}

impl Ask {
    pub(crate) fn is_write(self) -> bool {
        matches!(self, Self::Comment | Self::Status | Self::Unset | Self::Put | Self::Patch)
    }

    /// Asks for a list or for names: what a 404 is about cannot be one case.
    pub(crate) fn is_general(self) -> bool {
        matches!(self, Self::List | Self::Changes | Self::Directory | Self::People)
    }

    /// How many different requests it makes while each of them fails.
    pub(crate) fn requests(self, house: House) -> usize {
        match (house, self) {
            (House::DatadogKeys, Self::Records)
            | (House::ServerOps, Self::Activities | Self::Records | Self::Directory | Self::FindComment) => 0,
            (House::DatadogKeys, Self::Directory) => 5,
            _ => 1,
        }
    }

    pub(crate) async fn put_to(self, provider: &Provider) -> Result<(), Fault> {
        match self {
            Self::List => provider.page(Scan::All, &Cursor::Start).await.map(drop),
            Self::Changes => provider.page(Scan::Recent, &Cursor::Start).await.map(drop),
            Self::Case => provider.case("7").await.map(drop),
            Self::Activities => provider.activities("7", None).await.map(drop),
            Self::Records => provider.records("7", None).await.map(drop),
            Self::Directory => provider.directory().await.map(drop),
            Self::People => provider.people("ada").await.map(drop),
            Self::FindComment => provider.find_comment("7", "hello", Timestamp::now(), None).await.map(drop),
            write => provider.send(&write.call(provider.vendor())).await.map(drop),
        }
    }

    fn call(self, vendor: Vendor) -> Call {
        let (method, path, body) = match (self, vendor) {
            (Self::Comment, Vendor::Datadog) => {
                (Method::Post, "/api/v2/cases/7/comment", Some(json!({"data": {"type": "case", "attributes": {"comment": "hello"}}})))
            }
            (Self::Status, _) => {
                (Method::Post, "/api/v2/cases/7/status", Some(json!({"data": {"type": "case", "attributes": {"status": "CLOSED"}}})))
            }
            (Self::Unset, _) => (Method::Delete, "/api/v2/cases/7/custom_attributes/host", None),
            (Self::Put, _) => (Method::Put, "/api/v2/cases/7", Some(json!({"name": "t"}))),
            (Self::Patch, _) => (Method::Patch, "/cases/7", Some(json!({"title": "t"}))),
            _ => (Method::Post, "/api/v2/cases/7/comments", Some(json!({"value": "hello"}))),
        };
        Call { method, path: path.into(), body, makes: vec![0], lasting: None, stays: Vec::new() }
    }
}
