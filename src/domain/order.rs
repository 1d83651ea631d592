//! The order of values that are text but mean more: numbers by their value, addresses by their numbers, anything else with
//! its runs of digits as numbers.

use std::cmp::Ordering;
use std::net::IpAddr;

/// What a value means.
enum Meaning<'a> {
    Number(f64),
    /// And what stands behind it: a port, the length of a network.
    Address(IpAddr, u64),
    Text(&'a str),
}

impl<'a> Meaning<'a> {
    fn of(text: &'a str) -> Self {
        let text = text.trim();
        if let Some(number) = text.parse().ok().filter(|number: &f64| number.is_finite()) {
            return Self::Number(if number == 0.0 { 0.0 } else { number });
        }
        if let Ok(address) = text.parse() {
            return Self::Address(address, 0);
        }
        let parts = text.split_once('/').or_else(|| text.rsplit_once(':').filter(|(host, _)| !host.contains(':')));
        let address = parts.and_then(|(host, behind)| Some((host.parse().ok()?, behind.parse().ok()?)));
        address.map_or(Self::Text(text), |(address, behind)| Self::Address(address, behind))
    }

    fn class(&self) -> u64 {
        match self {
            Self::Number(_) => 0,
            Self::Address(..) => 1,
            Self::Text(_) => 2,
        }
    }
}

/// Numbers, then addresses, then texts. Texts are compared as they are: fold them first.
pub fn by_meaning(a: &str, b: &str) -> Ordering {
    match (Meaning::of(a), Meaning::of(b)) {
        (Meaning::Number(a), Meaning::Number(b)) => a.total_cmp(&b),
        (Meaning::Address(a, x), Meaning::Address(b, y)) => a.cmp(&b).then(x.cmp(&y)),
        (Meaning::Text(a), Meaning::Text(b)) => by_value(a, b),
        (a, b) => a.class().cmp(&b.class()),
    }
}

/// A number below `u64::MAX` that never contradicts [`by_meaning`]: equal where it cannot tell.
pub fn weight(text: &str) -> u64 {
    let meaning = Meaning::of(text);
    let within = match meaning {
        Meaning::Number(number) => {
            let bits = number.to_bits();
            (if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }) >> 2
        }
        Meaning::Address(IpAddr::V4(address), _) => u64::from(address.to_bits()),
        Meaning::Address(IpAddr::V6(address), _) => 1 << 61 | u64::try_from(address.to_bits() >> 67).unwrap_or(0),
        Meaning::Text(text) => {
            let end = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
            start(&text[..end]) >> 2
        }
    };
    meaning.class() << 62 | within
}

/// The first eight bytes as a number that orders as the text does.
pub fn start(text: &str) -> u64 {
    text.bytes().chain(std::iter::repeat(0)).take(8).fold(0, |number, byte| number << 8 | u64::from(byte))
}

/// Texts with their runs of digits compared as numbers; digits come before anything else.
pub fn by_value(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let (x, y) = (piece(&mut a), piece(&mut b));
        let order = match (x, y) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) | (Some((true, _)), Some((false, _))) => Ordering::Less,
            (Some(_), None) | (Some((false, _)), Some((true, _))) => Ordering::Greater,
            (Some((true, x)), Some((true, y))) => {
                let (short_x, short_y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
                short_x.len().cmp(&short_y.len()).then_with(|| short_x.cmp(short_y)).then_with(|| x.len().cmp(&y.len()))
            }
            (Some((false, x)), Some((false, y))) => x.cmp(y),
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// Takes the next run of digits (true) or of anything else (false).
fn piece<'a>(text: &mut &'a str) -> Option<(bool, &'a str)> {
    let is_number = text.chars().next()?.is_ascii_digit();
    let end = text.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(text.len());
    let (piece, rest) = text.split_at(end);
    *text = rest;
    Some((is_number, piece))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_stand_as_a_person_would_put_them() {
        let ordered = [
            "-2",
            "0.5",
            "9",
            "10",
            "1e3",
            "9.8.7.6",
            "10.0.0.2",
            "10.0.0.2:80",
            "10.0.0.2:443",
            "10.0.0.10",
            "192.168.0.0/16",
            "::1",
            "2001:db8::7",
            "10.0.0.300",
            "host-9",
            "host-10",
            "zone",
        ];
        for (a, one) in ordered.iter().enumerate() {
            for (b, other) in ordered.iter().enumerate() {
                assert_eq!(by_meaning(one, other), a.cmp(&b), "{one} and {other}");
            }
        }
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            "-?[0-9]{1,3}(\\.[0-9])?",
            "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]\\.[0-9](:[0-9]{1,3}|/[0-9])?",
            "[a-f0-9]{0,4}::[a-f0-9]{1,4}",
            "[a-c0-9漢 -]{0,10}",
            any::<String>(),
        ]
    }

    proptest! {
        #[test]
        fn the_order_is_total_and_no_weight_contradicts_it(a in value(), b in value(), c in value()) {
            prop_assert_eq!(by_meaning(&a, &b), by_meaning(&b, &a).reverse());
            if by_meaning(&a, &b).is_le() && by_meaning(&b, &c).is_le() {
                prop_assert!(by_meaning(&a, &c).is_le());
            }
            if weight(&a) != weight(&b) {
                prop_assert_eq!(weight(&a).cmp(&weight(&b)), by_meaning(&a, &b));
            }
            prop_assert!(weight(&a) < u64::MAX);
        }
    }
}
