//! caseload: arguments, verb, exit code.
fn main() {}
