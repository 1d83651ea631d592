//! Whether a source may be changed, for a person who is not in the workbench.

use std::path::Path;

use crate::cli::run::scope::Scope;
use crate::cli::run::stop::Stop;
use crate::config::{Config, Source};
use crate::domain::capability::Reason;
use crate::providers::Provider;
use crate::sync;

/// Why nothing is changed at each source, in the order of the configuration; None: it may be. Touches no secret.
pub(in crate::cli) fn refusals(config: &Config, data: &Path) -> Vec<Option<Reason>> {
    let mut sources = sync::sources_for_disk(config);
    sync::recall(&mut sources, data);
    let refusal = |source: &sync::SourceSetup| {
        let by_vendor = source.provider.as_ref().and_then(Provider::read_only);
        by_vendor.map(Reason::ByVendor).or_else(|| source.policy.writes.refusal(&source.name))
    };
    sources.iter().map(refusal).collect()
}

/// Before anything is read or asked: the refusal of a source that nobody has allowed to be changed, with what allows it.
/// `config` holds this source only.
pub(in crate::cli) fn must_be_allowed(scope: &Scope, config: &Config, source: &Source) -> Result<(), Stop> {
    let Some(why) = sync::refusals(config, &scope.places.data).into_iter().next().flatten() else { return Ok(()) };
    let file = scope.places.config.display();
    let next = match source.trust.read_only {
        Some(true) => format!("nothing was sent; if changes may happen there, write read_only = false in {file}"),
        _ => format!(
            "nothing was sent; run `caseload` and allow changes of {} among its sources, or write read_only = false in {file}",
            source.name
        ),
    };
    Err(Stop::usage(format!("{why}\n  {next}")))
}
