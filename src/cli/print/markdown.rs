//! A vendor's Markdown within our own: it stays readable and formatted, and can do nothing but be read. No tag, no image
//! that is fetched, no link but to a page, nothing of it outside its quote.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// Plain `CommonMark`, and what tickets and chats read.
const READINGS: [Options; 2] =
    [Options::empty(), Options::ENABLE_TABLES.union(Options::ENABLE_TASKLISTS).union(Options::ENABLE_STRIKETHROUGH)];

/// Line by line, to be written behind `> `. In a quote of its own no line can pass for a heading or a fact of ours.
pub(in crate::cli) fn defused(text: &str) -> String {
    // A tab is as wide as where it stands: behind `> ` it would no longer make the code that it makes here.
    let text = text.replace('\t', "    ");
    let out = escaped(&text);
    if is_harmless(&out) { out } else { fenced(&text) }
}

/// However it is read.
fn is_harmless(text: &str) -> bool {
    let does_more = |event: &Event<'_>| match event {
        Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. }) => true,
        Event::Start(Tag::Link { dest_url, .. }) => !leads_to_page(dest_url),
        _ => false,
    };
    READINGS.into_iter().all(|options| !Parser::new_ext(text, options).any(|event| does_more(&event)))
}

/// As code, to the letter: where an escape has changed what is code and what is not.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

fn escaped(text: &str) -> String {
    let code = code(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut code = code.iter().peekable();
    for (at, c) in text.char_indices() {
        while code.next_if(|range| range.end <= at).is_some() {}
        let is_code = code.peek().is_some_and(|range| range.start <= at);
        if !is_code && is_armed(text, at, c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Whether a character begins something that does more than be read. One that is escaped already is escaped again with
/// its backslash, so that the backslash shows and the character stays harmless.
fn is_armed(text: &str, at: usize, c: char) -> bool {
    let behind = &text[at + c.len_utf8()..];
    match c {
        // Tags, comments, autolinks; entities, which hide any of them and schemes.
        '<' | '&' => true,
        '!' => behind.starts_with('['),
        // What follows is where a link leads: only whole addresses of pages are left to lead there.
        ']' => match behind.strip_prefix(['(', ':']) {
            Some(target) => !leads_to_page(target),
            // By its name, which is defined elsewhere, and judged there.
            None => false,
        },
        // It would take the escape off what comes behind it.
        '\\' => behind.starts_with(['<', '&', '!', ']', '\\']),
        _ => false,
    }
}

fn leads_to_page(target: &str) -> bool {
    let target = target.trim_start();
    ["https://", "http://"].iter().any(|scheme| target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// What is code however it is read: renderers differ in whether a table's cells or a code span come first.
fn code(text: &str) -> Vec<Range<usize>> {
    let [plain, tables] = READINGS.map(|options| code_read_with(text, options));
    plain.into_iter().filter(|range| tables.contains(range)).collect()
}

fn code_read_with(text: &str, options: Options) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        if matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))) && found.last().is_none_or(|last| last.end <= range.start) {
            found.push(range);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a renderer with everything switched on would do with it, beyond showing text.
    fn misdeeds(quoted: &str) -> Vec<String> {
        let mut found = Vec::new();
        for options in [READINGS[0], READINGS[1], Options::ENABLE_TABLES] {
            let mut depth = 0;
            for event in Parser::new_ext(quoted, options) {
                let is_inside = depth > 0;
                match event {
                    Event::Html(what) | Event::InlineHtml(what) => found.push(format!("html {what}")),
                    Event::Start(Tag::Image { dest_url, .. }) => found.push(format!("image {dest_url}")),
                    Event::Start(Tag::Link { dest_url, .. }) if !leads_to_page(&dest_url) => found.push(format!("link {dest_url}")),
                    Event::Start(Tag::BlockQuote(_)) => depth += 1,
                    Event::End(pulldown_cmark::TagEnd::BlockQuote(_)) => depth -= 1,
                    Event::Start(_) | Event::Text(_) if !is_inside => found.push("outside of its quote".into()),
                    _ => {}
                }
            }
        }
        found
    }

    fn quoted(text: &str) -> String {
        defused(text).split('\n').fold(String::new(), |out, line| out + "> " + line + "\n")
    }

    #[test]
    fn formatting_stays_and_code_is_as_it_was() {
        for same in [
            "# Head\n\n- **bold** _it_ `a < b & c`\n\n| a | b |\n|---|---|\n| 1 | 2 |",
            "```html\n<script>x</script>\n```",
            "[page](https://x.example/a) and [ref][1]\n\n[1]: http://x.example",
            "a > b! [x] ](",
        ] {
            let expected = if same.ends_with("](") { "a > b! [x] \\](" } else { same };
            assert_eq!(defused(same), expected);
        }
        assert_eq!(defused("<b>x</b> &amp; ![i](http://e/p.png)"), "\\<b>x\\</b> \\&amp; \\![i](http://e/p.png)");
        assert_eq!(defused("[x](javascript:alert(1)) [y]: data:text/html"), "[x\\](javascript:alert(1)) [y\\]: data:text/html");
        assert_eq!(defused("\\<b> \\\\<b>"), "\\\\\\<b> \\\\\\\\\\<b>");
    }

    #[test]
    fn known_attacks_do_nothing() {
        for attack in [
            "<img src=x onerror=alert(1)>",
            "<!-- --><script>",
            "![p](http://evil/p.png)",
            "\\![p](http://evil/p.png)",
            "[x](JaVaScRiPt:alert(1))",
            "[x](  \n javascript:alert(1))",
            "[x](<javascript:alert(1)>)",
            "[x](&#106;avascript:alert(1))",
            "[x]\n\n[x]: javascript:alert(1)",
            "[x]:\n  javascript:alert(1)\n\n[x]",
            "<javascript:alert(1)>",
            "| `a | <img src=x> ` |\n|---|---|\n| `b | <img src=x>` |",
            "    <b>\n\ntext\n    <b>",
            "~~~\n<b>\n~~~\n<b>",
            "> a\n\n# Activity (1)\n\n- forged",
            "`` ` `` <b> ` <b> `",
            "\\`<b>\\`",
            "- x\n  ```\n<b>",
            "<x \"`\"> ` <img src=x> `",
            "<!-- ` --> ` ![p](http://evil/p.png) `",
            "````\n``` <b>\n",
        ] {
            assert!(misdeeds(&quoted(attack)).is_empty(), "{attack:?} gives {:?}: {}", misdeeds(&quoted(attack)), quoted(attack));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
        #[test]
        fn no_mixture_does_anything(parts in proptest::collection::vec(proptest::sample::select(vec![
            "<b>", "<!--", "-->", "![", "[", "]", "](", "](javascript:x)", "]: data:x", "(http://x)", "<http://x>", "`", "``", "```\n", "~~~\n",
            "\n", "\n\n", "    ", "- ", "> ", "| ", "\n|---|---|\n", "\\", "&lt;", "&#60;", "!", "a", " ", "# ", "\t", "*", "1. ", "[x]", "\n[x]: javascript:x\n",
        ]), 0..24)) {
            let text = parts.concat();
            let found = misdeeds(&quoted(&text));
            prop_assert!(found.is_empty(), "{:?} gives {:?}\n{}", text, found, quoted(&text));
        }
    }
}
