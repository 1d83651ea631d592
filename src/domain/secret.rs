//! A secret in memory: wiped when dropped, never printed.

pub use secrecy::zeroize::Zeroizing;
pub use secrecy::{ExposeSecret, SecretString as Secret};
