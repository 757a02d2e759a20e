//! The widget and what pages need, embedded in the binary. Fresh after every
//! update: an entity tag instead of a long life.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::state::Site;

#[derive(RustEmbed)]
#[folder = "web/"]
#[include = "widget/widget.js"]
#[include = "assets/*"]
struct Web;

/// The widget may be loaded by any page: opening a chat is what is checked.
pub(super) async fn widget(headers: HeaderMap) -> Response {
    let mut response = serve(Web::get("widget/widget.js"), "text/javascript; charset=utf-8", &headers);
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
    response.headers_mut().insert("cross-origin-resource-policy", header::HeaderValue::from_static("cross-origin"));
    response
}

pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    serve(Web::get(&format!("assets/{name}")), kind, &headers)
}

/// A flow's drawing. Shown as an image on schools' pages; opened by itself it can do nothing.
pub(super) async fn drawing(State(site): State<Site>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let set = site.support.flows.now();
    let Some(picture) = set.pictures.get(&name) else { return (StatusCode::NOT_FOUND, "not found\n").into_response() };
    let tag = format!("\"{}\"", picture.tag);
    let head = [
        (header::CONTENT_TYPE, "image/svg+xml".to_owned()),
        (header::ETAG, tag.clone()),
        // Its address names its content.
        (header::CACHE_CONTROL, "public, max-age=86400".into()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox".into()),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin".into()),
    ];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|given| given.to_str().is_ok_and(|given| given.contains(&tag))) {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, picture.svg.to_vec()).into_response()
}

pub(super) async fn favicon(headers: HeaderMap) -> Response {
    serve(Web::get("assets/icon.svg"), "image/svg+xml", &headers)
}

fn serve(file: Option<EmbeddedFile>, kind: &'static str, headers: &HeaderMap) -> Response {
    let Some(file) = file else { return (StatusCode::NOT_FOUND, "not found\n").into_response() };
    let hash = file.metadata.sha256_hash();
    let tag = format!(
        "\"{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}\"",
        hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]
    );
    let known =
        headers.get(header::IF_NONE_MATCH).is_some_and(|given| given.to_str().is_ok_and(|given| given.contains(&tag)));
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "public, max-age=0, must-revalidate".into()),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, file.data.into_owned()).into_response()
}
