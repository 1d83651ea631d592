//! What can be saved of a body that is no JSON: the rows of a list are cut apart before each is read, so that one of them
//! costs itself and not the others.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::{Error, Value};

use crate::domain::text::Clean;

/// A number that is none is read as nothing.
const NO_NUMBERS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];
const HOLDS_NO_NUMBER: &str = "it holds a number that is none (NaN or Infinity), which is read as nothing";
pub(crate) const SAYS_TWICE: &str = "it says the same key twice, and the last one counts";
/// Of a name that a row goes by.
const MAX_NAME_CHARS: usize = 60;

/// A list whose rows can be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Salvaged {
    pub(crate) text: String,
    /// What is the matter with a row, by its place. One that is lost stands in the text as null.
    pub(crate) remarks: BTreeMap<usize, String>,
}

/// Parses `raw`; where that fails, parses it with what a vendor's writer gets wrong put right: an emoji cut in half, a bare
/// tab or line end in a text, a number that is none, a key that comes twice. What was put right, unless nothing was lost.
pub(crate) fn reading_oddly<R>(raw: &str, parse: impl Fn(&str) -> Result<R, Error>) -> Result<(R, Option<&'static str>), Error> {
    let fault = match parse(raw) {
        Ok(read) => return Ok((read, None)),
        Err(fault) => fault,
    };
    let mended = mended(raw).filter(|_| raw.trim_start().starts_with(['{', '[']));
    let text = mended.as_ref().map_or(raw, |mended| &mended.text);
    let remark = mended.as_ref().filter(|mended| mended.has_no_number).map(|_| HOLDS_NO_NUMBER);
    if mended.is_some()
        && let Ok(read) = parse(text)
    {
        return Ok((read, remark));
    }
    // A map keeps the last of them.
    let single = serde_json::from_str::<Value>(text).map_err(|_| ()).map(|value| value.to_string());
    match single.map(|single| parse(&single)) {
        Ok(Ok(read)) => Ok((read, Some(SAYS_TWICE))),
        _ => Err(fault),
    }
}

/// As [`reading_oddly`], where nobody is told.
pub(crate) fn reading<R>(raw: &str, parse: impl Fn(&str) -> Result<R, Error>) -> Result<R, Error> {
    reading_oddly(raw, parse).map(|(read, _)| read)
}

/// A body that everybody can read: itself, unless it is no JSON and can be put right.
pub(crate) fn sound(body: &str) -> Cow<'_, str> {
    if serde_json::from_str::<IgnoredAny>(body).is_ok() {
        return Cow::Borrowed(body);
    }
    mended(body).filter(|mended| is_json(&mended.text)).map_or(Cow::Borrowed(body), |mended| Cow::Owned(mended.text))
}

/// A body whose list goes by one of these keys, with its rows cut apart, each put right or left out; None: there is no such
/// list, or what stands around it cannot be read.
pub(crate) fn salvaged(body: &str, keys: &[&str]) -> Option<Salvaged> {
    let list = keys.iter().find_map(|key| list(body, key))?;
    let mut text = sound_part(&body[..list.start]);
    let mut remarks = BTreeMap::new();
    for (place, piece) in list.pieces.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        let piece = &body[piece.clone()];
        let mended = if is_json(piece) { None } else { Some(mended(piece).filter(|mended| is_json(&mended.text))) };
        match &mended {
            None => text.push_str(piece),
            Some(Some(mended)) => {
                text.push_str(&mended.text);
                if mended.has_no_number {
                    remarks.insert(place, format!("{}: {HOLDS_NO_NUMBER}", name(piece, place)));
                }
            }
            Some(None) => {
                text.push_str("null");
                let why = serde_json::from_str::<IgnoredAny>(piece).err().map(|error| error.to_string()).unwrap_or_default();
                remarks.insert(place, format!("{} could not be read: {}", name(piece, place), Clean::line(&why)));
            }
        }
    }
    text.push_str(&sound_part(&body[list.end..]));
    Some(Salvaged { text, remarks })
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn sound_part(text: &str) -> String {
    mended(text).map_or_else(|| text.to_owned(), |mended| mended.text)
}

/// What a row is called in a sentence: by its id, as far as that can be found, and by its place.
fn name(piece: &str, place: usize) -> String {
    let named = ["case_id", "id", "key"].iter().find_map(|key| scalar(piece, key));
    let name = named.map(|name| format!(" {}", Clean::line(&name.chars().take(MAX_NAME_CHARS).collect::<String>()))).unwrap_or_default();
    format!("row {}{name}", place + 1)
}

