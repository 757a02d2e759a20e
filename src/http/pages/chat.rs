//! `/chat`: the chat as a page of its own; `/r/CODE`: the same with school and room known.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout;
use crate::{
    domain::lang::Lang,
    http::{error::Problem, state::Site},
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
    let room = site.support.schools.room(&code).await.map_err(|error| Problem::internal(&error))?;
    let Some(room) = room else {
        let page = layout::message(
            "Raum nicht gefunden",
            "Diesen Raumcode gibt es nicht (mehr). Sie können die Hilfe trotzdem nutzen und den Raum selbst angeben.",
        );
        return Ok((StatusCode::NOT_FOUND, page).into_response());
    };
    Ok(show(&site, Some(&room.room.school), Some((&room.room.code, &room.room.name)), None).into_response())
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
