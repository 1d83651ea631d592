//! `caseload completions` and `caseload man`.

use std::io::{
    Write, {self},
};

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::run::stop::{Exit, Stop};

#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_HELP)]
pub struct CompletionsArgs {
    #[arg(value_enum)]
    pub shell: Shell,
}

const COMPLETIONS_HELP: &str = "Examples:
  caseload completions bash > ~/.local/share/bash-completion/completions/caseload
  caseload completions zsh > \"${fpath[1]}/_caseload\"
  caseload completions fish > ~/.config/fish/completions/caseload.fish
  caseload man > ~/.local/share/man/man1/caseload.1";

/// Prints the script that completes the command line in a shell.
pub(in crate::cli) fn run(line: &mut Command, args: &CompletionsArgs) -> Result<Exit, Stop> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, line, "caseload", &mut text);
    print(&text)
}

/// Prints the manual page: the program, then each verb, in roff.
pub(in crate::cli) fn man(mut command: Command) -> Result<Exit, Stop> {
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
    print(&text)
}

fn print(text: &[u8]) -> Result<Exit, Stop> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(Exit::Done)
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
