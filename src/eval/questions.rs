//! `eval questions`: teachers' questions over the indexed knowledge. Is the guide for
//! the right problem found and shown, is nothing answered that should not be, and is
//! what is dangerous sent to the hotline? And is the confidence worth its name: what is
//! not answered is asked again without a threshold, so that each question has an answer
//! that can be judged.

use std::{collections::BTreeMap, time::Instant};

use serde::Serialize;

use super::{
    metrics::{Judged, Latency, Sureness, share},
    sets::{Expect, Question},
};
use crate::{
    domain::{
        document::Audience,
        outcome::{Answer, Outcome},
        text::clean,
    },
    support::{Support, passages::Asked, respond},
};

/// Hits among which those that name problems are looked for.
const HITS: usize = 30;
/// Of those, how many are looked at.
const TOP: usize = 3;

/// All shares are of what stands in their description; `None` of nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Shares {
    pub questions: usize,
    /// Of the questions with a problem: the first hit that names problems names it.
    pub top1: Option<f64>,
    /// Of the questions with a problem: one of the first three such hits names it.
    pub top3: Option<f64>,
    /// Of the answerable: answered, or led into a flow.
    pub coverage: Option<f64>,
    /// Of the answerable that are answered: by what does not name the problem.
    pub wrong_guide: Option<f64>,
    /// Of the unanswerable: answered all the same.
    pub answered_wrongly: Option<f64>,
    /// Of those that expect a decline, a person or smalltalk: not answered.
    pub declined_rightly: Option<f64>,
    /// Of those that expect the hotline: sent there.
    pub hotline_rightly: Option<f64>,
}

/// The same shares for each language, style and device of the set.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct By {
    pub language: BTreeMap<String, Shares>,
    pub style: BTreeMap<String, Shares>,
    pub device: BTreeMap<String, Shares>,
}

/// A question that did not end as it should.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Miss {
    pub id: String,
    pub question: String,
    /// `not_top1`, `not_top3`, `not_answered`, `wrong_guide`, `answered_wrongly`, `not_hotline`.
    pub faults: Vec<&'static str>,
    pub problem: Option<String>,
    pub outcome: Outcome,
    pub reason: Option<String>,
    pub confidence: f64,
    /// Documents of the first hits that name problems.
    pub found: Vec<String>,
}

/// All figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    #[serde(flatten)]
    pub all: Shares,
    /// Over all questions of which it can be said whether the answer would be right.
    #[serde(flatten)]
    pub sure: Sureness,
    /// Of those among them that are answered: wrong.
    pub risk: Option<f64>,
    pub threshold: f64,
    pub by: By,
    /// Of the whole ladder, one question after the other.
    pub latency_ms: Latency,
    /// In the order of the set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misses: Vec<Miss>,
    /// Each question that can be judged, in the order of the set: for the pictures.
    #[serde(skip)]
    pub judged: Vec<Judged>,
}

/// Asks every question of the running product.
///
/// # Errors
/// What the index reports.
pub async fn run(support: &Support, questions: &[Question]) -> anyhow::Result<Report> {
    let (mut times, mut seen) = (Vec::with_capacity(questions.len()), Vec::with_capacity(questions.len()));
    for question in questions {
        let masked = support.desk.redactor.mask(&clean(&question.question)).text;
        let asked = respond::Question::new(masked.clone(), question.lang);
        let started = Instant::now();
        let reply = support.responder.respond(&asked, |_| {}).await.answer;
        times.push(started.elapsed());
        let unsure = match reply.outcome {
            Outcome::Answered | Outcome::Flow => reply.clone(),
            _ => support.responder.respond_from(&asked, 0.0, |_| {}).await.answer,
        };
        seen.push(Seen::new(support, question, &masked, reply, &unsure)?);
    }
    Ok(report(&seen, support.responder.support.answers_from(), Latency::of(times)))
}

