//! The page behind a source number: the passage, the part that was cited marked, and the
//! way to the whole document. What stands around the passage is in the reader's language
//! (`lang`); the passage stays in its own. `#treffer` is the first mark.

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout;
use crate::{
    domain::{
        citation::escape_segment,
        document::{Block, Chunk, Passage},
        lang::Lang,
        text,
    },
    http::{error::Problem, state::Site},
};

#[derive(Debug, Default, Deserialize)]
pub(in crate::http) struct Marked {
    /// Units to mark, by index: `0,1,2`.
    mark: Option<String>,
    revision: Option<String>,
    school: Option<String>,
    /// Language of the reader.
    lang: Option<String>,
}

impl Marked {
    fn lang(&self) -> Option<Lang> {
        self.lang.as_deref().and_then(Lang::from_code)
    }

    /// What the pages behind this one need to know.
    fn onward(&self) -> String {
        let known = [("school", self.school.as_deref()), ("lang", self.lang().map(Lang::code))];
        let known = known.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", escape_segment(value?))));
        let known: Vec<String> = known.collect();
        if known.is_empty() { String::new() } else { format!("?{}", known.join("&")) }
    }
}

pub(in crate::http) async fn passage(
    State(site): State<Site>,
    Path((document, chunk)): Path<(String, String)>,
    Query(marked): Query<Marked>,
) -> Result<Response, Problem> {
    let passages = passages(&site, &document, marked.school.as_deref()).await?;
    let number: Option<u32> = chunk.parse().ok();
    let Some(passage) = passages.into_iter().find(|passage| Some(passage.chunk.number) == number) else {
        return Ok(gone(&site, marked.lang().unwrap_or_default()));
    };
    let changed = marked.revision.as_ref().is_some_and(|revision| *revision != passage.revision);
    // Marks belong to the revision that was cited; in another they might stand wrong.
    let marks: Vec<u32> = if changed {
        Vec::new()
    } else {
        marked.mark.iter().flat_map(|marks| marks.split(',')).filter_map(|mark| mark.parse().ok()).collect()
    };
    Ok(show(&site, &passage, &marks, changed, &marked).into_response())
}

pub(in crate::http) async fn document(
    State(site): State<Site>,
    Path(document): Path<String>,
    Query(marked): Query<Marked>,
) -> Result<Response, Problem> {
    let passages = passages(&site, &document, marked.school.as_deref()).await?;
    let Some(first) = passages.first() else { return Ok(gone(&site, marked.lang().unwrap_or_default())) };
    let lang = marked.lang().unwrap_or(first.meta.lang);
    let page = layout::page(
        &site,
        lang,
        &first.title,
        "site",
        &html! {
            (bar(&site, lang))
            main class="wrap narrow" {
              article class="panel prose" {
                (head(first, lang))
                div lang=(first.meta.lang.code()) {
                    @for passage in &passages {
                        @if let Some(heading) = passage.chunk.heading.last() { h2 { (heading) } }
                        (blocks(&passage.chunk, &[]))
                    }
                }
              }
            }
        },
    );
    Ok(page.into_response())
}

/// The PDF itself; only what a browser shows in its own viewer.
pub(in crate::http) async fn original(
    State(site): State<Site>,
    Path(document): Path<String>,
    Query(marked): Query<Marked>,
) -> Response {
    match site.support.library.original(&document, marked.school.as_deref()).await {
        Some(bytes) => ([(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, "inline")], bytes)
            .into_response(),
        None => gone(&site, marked.lang().unwrap_or_default()),
    }
}

async fn passages(site: &Site, document: &str, school: Option<&str>) -> Result<Vec<Passage>, Problem> {
    let (support, document, school) = (site.support.clone(), document.to_owned(), school.map(str::to_owned));
    let found = tokio::task::spawn_blocking(move || support.library.passages(&document, school.as_deref())).await;
    match found {
        Ok(Ok(passages)) => Ok(passages),
        Ok(Err(error)) => Err(Problem::internal(&error)),
        Err(error) => Err(Problem::internal(&error)),
    }
}

/// Name of the site and the way to the chat.
fn bar(site: &Site, lang: Lang) -> Markup {
    let home = if lang == Lang::De { "/chat" } else { "/chat?lang=en" };
    layout::bar(site, lang, &layout::name(site, lang), home, &[(home, lang.pick("Zum Chat", "To the chat"))])
}

