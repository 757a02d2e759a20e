//! What is decided before any search: danger, the wish for a person, what is out
//! of scope, a greeting. Rules are data (`safety.toml` and `rules.toml` in `knowledge/lexicon`); this is
//! how they are read. A typo in a long word does not hide a danger, and where no rule
//! sees one, the classifier of wordings may.

use crate::{
    domain::{
        lexicon::{Lexicon, RuleKind},
        orders::{ORDERS, Orders},
        phrases::Ready,
        text::{fold, sentences, words},
    },
    support::wordings::Reading,
};

/// A danger that the classifier finds at least this likely is taken for one: on the sets for
/// fitting that warns of one or two harmless messages in a hundred (`fit wordings`).
pub const DANGER: f32 = 0.55;
/// The same, where a rule says that something else is meant.
const DANGER_BESIDE_RULE: f32 = 0.7;
/// The same in the middle of a story about a fault: a part of it ("ist verschwunden", "hab den
/// Code von nebenan") says less by itself than a first message does.
const DANGER_AMID: f32 = 0.9;
/// The same for so few words that the classifier has little to go by; rules know the short ones.
const DANGER_FEW: f32 = 0.85;
const FEW: usize = 4;
/// What a rule says of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Id of the rule: chooses the text.
    pub rule: String,
    pub kind: RuleKind,
}

/// All rules, ready to be asked.
pub struct Triage {
    rules: Vec<(Verdict, Vec<Ready>)>,
    orders: Orders,
}

impl Triage {
    #[must_use]
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut rules: Vec<(Verdict, Vec<Ready>)> = lexicon
            .rules
            .iter()
            .map(|rule| {
                (Verdict { rule: rule.id.clone(), kind: rule.kind }, rule.when.iter().map(Ready::new).collect())
            })
            .collect();
        rules.sort_by_key(|(verdict, _)| order(verdict.kind));
        Self { rules, orders: Orders::new(lexicon) }
    }

    /// The first rule that holds: safety before all else, a greeting last.
    #[must_use]
    pub fn decide(&self, text: &str) -> Option<Verdict> {
        let folded = fold(text);
        let words: Vec<&str> = words(&folded).collect();
        self.rules
            .iter()
            .find(|(verdict, when)| {
                when.iter().any(|ready| ready.holds(&words)) || verdict.rule == ORDERS && self.orders.in_message(text)
            })
            .map(|(verdict, _)| verdict.clone())
    }

    /// As [`Self::decide`]; where no rule sees a danger, what the wording tells counts. `amid`:
    /// a fault is spoken of already.
    #[must_use]
    pub fn decide_with(&self, text: &str, reading: &Reading, amid: bool) -> Option<Verdict> {
        let by_rule = self.decide(text);
        let wanted = match &by_rule {
            Some(verdict) if verdict.kind == RuleKind::Safety => return by_rule,
            Some(_) => DANGER_BESIDE_RULE,
            None => DANGER,
        };
        let few = words(&fold(text)).count() <= FEW;
        let wanted = match (amid, few) {
            (true, true) => return by_rule,
            (true, false) => DANGER_AMID,
            (false, true) => wanted.max(DANGER_FEW),
            (false, false) => wanted,
        };
        match reading.danger() {
            Some((id, likely)) if likely >= wanted && !self.excepted(id, text) => {
                Some(Verdict { rule: id.into(), kind: RuleKind::Safety })
            }
            _ => by_rule,
        }
    }

    /// Whether a rule for this danger would hold but for one of its exceptions: whoever wrote
    /// the exception had just such a message in mind. In a story an exception counts for
    /// its own sentence only.
    fn excepted(&self, id: &str, text: &str) -> bool {
        let of = |(verdict, _): &&(Verdict, Vec<Ready>)| verdict.kind == RuleKind::Safety && verdict.rule == id;
        let any = |text: &str, says: fn(&Ready, &[&str]) -> bool| {
            let folded = fold(text);
            let words: Vec<&str> = words(&folded).collect();
            self.rules.iter().filter(of).flat_map(|(_, when)| when).any(|ready| says(ready, &words))
        };
        any(text, Ready::excepts) && !sentences(text).into_iter().any(|sentence| any(sentence, Ready::holds))
    }
}

