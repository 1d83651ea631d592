//! One cheap call to each source, for a look at whether the configuration works. Touches no disk.

use std::time::Instant;

use futures_util::future::join_all;

use super::succession;
use crate::domain::caution::Caution;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Scan};
use crate::providers::Quota;
use crate::sync::sources::SourceSetup;

/// What one source answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Probed {
    /// Host and port; empty when the address cannot work.
    pub host: String,
    /// What stands about the source.
    pub caution: Option<Caution>,
    pub answer: Result<Answer, Fault>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How many cases there are, where the vendor counts them.
    pub cases: Option<u64>,
    /// Why nothing can be written there.
    pub read_only: Option<String>,
    pub took_ms: u128,
    /// None: the vendor's headers say nothing of it.
    pub quota: Option<Quota>,
    /// Seconds that the vendor's clock is ahead of ours; None: its answer names no time.
    pub skew_s: Option<i64>,
    /// The token is for the vendor's test mode.
    pub is_test: bool,
}

/// Reads the newest page of every source, all at once. Waits for the slowest.
///
/// # Errors
/// The machine gives no thread or socket to work with.
pub fn probe(sources: &[SourceSetup]) -> Result<Vec<Probed>, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::new(FaultKind::Disk, format!("the worker cannot start: {error}")))?;
    Ok(runtime.block_on(join_all(sources.iter().map(one))))
}

async fn one(source: &SourceSetup) -> Probed {
    let host = source.provider.as_ref().map(crate::providers::Provider::host).unwrap_or_default();
    let none = || Fault::new(FaultKind::Config, format!("source {} has no provider", source.name));
    let answer = match (&source.provider, &source.refused) {
        (Some(provider), None) => {
            let begun = Instant::now();
            provider.page(Scan::Recent, &Cursor::Start).await.map(|page| Answer {
                cases: page.total,
                read_only: provider.read_only(),
                took_ms: begun.elapsed().as_millis(),
                quota: provider.quota(),
                skew_s: provider.skew_s(),
                is_test: provider.is_test(),
            })
        }
        (_, refused) => Err(refused.clone().unwrap_or_else(none)),
    };
    let caution = match (&source.provider, &source.refused) {
        (Some(provider), None) => match (provider.caution(), succession::ask(provider).await) {
            (Some(Caution::TinesV1(_)), Some(v2)) => Some(Caution::TinesV1(v2)),
            (caution, _) => caution,
        },
        _ => None,
    };
    Probed { host, caution, answer }
}
