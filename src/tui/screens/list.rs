//! The list as it is painted, what stands below it, and its way into a file.

pub mod empty;
pub mod export;
pub mod foot;
pub mod view;
