//! Everything that the file can say. What a person leaves out is the default here.

use std::path::PathBuf;

use compact_str::CompactString;

use super::macros::Macro;
use super::secret::SecretRef;
use super::trust::Trust;
use super::views::{View, ready_made};
use crate::domain::case::Vendor;
use crate::domain::sla::hours::Hours;

/// The nine Datadog sites; each is a world of its own, with its own keys.
pub const DATADOG_SITES: [&str; 9] = [
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "datadoghq.eu",
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "uk1.datadoghq.com",
    "ddog-gov.com",
    "us2.ddog-gov.com",
];

/// Where `ServerOps` answers when the source names no `base_url`.
pub const SERVEROPS_BASE_URL: &str = "https://api.serverops.gg/v1";

/// Everything the file can say. The default is what an empty file means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// In the order of the file; empty when nothing is set up yet.
    pub sources: Vec<Source>,
    pub poll: Poll,
    pub ui: Ui,
    pub edit: Edit,
    pub macros: Vec<Macro>,
    pub keys: Keys,
    /// In the order of the file: the first that fits a case holds.
    pub sla: Vec<SlaRule>,
    /// For rules that count business hours.
    pub hours: Option<Hours>,
    pub alarms: Alarms,
    /// In the order of their tabs: ready-made ones and the file's own; never empty.
    pub views: Vec<View>,
    /// Sources of the file that this run leaves out.
    pub left_out: Vec<Source>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            sources: Vec::new(),
            poll: Poll::default(),
            ui: Ui::default(),
            edit: Edit::default(),
            macros: Vec::new(),
            keys: Keys::default(),
            sla: Vec::new(),
            hours: None,
            alarms: Alarms::default(),
            views: ready_made(),
            left_out: Vec::new(),
        }
    }
}

/// One tenant of one vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Letters, digits, `-`, `_` and `.`; unique without regard to case. References are written `NAME:KEY`.
    pub name: String,
    pub vendor: Vendor,
    /// As the list writes it: [`Vendor::codes`] of all sources of the file.
    pub code: CompactString,
    /// Datadog: one of [`DATADOG_SITES`]. Tines: the tenant's host. `ServerOps`: always None.
    pub site: Option<String>,
    /// `https://…` without a trailing slash; wins over `site`. Datadog may have both: links then lead to the site.
    pub base_url: Option<String>,
    /// Tines only; None means v2.
    pub api_version: Option<ApiVersion>,
    /// Datadog, together with `app_key`, or else `token`.
    pub api_key: Option<SecretRef>,
    pub app_key: Option<SecretRef>,
    /// Sent as a bearer token. Datadog, Tines, `ServerOps`.
    pub token: Option<SecretRef>,
    /// Tines only, in place of `token`: sent as `X-User-Token`.
    pub user_token: Option<SecretRef>,
    /// Datadog only: a case search in Datadog's own words, passed through untouched.
    pub filter: Option<String>,
    /// Tines only: digits.
    pub team_id: Option<String>,
    /// Tines only: the mail address by which the tenant knows this person.
    pub me: Option<String>,
    /// Longest wait for one answer; None: [`DEFAULT_TIMEOUT_S`].
    pub timeout_s: Option<u64>,
    pub trust: Trust,
}

/// What one request may take when the source does not say otherwise.
pub const DEFAULT_TIMEOUT_S: u64 = 30;

/// Which Tines API to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiVersion {
    V1,
    V2,
}

/// How often the workbench looks for changes by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// While keys are being pressed.
    pub focused_s: u64,
    /// When nobody has pressed a key for minutes.
    pub idle_s: u64,
}

impl Default for Poll {
    fn default() -> Self {
        Self { focused_s: 30, idle_s: 300 }
    }
}

/// What the screen looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ui {
    pub borders: Borders,
    pub colour: Colour,
    pub times: Times,
}

/// How edits leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// How long an edit from the workbench waits before it is sent, so that it can be taken back; 0: not at all.
    pub send_delay_s: u64,
}

