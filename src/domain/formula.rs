//! Closure conditions of Tines, judged here as far as that is safe: sizes, comparisons, emptiness, AND, OR and NOT over
//! what the case itself holds. Whatever lies outside is not evaluated, with the reason; nothing is guessed.
//!
//! A case tells nothing apart that is null and empty, so `= ""` and `= NULL` both ask whether there is nothing.

mod parse;

use parse::{Literal, Node, Op};

use super::aspect::{Aspect, Value};
use super::case::Case;
use super::edit::Edit;
use super::part::Part;

/// What a condition comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Met,
    /// `about`: the first part named in what failed that can be changed from here.
    NotMet {
        about: Option<Aspect>,
    },
    /// Only the vendor can tell; why, in a few words.
    NotEvaluated {
        why: String,
    },
}

/// Judges a formula over the case as it would be after `edit`. Total: any text gives a verdict.
pub fn judge(formula: &str, case: &Case, edit: &Edit) -> Verdict {
    let node = match parse::parse(formula) {
        Ok(node) => node,
        Err(why) => return Verdict::NotEvaluated { why: why.into() },
    };
    let found = Judge { case, edit }.value(&node);
    match found.value {
        Ok(Held::Truth(true)) => Verdict::Met,
        Ok(Held::Truth(false)) => Verdict::NotMet { about: found.about },
        Ok(_) => Verdict::NotEvaluated { why: "it comes to neither true nor false".into() },
        Err(why) => Verdict::NotEvaluated { why },
    }
}

/// What a part of a formula holds.
#[derive(Clone, Debug, PartialEq)]
enum Held {
    Truth(bool),
    Number(f64),
    Text(String),
    /// Null, or an empty text.
    Nothing,
    /// A list of so many.
    List(usize),
}

/// A value, or why there is none; and which part of the case it is about.
struct Found {
    value: Result<Held, String>,
    about: Option<Aspect>,
}

struct Judge<'a> {
    case: &'a Case,
    edit: &'a Edit,
}

impl Judge<'_> {
    fn value(&self, node: &Node) -> Found {
        let nowhere = |value| Found { value, about: None };
        match node {
            Node::Literal(Literal::Truth(truth)) => nowhere(Ok(Held::Truth(*truth))),
            Node::Literal(Literal::Number(number)) => nowhere(Ok(Held::Number(*number))),
            Node::Literal(Literal::Text(text)) => nowhere(Ok(text_held(text))),
            Node::Literal(Literal::Null) => nowhere(Ok(Held::Nothing)),
            Node::Name(name) => self.name(name),
            Node::Call(name, arguments) => self.call(name, arguments),
            Node::Compare(op, left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                let value = left.value.and_then(|left| compare(*op, &left, &right.value?).map(Held::Truth));
                Found { value, about: left.about.or(right.about) }
            }
        }
    }

    fn call(&self, name: &str, arguments: &[Node]) -> Found {
        match (name, arguments) {
            ("AND", [_, ..]) => self.all(arguments, true),
            ("OR", [_, ..]) => self.all(arguments, false),
            ("NOT", [one]) => self.one(one, |held| match held {
                Held::Truth(truth) => Ok(Held::Truth(!truth)),
                _ => Err("NOT of what is neither true nor false".into()),
            }),
            ("SIZE", [one]) => self.one(one, |held| match held {
                Held::List(count) => Ok(number(count)),
                Held::Text(text) => Ok(number(text.chars().count())),
                _ => Err("SIZE of what is neither a list nor a text".into()),
            }),
            ("IS_EMPTY" | "IS_BLANK", [one]) => self.one(one, |held| is_empty(&held).map(Held::Truth)),
            ("IS_PRESENT", [one]) => self.one(one, |held| is_empty(&held).map(|empty| Held::Truth(!empty))),
            _ => Found { value: Err(format!("it uses {name}")), about: None },
        }
    }

    fn one(&self, argument: &Node, make: impl FnOnce(Held) -> Result<Held, String>) -> Found {
        let found = self.value(argument);
        Found { value: found.value.and_then(make), about: found.about }
    }

    /// AND (`all`) or OR: one part that decides is enough, whatever cannot be evaluated beside it.
    fn all(&self, parts: &[Node], all: bool) -> Found {
        let (mut about, mut why) = (None, None);
        for part in parts {
            let found = self.value(part);
            match found.value {
                Ok(Held::Truth(truth)) if truth != all => return Found { value: Ok(Held::Truth(truth)), about: found.about },
                Ok(Held::Truth(_)) => about = about.or(found.about),
                Ok(_) => why = why.or(Some("a part comes to neither true nor false".into())),
                Err(reason) => why = why.or(Some(reason)),
            }
        }
        Found { value: why.map_or(Ok(Held::Truth(all)), Err), about }
    }

    fn name(&self, name: &str) -> Found {
        let Some(path) = name.strip_prefix("team_case.") else {
            return Found { value: Err(format!("it asks for {name}")), about: None };
        };
        let part = |part| self.part(Aspect::of_part(part));
        match path {
            "name" => part(Part::Title),
            "description" => part(Part::Description),
            "priority" => part(Part::Priority),
            "assignees" => part(Part::Assignees),
            "tags" => part(Part::Tags),
            "linked_cases" => Found { value: Ok(Held::List(self.case.links.len())), about: None },
            _ => match path.strip_prefix("metadata.").filter(|key| !key.contains('.')) {
                Some(key) => Found { value: Ok(self.metadata(key)), about: None },
                None => Found { value: Err(format!("it asks for {name}")), about: None },
            },
        }
    }

    /// A part of the case as the edit leaves it.
    fn part(&self, aspect: Aspect) -> Found {
        let value = aspect.read(self.case).after(self.edit.about(&aspect));
        let held = match value {
            Value::Set(members) => Held::List(members.len()),
            Value::Text(text) => text_held(&text),
        };
        Found { value: Ok(held), about: Some(aspect) }
    }

    fn metadata(&self, key: &str) -> Held {
        let found = self.case.attributes.iter().find(|(name, _)| name.as_str() == key);
        found.and_then(|(_, values)| values.first()).map_or(Held::Nothing, |value| text_held(value.as_str()))
    }
}

