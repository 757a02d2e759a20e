//! Pieces of the question's words: runs of four letters, by which a chunk is found that
//! says a word in another form, in a compound, or with a typo. The commonest are left out
//! where all together stand in too many chunks.

use std::collections::HashSet;

use super::Planner;
use crate::search::{
    analyzer::pieces,
    error::SearchError,
    segment::{ANY, PARTS, PIECES},
    words::{Form, Word},
};

/// Most entries that the pieces of all words may stand in together: bounds the time of a search.
const MOST_PIECES: u64 = 40_000;

/// Four letters of a word.
#[derive(Clone, Debug)]
pub(in crate::search) struct Piece {
    pub(in crate::search) text: String,
    /// Its importance.
    pub(in crate::search) weight: f32,
    /// Chunks that hold it.
    frequency: u64,
}

impl Planner<'_> {
    /// Pieces of the words, each once, and the weight of all. The commonest are left
    /// out where all together stand in too many chunks: they say least and cost most.
    pub(super) fn pieces(&mut self, words: &[Word]) -> Result<(Vec<Vec<Piece>>, f32), SearchError> {
        if self.config.pieces <= 0.0 {
            return Ok((Vec::new(), 0.0));
        }
        let (mut seen, mut said) = (HashSet::new(), HashSet::new());
        let (mut all, mut unknown) = (Vec::new(), 0.0);
        for word in words.iter().filter(|word| said.insert(word.form.folded.as_str())) {
            let mut found = Vec::new();
            let forms = self.spoken(&word.form)?;
            for (text, share) in
                forms.iter().flat_map(|(form, share)| pieces(form).into_iter().map(|text| (text, *share)))
            {
                if !seen.insert(text.clone()) {
                    continue;
                }
                let frequency = self.lists.frequency(PIECES, &text)?;
                let weight = share * self.idf(frequency.max(1));
                if frequency > 0 {
                    found.push(Piece { text, weight, frequency });
                } else {
                    unknown += weight;
                }
            }
            all.push(found);
        }
        keep_affordable(&mut all);
        all.retain(|found| !found.is_empty());
        let known: f32 = all.iter().flatten().map(|piece| piece.weight).sum();
        Ok((all, known + unknown))
    }

    /// The word itself; where the index does not know it, the words that stand for it (or
    /// for what it was meant to be) and that it knows, with what they count.
    fn spoken(&mut self, form: &Form) -> Result<Vec<(String, f32)>, SearchError> {
        let own = vec![(form.folded.clone(), 1.0)];
        let stem = self.analyzer.stems.german(&form.folded);
        if self.lists.frequency(ANY, &stem)? + self.lists.frequency(PARTS, &stem)? > 0 {
            return Ok(own);
        }
        let mut others = Vec::new();
        let meant = self.meant.get(&form.folded).cloned().unwrap_or_default();
        for (stem, weight) in [(stem, 1.0)].into_iter().chain(meant) {
            for wording in self.thesaurus.of(&[stem]) {
                if let [other] = wording.words.as_slice() {
                    let stem = self.analyzer.stems.german(&other.folded);
                    if self.lists.frequency(ANY, &stem)? > 0 {
                        others.push((other.folded.clone(), weight * self.relation(wording.relation)));
                    }
                }
            }
        }
        Ok(if others.is_empty() { own } else { others })
    }
}

/// Keeps the rarest pieces, up to [`MOST_PIECES`] entries in all.
fn keep_affordable(pieces: &mut [Vec<Piece>]) {
    let mut frequencies: Vec<u64> = pieces.iter().flatten().map(|piece| piece.frequency).collect();
    frequencies.sort_unstable();
    let mut sum = 0;
    let kept = frequencies.iter().take_while(|frequency| {
        sum += *frequency;
        sum <= MOST_PIECES
    });
    let mut left = kept.count();
    // Of those that are as common as the last one kept, the first that were said.
    let limit = left.checked_sub(1).map_or(0, |last| frequencies[last]);
    left -= frequencies.partition_point(|frequency| *frequency < limit).min(left);
    for found in pieces {
        found.retain(|piece| {
            let of_the_last = piece.frequency == limit && left > 0;
            left -= usize::from(of_the_last);
            piece.frequency < limit || of_the_last
        });
    }
}
