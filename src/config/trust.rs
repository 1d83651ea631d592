//! What a source may do, what it is marked with, and by which way it is reached.

use std::path::PathBuf;

use crate::domain::source_policy::Accent;

/// The part of a `[[source]]` that every vendor takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// None: read-only until the person allows changes from inside.
    pub read_only: Option<bool>,
    /// Stands beside the source wherever something is sent: `PROD`.
    pub banner: Option<String>,
    /// The colour of the banner.
    pub accent: Option<Accent>,
    /// PEM: certificate authorities that are believed besides the system's.
    pub ca_file: Option<PathBuf>,
    /// PEM: a client certificate with its chain and its key. The key is a secret: mode 0600.
    pub client_file: Option<PathBuf>,
    /// None: as the environment says (`HTTPS_PROXY`, `NO_PROXY`).
    pub proxy: Option<Proxy>,
}

/// The way to the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// Whatever the environment says.
    Direct,
    /// `http://host:port` or `socks5h://host:port`, without a password.
    Through(String),
}
