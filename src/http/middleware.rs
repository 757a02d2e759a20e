//! What happens around every request: safe headers, one log line, a figure. The
//! line names the route, never the path as sent: a path may hold what people wrote.

use std::time::{Duration, Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{error::Problem, origin, state::Site};

/// Lets the schools' own pages use the chat where WebSocket is blocked.
pub(super) fn cors(site: Site) -> CorsLayer {
    let known = move |origin: &HeaderValue, _: &Parts| origin.to_str().is_ok_and(|origin| origin::known(&site, origin));
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(known))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, HeaderName::from_static("last-event-id")])
        .max_age(Duration::from_mins(10))
}

/// Headers of every response. A page may be framed by the schools' own pages only.
pub(super) async fn headers(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let config = &site.support.config.server;
    let directory = site.support.schools.now();
    let mut frames = String::from("'self'");
    for origin in config.origins.iter().chain(directory.schools.iter().flat_map(|school| &school.origins)) {
        frames.push(' ');
        frames.push_str(origin);
    }
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        // A drawing has a stricter one of its own.
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Nothing goes to others. With `no-referrer` a browser would hide from us, too, whose form it sends.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Gives every fault the shape of [`Problem`], also those that a library worded:
/// their text may repeat what was sent. Pages for people stay as they are.
pub(super) async fn problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let ours = kind.is_some_and(|kind| !kind.starts_with("text/plain"));
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    Problem::of(status).into_response()
}

/// One line and one figure a request.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let started = Instant::now();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    tracing::info!(%method, route, status, ms = took.as_secs_f64() * 1000.0, "request");
    metrics::counter!("schullotse_requests_total", "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("schullotse_request_seconds", "route" => route).record(took.as_secs_f64());
    response
}
