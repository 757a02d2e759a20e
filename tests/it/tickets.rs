//! Past tickets of another helpdesk through the real program: whatever the dialect,
//! nothing personal reaches the disk, and nothing is found before somebody released it.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::support::{Finished, Mounted, TestProcess, get, on_disk, run};

/// Invented persons, as columns and texts name them; numbers are kept free for fiction.
const PERSONAL: [&str; 6] =
    ["Wendelmuth", "wendelmuth.k@schule.example", "5550199", "kwendelm", "Zitronenfalter77", "Brinkhaus"];

struct Desk {
    root: TempDir,
    data: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        let data = root.path().join("data");
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join("schullotse.toml"), "[knowledge]\nbuiltin = false\n").unwrap();
        Self { root, data }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.root.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    async fn tickets(&self, arguments: &[&str]) -> Finished {
        let arguments: Vec<&str> = std::iter::once("tickets").chain(arguments.iter().copied()).collect();
        run(&self.data, &arguments).await
    }

    async fn import(&self, file: &str, name: &str) -> Value {
        self.tickets(&["import", file, "--name", name, "--json"]).await.json()
    }

    async fn found(&self, query: &str) -> usize {
        hits(&run(&self.data, &["search", query, "--json"]).await.json(), query)
    }

    #[track_caller]
    fn holds_nothing_personal(&self) {
        for personal in PERSONAL {
            assert!(!on_disk(&self.data, personal), "{personal} is on the disk");
        }
    }
}

/// Hits in whose text this stands.
fn hits(found: &Value, query: &str) -> usize {
    found["hits"].as_array().unwrap().iter().filter(|hit| hit["snippet"].as_str().unwrap().contains(query)).count()
}

