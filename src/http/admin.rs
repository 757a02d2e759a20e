//! For the command line on the same machine: a running server does what `index`
//! asks. Opened by a token that only the owner of the data folder can read.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use serde::Deserialize;

use super::{error::Problem, state::Site};
use crate::support::{ids::same_secret, library::Report};

/// Secret of this run, kept in the data folder with rights for its owner only.
#[derive(Clone)]
pub struct AdminToken(pub String);

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Order {
    /// Folders to read from now on, beside those known.
    folders: Vec<std::path::PathBuf>,
    /// Folders to read no more.
    forget: Vec<std::path::PathBuf>,
}

pub(super) async fn index(
    State(site): State<Site>,
    headers: HeaderMap,
    order: Option<Json<Order>>,
) -> Result<Json<Report>, Problem> {
    check(&site, &headers)?;
    let Json(order) = order.unwrap_or_default();
    for folder in &order.forget {
        site.support.library.forget(folder).await.map_err(|error| failed(&error))?;
    }
    site.support.library.refresh(&order.folders).await.map(Json).map_err(|error| failed(&error))
}

/// Goes on with the directory that the command line has imported.
pub(super) async fn schools(State(site): State<Site>, headers: HeaderMap) -> Result<Json<Report>, Problem> {
    check(&site, &headers)?;
    site.support.take_up_directory().await.map(Json).map_err(|error| failed(&error))
}

/// What to do with an outage.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OutageOrder {
    /// Id of one that is over.
    end: Option<String>,
}

/// Takes up what the command line has entered; ends one, and tells whoever waits for it.
pub(super) async fn outages(
    State(site): State<Site>,
    headers: HeaderMap,
    Json(order): Json<OutageOrder>,
) -> Result<Json<serde_json::Value>, Problem> {
    check(&site, &headers)?;
    let told = match order.end {
        Some(id) => site.support.end_outage(&id).await,
        None => site.support.notice_outages().await.map(|()| None),
    };
    told.map(|told| Json(serde_json::json!({ "told": told }))).map_err(|error| failed(&error.into()))
}

/// Conversations to which the command line has added something.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ChatOrder {
    conversations: Vec<String>,
}

/// Hands it to whoever has them open.
pub(super) async fn chats(
    State(site): State<Site>,
    headers: HeaderMap,
    Json(order): Json<ChatOrder>,
) -> Result<Json<serde_json::Value>, Problem> {
    check(&site, &headers)?;
    let told = site.support.chats.tell_latest(&order.conversations).await;
    told.map(|told| Json(serde_json::json!({ "told": told }))).map_err(|error| failed(&error.into()))
}

fn check(site: &Site, headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // The token is readable by the owner of the data folder alone.
    if !given.is_some_and(|given| same_secret(given, &site.admin.0)) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "admin", "only for the command line on this machine"));
    }
    Ok(())
}

/// The whole reason: whoever asks is at the command line of this machine.
fn failed(error: &anyhow::Error) -> Problem {
    let reason = format!("{error:#}");
    tracing::warn!(reason, "the command line's order could not be carried out");
    Problem::new(StatusCode::CONFLICT, "order", reason)
}
