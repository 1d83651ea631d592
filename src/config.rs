//! What the person has configured. The file is TOML, holds no secrets, and is read in one go: every problem
//! of it is reported together, each with its line and what to write instead.

mod child;
mod load;
mod macros;
mod places;
mod problem;
mod read;
pub mod recall;
pub mod rewrite;
mod secret;
mod settings;
mod starter;
mod trust;
mod upgrade;
pub mod views;

pub use child::{end, in_own_group, without_secrets};
pub use load::load;
pub use macros::{MAX_MACROS, Macro, Question};
pub use places::Places;
pub use problem::{Problem, Problems};
pub use read::parse;
pub use recall::Recall;
pub use secret::{Asks, SecretRef, read_private, read_public};
pub use settings::{
    ALARM_WORDS, Alarms, ApiVersion, Borders, Colour, Config, DATADOG_SITES, DEFAULT_TIMEOUT_S, Desktop, Edit, Keys, Poll, Preset, Remap,
    SERVEROPS_BASE_URL, SlaRule, Source, Times, Ui,
};
pub use starter::{append, starter, write_new};
pub use trust::{Proxy, Trust};
pub use upgrade::{use_tines_v2, with_tines_v2};
pub use views::{View, ViewChange, ready_made};