/// A question and what became of it.
struct Seen<'a> {
    question: &'a Question,
    outcome: Outcome,
    reason: Option<String>,
    confidence: f64,
    /// Document and problems of the first hits that name any.
    top: Vec<(String, Vec<String>)>,
    /// Problems of what was answered with.
    cited: Vec<String>,
    /// Problems of what would be answered with, however unsure.
    would: Vec<String>,
}

impl<'a> Seen<'a> {
    fn new(
        support: &Support,
        question: &'a Question,
        masked: &str,
        reply: Answer,
        unsure: &Answer,
    ) -> anyhow::Result<Self> {
        let asked = Asked { text: masked.to_owned(), lang: question.lang, school: None, audience: Audience::Teacher };
        let found = support.responder.passages.found(&asked, HITS)?.hits.into_iter();
        let top = found.filter(|hit| !hit.problems.is_empty()).take(TOP).map(|hit| (hit.document, hit.problems));
        Ok(Self {
            question,
            cited: cited(support, &reply)?,
            would: cited(support, unsure)?,
            outcome: reply.outcome,
            reason: reply.reason,
            confidence: reply.confidence,
            top: top.collect(),
        })
    }

    fn answered(&self) -> bool {
        matches!(self.outcome, Outcome::Answered | Outcome::Flow)
    }

    /// Whether the problem is named by one of the first `k`; `None` where the question has none.
    fn within(&self, k: usize) -> Option<bool> {
        let problem = self.question.problem.as_ref()?;
        Some(self.top.iter().take(k).any(|(_, problems)| problems.contains(problem)))
    }

    /// Whether what answers is for something else; `None` where that cannot be said.
    fn wrong_guide(&self) -> Option<bool> {
        let problem = self.question.problem.as_ref()?;
        (self.question.answerable && self.answered()).then(|| !self.cited.contains(problem))
    }

    /// Sureness and verdict: right is what is answerable and whose first citation names the
    /// problem. `None` where an answer is in order and nobody can say which.
    fn judged(&self) -> Option<Judged> {
        let right = match &self.question.problem {
            Some(problem) => self.question.answerable && self.would.contains(problem),
            None if self.question.answerable => return None,
            None => false,
        };
        Some(Judged { confidence: self.confidence, right })
    }

    fn to_decline(&self) -> bool {
        matches!(self.question.expect, Expect::Decline | Expect::Escalate | Expect::Smalltalk)
    }

    fn hotline_rightly(&self) -> Option<bool> {
        (self.question.expect == Expect::Hotline).then_some(self.outcome == Outcome::Hotline)
    }

    fn miss(&self) -> Option<Miss> {
        let question = self.question;
        let faults: Vec<&'static str> = [
            ("not_top1", self.within(1) == Some(false)),
            ("not_top3", self.within(TOP) == Some(false)),
            ("not_answered", question.answerable && question.expect == Expect::Answer && !self.answered()),
            ("wrong_guide", self.wrong_guide() == Some(true)),
            ("answered_wrongly", !question.answerable && self.answered()),
            ("not_hotline", self.hotline_rightly() == Some(false)),
        ]
        .into_iter()
        .filter_map(|(name, holds)| holds.then_some(name))
        .collect();
        (!faults.is_empty()).then(|| Miss {
            id: question.id.clone(),
            question: question.question.clone(),
            faults,
            problem: question.problem.clone(),
            outcome: self.outcome,
            reason: self.reason.clone(),
            confidence: self.confidence,
            found: self.top.iter().map(|(document, _)| document.clone()).collect(),
        })
    }
}

/// Problems that the source of an answer names.
fn cited(support: &Support, reply: &Answer) -> anyhow::Result<Vec<String>> {
    let source = reply.citations.first().map(|citation| &citation.document).or(reply.flow.as_ref());
    let Some(document) = source else { return Ok(Vec::new()) };
    let first = support.library.passages(document, None)?.into_iter().next();
    Ok(first.map(|passage| passage.meta.problems).unwrap_or_default())
}

