//! Sockets: three vendors and the control plane, each on a loopback port of its own, on a runtime of their own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use super::world::World;
use super::{Vendor, control, datadog, gate, serverops, tines};

/// Gzip costs more than it saves below one packet.
const GZIP_ABOVE_BYTES: u16 = 1_024;

/// Handle to the connection that a request came on.
#[derive(Clone, Default)]
pub(crate) struct Wire(Arc<AtomicBool>);

impl Wire {
    /// From now on the connection fails, as if the peer had gone.
    pub(crate) fn cut(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Relaxed) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Connected<IncomingStream<'_, Door>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().wire.clone()
    }
}

/// A listener whose connections can be cut from inside a request.
struct Door(TcpListener);

impl Listener for Door {
    type Io = Socket;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Socket, SocketAddr) {
        let (stream, peer) = <TcpListener as Listener>::accept(&mut self.0).await;
        // Small answers on loopback would otherwise wait for an acknowledgement; a refusal only costs that.
        let _ = stream.set_nodelay(true);
        (Socket { stream, wire: Wire::default() }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

struct Socket {
    stream: TcpStream,
    wire: Wire,
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.wire.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.wire.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.wire.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.wire.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A bound port; connections queue from here on.
pub(crate) struct Bound {
    listener: std::net::TcpListener,
    pub(crate) port: u16,
}

pub(crate) fn bind() -> io::Result<Bound> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok(Bound { listener, port })
}

/// Spawns the four servers and the life of the world on the current runtime.
pub(crate) fn spawn(world: &Arc<World>, vendors: [Bound; 3], control: Bound) -> io::Result<()> {
    for (vendor, bound) in Vendor::ALL.into_iter().zip(vendors) {
        let routes = match vendor {
            Vendor::Datadog => datadog::routes(),
            Vendor::Tines => tines::routes(),
            Vendor::ServerOps => serverops::routes(),
        };
        let app = routes
            .with_state(Arc::clone(world))
            .layer(CompressionLayer::new().compress_when(SizeAbove::new(GZIP_ABOVE_BYTES)))
            .layer(axum::middleware::from_fn_with_state((Arc::clone(world), vendor), gate::pass));
        run(bound, app)?;
    }
    run(control, control::routes().with_state(Arc::clone(world)))?;
    tokio::spawn(super::life::live(Arc::clone(world)));
    Ok(())
}

fn run(bound: Bound, app: Router) -> io::Result<()> {
    let door = Door(TcpListener::from_std(bound.listener)?);
    tokio::spawn(async move {
        // Serving ends only with the runtime; an accept that fails is retried inside.
        let _ = axum::serve(door, app.into_make_service_with_connect_info::<Wire>()).await;
    });
    Ok(())
}
