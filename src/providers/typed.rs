//! What a person wrote into a field → the JSON that a vendor takes for it, or why it cannot be; pure.

use jiff::Timestamp;
use serde_json::{Number, Value};

use super::http::web_link;
use crate::domain::case::FieldKind;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::text::Clean;

/// A field as far as its values are concerned.
pub(super) struct Slot<'a> {
    /// As the person wrote it, for messages.
    pub name: &'a str,
    pub kind: &'a FieldKind,
    pub is_multi: bool,
    /// Choices of a select; empty: not known.
    pub options: &'a [Clean],
}

impl Slot<'_> {
    /// A list for a field of several values, else one value; `Null`: nothing was written, which clears it.
    ///
    /// # Errors
    /// `Rejected`: a value does not fit; the words name the field and say what does. `NotPossible`: a kind of field that
    /// this version cannot write.
    pub(super) fn json(&self, values: &[String]) -> Result<Value, Fault> {
        let json = values.iter().map(|value| self.one(value)).collect::<Result<Vec<_>, _>>()?;
        match json.len() {
            0 => Ok(Value::Null),
            _ if self.is_multi => Ok(Value::Array(json)),
            1 => Ok(json.into_iter().next().unwrap_or_default()),
            several => Err(self.rejected(&format!("it takes one value, not {several}"))),
        }
    }

    fn one(&self, value: &str) -> Result<Value, Fault> {
        let text = value.trim();
        match self.kind {
            _ if text.is_empty() => Err(self.rejected("an empty value is none: write no value to clear the field")),
            FieldKind::Text => Ok(value.into()),
            FieldKind::Number => number(text).map(Value::Number).ok_or_else(|| self.wrong(value, "a number, such as 42 or 1.5")),
            FieldKind::Url => match web_link(text) {
                Some(_) if !text.contains(char::is_whitespace) => Ok(text.into()),
                _ => Err(self.wrong(value, "an address that begins with http:// or https://")),
            },
            FieldKind::Select if self.options.is_empty() || self.options.iter().any(|option| option.raw() == value) => Ok(value.into()),
            FieldKind::Select => {
                let options: Vec<&str> = self.options.iter().map(Clean::as_str).collect();
                Err(self.wrong(value, &format!("one of {}", options.join(", "))))
            }
            FieldKind::Bool => text.parse().map(Value::Bool).map_err(|_| self.wrong(value, "true or false")),
            FieldKind::Time => match text.parse::<Timestamp>() {
                Ok(_) => Ok(text.into()),
                Err(_) => Err(self.wrong(value, "a time with its zone, such as 2026-11-21T14:30:00Z")),
            },
            FieldKind::Other(kind) => {
                let words = format!("{}: fields of the kind `{kind}` cannot be written from here: change it at the vendor", self.name);
                Err(Fault::new(FaultKind::NotPossible, words))
            }
        }
    }

    fn wrong(&self, value: &str, instead: &str) -> Fault {
        self.rejected(&format!("`{value}` does not fit: write {instead}"))
    }

    fn rejected(&self, why: &str) -> Fault {
        Fault::new(FaultKind::Rejected, format!("{}: {why}", self.name))
    }
}

/// Whole numbers stay whole: vendors compare what they got with what they keep.
pub(super) fn number(text: &str) -> Option<Number> {
    let whole = text.parse::<i64>().ok().map(Number::from);
    whole.or_else(|| text.parse::<f64>().ok().filter(|number| number.is_finite()).and_then(Number::from_f64))
}

/// A day as vendors write it: `2026-11-21`.
pub(super) fn is_day(text: &str) -> bool {
    text.len() == "2026-11-21".len() && text.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn json(kind: &FieldKind, is_multi: bool, values: &[&str]) -> Result<Value, String> {
        let options = ["low", "Very high"].map(Clean::line);
        let options: &[Clean] = if *kind == FieldKind::Select { &options } else { &[] };
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        Slot { name: "impact", kind, is_multi, options }.json(&values).map_err(|fault| fault.message.to_string())
    }

    #[test]
    fn each_kind_takes_what_fits() {
        for (kind, values, wanted) in [
            (FieldKind::Text, vec![" as typed "], json!(" as typed ")),
            (FieldKind::Number, vec!["42"], json!(42)),
            (FieldKind::Number, vec![" -1.5 "], json!(-1.5)),
            (FieldKind::Url, vec!["https://wiki.example/x?a=1"], json!("https://wiki.example/x?a=1")),
            (FieldKind::Select, vec!["Very high"], json!("Very high")),
            (FieldKind::Bool, vec!["true"], json!(true)),
            (FieldKind::Time, vec!["2026-11-21T14:30:00Z"], json!("2026-11-21T14:30:00Z")),
            (FieldKind::Text, vec![], Value::Null),
        ] {
            assert_eq!(json(&kind, false, &values).unwrap(), wanted, "{kind:?} {values:?}");
        }
        assert_eq!(json(&FieldKind::Number, true, &["1", "2.5"]).unwrap(), json!([1, 2.5]));
        assert_eq!(json(&FieldKind::Text, true, &["one"]).unwrap(), json!(["one"]));
        assert_eq!(json(&FieldKind::Text, true, &[]).unwrap(), Value::Null);
    }

    #[test]
    fn what_does_not_fit_names_the_field_and_what_does() {
        for (kind, value, words) in [
            (FieldKind::Number, "12a", "a number"),
            (FieldKind::Number, "inf", "a number"),
            (FieldKind::Number, "1,5", "a number"),
            (FieldKind::Url, "javascript:alert(1)", "http:// or https://"),
            (FieldKind::Url, "ftp://x.example", "http:// or https://"),
            (FieldKind::Url, "wiki", "http:// or https://"),
            (FieldKind::Url, "https://x.example/a b", "http:// or https://"),
            (FieldKind::Select, "very high", "low, Very high"),
            (FieldKind::Bool, "yes", "true or false"),
            (FieldKind::Time, "2026-11-21 14:30", "with its zone"),
            (FieldKind::Text, " ", "clear"),
            (FieldKind::Other(Clean::line("DATE_RANGE")), "x", "DATE_RANGE"),
        ] {
            let said = json(&kind, false, &[value]).unwrap_err();
            assert!(said.starts_with("impact: ") && said.contains(words), "{kind:?} {value}: {said}");
        }
        assert!(json(&FieldKind::Text, false, &["a", "b"]).unwrap_err().contains("one value"));
    }

    #[test]
    fn a_day_is_written_in_one_way() {
        assert!(is_day("2028-02-29"));
        for wrong in ["2026-02-29", "2026-1-1", "20260101", "2026-11-21T00:00", "tomorrow", ""] {
            assert!(!is_day(wrong), "{wrong}");
        }
    }
}
