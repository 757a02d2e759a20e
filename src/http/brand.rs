//! The authority's colours for our own pages, and its logo for pages and widget. Both are
//! as the configuration says; readers' settings (dark, contrast) still decide.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{assets::image, state::Site};
use crate::config::BrandConfig;

/// The colours as a style sheet, which follows `page.css`.
pub(super) async fn style(State(site): State<Site>) -> Response {
    let Some(css) = css(&site.support.config.brand) else { return not_found() };
    let head = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=0, must-revalidate"),
    ];
    (head, css).into_response()
}

/// Shown as an image on schools' pages; opened by itself it can do nothing.
pub(super) async fn logo(State(site): State<Site>, headers: HeaderMap) -> Response {
    let Some(logo) = &site.support.config.brand.picture else { return not_found() };
    image(logo.kind, &logo.tag, &logo.bytes, &headers)
}

fn css(brand: &BrandConfig) -> Option<String> {
    let [light, dark] = brand.shades()?;
    Some(format!(
        ":root {{ --brand: {0}; --on-brand: {1}; --head: {0}; --on-head: {1}; --tint: {2}; }}\n\
         @media (prefers-color-scheme: dark) {{\n\
         :root {{ --brand: {3}; --on-brand: {4}; --head: {5}; --on-head: #eef3f7; --tint: {5}; }}\n\
         }}\n",
        light.brand, light.on, light.tint, dark.brand, dark.on, dark.tint
    ))
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "not found\n").into_response()
}
