//! A complete pass over a source, as its parts see it.

use std::rc::Rc;

use crate::domain::facet::Facet;
use crate::providers::Provider;
use crate::sync::shared::Shared;
use crate::sync::source_handle::SourceHandle;

pub(in crate::sync) struct Full<'a> {
    pub shared: &'a Rc<Shared>,
    pub handle: &'a SourceHandle,
    pub provider: &'a Provider,
    /// A person asked for all of it: cases that were asked for lately are asked for again.
    pub thorough: bool,
    /// The vendor has just failed: it is not asked as patiently as else.
    pub is_hasty: bool,
    /// What is asked for; empty: everything, which is a pass.
    pub facets: &'a [Facet],
}
