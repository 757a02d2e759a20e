//! Text to token ids, with a wall between our own text and foreign text.
//!
//! The library tokenizer never sees a control token: it runs with every added token
//! switched off. Control tokens come only from here, by exact search in text that
//! this product or the model's chat template wrote. So whatever a user types or a
//! document holds stays plain text, `<|im_end|>` included. Only byte-level BPE is
//! taken, and only with a splitting rule that is known: a wrong rule gives wrong
//! ids without a word.

use std::{collections::HashMap, path::Path};

use aho_corasick::{AhoCorasick, MatchKind};
use candle_core::quantized::{
    gguf_file::{Content, Value},
    tokenizer::TokenizerFromGguf,
};
use tokenizers::{AddedToken, DecoderWrapper, Tokenizer as Library};

use super::{
    detokenizer::{byte_of, char_of},
    gguf::{GgufFile, load_error},
};
use crate::llm::LlmError;

const OTHER: &str = "take a model that `schullotse models list` names";

/// Splitting rules (`tokenizer.ggml.pre`) that are known, and the name under which
/// the library builder knows them.
const RULES: [(&str, &str); 6] = [
    ("qwen2", "qwen2"),
    ("deepseek-r1-qwen", "qwen2"),
    ("llama3", "llama3"),
    ("llama-v3", "llama3"),
    ("llama-bpe", "llama3"),
    ("smaug-bpe", "smaug-bpe"),
];

/// A piece of a rendered prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// Control tokens in it are meant.
    Ours(String),
    /// Nothing in it is a control token.
    Foreign(String),
}

/// The tokenizer of one model.
pub(super) struct Tokenizer {
    library: Library,
    /// Control tokens by their text, in the order of `search`'s patterns.
    control_ids: Vec<u32>,
    search: AhoCorasick,
    /// Control tokens by id.
    control: HashMap<u32, String>,
    stops: Vec<u32>,
    bos: Option<u32>,
    eos: Option<u32>,
    adds_bos: bool,
}

impl Tokenizer {
    /// From `NAME.tokenizer.json` beside `NAME.gguf`, if it is there, else from the file itself.
    pub(super) fn load(file: &mut GgufFile, vocab: usize) -> Result<Self, LlmError> {
        let beside = file.path().with_extension("tokenizer.json");
        let library = if beside.is_file() { from_json(&beside)? } else { from_gguf(file)? };
        Self::new(file, library, vocab)
    }

    fn new(file: &GgufFile, mut library: Library, vocab: usize) -> Result<Self, LlmError> {
        let fault = |what: String| file.fault(&what, OTHER);
        if !matches!(library.get_decoder(), Some(DecoderWrapper::ByteLevel(_))) {
            return Err(fault("its tokenizer is not of the byte-level kind".into()));
        }
        if let Some(byte) = (0..=u8::MAX).find(|&byte| library.token_to_id(&char_of(byte).to_string()).is_none()) {
            return Err(fault(format!("its tokenizer has no token for the byte {byte}")));
        }
        // All added tokens are made special, so that one switch keeps them all out of foreign text.
        let added = library.get_added_tokens_decoder();
        let special: Vec<AddedToken> = added.values().map(|token| token.clone().special(true)).collect();
        library.add_special_tokens(special).map_err(|error| fault(format!("its tokenizer: {error}")))?;
        library.set_encode_special_tokens(true);

        let control: HashMap<u32, String> = added.into_iter().map(|(id, token)| (id, token.content)).collect();
        let known = library.get_vocab(true).into_values().max().unwrap_or(0) as usize;
        if known >= vocab {
            return Err(fault(format!("its tokenizer names token {known}, the weights end at {}", vocab - 1)));
        }
        let mut patterns: Vec<(u32, &String)> = control.iter().map(|(id, text)| (*id, text)).collect();
        patterns.sort_unstable();
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.iter().map(|(_, text)| text))
            .map_err(|error| fault(format!("its control tokens: {error}")))?;
        let control_ids = patterns.iter().map(|(id, _)| *id).collect();

