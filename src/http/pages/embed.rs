//! `/einbetten`: the operator's page. For every school the lines to copy, what the page around
//! them must allow, and the way to a test. Schools and their pages are operator data: the list is shown
//! to whoever has this run's token (`schullotse embed`), and on this machine while it is not served to others.

use std::net::SocketAddr;

use axum::{
    Form,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use super::layout;
use crate::{
    domain::{lang::Lang, school::School},
    http::{health, origin, state::Site},
    support::{embed, ids::same_secret},
};

/// Shows the list on this machine; elsewhere asks for the token.
pub(in crate::http) async fn schools(
    State(site): State<Site>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    // Behind a proxy on this machine everybody may look as if from here.
    let served = site.support.config.server.public_url.is_some();
    if !served && health::is_local(peer, &headers) && origin::asked_on_loopback(&headers) {
        return list(&site, &headers).into_response();
    }
    (StatusCode::FORBIDDEN, ask(&site, None)).into_response()
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Key {
    token: String,
}

/// The same, opened by the token: in the body, for an address is remembered in too many places.
pub(in crate::http) async fn opened(State(site): State<Site>, headers: HeaderMap, Form(key): Form<Key>) -> Response {
    if same_secret(key.token.trim(), &site.admin.0) {
        return list(&site, &headers).into_response();
    }
    let wrong = "Dieses Kennwort gilt nicht (mehr). Bei jedem Start des Servers gibt es ein neues.";
    (StatusCode::FORBIDDEN, ask(&site, Some(wrong))).into_response()
}

#[derive(Debug, Deserialize)]
pub(in crate::http) struct Tested {
    school: Option<String>,
    /// To be kept as a file, and put on the school's own web space.
    download: Option<String>,
}

/// The test page: the lines as a school's page has them, and what a browser makes of them there. It holds
/// nothing that a school's page does not hold, too.
pub(in crate::http) async fn test(
    State(site): State<Site>,
    headers: HeaderMap,
    Query(tested): Query<Tested>,
) -> Response {
    let id = tested.school.filter(|id| site.support.schools.school(id).is_some());
    let id = id.or_else(|| site.support.schools.first_school()).unwrap_or_default();
    // Seen here it is a page of ours, under whatever address.
    let base = if tested.download.is_some() { layout::base(&site, &headers) } else { String::new() };
    let brand = &site.support.config.brand;
    let page = html! {
        (DOCTYPE)
        html lang="de" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { "Test: Schul-IT-Hilfe auf dieser Seite" }
                // Seen here as everywhere else; a file on a school's web space has no styles, and needs none.
                @if tested.download.is_none() { link rel="stylesheet" href="/assets/page.css"; }
            }
            body class="site" {
                main class="wrap narrow" {
                    h1 { "Funktioniert die Schul-IT-Hilfe auf dieser Seite?" }
                    p { "Diese Seite lädt den Chat so, wie eine Schulseite es tut, und öffnet ihn auf beiden Wegen. Sie gehört auf den Webauftritt, auf dem der Chat stehen soll: Nur dort zeigt sich, was dort erlaubt ist." }
                    div id="schul-hilfe-test" { p { "Bitte warten …" } }
                }
                schul-hilfe school=(id) lang="de" theme="auto" title=[brand.name.as_ref()] brand=[brand.colours()] {}
                script type="module" src={ (base) "/widget.js" } {}
                script type="module" src={ (base) "/assets/check.js" } {}
            }
        }
    };
    if tested.download.is_some() {
        let named = [(header::CONTENT_DISPOSITION, "attachment; filename=\"schul-it-hilfe-test.html\"")];
        return (named, page).into_response();
    }
    page.into_response()
}

fn ask(site: &Site, fault: Option<&str>) -> Markup {
    let title = "Für die Betreiberin, den Betreiber";
    layout::page(
        site,
        Lang::De,
        title,
        "site",
        &html! {
            main class="wrap narrow" {
                h1 { (title) }
                p { "Diese Seite zeigt, wie der Chat auf die Seiten der Schulen kommt. Sie öffnet sich mit dem Kennwort, das dieser Befehl auf dem Server ausgibt:" }
                (layout::copied("command", "schullotse embed"))
                @if let Some(fault) = fault { p class="notice warning" role="alert" { (fault) } }
                form class="form" method="post" action="/einbetten" {
                    div class="field" {
                        label for="token" { "Kennwort" }
                        input id="token" name="token" type="password" autocomplete="off" required;
                    }
                    p class="actions" { button class="button main" { "Öffnen" } }
                }
            }
            script type="module" src="/assets/copy.js" {}
        },
    )
}

