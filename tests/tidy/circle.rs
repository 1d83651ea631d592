//! Circles of files: which files of a module lead back to themselves, by what they import and by the methods they call.

use std::collections::{BTreeMap, BTreeSet};

use crate::file::{Call, Field, File, Method};

/// File → the files of the same module that it leans on.
pub(crate) type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// By imports alone.
pub(crate) fn by_imports<'a>(files: &[&'a File]) -> Graph<'a> {
    let places: BTreeSet<&str> = files.iter().map(|file| file.place.as_str()).collect();
    let mut graph = Graph::new();
    for &file in files {
        let own = file.names.iter().filter_map(|named| named.own());
        let others = own.filter_map(|path| (1..=path.len()).rev().find_map(|most| places.get(path[..most].join("/").as_str()).copied()));
        graph.entry(&file.place).or_default().extend(others.filter(|place| is_beside(file, place)));
    }
    graph
}

/// By imports, and by calls of methods that a type has in another file.
pub(crate) fn by_imports_and_calls<'a>(files: &[&'a File]) -> Graph<'a> {
    let mut homes: BTreeMap<(&str, Method), &str> = BTreeMap::new();
    let mut fields: BTreeMap<(&str, &Field), &str> = BTreeMap::new();
    for &file in files {
        homes.extend(file.methods.iter().map(|method| ((file.module(), method.clone()), file.place.as_str())));
        fields.extend(file.fields.iter().map(|(field, of)| ((file.module(), field), of.as_str())));
    }
    let mut graph = by_imports(files);
    for &file in files {
        let module = file.module();
        let called = |(first, path, method): &Call| {
            let of = path.iter().try_fold(first.clone(), |of, name| fields.get(&(module, &(of, name.clone()))).map(|of| (*of).to_owned()));
            homes.get(&(module, (of?, method.clone()))).copied()
        };
        let homes = file.calls.iter().filter_map(called);
        graph.entry(&file.place).or_default().extend(homes.filter(|place| is_beside(file, place)));
    }
    graph
}

fn is_beside(file: &File, place: &str) -> bool {
    place != file.place && place.split('/').next() == Some(file.module())
}

/// All files that a file leads to.
fn reached<'a>(graph: &Graph<'a>, from: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        next.extend(graph.get(at).into_iter().flatten().filter(|to| reached.insert(**to)));
    }
    reached
}

/// Every step of a circle: from one file to the next that leads back to it. Sorted.
pub(crate) fn in_circles<'a>(graph: &Graph<'a>) -> Vec<(&'a str, &'a str)> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph.keys().map(|from| (*from, reached(graph, from))).collect();
    let steps = graph.iter().flat_map(|(from, others)| others.iter().map(move |to| (*from, *to)));
    steps.filter(|(from, to)| reached[to].contains(from)).collect()
}
