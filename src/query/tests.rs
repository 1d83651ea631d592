//! Reading, printing, and what is said about what cannot be read.

use proptest::prelude::*;

use super::limits::{MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES, MAX_WORD_CHARS};
use super::*;
use crate::domain::case::Level;

/// What a text means, in a notation that shows the tree.
fn tree(text: &str) -> String {
    fn spell(node: &Node) -> String {
        let list = |nodes: &[Node]| nodes.iter().map(spell).collect::<Vec<_>>().join(" ");
        match node {
            Node::All(nodes) => format!("(and {})", list(nodes)),
            Node::Any(nodes) => format!("(or {})", list(nodes)),
            Node::Not(node) => format!("(not {})", spell(node)),
            Node::Text(word) => format!("'{}'{}", word.text, if word.is_prefix { "*" } else { "" }),
            Node::Term(term) => term.to_string(),
        }
    }
    let parsed = parse(text);
    assert_eq!(parsed.problems, [], "{text}");
    spell(&parsed.query.node)
}

fn error(text: &str) -> String {
    let parsed = parse(text);
    let problem = parsed.error().unwrap_or_else(|| panic!("{text} has no error: {parsed:?}"));
    format!("[{}] {problem}", &text[problem.at.clone()])
}

#[test]
fn words_exclusions_phrases_and_groups() {
    assert_eq!(tree("  Phish -NOISE  \"two Words\" -\"no  such\" x-y"), "(and 'Phish' (not 'NOISE') 'two Words' (not 'no  such') 'x-y')");
    assert_eq!(tree("\"a\"b a\"b"), "(and 'a' 'b' 'a\"b')");
    assert_eq!(tree("--x"), "(not '-x')");
    assert_eq!(tree("a b OR c | -d AND e"), "(or (and 'a' 'b') 'c' (and (not 'd') 'e'))");
    assert_eq!(tree("(a | b) NOT (c d)"), "(and (or 'a' 'b') (not (and 'c' 'd')))");
    assert_eq!(tree("f(x) (g(y))"), "(and 'f(x)' 'g(y)')");
    assert_eq!(tree(":) a)"), "(and ':)' 'a)')");
    assert_eq!(tree("\"say \"\"hi\"\"\" phish* \"a*\""), "(and 'say \"hi\"' 'phish'* 'a*')");
    assert_eq!(tree("android ORacle NOTe or"), "(and 'android' 'ORacle' 'NOTe' 'or')");
    for nothing in ["", " ", "-", "\"", "-\"", "\"\"", "- - \" \"", "\u{301}", "OR", "AND", "NOT", "()", "( OR )", "|", "*"] {
        assert!(parse(nothing).query.is_empty(), "{nothing:?}");
    }
}

#[test]
fn every_kind_of_term() {
    for text in [
        "src:dd",
        "status:open",
        "status:new,active",
        "status:\"To do\"",
        "priority:<=P2",
        "priority:>=high",
        "priority:P1..P3",
        "priority:none",
        "assignee:me,none",
        "author:ana*",
        "tag:phish*",
        "tag:env:prod",
        "tag:~phi",
        "tag:/^env:(prod|stage)$/i",
        "attr.service:api-gw",
        "meta.\"a b\":x",
        "field.score:>3.5",
        "field.score:-2..5",
        "field.seen:<2026-01-01",
        "record.src_ip:10.0.0.1",
        "record:197.210.0.1",
        "age:>2d",
        "age:1d..2d",
        "created:2026-11-20",
        "updated:<1h",
        "closed:yesterday",
        "opened:>=2026-11-20T14:22+02:00",
        "created:..2026-11-20",
        "created:2d..",
        "due:<2h",
        "due:today",
        "sla:<30m",
        "sla:0..30m",
        "sla:breached",
        "sla:none",
        "sla.kind:response",
        "has:file,image",
        "is:unseen",
        "ioc:197.210.0.0/16",
        "comment:~escalate",
        "file:*.exe",
        "description:/pass(word|code)/",
        "title:~phish",
        "key:SEC-1,SEC-2",
        "id:42",
    ] {
        assert_eq!(tree(text), text);
    }
    assert_eq!(tree("no:file Source:dd PRIORITY:p1 -tag:noise"), "(and (not has:file) src:dd priority:P1 (not tag:noise))");
}

