//! Revocation lists fetched over HTTP: what comes, and what stops it.

#![expect(clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use domain::authority_file::{FetchProblem, ListRefusal};
use domain::refused_addresses::RefusedAddresses;
use gateway::fetch::fetch;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Answers each connection with the next of these bytes; gives the address of a list there.
async fn server(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/lists/root.crl?ca=1", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            let read = stream.read(&mut asked).await.unwrap();
            assert!(
                String::from_utf8_lossy(asked.get(..read).unwrap())
                    .starts_with("GET /lists/root.crl?ca=1 HTTP/1.1\r\n")
            );
            let _ = stream.write_all(&answer).await;
        }
    });
    address
}

fn ok(body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

async fn fetched(address: &str) -> Result<Vec<u8>, FetchProblem> {
    fetch(address.parse().unwrap(), RefusedAddresses::none()).await
}

#[tokio::test]
async fn a_list_comes_as_it_stands_at_the_address() {
    assert_eq!(fetched(&server(vec![ok(b"list")]).await).await.unwrap(), b"list");
}

#[tokio::test]
async fn a_redirect_is_followed_but_not_forever() {
    let there = server(vec![ok(b"list")]).await;
    let redirect =
        format!("HTTP/1.1 302 Found\r\nlocation: {there}\r\ncontent-length: 0\r\n\r\n").into_bytes();
    assert_eq!(fetched(&server(vec![redirect.clone()]).await).await.unwrap(), b"list");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let itself = format!("http://{}/", listener.local_addr().unwrap());
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: {itself}\r\ncontent-length: 0\r\n\r\n");
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    assert!(matches!(fetched(&itself).await, Err(FetchProblem::Unreachable { .. })));
}

#[tokio::test]
async fn a_redirect_to_another_kind_of_address_is_not_followed() {
    let redirect =
        b"HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\ncontent-length: 0\r\n\r\n".to_vec();
    assert_eq!(fetched(&server(vec![redirect]).await).await, Err(FetchProblem::Status(302)));
}

#[tokio::test]
async fn an_answer_that_is_no_success_brings_its_status() {
    let missing = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec();
    assert_eq!(fetched(&server(vec![missing]).await).await, Err(FetchProblem::Status(404)));
}

#[tokio::test]
async fn more_than_a_list_may_have_is_not_read() {
    let body = vec![b'x'; (10 << 20) + 1];
    let refused = fetched(&server(vec![ok(&body)]).await).await;
    let too_large = FetchProblem::Refused(ListRefusal::TooLarge { limit_bytes: 10 << 20 });
    assert_eq!(refused, Err(too_large));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_to_be_unreachable() {
    assert!(matches!(fetched("http://127.0.0.1:1/x").await, Err(FetchProblem::Unreachable { .. })));
}
