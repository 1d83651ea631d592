//! Pages of Tines' list: what came, what is kept of it, and where it goes on. Pure.

use std::collections::BTreeMap;

use super::convert::{Ground, row};
use super::paging::{next_page, pages, total};
use super::wanted::Wanted;
use super::wire::List;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::page::{Cursor, Listed, Page};
use crate::domain::raw_body::RawBody;
use crate::providers::http::unreadable;
use crate::providers::loose::object;
use crate::providers::salvage::salvaged;

/// A page; what nobody had asked for is left out.
pub(super) fn page(text: &str, number: u32, wanted: &Wanted, ground: Ground<'_>) -> Result<Page, Fault> {
    let error = match object(text) {
        Ok(wire) => return listing(&wire, number, wanted, ground, BTreeMap::new()),
        Err(error) => unreadable(&error, text),
    };
    let saved = salvaged(text, &["cases"]).ok_or_else(|| error.clone())?;
    let wire: List<'_> = object(&saved.text).map_err(|_| error)?;
    listing(&wire, number, wanted, ground, saved.remarks)
}

/// `remarks`: what is known of rows that could not be read as they came.
fn listing(wire: &List<'_>, number: u32, wanted: &Wanted, ground: Ground<'_>, mut remarks: BTreeMap<usize, String>) -> Result<Page, Fault> {
    let Some(cases) = &wire.cases else {
        return Err(Fault::new(FaultKind::BadBody, "the answer holds no list of cases"));
    };
    let mut items = Vec::with_capacity(cases.len());
    let (mut malformed, mut odd) = (Vec::new(), Vec::new());
    let mut dropped = 0;
    for (at, raw) in cases.iter().enumerate() {
        let known = remarks.remove(&at).map(|remark| format!("page {number}, {remark}"));
        match row(raw.get(), ground) {
            Ok((_, origin)) if !origin.is_wanted(wanted) => dropped += 1,
            Ok((row, origin)) => {
                odd.extend(known.or_else(|| origin.remark.map(|remark| format!("page {number}, {}: {remark}", row.key))));
                items.push(Listed { row, raw: RawBody(raw.get().into()) });
            }
            Err(sentence) => malformed.push(known.unwrap_or(sentence)),
        }
    }
    // With rows dropped, the vendor's count is not ours.
    let total = if dropped == 0 { total(&wire.meta, cases.len()) } else { None };
    let next = next_page(&wire.meta, number).filter(|_| !cases.is_empty()).map(Cursor::Number);
    Ok(Page { items, next, pages: pages(&wire.meta), total, malformed, odd, dropped })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::convert::tests::{V1_LIST, directory, ground};
    use super::super::paging::MAX_PAGE;
    use super::*;

    const V2_LIST: &str = include_str!("../../../tests/fixtures/tines/v2_list.json");

    fn read(text: &str, number: u32, wanted: &Wanted) -> Result<Page, Fault> {
        page(text, number, wanted, ground(&directory()))
    }

    fn keys(page: &Page) -> Vec<&str> {
        page.items.iter().map(|item| item.row.key.as_str()).collect()
    }

    #[test]
    fn a_bad_row_is_a_sentence_and_not_a_lost_page() {
        let page = read(V2_LIST, 2, &Wanted::default()).unwrap();
        assert_eq!((keys(&page), page.dropped), (vec!["#1", "#2", "#3", "#4"], 0));
        assert_eq!(page.malformed.len(), 2);
        assert_eq!((page.next, page.pages, page.total), (Some(Cursor::Number(3)), Some(13), Some(642)));
        let raw: Value = serde_json::from_str(&page.items[1].raw.0).unwrap();
        assert_eq!(raw["case_id"], "2", "the body stays as it came");
    }

    #[test]
    fn what_nobody_asked_for_is_left_out() {
        let wanted = Wanted { team: Some("276".into()), status: Some("OPEN") };
        let page = read(V2_LIST, 2, &wanted).unwrap();
        assert_eq!((keys(&page), page.dropped, page.total), (vec!["#1"], 3, None));
    }

    #[test]
    fn v1_lists_have_fewer_keys_and_read_the_same() {
        let page = read(V1_LIST, 1, &Wanted::default()).unwrap();
        assert_eq!((keys(&page), page.next.as_ref(), page.pages, page.total), (vec!["#42"], None, Some(1), Some(1)));
    }

    #[test]
    fn what_is_not_a_list_is_a_fault() {
        for text in ["{}", r#"{"cases":null}"#, r#"{"cases":{}}"#, "[]", "<html>", "", "null"] {
            assert_eq!(read(text, 1, &Wanted::default()).unwrap_err().kind, FaultKind::BadBody, "{text}");
        }
        assert_eq!(read(r#"{"cases":["#, 1, &Wanted::default()).unwrap_err().kind, FaultKind::Cut);
    }

    #[test]
    fn the_next_page_is_a_number_from_wherever_it_stands() {
        let next = |meta: Value, page: u32| {
            let text = json!({"cases": [{"case_id": 1}], "meta": meta}).to_string();
            read(&text, page, &Wanted::default()).unwrap().next
        };
        let number = |number| Some(Cursor::Number(number));
        assert_eq!(next(json!({"next_page_number": 2, "next_page": "https://x/?page=9"}), 1), number(2));
        assert_eq!(next(json!({"next_page_number": "2"}), 1), number(2));
        assert_eq!(next(json!({"next_page": "https://evil.example/api?per_page=20&page=2"}), 1), number(2));
        assert_eq!(next(json!({"next_page": "https://x/?per_page=20&page=2#top"}), 1), number(2));
        assert_eq!(next(json!({"pages": 3}), 2), number(3));
        assert_eq!(next(json!({"pages": 3}), 3), None);
        assert_eq!(next(json!({"next_page": null, "pages": 3}), 1), None, "a told end is the end");
        assert_eq!(next(json!({"next_page_number": null, "pages": 3}), 1), None);
        assert_eq!(next(json!({"next_page_number": 1}), 1), None, "never in a circle");
        assert_eq!(next(json!({"next_page_number": MAX_PAGE + 1}), 1), None, "never without end");
        assert_eq!(next(json!({"next_page_number": {}, "next_page": 7}), 1), None);
        assert_eq!(next(json!(null), 1), number(2), "nothing is said of pages: only an empty one is the last");
        assert_eq!(next(json!({"per_page": 20}), 1), number(2));
        let empty = json!({"cases": [], "meta": {"next_page_number": 2}}).to_string();
        assert_eq!(read(&empty, 1, &Wanted::default()).unwrap().next, None, "an empty page is the last");
    }

    #[test]
    fn a_count_is_believed_where_it_can_be_the_total() {
        let total = |meta: Value| {
            let text = json!({"cases": [{"case_id": 1}, {"case_id": 2}], "meta": meta}).to_string();
            read(&text, 1, &Wanted::default()).unwrap().total
        };
        assert_eq!(total(json!({"count": 242, "pages": 13, "per_page": 20})), Some(242));
        assert_eq!(total(json!({"count": 20, "pages": 13, "per_page": 20})), None, "the number in this answer");
        assert_eq!(total(json!({"count": 1})), None);
        assert_eq!(total(json!({})), None);
    }
}
