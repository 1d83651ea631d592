//! By which way and to whom: private authorities, client certificates and proxies, over real TLS on loopback.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use caseload::demo::Vendor;

use crate::cli_desk::{Desk, Said, assert_harmless};
use crate::http_server::{Answer, Server};
use crate::nobody::Nobody;
use crate::tls_server::{Authority, Paper, Socks, TlsServer, Tunnel};

struct House {
    desk: Desk,
    authority: Authority,
}

impl House {
    fn new() -> Self {
        let house = Self { desk: Desk::calm(20), authority: Authority::new() };
        house.put("ca.pem", &house.authority.pem());
        house
    }

    fn vendor(&self) -> String {
        let endpoint = self.desk.demo.endpoints().into_iter().find(|endpoint| endpoint.vendor == Vendor::Tines).unwrap();
        endpoint.base_url.trim_start_matches("http://").to_owned()
    }

    fn serve(&self, paper: &Paper, clients: Option<&Authority>) -> TlsServer {
        TlsServer::start(paper, clients, &self.vendor())
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.desk.config().with_file_name(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn configure(&self, server: &TlsServer, more: &str) {
        self.desk.configure(&format!(
            "[[source]]\nname = 'tn'\nvendor = 'tines'\nbase_url = '{}'\ntoken = {{ env = 'DEMO_TINES_TOKEN' }}\n{more}\n",
            server.url()
        ));
    }

    /// What is listed, in an environment without a proxy.
    fn list(&self, env: &[(&str, &str)]) -> Said {
        let mut command = self.desk.command(&["list", "--json"]);
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"] {
            command.env_remove(name);
        }
        let said = crate::cli_desk::said(&command.envs(env.iter().copied()).output().unwrap());
        assert_harmless(&said.err);
        said
    }

    fn token(&self) -> String {
        self.desk.env().into_iter().find(|(name, _)| name == "DEMO_TINES_TOKEN").unwrap().1
    }
}

#[test]
fn only_the_named_authority_is_believed_and_the_way_out_is_said() {
    let house = House::new();
    let server = house.serve(&house.authority.server("localhost"), None);
    house.configure(&server, "");
    let unknown = house.list(&[]);
    assert!(unknown.code != 0 && unknown.err.contains("whom this machine trusts") && unknown.err.contains("ca_file"), "{}", unknown.err);
    house.put("other.pem", &Authority::new().pem());
    house.configure(&server, "ca_file = 'other.pem'");
    assert!(house.list(&[]).err.contains("whom this machine trusts"));
    assert_eq!(server.seen().len(), 0, "nothing was asked, so no token has left");
    house.configure(&server, "ca_file = 'ca.pem'");
    let listed = house.list(&[]).expect(0).json();
    assert!(!listed.as_array().unwrap().is_empty());
    assert!(server.seen().iter().all(|request| request.header("authorization").is_some()));
}

#[test]
fn a_certificate_that_is_old_early_or_for_somebody_else_gets_no_token() {
    let house = House::new();
    for (paper, words) in [
        (house.authority.expired("localhost"), "its certificate has expired"),
        (house.authority.not_yet("localhost"), "its certificate is not valid yet"),
        (house.authority.server("other.example"), "its certificate is for another host"),
    ] {
        let server = house.serve(&paper, None);
        house.configure(&server, "ca_file = 'ca.pem'");
        let said = house.list(&[]);
        assert!(said.code != 0 && said.err.contains(words), "{words}: {}", said.err);
        assert_eq!(server.seen().len(), 0, "{words}");
    }
}

#[test]
fn a_client_certificate_is_shown_where_it_is_wanted_and_its_lack_is_said() {
    let house = House::new();
    let clients = Authority::new();
    let server = house.serve(&house.authority.server("localhost"), Some(&clients));
    house.configure(&server, "ca_file = 'ca.pem'");
    let none = house.list(&[]);
    assert!(none.code != 0 && none.err.contains("wants a client certificate") && none.err.contains("client_file"), "{}", none.err);
    house.put("client.pem", &Authority::new().client().pem());
    house.configure(&server, "ca_file = 'ca.pem'\nclient_file = 'client.pem'");
    let wrong = house.list(&[]);
    assert!(wrong.code != 0 && wrong.err.contains("does not accept our client certificate"), "{}", wrong.err);
    assert_eq!(server.seen().len(), 0);
    let paper = clients.client().pem();
    house.put("client.pem", &paper);
    house.list(&[]).expect(0);
    assert!(!server.seen().is_empty());
    // The key is a secret like a token: it is nowhere but in its file.
    let key = paper.lines().rfind(|line| line.len() == 64).unwrap().to_owned();
    for entry in fs::read_dir(house.desk.data()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()));
    }
}

