//! Tines' error bodies in words; their shape differs between its endpoints.

use serde_json::Value;

/// Tines' errors: `{"errors":[…]}`, a bare array, `{"error":"…"}`; any other JSON is shown as it is.
pub(super) fn words(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let told = match &value {
        Value::Object(object) => object.get("errors").or_else(|| object.get("error")).or_else(|| object.get("message")).unwrap_or(&value),
        other => other,
    };
    Some(said(told)).filter(|words| !words.is_empty())
}

/// A body in one of the shapes in which this API tells its errors: `{"errors":…}`, `{"error":…}`, a bare array of errors.
pub(super) fn is_of_api(body: &[u8]) -> bool {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => object.contains_key("errors") || object.contains_key("error"),
        Ok(Value::Array(items)) => items.first().is_some_and(|item| item.get("message").is_some()),
        _ => false,
    }
}

fn said(told: &Value) -> String {
    match told {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(several) => several.iter().map(said).filter(|words| !words.is_empty()).collect::<Vec<_>>().join("; "),
        Value::Object(object) => match (object.get("message"), object.get("details")) {
            (None | Some(Value::Null), None | Some(Value::Null)) => told.to_string(),
            (message, details) => {
                let parts = [message, details].into_iter().flatten().map(said).filter(|words| !words.is_empty());
                parts.collect::<Vec<_>>().join(": ")
            }
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_apis_own_words_are_of_the_api() {
        for own in [r#"{"errors":[{"message":"Not found"}]}"#, r#"{"error":"Not found"}"#, r#"[{"message":"Not found"}]"#] {
            assert!(is_of_api(own.as_bytes()), "{own}");
        }
        for other in ["", "Not found", "<html>", "{}", "[]", r#"["x"]"#, r#"{"message":"no Route matched"}"#, r#"{"errors":["#] {
            assert!(!is_of_api(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn errors_of_every_shape_have_words() {
        let read = |body: &str| words(body.as_bytes());
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(
            read(r#"{"errors":[{"message":"Invalid","details":"name is too long","status_code":422}]}"#),
            said("Invalid: name is too long")
        );
        assert_eq!(read(r#"[{"message":"Invalid","details":null},{"details":["a","b"]}]"#), said("Invalid; a; b"));
        assert_eq!(read(r#"{"error":"Not found"}"#), said("Not found"));
        assert_eq!(read(r#"{"error":{"message":"deep"}}"#), said("deep"));
        assert_eq!(read(r#"{"errors":["plain","words"]}"#), said("plain; words"));
        assert_eq!(read(r#"{"errors":{"name":["is missing"]}}"#), said(r#"{"name":["is missing"]}"#));
        assert_eq!(read(r#"{"code":7}"#), said(r#"{"code":7}"#));
        assert_eq!(read("closure conditions are not met"), None, "plain text is read by all vendors alike");
        assert_eq!(read(r#"{"error":""}"#), None);
        assert_eq!(read("{\"errors\":["), None);
    }
}
