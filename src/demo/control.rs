//! The control plane: a loopback port on which tests of the binary, and people, look at the world and steer it. No token, no faults.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::act::Act;
use super::faults::Faults;
use super::reply::{Pairs, pair, reply};
use super::vendor::Vendor;
use super::world::World;

const TYPE: &str = "application/json";

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/received", get(received))
        .route("/ids", get(ids))
        .route("/mails", get(|State(world): State<Arc<World>>| async move { reply(200, TYPE, &world.mails()) }))
        .route("/act", post(act))
        .route("/faults", post(faults))
        .route("/pace", post(pace))
        .fallback(|| async { refuse(404, "there are GET /received?vendor=, /ids?vendor=, /mails and POST /act, /faults, /pace") })
}

fn refuse(status: u16, words: &str) -> Response {
    reply(status, TYPE, &json!({"error": words}))
}

fn vendor(query: &Pairs) -> Result<Vendor, String> {
    pair(query, "vendor").ok_or_else(|| "add ?vendor=datadog, tines or serverops".to_owned())?.parse()
}

async fn received(State(world): State<Arc<World>>, Query(query): Query<Pairs>) -> Response {
    vendor(&query).map_or_else(|why| refuse(400, &why), |vendor| reply(200, TYPE, &world.gate(vendor).received()))
}

async fn ids(State(world): State<Arc<World>>, Query(query): Query<Pairs>) -> Response {
    vendor(&query).map_or_else(|why| refuse(400, &why), |vendor| reply(200, TYPE, &world.ids(vendor)))
}

fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|why| why.to_string())
}

fn done(result: Result<(), String>) -> Response {
    result.map_or_else(|why| refuse(400, &why), |()| reply(200, TYPE, &json!({"done": true})))
}

async fn act(State(world): State<Arc<World>>, bytes: Bytes) -> Response {
    done(body::<Act>(&bytes).and_then(|act| world.act(act)))
}

/// The text of the command line (`rough`, `outage=tines`), as a JSON text or bare.
async fn faults(State(world): State<Arc<World>>, bytes: Bytes) -> Response {
    let text = body::<String>(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).trim().to_owned());
    done(text.parse::<Faults>().map(|faults| world.set_faults(faults)))
}

async fn pace(State(world): State<Arc<World>>, bytes: Bytes) -> Response {
    done(match body::<Value>(&bytes).ok().and_then(|v| v.as_f64()) {
        Some(pace) => {
            world.pace.set(pace);
            Ok(())
        }
        None => Err("the body must be a number, 0 stops the world".to_owned()),
    })
}
