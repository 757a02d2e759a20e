//! What a classifier sees of a message: pieces of words, words and pairs of words.
//!
//! Folded text is cut into pieces of three to five letters within each word (with a
//! blank at either end, so that beginnings and ends count) and into words and pairs
//! of words. Each is hashed into a bucket of its group; a bucket weighs
//! `(1 + ln tf) · idf`, and each group is brought to length one (as usual for text,
//! e.g. Manning, Raghavan, Schütze 2008, ch. 6.4). The same text always gives the
//! same buckets, on every machine; [`fingerprint`] changes when that changes.

use crate::domain::text::{fold, words};

/// Buckets of the pieces of words.
const PIECES: u32 = 3 << 14;
/// Buckets of words and pairs, which stand behind those of the pieces.
const WORDS: u32 = 1 << 14;
/// All buckets.
pub const BUCKETS: usize = (PIECES + WORDS) as usize;
/// Letters of a piece, the blanks counted.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=5;
/// Letters of a word that are looked at: what is longer is no word.
const LONGEST: usize = 40;
/// Words of a message that are looked at: about 3,000 letters.
const MOST: usize = 400;

/// How often each bucket is met in a text, in the order of buckets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    pieces: Vec<(u32, u16)>,
    words: Vec<(u32, u16)>,
    /// What somebody else made of the text; see [`Counts::with_signs`].
    signs: Vec<(u32, u16)>,
}

impl Counts {
    /// Counts a text as it was written.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let folded = fold(text);
        let (mut pieces, mut found) = (Vec::new(), Vec::new());
        let mut before: Option<&str> = None;
        for word in words(&folded).take(MOST) {
            cut(word, &mut pieces);
            found.push(PIECES + place(&[word], WORDS));
            if let Some(before) = before {
                found.push(PIECES + place(&[before, " ", word], WORDS));
            }
            before = Some(word);
        }
        Self { pieces: tally(pieces), words: tally(found), signs: Vec::new() }
    }

    /// Counts a text together with signs that were found in it, a third group of their own:
    /// they share the buckets of words, under names that no word has.
    #[must_use]
    pub fn with_signs<'s>(text: &str, signs: impl IntoIterator<Item = &'s str>) -> Self {
        let signs = signs.into_iter().map(|sign| PIECES + place(&["\u{1}", sign], WORDS)).collect();
        Self { signs: tally(signs), ..Self::of(text) }
    }

    /// Every bucket met.
    pub fn buckets(&self) -> impl Iterator<Item = u32> + '_ {
        self.pieces.iter().chain(&self.words).chain(&self.signs).map(|(bucket, _)| *bucket)
    }

    /// Whether there is any word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Buckets with their weights. `idf` has an entry for each bucket; 0 leaves it out.
    #[must_use]
    pub fn weigh(&self, idf: &[f32]) -> Vec<(u32, f32)> {
        let mut all = Vec::with_capacity(self.pieces.len() + self.words.len() + self.signs.len());
        for group in [&self.pieces, &self.words, &self.signs] {
            let start = all.len();
            all.extend(group.iter().filter_map(|(bucket, times)| {
                let idf = idf[*bucket as usize];
                (idf > 0.0).then(|| (*bucket, (1.0 + f32::from(*times).ln()) * idf))
            }));
            let length = all[start..].iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
            if length > 0.0 {
                all[start..].iter_mut().for_each(|(_, weight)| *weight /= length);
            }
        }
        all
    }
}

/// The pieces of one word.
fn cut(word: &str, into: &mut Vec<u32>) {
    let mut padded = String::with_capacity(word.len() + 2);
    padded.push(' ');
    padded.extend(word.chars().take(LONGEST));
    padded.push(' ');
    let mut starts: Vec<usize> = padded.char_indices().map(|(at, _)| at).collect();
    starts.push(padded.len());
    let letters = starts.len() - 1;
    for length in LENGTHS {
        if length >= letters {
            into.push(place(&[&padded], PIECES));
            break;
        }
        into.extend((0..=letters - length).map(|at| place(&[&padded[starts[at]..starts[at + length]]], PIECES)));
    }
}