fn list(site: &Site, headers: &HeaderMap) -> Markup {
    let directory = site.support.schools.now();
    let base = layout::base(site, headers);
    let refused = site.support.chats.operator.refused();
    let unknown = site.support.chats.operator.unknown_schools();
    let title = "Den Chat auf die Seite einer Schule bringen";
    layout::page(
        site,
        Lang::De,
        title,
        "site",
        &html! {
            a class="skip" href="#inhalt" { "Zum Inhalt" }
            @if directory.authority.demo { (layout::banner(Lang::De)) }
            (layout::bar(site, Lang::De, &layout::name(site, Lang::De), "/chat", &[("/chat", "Chat")]))
            main id="inhalt" class="wrap narrow" {
                h1 { (title) }
                p { "Zwei Zeilen je Schule. Damit eine Seite den Chat öffnen darf, muss ihre Adresse (etwa " code { "https://www.schule.example" } ") im Schulverzeichnis bei der Schule unter " code { "origins" } " stehen, oder für alle Schulen in der Konfiguration unter " code { "server.origins" } "." }
                @if site.support.config.server.public_url.is_none() {
                    p class="notice warning" { "Unter welcher Adresse Browser diesen Server erreichen, steht noch nicht in der Konfiguration (" code { "server.public_url" } "). Die Zeilen unten nennen deshalb die Adresse, unter der Sie diese Seite gerade geöffnet haben." }
                }
                @if !refused.is_empty() {
                    p class="notice warning" { "Seit dem Start wollten Seiten den Chat öffnen, die nicht freigeschaltet sind: "
                        @for (at, origin) in refused.iter().enumerate() { @if at > 0 { ", " } code { (origin) } }
                        ". Gehört eine davon zu Ihren Schulen, tragen Sie sie genau so unter " code { "origins" } " ein." }
                }
                @if !unknown.is_empty() {
                    p class="notice warning" { "Seit dem Start haben Seiten Schulen genannt, die es im Verzeichnis nicht gibt: "
                        @for (at, id) in unknown.iter().enumerate() {
                            @if at > 0 { ", " }
                            @if id.is_empty() { "eine ohne gültige Kennung" } @else { code { (id) } }
                        }
                        ". Dort geht der Chat ohne Schule weiter; bitte berichtigen Sie das Attribut " code { "school" } "." }
                }
                @if directory.schools.is_empty() { p class="notice" { "Noch sind keine Schulen bekannt: " code { "schullotse schools import DATEI" } } }
                (systems())
                @for (at, school) in directory.schools.iter().enumerate() { (one(site, school, at, &base)) }
            }
            script type="module" src="/assets/copy.js" {}
        },
    )
}

/// What the usual systems let through, without the names of their menus: those change.
fn systems() -> Markup {
    html! {
        details class="panel" {
            summary { "Hinweise zu WordPress, Moodle und IServ" }
            ul {
                li { strong { "WordPress: " } "Die Zeilen brauchen eine Stelle, die eigenes HTML mit Skripten annimmt, am besten Kopf- oder Fußbereich der ganzen Seite. Aus gewöhnlichen Beiträgen entfernt WordPress Skripte je nach Rechten der Person, die schreibt." }
                li { strong { "Moodle: " } "Die Administration kann HTML hinterlegen, das auf allen Seiten steht; dorthin gehören die Zeilen. Aus Textfeldern in Kursen werden Skripte entfernt." }
                li { strong { "IServ: " } "Wo Seiten keine Skripte annehmen, hilft der Rahmen oder ein gewöhnlicher Verweis auf die ganze Seite." }
                li { "Überall gilt: Bleibt der Knopf aus, zeigt die Testseite, woran es liegt." }
            }
        }
    }
}

fn one(site: &Site, school: &School, at: usize, base: &str) -> Markup {
    let brand = &site.support.config.brand;
    let query = crate::domain::citation::escape_segment(&school.id);
    let allowed: Vec<&String> = school.origins.iter().chain(&site.support.config.server.origins).collect();
    html! {
        section class="panel" aria-labelledby={ "school-" (at) } {
            h2 id={ "school-" (at) } { (school.name) }
            @if allowed.is_empty() {
                p class="notice" { "Noch ist keine Seite freigeschaltet: " code { "origins" } " ist leer." }
            } @else {
                p { "Freigeschaltet: " @for (at, origin) in allowed.iter().enumerate() { @if at > 0 { ", " } code { (origin) } } }
            }
            (layout::copied(&format!("lines-{at}"), &embed::snippet(base, &school.id, brand)))
            details {
                summary { "Wenn die Seite eine Content-Security-Policy hat" }
                p { "Diese Angaben müssen darin vorkommen. Für Stile ist nichts nötig." }
                (layout::copied(&format!("rules-{at}"), &embed::rules(base)))
            }
            details {
                summary { "Wenn die Seite keine Skripte annimmt" }
                p { "Der Chat in einem Rahmen, oder ein Verweis auf " a href={ "/chat?school=" (query) } { "die ganze Seite" } ":" }
                (layout::copied(&format!("frame-{at}"), &embed::frame(base, &school.id)))
            }
            p class="actions" {
                a class="button" href={ "/einbetten/test?school=" (query) "&download=1" } { "Testseite herunterladen" }
                a class="button" href={ "/einbetten/test?school=" (query) } { "Von hier aus testen" }
            }
        }
    }
}
