//! Addresses that a webhook must not reach: real listeners count the connections that are made.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use portal_gateway::notifications::outbound::{Lookup, Outbound, Trouble, is_public};
use proptest::prelude::*;
use reqwest::Url;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::config;

/// Answers every request with `answer` and counts the connections.
struct Listener {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Listener {
    async fn start(address: &str, port: u16, answer: String) -> Option<Self> {
        let address: IpAddr = address.parse().unwrap();
        let listener = TcpListener::bind((address, port)).await.ok()?;
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Some(Self { port, connections })
    }

    async fn fine(address: &str, port: u16) -> Option<Self> {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        Self::start(address, port, answer.to_owned()).await
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Answers with one list of addresses after the other, and with the last for ever.
struct Scripted {
    answers: Vec<Vec<&'static str>>,
    asked: AtomicUsize,
}

impl Lookup for Scripted {
    async fn lookup(&self, _: &str) -> io::Result<Vec<SocketAddr>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = &self.answers[turn.min(self.answers.len() - 1)];
        let address = |text: &&str| SocketAddr::new(text.parse().unwrap(), 0);
        Ok(answer.iter().map(address).collect())
    }
}

fn client(allow_networks: &str, answers: &[&[&'static str]]) -> Outbound {
    let config = config(&[
        ("PORTAL_WEBHOOK_ALLOW_HTTP", "true"),
        ("PORTAL_WEBHOOK_ALLOW_NETWORKS", allow_networks),
        ("PORTAL_WEBHOOK_TIMEOUT_SECONDS", "1"),
    ]);
    let lookup = Scripted {
        answers: answers.iter().map(|answer| answer.to_vec()).collect(),
        asked: AtomicUsize::new(0),
    };
    Outbound::with_lookup(&config.webhooks, lookup).unwrap()
}

async fn ask(client: &Outbound, url: &str) -> Result<u16, Trouble> {
    let request = client.post(Url::parse(url).unwrap());
    client.send(request).await.map(|status| status.as_u16())
}

fn is_forbidden(answer: &Result<u16, Trouble>) -> bool {
    matches!(answer, Err(Trouble::Forbidden(_)))
}

#[tokio::test]
async fn no_spelling_of_this_machine_is_connected_to() {
    let v4 = Listener::fine("0.0.0.0", 0).await.unwrap();
    let v6 = Listener::fine("::1", v4.port).await;
    let client = client("", &[&["127.0.0.1"]]);
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.0.2",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "localhost",
        "localhost.",
        "user@127.0.0.1",
        "innocent.example@127.0.0.1",
        "１２７.０.０.１",
    ] {
        let answer = ask(&client, &format!("http://{host}:{}/", v4.port)).await;
        assert!(is_forbidden(&answer), "{host}: {answer:?}");
    }
    assert_eq!(v4.connections() + v6.map_or(0, |it| it.connections()), 0);
}

#[tokio::test]
async fn a_name_gains_nothing_by_standing_for_a_private_address() {
    let here = Listener::fine("127.0.0.1", 0).await.unwrap();
    for address in [
        "127.0.0.1",
        "10.0.0.5",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "fd00::1",
        "fe80::1",
    ] {
        let client = client("", &[&[address]]);
        let answer = ask(&client, &format!("http://hook.example:{}/", here.port)).await;
        assert!(is_forbidden(&answer), "{address}: {answer:?}");
    }
    assert_eq!(here.connections(), 0);
}

#[tokio::test]
async fn a_name_that_flips_is_judged_by_each_answer() {
    let allowed = Listener::fine("127.0.0.1", 0).await.unwrap();
    let forbidden = Listener::fine("127.0.0.2", allowed.port).await.unwrap();
    let client = client("127.0.0.1/32", &[&["127.0.0.1"], &["127.0.0.2"]]);
    let url = format!("http://hook.example:{}/", allowed.port);
    assert_eq!(ask(&client, &url).await, Ok(200));
    assert!(is_forbidden(&ask(&client, &url).await));
    assert_eq!((allowed.connections(), forbidden.connections()), (1, 0));
}

#[tokio::test]
async fn of_several_addresses_only_the_allowed_ones_are_tried() {
    let allowed = Listener::fine("127.0.0.1", 0).await.unwrap();
    let forbidden = Listener::fine("127.0.0.2", allowed.port).await.unwrap();
    let client = client("127.0.0.1/32", &[&["127.0.0.2", "127.0.0.1", "127.0.0.2"]]);
    let url = format!("http://hook.example:{}/", allowed.port);
    assert_eq!(ask(&client, &url).await, Ok(200));
    assert_eq!((allowed.connections(), forbidden.connections()), (1, 0));
}

#[tokio::test]
async fn redirects_lead_nowhere() {
    let target = Listener::fine("127.0.0.1", 0).await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            target.port
        );
        let start = Listener::start("127.0.0.1", 0, answer).await.unwrap();
        let client = client("127.0.0.0/8", &[&["127.0.0.1"]]);
        let answer = ask(&client, &format!("http://hook.example:{}/", start.port)).await;
        assert_eq!(answer, Ok(status));
    }
    assert_eq!(target.connections(), 0);
}

#[tokio::test]
async fn plain_http_and_other_schemes_need_leave_and_get_none() {
    let here = Listener::fine("127.0.0.1", 0).await.unwrap();
    let strict = config(&[("PORTAL_WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8")]);
    let client = Outbound::new(&strict.webhooks).unwrap();
    for scheme in ["http", "ftp", "gopher", "ws"] {
        let answer = ask(&client, &format!("{scheme}://127.0.0.1:{}/", here.port)).await;
        assert!(answer.is_err(), "{scheme}: {answer:?}");
    }
    assert_eq!(here.connections(), 0);
}

#[tokio::test]
async fn an_endless_answer_is_left_after_its_beginning() {
    let endless =
        "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n".to_owned() + &"x".repeat(1 << 20);
    let here = Listener::start("127.0.0.1", 0, endless).await.unwrap();
    let client = client("127.0.0.0/8", &[&["127.0.0.1"]]);
    let url = format!("http://127.0.0.1:{}/", here.port);
    let answer = tokio::time::timeout(Duration::from_millis(900), ask(&client, &url)).await;
    assert_eq!(answer, Ok(Ok(200)));
}

#[test]
fn the_public_internet_and_nothing_else_is_public() {
    for address in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
    ] {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
    for address in [
        "0.0.0.0",
        "0.1.2.3",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.255.255.255",
        "169.254.169.254",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::8.8.8.8",
        "::ffff:10.0.0.1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
}

proptest! {
    #[test]
    fn what_the_standard_library_calls_private_is_never_public(bits: u32) {
        let v4 = std::net::Ipv4Addr::from(bits);
        let private = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_broadcast()
            || v4.is_documentation() || v4.is_unspecified() || v4.is_multicast();
        prop_assert!(!(private && is_public(v4.into())), "{}", v4);
        prop_assert_eq!(is_public(v4.to_ipv6_mapped().into()), is_public(v4.into()));
        prop_assert!(!is_public(v4.to_ipv6_compatible().into()) );
    }
}
