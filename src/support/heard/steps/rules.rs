//! Steps by grammar: a participle of what one does with her as its doer, what is turned off
//! and on, a step's name with what came of it, what could not be done. Precise where they
//! speak; where they are silent, [`super::learned`] may.

use super::{
    Step,
    clauses::{Clause, clauses},
    tables as words, tried,
    verbs::Verb,
};
use crate::domain::text::WordList;
use crate::{
    domain::ticket::StepResult,
    support::heard::{phrases::Phrases, said::Said},
};

/// The tables, ready.
#[derive(Debug)]
pub(super) struct Rules {
    ok: Phrases,
    evidence: Phrases,
    veto: Phrases,
    skipped: Phrases,
    cannot: Phrases,
    not_done: Phrases,
    pairs: Phrases,
    named: Phrases,
    states: Phrases,
}

impl Rules {
    pub(super) fn new() -> Self {
        Self {
            ok: Phrases::new(&words::OK),
            evidence: Phrases::new(&words::EVIDENCE),
            veto: Phrases::new(&words::VETO),
            skipped: Phrases::new(&words::SKIPPED),
            cannot: Phrases::new(&words::CANNOT),
            not_done: Phrases::new(&words::NOT_DONE),
            pairs: Phrases::new(&words::PAIRS),
            named: Phrases::new(&words::NAMED),
            states: Phrases::new(&words::STATES),
        }
    }

    /// What a clause says of an outcome, by the phrases for it.
    pub(super) fn verdict(&self, said: &Said, Clause { from, to, .. }: Clause) -> &'static str {
        let ok = self.ok.among(said, from, to);
        let veto = self.veto.among(said, from, to);
        let evidence = self.evidence.among(said, from, to);
        match (ok, veto, evidence) {
            (true, false, false) => "ok",
            (true, ..) => "ok but",
            (false, true, _) => "veto",
            (false, false, true) => "evidence",
            _ if self.states.among(said, from, to) => "state",
            _ => "",
        }
    }

    /// The clauses of a message and the step that the rules find in each.
    pub(super) fn of(&self, said: &Said, verbs: &[Verb]) -> (Vec<Clause>, Vec<Option<Step>>) {
        let pairs: Vec<(usize, usize)> = self.pairs.places(said).collect();
        let clauses = clauses(said, verbs, &pairs);
        let mut steps: Vec<Option<Step>> = Vec::new();
        // Whether the last clause of this sentence was about herself: "hab X gewechselt und Y geprüft".
        let mut hers = false;
        for (nth, clause) in clauses.iter().enumerate() {
            hers &= !clause.first;
            let own = (clause.from..clause.to).any(|at| OWN.has(said.word(at)));
            hers |= own;
            let next = clauses.get(nth + 1);
            let before = nth.checked_sub(1).map(|before| clauses[before]).filter(|_| !clause.first);
            let last = steps.iter().flatten().next_back();
            let before = before.filter(|before| last.is_none_or(|last| last.to <= before.from));
            let around = Around { before, next: next.copied(), pairs: &pairs, verbs, hers };
            let step = self.step(said, *clause, &around);
            if step.is_none() {
                let helped = self.ok.among(said, clause.from, clause.to);
                let but = self.veto.among(said, clause.from, clause.to);
                let last = steps.iter_mut().flatten().next_back();
                if let Some(last) = last.filter(|last| last.tried.result != StepResult::Skipped) {
                    if but {
                        last.tried.result = StepResult::Failed;
                    } else if helped {
                        last.tried.result = StepResult::Ok;
                    }
                }
            }
            steps.push(step);
        }
        (clauses, steps)
    }

    fn step(&self, said: &Said, clause: Clause, around: &Around) -> Option<Step> {
        let Clause { from, to, .. } = clause;
        let Around { before, pairs, verbs, hers, .. } = *around;
        let question = said.gap_after(to - 1).contains('?');
        let herself = (from..to).any(|at| HERSELF.has(said.word(at)));
        if self.cannot.among(said, from, to) || herself && self.skipped.among(said, from, to) {
            return tried(said, from, to, true, StepResult::Skipped);
        }
        if question || self.not_done.among(said, from, to) {
            return None;
        }
        let helped = self.ok.among(said, from, to) && !self.veto.among(said, from, to);
        let result = if helped { StepResult::Ok } else { StepResult::Failed };
        if let Some(at) = (from..to).find(|at| verbs[*at] == Verb::English) {
            let state = matches!(said.before(at, 1), "is" | "are" | "was");
            return tried(said, if state { from } else { at }, to, state, result);
        }
        let pair = pairs.iter().find(|pair| from <= pair.0 && pair.1 <= to);
        let verb = (from..to).rfind(|at| verbs[*at] == Verb::Done);
        if let Some(at) = verb.filter(|at| Self::by_her(said, from, *at, hers)) {
            let end = (at + 1).max(pair.map_or(0, |pair| pair.1));
            if (from..at).any(|at| said.word(at) == "hat") {
                return tried(said, from, end, true, result);
            }
            let step = tried(said, begin(said, from, at), end, false, result);
            // "Anderes Kabel, hab ich probiert": what, stands before.
            let bare = step.as_ref().is_none_or(|step| !step.tried.step.contains(' ') && CHECKS.has(said.word(at)));
            return match before.filter(|_| bare) {
                Some(before) => tried(said, before.from, end, true, result).or(step),
                None => step,
            };
        }
        if let Some((at, end)) = pair {
            return tried(said, begin(said, from, *at), *end, false, result);
        }
        let place = |phrases: &Phrases| {
            let line = &said.line[said.line_at(from)..said.line_at(to)];
            phrases.in_line(line)
        };
        if place(&self.states) && !self.veto.among(said, from, to) {
            return tried(said, begin_of_state(said, from, to), to, true, result);
        }
        let finite = (from..to).any(|at| verbs[at] == Verb::Finite);
        let named = place(&self.named)
            && (helped || self.evidence.among(said, before.map_or(from, |before| before.from), said.tokens.len()));
        let finite = finite && (helped || self.evidence.among(said, from, around.next.map_or(to, |next| next.to)));
        if named || finite {
            let end = (from + 1..to).find(|at| ENDS.has(said.word(*at))).unwrap_or(to);
            return tried(said, begin(said, from, end), end, false, result);
        }
        None
    }

    /// Whether it was she who did what the participle at `at` says, or somebody for her.
    fn by_her(said: &Said, from: usize, at: usize, hers: bool) -> bool {
        let mut passive = false;
        for back in (from..at).rev() {
            match said.word(back) {
                "hab" | "haben" | "hatte" | "hatten" | "habt" => return true,
                "hat" => return (from..at).any(|at| HELPERS.iter().any(|helper| said.word(at).starts_with(helper))),
                "ist" | "sind" | "war" | "waren" | "wird" | "werden" | "wurde" | "wurden" | "bin" => {
                    passive = true;
                    break;
                }
                _ => {}
            }
        }
        let word = said.word(at);
        let strong = STRONG.iter().any(|strong| word.ends_with(strong));
        // Who did it need not be said, but what it was done to, or a verb that tells.
        strong || !passive && (hers || at > from || word.len() > 8)
    }
}

