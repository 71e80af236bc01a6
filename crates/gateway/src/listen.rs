//! Sockets that callers connect to: each thread has its own on the same address, and the kernel deals connections out.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::rc::Rc;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;
use tokio::task::spawn_local;

use crate::connection;
use crate::upstream::connect::tuned;
use crate::worker::{Open, Permit, Stop, Worker};

/// A bound socket and what is spoken there.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) socket: StdListener,
    pub(crate) protocol: Spoken,
}

/// What is spoken at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoken {
    Plain,
    Tls,
}

/// One socket for each of `threads` on the same address; with port 0 the first one finds the port.
///
/// # Errors
/// The address isn't this machine's, or somebody else listens there.
pub(crate) fn bind(address: SocketAddr, threads: usize) -> io::Result<Vec<StdListener>> {
    if address.port() != 0 {
        // Sockets that share a port would also share it with another gateway, and nobody would notice.
        socket(address, Sharing::No)?;
    }
    let first = socket(address, Sharing::Yes)?;
    let address = first.local_addr()?;
    let others = (1..threads).map(|_| socket(address, Sharing::Yes));
    std::iter::once(Ok(first)).chain(others).collect()
}

/// Accepts connections until the gateway stops.
pub(crate) async fn accept(worker: Rc<Worker>, open: Open, listener: Listener) {
    let listener_socket = match TcpListener::from_std(listener.socket) {
        Ok(socket) => socket,
        Err(error) => {
            tracing::error!(%error, "a socket can't be listened on");
            return;
        }
    };
    let mut stop = worker.stop.clone();
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop != Stop::No) => return,
            accepted = listener_socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, caller)) => {
                let Some(permit) = Permit::take(&worker.shared) else {
                    tracing::warn!("refused a connection: as many are open as may be");
                    continue;
                };
                let run = connection::run(
                    Rc::clone(&worker),
                    (permit, open.clone()),
                    tuned(stream),
                    caller,
                    listener.protocol,
                );
                spawn_local(run);
            }
            Err(error) => {
                // Out of file descriptors, most likely: others must close first.
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sharing {
    No,
    Yes,
}

fn socket(address: SocketAddr, sharing: Sharing) -> io::Result<StdListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(sharing == Sharing::Yes)?;
    if address.is_ipv6() {
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    socket.bind(&address.into())?;
    if sharing == Sharing::Yes {
        socket.listen(BACKLOG)?;
        socket.set_nonblocking(true)?;
    }
    Ok(socket.into())
}

const AFTER_FAILURE: Duration = Duration::from_millis(50);
const BACKLOG: i32 = 1024;
