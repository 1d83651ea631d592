//! What comes into the build: locked, from crates.io, under licences that `deny.toml` allows, and as many as README says.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
const DENY: &str = include_str!("../deny.toml");
const LOCK: &str = include_str!("../Cargo.lock");
const README: &str = include_str!("../README.md");

/// The licences of `deny.toml`.
fn allowed() -> BTreeSet<&'static str> {
    let list = DENY.split_once("[licenses]\nallow = [").unwrap().1.split_once(']').unwrap().0;
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether a licence can be chosen that is allowed: SPDX with `AND`, `OR`, `WITH`, brackets, and the old `/` for `OR`.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "\u{1}");
    let words: Vec<String> = spaced.split_whitespace().map(|word| word.replace('\u{1}', " WITH ")).collect();
    let mut rest = words.as_slice();
    let found = any(&mut rest, allowed);
    assert!(rest.is_empty(), "{expression} cannot be read");
    found
}

fn any(rest: &mut &[String], allowed: &BTreeSet<&str>) -> bool {
    let mut found = all(rest, allowed);
    while rest.first().is_some_and(|word| word == "OR") {
        *rest = &rest[1..];
        found |= all(rest, allowed);
    }
    found
}

fn all(rest: &mut &[String], allowed: &BTreeSet<&str>) -> bool {
    let mut found = one(rest, allowed);
    while rest.first().is_some_and(|word| word == "AND") {
        *rest = &rest[1..];
        found &= one(rest, allowed);
    }
    found
}

fn one(rest: &mut &[String], allowed: &BTreeSet<&str>) -> bool {
    let (word, behind) = rest.split_first().unwrap();
    *rest = behind;
    if word != "(" {
        return allowed.contains(word.as_str());
    }
    let found = any(rest, allowed);
    assert_eq!(rest[0], ")");
    *rest = &rest[1..];
    found
}

#[test]
fn licences_are_read_as_they_are_meant() {
    let allowed = BTreeSet::from(["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
    for good in ["MIT", "GPL-3.0 OR MIT", "GPL-3.0/MIT", "(MIT OR X) AND ISC", "Apache-2.0 WITH LLVM-exception"] {
        assert!(is_allowed(good, &allowed), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR X) AND X", "Apache-2.0", ""] {
        assert!(bad.is_empty() || !is_allowed(bad, &allowed), "{bad}");
    }
}

#[test]
fn every_crate_is_from_the_registry_under_a_licence_that_is_allowed() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    // Cargo cannot tell of crates for other systems without having fetched them; the lock's checksums are below.
    let metadata = if output.status.success() {
        output.stdout
    } else {
        let again = ["metadata", "--locked", "--format-version", "1"];
        Command::new(env!("CARGO")).args(again).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap().stdout
    };
    let metadata: Value = serde_json::from_slice(&metadata).unwrap();
    let allowed = allowed();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages.iter().filter(|package| package["name"] != "caseload") {
        let (name, licence) = (&package["name"], package["license"].as_str().unwrap_or(""));
        assert_eq!(package["source"], REGISTRY, "{name} comes from somewhere else");
        assert!(is_allowed(licence, &allowed), "{name} is under {licence:?}, which deny.toml does not allow");
    }
}

#[test]
fn no_crate_is_in_the_lock_that_deny_toml_bans() {
    let banned: Vec<&str> = DENY.split("{ crate = \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(banned.contains(&"openssl-sys"), "{banned:?}");
    for name in banned {
        assert!(!LOCK.contains(&format!("name = \"{name}\"\n")), "{name} is banned");
    }
}

#[test]
fn the_lock_has_a_checksum_for_each_and_readme_says_how_many() {
    let packages: Vec<&str> = LOCK.split("[[package]]").skip(1).collect();
    for package in packages.iter().filter(|package| !package.contains("name = \"caseload\"\n")) {
        assert!(package.contains(&format!("source = \"{REGISTRY}\"")) && package.contains("checksum = \""), "{package}");
    }
    let locked = packages.len() - 1;
    assert!(README.contains(&format!("**{locked} crates**")), "README has to state the {locked} crates of Cargo.lock");
}
