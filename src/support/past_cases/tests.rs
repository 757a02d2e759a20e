//! Batches of past cases, without database and index.

use std::io::Write as _;

use tempfile::TempDir;

use super::*;
use crate::{
    config::KnowledgeConfig,
    domain::lexicon::Lexicon,
    domain::school::{Manager, School},
    ingest::{
        Extractor, Limits,
        tickets::{Export, Options},
    },
    support::devices::DeviceNames,
};

struct Bench {
    data: TempDir,
    cases: PastCases,
}

impl Bench {
    fn new() -> Self {
        let data = TempDir::new().unwrap();
        let redactor = Arc::new(Redactor::new(&Lexicon::default()));
        let manager = Manager { id: "m".into(), name: "Tjark Ohmstede".into(), substitute: None, absences: Vec::new() };
        let school = School {
            id: "gs-nord".into(),
            name: "Grundschule Nord".into(),
            address: String::new(),
            contacts: vec!["Wiebke Hasenkamp (Sekretariat)".into()],
            sites: Vec::new(),
            origins: Vec::new(),
            placeholders: [].into(),
        };
        let directory = Directory { managers: vec![manager], schools: vec![school], ..Directory::default() };
        let cases = PastCases::new(data.path(), redactor, Arc::new(directory), 1);
        Self { data, cases }
    }

    fn import(&self, name: &str, text: &str) -> anyhow::Result<Imported> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let extractor = Extractor::new("nowhere", Limits::from(&KnowledgeConfig::default()));
        let mut export = Export::open(file.path(), Options::default(), extractor).unwrap();
        self.cases.import(&mut export, name, &DeviceNames::default())
    }

    fn lines(&self, state: &str, name: &str) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.data.path().join(format!("cases/{state}/{name}.jsonl"))).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = ["held", "released"]
            .iter()
            .flat_map(|state| std::fs::read_dir(self.data.path().join("cases").join(state)).unwrap().flatten())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        files.sort();
        files
    }
}

const HEAD: &str = "Nr;Betreff;Beschreibung;Lösung;Melder;Login;Schule;Raum\n";

#[test]
fn who_stands_in_a_column_stands_in_no_text() {
    let bench = Bench::new();
    let text = format!(
        "{HEAD}1;Beamer;\"Karla Wendelmuth (kwendelm) meldet\";\"Wendelmuth und Ohmstede: Kabel\";\"Wendelmuth, Karla\";kwendelm;Grundschule Nord;\"204 Wendelmuth\"\n\
         2;Ton bei Wendelmuth;\"Hasenkamp war da, Koch auch\";\"lauter\";Petra Koch;pkoch;GS Süd;\n\
         3;Herd;\"kocht nicht\";gereinigt;Sekretariat;;;\n4;leer;leer;;;;;\n1;doppelt;;x;;;;\nkwendelm;x;y;z;Karla Wendelmuth;kwendelm;;\n"
    );
    let done = bench.import("a", &text).unwrap();
    assert_eq!(done.batch.cases, 4);
    let lines: Vec<(u64, &str)> = done.skipped.iter().map(|skipped| (skipped.line, skipped.reason.as_str())).collect();
    assert_eq!(lines, [(5, "has no resolution"), (6, "has the id \"1\" of row 2")]);
    let kept = bench.lines("held", "a");
    let all = serde_json::to_string(&kept).unwrap();
    for person in ["Wendelmuth", "Karla", "kwendelm", "Ohmstede", "Hasenkamp", "Petra", "pkoch"] {
        assert!(!all.contains(person), "{person} in {all}");
    }
    assert_eq!((&kept[0]["school"], &kept[0]["room"]), (&"gs-nord".into(), &"204 [Name]".into()));
    assert_eq!(kept[1]["description"], "[Name] war da, [Name] auch");
    assert_eq!(kept[3]["id"], "row-7", "an id that is a login is none");
    let example = &done.examples[0];
    assert!(example.before().contains("Karla Wendelmuth") && !example.after().contains("Wendelmuth"));
    for piece in done.examples.iter().flat_map(|example| &example.pieces) {
        assert_eq!(piece.found.len(), piece.tokens.len(), "{} -> {}", piece.before, piece.after);
    }
    assert_eq!(done.masked.0["name"], done.masked.sum());
}

