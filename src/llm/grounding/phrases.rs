//! The connecting phrases: all that a grounded answer may say beside its sources.
//!
//! They are shown to teachers as they stand here. Who adds or changes one changes what
//! the product says in its own name, so: only by a commit that a second person who
//! knows schools has read, German and English together, and only phrases that are true
//! whatever stands before and after them. No verbs that promise ("hilft sicher"), no
//! causes ("weil", "deshalb"), no names of devices, no numbers, no "nicht" that could
//! turn round what follows; Sie-form; a colon at the end, so that the source's own words
//! stay apart. None claims that one thing is done after the other: two sentences of a source
//! may as well be two ways ("Am Mac …"), and steps say their order by their numbers.

use crate::domain::lang::Lang;

/// Where a phrase may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Before the first span.
    First,
    /// Between two spans of one source, the second of which stands later.
    Within,
    /// Between two sources.
    Between,
}

/// A phrase of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase {
    pub text: &'static str,
    pub lang: Lang,
    pub place: Where,
}

/// Written alone, in both languages: the passages do not answer the question. Never shown.
pub const NONE_FITS: &str = "KEINE ANGABE";

/// All of them.
pub const PHRASES: [Phrase; 10] = [
    of("Versuchen Sie bitte Folgendes:", Lang::De, Where::First),
    of("So geht es:", Lang::De, Where::First),
    of("Weiter:", Lang::De, Where::Within),
    of("Außerdem:", Lang::De, Where::Between),
    of("Falls das Problem bleibt:", Lang::De, Where::Between),
    of("Please try this:", Lang::En, Where::First),
    of("This is how:", Lang::En, Where::First),
    of("Further:", Lang::En, Where::Within),
    of("Also:", Lang::En, Where::Between),
    of("If the problem remains:", Lang::En, Where::Between),
];

const fn of(text: &'static str, lang: Lang, place: Where) -> Phrase {
    Phrase { text, lang, place }
}
