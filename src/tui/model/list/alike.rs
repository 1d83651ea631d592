//! Which cases look alike: titles of one shape, opened one after the other, about the same thing. Better to leave two
//! rows apart than to hide one that is about something else.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

use crate::domain::case::{Rank, Rid};

/// Members of one storm follow each other within this.
const WINDOW_S: i64 = 60 * 60;
/// Fewer rows than this are read faster than a count.
const MIN_MEMBERS: usize = 3;
/// Titles with fewer letters say too little to be called alike.
const MIN_LETTERS: usize = 6;
/// Letters of a hash in hex: MD5, SHA-1, SHA-256, SHA-512.
const HASHES: [usize; 4] = [32, 40, 64, 128];
/// A word of at least this many hex digits, with a digit among them, is an id.
const MIN_HEX: usize = 6;
/// Indicators kept of one title.
const MAX_INDICATORS: usize = 8;

/// What decides whether a row looks like others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Look {
    shape: u64,
    /// Addresses, hashes, mails and hosts in the title.
    indicators: Vec<u64>,
}

impl Look {
    /// None: the title says too little.
    pub(in crate::tui) fn of(title: &str) -> Option<Self> {
        let (mut shape, mut indicators) = (FxHasher::default(), Vec::new());
        let mut letters = 0;
        for word in
            title.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '"' | '\'' | '<' | '>' | '|'))
        {
            let word = word.trim_end_matches(['.', ':', '!', '?']).trim_start_matches(['@', '#']);
            if word.is_empty() {
                continue;
            }
            match kind(word) {
                Word::Indicator(kind) => {
                    shape.write(&[0, kind]);
                    if indicators.len() < MAX_INDICATORS {
                        indicators.push(hashed(&word.to_lowercase()));
                    }
                }
                Word::Id => shape.write(&[0, 1]),
                Word::Plain => letters += plain(word, &mut shape),
            }
            shape.write_u8(b' ');
        }
        indicators.sort_unstable();
        indicators.dedup();
        (letters >= MIN_LETTERS).then(|| Self { shape: shape.finish(), indicators })
    }
}

enum Word {
    /// Says what the case is about; the number is its kind.
    Indicator(u8),
    /// Says which of many it is.
    Id,
    Plain,
}

/// Letters as they are, whatever their case; a run of digits as one sign. Says how many letters there were.
fn plain(word: &str, shape: &mut FxHasher) -> usize {
    let (mut letters, mut in_digits) = (0, false);
    for c in word.chars().flat_map(char::to_lowercase) {
        let is_digit = c.is_ascii_digit();
        if is_digit && !in_digits {
            shape.write_u8(b'#');
        } else if !is_digit {
            shape.write_u32(c.into());
            letters += usize::from(c.is_alphabetic());
        }
        in_digits = is_digit;
    }
    letters
}

fn kind(word: &str) -> Word {
    let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && HASHES.contains(&word.len()) {
        return Word::Indicator(2);
    }
    if word.contains("://") {
        return Word::Indicator(3);
    }
    // An address may be written harmless.
    let plain = word.replace("[.]", ".");
    let address = plain.split_once('/').map_or(plain.as_str(), |(address, _)| address);
    if address.parse::<std::net::IpAddr>().is_ok() || plain.parse::<std::net::SocketAddr>().is_ok() {
        return Word::Indicator(4);
    }
    if let Some((user, host)) = plain.split_once('@') {
        return if !user.is_empty() && !host.is_empty() { Word::Indicator(5) } else { Word::Plain };
    }
    let labels: Vec<&str> = plain.split('.').collect();
    let is_label =
        |label: &&str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let ends_in_letters = labels.last().is_some_and(|last| last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic()));
    if labels.len() >= 2 && ends_in_letters && labels.iter().all(is_label) {
        return Word::Indicator(6);
    }
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit
        && word.len() >= MIN_HEX
        && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && !word.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Word::Id;
    }
    Word::Plain
}

fn hashed(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// A row that may be one of many.
pub(in crate::tui) struct Candidate<'a> {
    pub(in crate::tui) rid: Rid,
    pub(in crate::tui) look: &'a Look,
    /// Rows of another priority are never hidden behind this one.
    pub(in crate::tui) rank: Rank,
    /// The vendor's own word, where that is all that is known of it.
    pub(in crate::tui) word: &'a str,
    pub(in crate::tui) is_open: bool,
    /// Rows of another group never are either.
    pub(in crate::tui) group: usize,
    /// Seconds since 1970.
    pub(in crate::tui) opened_at: i64,
}

