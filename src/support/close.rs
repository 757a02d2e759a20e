//! When to ask back: what the message says fits two or three problems about as well, and
//! hardly anything else. One short question with these as buttons is quicker than a
//! guess, and than a report.

use crate::{domain::document::Purpose, search::Hit, support::wordings::Reading};

/// Most candidates; more are no choice but a list.
const MOST: usize = 3;
/// A problem less likely than this is no candidate.
const LEAST: f32 = 0.12;
/// What the candidates must come to together.
const TOGETHER: f32 = 0.6;

/// Guides to choose from, id and title, the likeliest first; empty where it is not a
/// matter of two or three.
#[must_use]
pub fn candidates(hits: &[Hit], reading: &Reading) -> Vec<(String, String)> {
    let mut found: Vec<(f32, &Hit)> = Vec::new();
    for (problem, share) in reading.problems().into_iter().take(MOST).filter(|(_, share)| *share >= LEAST) {
        let guide = hits.iter().find(|hit| hit.passage.meta.problems.contains(&problem));
        if let Some(hit) = guide
            && !found.iter().any(|(_, had)| had.passage.document == hit.passage.document)
        {
            found.push((share, hit));
        }
    }
    let together: f32 = found.iter().map(|(share, _)| share).sum();
    if found.len() < 2 || together < TOGETHER {
        return Vec::new();
    }
    found.into_iter().map(|(_, hit)| (hit.passage.document.clone(), hit.passage.title.clone())).collect()
}

/// The first guides, where none is sure but the first is likely; empty where the first is
/// no guide, since then the guides behind it are not what is likely.
#[must_use]
pub fn nearest(hits: &[Hit]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    if hits.first().is_none_or(|hit| hit.passage.meta.problems.is_empty()) {
        return found;
    }
    for hit in hits.iter().filter(|hit| !hit.passage.meta.problems.is_empty()) {
        let one = (hit.passage.document.clone(), hit.passage.title.clone());
        if found.len() < MOST && !found.iter().any(|(had, _)| *had == one.0) {
            found.push(one);
        }
    }
    found
}

/// Instructions to choose from, for whoever wants to know how to use something.
#[must_use]
pub fn instructions(hits: &[Hit]) -> Vec<(String, String)> {
    let how = hits.iter().filter(|hit| hit.passage.meta.purpose == Some(Purpose::HowTo));
    let mut found: Vec<(String, String)> = Vec::new();
    for hit in how {
        let one = (hit.passage.document.clone(), hit.passage.title.clone());
        if found.len() < MOST && !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Chunk, Kind, Meta, Passage};

    fn hit(document: &str, problems: &[&str]) -> Hit {
        let meta = Meta { problems: problems.iter().map(|code| (*code).to_owned()).collect(), ..Meta::default() };
        let chunk = Chunk { number: 0, heading: Vec::new(), page: None, blocks: Vec::new() };
        let (document, revision, title) = (document.to_owned(), String::new(), document.to_owned());
        Hit {
            passage: Passage { school: None, document, revision, title, kind: Kind::Guide, meta, chunk },
            score: 1.0,
            possible: 1.0,
            covered: 1.0,
            snippet: String::new(),
            best_units: Vec::new(),
            signals: crate::search::Signals::default(),
        }
    }

    #[test]
    fn the_likeliest_guides_are_offered_only_behind_a_guide() {
        let (guide, other, page) = (hit("a", &["P01"]), hit("b", &["P02"]), hit("page", &[]));
        let ids = |hits: &[Hit]| nearest(hits).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(ids(&[guide.clone(), page.clone(), guide.clone(), other.clone()]), ["a", "b"]);
        assert!(ids(&[page, guide, other]).is_empty(), "what is likely is the page, not the guides behind it");
        assert!(ids(&[]).is_empty());
    }
}
