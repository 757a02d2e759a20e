//! What can be entered: a span with all that is tied to it for good, a phrase, "no passage fits";
//! each tokenised once in the forms that it can have.

use super::{Allowed, NONE_FITS, Origin, PHRASES, Part, Phrase, Span, Tie, Vocabulary};
use crate::llm::LlmError;

/// What stands before an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing: it begins the answer.
    Bare,
    /// A new line.
    Line,
    /// A space.
    Space,
}

const FORMS: [Form; 3] = [Form::Bare, Form::Line, Form::Space];

impl Form {
    fn before(self) -> &'static str {
        match self {
            Self::Bare => "",
            Self::Line => "\n",
            Self::Space => " ",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Spans `first .. first + count` of a source, one after the other.
    Run {
        first: usize,
        count: usize,
        source: usize,
        line: bool,
        /// Only right after the span before it.
        after: bool,
    },
    Phrase(&'static Phrase),
    NoneFits,
}

/// Something that is written whole or not at all.
pub(super) struct Entry {
    pub(super) what: What,
    /// What is written, for "nothing twice".
    pub(super) text: String,
    forms: [Vec<u32>; 3],
    origins: [Vec<Origin>; 3],
}

impl Entry {
    /// `texts` with whether each begins on a new line; `None` where the tokenizer gives other bytes back.
    fn new(what: What, texts: &[(&str, bool)], vocabulary: &dyn Vocabulary) -> Result<Option<Self>, LlmError> {
        let mut entry = Self {
            what,
            text: texts.iter().map(|(text, _)| *text).collect::<Vec<_>>().join("\n"),
            forms: [Vec::new(), Vec::new(), Vec::new()],
            origins: [Vec::new(), Vec::new(), Vec::new()],
        };
        for (at, form) in FORMS.into_iter().enumerate() {
            for (place, (text, line)) in texts.iter().enumerate() {
                let follows = if *line { Form::Line } else { Form::Space };
                let before = if place == 0 { form } else { follows }.before();
                let ids = vocabulary.ids(&format!("{before}{text}"))?;
                let span = if let What::Run { first, .. } = what { Some(first + place) } else { None };
                let (mut from, lead) = (0, before.len());
                for &id in &ids {
                    let to = from + vocabulary.length(id);
                    entry.origins[at].push(Origin { span, bytes: from.saturating_sub(lead)..to.saturating_sub(lead) });
                    from = to;
                }
                // A tokenizer that changes the text cannot be held to it.
                if ids.is_empty() || from != lead + text.len() {
                    return Ok(None);
                }
                entry.forms[at].extend(ids);
            }
        }
        Ok(Some(entry))
    }

    pub(super) fn tokens(&self, form: Form) -> &[u32] {
        &self.forms[form as usize]
    }

    pub(super) fn origins(&self, form: Form) -> impl Iterator<Item = Origin> {
        self.origins[form as usize].iter().cloned()
    }

    pub(super) fn parts(&self) -> Vec<Part> {
        match self.what {
            What::Run { first, count, .. } => (first..first + count).map(Part::Span).collect(),
            What::Phrase(phrase) => vec![Part::Phrase(phrase.text)],
            What::NoneFits => vec![Part::NoneFits],
        }
    }
}

/// All entries: the spans in their order, then the phrases of the language, then "no passage fits".
pub(super) fn of(allowed: &Allowed, vocabulary: &dyn Vocabulary) -> Result<Vec<Entry>, LlmError> {
    let mut entries = Vec::new();
    let mut first = 0;
    while let Some(head) = allowed.spans.get(first) {
        let with = |span: &&Span| span.tie == Tie::With && span.source == head.source;
        let count = 1 + allowed.spans[first + 1..].iter().take_while(with).count();
        let texts: Vec<(&str, bool)> =
            allowed.spans[first..first + count].iter().map(|span| (&*span.text, span.line)).collect();
        let what = What::Run { first, count, source: head.source, line: head.line, after: head.tie == Tie::After };
        // A document that says our word for "no passage fits" must not take it from the model.
        if !texts.iter().any(|(text, _)| text.trim_end_matches('.') == NONE_FITS) {
            entries.extend(Entry::new(what, &texts, vocabulary)?);
        }
        first += count;
    }
    for phrase in PHRASES.iter().filter(|phrase| phrase.lang == allowed.lang) {
        entries.extend(Entry::new(What::Phrase(phrase), &[(phrase.text, true)], vocabulary)?);
    }
    entries.extend(Entry::new(What::NoneFits, &[(NONE_FITS, true)], vocabulary)?);
    Ok(entries)
}
