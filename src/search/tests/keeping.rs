//! What is kept, what is gone, and what happens to a broken folder.

use std::{path::Path, sync::Arc};

use super::{ask_in, first, guides, index, lexicon, put, simple};
use crate::{
    config::SearchConfig,
    domain::{document::Meta, lang::Lang, lexicon::Lexicon, placeholder::Values},
    search::{Change, Index, Opened, SearchError, fingerprint},
};

/// Whether a word stands in any file of the index, in its own or in lower case.
fn on_disk(folder: &Path, word: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    let holds = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    files.into_iter().any(|bytes| holds(&bytes, word) || holds(&bytes, &word.to_lowercase()))
}

#[test]
fn passages_documents_and_revisions_are_read_back() {
    let index = index();
    assert_eq!(
        index.passage("beamer", 1, &Values::new()).unwrap().unwrap().chunk.heading_line(),
        "Wenn das nicht hilft"
    );
    assert!(
        index.passage("beamer", 2, &Values::new()).unwrap().is_none()
            && index.passage("be", 0, &Values::new()).unwrap().is_none()
    );
    let numbers: Vec<u32> =
        index.document("beamer", &Values::new()).unwrap().iter().map(|passage| passage.chunk.number).collect();
    assert_eq!(numbers, [0, 1]);
    index.apply(vec![put("leer", "Leer", Meta::default(), vec![])]).unwrap();
    let revisions = index.revisions().unwrap();
    assert_eq!((revisions.len(), revisions["leer"].as_str()), (8, "leer-1"));
    let counts = index.counts();
    assert_eq!((counts.documents, counts.chunks), (8, 8));
    assert!(counts.bytes > 1_000);
}

#[test]
fn what_is_replaced_or_removed_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path(), Arc::new(lexicon()), &SearchConfig::default()).unwrap();
    index.apply(guides()).unwrap();
    index.apply(vec![simple("x", "Geheimwort Zebrafink", "Zebrafinkenkäfig"), simple("y", "Bleibt", "Hier")]).unwrap();
    assert_eq!(first(&index, "Zebrafink", Lang::De), "x");
    assert!(on_disk(folder.path(), "Zebrafink"), "stored as plain text, so that its absence says something");
    index.apply(vec![simple("x", "Neu", "Ganz anders")]).unwrap();
    assert_eq!(first(&index, "Zebrafink", Lang::De), "");
    assert_eq!(first(&index, "Ganz anders", Lang::De), "x");
    assert!(!on_disk(folder.path(), "Zebrafink"));
    index.apply(vec![Change::Remove { document: "x".into() }, Change::Remove { document: "nie da".into() }]).unwrap();
    assert!(ask_in(&index, "Ganz anders", Lang::De).hits.iter().all(|hit| hit.passage.document != "x"));
    assert!(index.as_written("x").unwrap().is_empty() && !index.revisions().unwrap().contains_key("x"));
    assert_eq!(first(&index, "Bleibt", Lang::De), "y");
    assert!(!on_disk(folder.path(), "anders"));
}

#[test]
fn many_small_changes_keep_the_index_small_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path(), Arc::new(lexicon()), &SearchConfig::default()).unwrap();
    let mut stamps = vec![index.stamp()];
    for at in 0..25 {
        stamps.push(index.apply(vec![simple(&format!("d{at}"), "Anleitung", &format!("wort{at} Beamer"))]).unwrap());
    }
    stamps.sort_unstable();
    stamps.dedup();
    assert_eq!(stamps.len(), 26, "every commit changes the stamp");
    assert_eq!(index.counts().documents, 25);
    assert_eq!(first(&index, "wort17", Lang::De), "d17");
    assert!(std::fs::read_dir(folder.path()).unwrap().count() < 100);
}

#[test]
fn the_index_survives_a_restart_and_is_made_anew_for_another_analysis() {
    let folder = tempfile::tempdir().unwrap();
    let open = |lexicon: Lexicon| Index::open(folder.path(), Arc::new(lexicon), &SearchConfig::default()).unwrap();
    let (index, opened) = open(lexicon());
    assert_eq!(opened, Opened::Fresh);
    let stamp = index.apply(guides()).unwrap();
    drop(index);
    let (index, opened) = open(lexicon());
    assert_eq!((opened, index.stamp()), (Opened::Existing, stamp));
    assert_eq!(first(&index, "biemer", Lang::De), "beamer");
    drop(index);
    std::fs::write(folder.path().join("notes.txt"), "not ours").unwrap();
    let other = Lexicon { compounds: vec!["anders".into()], ..lexicon() };
    assert_ne!(fingerprint(&other), fingerprint(&lexicon()));
    let (index, opened) = open(other);
    assert_eq!((opened, index.counts().chunks), (Opened::Fresh, 0));
    assert!(folder.path().join("notes.txt").is_file(), "other files are left alone");
}

