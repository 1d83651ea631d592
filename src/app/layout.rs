//! Which part of the screen is whose, from its size and the state alone.

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

/// Where everything is painted. Parts that the size leaves no room for are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    pub header: Area,
    pub filter: Area,
    pub list: Area,
    /// Preview, tray or a source's problem, below the list.
    pub foot: Area,
    pub detail: Area,
    pub hints: Area,
    pub status: Area,
    /// The overlay on top, when there is one.
    pub overlay: Area,
    /// Where the terminal's own cursor stands, when text is being typed.
    pub cursor: Option<(u16, u16)>,
}
