//! The frame of every page; its classes are those of `web/assets/page.css`.

use maud::{DOCTYPE, Markup, html};

use crate::{domain::lang::Lang, support::wording};

/// A page with the common head; `class` chooses its layout.
pub(super) fn page(lang: &str, title: &str, class: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/page.css";
            }
            body class=(class) { (body) }
        }
    }
}

/// Name of the site and the way to the chat.
pub(super) fn bar(brand: &str, home: &str, links: &[(&str, &str)]) -> Markup {
    html! {
        header class="bar" {
            div class="wrap" {
                a class="brand" href=(home) { img src="/assets/icon.svg" alt="" width="36" height="36"; span { (brand) } }
                nav aria-label="Hauptmenü" { @for (href, text) in links { a href=(href) { (text) } } }
            }
        }
    }
}

/// Over everything invented.
pub(super) fn banner(lang: Lang) -> Markup {
    html! { aside class="banner" { (wording::demo_notice(lang)) } }
}

/// A short message with the way back: not found, not possible.
pub(in crate::http) fn message(title: &str, text: &str) -> Markup {
    page(
        "de",
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