/// The storms among rows in their order on display; members stay in that order.
pub(in crate::tui) fn storms(rows: &[Candidate<'_>]) -> Vec<Vec<Rid>> {
    let mut alike: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for (at, row) in rows.iter().enumerate() {
        alike.entry((row.look.shape, row.rank, row.word, row.is_open, row.group)).or_default().push(at);
    }
    let mut found = Vec::new();
    for mut members in alike.into_values().filter(|members| members.len() >= MIN_MEMBERS) {
        members.sort_by_key(|at| (rows[*at].opened_at, *at));
        for run in members.chunk_by(|a, b| rows[*b].opened_at - rows[*a].opened_at <= WINDOW_S) {
            found.extend(about_the_same(rows, run));
        }
    }
    for storm in &mut found {
        storm.sort_unstable();
    }
    // The map's order is its own affair; what is shown must not depend on it.
    found.sort_unstable();
    found.into_iter().map(|storm: Vec<usize>| storm.into_iter().map(|at| rows[at].rid).collect()).collect()
}

/// Titles without indicators are about the same thing when they have one shape; others must share an indicator.
fn about_the_same(rows: &[Candidate<'_>], run: &[usize]) -> Vec<Vec<usize>> {
    let (mut bare, mut rest): (Vec<usize>, Vec<usize>) = run.iter().partition(|at| rows[**at].look.indicators.is_empty());
    let mut found = Vec::new();
    if bare.len() >= MIN_MEMBERS {
        found.push(std::mem::take(&mut bare));
    }
    let mut by_indicator: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for at in &rest {
        for indicator in &rows[*at].look.indicators {
            by_indicator.entry(*indicator).or_default().push(*at);
        }
    }
    let mut shared: Vec<_> = by_indicator.into_iter().filter(|(_, members)| members.len() >= MIN_MEMBERS).collect();
    shared.sort_by_key(|(indicator, members)| (std::cmp::Reverse(members.len()), *indicator));
    for (_, members) in shared {
        let free: Vec<usize> = members.into_iter().filter(|at| rest.contains(at)).collect();
        if free.len() >= MIN_MEMBERS {
            rest.retain(|at| !free.contains(at));
            found.push(free);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Level;

    fn fold(rows: &[(&str, Option<Level>, i64)]) -> Vec<Vec<u32>> {
        let looks: Vec<_> = rows.iter().map(|(title, ..)| Look::of(title)).collect();
        let rows: Vec<_> = (0..)
            .zip(rows)
            .zip(&looks)
            .filter_map(|((n, (_, level, opened_at)), look)| {
                let look = look.as_ref()?;
                Some(Candidate {
                    rid: Rid(n),
                    look,
                    rank: level.map_or(Rank::Unset, Rank::Level),
                    word: "",
                    is_open: true,
                    group: 0,
                    opened_at: *opened_at,
                })
            })
            .collect();
        storms(&rows).into_iter().map(|storm| storm.into_iter().map(|rid| rid.0).collect()).collect()
    }

    fn same(titles: &[&str]) -> bool {
        let rows: Vec<_> = titles.iter().map(|title| (*title, Some(Level::High), 0)).collect();
        fold(&rows).len() == 1 && fold(&rows)[0].len() == titles.len()
    }

    /// Precision over recall: every pair of the second list is about two things.
    #[test]
    fn a_labelled_collection() {
        for storm in [
            ["Disk pressure node-1", "Disk pressure node-17", "disk pressure NODE-170"],
            ["Login failures > 200/5m", "Login failures > 1200/5m", "Login failures > 90/15m"],
            ["Password spray from 10.0.0.1 (12 users)", "Password spray from 10.0.0.1 (3 users)", "Password spray from 10.0.0.1 (7 users)"],
            ["Malware 7f3a9c21 quarantined", "Malware 0b77e1aa quarantined", "Malware deadbee1 quarantined"],
            ["Phish: a@evil.example to all", "Phish: a@evil.example to all", "Phish: A@evil.example to all"],
            ["API 5xx burst eu-west-1", "API 5xx burst eu-west-2", "API 5xx burst eu-west-3"],
        ] {
            assert!(same(&storm), "{storm:?}");
        }
        for apart in [
            ["Impossible travel: j.doe", "Impossible travel: m.lee", "Impossible travel: k.tan"],
            ["Beacon to 10.0.0.1", "Beacon to 10.0.0.2", "Beacon to 10.0.0.3"],
            ["Phish: a@evil.example", "Phish: b@evil.example", "Phish: c@evil.example"],
            ["Lookup of evil.example", "Lookup of good.example", "Lookup of other.example"],
            ["Disk pressure node-1", "Disk failure node-1", "Memory pressure node-1"],
            ["Alert", "Alert", "Alert"],
            ["12", "13", "14"],
        ] {
            assert!(!same(&apart), "{apart:?}");
        }
    }

    #[test]
    fn priority_time_and_number_keep_rows_apart() {
        let title = "Disk pressure node-1";
        let high = Some(Level::High);
        assert_eq!(fold(&[(title, high, 0), (title, high, 10), (title, high, 20)]), [[0, 1, 2]]);
        assert!(fold(&[(title, high, 0), (title, high, 10)]).is_empty());
        assert_eq!(
            fold(&[(title, high, 0), (title, Some(Level::Critical), 1), (title, high, 10), (title, None, 2), (title, high, 20)]),
            [[0, 2, 4]]
        );
        assert!(fold(&[(title, high, 0), (title, high, 10), (title, high, 20 + WINDOW_S)]).is_empty());
        // A storm may last longer than the window.
        let steps: Vec<_> = (0..5).map(|n| (title, high, n * WINDOW_S)).collect();
        assert_eq!(fold(&steps), [[0, 1, 2, 3, 4]]);
    }

    #[test]
    fn members_keep_the_order_on_display() {
        let title = "Disk pressure node-1";
        assert_eq!(fold(&[(title, None, 30), (title, None, 10), (title, None, 20)]), [[0, 1, 2]]);
    }
}
