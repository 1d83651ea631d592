//! What a person can do: names, keys, where they hold, and words.

pub mod command;
pub mod purpose;
pub mod scope;
pub mod table;

pub use command::Action;
pub use purpose::purpose;
pub use scope::{Group, Scope};
pub use table::{Binding, TABLE, binding, bindings, digit, number};
