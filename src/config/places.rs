//! Where files live: the XDG base directories, unless the person says otherwise.

use std::path::PathBuf;

use etcetera::base_strategy::{BaseStrategy, Xdg};

use super::problem::Problem;

/// The directory of ours in each of the XDG directories.
const OURS: &str = "caseload";

/// The files and directories of this run. None of them is created here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// `~/.config/caseload/config.toml`.
    pub config: PathBuf,
    /// Directory of the cases, the outbox and the drafts: `~/.local/share/caseload`.
    pub data: PathBuf,
    /// `~/.local/state/caseload/caseload.log`.
    pub log: PathBuf,
}

impl Places {
    /// `config` and `data` come from flags or environment and win over XDG.
    ///
    /// # Errors
    /// No home directory is known and something would have to be in it.
    pub fn find(config: Option<PathBuf>, data: Option<PathBuf>) -> Result<Self, Problem> {
        match Xdg::new() {
            Ok(xdg) => {
                let state = xdg.state_dir().unwrap_or_else(|| xdg.data_dir()).join(OURS);
                Ok(Self {
                    config: config.unwrap_or_else(|| xdg.config_dir().join(OURS).join("config.toml")),
                    data: data.unwrap_or_else(|| xdg.data_dir().join(OURS)),
                    log: state.join("caseload.log"),
                })
            }
            Err(_) => match (config, data) {
                (Some(config), Some(data)) => Ok(Self { config, log: data.join("caseload.log"), data }),
                _ => Err(Problem::plain("no home directory is known", "set HOME, or give both --config FILE and --data-dir DIR")),
            },
        }
    }
}
