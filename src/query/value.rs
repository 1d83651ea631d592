//! What is written behind a field's colon, read as that field's values.

use compact_str::CompactString;

use super::ast::{Cmp, Mark, StateWord, Test, Thing, Value, Word};
use super::field::{Kind, nearest};
use super::fold::fold;
use super::limits::MAX_WORD_CHARS;
use super::when::{
    Span, When, {self},
};
use crate::domain::case::Level;

/// Longer numbers are ids, and those are text.
const MAX_NUMBER_CHARS: usize = 32;

/// A piece of text as it was written, shown as rows show it.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    pub text: CompactString,
    pub is_quoted: bool,
    pub is_prefix: bool,
    /// The whole of it, for ranges; empty when quoted.
    pub bare: CompactString,
}

/// Why it is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It may become one with the next keys.
    HalfTyped,
    Words {
        words: String,
        nearest: Option<String>,
    },
}

impl Wrong {
    pub(super) fn words(words: impl Into<String>) -> Self {
        Self::Words { words: words.into(), nearest: None }
    }
}

/// Text that reads as something else without quotes.
pub(super) fn needs_quotes(text: &str) -> bool {
    let mut open = 0;
    let is_balanced = text.chars().all(|c| {
        open += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open >= 0
    });
    let is_operator = matches!(text, "OR" | "AND" | "NOT");
    !is_balanced
        || open != 0
        || is_operator
        || text.ends_with('*')
        || text.contains(".\"")
        || text.starts_with(['-', '"', '/', '<', '>', '=', '~', '('])
}

/// A word out of what was written; None: nothing is left of it.
pub(super) fn word(raw: &Raw) -> Option<Word> {
    let end = raw.text.char_indices().nth(MAX_WORD_CHARS).map_or(raw.text.len(), |(end, _)| end);
    let text = CompactString::from(&raw.text[..end]);
    if fold(&text).trim().is_empty() {
        return None;
    }
    let is_quoted = raw.is_quoted || needs_quotes(&text);
    Some(Word { text, is_prefix: raw.is_prefix, is_quoted })
}

/// `a..b` where both ends, as far as they are there, come before or after one another.
pub(super) fn range(kind: Kind, raw: &Raw) -> Option<Test> {
    let (from, to) = raw.bare.split_once("..").filter(|_| kind.is_ordered())?;
    let end = |text: &str| (!text.is_empty()).then(|| ordered(kind, text));
    let (from, to) = (end(from), end(to));
    let is_alike = match (&from, &to) {
        (Some(Some(from)), Some(Some(to))) => kind == Kind::Clock || std::mem::discriminant(from) == std::mem::discriminant(to),
        (Some(Some(_)), None) | (None, Some(Some(_))) => true,
        _ => false,
    };
    is_alike.then(|| Test::Range(from.flatten(), to.flatten()))
}

/// What a comparison can be made with.
fn ordered(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Level => level(text),
        Kind::Age => Span::read(text).map(Value::Span),
        Kind::Time => Span::read(text).map(Value::Span).or_else(|| When::read(&lower(text)).map(Value::When)),
        Kind::Clock => Span::read(if text == "0" { "0s" } else { text }).map(|span| zero(text, span)),
        Kind::Free => number(text).or_else(|| Span::read(text).map(Value::Span)).or_else(|| When::read(text).map(Value::When)),
        Kind::Text | Kind::Person | Kind::State | Kind::Thing | Kind::Mark => None,
    }
}

/// No time left is written without a unit, and printed so.
fn zero(text: &str, span: Span) -> Value {
    if text == "0" { Value::Number("0".into()) } else { Value::Span(span) }
}

fn lower(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_alphabetic()) { text.to_ascii_lowercase() } else { text.to_owned() }
}

fn level(text: &str) -> Option<Value> {
    Level::read(text).map(|level| Value::Level { level, by_number: text.starts_with(['p', 'P']) })
}

fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (text.len() <= MAX_NUMBER_CHARS && all_digits(whole) && all_digits(part)).then(|| Value::Number(text.into()))
}

