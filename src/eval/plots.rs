//! The published pictures of a set: `risk-coverage.svg` and `reliability.svg`. Plain
//! SVG without script or outside fonts, readable on light and on dark pages, with the
//! set's name and its size in the title; the same figures give the same bytes.

mod reliability;
mod risk;
mod svg;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::metrics::Judged;

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Name of the set.
    pub name: &'a str,
    pub judged: &'a [Judged],
    /// Confidence from which an answer is given.
    pub threshold: f64,
}

impl Picture<'_> {
    /// Draws risk over coverage.
    #[must_use]
    pub fn risk_coverage(&self) -> String {
        risk::draw(self)
    }

    /// Draws how often what is so sure is right.
    #[must_use]
    pub fn reliability(&self) -> String {
        reliability::draw(self)
    }

    /// Writes both into a folder, which is made where it is missing; their paths.
    ///
    /// # Errors
    /// A folder or file that cannot be written, with its path.
    pub fn write(&self, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let hint = "hint: choose another folder with --plots, or allow this user to write there";
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}\n{hint}", folder.display()))?;
        [("risk-coverage.svg", self.risk_coverage()), ("reliability.svg", self.reliability())]
            .into_iter()
            .map(|(name, text)| {
                let path = folder.join(name);
                std::fs::write(&path, text).with_context(|| format!("cannot write {}\n{hint}", path.display()))?;
                Ok(path)
            })
            .collect()
    }
}

/// A share as it is read: `12 %`, with a digit more where it is small.
fn percent(share: f64) -> String {
    let hundredths = share * 100.0;
    let whole = (hundredths - hundredths.round()).abs() < 0.05 || hundredths >= 20.0;
    if whole { format!("{hundredths:.0} %") } else { format!("{hundredths:.1} %") }
}

#[cfg(test)]
mod tests;
