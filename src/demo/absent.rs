//! In place of the embedded vendors, in a build without the feature `demo`: the same options, and an error that says how to
//! build with it.

mod faults;
mod options;
mod vendor;

use std::io;

pub use self::faults::Faults;
pub use self::options::{MAX_CASES, Options};
pub use self::vendor::Vendor;

/// Where a vendor listens and how to come in.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Whose.
    pub vendor: Vendor,
    /// Scheme, host, port.
    pub base_url: String,
    /// Environment names and values.
    pub secrets: Vec<(&'static str, String)>,
    /// E-mail address of the analyst.
    pub me: String,
}

/// Vendors that run; in this build none ever do.
#[derive(Debug)]
pub enum Demo {}

/// Always the error that this build has no embedded vendors.
pub fn start(_: &Options) -> io::Result<Demo> {
    let words = "this caseload was built without them; `cargo build --release --features demo` builds one that has them";
    Err(io::Error::new(io::ErrorKind::Unsupported, words))
}

impl Demo {
    /// The three vendors.
    pub fn endpoints(&self) -> [Endpoint; 3] {
        match *self {}
    }

    /// Where the control plane listens.
    pub fn control_url(&self) -> String {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_says_how_to_build_with_the_vendors() {
        let error = start(&Options::default()).unwrap_err().to_string();
        assert!(error.contains("--features demo"), "{error}");
    }
}
