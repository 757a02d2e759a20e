//! What readers confirmed: the fact of an answer notes how sure it was, and a later "that
//! helped" or "that did not" is noted with it. Numbers only; nothing of who asked what.

use super::{Store, error::StoreError, pool::Tx, value::values};
use crate::domain::outcome::Confirmed;

impl Store {
    /// Notes with the fact of an answer whether it helped; what was noted before gives way.
    /// `false` where no such answer of this conversation was counted.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn rate(&self, conversation: &str, reply: &str, helped: bool) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let sql = "UPDATE facts SET helped = $3 WHERE reply = $2 AND conversation = $1";
        let changed = tx.execute(sql, values![conversation, reply, i64::from(helped)]).await?;
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// All confirmed answers whose confidence the model with this fingerprint gave, oldest
    /// first, and how many there are of other models.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub async fn confirmed(&self, model: &str) -> Result<(Vec<Confirmed>, u64), StoreError> {
        let sql = "SELECT log_odds, helped FROM facts
                   WHERE model = $1 AND helped IS NOT NULL AND log_odds IS NOT NULL
                   ORDER BY at_ms, log_odds, helped";
        let mut snapshot: Tx = self.pool.snapshot().await?;
        let rows = snapshot.rows(sql, values![model]).await?;
        let own = rows.iter().map(|row| Ok(Confirmed { log_odds: row.get(0)?, helped: row.get::<i64>(1)? != 0 }));
        let own = own.collect::<Result<_, StoreError>>()?;
        let sql = "SELECT COUNT(*) FROM facts WHERE model <> $1 AND helped IS NOT NULL AND log_odds IS NOT NULL";
        let others = snapshot.row(sql, values![model]).await?.map_or(Ok(0), |row| row.count(0))?;
        Ok((own, others))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::conversation::EventBody,
        store::{
            Fact, FactKind,
            tests::{at, conversation, message},
        },
    };

    fn answer(reply: &str, log_odds: f64, model: &str) -> Fact {
        Fact {
            conversation: Some("c".into()),
            reply: Some(reply.into()),
            log_odds: Some(log_odds),
            model: Some(model.into()),
            ..Fact::new(FactKind::Asked, at(1))
        }
    }

    #[tokio::test]
    async fn what_helped_stands_with_the_answer() {
        let store = Store::in_memory().await.unwrap();
        for (reply, odds, model) in [("a", 1.25, "m"), ("b", -0.5, "m"), ("c", 2.0, "m"), ("d", 3.0, "old")] {
            store.fact(&answer(reply, odds, model)).await.unwrap();
        }
        assert!(store.rate("c", "a", true).await.unwrap());
        assert!(store.rate("c", "b", true).await.unwrap());
        // Thought better of.
        assert!(store.rate("c", "b", false).await.unwrap());
        assert!(store.rate("c", "d", true).await.unwrap());
        assert!(!store.rate("other", "c", true).await.unwrap(), "another's conversation");
        assert!(!store.rate("c", "nothing", true).await.unwrap());
        let confirmed = |log_odds, helped| Confirmed { log_odds, helped };
        let (found, others) = store.confirmed("m").await.unwrap();
        assert_eq!((found, others), (vec![confirmed(-0.5, false), confirmed(1.25, true)], 1));
        assert_eq!(store.facts_since(at(0)).await.unwrap()[0].helped, Some(true));
    }

    #[tokio::test]
    async fn an_answer_and_its_fact_are_one() {
        let store = Store::in_memory().await.unwrap();
        store.conversation_create(&conversation("c")).await.unwrap();
        let fact = answer("r", 0.5, "m");
        let bodies = || -> Vec<EventBody> { vec![message("a")] };
        store.append_counted("c", Some("re:1"), bodies(), &fact, at(1)).await.unwrap();
        // Sent again it neither answers nor counts again.
        store.append_counted("c", Some("re:1"), bodies(), &fact, at(1)).await.unwrap();
        assert_eq!(store.facts_since(at(0)).await.unwrap(), std::slice::from_ref(&fact));
        assert!(store.append_counted("gone", Some("re:1"), bodies(), &fact, at(1)).await.is_err());
        assert_eq!(store.facts_since(at(0)).await.unwrap().len(), 1);
        // The chat goes, the number stays.
        store.rate("c", "r", true).await.unwrap();
        store.conversation_delete("c").await.unwrap();
        assert_eq!(store.confirmed("m").await.unwrap().0, [Confirmed { log_odds: 0.5, helped: true }]);
    }
}
