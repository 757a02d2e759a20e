//! Which clauses tell of a step, where no rule of grammar says so: a small classifier, as the
//! one of [`crate::support::heard::tells`], that reads one clause with what stands beside
//! it. It was fitted on invented messages (`knowledge/tellings/steps`).

use std::{collections::BTreeSet, sync::LazyLock};

use super::{clauses::Clause, meanings::MEANINGS, verbs::Verb};
use crate::{
    domain::ticket::StepResult,
    support::{
        heard::{learned::Learned, said::Said, signs::Meanings},
        wordings::{features::Counts, file::FileError},
    },
};

/// The names of its classes: what came of a step, or that it is none.
pub const CLASSES: [&str; 4] = ["failed", "none", "ok", "skipped"];

static WORDS: LazyLock<Meanings> = LazyLock::new(|| Meanings::new(&MEANINGS));

/// How likely a clause is a step, by what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Likely {
    pub failed: f32,
    pub ok: f32,
    pub skipped: f32,
    pub none: f32,
}

#[derive(Clone, Debug)]
pub(super) struct StepModel(Learned<4>);

impl StepModel {
    /// What is built in.
    ///
    /// # Errors
    /// [`FileError`]: a fault of the build, which a test finds.
    pub(super) fn shipped() -> Result<Self, FileError> {
        static READ: LazyLock<Result<Learned<4>, FileError>> =
            LazyLock::new(|| Learned::of(include_bytes!("../../../../models/steps.bin"), CLASSES));
        READ.clone().map(Self)
    }

    pub(super) fn read(&self, counts: &Counts) -> Likely {
        let [failed, none, ok, skipped] = self.0.read(counts);
        Likely { failed, ok, skipped, none }
    }
}

/// The clauses of a message, looked at once: each is seen with its neighbours.
pub(super) struct Seen<'s> {
    said: &'s Said<'s>,
    clauses: &'s [Clause],
    signs: Vec<BTreeSet<String>>,
    /// What each says of an outcome.
    verdicts: Vec<&'static str>,
}

impl<'s> Seen<'s> {
    pub(super) fn new(
        said: &'s Said<'s>,
        verbs: &[Verb],
        clauses: &'s [Clause],
        verdict: impl Fn(Clause) -> &'static str,
    ) -> Self {
        let signs = |clause: &Clause| {
            WORDS.signs(said, (clause.from, clause.to), |at| match verbs[at] {
                Verb::Done => Some("done"),
                Verb::English => Some("did"),
                Verb::Finite => Some("does"),
                Verb::None if said.word(at).bytes().all(|byte| byte.is_ascii_digit()) => Some("number"),
                Verb::None => None,
            })
        };
        Self {
            said,
            clauses,
            signs: clauses.iter().map(signs).collect(),
            verdicts: clauses.iter().map(|clause| verdict(*clause)).collect(),
        }
    }

    /// The clause `nth` as the classifier sees it; `rule` is what the rules make of it.
    pub(super) fn view(&self, nth: usize, rule: Option<StepResult>) -> Counts {
        let here = self.clauses[nth];
        let mut signs = self.signs[nth].clone();
        let around = [("<", nth.checked_sub(1)), ("]", Some(nth + 1)), ("]]", Some(nth + 2))];
        for (name, at) in around {
            match at.and_then(|at| self.signs.get(at)) {
                Some(beside) => {
                    signs.extend(beside.iter().filter(|sign| !sign.contains('>')).map(|sign| format!("{name}{sign}")));
                }
                None => {
                    signs.insert(format!("{name}nothing"));
                }
            }
        }
        // What is said of the outcome, here and in the two clauses that follow.
        let told = &self.verdicts[nth..(nth + 3).min(self.verdicts.len())];
        for (name, told) in ["=", "=]", "=]]"].iter().zip(told) {
            signs.insert(format!("{name}{told}"));
        }
        let first = told.iter().find(|told| !told.is_empty()).copied().unwrap_or_default();
        signs.insert(format!("=then {first}"));
        signs.insert(format!("=rule {rule:?} then {first}"));
        signs.insert(format!("=rule {rule:?}"));
        signs.insert(format!("=first {}", here.first));
        signs.insert(format!("=words {}", (here.to - here.from).min(9) / 2));
        // The sentence is a question, if its end is one.
        let end = self.said.tokens[here.to - 1].end;
        let rest = self.said.text[end..].find(['.', '?', '!', '\n']).map(|at| &self.said.text[end + at..=end + at]);
        if rest == Some("?") {
            signs.insert("=question".into());
        }
        Counts::with_signs(here.text(self.said), signs.iter().map(String::as_str))
    }
}

/// Whether a clause names what a step can be done with, or what is done; of a device, that
/// something is done with it, too.
pub(super) fn names_a_thing(said: &Said, clause: Clause) -> bool {
    let has = |wanted: &[&str]| {
        (clause.from..clause.to).any(|at| WORDS.of(said.word(at)).iter().any(|meaning| wanted.contains(meaning)))
    };
    has(&["tool", "deed", "way"]) || has(&["device"]) && has(&["with", "other", "check", "verb"])
}
