//! In which form this tenant takes `filters`: how the list carries the object is not documented. JSON text comes first;
//! where that is refused or ignored, brackets; where those are refused too, the list is asked for unfiltered and judged
//! here. What was found is remembered for each key of the object.

use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    #[default]
    Json,
    Brackets,
    /// Not sent: what comes is judged here.
    Unsent,
}

/// What was found. The keys are those that facets have, so there are few of them.
#[derive(Default)]
pub(super) struct Forms(RwLock<Found>);

#[derive(Default)]
struct Found {
    of_key: FxHashMap<String, Form>,
    /// Sets of keys for which an answer came that the filter shows in: a refusal there is about something else.
    proven: FxHashSet<String>,
}

impl Forms {
    /// How these filters are sent: as the most refused of their keys.
    pub(super) fn of(&self, filters: &Map<String, Value>) -> Form {
        let found = self.0.read().unwrap_or_else(PoisonError::into_inner);
        filters.keys().filter_map(|key| found.of_key.get(key)).copied().max().unwrap_or_default()
    }

    pub(super) fn is_proven(&self, filters: &Map<String, Value>) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).proven.contains(&name(filters))
    }

    pub(super) fn prove(&self, filters: &Map<String, Value>) {
        if !self.is_proven(filters) {
            self.0.write().unwrap_or_else(PoisonError::into_inner).proven.insert(name(filters));
        }
    }

    /// From now on these keys are sent in this form.
    pub(super) fn settle(&self, filters: &Map<String, Value>, form: Form) {
        let mut found = self.0.write().unwrap_or_else(PoisonError::into_inner);
        found.of_key.extend(filters.keys().map(|key| (key.clone(), form)));
    }
}

fn name(filters: &Map<String, Value>) -> String {
    filters.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn filters_are_sent_as_their_most_refused_key() {
        let filters = |value: Value| value.as_object().unwrap().clone();
        let (status, tags, both) =
            (filters(json!({"status": 1})), filters(json!({"or_tags": 1})), filters(json!({"or_tags": 1, "status": 1})));
        let forms = Forms::default();
        assert_eq!(forms.of(&both), Form::Json);
        forms.settle(&tags, Form::Unsent);
        forms.prove(&status);
        assert_eq!([&status, &tags, &both].map(|filters| forms.of(filters)), [Form::Json, Form::Unsent, Form::Unsent]);
        assert!(forms.is_proven(&status) && !forms.is_proven(&both));
    }
}
