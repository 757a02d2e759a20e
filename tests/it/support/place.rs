//! A data folder of its own, and beside it the files that an authority brings.

use std::path::PathBuf;

use tempfile::TempDir;

use super::{Finished, run};

/// Both are gone with it.
pub(crate) struct Place {
    pub(crate) root: TempDir,
    pub(crate) data: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let root = TempDir::new().unwrap();
        let data = root.path().join("data");
        std::fs::create_dir(&data).unwrap();
        Self { root, data }
    }

    /// Writes a file beside the data folder, and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.root.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// `schools import` into the data folder.
    pub(crate) async fn import(&self, args: &[&str]) -> Finished {
        run(&self.data, &[&["schools", "import"], args].concat()).await
    }
}
