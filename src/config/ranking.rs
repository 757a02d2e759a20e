//! The weights of the ranking, as `models/ranking.toml` gives them: found by
//! `schullotse fit ranking` and readable. A file that was fitted with another analysis
//! of words is refused: its weights would mean something else.

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use serde::{Deserialize, Serialize};

/// The weights that the product ships.
const SHIPPED: &str = include_str!("../../models/ranking.toml");

/// Weights of both stages of the ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// Fingerprint of the analysis that they were fitted with.
    pub analysis: String,
    pub first: First,
    /// Weight of each signal of the second stage, by its name; what is not named counts nothing.
    pub second: BTreeMap<String, f32>,
    /// What the weights gave, set by set.
    #[serde(default)]
    pub figures: BTreeMap<String, BTreeMap<String, f64>>,
}

/// Weights of the first stage, beside 1 for the word itself in the running text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct First {
    /// Weight of a word in the title.
    pub title: f32,
    /// Weight of a word in the headings.
    pub heading: f32,
    /// Weight of a word that is part of a compound: `Drucker` in `Lehrerzimmerdrucker`.
    pub part: f32,
    /// Weight of a synonym beside the word itself.
    pub synonym: f32,
    /// Weight of a word of everyday German that means nearly the same.
    #[serde(default = "general")]
    pub general: f32,
    /// Weight of a German word found through the English one.
    pub translation: f32,
    /// Weight of the parts of a compound that was asked for, beside the compound itself.
    pub compound: f32,
    /// Weight of a word that differs by a typo; for two typos it counts twice.
    pub typo: f32,
    /// Share of the score that pieces of words make up, 0 to 1; whole words make up the rest.
    pub pieces: f32,
    /// Weight of a piece of a word in the title beside one anywhere.
    pub title_pieces: f32,
    /// How soon a repeated word stops counting more (`k1` of BM25).
    pub k1: f32,
    /// How much a long text is held against a word in it, 0 to 1 (`b` of BM25).
    pub b: f32,
}

/// For files that were written before there was such a weight.
const fn general() -> f32 {
    0.5
}

impl First {
    /// The weights by name, for the search of better ones.
    pub fn named(&mut self) -> [(&'static str, &mut f32); 12] {
        [
            ("title", &mut self.title),
            ("heading", &mut self.heading),
            ("part", &mut self.part),
            ("synonym", &mut self.synonym),
            ("general", &mut self.general),
            ("translation", &mut self.translation),
            ("compound", &mut self.compound),
            ("typo", &mut self.typo),
            ("pieces", &mut self.pieces),
            ("title_pieces", &mut self.title_pieces),
            ("k1", &mut self.k1),
            ("b", &mut self.b),
        ]
    }
}

impl Ranking {
    /// The same without each of its parts, with the part's name.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, Self)> {
        let without = |change: fn(&mut Self)| {
            let mut changed = self.clone();
            change(&mut changed);
            changed
        };
        vec![
            ("the classifier of wordings", without(|all| all.second.retain(|name, _| name != "about"))),
            ("pieces of words", without(|all| all.first.pieces = 0.0)),
            (
                "synonyms of the trade and translations",
                without(|all| (all.first.synonym, all.first.translation) = (0.0, 0.0)),
            ),
            ("words of everyday German", without(|all| all.first.general = 0.0)),
            ("compounds", without(|all| (all.first.compound, all.first.part) = (0.0, 0.0))),
            ("typo tolerance", without(|all| all.first.typo = 0.0)),
            (
                "the closer look",
                without(|all| all.second.retain(|name, _| matches!(name.as_str(), "lexical" | "about"))),
            ),
        ]
    }

    /// Reads weights from a file.
    ///
    /// # Errors
    /// Says what is wrong with the file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        toml::from_str(&text).map_err(|error| {
            format!(
                "{} holds no weights of the ranking: {}\nhint: write it anew with `schullotse fit ranking`",
                path.display(),
                error.message()
            )
        })
    }
}

impl Default for Ranking {
    /// The weights that the product ships.
    fn default() -> Self {
        static READ: LazyLock<Ranking> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "part of the program; a test reads it")]
            toml::from_str(SHIPPED).expect("models/ranking.toml is valid")
        });
        READ.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_weights_are_read() {
        let mut ranking = Ranking::default();
        assert!(ranking.first.named().iter().all(|(_, weight)| weight.is_finite()));
        assert!(ranking.second.values().any(|weight| *weight > 0.0));
        let text = toml::to_string(&ranking).unwrap();
        assert_eq!(toml::from_str::<Ranking>(&text).unwrap(), ranking);
        assert!(toml::from_str::<Ranking>(&text.replace("title", "tittle")).is_err());
    }
}