fn gone(site: &Site, lang: Lang) -> Response {
    let (title, text) = lang.pick(
        ("Quelle nicht gefunden", "Dieses Dokument gibt es nicht (mehr), oder es ist nicht öffentlich."),
        ("Source not found", "This document does not exist (any more), or it is not public."),
    );
    let inner = html! { (bar(site, lang)) main class="wrap narrow error-page" { h1 { (title) } p { (text) } } };
    (StatusCode::NOT_FOUND, layout::page(site, lang, title, "site", &inner)).into_response()
}

fn show(site: &Site, passage: &Passage, marks: &[u32], changed: bool, marked: &Marked) -> Markup {
    let chunk = &passage.chunk;
    let id = escape_segment(&passage.document);
    let onward = marked.onward();
    let lang = marked.lang().unwrap_or(passage.meta.lang);
    let newer = lang.pick(
        "Die Quelle wurde seit der Antwort geändert. Sie sehen die heutige Fassung.",
        "The source has been changed since the answer. This is how it reads today.",
    );
    let whole = lang.pick("Ganze Anleitung lesen", "Read the whole guide");
    layout::page(
        site,
        lang,
        &passage.title,
        "site",
        &html! {
            (bar(site, lang))
            main class="wrap narrow" {
              article class="panel prose" {
                (head(passage, lang))
                @if changed { p class="notice warning" { (newer) } }
                @if let Some(page) = chunk.page { p class="meta" { (lang.pick("Seite ", "Page ")) (page) } }
                div lang=(passage.meta.lang.code()) {
                    @if let Some(heading) = chunk.heading.last() { h2 { (heading) } }
                    (blocks(chunk, marks))
                }
              }
              p class="actions" {
                    @if let Some(page) = chunk.page {
                        a class="button" href={ "/api/v1/originals/" (id) (onward) "#page=" (page) } {
                            (lang.pick("Original öffnen (Seite ", "Open the original (page ")) (page) ")"
                        }
                    } @else {
                        a class="button" href={ "/api/v1/documents/" (id) (onward) } { (whole) }
                    }
                }
            }
        },
    )
}

fn head(passage: &Passage, lang: Lang) -> Markup {
    html! {
        p { span class="tag" { (lang.pick("Quelle", "Source")) } }
        h1 lang=(passage.meta.lang.code()) { (passage.title) }
        @if let Some(reviewed) = passage.meta.reviewed {
            p class="meta" {
                (lang.pick("Stand: ", "As of ")) (reviewed.strftime(lang.pick("%d.%m.%Y", "%-d %B %Y")))
                @if let Some(owner) = &passage.meta.owner { " · " (owner) }
            }
        }
    }
}

/// The chunk's blocks; steps as one list, quoted units marked.
fn blocks(chunk: &Chunk, marks: &[u32]) -> Markup {
    let mut unit = 0;
    let mut runs: Vec<(u8, Vec<Markup>)> = Vec::new();
    for block in &chunk.blocks {
        let (kind, inner) = match block {
            Block::Paragraph { text: all } => (0, pieces(&text::sentences(all), &mut unit, marks)),
            Block::Step { number, text } => {
                let inner = pieces(&[text], &mut unit, marks);
                (1, html! { li value=(number) { (inner) } })
            }
            Block::Item { text } => {
                let inner = pieces(&[text], &mut unit, marks);
                (2, html! { li { (inner) } })
            }
            Block::Row { text } => (3, pieces(&[text], &mut unit, marks)),
        };
        match runs.last_mut() {
            Some((last, items)) if *last == kind && kind != 0 => items.push(inner),
            _ => runs.push((kind, vec![inner])),
        }
    }
    html! {
        @for (kind, items) in &runs {
            @match kind {
                1 => { ol { @for item in items { (item) } } }
                2 => { ul { @for item in items { (item) } } }
                3 => { @for item in items { p { (item) } } }
                _ => { @for item in items { p { (item) } } }
            }
        }
    }
}

fn pieces(texts: &[&str], unit: &mut u32, marks: &[u32]) -> Markup {
    html! {
        @for (at, text) in texts.iter().enumerate() {
            @let index = *unit + u32::try_from(at).unwrap_or(0);
            @let marked = marks.contains(&index);
            @if at > 0 { " " }
            @if marked {
                // The first one is where the reader is taken.
                mark class="hit" id=[(marks.iter().min() == Some(&index)).then_some("treffer")] { (text) }
            } @else { (text) }
        }
        ({ *unit += u32::try_from(texts.len()).unwrap_or(0); "" })
    }
}