impl Default for Edit {
    fn default() -> Self {
        Self { send_delay_s: 5 }
    }
}

/// Which keys do what, as far as it differs from the program's own table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    pub preset: Preset,
    /// In the order of the file; whether they can hold is judged where the table is.
    pub remaps: Vec<Remap>,
}

/// The table to start from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Letters move and act.
    #[default]
    Vim,
    /// Arrows move, function keys act.
    Arrows,
}

/// The keys of one command in one place, as they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remap {
    /// `list`, `case`, … or `everywhere`.
    pub place: String,
    pub action: String,
    /// Alternatives; none takes its keys away.
    pub keys: Vec<String>,
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
}

/// A clock for cases whose vendor runs none. What fits is filter text: it is read where the filter language is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlaRule {
    pub when: String,
    /// Until somebody has the case.
    pub respond_s: Option<i64>,
    /// Until it is closed.
    pub close_s: Option<i64>,
    pub business_hours: bool,
    pub file: PathBuf,
    /// Of `when`, from 1.
    pub line: usize,
}

/// What of an alarm goes into a command, as `{word}` or as `CASELOAD_WORD`.
pub const ALARM_WORDS: [&str; 7] = ["words", "key", "title", "source", "url", "left", "count"];

/// When and how a clock that runs out is announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarms {
    /// Seconds left at which an alarm is due, the most first; 0: when it is over. Empty: never.
    pub at_s: Vec<i64>,
    /// Filter text, and where it stands; None: every case that waits for somebody.
    pub when: Option<(String, PathBuf, usize)>,
    pub bell: bool,
    pub desktop: Desktop,
    /// A program and its arguments, run without a shell; empty: none.
    pub command: Vec<String>,
    /// Local times, minutes since midnight: from, to. The screen says it all the same.
    pub quiet: Option<(u16, u16)>,
}

impl Default for Alarms {
    fn default() -> Self {
        Self { at_s: vec![30 * 60, 5 * 60, 0], when: None, bell: true, desktop: Desktop::default(), command: Vec::new(), quiet: None }
    }
}

/// How the terminal is asked for a notification of the desktop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Desktop {
    /// iTerm2, kitty, `WezTerm`, Ghostty, Windows Terminal.
    #[default]
    Osc9,
    /// foot, urxvt, VTE with a patch.
    Osc777,
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Borders {
    #[default]
    Lines,
    /// `+ - |`, for terminals that draw box characters two columns wide.
    Ascii,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// The terminal's own 16 colours unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Bold, dim and reverse only.
    None,
}

/// How moments are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    #[default]
    Relative,
    Local,
    Utc,
}

impl Source {
    /// Where its secrets are kept.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretRef> {
        [&self.api_key, &self.app_key, &self.token, &self.user_token].into_iter().flatten()
    }

    /// A command gives one of them, and may ask for a passphrase.
    pub fn has_secret_command(&self) -> bool {
        self.secrets().any(|secret| matches!(secret, SecretRef::Command(_)))
    }
}

impl Config {
    /// The environment variables that hold a secret of a source. No program that we start inherits them.
    pub fn secret_variables(&self) -> Vec<String> {
        let sources = self.sources.iter().chain(&self.left_out);
        let names = sources.flat_map(Source::secrets).filter_map(|secret| match secret {
            SecretRef::Env(name) => Some(name.clone()),
            SecretRef::Command(_) | SecretRef::File(_) => None,
        });
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Keeps the sources that are wanted. The others are still known: nobody inherits their secrets, and they can be named.
    pub fn keep_sources(&mut self, is_wanted: impl Fn(&Source) -> bool) {
        self.left_out.extend(self.sources.extract_if(.., |source| !is_wanted(source)));
    }

    /// What `src:` may call the sources that this run leaves out.
    pub fn names_left_out(&self) -> Vec<CompactString> {
        let names =
            |source: &Source| [source.name.as_str().into(), source.code.clone(), source.vendor.code().into(), source.vendor.name().into()];
        self.left_out.iter().flat_map(names).collect()
    }
}
