//! Where requests may go: the base URL, checked once, and nothing outside it.

use std::fmt::Write;

use reqwest::Url;

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;

/// A base URL that a token may be sent to.
pub(crate) struct Address {
    base: Url,
    /// Without a trailing slash.
    text: String,
}

impl Address {
    /// # Errors
    /// `Config`, saying what to write instead.
    pub(crate) fn read(base_url: &str) -> Result<Self, Fault> {
        let refuse = |why: &str| Fault::new(FaultKind::Config, format!("base_url `{}` {why}", shown(base_url)));
        let base = Url::parse(base_url.trim()).map_err(|error| refuse(&format!("is not an address ({error}); write https://host")))?;
        match base.scheme() {
            "https" => {}
            "http" if is_loopback(&base) => {}
            "http" => return Err(refuse("would send the token unencrypted; write https:// (plain http is for this machine only)")),
            _ => return Err(refuse("must begin with https://")),
        }
        if base.host_str().is_none_or(str::is_empty) {
            return Err(refuse("names no host; write https://host"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(refuse("holds a user name or password; give the token as a secret instead"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(refuse("holds a query or a fragment; write only scheme, host and path"));
        }
        let text = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { base, text })
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.base.scheme() == "http"
    }

    /// The path of the base URL without a trailing slash: `/v1`, or nothing.
    pub(crate) fn base_path(&self) -> &str {
        self.base.path().trim_end_matches('/')
    }

    pub(crate) fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The whole address of `path`, which must stay as it is written: no `..`, no other host.
    pub(crate) fn join(&self, path: &str) -> Result<Url, Fault> {
        let refuse = || Fault::new(FaultKind::Rejected, format!("`{}` is not a path of this API: is the id right?", shown(path)));
        let whole = format!("{}{path}", self.text);
        let url = Url::parse(&whole).map_err(|_| refuse())?;
        if path.starts_with('/') && url.as_str() == whole && url.origin() == self.base.origin() { Ok(url) } else { Err(refuse()) }
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An address in a message: a password typed into it is not repeated.
fn shown(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, host)| host)
}

/// Percent-encodes one path segment, query name or query value: everything but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A vendor's link, when it is one that a browser may be given: http or https, nothing hidden in it.
pub(crate) fn web_link(raw: &str) -> Option<Clean> {
    let url = Url::parse(raw.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some()).then(|| Clean::line(url.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_loopback_get_the_token() {
        for good in [
            "https://api.datadoghq.eu",
            "https://api.serverops.gg/v1/",
            "http://127.0.0.1:8080",
            "http://127.8.8.8",
            "http://[::1]:1",
            "http://localhost:9",
        ] {
            assert!(Address::read(good).is_ok(), "{good}");
        }
        for bad in [
            "http://api.datadoghq.eu",
            "http://10.0.0.1",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://[::2]",
            "ftp://127.0.0.1",
            "https://user:geheim@host.example",
            "https://host.example/?a=1",
            "https://host.example/#x",
            "api.datadoghq.eu",
            "https://",
            "",
        ] {
            let fault = Address::read(bad).err().unwrap_or_else(|| panic!("{bad} was accepted"));
            assert_eq!(fault.kind, FaultKind::Config);
            assert!(!fault.message.as_str().contains("geheim"), "{fault}");
        }
    }

    #[test]
    fn a_path_stays_under_its_base() {
        let address = Address::read("https://api.serverops.gg/v1/").unwrap();
        assert_eq!(address.join("/cases?limit=100").unwrap().as_str(), "https://api.serverops.gg/v1/cases?limit=100");
        assert_eq!(address.host(), "api.serverops.gg");
        for bad in ["cases", ".evil.example/cases", "@evil.example/", "/cases/../../admin", "/cases/..", "/cases/%2e%2e/x", "/a b", ""] {
            assert!(address.join(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_byte_can_be_sent_as_a_segment_or_value() {
        assert_eq!(encode("status:open (team:a b) & \"ü\"/?#"), "status%3Aopen%20%28team%3Aa%20b%29%20%26%20%22%C3%BC%22%2F%3F%23");
        let address = Address::read("https://h.example").unwrap();
        let all: String = (1..=255_u8).map(char::from).collect();
        let url = address.join(&format!("/cases?filter={}", encode(&all))).unwrap();
        assert_eq!(url.query_pairs().next().unwrap().1, all);
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(web_link("https://jira.example/browse/A-1").unwrap().as_str(), "https://jira.example/browse/A-1");
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "/relative", "", "https://"] {
            assert!(web_link(bad).is_none(), "{bad}");
        }
    }
}
