//! Asks a language model what it makes of each case, as the ladder would: the same passages,
//! the same mode, one question after the other, nothing from the cache. Without a model
//! nobody is asked.

use std::sync::Arc;

use crate::{
    llm::LanguageModel,
    search::Results,
    support::{
        answer::Heard,
        respond::{Question, Responder},
    },
};

/// Questions between two signs of life.
const SIGNS: usize = 50;

/// A model to ask, and how often it was.
#[derive(Default)]
pub struct Asking {
    model: Option<Arc<dyn LanguageModel>>,
    pub asked: usize,
    /// Times that it gave no whole answer: the case then stands as without a model.
    pub failed: usize,
}

impl Asking {
    #[must_use]
    pub fn new(model: Option<Arc<dyn LanguageModel>>) -> Self {
        Self { model, asked: 0, failed: 0 }
    }

    /// What the model makes of what was found for a question.
    pub async fn of(&mut self, responder: &Responder, results: &Results, question: &Question) -> Option<Heard> {
        let heard = responder.heard(self.model.as_ref()?, results, question).await;
        self.asked += 1;
        self.failed += usize::from(heard.is_none());
        if self.asked.is_multiple_of(SIGNS) {
            eprintln!("the model was asked {} times, {} without a whole answer", self.asked, self.failed);
        }
        heard
    }
}
