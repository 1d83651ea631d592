//! The verbs that look after an installation.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;

#[derive(Debug, Args)]
#[command(after_help = DOCTOR_HELP)]
pub struct Doctor {
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

const DOCTOR_HELP: &str = "Each line is ok, warn or bad; below one that is not ok stands the next step. Each source is asked for one page.

Examples:
  caseload doctor
  caseload doctor --offline                   without asking any source
  caseload doctor --json | jq '.checks[] | select(.grade != \"ok\")'

Exit codes:
  0  nothing is bad (there may be warnings)
  2  configuration, secrets, data directory or terminal
  3  a vendor refused the keys
  4  the network or a vendor failed
  6  several of these";

#[derive(Debug, Args)]
#[command(after_help = PURGE_HELP)]
pub struct Purge {
    /// Remove without asking
    #[arg(long)]
    pub yes: bool,
}

const PURGE_HELP: &str =
    "Removes the cases that were read, of all sources; the next start reads them again. Edits that were not sent, drafts,
the journal and the log stay. What is removed is given back to the disk, not overwritten.

Examples:
  caseload purge
  caseload purge --yes

Exit codes:
  0  done, or nothing was there
  1  not confirmed; nothing was removed
  2  it cannot be removed, or --yes is missing where nobody can be asked
  4  another caseload works with it";

#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_HELP)]
pub struct Completions {
    #[arg(value_enum)]
    pub shell: Shell,
}

const COMPLETIONS_HELP: &str = "Examples:
  caseload completions bash > ~/.local/share/bash-completion/completions/caseload
  caseload completions zsh > \"${fpath[1]}/_caseload\"
  caseload completions fish > ~/.config/fish/completions/caseload.fish
  caseload man > ~/.local/share/man/man1/caseload.1";

/// The script that completes the command line in a shell.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "caseload", &mut text);
    text
}

/// The manual page: the program, then each verb, in roff.
pub fn man() -> Vec<u8> {
    let mut command = Cli::command();
    command.build();
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = clap_mangen::Man::new(command.clone()).render(&mut text);
    for verb in command.get_subcommands() {
        let page = clap_mangen::Man::new(verb.clone());
        let _ = page.render_name_section(&mut text);
        let _ = page.render_synopsis_section(&mut text);
        let _ = page.render_options_section(&mut text);
    }
    text
}
