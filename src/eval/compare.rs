//! `compare`: a question answered in each way, and the ways shuffled, so that whoever
//! reads them judges the words and not the name. Which is which stands in a key of its own.

use rand::{SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use serde::{Deserialize, Serialize};

use super::sets::Question as Asked;
use crate::{
    domain::{
        citation::{Citation, Sentence},
        text::clean,
    },
    support::{
        Support,
        respond::{Question, Ways},
    },
};

/// How an answer came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    Quoted,
    Strict,
    Free,
}

/// One sentence, with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    pub text: String,
    /// Titles of its sources; none for a phrase of ours.
    pub sources: Vec<String>,
}

/// An answer without its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// `A`, `B`, `C`.
    pub letter: char,
    /// Empty where nothing was said: a reader would see the quoted passages.
    pub lines: Vec<Line>,
}

/// A question with its answers, in an order that tells nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    pub id: String,
    pub question: String,
    pub answers: Vec<Answer>,
}

/// What belongs to it, for afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub id: String,
    /// The way of `A`, of `B`, of `C`.
    pub ways: Vec<Way>,
}

/// All questions for which something was found. The order depends on the seed alone.
pub async fn run(support: &Support, questions: &[Asked], seed: u64) -> Vec<(Compared, Key)> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut compared = Vec::new();
    for asked in questions {
        let text = clean(&asked.question);
        let masked = support.desk.redactor.mask(&text).text;
        let question = Question { sought: Some(text), ..Question::new(masked, asked.lang) };
        if let Some(ways) = support.responder.ways(&question).await {
            compared.push(shuffled(asked, ways, &mut rng));
        }
    }
    compared
}

fn shuffled(asked: &Asked, ways: Ways, rng: &mut StdRng) -> (Compared, Key) {
    let mut all = vec![
        (Way::Quoted, lines(&ways.quoted.sentences, &ways.quoted.citations)),
        (Way::Free, lines(&ways.free.sentences, &ways.free.citations)),
    ];
    all.extend(ways.strict.map(|strict| (Way::Strict, lines(&strict.sentences, &strict.citations))));
    all.shuffle(rng);
    let key = Key { id: asked.id.clone(), ways: all.iter().map(|(way, _)| *way).collect() };
    let answers = ('A'..).zip(all).map(|(letter, (_, lines))| Answer { letter, lines }).collect();
    (Compared { id: asked.id.clone(), question: asked.question.clone(), answers }, key)
}

fn lines(sentences: &[Sentence], citations: &[Citation]) -> Vec<Line> {
    let title = |n: &u32| citations.iter().find(|citation| citation.n == *n).map(|citation| citation.title.clone());
    let line = |sentence: &Sentence| Line {
        text: sentence.text.clone(),
        sources: sentence.citations.iter().filter_map(title).collect(),
    };
    sentences.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        domain::lang::Lang,
        eval::sets::Expect,
        support::{answer::Written, quote::Quoted},
    };

    fn ways() -> Ways {
        let said = |text: &str| vec![Sentence { text: text.into(), citations: vec![], step: None, units: vec![] }];
        Ways {
            quoted: Quoted { sentences: said("quoted"), citations: vec![] },
            strict: Some(Written { sentences: said("strict"), ..Written::default() }),
            free: Written { sentences: said("free"), ..Written::default() },
        }
    }

    #[test]
    fn the_key_tells_which_is_which_and_nothing_else_does() {
        let asked = Asked {
            id: "1".into(),
            question: "geht nicht".into(),
            lang: Lang::De,
            problem: None,
            answerable: true,
            expect: Expect::Answer,
            style: None,
            device: None,
        };
        let mut orders = BTreeSet::new();
        let mut rng = StdRng::seed_from_u64(1);
        for _ in 0..60 {
            let (compared, key) = shuffled(&asked, ways(), &mut rng);
            for (answer, way) in compared.answers.iter().zip(&key.ways) {
                assert_eq!(serde_json::to_value(way).unwrap(), answer.lines[0].text);
            }
            assert_eq!(compared.answers.iter().map(|answer| answer.letter).collect::<String>(), "ABC");
            orders.insert(key.ways);
        }
        assert_eq!(orders.len(), 6, "each order comes");
        let once = |seed| shuffled(&asked, ways(), &mut StdRng::seed_from_u64(seed));
        assert_eq!(once(7), once(7));
    }
}
