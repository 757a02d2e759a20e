//! Is a sentence carried by a passage? Rules that can be read and tested, no
//! second model: numbers must stand in the passage, quoted names too, a negation
//! must have its counterpart, and most content words must be found close together.

use std::collections::HashSet;

use crate::domain::{
    document::Passage,
    text::{fold, sentences, words},
};

/// Share of content words that must be found.
const COVERED: f64 = 0.75;
/// Units of one passage that may carry one sentence together.
const UNITS: usize = 3;
/// Fewer content words than this are no statement.
const FEWEST_WORDS: usize = 2;
/// Two words are one if they share this many leading letters (endings differ).
const STEM: usize = 5;

const NEGATIONS: [&str; 20] = [
    "nicht", "nichts", "kein", "keine", "keinen", "keinem", "keiner", "keines", "nie", "niemals", "ohne", "weder",
    "not", "no", "never", "without", "nothing", "cannot", "t", "neither",
];
const FUNCTION_WORDS: [&str; 96] = [
    "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines", "und", "oder", "aber",
    "wenn", "dann", "dass", "ob", "als", "wie", "so", "auch", "noch", "schon", "nur", "mal", "bitte", "sie", "ihr",
    "ihre", "ihren", "ihrem", "ihrer", "er", "es", "wir", "ich", "man", "sich", "ist", "sind", "wird", "werden", "hat",
    "haben", "kann", "konnen", "soll", "sollte", "muss", "mit", "von", "vom", "zu", "zum", "zur", "auf", "in", "im",
    "an", "am", "bei", "fur", "nach", "aus", "uber", "unter", "durch", "um", "bis", "dort", "hier", "dies", "diese",
    "dieser", "the", "a", "an", "and", "or", "of", "to", "in", "on", "is", "are", "it", "you", "your", "please",
    "with", "for", "if", "then", "this",
];

/// Words that turn an instruction round. Of a pair, one said and the other meant is no support.
const OPPOSITES: [(&[&str], &[&str]); 4] = [
    (&["links", "linke", "linken", "linker", "linkes"], &["rechts", "rechte", "rechten", "rechter", "rechtes"]),
    (&["oben", "obere", "oberen"], &["unten", "untere", "unteren"]),
    (&["left"], &["right"]),
    (&["open"], &["close"]),
];
/// Parts of verbs that stand at the end of a clause: "schalten Sie … ein".
const PARTICLES: [(&str, &str); 7] =
    [("ein", "aus"), ("an", "aus"), ("an", "ab"), ("auf", "zu"), ("ein", "ab"), ("on", "off"), ("up", "down")];

/// What carries a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// Index into the passages given.
    pub passage: usize,
    /// Units of that passage.
    pub units: Vec<u32>,
}

/// The passage that carries `sentence`, or `None`: then it must not be said.
#[must_use]
pub fn verify(sentence: &str, passages: &[Passage]) -> Option<Support> {
    let claim = Claim::of(sentence);
    if claim.words.len() < FEWEST_WORDS {
        return None;
    }
    passages
        .iter()
        .enumerate()
        .filter_map(|(at, passage)| {
            carried(&claim, passage).map(|(covered, units)| (covered, Support { passage: at, units }))
        })
        .max_by(|(a, x), (b, y)| a.total_cmp(b).then(y.passage.cmp(&x.passage)))
        .map(|(_, support)| support)
}

/// What a text says, in words that can be compared.
struct Claim {
    words: Vec<String>,
    numbers: HashSet<String>,
    negated: bool,
    quoted: Vec<String>,
    /// All words, for what turns an instruction round.
    all: HashSet<String>,
    /// Words at the end of a clause.
    ends: HashSet<String>,
}

impl Claim {
    fn of(text: &str) -> Self {
        let folded = fold(text);
        let all: Vec<&str> = words(&folded).collect();
        let content =
            |word: &&&str| word.chars().count() >= 3 && !FUNCTION_WORDS.contains(word) && !NEGATIONS.contains(word);
        let mut content: Vec<String> = all.iter().filter(content).map(|word| (*word).to_owned()).collect();
        content.sort_unstable();
        content.dedup();
        Self {
            words: content,
            numbers: all
                .iter()
                .filter(|word| word.chars().any(|ch| ch.is_ascii_digit()))
                .map(|word| (*word).to_owned())
                .collect(),
            negated: all.iter().any(|word| NEGATIONS.contains(word)),
            quoted: quoted_names(text),
            all: all.iter().map(|word| (*word).to_owned()).collect(),
            ends: clause_ends(&folded),
        }
    }

    /// Whether the other says the opposite of something here.
    fn contradicted_by(&self, other: &Self) -> bool {
        let says = |claim: &Self, group: &[&str]| group.iter().any(|word| claim.all.contains(*word));
        let turned =
            |here: bool, not_here: bool, there: bool, not_there: bool| here && !not_here && there && !not_there;
        let words = OPPOSITES.iter().any(|(a, b)| {
            turned(says(self, a), says(self, b), says(other, b), says(other, a))
                || turned(says(self, b), says(self, a), says(other, a), says(other, b))
        });
        let ends = |claim: &Self, word: &str| claim.ends.contains(word);
        words
            || PARTICLES.iter().any(|(a, b)| {
                turned(ends(self, a), ends(self, b), ends(other, b), ends(other, a))
                    || turned(ends(self, b), ends(self, a), ends(other, a), ends(other, b))
            })
    }
}

