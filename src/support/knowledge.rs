//! What the authority wants to know of its knowledge: which problems its own
//! documents cover and which only ours do, what is out of date, what says the
//! same twice, what is still to be filled in, what was not read.

mod twins;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use jiff::civil::Date;
use serde::Serialize;

use self::twins::Sketches;
pub use self::twins::Twins;
use crate::{
    domain::{
        document::{Audience, Kind, Passage},
        lang::Lang,
        placeholder,
        problem::PROBLEMS,
    },
    ingest::Refusal,
    store::LeftOut,
    support::Support,
};

/// `knowledge report --json`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Overview {
    /// The day it was drawn up.
    pub day: Date,
    pub documents: Documents,
    pub problems: Vec<Coverage>,
    /// Past `review_by`.
    pub overdue: Vec<Overdue>,
    /// The authority's documents that name no `review_by`.
    pub without_review: Vec<String>,
    pub twins: Vec<Twins>,
    pub placeholders: Vec<Placeholder>,
    /// Keys that the directory fills in and no document asks for: mistyped, or not needed.
    pub unused_placeholders: Vec<String>,
    /// Schools that documents are for and the directory does not know: nobody sees those.
    pub unknown_schools: Vec<UnknownSchools>,
    pub refused: Vec<Refusal>,
    /// Of which documents sentences were left out that give orders to a machine.
    pub left_out: Vec<LeftOut>,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Documents {
    /// Guides in the authority's folders.
    pub own: usize,
    /// Guides that came with the program.
    pub builtin: usize,
    /// Past tickets.
    pub resolutions: usize,
}

/// Who covers a problem. Guides for teachers count, in any language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    pub problem: &'static str,
    pub name: &'static str,
    /// `own`, `builtin` or `none`.
    pub by: &'static str,
    pub own: Vec<String>,
    pub builtin: Vec<String>,
    /// Whether one of them is in English.
    pub english: bool,
}

/// A document that wants a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overdue {
    pub document: String,
    pub review_by: Date,
    pub owner: Option<String>,
}

/// A placeholder that guides use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placeholder {
    pub key: String,
    /// Neither the authority nor any school gives a value.
    pub empty: bool,
    /// Schools for which there is none; empty where the authority has one.
    pub missing_at: Vec<String>,
    pub documents: Vec<String>,
}

/// A school that the directory does not know, with the documents for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownSchools {
    pub school: String,
    pub documents: Vec<String>,
}

/// Draws up the report from index, database and directory, as they stand.
///
/// # Errors
/// An index or database that cannot be read.
pub async fn overview(support: &Support) -> anyhow::Result<Overview> {
    let sources = support.store.sources().await.context("cannot read what was indexed")?;
    let ours = sources.iter().filter(|source| source.root == "builtin");
    let ours: BTreeSet<&str> =
        ours.filter_map(|source| source.document.as_deref()).flat_map(|ids| ids.split('\n')).collect();
    let theirs = sources.iter().filter(|source| source.root != "builtin");
    let theirs: BTreeSet<&str> =
        theirs.filter_map(|source| source.document.as_deref()).flat_map(|ids| ids.split('\n')).collect();
    let mut made = Made::new(support.clock.local().date());
    for id in support.library.ids()? {
        let passages = support.library.as_written(&id)?;
        made.add(&id, &passages, !ours.contains(id.as_str()) || theirs.contains(id.as_str()));
    }
    let refused =
        sources.iter().filter_map(|source| Some(Refusal { path: source.path.clone(), reason: source.reason.clone()? }));
    let mut overview = made.finish();
    overview.refused = refused.collect();
    overview.left_out = sources.iter().flat_map(|source| &source.left_out).cloned().collect();
    // What cannot even be a document was never noted.
    overview.refused.extend(support.library.unfit().await?);
    let unknown = support.library.unknown_schools()?.into_iter();
    overview.unknown_schools = unknown.map(|(school, documents)| UnknownSchools { school, documents }).collect();
    fill_in(support, &mut overview);
    Ok(overview)
}

/// The part that the directory answers.
fn fill_in(support: &Support, overview: &mut Overview) {
    let directory = support.schools.now();
    let given = directory.schools.iter().map(|school| &school.placeholders).chain([&directory.authority.placeholders]);
    let asked = |key: &&String| overview.placeholders.iter().any(|placeholder| placeholder.key == **key);
    let unused: BTreeSet<String> = given.flat_map(|table| table.keys()).filter(|key| !asked(key)).cloned().collect();
    overview.unused_placeholders = unused.into_iter().collect();
    let has = |key: &str, school: Option<&str>| {
        support.schools.values(school).get(key).is_some_and(|value| !value.trim().is_empty())
    };
    for placeholder in &mut overview.placeholders {
        if has(&placeholder.key, None) {
            continue;
        }
        let ids = directory.schools.iter().map(|school| school.id.as_str());
        let missing = ids.filter(|id| !has(&placeholder.key, Some(id))).map(str::to_owned).collect::<Vec<_>>();
        placeholder.empty = missing.len() == directory.schools.len();
        placeholder.missing_at = missing;
    }
}

/// What is gathered while the documents go by.
struct Made {
    overview: Overview,
    sketches: Sketches,
    placeholders: BTreeMap<String, Vec<String>>,
}

impl Made {
    fn new(day: Date) -> Self {
        let problems = PROBLEMS.map(|(problem, name)| Coverage {
            problem,
            name,
            by: "none",
            own: Vec::new(),
            builtin: Vec::new(),
            english: false,
        });
        let overview = Overview { day, problems: problems.into(), ..Overview::default() };
        Self { overview, sketches: Sketches::default(), placeholders: BTreeMap::new() }
    }

    fn add(&mut self, id: &str, passages: &[Passage], own: bool) {
        let Some(first) = passages.first() else { return };
        let overview = &mut self.overview;
        if first.kind == Kind::Resolution {
            overview.documents.resolutions += 1;
            return;
        }
        *if own { &mut overview.documents.own } else { &mut overview.documents.builtin } += 1;
        let meta = &first.meta;
        if meta.audience == Audience::Teacher {
            for coverage in
                overview.problems.iter_mut().filter(|one| meta.problems.iter().any(|code| code == one.problem))
            {
                if own { &mut coverage.own } else { &mut coverage.builtin }.push(id.to_owned());
                coverage.by = if own || coverage.by == "own" { "own" } else { "builtin" };
                coverage.english |= meta.lang == Lang::En;
            }
        }
        match meta.review_by {
            Some(review_by) if review_by < overview.day => {
                overview.overdue.push(Overdue { document: id.to_owned(), review_by, owner: meta.owner.clone() });
            }
            None if own => overview.without_review.push(id.to_owned()),
            _ => {}
        }
        let text: Vec<String> = passages.iter().map(|passage| passage.chunk.text()).collect();
        let text = text.join("\n");
        for key in placeholder::keys(&text) {
            self.placeholders.entry(key.to_owned()).or_default().push(id.to_owned());
        }
        self.sketches.add(id, &text);
    }

    fn finish(mut self) -> Overview {
        self.overview.twins = self.sketches.twins();
        let placeholders = self.placeholders.into_iter();
        self.overview.placeholders = placeholders
            .map(|(key, documents)| Placeholder { key, empty: false, missing_at: Vec::new(), documents })
            .collect();
        self.overview.overdue.sort_by_key(|one| one.review_by);
        self.overview
    }
}
