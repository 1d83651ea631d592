//! One `[[source]]`: which keys its vendor takes, and what each of them may hold.

use toml::de::DeInteger;

use super::super::secret::SecretRef;
use super::super::settings::{ApiVersion, DATADOG_SITES, Source};
use super::address::{absolute, host_of, is_host};
use super::notes::Notes;
use super::section::{Section, list};
use super::trust;
use crate::domain::case::Vendor;
use crate::domain::nearest::nearest;

/// A name stands in the narrow column of a list and in front of every reference.
const MAX_NAME_CHARS: usize = 32;
const MAX_TIMEOUT_S: u64 = 600;
/// How vendors' tokens begin: written in place of a variable's name, they are the secret itself.
const TOKEN_STARTS: [&str; 5] = ["so_live_", "so_test_", "ddpat_", "ddsat_", "ddapp_"];

/// The keys that one vendor takes besides `name` and `vendor`.
fn keys_of(vendor: Vendor) -> &'static [&'static str] {
    match vendor {
        Vendor::Datadog => &["site", "base_url", "api_key", "app_key", "token", "filter", "timeout_s"],
        Vendor::Tines => &["site", "base_url", "token", "user_token", "api_version", "team_id", "me", "timeout_s"],
        Vendor::ServerOps => &["base_url", "token", "timeout_s"],
    }
}

