//! From a formula's text to a tree, bounded in length and depth; whatever is not of the subset is named.

/// Characters of a formula; longer ones are not of the kind that is judged here.
const MAX_CHARS: usize = 2_000;
/// How deep brackets and negations may nest.
const MAX_DEPTH: usize = 32;

pub(super) enum Node {
    Literal(Literal),
    /// With its dots: `team_case.tags`.
    Name(String),
    /// In capitals; `AND`, `OR` and `NOT` also where they were written as operators.
    Call(String, Vec<Node>),
    Compare(Op, Box<Node>, Box<Node>),
}

pub(super) enum Literal {
    Truth(bool),
    Number(f64),
    Text(String),
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    Unequal,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Number(f64),
    Text(String),
    Op(Op),
    And,
    Or,
    Not,
    Open,
    Close,
    Comma,
}

/// Reads a formula; the error says what about it is not judged here.
pub(super) fn parse(formula: &str) -> Result<Node, &'static str> {
    if formula.chars().count() > MAX_CHARS {
        return Err("the formula is too long");
    }
    let text = formula.trim();
    let tokens = tokens(text.strip_prefix('=').unwrap_or(text))?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let node = parser.logic(0)?;
    if parser.at < tokens.len() { Err("it is written in a way not read here") } else { Ok(node) }
}

fn tokens(text: &str) -> Result<Vec<Token>, &'static str> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let two = rest.get(..2).unwrap_or_default();
        let (token, length) = match (first, two) {
            (_, "<>" | "!=") => (Token::Op(Op::Unequal), 2),
            (_, ">=") => (Token::Op(Op::GreaterEqual), 2),
            (_, "<=") => (Token::Op(Op::LessEqual), 2),
            (_, "==") => (Token::Op(Op::Equal), 2),
            (_, "&&") => (Token::And, 2),
            (_, "||") => (Token::Or, 2),
            ('=', _) => (Token::Op(Op::Equal), 1),
            ('>', _) => (Token::Op(Op::Greater), 1),
            ('<', _) => (Token::Op(Op::Less), 1),
            ('!', _) => (Token::Not, 1),
            ('(', _) => (Token::Open, 1),
            (')', _) => (Token::Close, 1),
            (',', _) => (Token::Comma, 1),
            ('"' | '\'', _) => text_token(rest, first)?,
            _ if first.is_ascii_digit() => number_token(rest)?,
            _ if first.is_ascii_alphabetic() || first == '_' => word_token(rest),
            _ => return Err("it has a sign that is not read here"),
        };
        out.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(out)
}

fn text_token(rest: &str, quote: char) -> Result<(Token, usize), &'static str> {
    let end = rest[1..].find(quote).ok_or("a text in it does not end")?;
    let inside = &rest[1..=end];
    if inside.contains('\\') {
        return Err("a text in it has a backslash");
    }
    // A quote directly behind could be an escaped one.
    if rest[end + 2..].starts_with(quote) {
        return Err("a text in it has quotes inside");
    }
    Ok((Token::Text(inside.to_owned()), end + 2))
}

fn number_token(rest: &str) -> Result<(Token, usize), &'static str> {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
    let is_plain = rest[..end].chars().all(|c| c.is_ascii_digit() || c == '.');
    let number = rest[..end].parse().ok().filter(|_| is_plain).ok_or("a number in it is not read here")?;
    Ok((Token::Number(number), end))
}

fn word_token(rest: &str) -> (Token, usize) {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
    let word = &rest[..end];
    let token = match word.to_ascii_uppercase().as_str() {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        _ => Token::Word(word.to_owned()),
    };
    (token, end)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Parts between one kind of AND or OR; both kinds side by side need brackets, so that no precedence is guessed.
    fn logic(&mut self, depth: usize) -> Result<Node, &'static str> {
        let first = self.comparison(depth)?;
        let Some(joint @ (Token::And | Token::Or)) = self.peek().cloned() else { return Ok(first) };
        let mut parts = vec![first];
        while self.take(&joint) {
            parts.push(self.comparison(depth)?);
        }
        if matches!(self.peek(), Some(Token::And | Token::Or)) {
            return Err("AND and OR stand together without brackets");
        }
        Ok(Node::Call(if joint == Token::And { "AND" } else { "OR" }.into(), parts))
    }

    fn comparison(&mut self, depth: usize) -> Result<Node, &'static str> {
        let left = self.single(depth)?;
        let Some(Token::Op(op)) = self.peek().cloned() else { return Ok(left) };
        if matches!(&left, Node::Call(name, _) if name == "NOT") {
            return Err("a comparison follows NOT");
        }
        self.at += 1;
        let right = self.single(depth)?;
        if matches!(self.peek(), Some(Token::Op(_))) {
            return Err("comparisons follow each other");
        }
        Ok(Node::Compare(op, Box::new(left), Box::new(right)))
    }

    fn single(&mut self, depth: usize) -> Result<Node, &'static str> {
        if depth == MAX_DEPTH {
            return Err("it is nested too deeply");
        }
        let token = self.peek().cloned().ok_or("it breaks off")?;
        self.at += 1;
        Ok(match token {
            Token::Number(number) => Node::Literal(Literal::Number(number)),
            Token::Text(text) => Node::Literal(Literal::Text(text)),
            Token::Open => {
                let inside = self.logic(depth + 1)?;
                self.close()?;
                inside
            }
            Token::Not => Node::Call("NOT".into(), vec![self.single(depth + 1)?]),
            Token::And | Token::Or if self.take(&Token::Open) => {
                let name = if token == Token::And { "AND" } else { "OR" };
                Node::Call(name.into(), self.arguments(depth + 1)?)
            }
            Token::Word(word) if self.take(&Token::Open) => Node::Call(word.to_ascii_uppercase(), self.arguments(depth + 1)?),
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "TRUE" => Node::Literal(Literal::Truth(true)),
                "FALSE" => Node::Literal(Literal::Truth(false)),
                "NULL" => Node::Literal(Literal::Null),
                _ => Node::Name(word),
            },
            _ => return Err("it is written in a way not read here"),
        })
    }

    fn arguments(&mut self, depth: usize) -> Result<Vec<Node>, &'static str> {
        let mut out = Vec::new();
        if self.take(&Token::Close) {
            return Ok(out);
        }
        loop {
            out.push(self.logic(depth)?);
            if !self.take(&Token::Comma) {
                break;
            }
        }
        self.close()?;
        Ok(out)
    }

    fn close(&mut self) -> Result<(), &'static str> {
        if self.take(&Token::Close) { Ok(()) } else { Err("a bracket in it is not closed") }
    }
}
