//! Which lines of the detail's rectangle are whose: title, facts, tabs, text, footer. Pure arithmetic.

use crate::tui::io::layout::Area;

/// From this height on the facts line and the rule have room beside the text.
const ROOMY: u16 = 14;
/// From this height on the tabs and the footer do.
const USABLE: u16 = 6;

/// Parts without room are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub title: Area,
    pub facts: Area,
    pub tabs: Area,
    pub rule: Area,
    pub body: Area,
    pub foot: Area,
}

pub fn parts(area: Area) -> Parts {
    let mut parts = Parts::default();
    let mut y = area.y;
    let mut height = area.height;
    let mut take = |wanted: bool| {
        let lines = u16::from(wanted && height > 1);
        let part = Area { y, height: lines, ..area };
        y += lines;
        height -= lines;
        part
    };
    parts.title = take(true);
    parts.facts = take(area.height >= ROOMY);
    parts.tabs = take(area.height >= USABLE);
    parts.rule = take(area.height >= ROOMY);
    let foot = u16::from(area.height >= USABLE && height > 1);
    parts.body = Area { y, height: height - foot, ..area };
    parts.foot = Area { y: y + height - foot, height: foot, ..area };
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_area_without_overlapping() {
        for height in 0..60 {
            let area = Area { x: 3, y: 2, width: 40, height };
            let parts = parts(area);
            let all = [parts.title, parts.facts, parts.tabs, parts.rule, parts.body, parts.foot];
            assert_eq!(all.iter().map(|part| part.height).sum::<u16>(), height);
            let mut y = area.y;
            for part in all {
                assert_eq!(part.y, y);
                y += part.height;
            }
            assert!(height == 0 || parts.body.height >= 1 || height == 1, "text always has a line: {height} {parts:?}");
        }
    }
}
