//! `GET /api/v1/openapi.json`: made from the handlers themselves.

use axum::Json;
use utoipa::OpenApi;

use super::{api, error::Problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Schullotse",
        description = "First-level IT support for schools: cited answers or a complete fault report."
    ),
    paths(api::ask::ask, api::hooks::hook, api::search::search, api::tickets::create, api::tickets::show),
    components(schemas(api::ask::Ask, api::tickets::Created, Problem))
)]
struct Api;

pub(super) async fn json() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