/// The last words of clauses: before a mark, before "und" or "and", at the end.
fn clause_ends(folded: &str) -> HashSet<String> {
    let clauses = folded.split(['.', ',', ';', ':', '!', '?', '\n', '(', ')']);
    let parts = clauses.flat_map(|clause| clause.split(" und ")).flat_map(|clause| clause.split(" and "));
    parts.filter_map(|part| words(part).last().map(str::to_owned)).collect()
}

/// Names of buttons and menus, which a reader looks for letter by letter.
fn quoted_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['„', '“', '"', '»']) {
        let after = &rest[start..];
        let opening = after.chars().next().map_or(1, char::len_utf8);
        let Some(end) = after[opening..].find(['“', '”', '"', '«']) else { break };
        names.push(fold(&after[opening..opening + end]));
        rest = &after[opening + end..];
        let closing = rest.chars().next().map_or(0, char::len_utf8);
        rest = &rest[closing..];
    }
    names.retain(|name| !name.trim().is_empty());
    names
}

/// The share of the claim that the best few units of a passage cover, if it is enough.
fn carried(claim: &Claim, passage: &Passage) -> Option<(f64, Vec<u32>)> {
    let units = passage.chunk.units();
    // Sentence by sentence: a step holds several, and each says yes or no for itself.
    let read: Vec<(u32, Claim, &str)> = units
        .iter()
        .flat_map(|unit| sentences(unit.text).into_iter().map(|sentence| (unit.index, Claim::of(sentence), sentence)))
        .collect();
    let mut open: Vec<&String> = claim.words.iter().collect();
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < UNITS && !open.is_empty() {
        let best = (0..read.len())
            .filter(|at| !chosen.contains(at))
            .map(|at| (open.iter().filter(|word| found(word, &read[at].1.words)).count(), at))
            .max_by(|(a, x), (b, y)| a.cmp(b).then(y.cmp(x)));
        let Some((gain, at)) = best else { break };
        if gain == 0 {
            break;
        }
        open.retain(|word| !found(word, &read[at].1.words));
        chosen.push(at);
    }
    let total = claim.words.len();
    let covered = ratio(total - open.len(), total);
    let first = *chosen.first()?;
    let numbers_stand = claim.numbers.iter().all(|number| chosen.iter().any(|at| read[*at].1.numbers.contains(number)));
    let names_stand = claim.quoted.iter().all(|name| chosen.iter().any(|at| fold(read[*at].2).contains(name.as_str())));
    let negation_stands =
        if claim.negated { chosen.iter().any(|at| read[*at].1.negated) } else { !read[first].1.negated };
    let straight = !chosen.iter().any(|at| claim.contradicted_by(&read[*at].1));
    (covered >= COVERED && numbers_stand && names_stand && negation_stands && straight).then(|| {
        let mut units: Vec<u32> = chosen.iter().map(|at| read[*at].0).collect();
        units.sort_unstable();
        units.dedup();
        (covered, units)
    })
}

fn found(word: &str, among: &[String]) -> bool {
    among.iter().any(|other| {
        if other == word {
            return true;
        }
        let shared = word.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
        let longest = word.chars().count().max(other.chars().count());
        shared >= STEM && longest - shared <= 3
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of words in one sentence")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Block, Chunk, Kind, Meta};

    fn passages() -> Vec<Passage> {
        let text = "Drücken Sie auf der Fernbedienung die Taste „Source“. Warten Sie 30 Sekunden, bis das Bild erscheint. \
                    Ziehen Sie den Netzstecker nicht. Steigen Sie nicht auf einen Stuhl. \
                    Schalten Sie den Beamer am Pult ein. Drücken Sie die linke Maustaste zweimal. \
                    Öffnen Sie das Gehäuse niemals, auch wenn die Lampe flackert und das Bild immer wieder dunkel wird.";
        vec![Passage {
            school: None,
            document: "d".into(),
            revision: "1".into(),
            title: "t".into(),
            kind: Kind::Guide,
            meta: Meta::default(),
            chunk: Chunk {
                number: 0,
                heading: vec![],
                page: None,
                blocks: vec![Block::Paragraph { text: text.into() }],
            },
        }]
    }

    fn carried_by(sentence: &str) -> Option<Vec<u32>> {
        verify(sentence, &passages()).map(|support| support.units)
    }

    #[test]
    fn what_the_passage_says_passes() {
        assert_eq!(carried_by("Drücken Sie die Taste „Source“ der Fernbedienung."), Some(vec![0]));
        assert_eq!(carried_by("Warten Sie bitte 30 Sekunden auf das Bild."), Some(vec![1]));
        assert_eq!(carried_by("Ziehen Sie den Netzstecker nicht."), Some(vec![2]));
        assert_eq!(carried_by("Schalten Sie den Beamer am Pult ein."), Some(vec![4]));
    }

    #[test]
    fn what_it_does_not_say_falls() {
        for wrong in [
            "Warten Sie 60 Sekunden, bis das Bild erscheint.",
            "Drücken Sie auf der Fernbedienung die Taste „Menu“.",
            "Ziehen Sie den Netzstecker.",
            "Rufen Sie den Hersteller Epson unter der Hotline an.",
            "Steigen Sie auf einen Stuhl.",
            "Schalten Sie den Beamer am Pult aus.",
            "Drücken Sie die rechte Maustaste zweimal.",
            "Öffnen Sie das Gehäuse.",
            "Ja.",
            "",
        ] {
            assert_eq!(carried_by(wrong), None, "{wrong}");
        }
    }
}
