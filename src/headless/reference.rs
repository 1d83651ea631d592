//! `SOURCE:KEY` → which source, which case.

use crate::config::Source;

/// Finds the source that a reference means: its name, a vendor's name or two-letter code when only one source is that
/// vendor's, or the beginning of a name that no other source shares. Case does not matter. Returns its place and the
/// key or id.
///
/// # Errors
/// Words that list what could be written instead.
pub(super) fn resolve<'t>(text: &'t str, sources: &[Source]) -> Result<(usize, &'t str), String> {
    let names = || sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", ");
    let Some((wanted, case)) = text.split_once(':').filter(|(source, case)| !source.is_empty() && !case.trim().is_empty()) else {
        return Err(format!("`{text}` is not a reference\n  write SOURCE:KEY; the sources are {}", names()));
    };
    let case = case.trim();
    if let Some(exact) = sources.iter().position(|source| source.name.eq_ignore_ascii_case(wanted)) {
        return Ok((exact, case));
    }
    let lower = wanted.to_ascii_lowercase();
    let by_vendor = |source: &&Source| source.vendor.code().eq_ignore_ascii_case(&lower) || source.vendor.name() == lower;
    let by_start = |source: &&Source| source.name.to_ascii_lowercase().starts_with(&lower);
    for fits in [&by_vendor as &dyn Fn(&&Source) -> bool, &by_start] {
        let found: Vec<&Source> = sources.iter().filter(fits).collect();
        match found[..] {
            [] => {}
            [one] => return Ok((sources.iter().position(|source| source.name == one.name).unwrap_or_default(), case)),
            _ => {
                let several: Vec<String> = found.iter().map(|source| format!("{}:{case}", source.name)).collect();
                return Err(format!("`{wanted}` could be several sources\n  write one of {}", several.join(", ")));
            }
        }
    }
    Err(format!("there is no source `{wanted}`\n  the sources are {}", names()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

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
        let to = |text: &str| resolve(text, &sources).map(|(place, case)| format!("{place} {case}"));
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
        for text in ["SEC-1", ":SEC-1", "so:", "so: ", ""] {
            assert!(to(text).unwrap_err().contains("SOURCE:KEY"), "{text}");
        }
    }
}
