//! A term that can be said in several ways or several words: a chunk counts by the
//! wording that it holds best. Words that stand in several wordings (`nicht` in a
//! dozen of them) are looked up once, and of what was found only chunks that hold
//! two words are weighed wording by wording.

use tantivy::DocId;

use super::plan::{Part, PlanTerm};

/// The wordings of a term over its different words.
pub(super) struct Wordings<'a> {
    pub(super) parts: Vec<&'a Part>,
    all: Vec<Wording>,
    /// For each part what it counts where nothing else is held: quality and share of the best wording.
    alone: Vec<[f32; 2]>,
    /// For each part the wordings that it stands in, a bit each.
    within: Vec<u128>,
}

struct Wording {
    quality: f32,
    /// Parts with their shares, in the wording's order.
    parts: Vec<(usize, f32)>,
}

impl<'a> Wordings<'a> {
    pub(super) fn of(term: &'a PlanTerm) -> Self {
        let mut parts: Vec<&Part> = Vec::new();
        let mut place = |part: &'a Part| {
            parts.iter().position(|had| had.choices == part.choices).unwrap_or_else(|| {
                parts.push(part);
                parts.len() - 1
            })
        };
        let wordings = term.alternatives.iter().map(|one| Wording {
            quality: one.quality,
            parts: one.parts.iter().map(|part| (place(part), part.share)).collect(),
        });
        let wordings: Vec<Wording> = wordings.collect();
        let alone = (0..parts.len()).map(|at| {
            let counts = wordings.iter().map(|one| {
                let own = one.parts.iter().filter(|(part, _)| *part == at);
                [one.quality, own.map(|(_, share)| share).sum()]
            });
            counts.max_by(|a, b| (a[0] * a[1]).total_cmp(&(b[0] * b[1]))).unwrap_or_default()
        });
        let within = (0..parts.len()).map(|at| {
            let bits = (0..u128::BITS).zip(&wordings);
            bits.filter(|(_, one)| one.parts.iter().any(|(part, _)| *part == at))
                .fold(0, |set, (bit, _)| set | 1 << bit)
        });
        Self { alone: alone.collect(), within: within.collect(), parts, all: wordings }
    }

    /// The most that a wording can count, by the most that each part can.
    pub(super) fn most(&self, of: &[f32]) -> f32 {
        let sums = self
            .all
            .iter()
            .map(|one| one.quality * one.parts.iter().map(|(part, share)| share * of[*part]).sum::<f32>());
        sums.fold(0.0, f32::max)
    }

    /// What a part counts where nothing else of its wordings is held.
    fn alone(&self, part: usize, figures: [f32; 2]) -> [f32; 2] {
        let [quality, share] = self.alone[part];
        figures.map(|figure| quality * (share * figure))
    }

    /// What a wording counts, for the score and for coverage, by what is held of each part.
    fn counts(&self, wording: usize, held: &[[f32; 2]]) -> [f32; 2] {
        let one = &self.all[wording];
        let sum = one.parts.iter().fold([0.0; 2], |[score, covered], (part, share)| {
            [score + share * held[*part][0], covered + share * held[*part][1]]
        });
        sum.map(|sum| one.quality * sum)
    }
}

/// What was found of one part in one entry.
#[derive(Clone, Copy, Debug)]
struct Found {
    part: u32,
    /// One more than the place of what was found in the same entry before; 0 for the first.
    before: u32,
    figures: [f32; 2],
}

/// Working memory: what was found of all parts, chained entry by entry.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// One more than the place of what was found last in an entry; 0 where nothing was.
    last: Vec<u32>,
    touched: Vec<DocId>,
    found: Vec<Found>,
    held: Vec<[f32; 2]>,
}

impl Ledger {
    /// Empties it and makes it large enough for a segment.
    pub(super) fn fit(&mut self, docs: u32) {
        for doc in self.touched.drain(..) {
            self.last[doc as usize] = 0;
        }
        self.found.clear();
        if self.last.len() < docs as usize {
            self.last.resize(docs as usize, 0);
        }
    }

