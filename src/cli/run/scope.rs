//! What every verb needs to know.

use crate::cli::run::stop::Stop;
use crate::config::{
    Config, Places, {self},
};

/// Which sources, read from where, shown how wide.
#[derive(Clone, Debug)]
pub struct Scope {
    pub places: Places,
    /// Names of the sources to use; empty: all that are configured.
    pub only: Vec<String>,
    /// No request leaves.
    pub offline: bool,
    /// Width of the terminal that shows the output; None: no terminal shows it.
    pub columns: Option<u16>,
}

impl Scope {
    /// The configuration, with the sources of this run only.
    pub(in crate::cli) fn config(&self) -> Result<Config, Stop> {
        let mut config = config::load(&self.places.config)?;
        let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        if names.is_empty() {
            let file = self.places.config.display();
            return Err(Stop::usage(format!(
                "{file} configures no source\n  write a [[source]] there, or look around with `caseload demo`"
            )));
        }
        if let Some(unknown) = self.only.iter().find(|wanted| !names.iter().any(|name| name.eq_ignore_ascii_case(wanted))) {
            return Err(Stop::usage(format!("there is no source `{unknown}`\n  the sources are {}", names.join(", "))));
        }
        config.keep_sources(|source| self.only.is_empty() || self.only.iter().any(|wanted| source.name.eq_ignore_ascii_case(wanted)));
        Ok(config)
    }
}
