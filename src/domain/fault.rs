//! What can go wrong, in words a person can act on.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::Clean;

/// One failure: what it is, what was asked, what the other side said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub kind: FaultKind,
    /// What happened, one sentence; a vendor's words are cleaned and cut.
    #[serde(with = "super::text::kept")]
    pub message: Clean,
    /// HTTP status of the answer, when there was one.
    pub status: Option<u16>,
    /// Seconds the vendor asked us to wait, from `Retry-After` or its quota headers.
    pub wait_s: Option<u64>,
    /// `GET https://…` without secrets; empty when no request is concerned.
    #[serde(with = "super::text::kept")]
    pub request: Clean,
    /// This vendor answers wrong keys as it answers keys that lack a right.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_wrong_keys: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The configuration cannot work: a secret is missing, an address is wrong.
    Config,
    /// Nobody answered: refused, unreachable, or the name is unknown.
    Unreachable,
    Tls,
    /// Nothing came within the time limit. A write may have happened.
    TimedOut,
    /// The answer broke off. A write may have happened.
    Cut,
    /// The answer was larger than its bound.
    TooLarge,
    /// The answer was not what the vendor documents.
    BadBody,
    /// A redirect to somewhere else, which is not followed with a token.
    Redirected,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404 of one case.
    NotFound,
    /// The vendor marks this API as not yet available, or has removed it.
    NotAvailable,
    /// The vendor has removed this version of its API; another one has taken its place.
    Retired,
    /// 409, or somebody else changed the same thing.
    Conflict,
    /// Any other 4xx: the vendor refuses the values.
    Rejected,
    /// 429, or the quota is spent before the vendor had to say so.
    QuotaSpent,
    /// 5xx.
    Server,
    /// Read back after a write, the case does not show it.
    NotVerified,
    /// The case cannot do this.
    NotPossible,
    /// No network is allowed (`--offline`).
    Offline,
    Disk,
    DiskFull,
    /// The data was written by a newer caseload.
    FromNewer,
    /// The data file is damaged.
    Damaged,
    /// Too much is waiting already.
    Busy,
    /// An edit of the same case, saved before this one, has stopped.
    Behind,
    /// Superseded or called off by the person.
    Cancelled,
    /// The worker is gone.
    Closed,
}

impl Fault {
    pub fn new(kind: FaultKind, message: impl AsRef<str>) -> Self {
        let message = Clean::line(message.as_ref());
        Self { kind, message, status: None, wait_s: None, request: Clean::default(), may_be_wrong_keys: false }
    }