/// What stands beside a clause.
struct Around<'a> {
    /// The clause before, in the same sentence, where it is no step itself.
    before: Option<Clause>,
    next: Option<Clause>,
    pairs: &'a [(usize, usize)],
    verbs: &'a [Verb],
    /// The sentence speaks of what she did.
    hers: bool,
}

/// Where a step begins that ends at `at`: behind what was said before without a comma.
fn begin(said: &Said, from: usize, at: usize) -> usize {
    (from..at).rfind(|before| words::BARRIERS.has(said.word(*before))).map_or(from, |barrier| barrier + 1)
}

/// As [`begin`], but the verb of the state itself is no barrier: the last noun's own clause.
fn begin_of_state(said: &Said, from: usize, to: usize) -> usize {
    let last = (from..to).rfind(|at| words::BARRIERS.has(said.word(*at)));
    last.map_or(from, |last| begin(said, from, last))
}

/// She speaks of what she did.
static OWN: WordList = WordList::of("hab haben hatte hatten ich wir i we ve selber");
/// She speaks of herself.
static HERSELF: WordList =
    WordList::of("ich wir mich uns i we komm trau traue krieg kriege find finde hab haben mir konnte couldn cannot");
/// Who helps her.
const HELPERS: [&str; 8] =
    ["kolleg", "hausmeister", "schuler", "jemand", "techniker", "nachbar", "referendar", "medien"];
/// What is done to a device on purpose, even said without who did it.
const STRONG: [&str; 22] = [
    "gewechselt",
    "getauscht",
    "gesteckt",
    "gestartet",
    "gepruft",
    "pruft",
    "schlossen",
    "geschaltet",
    "aktualisiert",
    "gezogen",
    "gedruckt",
    "installiert",
    "geladen",
    "gemacht",
    "gestellt",
    "gelegt",
    "gewischt",
    "gereinigt",
    "ersetzt",
    "kontrolliert",
    "getestet",
    "probiert",
];
/// Says that something was looked after, and not what.
static CHECKS: WordList = WordList::of(
    "gepruft uberpruft kontrolliert gecheckt getestet geguckt geschaut nachgeschaut nachgesehen nachgeguckt",
);
/// Words of an outcome, at which a step without a verb ends.
static ENDS: WordList = WordList::of(
    "hat hilft half bringt brachte bringts nix nicht auch geht gehts ging andert anderte ist same didn no \
     nothing schon und ohne erfolglos trotzdem immer gleiche",
);
