//! The embedded vendors behind a tap that puts what attackers write into their answers, in every place a person can fill.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use caseload::domain::text::Clean;
use serde_json::Value;

use crate::cli_desk::Desk;
use crate::http_server::{Answer, Request, Server};

/// One of each kind that is known to be tried, in one text.
pub(crate) const POISON: &str = concat!(
    "\x1b[31;1m\x1b[2J\x1b[6n\x1b[>0q",
    "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "\x1b]52;c;cm0gLXJmIH4=\x07\x1b]0;pwned\x07\x1b]2;pwned\x1b\\",
    "\x1bP$q\"p\x1b\\\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\\x1b_Gf=24\x1b\\",
    "\u{9b}31m\u{9d}52;c;eA==\u{9c}\u{90}x\u{9c}\u{85}",
    "rm\x08\x07\x0b\x0c\x7f\r\ncurl\tevil",
    "\u{202e}fdp.exe\u{202c}\u{2066}a\u{2069}\u{200e}\u{61c}",
    "\u{e0001}\u{e0069}\u{e007f}\u{200b}\u{2060}\u{feff}\u{ad}",
    "a\u{200d}\u{200d}\u{200c}b\u{2028}c\u{2029}d",
    "z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{fff9}\u{115f}\u{3164}\u{fe0f}\u{ffff}\x1b",
);

/// What of a vendor's JSON is structure: another value there is drift, which is tested elsewhere.
const STRUCTURE: &[&str] = &[
    "id",
    "type",
    "status",
    "status_group",
    "status_name",
    "priority",
    "internal_id",
    "public_id",
    "input_type",
    "validation_type",
    "sla_type",
    "activity_type",
    "action_type",
    "button_type",
    "attribute",
    "visibility",
    "new_value",
    "old_value",
    "severity",
    "state",
    "category",
    "field_type",
];

/// Text that a person, or whoever calls the vendor's API, has filled in.
fn is_filled_in(key: &str, text: &str) -> bool {
    let is_reference =
        key.ends_with("id") || key.ends_with("_at") || key.ends_with("cursor") || key.contains("page") || key.contains("url");
    let is_moment = text.len() >= 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[..4].iter().all(u8::is_ascii_digit);
    !STRUCTURE.contains(&key) && !is_reference && !is_moment && !text.contains("://") && text.parse::<f64>().is_err()
}

fn each_text(value: &mut Value, key: &str, change: &dyn Fn(&str, &str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(other) = change(key, text) {
                *text = other;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, key, change)),
        Value::Object(fields) => fields.iter_mut().for_each(|(key, field)| each_text(field, key, change)),
        _ => {}
    }
}

/// Every text that somebody has filled in, with this in front and this behind.
pub(crate) fn everywhere(before: &'static str, behind: &'static str) -> impl Fn(&str, &str) -> Option<String> + Send + Sync {
    move |key, text| is_filled_in(key, text).then(|| format!("{before}{text}{behind}"))
}

/// Passes a request on; the answer's status, header lines and body.
pub(crate) fn passed_on(address: &str, request: &Request) -> (u16, Vec<String>, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    let kept = request.headers.iter().filter(|(name, _)| !["host", "connection", "accept-encoding"].contains(&name.as_str()));
    let headers = kept.fold(String::new(), |out, (name, value)| out + name + ": " + value + "\r\n");
    write!(
        stream,
        "{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n{}",
        request.method, request.target, request.body
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let is_ours =
        |line: &&str| !["content-length", "connection", "transfer-encoding"].iter().any(|name| line.to_lowercase().starts_with(name));
    (status, lines.filter(is_ours).map(str::to_owned).collect(), answer[end + 4..].to_vec())
}

/// Puts a tap in front of each of the desk's vendors.
pub(crate) fn tap<F>(desk: &Desk, change: F) -> Vec<Server>
where
    F: Fn(&str, &str) -> Option<String> + Send + Sync + 'static,
{
    let mut config = std::fs::read_to_string(desk.config()).unwrap();
    let change = Arc::new(change);
    let taps = desk.demo.endpoints().map(|endpoint| {
        let address = endpoint.base_url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
        let (change, to) = (Arc::clone(&change), address.clone());
        let server = Server::start(move |request, _| {
            let (status, headers, body) = passed_on(&to, request);
            let body = match serde_json::from_slice::<Value>(&body) {
                Ok(mut body) => {
                    each_text(&mut body, "", &*change);
                    body.to_string()
                }
                Err(_) => String::from_utf8(body).unwrap(),
            };
            Answer::Whole(status, headers, body)
        });
        config = config.replace(&address, &server.address.to_string());
        server
    });
    desk.configure(&config);
    taps.into()
}

/// The sequences that the program itself writes taken out: what is left is what it shows. Any other sequence is a break-in.
pub(crate) fn shown_text(written: &str) -> (String, Vec<String>) {
    let (mut out, mut clipboards, mut rest) = (String::new(), Vec::new(), written);
    while let Some(at) = rest.find('\x1b') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let length = if let Some(inner) = tail.strip_prefix('[') {
            let end = inner.find(|c: char| ('\x40'..='\x7e').contains(&c)).expect("a sequence that ends");
            let (parameters, last) = (&inner[..end], inner.as_bytes()[end]);
            let is_ours = match last {
                b'm' | b'H' | b'J' | b'K' => parameters.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'),
                b'h' | b'l' => ["?25", "?1004", "?1049", "?2004", "?2026"].contains(&parameters),
                _ => false,
            };
            assert!(is_ours, "a sequence that is not ours: ESC [ {parameters} {}", char::from(last));
            end + 2
        } else if tail.starts_with("]0;caseload\x07") {
            "]0;caseload\x07".len()
        } else if let Some(inner) = tail.strip_prefix("]52;c;") {
            let end = inner.find('\x1b').expect("a clipboard text that ends");
            assert!(inner[end..].starts_with("\x1b\\") && inner[..end].bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b)));
            clipboards.push(inner[..end].to_owned());
            "]52;c;".len() + end + 2
        } else if let Some(inner) = tail.strip_prefix("]9;caseload: ") {
            let end = inner.find('\x07').expect("an alarm that ends");
            out.push_str(&inner[..end]);
            "]9;caseload: ".len() + end + 1
        } else {
            panic!("an escape that is not ours: {:?}", tail.chars().take(20).collect::<String>())
        };
        rest = &tail[length..];
    }
    (out + rest, clipboards)
}

/// Nothing on the screen steers it, hides or reorders.
pub(crate) fn assert_shown_harmless(written: &str) -> Vec<String> {
    let (shown, clipboards) = shown_text(written);
    for c in shown.chars().filter(|c| !matches!(c, '\r' | '\n' | '\x07')) {
        let one = Clean::line(&format!("a{c}"));
        assert_eq!(one.as_str(), format!("a{c}"), "U+{:04X} reached the terminal", u32::from(c));
    }
    clipboards
}
