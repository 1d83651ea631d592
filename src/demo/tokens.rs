//! The tokens of the tenants: equal seeds give equal ones.

use super::dice::{Dice, mix};

/// Of each vendor, in the order of their environment variables; the last may only read.
pub(crate) struct Tokens {
    pub(crate) datadog: [String; 4],
    pub(crate) tines: [String; 2],
    pub(crate) serverops: [String; 2],
}

impl Tokens {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(mix(seed, 0x5ec));
        let mut hex = |prefix: &str| format!("{prefix}{:016x}{:016x}", dice.between(0, u64::MAX), dice.between(0, u64::MAX));
        Self {
            datadog: [hex(""), hex("ddapp_"), hex("ddpat_"), hex("ddpat_")],
            tines: [hex(""), hex("")],
            serverops: [hex("so_test_"), hex("so_test_")],
        }
    }
}

/// They are others from now on.
pub(crate) fn rotate(tokens: &mut [String]) {
    for token in tokens {
        token.push('r');
    }
}
