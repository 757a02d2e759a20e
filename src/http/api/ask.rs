//! `POST /api/v1/ask`: one question, one complete reply.

use axum::{Json, extract::State, extract::rejection::JsonRejection};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::{lang::Lang, outcome::Answer, text::clean},
    http::{error::Problem, state::Site},
    support::{directory::Door, respond::Question},
};

/// A question and what is known of who asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// 1 to 2,000 characters.
    pub question: String,
    /// Narrows what is shown.
    pub school: Option<String>,
    /// Code of a room.
    pub room: Option<String>,
    /// `de` or `en`.
    pub lang: Option<String>,
}

/// Answers a question from the guides, or says what to do instead.
#[utoipa::path(post, path = "/api/v1/ask", request_body = Ask,
    responses((status = 200, description = "the reply, as `ask --json`", body = serde_json::Value), (status = 400, body = Problem), (status = 413, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn ask(
    State(site): State<Site>,
    body: Result<Json<Ask>, JsonRejection>,
) -> Result<Json<Answer>, Problem> {
    let Json(ask) = body?;
    let text = clean(&ask.question);
    let most = site.support.config.limits.message_chars;
    if text.is_empty() {
        return Err(Problem::bad("empty", "`question` is empty"));
    }
    if text.chars().count() > most {
        return Err(Problem::bad("too_long", format!("`question` has more than {most} characters")));
    }
    let lang = match ask.lang.as_deref() {
        Some(code) => Lang::from_code(code).ok_or_else(|| Problem::bad("lang", "`lang` must be de or en"))?,
        None => site.support.responder.passages.languages.of(&text, Lang::De),
    };
    let room = match ask.room.as_deref() {
        Some(code) => match site.support.schools.enter(code).await.map_err(|error| Problem::internal(&error))? {
            Door::Room(found) => Some(found),
            Door::Stopped | Door::Unknown | Door::Closed { .. } => None,
        },
        None => None,
    };
    let place = room.map(|found| found.room.place()).unwrap_or_default();
    let school = place.school.clone().or(ask.school);
    if let Err(seconds) = site.support.chats.allow_question(school.as_deref()) {
        let mut problem = Problem::new(
            axum::http::StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "too many questions at once; wait a moment",
        );
        problem.retry_after = Some(seconds);
        return Err(problem);
    }
    let masked = site.support.desk.redactor.mask(&text).text;
    let question = Question { school, place, sought: Some(text), ..Question::new(masked, lang) };
    let _leaving = question.cancel.clone().drop_guard();
    Ok(Json(site.support.responder.respond(&question, |_| {}).await.answer))
}
