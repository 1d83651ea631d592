//! A server on loopback that answers each request as its test says, byte by byte where need be.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use caseload::domain::case::{SourceId, Vendor};
use caseload::domain::secret::Secret;
use caseload::providers::{Api, Auth, Provider, Settings};

/// Pause between two bytes of a dripping answer; far below any idle limit.
const DRIP: Duration = Duration::from_millis(20);

#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Clone, Debug)]
pub enum Answer {
    /// Status, header lines, body; with its right length.
    Whole(u16, Vec<String>, String),
    /// This body as JSON; the connection stays, and ends with the first byte of whatever is asked on it next.
    Once(String),
    /// These bytes, then the connection ends.
    Bytes(Vec<u8>),
    /// These bytes, then nothing more until the client gives up.
    Hang(Vec<u8>),
    /// These bytes one at a time.
    Drip(Vec<u8>),
}

impl Answer {
    pub fn json(body: &str) -> Self {
        Self::Whole(200, vec!["content-type: application/vnd.api+json".into()], body.into())
    }

    pub fn status(status: u16, body: &str) -> Self {
        Self::Whole(status, vec!["content-type: application/json".into()], body.into())
    }

    pub fn with(self, header: &str) -> Self {
        match self {
            Self::Whole(status, mut headers, body) => {
                headers.push(header.to_owned());
                Self::Whole(status, headers, body)
            }
            other => other,
        }
    }
}

pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// `answer` is given the request and how many came before it.
    pub fn start(answer: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                // A client that hangs up early is part of many tests.
                std::thread::spawn(move || serve(stream.unwrap(), &*answer, &log).unwrap_or_default());
            }
        });
        Self { address, seen }
    }

    /// The n-th request gets the n-th answer; the last one is repeated.
    pub fn script(answers: Vec<Answer>) -> Self {
        Self::start(move |_, before| answers[before.min(answers.len() - 1)].clone())
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// A Datadog provider that talks to this server.
    pub fn datadog(&self, timeout_ms: u64) -> Provider {
        Provider::new(settings(&self.url(), timeout_ms)).unwrap()
    }
}

pub fn settings(base_url: &str, timeout_ms: u64) -> Settings {
    Settings {
        vendor: Vendor::Datadog,
        source: SourceId(0),
        base_url: base_url.to_owned(),
        web_url: None,
        auth: Auth::Keys { api: Secret::from("api-geheim"), app: Secret::from("app-geheim") },
        api: Api::V2,
        filter: None,
        team_id: None,
        me: None,
        timeout_ms,
    }
}

fn serve(stream: TcpStream, answer: &dyn Fn(&Request, usize) -> Answer, seen: &Mutex<Vec<Request>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    while let Some(request) = read_request(&mut reader)? {
        let before = {
            let mut seen = seen.lock().unwrap();
            seen.push(request.clone());
            seen.len() - 1
        };
        match answer(&request, before) {
            Answer::Whole(status, headers, body) => {
                let headers = headers.iter().fold(String::new(), |out, line| out + line + "\r\n");
                write!(writer, "HTTP/1.1 {status} Whatever\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())?;
            }
            Answer::Once(body) => {
                write!(writer, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
                return reader.read_exact(&mut [0]);
            }
            Answer::Bytes(bytes) => return writer.write_all(&bytes),
            Answer::Hang(bytes) => {
                writer.write_all(&bytes)?;
                // Ends when the client gives up.
                return reader.read_to_end(&mut Vec::new()).map(drop);
            }
            Answer::Drip(bytes) => {
                writer.set_read_timeout(Some(DRIP))?;
                for byte in bytes {
                    writer.write_all(&[byte])?;
                    if matches!(reader.read(&mut [0]), Ok(0)) {
                        return Ok(());
                    }
                }
                writer.set_read_timeout(None)?;
            }
        }
    }
    Ok(())
}

/// The next request; None: the client has hung up.
pub(crate) fn read_request(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut request = Request { method: words.next().unwrap(), target: words.next().unwrap(), ..Request::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        request.headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body = String::from_utf8(body).unwrap();
    Ok(Some(request))
}
