//! `/chat`: the chat as a page of its own; `/r/CODE`: the same with school and room known.
//! Where nobody has said which school, the page asks, and its address remembers it. A code
//! that opens nothing is no dead end: the page leads to the chat without a room.

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout;
use crate::{
    domain::{lang::Lang, school::School},
    http::{error::Problem, state::Site},
    support::{directory::Door, wording},
};

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Opening {
    school: Option<String>,
    lang: Option<String>,
}

pub(in crate::http) async fn chat(State(site): State<Site>, Query(opening): Query<Opening>) -> Markup {
    let lang = opening.lang.as_deref().and_then(Lang::from_code).unwrap_or_default();
    let directory = site.support.schools.now();
    let school = match (opening.school, directory.schools.as_slice()) {
        // One that nobody knows, or none on purpose: the chat goes on without.
        (Some(named), _) => Some(safe(&named).to_owned()),
        (None, [only]) => Some(only.id.clone()),
        (None, [first, ..]) if directory.authority.demo => Some(first.id.clone()),
        (None, []) => None,
        (None, schools) => return ask(&site, schools, lang),
    };
    show(&site, school.as_deref(), None, lang)
}

pub(in crate::http) async fn room(State(site): State<Site>, Path(code): Path<String>) -> Result<Response, Problem> {
    let door = site.support.schools.enter(&code).await.map_err(|error| Problem::internal(&error))?;
    let (status, (title, text)) = match door {
        Door::Room(found) => {
            // The code as it was given: the chat shows it again when it opens.
            let opened = (code.trim(), found.room.name.as_str());
            return Ok(show(&site, Some(&found.room.school), Some(opened), Lang::De).into_response());
        }
        Door::Stopped => (StatusCode::GONE, wording::STOPPED),
        Door::Unknown => (StatusCode::NOT_FOUND, wording::UNKNOWN),
        Door::Closed { seconds } => {
            let page = layout::message(&site, wording::TOO_MANY.0, wording::TOO_MANY.1);
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            return Ok((StatusCode::TOO_MANY_REQUESTS, wait, page).into_response());
        }
    };
    Ok((status, layout::message(&site, title, text)).into_response())
}

/// Which school it is; without scripts, and without a word kept in the browser.
fn ask(site: &Site, schools: &[School], lang: Lang) -> Markup {
    let title = lang.pick("An welcher Schule sind Sie?", "Which school are you at?");
    let mut schools: Vec<&School> = schools.iter().collect();
    schools.sort_by_key(|school| school.name.to_lowercase());
    layout::page(
        site,
        lang,
        title,
        "site",
        &html! {
            (layout::bar(site, lang, &layout::name(site, lang), "/chat", &[]))
            main class="wrap narrow" {
                h1 { (title) }
                p { (lang.pick("Dann passen Anleitungen, Räume und Ansprechpersonen. Die Adresse der nächsten Seite können Sie sich als Lesezeichen speichern.", "Guides, rooms and contact persons will then fit. You can bookmark the address of the next page.")) }
                form class="form" method="get" action="/chat" {
                    @if lang != Lang::De { input type="hidden" name="lang" value=(lang.code()); }
                    div class="field" {
                        label for="school" { (lang.pick("Schule", "School")) }
                        select id="school" name="school" required {
                            option value="" { (lang.pick("Bitte wählen", "Please choose")) }
                            @for school in schools { option value=(school.id) { (school.name) } }
                        }
                    }
                    p class="actions" {
                        button class="button main" { (lang.pick("Weiter zum Chat", "On to the chat")) }
                        a class="button" href={ "/chat?school=" @if lang != Lang::De { "&lang=" (lang.code()) } } {
                            (lang.pick("Ohne Schule weiter", "Go on without a school"))
                        }
                    }
                }
            }
        },
    )
}

fn show(site: &Site, school: Option<&str>, room: Option<(&str, &str)>, lang: Lang) -> Markup {
    let name = school.and_then(|id| site.support.schools.school(id)).map(|school| school.name);
    let authority = site.support.schools.now().authority.clone();
    let help = layout::name(site, lang);
    // Over the chat, not in its title: on a phone there is no room beside the buttons.
    let place: Vec<&str> = room.map(|(_, room)| room).into_iter().chain(name.as_deref()).collect();
    let place = place.join(" · ");
    let whole = if place.is_empty() { help.clone() } else { format!("{help} · {place}") };
    let code = room.map(|(code, _)| code).unwrap_or_default();
    let report =
        format!("/report?school={}&room={}&lang={}", safe(school.unwrap_or_default()), safe(code), lang.code());
    layout::page(
        site,
        lang,
        &whole,
        "chat-page",
        &html! {
            @if !place.is_empty() { header class="place" { p { (place) } } }
            main {
                schul-hilfe page title=(help) school=(school.unwrap_or_default()) room=[room.map(|(code, _)| code)] lang=(lang.code()) theme="auto"
                    brand=[site.support.config.brand.colours()] {}
                noscript {
                    div class="wrap narrow" {
                        h1 { (help) }
                        p { (lang.pick("Ohne JavaScript kann der Chat nicht öffnen. Melden können Sie die Störung trotzdem.", "Without JavaScript the chat cannot open. You can report the fault all the same.")) }
                        p class="actions" { a class="button main" href=(report) { (lang.pick("Störung melden", "Report a fault")) } }
                        @if !authority.hotline.is_empty() {
                            p { (lang.pick("Telefon der Schul-IT: ", "Telephone of school IT: ")) (authority.hotline) }
                        }
                        p { a href=(layout::statement(lang)) { (wording::accessibility::title(lang)) } }
                    }
                }
            }
            // The chat is open at once: what it needs is asked for together.
            link rel="modulepreload" href="/widget/chat.js";
            @if lang == Lang::En { link rel="modulepreload" href="/widget/texts-en.js"; }
            script type="module" src="/widget.js" {}
        },
    )
}

/// An id as a part of an address; empty where it would have to be written otherwise.
fn safe(id: &str) -> &str {
    if id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) { id } else { "" }
}
