//! `/`: an invented school's page with the widget, and the two lines that embed it.

use axum::{extract::State, http::HeaderMap, http::header};
use maud::{Markup, html};

use super::{chat::banner, layout};
use crate::{domain::lang::Lang, http::state::Site};

pub(in crate::http) async fn demo(State(site): State<Site>, headers: HeaderMap) -> Markup {
    let directory = site.support.schools.now();
    let school = directory.schools.first();
    let name = school.map_or("Ihre Schule", |school| school.name.as_str());
    let id = school.map_or("", |school| school.id.as_str());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1:8080");
    let own = site.support.config.server.public_url.clone().unwrap_or_else(|| format!("http://{host}"));
    let snippet = format!(
        "<script type=\"module\" src=\"{own}/widget.js\"></script>\n<schul-hilfe school=\"{id}\" lang=\"de\" theme=\"auto\"></schul-hilfe>"
    );
    layout::page(
        "de",
        name,
        "demo",
        &html! {
            @if directory.authority.demo { (banner(Lang::De)) }
            header class="demo__head" {
                p class="demo__name" { (name) }
                nav aria-label="Hauptmenü" {
                    ul { li { a href="#aktuelles" { "Aktuelles" } } li { a href="#technik" { "Technik" } } li { a href="/chat" { "Schul-IT-Hilfe" } } }
                }
            }
            main class="demo__main" {
                section id="aktuelles" class="demo__card" {
                    h1 { "Willkommen" }
                    p { "So sieht die Hilfe auf der Seite einer Schule aus. Unten rechts öffnet ein Klick den Chat." }
                    p { "Probieren Sie zum Beispiel: " q { "biemer geht nich" } ", " q { "apple tv wird nicht gefunden" } ", " q { "the projector shows no signal" } "." }
                }
                section id="technik" class="demo__card" {
                    h2 { "In die eigene Seite einbauen" }
                    p { "Zwei Zeilen genügen:" }
                    pre class="demo__snippet" tabindex="0" { code { (snippet) } }
                    p { "Die Adresse Ihrer Schulseite trägt der Betreiber im Schulverzeichnis bei der Schule unter " code { "origins" } " ein." }
                }
                section class="demo__card" {
                    h2 { "Lieber eine eigene Seite?" }
                    p { a href="/chat" { "Die Hilfe als ganze Seite öffnen" } }
                }
            }
            footer class="demo__foot" { p { (directory.authority.name) } }
            schul-hilfe school=(id) lang="de" theme="auto" {}
            script type="module" src="/widget.js" {}
        },
    )
}
