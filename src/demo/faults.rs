//! The mood of the vendors: calm, rough, or an outage.

use std::str::FromStr;

use super::vendor::Vendor;

/// The mood of all vendors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Faults {
    /// Nothing fails on its own.
    Calm,
    /// About 8 % of answers are slow, refused, broken or cut, and lists shift while they are read.
    Rough,
    /// One vendor answers 503, closes the connection, or never answers, in turn.
    Outage(Vendor),
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None if text == "calm" => Ok(Self::Calm),
            None if text == "rough" => Ok(Self::Rough),
            Some(("outage", vendor)) => vendor.parse().map(Self::Outage),
            _ => Err(format!("`{text}` is no kind of fault; write calm, rough, or outage=datadog, outage=tines, outage=serverops")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moods_are_read_and_a_wrong_one_says_what_to_write() {
        assert_eq!("rough".parse(), Ok(Faults::Rough));
        assert_eq!("outage=serverops".parse(), Ok(Faults::Outage(Vendor::ServerOps)));
        for wrong in ["", "stormy", "outage", "outage=jira", "calm=1"] {
            let error = wrong.parse::<Faults>().unwrap_err();
            assert!(error.contains("serverops"), "{error}");
        }
    }
}
