//! Sockets: three vendors and the control plane, each on a loopback port of its own, on a runtime of their own.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use super::passage::{Passage, pass};
use super::socket::{Door, Wire};
use super::vendor::Vendor;
use super::world::World;
use super::{control, life};

/// Gzip costs more than it saves below one packet.
const GZIP_ABOVE_BYTES: u16 = 1_024;

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
        let (service, gate, told) = (world.service(vendor), world.gate(vendor), Arc::clone(world));
        // On loopback a smaller answer is not a faster one.
        let gzip = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(GZIP_ABOVE_BYTES));
        let app = Arc::clone(service).routes(Arc::clone(gate)).layer(gzip);
        let passage = Passage {
            gate: Arc::clone(gate),
            service: Arc::clone(service),
            carried_out: Arc::new(move |method, path| told.carried_out(vendor, method, path)),
        };
        run(bound, app.layer(axum::middleware::from_fn_with_state(passage, pass)))?;
    }
    run(control, control::routes().with_state(Arc::clone(world)))?;
    tokio::spawn(life::live(Arc::clone(world)));
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
