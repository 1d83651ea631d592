//! The tabs of fields and files.

use compact_str::{CompactString, format_compact};

use crate::domain::case::{Attachment, Case, Field, FieldKind};
use crate::domain::text::Clean;
use crate::tui::screens::detail::lines::{Lead, Line, Span, Tone, wrap};
use crate::tui::screens::detail::overview::{Ground, pair};

/// Choices of a select that are listed; the form offers all of them.
const MAX_CHOICES: usize = 12;

pub fn lay_fields(case: &Case, ground: Ground<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    for field in &case.fields {
        lay_field(field, ground, &mut out);
    }
    out
}

fn lay_field(field: &Field, ground: Ground<'_>, out: &mut Vec<Line>) {
    let values = field.values.iter().map(Clean::as_str).collect::<Vec<_>>().join(", ");
    let (tone, values) = if values.is_empty() { (Tone::Dim, "--".to_owned()) } else { (Tone::Text, values) };
    pair(field.name.as_str(), tone, &values, ground, out);
    let kind = kind(&field.kind);
    let many = if field.is_multi { ", several" } else { "" };
    let listed: Vec<&str> = field.options.iter().take(MAX_CHOICES).map(Clean::as_str).collect();
    let more = field.options.len().saturating_sub(MAX_CHOICES);
    let choices = match (listed.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", listed.join(", ")),
        (false, more) => format!(": {} and {more} more", listed.join(", ")),
    };
    pair("", Tone::Dim, &format!("{kind}{many}{choices}"), ground, out);
}

fn kind(kind: &FieldKind) -> &str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::Number => "number",
        FieldKind::Url => "address",
        FieldKind::Select => "one of",
        FieldKind::Bool => "yes or no",
        FieldKind::Time => "time",
        FieldKind::Other(word) => word.as_str(),
    }
}

pub fn lay_files(case: &Case, ground: Ground<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    for file in &case.attachments {
        if !out.is_empty() {
            out.push(Line::default());
        }
        lay_file(file, ground, &mut out);
    }
    if !out.is_empty() {
        out.push(Line::default());
        let words = match case.row.url {
            Some(_) => "Files are never fetched from here; o opens the case in the browser.",
            None => "Files are never fetched from here.",
        };
        wrap(&[Span::new(Tone::Dim, words)], Lead::default(), ground.columns, &mut out);
    }
    out
}

fn lay_file(file: &Attachment, ground: Ground<'_>, out: &mut Vec<Line>) {
    let name = if file.name.is_empty() { "(without a name)" } else { file.name.as_str() };
    wrap(&[Span::new(Tone::Strong, name)], Lead::default(), ground.columns, out);
    let size = file.size_bytes.map(size).unwrap_or_default();
    let kind = [size.as_str(), file.content_type.as_str(), file.visibility.as_str()];
    let kind: Vec<&str> = kind.into_iter().filter(|word| !word.is_empty()).collect();
    pair("", Tone::Text, &kind.join("  "), ground, out);
    let (tone, words) = verdict(file.abuse_status.as_str());
    pair("verdict", tone, &words, ground, out);
    pair("sha256", Tone::Code, file.sha256.as_str(), ground, out);
    if let Some(at) = file.created_at {
        pair("added", Tone::Text, &ground.clock.long(at, ground.now), ground, out);
    }
}

/// What the vendor says about a file, in words that hold without colour.
fn verdict(status: &str) -> (Tone, CompactString) {
    match status {
        "" => (Tone::Dim, "the vendor says nothing".into()),
        "clean" => (Tone::Good, "clean, says the vendor".into()),
        other => (Tone::Danger, format_compact!("{other} ! do not open it outside a sandbox")),
    }
}

/// `412 B`, `48 KiB`, `3.2 MiB`.
pub fn size(bytes: u64) -> CompactString {
    const KIB: u64 = 1024;
    const MIB: u64 = 1024 * KIB;
    match bytes {
        ..KIB => format_compact!("{bytes} B"),
        KIB..MIB => format_compact!("{} KiB", bytes / KIB),
        _ => format_compact!("{}.{} MiB", bytes / MIB, bytes % MIB * 10 / MIB),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_verdicts_are_words() {
        assert_eq!(size(412), "412 B");
        assert_eq!(size(49_152), "48 KiB");
        assert_eq!(size(3_400_000), "3.2 MiB");
        assert_eq!(verdict("clean").0, Tone::Good);
        assert_eq!(verdict("malicious"), (Tone::Danger, "malicious ! do not open it outside a sandbox".into()));
        assert_eq!(verdict("").0, Tone::Dim);
    }
}
