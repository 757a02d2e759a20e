//! What the authority adds to the knowledge: its own values in our sentences, and
//! the report on what is covered, doubled, overdue and still to be filled in.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{Chat, TestProcess, get, post, run};

const GUIDE: &str = "---\ntitle: Das Quaxtronnetz erreichen\ndevices: [network]\nproblems: [P34]\nreview_by: 2020-01-31\nowner: Medienzentrum\n---\n\n## Schritt für Schritt\n\nDas Quaxtronnetz fehlt.\n\n1. Tippen Sie in der Liste auf das WLAN {{wlan|Ihrer Schule}}.\n   **Sie sehen:** Einen Haken.\n2. Rufen Sie die Hotline an: {{hotline|Nummer im Sekretariat}}.\n3. Fragen Sie nach dem {{trolley|Gerätewagen}}.\n";

const DIRECTORY: &str = r#"
[authority]
name = "Amt Wasserfeld"
helpdesk = "Schul-IT Wasserfeld"
hotline = "0221 4710-555"
land = "NW"

[authority.placeholders]
wlan = "„Wassernetz“"

[[school]]
id = "a"
name = "Schule A"
placeholders = { wlan = "„A-Netz“", trolley = "Wagen 3" }

[[school]]
id = "b"
name = "Schule B"
"#;

struct Authority {
    _root: TempDir,
    data: PathBuf,
}

