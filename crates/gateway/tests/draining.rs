//! The end of a gateway: what has begun is finished, nothing new begins.

use std::time::Duration;

use http::{Method, StatusCode};
use testkit::authority::Authority;
use testkit::client::request;
use testkit::gateway::{Configuration, TestGateway, settings};
use testkit::upstream::Upstream;

async fn gateway(drain: Duration) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    (TestGateway::start_with(authority, &apis, |settings| settings.drain = drain), upstream)
}

#[tokio::test]
async fn requests_in_flight_finish_and_their_connections_close() {
    let (gateway, upstream) = gateway(Duration::from_secs(60)).await;
    let address = gateway.gateway.addresses()[0];
    let mut waiting = Vec::new();
    for client in [gateway.client(), gateway.client().http2()] {
        let mut connection = client.connect().await.unwrap();
        waiting.push(tokio::spawn(async move {
            let answer = connection.send(request(Method::GET, "/wait", "")).await.unwrap();
            connection.closed().await;
            answer.status
        }));
    }
    upstream.until_seen(2).await;
    let shutdown = tokio::spawn(gateway.shutdown());
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    upstream.release();
    for answer in waiting {
        assert_eq!(answer.await.unwrap(), StatusCode::OK);
    }
    shutdown.await.unwrap();
}

#[tokio::test]
async fn connections_without_requests_do_not_hold_it_up() {
    let (gateway, _upstream) = gateway(Duration::from_secs(60)).await;
    let mut idle = Vec::new();
    for client in [gateway.client(), gateway.client().http2()] {
        let mut connection = client.connect().await.unwrap();
        connection.send(request(Method::GET, "/", "")).await.unwrap();
        idle.push(connection);
    }
    let _handshaking = tokio::net::TcpStream::connect(gateway.gateway.addresses()[0]).await.unwrap();
    gateway.shutdown().await;
    for mut connection in idle {
        connection.closed().await;
    }
}

#[tokio::test]
async fn a_request_that_takes_longer_than_the_drain_is_cut_off() {
    let (gateway, upstream) = gateway(Duration::from_millis(100)).await;
    let mut connection = gateway.client().connect().await.unwrap();
    let waiting =
        tokio::spawn(async move { connection.send(request(Method::GET, "/wait", "")).await.is_err() });
    upstream.until_seen(1).await;
    gateway.shutdown().await;
    assert!(waiting.await.unwrap());
}

#[tokio::test]
async fn a_port_that_another_gateway_serves_is_not_shared_with_it() {
    let (first, _upstream) = gateway(Duration::ZERO).await;
    let mut second = settings(&first.authority);
    second.listen = first.gateway.addresses().to_vec();
    let refusal = gateway::Gateway::start(second, Configuration::default().snapshot()).unwrap_err();
    assert!(refusal.to_string().starts_with("could not listen on `127.0.0.1:"), "{refusal}");
}
