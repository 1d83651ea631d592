//! The file, read: it may be none, another one by mistake, or open to strangers.

use std::fs::File;
use std::io::{
    Read, {self},
};
use std::path::Path;

use super::problem::{Problem, Problems};
use super::read::parse;
use super::settings::Config;

/// A configuration is a page or two; more than this is another file by mistake.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Reads the configuration file.
///
/// # Errors
/// Everything that is wrong with it, at once; a file that is not there is one problem, too.
pub fn load(path: &Path) -> Result<Config, Problems> {
    match text_of(path) {
        Ok(text) => parse(&text, path),
        Err(problem) => Err(Problems(vec![problem])),
    }
}

fn text_of(path: &Path) -> Result<String, Problem> {
    let fail = |what: &str, instead: &str| Problem::in_file(path, what, instead);
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            fail("there is no configuration here", "run `caseload` to write one, or `caseload demo` to look around first")
        }
        io::ErrorKind::PermissionDenied => fail("it may not be read", "give yourself the right to read it (chmod u+r)"),
        _ => fail(&error.to_string(), "name another file with --config"),
    })?;
    #[cfg(unix)]
    if file.metadata().is_ok_and(|found| found.is_file() && std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o002 != 0) {
        let instead = format!("see that it is as you wrote it, then chmod o-w {}", path.display());
        return Err(fail("everybody may write it, and so have commands run and tokens sent elsewhere", &instead));
    }
    let mut bytes = Vec::new();
    match file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes) {
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
            Err(fail("it is a directory", "name the file itself, usually config.toml in it"))
        }
        Err(error) => Err(fail(&error.to_string(), "name another file with --config")),
        Ok(size) if size as u64 > MAX_FILE_BYTES => {
            Err(fail("it is larger than 1 MiB", "name the configuration with --config; this is something else"))
        }
        Ok(_) => String::from_utf8(bytes).map_err(|_| fail("it is not UTF-8 text", "save it as UTF-8")),
    }
}
