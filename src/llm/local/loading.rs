//! From a file's tensors to the matrices that are computed with.

use std::sync::Arc;

use candle_core::quantized::QTensor;

use super::{
    forward::Layer,
    gguf::GgufFile,
    matrix::{Matrix, better_form},
};
use crate::llm::LlmError;

/// Reads weights and counts those that had to change their form.
pub(super) struct Loader<'a> {
    file: &'a mut GgufFile,
    /// Matrices that were put into another form, and which.
    changed: usize,
    form: String,
}

impl<'a> Loader<'a> {
    pub(super) fn new(file: &'a mut GgufFile) -> Self {
        Self { file, changed: 0, form: String::new() }
    }

    pub(super) fn layer(&mut self, number: usize) -> Result<Layer, LlmError> {
        let name = |part: &str| format!("blk.{number}.{part}");
        Ok(Layer {
            attention_norm: self.norm(&name("attn_norm.weight"))?,
            query: self.linear(&name("attn_q"))?,
            key: self.linear(&name("attn_k"))?,
            value: self.linear(&name("attn_v"))?,
            output: self.linear(&name("attn_output"))?,
            query_norm: self.file.floats(&name("attn_q_norm.weight"))?,
            key_norm: self.file.floats(&name("attn_k_norm.weight"))?,
            ffn_norm: self.norm(&name("ffn_norm.weight"))?,
            gate: self.linear(&name("ffn_gate"))?,
            up: self.linear(&name("ffn_up"))?,
            down: self.linear(&name("ffn_down"))?,
        })
    }

    pub(super) fn norm(&mut self, name: &str) -> Result<Vec<f32>, LlmError> {
        let missing = self.file.fault(&format!("the tensor `{name}` is missing"), "download the file again");
        self.file.floats(name)?.ok_or(missing)
    }

    /// The head: its own matrix, or the embedding.
    pub(super) fn head(&mut self, embedding: &Arc<QTensor>) -> Result<Matrix, LlmError> {
        if self.file.has("output.weight") {
            return self.linear("output");
        }
        self.matrix(embedding.clone(), None)
    }

    fn linear(&mut self, name: &str) -> Result<Matrix, LlmError> {
        let weight = Arc::new(self.file.tensor(&format!("{name}.weight"))?);
        let bias = self.file.floats(&format!("{name}.bias"))?;
        self.matrix(weight, bias)
    }

    fn matrix(&mut self, weight: Arc<QTensor>, bias: Option<Vec<f32>>) -> Result<Matrix, LlmError> {
        let form = weight.shape().dims().last().and_then(|&columns| better_form(weight.dtype(), columns));
        if let Some(form) = form {
            self.changed += 1;
            self.form = format!("{form:?}");
        }
        Matrix::new(weight, bias, form)
            .map_err(|error| self.file.fault(&format!("cannot be used: {error}"), "download the file again"))
    }

    /// Says once what was changed.
    pub(super) fn report(&self) {
        if self.changed > 0 {
            tracing::info!(
                matrices = self.changed,
                form = self.form,
                "weights of a type without a fast kernel on this processor were requantised; a `Q4_K_M` file loads sooner"
            );
        }
    }
}
