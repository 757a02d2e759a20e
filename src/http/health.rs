//! `/healthz` (the process lives), `/readyz` (it can answer), `/metrics` (for loopback, or with the token).

use std::net::SocketAddr;

use axum::{
    Json,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

use super::{error::Problem, state::Site};
use crate::support::{
    delivery::TargetState,
    library::{Refused, WatchState},
};

/// Renders the figures collected since the start.
#[derive(Clone)]
pub struct MetricsHandle(pub PrometheusHandle);

#[derive(Debug, Serialize)]
struct Condition {
    ready: bool,
    documents: u64,
    chunks: u64,
    /// Files and lines that were not taken in.
    refused_count: usize,
    /// Of those, files whose last good version can still be found.
    kept_count: usize,
    model: String,
    demo: bool,
    #[serde(flatten)]
    details: Option<Details>,
}

/// Names files: for loopback, or with the token of the figures.
#[derive(Debug, Serialize)]
struct Details {
    refused: Vec<Refused>,
    watch: WatchState,
    /// The helpdesk's own systems.
    delivery: Vec<TargetState>,
    /// Lexicon files are read at the start only: a restart takes them up.
    lexicon_changed: bool,
}

pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// 200 when database and index answer, 503 with the same body when not. A document that
/// was refused is no reason not to be ready.
pub(super) async fn ready(
    State(site): State<Site>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let support = &site.support;
    let refused = support.library.refused();
    let counts = support.library.counts();
    let database = support.store.meta_get("alive").await.is_ok();
    let stopping = support.chats.stopping.is_cancelled();
    let operator = is_operator(&site, peer, &headers);
    let delivery = if operator { support.delivery.states().await.unwrap_or_default() } else { Vec::new() };
    let state = Condition {
        ready: database && !stopping,
        documents: counts.documents,
        chunks: counts.chunks,
        refused_count: refused.len(),
        kept_count: refused.iter().filter(|refused| refused.kept).count(),
        model: support.responder.model.as_ref().map_or_else(|| "extractive".into(), |model| model.info().name.clone()),
        demo: support.schools.is_demo(),
        details: operator.then(|| Details {
            delivery,
            refused,
            watch: support.library.watch_state(),
            lexicon_changed: support.library.lexicon_changed(),
        }),
    };
    let status = if state.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(state)).into_response()
}

pub(super) async fn metrics(
    State(site): State<Site>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if !is_operator(&site, peer, &headers) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "metrics",
            "figures are for loopback, or with the token of `server.metrics_token`",
        ));
    }
    let Some(handle) = &site.metrics else {
        return Err(Problem::not_found("figures are not collected in this process"));
    };
    if let Err(error) = site.support.delivery.measure().await {
        tracing::warn!(error = %error, "the outbox cannot be measured");
    }
    metrics::gauge!("schullotse_open_chats").set(u32::try_from(site.support.chats.open()).unwrap_or(u32::MAX));
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.0.render()).into_response())
}

/// Whether somebody asks from this very machine, or has the token.
fn is_operator(site: &Site, peer: SocketAddr, headers: &HeaderMap) -> bool {
    let token = site.support.config.server.metrics_token.as_deref();
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let opened = token.is_some()
        && given.is_some_and(|given| crate::support::ids::same_secret(given, token.unwrap_or_default()));
    is_local(peer, headers) || opened
}

/// Whether somebody asks from this very machine. Behind a proxy on it everybody comes from loopback.
pub(super) fn is_local(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let forwarded =
        ["x-forwarded-for", "forwarded", "x-real-ip", "via"].into_iter().any(|name| headers.contains_key(name));
    peer.ip().to_canonical().is_loopback() && !forwarded
}
