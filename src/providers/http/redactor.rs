//! Takes our own secrets out of what a server says, before it becomes words, a log line or a row.

use super::address::encode;
use crate::domain::fault::Fault;
use crate::domain::secret::{ExposeSecret, Secret};
use crate::domain::text::Clean;

/// Before a token in its header.
pub(super) const BEARER: &str = "Bearer ";
/// What stands in a secret's place.
const BLOT: &str = "[secret]";
/// A shorter one would take out ordinary words; no vendor's token is.
const MIN_BYTES: usize = 6;

/// The secrets of one source, as a server may quote them: as they were sent, and percent-encoded.
pub(super) struct Redactor(Vec<Secret>);

impl Redactor {
    pub(super) fn of(secrets: &[Secret]) -> Self {
        let forms = secrets.iter().flat_map(|secret| {
            let sent = secret.expose_secret();
            let token = sent.strip_prefix(BEARER).unwrap_or(sent);
            let encoded = Some(encode(token)).filter(|encoded| encoded != token);
            [Some(token.to_owned()), encoded]
        });
        let mut forms: Vec<Secret> = forms.flatten().filter(|form| form.len() >= MIN_BYTES).map(Secret::from).collect();
        // A token that is part of another must not leave the rest of that one policy.
        forms.sort_by_key(|form| std::cmp::Reverse(form.expose_secret().len()));
        Self(forms)
    }

    pub(super) fn fault(&self, fault: Fault) -> Fault {
        match self.text(fault.message.as_str()) {
            Some(message) => Fault { message: Clean::line(&message), ..fault },
            None => fault,
        }
    }

    /// An error body, which is small; bytes that are not UTF-8 become U+FFFD where something is taken out.
    pub(super) fn bytes(&self, body: Vec<u8>) -> Vec<u8> {
        self.text(&String::from_utf8_lossy(&body)).map_or(body, String::into_bytes)
    }

    /// None: it holds none. Letters count in either case: a host name comes back in small letters.
    fn text(&self, text: &str) -> Option<String> {
        let mut out: Option<String> = None;
        for form in &self.0 {
            let form = form.expose_secret().as_bytes();
            let is_here =
                |text: &str, at: usize| text.as_bytes()[at..].get(..form.len()).is_some_and(|here| here.eq_ignore_ascii_case(form));
            let mut from = 0;
            let now = out.as_deref().unwrap_or(text);
            let Some(first) = (0..now.len()).find(|at| is_here(now, *at)) else { continue };
            let mut kept = String::with_capacity(now.len());
            let mut next = Some(first);
            while let Some(at) = next {
                kept.push_str(&now[from..at]);
                kept.push_str(BLOT);
                from = at + form.len();
                next = (from..now.len()).find(|at| is_here(now, *at));
            }
            kept.push_str(&now[from..]);
            out = Some(kept);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::FaultKind;

    fn redactor(secrets: &[&str]) -> Redactor {
        Redactor::of(&secrets.iter().map(|secret| Secret::from((*secret).to_owned())).collect::<Vec<_>>())
    }

    #[test]
    fn a_secret_is_blotted_out_in_every_form_and_place() {
        let redactor = redactor(&["Bearer tok/EN+0001", "tok/EN+0001-long"]);
        for (said, shown) in [
            ("bad token tok/EN+0001!", "bad token [secret]!"),
            ("tok/EN+0001tok/EN+0001", "[secret][secret]"),
            ("Bearer tok/EN+0001-long", "Bearer [secret]"),
            ("https://TOK/en+0001.example", "https://[secret].example"),
            ("?t=tok%2FEN%2b0001", "?t=[secret]"),
            ("ü tok/EN+0001 ü", "ü [secret] ü"),
        ] {
            assert_eq!(redactor.text(said).as_deref(), Some(shown), "{said}");
            assert_eq!(redactor.fault(Fault::new(FaultKind::Server, said)).message.as_str(), shown);
            assert_eq!(redactor.bytes(said.as_bytes().to_vec()), shown.as_bytes());
        }
        assert_eq!(redactor.text("tok/EN+000"), None);
        assert_eq!(redactor.bytes(vec![0xff, b'x']), [0xff, b'x']);
    }

    #[test]
    fn what_is_too_short_to_be_a_secret_blots_nothing() {
        assert_eq!(redactor(&["", "Bearer ", "abc"]).text("abc Bearer"), None);
    }
}
