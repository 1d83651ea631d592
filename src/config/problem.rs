//! What is wrong with a configuration: where, what, and what to write instead.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::domain::text::Clean;

/// One thing to correct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// None: it is not about a file (a secret's command failed).
    pub file: Option<PathBuf>,
    /// From 1. None: it is about the file as a whole.
    pub line: Option<usize>,
    /// What is wrong, without a full stop; never holds a secret.
    pub what: String,
    /// What to write or do; never empty.
    pub instead: String,
}

impl Problem {
    pub(super) fn in_file(file: &Path, what: &str, instead: &str) -> Self {
        Self { file: Some(file.into()), line: None, what: what.into(), instead: instead.into() }
    }

    pub(super) fn plain(what: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { file: None, line: None, what: what.into(), instead: instead.into() }
    }
}

/// `config.toml:12: what is wrong`, and on a second line what to do. What the file says is shown harmless.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}:", Clean::line(&file.display().to_string()))?;
            if let Some(line) = self.line {
                write!(f, "{line}:")?;
            }
            f.write_str(" ")?;
        }
        write!(f, "{}\n  {}", Clean::line(&self.what), Clean::line(&self.instead))
    }
}

impl std::error::Error for Problem {}

/// All that is wrong with one file, in the order of its lines; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
