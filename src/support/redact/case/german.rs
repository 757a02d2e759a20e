//! Which words are words: a list of the language of schools and their technology
//! (`words.txt`, its head says where it is from), seen through endings and
//! compounds. What is none of them and has a capital may be a name.

use std::{collections::HashSet, sync::LazyLock};

static WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("words.txt").lines().filter(|line| !line.starts_with('#')).collect());

/// Longer ones are no names.
const LONGEST: usize = 40;
/// The longest part of a compound that is looked up.
const PART: usize = 18;

/// Endings of nouns.
const NOUN: [&str; 7] = ["s", "es", "n", "en", "e", "in", "innen"];
/// Endings of verbs and adjectives, for words that may begin a sentence.
const ANY: [&str; 17] = [
    "er", "em", "ern", "st", "t", "te", "ten", "tet", "et", "est", "ere", "eren", "ste", "sten", "ster", "end", "ende",
];
/// What German surnames end in: a compound with such an end is a word only if it is listed.
const SURNAMES: [&str; 105] = [
    "mann",
    "berg",
    "burg",
    "stein",
    "bach",
    "bauer",
    "meier",
    "hof",
    "feld",
    "wald",
    "kamp",
    "dorf",
    "hausen",
    "tal",
    "kopf",
    "haupt",
    "haus",
    "stadt",
    "reich",
    "hart",
    "wein",
    "stock",
    "baum",
    "busch",
    "holz",
    "rot",
    "bein",
    "wasser",
    "vogel",
    "topf",
    "apfel",
    "rose",
    "heim",
    "winkel",
    "acker",
    "garten",
    "stern",
    "fuss",
    "mund",
    "schein",
    "macher",
    "hand",
    "auge",
    "hals",
    "bart",
    "haar",
    "blum",
    "blume",
    "horn",
    "brand",
    "damm",
    "born",
    "brunnen",
    "muhle",
    "schmidt",
    "schneider",
    "meister",
    "meyer",
    "muller",
    "hut",
    "mantel",
    "brot",
    "huhn",
    "hahn",
    "grund",
    "kranz",
    "zweig",
    "sohn",
    "strauch",
    "strauss",
    "stiel",
    "knecht",
    "jager",
    "richter",
    "bauer",
    "wachter",
    "lander",
    "becker",
    "recht",
    "brecht",
    "nagel",
    "hammer",
    "burger",
    "felder",
    "hauser",
    "lieb",
    "treu",
    "streit",
    "wetter",
    "hagen",
    "sack",
    "speck",
    "fleisch",
    "leder",
    "stroh",
    "bier",
    "gesang",
    "linger",
    "singer",
    "huber",
    "bier",
    "berger",
    "hold",
    "gast",
    "bacher",
];
/// Short words that compounds end in.
const SHORT: [&str; 11] = ["uhr", "tur", "tag", "amt", "rat", "ort", "zug", "typ", "rad", "app", "bus"];
/// Links between the parts of a compound.
const LINKS: [&str; 6] = ["s", "n", "en", "es", "er", "e"];

/// Whether a folded word is one of the language. With `any`, also as a verb or an
/// adjective is inflected, as at the beginning of a sentence.
pub(in super::super) fn is_word(folded: &str, any: bool) -> bool {
    if folded.len() > LONGEST || folded.len() < 2 {
        return true;
    }
    if let Some((_, last)) = folded.rsplit_once(['-', '‐', '‑']) {
        return last.len() > 2 && is_word(last, any) || folded.split('-').all(|part| is_word(part, any));
    }
    if !folded.is_ascii() {
        return false;
    }
    let listed = |word: &str| word.len() > 2 && WORDS.contains(word);
    WORDS.contains(folded)
        || endings(folded, &NOUN).any(listed)
        || any && endings(folded, &ANY).any(|stem| listed(stem) || infinitive(stem))
        || any && participle(folded)
        || ["ung", "ungen", "er", "ers", "bar"].iter().any(|end| folded.strip_suffix(end).is_some_and(derived))
        || compound(folded)
        || folded.strip_suffix("nr").is_some_and(|head| head.len() > 3 && is_word(head, any))
        || tail(folded)
}

/// Whether a folded word stands in the list as it is.
pub(in super::super) fn is_listed(folded: &str) -> bool {
    WORDS.contains(folded)
}

/// Whether a folded word that is written small is one of the language: more endings
/// than [`is_word`] knows, beginnings of verbs (`verschluckt`), and a slip of the
/// keyboard in a long word.
pub(in super::super) fn is_small(folded: &str) -> bool {
    const BEGINNINGS: [&str; 30] = [
        "ab", "an", "auf", "aus", "be", "bei", "da", "durch", "ein", "ent", "er", "fest", "ge", "her", "hin", "los",
        "mit", "nach", "raus", "rein", "rum", "runter", "um", "un", "unter", "ver", "vor", "weg", "zer", "zu",
    ];
    const FORMS: [&str; 10] = ["lich", "ig", "isch", "bar", "los", "sam", "haft", "end", "voll", "frei"];
    let stem = |word: &str| {
        let short = |ends: &[&str]| {
            ends.iter().any(|end| {
                word.strip_suffix(end).is_some_and(|stem| {
                    stem.len() > 2 && (WORDS.contains(stem) || WORDS.contains(format!("{stem}en").as_str()))
                })
            })
        };
        is_word(word, true) || short(&NOUN) || short(&ANY)
    };
    let bare = ["e", "er", "es", "em", "en", "ere", "eren", "ste", "sten"]
        .iter()
        .filter_map(|end| folded.strip_suffix(end))
        .chain([folded]);
    stem(folded)
        || BEGINNINGS.iter().any(|head| folded.strip_prefix(head).is_some_and(|rest| rest.len() > 3 && stem(rest)))
        || bare.into_iter().any(|word| {
            FORMS.iter().any(|form| word.strip_suffix(form).is_some_and(|head| head.len() > 2 && stem(head)))
        })
        || slip(folded)
}

