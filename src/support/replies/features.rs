//! What is compared between a text and each button of a step, and what speaks for none of
//! them. A row of figures for each button, and a last one for "none".

use std::collections::HashMap;

use super::{Act, Acts, near::Near};
use crate::domain::{
    flow::{Answer, End, Flow, Step, Text, To},
    text::{WordList, fold, words},
};

/// Names of the figures: those of a button, then those of "none".
pub const NAMES: [&str; CHOICE + NONE] = [
    "phrase",
    "phrase_said",
    "text_met",
    "words_said",
    "common",
    "only_here",
    "expected",
    "in_full",
    "ahead",
    "act",
    "act_shared",
    "asks",
    "first",
    "first_act",
    "ends",
    "none",
    "question_mark",
    "length",
    "unmet",
    "unclear",
    "about",
    "new",
    "other_acts",
    "far",
    "asks_first",
    "asks_somewhere",
    "waits",
    "but",
    "short",
];
const CHOICE: usize = 15;
const NONE: usize = 14;
/// Words of a text that are looked at: more is a story.
const MOST: usize = 40;

/// Words that say nothing of what was seen.
static FILLERS: WordList = WordList::of(
    "der die das dem den des ein eine einen einem einer es er sie ich wir mir mich ist sind war bin \
    hat habe hab haben hatte jetzt auch aber schon doch gar so also da hier mal nur bei uns und bitte danke gerade \
    grad the it is i have has there just but sorry hm ok okay na tja oh halt eben einfach wohl this that my a an to \
    of in im am auf zu zur zum mit von vom fur als wie was dann denn noch immer wieder man ja nein ne kein keine \
    keinen nicht nich net nix nichts not no still werden wird kann konnte will soll muss steht kommt geht macht tut \
    dran drin drauf",
);
/// What turns a phrase into its opposite.
static DENIALS: WordList = WordList::of(
    "nicht nich net nit ned kein keine keinen keiner keins nix nichts nie niemand not no nothing \
    never ohne weder kaum none cant dont doesnt isnt n",
);
/// What begins a question.
static ASKS: WordList = WordList::of(
    "wie wo was wer wann warum wieso welche welcher welches welchen wohin woher womit woran wozu wat \
    how where what why which who when",
);
/// What somebody says who is not done yet, or not sure.
static WAITS: WordList = WordList::of(
    "moment gleich warte warten sekunde gerade grad mach versuch versuche such suche suchen glaube \
    vielleicht irgendwie manchmal hmm hold sec maybe bisschen bissl manche einige teils halb",
);
static LIMITS: WordList = WordList::of(
    "aber nur manchmal halb halbwegs teilweise bloss einmal kurz fast but only sometimes half partly trotzdem dafur \
    gleich bald ausser weg",
);
static BUT: WordList = WordList::of("aber but oder");

/// Turns a phrase into its opposite.
pub(super) fn denies_word(word: &str) -> bool {
    DENIALS.has(word)
}

/// Takes something back of "it works": "geht nur links", "läuft, aber ohne Ton".
pub(super) fn limits_word(word: &str) -> bool {
    LIMITS.has(word)
}

/// How rare words are among the buttons of all flows: a rare one says more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rarity {
    held: HashMap<String, u32>,
    buttons: u32,
}

impl Rarity {
    #[must_use]
    pub fn of<'a>(flows: impl Iterator<Item = &'a Flow>) -> Self {
        let mut rarity = Self::default();
        for button in flows.flat_map(|flow| &flow.steps).flat_map(|step| &step.choices) {
            rarity.buttons += 1;
            let mut all: Vec<String> = phrases(button).flatten().collect();
            all.sort_unstable();
            all.dedup();
            for word in all {
                *rarity.held.entry(word).or_default() += 1;
            }
        }
        rarity
    }

    fn weight(&self, word: &str) -> f64 {
        let held = self.held.get(word).copied().unwrap_or_default();
        (f64::from(self.buttons + 1) / f64::from(held + 1)).ln() + 0.2
    }
}

/// The words of each label and each `match`.
fn phrases(button: &Answer) -> impl Iterator<Item = Vec<String>> {
    button.label.all().chain(button.matches.iter().map(String::as_str)).map(split)
}

