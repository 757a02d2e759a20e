//! The product itself: what happens between a question and an answer or a report.
//! Read [`respond`] first. Knows nothing of HTTP and nothing of SQL.

pub mod answer;
pub mod bench;
pub mod chat;
pub mod confidence;
pub mod devices;
pub mod directory;
pub mod escalate;
pub mod form;
pub mod ids;
pub mod knowledge;
pub mod language;
pub mod library;
pub mod passages;
pub mod present;
pub mod prompt;
pub mod quote;
pub mod redact;
pub mod respond;
pub mod triage;
pub mod verify;
pub mod wording;

use std::sync::Arc;

use self::{
    chat::Chats,
    directory::Schools,
    escalate::Desk,
    library::{Library, Report},
    respond::Responder,
};
use crate::{
    config::Config,
    domain::{clock::Clock, school::Directory},
    store::{Retained, Store, StoreError},
};

/// All services of one running product, built by the composition root.
pub struct Support {
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    pub store: Store,
    pub schools: Schools,
    pub library: Arc<Library>,
    pub responder: Arc<Responder>,
    pub desk: Desk,
    pub chats: Arc<Chats>,
}

impl Support {
    /// Puts a directory in the place of the present one. Past cases of the demonstration
    /// leave the index where it is none any more.
    ///
    /// # Errors
    /// What database or index report; the directory is imported whole or not at all.
    pub async fn import_directory(&self, directory: &Directory) -> anyhow::Result<Report> {
        self.store.directory_import(directory, self.clock.now()).await?;
        self.take_up_directory().await
    }

    /// Goes on with the directory that another process imported.
    ///
    /// # Errors
    /// What database or index report.
    pub async fn take_up_directory(&self) -> anyhow::Result<Report> {
        self.schools.reload().await?;
        self.library.refresh(&[]).await
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
}