#[test]
fn a_batch_is_held_released_withdrawn_and_discarded() {
    let bench = Bench::new();
    let table = format!("{HEAD}1;Beamer;dunkel;Kabel;;;;\n2;Ton;leise;lauter;;;;\n");
    bench.import("a", &table).unwrap();
    bench.import("b", &table).unwrap();
    assert!(bench.import("a", &table).err().unwrap().to_string().contains("already"));
    assert!(bench.import("../a", &table).is_err() && bench.import(".a", &table).is_err());
    assert!(!bench.cases.release("a").unwrap().already);
    assert!(bench.cases.release("a").unwrap().already);
    bench.cases.release("b").unwrap();
    let ids = |name: &str| bench.lines("released", name).iter().map(|case| case["id"].clone()).collect::<Vec<_>>();
    assert_eq!((ids("a"), ids("b")), (vec!["1".into(), "2".into()], vec!["b/1".into(), "b/2".into()]));
    assert!(bench.import("b", &table).is_err(), "the name of a released batch is taken");
    assert!(bench.cases.shelf.discard("b").unwrap_err().to_string().contains("withdraw"));
    assert!(!bench.cases.withdraw("b").unwrap().already);
    assert!(bench.cases.withdraw("b").unwrap().already);
    bench.cases.shelf.discard("b").unwrap();
    assert_eq!(bench.files(), ["a.jsonl"]);
    for missing in
        [bench.cases.release("b").err(), bench.cases.withdraw("b").err(), bench.cases.shelf.discard("b").err()]
    {
        assert!(missing.unwrap().to_string().contains("hint:"));
    }
    let listed = bench.cases.shelf.list().unwrap();
    assert_eq!((listed.len(), listed[0].state, listed[0].cases), (1, State::Released, 2));
}

#[test]
fn what_somebody_wrote_into_a_batch_is_masked_too() {
    let bench = Bench::new();
    bench.import("a", &format!("{HEAD}1;Beamer;dunkel;Kabel;;;;\n")).unwrap();
    let file = bench.data.path().join("cases/held/a.jsonl");
    let line = "{\"id\":\"9\",\"subject\":\"Ohmstede\",\"resolution\":\"an wendelmuth.k@schule.example\"}\n";
    let before = std::fs::read_to_string(&file).unwrap();
    for (text, part) in
        [(format!("{before}kaputt\n"), "a.jsonl:2"), (format!("{before}{before}"), "twice"), (String::new(), "no case")]
    {
        std::fs::write(&file, &text).unwrap();
        let error = bench.cases.release("a").unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("hint:"), "{error}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text, "nothing has changed");
    }
    std::fs::write(&file, format!("{before}\n{line}")).unwrap();
    bench.cases.release("a").unwrap();
    let kept = bench.lines("released", "a");
    assert_eq!((&kept[1]["subject"], &kept[1]["resolution"]), (&"[Name]".into(), &"an [E-Mail]".into()));
}

#[test]
fn what_fails_leaves_nothing_behind() {
    let bench = Bench::new();
    let error = bench.import("a", &format!("{HEAD}1;Beamer;dunkel;;;;;\n")).err().unwrap().to_string();
    assert!(error.contains("row 2 has no resolution"), "{error}");
    let row = |id: u32| format!("{id};x;{};y;;;;\n", "wort ".repeat(100));
    let large = format!("{HEAD}{}", (0..3000).map(row).collect::<String>());
    assert!(bench.import("a", &large).err().unwrap().to_string().contains("larger than 1 MiB"));
    assert!(bench.import("a", "Nr;Text\n1;x\n").is_err());
    assert!(bench.files().is_empty(), "{:?}", bench.files());
    // A killed import leaves a file under another name, which the next command removes; one
    // that is being written stays.
    let held = bench.data.path().join("cases/held");
    std::fs::write(held.join(".abc.new"), "{}").unwrap();
    let writing = bench.cases.shelf.fresh("b").unwrap();
    assert_eq!(bench.files().len(), 2);
    drop(bench.cases.shelf.lock().unwrap());
    assert_eq!(bench.files().len(), 1);
    drop(writing);
    assert!(bench.files().is_empty());
    assert!(bench.cases.shelf.list().unwrap().is_empty());
}

