//! JSON as caseload prints it: each text exact, and nothing in it that steers a terminal, hides or reorders. What could is written
//! as `\\uXXXX`, which every reader of JSON takes for the same text.

use std::fmt::Write as _;
use std::io::{
    Write, {self},
};

use serde::Serialize;
use serde_json::value::RawValue;

use super::text::{Clean, MAX_MARKS, is_mark};

/// On one line.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    out.write_all(harmless(&serde_json::to_string(value)?).as_bytes())
}

/// Over several lines, for reading.
///
/// # Errors
/// What the writer says.
pub fn write_pretty(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    out.write_all(harmless(&serde_json::to_string_pretty(value)?).as_bytes())
}

/// A vendor's JSON, the same values in fewer and harmless bytes: blanks between tokens go. None when it is not JSON.
pub fn vendor(raw: &str) -> Option<Box<RawValue>> {
    let mut out = String::with_capacity(raw.len());
    let mut in_string = false;
    let mut escaped = false;
    for c in raw.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            in_string = c == '"';
        }
        out.push(c);
    }
    RawValue::from_string(harmless(&out)).ok()
}

/// The same JSON in harmless characters. Outside of texts it has none but ASCII.
fn harmless(json: &str) -> String {
    if json.bytes().all(|byte| byte.is_ascii() && byte != 0x7f) {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len());
    let mut marks = 0;
    for c in json.chars() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        let is_piled = marks > MAX_MARKS;
        if c == '\u{7f}' || is_piled || (!c.is_ascii() && Clean::line(c.encode_utf8(&mut [0; 4])).as_str().starts_with(['<', ' '])) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_vendors_json_keeps_its_values_and_loses_its_teeth() {
        let raw = "{\r\n \"b\" : \"x\u{202e}y\u{9b}z\\\" \u{7f}\u{e0041}\",\t\"a\":[1.50, 12345678901234567890123]}";
        let safe = vendor(raw).unwrap();
        assert_eq!(safe.get(), r#"{"b":"x\u202ey\u009bz\" \u007f\udb40\udc41","a":[1.50,12345678901234567890123]}"#);
        let (before, after): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(raw).unwrap(), serde_json::from_str(safe.get()).unwrap());
        assert_eq!(before, after);
        assert!(vendor("<html>").is_none());
        assert_eq!(vendor("\"é漢🙂\\\\\"").unwrap().get(), "\"é漢🙂\\\\\"");
    }

    #[test]
    fn a_text_is_printed_exactly_and_shows_what_hides_in_it() {
        let raw = "می\u{200c}خواهم 👩\u{200d}💻 ⚠\u{fe0f}\u{1b}[31m\t\u{85}\u{2028}";
        let mut out = Vec::new();
        write(&mut out, &[Clean::block(raw)]).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out, r#"["می\u200cخواهم 👩\u200d💻 ⚠\ufe0f\u001b[31m\t\u0085\u2028"]"#);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_to_the_byte_and_no_line_of_it_needs_cleaning(text in any::<String>(), is_pretty: bool) {
            let mut out = Vec::new();
            if is_pretty { write_pretty(&mut out, &[&text]).unwrap() } else { write(&mut out, &[&text]).unwrap() }
            let out = String::from_utf8(out).unwrap();
            prop_assert_eq!(serde_json::from_str::<[String; 1]>(&out).unwrap(), [text]);
            for line in out.split('\n') {
                let clean = Clean::line(line);
                prop_assert_eq!(clean.as_str(), line);
            }
        }
    }
}
