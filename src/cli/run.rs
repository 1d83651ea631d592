//! What verbs run on: a run of the worker without a screen, what is on disk, and how a verb ends.

pub(in crate::cli) mod answers;
pub(in crate::cli) mod ask;
pub(in crate::cli) mod asked;
pub(in crate::cli) mod base;
pub(in crate::cli) mod desk;
pub(in crate::cli) mod fetch;
pub(in crate::cli) mod known;
pub(in crate::cli) mod opened;
pub(in crate::cli) mod own;
pub(in crate::cli) mod reference;
pub(in crate::cli) mod scope;
pub(in crate::cli) mod session;
pub(in crate::cli) mod stop;
pub(in crate::cli) mod submit;
pub(in crate::cli) mod writes;
