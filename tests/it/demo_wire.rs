//! A plain HTTP client for the embedded vendors, so that their tests read as requests and answers.

use std::time::Duration;

use caseload::demo::{Demo, Options, Vendor, start};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// A world that stands still, with everything calm.
pub(crate) fn still(cases: u32) -> Demo {
    start(&Options { cases, pace: 0.0, quota: false, ..Options::default() }).unwrap()
}

/// A client of one vendor with the analyst's full rights.
pub(crate) struct Wire {
    client: reqwest::Client,
    pub(crate) base: String,
    headers: Vec<(&'static str, String)>,
}

impl Wire {
    pub(crate) fn to(demo: &Demo, vendor: Vendor) -> Self {
        let secret = |name: &str| secret(demo, vendor, name);
        let headers = match vendor {
            Vendor::Datadog => vec![("DD-API-KEY", secret("DEMO_DD_API_KEY")), ("DD-APPLICATION-KEY", secret("DEMO_DD_APP_KEY"))],
            Vendor::Tines => vec![("Authorization", format!("Bearer {}", secret("DEMO_TINES_TOKEN")))],
            Vendor::ServerOps => vec![("Authorization", format!("Bearer {}", secret("DEMO_SO_TOKEN")))],
        };
        Self::with(demo, vendor, headers)
    }

    /// A client with these headers only.
    pub(crate) fn with(demo: &Demo, vendor: Vendor, headers: Vec<(&'static str, String)>) -> Self {
        let base = demo.endpoints()[vendor as usize].base_url.clone();
        let client = reqwest::Client::builder().no_proxy().no_gzip().timeout(Duration::from_mins(5)).build().unwrap();
        Self { client, base, headers }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.headers.iter().fold(self.client.request(method, url), |request, (name, value)| request.header(*name, value))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(method, path).json(body).send().await.unwrap()).await
    }
}

pub(crate) fn secret(demo: &Demo, vendor: Vendor, name: &str) -> String {
    demo.endpoints()[vendor as usize].secrets.iter().find(|(n, _)| *n == name).unwrap().1.clone()
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    /// Null when the body is no JSON.
    pub(crate) json: Value,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status, headers, text, json }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text);
        self.json
    }
}

/// The texts under a pointer of every row.
pub(crate) fn texts(rows: &Value, pointer: &str) -> Vec<String> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row.pointer(pointer).map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).unwrap_or_default())
        .collect()
}

/// Percent-encoded for a query value.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
