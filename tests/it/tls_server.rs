//! A server that speaks real TLS on loopback, with certificates made for the test; and a proxy that tunnels.

use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, Certificate, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::hostile::passed_on;
use crate::http_server::{Request, read_request};

/// Who signs certificates.
pub(crate) struct Authority {
    certificate: Certificate,
    key: KeyPair,
}

/// A certificate with its key, signed by an authority.
pub(crate) struct Paper {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self { certificate: params.self_signed(&key).unwrap(), key }
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone()).unwrap();
        roots
    }

    fn sign(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Paper {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        Paper { certificate: params.signed_by(&key, &self.certificate, &self.key).unwrap(), key }
    }

    pub(crate) fn server(&self, name: &str) -> Paper {
        self.sign(name, |_| {})
    }

    pub(crate) fn expired(&self, name: &str) -> Paper {
        self.sign(name, |params| params.not_after = date_time_ymd(2020, 1, 1))
    }

    pub(crate) fn not_yet(&self, name: &str) -> Paper {
        self.sign(name, |params| params.not_before = date_time_ymd(2200, 1, 1))
    }

    /// Its own certificate and key, as `openssl req -x509` makes one for a host: a server that shows it is its own authority.
    pub(crate) fn alone(name: &str, is_authority: bool) -> Paper {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.is_ca = if is_authority { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::NoCa };
        let key = KeyPair::generate().unwrap();
        Paper { certificate: params.self_signed(&key).unwrap(), key }
    }

    pub(crate) fn client(&self) -> Paper {
        self.sign("analyst", |params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth])
    }
}

impl Paper {
    /// Without the key.
    pub(crate) fn certificate(&self) -> String {
        self.certificate.pem()
    }

    /// The certificate and its key, as `client_file` takes them.
    pub(crate) fn pem(&self) -> String {
        self.certificate.pem() + &self.key.serialize_pem()
    }
}

/// Passes what comes through TLS on to a vendor.
pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl TlsServer {
    /// `clients`: whose certificates are asked for; None: nobody's.
    pub(crate) fn start(paper: &Paper, clients: Option<&Authority>, vendor: &str) -> Self {
        let provider = Arc::new(default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => builder.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(Arc::new(authority.roots()), provider).build().unwrap(),
            ),
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(paper.key.serialize_der()));
        let config = Arc::new(builder.with_single_cert(vec![paper.certificate.der().clone()], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, vendor) = (Arc::clone(&seen), vendor.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, log, vendor) = (Arc::clone(&config), Arc::clone(&log), vendor.clone());
                // A handshake that fails is what most of the tests are about.
                std::thread::spawn(move || serve(stream.unwrap(), config, &log, &vendor).unwrap_or_default());
            }
        });
        Self { address, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, seen: &Mutex<Vec<Request>>, vendor: &str) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    while let Some(request) = read_request(&mut reader)? {
        seen.lock().unwrap().push(request.clone());
        let (status, headers, body) = passed_on(vendor, &request);
        let headers = headers.iter().fold(String::new(), |out, line| out + line + "\r\n");
        let out = reader.get_mut();
        write!(out, "HTTP/1.1 {status} Whatever\r\n{headers}content-length: {}\r\n\r\n", body.len())?;
        out.write_all(&body)?;
        out.flush()?;
    }
    Ok(())
}

/// A proxy that tunnels to wherever it is asked, and keeps every byte that passes towards the vendor.
pub(crate) struct Tunnel {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    passed: Arc<Mutex<Vec<u8>>>,
}

impl Tunnel {
    /// `refusal`: the status that it answers with in place of a tunnel.
    pub(crate) fn start(refusal: Option<u16>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, passed) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (log, bytes) = (Arc::clone(&seen), Arc::clone(&passed));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, bytes) = (Arc::clone(&log), Arc::clone(&bytes));
                // Either side may hang up at any time.
                std::thread::spawn(move || tunnel(stream.unwrap(), refusal, &log, &bytes).unwrap_or_default());
            }
        });
        Self { address, seen, passed }
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn passed(&self) -> Vec<u8> {
        self.passed.lock().unwrap().clone()
    }
}

/// A SOCKS5 proxy that connects to the asked port on loopback; the hosts that it was asked for, by name or by address.
pub(crate) struct Socks {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Socks {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let log = Arc::clone(&log);
                std::thread::spawn(move || socks(stream.unwrap(), &log).unwrap_or_default());
            }
        });
        Self { address, asked }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// RFC 1928, without a password.
fn socks(mut client: TcpStream, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut head = [0; 2];
    client.read_exact(&mut head)?;
    client.read_exact(&mut vec![0; usize::from(head[1])])?;
    client.write_all(&[5, 0])?;
    let mut request = [0; 4];
    client.read_exact(&mut request)?;
    let host = if request[3] == 3 {
        let mut length = [0];
        client.read_exact(&mut length)?;
        let mut name = vec![0; usize::from(length[0])];
        client.read_exact(&mut name)?;
        String::from_utf8(name).unwrap()
    } else {
        let mut bytes = vec![0; if request[3] == 1 { 4 } else { 16 }];
        client.read_exact(&mut bytes)?;
        format!("{bytes:?}")
    };
    asked.lock().unwrap().push(host);
    let mut port = [0; 2];
    client.read_exact(&mut port)?;
    let vendor = TcpStream::connect(("127.0.0.1", u16::from_be_bytes(port)))?;
    client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0])?;
    join(client, vendor, &Mutex::default())
}

fn tunnel(client: TcpStream, refusal: Option<u16>, seen: &Mutex<Vec<Request>>, passed: &Mutex<Vec<u8>>) -> std::io::Result<()> {
    // The client says nothing more until it is answered, so nothing of the tunnel is in this buffer.
    let Some(request) = read_request(&mut BufReader::new(client.try_clone()?))? else { return Ok(()) };
    let port = request.target.rsplit(':').next().unwrap().to_owned();
    seen.lock().unwrap().push(request);
    let mut client = client;
    if let Some(status) = refusal {
        return write!(client, "HTTP/1.1 {status} No\r\ncontent-length: 0\r\n\r\n");
    }
    let vendor = TcpStream::connect(format!("127.0.0.1:{port}"))?;
    write!(client, "HTTP/1.1 200 Connected\r\n\r\n")?;
    join(client, vendor, passed)
}

/// Passes bytes both ways until one side hangs up.
fn join(mut client: TcpStream, mut vendor: TcpStream, passed: &Mutex<Vec<u8>>) -> std::io::Result<()> {
    let (mut from_vendor, mut to_client) = (vendor.try_clone()?, client.try_clone()?);
    std::thread::spawn(move || {
        let copied = std::io::copy(&mut from_vendor, &mut to_client);
        to_client.shutdown(Shutdown::Both).and(copied.map(drop)).unwrap_or_default();
    });
    let mut buffer = [0; 4096];
    while let count @ 1.. = client.read(&mut buffer)? {
        passed.lock().unwrap().extend_from_slice(&buffer[..count]);
        vendor.write_all(&buffer[..count])?;
    }
    vendor.shutdown(Shutdown::Write)
}