#[test]
fn directives_stand_anywhere_at_the_top() {
    let parsed = parse("sort:sla,-priority a group:team OR b cols:key,title,field.\"Customer tier\" limit:50");
    assert_eq!(parsed.problems, []);
    assert_eq!(parsed.query.to_string(), "a OR b sort:sla,-priority group:team cols:key,title,field.\"Customer tier\" limit:50");
    assert_eq!(error("(a sort:sla)"), "[sort:sla] sort: says how rows are shown; it stands by itself, outside of parentheses");
    assert_eq!(error("limit:0"), "[limit:0] limit: takes a number from 1 on");
    assert_eq!(error("cols:-key"), "[-key] cols: has no direction; only sort: takes a -");
    assert_eq!(error("sort:priorty,key"), "[priorty] sort: no column `priorty`; did you mean `priority`?");
    assert!(error("-sort:sla").starts_with("[-sort:sla] sort: says how"));
}

#[test]
fn text_with_a_colon_stays_text() {
    assert_eq!(tree("https://x.io/a C:\\temp fe80::1 12:30 a:b"), "(and 'https://x.io/a' 'C:\\temp' 'fe80::1' '12:30' 'a:b')");
    let parsed = parse("prioritty:high");
    assert_eq!(parsed.problems[0].nearest.as_deref(), Some("priority:"));
    assert!(!parsed.problems[0].is_hint);
    let hint = parse("ips:10.0.0.1");
    assert!(hint.error().is_none(), "{hint:?}");
    assert_eq!(hint.query.to_string(), "ips:10.0.0.1");
    let begun = parse("prio:critical");
    assert!(begun.error().is_none(), "text that begins as a field's name is looked for, and the field is named");
    assert_eq!(begun.problems[0].nearest.as_deref(), Some("priority:"));
}

#[test]
fn what_is_wrong_is_named_with_what_was_meant() {
    assert_eq!(
        error("priority:hihg x"),
        "[hihg] priority: no value `hihg`; it takes P1 to P5, critical, high, medium, low, info, none, or a vendor's own word like URGENT; did you mean `high`?"
    );
    assert!(error("status:opne x").ends_with("did you mean `open`?"));
    assert!(error("is:unsen x").ends_with("did you mean `unseen`?"));
    assert!(error("age:>2 x").contains("a span like 30m"));
    assert!(error("tag:>x").contains("compared with : = or ~ only"));
    assert!(error("age:~2d").contains("~ is for text"));
    assert!(error("priority:<P2,P3").contains("a comparison takes one value"));
    assert!(error("priority:<none").contains("nothing comes before or after"));
    assert!(error("status: open").contains("right behind the colon"));
    assert!(error("tag:/a(/").contains("no regular expression: unclosed group"));
    assert!(error("tag:/(a{1000}){1000}/").contains("too big"));
    assert!(error("attr.path:/var/log").contains("put text that begins with / in quotes"));
    assert_eq!(parse("priority:hihg x").query.to_string(), "x");
    assert!(error(&"(".repeat(MAX_DEPTH + 1)).contains("deep"));
    assert!(error(&"a ".repeat(MAX_CONDITIONS + 1)).contains("conditions"));
    assert!(error(&format!("tag:{}", "a,".repeat(MAX_VALUES + 1))).contains("values"));
}

#[test]
fn what_is_half_typed_asks_for_nothing_yet() {
    for (text, is_read_as) in [
        ("a status:", "a"),
        ("a status:op", "a"),
        ("a priority:<", "a"),
        ("a priority:<=P", "a"),
        ("a age:>2", "a"),
        ("a created:2026-1", "a"),
        ("a sort:pri", "a"),
        ("a sort:", "a"),
        ("a tag:/x", "a"),
        ("a -", "a"),
        ("a NOT", "a"),
        ("a is:un", "a"),
        ("a status:open,", "a status:open"),
        ("(a b", "a b"),
        ("\"half typed", "\"half typed\""),
        ("a OR", "a"),
        ("a OR ", "a"),
        ("OR a", "a"),
        ("a | | b", "a OR b"),
        ("OR", ""),
        ("|", ""),
        ("(a OR) b", "a b"),
        ("a AND", "a"),
        ("AND a", "a"),
        ("a AND AND b", "a b"),
        ("AND", ""),
    ] {
        let parsed = parse(text);
        assert!(parsed.is_half_typed && parsed.problems.is_empty(), "{text}: {parsed:?}");
        assert_eq!(parsed.query.to_string(), is_read_as, "{text}");
    }
    for whole in ["", "a", "a OR b", "a AND b", "(a OR b) AND c", "a | b sort:sla", "sort:sla a AND b", "status:open ", "tag:phi", "\"a\""]
    {
        assert!(!parse(whole).is_half_typed, "{whole}");
    }
}

