//! Macros: steps under a name, with questions that are asked before they run.

use crate::domain::case::Vendor;
use crate::domain::change_script::{ChangeScript, Step};

/// Macros of one configuration; a list that nobody can read is no help.
pub const MAX_MACROS: usize = 64;
/// Questions of one macro.
pub(super) const MAX_QUESTIONS: usize = 5;

/// A `[[macro]]` of the configuration, or one that was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Macro {
    /// Unique without regard to case.
    pub name: String,
    /// Behind `m`; None: it is run from the list.
    pub key: Option<char>,
    /// A filter: cases that it leaves out are not touched.
    pub when: Option<String>,
    /// What is asked before it runs, in this order.
    pub ask: Vec<Question>,
    /// As written, `{NAME}` policy for an answer, `{{` and `}}` for braces.
    pub steps: Vec<String>,
    /// Steps in their place for one vendor.
    pub variants: Vec<(Vendor, Vec<String>)>,
}

/// `reason: Why is it one?`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Stands in the steps as `{NAME}`.
    pub name: String,
    /// What the person reads; the name when nothing else is written.
    pub words: String,
}

impl Question {
    /// # Errors
    /// The name is not made of letters, digits and `_`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, words) = text.split_once(':').map_or((text, text), |(name, words)| (name, words));
        let (name, words) = (name.trim(), words.trim());
        if !is_name(name) {
            return Err(format!("`{name}` cannot name a question: letters, digits and _ can"));
        }
        Ok(Self { name: name.into(), words: if words.is_empty() { name } else { words }.into() })
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What a step is written of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// `{NAME}`: the answer to a question.
    Asked(&'a str),
}

/// The pieces of a step. `{{` and `}}` stand for one brace each; a brace that no name and no second one follows, for itself.
pub(super) fn pieces(step: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = step;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        if rest.starts_with("{{") || rest.starts_with("}}") {
            let (brace, after) = (&rest[..1], &rest[2..]);
            rest = after;
            return Some(Piece::Text(brace));
        }
        let asked = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).filter(|(name, _)| is_name(name));
        if let Some((name, after)) = asked {
            rest = after;
            return Some(Piece::Asked(name));
        }
        let length = first.len_utf8();
        let (text, after) = rest.split_at(rest[length..].find(['{', '}']).map_or(rest.len(), |at| at + length));
        rest = after;
        Some(Piece::Text(text))
    })
}

impl Macro {
    /// One that does these steps and asks nothing: their braces are braces.
    pub fn recorded(name: &str, steps: &[Step]) -> Self {
        let written = |step: &Step| step.to_string().replace('{', "{{").replace('}', "}}");
        Self { name: name.into(), steps: steps.iter().map(written).collect(), ..Self::default() }
    }

    /// What it does with these answers, one per question in their order.
    ///
    /// # Errors
    /// An answer is missing or empty, or a step cannot be read with it.
    pub fn script(&self, answers: &[String]) -> Result<ChangeScript, String> {
        if let Some(question) = self
            .ask
            .iter()
            .enumerate()
            .find_map(|(at, question)| answers.get(at).is_none_or(|answer| answer.trim().is_empty()).then_some(question))
        {
            return Err(format!("{} is not answered", question.name));
        }
        let read = |steps: &[String]| steps.iter().map(|step| Step::parse(&self.filled(step, answers))).collect::<Result<Vec<_>, _>>();
        let variants = self.variants.iter().map(|(vendor, steps)| Ok((*vendor, read(steps)?))).collect::<Result<Vec<_>, String>>()?;
        Ok(ChangeScript { steps: read(&self.steps)?, variants })
    }

    /// In one pass, so that an answer that holds `{…}` stays what was typed.
    fn filled(&self, step: &str, answers: &[String]) -> String {
        let answer = |name: &str| answers.get(self.ask.iter().position(|question| question.name == name)?);
        let mut out = String::with_capacity(step.len());
        for piece in pieces(step) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Asked(name) => match answer(name) {
                    Some(answer) => out.push_str(answer.trim()),
                    None => out.extend(["{", name, "}"]),
                },
            }
        }
        out
    }

    /// As it stands in the configuration.
    pub fn written(&self) -> String {
        // On one line each: a text of several would take on how the lines of the file end.
        let quoted = |text: &str| match toml::Value::from(text).to_string() {
            plain if !plain.contains('\n') => plain,
            _ => serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f"),
        };
        let list = |texts: &[String]| format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "));
        let mut out = format!("[[macro]]\nname = {}\n", quoted(&self.name));
        let mut line = |key: &str, value: String| {
            out.push_str(key);
            out.push_str(" = ");
            out.push_str(&value);
            out.push('\n');
        };
        if let Some(key) = self.key {
            line("key", quoted(&key.to_string()));
        }
        if let Some(when) = &self.when {
            line("when", quoted(when));
        }
        if !self.ask.is_empty() {
            let asks: Vec<String> = self.ask.iter().map(|question| format!("{}: {}", question.name, question.words)).collect();
            line("ask", list(&asks));
        }
        line("steps", list(&self.steps));
        for (vendor, steps) in &self.variants {
            line(vendor.name(), list(steps));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Macro {
        Macro {
            name: "False positive".into(),
            key: Some('f'),
            when: Some("status:open \"two words\"".into()),
            ask: vec![Question::parse("reason: Why is it one?").unwrap(), Question::parse("tag").unwrap()],
            steps: vec!["close".into(), "add tag={tag}".into(), "comment FP: {reason} {not asked}".into()],
            variants: vec![(Vendor::ServerOps, vec!["close".into()])],
        }
    }

    #[test]
    fn answers_fill_the_steps_and_are_never_read_again() {
        let script = sample().script(&["known {tag}, really".into(), "fp".into()]).unwrap();
        assert_eq!(script.to_string(), "close, add tag=fp, comment FP: known {tag}, really {not asked}; ServerOps: close");
        assert_eq!(sample().script(&["x".into()]).unwrap_err(), "tag is not answered");
        assert_eq!(sample().script(&[" ".into(), "y".into()]).unwrap_err(), "reason is not answered");
    }

    #[test]
    fn a_brace_is_written_twice() {
        let known = Macro { steps: vec!["comment {{tag}} is {tag}, {{{tag}}}, {\"a\": {{}}, }{ {".into()], ..sample() };
        let script = known.script(&["x".into(), "fp".into()]).unwrap();
        assert_eq!(script.steps[0].to_string(), "comment {tag} is fp, {fp}, {\"a\": {}, }{ {");
    }

    #[test]
    fn what_is_recorded_does_the_same_once_it_was_written_and_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let texts = ["see {word}", "{{word}}", "{", "}}", "{\"a\":{\"b\":{}}}", "{}{a}}{ü}", "{a{b}", "two\nlines {x}", "\"{q}\" \\{"];
        let mut steps: Vec<Step> = texts.map(|text| Step::parse(&format!("comment {text}")).unwrap()).into();
        steps.extend(["set title={host} is down", "add tag={a}", "set attr.{k}={v}"].map(|step| Step::parse(step).unwrap()));
        std::fs::write(&path, "# mine\r\n").unwrap();
        crate::config::append(&path, &Macro::recorded("all", &steps).written()).unwrap();
        let config = crate::config::load(&path).unwrap();
        assert_eq!(config.macros[0].script(&[]).unwrap().steps, steps);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.replace("\r\n", "").find('\n'), None, "lines end as in the rest of the file: {text:?}");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let config = crate::config::parse(&sample().written(), std::path::Path::new("m.toml")).unwrap();
        assert_eq!(config.macros, [sample()]);
    }
}