fn tally(mut buckets: Vec<u32>) -> Vec<(u32, u16)> {
    buckets.sort_unstable();
    let mut counted: Vec<(u32, u16)> = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        match counted.last_mut() {
            Some((last, times)) if *last == bucket => *times = times.saturating_add(1),
            _ => counted.push((bucket, 1)),
        }
    }
    counted
}

/// FNV-1a, its bits mixed as in `MurmurHash3`, brought to `0..most`.
fn place(parts: &[&str], most: u32) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    for byte in parts.iter().flat_map(|part| part.bytes()) {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^= hash >> 16;
    hash % most
}

/// What the features of these very texts are: a file that was fitted on others is refused.
#[must_use]
pub fn fingerprint() -> String {
    const PROBES: [&str; 4] = [
        "Der Beamer im Raum 104 zeigt „Kein Signal“!",
        "passwort vergessen, passwort weg",
        "Größe über Öl, Straße; Quelle, neue Steuer – naïve W-LAN-Übersicht",
        "my iPad won't connect to the projector",
    ];
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut take = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for probe in PROBES {
        let counts = Counts::of(probe);
        for (bucket, times) in counts.pieces.iter().chain(&counts.words) {
            take(&bucket.to_le_bytes());
            take(&times.to_le_bytes());
        }
    }
    take(&BUCKETS.to_le_bytes());
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_fold_alike_are_the_same() {
        assert_eq!(Counts::of("Größe der Küche"), Counts::of("groesse  der kueche!"));
        assert_ne!(Counts::of("der Beamer"), Counts::of("Beamer der"));
        assert!(Counts::of(" – !").is_empty());
    }

    #[test]
    fn a_typo_keeps_most_pieces() {
        let share = |a: &str, b: &str| {
            let (a, b) = (Counts::of(a), Counts::of(b));
            let common = a.pieces.iter().filter(|one| b.pieces.contains(one)).count();
            (common, a.pieces.len())
        };
        let (common, all) = share("dokumentenkamera", "dokumentenkammera");
        assert!(2 * common > all, "{common} of {all}");
        assert_eq!(share("beamer", "wlan").0, 0);
    }

    #[test]
    fn words_have_their_ends_and_short_ones_stay_whole() {
        let mut pieces = Vec::new();
        cut("ab", &mut pieces);
        // " ab", "ab ", " ab ".
        assert_eq!(pieces.len(), 3);
        pieces.clear();
        cut("a", &mut pieces);
        assert_eq!(pieces, [place(&[" a "], PIECES)]);
    }

    #[test]
    fn each_group_has_length_one_and_what_weighs_nothing_is_left_out() {
        let counts = Counts::of("kein Signal, kein Bild");
        let mut idf = vec![1.0; BUCKETS];
        let all = counts.weigh(&idf);
        let length = |of: &dyn Fn(u32) -> bool| {
            all.iter().filter(|(bucket, _)| of(*bucket)).map(|(_, weight)| weight * weight).sum::<f32>()
        };
        assert!((length(&|bucket| bucket < PIECES) - 1.0).abs() < 1e-5);
        assert!((length(&|bucket| bucket >= PIECES) - 1.0).abs() < 1e-5);
        idf[all[0].0 as usize] = 0.0;
        assert_eq!(counts.weigh(&idf).len(), all.len() - 1);
        assert!(all.iter().all(|(bucket, _)| (*bucket as usize) < BUCKETS));
    }

    #[test]
    fn a_long_message_is_bounded() {
        let long = "wort ".repeat(100_000) + &"x".repeat(100_000);
        assert!(Counts::of(&long).buckets().count() < 20);
        assert!(Counts::of(&"y".repeat(100_000)).buckets().count() < 200);
    }

    /// A change here makes every fitted file useless: fit anew (`schullotse fit wordings`).
    #[test]
    fn the_features_are_those_of_the_shipped_file() {
        assert_eq!(fingerprint(), "3ff05e043bac1d07");
    }
}
