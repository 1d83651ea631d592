//! A first configuration for somebody who has none.

use std::fmt::Write as _;
use std::fs::{
    OpenOptions, {self},
};
use std::io::{
    Write as _, {self},
};
use std::path::Path;

use super::problem::Problem;
use crate::domain::case::Vendor;
use crate::domain::ends;

/// A commented configuration with one sample source per chosen vendor; every value to fill in stands in one place.
pub fn starter(vendors: &[Vendor]) -> String {
    let mut text = String::from(
        "# caseload configuration. No secret is ever written here: a source says where its secret is kept,\n\
         #   { env = \"NAME\" }   { command = [\"program\", \"argument\"] }   { file = \"PATH\" } (mode 0600)\n\
         # After every change: caseload config check\n",
    );
    for vendor in vendors {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{}", sample(*vendor));
    }
    text
}

fn sample(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Datadog => {
            "[[source]]\n\
             name = \"datadog\"\n\
             vendor = \"datadog\"\n\
             # datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, ap1.datadoghq.com,\n\
             # ap2.datadoghq.com, uk1.datadoghq.com, ddog-gov.com or us2.ddog-gov.com\n\
             site = \"datadoghq.com\"\n\
             # The keys need cases_read, and cases_write to edit.\n\
             api_key = { env = \"DD_API_KEY\" }\n\
             app_key = { env = \"DD_APP_KEY\" }\n\
             # filter = \"status:open project:SEC\"   # a Datadog case search; without it every case is read\n\
             # read_only = false   # changes stay forbidden until you allow them: here, or among the sources of the workbench\n"
        }
        Vendor::Tines => {
            "[[source]]\n\
             name = \"tines\"\n\
             vendor = \"tines\"\n\
             # The whole host of your tenant, as in the browser.\n\
             site = \"your-tenant.tines.com\"\n\
             token = { env = \"TINES_API_KEY\" }\n\
             # me = \"you@example.com\"   # who you are there; Tines cannot be asked\n\
             # team_id = 1               # only this team's cases\n\
             # read_only = false   # changes stay forbidden until you allow them: here, or among the sources of the workbench\n"
        }
        Vendor::ServerOps => {
            "[[source]]\n\
             name = \"serverops\"\n\
             vendor = \"serverops\"\n\
             # The token needs cases:read, and cases:write to edit.\n\
             token = { env = \"SERVEROPS_TOKEN\" }\n\
             # read_only = false   # changes stay forbidden until you allow them: here, or among the sources of the workbench\n"
        }
    }
}

/// Writes a section behind the end of a configuration; what stands there stays, comments and all.
///
/// # Errors
/// The file cannot be read or written, or would not be a configuration any more: then it is left as it was.
pub fn append(path: &Path, section: &str) -> Result<(), Problem> {
    let fail = |what: &str| Problem::in_file(path, what, "write it there by hand");
    let before = fs::read_to_string(path).map_err(|error| fail(&error.to_string()))?;
    let gap = if before.ends_with('\n') || before.is_empty() { "\n" } else { "\n\n" };
    let after = before.clone() + &format!("{gap}{section}").replace('\n', ends::last(&before));
    super::read::parse(&after, path).map_err(|_| fail("it would not be read any more"))?;
    let mut file = OpenOptions::new().append(true).open(path).map_err(|error| fail(&error.to_string()))?;
    let written = file.write_all(&after.as_bytes()[before.len()..]).and_then(|()| file.sync_all());
    written.map_err(|error| fail(&error.to_string()))
}

/// Writes a new configuration, readable by its owner only, creating the directories above it.
///
/// # Errors
/// There is a file already (it stays as it is), or the place cannot be written.
pub fn write_new(path: &Path, text: &str) -> Result<(), Problem> {
    let fail = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Problem::in_file(path, "there is a file already; it was left as it is", "edit it, or name another one with --config")
        }
        _ => Problem::in_file(path, &format!("it cannot be written: {error}"), "name another place with --config"),
    };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(fail)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(fail)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(fail)
}
