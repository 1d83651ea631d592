//! The one line that a source of Tines v1 needs to read v2, written into the configuration file: everything else there
//! stays as the person wrote it, and the file is replaced in one step or not at all.

use std::fs;
use std::path::Path;

use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::load::load;
use super::problem::{Problem, Problems};
use super::read::parse;
use super::rewrite::replace;
use super::settings::ApiVersion;
use crate::domain::ends;

/// Sets `api_version = "v2"` for the source of this name. Nothing is written where it is so already.
///
/// # Errors
/// The file cannot be read or written, holds something wrong or no such source; it stays as it was.
pub fn use_tines_v2(path: &Path, name: &str) -> Result<(), Problems> {
    // What others wrote into the file meanwhile is kept: the change is made to what is there now.
    load(path)?;
    let text = fs::read_to_string(path).map_err(|error| one(path, &error.to_string(), "look at the file"))?;
    let new = with_tines_v2(&text, path, name)?;
    if new == text {
        return Ok(());
    }
    replace(path, &new).map_err(|error| one(path, &format!("it cannot be written: {error}"), "make the file and its directory writable"))
}

/// The text of the file after the change.
///
/// # Errors
/// The text is no good configuration, has no such source, or cannot be changed without changing more.
pub fn with_tines_v2(text: &str, path: &Path, name: &str) -> Result<String, Problems> {
    let mut wanted = parse(text, path)?;
    let by_hand = || one(path, &format!("source {name} cannot be changed here"), "write api_version = \"v2\" there by hand");
    let source = wanted.sources.iter_mut().find(|source| source.name == name).ok_or_else(by_hand)?;
    if source.api_version != Some(ApiVersion::V1) {
        return Ok(text.to_owned());
    }
    source.api_version = Some(ApiVersion::V2);
    let mut document: DocumentMut = text.parse().map_err(|_| by_hand())?;
    let value = version_of(&mut document, name).ok_or_else(by_hand)?;
    let decor = value.decor().clone();
    *value = Value::from("v2");
    *value.decor_mut() = decor;
    let new = ends::kept(text, &document.to_string());
    // What was meant must be what is read next time; else nothing is written.
    match parse(&new, path) {
        Ok(config) if config == wanted => Ok(new),
        _ => Err(by_hand()),
    }
}

/// The value of `api_version` of the source of this name, whether sources are tables or written inline.
fn version_of<'d>(document: &'d mut DocumentMut, name: &str) -> Option<&'d mut Value> {
    let is_it = |table: &dyn TableLike| table.get("name").and_then(Item::as_str) == Some(name);
    match document.get_mut("source")? {
        Item::ArrayOfTables(tables) => tables.iter_mut().find(|table| is_it(*table))?.get_mut("api_version")?.as_value_mut(),
        Item::Value(Value::Array(tables)) => {
            tables.iter_mut().filter_map(Value::as_inline_table_mut).find(|table| is_it(*table))?.get_mut("api_version")
        }
        _ => None,
    }
}

fn one(path: &Path, what: &str, instead: &str) -> Problems {
    Problems(vec![Problem::in_file(path, what, instead)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# mine\n[[source]] # the old one\nname = 'a'\nvendor = \"tines\"\nsite = \"a.tines.com\"\ntoken = { env = \"A\" }\n\
                        api_version   =  'v1'   # until December\n\n[[source]]\nname = \"b\"\nvendor = \"tines\"\nsite = \"b.tines.com\"\n\
                        token = { env = \"B\" }\napi_version = \"v1\"\n\n# the end\n";

    #[test]
    fn one_value_changes_and_nothing_else() {
        let path = Path::new("config.toml");
        let new = with_tines_v2(TEXT, path, "a").unwrap();
        assert_eq!(new, TEXT.replace("'v1'   # until", "\"v2\"   # until"));
        assert_eq!(with_tines_v2(&new, path, "a").unwrap(), new, "done once");
        assert!(with_tines_v2(TEXT, path, "c").is_err());
        let crlf = TEXT.replace('\n', "\r\n");
        assert_eq!(with_tines_v2(&crlf, path, "a").unwrap(), crlf.replace("'v1'   # until", "\"v2\"   # until"), "lines end as they did");
        let inline = "source = [{ name = 'a', vendor = 'tines', site = 'a.tines.com', token = { env = 'A' }, api_version = 'v1' }]\n";
        assert_eq!(with_tines_v2(inline, path, "a").unwrap(), inline.replace("'v1'", "\"v2\""));
    }
}
