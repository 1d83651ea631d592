//! How the command line is read before a verb sees it.

pub(in crate::cli) mod exit_codes;
pub(in crate::cli) mod fields;
pub(in crate::cli) mod reach;
pub(in crate::cli) mod words;
