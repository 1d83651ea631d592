//! A short name for what a case holds: two readings with the same name agree in everything that can be edited.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::domain::aspect::{Aspect, Value};
use crate::domain::case::Case;
use crate::domain::part::Part;

/// Digits shown: by chance, one change in four thousand million goes unnoticed.
const SHOWN_BYTES: usize = 4;
/// Digits that have to be written.
const MIN_DIGITS: usize = 4;

/// The parts that are one aspect each.
const PARTS: [Part; 7] = [Part::Title, Part::Description, Part::Status, Part::Priority, Part::Assignees, Part::Tags, Part::Archived];

/// Everything of a case that can be edited and is not empty.
fn held(case: &Case) -> Vec<(Aspect, Value)> {
    let keyed = |part, key: &str| Aspect { part, key: key.into() };
    let parts = PARTS.into_iter().map(Aspect::of_part);
    let attributes = case.attributes.iter().map(|(key, _)| keyed(Part::Attributes, key.raw()));
    let fields = case.fields.iter().map(|field| keyed(Part::Field, &field.id));
    let all = parts.chain(attributes).chain(fields).map(|aspect| (aspect.read(case), aspect));
    let mut held: Vec<(Aspect, Value)> = all.filter(|(value, _)| !value.line().is_empty()).map(|(value, aspect)| (aspect, value)).collect();
    // Vendors promise no order of keys.
    held.sort_by(|(a, _), (b, _)| a.cmp(b));
    held
}

/// Hexadecimal digits.
pub(in crate::cli) fn base(case: &Case) -> String {
    let mut hasher = Sha256::new();
    let mut piece = |text: &str| {
        hasher.update(text.len().to_le_bytes());
        hasher.update(text);
    };
    for (aspect, value) in held(case) {
        piece(&aspect.name());
        match &value {
            Value::Text(text) => piece(text),
            Value::Set(values) => values.iter().for_each(|value| piece(value)),
        }
    }
    hasher.finalize().iter().take(SHOWN_BYTES).fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Whether a person means this base.
///
/// # Errors
/// It cannot be one, in words.
pub(in crate::cli) fn is_base(case: &Case, written: &str) -> Result<bool, String> {
    let written = written.trim().to_ascii_lowercase();
    if written.len() < MIN_DIGITS || written.len() > SHOWN_BYTES * 2 || !written.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(format!("--if-base takes the base that `caseload show` prints, at least {MIN_DIGITS} digits of it"));
    }
    Ok(base(case).starts_with(&written))
}

/// What differs between two readings: name, before, now.
pub(in crate::cli) fn differences(before: &Case, now: &Case) -> Vec<(String, String, String)> {
    let (then, now) = (held(before), held(now));
    let mut aspects: Vec<&Aspect> = then.iter().chain(&now).map(|(aspect, _)| aspect).collect();
    aspects.sort();
    aspects.dedup();
    let read = |held: &[(Aspect, Value)], wanted: &Aspect| value_of(held, wanted).map(Value::shown).unwrap_or_default();
    let is_other = |aspect: &&Aspect| value_of(&then, aspect) != value_of(&now, aspect);
    let all = aspects.into_iter().filter(is_other).map(|aspect| (aspect.name(), read(&then, aspect), read(&now, aspect)));
    all.collect()
}

fn value_of<'a>(held: &'a [(Aspect, Value)], wanted: &Aspect) -> Option<&'a Value> {
    held.iter().find(|(aspect, _)| aspect == wanted).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{Field, FieldKind, Vendor};
    use crate::domain::sample;
    use crate::domain::text::Clean;

    #[test]
    fn every_part_that_can_be_edited_counts_and_nothing_else() {
        let case = sample::case(Vendor::Datadog, 1);
        let first = base(&case);
        assert_eq!(first.len(), 8);
        let mut aged = case.clone();
        (aged.row.updated_at, aged.row.due_at, aged.comment_count) = (None, case.row.created_at, Some(3));
        let empty = Field {
            id: "f".into(),
            input_id: "f".into(),
            name: Clean::line("F"),
            kind: FieldKind::Text,
            values: Vec::new(),
            is_multi: false,
            options: Vec::new(),
        };
        aged.fields.push(empty.clone());
        assert_eq!(base(&aged), first);
        let changes: [&dyn Fn(&mut crate::domain::case::Case); 5] = [
            &|case| case.row.title = Clean::line("other"),
            &|case| case.description = Clean::block("other"),
            &|case| case.row.tags.push(Clean::line("vip")),
            &|case| case.attributes.push((Clean::line("team"), vec![Clean::line("x")])),
            &|case| case.fields.push(Field { values: vec![Clean::line("v")], ..empty.clone() }),
        ];
        for change in changes {
            let mut other = case.clone();
            change(&mut other);
            assert_ne!(base(&other), first);
            assert_eq!(differences(&case, &other).len(), 1);
        }
    }

    #[test]
    fn a_beginning_of_it_is_enough_but_not_any() {
        let case = sample::case(Vendor::Tines, 1);
        let whole = base(&case);
        assert_eq!(is_base(&case, &whole[..4].to_uppercase()), Ok(true));
        assert_eq!(is_base(&case, if whole.starts_with("0000") { "1111" } else { "0000" }), Ok(false));
        for wrong in ["", "9f2", "nonsense", "9f2c00000"] {
            assert!(is_base(&case, wrong).is_err(), "{wrong}");
        }
    }
}
