//! Documents by their id: for the pages of sources, and files that are none. What
//! somebody may not see is not there.

use super::Library;
use crate::{
    domain::document::{Audience, Passage},
    store::Source,
};

impl Library {
    /// All passages of a document that a teacher may see, in order; empty where there is none.
    ///
    /// # Errors
    /// What the index reports.
    pub fn passages(&self, document: &str, school: Option<&str>) -> Result<Vec<Passage>, crate::search::SearchError> {
        let mut passages = self.index.document(document, &self.schools.values(school))?;
        passages.retain(|passage| passage.meta.visible(Audience::Teacher, school));
        Ok(passages)
    }

    /// Files of the folders that cannot be a document at all (their format, their name), as they lie there now.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn unfit(&self) -> anyhow::Result<Vec<crate::ingest::Refusal>> {
        let folders = self.folders().await?;
        let look = move || {
            let found = folders.iter().filter_map(|folder| Some((folder, crate::ingest::scan::scan(folder).ok()?)));
            let refused = found.flat_map(|(folder, scan)| {
                scan.refused.into_iter().map(|refusal| crate::ingest::Refusal {
                    path: folder.join(&refusal.path).to_string_lossy().into_owned(),
                    ..refusal
                })
            });
            refused.collect()
        };
        Ok(tokio::task::spawn_blocking(look).await?)
    }

    /// Ids of all documents, in order: for looking after them.
    ///
    /// # Errors
    /// What the index reports.
    pub fn ids(&self) -> Result<Vec<String>, crate::search::SearchError> {
        Ok(self.index.revisions()?.into_keys().collect())
    }

    /// All passages of a document as they were indexed, whoever may see them: not for readers.
    ///
    /// # Errors
    /// What the index reports.
    pub fn as_written(&self, document: &str) -> Result<Vec<Passage>, crate::search::SearchError> {
        self.index.as_written(document)
    }

    /// Schools that documents are for and the directory does not know, with those documents.
    ///
    /// # Errors
    /// What the index reports.
    pub fn unknown_schools(&self) -> Result<Vec<(String, Vec<String>)>, crate::search::SearchError> {
        let unknown = self.index.schools()?.into_iter().filter(|(school, _)| self.schools.school(school).is_none());
        Ok(unknown.map(|(school, documents)| (school, documents.into_iter().collect())).collect())
    }

    /// The PDF that a document was read from, if it was one and may be seen.
    pub async fn original(&self, document: &str, school: Option<&str>) -> Option<Vec<u8>> {
        let revision = self.passages(document, school).ok()?.first()?.revision.clone();
        let sources = self.store.sources().await.ok()?;
        // The very file that was indexed under this id, not another that was refused for it.
        let indexed = |source: &Source| source.document.as_deref() == Some(document) && source.hash == revision;
        let source = sources.into_iter().find(indexed)?;
        if source.root == "builtin" || !source.path.to_lowercase().ends_with(".pdf") {
            return None;
        }
        let most = self.config.max_file_mib;
        tokio::task::spawn_blocking(move || crate::ingest::load::bounded(std::path::Path::new(&source.path), most).ok())
            .await
            .ok()?
    }
}