    /// Notes what an entry holds of a part, of each part once.
    #[inline]
    pub(super) fn add(&mut self, doc: DocId, part: usize, figures: [f32; 2]) {
        let last = &mut self.last[doc as usize];
        if *last == 0 {
            self.touched.push(doc);
        }
        let part = u32::try_from(part).unwrap_or(u32::MAX);
        self.found.push(Found { part, before: *last, figures });
        *last = u32::try_from(self.found.len()).unwrap_or(u32::MAX);
    }

    /// Whether anything was noted of an entry.
    #[inline]
    pub(super) fn holds(&self, doc: DocId) -> bool {
        self.last[doc as usize] > 0
    }

    /// Calls `each` with every entry and what the best wording counts in it.
    pub(super) fn drain(&mut self, wordings: &Wordings<'_>, mut each: impl FnMut(DocId, [f32; 2])) {
        let Self { last, touched, found, held } = self;
        held.clear();
        held.resize(wordings.parts.len(), [0.0; 2]);
        for doc in touched.drain(..) {
            let at = std::mem::take(&mut last[doc as usize]);
            let found_last = found[at as usize - 1];
            if found_last.before == 0 {
                each(doc, wordings.alone(found_last.part as usize, found_last.figures));
                continue;
            }
            let better = |a: [f32; 2], b: [f32; 2]| [a[0].max(b[0]), a[1].max(b[1])];
            let (mut best, mut once, mut twice) = ([0.0; 2], 0, 0);
            touch(found, at, |one| {
                let part = one.part as usize;
                held[part] = one.figures;
                best = better(best, wordings.alone(part, one.figures));
                twice |= once & wordings.within[part];
                once |= wordings.within[part];
            });
            // Of a wording with a single part held, that part alone has counted.
            while twice > 0 {
                best = better(best, wordings.counts(twice.trailing_zeros() as usize, held));
                twice &= twice - 1;
            }
            for wording in u128::BITS as usize..wordings.all.len() {
                best = better(best, wordings.counts(wording, held));
            }
            touch(found, at, |one| held[one.part as usize] = [0.0; 2]);
            each(doc, best);
        }
        found.clear();
    }
}

/// Calls `each` with all that was found in an entry, from the last on.
#[inline]
fn touch(found: &[Found], last: u32, mut each: impl FnMut(&Found)) {
    let mut at = last;
    while at > 0 {
        let one = &found[at as usize - 1];
        each(one);
        at = one.before;
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::plan::{Alternative, Choice},
        *,
    };

    #[test]
    fn each_entry_counts_by_its_best_wording() {
        let part = |word: &str, share| {
            let choice = Choice { german: Some(word.to_owned()), english: None, weight: 1.0 };
            Part { share, choices: vec![choice], typo: false }
        };
        let alternatives = vec![
            Alternative { quality: 1.0, parts: vec![part("geht", 0.75), part("nicht", 0.25)] },
            Alternative { quality: 0.5, parts: vec![part("startet", 0.25), part("nicht", 0.75)] },
        ];
        let term = PlanTerm { text: String::new(), weight: 1.0, known: true, typo: false, alternatives };
        let wordings = Wordings::of(&term);
        assert_eq!(wordings.parts.len(), 3, "a word of two wordings is looked up once");
        let mut ledger = Ledger::default();
        ledger.fit(4);
        for (part, docs) in [[0, 1].as_slice(), &[1, 2, 3], &[3]].into_iter().enumerate() {
            for doc in docs {
                ledger.add(*doc, part, [0.5, 1.0]);
            }
        }
        for _ in 0..2 {
            let mut counted = Vec::new();
            ledger.drain(&wordings, |doc, figures| counted.push((doc, figures)));
            counted.sort_by_key(|(doc, _)| *doc);
            let expected = [(0, [0.375, 0.75]), (1, [0.5, 1.0]), (2, [0.1875, 0.375]), (3, [0.25, 0.5])];
            assert_eq!(counted, expected[..counted.len()]);
            // Empty, and ready for the next term.
            ledger.drain(&wordings, |doc, _| panic!("{doc}"));
            ledger.add(0, 0, [0.5, 1.0]);
        }
    }
}