/// `verückt`, `slebst`: two letters changed places, a double one is single, or one is too many.
fn slip(folded: &str) -> bool {
    if folded.len() < 6 || !folded.is_ascii() {
        return false;
    }
    (0..folded.len()).any(|at| {
        let mut more = folded.to_owned();
        more.insert(at, char::from(folded.as_bytes()[at]));
        let mut less = folded.to_owned();
        less.remove(at);
        let mut swapped = folded.as_bytes().to_vec();
        if at > 0 {
            swapped.swap(at - 1, at);
        }
        WORDS.contains(more.as_str())
            || folded.len() > 7 && WORDS.contains(less.as_str())
            || std::str::from_utf8(&swapped).is_ok_and(|word| WORDS.contains(word))
    })
}

/// Names of places, which stay although they hold a person's name.
pub(in super::super) fn place(folded: &str) -> bool {
    [
        "schule",
        "gymnasium",
        "kolleg",
        "strasse",
        "str",
        "weg",
        "platz",
        "allee",
        "halle",
        "haus",
        "raum",
        "saal",
        "stiftung",
        "preis",
        "ring",
        "schulen",
        "umschalter",
    ]
    .iter()
    .any(|end| folded.ends_with(end))
}

fn endings<'a>(word: &'a str, endings: &'static [&str]) -> impl Iterator<Item = &'a str> {
    // `Maren` is no plural of `Mar`, `Malin` no woman of the `Mal`.
    endings
        .iter()
        .filter_map(|end| {
            word.strip_suffix(end).filter(|stem| stem.len() > if *end == "in" { 4 } else { 3 } || *end == "s")
        })
        .filter(|stem| stem.len() > 2)
}

/// `druck` of `druckt`: the list has `drucken`.
fn infinitive(stem: &str) -> bool {
    WORDS.contains(format!("{stem}en").as_str()) || WORDS.contains(format!("{stem}n").as_str())
}

/// `abhol` of `Abholung`: a verb with a prefix that the list has in full.
fn derived(stem: &str) -> bool {
    stem.len() > 4 && infinitive(stem)
}

/// `gedruckt`, `ausgetauscht`, `angeschlossen`.
fn participle(folded: &str) -> bool {
    let Some(at) = folded.find("ge").filter(|at| *at < 7) else { return false };
    let (head, stem) = (&folded[..at], &folded[at + 2..]);
    let stem = stem.strip_suffix('t').map(|stem| stem.strip_suffix('e').unwrap_or(stem));
    (head.is_empty() || WORDS.contains(head)) && stem.is_some_and(|stem| stem.len() > 2 && infinitive(stem))
}

/// `Kondensatpumpe`: an unknown beginning, a long word of the list as its end.
fn tail(folded: &str) -> bool {
    let base = |word: &str| (word.len() > 4 && WORDS.contains(word) && !SURNAMES.contains(&word)).then_some(());
    (4..folded.len().saturating_sub(4)).any(|at| {
        let end = &folded[at..];
        base(end).is_some()
            || end.strip_suffix('n').or_else(|| end.strip_suffix('s')).is_some_and(|end| base(end).is_some())
    })
}

/// Whether the word is put together of words, the last of them no end of surnames.
fn compound(folded: &str) -> bool {
    let length = folded.len();
    // Bit n: a part may begin at n. `LONGEST` is less than 64.
    let mut begins = 1_u64;
    for at in 0..length {
        if begins >> at & 1 == 0 {
            continue;
        }
        for end in at + 3..=length.min(at + PART) {
            let part = &folded[at..end];
            if !WORDS.contains(part) {
                continue;
            }
            let rest = &folded[end..];
            let last = (part.len() > 3 && !SURNAMES.contains(&part)) || SHORT.contains(&part);
            if at > 0 && last && (rest.is_empty() || NOUN.contains(&rest)) {
                return true;
            }
            if part.len() > 2 {
                begins |= 1 << end;
                // `Betriebshof`: with such a link it is no surname.
                let linked =
                    part.len() > 5 && rest.strip_prefix('s').is_some_and(|tail| tail.len() > 2 && WORDS.contains(tail));
                if linked {
                    return true;
                }
                for link in LINKS.iter().filter(|link| rest.starts_with(**link)) {
                    begins |= 1 << (end + link.len());
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::fold;

    #[test]
    fn words_are_seen_through_endings_and_compounds() {
        for word in
            ["Luftfilter", "Druckerwarteschlange", "Netzwerkdosen", "Zertifikatsfehler", "Schränke", "Angeschlossen"]
        {
            assert!(is_word(&fold(word), true), "{word}");
        }
        for name in ["Kleinschmidt", "Detlefsen", "Hansmann", "Wischnewski", "Stolzenburg", "Koopmann", "Yıldırım"] {
            assert!(!is_word(&fold(name), true), "{name}");
        }
    }

    #[test]
    fn the_list_is_folded_and_sorted() {
        let words: Vec<_> = include_str!("words.txt").lines().filter(|line| !line.starts_with('#')).collect();
        assert!(words.len() > 10_000);
        assert!(words.windows(2).all(|pair| pair[0] < pair[1]));
        let odd: Vec<_> = words.iter().filter(|word| fold(word) != **word).collect();
        assert!(odd.is_empty(), "{odd:?}");
    }
}
