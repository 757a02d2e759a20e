//! Makes a hit of a ranked chunk: which of its units speak of the question, and
//! a snippet around the best one.

use std::ops::Range;

use super::{
    analyzer::Analyzer,
    error::SearchError,
    overlap::Overlap,
    sketch::{Sketch, UNITS},
    snapshot::Stored,
    words::words,
};
use crate::domain::{
    document::{Passage, Unit},
    placeholder::Values,
};

/// Most characters of a snippet.
const SNIPPET: usize = 240;

/// Describes hits of one question.
pub(super) struct Describer<'a> {
    pub(super) overlap: Overlap<'a>,
    pub(super) analyzer: &'a Analyzer,
    /// What is put in the place of placeholders.
    pub(super) values: &'a Values,
}

impl Describer<'_> {
    /// The passage as it is shown, the units that hold any of the question, by falling
    /// overlap, and the snippet.
    pub(super) fn describe(&mut self, stored: &Stored) -> Result<(Passage, Vec<u32>, String), SearchError> {
        let mut passage = stored.passage()?;
        let as_indexed = {
            let mut plain = passage.chunk.clone();
            plain.fill(&Values::new());
            passage.chunk.fill(self.values);
            plain == passage.chunk
        };
        let lang = passage.meta.lang;
        if as_indexed {
            self.overlap.read(&stored.sketch, lang);
        } else {
            // A value is shown that the index does not know.
            let sketch = Sketch::of(&mut self.analyzer.clone(), &passage.title, lang, &passage.chunk);
            self.overlap.read(&sketch.bytes(), lang);
        }
        let mut spoken: Vec<(u32, f32, Range<usize>)> = Vec::new();
        for (range, places) in self.overlap.ranges().filter(|(range, _)| *range >= UNITS) {
            let overlap = self.overlap.weight(places.clone());
            if overlap > 0.0 {
                spoken.push((range - UNITS, overlap, places));
            }
        }
        // Stable: units with the same overlap stay in reading order.
        spoken.sort_by(|(_, a, _), (_, b, _)| b.total_cmp(a));
        let units = passage.chunk.units();
        let (first, word) = match spoken.first() {
            Some((unit, _, places)) => (*unit as usize, self.overlap.first(places.clone())),
            None => (0, None),
        };
        let snippet = snippet(&units, first, word);
        let best = spoken.into_iter().map(|(unit, ..)| unit).filter(|unit| (*unit as usize) < units.len()).collect();
        Ok((passage, best, snippet))
    }
}

/// Plain text from a unit on, cut at words to 240 characters. Where the unit itself is
/// longer, it begins shortly before the first word that was asked for.
fn snippet(units: &[Unit<'_>], from: usize, word: Option<u32>) -> String {
    let Some(unit) = units.get(from) else { return String::new() };
    let mut text = unit.text.to_owned();
    if text.chars().count() > SNIPPET {
        let at = word.and_then(|word| words(&text).nth(word as usize)).map(|word| word.start);
        let before = text[..at.unwrap_or(0)].chars().count();
        if before > SNIPPET / 2 {
            let start = words(&text)
                .map(|word| word.start)
                .find(|start| text[..*start].chars().count() + SNIPPET / 3 >= before)
                .unwrap_or(0);
            text = format!("… {}", &text[start..]);
        }
    }
    for unit in &units[from + 1..] {
        if text.chars().count() + 1 + unit.text.chars().count() > SNIPPET {
            break;
        }
        text.push(' ');
        text.push_str(unit.text);
    }
    shorten(&text)
}

fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SNIPPET {
        return line;
    }
    let kept: String = line.chars().take(SNIPPET - 2).collect();
    let end = kept.rfind(' ').filter(|end| *end > kept.len() / 2).unwrap_or(kept.len());
    format!("{} …", &kept[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_at_a_word() {
        let text = "Wort ".repeat(100);
        let cut = shorten(&text);
        assert!(cut.chars().count() <= SNIPPET && cut.ends_with("Wort …"), "{cut}");
        assert!(shorten(&"x".repeat(500)).chars().count() <= SNIPPET);
        assert_eq!(shorten(" kurz\nund gut "), "kurz und gut");
    }
}