/// Share of those for which a question has an answer, that it is yes.
fn of<'s>(seen: &[&'s Seen<'s>], says: impl Fn(&'s Seen<'s>) -> Option<bool>) -> Option<f64> {
    let verdicts: Vec<bool> = seen.iter().filter_map(|one| says(one)).collect();
    share(verdicts.iter().filter(|yes| **yes).count(), verdicts.len())
}

fn shares<'s>(seen: &[&'s Seen<'s>]) -> Shares {
    Shares {
        questions: seen.len(),
        top1: of(seen, |one| one.within(1)),
        top3: of(seen, |one| one.within(TOP)),
        coverage: of(seen, |one| one.question.answerable.then_some(one.answered())),
        wrong_guide: of(seen, Seen::wrong_guide),
        answered_wrongly: of(seen, |one| (!one.question.answerable).then_some(one.answered())),
        declined_rightly: of(seen, |one| one.to_decline().then_some(!one.answered())),
        hotline_rightly: of(seen, Seen::hotline_rightly),
    }
}

fn grouped<'s>(seen: &[&'s Seen<'s>], key: impl Fn(&'s Question) -> Option<&'s str>) -> BTreeMap<String, Shares> {
    let mut groups: BTreeMap<String, Vec<&Seen>> = BTreeMap::new();
    for one in seen {
        if let Some(name) = key(one.question) {
            groups.entry(name.to_owned()).or_default().push(one);
        }
    }
    groups.into_iter().map(|(name, seen)| (name, shares(&seen))).collect()
}

