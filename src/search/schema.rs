//! The fields of the index and how a chunk fills them. A document is one entry of
//! its own (so that a document without a chunk is known too) and one entry a chunk.

use tantivy::{
    TantivyDocument, Term,
    schema::{BytesOptions, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
};

use super::{analyzer::Analyzer, error::SearchError, sketch::Sketch};
use crate::domain::{
    document::{Audience, Chunk, Document, Passage},
    lang::Lang,
    placeholder::Values,
};

/// Between an id and what follows it in a term; no id holds it.
const SEPARATOR: char = '\u{0}';

/// Text fields of one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct LangFields {
    pub(super) title: Field,
    pub(super) heading: Field,
    pub(super) text: Field,
}

/// All fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Id of the document, on each of its entries.
    pub(super) document: Field,
    /// Id and number of a chunk.
    pub(super) chunk: Field,
    /// Id and revision, on the document's own entry.
    pub(super) revision: Field,
    /// What an entry is: see [`Entry`].
    pub(super) entry: Field,
    /// Schools that may see it; [`ALL_SCHOOLS`] for all.
    pub(super) school: Field,
    pub(super) audience: Field,
    pub(super) passage: Field,
    /// The words of a chunk as hashes: see [`Sketch`].
    pub(super) sketch: Field,
    /// Problems that the document is for, on its first chunk.
    pub(super) problem: Field,
    pub(super) german: LangFields,
    pub(super) english: LangFields,
    /// Stems of title, headings and text of either language: in how many chunks a word is.
    pub(super) any: Field,
    pub(super) parts: Field,
    pub(super) pieces: Field,
    pub(super) title_pieces: Field,
    /// Unstemmed words: candidates for typos.
    pub(super) words: Field,
}

/// Token of a document that every school may see; other tokens begin with `=`.
pub(super) const ALL_SCHOOLS: &str = "*";

/// Tokens of the field `entry`.
pub(super) mod entry {
    pub(in super::super) const DOCUMENT: &str = "document";
    pub(in super::super) const CHUNK: &str = "chunk";
    pub(in super::super) const GERMAN: &str = "de";
    pub(in super::super) const ENGLISH: &str = "en";
}

/// The schema with its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let options = |tokenizer, record, norms| {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(record).set_fieldnorms(norms);
        TextOptions::default().set_indexing_options(indexing)
    };
    // Analysed by us, a token a word: tantivy has but to divide them.
    let exact = || options("raw", IndexRecordOption::Basic, false);
    let held = || options("whitespace", IndexRecordOption::Basic, false);
    let ranked = || options("whitespace", IndexRecordOption::WithFreqs, true);
    let fields = Fields {
        document: builder.add_text_field("document", exact()),
        chunk: builder.add_text_field("chunk", exact()),
        revision: builder.add_text_field("revision", exact()),
        entry: builder.add_text_field("entry", exact()),
        school: builder.add_text_field("school", exact()),
        audience: builder.add_text_field("audience", exact()),
        passage: builder.add_bytes_field("passage", BytesOptions::from(STORED)),
        sketch: builder.add_bytes_field("sketch", BytesOptions::from(STORED)),
        problem: builder.add_text_field("problem", exact()),
        german: LangFields {
            title: builder.add_text_field("title_de", ranked()),
            heading: builder.add_text_field("heading_de", ranked()),
            text: builder.add_text_field("text_de", ranked()),
        },
        english: LangFields {
            title: builder.add_text_field("title_en", ranked()),
            heading: builder.add_text_field("heading_en", ranked()),
            text: builder.add_text_field("text_en", ranked()),
        },
        any: builder.add_text_field("any", held()),
        parts: builder.add_text_field("parts", ranked()),
        pieces: builder.add_text_field("pieces", ranked()),
        title_pieces: builder.add_text_field("title_pieces", ranked()),
        words: builder.add_text_field("words", held()),
    };
    (builder.build(), fields)
}

impl Fields {
    /// Text fields of a language.
    pub(super) fn of(&self, lang: Lang) -> LangFields {
        lang.pick(self.german, self.english)
    }

    /// Fields whose words are ranked.
    pub(super) fn ranked(&self) -> [Field; 9] {
        let (de, en) = (self.german, self.english);
        [de.title, de.heading, de.text, en.title, en.heading, en.text, self.parts, self.pieces, self.title_pieces]
    }

