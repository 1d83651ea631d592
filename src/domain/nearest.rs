//! What was probably meant by a name that nothing has.

/// From this likeness on (Jaro and Winkler's, 0 to 1) a name may have been meant; below it a hint is a guess.
const LIKENESS: f64 = 0.8;

/// The known name that is most like the wrong one, whatever its case; None: none is near enough to have been meant.
pub fn nearest<'k>(wrong: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let wrong = wrong.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wrong, &name.to_lowercase()), name))
        .filter(|(like, _)| *like >= LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
