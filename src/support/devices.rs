//! Which devices a question speaks of, by the lexicon: "biemer" is a projector.

use std::collections::BTreeSet;

use crate::domain::{
    document::DeviceType,
    lexicon::Lexicon,
    text::{fold, words},
};

/// Words and phrases that name a device, folded.
#[derive(Clone, Debug, Default)]
pub struct DeviceNames(Vec<Named>);

#[derive(Clone, Debug)]
struct Named {
    words: Vec<String>,
    device: DeviceType,
    /// Says nothing of what is wrong: "beamer", not "kein ton".
    bare: bool,
}

impl Named {
    /// Whether a word is a compound that ends with this name.
    fn ends(&self, word: &str) -> bool {
        let [only] = self.words.as_slice() else { return false };
        self.bare
            && only.len() >= COMPOUND_END
            && word.len() >= only.len() + COMPOUND_START
            && word.ends_with(only.as_str())
    }
}

impl DeviceNames {
    #[must_use]
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut names = Vec::new();
        for group in &lexicon.synonyms {
            let Some(device) = group.device else { continue };
            let phrases: Vec<Vec<String>> = group.words.iter().map(|phrase| split(phrase)).collect();
            // Words of one group mean the same: where one complains, all do.
            let bare = !phrases.iter().any(|phrase| complains(phrase));
            names.extend(phrases.into_iter().filter(|words| !words.is_empty()).map(|words| Named {
                words,
                device,
                bare,
            }));
        }
        // The longest first: "apple tv" before "tv".
        names.sort_by_key(|name| std::cmp::Reverse(name.words.len()));
        Self(names)
    }

    /// All devices that are named.
    #[must_use]
    pub fn said(&self, text: &str) -> BTreeSet<DeviceType> {
        let said = split(text);
        let named = |name: &&Named| said.windows(name.words.len()).any(|window| window == name.words.as_slice());
        self.0.iter().filter(named).map(|name| name.device).collect()
    }

    /// Where devices are named among folded words: first word, number of words, and whether
    /// the name says nothing of what is wrong. Compounds count: "Klassenzimmerbeamer".
    #[must_use]
    pub fn places(&self, said: &[&str]) -> Vec<(usize, usize, DeviceType, bool)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < said.len() {
            let begins = |name: &&Named| {
                name.words.len() <= said.len() - at
                    && name.words.iter().zip(&said[at..]).all(|(name, word)| name == word || plural(name, word))
            };
            let ends = || self.0.iter().find(|name| name.ends(said[at]));
            match self
                .0
                .iter()
                .find(begins)
                .map(|name| (name, name.words.len()))
                .or_else(|| ends().map(|name| (name, 1)))
            {
                Some((name, length)) => {
                    found.push((at, length, name.device, name.bare));
                    at += length;
                }
                None => at += 1,
            }
        }
        found
    }

    /// Whether nothing but a device is named: "Beamer", "iPad?".
    #[must_use]
    pub fn nothing_else(&self, text: &str) -> bool {
        let said = split(text);
        let mut rest = said.as_slice();
        while !rest.is_empty() {
            let name = self.0.iter().find(|name| name.bare && rest.starts_with(&name.words));
            let named = name.map_or(usize::from(self.ends_compound(&rest[0])), |name| name.words.len());
            if named == 0 {
                return false;
            }
            rest = &rest[named..];
        }
        !said.is_empty()
    }
}

impl DeviceNames {
    /// "Lehrerzimmerdrucker" is a printer.
    fn ends_compound(&self, word: &str) -> bool {
        self.0.iter().any(|name| name.ends(word))
    }

    /// Whether a device is named of which anything may be wrong, and nothing is said but
    /// that something is: "ipad geht nicht".
    #[must_use]
    pub fn only_complains(&self, text: &str) -> bool {
        let said = split(text);
        let named = self.0.iter().find(|name| name.bare && said.starts_with(&name.words));
        named.is_some_and(|name| {
            let rest = said[name.words.len()..].join(" ");
            UNCLEAR.contains(&name.device) && COMPLAINTS.contains(&rest.as_str())
        })
    }
}

/// Shortest name that a compound ends with, and what stands before it, in bytes.
const COMPOUND_END: usize = 5;
const COMPOUND_START: usize = 3;
/// Shortest name whose plural is known, in bytes.
const PLURAL: usize = 4;
/// Devices with so many problems that "it does not work" says nothing.
const UNCLEAR: [DeviceType; 4] = [DeviceType::Ipad, DeviceType::Account, DeviceType::Software, DeviceType::Other];
/// What says no more than that something is wrong, folded.
const COMPLAINTS: [&str; 14] = [
    "geht nicht",
    "geht nich",
    "geht net",
    "geht nit",
    "funktioniert nicht",
    "funktioniert nich",
    "tut nicht",
    "spinnt",
    "streikt",
    "problem",
    "probleme",
    "not working",
    "does not work",
    "doesn t work",
];

/// "kein ton" names a device and says what is wrong with it.
fn complains(name: &[String]) -> bool {
    const NEGATIONS: [&str; 8] = ["kein", "keine", "keinen", "nicht", "nich", "nichts", "nix", "no"];
    name.iter().any(|word| NEGATIONS.contains(&word.as_str()))
}

/// "iPads", "Tafeln".
fn plural(name: &str, word: &str) -> bool {
    name.len() >= PLURAL && word.strip_prefix(name).is_some_and(|end| matches!(end, "s" | "n" | "en"))
}

fn split(text: &str) -> Vec<String> {
    words(&fold(text)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lexicon::SynonymGroup;

    #[test]
    fn phrases_count_as_a_whole() {
        let group =
            |words: &[&str], device| SynonymGroup { words: words.iter().map(|word| (*word).into()).collect(), device };
        let names = DeviceNames::new(&Lexicon {
            synonyms: vec![
                group(&["beamer", "biemer"], Some(DeviceType::Projector)),
                group(&["apple tv"], Some(DeviceType::Appletv)),
                group(&["kein ton", "ton weg"], Some(DeviceType::Sound)),
                group(&["dunkel", "schwarz"], None),
            ],
            ..Lexicon::default()
        });
        assert!(names.nothing_else("Biemer?") && names.nothing_else("Beamer Apple TV"));
        assert!(names.nothing_else("Klassenzimmerbeamer") && !names.nothing_else("Beamerkabel"));
        assert_eq!(
            names.places(&["der", "deckenbeamer", "am", "apple", "tv", "kein", "ton"]),
            [(1, 1, DeviceType::Projector, true), (3, 2, DeviceType::Appletv, true), (5, 2, DeviceType::Sound, false)]
        );
        assert_eq!(names.places(&["zwei", "beamern"]), [(1, 1, DeviceType::Projector, true)]);
        assert!(!names.only_complains("biemer geht nicht"), "a projector that does not work is dark");
        assert!(
            !names.nothing_else("biemer geht nich")
                && !names.nothing_else("apple")
                && !names.nothing_else("Kein Ton!")
                && !names.nothing_else("")
        );
        assert_eq!(names.said("das Apple-TV am Beamer"), BTreeSet::from([DeviceType::Projector, DeviceType::Appletv]));
    }
}
