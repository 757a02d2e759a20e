//! What the binary brings along for browsers, as it goes over the line: each form of
//! a file (plain, Brotli, gzip) made when it is first asked for, as small as it goes,
//! and kept. Each form has an entity tag of its own.

use std::{
    borrow::Cow,
    collections::HashMap,
    num::NonZero,
    sync::{LazyLock, OnceLock},
};

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use brotli::enc::BrotliEncoderParams;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{join::join, squeeze::squeeze};

#[derive(RustEmbed)]
#[folder = "web/"]
#[include = "widget.js"]
#[include = "widget/*.js"]
#[include = "assets/*"]
struct Web;

static FILES: LazyLock<HashMap<Cow<'static, str>, Packed>> =
    LazyLock::new(|| Web::iter().map(|path| (path.clone(), Packed::new(kind(&path), content(&path)))).collect());

/// The file at a path below `web/`, in the smallest form that the browser takes, or word that it has it already.
pub(super) async fn answer(path: &str, headers: &HeaderMap) -> Option<Response> {
    let file = FILES.get(path)?;
    let form = Form::taken(headers);
    if let Some(making) = file.make(form) {
        let _ = making.await;
    }
    Some(file.answer(form, headers))
}

/// Begins to make what the same browser will ask for next.
pub(super) fn prepare(path: &str, headers: &HeaderMap) {
    if let Some(file) = FILES.get(path) {
        drop(file.make(Form::taken(headers)));
    }
}

#[derive(Clone, Copy)]
enum Form {
    Plain,
    Brotli,
    Gzip,
}

impl Form {
    /// The smallest that the browser takes.
    fn taken(headers: &HeaderMap) -> Self {
        let forms = [Self::Brotli, Self::Gzip];
        forms.into_iter().find(|form| form.name().is_some_and(|name| takes(headers, name))).unwrap_or(Self::Plain)
    }

    fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }

    fn of(self, plain: &Bytes) -> Bytes {
        let mut out = Vec::new();
        let made = match self {
            Self::Plain => return plain.clone(),
            Self::Brotli => {
                let params = BrotliEncoderParams { quality: 11, size_hint: plain.len(), ..Default::default() };
                brotli::BrotliCompress(&mut &plain[..], &mut out, &params).map(drop)
            }
            Self::Gzip => {
                // A third of the rounds that it takes by itself: the others bring a few bytes.
                let rounds =
                    zopfli::Options { iteration_count: NonZero::<u64>::MIN.saturating_add(4), ..Default::default() };
                zopfli::compress(rounds, zopfli::Format::Gzip, &plain[..], &mut out)
            }
        };
        debug_assert!(made.is_ok(), "memory takes what is written");
        out.into()
    }
}

/// A file in the forms in which it is sent.
struct Packed {
    kind: &'static str,
    /// Of the content, without quotes.
    tag: String,
    plain: Bytes,
    forms: [OnceLock<Bytes>; 3],
}

impl Packed {
    fn new(kind: &'static str, content: Vec<u8>) -> Self {
        let hash = Sha256::digest(&content);
        let tag = hash.iter().take(8).fold(String::new(), |tag, byte| format!("{tag}{byte:02x}"));
        Self { kind, tag, plain: content.into(), forms: Default::default() }
    }

    /// Makes a form that is not there yet. Smallest takes a moment, once: not on a thread that others wait for.
    fn make(&'static self, form: Form) -> Option<JoinHandle<()>> {
        let made = self.forms[form as usize].get().is_some();
        (!made).then(|| {
            spawn_blocking(move || {
                self.form(form);
            })
        })
    }

    fn form(&self, form: Form) -> &Bytes {
        self.forms[form as usize].get_or_init(|| form.of(&self.plain))
    }

    fn answer(&self, form: Form, headers: &HeaderMap) -> Response {
        let tag = match form.name() {
            Some(name) => format!("\"{}-{name}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };
        let known = knows(headers, &tag);
        let head = [
            (header::CONTENT_TYPE, self.kind.to_owned()),
            (header::ETAG, tag),
            (header::CACHE_CONTROL, "public, max-age=0, must-revalidate".into()),
            (header::VARY, header::ACCEPT_ENCODING.to_string()),
        ];
        match form.name() {
            _ if known => (StatusCode::NOT_MODIFIED, head).into_response(),
            Some(name) => (head, [(header::CONTENT_ENCODING, name)], self.form(form).clone()).into_response(),
            None => (head, self.plain.clone()).into_response(),
        }
    }
}

/// Whether the browser has what this tag names.
pub(in crate::http) fn knows(headers: &HeaderMap, tag: &str) -> bool {
    headers.get(header::IF_NONE_MATCH).is_some_and(|given| given.to_str().is_ok_and(|given| given.contains(tag)))
}

/// Whether `Accept-Encoding` names it, and not with `q=0`.
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let given = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|given| given.to_str().ok());
    given.flat_map(|given| given.split(',')).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = |part: &str| part.strip_prefix("q=").and_then(|q| q.parse().ok()).is_some_and(|q: f32| q <= 0.0);
        named && !parts.any(refused)
    })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn is_script(path: &str) -> bool {
    kind(path).starts_with("text/javascript")
}

fn content(path: &str) -> Vec<u8> {
    if !is_script(path) {
        return Web::get(path).map(|file| file.data.into_owned()).unwrap_or_default();
    }
    let whole = join(path, &text).unwrap_or_else(|reason| {
        tracing::warn!(reason, "a script is served without what it imports");
        text(path).unwrap_or_default()
    });
    squeeze(&whole).into_bytes()
}

fn text(path: &str) -> Option<String> {
    String::from_utf8(Web::get(path)?.data.into_owned()).ok()
}

/// Every script, as it stands in the source.
#[cfg(test)]
pub(super) fn scripts() -> Vec<(String, String)> {
    Web::iter()
        .filter(|path| is_script(path))
        .map(|path| (path.to_string(), text(&path).expect("a script is text")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::HeaderName::from_static(name), value.parse().unwrap())])
    }

    #[test]
    fn the_smallest_form_that_is_taken_is_sent() {
        let file = Packed::new("text/plain", b"abc ".repeat(100));
        for (given, sent) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip;q=1.0, BR;q=0", Some("gzip")),
            ("br; q=0.5", Some("br")),
            ("identity", None),
            ("", None),
        ] {
            let asked = asking("accept-encoding", given);
            let answer = file.answer(Form::taken(&asked), &asked);
            assert_eq!(answer.headers().get("content-encoding").map(|name| name.to_str().unwrap()), sent, "{given}");
            assert_eq!(answer.headers()["vary"], "accept-encoding");
        }
        assert!(file.form(Form::Brotli).len() < 40 && file.form(Form::Gzip).len() < 40);
    }

    #[test]
    fn each_form_has_a_tag_of_its_own() {
        let file = Packed::new("text/plain", b"abc ".repeat(100));
        let tag = file.answer(Form::Gzip, &HeaderMap::new()).headers()["etag"].to_str().unwrap().to_owned();
        let again = asking("if-none-match", &tag);
        assert_eq!(file.answer(Form::Gzip, &again).status(), 304);
        assert_eq!(file.answer(Form::Brotli, &again).status(), 200);
        assert_eq!(file.answer(Form::Plain, &again).status(), 200);
    }
}