    pub(super) fn document_term(&self, document: &str) -> Term {
        Term::from_field_text(self.document, document)
    }

    pub(super) fn chunk_term(&self, document: &str, chunk: u32) -> Term {
        Term::from_field_text(self.chunk, &format!("{document}{SEPARATOR}{chunk}"))
    }

    /// The entry of the document itself.
    pub(super) fn document_entry(&self, document: &Document) -> TantivyDocument {
        let mut entry = TantivyDocument::new();
        entry.add_text(self.document, &document.id);
        entry.add_text(self.entry, entry::DOCUMENT);
        entry.add_text(self.revision, format!("{}{SEPARATOR}{}", document.id, document.revision));
        entry
    }

    /// The entry of a chunk.
    ///
    /// # Errors
    /// Only where the passage cannot be written as JSON.
    pub(super) fn chunk_entry(
        &self,
        analyzer: &mut Analyzer,
        document: &Document,
        chunk: Chunk,
    ) -> Result<TantivyDocument, SearchError> {
        let lang = document.meta.lang;
        let mut made = TantivyDocument::new();
        made.add_text(self.document, &document.id);
        let key = format!("{}{SEPARATOR}{}", document.id, chunk.number);
        made.add_text(self.chunk, key);
        made.add_text(self.entry, entry::CHUNK);
        made.add_text(self.entry, lang.pick(entry::GERMAN, entry::ENGLISH));
        made.add_text(self.audience, audience_token(document.meta.audience));
        if document.meta.schools.is_empty() {
            made.add_text(self.school, ALL_SCHOOLS);
        }
        for school in &document.meta.schools {
            made.add_text(self.school, school_token(school));
        }

        let of = self.of(lang);
        let title = analyzer.tokens(&document.title, lang);
        // A placeholder is found by its fallback; its key is no word.
        let mut plain = chunk.clone();
        plain.fill(&Values::new());
        let heading = analyzer.tokens(&plain.heading.join("\n"), lang);
        let text = analyzer.tokens(&plain.text(), lang);
        let sketch = Sketch::of(analyzer, &document.title, lang, &plain);
        made.add_bytes(self.sketch, &sketch.bytes());
        if chunk.number == 0 {
            for problem in &document.meta.problems {
                made.add_text(self.problem, problem);
            }
        }
        add(&mut made, of.title, &title.stems);
        add(&mut made, of.heading, &heading.stems);
        add(&mut made, of.text, &text.stems);
        let all = [&title, &heading, &text];
        add(&mut made, self.any, all.iter().flat_map(|tokens| &tokens.stems));
        add(&mut made, self.parts, all.iter().flat_map(|tokens| &tokens.parts));
        add(&mut made, self.pieces, all.iter().map(|tokens| &tokens.pieces));
        add(&mut made, self.title_pieces, [&title.pieces]);
        add(&mut made, self.words, all.iter().flat_map(|tokens| &tokens.words));

        let passage = Passage {
            document: document.id.clone(),
            revision: document.revision.clone(),
            title: document.title.clone(),
            kind: document.kind,
            meta: document.meta.clone(),
            chunk,
            school: None,
        };
        made.add_bytes(self.passage, &serde_json::to_vec(&passage).map_err(SearchError::damaged)?);
        Ok(made)
    }
}

/// Splits the token of the field `revision`.
pub(super) fn read_revision(token: &[u8]) -> Option<(String, String)> {
    let (document, revision) = std::str::from_utf8(token).ok()?.rsplit_once(SEPARATOR)?;
    Some((document.to_owned(), revision.to_owned()))
}

pub(super) fn school_token(school: &str) -> String {
    format!("={school}")
}

/// The school of such a token; `None` for that of all schools.
pub(super) fn read_school(token: &[u8]) -> Option<String> {
    Some(String::from_utf8_lossy(token.strip_prefix(b"=")?).into_owned())
}

pub(super) fn audience_token(audience: Audience) -> &'static str {
    match audience {
        Audience::Teacher => "teacher",
        Audience::Staff => "staff",
    }
}

/// Tokens hold neither white space nor anything that the tokenizer would change.
fn add<'a>(entry: &mut TantivyDocument, field: Field, tokens: impl IntoIterator<Item = &'a String>) {
    let mut joined = String::new();
    for token in tokens {
        joined.push_str(token);
        joined.push(' ');
    }
    if !joined.is_empty() {
        entry.add_text(field, joined);
    }
}