/// One value of a list, or behind a comparison.
pub(super) fn value(kind: Kind, raw: &Raw, cmp: Option<Cmp>, is_last: bool) -> Result<Value, Wrong> {
    let order = matches!(cmp, Some(Cmp::Less | Cmp::AtMost | Cmp::More | Cmp::AtLeast));
    if order && !kind.is_ordered() {
        return Err(Wrong::words(format!("it is compared with : = or ~ only; it takes {}", kind.takes())));
    }
    if cmp == Some(Cmp::Contains) && !kind.is_textual() {
        return Err(Wrong::words(format!("~ is for text; it takes {}", kind.takes())));
    }
    let is_text = raw.is_quoted || raw.is_prefix || cmp == Some(Cmp::Contains);
    let plain = if is_text { None } else { meant(kind, &raw.text, cmp.is_none()) };
    if let Some(value) = plain {
        return if order && !is_ordered_value(&value) { Err(Wrong::words("nothing comes before or after that")) } else { Ok(value) };
    }
    let takes_words = match kind {
        Kind::Text | Kind::Person | Kind::Free => !order || kind == Kind::Free,
        Kind::State => is_text,
        Kind::Level => !order && cmp != Some(Cmp::Contains) && (is_text || is_vendor_level(&raw.text)),
        Kind::Age | Kind::Time | Kind::Clock | Kind::Thing | Kind::Mark => false,
    };
    if takes_words {
        return word(raw).map(Value::Word).ok_or(Wrong::HalfTyped);
    }
    Err(wrong(kind, raw, is_last))
}

fn is_ordered_value(value: &Value) -> bool {
    !matches!(value, Value::None | Value::Breached | Value::Me)
}

/// A word of a vendor that is no known level, nor one that is mistyped or half typed: `URGENT`, `P0`.
fn is_vendor_level(text: &str) -> bool {
    let keywords = Kind::Level.keywords();
    let is_number =
        text.strip_prefix(['p', 'P']).is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let lower = text.to_lowercase();
    is_number || nearest(text, keywords.iter().copied()).is_none() && !keywords.iter().any(|known| known.to_lowercase().starts_with(&lower))
}

/// What a bare word means in this field beside text.
fn meant(kind: Kind, text: &str, is_natural: bool) -> Option<Value> {
    fn of<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
        table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
    }
    let word = text.to_ascii_lowercase();
    match (kind, word.as_str()) {
        (Kind::Person, "me") => Some(Value::Me),
        (Kind::Person | Kind::Level | Kind::Time | Kind::Clock, "none") => Some(Value::None),
        (Kind::Clock, "breached") => Some(Value::Breached),
        (Kind::State, word) => of(&StateWord::ALL, word).map(Value::State),
        (Kind::Thing, word) => of(&Thing::ALL, word).map(Value::Thing),
        (Kind::Mark, word) => of(&Mark::ALL, word).map(Value::Mark),
        // A number that is a whole value is text too, and text keeps its zeroes in front.
        (Kind::Free, _) if is_natural => None,
        _ => ordered(kind, text),
    }
}

/// Says what was meant, as far as that can be guessed.
fn wrong(kind: Kind, raw: &Raw, is_last: bool) -> Wrong {
    if kind == Kind::Time
        && let Some(words) = raw.bare.split("..").find_map(when::impossible)
    {
        return Wrong::words(words);
    }
    if matches!(kind, Kind::Age | Kind::Time | Kind::Clock)
        && let Some(long) = raw.bare.split("..").find(|text| when::is_too_long(text))
    {
        return Wrong::words(format!("`{long}` is longer than a century; it takes {}", kind.takes()));
    }
    let typed = raw.text.to_lowercase();
    let keywords = kind.keywords();
    let begins_a_keyword = keywords.iter().any(|known| known.to_lowercase().starts_with(typed.as_str()));
    let begins_a_time = matches!(kind, Kind::Age | Kind::Time | Kind::Clock)
        && typed.starts_with(|c: char| c.is_ascii_digit())
        && typed.chars().all(|c| c.is_ascii_digit() || "smhdwtz-:+.".contains(c));
    if is_last && !raw.is_quoted && !raw.is_prefix && (begins_a_keyword || begins_a_time) {
        return Wrong::HalfTyped;
    }
    if kind == Kind::Thing && typed.trim_end_matches('s') == "task" {
        return Wrong::words(format!(
            "tasks are not read: Tines keeps them outside its cases, the others have none; it takes {}",
            kind.takes()
        ));
    }
    let nearest = nearest(&typed, keywords).map(str::to_owned);
    Wrong::Words { words: format!("no value `{}`; it takes {}", raw.text, kind.takes()), nearest }
}
