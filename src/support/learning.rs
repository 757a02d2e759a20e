//! Solutions come home: what the helpdesk's systems call solved is fetched from time to time and
//! laid as drafts before staff ([`PastCases::bring_home`]), with what the teacher had asked. How
//! far was read is kept only once the drafts are on the disk: what is told twice is laid once.

use anyhow::Context as _;

use super::{
    Support, library,
    past_cases::{Brought, PastCases, Solved},
};
use crate::{helpdesk::Resolved, store::StoreError, support::devices::DeviceNames};

/// Name of the stream of solved reports, in the database.
const RESOLVED: &str = "resolved";
/// Pages read in one go.
const PAGES: usize = 50;

/// Fetches what is new from every system that tells it.
///
/// # Errors
/// A system that does not answer, a database or disk that fails; what was laid before stays, and
/// the rest is fetched next time.
pub async fn learn(support: &Support) -> anyhow::Result<Brought> {
    let mut all = Brought::default();
    for target in support.delivery.systems().filter(|target| target.system.capabilities().resolves) {
        for _ in 0..PAGES {
            let cursor = support.store.remote_cursor(&target.name, RESOLVED).await?;
            let (resolved, next) = target.system.resolved(cursor.as_deref()).await?;
            if cursor.as_deref() == Some(next.as_str()) {
                break;
            }
            let mut solved = Vec::with_capacity(resolved.len());
            for one in resolved {
                solved.push(paired(support, &target.name, one).await?);
            }
            if !solved.is_empty() {
                all.add(lay(support, solved).await?);
            }
            support.store.remote_cursor_set(&target.name, RESOLVED, &next, support.clock.now()).await?;
        }
    }
    if all.laid > 0 {
        tracing::info!(
            drafts = all.laid,
            "solved reports wait as drafts; `schullotse knowledge drafts list` shows them"
        );
    }
    Ok(all)
}

/// With what we know of it ourselves: her own words, and where it was.
async fn paired(support: &Support, target: &str, resolved: Resolved) -> Result<Solved, StoreError> {
    let Resolved { reference, subject, description, replies, persons, at } = resolved;
    // Of several that were put together there, the first.
    let ours = support.store.remote_tickets(target, &reference).await?.into_iter().next();
    let mut solved = Solved {
        target: target.to_owned(),
        reference,
        subject,
        description,
        replies,
        at: Some(at),
        persons,
        ..Solved::default()
    };
    if let Some(ticket) = ours {
        // What we sent there is our own form; she said it better.
        solved.description = String::new();
        solved.question = Some(ticket.symptom);
        solved.device =
            ticket.device.kind.and_then(|kind| serde_json::to_value(kind).ok()?.as_str().map(str::to_owned));
        (solved.school, solved.room) = (ticket.school, ticket.room);
        solved.problems = ticket.problem.into_iter().collect();
        solved.persons.extend(ticket.contact);
    }
    Ok(solved)
}

/// Masks and writes, apart from what answers readers.
async fn lay(support: &Support, solved: Vec<Solved>) -> anyhow::Result<Brought> {
    let config = &support.config;
    let knowledge = config.knowledge.clone();
    let own = config.data.0.join("knowledge");
    let redactor = std::sync::Arc::clone(&support.desk.redactor);
    let cases = PastCases::new(&config.data.0, redactor, support.schools.now(), knowledge.max_file_mib);
    let work = move || {
        let lexicon = library::lexicon(&knowledge, &own)?;
        cases.bring_home(solved, &DeviceNames::new(&lexicon))
    };
    tokio::task::spawn_blocking(work).await?.context("solved reports cannot be laid as drafts")
}