/// None when it has no usable name or vendor: nothing more can then be said about it.
pub(super) fn read(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Source> {
    let name = name(section, notes);
    let vendor = vendor(section, notes);
    known(section, vendor, notes);
    let vendor = vendor?;
    let source = Source {
        name: String::new(),
        vendor,
        code: vendor.code().into(),
        site: site(section, vendor, notes),
        base_url: base_url(section, vendor, notes),
        api_version: section.choice("api_version", &[("v2", ApiVersion::V2), ("v1", ApiVersion::V1)], notes),
        api_key: secret(section, "api_key", vendor, notes),
        app_key: secret(section, "app_key", vendor, notes),
        token: secret(section, "token", vendor, notes),
        user_token: secret(section, "user_token", vendor, notes),
        filter: section.text("filter", notes).map(String::from),
        team_id: team_id(section, notes),
        me: me(section, notes),
        timeout_s: section.number("timeout_s", 1..=MAX_TIMEOUT_S, notes),
        trust: trust::read(section, notes),
    };
    secrets_complete(section, vendor, notes);
    address_complete(section, vendor, notes);
    Some(Source { name: name?, ..source })
}

fn name(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<String> {
    if !section.has("name") {
        notes.say(section.start(), "this source has no name", "write name = \"…\": it stands in the list and in references like NAME:KEY");
    }
    let name = section.text("name", notes)?;
    let fits = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !fits || name.chars().count() > MAX_NAME_CHARS {
        notes.say(
            section.at("name"),
            format!("the name `{name}` does not fit"),
            format!("use letters, digits, - _ and . only, at most {MAX_NAME_CHARS} of them"),
        );
        return None;
    }
    Some(name.into())
}

fn vendor(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<Vendor> {
    if !section.has("vendor") {
        notes.say(section.start(), "this source has no vendor", "write vendor = \"datadog\", \"tines\" or \"serverops\"");
    }
    let text = section.text("vendor", notes)?;
    let vendor = text.parse().ok();
    if vendor.is_none() {
        let near = nearest(text, Vendor::ALL.into_iter().map(Vendor::name)).map(|near| format!("; did you mean `{near}`?"));
        notes.say(
            section.at("vendor"),
            format!("unknown vendor `{text}`"),
            format!("write one of {}{}", list(Vendor::ALL.into_iter().map(Vendor::name)), near.unwrap_or_default()),
        );
    }
    vendor
}

/// A key of another vendor is told apart from one that nobody takes.
fn known(section: &Section<'_>, vendor: Option<Vendor>, notes: &mut Notes<'_>) {
    let mut all: Vec<&str> = vec!["name", "vendor"];
    all.extend(trust::KEYS);
    let common = all.len();
    all.extend(Vendor::ALL.into_iter().flat_map(keys_of));
    if let Some(vendor) = vendor {
        for key in section.keys().filter(|key| all[common..].contains(key) && !keys_of(vendor).contains(key)) {
            notes.say(section.at(key), format!("{} sources take no `{key}`", vendor.title()), foreign(vendor, key));
        }
        // Suggest only what this vendor takes; keys of the others were answered above.
        let own: Vec<&str> = all[..common].iter().chain(keys_of(vendor)).copied().collect();
        for key in section.keys().filter(|key| !all.contains(key)) {
            let instead = match nearest(key, own.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a {} source knows {}", vendor.title(), list(own.iter().copied())),
            };
            notes.say(section.at(key), format!("unknown key `{key}` in [[source]]"), instead);
        }
    } else {
        section.known(&all, notes);
    }
}

fn foreign(vendor: Vendor, key: &str) -> &'static str {
    match (vendor, key) {
        (Vendor::Datadog, "me") => "remove the line: Datadog itself says whose keys these are",
        (Vendor::Datadog, "team_id") => "narrow a Datadog source with `filter`, for example filter = \"project:SEC\"",
        (Vendor::Datadog, "user_token") => "write a Datadog access token as `token`",
        (Vendor::Tines, "filter") => "narrow a Tines source with `team_id`",
        (Vendor::Tines | Vendor::ServerOps, "api_key" | "app_key") => "write its one secret as `token`",
        (Vendor::ServerOps, "site") => "remove the line, or write the whole address as `base_url`",
        (Vendor::ServerOps, "user_token") => "write it as `token`",
        _ => "remove the line",
    }
}

fn site(section: &Section<'_>, vendor: Vendor, notes: &mut Notes<'_>) -> Option<String> {
    let site = section.text("site", notes)?;
    match vendor {
        Vendor::Datadog if !DATADOG_SITES.contains(&site) => {
            // People paste the address of their browser.
            let bare = site.trim_start_matches("https://").trim_start_matches("app.").trim_start_matches("api.").trim_end_matches('/');
            let near = nearest(bare, DATADOG_SITES).map(|near| format!("; did you mean `{near}`?"));
            notes.say(
                section.at("site"),
                format!("`{site}` is not a Datadog site"),
                format!("write one of {}{}", list(DATADOG_SITES.into_iter()), near.unwrap_or_default()),
            );
            None
        }
        Vendor::Tines if !is_host(site) => {
            notes.say(
                section.at("site"),
                format!("`{site}` is not a host name"),
                "write the tenant's host alone, as in the browser: your-tenant.tines.com",
            );
            None
        }
        _ => Some(site.into()),
    }
}

fn base_url(section: &Section<'_>, vendor: Vendor, notes: &mut Notes<'_>) -> Option<String> {
    let given = section.text("base_url", notes)?;
    let url = given.trim_end_matches('/');
    let at = section.at("base_url");
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        notes.say(at, "`base_url` holds a user name or a password", "write the address without it; secrets go by reference");
    } else if !matches!(scheme, "https" | "http") || !is_host(host_of(authority)) || url.contains(['?', '#']) {
        notes.say(
            at,
            format!("`{given}` is not an address that can be used"),
            "write it as https://host or https://host/path, without ? and #",
        );
    } else if scheme == "http" && !is_loopback(host_of(authority)) {
        notes.say(
            at,
            "plain http would send the secret unprotected",
            format!("write https://{rest} (plain http is for this machine only)"),
        );
    } else if vendor != Vendor::ServerOps && path.split('/').any(|part| part == "api") {
        let before: Vec<&str> = path.split('/').take_while(|part| *part != "api").collect();
        let short = format!("{scheme}://{authority}/{}", before.join("/"));
        let short = short.trim_end_matches('/');
        notes.say(at, "`base_url` goes up to the host; /api/… is added to it", format!("write base_url = \"{short}\""));
    } else {
        return Some(url.into());
    }
    None
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn address_complete(section: &Section<'_>, vendor: Vendor, notes: &mut Notes<'_>) {
    match (vendor, section.has("site"), section.has("base_url")) {
        (Vendor::Datadog, false, false) => {
            let sites = list(DATADOG_SITES.into_iter());
            notes.say(
                section.start(),
                "this Datadog source does not say which site it is on",
                format!("write site = \"…\", one of {sites}"),
            );
        }
        (Vendor::Tines, false, false) => {
            notes.say(section.start(), "this Tines source does not say which tenant it is", "write site = \"your-tenant.tines.com\"");
        }
        (Vendor::Tines, true, true) => {
            notes.say(section.at("site"), "this Tines source has both `site` and `base_url`", "keep one of them: they say the same thing");
        }
        _ => {}
    }
}

fn team_id(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<String> {
    let value = section.value("team_id")?.get_ref();
    let digits = value.as_str().or_else(|| value.as_integer().filter(|number| number.radix() == 10).map(DeInteger::as_str));
    match digits.map(str::trim) {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.into()),
        _ => {
            notes.say(
                section.at("team_id"),
                "`team_id` is the team's number",
                "write it as team_id = 123: it stands in the address of the team's page",
            );
            None
        }
    }
}

fn me(section: &Section<'_>, notes: &mut Notes<'_>) -> Option<String> {
    let mail = section.text("me", notes)?;
    let fits = mail.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty()) && !mail.contains(char::is_whitespace);
    if !fits {
        notes.say(section.at("me"), format!("`{mail}` is not a mail address"), "write the address by which the tenant knows you");
    }
    fits.then(|| mail.into())
}

/// The variable that the vendor's own tools use.
fn usual_variable(vendor: Vendor, key: &str) -> &'static str {
    match (vendor, key) {
        (Vendor::Datadog, "api_key") => "DD_API_KEY",
        (Vendor::Datadog, "app_key") => "DD_APP_KEY",
        (Vendor::Datadog, _) => "DD_BEARER_TOKEN",
        (Vendor::Tines, _) => "TINES_API_KEY",
        (Vendor::ServerOps, _) => "SERVEROPS_TOKEN",
    }
}

