//! The filter language: one grammar for the bar, the command line, views and the conditions of macros.
//!
//! [`parse()`] takes any text; what it gives prints as text that reads as the same query. Nothing here knows a row or the
//! time: what a query means to whom is decided where rows are judged, with an [`Asker`].

mod asker;
mod ast;
mod field;
mod fold;
mod limits;
mod parse;
mod pattern;
mod print;
mod quote;
mod reference;
mod stranger;
mod value;
mod when;

pub use asker::{Asker, Me, Origin};
pub use ast::{Cmp, Column, Field, Key, Mark, Node, Pattern, Query, StateWord, Term, Test, Thing, Value, Word};
pub use field::{DIRECTIVES, Kind, NAMED, PLAIN, nearest};
pub use fold::{fold, fold_into};
pub use parse::{Parsed, Problem, parse};
pub use reference::{Named, meant, split, vendors_of};
pub use stranger::Stranger;
pub use when::{Span, When};

#[cfg(test)]
mod tests;
