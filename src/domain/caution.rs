//! What stands about a source whether or not it answers, in words. Pure: the day comes from outside.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::text::Clean;

/// The day on which Tines removes v1 of its cases API.
const V1_ENDS: Date = date(2026, 12, 1);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// The token begins as none of this vendor's does.
    OddToken,
    /// The source reads v1 of Tines; and what v2 answered to the same token.
    TinesV1(V2),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum V2 {
    #[default]
    NotAsked,
    Answers,
    /// In these words.
    Fails(Clean),
}

impl Caution {
    pub fn words(&self, now: Timestamp) -> String {
        match self {
            Self::OddToken => "the token begins neither with so_live_ nor with so_test_: is it ServerOps'?".into(),
            Self::TinesV1(v2) => {
                let end = end_of_v1(day(now));
                match v2 {
                    V2::NotAsked => format!("{end}: set api_version = \"v2\""),
                    V2::Answers => format!("{end}; v2 answers with the same token: set api_version = \"v2\""),
                    V2::Fails(words) => {
                        format!("{end}; v2 does not answer with the same token ({words}): put that right, then set api_version = \"v2\"")
                    }
                }
            }
        }
    }
}

/// Whether v1 of Tines may be gone by now.
pub fn has_v1_ended(now: Timestamp) -> bool {
    day(now) >= V1_ENDS
}

/// The countdown to the end of v1; after its day in the past tense.
pub fn end_of_v1(today: Date) -> String {
    let days = (V1_ENDS - today).get_days();
    match days {
        2.. => format!("Tines removes v1 of its API on {V1_ENDS}, in {days} days"),
        1 => format!("Tines removes v1 of its API on {V1_ENDS}, tomorrow"),
        0 => format!("Tines removes v1 of its API today, {V1_ENDS}"),
        _ => format!("Tines removed v1 of its API on {V1_ENDS}"),
    }
}

/// The vendor names no zone; its servers count in UTC.
pub fn day(now: Timestamp) -> Date {
    now.to_zoned_datetime(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_v1_counts_down_and_is_past_after_its_day() {
        for (day, words) in [
            (date(2026, 9, 1), "removes v1 of its API on 2026-12-01, in 91 days"),
            (date(2026, 11, 29), "removes v1 of its API on 2026-12-01, in 2 days"),
            (date(2026, 11, 30), "removes v1 of its API on 2026-12-01, tomorrow"),
            (date(2026, 12, 1), "removes v1 of its API today, 2026-12-01"),
            (date(2026, 12, 2), "removed v1 of its API on 2026-12-01"),
            (date(2031, 1, 1), "removed v1 of its API on 2026-12-01"),
        ] {
            assert_eq!(end_of_v1(day), format!("Tines {words}"));
        }
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(!has_v1_ended(at("2026-11-30T23:59:59Z")) && has_v1_ended(at("2026-12-01T00:00:00Z")));
    }

    #[test]
    fn what_v2_answered_is_part_of_the_advice() {
        let (before, after): (Timestamp, Timestamp) = ("2026-11-29T12:00:00Z".parse().unwrap(), "2026-12-24T12:00:00Z".parse().unwrap());
        let fails = Caution::TinesV1(V2::Fails(Clean::line("403 Forbidden")));
        assert!(fails.words(before).contains("in 2 days; v2 does not answer with the same token (403 Forbidden)"));
        assert!(Caution::TinesV1(V2::Answers).words(after).starts_with("Tines removed v1 of its API on 2026-12-01; v2 answers"));
        for v2 in [V2::NotAsked, V2::Answers, V2::Fails(Clean::line("x"))] {
            assert!(Caution::TinesV1(v2).words(after).ends_with("set api_version = \"v2\""));
        }
    }
}
