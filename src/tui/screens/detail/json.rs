//! The vendor's JSON made readable: indented in its own order, cleaned line by line, secrets of buttons left out.

use crate::domain::count::count;
use crate::domain::text::Clean;

/// Bytes of a body that are shown; `caseload show --raw` prints all of it.
const MAX_BYTES: usize = 1024 * 1024;
/// Deeper nesting is not indented further.
const MAX_INDENT: usize = 24;
/// Lists in which a vendor keeps its buttons; their addresses embed a secret.
const BUTTON_LISTS: [&str; 2] = ["actions", "team_case_buttons"];
const HIDDEN: &str = "\"(hidden: the address of a button holds a secret)\"";

/// Lines of JSON text. Total: what is not JSON comes out as it is, cleaned.
pub fn pretty(raw: &str) -> Vec<String> {
    let end = raw.floor_char_boundary(MAX_BYTES);
    let mut writer = Writer::default();
    let mut rest = &raw[..end];
    while let Some(c) = rest.chars().next() {
        let length = if c == '"' { string_end(rest) } else { c.len_utf8() };
        let (token, tail) = rest.split_at(length);
        writer.token(token);
        rest = tail;
    }
    writer.line_end();
    if end < raw.len() {
        writer.lines.push(format!("(cut here: {}; caseload show --raw prints all)", count(raw.len() - end, "more byte")));
    }
    writer.lines
}

#[derive(Default)]
struct Writer {
    lines: Vec<String>,
    line: String,
    /// What is open: for an object or list, the key it stands under.
    open: Vec<(char, String)>,
    /// The key whose value comes next.
    key: String,
    last_string: String,
}

impl Writer {
    fn token(&mut self, token: &str) {
        match token {
            "{" | "[" => {
                self.indent();
                self.line.push_str(token);
                self.open.push((if token == "{" { '}' } else { ']' }, std::mem::take(&mut self.key)));
                self.line_end();
            }
            "}" | "]" => {
                // An empty list or object stays on its line.
                let opened =
                    self.lines.last().filter(|last| self.line.trim().is_empty() && last.ends_with(if token == "}" { '{' } else { '[' }));
                if opened.is_some() {
                    self.line = self.lines.pop().unwrap_or_default();
                    self.open.pop();
                } else {
                    self.line_end();
                    self.open.pop();
                    self.indent();
                }
                self.line.push_str(token);
            }
            "," => {
                self.line.push(',');
                self.key.clear();
                self.line_end();
            }
            ":" => {
                self.line.push_str(": ");
                self.key = std::mem::take(&mut self.last_string);
            }
            blank if blank.trim().is_empty() => {}
            other => {
                self.indent();
                if other.starts_with('"') {
                    other.trim_matches('"').clone_into(&mut self.last_string);
                }
                self.line.push_str(if other.starts_with('"') && self.is_secret() { HIDDEN } else { other });
            }
        }
    }

    fn indent(&mut self) {
        if self.line.is_empty() {
            self.line = "  ".repeat(self.open.len().min(MAX_INDENT));
        }
    }

    /// The value under way is the address of a button.
    fn is_secret(&self) -> bool {
        self.key == "url" && matches!(self.open.as_slice(), [.., (']', list), ('}', _)] if BUTTON_LISTS.contains(&list.as_str()))
    }

    fn line_end(&mut self) {
        if !self.line.trim().is_empty() {
            self.lines.push(Clean::line(&self.line).as_str().to_owned());
        }
        self.line.clear();
    }
}

/// Length of the string that `text` starts with, its quotes included.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_vendors_order_is_kept_and_empty_things_stay_short() {
        let lines = pretty(r#"{"b":1,"a":{"x":[1,{"y":"q\"{"}],"e":[],"o":{}},"n":null}"#);
        let wanted = [
            "{",
            "  \"b\": 1,",
            "  \"a\": {",
            "    \"x\": [",
            "      1,",
            "      {",
            "        \"y\": \"q\\\"{\"",
            "      }",
            "    ],",
            "    \"e\": [],",
            "    \"o\": {}",
            "  },",
            "  \"n\": null",
            "}",
        ];
        assert_eq!(lines, wanted);
    }

    #[test]
    fn the_secret_in_a_buttons_address_is_not_shown() {
        let raw = r#"{"url":"https://t/cases/1","actions":[{"id":1,"url":"https://t/webhook/a/s3cret","label":"Isolate"}]}"#;
        let text = pretty(raw).concat();
        assert!(!text.contains("s3cret") && text.contains("https://t/cases/1") && text.contains("Isolate"), "{text}");
        let v1 = raw.replace("actions", "team_case_buttons");
        assert!(!pretty(&v1).concat().contains("s3cret"));
    }

    #[test]
    fn what_is_not_json_is_still_shown_and_harmless() {
        assert_eq!(pretty("<html>\u{1b}(B"), ["<html>^[(B"]);
        assert_eq!(pretty("\"unfinished"), ["\"unfinished"]);
        assert!(pretty(&"x".repeat(MAX_BYTES + 9)).last().unwrap().contains("9 more bytes"));
    }

    proptest! {
        #[test]
        fn any_text_is_cleaned(raw in any::<String>()) {
            prop_assert!(!pretty(&raw).concat().contains(|c: char| c.is_control()));
        }

        #[test]
        fn json_means_the_same_afterwards(value in "[a-z]{0,5}", number in any::<i32>(), list in proptest::collection::vec(any::<bool>(), 0..4)) {
            let json = serde_json::json!({"k": [value, {"n": number, "l": list}], "e": {}});
            let again: Value = serde_json::from_str(&pretty(&json.to_string()).join("\n")).unwrap();
            prop_assert_eq!(again, json);
        }
    }
}