#[test]
fn a_proxy_sees_neither_token_nor_words_and_its_own_password_stays_secret() {
    let house = House::new();
    let server = house.serve(&house.authority.server("localhost"), None);
    let proxy = Tunnel::start(None);
    house.configure(&server, &format!("ca_file = 'ca.pem'\nproxy = 'http://{}'", proxy.address));
    house.list(&[]).expect(0);
    assert!(!server.seen().is_empty());
    let seen = proxy.seen();
    assert!(!seen.is_empty() && seen.iter().all(|request| request.method == "CONNECT"), "{seen:?}");
    let token = house.token();
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(seen.iter().all(|request| !format!("{request:?}").contains(&token) && request.header("authorization").is_none()));
    let passed = proxy.passed();
    assert!(passed.len() > 500 && !holds(&passed, &token) && !holds(&passed, "authorization") && !holds(&passed, "/api/"));
    // A password of the proxy's own, from the environment: it reaches the proxy and nobody else.
    house.configure(&server, "ca_file = 'ca.pem'");
    let state = house.desk.data().with_file_name("state").display().to_string();
    let address = format!("http://on-call:proxy-geheim-1@{}", proxy.address);
    let loud = "trace,hyper=trace,reqwest=trace,rustls=trace";
    let said = house.list(&[("HTTPS_PROXY", &address), ("XDG_STATE_HOME", &state), ("CASELOAD_LOG", loud)]).expect(0);
    let basic = "Basic b24tY2FsbDpwcm94eS1nZWhlaW0tMQ==";
    assert!(proxy.seen().iter().any(|request| request.header("proxy-authorization") == Some(basic)), "{:?}", proxy.seen());
    assert!(server.seen().iter().all(|request| request.header("proxy-authorization").is_none()));
    for refusal in [407, 403] {
        let closed = Tunnel::start(Some(refusal));
        let address = format!("http://on-call:proxy-geheim-1@{}", closed.address);
        let said = house.list(&[("HTTPS_PROXY", &address)]);
        let words = if refusal == 407 { "wants a name and a password" } else { "refuses to connect" };
        assert!(said.code != 0 && said.err.contains(words) && said.err.contains("HTTPS_PROXY"), "{}", said.err);
        assert!(!said.err.contains("geheim") && !said.err.contains("b24tY2Fs"), "{}", said.err);
    }
    assert!(!said.out.contains("geheim") && !said.err.contains("geheim"));
    let mut folders = vec![house.desk.data().parent().unwrap().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                assert!(!holds(&bytes, "proxy-geheim-1") && !holds(&bytes, &basic[6..]) && !holds(&bytes, &token), "{}", path.display());
            }
        }
    }
}

#[test]
fn a_proxy_that_is_down_is_named_and_no_other_way_is_tried() {
    let house = House::new();
    let server = house.serve(&house.authority.server("localhost"), None);
    let held = Nobody::new();
    let nobody = held.address();
    house.configure(&server, &format!("ca_file = 'ca.pem'\nproxy = 'http://{nobody}'"));
    let said = house.list(&[]);
    assert!(said.code != 0 && said.err.contains(&format!("by way of the proxy http://{nobody}")), "{}", said.err);
    house.configure(&server, "ca_file = 'ca.pem'");
    let said = house.list(&[("HTTPS_PROXY", &format!("http://u:proxy-geheim-2@{nobody}"))]);
    assert!(said.code != 0 && said.err.contains("the proxy that HTTPS_PROXY names") && !said.err.contains("geheim"), "{}", said.err);
    assert_eq!(server.seen().len(), 0);
    house.configure(&server, "ca_file = 'ca.pem'\nproxy = 'none'");
    house.list(&[("HTTPS_PROXY", &format!("http://{nobody}"))]).expect(0);
}

