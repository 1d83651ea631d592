//! The embedded vendors.
