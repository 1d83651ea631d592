//! Several values in one line, with commas between them. Pure.

use super::text::Clean;

/// The values of a line. One that is `known` is meant whole, whatever is in it: the longest that stands there.
pub fn split<'l>(line: &'l str, known: &[&str]) -> Vec<&'l str> {
    let mut values = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let is_whole = |value: &&&str| {
            let after = rest.get(value.len()..).filter(|_| !value.is_empty() && rest.starts_with(**value));
            after.is_some_and(|after| after.trim_start().is_empty() || after.trim_start().starts_with(','))
        };
        let end = known.iter().filter(is_whole).map(|value| value.len()).max();
        let end = end.unwrap_or_else(|| rest.find(',').unwrap_or(rest.len()));
        let value = rest[..end].trim();
        if !value.is_empty() {
            values.push(value);
        }
        rest = rest[end..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    values
}

/// Which of the known texts somebody means: the one of these bytes, else the one that shows so.
///
/// # Errors
/// Several show so; in words.
pub fn meant<'k>(written: &str, known: impl Iterator<Item = &'k Clean> + Clone) -> Result<Option<&'k Clean>, String> {
    if let Some(exact) = known.clone().find(|text| text.raw() == written) {
        return Ok(Some(exact));
    }
    let mut alike = known.filter(|text| text.as_str().trim() == written.trim());
    let first = alike.next();
    match first.and_then(|first| alike.find(|other| other.raw() != first.raw())) {
        Some(_) => Err(format!("several values show as `{}`: write it byte for byte", Clean::line(written))),
        None => Ok(first),
    }
}

/// What may stand in a line for these texts: their bytes, and what they show.
pub fn spellings<'k>(known: impl Iterator<Item = &'k Clean>) -> Vec<&'k str> {
    known.flat_map(|text| [text.raw(), text.as_str(), text.as_str().trim()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_value_is_meant_whole() {
        assert_eq!(split(" a, b,,c ", &[]), ["a", "b", "c"]);
        assert_eq!(split("a,b, c", &["a,b"]), ["a,b", "c"]);
        assert_eq!(split("a,b", &["a", "a,b"]), ["a,b"]);
        assert_eq!(split("a,bc", &["a,b"]), ["a", "bc"], "part of a value is not that value");
        assert_eq!(split("Smith, John , Lee", &["Smith, John"]), ["Smith, John", "Lee"]);
        assert_eq!(split("", &["a"]), [""; 0]);
        assert_eq!(split("é,b", &["é,b"]), ["é,b"]);
    }

    #[test]
    fn bytes_come_before_looks_and_looks_have_to_tell_them_apart() {
        let known = ["vip", "vi\u{200b}p", "👩\u{200d}💻", "👩💻"].map(Clean::line);
        assert_eq!(meant("vi<U+200B>p", known.iter()), Ok(Some(&known[1])));
        assert_eq!(meant("👩💻", known.iter()), Ok(Some(&known[3])));
        assert_eq!(meant("none", known.iter()), Ok(None));
        let alike = ["a\tb", "a\nb"].map(Clean::line);
        assert!(meant("a b", alike.iter()).unwrap_err().contains("several"));
    }
}
