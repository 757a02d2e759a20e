//! What `models info FILE` shows of a model file.

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;

use super::{gguf::GgufFile, template::Template, tokenizer::Tokenizer};
use crate::llm::LlmError;

/// A model file that can be used, as its header describes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileInfo {
    /// Name of the file without folder.
    pub file: String,
    /// Name that the file gives itself.
    pub name: Option<String>,
    /// `llama`, `qwen2` or `qwen3`.
    pub architecture: String,
    /// Size of the file.
    pub bytes: u64,
    /// Weights, counted.
    pub parameters: u64,
    /// Types of the weights and how many tensors are of each.
    pub types: BTreeMap<String, usize>,
    pub layers: usize,
    pub hidden: usize,
    pub heads: usize,
    pub kv_heads: usize,
    pub head_dim: usize,
    pub ffn: usize,
    pub vocabulary: usize,
    /// Tokens that the model was trained for.
    pub context: usize,
    /// The file brings a chat template (else `ChatML` is used).
    pub chat_template: bool,
    /// Bytes of working memory for each token of prompt and answer.
    pub cache_bytes_per_token: usize,
    pub licence: Option<String>,
}

/// Checks a model file, its tokenizer and its chat template, without reading the weights.
///
/// # Errors
/// [`LlmError::Load`] for a file that could not be used; the message says why.
pub fn inspect(path: &Path) -> Result<FileInfo, LlmError> {
    let mut file = GgufFile::open(path)?;
    let geometry = file.geometry()?;
    let tokenizer = Tokenizer::load(&mut file, geometry.vocab)?;
    Template::load(&file, &tokenizer)?;
    let mut types = BTreeMap::new();
    for tensor in file.content().tensor_infos.values() {
        *types.entry(format!("{:?}", tensor.ggml_dtype)).or_default() += 1;
    }
    Ok(FileInfo {
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        name: file.text("general.name").map(str::to_owned),
        architecture: geometry.family.name().into(),
        bytes: file.bytes(),
        parameters: file.parameters(),
        types,
        layers: geometry.layers,
        hidden: geometry.hidden,
        heads: geometry.heads,
        kv_heads: geometry.kv_heads,
        head_dim: geometry.head_dim,
        ffn: geometry.ffn,
        vocabulary: geometry.vocab,
        context: geometry.context,
        chat_template: file.text("tokenizer.chat_template").is_some(),
        cache_bytes_per_token: geometry.cache_bytes_per_token(),
        licence: file.text("general.license").map(str::to_owned),
    })
}
