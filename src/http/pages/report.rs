//! `/report`: the report as a plain form, for whoever has no JavaScript, and the state of one.
//! What is filed is what the chat would file; a fault in a field keeps what was typed.

use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout;
use crate::{
    domain::{conversation::FormField, lang::Lang, ticket::TicketInput},
    http::{error::Problem, origin, state::Site},
    support::{
        directory::Door,
        escalate::Filing,
        form::{self, Filled},
        wording::{self, accessibility},
    },
};

/// Hidden fields beside those of the report.
const LANG: &str = "lang";
/// The code on the room's wall.
const CODE: &str = "code";
/// What it is about, where that is no fault.
const REASON: &str = "reason";

/// What the form is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Fault,
    /// Something that somebody cannot use: asks for neither room nor device.
    Barrier,
}

impl About {
    fn of(reason: Option<&str>) -> Self {
        if reason == Some("barrier") { Self::Barrier } else { Self::Fault }
    }

    /// As it stands in the report.
    fn reason(self) -> &'static str {
        match self {
            Self::Fault => "form",
            Self::Barrier => "barrier",
        }
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Opening {
    school: Option<String>,
    /// The code on the room's wall.
    room: Option<String>,
    lang: Option<String>,
    /// `barrier`: a barrier is reported.
    reason: Option<String>,
}

/// The empty form; school and room are filled in where they are known.
pub(in crate::http) async fn form(State(site): State<Site>, Query(opening): Query<Opening>) -> Result<Markup, Problem> {
    let lang = opening.lang.as_deref().and_then(Lang::from_code).unwrap_or_default();
    let known = known(&site, opening.school, opening.room.as_deref()).await?;
    let about = About::of(opening.reason.as_deref());
    Ok(page(&site, &known, (about, opening.room.as_deref()), &Filled::new(), None, lang))
}

/// Files the report, or shows the form again with what is wrong.
pub(in crate::http) async fn file(
    State(site): State<Site>,
    headers: HeaderMap,
    Form(mut typed): Form<Filled>,
) -> Result<Response, Problem> {
    let lang = typed.remove(LANG).as_deref().and_then(Lang::from_code).unwrap_or_default();
    let code = typed.remove(CODE).filter(|code| !code.is_empty());
    let about = About::of(typed.remove(REASON).as_deref());
    let school = typed.get("school").cloned();
    if !origin::allowed(&site, &headers, school.as_deref()) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "origin", "pages of this origin may not file a report"));
    }
    let start = known(&site, school.clone(), code.as_deref()).await?;
    let again = |status: StatusCode, text: &str| {
        let page = page(&site, &start, (about, code.as_deref()), &typed, Some(text), lang);
        Ok((status, page).into_response())
    };
    let mut input = start.clone();
    if let Err(fault) = form::take(&typed, &mut input, lang) {
        return again(StatusCode::UNPROCESSABLE_ENTITY, &fault.text);
    }
    // Who picks no school, or one that is not there, is asked by the helpdesk.
    input.school = input.school.filter(|id| site.support.schools.school(id).is_some());
    if input.symptom.trim().is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, wording::say_what(lang));
    }
    if site.support.chats.allow_report(input.school.as_deref()).is_err() {
        return again(StatusCode::TOO_MANY_REQUESTS, wording::too_many(lang));
    }
    let filing = Filing { input, reason: about.reason().into(), ..Filing::default() };
    let filed = site.support.desk.file(filing, None, None, |_, _| Vec::new()).await;
    let filed = filed.map_err(|error| Problem::internal(&error))?;
    let (number, code) = (&filed.ticket.number, &filed.code);
    let body = html! {
        main class="wrap narrow" {
            h1 { (lang.pick("Ihre Meldung ist eingegangen", "Your report has arrived")) }
            dl class="facts" {
                div { dt { (lang.pick("Nummer", "Number")) } dd class="big" { strong { (number) } } }
                div { dt { (lang.pick("Code, um den Stand zu sehen", "Code to see its state")) } dd class="big" { strong { (code) } } }
                div { dt { (lang.pick("Zuständig", "In charge")) } dd { (wording::who(&filed.ticket, lang)) } }
                div { dt { (lang.pick("Wann", "When")) } dd { (wording::when(&filed.ticket, lang)) } }
            }
            @for text in wording::filed(&filed.ticket, lang) { p { (text) } }
            p { (lang.pick("Bitte notieren Sie Nummer und Code: Der Code wird nur hier gezeigt.", "Please note number and code: the code is shown only here.")) }
        }
    };
    let title = lang.pick("Meldung eingegangen", "Report received");
    Ok((StatusCode::CREATED, layout::page(&site, lang, title, "site", &body)).into_response())
}

/// Number and code of a report.
#[derive(Debug, Deserialize)]
pub(in crate::http) struct Asked {
    number: String,
    code: String,
    lang: Option<String>,
}

