//! The portal's connections: HTTP/1.1, so many at once, each with a limit on everything that it waits for.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::paced::Paced;
use crate::seats::{Seat, Seats};

/// What the portal's connections may take up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    /// Connections at once.
    pub(crate) most: usize,
    /// For a request's head, between requests, and for each piece of a response that the browser takes.
    pub(crate) wait: Duration,
}

/// Answers until `stop` changes or closes, and then as long as requests are in flight.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    mut stop: watch::Receiver<()>,
) {
    let seats = Seats::new(limits.most);
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                tracing::trace!(%peer, "accepted a connection to the portal");
                let Some(seat) = seats.take().await else { continue };
                let connection = Connection { peer, seat, wait: limits.wait, stop: stop.clone() };
                connections.spawn(connection.answer(stream, router.clone()));
            }
            Err(error) => pause_after(&error).await,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// One connection of the portal.
struct Connection {
    peer: SocketAddr,
    seat: Arc<Seat>,
    wait: Duration,
    stop: watch::Receiver<()>,
}

impl Connection {
    async fn answer(mut self, stream: TcpStream, router: Router) {
        let _ = stream.set_nodelay(true);
        let router = TowerToHyperService::new(router);
        let (seat, peer) = (Arc::clone(&self.seat), self.peer);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let busy = seat.busy();
            let answered = router.call(request);
            Box::pin(async move {
                // The connection is busy until the last of the response was handed over.
                let held = |response: Response<Body>| {
                    response.map(|body| {
                        Body::new(body.map_frame(move |frame| {
                            let _busy = &busy;
                            frame
                        }))
                    })
                };
                answered.await.map(held)
            })
        });
        let mut builder = Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.wait).half_close(true).max_headers(100);
        let io = TokioIo::new(Paced::new(stream, self.wait));
        let mut connection = builder.serve_connection(io, service);
        let ended = {
            let mut serving =
                std::pin::pin!(std::future::poll_fn(|context| connection.poll_without_shutdown(context)));
            tokio::select! {
                ended = &mut serving => Some(ended),
                () = self.seat.asked_to_leave() => return,
                _ = self.stop.changed() => None,
            }
        };
        match ended {
            Some(Ok(())) => {
                let stream = connection.into_parts().io.into_inner().into_inner();
                tokio::select! {
                    () = linger(stream) => {}
                    () = self.seat.asked_to_leave() => {}
                    _ = self.stop.changed() => {}
                }
            }
            Some(Err(_)) => {}
            None => {
                Pin::new(&mut connection).graceful_shutdown();
                let _ = std::future::poll_fn(|context| connection.poll_without_shutdown(context)).await;
            }
        }
    }
}

/// Ends the response and reads on for a while: a client that is still sending would otherwise lose the response to the
/// reset of its connection (RFC 9112, 9.6).
async fn linger(mut stream: TcpStream) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let rest = async {
        let mut read = 0;
        let mut buffer = vec![0; 16 << 10];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            read += count;
            if read > LINGER_BYTES {
                break;
            }
        }
    };
    let _ = timeout(LINGER, rest).await;
}

/// Without descriptors or memory the next try fails as well; everything else concerns one connection.
async fn pause_after(error: &io::Error) {
    let of_one =
        [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionRefused, io::ErrorKind::ConnectionReset];
    if !of_one.contains(&error.kind()) {
        tracing::warn!(error = domain::causes::causes(error), "the portal could not accept a connection");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

const LINGER: Duration = Duration::from_secs(5);
const LINGER_BYTES: usize = 32 << 20;