#[test]
fn a_pasted_page_is_bounded() {
    let page = format!("{} {}", "x".repeat(9_000), "word ".repeat(9_000));
    let parsed = parse(&page);
    assert_eq!(parsed.query.conjuncts().len(), MAX_CONDITIONS);
    let Node::Text(word) = &parsed.query.conjuncts()[0] else { panic!() };
    assert_eq!(word.text.len(), MAX_WORD_CHARS);
}

#[test]
fn case_accents_and_compatibility_forms_make_no_difference() {
    for (one, other) in [
        ("Ärger", "arger"),
        ("STRASSE", "straße"),
        ("ẞ", "ss"),
        ("ΟΔΟΣ", "οδος"),
        ("ﬁle", "FILE"),
        ("Ｋ８ｓ", "k8s"),
        ("İstanbul", "istanbul"),
        ("が", "か"),
    ] {
        assert_eq!(fold(one), fold(other), "{one} {other}");
    }
    assert_eq!(fold("a\tb\u{0}\u{85}"), "a b  ");
}

#[test]
fn folding_twice_changes_nothing_for_any_character() {
    for c in (0..=0x0010_ffff).filter_map(char::from_u32) {
        let once = fold(&c.to_string());
        assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
        assert!(!once.chars().any(char::is_control), "U+{:04X}", u32::from(c));
    }
}

fn arb_word() -> impl Strategy<Value = Word> {
    let text = prop_oneof![
        3 => "[a-zäß0-9]{1,8}",
        1 => prop::sample::select(vec!["OR", "a*", "-a", "a b", "\"", "a\"b", "(", ")(", "me", "none", "open", "P1", "2d", "a,b", "/x/", "<=3", "a..b", "status:open", "|", "~", "=x", "12", "x:y"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    (text, any::<bool>()).prop_filter_map("nothing is left", |(text, is_prefix)| {
        let text: String = crate::domain::text::Clean::line(&text).as_str().chars().take(MAX_WORD_CHARS).collect();
        (!fold(&text).trim().is_empty()).then(|| Word { text: text.into(), is_prefix, is_quoted: true })
    })
}

fn of<T: Copy + std::fmt::Debug + 'static>(table: &[(&'static str, T)], make: impl Fn(T) -> Value + 'static) -> BoxedStrategy<Value> {
    prop::sample::select(table.iter().map(|(_, value)| *value).collect::<Vec<T>>()).prop_map(make).boxed()
}

fn arb_value(kind: Kind) -> BoxedStrategy<Value> {
    let span = prop::sample::select(vec!["30s", "5m", "2h", "1d12h", "3w", "0m"]).prop_map(|text| Value::Span(Span::read(text).unwrap()));
    let when = prop::sample::select(vec![
        "today",
        "yesterday",
        "shift",
        "2026-11-20",
        "2026-11-20T14:22",
        "2026-11-20T14:22Z",
        "2026-11-20T14:22-03:30",
    ])
    .prop_map(|text| Value::When(When::read(text).unwrap()));
    let word = arb_word().prop_map(Value::Word);
    match kind {
        Kind::Text | Kind::Free => word.boxed(),
        Kind::Person => prop_oneof![word, Just(Value::Me), Just(Value::None)].boxed(),
        Kind::State => prop_oneof![word, of(&StateWord::ALL, Value::State)].boxed(),
        Kind::Level => {
            let level = (prop::sample::select(Level::ALL.to_vec()), any::<bool>());
            prop_oneof![level.prop_map(|(level, by_number)| Value::Level { level, by_number }), Just(Value::None)].boxed()
        }
        Kind::Age => span.boxed(),
        Kind::Time => prop_oneof![span, when, Just(Value::None)].boxed(),
        Kind::Clock => prop_oneof![span, Just(Value::Number("0".into())), Just(Value::Breached), Just(Value::None)].boxed(),
        Kind::Thing => of(&Thing::ALL, Value::Thing),
        Kind::Mark => of(&Mark::ALL, Value::Mark),
    }
}