fn split(text: &str) -> Vec<String> {
    words(&fold(text)).take(MOST).map(str::to_owned).collect()
}

fn says_something(word: &str) -> bool {
    let number = word.bytes().all(|byte| byte.is_ascii_digit());
    number || word.len() > 1 && !FILLERS.has(word)
}

fn denies(text: &[String]) -> bool {
    text.iter().any(|word| DENIALS.has(word))
}

/// Words compared one by one, once.
struct Compared<'a> {
    said: &'a [String],
    weights: Vec<f64>,
    rarity: &'a Rarity,
    /// For each word of the step, how alike each word of the text is.
    alike: HashMap<String, Vec<f64>>,
}

impl<'a> Compared<'a> {
    fn new(said: &'a [String], step: impl Iterator<Item = String>, near: &Near, rarity: &'a Rarity) -> Self {
        let mut alike = HashMap::new();
        for word in step {
            let row = |word: &String| said.iter().map(|other| near.alike(other, word)).collect();
            alike.entry(word).or_insert_with_key(row);
        }
        Self { said, weights: said.iter().map(|word| rarity.weight(word)).collect(), rarity, alike }
    }

    fn row(&self, word: &str) -> &[f64] {
        self.alike.get(word).map_or(&[], Vec::as_slice)
    }

    /// Share of what words of the step weigh that the text says, and that weight.
    fn said_of<'b>(&self, of: impl Iterator<Item = &'b String>) -> (f64, f64) {
        let (mut all, mut said) = (0.0, 0.0);
        for word in of {
            let weight = self.rarity.weight(word);
            all += weight;
            said += weight * self.row(word).iter().copied().fold(0.0, f64::max);
        }
        (if all > 0.0 { said / all } else { 0.0 }, said)
    }

    /// How alike one word of the text is to the likest of these.
    fn met(&self, at: usize, by: &[String]) -> f64 {
        by.iter().map(|word| self.row(word)[at]).fold(0.0, f64::max)
    }

    /// Share of what words of the text weigh that a phrase says, and that weight.
    fn met_by(&self, phrase: &[String]) -> (f64, f64) {
        let (mut all, mut met) = (0.0, 0.0);
        for (at, word) in self.said.iter().enumerate().filter(|(_, word)| says_something(word)) {
            debug_assert!(!word.is_empty());
            all += self.weights[at];
            met += self.weights[at] * self.met(at, phrase);
        }
        (if all > 0.0 { met / all } else { 0.0 }, met)
    }
}

/// How well a button's best phrase fits.
#[derive(Clone, Copy, Default)]
struct Fit {
    score: f64,
    said: f64,
    met: f64,
    words: f64,
    common: f64,
    full: f64,
}

fn fit(compared: &Compared<'_>, phrase: &[String]) -> Fit {
    let content = || phrase.iter().filter(|word| says_something(word));
    let (said, weight) = compared.said_of(content());
    let (met, other) = compared.met_by(phrase);
    let (words, _) = compared.said_of(phrase.iter());
    let same = denies(phrase) == denies(compared.said);
    let score = (said + met + 0.5 * words) * if same { 1.0 } else { 0.5 };
    let full = if words > 0.99 && same { 1.0 } else { 0.0 };
    Fit { score, said, met, words, common: weight.min(other), full }
}