#[test]
fn examples_are_spread_over_the_file() {
    let bench = Bench::new();
    let row = |id: u32| format!("{id};T{id};{};y;;;;\n", if id % 100 == 37 { "a@b.example" } else { "x" });
    let rows: String = (0..1000).map(row).collect();
    let done = bench.import("a", &format!("{HEAD}{rows}")).unwrap();
    let ids: Vec<&str> = done.examples.iter().map(|example| example.id.as_str()).collect();
    assert_eq!(ids, ["37", "137", "237", "337", "437", "537", "637", "737", "837", "937"]);
}

fn solved(reference: &str, question: &str, reply: &str) -> Solved {
    Solved {
        target: "rt".into(),
        reference: reference.into(),
        subject: "Beamer in 204".into(),
        description: "Störmeldung von Karla Wendelmuth".into(),
        replies: vec![reply.into()],
        question: Some(question.into()),
        school: Some("Grundschule Nord".into()),
        persons: vec!["Karla Wendelmuth".into()],
        ..Solved::default()
    }
}

#[test]
fn what_the_helpdesk_solved_comes_home_once_and_masked() {
    let bench = Bench::new();
    let home = |all: Vec<Solved>| bench.cases.bring_home(all, &DeviceNames::default()).unwrap();
    let first = || solved("7", "beamer bleibt dunkel", "Frau Wendelmuth, das Kabel war lose. Bitte fest einstecken.");
    let silent = Solved { replies: vec![" ".into()], ..solved("8", "ton fehlt", "") };
    let same = solved("9", "projektor dunkel", "Frau Wendelmuth: Das Kabel war lose! Bitte fest einstecken");
    let done = home(vec![first(), silent, same]);
    assert_eq!((done.laid, done.silent, done.same), (1, 1, 1), "{done:?}");
    let printer = Solved {
        device: Some("printer".into()),
        ..solved("10", "druckt nicht", "Frau Wendelmuth, das Kabel war lose. Bitte fest einstecken.")
    };
    assert_eq!(home(vec![printer]), Brought { laid: 1, ..Brought::default() });
    bench.cases.reject("draft-rt-10").unwrap();
    let drafts = bench.cases.drafts().unwrap();
    let case = &drafts[0].case;
    assert_eq!((drafts[0].draft.as_str(), case.id.as_str()), ("draft-rt-7", "rt-7"));
    assert!(case.description.starts_with("beamer bleibt dunkel\n"), "{case:?}");
    assert!(!format!("{case:?}").contains("Wendelmuth"), "{case:?}");
    assert_eq!(case.school.as_deref(), Some("gs-nord"));
    // Told again, with what staff have added.
    let more = Solved { replies: vec!["Kabel fest einstecken.".into(), "Danach Quelle wählen.".into()], ..first() };
    assert_eq!(home(vec![more]), Brought { renewed: 1, ..Brought::default() });
    assert!(bench.cases.drafts().unwrap()[0].case.resolution.ends_with("Danach Quelle wählen."));
    // Published, it stays as it was looked at.
    bench.cases.release("draft-rt-7").unwrap();
    assert_eq!(home(vec![first()]), Brought { known: 1, ..Brought::default() });
    bench.cases.withdraw("draft-rt-7").unwrap();
    bench.cases.reject("draft-rt-7").unwrap();
    assert_eq!(home(vec![first()]), Brought { known: 1, ..Brought::default() });
    assert_eq!((bench.files(), bench.cases.drafts().unwrap()), (vec![], vec![]));
}

#[test]
fn only_a_draft_that_waits_is_rejected() {
    let bench = Bench::new();
    bench.import("a", &format!("{HEAD}1;x;y;Kabel;;;;\n")).unwrap();
    let refused = |name: &str| bench.cases.reject(name).unwrap_err().to_string();
    assert!(refused("a").contains("is no draft"));
    assert!(refused("draft-rt-1").contains("there is no such batch"));
    assert!(refused("draft-../a").contains("is no name"));
    bench.cases.bring_home(vec![solved("../1", "x", "Kabel")], &DeviceNames::default()).unwrap();
    let drafts = bench.cases.drafts().unwrap();
    assert_eq!(drafts[0].draft, "draft-rt----1");
    bench.cases.release("draft-rt----1").unwrap();
    assert!(refused("draft-rt----1").contains("is released"));
    assert!(!bench.data.path().join("cases/rejected/draft-rt----1").exists(), "it may still be rejected");
}
