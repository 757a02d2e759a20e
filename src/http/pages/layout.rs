//! The frame of every page.

use maud::{DOCTYPE, Markup, html};

/// A page with the common head; `body_class` chooses its layout in `page.css`.
pub(super) fn page(lang: &str, title: &str, body_class: &str, body: &Markup) -> Markup {
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
            body class=(body_class) { (body) }
        }
    }
}

/// A short message with the way back: not found, not possible.
pub(in crate::http) fn message(title: &str, text: &str) -> Markup {
    page(
        "de",
        title,
        "page",
        &html! {
            main class="page__main" {
                h1 { (title) }
                p { (text) }
                p { a href="/chat" { "Zur Schul-IT-Hilfe" } }
            }
        },
    )
}
