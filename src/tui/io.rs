//! What comes in, what goes out, and where it is shown: plain data.

pub mod effect;
pub mod layout;
pub mod message;
