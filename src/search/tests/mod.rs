//! A small school's guides and lexicon, on which search is tested.

mod keeping;
mod questions;
mod ranking;

use std::sync::Arc;

use super::{Change, Index, Query, Results};
use crate::{
    config::SearchConfig,
    domain::{
        document::{Block, Chunk, Document, Kind, Meta},
        lang::Lang,
        lexicon::{Lexicon, SynonymGroup, Translation},
    },
};

fn lexicon() -> Lexicon {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let group = |words: &[&str]| SynonymGroup { words: own(words), device: None };
    Lexicon {
        synonyms: vec![
            group(&["beamer", "projektor", "biemer"]),
            group(&["kein bild", "bleibt dunkel", "schwarzer bildschirm"]),
            group(&["dokumentenkamera", "elmo"]),
        ],
        general: vec![group(&["beseitigen", "entfernen", "lösen"])],
        translations: vec![
            Translation { en: "printer".into(), de: own(&["drucker"]) },
            Translation { en: "no picture".into(), de: own(&["kein bild"]) },
            Translation { en: "projector".into(), de: own(&["beamer"]) },
        ],
        compounds: own(&[
            "lehrer",
            "zimmer",
            "drucker",
            "beamer",
            "fernbedienung",
            "passwort",
            "wlan",
            "papier",
            "stau",
        ]),
        ..Lexicon::default()
    }
}

fn step(number: u32, text: &str) -> Block {
    Block::Step { number, text: text.into() }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph { text: text.into() }
}

fn chunk(number: u32, heading: &str, blocks: Vec<Block>) -> Chunk {
    let heading = if heading.is_empty() { vec![] } else { vec![heading.to_owned()] };
    Chunk { number, heading, page: None, blocks }
}

fn put(id: &str, title: &str, meta: Meta, chunks: Vec<Chunk>) -> Change {
    let document = Document {
        id: id.into(),
        title: title.into(),
        kind: Kind::Guide,
        meta,
        revision: format!("{id}-1"),
        sections: vec![],
    };
    Change::Put { document, chunks }
}

fn simple(id: &str, title: &str, text: &str) -> Change {
    put(id, title, Meta::default(), vec![chunk(0, "", vec![paragraph(text)])])
}

fn guides() -> Vec<Change> {
    let english = Meta { lang: Lang::En, ..Meta::default() };
    vec![
        put(
            "beamer",
            "Der Projektor zeigt kein Bild",
            Meta::default(),
            vec![
                chunk(
                    0,
                    "Schritte",
                    vec![
                        step(1, "Drücken Sie auf der Fernbedienung die Taste „Source“. Oben erscheint der Eingang."),
                        step(2, "Prüfen Sie, ob das HDMI-Kabel an beiden Enden fest steckt."),
                    ],
                ),
                chunk(1, "Wenn das nicht hilft", vec![paragraph("Melden Sie es.")]),
            ],
        ),
        simple(
            "drucker",
            "Der Drucker druckt nicht",
            "Der Drucker im Lehrerzimmer braucht Papier. Öffnen Sie das Fach.",
        ),
        simple("stau", "Papierstau beseitigen", "Ziehen Sie das Blatt langsam heraus."),
        simple(
            "wlan",
            "Das W-LAN-Passwort ändern",
            "Das Passwort für das WLAN vergessen? Öffnen Sie die Einstellungen.",
        ),
        simple("kamera", "Dokumentenkamera anschließen", "Stecken Sie die Kamera an den USB-Anschluss."),
        simple("ipad", "Das iPad lädt nicht", "Nehmen Sie ein anderes Netzteil. Die Größe des Netzteils zählt."),
        put(
            "scan",
            "Scanning documents",
            english,
            vec![chunk(0, "", vec![paragraph("Put the pages into the feeder. Common issues are listed below.")])],
        ),
    ]
}

fn index() -> Index {
    let index = Index::in_memory(Arc::new(lexicon()), &SearchConfig::default()).unwrap();
    index.apply(guides()).unwrap();
    index
}

fn ask_in(index: &Index, text: &str, lang: Lang) -> Results {
    index.search(&Query { text: text.into(), lang, ..Query::default() }, 10).unwrap()
}

fn first(index: &Index, text: &str, lang: Lang) -> String {
    ask_in(index, text, lang).hits.first().map(|hit| hit.passage.document.clone()).unwrap_or_default()
}