impl Authority {
    async fn new(directory: &str, guides: &[(&str, String)]) -> Self {
        let root = TempDir::new().unwrap();
        let data = root.path().join("data");
        let folder = data.join("knowledge/guides");
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in guides {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let file = root.path().join("schools.toml");
        std::fs::write(&file, directory).unwrap();
        let authority = Self { _root: root, data };
        assert_eq!(run(&authority.data, &["schools", "import", file.to_str().unwrap()]).await.code, 0);
        run(&authority.data, &["index", "--json"]).await.json();
        authority
    }

    async fn report(&self) -> Value {
        run(&self.data, &["knowledge", "report", "--json"]).await.json()
    }
}

fn answer(reply: &Value) -> &str {
    reply["answer"].as_str().unwrap()
}

#[tokio::test]
async fn each_school_reads_its_own_values() {
    let authority = Authority::new(DIRECTORY, &[("netz.md", GUIDE.into())]).await;
    let server = TestProcess::start(&authority.data).await;
    for (school, wlan, trolley) in [
        (json!("a"), "WLAN „A-Netz“.", "dem Wagen 3."),
        (json!("b"), "WLAN „Wassernetz“.", "dem Gerätewagen."),
        (Value::Null, "WLAN „Wassernetz“.", "dem Gerätewagen."),
    ] {
        let asked = json!({ "question": "Mein Handy kommt nicht ins WLAN, das Quaxtronnetz fehlt", "school": school });
        let reply = post(server.address, "/api/v1/ask", &asked).await.json();
        let text = answer(&reply);
        assert!(text.contains(wlan) && text.contains(trolley) && text.contains("an: 0221 4710-555."), "{text}");
        let quotes = reply["citations"].to_string();
        assert!(!quotes.contains("{{") && quotes.contains(trolley.trim_start_matches("dem ")), "{quotes}");
        let query = school.as_str().map_or(String::new(), |school| format!("&school={school}"));
        let found = get(server.address, &format!("/api/v1/search?q=Quaxtronnetz{query}")).await.text();
        let page = get(server.address, &format!("/api/v1/passages/guides%2Fnetz/0?{query}")).await.text();
        assert!(!found.contains("{{") && !page.contains("{{") && page.contains(trolley), "{page}");
    }
    server.terminate().await;
}

#[tokio::test]
async fn the_report_names_what_wants_a_look() {
    let own = |text: &str| {
        format!("---\ntitle: Beamer\nproblems: [P02]\ndevices: [projector]\nschools: [nirgends]\n---\n\n{text}\n")
    };
    let same = (0..80).map(|n| format!("Satz {n} über den Beamer und das Kabel {n}.")).collect::<Vec<_>>().join(" ");
    let guides = [
        ("netz.md", GUIDE.to_owned()),
        ("eins.md", own(&same)),
        ("zwei.md", own(&same)),
        ("kaputt.md", "---\n".into()),
    ];
    let authority = Authority::new(DIRECTORY, &guides).await;
    let report = authority.report().await;
    let problem =
        |code: &str| report["problems"].as_array().unwrap().iter().find(|one| one["problem"] == code).unwrap();
    assert_eq!((&problem("P34")["by"], &problem("P01")["by"]), (&json!("own"), &json!("builtin")));
    assert!(problem("P34")["own"].as_array().unwrap().contains(&json!("guides/netz")));
    assert_eq!(report["problems"].as_array().unwrap().len(), 45);
    assert_eq!(report["overdue"][0]["document"], "guides/netz");
    assert_eq!(report["twins"][0]["documents"], json!(["guides/eins", "guides/zwei"]));
    assert_eq!(report["unknown_schools"][0]["documents"], json!(["guides/eins", "guides/zwei"]));
    assert!(report["refused"][0]["path"].as_str().unwrap().ends_with("kaputt.md"));
    let placeholder =
        |key: &str| report["placeholders"].as_array().unwrap().iter().find(|one| one["key"] == key).cloned().unwrap();
    assert_eq!(placeholder("trolley")["missing_at"], json!(["b"]));
    assert_eq!((&placeholder("wlan")["empty"], &placeholder("hotline")["missing_at"]), (&json!(false), &json!([])));
    let printed = run(&authority.data, &["knowledge", "report"]).await;
    assert!(printed.stdout.contains("guides/eins und guides/zwei"), "{}", printed.stdout);
}

#[tokio::test]
async fn a_placeholder_that_cannot_be_one_is_refused() {
    let root = TempDir::new().unwrap();
    let file = root.path().join("schools.toml");
    let wrong = DIRECTORY.replace("wlan = \"„Wassernetz“\"", "WLAN = \"x\"\nplatform = \"{{wlan|x}}\"");
    std::fs::write(&file, wrong).unwrap();
    let refused = run(root.path(), &["schools", "import", file.to_str().unwrap()]).await;
    refused.failed(&["WLAN", "platform"]);
}

/// What several ask and no guide answers comes first; what was answered is no gap.
#[tokio::test]
async fn what_is_missing_is_named_as_it_was_asked() {
    let authority = Authority::new(DIRECTORY, &[("netz.md", GUIDE.into())]).await;
    let none = run(&authority.data, &["knowledge", "gaps"]).await;
    assert!(none.code == 0 && none.stdout.contains("blieb keine Frage ohne Antwort"), "{}", none.stdout);
    let server = TestProcess::start(&authority.data).await;
    for (asked, lesson) in [
        ("Das Aquarium in der Aula leuchtet nicht mehr", true),
        ("aquarium licht geht nicht", false),
        ("Wer wäscht eigentlich die Trikots der Fußballer", false),
        ("Der Beamer zeigt kein Signal", false),
    ] {
        let mut chat = Chat::open(server.address).await;
        chat.ask(asked).await;
        if lesson {
            chat.ask("Wir haben gerade Unterricht, die Klasse wartet").await;
        }
        chat.rest().await;
    }
    let found = run(&authority.data, &["knowledge", "gaps", "--json"]).await.json();
    let gaps = found["gaps"].as_array().unwrap();
    assert_eq!((gaps[0]["asked"].as_u64(), gaps[0]["lessons"].as_u64()), (Some(2), Some(1)), "{found}");
    let all = found.to_string();
    assert!(all.contains("Aquarium in der Aula") && !all.contains("Beamer"), "{found}");
    let told = run(&authority.data, &["knowledge", "gaps", "--least", "2"]).await;
    assert!(
        told.stdout.contains("1. 2 Gespräche, 1 im Unterricht") && !told.stdout.contains("Trikots"),
        "{}",
        told.stdout
    );
}