/// Figures for each button, and last for "none", by [`NAMES`].
#[must_use]
pub fn rows(step: &Step, text: &str, acts: &Acts, near: &Near, rarity: &Rarity) -> Vec<[f64; CHOICE + NONE]> {
    let said = split(text);
    let buttons: Vec<Vec<Vec<String>>> = step.choices.iter().map(|button| phrases(button).collect()).collect();
    let all: Vec<Vec<String>> = buttons.iter().map(|phrases| phrases.concat()).collect();
    let expected: Vec<Vec<String>> = step.expect.iter().flat_map(Text::all).map(split).collect();
    let known = all.iter().flatten().chain(expected.iter().flatten()).cloned();
    let compared = Compared::new(&said, known, near, rarity);
    let best = |phrases: &Vec<Vec<String>>| {
        phrases.iter().map(|phrase| fit(&compared, phrase)).max_by(|a, b| a.score.total_cmp(&b.score))
    };
    let fits: Vec<Fit> = buttons.iter().map(|phrases| best(phrases).unwrap_or_default()).collect();
    let log = |act: Act| f64::from(acts.likely(act) + 0.02).ln();
    let mut rows = Vec::with_capacity(step.choices.len() + 1);
    for (at, button) in step.choices.iter().enumerate() {
        let act = Act::of(button.result);
        let like = |other: &&Answer| Act::of(other.result) == act;
        let same = step.choices.iter().filter(like).count();
        let first = !step.choices[..at].iter().any(|other| like(&other));
        let asks = act == Act::Answers;
        let expected =
            expected.iter().map(|words| compared.said_of(words.iter().filter(|word| says_something(word))).0);
        let others = (0..fits.len()).filter(|other| *other != at).map(|other| fits[other].score);
        let fit = fits[at];
        let tells = if asks { 0.0 } else { log(act) };
        let is = |yes: bool| f64::from(u8::from(yes));
        let figures = [
            fit.score,
            fit.said,
            fit.met,
            fit.words,
            fit.common / 6.0,
            only_here(&compared, &all, at) / 6.0,
            if act == Act::Ok { expected.fold(0.0, f64::max) } else { 0.0 },
            fit.full,
            fit.score - others.fold(0.0, f64::max),
            tells,
            tells / f64::from(u32::try_from(same.max(1)).unwrap_or(u32::MAX)),
            is(asks),
            is(first && !asks),
            if first { tells } else { 0.0 },
            is(act == Act::Ok && button.to == To::End(End::Solved)),
        ];
        let mut row = [0.0; CHOICE + NONE];
        row[..CHOICE].copy_from_slice(&figures);
        rows.push(row);
    }
    let mut row = [0.0; CHOICE + NONE];
    let highest = fits.iter().map(|fit| fit.score).fold(0.0, f64::max);
    row[CHOICE..].copy_from_slice(&none(text, &compared, &all, acts, highest));
    rows.push(row);
    rows
}

/// What words of the text weigh that are this button's and no other's.
fn only_here(compared: &Compared<'_>, all: &[Vec<String>], at: usize) -> f64 {
    let mut sum = 0.0;
    for (place, word) in compared.said.iter().enumerate() {
        if FILLERS.has(word) && !DENIALS.has(word) {
            continue;
        }
        let here = compared.met(place, &all[at]);
        let others = (0..all.len()).filter(|other| *other != at).map(|other| compared.met(place, &all[other]));
        if here >= 0.5 {
            sum += compared.weights[place] * (here - others.fold(0.0, f64::max));
        }
    }
    sum
}

#[expect(clippy::cast_precision_loss, reason = "words of a message")]
fn none(text: &str, compared: &Compared<'_>, all: &[Vec<String>], acts: &Acts, highest: f64) -> [f64; NONE] {
    let said = compared.said;
    let strange = |at: &usize| says_something(&said[*at]) && all.iter().all(|words| compared.met(*at, words) < 0.5);
    let unmet = (0..said.len()).filter(strange).count();
    let count = |list: &WordList| said.iter().filter(|word| list.has(word)).count();
    let log = |acts_of: &[Act]| f64::from(acts_of.iter().map(|act| acts.likely(*act)).sum::<f32>() + 0.02).ln();
    let is = |yes: bool| f64::from(u8::from(yes));
    [
        1.0,
        is(text.trim_end().ends_with('?')),
        said.len().min(20) as f64 / 10.0,
        unmet as f64 / 4.0,
        log(&[Act::Unclear]),
        log(&[Act::About]),
        log(&[Act::New]),
        log(&[Act::Report, Act::Danger, Act::Lesson, Act::NoLesson, Act::Back]),
        1.0 - highest,
        is(said.first().is_some_and(|word| ASKS.has(word))),
        is(count(&ASKS) > 0),
        count(&WAITS) as f64 / 2.0,
        is(count(&BUT) > 0),
        is(said.len() <= 2),
    ]
}
