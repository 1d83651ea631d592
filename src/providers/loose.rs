//! Reads JSON that keeps no promises: a value of the wrong type is an absent value, never a lost case.
//!
//! null, missing, `{}` where text was due, a number where text was due: all of them are read without an error. What stays
//! an error is broken JSON and a key that is written twice; `salvage` takes those on.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::case::{Field, FieldKind};
use crate::domain::text::Clean;

/// A scalar as text: strings borrowed, numbers and booleans spelled out. Null, arrays and objects are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text<'a>(Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    /// None when absent.
    pub(crate) fn into_some(self) -> Option<Cow<'a, str>> {
        self.0
    }
}

impl Text<'_> {
    /// Empty when absent.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// None when absent or blank.
    pub(crate) fn filled(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| text.contains(|c: char| !c.is_whitespace()))
    }

    pub(crate) fn is_filled(&self) -> bool {
        self.filled().is_some()
    }

    /// An identifier, as [`plain_id`]: a number and a string of the same digits are the same.
    pub(crate) fn id(&self) -> CompactString {
        plain_id(self.as_str().trim())
    }

    pub(crate) fn line(&self) -> Clean {
        Clean::line(self.as_str())
    }

    pub(crate) fn block(&self) -> Clean {
        Clean::block(self.as_str())
    }

    /// RFC 3339 with or without a fraction, in any offset. Without one it is taken as UTC, a day as its beginning, and what lies
    /// beyond the last moment that can be told as that moment: see [`Self::odd_time`]. None when it is anything else.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        let text = self.filled()?.trim();
        let without_zone = || Some(text.parse::<DateTime>().ok()?.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp());
        text.parse().ok().or_else(without_zone).or_else(|| is_beyond(text).then_some(Timestamp::MAX))
    }

    /// A time that is not the whole truth, as it was written: without a zone, out of range, or none at all.
    pub(crate) fn odd_time(&self) -> Option<Clean> {
        let text = self.filled()?;
        text.trim().parse::<Timestamp>().is_err().then(|| Clean::line(text))
    }

    /// Whether anything was written, were it blank.
    pub(crate) fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// A finite number, also when it is written as a string.
    pub(crate) fn number(&self) -> Option<f64> {
        self.filled()?.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }

    pub(crate) fn count(&self) -> Option<u64> {
        self.filled()?.trim().parse().ok()
    }

    pub(crate) fn is_true(&self) -> bool {
        matches!(self.as_str(), "true" | "1")
    }
}

/// An object that may be missing or something else altogether.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Maybe<T>(pub(crate) Option<T>);

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// A list that may be missing or something else altogether: None.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Many<T>(pub(crate) Option<Vec<T>>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Many<T> {
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.as_deref().unwrap_or_default().iter()
    }
}

impl<T> Many<Maybe<T>> {
    /// The objects among the elements.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &T> {
        self.iter().filter_map(|element| element.0.as_ref())
    }
}

/// An object as pairs in the sender's order; empty when it is anything else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

/// What every visitor here does with a scalar.
macro_rules! scalars {
    () => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any JSON value")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::scalar(None))
        }

        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            Ok(Self::scalar(Some(Cow::Borrowed(if value { "true" } else { "false" }))))
        }

        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Self::scalar(Some(value.to_string().into())))
        }

        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Self::scalar(Some(value.to_string().into())))
        }

        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            Ok(Self::scalar(Some(value.to_string().into())))
        }

        fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
            Ok(Self::scalar(Some(value.to_owned().into())))
        }

        fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
            Ok(Self::scalar(Some(value.into())))
        }
    };
}

fn drain_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn drain_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

struct TextVisitor;

