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
