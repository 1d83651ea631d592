//! Questions whose default is no, and what a yes does.

pub mod acts;
pub mod answered;
pub mod view;
