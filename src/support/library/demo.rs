//! The invented past cases of the demonstration: which of them the index holds, and
//! how they leave it when an authority's own directory takes its place.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Context as _;

use super::{Library, builtin};
use crate::{
    domain::school::Directory,
    ingest::resolution,
    search::{Change, SearchError},
    store::{DemoLeft, Source},
};

/// Traces of the invented past cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoCases {
    /// Documents in the index.
    pub documents: Vec<String>,
    /// Files in the list of sources.
    pub sources: Vec<String>,
}

impl DemoCases {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.sources.is_empty()
    }
}

impl Library {
    /// What index and list of sources hold of them.
    ///
    /// # Errors
    /// What index or database report.
    pub async fn demo_cases(&self) -> anyhow::Result<DemoCases> {
        let held = self.index.revisions().context("cannot read the index")?;
        let rows = self.store.sources().await.context("cannot read what was indexed before")?;
        let (demo, own): (Vec<Source>, Vec<Source>) = rows.into_iter().partition(is_demo);
        // An authority's own case may have the id of an invented one.
        let own: HashSet<&str> = own.iter().flat_map(Source::claims).collect();
        let of_rows: HashMap<String, String> =
            demo.iter().flat_map(Source::pairs).map(|pair| (pair.document, pair.revision)).collect();
        let invented = builtin_cases();
        let is_invented = |(id, revision): &(&String, &String)| {
            (of_rows.get(*id) == Some(*revision) || invented.contains(*id)) && !own.contains(id.as_str())
        };
        let documents = held.iter().filter(is_invented).map(|(id, _)| id.clone()).collect();
        Ok(DemoCases { documents, sources: demo.into_iter().map(|row| row.path).collect() })
    }

    /// Takes them out of the index in one commit, then out of the list of sources; how many
    /// there were. Safe to run again, and beside another process that does the same.
    ///
    /// # Errors
    /// What index or database report; then the next start tries again.
    pub async fn drop_demo(&self) -> anyhow::Result<u64> {
        let _turn = self.turn.lock().await;
        let cases = self.demo_cases().await?;
        let changes = cases.documents.iter().map(|id| Change::Remove { document: id.clone() }).collect();
        let index = self.index.clone();
        let work = move || match index.apply(changes) {
            Ok(_) => Ok(true),
            // Another process is at it.
            Err(SearchError::Locked { .. }) => Ok(false),
            Err(error) => Err(error),
        };
        if tokio::task::spawn_blocking(work).await.context("indexing was cut off")?.context("cannot write the index")? {
            self.store.demo_left_index(&cases.sources).await.context("cannot note what left the index")?;
        }
        Ok(cases.documents.len() as u64)
    }

    /// What of the demonstration stands in the database beside a directory that is none.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn demo_left(&self) -> anyhow::Result<DemoLeft> {
        Ok(self.store.demo_left(&invented()?).await?)
    }
}

/// The built-in demonstration.
///
/// # Errors
/// A fault of the build.
pub(in crate::support) fn invented() -> anyhow::Result<Directory> {
    super::builtin_directory()
}

fn is_demo(row: &Source) -> bool {
    let folder = if row.root == "builtin" { "builtin:".to_owned() } else { format!("{}/", row.root) };
    let inside = row.path.strip_prefix(&folder).unwrap_or_default();
    inside.strip_prefix("demo/").and_then(|name| name.strip_suffix(".jsonl")).is_some()
}

/// Ids of the invented past cases that are built in.
fn builtin_cases() -> BTreeSet<String> {
    let is_case = |path: &String| path.strip_prefix("demo/").and_then(|name| name.strip_suffix(".jsonl")).is_some();
    let files = builtin::paths().into_iter().filter(is_case);
    let cases =
        files.flat_map(|path| resolution::read_resolutions(&path, &builtin::bytes(&path).unwrap_or_default()).0);
    cases.map(|case| format!("resolutions/{}", case.id)).collect()
}