fn order(kind: RuleKind) -> u8 {
    match kind {
        RuleKind::Safety => 0,
        RuleKind::Human => 1,
        RuleKind::Decline => 2,
        RuleKind::Smalltalk => 3,
    }
}

#[cfg(test)]
mod orders;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lexicon::{Condition, Rule};

    fn triage() -> Triage {
        let rule = |id: &str, kind, all: &[&[&str]], not: &[&str], only| Rule {
            id: id.into(),
            kind,
            when: vec![Condition {
                all: all.iter().map(|group| group.iter().map(|word| (*word).into()).collect()).collect(),
                not: not.iter().map(|word| (*word).into()).collect(),
                only,
                ..Condition::default()
            }],
        };
        Triage::new(&Lexicon {
            rules: vec![
                rule("greeting", RuleKind::Smalltalk, &[&["hallo", "guten morgen"]], &[], true),
                rule("marks", RuleKind::Decline, &[&["note", "zensur*"]], &["webuntis"], false),
                rule("phishing", RuleKind::Safety, &[&["geklickt", "klick*"], &["link", "anhang"]], &["moodle"], false),
            ],
            ..Lexicon::default()
        })
    }

    fn rule(text: &str) -> Option<String> {
        triage().decide(text).map(|verdict| verdict.rule)
    }

    #[test]
    fn safety_comes_first_and_forgives_a_typo() {
        assert_eq!(rule("Hallo, habe auf einen komischen Link geklickt").as_deref(), Some("phishing"));
        assert_eq!(rule("hab auf nen link gekickt").as_deref(), Some("phishing"));
        assert_eq!(rule("der link geht nicht"), None);
    }

    #[test]
    fn a_greeting_is_one_only_alone() {
        assert_eq!(rule("Guten Morgen!").as_deref(), Some("greeting"));
        assert_eq!(rule("Hallo liebes Team").as_deref(), Some("greeting"));
        assert_eq!(rule("Guten Morgen, der Beamer geht nicht"), None);
    }

    #[test]
    fn prefixes_and_exceptions() {
        assert_eq!(rule("welche Zensuren hat Klasse 5").as_deref(), Some("marks"));
        assert_eq!(rule("Note in WebUntis lädt nicht"), None);
        assert_eq!(rule(""), None);
    }

    /// A reading that is sure of one class.
    fn reading(class: &str, likely: f32) -> Reading {
        Reading::new([class.to_owned(), "none".to_owned()].into(), vec![likely, 1.0 - likely])
    }

    #[test]
    fn the_classifier_speaks_where_no_rule_sees_a_danger() {
        let triage = triage();
        let found = |text: &str, class: &str, likely: f32| {
            triage.decide_with(text, &reading(class, likely), false).map(|verdict| verdict.rule)
        };
        assert_eq!(found("aus dem wagen kommt qualm", "H:fire", DANGER).as_deref(), Some("fire"));
        assert_eq!(found("aus dem wagen kommt qualm", "H:fire", DANGER - 0.01), None);
        assert_eq!(found("aus dem wagen kommt qualm", "P02", 0.99), None);
        // A rule for danger is not overruled; another one is, where the danger is likelier.
        assert_eq!(found("link geklickt", "H:fire", 0.99).as_deref(), Some("phishing"));
        assert_eq!(found("welche note", "H:fire", DANGER).as_deref(), Some("marks"));
        assert_eq!(found("welche note", "H:fire", DANGER_FEW).as_deref(), Some("fire"));
        // What a rule's exception names is none, of that danger.
        assert_eq!(found("note in webuntis", "H:phishing", 0.99).as_deref(), Some("phishing"));
        assert_eq!(found("link in moodle geklickt", "H:phishing", 0.99), None);
        assert_eq!(found("Link geklickt. Danach Moodle gestartet.", "H:phishing", 0.99).as_deref(), Some("phishing"));
        assert_eq!(found("link in moodle geklickt", "H:fire", 0.99).as_deref(), Some("fire"));
    }

    /// Rules and classifier together, as asked: no danger is lost, and of sentences made to
    /// sound like one few warn.
    #[test]
    fn the_classifier_warns_of_few_lookalikes() {
        let (triage, wordings) = (shipped(), crate::support::wordings::Wordings::shipped().unwrap());
        let (mut harmless, mut alarms) = (0, Vec::new());
        let files =
            [include_str!("../../tests/data/triage/cases.jsonl"), include_str!("../../tests/data/triage/safety.jsonl")];
        for line in files.iter().flat_map(|file| file.lines()) {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            for text in [&case["text"], &case["harmless"]].into_iter().filter_map(serde_json::Value::as_str) {
                let by_rule = triage.decide(text);
                let found = triage.decide_with(text, &wordings.read(text), false);
                if by_rule.as_ref().is_some_and(|verdict| verdict.kind == RuleKind::Safety) {
                    assert_eq!(found, by_rule, "{text}");
                } else {
                    harmless += 1;
                    alarms.extend(found.filter(|verdict| verdict.kind == RuleKind::Safety).map(|_| text.to_owned()));
                }
            }
        }
        assert!(harmless > 200 && alarms.len() * 100 <= 4 * harmless, "{} of {harmless}: {alarms:#?}", alarms.len());
    }

    pub(super) fn shipped() -> Triage {
        let config = crate::config::KnowledgeConfig::default();
        Triage::new(&crate::support::library::lexicon(&config, std::path::Path::new("")).unwrap())
    }

    /// Every condition of every danger has a sentence that meets it, and beside each
    /// stands one that sounds alike and must not warn.
    #[test]
    fn every_danger_is_reached_and_its_lookalike_is_not() {
        let triage = shipped();
        let dangers = || triage.rules.iter().filter(|(verdict, _)| verdict.kind == RuleKind::Safety);
        let mut unmet: Vec<(&str, usize)> =
            dangers().flat_map(|(verdict, when)| (0..when.len()).map(|at| (verdict.rule.as_str(), at))).collect();
        assert!(!unmet.is_empty());
        for line in include_str!("../../tests/data/triage/safety.jsonl").lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let (danger, harmless) = (case["danger"].as_str().unwrap(), case["harmless"].as_str().unwrap());
            let found = triage.decide(danger).map(|verdict| verdict.rule);
            assert_eq!(found.as_deref(), case["rule"].as_str(), "{danger}");
            let found = triage.decide(harmless).filter(|verdict| verdict.kind == RuleKind::Safety);
            assert_eq!(found, None, "{harmless}");
            let folded = fold(danger);
            let words: Vec<&str> = words(&folded).collect();
            for (verdict, when) in dangers().filter(|(verdict, _)| Some(verdict.rule.as_str()) == case["rule"].as_str())
            {
                unmet.retain(|(rule, at)| *rule != verdict.rule || !when[*at].holds(&words));
            }
        }
        assert!(unmet.is_empty(), "no sentence for these conditions, counted from 0: {unmet:?}");
    }

    /// The shipped rules on sentences written for them: what must trigger and what must not.
    #[test]
    fn the_shipped_rules_keep_danger_and_complaints_apart() {
        let triage = shipped();
        let cases = include_str!("../../tests/data/triage/cases.jsonl");
        let mut wrong = Vec::new();
        for line in cases.lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = case["text"].as_str().unwrap();
            let found = triage.decide(text).map(|verdict| verdict.rule);
            if found.as_deref() != case["rule"].as_str() {
                wrong.push(format!("{found:?} for {line}"));
            }
        }
        assert!(wrong.len() <= 1, "{wrong:#?}");
    }
}
