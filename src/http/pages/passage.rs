//! The page behind a source number: the passage, the quoted part marked, and the
//! way to the whole document.

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
}

pub(in crate::http) async fn passage(
    State(site): State<Site>,
    Path((document, chunk)): Path<(String, String)>,
    Query(marked): Query<Marked>,
) -> Result<Response, Problem> {
    let passages = passages(&site, &document, marked.school.as_deref()).await?;
    let number: Option<u32> = chunk.parse().ok();
    let Some(passage) = passages.into_iter().find(|passage| Some(passage.chunk.number) == number) else {
        return Ok(gone());
    };
    let changed = marked.revision.as_ref().is_some_and(|revision| *revision != passage.revision);
    // Marks belong to the revision that was cited; in another they might stand wrong.
    let marks: Vec<u32> = if changed {
        Vec::new()
    } else {
        marked.mark.iter().flat_map(|marks| marks.split(',')).filter_map(|mark| mark.parse().ok()).collect()
    };
    Ok(show(&passage, &marks, changed, marked.school.as_deref()).into_response())
}

pub(in crate::http) async fn document(
    State(site): State<Site>,
    Path(document): Path<String>,
    Query(marked): Query<Marked>,
) -> Result<Response, Problem> {
    let passages = passages(&site, &document, marked.school.as_deref()).await?;
    let Some(first) = passages.first() else { return Ok(gone()) };
    let page = layout::page(
        first.meta.lang.code(),
        &first.title,
        "site",
        &html! {
            (layout::bar("Schul-IT-Hilfe", "/chat", &[("/chat", "Zum Chat")]))
            main class="wrap narrow" {
              article class="panel prose" {
                (head(first))
                @for passage in &passages {
                    @if let Some(heading) = passage.chunk.heading.last() { h2 { (heading) } }
                    (blocks(&passage.chunk, &[]))
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
        None => gone(),
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

fn gone() -> Response {
    (
        StatusCode::NOT_FOUND,
        layout::message("Quelle nicht gefunden", "Dieses Dokument gibt es nicht (mehr), oder es ist nicht öffentlich."),
    )
        .into_response()
}

fn show(passage: &Passage, marks: &[u32], changed: bool, school: Option<&str>) -> Markup {
    let chunk = &passage.chunk;
    let id = escape_segment(&passage.document);
    let school = school.map(|school| format!("?school={}", escape_segment(school))).unwrap_or_default();
    layout::page(
        passage.meta.lang.code(),
        &passage.title,
        "site",
        &html! {
            (layout::bar("Schul-IT-Hilfe", "/chat", &[("/chat", "Zum Chat")]))
            main class="wrap narrow" {
              article class="panel prose" {
                (head(passage))
                @if changed { p class="notice warning" { "Die Quelle wurde seit der Antwort geändert. Sie sehen die heutige Fassung." } }
                @if let Some(heading) = chunk.heading.last() { h2 { (heading) } }
                @if let Some(page) = chunk.page { p class="meta" { "Seite " (page) } }
                (blocks(chunk, marks))
              }
              p class="actions" {
                    @if let Some(page) = chunk.page {
                        a class="button" href={ "/api/v1/originals/" (id) (school) "#page=" (page) } { "Original öffnen (Seite " (page) ")" }
                    } @else {
                        a class="button" href={ "/api/v1/documents/" (id) (school) } { "Ganze Anleitung lesen" }
                    }
                }
            }
        },
    )
}

fn head(passage: &Passage) -> Markup {
    html! {
        p { span class="tag" { "Quelle" } }
        h1 { (passage.title) }
        @if let Some(reviewed) = passage.meta.reviewed {
            p class="meta" { "Stand: " (reviewed.strftime("%d.%m.%Y")) @if let Some(owner) = &passage.meta.owner { " · " (owner) } }
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
            @let marked = marks.contains(&(*unit + u32::try_from(at).unwrap_or(0)));
            @if at > 0 { " " }
            @if marked { mark class="hit" { (text) } } @else { (text) }
        }
        ({ *unit += u32::try_from(texts.len()).unwrap_or(0); "" })
    }
}