/// The text or number that a row has under this key, up to where it cannot be followed any more.
fn scalar<'t>(piece: &'t str, key: &str) -> Option<&'t str> {
    let mut cutter = Cutter { bytes: piece.as_bytes(), at: 0 };
    cutter.pass(b'{')?;
    loop {
        let name = cutter.text()?;
        cutter.pass(b':')?;
        let value = piece[cutter.value()?].trim().trim_matches('"');
        if &piece[name] == key {
            return (!value.is_empty() && !value.starts_with(['{', '['])).then_some(value);
        }
        cutter.pass(b',')?;
    }
}

struct Mended {
    text: String,
    has_no_number: bool,
}

/// Puts right what stands in texts and numbers; None: nothing there is wrong.
fn mended(raw: &str) -> Option<Mended> {
    let unit = |at: usize| {
        let digits = raw.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let bytes = raw.as_bytes();
    let mut out = Mended { text: String::new(), has_no_number: false };
    let (mut at, mut copied, mut is_text) = (0, 0, false);
    // Replaces so many bytes.
    let put = |out: &mut Mended, copied: &mut usize, at: usize, length: usize, new: &str| {
        out.text.push_str(&raw[*copied..at]);
        out.text.push_str(new);
        *copied = at + length;
    };
    while let Some(byte) = bytes.get(at) {
        let step = match byte {
            b'"' => {
                is_text = !is_text;
                1
            }
            b'\\' if is_text => match unit(at) {
                Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => 12,
                Some(0xd800..=0xdfff) => {
                    put(&mut out, &mut copied, at, 6, "\\ufffd");
                    6
                }
                _ => 2,
            },
            0..=0x1f if is_text => {
                put(&mut out, &mut copied, at, 1, &format!("\\u{byte:04x}"));
                1
            }
            b'-' | b'I' | b'N' if !is_text => match NO_NUMBERS.iter().find(|word| raw[at..].starts_with(*word)) {
                Some(word) => {
                    put(&mut out, &mut copied, at, word.len(), "null");
                    out.has_no_number = true;
                    word.len()
                }
                None => 1,
            },
            _ => 1,
        };
        at += step;
    }
    (copied > 0).then(|| {
        out.text.push_str(&raw[copied..]);
        out
    })
}

/// Where the rows of a list stand in a body, and the list itself without its brackets.
struct List {
    start: usize,
    end: usize,
    pieces: Vec<Range<usize>>,
}

/// The list that the outermost object of a body has under this key.
fn list(body: &str, key: &str) -> Option<List> {
    let mut cutter = Cutter { bytes: body.as_bytes(), at: 0 };
    cutter.pass(b'{')?;
    loop {
        let name = cutter.text()?;
        cutter.pass(b':')?;
        if &body[name] == key && cutter.peek()? == b'[' {
            return cutter.rows();
        }
        cutter.value()?;
        cutter.pass(b',')?;
    }
}

/// Finds where values begin and end, whatever stands in them.
struct Cutter<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Cutter<'_> {
    /// The next byte that is not blank.
    fn peek(&mut self) -> Option<u8> {
        let blanks = self.bytes[self.at.min(self.bytes.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.at += blanks;
        self.bytes.get(self.at).copied()
    }

    fn pass(&mut self, mark: u8) -> Option<()> {
        (self.peek()? == mark).then(|| self.at += 1)
    }

    /// A text in quotes; where its inside stands.
    fn text(&mut self) -> Option<Range<usize>> {
        self.pass(b'"')?;
        let start = self.at;
        loop {
            match self.bytes.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at - 1)
    }

    /// Any value, to its end.
    fn value(&mut self) -> Option<Range<usize>> {
        self.peek()?;
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => {
                    self.text()?;
                    if depth == 0 {
                        break;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' | b',' if depth == 0 => break,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        break;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        Some(start..self.at)
    }

    fn rows(&mut self) -> Option<List> {
        self.pass(b'[')?;
        let start = self.at;
        let mut pieces = Vec::new();
        if self.peek()? == b']' {
            return Some(List { start, end: self.at, pieces });
        }
        loop {
            pieces.push(self.value()?);
            match self.peek()? {
                b',' => self.at += 1,
                b']' => return Some(List { start, end: self.at, pieces }),
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Sample {
        text: String,
        #[serde(default)]
        number: Option<f64>,
    }

    fn read(raw: &str) -> Result<(Sample, Option<&'static str>), Error> {
        reading_oddly(raw, |raw| serde_json::from_str(raw))
    }

    #[test]
    fn half_an_emoji_costs_one_character_not_the_case() {
        let raw = r#"{"text":"cut \ud83d and \\ud83d and whole \ud83d\ude00 and \udc00"}"#;
        let (sample, remark) = read(raw).unwrap();
        assert_eq!((sample.text.as_str(), remark), ("cut \u{fffd} and \\ud83d and whole 😀 and \u{fffd}", None));
        assert!(mended(r#"{"a":"\\"#).is_none());
        assert!(mended("\\").is_none());
    }

    #[test]
    fn a_bare_tab_is_a_tab_and_a_number_that_is_none_is_nothing() {
        let (sample, remark) = read("{\"text\":\"a\tb\r\nNaN\u{1}\",\t\"number\":1}").unwrap();
        assert_eq!((sample.text.as_str(), sample.number, remark), ("a\tb\r\nNaN\u{1}", Some(1.0), None));
        for word in NO_NUMBERS {
            let (sample, remark) = read(&format!(r#"{{"number":{word},"text":"x"}}"#)).unwrap();
            assert_eq!((sample.number, remark), (None, Some(HOLDS_NO_NUMBER)), "{word}");
        }
        assert_eq!(read(r#"{"text":"one","text":"two"}"#).unwrap(), (Sample { text: "two".into(), number: None }, Some(SAYS_TWICE)));
        assert!(read(r#"{"text":nul}"#).is_err() && read("{\"text\":\"a").is_err());
    }

    #[test]
    fn one_row_that_cannot_be_read_costs_itself() {
        let body = "{\"meta\":{\"x\":[1,{\"data\":[]}],\"y\":\"}]\"},\"data\":[ {\"id\":1,\"t\":\"]},{\"}, {\"id\":\"two\",\"n\":NaN},\
                    {\"id\":3,\"t\":\"a\tb\"} ,{\"case_id\":4,,}, 5,{\"key\":\"SEC-6\",\"n\":01}],\"end\":-Infinity}";
        let salvaged = salvaged(body, &["cases", "data"]).unwrap();
        let value: Value = serde_json::from_str(&salvaged.text).unwrap();
        assert_eq!(
            value["data"],
            serde_json::json!([{"id": 1, "t": "]},{"}, {"id": "two", "n": null}, {"id": 3, "t": "a\tb"}, null, 5, null])
        );
        let remarks: Vec<_> = salvaged.remarks.iter().map(|(place, remark)| (*place, remark.split(':').next().unwrap())).collect();
        assert_eq!(remarks, [(1, "row 2 two"), (3, "row 4 4 could not be read"), (5, "row 6 SEC-6 could not be read")]);
        for none in ["", "[]", "{\"data\":7}", "{\"data\":[1", "{\"other\":[]}", "{\"data\":[\"a]}"] {
            assert_eq!(super::salvaged(none, &["data"]), None, "{none}");
        }
    }

    #[test]
    fn a_sound_body_is_left_as_it_is() {
        assert!(matches!(sound("{\"a\":[1]}"), Cow::Borrowed(_)));
        assert!(matches!(sound("<html>"), Cow::Borrowed("<html>")));
        assert_eq!(sound("{\"a\":\"\t\"}"), "{\"a\":\"\\u0009\"}");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(body in any::<String>(), tail in "[\\[\\]{}:,\"0-9a-zNI \\\\\t]{0,40}") {
            let _ = (sound(&body), salvaged(&body, &["data"]));
            let tail = format!("{{\"data\":[{tail}");
            let _ = (sound(&tail), salvaged(&tail, &["data"]));
        }

        #[test]
        fn sound_rows_come_back_as_they_were(texts in prop::collection::vec(any::<String>(), 0..5)) {
            let rows: Vec<Value> = texts.iter().map(|text| serde_json::json!({"id": text, "n": [text, {}]})).collect();
            let body = serde_json::json!({"a": texts, "data": rows}).to_string();
            let salvaged = salvaged(&body, &["data"]).unwrap();
            prop_assert_eq!((&salvaged.text, salvaged.remarks.len()), (&body, 0));
        }
    }
}