#[test]
fn a_damaged_index_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Index::open(folder.path(), Arc::new(lexicon()), &SearchConfig::default()).unwrap();
    let files = |ending: &str| -> Vec<std::path::PathBuf> {
        let all = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.to_str().unwrap().ends_with(ending)).collect()
    };
    for (ending, bytes) in
        [("meta.json", &b"{"[..]), (".store", b""), (".term", b"xxxxxxxxxxxxxxxxxxxxxxxx"), ("meta.json", b"")]
    {
        let (index, _) = open();
        index.apply(guides()).unwrap();
        drop(index);
        for path in files(ending) {
            std::fs::write(path, bytes).unwrap();
        }
        let (index, opened) = open();
        assert_eq!(opened, Opened::Fresh, "{ending}");
        index.apply(guides()).unwrap();
        assert_eq!(first(&index, "Drucker", Lang::De), "drucker");
    }
    let path = files(".idx").pop().unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(open().1, Opened::Fresh);
}

#[test]
fn a_writer_that_dies_before_its_commit_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path(), Arc::new(lexicon()), &SearchConfig::default()).unwrap();
    index.apply(guides()).unwrap();
    // What a killed process leaves: a lock file that nobody holds, pieces of a segment.
    std::fs::write(folder.path().join(".tantivy-writer.lock"), "").unwrap();
    std::fs::write(folder.path().join("0123456789abcdef0123456789abcdef.store"), "half").unwrap();
    let (again, opened) = Index::open(folder.path(), Arc::new(lexicon()), &SearchConfig::default()).unwrap();
    assert_eq!(opened, Opened::Existing);
    assert_eq!(first(&again, "Drucker", Lang::De), "drucker");
    again.apply(vec![simple("neu", "Neu", "Zebrafink")]).unwrap();
    assert_eq!(first(&again, "Zebrafink", Lang::De), "neu");
}

#[test]
fn two_writers_and_unusable_folders_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path(), Arc::new(lexicon()), &SearchConfig::default()).unwrap();
    index.apply(guides()).unwrap();
    let directory = tantivy::directory::MmapDirectory::open(folder.path()).unwrap();
    let held = tantivy::Directory::acquire_lock(&directory, &tantivy::directory::INDEX_WRITER_LOCK).unwrap();
    let refused = index.apply(vec![simple("z", "Z", "Z")]).unwrap_err();
    assert!(matches!(refused, SearchError::Locked { .. }) && refused.to_string().contains("hint:"), "{refused}");
    assert_eq!(first(&index, "Drucker", Lang::De), "drucker");
    drop(held);
    index.apply(vec![simple("z", "Z", "Z")]).unwrap();

    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = Index::open(&file.join("index"), Arc::new(lexicon()), &SearchConfig::default()).err().unwrap();
    assert!(matches!(refused, SearchError::Folder { .. }) && refused.to_string().contains("hint:"), "{refused}");
}

#[test]
fn a_folder_that_vanishes_is_an_error_and_the_index_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("index");
    let (index, _) = Index::open(&place, Arc::new(lexicon()), &SearchConfig::default()).unwrap();
    index.apply(guides()).unwrap();
    std::fs::rename(&place, folder.path().join("elsewhere")).unwrap();
    let refused = index.apply(vec![simple("z", "Z", "Z")]).unwrap_err();
    assert!(matches!(refused, SearchError::Folder { .. }), "{refused}");
    assert_eq!(first(&index, "Drucker", Lang::De), "drucker");
}

#[test]
fn searches_go_on_while_it_changes() {
    let index = index();
    std::thread::scope(|scope| {
        let searching =
            scope.spawn(|| (0..60).map(|_| first(&index, "Lehrerzimmerdrucker", Lang::De)).collect::<Vec<_>>());
        for at in 0..6 {
            index.apply(vec![simple(&format!("n{at}"), "Neu", "Etwas anderes")]).unwrap();
        }
        assert!(searching.join().unwrap().iter().all(|found| found == "drucker"));
    });
    assert_eq!(index.counts().documents, 13);
}