/// Never repeats what was written: it may be the secret.
fn secret(section: &Section<'_>, key: &'static str, vendor: Vendor, notes: &mut Notes<'_>) -> Option<SecretRef> {
    let value = section.value(key)?;
    let at = section.at(key);
    let by_env = format!("{key} = {{ env = \"{}\" }}", usual_variable(vendor, key));
    let Some(table) = value.get_ref().as_table() else {
        notes.say(
            at,
            format!("`{key}` must not hold the secret itself"),
            format!("write where it is kept: {by_env}, or {{ command = [\"pass\", \"show\", \"…\"] }}, or {{ file = \"…\" }}; and replace the secret if others could read this file"),
        );
        return None;
    };
    let inner = Section::new("a secret's reference", table, value.span().start);
    inner.known(&["env", "command", "file"], notes);
    let given: Vec<&str> = ["env", "command", "file"].into_iter().filter(|kind| inner.has(kind)).collect();
    match given[..] {
        ["env"] => env(&inner, &by_env, notes),
        ["command"] => command(&inner, notes),
        ["file"] => inner.text("file", notes).map(|path| SecretRef::File(absolute(path, notes))),
        [] => {
            notes.say(at, format!("`{key}` does not say where the secret is kept"), format!("write {by_env}, or use command or file"));
            None
        }
        _ => {
            notes.say(at, format!("`{key}` names more than one place"), "keep one of env, command and file");
            None
        }
    }
}

fn env(inner: &Section<'_>, by_env: &str, notes: &mut Notes<'_>) -> Option<SecretRef> {
    let name = inner.text("env", notes)?;
    let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if !fits || TOKEN_STARTS.iter().any(|start| name.starts_with(start)) {
        notes.say(inner.at("env"), "`env` takes the name of an environment variable, not its value", format!("write {by_env}"));
        return None;
    }
    Some(SecretRef::Env(name.into()))
}

fn command(inner: &Section<'_>, notes: &mut Notes<'_>) -> Option<SecretRef> {
    let words: Option<Vec<String>> = inner
        .value("command")
        .and_then(|value| value.get_ref().as_array())
        .map(|words| words.iter().map_while(|word| word.get_ref().as_str().map(String::from)).collect::<Vec<_>>())
        .filter(|words| words.first().is_some_and(|program| !program.trim().is_empty()));
    let whole = inner.value("command").and_then(|value| value.get_ref().as_array()).map(|words| words.len());
    match words {
        Some(words) if Some(words.len()) == whole => Some(SecretRef::Command(words)),
        _ => {
            notes.say(
                inner.at("command"),
                "`command` is a list of words, run without a shell",
                "write command = [\"program\", \"argument\"]",
            );
            None
        }
    }
}

/// Which secrets a source needs, all of them and no others.
fn secrets_complete(section: &Section<'_>, vendor: Vendor, notes: &mut Notes<'_>) {
    let has = |key| section.has(key);
    let missing = |key: &str| format!("write {key} = {{ env = \"{}\" }}, or use command or file", usual_variable(vendor, key));
    match vendor {
        Vendor::Datadog => match (has("api_key"), has("app_key"), has("token")) {
            (true, true, false) | (false, false, true) => {}
            (_, _, true) => {
                notes.say(section.at("token"), "this source has a key pair and a token", "keep `api_key` with `app_key`, or `token` alone");
            }
            (true, false, false) => notes.say(section.at("api_key"), "`api_key` needs `app_key` beside it", missing("app_key")),
            (false, true, false) => notes.say(section.at("app_key"), "`app_key` needs `api_key` beside it", missing("api_key")),
            (false, false, false) => {
                let instead = format!("{}, and app_key likewise; or token for an access token", missing("api_key"));
                notes.say(section.start(), "this Datadog source has no keys", instead);
            }
        },
        Vendor::Tines => match (has("token"), has("user_token")) {
            (true, true) => notes.say(
                section.at("user_token"),
                "this source has both `token` and `user_token`",
                "keep one: they are two ways to send the same key",
            ),
            (false, false) => notes.say(section.start(), "this Tines source has no key", missing("token")),
            _ => {}
        },
        Vendor::ServerOps if !has("token") => notes.say(section.start(), "this ServerOps source has no token", missing("token")),
        Vendor::ServerOps => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_shows_every_key_of_a_source() {
        let example = include_str!("../../../config.example.toml");
        for vendor in Vendor::ALL {
            for key in keys_of(vendor).iter().filter(|key| (vendor, **key) != (Vendor::ServerOps, "base_url")) {
                assert!(example.lines().any(|line| line.starts_with(&format!("#{key} = "))), "{key} is not in the example");
            }
        }
        for key in trust::KEYS {
            assert!(example.lines().any(|line| line.starts_with(&format!("#{key} = "))), "{key} is not in the example");
        }
    }
}