pub(super) fn arb_term() -> impl Strategy<Value = Term> {
    let name = "[a-z \"äß.0-9-]{1,6}".prop_filter("not blank", |name| !name.trim().is_empty());
    let named = (name, 0..4).prop_map(|(name, which)| match which {
        0 => Field::Custom(name.into()),
        1 => Field::Attr(name.into()),
        2 => Field::Meta(name.into()),
        _ => Field::Record(Some(name.into())),
    });
    let plain = prop::sample::select(PLAIN.iter().map(|(_, field)| field.clone()).collect::<Vec<_>>());
    let field = prop_oneof![4 => plain, 1 => named];
    field.prop_flat_map(|field| {
        let kind = field.kind();
        let listed = prop::collection::vec(arb_value(kind), 1..4).prop_map(Test::Any);
        let ordered = match kind {
            Kind::Free => prop_oneof![
                Just(Value::Number("-3.5".into())),
                Just(Value::Span(Span::read("2d").unwrap())),
                Just(Value::Number("40".into()))
            ]
            .boxed(),
            kind => arb_value(kind).prop_filter("ordered", |value| !matches!(value, Value::None | Value::Breached)).boxed(),
        };
        let pattern = ("[a-z.*|\\[\\] äß]{1,6}", any::<bool>())
            .prop_map(|(source, ignores_case)| Pattern { source: source.into(), ignores_case })
            .prop_filter("compiles", |pattern| pattern.compile().is_ok())
            .prop_map(Test::Matches);
        let contains = arb_word().prop_map(|word| Test::Compare(Cmp::Contains, Value::Word(word)));
        let equal = arb_value(kind).prop_map(|value| Test::Compare(Cmp::Equal, value));
        let test = if kind.is_ordered() {
            let order = prop::sample::select(vec![Cmp::Less, Cmp::AtMost, Cmp::More, Cmp::AtLeast]);
            let same = |from: &Value, to: &Value| std::mem::discriminant(from) == std::mem::discriminant(to);
            let range = (ordered.clone(), ordered.clone(), 0..3).prop_filter_map("alike", move |(from, to, open)| match open {
                0 => Some(Test::Range(Some(from), None)),
                1 => Some(Test::Range(None, Some(to))),
                _ => same(&from, &to).then_some(Test::Range(Some(from), Some(to))),
            });
            prop_oneof![listed, equal, range, (order, ordered).prop_map(|(cmp, value)| Test::Compare(cmp, value))].boxed()
        } else {
            prop_oneof![listed, equal].boxed()
        };
        let test = if kind.is_textual() { prop_oneof![3 => test, 1 => contains, 1 => pattern].boxed() } else { test };
        test.prop_map(move |test| Term { field: field.clone(), test })
    })
}

fn arb_node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![arb_word().prop_map(Node::Text), arb_term().prop_map(Node::Term)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Node::all),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Node::any),
            inner.prop_map(Node::negated),
        ]
    })
}

fn arb_column() -> impl Strategy<Value = Column> {
    let plain = prop::sample::select(Column::PLAIN.iter().map(|(_, column)| column.clone()).collect::<Vec<_>>());
    let named = ("[a-z ,\"ä.]{1,6}", any::<bool>()).prop_filter("not blank", |(name, _)| !name.trim().is_empty());
    prop_oneof![4 => plain, 1 => named.prop_map(|(name, custom)| if custom { Column::Custom(name.into()) } else { Column::Attr(name.into()) })]
}

fn arb_query() -> impl Strategy<Value = Query> {
    let distinct = |columns: Vec<Column>| {
        let mut kept: Vec<Column> = Vec::new();
        for column in columns {
            if !kept.contains(&column) {
                kept.push(column);
            }
        }
        kept
    };
    let columns = || prop::collection::vec(arb_column(), 0..4).prop_map(distinct);
    (prop::option::of(arb_node()), columns(), any::<u8>(), prop::option::of(arb_column()), columns(), prop::option::of(1usize..1_000))
        .prop_map(|(node, sort, down, group, cols, limit)| Query {
            node: node.unwrap_or(Node::All(Vec::new())),
            sort: sort.into_iter().enumerate().map(|(place, column)| Key { column, descending: down >> place & 1 == 1 }).collect(),
            group,
            cols,
            limit,
        })
}

