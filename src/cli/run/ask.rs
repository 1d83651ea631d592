//! One question on the terminal, whose only yes is `y`.

use std::io::{
    BufRead, IsTerminal, Write, {self},
};

/// Somebody is there to be asked.
pub(in crate::cli) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for the number of cases that are to be sent something; only that number is a yes.
pub(in crate::cli) fn number(count: usize) -> io::Result<bool> {
    write!(io::stderr().lock(), "Type {count} to send it: ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == count.to_string())
}

/// Asks on stderr, so that the output stays apart. Anything but `y` is a no, and so is the end of input.
pub(in crate::cli) fn yes(question: &str) -> io::Result<bool> {
    write!(io::stderr().lock(), "{question} [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "y")
}
