//! The widget and what pages need, embedded in the binary. Fresh after every
//! update: an entity tag instead of a long life. A script is sent without its
//! comments (`squeeze`), in one piece with what it imports (`join`), and compressed
//! once for all who ask (`packed`).

mod join;
mod packed;
mod squeeze;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};

use self::packed::knows;
use super::state::Site;

/// `/widget.js`: all that a page loads before somebody opens the chat.
pub(super) async fn entry(headers: HeaderMap) -> Response {
    packed::prepare("widget/chat.js", &headers);
    shared("widget.js", &headers).await
}

/// `/widget/NAME.js`: what the entry asks for later.
pub(super) async fn module(Path(name): Path<String>, headers: HeaderMap) -> Response {
    shared(&format!("widget/{name}"), &headers).await
}

/// `/assets/NAME`: the test of a page (`check.js`) is loaded from schools' pages, too.
pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    shared(&format!("assets/{name}"), &headers).await
}

pub(super) async fn favicon(headers: HeaderMap) -> Response {
    serve("assets/icon.svg", &headers).await
}

/// A flow's drawing. Shown as an image on schools' pages; opened by itself it can do nothing.
pub(super) async fn drawing(State(site): State<Site>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let set = site.support.flows.now();
    let Some(picture) = set.pictures.get(&name) else { return not_found() };
    image("image/svg+xml", &picture.tag, &picture.svg, &headers)
}

/// A picture whose address names its content.
pub(super) fn image(kind: &str, tag: &str, bytes: &[u8], headers: &HeaderMap) -> Response {
    let tag = format!("\"{tag}\"");
    let head = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "public, max-age=86400".into()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox".into()),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin".into()),
    ];
    if knows(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    (head, bytes.to_vec()).into_response()
}

/// The widget may be loaded by any page: opening a chat is what is checked.
async fn shared(path: &str, headers: &HeaderMap) -> Response {
    let mut response = serve(path, headers).await;
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
    response.headers_mut().insert("cross-origin-resource-policy", header::HeaderValue::from_static("cross-origin"));
    response
}

async fn serve(path: &str, headers: &HeaderMap) -> Response {
    packed::answer(path, headers).await.unwrap_or_else(not_found)
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "not found\n").into_response()
}
