//! What `doctor` says of the knowledge as it lives: what is refused and what is kept
//! meanwhile, who watches the folders, and whether anything of the demonstration stands
//! beside a real directory; and whether the rooms can be entered by their codes.

use std::{collections::BTreeMap, path::PathBuf};

use super::{Finding, finding};
use crate::{app::App, store::Source};

/// Most documents named singly under one matter.
const NAMED: usize = 50;

/// Refused documents, folders that are away, schools that nobody knows, the watcher.
pub(super) async fn knowledge(app: &App, running: Option<&serde_json::Value>, findings: &mut Vec<Finding>) {
    let support = &app.support;
    match support.store.sources().await {
        Ok(sources) => findings.extend(refused(&sources)),
        Err(error) => findings.push(finding("documents", "fault", error.to_string())),
    }
    let known = support.store.knowledge_roots().await.unwrap_or_default();
    let remembered = known.into_iter().map(|root| PathBuf::from(root.path));
    for folder in support.config.knowledge.folders.iter().cloned().chain(remembered).filter(|folder| !folder.is_dir()) {
        let detail = format!(
            "{} is not there; its documents stay until it is back or `index --forget` names it",
            folder.display()
        );
        findings.push(finding("knowledge", "fault", detail));
    }
    match support.library.unknown_schools() {
        Ok(unknown) => findings.extend(unknown.into_iter().take(NAMED).map(|(school, documents)| {
            let named = documents.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            let more = documents.len().checked_sub(5).filter(|more| *more > 0);
            let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
            let detail = format!(
                "{named}{more}: `schools` names {school:?}, which the directory does not know; nobody at a school sees that"
            );
            finding("document", "note", detail)
        })),
        Err(error) => findings.push(finding("index", "fault", error.to_string())),
    }
    findings.extend(running.into_iter().flat_map(watcher));
}

fn refused(sources: &[Source]) -> Vec<Finding> {
    let refused: Vec<&Source> = sources.iter().filter(|source| source.reason.is_some()).collect();
    let mut findings: Vec<Finding> = refused
        .iter()
        .take(NAMED)
        .map(|source| {
            let reason = source.reason.as_deref().unwrap_or_default();
            let since = source.refused_at.map(|at| format!(" since {at:.0}")).unwrap_or_default();
            let kept: Vec<&str> = source.kept.iter().map(|kept| kept.document.as_str()).collect();
            let kept = match kept.as_slice() {
                [] => String::new(),
                [one] => format!("keeps its last good version of {one}{since}: "),
                [first, more @ ..] => {
                    format!("keeps its last good version of {first} and {} more{since}: ", more.len())
                }
            };
            finding("document", "note", format!("{}: {kept}{reason}", source.path))
        })
        .collect();
    if let Some(more) = refused.len().checked_sub(NAMED).filter(|more| *more > 0) {
        findings.push(finding("document", "note", format!("and {more} more; `schullotse index` names them all")));
    }
    findings
}

/// What a running server says of its watcher.
fn watcher(ready: &serde_json::Value) -> Vec<Finding> {
    let watch = &ready["watch"];
    let Some(folders) = watch["folders"].as_u64() else { return Vec::new() };
    let poll = match watch["poll_seconds"].as_u64() {
        Some(seconds @ 1..) => format!("looks for changes every {seconds} seconds"),
        _ => "does not poll".into(),
    };
    let mut findings = vec![if watch["on"] == true {
        finding("watcher", "ok", format!("the server watches {folders} folders and {poll}"))
    } else {
        finding("watcher", "note", format!("the server watches no folders and {poll}"))
    }];
    let notes = watch["notes"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    findings.extend(notes.map(|note| finding("watcher", "note", note)));
    if ready["lexicon_changed"] == true {
        findings.push(finding("lexicon", "note", "a lexicon file has changed; hint: restart the server to take it up"));
    }
    findings
}

/// Demonstration and a real directory at the same time are a fault, wherever it is.
pub(super) async fn demonstration(app: &App, findings: &mut Vec<Finding>) {
    let support = &app.support;
    let left = match support.library.demo_left().await {
        Ok(left) => left,
        Err(error) => return findings.push(finding("demonstration", "fault", format!("{error:#}"))),
    };
    if support.schools.is_demo() {
        let directory = support.schools.now();
        let own = directory.schools.iter().filter(|school| !left.schools.contains(&school.id)).count();
        if own > 0 {
            let detail = format!(
                "the directory says `demo = true` and has {own} schools of its own; hint: delete that line from your file and import it again"
            );
            findings.push(finding("demonstration", "note", detail));
        }
        return;
    }
    let mut faults: BTreeMap<&str, String> = BTreeMap::new();
    if !left.schools.is_empty() {
        let detail = format!(
            "invented schools stand in the directory: {}; hint: delete them from your file, or give your own schools other ids, and import it again",
            left.schools.join(", ")
        );
        faults.insert("schools", detail);
    }
    if !left.rooms.is_empty() {
        let detail = format!(
            "invented rooms stand in the directory: {}; hint: delete them from your file and import it again",
            left.rooms.join(", ")
        );
        faults.insert("rooms", detail);
    }
    let data = left.data;
    if data.conversations + data.tickets + data.facts > 0 {
        let detail = format!(
            "of invented schools there are {} reports, {} conversations, {} figures; hint: import your directory again, which removes them",
            data.tickets, data.conversations, data.facts
        );
        faults.insert("reports", detail);
    }
    match support.library.demo_cases().await {
        Ok(cases) if cases.is_empty() => {}
        Ok(cases) => {
            let detail = format!(
                "invented past cases stand in the index ({}) or the list of sources ({}); hint: `schullotse index` removes them",
                cases.documents.len(),
                cases.sources.len()
            );
            faults.insert("cases", detail);
        }
        Err(error) => {
            faults.insert("cases", format!("{error:#}"));
        }
    }
    findings.extend(faults.into_values().map(|detail| finding("demonstration", "fault", detail)));
}

/// Rooms whose chat no code opens, and what their labels need.
pub(super) async fn rooms(app: &App, findings: &mut Vec<Finding>) {
    let support = &app.support;
    let (mut rooms, mut shut) = (0, Vec::new());
    for school in &support.schools.now().schools {
        match support.store.rooms_coded(&school.id).await {
            Ok(coded) => {
                rooms += coded.len();
                shut.extend(coded.into_iter().filter(|one| one.code.is_none()).map(|one| one.room.code));
            }
            Err(error) => return findings.push(finding("rooms", "fault", error.to_string())),
        }
    }
    if !shut.is_empty() {
        let named = shut.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let more = if shut.len() > 5 { ", …" } else { "" };
        let detail = format!(
            "{} rooms have no code that opens them ({named}{more}); hint: `schullotse rooms renew CODE`, then print the label",
            shut.len()
        );
        findings.push(finding("rooms", "note", detail));
    }
    if rooms > 0 && support.config.server.public_url.is_none() {
        let detail = "`server.public_url` is not set: labels for the rooms cannot be printed; hint: set it to the \
                      https:// address under which browsers reach this server";
        findings.push(finding("rooms", "note", detail));
    }
}
