//! Which devices a question speaks of, by the lexicon: "biemer" is a projector.

use std::collections::BTreeSet;

use crate::domain::{
    document::DeviceType,
    lexicon::Lexicon,
    text::{fold, words},
};

/// Words and phrases that name a device, folded.
#[derive(Clone, Debug, Default)]
pub struct DeviceNames(Vec<(Vec<String>, DeviceType)>);

impl DeviceNames {
    #[must_use]
    pub fn new(lexicon: &Lexicon) -> Self {
        let groups = lexicon.synonyms.iter().filter_map(|group| group.device.map(|device| (group, device)));
        let mut names: Vec<(Vec<String>, DeviceType)> = groups
            .flat_map(|(group, device)| group.words.iter().map(move |name| (split(name), device)))
            .filter(|(name, _)| !name.is_empty())
            .collect();
        // The longest first: "apple tv" before "tv".
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self(names)
    }

    /// All devices that are named.
    #[must_use]
    pub fn said(&self, text: &str) -> BTreeSet<DeviceType> {
        let said = split(text);
        let named = self.0.iter().filter(|(name, _)| said.windows(name.len()).any(|window| window == name.as_slice()));
        named.map(|(_, device)| *device).collect()
    }

    /// Whether nothing but a device is named: "Beamer", "iPad?".
    #[must_use]
    pub fn nothing_else(&self, text: &str) -> bool {
        let said = split(text);
        let mut rest = said.as_slice();
        while !rest.is_empty() {
            let name = self.0.iter().map(|(name, _)| name).find(|name| rest.starts_with(name));
            let Some(name) = name.filter(|name| !complains(name)) else { return false };
            rest = &rest[name.len()..];
        }
        !said.is_empty()
    }
}

/// "kein ton" names a device and says what is wrong with it.
fn complains(name: &[String]) -> bool {
    const NEGATIONS: [&str; 8] = ["kein", "keine", "keinen", "nicht", "nich", "nichts", "nix", "no"];
    name.iter().any(|word| NEGATIONS.contains(&word.as_str()))
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
                group(&["kein ton"], Some(DeviceType::Sound)),
                group(&["dunkel", "schwarz"], None),
            ],
            ..Lexicon::default()
        });
        assert!(names.nothing_else("Biemer?") && names.nothing_else("Beamer Apple TV"));
        assert!(
            !names.nothing_else("biemer geht nich")
                && !names.nothing_else("apple")
                && !names.nothing_else("Kein Ton!")
                && !names.nothing_else("")
        );
        assert_eq!(names.said("das Apple-TV am Beamer"), BTreeSet::from([DeviceType::Projector, DeviceType::Appletv]));
    }
}
