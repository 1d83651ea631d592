//! `SOURCE:KEY`, or a key alone → which source, which case.

use crate::config::Source;
use crate::query::{Named, meant, split, vendors_of};

/// Finds the source that a reference means: its name, its code in the list, a vendor's name or two-letter code, or the
/// beginning of a name. Without one, or where several could be meant: the one that `has` the case, or else whose vendor
/// writes keys like this. Returns its place and the key or id.
///
/// # Errors
/// Words that list what could be written instead.
pub(in crate::cli) fn resolve<'t>(
    text: &'t str,
    sources: &[Source],
    has: impl Fn(usize, &str) -> bool,
) -> Result<(usize, &'t str), String> {
    let choices: Vec<Named<'_>> =
        sources.iter().map(|source| Named { name: &source.name, code: &source.code, vendor: source.vendor }).collect();
    let names = || sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", ");
    let (wanted, key) = match split(text) {
        Some((source, key)) => (Some(source), key),
        None => (None, text.trim()),
    };
    if key.is_empty() || key.contains(char::is_whitespace) || key.starts_with(':') || wanted.is_none() && key.ends_with(':') {
        return Err(format!("`{text}` is not a reference\n  write SOURCE:KEY; the sources are {}", names()));
    }
    let vendors = vendors_of(key);
    let may_be = match wanted {
        Some(wanted) => meant(wanted, &choices),
        None => (0..sources.len()).filter(|place| vendors.contains(&sources[*place].vendor)).collect(),
    };
    let known = || may_be.iter().copied().filter(|place| has(*place, key)).collect::<Vec<_>>();
    match (&may_be[..], wanted) {
        ([], Some(wanted)) => Err(format!("there is no source `{wanted}`\n  the sources are {}", names())),
        ([], None) => Err(format!("no source has keys like `{key}`\n  write SOURCE:KEY; the sources are {}", names())),
        ([one], _) => Ok((*one, key)),
        (several, wanted) => {
            if let [one] = known()[..] {
                return Ok((one, key));
            }
            let several: Vec<String> = several.iter().map(|place| format!("{}:{key}", sources[*place].name)).collect();
            let words = wanted
                .map_or_else(|| format!("`{key}` does not say in which source"), |wanted| format!("`{wanted}` could be several sources"));
            Err(format!("{words}\n  write one of {}", several.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn sources() -> Vec<Source> {
        let one =
            |name: &str, vendor: &str, rest: &str| format!("[[source]]\nname='{name}'\nvendor='{vendor}'\ntoken={{env='T'}}\n{rest}\n");
        let text = one("soc-eu", "datadog", "site='datadoghq.eu'")
            + &one("soc-us", "datadog", "site='datadoghq.com'")
            + &one("so", "tines", "site='a.tines.com'")
            + &one("Game", "serverops", "");
        crate::config::parse(&text, Path::new("c")).unwrap().sources
    }

    #[test]
    fn a_source_may_be_written_in_every_way_that_is_not_ambiguous() {
        let sources = sources();
        let to = |text: &str| resolve(text, &sources, |_, _| false).map(|(place, case)| format!("{place} {case}"));
        assert_eq!(to("soc-eu:SEC-1").unwrap(), "0 SEC-1");
        assert_eq!(to("SOC-US:a:b").unwrap(), "1 a:b");
        assert_eq!(to("game:c_1").unwrap(), "3 c_1");
        assert_eq!(to("g:c_1").unwrap(), "3 c_1");
        assert_eq!(to("tn:#42").unwrap(), "2 #42");
        assert_eq!(to("so:42").unwrap(), "2 42", "a name wins over a vendor's code");
        assert_eq!(to("serverops:42").unwrap(), "3 42");
        assert!(to("dd:SEC-1").unwrap_err().contains("soc-eu:SEC-1, soc-us:SEC-1"));
        assert!(to("soc:SEC-1").unwrap_err().contains("several"));
        assert!(to("x:SEC-1").unwrap_err().contains("soc-eu, soc-us, so, Game"));
        for text in [":SEC-1", "so:", "so: ", "", "a b c"] {
            assert!(to(text).unwrap_err().contains("SOURCE:KEY"), "{text}");
        }
    }

    #[test]
    fn a_case_may_be_written_as_the_list_shows_it() {
        let sources = sources();
        let to =
            |text: &str| resolve(text, &sources, |place, key| (place, key) == (1, "SEC-2")).map(|(place, case)| format!("{place} {case}"));
        assert_eq!(to("TN #1968").unwrap(), "2 #1968");
        assert_eq!(to("TN#1968").unwrap(), "2 #1968");
        assert_eq!(to("D2 SEC-1").unwrap(), "1 SEC-1");
        assert_eq!(to("#1968").unwrap(), "2 #1968", "only one vendor writes keys so");
        assert_eq!(to("SEC-2").unwrap(), "1 SEC-2", "it was read from there");
        assert_eq!(to("dd:SEC-2").unwrap(), "1 SEC-2");
        assert!(to("SEC-1").unwrap_err().contains("write one of soc-eu:SEC-1, soc-us:SEC-1"));
        assert!(to("1968").unwrap_err().contains("write one of soc-eu:1968, soc-us:1968, so:1968, Game:1968"));
    }
}
