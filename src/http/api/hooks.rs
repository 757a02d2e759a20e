//! `POST /api/v1/hooks/{target}`: a helpdesk's system says that something happened there. It only
//! wakes; what happened is then asked for.

use std::time::Instant;

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};

use crate::http::{error::Problem, state::Site};

/// Most bytes of one webhook: Zammad sends the whole ticket.
pub(crate) const LARGEST: usize = 1024 * 1024;

/// Wakes; signed by the target.
#[utoipa::path(post, path = "/api/v1/hooks/{target}", params(("target" = String, Path)), request_body = serde_json::Value,
    responses((status = 202, description = "the system is asked soon"), (status = 401, body = Problem)))]
pub(crate) async fn hook(
    State(site): State<Site>,
    Path(target): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let now = Instant::now();
    if site.support.delivery.hooked(&target, header, &body, now) {
        return Ok(StatusCode::ACCEPTED);
    }
    Err(Problem::new(StatusCode::UNAUTHORIZED, "signature", "the signature is missing or is not that of this target"))
}
