//! `GET /api/v1/search`: the hits, as `search --json`.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;

use crate::{
    domain::{document::Audience, lang::Lang},
    http::{error::Problem, state::Site},
    support::passages::{Asked, Found},
};

/// Most hits given.
const MOST: usize = 50;

#[derive(Debug, Deserialize)]
pub(crate) struct Search {
    /// What to look for, 1 to 2,000 characters.
    pub q: String,
    /// Number of hits, 1 to 50.
    pub k: Option<usize>,
    /// Narrows what is shown.
    pub school: Option<String>,
}

/// Looks passages up.
#[utoipa::path(get, path = "/api/v1/search", params(
        ("q" = String, Query, description = "what to look for, 1 to 2,000 characters"),
        ("k" = Option<usize>, Query, description = "number of hits, 1 to 50; 10 if left out"),
        ("school" = Option<String>, Query, description = "id of a school: its own documents are searched too")),
    responses((status = 200, description = "the hits, as `search --json`", body = serde_json::Value), (status = 400, body = Problem)))]
pub(crate) async fn search(
    State(site): State<Site>,
    query: Result<Query<Search>, QueryRejection>,
) -> Result<Json<Found>, Problem> {
    let Query(search) = query?;
    if search.q.chars().count() > site.support.config.limits.message_chars {
        return Err(Problem::bad("too_long", "`q` is too long"));
    }
    let k = search.k.unwrap_or(10).clamp(1, MOST);
    let support = std::sync::Arc::clone(&site.support);
    let found = tokio::task::spawn_blocking(move || {
        let asked = Asked { text: search.q, lang: Lang::De, school: search.school, audience: Audience::Teacher };
        support.responder.passages.found(&asked, k)
    })
    .await;
    match found {
        Ok(Ok(found)) => Ok(Json(found)),
        Ok(Err(error)) => Err(Problem::internal(&error)),
        Err(error) => Err(Problem::internal(&error)),
    }
}
