//! `POST /api/v1/tickets` and `GET /api/v1/tickets/{number}`: reports for programs.

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        lang::Lang,
        text::clean,
        ticket::{Ticket, TicketInput},
    },
    http::{error::Problem, state::Site},
    support::{escalate::Filing, wording},
};

/// What the reporter gets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Created {
    pub number: String,
    /// Opens the state of the report; shown once.
    pub code: String,
    pub state: String,
    /// Who takes care of it, and when somebody comes.
    pub who: String,
    pub when: String,
    /// Fields the helpdesk will have to ask for.
    pub missing: Vec<String>,
}

/// Files a report.
#[utoipa::path(post, path = "/api/v1/tickets", request_body = serde_json::Value,
    responses((status = 201, body = Created), (status = 400, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn create(
    State(site): State<Site>,
    body: Result<Json<TicketInput>, JsonRejection>,
) -> Result<(StatusCode, Json<Created>), Problem> {
    let Json(mut input) = body?;
    check(&site, &mut input)?;
    if let Err(seconds) = site.support.chats.allow_report(input.school.as_deref()) {
        let mut problem = Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "too many reports from this school; wait, or call the helpdesk",
        );
        problem.retry_after = Some(seconds);
        return Err(problem);
    }
    let filing = Filing { input, reason: "form".into(), ..Filing::default() };
    let filed = site
        .support
        .desk
        .file(filing, None, None, |_, _| Vec::new())
        .await
        .map_err(|error| Problem::internal(&error))?;
    let created = Created {
        state: filed.ticket.state.name().into(),
        who: wording::who(&filed.ticket, Lang::De),
        when: wording::when(&filed.ticket, Lang::De),
        missing: filed.ticket.missing.clone(),
        number: filed.ticket.number,
        code: filed.code,
    };
    Ok((StatusCode::CREATED, Json(created)))
}

fn check(site: &Site, input: &mut TicketInput) -> Result<(), Problem> {
    let most = site.support.config.limits.message_chars;
    input.symptom = clean(&input.symptom);
    if input.symptom.is_empty() {
        return Err(Problem::bad("empty", "`symptom` is empty; say what does not work"));
    }
    let short = [
        &input.room,
        &input.site,
        &input.problem,
        &input.contact,
        &input.urgency,
        &input.device.model,
        &input.device.serial,
        &input.device.inventory,
    ];
    if input.symptom.chars().count() > most
        || short.into_iter().flatten().any(|text| text.chars().count() > 200)
        || input.tried.len() > 100
    {
        return Err(Problem::bad("too_long", format!("`symptom` may have {most} characters, other fields 200")));
    }
    if let Some(school) = &input.school
        && site.support.schools.school(school).is_none()
    {
        return Err(Problem::bad("school", "this school is not in the directory; leave `school` out if it is unknown"));
    }
    Ok(())
}

/// A report's state, for whoever has its code.
#[utoipa::path(get, path = "/api/v1/tickets/{number}", params(("number" = String, Path), ("X-Ticket-Code" = String, Header)),
    responses((status = 200, description = "the ticket", body = serde_json::Value), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(site): State<Site>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Ticket>, Problem> {
    let code = headers.get("x-ticket-code").and_then(|code| code.to_str().ok()).unwrap_or_default();
    let desk = &site.support.desk;
    let known = desk.knows(&number).await.map_err(|error| Problem::internal(&error))?;
    if known && let Err(seconds) = site.support.chats.allow_code(&number) {
        let mut problem =
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many attempts; wait a while");
        problem.retry_after = Some(seconds);
        return Err(problem);
    }
    let found = desk.status(&number, code).await.map_err(|error| Problem::internal(&error))?;
    // A wrong code and an unknown number are the same to a stranger.
    found
        .map(Json)
        .ok_or_else(|| Problem::not_found("no report with this number and this code in the header X-Ticket-Code"))
}
