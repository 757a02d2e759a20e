//! What goes into the ladder and what comes out.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        citation::{Citation, Sentence},
        document::{Audience, DeviceType, Passage},
        flow::Flow,
        lang::Lang,
        outage::Where,
        outcome::{Answer, Band},
    },
    support::quote::Quoted,
};

/// A question, masked, with what is known of who asks.
#[derive(Clone, Debug)]
pub struct Question {
    pub text: String,
    /// The text as it was written, where nothing of it is kept: a name that is masked may
    /// be what is looked for ("Robert-Bosch-Schule"). For the search alone.
    pub sought: Option<String>,
    /// Narrows what is shown; never opens what is not public.
    pub school: Option<String>,
    /// Language of the page; a clear text overrules it for search, not for the reply.
    pub lang: Lang,
    pub audience: Audience,
    /// Where she is, as far as known.
    pub place: Where,
    /// Outages of which she said that hers is another matter.
    pub told: Vec<String>,
    /// A fault is spoken of already: this is a part of its story.
    pub amid: bool,
    /// She wants somebody to come, however she put it.
    pub wish: bool,
    /// The last reply was a question back: there are never two in a row.
    pub asked_back: bool,
    /// Ends the answer when the reader leaves.
    pub cancel: CancellationToken,
    /// The reader has read enough: what was said so far is the answer.
    pub enough: CancellationToken,
}

impl Question {
    #[must_use]
    pub fn new(text: impl Into<String>, lang: Lang) -> Self {
        Self {
            text: text.into(),
            sought: None,
            school: None,
            lang,
            audience: Audience::Teacher,
            place: Where::default(),
            told: Vec::new(),
            amid: false,
            wish: false,
            asked_back: false,
            cancel: CancellationToken::new(),
            enough: CancellationToken::new(),
        }
    }
}

/// What a reader may see before the reply is complete.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The quoted passages, while the model writes.
    Quoted(Quoted),
    /// A sentence that passed the check.
    Sentence { n: u32, sentence: Sentence, citations: Vec<Citation> },
}

/// The complete reply.
#[derive(Clone, Debug)]
pub struct Reply {
    pub answer: Answer,
    pub lang: Lang,
    pub band: Band,
    /// Language of the guide that was cited.
    pub guide_lang: Lang,
    /// Of the best hit, where it was sure enough: for the report.
    pub problem: Option<String>,
    pub device: Option<DeviceType>,
    /// Documents to choose from, on a question back: id and title.
    pub candidates: Vec<(String, String)>,
    /// The known outage that it is about, by id.
    pub outage: Option<String>,
    /// The flow that leads on, where there is one for what was found.
    pub flow: Option<Led>,
}

/// A flow that was found for a question.
#[derive(Clone, Debug)]
pub struct Led {
    pub flow: Arc<Flow>,
    /// All passages of the guide that its steps come from, as the reader sees them.
    pub guide: Vec<Passage>,
}
