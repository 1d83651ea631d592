//! Everything that can come back instead of an answer, and what has to become of it: the rows of the fault matrix.

use caseload::domain::case::Vendor;
use caseload::domain::fault::FaultKind;

use crate::http_server::Answer;

/// Tries of a read that may pass by itself.
pub(crate) const TRIES: usize = 4;

/// One thing that goes wrong.
pub(crate) struct Trouble {
    pub name: String,
    pub answer: Box<dyn Fn(Vendor) -> Answer + Send + Sync>,
    /// What a read of one case comes to.
    pub read: FaultKind,
    /// What a write comes to; None: the vendor has said that it is done.
    pub write: Option<FaultKind>,
    /// The write may have happened.
    pub is_unknown: bool,
    /// How often a read is sent.
    pub tries: usize,
    /// What the message has to say.
    pub words: &'static str,
    /// At least so many seconds of waiting are handed on.
    pub wait_s: Option<u64>,
    /// Only this vendor sends it.
    pub only: Option<Vendor>,
}

impl Trouble {
    fn new(name: impl Into<String>, kind: FaultKind, answer: impl Fn(Vendor) -> Answer + Send + Sync + 'static) -> Self {
        let (name, answer) = (name.into(), Box::new(answer));
        Self { name, answer, read: kind, write: Some(kind), is_unknown: false, tries: 1, words: "", wait_s: None, only: None }
    }

    fn of(name: &str, kind: FaultKind, answer: Answer) -> Self {
        Self::new(name, kind, move |_| answer.clone())
    }

    fn says(mut self, words: &'static str) -> Self {
        self.words = words;
        self
    }

    fn tried_again(mut self) -> Self {
        self.tries = TRIES;
        self
    }

    fn leaves_unknown(mut self) -> Self {
        self.is_unknown = true;
        self
    }

    /// A body that cannot be read makes no write undone.
    fn write_is_done(mut self) -> Self {
        self.write = None;
        self
    }

    fn waits(mut self, wait_s: u64) -> Self {
        self.wait_s = Some(wait_s);
        self
    }

    fn only(mut self, vendor: Vendor) -> Self {
        self.only = Some(vendor);
        self
    }
}

