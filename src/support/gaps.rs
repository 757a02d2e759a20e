//! What teachers asked and nothing answered: the questions that want a guide, brought together
//! where they ask the same (`alike`), the most wanted first. Read from the conversations that
//! are still kept, masked as they were stored; nothing is written.

mod alike;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use self::alike::together;
use super::{Support, chat::unanswered};
use crate::store::StoreError;

/// Most questions that are looked at, the newest: more would tell nothing else, and take minutes.
const MOST: usize = 5_000;
/// Conversations read at a time.
const PAGE: u32 = 200;
/// Wordings shown of what was asked.
const SHOWN: usize = 3;

/// Why a question counts as not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No guide was sure enough.
    NoGuide,
    /// A guide was shown, and the reader said that it did not help.
    NotHelped,
}

/// A question that was not answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub text: String,
    pub why: Why,
    pub at: Timestamp,
    pub conversation: String,
    pub school: Option<String>,
    pub lesson_running: bool,
    /// The guide that did not help.
    pub document: Option<String>,
}

/// What several ask.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// Conversations in which it was asked.
    pub asked: usize,
    /// Of these, how many while a lesson was running.
    pub lessons: usize,
    /// Schools from which it was asked.
    pub schools: usize,
    pub first: Timestamp,
    pub last: Timestamp,
    /// Of these, where a guide was shown that did not help.
    pub not_helped: usize,
    /// Guides that did not help.
    pub documents: BTreeSet<String>,
    /// The problem of the list that it is likely about.
    pub problem: Option<String>,
    /// As it was asked, masked; what speaks for all of them first.
    pub examples: Vec<String>,
}

impl Gap {
    /// A running lesson counts twice.
    fn weight(&self) -> usize {
        self.asked + self.lessons
    }
}

/// What was asked in the last `days` and not answered, by at least `least` conversations.
///
/// # Errors
/// What the database reports.
pub async fn gaps(support: &Support, days: u32, least: usize) -> Result<Vec<Gap>, StoreError> {
    let begin = support.clock.now().checked_sub(SignedDuration::from_hours(24 * i64::from(days)));
    let mut asked = asked(support, begin.unwrap_or(Timestamp::MIN)).await?;
    asked.sort_by_key(|one| std::cmp::Reverse(one.at));
    asked.truncate(MOST);
    let groups = together(&asked.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), support.responder.wordings());
    let mut gaps: Vec<Gap> = groups
        .into_iter()
        .map(|group| gap(&group.iter().map(|at| &asked[*at]).collect::<Vec<_>>(), support))
        .filter(|gap| gap.asked >= least)
        .collect();
    gaps.sort_by_key(|gap| std::cmp::Reverse((gap.weight(), gap.last)));
    Ok(gaps)
}

async fn asked(support: &Support, since: Timestamp) -> Result<Vec<Asked>, StoreError> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = support.store.conversations_since(since, &after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(all) };
        after.clone_from(&last.id);
        for conversation in &page {
            let events = support.store.events(&conversation.id, 0).await?;
            let lesson_running = support.chats.lesson_running(&events) == Some(true);
            all.extend(unanswered(&events).into_iter().filter(|one| one.at >= since).map(|one| Asked {
                text: one.text,
                why: if one.document.is_some() { Why::NotHelped } else { Why::NoGuide },
                at: one.at,
                conversation: conversation.id.clone(),
                school: conversation.school.clone(),
                lesson_running,
                document: one.document,
            }));
        }
    }
}

/// `group` is not empty, what speaks for all of it first.
fn gap(group: &[&Asked], support: &Support) -> Gap {
    let distinct = |of: &dyn Fn(&Asked) -> Option<String>| {
        group.iter().filter_map(|one| of(one)).collect::<BTreeSet<String>>().len()
    };
    let (mut examples, mut sum) = (Vec::new(), std::collections::BTreeMap::<String, f32>::new());
    for one in group {
        if examples.len() < SHOWN && !examples.contains(&one.text) {
            examples.push(one.text.clone());
        }
        if let Some((problem, share)) = support.responder.read(&one.text).problems().into_iter().next() {
            *sum.entry(problem).or_default() += share;
        }
    }
    let likely = sum.into_iter().max_by(|(_, one), (_, other)| one.total_cmp(other));
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    let half = group.len() as f32 / 2.0;
    Gap {
        asked: distinct(&|one| Some(one.conversation.clone())),
        lessons: distinct(&|one| one.lesson_running.then(|| one.conversation.clone())),
        schools: distinct(&|one| one.school.clone()),
        first: group.iter().map(|one| one.at).min().unwrap_or(Timestamp::MIN),
        last: group.iter().map(|one| one.at).max().unwrap_or(Timestamp::MIN),
        not_helped: distinct(&|one| (one.why == Why::NotHelped).then(|| one.conversation.clone())),
        documents: group.iter().filter_map(|one| one.document.clone()).collect(),
        problem: likely.filter(|(_, share)| *share >= half).map(|(problem, _)| problem),
        examples,
    }
}
