//! What the operator is shown after an import: some cases before and after masking,
//! spread over the file. The text before is kept in memory until it is printed, and
//! nowhere else.

use std::ops::Range;

use crate::{
    ingest::resolution::Resolution,
    support::redact::{Masked, PersonalKind},
};

/// Cases shown.
pub(super) const SHOWN: usize = 10;

/// A case before and after.
#[derive(Clone, PartialEq, Eq)]
pub struct Example {
    /// As it is kept.
    pub id: String,
    pub pieces: Vec<Piece>,
}

/// One field of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece {
    pub label: &'static str,
    pub before: String,
    /// What is masked, in bytes of `before`, in order.
    pub found: Vec<Range<usize>>,
    pub after: String,
    /// The tokens, in bytes of `after`, in order.
    pub tokens: Vec<Range<usize>>,
}

impl Piece {
    pub(super) fn new(label: &'static str, before: &str, masked: &Masked) -> Self {
        let found = masked.found.iter().map(|found| found.start..found.end);
        let found = found.filter(|range| before.get(range.clone()).is_some()).collect();
        Self { label, before: before.to_owned(), found, after: masked.text.clone(), tokens: tokens(&masked.text) }
    }
}

impl Example {
    /// A kept case, to be read.
    #[must_use]
    pub fn of(case: &Resolution) -> Self {
        let option = |text: &Option<String>| text.clone().unwrap_or_default();
        let fields = [
            ("subject", case.subject.clone()),
            ("description", case.description.clone()),
            ("resolution", case.resolution.clone()),
            ("device", option(&case.device)),
            ("room", option(&case.room)),
            ("school", option(&case.school)),
        ];
        let piece = |(label, after): (&'static str, String)| Piece {
            label,
            before: String::new(),
            found: Vec::new(),
            tokens: tokens(&after),
            after,
        };
        Self {
            id: case.id.clone(),
            pieces: fields.into_iter().filter(|(_, text)| !text.is_empty()).map(piece).collect(),
        }
    }

    /// All fields before masking, a line each.
    #[must_use]
    pub fn before(&self) -> String {
        self.pieces.iter().map(|piece| piece.before.as_str()).collect::<Vec<_>>().join("\n")
    }

    /// All fields after it.
    #[must_use]
    pub fn after(&self) -> String {
        self.pieces.iter().map(|piece| piece.after.as_str()).collect::<Vec<_>>().join("\n")
    }

    fn masks(&self) -> usize {
        self.pieces.iter().map(|piece| piece.found.len()).sum()
    }
}

/// Where the mask's tokens stand.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let at = |(at, _): (usize, &str)| {
        let kind = PersonalKind::ALL.into_iter().find(|kind| text[at..].starts_with(kind.token()))?;
        Some(at..at + kind.token().len())
    };
    text.match_indices('[').filter_map(at).collect()
}

/// Chooses: the file is divided into as many parts as cases are shown; of each part
/// the case with most masks.
pub(super) struct Chosen {
    all: u64,
    seen: u64,
    best: Vec<Option<Example>>,
}

impl Chosen {
    /// From `all` cases.
    pub(super) fn new(all: u64) -> Self {
        Self { all: all.max(1), seen: 0, best: vec![None; SHOWN] }
    }

    pub(super) fn offer(&mut self, example: Example) {
        let part = usize::try_from(self.seen.min(self.all - 1) * SHOWN as u64 / self.all).unwrap_or(0);
        self.seen += 1;
        let slot = &mut self.best[part];
        if slot.as_ref().is_none_or(|known| known.masks() < example.masks()) {
            *slot = Some(example);
        }
    }

    /// Those with most masks first.
    pub(super) fn finish(self) -> Vec<Example> {
        let mut chosen: Vec<Example> = self.best.into_iter().flatten().collect();
        chosen.sort_by_key(|example| std::cmp::Reverse(example.masks()));
        chosen
    }
}
