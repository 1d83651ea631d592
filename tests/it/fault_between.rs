//! What stands between the worker and an embedded vendor: requests go on to the vendor, but those that a test picks meet
//! trouble, before the vendor has seen them or after.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use caseload::domain::case::Vendor;

use crate::fault_table::Trouble;
use crate::http_server::{Answer, Request, Server};

/// Which requests meet trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Struck {
    List,
    Case,
    Write,
    /// Writes, and the vendor carries them out before.
    WriteDone,
}

impl Struck {
    fn is(self, request: &Request) -> bool {
        let path = request.target.split('?').next().unwrap_or_default();
        let is_list = path.ends_with("/cases");
        let is_name = path.contains("/cases/types") || path.contains("/cases/projects");
        match (self, request.method == "GET") {
            (Self::List, true) => is_list,
            (Self::Case, true) => path.contains("/cases/") && !is_name,
            (Self::Write | Self::WriteDone, false) => true,
            _ => false,
        }
    }
}

#[derive(Default)]
struct State {
    struck: Option<(Struck, Arc<Trouble>)>,
    /// When each write left, by method and path.
    writes: BTreeMap<String, Vec<Instant>>,
    /// Requests that met trouble.
    met: usize,
}

pub(crate) struct Between {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl Between {
    pub(crate) fn of(vendor: Vendor, behind: SocketAddr) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let known = Arc::clone(&state);
        let server = Server::start(move |request, _| {
            let struck = {
                let mut state = known.lock().unwrap();
                if request.method != "GET" {
                    let name = format!("{} {} {}", request.method, request.target, request.body);
                    state.writes.entry(name).or_default().push(Instant::now());
                }
                let struck = state.struck.clone().filter(|(struck, _)| struck.is(request));
                state.met += usize::from(struck.is_some());
                struck
            };
            match struck {
                None => forward(behind, request),
                Some((struck, trouble)) => {
                    if struck == Struck::WriteDone {
                        drop(forward(behind, request));
                    }
                    (trouble.answer)(vendor)
                }
            }
        });
        Self { server, state }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
    }

    pub(crate) fn strike(&self, struck: Struck, trouble: &Arc<Trouble>) {
        let mut state = self.state.lock().unwrap();
        *state = State { struck: Some((struck, Arc::clone(trouble))), ..State::default() };
    }

    /// From here on all is well; how many requests met trouble.
    pub(crate) fn heal(&self) -> usize {
        let mut state = self.state.lock().unwrap();
        state.struck = None;
        state.met
    }

    /// Writes since trouble began.
    pub(crate) fn writes(&self) -> usize {
        self.state.lock().unwrap().writes.values().map(Vec::len).sum()
    }

    /// The shortest time between two sendings of the same write since trouble began; None: each was sent once.
    pub(crate) fn shortest_gap(&self) -> Option<Duration> {
        let state = self.state.lock().unwrap();
        state.writes.values().flat_map(|times| times.windows(2).map(|pair| pair[1] - pair[0])).min()
    }
}

/// The vendor's own answer, byte by byte.
fn forward(behind: SocketAddr, request: &Request) -> Answer {
    let first = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", request.method, request.target);
    let headers = request.headers.iter().filter(|(name, _)| name != "connection");
    let head = headers.fold(first, |head, (name, value)| head + name + ": " + value + "\r\n");
    let mut answer = Vec::new();
    let asked = TcpStream::connect(behind).and_then(|mut stream| {
        stream.write_all(format!("{head}\r\n{}", request.body).as_bytes())?;
        stream.read_to_end(&mut answer)
    });
    assert!(asked.is_ok() || answer.is_empty(), "the vendor behind broke off: {asked:?}");
    Answer::Bytes(answer)
}
