//! `/`: an invented school's page with the widget, and the two lines that embed it.

use axum::{extract::State, http::HeaderMap};
use maud::{Markup, html};

use super::layout;
use crate::{domain::lang::Lang, http::state::Site, support::embed};

pub(in crate::http) async fn demo(State(site): State<Site>, headers: HeaderMap) -> Markup {
    let directory = site.support.schools.now();
    let school = directory.schools.first();
    let name = school.map_or("Ihre Schule", |school| school.name.as_str());
    let id = school.map_or("", |school| school.id.as_str());
    let own = layout::base(&site, &headers);
    let brand = &site.support.config.brand;
    let snippet = embed::snippet(&own, id, brand);
    layout::page(
        &site,
        Lang::De,
        name,
        "site",
        &html! {
            a class="skip" href="#inhalt" { "Zum Inhalt" }
            @if directory.authority.demo { (layout::banner(Lang::De)) }
            (layout::bar(&site, Lang::De, name, "/", &[("#einbauen", "Einbauen"), ("/chat", "Schul-IT-Hilfe")]))
            main id="inhalt" class="wrap" {
                section class="hero" {
                    h1 { "Willkommen" }
                    p class="lead" { "So sieht die Schul-IT-Hilfe auf der Seite einer Schule aus. Der Knopf unten rechts öffnet den Chat." }
                }
                section class="cards" aria-label="Zum Ausprobieren" {
                    div class="card" { h2 { "Im Unterricht" } p { "Tippen Sie, wie Sie sprechen: " q { "biemer geht nich" } " oder " q { "apple tv wird nicht gefunden" } "." } }
                    div class="card" { h2 { "Mit Quelle" } p { "Jeder Schritt nennt die Anleitung, aus der er stammt. Ein Klick zeigt die Stelle." } }
                    div class="card" { h2 { "Ohne Sackgasse" } p { "Passt keine Anleitung, geht eine vollständige Meldung an die Schul-IT, mit Nummer und Ansprechperson." } }
                }
                section id="einbauen" class="panel" {
                    h2 { "In die eigene Seite einbauen" }
                    p { "Zwei Zeilen genügen:" }
                    (layout::copied("lines", &snippet))
                    p { "Die Adresse der Schulseite steht im Schulverzeichnis bei der Schule unter " code { "origins" } "." }
                    p class="actions" {
                        a class="button" href="/chat" { "Die Hilfe als ganze Seite" }
                        a class="button" href={ "/einbetten/test?school=" (id) } { "Von hier aus testen" }
                    }
                }
            }
            schul-hilfe school=(id) lang="de" theme="auto" title=[brand.name.as_ref()] brand=[brand.colours()] {}
            script type="module" src="/widget.js" {}
            script type="module" src="/assets/copy.js" {}
        },
    )
}
