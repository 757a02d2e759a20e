//! What a chunk says, word by word, as hashes of stems: stored beside it, so that
//! the second stage of the ranking compares words and their places without
//! analysing any text while somebody waits.
//!
//! Bytes: for each range (title, headings, each unit) the number of its words as two
//! bytes, then for each word the number of its hashes as one byte, then the hashes,
//! four bytes each, little-endian. A word without meaning has no hashes but keeps its place.

use super::{
    analyzer::Analyzer,
    stem::is_stop,
    words::{Word, words},
};
use crate::domain::{document::Chunk, lang::Lang};

/// Stands beside the hashes of a word that holds a digit.
pub(super) const DIGIT: u32 = 1;

/// Hashes of one word: its stem, those of its hyphenated pieces, of its compound's parts.
type Hashes = Vec<u32>;

/// The words of a chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sketch {
    pub(super) title: Vec<Hashes>,
    pub(super) heading: Vec<Hashes>,
    /// In the order of the chunk's units.
    pub(super) units: Vec<Vec<Hashes>>,
}

/// The hash of a token: FNV-1a, never [`DIGIT`].
pub(super) fn hash(token: &str) -> u32 {
    let hash = token.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash.max(DIGIT + 1)
}

impl Sketch {
    /// Of a chunk whose placeholders are filled.
    pub(super) fn of(analyzer: &mut Analyzer, title: &str, lang: Lang, chunk: &Chunk) -> Self {
        let mut range = |text: &str| words(text).map(|word| hashes(analyzer, &word, lang)).collect::<Vec<_>>();
        Self {
            title: range(title),
            heading: range(&chunk.heading.join("\n")),
            units: chunk.units().iter().map(|unit| range(unit.text)).collect(),
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for range in [&self.title, &self.heading].into_iter().chain(&self.units) {
            let count = range.len().min(usize::from(u16::MAX));
            bytes.extend(u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes());
            for word in &range[..count] {
                let count = word.len().min(usize::from(u8::MAX));
                bytes.push(u8::try_from(count).unwrap_or(u8::MAX));
                bytes.extend(word[..count].iter().flat_map(|hash| hash.to_le_bytes()));
            }
        }
        bytes
    }
}

/// Range of the title, and the first of the units; the headings are between.
pub(super) const TITLE: u32 = 0;
pub(super) const UNITS: u32 = 2;

/// A hash and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) range: u32,
    /// Counted from 0 within the range.
    pub(super) word: u32,
    pub(super) hash: u32,
}

/// The hashes that [`Sketch::bytes`] wrote, in their order; ends where something is cut off.
pub(super) fn places(bytes: &[u8]) -> impl Iterator<Item = Place> + '_ {
    let mut rest = bytes;
    // Of the present range and word, and how many words and hashes of them are to come.
    let (mut range, mut word, mut words, mut hashes) = (0, 0, 0, 0);
    let mut begun = false;
    std::iter::from_fn(move || {
        while hashes == 0 {
            if words > 0 {
                let (count, after) = rest.split_first()?;
                (rest, hashes) = (after, *count);
                words -= 1;
                word += 1;
            } else {
                let (count, after) = rest.split_first_chunk::<2>()?;
                (rest, words) = (after, u16::from_le_bytes(*count));
                (range, word) = (range + u32::from(begun), 0);
                begun = true;
            }
        }
        let (hash, after) = rest.split_first_chunk::<4>()?;
        (rest, hashes) = (after, hashes - 1);
        Some(Place { range, word: word - 1, hash: u32::from_le_bytes(*hash) })
    })
}

fn hashes(analyzer: &mut Analyzer, word: &Word, lang: Lang) -> Hashes {
    let mut hashes: Hashes = Vec::new();
    if !is_stop(&word.form, lang) {
        hashes.extend(analyzer.stems(word, lang).iter().map(|stem| hash(stem)));
        hashes.dedup();
    }
    if word.form.folded.contains(|ch: char| ch.is_ascii_digit()) {
        hashes.push(DIGIT);
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::Block, lexicon::Lexicon};

    #[test]
    fn a_sketch_is_read_back_and_survives_what_is_cut_off() {
        let lexicon = Lexicon { compounds: vec!["lehrer".into(), "zimmer".into()], ..Lexicon::default() };
        let text = "Das Lehrerzimmer hat W-LAN. Raum 204 nicht.".to_owned();
        let chunk =
            Chunk { number: 0, heading: vec!["Netz".into()], page: None, blocks: vec![Block::Paragraph { text }] };
        let sketch = Sketch::of(&mut Analyzer::new(&lexicon), "Wo ist WLAN?", Lang::De, &chunk);
        assert_eq!((sketch.title.len(), sketch.heading.len(), sketch.units.len()), (3, 1, 2));
        assert!(sketch.units[0][0].is_empty(), "a stop word keeps its place");
        assert_eq!(sketch.units[0][1].len(), 3, "the compound and its parts");
        assert_eq!(sketch.units[1][1].last(), Some(&DIGIT));
        let bytes = sketch.bytes();
        let mut all = Vec::new();
        for (range, words) in (0..).zip([&sketch.title, &sketch.heading].into_iter().chain(&sketch.units)) {
            for (word, hashes) in (0..).zip(words) {
                all.extend(hashes.iter().map(|hash| Place { range, word, hash: *hash }));
            }
        }
        assert_eq!(places(&bytes).collect::<Vec<_>>(), all);
        for end in 0..bytes.len() {
            let cut: Vec<Place> = places(&bytes[..end]).collect();
            assert!(all.starts_with(&cut) && cut.len() < all.len(), "{end}");
        }
    }
}