impl TextVisitor {
    fn scalar(text: Option<Cow<'_, str>>) -> Text<'_> {
        Text(text)
    }
}

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        drain_seq(seq).map(|()| Text(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        drain_map(map).map(|()| Text(None))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct MaybeVisitor<T>(PhantomData<T>);

impl<T> MaybeVisitor<T> {
    fn scalar(_: Option<Cow<'_, str>>) -> Maybe<T> {
        Maybe(None)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for MaybeVisitor<T> {
    type Value = Maybe<T>;

    scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        drain_seq(seq).map(|()| Maybe(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|value| Maybe(Some(value)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MaybeVisitor(PhantomData))
    }
}

struct ManyVisitor<T>(PhantomData<T>);

impl<T> ManyVisitor<T> {
    fn scalar(_: Option<Cow<'_, str>>) -> Many<T> {
        Many(None)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
    type Value = Many<T>;

    scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Many(Some(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        drain_map(map).map(|()| Many(None))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ManyVisitor(PhantomData))
    }
}

struct PairsVisitor;

impl PairsVisitor {
    fn scalar(_: Option<Cow<'_, str>>) -> Pairs<'_> {
        Pairs::default()
    }
}

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        drain_seq(seq).map(|()| Pairs::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((key, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            pairs.push((key.0.unwrap_or_default(), value));
        }
        Ok(Pairs(pairs))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PairsVisitor)
    }
}

/// Something with an id and a name, or only its bare id or name: `{"case_id":1,"name":"x"}`, `1`, `"x"`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Thing<'a> {
    /// Empty for a bare scalar.
    pub(crate) id: Text<'a>,
    pub(crate) name: Text<'a>,
    pub(crate) bare: Text<'a>,
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct ThingObject<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    case_id: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

struct ThingVisitor;

impl ThingVisitor {
    fn scalar(text: Option<Cow<'_, str>>) -> Thing<'_> {
        Thing { bare: Text(text), ..Thing::default() }
    }
}

impl<'de> Visitor<'de> for ThingVisitor {
    type Value = Thing<'de>;

    scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        drain_seq(seq).map(|()| Thing::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let object = ThingObject::deserialize(MapAccessDeserializer::new(map))?;
        let id = if object.case_id.is_filled() { object.case_id } else { object.id };
        Ok(Thing { id, name: object.name, bare: Text::default() })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Thing<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ThingVisitor)
    }
}

/// For `#[serde(deserialize_with)]`: tells a null (`Some` of absent text) from a missing key (`None`, by default).
pub(crate) fn given<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text<'a>>, D::Error> {
    Text::deserialize(deserializer).map(Some)
}

/// Any JSON as one piece of text: scalars as themselves, null as nothing, the rest as compact JSON.
pub(crate) fn shown(raw: &RawValue) -> Clean {
    let Ok(text) = serde_json::from_str::<Text<'_>>(raw.get()) else { return Clean::block(raw.get()) };
    match text.0 {
        Some(text) => Clean::block(&text),
        None if raw.get() == "null" => Clean::default(),
        None => {
            let compact = serde_json::from_str::<serde_json::Value>(raw.get()).map(|value| value.to_string());
            Clean::block(compact.as_deref().unwrap_or(raw.get()))
        }
    }
}

/// Of the year 9999 or a later one: vendors write it for "never".
fn is_beyond(text: &str) -> bool {
    let year = text.trim_start_matches('+').split_once('-').map_or("", |(year, _)| year);
    year.len() >= 4 && year.parse::<u64>().is_ok_and(|year| year >= 9_999)
}

/// The times of a case that are not the whole truth, to be shown as they were written beside what was made of them.
pub(crate) fn odd_times(times: &[(&str, &Text<'_>)]) -> Vec<Field> {
    let odd = times.iter().filter_map(|(name, text)| Some((*name, text.odd_time()?)));
    let field = |(name, written): (&str, Clean)| Field {
        id: name.into(),
        input_id: name.into(),
        name: Clean::line(&format!("{name}, as written")),
        kind: FieldKind::Other(Clean::line("time")),
        values: vec![written],
        is_multi: false,
        options: Vec::new(),
    };
    odd.map(field).collect()
}

/// Ids are sent back and compared, so they are never rewritten unless they hold what no id holds.
pub(crate) fn plain_id(id: &str) -> CompactString {
    let is_plain = id.bytes().filter(u8::is_ascii_graphic).count() == id.len();
    if is_plain { id.into() } else { Clean::line(id).as_str().into() }
}

/// Parses one object; a list of its values in order, which serde would take for it, is refused.
pub(crate) fn object<'a, T: Deserialize<'a>>(raw: &'a str) -> Result<T, serde_json::Error> {
    serde_json::from_str::<Maybe<T>>(raw)?.0.ok_or_else(|| serde::de::Error::custom("it is no object"))
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// Any JSON, as deep as a few levels.
    pub(crate) fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            Just(json!("2024-03-25T15:40:39Z")),
            Just(json!("-9223372036854775808")),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((prop_oneof![any::<String>(), Just("id".to_owned()), Just("value".to_owned())], inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    /// Replaces the value in the place that `turn` points at, wherever in the body it is.
    pub(crate) fn put_somewhere(body: &mut Value, turn: &mut usize, new: &Value) -> bool {
        if *turn == 0 {
            *body = new.clone();
            return true;
        }
        *turn -= 1;
        match body {
            Value::Array(items) => items.iter_mut().any(|item| put_somewhere(item, turn, new)),
            Value::Object(map) => map.values_mut().any(|value| put_somewhere(value, turn, new)),
            _ => false,
        }
    }

    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Sample<'a> {
        #[serde(borrow)]
        text: Text<'a>,
        #[serde(borrow)]
        inner: Maybe<ThingObject<'a>>,
        #[serde(borrow)]
        list: Many<Thing<'a>>,
        #[serde(borrow)]
        pairs: Pairs<'a>,
        #[serde(borrow, deserialize_with = "given")]
        given: Option<Text<'a>>,
    }

    fn sample(json: &str) -> Sample<'_> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_kind_of_value_fits_every_kind_of_field() {
        for value in ["null", "true", "-7", "1.5", "\"x\"", "[1,[2],{}]", "{}", "{\"a\":{\"b\":[null]}}"] {
            let json = format!(r#"{{"text":{value},"inner":{value},"list":{value},"pairs":{value},"given":{value}}}"#);
            assert!(sample(&json).given.is_some(), "{value}");
        }
        assert!(sample("{}").given.is_none());
    }

    #[test]
    fn ids_are_equal_as_numbers_and_as_strings() {
        assert_eq!(sample(r#"{"text":27}"#).text.id(), sample(r#"{"text":"27"}"#).text.id());
        assert_eq!(sample(r#"{"text":27.0}"#).text.as_str(), "27");
    }

    #[test]
    fn lists_hold_things_and_bare_values_side_by_side() {
        let sample = sample(r#"{"list":[{"case_id":1,"name":"one"},2,"3",null]}"#);
        let read: Vec<_> = sample.list.iter().map(|thing| (thing.id.as_str(), thing.name.as_str(), thing.bare.as_str())).collect();
        assert_eq!(read, [("1", "one", ""), ("", "", "2"), ("", "", "3"), ("", "", "")]);
    }

    #[test]
    fn a_time_is_never_lost_for_its_spelling() {
        let time = |text: &str| {
            let json = json!({ "text": text }).to_string();
            let text = sample(&json).text;
            (text.time().map(|time| time.to_string()), text.odd_time().is_some())
        };
        let read = |text: &str| Some(text.to_owned());
        assert_eq!(time("2026-11-20T08:00:00.5+01:00"), (read("2026-11-20T07:00:00.5Z"), false));
        assert_eq!(time("2026-11-20T08:00:00"), (read("2026-11-20T08:00:00Z"), true));
        assert_eq!(time("2026-11-20 08:00:00"), (read("2026-11-20T08:00:00Z"), true));
        assert_eq!(time("2026-11-20"), (read("2026-11-20T00:00:00Z"), true));
        for never in ["9999-12-31T23:59:59Z", "9999-12-31", "+010000-01-01T00:00:00Z", "12026-01-01T00:00:00Z"] {
            assert_eq!(time(never), (Some(Timestamp::MAX.to_string()), true), "{never}");
        }
        for none in ["20.11.2026", "1732000000", "yesterday", "9999", "99-12-31"] {
            assert_eq!(time(none), (None, true), "{none}");
        }
        assert_eq!(time(" "), (None, false));
    }

    #[test]
    fn any_json_is_shown_as_text() {
        let read = |json: &str| shown(serde_json::from_str::<&RawValue>(json).unwrap());
        assert_eq!(read("\"a\\nb\"").as_str(), "a\nb");
        assert_eq!(read("null").as_str(), "");
        assert_eq!(read("{ \"a\" : [ 1, null ] }").as_str(), r#"{"a":[1,null]}"#);
        assert_eq!(read("false").as_str(), "false");
    }
}
