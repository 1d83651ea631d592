//! Where something is: a file beside the configuration, a host.

use std::path::PathBuf;

use etcetera::home_dir;

use super::notes::Notes;

/// `~/` is the home directory; anything else is relative to the configuration.
pub(super) fn absolute(path: &str, notes: &Notes<'_>) -> PathBuf {
    match (path.strip_prefix("~/"), home_dir()) {
        (Some(rest), Ok(home)) => home.join(rest),
        _ => notes.origin.parent().map_or_else(|| PathBuf::from(path), |parent| parent.join(path)),
    }
}

/// Without the port.
pub(super) fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

pub(super) fn is_host(host: &str) -> bool {
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    v6.map_or_else(
        || !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_')),
        |v6| v6.parse::<std::net::Ipv6Addr>().is_ok(),
    )
}