fn report<'s>(seen: &'s [Seen<'s>], threshold: f64, latency_ms: Latency) -> Report {
    let all: Vec<&Seen> = seen.iter().collect();
    let judged: Vec<Judged> = seen.iter().filter_map(Seen::judged).collect();
    Report {
        all: shares(&all),
        sure: Sureness::of(&judged),
        risk: of(&all, |one| one.judged().filter(|_| one.answered()).map(|judged| !judged.right)),
        threshold,
        by: By {
            language: grouped(&all, |question| Some(question.lang.code())),
            style: grouped(&all, |question| question.style.as_deref()),
            device: grouped(&all, |question| question.device.as_deref()),
        },
        latency_ms,
        misses: seen.iter().filter_map(Seen::miss).collect(),
        judged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::sets::read_questions;

    const SET: &str = r#"{"id":"1","question":"a","lang":"de","problem":"P01","answerable":true,"expect":"answer","style":"typo"}
{"id":"2","question":"b","lang":"de","problem":"P02","answerable":true,"expect":"answer","style":"typo"}
{"id":"3","question":"c","lang":"en","problem":"P03","answerable":true,"expect":"answer","device":"board"}
{"id":"4","question":"d","lang":"de","problem":null,"answerable":false,"expect":"decline"}
{"id":"5","question":"e","lang":"de","problem":null,"answerable":false,"expect":"escalate"}
{"id":"6","question":"f","lang":"de","problem":"P45","answerable":false,"expect":"hotline"}
{"id":"7","question":"g","lang":"de","problem":null,"answerable":true,"expect":"answer"}"#;

    /// One of `"P01 P02|P03"`: hits by `|`, their problems by blanks.
    fn seen<'a>(question: &'a Question, outcome: Outcome, top: &str, cited: &str) -> Seen<'a> {
        let problems = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        Seen {
            question,
            outcome,
            reason: None,
            confidence: 0.5,
            top: top.split('|').map(|hit| ("d".to_owned(), problems(hit))).collect(),
            cited: problems(cited),
            would: problems(cited),
        }
    }

    fn sure<'a>(one: Seen<'a>, confidence: f64, would: &str) -> Seen<'a> {
        Seen { confidence, would: vec![would.to_owned()], ..one }
    }

    #[test]
    fn every_share_is_of_its_own_whole() {
        let set = read_questions(SET.as_bytes()).unwrap();
        let seen = [
            seen(&set[0], Outcome::Answered, "P09 P01|P02", "P09 P01"),
            seen(&set[1], Outcome::Flow, "P01|P09|P02", "P01"),
            seen(&set[2], Outcome::Escalate, "P01|P02|P09", ""),
            seen(&set[3], Outcome::Declined, "P01", ""),
            seen(&set[4], Outcome::Answered, "P01", "P01"),
            seen(&set[5], Outcome::Hotline, "P45", ""),
            // Answered, but nobody can say whether by the right guide.
            seen(&set[6], Outcome::Answered, "", ""),
        ];
        let report = report(&seen, 0.6, Latency::default());
        let all = &report.all;
        // With a problem: 1, 2, 3 and 6.
        assert_eq!((all.questions, all.top1, all.top3), (7, share(2, 4), share(3, 4)));
        assert_eq!((all.coverage, all.wrong_guide), (share(3, 4), share(1, 2)));
        assert_eq!((all.answered_wrongly, all.declined_rightly), (share(1, 3), share(1, 2)));
        assert_eq!(all.hotline_rightly, Some(1.0));
        assert_eq!(report.by.style["typo"].wrong_guide, Some(0.5));
        assert_eq!((report.by.language["en"].coverage, report.by.language["en"].hotline_rightly), (Some(0.0), None));
        assert_eq!(report.by.device.keys().collect::<Vec<_>>(), ["board"]);
        let faults: Vec<(&str, &[&str])> =
            report.misses.iter().map(|miss| (miss.id.as_str(), miss.faults.as_slice())).collect();
        let wanted: [(&str, &[&str]); 3] = [
            ("2", &["not_top1", "wrong_guide"]),
            ("3", &["not_top1", "not_top3", "not_answered"]),
            ("5", &["answered_wrongly"]),
        ];
        assert_eq!(faults, wanted);
    }

    #[test]
    fn what_is_not_answered_is_judged_by_what_would_be() {
        let set = read_questions(SET.as_bytes()).unwrap();
        let seen = [
            sure(seen(&set[0], Outcome::Answered, "P01", "P01"), 0.9, "P01"),
            sure(seen(&set[1], Outcome::Answered, "P01", "P01"), 0.8, "P01"),
            sure(seen(&set[2], Outcome::Escalate, "P03", ""), 0.4, "P03"),
            sure(seen(&set[4], Outcome::Escalate, "P01", ""), 0.3, "P01"),
            // Unanswerable, though it has a problem and is answered with that.
            sure(seen(&set[5], Outcome::Answered, "P45", "P45"), 0.7, "P45"),
            // Nobody can say.
            sure(seen(&set[6], Outcome::Answered, "", ""), 1.0, "P01"),
        ];
        let report = report(&seen, 0.6, Latency::default());
        let verdicts: Vec<(f64, bool)> = report.judged.iter().map(|one| (one.confidence, one.right)).collect();
        assert_eq!(verdicts, [(0.9, true), (0.8, false), (0.4, true), (0.3, false), (0.7, false)]);
        assert_eq!((report.risk, report.threshold), (share(2, 3), 0.6));
        // Of 6 pairs of right and wrong: 3 with .9, and .4 before .3.
        assert_eq!(report.sure.auroc, share(4, 6));
    }

    #[test]
    fn names_are_those_of_the_contract() {
        let set = read_questions(SET.as_bytes()).unwrap();
        let json =
            serde_json::to_value(report(&[seen(&set[0], Outcome::Answered, "P01", "P01")], 0.6, Latency::default()))
                .unwrap();
        for key in
            ["top1", "top3", "coverage", "wrong_guide", "answered_wrongly", "declined_rightly", "hotline_rightly", "by"]
        {
            assert!(json.get(key).is_some(), "{key}");
        }
        for key in ["auroc", "aurc", "ece", "coverage_at_5_percent_risk", "risk", "threshold"] {
            assert!(json.get(key).is_some(), "{key}");
        }
        assert!(json.get("judged").is_none());
        assert_eq!(json["by"]["language"]["de"]["top1"], 1.0);
        assert!(json["answered_wrongly"].is_null() && json.get("misses").is_none());
    }
}
