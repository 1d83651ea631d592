//! One value against one text.

use std::net::IpAddr;

use memchr::memmem;
use regex::Regex;

use crate::query::{Pattern, fold};

/// How a text is compared. Texts of matchers are folded.
#[derive(Clone, Debug)]
pub(super) enum Matcher {
    Whole(String),
    Prefix(String),
    Contains(String),
    /// Whole words of it.
    Words(String),
    /// The beginning of a word of it.
    WordStart(String),
    Regex(Pattern, Regex),
    Indicator(Indicator),
    /// A number from the first to the second; `None`: no end. Both ends included as told.
    Number {
        from: Option<(f64, bool)>,
        to: Option<(f64, bool)>,
    },
    /// A moment from the first millisecond up to the second.
    Moment {
        from: i64,
        to: i64,
    },
    Anything,
    /// The name of a picture.
    Image,
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b))
            | (Self::Prefix(a), Self::Prefix(b))
            | (Self::Contains(a), Self::Contains(b))
            | (Self::Words(a), Self::Words(b))
            | (Self::WordStart(a), Self::WordStart(b)) => a == b,
            (Self::Regex(a, _), Self::Regex(b, _)) => a == b,
            (Self::Indicator(a), Self::Indicator(b)) => a == b,
            (Self::Number { from: a, to: x }, Self::Number { from: b, to: y }) => a == b && x == y,
            (Self::Moment { from: a, to: x }, Self::Moment { from: b, to: y }) => a == b && x == y,
            (Self::Anything, Self::Anything) | (Self::Image, Self::Image) => true,
            _ => false,
        }
    }
}

impl Matcher {
    /// `shown` and the same folded.
    pub(super) fn holds(&self, shown: &str, folded: &str) -> bool {
        match self {
            Self::Whole(wanted) => folded == wanted,
            Self::Prefix(wanted) => folded.starts_with(wanted.as_str()),
            Self::Contains(wanted) => memmem::find(folded.as_bytes(), wanted.as_bytes()).is_some(),
            Self::Words(wanted) => occurs(folded, wanted, true),
            Self::WordStart(wanted) => occurs(folded, wanted, false),
            Self::Regex(_, regex) => regex.is_match(shown),
            Self::Indicator(indicator) => indicator.occurs(folded),
            Self::Number { from, to } => shown.trim().parse().is_ok_and(|number: f64| {
                let above = from.is_none_or(|(from, included)| number > from || included && number >= from);
                above && to.is_none_or(|(to, included)| number < to || included && number <= to)
            }),
            Self::Moment { from, to } => moment_ms(shown.trim()).is_some_and(|at| (*from..*to).contains(&at)),
            Self::Anything => true,
            Self::Image => folded.starts_with("image/") || IMAGES.iter().any(|ending| folded.ends_with(ending)),
        }
    }

    /// As [`Self::holds`] of a text that is not folded yet.
    pub(super) fn holds_shown(&self, shown: &str) -> bool {
        match self {
            Self::Regex(..) | Self::Number { .. } | Self::Moment { .. } | Self::Anything => self.holds(shown, ""),
            _ => self.holds(shown, &fold(shown)),
        }
    }

    /// Folded text is enough to judge by.
    pub(super) fn reads_folded(&self) -> bool {
        !matches!(self, Self::Regex(..) | Self::Number { .. } | Self::Moment { .. })
    }

    /// Text that must occur wherever it holds; empty: none is certain.
    pub(super) fn needle(&self) -> &str {
        match self {
            Self::Whole(text) | Self::Prefix(text) | Self::Contains(text) | Self::Words(text) | Self::WordStart(text) => text,
            _ => "",
        }
    }

    /// It costs more than comparing bytes.
    pub(super) fn is_slow(&self) -> bool {
        matches!(self, Self::Regex(..) | Self::Indicator(_))
    }
}

const IMAGES: [&str; 7] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg"];

/// A day is its first moment in UTC: fields carry no zone.
fn moment_ms(text: &str) -> Option<i64> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.as_millisecond());
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok().map(|start| start.timestamp().as_millisecond())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Whether `wanted` occurs where a word begins, and with `whole` also ends.
fn occurs(text: &str, wanted: &str, whole: bool) -> bool {
    let starts_word = wanted.starts_with(is_word);
    let ends_word = wanted.ends_with(is_word);
    memmem::find_iter(text.as_bytes(), wanted.as_bytes()).any(|at| {
        let end = at + wanted.len();
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(end..).and_then(|after| after.chars().next());
        let joins_before = starts_word && before.is_some_and(is_word);
        let joins_after = whole && ends_word && after.is_some_and(is_word);
        !joins_before && !joins_after
    })
}

/// An address, a network, or anything else that stands by itself in a text: domain, hash, mail, URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Indicator {
    Net(IpAddr, u8),
    Text(String),
}

