//! Addresses that an operator refuses: no connection is made to them, no matter where they are configured or which name resolves to them.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use domain::authority_file::FetchProblem;
use domain::probe::{ProbeReport, ProbeTarget};
use domain::refused_addresses::RefusedAddresses;
use domain::trust::Trust;
use gateway::fetch::fetch;
use gateway::probe::probe;
use testkit::authority::Authority;
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Answers the first connection with these bytes; gives its port. A second one would wait for ever.
async fn server(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(answer).await;
    });
    port
}

fn refusing(text: &str) -> RefusedAddresses {
    text.parse().unwrap()
}

fn is_told(problem: &str) -> bool {
    problem.contains("gateway.refuse-addresses")
}

#[tokio::test]
async fn a_list_is_not_fetched_from_a_refused_address_by_whatever_name() {
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "0.0.0.0"] {
        let port = server(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlist").await;
        let Ok(address) = format!("http://{host}:{port}/list.crl").parse() else { continue };
        let fetched = fetch(address, refusing("loopback")).await;
        let Err(FetchProblem::Unreachable { reason }) = fetched else { unreachable!("{host}: {fetched:?}") };
        assert!(is_told(&reason), "{host}: {reason}");
    }
    let port = server(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlist").await;
    let address = format!("http://127.0.0.1:{port}/list.crl").parse().unwrap();
    assert_eq!(fetch(address, refusing("private")).await.unwrap(), b"list");
}

#[tokio::test]
async fn a_redirect_does_not_lead_to_a_refused_address() {
    let port =
        server(b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest\r\ncontent-length: 0\r\n\r\n")
            .await;
    let address = format!("http://127.0.0.1:{port}/list.crl").parse().unwrap();
    let fetched = fetch(address, refusing("link-local")).await;
    assert!(matches!(&fetched, Err(FetchProblem::Unreachable { reason }) if is_told(reason)), "{fetched:?}");
}

#[tokio::test]
async fn a_probe_says_which_setting_refuses_the_backend() {
    let target = ProbeTarget {
        backend: "https://localhost:1".parse().unwrap(),
        trust: Trust::default(),
        authorities: Vec::new(),
        identity: None,
    };
    let report = probe(target, refusing("loopback")).await;
    assert!(matches!(&report, ProbeReport::Unreachable { reason } if is_told(reason)), "{report:?}");
}

#[tokio::test]
async fn a_backend_and_a_call_of_a_policy_at_a_refused_address_are_not_connected_to() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let url = upstream.url("http");
    let asks = format!(
        "<send-request mode=\"new\" response-variable-name=\"r\" ignore-error=\"false\"><set-url>{url}</set-url>\
         <set-method>GET</set-method></send-request><return-response><set-status code=\"204\" /></return-response>"
    );
    let apis =
        Configuration::trusting(&authority).api("", &url).api_with("asks", &url, &policy::inbound(&asks));
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.refused_addresses = refusing("loopback");
    });
    for path in ["/", "/asks/"] {
        let status = gateway.client().get(path).await.status;
        assert!(status.is_server_error(), "{path}: {status}");
    }
    upstream.until_open(0).await;
}
