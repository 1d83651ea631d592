//! Fourteen colours of the terminal's own sixteen, and what they stand for. Without colour only attributes remain;
//! every state is also a letter or a word, so nothing is lost.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::case::{Level, Rank, State};
use crate::domain::clock::Urgency;
use crate::domain::source_policy::Accent;
use crate::tui::cx::notice::Grade;

/// The whole palette; everything on the screen is one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    pub text: Color,
    pub accent: Color,
    pub border: Color,
    pub good: Color,
    pub warning: Color,
    pub bad: Color,
    pub critical: Color,
    pub high: Color,
    pub medium: Color,
    pub low: Color,
    pub open: Color,
    pub progress: Color,
    pub unseen: Color,
    pub badge: Color,
}

impl Palette {
    /// The terminal's own colours: they fit its background, whatever that is. No bright black, which is unreadable on
    /// several well-known themes.
    pub const TERMINAL: Self = Self {
        text: Color::Reset,
        accent: Color::Cyan,
        border: Color::Reset,
        good: Color::Green,
        warning: Color::Yellow,
        bad: Color::Red,
        critical: Color::Red,
        high: Color::Red,
        medium: Color::Yellow,
        low: Color::Reset,
        open: Color::Green,
        progress: Color::Cyan,
        unseen: Color::Magenta,
        badge: Color::Magenta,
    };

    /// `NO_COLOR`.
    pub const NONE: Self = Self {
        text: Color::Reset,
        accent: Color::Reset,
        border: Color::Reset,
        good: Color::Reset,
        warning: Color::Reset,
        bad: Color::Reset,
        critical: Color::Reset,
        high: Color::Reset,
        medium: Color::Reset,
        low: Color::Reset,
        open: Color::Reset,
        progress: Color::Reset,
        unseen: Color::Reset,
        badge: Color::Reset,
    };
}

/// What is written how.
#[derive(Clone, Copy, Debug)]
pub struct Styles {
    palette: Palette,
}

impl Styles {
    pub fn new(plain: bool) -> Self {
        Self { palette: if plain { Palette::NONE } else { Palette::TERMINAL } }
    }

    pub fn text(self) -> Style {
        Style::new().fg(self.palette.text)
    }

    /// Beside what matters: rules, hints, absent values.
    pub fn dim(self) -> Style {
        self.text().add_modifier(Modifier::DIM)
    }

    pub fn strong(self) -> Style {
        self.text().add_modifier(Modifier::BOLD)
    }

    /// Keys, the filter's slash, the tab in sight.
    pub fn accent(self) -> Style {
        Style::new().fg(self.palette.accent)
    }

    pub fn title(self) -> Style {
        self.accent().add_modifier(Modifier::BOLD)
    }

    pub fn border(self) -> Style {
        Style::new().fg(self.palette.border).add_modifier(Modifier::DIM)
    }

    /// The border of the pane that has the keys.
    pub fn focused_border(self) -> Style {
        self.accent()
    }

    /// The row under the cursor; `>` stands there too.
    pub fn cursor(self, has_keys: bool) -> Style {
        if has_keys { self.text().add_modifier(Modifier::REVERSED) } else { self.strong() }
    }

    /// A source's own mark; without colour it is reversed all the same.
    pub fn banner(self, accent: Option<Accent>) -> Style {
        let is_plain = self.palette == Palette::NONE;
        let colour = match accent.filter(|_| !is_plain) {
            None => self.palette.badge,
            Some(Accent::Red) => Color::Red,
            Some(Accent::Green) => Color::Green,
            Some(Accent::Yellow) => Color::Yellow,
            Some(Accent::Blue) => Color::Blue,
            Some(Accent::Magenta) => Color::Magenta,
            Some(Accent::Cyan) => Color::Cyan,
        };
        Style::new().fg(colour).add_modifier(Modifier::BOLD | Modifier::REVERSED)
    }

    pub fn badge(self) -> Style {
        Style::new().fg(self.palette.badge).add_modifier(Modifier::BOLD)
    }

    pub fn unseen(self) -> Style {
        Style::new().fg(self.palette.unseen).add_modifier(Modifier::BOLD)
    }

    pub fn good(self) -> Style {
        Style::new().fg(self.palette.good)
    }

    pub fn warning(self) -> Style {
        Style::new().fg(self.palette.warning)
    }

    pub fn bad(self) -> Style {
        Style::new().fg(self.palette.bad).add_modifier(Modifier::BOLD)
    }

    pub fn grade(self, grade: Grade) -> Style {
        match grade {
            Grade::Info => self.text(),
            Grade::Good => self.good(),
            Grade::Warning => self.warning(),
            Grade::Error => self.bad(),
        }
    }

    pub fn rank(self, rank: Rank) -> Style {
        let palette = self.palette;
        match rank {
            Rank::Unknown | Rank::Level(Level::Critical) => Style::new().fg(palette.critical).add_modifier(Modifier::BOLD),
            Rank::Level(Level::High) => Style::new().fg(palette.high),
            Rank::Level(Level::Medium) => Style::new().fg(palette.medium),
            Rank::Level(Level::Low) => Style::new().fg(palette.low),
            Rank::Level(Level::Info) | Rank::Unset => self.dim(),
        }
    }

    pub fn state(self, state: Option<State>) -> Style {
        match state {
            Some(State::Open) => Style::new().fg(self.palette.open),
            Some(State::InProgress) => Style::new().fg(self.palette.progress),
            Some(State::Closed | State::Archived) => self.dim(),
            None => self.text(),
        }
    }

    pub fn urgency(self, urgency: Urgency) -> Style {
        match urgency {
            Urgency::Over => self.bad(),
            Urgency::Soon => self.warning().add_modifier(Modifier::BOLD),
            Urgency::Calm => self.text(),
        }
    }
}
