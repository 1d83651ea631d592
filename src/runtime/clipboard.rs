//! OSC 52: the terminal itself puts text on the clipboard, over ssh and inside multiplexers too.

use std::env;
use std::fmt::Write as _;

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;

/// Encoded bytes that common terminals still take in one sequence (xterm and hterm cut at about 75 000).
pub(super) const MAX_TEXT_BYTES: usize = 54 * 1024;
/// GNU screen drops longer device control strings.
const SCREEN_CHUNK_BYTES: usize = 600;

/// What stands between the program and the terminal that owns the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Direct,
    Tmux,
    Screen,
}

impl Route {
    pub(super) fn here() -> Self {
        Self::of(env::var_os("TMUX").is_some(), env::var_os("STY").is_some())
    }

    fn of(tmux: bool, screen: bool) -> Self {
        match (tmux, screen) {
            (true, _) => Self::Tmux,
            (false, true) => Self::Screen,
            (false, false) => Self::Direct,
        }
    }

    /// For the notice: the terminal never answers, so the person is told which way the text went.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Direct => "through the terminal, OSC 52",
            Self::Tmux => "through tmux, OSC 52; needs set-clipboard on or allow-passthrough on",
            Self::Screen => "through screen, OSC 52",
        }
    }
}

/// The bytes that put `text` on the clipboard.
pub(super) fn sequence(text: &str, route: Route) -> String {
    let mut plain = String::new();
    // Writing to a String cannot fail, and the command encodes everything it is given.
    let _ = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut plain);
    let wrapped = wrapped(&plain, route);
    // tmux takes the plain form with `set-clipboard on` and hands the wrapped one on with `allow-passthrough on`;
    // whichever it is not set up for it drops.
    if route == Route::Tmux { format!("{plain}{wrapped}") } else { wrapped }
}

/// A sequence for the terminal itself, through what stands between.
pub(super) fn wrapped(plain: &str, route: Route) -> String {
    match route {
        Route::Direct => plain.to_owned(),
        Route::Tmux => format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
        Route::Screen => {
            let mut out = String::new();
            let mut rest = plain;
            while !rest.is_empty() {
                let (chunk, tail) = rest.split_at(cut(rest));
                let _ = write!(out, "\x1bP{chunk}\x1b\\");
                rest = tail;
            }
            out
        }
    }
}

/// Where a chunk ends: never inside the closing `ESC \`, which would end the wrapping instead.
fn cut(rest: &str) -> usize {
    if rest.len() <= SCREEN_CHUNK_BYTES { rest.len() } else { SCREEN_CHUNK_BYTES.min(rest.len() - 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_multiplexer_decides_the_way() {
        assert_eq!(Route::of(false, false), Route::Direct);
        assert_eq!(Route::of(true, true), Route::Tmux);
        assert_eq!(Route::of(false, true), Route::Screen);
    }

    #[test]
    fn text_leaves_encoded_whatever_it_holds() {
        let sequence = sequence("\x1b]52;c;?\x07 漢", Route::Direct);
        assert!(sequence.starts_with("\x1b]52;c;"));
        assert_eq!(sequence.matches('\x1b').count(), 2, "its start and its end: {sequence:?}");
        assert!(sequence.is_ascii());
    }

    #[test]
    fn tmux_gets_it_plain_and_wrapped_with_escapes_doubled() {
        let plain = sequence("SEC-882", Route::Direct);
        let both = sequence("SEC-882", Route::Tmux);
        let wrapped = both.strip_prefix(plain.as_str()).unwrap();
        assert_eq!(wrapped, format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")));
    }

    #[test]
    fn screen_gets_it_in_pieces_that_join_to_the_whole() {
        let plain = sequence(&"x".repeat(5000), Route::Direct);
        let pieces = sequence(&"x".repeat(5000), Route::Screen);
        let joined: String = pieces.split("\x1bP").map(|piece| piece.strip_suffix("\x1b\\").unwrap_or(piece)).collect();
        assert_eq!(joined, plain);
    }
}
