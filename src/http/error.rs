//! Faults as RFC 9457 `application/problem+json`. The detail says what to do; it
//! never repeats what was sent, and the cause is logged once, here.

use axum::{
    extract::{
        State,
        rejection::{JsonRejection, QueryRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::state::Site;

/// A fault, as a caller sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// A fixed name for programs.
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

impl Problem {
    #[must_use]
    pub(super) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank".into(),
            title: status.canonical_reason().unwrap_or("Error").into(),
            status: status.as_u16(),
            detail: detail.into(),
            code: code.into(),
            retry_after: None,
        }
    }

    #[must_use]
    pub(super) fn not_found(detail: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    #[must_use]
    pub(super) fn bad(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// For a fault that a library found: its own words may repeat what was sent.
    #[must_use]
    pub(super) fn of(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "the body is too large"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ("bad_body", "send JSON with content-type: application/json"),
            StatusCode::UNPROCESSABLE_ENTITY => {
                ("bad_body", "a field is missing, unknown or of the wrong type; see /api/v1/openapi.json")
            }
            StatusCode::UPGRADE_REQUIRED => ("upgrade", "open this address as a WebSocket"),
            StatusCode::NOT_FOUND => ("not_found", "there is nothing at this address"),
            _ if status.is_server_error() => ("internal", "something went wrong on the server; try again in a moment"),
            _ => ("bad_request", "the address, a header or the body cannot be read; see /api/v1/openapi.json"),
        };
        Self::new(status, code, detail)
    }

    /// Something on our side; the cause goes to the log and nowhere else.
    #[must_use]
    pub(super) fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!(error = %cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong on the server; try again in a moment",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            status @ StatusCode::BAD_REQUEST => Self::new(status, "bad_body", "the body is not valid JSON in UTF-8"),
            status => Self::of(status),
        }
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(
            rejection.status(),
            "bad_query",
            "a query parameter is missing or of the wrong type; see /api/v1/openapi.json",
        )
    }
}

pub(super) async fn no_such_endpoint() -> Problem {
    Problem::not_found("no such endpoint; see /api/v1/openapi.json")
}

pub(super) async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        "this method is not possible here; see /api/v1/openapi.json",
    )
}

pub(super) async fn no_such_page(State(site): State<Site>) -> Response {
    (StatusCode::NOT_FOUND, super::pages::layout::message(&site, "Seite nicht gefunden", "Diese Seite gibt es nicht."))
        .into_response()
}
