//! JSON values read with tolerance: vendors send numbers for text, null for missing, one value for a list.
//!
//! Text borrows from the body wherever it holds no escapes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A scalar as text. Null, objects and lists are `None`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub Option<Cow<'a, str>>);

impl Text<'_> {
    /// Empty when absent.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// `None` when absent or empty.
    pub(crate) fn some(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }
}

/// A list of scalars; one value stands for a list of one, null and objects are empty.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Many<'a>(pub Vec<Cow<'a, str>>);

/// An object's entries in the order they came. Null and lists (`[]` for "none") are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entries<'a, T>(pub Vec<(Text<'a>, T)>);

impl<T> Default for Entries<'_, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

enum Loose<'a> {
    Nothing,
    One(Cow<'a, str>),
    List(Vec<Cow<'a, str>>),
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Loose::One(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Loose::One(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Loose::One(Cow::Borrowed(if value { "true" } else { "false" })))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Loose::One(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Loose::One(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Loose::One(Cow::Owned(value.to_string())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Loose::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(text) = seq.next_element::<Text<'de>>()? {
            list.extend(text.0);
        }
        Ok(Loose::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Nothing)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match deserializer.deserialize_any(LooseVisitor)? {
            Loose::One(text) => Self(Some(text)),
            Loose::Nothing | Loose::List(_) => Self(None),
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Many<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match deserializer.deserialize_any(LooseVisitor)? {
            Loose::Nothing => Vec::new(),
            Loose::One(text) => vec![text],
            Loose::List(list) => list,
        }))
    }
}

struct EntriesVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<'de, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Entries::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Entries::default())
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Entries<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntriesVisitor(std::marker::PhantomData))
    }
}

/// Makes readable what is JSON in form but not in content: half of a surrogate pair (`\ud800`) becomes U+FFFD, so that
/// nobody hides a case by putting one into its title. `None`: there was nothing to repair.
pub(crate) fn repair(json: &str) -> Option<String> {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    let mut repaired = false;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match surrogate(rest) {
            Some(Half::First) if surrogate(rest.get(6..).unwrap_or_default()) == Some(Half::Second) => 12,
            Some(_) => {
                out.push('\u{fffd}');
                rest = &rest[6..];
                repaired = true;
                continue;
            }
            None => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
    repaired.then_some(out)
}

#[derive(PartialEq)]
enum Half {
    First,
    Second,
}

/// Which half of a surrogate pair the escape at the start of `text` is.
fn surrogate(text: &str) -> Option<Half> {
    let code = u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()?;
    match code {
        0xd800..=0xdbff => Some(Half::First),
        0xdc00..=0xdfff => Some(Half::Second),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_kind_of_value_has_a_reading() {
        let text = |json: &str| serde_json::from_str::<Text<'_>>(json).unwrap().0.map(Cow::into_owned);
        assert_eq!(text("\"a\""), Some("a".to_owned()));
        assert_eq!(text("\"a\\nb\""), Some("a\nb".to_owned()));
        assert_eq!(text("4523"), Some("4523".to_owned()));
        assert_eq!(text("-1"), Some("-1".to_owned()));
        assert_eq!(text("1.5"), Some("1.5".to_owned()));
        assert_eq!(text("true"), Some("true".to_owned()));
        for absent in ["null", "{}", "{\"a\":{\"b\":[1]}}", "[]", "[1,[2]]"] {
            assert_eq!(text(absent), None, "{absent}");
        }
        let many = |json: &str| serde_json::from_str::<Many<'_>>(json).unwrap().0.join(",");
        assert_eq!(many("[\"a\",1,null,{},2.5]"), "a,1,2.5");
        assert_eq!(many("\"a\""), "a");
        for empty in ["null", "[]", "{}"] {
            assert_eq!(many(empty), "");
        }
        let entries = serde_json::from_str::<Entries<'_, Many<'_>>>("{\"z\":[\"1\"],\"a\":null}").unwrap();
        assert_eq!(entries.0.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["z", "a"]);
        for empty in ["null", "[]", "[1]", "{}"] {
            assert_eq!(serde_json::from_str::<Entries<'_, Many<'_>>>(empty).unwrap(), Entries::default());
        }
    }

    #[test]
    fn half_a_surrogate_pair_hides_nothing() {
        assert_eq!(repair(r#"{"t":"a\ud800b\\ud800"}"#).unwrap(), "{\"t\":\"a\u{fffd}b\\\\ud800\"}");
        assert_eq!(repair(r#""\udc00\ud83d\ude00\ud83d""#).unwrap(), "\"\u{fffd}\\ud83d\\ude00\u{fffd}\"");
        assert_eq!(repair(r#""\ud83d\ude00 fine \n""#), None);
        assert_eq!(repair("\"no escapes\""), None);
    }

    proptest! {
        #[test]
        fn what_is_repaired_can_be_read(parts in prop::collection::vec(prop::sample::select(vec!["\\ud800", "\\udfff", "\\\\", "\\u0041", "x", "ü", "\\n", "\\ud83d\\ude00"]), 0..12)) {
            let json = format!("\"{}\"", parts.concat());
            let readable = repair(&json).unwrap_or(json);
            prop_assert!(serde_json::from_str::<String>(&readable).is_ok(), "{readable}");
        }

        #[test]
        fn repair_never_stumbles(text in any::<String>()) {
            let _ = repair(&text);
        }
    }
}