fn text_held(text: &str) -> Held {
    if text.is_empty() { Held::Nothing } else { Held::Text(text.to_owned()) }
}

fn number(count: usize) -> Held {
    Held::Number(f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
}

fn is_empty(held: &Held) -> Result<bool, String> {
    match held {
        Held::Nothing | Held::List(0) => Ok(true),
        Held::Text(text) if text.trim().is_empty() => Err("the text is blanks only".into()),
        Held::Text(_) | Held::List(_) => Ok(false),
        Held::Number(_) | Held::Truth(_) => Err("emptiness of a number".into()),
    }
}

fn compare(op: Op, left: &Held, right: &Held) -> Result<bool, String> {
    let equal = match (left, right) {
        (Held::Number(left), Held::Number(right)) => {
            return Ok(match op {
                Op::Equal => left.to_bits() == right.to_bits() || (left - right).abs() == 0.0,
                Op::Unequal => (left - right).abs() != 0.0,
                Op::Greater => left > right,
                Op::GreaterEqual => left >= right,
                Op::Less => left < right,
                Op::LessEqual => left <= right,
            });
        }
        (Held::Nothing, Held::Nothing) => true,
        (Held::Text(left), Held::Text(right)) if left == right => true,
        // The vendor writes the same value in capitals here and in small letters there.
        (Held::Text(left), Held::Text(right)) if left.to_lowercase() == right.to_lowercase() => {
            return Err("the texts differ in capitals only".into());
        }
        (Held::Nothing | Held::Text(_), Held::Nothing | Held::Text(_)) => false,
        (Held::Truth(left), Held::Truth(right)) => left == right,
        _ => return Err("it compares different kinds of values".into()),
    };
    match op {
        Op::Equal => Ok(equal),
        Op::Unequal => Ok(!equal),
        _ => Err("only numbers are greater or less here".into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::case::Vendor;
    use super::super::change::Change;
    use super::super::person::Person;
    use super::super::sample;
    use super::super::text::Clean;
    use super::*;

    fn case() -> Case {
        let mut case = sample::case(Vendor::Tines, 7);
        case.row.tags = vec![Clean::line("phish"), Clean::line("vip")];
        case.row.assignees = vec![Person { id: "1".into(), ..Person::default() }];
        case.attributes = vec![(Clean::line("source"), vec![Clean::line("siem")])];
        case
    }

    fn nothing(case: &Case) -> Edit {
        Edit::new(case, Vec::new())
    }

    fn verdict(formula: &str) -> Verdict {
        judge(formula, &case(), &nothing(&case()))
    }

    fn about(part: Part) -> Verdict {
        Verdict::NotMet { about: Some(Aspect::of_part(part)) }
    }

    #[test]
    fn what_is_met_is_met() {
        for formula in [
            "=SIZE(team_case.assignees) > 0",
            "=SIZE(team_case.tags) >= 2",
            "= size( team_case.tags ) = 2 ",
            "=SIZE(team_case.tags) <> 3",
            "=SIZE(team_case.tags) != 3",
            "=NOT(IS_EMPTY(team_case.description))",
            "=IS_PRESENT(team_case.name) AND SIZE(team_case.tags) < 9",
            "=AND(SIZE(team_case.tags) <= 2, OR(FALSE, IS_BLANK(team_case.linked_cases)))",
            "=team_case.description <> \"\"",
            "=team_case.description != NULL",
            "=team_case.priority = \"MEDIUM\"",
            "=team_case.metadata.source = 'siem'",
            "=team_case.metadata.missing = null",
            "=(((SIZE(team_case.tags)) = 2.0))",
            "=TRUE OR CONTAINS(team_case.description, \"x\")",
            "=!IS_EMPTY(team_case.tags) && NOT FALSE",
        ] {
            assert_eq!(verdict(formula), Verdict::Met, "{formula}");
        }
    }

    #[test]
    fn what_is_not_met_names_the_part_that_would_do() {
        assert_eq!(verdict("=SIZE(team_case.assignees) > 2"), about(Part::Assignees));
        assert_eq!(verdict("=SIZE(team_case.assignees) > 0 AND SIZE(team_case.tags) > 2"), about(Part::Tags));
        assert_eq!(verdict("=IS_EMPTY(team_case.description) OR SIZE(team_case.tags) = 0"), about(Part::Description));
        assert_eq!(verdict("=team_case.priority <> \"MEDIUM\""), about(Part::Priority));
        assert_eq!(verdict("=SIZE(team_case.linked_cases) > 0"), Verdict::NotMet { about: None });
        assert_eq!(verdict("=AND(CONTAINS(team_case.description, \"x\"), SIZE(team_case.tags) > 5)"), about(Part::Tags));
    }

    #[test]
    fn the_edit_counts_as_made() {
        let case = case();
        let edit = Edit::new(&case, vec![Change::AddTags(vec!["c".into()]), Change::RemoveTags(vec!["vip".into(), "phish".into()])]);
        assert_eq!(judge("=SIZE(team_case.tags) = 1", &case, &edit), Verdict::Met);
    }

    #[test]
    fn everything_else_is_not_guessed() {
        for formula in [
            "",
            "=",
            "SIZE(team_case.tags",
            "=CONTAINS(team_case.description, \"## Review\")",
            "=SIZE(team_case.tasks) = 0",
            "=SIZE(team_case.tags) + 1 > 2",
            "=SIZE(team_case.tags) > \"1\"",
            "=SIZE(team_case.tags)",
            "=team_case.name > 3",
            "=team_case.name < \"x\"",
            "=team_case.priority = \"medium\"",
            "=team_case.tags = \"vip\"",
            "=other.name = \"x\"",
            "=team_case.metadata.a.b = \"x\"",
            "=1 < 2 < 3",
            "=TRUE OR TRUE AND FALSE",
            "=AND()",
            "=NOT(1)",
            "=SIZE(team_case.tags, 1) = 1",
            "=\"unclosed",
            "=\"a\\n\" = \"b\"",
            "=SIZE(5) = 1",
            "=IS_EMPTY(SIZE(team_case.tags))",
            "=TRUE AND CONTAINS(team_case.name, \"x\")",
        ] {
            let verdict = verdict(formula);
            assert!(matches!(&verdict, Verdict::NotEvaluated { why } if !why.is_empty()), "{formula}: {verdict:?}");
        }
    }

    #[test]
    fn depth_and_length_have_bounds() {
        let deep = format!("={}TRUE{}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(matches!(verdict(&deep), Verdict::NotEvaluated { .. }));
        let long = format!("={}TRUE", "TRUE AND ".repeat(10_000));
        assert!(matches!(verdict(&long), Verdict::NotEvaluated { .. }));
        let nots = format!("={}TRUE", "!".repeat(2_000));
        assert!(matches!(verdict(&nots), Verdict::NotEvaluated { .. }));
    }

    proptest! {
        #[test]
        fn any_text_has_a_verdict(text in "\\PC{0,200}") {
            verdict(&text);
        }

        #[test]
        fn any_text_of_the_language_has_a_verdict(
            words in proptest::collection::vec(
                proptest::sample::select(vec![
                    "=", "(", ")", ",", "SIZE", "AND", "OR", "NOT", "IS_EMPTY", "team_case.tags", "team_case.name", "team_case.",
                    "<", ">", "<=", "<>", "!", "!=", "&&", "||", "1", "2.5", ".", "\"x\"", "'", "\"", "TRUE", "NULL", "é", "-",
                ]),
                0..60,
            )
        ) {
            verdict(&words.join(" "));
            verdict(&words.concat());
        }

        #[test]
        fn sizes_are_counted_as_they_are(count in 0_usize..40, least in 0_usize..40) {
            let mut case = sample::case(Vendor::Tines, 7);
            case.row.tags = (0..count).map(|n| Clean::line(&format!("t{n}"))).collect();
            let verdict = judge(&format!("=SIZE(team_case.tags) > {least}"), &case, &nothing(&case));
            prop_assert_eq!(verdict == Verdict::Met, count > least);
        }
    }
}