        let id =
            |key: &str| file.whole(key).and_then(|id| u32::try_from(id).ok()).filter(|id| control.contains_key(id));
        let (bos, eos) = (id("tokenizer.ggml.bos_token_id"), id("tokenizer.ggml.eos_token_id"));
        let by_name = ["<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<|endoftext|>"]
            .into_iter()
            .filter_map(|name| library.token_to_id(name).filter(|id| control.contains_key(id)));
        let mut stops: Vec<u32> = eos.into_iter().chain(id("tokenizer.ggml.eot_token_id")).chain(by_name).collect();
        stops.sort_unstable();
        stops.dedup();
        if stops.is_empty() {
            return Err(fault("names no token that ends an answer".into()));
        }
        let adds_bos = matches!(file.content().metadata.get("tokenizer.ggml.add_bos_token"), Some(Value::Bool(true)));
        Ok(Self { library, control_ids, search, control, stops, bos, eos, adds_bos })
    }

    /// Ids of a whole prompt.
    pub(super) fn encode(&self, spans: &[Span]) -> Result<Vec<u32>, LlmError> {
        let mut ids = Vec::new();
        for span in spans {
            match span {
                Span::Foreign(text) => self.plain(text, &mut ids)?,
                Span::Ours(text) => {
                    let mut from = 0;
                    for found in self.search.find_iter(text) {
                        self.plain(&text[from..found.start()], &mut ids)?;
                        ids.push(self.control_ids[found.pattern().as_usize()]);
                        from = found.end();
                    }
                    self.plain(&text[from..], &mut ids)?;
                }
            }
        }
        Ok(ids)
    }

    /// Ids of text in which nothing is a control token.
    fn plain(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), LlmError> {
        if text.is_empty() {
            return Ok(());
        }
        let encoding = self
            .library
            .encode_fast(text, false)
            .map_err(|error| LlmError::Stopped(format!("the tokenizer failed: {error}")))?;
        for &id in encoding.get_ids() {
            match self.control.get(&id) {
                None => ids.push(id),
                // A vocabulary may let plain text merge into a control token: spell it out.
                Some(text) => ids.extend(
                    text.bytes().filter_map(|byte| self.library.token_to_id(char_of(byte).encode_utf8(&mut [0; 4]))),
                ),
            }
        }
        Ok(())
    }

    /// Bytes that a token stands for; none for a control token.
    pub(super) fn bytes(&self, id: u32) -> Vec<u8> {
        if self.is_control(id) {
            return Vec::new();
        }
        let mut bytes = Vec::new();
        for letter in self.library.id_to_token(id).unwrap_or_default().chars() {
            match byte_of(letter) {
                Some(byte) => bytes.push(byte),
                None => bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        bytes
    }

    pub(super) fn is_control(&self, id: u32) -> bool {
        self.control.contains_key(&id)
    }

    /// Whether the token ends an answer.
    pub(super) fn is_stop(&self, id: u32) -> bool {
        self.stops.binary_search(&id).is_ok()
    }

    /// Tokens that end an answer, in rising order.
    pub(super) fn stops(&self) -> &[u32] {
        &self.stops
    }

    /// Whether `text` as a whole is a control token.
    pub(super) fn knows_control(&self, text: &str) -> bool {
        self.library.token_to_id(text).is_some_and(|id| self.is_control(id))
    }

    /// Text of the token that opens a prompt, and of the one that ends an answer.
    pub(super) fn bos(&self) -> &str {
        self.bos.and_then(|id| self.control.get(&id)).map_or("", String::as_str)
    }

    pub(super) fn eos(&self) -> &str {
        self.eos.and_then(|id| self.control.get(&id)).map_or("", String::as_str)
    }

    /// Whether prompts open with [`Tokenizer::bos`] where no template writes it.
    pub(super) fn adds_bos(&self) -> bool {
        self.adds_bos
    }

    #[cfg(test)]
    pub(super) fn control_tokens(&self) -> impl Iterator<Item = &str> {
        self.control.values().map(String::as_str)
    }
}

/// Kind and splitting rule of the file's own tokenizer, where they can be used.
fn rule(content: &Content) -> Result<&'static str, String> {
    let text = |key: &str| match content.metadata.get(key) {
        Some(Value::String(text)) => text.as_str(),
        _ => "",
    };
    match text("tokenizer.ggml.model") {
        "gpt2" => {}
        "llama" => return Err("its tokenizer is SentencePiece (`llama`), which is not supported".into()),
        "" => return Err("holds no tokenizer".into()),
        other => return Err(format!("its tokenizer is of the unknown kind `{other}`")),
    }
    let pre = text("tokenizer.ggml.pre");
    RULES
        .iter()
        .find(|(name, _)| *name == pre)
        .map(|(_, known)| *known)
        .ok_or_else(|| format!("its tokenizer splits text by the unknown rule `{pre}`"))
}

fn from_gguf(file: &mut GgufFile) -> Result<Library, LlmError> {
    let hint = "put the model's tokenizer.json beside the file as NAME.tokenizer.json, or take another model";
    let known = rule(file.content()).map_err(|what| file.fault(&what, hint))?;
    file.set("tokenizer.ggml.pre", Value::String(known.into()));
    // Files do not say it; llama 3 takes a word that is a token whole, without merging.
    if known == "llama3" {
        file.set("tokenizer.ggml.ignore_merges", Value::Bool(true));
    }
    Library::from_gguf(file.content()).map_err(|error| {
        let text = error.to_string();
        file.fault(&format!("its tokenizer is damaged: {}", text.lines().next().unwrap_or_default()), hint)
    })
}

fn from_json(path: &Path) -> Result<Library, LlmError> {
    Library::from_file(path).map_err(|error| {
        load_error(path, &format!("is no tokenizer: {error}"), "take the tokenizer.json that belongs to the model")
    })
}