    #[must_use]
    pub fn asking(mut self, request: impl AsRef<str>) -> Self {
        self.request = Clean::line(request.as_ref());
        self
    }

    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The same read may well succeed later without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(
            self.kind,
            FaultKind::Unreachable
                | FaultKind::TimedOut
                | FaultKind::Cut
                | FaultKind::QuotaSpent
                | FaultKind::Server
                | FaultKind::Busy
                | FaultKind::Tls
        )
    }

    /// A write that ended so may or may not have happened: read before doing anything else.
    pub fn leaves_write_unknown(&self) -> bool {
        matches!(self.kind, FaultKind::TimedOut | FaultKind::Cut | FaultKind::TooLarge | FaultKind::BadBody)
            || (self.kind == FaultKind::Server && self.status != Some(503))
    }

    /// Whether keys or rights are the matter.
    pub fn is_auth(&self) -> bool {
        matches!(self.kind, FaultKind::Unauthorized | FaultKind::Forbidden)
    }

    /// Whether the keys themselves were refused, so that others may do.
    pub fn is_of_keys(&self) -> bool {
        self.kind == FaultKind::Unauthorized || (self.kind == FaultKind::Forbidden && self.may_be_wrong_keys)
    }

    /// One word for a narrow header: `403`, `slow`, `down`.
    pub fn word(&self) -> String {
        match (self.status, self.kind) {
            (_, FaultKind::Retired) => "v1 ended".into(),
            (Some(status), _) if status >= 400 => status.to_string(),
            (_, FaultKind::Config) => "config".into(),
            (_, FaultKind::TimedOut) => "slow".into(),
            (_, FaultKind::QuotaSpent) => "quota".into(),
            (_, FaultKind::BadBody | FaultKind::TooLarge | FaultKind::Cut) => "garbled".into(),
            (_, FaultKind::NotAvailable) => "not live".into(),
            (_, FaultKind::Offline) => "offline".into(),
            (_, FaultKind::Disk | FaultKind::DiskFull | FaultKind::FromNewer | FaultKind::Damaged) => "disk".into(),
            _ => "down".into(),
        }
    }

    /// Whether a change was asked for, not a reading.
    pub fn is_of_write(&self) -> bool {
        ["POST ", "PUT ", "PATCH ", "DELETE "].iter().any(|method| self.request.as_str().starts_with(method))
    }

    /// What the person can do now.
    pub fn next_step(&self) -> &'static str {
        if self.is_of_write() {
            return self.next_step_of_write();
        }
        match self.kind {
            FaultKind::Config => "put that right, then run `caseload config check`",
            FaultKind::Unreachable => "check the network and base_url; cached cases stay readable and the next try comes by itself",
            FaultKind::Tls => "put right what is named above, or check base_url and ca_file; the next try comes by itself",
            FaultKind::TimedOut => "the next try comes by itself; `r` tries now",
            FaultKind::Cut => "the next try comes by itself; if it stays, look for a proxy that cuts answers",
            FaultKind::TooLarge => "narrow the source with `filter` or `team_id` in its configuration",
            FaultKind::BadBody => "check that base_url is the vendor's API and not a login page or a proxy",
            FaultKind::Redirected => "set base_url to the address that the server redirects to, if you trust it",
            FaultKind::Unauthorized => "the keys were refused: check the secret that the source refers to",
            FaultKind::Forbidden if self.may_be_wrong_keys => {
                "a wrong API key, application key or token, or one without the right: reading needs cases_read, editing cases_write"
            }
            FaultKind::Forbidden => "the keys lack a right: reading needs cases read access, editing cases write access",
            FaultKind::NotFound => "it was deleted or moved, or these keys cannot see it; `r` reads the list again",
            FaultKind::NotAvailable => {
                "check base_url and any proxy on the way; what the vendor does not offer yet is tried again by itself"
            }
            FaultKind::Retired => "set api_version = \"v2\" for this source: `caseload config check --fix` does it",
            FaultKind::Conflict => "open the case again, look at what changed, and decide",
            FaultKind::Rejected if self.request.as_str().starts_with("GET ") => {
                "the vendor refuses this reading: check `filter`, `team_id` and base_url of the source"
            }
            FaultKind::Rejected => "correct the value named above and send again; your text is kept",
            FaultKind::QuotaSpent => "reading goes on by itself when the quota refills",
            FaultKind::Server => "the vendor has a problem; the next try comes by itself",
            FaultKind::NotVerified => "open the case: what it shows now is what the vendor holds",
            FaultKind::NotPossible => "choose another action; `?` shows what this case can do",
            FaultKind::Offline => "start without --offline to reach the vendors",
            FaultKind::Disk => "check the rights of the data directory (`caseload config check` prints it)",
            FaultKind::DiskFull => "free some space; nothing that was saved is lost",
            FaultKind::FromNewer => "run the newer caseload, or choose another --data-dir",
            FaultKind::Damaged => "move the file away (its name is above) and start again; cases are read again from the vendors",
            FaultKind::Busy => "wait a moment and try again",
            FaultKind::Behind => "decide the stopped one in the outbox, and this one follows; it can be dropped, or sent before that one",
            FaultKind::Cancelled => "nothing was changed",
            FaultKind::Closed => "restart caseload; what was queued is on disk",
        }
    }

    /// As [`Self::next_step`]: what became of the change comes first, and where it is kept.
    fn next_step_of_write(&self) -> &'static str {
        if self.leaves_write_unknown() {
            return "it may have arrived: look at the case; tried again from the outbox, what is there already is not sent twice";
        }
        match self.kind {
            FaultKind::Unreachable => "it was not sent: check the network and base_url; it stays in the outbox and leaves by itself",
            FaultKind::Tls => "it was not sent: put right what is named above, or check base_url and ca_file; it leaves by itself then",
            FaultKind::QuotaSpent => "it was not done: it stays in the outbox and leaves by itself when the quota refills",
            FaultKind::Server => "it was not done: the vendor is overloaded; it stays in the outbox and leaves by itself",
            FaultKind::Redirected => "it was not done: set base_url to the address that the server redirects to, if you trust it",
            FaultKind::Unauthorized => "it was not done: check the secret that the source refers to, then try again from the outbox",
            FaultKind::Forbidden => "it was not done: the keys lack write access to cases; given that, try again from the outbox",
            FaultKind::NotFound => "it was not done: the case, or what the change names, is not there or not for these keys",
            FaultKind::NotAvailable => "it was not done: the vendor does not offer this change; drop it from the outbox",
            FaultKind::Conflict => "it was not done: open the case again, look at what changed, and decide",
            FaultKind::Rejected => "it was not done: correct the value named above and send again; your text is kept",
            _ => "it was not done; it stays in the outbox",
        }
    }
}

/// What happened and what was asked; the next step is printed apart.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        if !self.request.is_empty() {
            write!(f, " ({})", self.request)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [FaultKind; 14] = [
        FaultKind::Unreachable,
        FaultKind::Tls,
        FaultKind::TimedOut,
        FaultKind::Cut,
        FaultKind::TooLarge,
        FaultKind::BadBody,
        FaultKind::Redirected,
        FaultKind::Unauthorized,
        FaultKind::Forbidden,
        FaultKind::NotFound,
        FaultKind::NotAvailable,
        FaultKind::Conflict,
        FaultKind::Rejected,
        FaultKind::QuotaSpent,
    ];

    #[test]
    fn a_reading_that_is_refused_speaks_of_no_text() {
        let read = Fault::new(FaultKind::Rejected, "no").asking("GET https://x.example/");
        assert!(!read.next_step().contains("your text") && read.next_step().contains("base_url"));
        assert!(Fault::new(FaultKind::Rejected, "no").next_step().contains("your text is kept"));
    }

    #[test]
    fn the_next_step_of_a_write_says_what_became_of_it_and_nothing_of_readings() {
        for kind in KINDS {
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let fault = Fault::new(kind, "no").asking(format!("{method} https://x.example/"));
                let step = fault.next_step();
                let begins = if fault.leaves_write_unknown() { "it may have arrived: " } else { "it was not " };
                assert!(step.starts_with(begins), "{kind:?}: {step}");
                assert!(![" read", "cached", "`r`", "narrow", "list"].iter().any(|word| step.contains(word)), "{kind:?}: {step}");
            }
            let read = Fault::new(kind, "no").asking("GET https://x.example/");
            assert!(!read.next_step().starts_with("it was not ") && !read.next_step().starts_with("it may "), "{kind:?}");
        }
        let overloaded = Fault::new(FaultKind::Server, "no").with_status(503).asking("PUT https://x.example/");
        assert!(overloaded.next_step().starts_with("it was not done"));
        assert!(Fault { status: Some(500), ..overloaded }.next_step().starts_with("it may have arrived"));
    }
}