impl Indicator {
    pub(super) fn read(text: &str) -> Self {
        let folded = refanged(&fold(text)).into_owned();
        let (address, bits) = folded.split_once('/').map_or((folded.as_str(), None), |(address, bits)| (address, Some(bits)));
        let Ok(address) = address.parse::<IpAddr>() else { return Self::Text(folded) };
        let most = if address.is_ipv4() { 32 } else { 128 };
        match bits.map(str::parse::<u8>) {
            None => Self::Net(address, most),
            Some(Ok(bits)) if bits <= most => Self::Net(address, bits),
            Some(_) => Self::Text(folded),
        }
    }

    fn occurs(&self, folded: &str) -> bool {
        let text = refanged(folded);
        match self {
            Self::Text(wanted) => {
                memmem::find_iter(text.as_bytes(), wanted.as_bytes()).any(|at| stands_alone(&text, at, at + wanted.len()))
            }
            Self::Net(net, bits) => {
                let is_part = |c: char| c.is_ascii_hexdigit() || c == '.' || c == ':';
                text.split(|c| !is_part(c))
                    .filter(|piece| piece.len() >= 2)
                    .any(|piece| addresses(piece).any(|address| is_within(address, *net, *bits)))
            }
        }
    }
}

/// What a run of digits, dots and colons may name: `10.0.0.1`, `10.0.0.1.`, `10.0.0.1:443`, `::1`.
fn addresses(piece: &str) -> impl Iterator<Item = IpAddr> + '_ {
    let bare = piece.trim_end_matches(['.', ':']).trim_start_matches('.');
    let host = bare.split_once(':').filter(|(host, _)| host.contains('.')).map_or(bare, |(host, _)| host);
    let [trimmed, whole] = [host, piece];
    [Some(trimmed), Some(whole).filter(|whole| *whole != trimmed)].into_iter().flatten().filter_map(|text| text.parse().ok())
}

fn is_within(address: IpAddr, net: IpAddr, bits: u8) -> bool {
    let same = |a: u128, b: u128, width: u32| {
        let dropped = width.saturating_sub(u32::from(bits));
        a.checked_shr(dropped).unwrap_or(0) == b.checked_shr(dropped).unwrap_or(0)
    };
    match (address, net) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(a.to_bits().into(), b.to_bits().into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits(), b.to_bits(), 128),
        _ => false,
    }
}

/// `evil.example` occurs in `https://evil.example/x` and at the end of a sentence, not in `notevil.example.org`.
fn stands_alone(text: &str, at: usize, end: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut before = text.get(..at).unwrap_or_default().chars().rev();
    let is_start = match before.next() {
        Some('.') => !before.next().is_some_and(joins),
        c => !c.is_some_and(joins),
    };
    let mut after = text.get(end..).unwrap_or_default().chars();
    let is_end = match after.next() {
        Some('.') => !after.next().is_some_and(joins),
        c => !c.is_some_and(joins),
    };
    is_start && is_end
}

/// Indicators are often written so that nobody clicks them: `hxxps://evil[.]example`.
fn refanged(folded: &str) -> std::borrow::Cow<'_, str> {
    if !folded.contains("[.]") && !folded.contains("(.)") && !folded.contains("hxxp") {
        return folded.into();
    }
    folded.replace("[.]", ".").replace("(.)", ".").replace("hxxp", "http").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indicators_are_found_where_they_stand_alone() {
        for (wanted, text, found) in [
            ("evil.example", "see https://evil.example/x", true),
            ("evil.example", "mail from a@evil.example.", true),
            ("evil.example", "hxxps://evil[.]example/x", true),
            ("evil[.]example", "evil.example", true),
            ("evil.example", "notevil.example", false),
            ("evil.example", "evil.example.org", false),
            ("evil.example", "www.evil.example", false),
            ("10.0.0.1", "from 10.0.0.1:443 to", true),
            ("10.0.0.1", "from 10.0.0.1.", true),
            ("10.0.0.1", "from 10.0.0.12", false),
            ("10.0.0.0/8", "from 10.9.8.7, then", true),
            ("10.0.0.0/8", "from 11.9.8.7", false),
            ("0.0.0.0/0", "any 1.2.3.4", true),
            ("2001:db8::/32", "via [2001:db8::7]", true),
            ("2001:db8::/32", "via 2001:db9::7", false),
            ("10.0.0.0/99", "10.0.0.0/99", true),
        ] {
            assert_eq!(Indicator::read(wanted).occurs(text), found, "{wanted} in {text}");
        }
    }

    #[test]
    fn words_begin_and_end_where_words_do() {
        assert!(occurs("ana lima", "ana", true) && occurs("ana.lima@x.io", "lima", true) && occurs("x ana@x.io", "ana@x.io", true));
        assert!(!occurs("diana", "ana", true) && !occurs("anabel", "ana", true));
        assert!(occurs("anabel", "ana", false) && !occurs("diana", "ana", false));
    }
}
