//! What every connection is told of TCP.

use std::future::{Ready, ready};
use std::io;
use std::time::Duration;

use axum_server::accept::Accept;
#[cfg(any(target_os = "android", target_os = "linux"))]
use socket2::SockRef;
use tokio::net::TcpStream;

/// A peer that acknowledges nothing that was sent for so long, or takes none of it, is gone: else a stream to a machine
/// that fell asleep would keep its place for a quarter of an hour.
#[cfg(any(target_os = "android", target_os = "linux"))]
const UNHEARD_TIME: Duration = Duration::from_secs(60);

/// Takes connections as they come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Acceptor;

impl<S> Accept<TcpStream, S> for Acceptor {
    type Stream = TcpStream;
    type Service = S;
    type Future = Ready<io::Result<(TcpStream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(prepare(&stream).map(|()| (stream, service)))
    }
}

/// Sends what there is at once, and does not wait for ever until it has arrived.
fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    // Other systems have nothing like it; there a dead peer is noticed when TCP gives up.
    #[cfg(any(target_os = "android", target_os = "linux"))]
    SockRef::from(stream).set_tcp_user_timeout(Some(UNHEARD_TIME))?;
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_connection_does_not_wait_for_ever() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, ()) = Acceptor.accept(listener.accept().await.unwrap().0, ()).await.unwrap();
        assert!(stream.nodelay().unwrap());
        assert_eq!(SockRef::from(&stream).tcp_user_timeout().unwrap(), Some(UNHEARD_TIME));
    }
}
