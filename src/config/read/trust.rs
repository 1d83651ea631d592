//! The keys of a `[[source]]` that every vendor takes.

use super::super::trust::{Proxy, Trust};
use super::address::{absolute, host_of, is_host};
use super::notes::Notes;
use super::section::Section;
use crate::domain::source_policy::Accent;

pub(super) const KEYS: [&str; 6] = ["read_only", "banner", "accent", "ca_file", "client_file", "proxy"];
const PROXY_SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
/// A word in the header, beside the state of every source.
const MAX_BANNER_CHARS: usize = 12;

pub(super) fn read(section: &Section<'_>, notes: &mut Notes<'_>) -> Trust {
    let [ca_file, client_file] = ["ca_file", "client_file"].map(|key| section.text(key, notes).map(|path| absolute(path, notes)));
    Trust {
        read_only: section.flag("read_only", notes),
        banner: banner(section, notes),
        accent: section.choice("accent", &Accent::ALL, notes),
        ca_file,
        client_file,
        proxy: proxy(section, notes),
    }
}

fn banner(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<String> {
    let banner = section.text("banner", notes)?;
    if banner.chars().count() > MAX_BANNER_CHARS || !banner.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
        let instead = format!("write one short word, at most {MAX_BANNER_CHARS} plain characters: banner = \"PROD\"");
        notes.say(section.at("banner"), "`banner` does not fit", instead);
        return None;
    }
    Some(banner.into())
}

/// Never repeats what was written: people put passwords there.
fn proxy(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Proxy> {
    let given = section.text("proxy", notes)?;
    if given == "none" {
        return Some(Proxy::Direct);
    }
    let rest = PROXY_SCHEMES.iter().find_map(|scheme| given.strip_prefix(scheme)?.strip_prefix("://"));
    let authority = rest.map(|rest| rest.trim_end_matches('/'));
    match authority {
        Some(authority) if authority.contains('@') => {
            notes.say(
                section.at("proxy"),
                "`proxy` holds a user name or a password",
                "write the address alone; a proxy that asks for a password is set with HTTPS_PROXY in the environment",
            );
            None
        }
        Some(authority) if is_host(host_of(authority)) => Some(Proxy::Through(given.trim_end_matches('/').into())),
        _ => {
            notes.say(
                section.at("proxy"),
                "`proxy` is not an address that can be used",
                "write proxy = \"http://host:port\" or \"socks5h://host:port\", or \"none\" to use none",
            );
            None
        }
    }
}
