//! Maps whose keys the customer chose, in the order they came, and lists that may come as one value.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::loose::Text;

/// An object's entries; null and lists (`[]` for "none") are empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entries<'a, T>(pub Vec<(Text<'a>, T)>);

impl<T> Default for Entries<'_, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// A list of scalars; one value stands for a list of one, null and objects are empty. Most lists hold one value, which
/// needs no memory of its own.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Scalars<'a> {
    first: Option<Cow<'a, str>>,
    rest: Vec<Cow<'a, str>>,
}

impl<'a> Scalars<'a> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.first.iter().chain(&self.rest).map(AsRef::as_ref)
    }

    pub(super) fn is_several(&self) -> bool {
        !self.rest.is_empty()
    }

    fn one(text: impl Into<Cow<'a, str>>) -> Self {
        Self { first: Some(text.into()), rest: Vec::new() }
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

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
        deserializer.deserialize_any(EntriesVisitor(PhantomData))
    }
}

struct ScalarsVisitor;

impl<'de> Visitor<'de> for ScalarsVisitor {
    type Value = Scalars<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or one value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut scalars = Scalars::default();
        while let Some(text) = seq.next_element::<Text<'de>>()? {
            match text.into_some() {
                Some(text) if scalars.first.is_some() => scalars.rest.push(text),
                one => scalars.first = one.or(scalars.first),
            }
        }
        Ok(scalars)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalars::default())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalars::default())
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalars::one(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalars::one(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalars::one(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Scalars::one(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalars::one(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalars::one(value.to_string()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalars<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_maps_take_what_vendors_send_for_them() {
        let list = |json: &str| serde_json::from_str::<Scalars<'_>>(json).unwrap().iter().collect::<Vec<_>>().join("|");
        assert_eq!(list(r#"["a",1,null,{"b":2},2.5,true,"c\nd"]"#), "a|1|2.5|true|c\nd");
        assert_eq!(list("\"one\""), "one");
        assert_eq!(list("-7"), "-7");
        for empty in ["null", "[]", "{}", "[null]"] {
            assert_eq!(list(empty), "", "{empty}");
        }
        let map = serde_json::from_str::<Entries<'_, Scalars<'_>>>(r#"{"z":["1"],"a":null,"m\n":"x"}"#).unwrap();
        assert_eq!(map.0.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["z", "a", "m\n"]);
        for empty in ["null", "[]", "[1]", "{}"] {
            assert_eq!(serde_json::from_str::<Entries<'_, Scalars<'_>>>(empty).unwrap(), Entries::default());
        }
    }
}
