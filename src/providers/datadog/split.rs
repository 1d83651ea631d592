//! Cuts a search answer into cases while it reads them: one pass instead of finding the pieces first and reading them then.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Deserializer, Error};

use super::super::loose::{Many, Maybe, Text};
use super::wire::{BriefCase, Meta};

/// Cases asked for per page: the vendor's maximum.
pub(super) const PAGE_SIZE: usize = 100;

/// A case's own JSON, and what was read of it.
pub(super) type Piece<'a> = (&'a str, Result<BriefCase<'a>, Error>);

/// What a search answer holds.
#[derive(Default)]
pub(super) struct Answer<'a> {
    /// `None`: there is no `data`, so this is no search answer.
    pub pieces: Option<Vec<Piece<'a>>>,
    /// Users that cases name; undocumented, always there in practice.
    pub included: Vec<&'a RawValue>,
    pub meta: Meta<'a>,
}

struct Scanner<'a> {
    body: &'a str,
    at: usize,
}

/// Reads a whole answer; `None`: it is not JSON of this shape, and a plain reader can tell why.
pub(super) fn search(body: &str) -> Option<Answer<'_>> {
    let mut scanner = Scanner { body, at: 0 };
    let mut answer = Answer::default();
    scanner.pass('{')?;
    if scanner.skips('}') {
        return Some(answer);
    }
    loop {
        let (key, _) = scanner.value::<Text<'_>>().ok()?;
        scanner.pass(':')?;
        match key.as_str() {
            "data" if scanner.peek() == Some(b'[') => answer.pieces = Some(scanner.pieces()?),
            "included" => answer.included = scanner.value::<Many<&RawValue>>().ok()?.0.0.unwrap_or_default(),
            "meta" => answer.meta = scanner.value::<Maybe<Meta<'_>>>().ok()?.0.0.unwrap_or_default(),
            _ => drop(scanner.value::<&RawValue>().ok()?),
        }
        if scanner.skips('}') {
            return scanner.peek().is_none().then_some(answer);
        }
        scanner.pass(',')?;
    }
}

impl<'a> Scanner<'a> {
    fn pieces(&mut self) -> Option<Vec<Piece<'a>>> {
        let mut pieces = Vec::with_capacity(PAGE_SIZE);
        self.pass('[')?;
        if self.skips(']') {
            return Some(pieces);
        }
        loop {
            // A list of values in the order of the keys would be taken for a case.
            let read = if self.peek() == Some(b'{') { self.value() } else { Err(serde::de::Error::custom("it is no object")) };
            pieces.push(match read {
                Ok((case, raw)) => (raw, Ok(case)),
                Err(error) => (self.value::<&RawValue>().ok()?.1, Err(error)),
            });
            if self.skips(']') {
                return Some(pieces);
            }
            self.pass(',')?;
        }
    }

    /// The next value and its own text; where it cannot be read, the scanner stays before it.
    fn value<T: Deserialize<'a>>(&mut self) -> Result<(T, &'a str), Error> {
        self.peek();
        let rest = &self.body[self.at..];
        let mut stream = Deserializer::from_str(rest).into_iter::<T>();
        let value = match stream.next() {
            Some(value) => value?,
            None => return Err(serde::de::Error::custom("the answer ends in the middle")),
        };
        let end = stream.byte_offset();
        self.at += end;
        Ok((value, &rest[..end]))
    }

    /// The next byte that is not blank.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.body.as_bytes()[self.at..];
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
        self.at += blanks;
        rest.get(blanks).copied()
    }

    fn skips(&mut self, mark: char) -> bool {
        let is_there = self.peek() == u8::try_from(mark).ok();
        self.at += usize::from(is_there);
        is_there
    }

    fn pass(&mut self, mark: char) -> Option<()> {
        self.skips(mark).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Any JSON, three levels deep.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let list = prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from);
            let object = prop::collection::btree_map(any::<String>(), inner, 0..4);
            prop_oneof![list, object.prop_map(|entries| entries.into_iter().collect::<serde_json::Map<_, _>>().into())]
        })
    }

    proptest! {
        #[test]
        fn every_piece_is_found_byte_for_byte(values in prop::collection::vec(json(), 0..6), around in json(), pretty in any::<bool>()) {
            let render = |value: &Value| if pretty { serde_json::to_string_pretty(value).unwrap() } else { value.to_string() };
            let whole: Vec<String> = values.iter().map(render).collect();
            let body = format!("{{\"x\":{},\"data\":[{}],\"y\":{}}}", render(&around), whole.join(" ,\n"), render(&around));
            let found = search(&body).unwrap().pieces.unwrap();
            prop_assert_eq!(found.iter().map(|(raw, _)| *raw).collect::<Vec<_>>(), whole);
        }

        #[test]
        fn no_text_makes_it_stumble(body in any::<String>(), tail in "[\\[\\]{}:,\"0-9a-z \\\\]{0,40}") {
            let _ = search(&body);
            let _ = search(&format!("{{\"data\":[{tail}"));
        }
    }

    fn pieces(body: &str) -> Option<Vec<(&str, bool)>> {
        Some(search(body)?.pieces?.into_iter().map(|(raw, read)| (raw, read.is_ok())).collect())
    }

    #[test]
    fn cases_come_with_their_own_bytes_wherever_they_stand() {
        let one = r#"{"id":"a","attributes":{"title":"}],{\"\\"}}"#;
        for body in [
            format!(r#"{{"data":[{one}]}}"#),
            format!(" {{ \"data\" : [ {one} ] , \"x\" : [ 1 , {{ \"y\" : null }} ] }} "),
            format!("{{\"meta\":{{\"page\":{{\"total\":3}}}},\"included\":[{{\"id\":1}}],\n\t\"d\\u0061ta\":[{one}]}}"),
            format!(r#"{{"included":null,"meta":null,"data":[{one}]}}"#),
        ] {
            assert_eq!(pieces(&body), Some(vec![(one, true)]), "{body}");
        }
        let mixed = format!("{{\"data\":[ 7,null, \"ü]\" ,{one},[{one}],{{}}]}}");
        let read = pieces(&mixed).unwrap();
        assert_eq!(read, [("7", false), ("null", false), ("\"ü]\"", false), (one, true), (&*format!("[{one}]"), false), ("{}", false)]);
        for body in [r#"{"data":[]}"#, r#"{"data":[],"meta":7,"included":{}}"#, r#"{"meta":{"page":[],"total_cases":{}},"data":[]}"#] {
            assert_eq!(pieces(body), Some(Vec::new()), "{body}");
        }
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for body in ["{}", r#"{"data":null}"#, r#"{"data":{"id":"a"}}"#] {
            assert!(search(body).unwrap().pieces.is_none(), "{body}");
        }
        for body in [
            "",
            "null",
            "[]",
            "{",
            r#"{"data""#,
            r#"{"data":["#,
            r#"{"data":[{}"#,
            r#"{"data":[{"id":"a""#,
            r#"{"data":[{} {}]}"#,
            r#"{"data":[{},]}"#,
            r#"{"data":[]"#,
            r#"{"data":[],}"#,
        ] {
            assert!(search(body).is_none(), "{body}");
        }
    }
}
