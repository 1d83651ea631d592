//! The verbs that look after an installation.

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};

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
    "Removes the cases that were read, of all sources; the next start reads them again. Edits that were not sent, drafts, \
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
pub(super) fn completions(line: &mut Command, shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, line, "caseload", &mut text);
    text
}

/// The manual page: the program, then each verb, in roff.
pub(super) fn man(mut command: Command) -> Vec<u8> {
    command.build();
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let page = clap_mangen::Man::new(command.clone());
    let [words, sections] = foot(&command);
    let _ = page.render_title(&mut text);
    let _ = page.render_name_section(&mut text);
    let _ = page.render_synopsis_section(&mut text);
    let _ = page.render_description_section(&mut text);
    let _ = words.to_writer(&mut text);
    let _ = page.render_options_section(&mut text);
    let _ = page.render_subcommands_section(&mut text);
    let _ = sections.to_writer(&mut text);
    let _ = page.render_version_section(&mut text);
    for verb in command.get_subcommands() {
        let page = clap_mangen::Man::new(verb.clone());
        let _ = page.render_name_section(&mut text);
        let _ = page.render_synopsis_section(&mut text);
        let _ = page.render_options_section(&mut text);
    }
    text
}

/// What stands below a help: words for the description, and sections. `clap_mangen` itself makes one paragraph of it.
fn foot(command: &Command) -> [Roff; 2] {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let [mut words, mut sections] = [Roff::new(), Roff::new()];
    let mut is_below = false;
    for paragraph in help.split("\n\n") {
        let (head, lines) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        let heading = match head {
            "Examples:" => "EXAMPLES",
            "Exit codes:" => "EXIT STATUS",
            _ => {
                let out = if is_below { &mut sections } else { &mut words };
                out.control("PP", []).text([roman(paragraph.replace('\n', " "))]);
                continue;
            }
        };
        is_below = true;
        sections.control("SH", [heading]);
        // What is typed or returned stands in front, and what it means behind two blanks at least.
        for line in lines.lines().map(str::trim) {
            let (term, meaning) = line.split_once("  ").unwrap_or((line, ""));
            sections.control("TP", []).text([bold(term)]).text([roman(meaning.trim())]);
        }
    }
    [words, sections]
}
