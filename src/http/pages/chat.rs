//! `/chat`: the chat as a page of its own; `/r/CODE`: the same with school and room known.
//! A code that opens nothing is no dead end: the page leads to the chat without a room.

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout;
use crate::{
    domain::lang::Lang,
    http::{error::Problem, state::Site},
    support::{directory::Door, wording},
};

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Opening {
    school: Option<String>,
    lang: Option<String>,
}

pub(in crate::http) async fn chat(State(site): State<Site>, Query(opening): Query<Opening>) -> Markup {
    let schools = &site.support.schools;
    let named = opening.school.filter(|id| schools.school(id).is_some());
    // Where there is one school, or a demonstration, nobody need choose.
    let school = named.or_else(|| schools.is_demo().then(|| schools.first_school()).flatten());
    show(&site, school.as_deref(), None, opening.lang.as_deref())
}

pub(in crate::http) async fn room(State(site): State<Site>, Path(code): Path<String>) -> Result<Response, Problem> {
    let door = site.support.schools.enter(&code).await.map_err(|error| Problem::internal(&error))?;
    let (status, (title, text)) = match door {
        Door::Room(found) => {
            // The code as it was given: the chat shows it again when it opens.
            let opened = (code.trim(), found.room.name.as_str());
            return Ok(show(&site, Some(&found.room.school), Some(opened), None).into_response());
        }
        Door::Stopped => (StatusCode::GONE, wording::STOPPED),
        Door::Unknown => (StatusCode::NOT_FOUND, wording::UNKNOWN),
        Door::Closed { seconds } => {
            let page = layout::message(wording::TOO_MANY.0, wording::TOO_MANY.1);
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            return Ok((StatusCode::TOO_MANY_REQUESTS, wait, page).into_response());
        }
    };
    Ok((status, layout::message(title, text)).into_response())
}

fn show(site: &Site, school: Option<&str>, room: Option<(&str, &str)>, lang: Option<&str>) -> Markup {
    let lang = lang.and_then(Lang::from_code).unwrap_or_default();
    let name = school.and_then(|id| site.support.schools.school(id)).map(|school| school.name);
    let authority = site.support.schools.now().authority.clone();
    let help = lang.pick("Schul-IT-Hilfe", "School IT help");
    let titled = |places: &[Option<String>]| {
        let parts = std::iter::once(help).chain(places.iter().flatten().map(String::as_str));
        parts.collect::<Vec<_>>().join(" · ")
    };
    let room_name = room.map(|(_, room)| room.to_owned());
    // Short enough for a phone: the room where it is known, else the school.
    let title = titled(&[room_name.clone().or(name.clone())]);
    let whole = titled(&[room_name, name]);
    layout::page(
        lang.code(),
        &whole,
        "chat-page",
        &html! {
            main {
                schul-hilfe page title=(title) school=(school.unwrap_or_default()) room=[room.map(|(code, _)| code)] lang=(lang.code()) theme="auto" {}
                noscript {
                    p class="notice warning" {
                        "Ohne JavaScript kann der Chat nicht öffnen."
                        @if !authority.hotline.is_empty() { " Sie erreichen die Schul-IT unter " (authority.hotline) "." }
                    }
                }
            }
            script type="module" src="/widget.js" {}
        },
    )
}
