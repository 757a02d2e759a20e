//! What may follow what: the order of sources, where phrases stand, what still fits.

use super::{
    Grounding, Thread, Where,
    entries::{Entry, Form, What},
};

/// Where a span stands that was written or may be.
#[derive(Clone, Copy)]
struct Place {
    first: usize,
    /// The span after the last one of it.
    end: usize,
    source: usize,
    line: bool,
    after: bool,
}

impl Place {
    fn of(entry: &Entry) -> Option<Self> {
        match entry.what {
            What::Run { first, count, source, line, after } => {
                Some(Self { first, end: first + count, source, line, after })
            }
            _ => None,
        }
    }
}

impl Grounding {
    /// Whether the answer may end here: not before the first span, not after a phrase.
    pub(super) fn may_end(&self) -> bool {
        self.last().is_some_and(|last| !matches!(last.what, What::Phrase(_)))
    }

    /// All that may begin here, those of the source that is being read first.
    pub(super) fn enterable(&self) -> Vec<Thread> {
        if self.last().is_some_and(|last| last.what == What::NoneFits) {
            return Vec::new();
        }
        let spans = self.spans(self.left, self.phrase());
        let current = self.source();
        let of = |thread: &Thread| Place::of(&self.entries[thread.entry]).map(|place| place.source);
        let mut threads: Vec<Thread> = spans.iter().filter(|one| of(one) == current).copied().collect();
        threads.extend(spans.iter().filter(|one| of(one) != current));
        if self.phrase().is_some() {
            return threads;
        }
        for (at, entry) in self.entries.iter().enumerate() {
            match entry.what {
                What::Phrase(phrase) if self.fits_before(entry, phrase.place) => {
                    threads.push(Thread { entry: at, form: self.form_of_ours() });
                }
                What::NoneFits if self.last().is_none() && entry.tokens(Form::Bare).len() <= self.left => {
                    threads.push(Thread { entry: at, form: Form::Bare });
                }
                _ => {}
            }
        }
        threads
    }

    /// The entry that was written last, or is whole and about to be.
    fn last(&self) -> Option<&Entry> {
        self.whole.or_else(|| self.written.last().copied()).map(|thread| &self.entries[thread.entry])
    }

    /// The phrase that was just written.
    fn phrase(&self) -> Option<Where> {
        match self.last()?.what {
            What::Phrase(phrase) => Some(phrase.place),
            _ => None,
        }
    }

    fn read(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.written.iter().chain(&self.whole).map(|thread| &self.entries[thread.entry])
    }

    /// The last span.
    fn span(&self) -> Option<Place> {
        self.read().rev().find_map(Place::of)
    }

    /// The source that is being read.
    fn source(&self) -> Option<usize> {
        self.span().map(|place| place.source)
    }

    /// Spans that may follow within so many tokens, after such a phrase.
    fn spans(&self, left: usize, phrase: Option<Where>) -> Vec<Thread> {
        let mut threads = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let Some(place) = Place::of(entry) else { continue };
            let form = self.form(place);
            let on = self.source() == Some(place.source);
            let forward = match self.span() {
                Some(last) if on => last.end <= place.first && (!place.after || last.end == place.first),
                _ if place.after => false,
                _ => !self.read().filter_map(Place::of).any(|read| read.source == place.source),
            };
            let there = match phrase {
                // Steps need no "after that": their numbers say it, and it would part the list.
                Some(Where::Within) => on && !place.line && self.span().is_some_and(|last| !last.line),
                Some(Where::Between) => !on,
                Some(Where::First) | None => true,
            };
            let new = !self.read().any(|read| read.text == entry.text);
            if forward && there && new && entry.tokens(form).len() <= left {
                threads.push(Thread { entry: at, form });
            }
        }
        threads
    }

    /// How a span is set off: sentences of one text run on, all else begins a line.
    fn form(&self, place: Place) -> Form {
        match (self.last(), self.span()) {
            (None, _) => Form::Bare,
            (Some(_), Some(last)) if last.source == place.source && !last.line && !place.line => Form::Space,
            (Some(_), _) => Form::Line,
        }
    }

    fn form_of_ours(&self) -> Form {
        if self.last().is_none() { Form::Bare } else { Form::Line }
    }

    /// Whether a phrase may stand here: in its place, and with room for a span after it.
    fn fits_before(&self, phrase: &Entry, place: Where) -> bool {
        let here = (place == Where::First) == self.last().is_none();
        let tokens = phrase.tokens(self.form_of_ours()).len();
        // A span after a phrase is a line longer at most: counted with the longer form.
        let room = self.left.saturating_sub(tokens);
        here && self.spans(room, Some(place)).iter().any(|thread| {
            let entry = &self.entries[thread.entry];
            [Form::Line, Form::Space].iter().all(|form| entry.tokens(*form).len() <= room)
        })
    }
}
