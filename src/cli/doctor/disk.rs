//! Whether the data directory is sound, private, and has room.

use std::path::Path;

use crate::cli::doctor::check::Check;
use crate::cli::purge::size;
use crate::config::{Config, Places};
use crate::domain::count::count;
use crate::store::upkeep::{
    Inspection, {self},
};

const AREA: &str = "disk";
/// Below this a reading of a large tenant may not fit.
const LITTLE_ROOM_BYTES: u64 = 512 << 20;
/// Below this not even the outbox is safe.
const NO_ROOM_BYTES: u64 = 16 << 20;

pub(in crate::cli) fn look(places: &Places, config: Option<&Config>, checks: &mut Vec<Check>) {
    let found = upkeep::inspect(&places.data);
    checks.push(directory(&places.data, &found));
    checks.push(match found.free_bytes {
        None => Check::ok(AREA, "room", "cannot be told on this system"),
        Some(free) if free < NO_ROOM_BYTES => {
            Check::bad(AREA, "room", format!("{} left", size(free)), "free some space now: edits may not be kept")
        }
        Some(free) if free < LITTLE_ROOM_BYTES => {
            Check::warn(AREA, "room", format!("{} left", size(free)), "free some space; caseload purge gives back what can be read again")
        }
        Some(free) => Check::ok(AREA, "room", format!("{} left", size(free))),
    });
    for file in &found.files {
        let name = file.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        checks.push(match &file.verdict {
            Err(fault) => Check::fault(AREA, &name, fault),
            Ok(()) if file.bytes == 0 => Check::ok(AREA, &name, "not there yet"),
            Ok(()) => Check::ok(AREA, &name, format!("sound, {}", size(file.bytes))),
        });
    }
    for (path, mode) in &found.open_to_others {
        let path = path.display();
        checks.push(Check::warn(AREA, "mode", format!("{path} has mode {mode:04o}: others have access"), format!("chmod go-rwx {path}")));
    }
    checks.extend(others_look(&places.data));
    checks.push(match (found.waiting, found.drafts) {
        (Some(0), Some(drafts)) => Check::ok(AREA, "outbox", format!("nothing waits, {}", count(drafts, "draft"))),
        (Some(waiting), Some(drafts)) => Check::warn(
            AREA,
            "outbox",
            format!("{waiting} not confirmed yet, {}", count(drafts, "draft")),
            "caseload outbox list says what each waits for",
        ),
        _ => Check::warn(AREA, "outbox", "what waits cannot be told", "mend outbox.db first, and keep the file"),
    });
    checks.extend(found.sheets.iter().map(|sheet| match sheet {
        Ok(path) => Check::warn(
            AREA,
            "editor",
            format!("{} was saved in an editor, and its caseload has ended", path.display()),
            "start caseload: it offers the text again; caseload outbox list prints it",
        ),
        Err(fault) => Check::fault(AREA, "editor", fault),
    }));
    // Without a configuration nothing can be said to be missing in it.
    if let Some(config) = config {
        let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        let others = upkeep::elsewhere(&places.data, &names);
        checks.extend(others.iter().map(|of| Check::warn(AREA, "outbox", of.words(), "or rename the source back to what it was called")));
    }
}

fn directory(data: &Path, found: &Inspection) -> Check {
    let shown = data.display();
    match &found.writable {
        Ok(()) if found.is_missing => to_be_made(data),
        Ok(()) => Check::ok(AREA, "directory", format!("{shown} can be written")),
        Err(fault) => Check::fault(AREA, "directory", fault),
    }
}

/// Whether the first start can make it: that depends on the nearest directory above that is there.
fn to_be_made(data: &Path) -> Check {
    let shown = data.display();
    let here = Path::new(".");
    let above = data.ancestors().skip(1).find(|path| path.exists()).unwrap_or(here);
    match upkeep::inspect(above).writable {
        Ok(()) => Check::ok(AREA, "directory", format!("{shown} is not there yet: the first start makes it")),
        // The disk's own words hold the next step.
        Err(fault) => {
            let says = format!("{shown} is not there yet, and the first start cannot make it: {fault}");
            Check::bad(AREA, "directory", says, "then run caseload doctor again")
        }
    }
}

/// A directory that was there before keeps its mode; ours are 0700. One that others may write is told with the files.
fn others_look(data: &Path) -> Option<Check> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(data).ok()?.permissions().mode() & 0o777;
        let shown = data.display();
        let says = || format!("{shown} has mode {mode:04o}: others may look into it");
        (mode & 0o077 != 0 && mode & 0o022 == 0).then(|| Check::warn(AREA, "mode", says(), format!("chmod 700 {shown}")))
    }
    #[cfg(not(unix))]
    {
        let _ = data;
        None
    }
}
