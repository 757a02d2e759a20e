//! The product itself: what happens between a question and an answer or a report.
//! Read [`respond`] first. Knows nothing of HTTP and nothing of SQL.

pub mod answer;
pub mod answer_cache;
pub mod bench;
pub mod chat;
pub mod close;
pub mod confidence;
pub mod delivery;
pub mod devices;
pub mod directory;
pub mod embed;
pub mod escalate;
pub mod evidence;
pub mod foreign;
pub mod form;
pub mod gaps;
pub mod guide;
pub mod heard;
pub mod ids;
pub mod knowledge;
pub mod labels;
pub mod language;
pub mod learning;
pub mod library;
pub mod life;
pub mod outages;
pub mod passages;
pub mod past_cases;
pub mod present;
pub mod prompt;
pub mod quote;
pub mod redact;
pub mod replies;
pub mod respond;
pub mod room_reports;
pub mod triage;
pub mod verify;
pub mod visits;
pub mod wording;
pub mod wordings;

use std::sync::Arc;

use jiff::Timestamp;

use self::{
    chat::Chats,
    delivery::Delivery,
    directory::Schools,
    escalate::Desk,
    guide::Flows,
    library::{Library, Report, builtin_directory},
    outages::Outages,
    respond::Responder,
};
use crate::{
    config::Config,
    domain::{clock::Clock, school::Directory},
    store::{DemoData, Retained, Store, StoreError},
};

/// All services of one running product, built by the composition root.
pub struct Support {
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    pub store: Store,
    pub schools: Schools,
    pub library: Arc<Library>,
    pub flows: Flows,
    pub outages: Outages,
    pub responder: Arc<Responder>,
    pub desk: Desk,
    pub chats: Arc<Chats>,
    pub delivery: Delivery,
}

impl Support {
    /// Puts a directory in the place of the present one, as it was read with its date. Where
    /// the demonstration ends by it, its past cases and what was made while trying out go with
    /// it; what that was.
    ///
    /// # Errors
    /// What database or index report; the directory is imported whole or not at all. What
    /// could not be taken out of the index is taken out at the next start.
    pub async fn change_directory(
        &self,
        present: (&Directory, Timestamp),
        new: &Directory,
    ) -> anyhow::Result<(DemoData, Report)> {
        let gone = self.store.directory_change(present, new, &builtin_directory()?, self.clock.now()).await?;
        Ok((gone, self.take_up_directory().await?))
    }

    /// Goes on with the directory that another process imported.
    ///
    /// # Errors
    /// What database or index report.
    pub async fn take_up_directory(&self) -> anyhow::Result<Report> {
        let was_demo = self.schools.is_demo();
        self.schools.reload().await?;
        // What the authority's values were stands in them.
        self.responder.answers.clear();
        self.end_demo().await?;
        if was_demo && !self.schools.is_demo() {
            // Their conversations are gone; what was on its way meanwhile goes too.
            self.chats.end_all().await;
            self.store.demo_data_remove(&builtin_directory()?).await?;
            self.store.remove_traces().await?;
        }
        self.library.refresh(&[]).await
    }

    /// Takes the invented past cases out of the index, where an import began to end the
    /// demonstration and did not get so far.
    ///
    /// # Errors
    /// What database or index report.
    pub async fn end_demo(&self) -> anyhow::Result<u64> {
        if self.schools.is_demo() || !self.store.demo_leaving().await? {
            return Ok(0);
        }
        let gone = self.library.drop_demo().await?;
        tracing::info!(documents = gone, "the demonstration's past cases have left the index");
        Ok(gone)
    }

    /// Takes up a directory that was imported beside this server, if there is one: whoever
    /// imported it may have been stopped before telling.
    ///
    /// # Errors
    /// What database or index report.
    pub async fn notice_directory(&self) -> anyhow::Result<()> {
        if self.schools.is_outdated().await? {
            tracing::info!("a school directory was imported");
            self.take_up_directory().await?;
        }
        Ok(())
    }

    /// Takes up outages that were entered beside this server, ends those whose time is over
    /// and tells whoever waits for it.
    ///
    /// # Errors
    /// What the database reports; it is tried again.
    pub async fn notice_outages(&self) -> Result<(), StoreError> {
        let told = self.outages.end_past().await?;
        self.chats.tell(&told);
        Ok(())
    }

    /// Ends an outage; how many conversations were told. `None` if there is no such, or it was over.
    ///
    /// # Errors
    /// What the database reports; then nothing has changed.
    pub async fn end_outage(&self, id: &str) -> Result<Option<usize>, StoreError> {
        let Some((_, told)) = self.outages.end(id).await? else { return Ok(None) };
        self.chats.tell(&told);
        Ok(Some(told.len()))
    }

    /// Deletes what is past its time: chats, what in old reports concerns a person.
    ///
    /// # Errors
    /// What the database reports; what was not deleted is deleted by the next run.
    pub async fn retain(&self) -> Result<Retained, StoreError> {
        let privacy = &self.config.privacy;
        let done = self.store.retain(self.clock.now(), privacy.chat_days, privacy.ticket_days).await?;
        if done.conversations + done.tickets + done.outbox > 0 {
            tracing::info!(
                conversations = done.conversations,
                tickets = done.tickets,
                outbox = done.outbox,
                "retention"
            );
        }
        Ok(done)
    }

    /// Where reports are worked on.
    #[must_use]
    pub fn life(&self) -> life::Life<'_> {
        life::Life { store: &self.store, schools: &self.schools, redactor: &self.desk.redactor }
    }

    /// Raises promises that have passed or soon will have.
    ///
    /// # Errors
    /// What the database reports; the next look raises them then.
    pub async fn look_at_promises(&self) -> Result<(), StoreError> {
        let directory = self.schools.now();
        let raised = life::look(&self.store, &directory.authority, self.clock.now()).await?;
        for event in raised {
            tracing::warn!(number = event.number, kind = event.kind.name(), "a promised time");
        }
        Ok(())
    }
}