#[test]
fn what_hides_in_a_text_is_looked_for_as_rows_show_it() {
    let dev = "dev\u{1f468}\u{200d}\u{1f4bb}";
    for typed in [format!("tag:{dev}"), format!("tag:\"{dev}\""), format!("attr.\"{dev}\":x"), format!("tag:/{dev}/"), dev.to_owned()] {
        assert_eq!(parse(&typed).query, parse(crate::domain::text::Clean::line(&typed).as_ref()).query, "{typed:?}");
    }
    let persian = "\u{645}\u{6cc}\u{200c}\u{62e}";
    assert_eq!(tree(&format!("{persian} \"{persian}\"*")), "(and '\u{645}\u{6cc}<U+200C>\u{62e}' '\u{645}\u{6cc}<U+200C>\u{62e}'*)");
    assert_eq!(tree(&format!("title:/{persian}/")), "title:/\u{645}\u{6cc}<U\\+200C>\u{62e}/");
    assert_eq!(tree("tag:\u{200c}\u{200c}x"), "tag:\"<U+200C x2>x\"");
    assert_eq!(tree("a\u{1b}[1m"), "'a^[[1m'");
    // A quote behind a dot may be closed by what is printed behind it.
    assert_eq!(parse("field.\" OR :(").query.to_string(), "\"field.\"\"\" OR \":(\"");
}

/// Text that is nearly a query.
fn arb_almost() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "(",
        ")",
        " ",
        " OR ",
        "|",
        "-",
        "NOT ",
        "AND ",
        "\"",
        "status:",
        "open",
        "priority:",
        "<=",
        "P2",
        "tag:",
        "phish",
        "*",
        ",",
        "..",
        "age:",
        ">",
        "2d",
        "field.",
        "attr.x",
        "sort:",
        "limit:",
        "5",
        "/",
        "a",
        "no:",
        "file",
        ":",
        "é",
        "\u{301}",
        "\u{0}",
        "\u{200c}",
        "\u{200d}",
        "\u{1f468}",
        "cols:",
        ".",
        "~",
        "=",
        "is:",
        "i",
        "ioc:",
        "\\",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_reads_as_the_same(query in arb_query()) {
        let printed = query.to_string();
        let parsed = parse(&printed);
        prop_assert_eq!(&parsed.problems, &Vec::new(), "{}", printed);
        prop_assert_eq!(parsed.query, query, "{}", printed);
    }

    #[test]
    fn any_text_is_read_and_what_is_read_prints(text in prop_oneof![any::<String>(), arb_almost()]) {
        let parsed = parse(&text);
        for problem in &parsed.problems {
            prop_assert!(text.get(problem.at.clone()).is_some(), "{:?}", problem);
        }
        let printed = parsed.query.to_string();
        prop_assert_eq!(parse(&printed).query, parsed.query, "{:?} printed as {:?}", text, printed);
    }

    #[test]
    fn folding_is_piecewise(a in any::<String>(), b in any::<String>()) {
        prop_assert_eq!(fold(&format!("{a} {b}")), format!("{} {}", fold(&a), fold(&b)));
        prop_assert_eq!(fold(&fold(&a)), fold(&a));
    }
}

#[test]
fn a_day_that_does_not_exist_is_wrong_and_one_that_is_not_finished_is_a_beginning() {
    for text in ["created:2026-11-31", "created:>=2026-11-31", "created:2026-11-01..2026-11-31", "created:2026-11-31T10:00 status:open"] {
        let parsed = parse(text);
        let words = parsed.error().map(|problem| problem.words.as_str()).unwrap_or_default();
        assert!(words.contains("there is no 2026-11-31: November has 30 days") && !parsed.is_half_typed, "{text}: {words:?}");
    }
    for text in ["age:>99999999w", "age:1d..99999999999h", "updated:<99999999w3d", "sla:<40000d status:open"] {
        let parsed = parse(text);
        let words = parsed.error().map(|problem| problem.words.as_str()).unwrap_or_default();
        assert!(words.contains("is longer than a century") && !parsed.is_half_typed, "{text}: {words:?}");
    }
    let parsed = parse("created:2026-11-3");
    assert!(parsed.is_half_typed && parsed.error().is_none(), "{parsed:?}");
}
