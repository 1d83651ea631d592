//! A data directory as a person has it after a full pass, and a configuration for it.
#![allow(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::fs;
use std::path::Path;

use caseload::domain::case::SourceId;
use caseload::domain::page::Listed;
use caseload::domain::raw_body::RawBody;
use caseload::store::{Access, Mark, Store};
use jiff::Timestamp;
use portable_pty::CommandBuilder;

use crate::{pty, rows};

const PAGE: usize = 1_000;
/// Beyond this many cases their bodies are left out: gigabytes that no start and no filter reads.
const WITH_BODIES: usize = 200_000;
const CONFIG: &str =
    "[[source]]\nname = 'datadog'\nvendor = 'datadog'\nsite = 'datadoghq.eu'\napi_key = { env = 'NONE' }\napp_key = { env = 'NONE' }\n";

/// Fills `place`; each page of cases is shown to `see` before it is dropped.
pub(crate) fn prepare(place: &Path, count: usize, mut see: impl FnMut(&[Listed])) {
    let mut store = Store::open(&place.join("data"), Access::ReadWrite).unwrap();
    store.sources(&["datadog"]).unwrap();
    let now = Timestamp::now();
    for (seed, start) in (0..count).step_by(PAGE).enumerate() {
        let mut page = rows::numbered(start..count.min(start + PAGE), seed as u64);
        if count > WITH_BODIES {
            for case in &mut page {
                case.raw = RawBody("{}".into());
            }
        }
        see(&page);
        store.save_page(SourceId(0), &page, None, now).unwrap();
    }
    let mark = Mark { pass: 1, complete_at: Some(now), seen: count as u64, ..Mark::default() };
    store.save_page(SourceId(0), &[], Some(&mark), now).unwrap();
    fs::write(place.join("config.toml"), CONFIG).unwrap();
}

/// The workbench over what was prepared.
pub(crate) fn workbench(place: &Path) -> CommandBuilder {
    let mut command = pty::command(env!("CARGO_BIN_EXE_caseload").into(), &["--offline"]);
    command.env("CASELOAD_CONFIG", place.join("config.toml"));
    command.env("CASELOAD_DATA_DIR", place.join("data"));
    command
}