/// The state of a report, for whoever has its code.
pub(in crate::http) async fn state(State(site): State<Site>, Form(asked): Form<Asked>) -> Result<Response, Problem> {
    let lang = asked.lang.as_deref().and_then(Lang::from_code).unwrap_or_default();
    let desk = &site.support.desk;
    let known = desk.knows(&asked.number).await.map_err(|error| Problem::internal(&error))?;
    if known && site.support.chats.allow_code(&asked.number).is_err() {
        let page = layout::message(&site, lang.pick("Zu viele Versuche", "Too many attempts"), wording::too_many(lang));
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    let found = desk.status(&asked.number, &asked.code).await.map_err(|error| Problem::internal(&error))?;
    // A wrong code and an unknown number are the same to a stranger.
    if let Some(ticket) = found {
        return Ok(layout::message(&site, &ticket.number, &wording::status(&ticket, lang)).into_response());
    }
    let title = lang.pick("Keine Meldung gefunden", "No report found");
    Ok((StatusCode::NOT_FOUND, layout::message(&site, title, wording::unknown_ticket(lang))).into_response())
}

/// What is known before anything is filled in.
async fn known(site: &Site, school: Option<String>, code: Option<&str>) -> Result<TicketInput, Problem> {
    let schools = &site.support.schools;
    let mut input = TicketInput::default();
    if let Some(code) = code
        && let Door::Room(found) = schools.enter(code).await.map_err(|error| Problem::internal(&error))?
    {
        (input.school, input.room) = (Some(found.room.school.clone()), Some(found.room.code));
        return Ok(input);
    }
    let named = school.filter(|id| schools.school(id).is_some());
    input.school = named.or_else(|| schools.is_demo().then(|| schools.first_school()).flatten());
    Ok(input)
}

fn page(
    site: &Site,
    known: &TicketInput,
    (about, code): (About, Option<&str>),
    filled: &Filled,
    fault: Option<&str>,
    lang: Lang,
) -> Markup {
    let directory = site.support.schools.now();
    let (mut fields, _) = form::fields(known, &directory.schools, lang);
    let mut title = lang.pick("Störung melden", "Report a fault");
    if about == About::Barrier {
        title = accessibility::report(lang);
        fields.retain(|field| ["school", "symptom", "contact"].contains(&field.name.as_str()));
        for field in fields.iter_mut().filter(|field| field.name == "symptom") {
            field.label = accessibility::which_barrier(lang).into();
        }
    }
    let place = known.school.as_deref().and_then(|id| site.support.schools.school(id)).map(|school| school.name);
    layout::page(
        site,
        lang,
        title,
        "site",
        &html! {
            @if directory.authority.demo { (layout::banner(lang)) }
            main class="wrap narrow" {
                h1 { (title) }
                @if let Some(place) = &place { p { (place) @if let Some(room) = &known.room { " · " (room) } } }
                @if let Some(fault) = fault { p class="notice warning" role="alert" { (fault) } }
                p { (wording::no_names(lang)) }
                form class="form" method="post" action="/report" {
                    input type="hidden" name=(LANG) value=(lang.code());
                    @if about != About::Fault { input type="hidden" name=(REASON) value=(about.reason()); }
                    @if let Some(code) = code { input type="hidden" name=(CODE) value=(code); }
                    @if let Some(school) = &known.school { input type="hidden" name="school" value=(school); }
                    @for field in &fields { (control(field, filled.get(&field.name))) }
                    p class="actions" { button class="button main" { (lang.pick("Meldung senden", "Send the report")) } }
                }
                h2 { (lang.pick("Stand einer Meldung", "State of a report")) }
                form class="form" method="post" action="/report/state" {
                    input type="hidden" name=(LANG) value=(lang.code());
                    (control(&plain("number", lang.pick("Nummer", "Number")), None))
                    (control(&plain("code", "Code"), None))
                    p class="actions" { button class="button" { (lang.pick("Stand zeigen", "Show its state")) } }
                }
            }
        },
    )
}

fn plain(name: &str, label: &str) -> FormField {
    FormField {
        name: name.into(),
        label: label.into(),
        kind: "text".into(),
        required: true,
        value: None,
        options: vec![],
    }
}

/// A labelled field, with what was typed before.
fn control(field: &FormField, typed: Option<&String>) -> Markup {
    let (id, value) = (format!("f-{}", field.name), typed.or(field.value.as_ref()));
    html! {
        div class="field" {
            label for=(id) { (field.label) }
            @match field.kind.as_str() {
                "select" => select id=(id) name=(field.name) {
                    option value="" { "–" }
                    @for choice in &field.options {
                        option value=(choice.value) selected[value == Some(&choice.value)] { (choice.label) }
                    }
                },
                "textarea" => textarea id=(id) name=(field.name) rows="5" required[field.required] { (value.map_or("", |value| value)) },
                _ => input id=(id) name=(field.name) value=(value.map_or("", |value| value)) required[field.required];
            }
        }
    }
}
