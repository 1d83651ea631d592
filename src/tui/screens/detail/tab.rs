//! The tabs of a case.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Overview,
    Activity,
    Records,
    Fields,
    Files,
    Raw,
}

impl Tab {
    pub const ALL: [Self; 6] = [Self::Overview, Self::Activity, Self::Records, Self::Fields, Self::Files, Self::Raw];

    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Activity => "Activity",
            Self::Records => "Records",
            Self::Fields => "Fields",
            Self::Files => "Files",
            Self::Raw => "Raw",
        }
    }
}
