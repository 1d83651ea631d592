//! By which way a vendor is reached, and which certificates are believed and shown.

use std::env;

use reqwest::{Certificate, ClientBuilder, Identity, NoProxy, Proxy, Url};

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

/// Where a proxy for https is named, the first that is not blank.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// Kinds of proxy. `socks5h` and `socks4a` look names up at the proxy, the others of their kind here.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

impl Net {
    /// The proxy that stands in between, for the words of a connection that failed; never its name and password.
    pub(super) fn proxy(&self) -> Option<String> {
        match &self.way {
            Way::Direct => None,
            Way::Proxy(address) => Some(format!("the proxy {address}")),
            Way::Environment => named().map(|(name, _)| format!("the proxy that {name} names")),
        }
    }

    /// `is_plain`: loopback without TLS, which no proxy may see.
    ///
    /// # Errors
    /// `Config`: a file holds no certificate or no key, or the proxy's address cannot be read: it is never passed by.
    pub(super) fn apply(&self, mut builder: ClientBuilder, is_plain: bool) -> Result<ClientBuilder, Fault> {
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
        match &self.way {
            // So that no certificates have to be installed for it.
            _ if is_plain => Ok(builder.no_proxy().tls_certs_only([])),
            Way::Environment => environment(builder),
            Way::Direct => Ok(builder.no_proxy()),
            Way::Proxy(address) => Ok(builder.proxy(through(address).ok_or_else(|| unusable("proxy"))?)),
        }
    }
}

fn wrong(what: impl AsRef<str>) -> Fault {
    Fault::new(FaultKind::Config, what)
}

/// Never repeats what was written: people put passwords there.
fn unusable(place: &str) -> Fault {
    wrong(format!("{place} is set to something that is no proxy; write http://host:port or socks5h://host:port, or take it away"))
}

/// The HTTP library would go round a proxy that it cannot read, so the variables are read here. Where none is set, it asks
/// the system.
fn environment(builder: ClientBuilder) -> Result<ClientBuilder, Fault> {
    let Some((name, address)) = named() else { return Ok(builder) };
    let proxy = address.as_deref().and_then(through).ok_or_else(|| unusable(name))?;
    Ok(builder.proxy(proxy.no_proxy(NoProxy::from_env())))
}

/// The variable that names a proxy, and its value; None as a value: bytes that are no text.
fn named() -> Option<(&'static str, Option<String>)> {
    PROXY_VARIABLES.into_iter().find_map(|name| match env::var_os(name)?.into_string() {
        Ok(address) if address.trim().is_empty() => None,
        address => Some((name, address.ok())),
    })
}

/// A proxy by its address. Blanks around it are nobody's intent; without a scheme it is http, as other tools take it.
fn through(address: &str) -> Option<Proxy> {
    let address = address.trim();
    let whole = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let url = Url::parse(&whole).ok()?;
    let is_usable = SCHEMES.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty());
    let is_clear = !whole.contains(|c: char| c.is_whitespace() || c.is_control());
    if is_usable && is_clear { Proxy::all(url).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_proxy_or_an_error_and_never_passed_by() {
        for good in [
            "http://proxy:3128",
            " http://proxy:3128 ",
            "proxy.example:3128",
            "10.0.0.1",
            "https://proxy",
            "http://u:p%20w@proxy:1/",
            "socks5h://proxy",
            "socks5://[::1]:9",
            "socks4a://proxy:1080",
        ] {
            assert!(through(good).is_some(), "{good}");
        }
        for bad in
            ["", "http://", "http:// proxy:3128", "http://pro xy:3128", "ftp://proxy", "socks6://proxy", "http://proxy:99999", "://x"]
        {
            assert!(through(bad).is_none(), "{bad}");
        }
    }
}
