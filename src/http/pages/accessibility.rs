//! `/barrierefreiheit`: the statement on accessibility, and the way to report a barrier. Whoever
//! has a statement elsewhere names it in `server.accessibility_url`; this one stays reachable.

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout;
use crate::{domain::lang::Lang, http::state::Site, support::wording::accessibility as words};

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Opening {
    lang: Option<String>,
}

pub(in crate::http) async fn statement(State(site): State<Site>, Query(opening): Query<Opening>) -> Markup {
    let lang = opening.lang.as_deref().and_then(Lang::from_code).unwrap_or_default();
    let config = &site.support.config.accessibility;
    let authority = site.support.schools.now().authority.clone();
    let given = |own: &Option<String>, listed: &str| {
        own.clone().or_else(|| Some(listed.to_owned()).filter(|text| !text.is_empty()))
    };
    let who = given(&config.authority, &authority.name);
    let (email, phone) = (given(&config.email, &authority.email), given(&config.phone, &authority.hotline));
    let other = lang.pick(("/barrierefreiheit?lang=en", "en", "English"), ("/barrierefreiheit", "de", "Deutsch"));
    layout::page(
        &site,
        lang,
        words::heading(lang),
        "site",
        &html! {
            @if authority.demo { (layout::banner(lang)) }
            (layout::bar(&site, lang, &layout::name(&site, lang), "/chat", &[(other.0, other.2)]))
            main class="wrap narrow" {
                article class="panel prose" {
                    h1 { (words::heading(lang)) }
                    p { (words::scope(who.as_deref().unwrap_or(lang.pick("Der Schulträger", "The school authority")), lang)) }
                    h2 { (lang.pick("Stand der Vereinbarkeit", "How far the requirements are met")) }
                    p { (words::state(lang)) }
                    h2 { (lang.pick("Was geprüft wurde", "What was tested")) }
                    ul { @for text in words::tested(lang) { li { (text) } } }
                    h2 { (lang.pick("Was noch nicht barrierefrei ist", "What is not accessible yet")) }
                    ul { @for text in words::limits(lang) { li { (text) } } }
                    h2 { (lang.pick("Barriere melden und Kontakt", "Reporting a barrier, and contact")) }
                    p { (words::tell(lang)) }
                    p class="actions" {
                        a class="button main" href={ "/report?reason=barrier&lang=" (lang.code()) } { (words::report(lang)) }
                    }
                    @if email.is_none() && phone.is_none() { p class="notice" { (words::contact_missing(lang)) } }
                    dl class="facts" {
                        @if let Some(who) = &who { div { dt { (lang.pick("Verantwortlich", "Responsible")) } dd { (who) } } }
                        @if let Some(email) = &email { div { dt { (lang.pick("E-Mail", "E-mail")) } dd { a href={ "mailto:" (email) } { (email) } } } }
                        @if let Some(phone) = &phone { div { dt { (lang.pick("Telefon", "Telephone")) } dd { (phone) } } }
                    }
                    h2 { (lang.pick("Durchsetzungsverfahren", "Enforcement procedure")) }
                    (enforcement(&site, lang))
                    h2 { (lang.pick("Erstellung dieser Erklärung", "How this statement came about")) }
                    p { (words::dates(config.reviewed, lang)) }
                }
            }
        },
    )
}

fn enforcement(site: &Site, lang: Lang) -> Markup {
    let body = &site.support.config.accessibility.enforcement;
    let Some(name) = &body.name else {
        return html! { p class="notice" { (words::enforcement_missing(lang)) } };
    };
    html! {
        p { (words::enforcement(lang)) }
        p {
            (name)
            @for line in body.address.iter().flat_map(|address| address.lines()) { br; (line) }
            @if let Some(url) = &body.url { br; a href=(url) { (url) } }
        }
    }
}
