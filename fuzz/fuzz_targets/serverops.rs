//! Any bytes as an answer of ServerOps.
#![no_main]

use std::sync::LazyLock;

use caseload::domain::case::Vendor;
use caseload::providers::{Api, Provider};
use libfuzzer_sys::fuzz_target;

static PROVIDER: LazyLock<Provider> = LazyLock::new(|| caseload_fuzz::provider(Vendor::ServerOps, Api::V2));

fuzz_target!(|data: &[u8]| caseload_fuzz::decode(&PROVIDER, data));
