//! Every route on one screen.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{delete, get, post},
};
use tower_http::compression::CompressionLayer;

use super::{
    admin, api, assets, brand, chat_sse, chat_ws, error, health, middleware, openapi, origin, pages, state::Site,
};

/// The whole site.
pub fn router(site: Site) -> Router {
    let limit = site.support.config.limits.body_bytes;
    let without_websocket = Router::new()
        .route("/chat/events", get(chat_sse::events))
        .route("/chat/messages", post(chat_sse::message))
        .route("/chat/conversation", delete(chat_sse::delete))
        // Before the layer, so that it sees the browser's OPTIONS.
        .method_not_allowed_fallback(error::wrong_method)
        .layer(middleware::cors(site.clone()));
    // Pages go out compressed, assets by themselves; a stream of events never does: it would wait to fill a block.
    let texts = Router::new()
        .route("/passages/{document}/{chunk}", get(pages::passage::passage))
        .route("/documents/{document}", get(pages::passage::document))
        .route("/openapi.json", get(openapi::json))
        .method_not_allowed_fallback(error::wrong_method)
        .layer(CompressionLayer::new());
    let pages = Router::new()
        .route("/", get(pages::demo::demo))
        .route("/chat", get(pages::chat::chat))
        .route("/r/{code}", get(pages::chat::room))
        .route("/barrierefreiheit", get(pages::accessibility::statement))
        .route("/einbetten/test", get(pages::embed::test))
        .method_not_allowed_fallback(error::wrong_method)
        .layer(CompressionLayer::new());
    let api = Router::new()
        .route("/ask", post(api::ask::ask))
        .route("/search", get(api::search::search))
        .route("/originals/{document}", get(pages::passage::original))
        .route("/tickets", post(api::tickets::create))
        .route("/tickets/{number}", get(api::tickets::show))
        .route("/hooks/{target}", post(api::hooks::hook).layer(DefaultBodyLimit::max(api::hooks::LARGEST)))
        .route("/chat", get(chat_ws::upgrade))
        .route("/chat/origin", get(origin::tell))
        .merge(without_websocket)
        .merge(texts)
        .route("/admin/index", post(admin::index))
        .route("/admin/schools", post(admin::schools))
        .route("/admin/chats", post(admin::chats))
        .route("/admin/outages", post(admin::outages))
        .fallback(error::no_such_endpoint)
        .method_not_allowed_fallback(error::wrong_method);
    Router::new()
        .merge(pages)
        // Shows a code: never compressed.
        .route("/report", get(pages::report::form).post(pages::report::file))
        .route("/report/state", post(pages::report::state))
        .route("/einbetten", get(pages::embed::schools).post(pages::embed::opened))
        .route("/widget.js", get(assets::entry))
        .route("/widget/{name}", get(assets::module))
        .route("/assets/{name}", get(assets::asset))
        .route("/assets/brand.css", get(brand::style))
        .route("/brand/logo", get(brand::logo))
        .route("/flows/{name}", get(assets::drawing))
        .route("/favicon.ico", get(assets::favicon))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .nest("/api/v1", api)
        .fallback(error::no_such_page)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(DefaultBodyLimit::max(limit))
        .layer(from_fn(middleware::problems))
        .layer(from_fn_with_state(site.clone(), middleware::headers))
        .layer(from_fn(middleware::observe))
        .with_state(site)
}
