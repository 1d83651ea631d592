//! Whose API.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Whose API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    /// Case Management, API v2.
    Datadog,
    /// Cases, API v2 and the v1 of old tenants.
    Tines,
    /// ServerOps.gg moderation cases.
    ServerOps,
}

impl Vendor {
    /// In the order of [`super::Demo::endpoints`].
    pub const ALL: [Self; 3] = [Self::Datadog, Self::Tines, Self::ServerOps];

    /// As in configuration files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Datadog => "datadog",
            Self::Tines => "tines",
            Self::ServerOps => "serverops",
        }
    }
}

impl FromStr for Vendor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|v| v.name() == text)
            .ok_or_else(|| format!("`{text}` is no vendor here; write datadog, tines or serverops"))
    }
}
