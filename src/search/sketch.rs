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
use crate::domain::{
    document::{Chunk, Document},
    lang::Lang,
};

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
    pub(super) fn of(analyzer: &mut Analyzer, document: &Document, chunk: &Chunk) -> Self {
        let lang = document.meta.lang;
        let mut range = |text: &str| words(text).map(|word| hashes(analyzer, &word, lang)).collect::<Vec<_>>();
        Self {
            title: range(&document.title),
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

    /// Reads what [`Sketch::bytes`] wrote; what is cut off is left out.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let mut ranges = std::iter::from_fn(|| read_range(&mut rest));
        let (title, heading) = (ranges.next().unwrap_or_default(), ranges.next().unwrap_or_default());
        Self { title, heading, units: ranges.collect() }
    }
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

fn read_range(rest: &mut &[u8]) -> Option<Vec<Hashes>> {
    let (count, after) = rest.split_first_chunk::<2>()?;
    *rest = after;
    (0..u16::from_le_bytes(*count)).map(|_| read_word(rest)).collect()
}

fn read_word(rest: &mut &[u8]) -> Option<Hashes> {
    let (count, after) = rest.split_first()?;
    let (held, after) = after.split_at_checked(4 * usize::from(*count))?;
    *rest = after;
    Some(held.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        document::{Block, Kind, Meta},
        lexicon::Lexicon,
    };

    #[test]
    fn a_sketch_is_read_back_and_survives_what_is_cut_off() {
        let lexicon = Lexicon { compounds: vec!["lehrer".into(), "zimmer".into()], ..Lexicon::default() };
        let text = "Das Lehrerzimmer hat W-LAN. Raum 204 nicht.".to_owned();
        let chunk =
            Chunk { number: 0, heading: vec!["Netz".into()], page: None, blocks: vec![Block::Paragraph { text }] };
        let document = Document {
            id: "x".into(),
            title: "Wo ist WLAN?".into(),
            kind: Kind::Guide,
            meta: Meta::default(),
            revision: String::new(),
            sections: vec![],
        };
        let sketch = Sketch::of(&mut Analyzer::new(&lexicon), &document, &chunk);
        assert_eq!((sketch.title.len(), sketch.heading.len(), sketch.units.len()), (3, 1, 2));
        assert!(sketch.units[0][0].is_empty(), "a stop word keeps its place");
        assert_eq!(sketch.units[0][1].len(), 3, "the compound and its parts");
        assert_eq!(sketch.units[1][1].last(), Some(&DIGIT));
        let bytes = sketch.bytes();
        assert_eq!(Sketch::read(&bytes), sketch);
        for end in 0..bytes.len() {
            Sketch::read(&bytes[..end]);
        }
    }
}
