//! Events that count, recorded without persons from the first day, so that key
//! figures can be drawn later. A fact holds fixed names and numbers only, never
//! text that somebody wrote; the conversation's random id tells which facts
//! belong together and leads nowhere once the chat is deleted.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Store,
    error::StoreError,
    pool::Tx,
    value::{Row, name_of, values},
};
use crate::domain::{document::DeviceType, lang::Lang, outcome::Outcome};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A question was put and answered somehow: outcome, reason, confidence; value = milliseconds taken.
    Asked,
    /// A step was shown and tried; reason = the step's result.
    StepTried,
    /// "Did that help?"; value = 1 or 0.
    Feedback,
    /// The teacher said that it works.
    Solved,
    /// A report was filed. Written with the ticket.
    Escalated,
    /// A ticket was closed; value = seconds since the report. Written with the change.
    TicketSolved,
    /// A closed ticket came back. Written with the change.
    TicketReopened,
}

/// One event that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    pub kind: FactKind,
    pub at: Timestamp,
    pub conversation: Option<String>,
    pub school: Option<String>,
    pub device: Option<DeviceType>,
    /// `P01` … or an authority's own.
    pub problem: Option<String>,
    pub outcome: Option<Outcome>,
    /// A fixed name.
    pub reason: Option<String>,
    /// 0 to 1.
    pub confidence: Option<f64>,
    pub lang: Option<Lang>,
    /// What is measured, by kind.
    pub value: Option<f64>,
    /// Of an answer: its random id in the conversation, so that what is said of it finds it.
    pub reply: Option<String>,
    /// Of an answer: what the model of confidence gave, rounded to hundredths.
    pub log_odds: Option<f64>,
    /// Fingerprint of that model.
    pub model: Option<String>,
    /// Of an answer: whether the reader said that it helped.
    pub helped: Option<bool>,
}

impl Fact {
    /// A fact of which nothing else is known yet.
    #[must_use]
    pub fn new(kind: FactKind, at: Timestamp) -> Self {
        Self {
            kind,
            at,
            conversation: None,
            school: None,
            device: None,
            problem: None,
            outcome: None,
            reason: None,
            confidence: None,
            lang: None,
            value: None,
            reply: None,
            log_odds: None,
            model: None,
            helped: None,
        }
    }
}

/// By what facts are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactGroup {
    School,
    Device,
    Problem,
    Outcome,
    Reason,
    Lang,
}

impl Store {
    /// Records a fact.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn fact(&self, fact: &Fact) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        put(&mut tx, fact).await?;
        tx.commit().await
    }

    /// All facts from `since` on, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn facts_since(&self, since: Timestamp) -> Result<Vec<Fact>, StoreError> {
        let sql = "SELECT kind, at_ms, conversation, school, device, problem, outcome, reason, confidence, lang, value,
                          reply, log_odds, model, helped
                   FROM facts WHERE at_ms >= $1 ORDER BY at_ms, kind";
        self.pool.rows(sql, values![since]).await?.iter().map(fact).collect()
    }

    /// How many facts of a kind there are from `since` on.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn fact_count(&self, kind: FactKind, since: Timestamp) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) FROM facts WHERE kind = $1 AND at_ms >= $2";
        let row = self.pool.row(sql, values![name_of(&kind)?, since]).await?;
        row.map_or(Ok(0), |row| row.count(0))
    }

    /// The same, by group, the greatest first. What has no value is counted under `None`.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn fact_counts(
        &self,
        kind: FactKind,
        by: FactGroup,
        since: Timestamp,
    ) -> Result<Vec<(Option<String>, u64)>, StoreError> {
        macro_rules! counted {
            ($column:literal) => {
                concat!(
                    "SELECT ",
                    $column,
                    ", COUNT(*) FROM facts WHERE kind = $1 AND at_ms >= $2 GROUP BY ",
                    $column,
                    " ORDER BY 2 DESC, 1"
                )
            };
        }
        let sql = match by {
            FactGroup::School => counted!("school"),
            FactGroup::Device => counted!("device"),
            FactGroup::Problem => counted!("problem"),
            FactGroup::Outcome => counted!("outcome"),
            FactGroup::Reason => counted!("reason"),
            FactGroup::Lang => counted!("lang"),
        };
        let rows = self.pool.rows(sql, values![name_of(&kind)?, since]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.count(1)?))).collect()
    }
}

