//! Makes a hit of a ranked chunk: which of its units speak of the question, and
//! a snippet around the best one.

use std::collections::HashSet;

use super::{
    analyzer::Analyzer,
    plan::{Choice, PlanTerm},
    words::words,
};
use crate::domain::{
    document::{Chunk, Passage},
    lang::Lang,
};

/// Most characters of a snippet.
const SNIPPET: usize = 240;

/// The units that hold any of the question, by falling overlap, and the snippet.
pub(super) fn describe(passage: &Passage, terms: &[PlanTerm], analyzer: &mut Analyzer) -> (Vec<u32>, String) {
    let lang = passage.meta.lang;
    let mut scored: Vec<(u32, f32)> = Vec::new();
    let units = passage.chunk.units();
    for unit in &units {
        let held: HashSet<String> = tokens(analyzer, unit.text, lang);
        let overlap: f32 = terms.iter().map(|term| term.weight * quality(term, &held, lang)).sum();
        if overlap > 0.0 {
            scored.push((unit.index, overlap));
        }
    }
    // Stable: units with the same overlap stay in reading order.
    scored.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let best: Vec<u32> = scored.into_iter().map(|(index, _)| index).collect();
    let first = best.first().copied().unwrap_or(0);
    let snippet = snippet(&passage.chunk, first, terms, analyzer, lang);
    (best, snippet)
}

fn tokens(analyzer: &mut Analyzer, text: &str, lang: Lang) -> HashSet<String> {
    words(text).flat_map(|word| analyzer.stems(&word, lang)).collect()
}

/// How well a text holds a term, 0 to 1; pieces of words do not count here.
fn quality(term: &PlanTerm, held: &HashSet<String>, lang: Lang) -> f32 {
    let holds =
        |choice: &Choice| lang.pick(&choice.german, &choice.english).as_ref().is_some_and(|token| held.contains(token));
    term.alternatives
        .iter()
        .map(|alternative| {
            let parts = alternative.parts.iter().map(|part| {
                let found = part.choices.iter().filter(|choice| holds(choice));
                part.share * found.map(|choice| choice.weight).fold(0.0, f32::max)
            });
            alternative.quality * parts.sum::<f32>()
        })
        .fold(0.0, f32::max)
}

/// Plain text from a unit on, cut at words to 240 characters. Where the unit
/// itself is longer, it begins shortly before the first word that was asked for.
fn snippet(chunk: &Chunk, first: u32, terms: &[PlanTerm], analyzer: &mut Analyzer, lang: Lang) -> String {
    let units = chunk.units();
    let Some(from) = units.iter().position(|unit| unit.index == first) else { return String::new() };
    let mut text = units[from].text.to_owned();
    if text.chars().count() > SNIPPET {
        let at = words(&text).find_map(|word| {
            let held: HashSet<String> = analyzer.stems(&word, lang).into_iter().collect();
            terms.iter().any(|term| quality(term, &held, lang) > 0.0).then_some(word.start)
        });
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
