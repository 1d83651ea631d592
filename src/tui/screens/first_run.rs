//! The screen of somebody who has no configuration yet.

pub mod acts;
mod screen;
pub mod view;

/// The screen of somebody who has no configuration yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstRun {
    /// Where a configuration was looked for.
    pub looked_in: Vec<String>,
    pub chosen: usize,
}

impl FirstRun {
    /// What can be chosen, and what it takes.
    pub const CHOICES: [(&'static str, &'static str); 5] = [
        ("Try the demo", "three made-up vendors on this machine, no account, nothing leaves"),
        ("Set up Datadog", "site, API key and application key; cases_read, cases_write to edit"),
        ("Set up Tines", "tenant domain and API key; read on cases, write to edit"),
        ("Set up ServerOps.gg", "API token so_live_... or so_test_...; the vendor says: coming soon"),
        ("Write a commented config file", "all three vendors, ready to fill in"),
    ];
}