#[test]
fn a_certificate_that_signs_itself_is_believed_or_its_fault_is_said_with_the_way_out() {
    let house = House::new();
    for (is_authority, words) in [(false, None), (true, Some("CA:FALSE"))] {
        let paper = Authority::alone("localhost", is_authority);
        let server = house.serve(&paper, None);
        house.put("self.pem", &paper.certificate());
        house.configure(&server, "ca_file = 'self.pem'");
        let said = house.list(&[]);
        let Some(words) = words else {
            assert!(!said.expect(0).json().as_array().unwrap().is_empty());
            continue;
        };
        assert!(said.code != 0 && said.err.contains(words) && said.err.contains("ca_file"), "{}", said.err);
        assert!(!said.err.contains("clock") && !said.err.contains("Other("), "{}", said.err);
        assert_eq!(server.seen().len(), 0);
    }
}

#[test]
fn a_socks_proxy_is_gone_through_and_looks_names_up_when_it_shall() {
    let house = House::new();
    let server = house.serve(&house.authority.server("localhost"), None);
    let socks = Socks::start();
    house.configure(&server, &format!("ca_file = 'ca.pem'\nproxy = 'socks5h://{}'", socks.address));
    house.list(&[]).expect(0);
    assert!(socks.asked().iter().any(|host| host == "localhost") && socks.asked().iter().all(|host| host == "localhost"));
    house.configure(&server, "ca_file = 'ca.pem'");
    let before = socks.asked().len();
    house.list(&[("ALL_PROXY", &format!("socks5://{}", socks.address))]).expect(0);
    assert!(socks.asked()[before..].iter().all(|host| host.starts_with('[')) && socks.asked().len() > before, "{:?}", socks.asked());
}

#[test]
fn a_proxy_that_cannot_be_read_is_an_error_and_never_a_direct_connection() {
    let house = House::new();
    let server = house.serve(&house.authority.server("localhost"), None);
    house.configure(&server, "ca_file = 'ca.pem'");
    for address in ["http://u:proxy-geheim-3@pro xy:3128", "ftp://127.0.0.1:1", "http://127.0.0.1:99999"] {
        let said = house.list(&[("https_proxy", address)]);
        assert!(said.code != 0 && said.err.contains("https_proxy is set to something that is no proxy"), "{}", said.err);
        assert!(said.err.contains("socks5h://host:port") && !said.err.contains("geheim"), "{}", said.err);
    }
    assert_eq!(server.seen().len(), 0);
    // A blank that a shell has left around it is not a part of it.
    let proxy = Tunnel::start(None);
    house.list(&[("HTTPS_PROXY", &format!(" http://{} ", proxy.address))]).expect(0);
    assert!(!proxy.seen().is_empty());
    house.list(&[("HTTPS_PROXY", "http://127.0.0.1:1"), ("NO_PROXY", "localhost")]).expect(0);
    house.list(&[("HTTPS_PROXY", " ")]).expect(0);
    house.configure(&server, "ca_file = 'ca.pem'\nproxy = 'ftp://127.0.0.1:1'");
    let said = house.list(&[]);
    assert!(said.code != 0 && said.err.contains("socks5h://host:port"), "{}", said.err);
}

#[test]
fn each_source_waits_as_long_as_it_says() {
    let house = House::new();
    let silent = Server::script(vec![Answer::Hang(Vec::new())]);
    house.desk.configure(&format!(
        "[[source]]\nname = 'tn'\nvendor = 'tines'\nbase_url = '{}'\ntoken = {{ env = 'DEMO_TINES_TOKEN' }}\ntimeout_s = 4\n",
        silent.url()
    ));
    let said = house.list(&[]);
    let within = said.err.split("within ").nth(1).and_then(|words| words.split(' ').next()?.parse::<u64>().ok());
    // Silence ends an answer after two thirds of the limit; without a word about it that would be after 20 s.
    assert!(said.code != 0 && within.is_some_and(|seconds| (2..20).contains(&seconds)), "{}", said.err);
}