pub(super) async fn put(tx: &mut Tx, fact: &Fact) -> Result<(), StoreError> {
    let sql = "INSERT INTO facts
                   (kind, at_ms, conversation, school, device, problem, outcome, reason, confidence, lang, value,
                    reply, log_odds, model, helped)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let values = values![
        name_of(&fact.kind)?,
        fact.at,
        &fact.conversation,
        &fact.school,
        fact.device.as_ref().map(name_of).transpose()?,
        &fact.problem,
        fact.outcome.map(Outcome::name),
        &fact.reason,
        fact.confidence,
        fact.lang.map(Lang::code),
        fact.value,
        &fact.reply,
        fact.log_odds,
        &fact.model,
        fact.helped.map(i64::from)
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

fn fact(row: &Row) -> Result<Fact, StoreError> {
    Ok(Fact {
        kind: row.name(0, "fact")?,
        at: row.time(1)?,
        conversation: row.get(2)?,
        school: row.get(3)?,
        device: row.name_opt(4, "device type")?,
        problem: row.get(5)?,
        outcome: row.name_opt(6, "outcome")?,
        reason: row.get(7)?,
        confidence: row.get(8)?,
        lang: row.name_opt(9, "language")?,
        value: row.get(10)?,
        reply: row.get(11)?,
        log_odds: row.get(12)?,
        model: row.get(13)?,
        helped: row.get::<Option<i64>>(14)?.map(|helped| helped != 0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::at;

    #[tokio::test]
    async fn facts_come_back_whole_and_are_counted() {
        let store = Store::in_memory().await.unwrap();
        let whole = Fact {
            conversation: Some("c".into()),
            school: Some("s1".into()),
            device: Some(DeviceType::Projector),
            problem: Some("P01".into()),
            outcome: Some(Outcome::Answered),
            reason: Some("passage".into()),
            confidence: Some(0.75),
            lang: Some(Lang::De),
            value: Some(12.0),
            reply: Some("m1".into()),
            log_odds: Some(-1.25),
            model: Some("0123".into()),
            helped: Some(false),
            ..Fact::new(FactKind::Asked, at(5))
        };
        store.fact(&whole).await.unwrap();
        store.fact(&Fact { school: Some("s2".into()), ..Fact::new(FactKind::Asked, at(6)) }).await.unwrap();
        store.fact(&Fact { school: Some("s2".into()), ..Fact::new(FactKind::Asked, at(7)) }).await.unwrap();
        store.fact(&Fact::new(FactKind::Solved, at(7))).await.unwrap();
        assert_eq!(store.facts_since(at(0)).await.unwrap()[0], whole);
        assert_eq!(store.facts_since(at(6)).await.unwrap().len(), 3);
        assert_eq!(store.fact_count(FactKind::Asked, at(6)).await.unwrap(), 2);
        let by = |group| store.fact_counts(FactKind::Asked, group, at(0));
        assert_eq!(by(FactGroup::School).await.unwrap(), [(Some("s2".into()), 2), (Some("s1".into()), 1)]);
        assert_eq!(by(FactGroup::Device).await.unwrap(), [(None, 2), (Some("projector".into()), 1)]);
        for group in [FactGroup::Problem, FactGroup::Outcome, FactGroup::Reason, FactGroup::Lang] {
            assert_eq!(by(group).await.unwrap().len(), 2, "{group:?}");
        }
    }
}
