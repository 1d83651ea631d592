//! By which way a vendor is reached, and which certificates are believed and shown.

use reqwest::{Certificate, ClientBuilder, Identity, Proxy};

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::{ExposeSecret, Secret};

/// What differs from the usual way.
#[derive(Clone, Debug, Default)]
pub struct Net {
    /// PEM: authorities that are believed besides the system's.
    pub ca_pem: Option<Vec<u8>>,
    /// PEM: our certificate with its chain and its key.
    pub client_pem: Option<Secret>,
    pub way: Way,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// As the environment says.
    #[default]
    Environment,
    /// No proxy, whatever the environment says.
    Direct,
    Proxy(String),
}

/// What the HTTP library reads for https, in its order.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

impl Net {
    /// The proxy that stands in between, for the words of a connection that failed; never its name and password.
    pub(super) fn proxy(&self) -> Option<String> {
        let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match &self.way {
            Way::Direct => None,
            Way::Proxy(address) => Some(format!("the proxy {address}")),
            Way::Environment => PROXY_VARIABLES.into_iter().find(is_set).map(|name| format!("the proxy that {name} names")),
        }
    }

    /// # Errors
    /// `Config`: a file holds no certificate or no key, or the proxy's address cannot be read.
    pub(super) fn apply(&self, mut builder: ClientBuilder) -> Result<ClientBuilder, Fault> {
        let wrong = |what: &str| Fault::new(FaultKind::Config, what);
        if let Some(pem) = &self.ca_pem {
            let found = Certificate::from_pem_bundle(pem).map_err(|_| wrong("ca_file holds something that is no PEM certificate"))?;
            if found.is_empty() {
                return Err(wrong("ca_file holds no PEM certificate"));
            }
            builder = builder.tls_certs_merge(found);
        }
        if let Some(pem) = &self.client_pem {
            let identity = Identity::from_pem(pem.expose_secret().as_bytes());
            builder = builder.identity(identity.map_err(|_| wrong("client_file needs a PEM certificate and its private key"))?);
        }
        Ok(match &self.way {
            Way::Environment => builder,
            Way::Direct => builder.no_proxy(),
            Way::Proxy(address) => builder.proxy(Proxy::all(address).map_err(|_| wrong("proxy is no address that can be used"))?),
        })
    }
}
