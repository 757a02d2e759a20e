//! What is built into the binary: guides, flows, lexicon and the invented
//! demonstration, as they stood in `knowledge/` when it was built.

use std::borrow::Cow;

use anyhow::Context as _;
use rust_embed::RustEmbed;

use crate::{
    domain::{lexicon::Lexicon, school::Directory},
    ingest,
};

#[derive(RustEmbed)]
#[folder = "knowledge/"]
#[include = "guides/*"]
#[include = "flows/*"]
#[include = "lexicon/*"]
#[include = "resolutions/*"]
#[include = "demo/*"]
struct Builtin;

/// All paths, in order.
pub(super) fn paths() -> Vec<String> {
    let mut paths: Vec<String> = Builtin::iter().map(Cow::into_owned).collect();
    paths.sort();
    paths
}

pub(super) fn bytes(path: &str) -> Option<Cow<'static, [u8]>> {
    Builtin::get(path).map(|file| file.data)
}

pub(super) fn lexicon() -> anyhow::Result<Vec<Lexicon>> {
    let files = paths().into_iter().filter(|path| path.starts_with("lexicon/"));
    files
        .filter_map(|path| bytes(&path).map(|bytes| (path, bytes)))
        .filter(|(path, _)| !path.contains("README"))
        .map(|(path, bytes)| ingest::lexicon::read_lexicon(&path, &bytes).with_context(|| format!("built-in {path}")))
        .collect()
}

/// The German guides as they are written, without front matter: for measuring on texts like them.
#[must_use]
pub fn builtin_texts() -> Vec<String> {
    let guides = paths().into_iter().filter(|path| path.starts_with("guides/"));
    guides
        .filter_map(|path| bytes(&path))
        .filter_map(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            let (front, text) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
            (!front.contains("\nlang: en")).then(|| text.to_owned())
        })
        .collect()
}

/// The invented authority.
///
/// # Errors
/// Where the built-in file is missing or wrong: a fault of the build.
pub fn builtin_directory() -> anyhow::Result<Directory> {
    let bytes = bytes("demo/schools.toml").context("the built-in demonstration is missing")?;
    ingest::directory::read_directory(&bytes).context("built-in demo/schools.toml")
}
