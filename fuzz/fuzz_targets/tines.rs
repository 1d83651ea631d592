//! Any bytes as an answer of Tines, in both versions of its API.
#![no_main]

use std::sync::LazyLock;

use caseload::domain::case::Vendor;
use caseload::providers::{Api, Provider};
use libfuzzer_sys::fuzz_target;

static PROVIDERS: LazyLock<[Provider; 2]> = LazyLock::new(|| [Api::V2, Api::V1].map(|api| caseload_fuzz::provider(Vendor::Tines, api)));

fuzz_target!(|data: &[u8]| {
    for provider in &*PROVIDERS {
        caseload_fuzz::decode(provider, data);
    }
});
