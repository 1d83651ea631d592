//! What screens are painted with, and what text costs on them.

pub mod measure;
pub mod pen;
pub mod prompt;
pub mod table;
pub mod text;
