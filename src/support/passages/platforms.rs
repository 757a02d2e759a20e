//! Which learning platform a question speaks of, by the lexicon: "i-serv" is IServ.

use std::collections::BTreeSet;

use crate::domain::{
    lexicon::Lexicon,
    text::{fold, words},
};

/// Words and phrases that name a platform, folded, with its name in front matter.
#[derive(Clone, Debug, Default)]
pub struct PlatformNames(Vec<(Vec<String>, String)>);

impl PlatformNames {
    /// Every group of the lexicon that begins with the name of a platform or
    /// product: `microsoft 365` is `microsoft365` in front matter.
    #[must_use]
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut names = Vec::new();
        for group in &lexicon.synonyms {
            let Some(name) = group.words.first().map(|word| plain(word)) else { continue };
            names.extend(group.words.iter().map(|phrase| (split(phrase), name.clone())));
        }
        names.retain(|(words, _)| !words.is_empty());
        Self(names)
    }

    /// All that is named; other words of the lexicon may be among them.
    #[must_use]
    pub fn said(&self, text: &str) -> BTreeSet<String> {
        let said = split(text);
        let named = |words: &[String]| said.windows(words.len()).any(|window| window == words);
        self.0.iter().filter(|(words, _)| named(words)).map(|(_, name)| name.clone()).collect()
    }
}

/// As in front matter: small letters and digits alone.
fn plain(text: &str) -> String {
    text.chars().filter(|ch| ch.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn split(text: &str) -> Vec<String> {
    words(&fold(text)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lexicon::SynonymGroup;

    #[test]
    fn a_platform_is_known_by_all_its_names() {
        let group = |words: &[&str]| SynonymGroup {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..SynonymGroup::default()
        };
        let groups = vec![group(&["iserv", "i-serv"]), group(&["microsoft 365", "teams"]), group(&["moodle"])];
        let names = PlatformNames::new(&Lexicon { synonyms: groups, ..Lexicon::default() });
        let set = |name: &str| BTreeSet::from([name.to_owned()]);
        assert_eq!(names.said("I-Serv geht nicht"), set("iserv"));
        assert_eq!(names.said("Teams will einen Code"), set("microsoft365"));
        assert_eq!(names.said("Anmeldung geht nicht"), BTreeSet::new());
    }
}