/// A table of three tickets; the last has no resolution.
fn table(delimiter: &str, end: &str) -> String {
    let description = format!(
        "Frau Wendelmuth ({}) meldet: „Kein Bild“{end}Rückruf 0171 5550199, Passwort: Zitronenfalter77. Raum 204",
        "wendelmuth.k@schule.example"
    );
    let rows = [
        ["Ticket#", "Betreff", "Beschreibung", "Lösung", "Melder", "Login", "Telefon", "Erledigt am", "Priorität"],
        [
            "4711",
            "Beamer klemmt",
            &description,
            "Fernbedienung am Gerät getauscht; Herr Brinkhaus weiß Bescheid",
            "Wendelmuth, Karla",
            "kwendelm",
            "0171 5550199",
            "14.03.2025 09:40",
            "Brinkhaus",
        ],
        [
            "4712",
            "Beamer summt",
            "kwendelm kann sich nicht anmelden",
            "Wendelmuth angerufen, Fernbedienung geölt",
            "Brinkhaus, Jo",
            "",
            "",
            "3/14/2025 9:40 AM",
            "",
        ],
        ["4713", "Beamer fehlt", "Frau Wendelmuth sucht", "", "", "", "", "", ""],
    ];
    let quoted = |row: &[&str; 9]| row.map(|value| format!("\"{}\"", value.replace('"', "\"\""))).join(delimiter);
    rows.iter().map(quoted).collect::<Vec<_>>().join(end) + end
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[tokio::test]
async fn every_dialect_gives_the_same_masked_tickets() {
    let desk = Desk::new();
    let western = |text: &str| -> Vec<u8> {
        let byte = |ch: char| match ch {
            '„' => 0x84,
            '“' => 0x93,
            ch => u8::try_from(u32::from(ch)).unwrap(),
        };
        text.chars().map(byte).collect()
    };
    let mut lines = Vec::new();
    for (name, bytes) in [
        ("komma", table(",", "\n").into_bytes()),
        ("semikolon", format!("\u{FEFF}{}", table(";", "\r\n")).into_bytes()),
        ("tab", western(&table("\t", "\n"))),
        ("breit", wide(&format!("\u{FEFF}{}", table(";", "\r\n")))),
    ] {
        let done = desk.import(&desk.file(&format!("{name}.csv"), bytes), name).await;
        assert_eq!((&done["batch"], &done["cases"], &done["held"]), (&name.into(), &2.into(), &true.into()));
        let line = &done["skipped"][0];
        assert_eq!((&line["line"], &line["reason"]), (&5.into(), &"has no resolution".into()), "{name}");
        assert!(done["masked"]["name"].as_u64().unwrap() >= 4 && done["masked"]["email"] == 1, "{done}");
        assert!(done["examples"][0]["before"].as_str().unwrap().contains("Wendelmuth"));
        assert!(!done["examples"][0]["after"].as_str().unwrap().contains("Wendelmuth"));
        lines.push(std::fs::read_to_string(desk.data.join(format!("cases/held/{name}.jsonl"))).unwrap());
    }
    assert!(lines.iter().all(|other| *other == lines[0]), "{lines:?}");
    let first: Value = serde_json::from_str(lines[0].lines().next().unwrap()).unwrap();
    assert_eq!((&first["id"], &first["closed_at"]), (&"4711".into(), &"2025-03-14T08:40:00Z".into()));
    assert!(first["resolution"].as_str().unwrap().starts_with("Fernbedienung am Gerät getauscht"), "{first}");
    desk.holds_nothing_personal();
}

#[tokio::test]
async fn held_is_not_found_released_is_and_withdrawn_is_gone() {
    let desk = Desk::new();
    let file = desk.file("a.csv", table(";", "\n"));
    desk.import(&file, "alt").await;
    assert_eq!(desk.found("Fernbedienung").await, 0);
    run(&desk.data, &["index"]).await;
    assert_eq!(desk.found("Fernbedienung").await, 0, "held back from every run");
    let doctor = run(&desk.data, &["doctor"]).await;
    assert!(doctor.stdout.contains("alt: 2 past tickets are held back"), "{doctor:?}");
    desk.holds_nothing_personal();

    let done = desk.tickets(&["release", "alt", "--json"]).await.json();
    assert_eq!((&done["added"], &done["batches"][0]["state"]), (&2.into(), &"released".into()));
    assert_eq!(desk.found("Fernbedienung").await, 2);
    desk.holds_nothing_personal();
    let again = desk.tickets(&["release", "alt", "--json"]).await.json();
    assert_eq!((&again["added"], &again["removed"]), (&0.into(), &0.into()));

    // The same tickets in another batch: both are there, under ids of their own.
    desk.import(&file, "neu").await;
    assert_eq!(desk.tickets(&["release", "--all", "--json"]).await.json()["added"], 2);
    assert_eq!(desk.found("Fernbedienung").await, 4);

    assert_eq!(desk.tickets(&["withdraw", "alt", "--json"]).await.json()["removed"], 2);
    assert_eq!(desk.tickets(&["withdraw", "neu", "--json"]).await.json()["removed"], 2);
    assert_eq!(desk.found("Fernbedienung").await, 0);
    desk.tickets(&["discard", "neu"]).await;
    let batches = desk.tickets(&["batches", "--json"]).await.json();
    assert_eq!(batches["batches"].as_array().unwrap().len(), 1);
    assert_eq!((&batches["batches"][0]["batch"], &batches["batches"][0]["cases"]), (&"alt".into(), &2.into()));
    for arguments in [
        &["release", "neu"][..],
        &["withdraw", "neu"],
        &["discard", "neu"],
        &["review", "neu"],
        &["import", "/nowhere"],
    ] {
        desk.tickets(arguments).await.failed(&[]);
    }
    desk.tickets(&["import", &file, "--name", "alt"]).await.failed(&["already"]);
    desk.tickets(&["import", &file, "--name", "Wendelmuth/x"]).await.failed(&["name"]);
    let shown = desk.tickets(&["review", "alt"]).await;
    assert!(
        shown.code == 0 && shown.stdout.contains("Fernbedienung") && !shown.stdout.contains("Wendelmuth"),
        "{shown:?}"
    );
}

#[tokio::test]
async fn a_running_server_takes_up_what_is_released_and_forgets_what_is_withdrawn() {
    let desk = Desk::new();
    let mut server = TestProcess::with(&desk.data, &[], "debug").await;
    let found = async || hits(&get(server.address, "/api/v1/search?q=Fernbedienung").await.json(), "Fernbedienung");
    let file = desk.file("a.csv", table(",", "\n"));
    let shown = desk.tickets(&["import", &file]).await;
    assert!(shown.code == 0 && shown.stdout.contains("held back: 2 tickets"), "{shown:?}");
    assert!(shown.stdout.contains("Wendelmuth") && shown.stdout.contains("[Name]"), "before and after");
    assert_eq!(found().await, 0);
    assert_eq!(desk.tickets(&["release", "--all", "--json"]).await.json()["added"], 2);
    assert_eq!(found().await, 2);
    desk.holds_nothing_personal();
    let name = std::fs::read_dir(desk.data.join("cases/released")).unwrap().next().unwrap().unwrap().file_name();
    let name = name.to_str().unwrap().strip_suffix(".jsonl").unwrap().to_owned();
    assert_eq!(desk.tickets(&["withdraw", &name, "--json"]).await.json()["removed"], 2);
    assert_eq!(found().await, 0);
    let log = server.log().await;
    for personal in PERSONAL {
        assert!(!log.contains(personal), "{personal} is in the log");
    }
    assert_eq!(server.terminate().await, 0);
    desk.holds_nothing_personal();
}

#[tokio::test]
async fn a_folder_of_knowledge_around_the_data_folder_does_not_see_what_is_held() {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", table(";", "\n")), "alt").await;
    for folder in [desk.root.path(), &desk.data.join("cases"), &desk.data.join("cases/held")] {
        run(&desk.data, &["index", "--knowledge", folder.to_str().unwrap()]).await;
        assert_eq!(desk.found("Fernbedienung").await, 0, "{}", folder.display());
    }
    desk.tickets(&["release", "alt"]).await;
    assert_eq!(desk.found("Fernbedienung").await, 2, "once each");
}

#[tokio::test]
async fn mails_become_tickets() {
    let desk = Desk::new();
    let archive = "From karla Mon Mar  3 08:00:00 2025\n\
        From: Karla Wendelmuth <wendelmuth.k@schule.example>\nTo: hilfe@stadt.example\nSubject: Beamer\n\
        Message-ID: <1@schule.example>\nDate: Mon, 3 Mar 2025 08:00:00 +0100\nMIME-Version: 1.0\n\
        Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\
        Content-Transfer-Encoding: quoted-printable\n\nDer Beamer h=C3=A4ngt und summt.\n\
        Wendelmuth\n-- \nK. Wendelmuth, Tel. 0171 5550199\n--b\nContent-Type: text/html\n\n<p>anders</p>\n--b--\n\n\
        From jo Mon Mar  3 09:00:00 2025\nFrom: Jo Brinkhaus <hilfe@stadt.example>\nSubject: AW: Beamer [Ticket#2025030312]\n\
        In-Reply-To: <1@schule.example>\nDate: Mon, 3 Mar 2025 09:00:00 +0100\n\
        Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n\
        PHA+SGFsbG8gRnJhdSBXZW5kZWxtdXRoLDwvcD48cD5GZXJuYmVkaWVudW5nIGdlw7ZsdC48L3A+\n\n\
        From karla Mon Mar  3 10:00:00 2025\nFrom: Karla Wendelmuth <wendelmuth.k@schule.example>\n\
        Subject: Re: AW: Beamer [Ticket#2025030312]\nDate: Mon, 3 Mar 2025 10:00:00 +0100\n\nDanke!\n";
    let done = desk.import(&desk.file("post.mbox", archive), "post").await;
    assert_eq!((&done["cases"], &done["understood"]["format"]), (&1.into(), &"mbox".into()), "{done}");
    let kept = std::fs::read_to_string(desk.data.join("cases/held/post.jsonl")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["id"], "2025030312");
    assert_eq!(kept["description"], "Der Beamer hängt und summt.\n[Name]");
    assert_eq!(kept["resolution"], "Hallo Frau [Name],\nFernbedienung geölt.");
    desk.tickets(&["release", "post"]).await;
    assert_eq!(desk.found("Fernbedienung").await, 1);
    desk.holds_nothing_personal();
}

#[tokio::test]
async fn hostile_exports_are_refused_with_a_reason_and_leave_nothing() {
    let desk = Desk::new();
    let head = "Nr;Betreff;Lösung\n";
    let open = format!("{head}1;a;\"{}", "Frau Wendelmuth;x\n".repeat(3_000_000));
    for (name, bytes, part) in [
        ("offen.csv", open.into_bytes(), "line 2"),
        ("breit.csv", ";".repeat(1_000_000).into_bytes(), "columns"),
        ("null.csv", vec![0; 100_000], "no text"),
        ("tabelle.csv", b"PK\x03\x04\x14\x00\x06\x00".to_vec(), "ZIP"),
        ("leer.csv", Vec::new(), "empty"),
        ("fremd.csv", b"a;b\n1;2\n".to_vec(), "--map"),
        ("ohne.csv", format!("{head}1;a;\n").into_bytes(), "no solved case"),
        ("tief.json", b"[".repeat(500_000), "JSON"),
        ("tief.eml", b"Content-Type: message/rfc822\n\n".repeat(30_000), "too many parts"),
        ("kopf.mbox", [b"From x\nSubject: ".to_vec(), b"x".repeat(20_000_000)].concat(), "no solved case"),
    ] {
        let finished = desk.tickets(&["import", &desk.file(name, bytes), "--json"]).await;
        finished.failed(&[part]);
        assert!(!finished.stderr.contains("Wendelmuth"), "{}", finished.stderr);
        assert!(!desk.data.join("cases/held").exists() || files(&desk.data.join("cases/held")).is_empty(), "{name}");
    }
    desk.holds_nothing_personal();
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn a_command_killed_between_its_steps_is_finished_by_the_next() {
    let desk = Desk::new();
    desk.import(&desk.file("a.csv", table(";", "\n")), "alt").await;
    let (held, released) = (desk.data.join("cases/held/alt.jsonl"), desk.data.join("cases/released/alt.jsonl"));
    // Killed after the move, before the index.
    std::fs::rename(&held, &released).unwrap();
    assert_eq!(desk.found("Fernbedienung").await, 2);
    std::fs::rename(&released, &held).unwrap();
    assert_eq!(desk.found("Fernbedienung").await, 0);
    let again = desk.tickets(&["withdraw", "alt", "--json"]).await.json();
    assert_eq!(again["batches"][0]["state"], "held", "asking again is no fault");
}

/// Kills the program after ever longer times, until it is done before that.
async fn kill_until_done(desk: &Desk, arguments: &[&str], after: impl AsyncFn()) {
    for attempt in 1..200_u64 {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_schullotse"))
            .env_clear()
            .current_dir(&desk.data)
            .arg("--data")
            .arg(&desk.data)
            .arg("tickets")
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(log.reopen().unwrap())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let wait = std::time::Duration::from_millis(attempt * attempt * 8);
        let ended = tokio::time::timeout(wait, child.wait()).await;
        if let Ok(status) = ended {
            let log = std::fs::read_to_string(log.path()).unwrap();
            assert!(status.unwrap().success(), "{arguments:?} failed after a kill: {log}");
            return;
        }
        child.kill().await.unwrap();
        after().await;
    }
    panic!("{arguments:?} is never done");
}

#[tokio::test]
async fn kills_at_any_time_lose_no_batch_and_show_no_held_one() {
    let desk = Desk::new();
    let row =
        |id: u32| format!("{id};Beamer {id};Frau Wendelmuth, Telefon 0171 5550199;Fernbedienung {id} geölt;kwendelm\n");
    let text: String = (1..=400).map(row).collect();
    let file = desk.file("a.csv", format!("Nr;Betreff;Beschreibung;Lösung;Login\n{text}"));
    // Sets the database and the index up, so that the kills meet the work itself.
    assert_eq!(desk.found("Fernbedienung").await, 0);
    let complete = async || {
        desk.holds_nothing_personal();
        let batches = desk.tickets(&["batches", "--json"]).await.json();
        for batch in batches["batches"].as_array().unwrap() {
            assert_eq!(batch["cases"], 400, "never a part of a batch: {batches}");
        }
        assert!(batches["batches"].as_array().unwrap().len() <= 1, "never in two places: {batches}");
    };
    // An import that was killed after its last step has kept its batch: then it is there, whole.
    for attempt in 0..100 {
        if desk.data.join("cases/held/alt.jsonl").exists() {
            break;
        }
        assert!(attempt < 99, "no import is ever done");
        let partial = async || complete().await;
        let name = ["import", &file, "--name", "alt"];
        let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_schullotse"))
            .env_clear()
            .current_dir(&desk.data)
            .args(["--data", desk.data.to_str().unwrap(), "tickets"])
            .args(name)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        // Close together at first; a slow machine gets the time that it needs at last.
        let wait = std::time::Duration::from_millis(20 + 30 * attempt + attempt * attempt);
        let _ = tokio::time::timeout(wait, child.wait()).await;
        child.kill().await.ok();
        partial().await;
    }
    kill_until_done(&desk, &["release", "alt"], complete).await;
    complete().await;
    assert!(desk.found("Fernbedienung").await > 0);
    kill_until_done(&desk, &["withdraw", "alt"], complete).await;
    assert_eq!(desk.found("Fernbedienung").await, 0);
    assert_eq!(files(&desk.data.join("cases/held")), ["alt.jsonl"]);
    assert!(files(&desk.data.join("cases/released")).is_empty());
}

#[tokio::test]
async fn a_full_disk_is_said_and_leaves_nothing() {
    let root = TempDir::new().unwrap();
    let Some(disk) = Mounted::new(&root, 2048) else { return };
    let row = |id: u32| format!("{id};Beamer;{};geölt\n", "wort ".repeat(200));
    let rows: String = (0..4000).map(row).collect();
    let file = root.path().join("gross.csv");
    std::fs::write(&file, format!("Nr;Betreff;Beschreibung;Lösung\n{rows}")).unwrap();
    let finished = disk.run(&["tickets", "import", file.to_str().unwrap(), "--name", "alt"]).await;
    assert_eq!(finished.code, 1, "{finished:?}");
    finished.failed(&["cannot write to", "cases/held"]);
}
