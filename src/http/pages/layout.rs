//! The frame of every page; its classes are those of `web/assets/page.css`. Name, logo and
//! colours are the authority's where it has chosen them, ours elsewhere.

use axum::http::{HeaderMap, header};
use maud::{DOCTYPE, Markup, html};

use crate::{
    domain::lang::Lang,
    http::state::Site,
    support::wording::{self, accessibility},
};

/// A page with the common head; `class` chooses its layout. A `site` ends with the addresses
/// that every page owes its readers.
pub(super) fn page(site: &Site, lang: Lang, title: &str, class: &str, body: &Markup) -> Markup {
    let brand = &site.support.config.brand;
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href=(logo(site));
                link rel="stylesheet" href="/assets/page.css";
                @if brand.shades().is_some() { link rel="stylesheet" href="/assets/brand.css"; }
            }
            body class=(class) {
                (body)
                @if class == "site" { (foot(site, lang)) }
            }
        }
    }
}

/// What the help is called.
pub(super) fn name(site: &Site, lang: Lang) -> String {
    let own = site.support.config.brand.name.clone();
    own.unwrap_or_else(|| lang.pick("Schul-IT-Hilfe", "School IT help").into())
}

fn logo(site: &Site) -> String {
    let own = site.support.config.brand.picture.as_ref();
    own.map_or_else(|| "/assets/icon.svg".into(), |logo| format!("/{}", logo.address()))
}

/// Name of the site and the way to the chat.
pub(super) fn bar(site: &Site, lang: Lang, brand: &str, home: &str, links: &[(&str, &str)]) -> Markup {
    html! {
        header class="bar" {
            div class="wrap" {
                a class="brand" href=(home) { img src=(logo(site)) alt="" width="36" height="36"; span { (brand) } }
                nav aria-label=(lang.pick("Hauptmenü", "Main menu")) { @for (href, text) in links { a href=(href) { (text) } } }
            }
        }
    }
}

/// Who runs it, the statement on accessibility, data protection.
fn foot(site: &Site, lang: Lang) -> Markup {
    let server = &site.support.config.server;
    let authority = site.support.schools.now().authority.name.clone();
    let accessibility = server.accessibility_url.clone().unwrap_or_else(|| statement(lang));
    html! {
        footer class="foot" {
            div class="wrap" {
                @if !authority.is_empty() { p { (authority) } }
                a href=(accessibility) { (accessibility::title(lang)) }
                @if let Some(privacy) = &server.privacy_url { a href=(privacy) { (lang.pick("Datenschutz", "Data protection")) } }
            }
        }
    }
}

/// Address of our own statement on accessibility.
pub(super) fn statement(lang: Lang) -> String {
    lang.pick("/barrierefreiheit", "/barrierefreiheit?lang=en").into()
}

/// The address under which browsers reach us, without a slash at its end.
pub(super) fn base(site: &Site, headers: &HeaderMap) -> String {
    let asked = || headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1:8080");
    let named = site.support.config.server.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
    named.unwrap_or_else(|| format!("http://{}", asked()))
}

/// Text to be copied, with its button (`web/assets/copy.js`). `id` is its own on the page.
pub(super) fn copied(id: &str, text: &str) -> Markup {
    html! {
        pre class="snippet" id=(id) tabindex="0" { code { (text) } }
        p class="copy" {
            button type="button" class="button" data-copies=(id) hidden { "Kopieren" }
            " " span role="status" {}
        }
    }
}

/// Over everything invented.
pub(super) fn banner(lang: Lang) -> Markup {
    html! { aside class="banner" { (wording::demo_notice(lang)) } }
}

/// A short message with the way back: not found, not possible.
pub(in crate::http) fn message(site: &Site, title: &str, text: &str) -> Markup {
    page(
        site,
        Lang::De,
        title,
        "site",
        &html! {
            main class="wrap narrow error-page" {
                h1 { (title) }
                p { (text) }
                p class="actions" { a class="button main" href="/chat" { "Zur Schul-IT-Hilfe" } }
            }
        },
    )
}