/// A refusal in the vendor's own shape.
pub(crate) fn refusal(vendor: Vendor, words: &str) -> String {
    match vendor {
        Vendor::Datadog => format!(r#"{{"errors":[{{"title":"{words}"}}]}}"#),
        Vendor::Tines => format!(r#"{{"errors":[{{"message":"{words}","details":null}}]}}"#),
        Vendor::ServerOps => format!(r#"{{"error":{{"code":"some_code","message":"{words}"}}}}"#),
    }
}

fn whole(status: u16, content_type: &str, body: &str) -> Answer {
    Answer::Whole(status, vec![format!("content-type: {content_type}")], body.into())
}

/// Answers that do not come, or not in time.
pub(crate) fn silences() -> Vec<Trouble> {
    let slow =
        |name: &str, answer| Trouble::of(name, FaultKind::TimedOut, answer).leaves_unknown().says("did not finish its answer within");
    let headers = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 90000\r\n\r\n";
    vec![
        slow("silence", Answer::Hang(Vec::new())),
        slow("silence in the headers", Answer::Hang(b"HTTP/1.1 200 OK\r\ncontent-ty".to_vec())),
        slow("silence after the headers", Answer::Hang(headers.into())),
        slow("silence in the body", Answer::Hang(format!("{headers}{{\"data\":[").into())),
        slow("drops of headers", Answer::Drip(format!("HTTP/1.1 200 OK\r\nx-long: {}\r\n\r\n", "x".repeat(4_000)).into())),
        slow("drops of a body", Answer::Drip(format!("{headers}{{\"data\":\"{}", "x".repeat(4_000)).into())),
        Trouble::of("408", FaultKind::TimedOut, Answer::status(408, "")).leaves_unknown().says("408 Request Timeout"),
    ]
}

/// Answers that break off, and lengths that lie.
pub(crate) fn breaks() -> Vec<Trouble> {
    let cut = |name: &str, bytes: &str| Trouble::of(name, FaultKind::Cut, Answer::Bytes(bytes.into())).leaves_unknown().tried_again();
    let begun = "{\"data\":{\"id\":\"7\"";
    vec![
        cut("nothing at all", ""),
        cut("half a status line", "HTTP/1.1 20"),
        cut("half the headers", "HTTP/1.1 200 OK\r\ncontent-le"),
        cut("cut in the body", &format!("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{begun}")).says("broke off"),
        cut("cut in a chunk", &format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\n{begun}")).says("broke off"),
        cut("no last chunk", &format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{begun}\r\n", begun.len()))
            .says("broke off"),
        cut("a length that is too short", &format!("HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{begun}"))
            .says("ends in the middle")
            .write_is_done(),
        cut("an end without a length", &format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{begun}"))
            .says("ends in the middle")
            .write_is_done(),
        cut("two lengths", &format!("HTTP/1.1 200 OK\r\ncontent-length: 9\r\ncontent-length: 10\r\n\r\n{begun}")),
        cut("no HTTP", "SSH-2.0-OpenSSH_9.7\r\n"),
    ]
}

/// Answers of good policy that hold something else.
pub(crate) fn bodies() -> Vec<Trouble> {
    let bad = |name: &str, body: &str| Trouble::of(name, FaultKind::BadBody, Answer::json(body)).write_is_done();
    let mut bodies = vec![
        bad("an empty body", "").says("the answer is empty"),
        bad("blanks", " \n\t ").says("the answer is empty"),
        bad("no JSON", "all is well").says("not as documented"),
        bad("broken JSON", r#"{"data":[},"cases":[}]}"#).says("not as documented"),
        bad("two values", "{} {}"),
        bad("a value and its end", "{\"data\":[]}}"),
        bad("NaN", r#"{"data":NaN,"cases":NaN}"#).says("not as documented"),
        bad("deeper than any reader goes", &format!("{}{}", "[".repeat(5_000), "]".repeat(5_000))),
        Trouble::of("NUL bytes", FaultKind::BadBody, Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n\0\0\0\0".to_vec()))
            .write_is_done(),
        Trouble::of("no gzip", FaultKind::BadBody, Answer::json("not gzip at all").with("content-encoding: gzip"))
            .leaves_unknown()
            .says("cannot be decompressed"),
        Trouble::of("204", FaultKind::BadBody, Answer::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()))
            .write_is_done()
            .says("the answer is empty"),
    ];
    let lists = ["data", "cases", "activities", "records", "teams"];
    let every = |value: &str| format!("{{{}}}", lists.map(|key| format!("\"{key}\":{value}")).join(","));
    for shape in ["null", "true", "7", "\"text\"", "[]", "[[]]", "[{}]", "{}", r#"{"message":"try later"}"#] {
        bodies.push(bad(&format!("the shape {shape}"), shape));
    }
    for value in ["null", "7", "\"text\"", "{}", "{\"x\":[]}"] {
        bodies.push(bad(&format!("lists that are {value}"), &every(value)));
    }
    let page = |kind| {
        Trouble::of("a web page", kind, whole(200, "text/html", "<!doctype html><title>Log in</title>"))
            .says("a web page came instead of JSON")
    };
    bodies.push(page(FaultKind::BadBody).write_is_done().only(Vendor::Datadog));
    bodies.push(page(FaultKind::BadBody).write_is_done().only(Vendor::Tines));
    bodies.push(page(FaultKind::NotAvailable).write_is_done().only(Vendor::ServerOps));
    bodies
}

/// Answers that are too large.
pub(crate) fn floods(bomb: Vec<u8>) -> Vec<Trouble> {
    let flood = |name: &str, answer| Trouble::of(name, FaultKind::TooLarge, answer).leaves_unknown().says("is larger than");
    let mut gzip = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len()).into_bytes();
    gzip.extend(bomb);
    let mut endless = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
    endless.resize(endless.len() + (33 << 20), b' ');
    vec![
        flood("a gzip bomb", Answer::Bytes(gzip)),
        flood("a length over the bound", Answer::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 99000000000\r\n\r\n{".to_vec())),
        flood("the largest length", Answer::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 9223372036854775807\r\n\r\n{".to_vec())),
        flood("a body over the bound", Answer::Bytes(endless)),
    ]
}

/// Refusals by status alone, in the vendor's shape.
pub(crate) fn statuses() -> Vec<Trouble> {
    use FaultKind::{Conflict, Forbidden, NotAvailable, NotFound, QuotaSpent, Rejected, Server, Unauthorized};
    let told = |status: u16, kind| {
        Trouble::new(status.to_string(), kind, move |vendor| Answer::status(status, &refusal(vendor, "no such luck"))).says("no such luck")
    };
    let mut all: Vec<Trouble> = [
        (400, Rejected),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (410, NotAvailable),
        (413, Rejected),
        (422, Rejected),
        (501, NotAvailable),
    ]
    .map(|(status, kind)| told(status, kind))
    .into();
    all.push(told(500, Server).tried_again().leaves_unknown());
    all.push(told(503, Server).tried_again());
    let page = |status: u16, kind| {
        let body = format!("<html><head><title>{status}</title></head><body>nginx</body></html>");
        Trouble::of(&format!("{status} as a page"), kind, whole(status, "text/html", &body)).says("a web page came instead of an answer")
    };
    all.push(page(502, Server).tried_again().leaves_unknown());
    all.push(page(504, Server).tried_again().leaves_unknown());
    all.push(page(404, NotAvailable).only(Vendor::Datadog));
    all.push(page(404, NotAvailable).only(Vendor::ServerOps));
    all.push(page(404, NotAvailable).only(Vendor::Tines));
    all.push(page(403, NotAvailable).only(Vendor::ServerOps));
    let busy = |name: &str, header: &'static str| {
        Trouble::new(name, QuotaSpent, move |vendor| Answer::status(429, &refusal(vendor, "slow down")).with(header)).says("slow down")
    };
    all.push(busy("429 without a hint", "x-none: 1").tried_again());
    for hint in
        ["soon", "", "-7", "0", "1e3", "NaN", "18446744073709551616", "Wed, 21 Oct 2015 07:28:00 GMT", "Fri, 31 Dec 99999 23:59:59 GMT"]
    {
        let header: &'static str = format!("retry-after: {hint}").leak();
        all.push(busy(&format!("429 with `{header}`"), header).tried_again());
    }
    for (hint, wait_s) in [("120", 120), ("99999999999", 3_600), ("18446744073709551615", 3_600), ("Fri, 31 Dec 9998 23:59:59 GMT", 3_600)]
    {
        let header: &'static str = format!("retry-after: {hint}").leak();
        all.push(busy(&format!("429 with `{header}`"), header).waits(wait_s));
    }
    for reset in ["18446744073709551615", "4102444800"] {
        let header: &'static str = format!("x-ratelimit-reset: {reset}").leak();
        all.push(busy(&format!("429 with `{header}`"), header).waits(3_600).only(Vendor::Datadog));
        all.push(busy(&format!("429 with `{header}`"), header).waits(3_600).only(Vendor::ServerOps));
        all.push(busy(&format!("429 with `{header}`"), header).tried_again().only(Vendor::Tines));
    }
    all.push(
        Trouble::of("503 with a wait", Server, Answer::status(503, "").with("retry-after: 120")).waits(120).says("503 Service Unavailable"),
    );
    all
}

/// Every error body that a vendor's documents or recordings show.
#[expect(clippy::too_many_lines, reason = "a table, read line by line")]
pub(crate) fn documented() -> Vec<Trouble> {
    use FaultKind::{Conflict, Forbidden, NotFound, QuotaSpent, Rejected, Server, Unauthorized};
    use Vendor::{Datadog, ServerOps, Tines};
    let json = "application/json";
    let api = "application/vnd.api+json";
    let rows: &[(Vendor, u16, &str, &str, FaultKind, usize, &'static str)] = &[
        (Datadog, 404, api, r#"{"errors":[{"code":"resource_not_found","title":"case not found"}]}"#, NotFound, 1, "case not found"),
        (
            Datadog,
            404,
            api,
            r#"{"errors":[{"code":"resource_not_found","title":"failed to get timeline cell: timeline cell not found"}]}"#,
            NotFound,
            1,
            "timeline cell",
        ),
        (
            Datadog,
            404,
            api,
            r#"{"errors":[{"code":"resource_not_found","title":"custom attribute not found","meta":{"key":"host"}}]}"#,
            NotFound,
            1,
            "custom attribute",
        ),
        (
            Datadog,
            400,
            api,
            r#"{"errors":[{"status":"400","title":"Bad Request","detail":"got type \"x\" expected one of \"case\""}]}"#,
            Rejected,
            1,
            "expected one of",
        ),
        (Datadog, 400, api, r#"{"errors":[{"status":"400","title":"Bad Request"}]}"#, Rejected, 1, "400 Bad Request: Bad Request"),
        (
            Datadog,
            400,
            api,
            r#"{"errors":[{"title":"Generic Error","detail":"invalid priority. Must be one of P1"}]}"#,
            Rejected,
            1,
            "Must be one of P1",
        ),
        (
            Datadog,
            400,
            api,
            r#"{"errors":[{"status":"400","title":"Invalid Parameter","detail":"invalid UUID","source":{"parameter":"case_id"}}]}"#,
            Rejected,
            1,
            "invalid UUID",
        ),
        (Datadog, 403, json, r#"{"errors":["API key required"]}"#, Forbidden, 1, "API key required"),
        (
            Datadog,
            403,
            json,
            r#"{"status":"error","code":403,"errors":["Forbidden"],"statuspage":"http://status.datadoghq.com"}"#,
            Forbidden,
            1,
            "403 Forbidden: Forbidden",
        ),
        (Datadog, 403, "text/plain", r#"{"errors":[{"title":"Forbidden"}]}"#, Forbidden, 1, "403 Forbidden: Forbidden"),
        (Datadog, 401, json, r#"{"errors":["Unauthorized"]}"#, Unauthorized, 1, "Unauthorized"),
        (Datadog, 409, api, r#"{"errors":[{"title":"Conflict","detail":"already linked"}]}"#, Conflict, 1, "already linked"),
        (Datadog, 429, json, r#"{"errors":["Rate limit of 300 requests in 60 seconds reached"]}"#, QuotaSpent, TRIES, "300 requests"),
        (
            Tines,
            422,
            json,
            r#"{"errors":[{"message":"Invalid","details":"name is too long","type":"x","status_code":422}]}"#,
            Rejected,
            1,
            "Invalid: name is too long",
        ),
        (Tines, 422, json, r#"[{"message":"Invalid","details":"tag is empty"}]"#, Rejected, 1, "Invalid: tag is empty"),
        (Tines, 422, "text/plain", "Closure conditions are not met", Rejected, 1, "Closure conditions are not met"),
        (Tines, 401, json, r#"{"error":"Bad key"}"#, Unauthorized, 1, "Bad key"),
        (Tines, 404, json, r#"{"error":"Not found"}"#, NotFound, 1, "Not found"),
        (Tines, 403, json, r#"{"errors":["not your team"]}"#, Forbidden, 1, "not your team"),
        (Tines, 500, "text/plain", "", Server, TRIES, "500 Internal Server Error"),
        (ServerOps, 400, json, r#"{"error":{"code":"bad_request","message":"bad limit"}}"#, Rejected, 1, "bad limit (bad_request)"),
        (ServerOps, 400, json, r#"{"error":{"code":"invalid_input","message":"bad title"}}"#, Rejected, 1, "bad title (invalid_input)"),
        (ServerOps, 401, json, r#"{"error":{"code":"unauthorized","message":"revoked"}}"#, Unauthorized, 1, "revoked (unauthorized)"),
        (ServerOps, 403, json, r#"{"error":{"code":"forbidden","message":"cases:write is missing"}}"#, Forbidden, 1, "cases:write"),
        (ServerOps, 404, json, r#"{"error":{"code":"not_found","message":"File not found"}}"#, NotFound, 1, "(not_found)"),
        (ServerOps, 409, json, r#"{"error":{"code":"conflict","message":"state"}}"#, Conflict, 1, "state (conflict)"),
        (ServerOps, 413, json, r#"{"error":{"code":"file_too_large","message":"10 MB"}}"#, Rejected, 1, "10 MB (file_too_large)"),
        (ServerOps, 415, json, r#"{"error":{"code":"unsupported_type","message":"no"}}"#, Rejected, 1, "(unsupported_type)"),
        (ServerOps, 429, json, r#"{"error":{"code":"rate_limited","message":"slow"}}"#, QuotaSpent, TRIES, "slow (rate_limited)"),
        (
            ServerOps,
            429,
            json,
            r#"{"error":{"code":"quota_exceeded","message":"plan","snapshot":{"log_count":{"used":9,"limit":9}}}}"#,
            QuotaSpent,
            1,
            "log_count",
        ),
        (
            ServerOps,
            429,
            json,
            r#"{"error":{"code":"quota_exceeded","message":"plan","metric":"log_count","quotas":[{"metric":"log_count","used":9}]}}"#,
            QuotaSpent,
            1,
            "log_count",
        ),
        (ServerOps, 500, json, r#"{"error":{"code":"internal","message":"sorry"}}"#, Server, TRIES, "sorry (internal)"),
        (ServerOps, 500, json, r#"{"error":{"code":"internal_error","message":"sorry"}}"#, Server, TRIES, "(internal_error)"),
    ];
    let trouble =
        |&(vendor, status, content_type, body, kind, tries, words): &(Vendor, u16, &str, &str, FaultKind, usize, &'static str)| {
            let mut trouble = Trouble::of(&format!("{status} {body}"), kind, whole(status, content_type, body)).says(words).only(vendor);
            trouble.tries = tries;
            trouble.is_unknown = status == 500;
            trouble
        };
    rows.iter().map(trouble).collect()
}

/// Redirects to somewhere else; `elsewhere` is a whole address.
pub(crate) fn redirects(elsewhere: &str) -> Vec<Trouble> {
    let host = elsewhere.trim_start_matches("http:");
    let places = [
        elsewhere.to_owned(),
        format!("{elsewhere}/login?next=/api"),
        format!("{host}/x"),
        "/elsewhere".into(),
        "javascript:alert(1)".into(),
        String::new(),
    ];
    let mut all = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        for place in &places {
            let answer = Answer::status(status, "").with(&format!("location: {place}"));
            all.push(Trouble::of(&format!("{status} to `{place}`"), FaultKind::Redirected, answer).says("which gets no token"));
        }
    }
    all.push(Trouble::of("a redirect to nowhere", FaultKind::Redirected, Answer::status(302, "")).says("to nowhere"));
    all
}
