//! An authority brings its schools in: what is wrong is told with its place, what
//! changes is shown before it is done, and it is done whole or not at all.

use std::{
    fmt::Write as _,
    process::{Command, Stdio},
    time::Duration,
};

use schullotse::store::Store;
use serde_json::{Value, json};

use super::support::{Place, TestProcess, post, run};

const OWN: &str = "[authority]\nname = 'Kreis Neu'\n[[school]]\nid = 'gs'\nname = 'Grundschule Neu'\n\
    [[school]]\nid = 'ge'\nname = 'Gesamtschule Neu'\n";
const ROOMS: &str = "Code;Schule;Raum\nGS-1;gs;101\nGS-2;gs;102\nGS-3;gs;103\nGE-1;ge;1\nGE-2;ge;2\n";
const DEVICES: &str = "Raum;Typ;Inventarnummer\nGS-1;Beamer;I-1\nGE-1;Tafel;I-2\n";

/// Imports the authority, its rooms and its devices, and gives the files.
async fn with_tables(place: &Place) -> [String; 3] {
    let files = [place.file("a.toml", OWN), place.file("rooms.csv", ROOMS), place.file("devices.csv", DEVICES)];
    let done = place.import(&[&files[0], &files[1], &files[2]]).await;
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("rooms: 5 added") && done.stdout.contains("+ 101 (GS-1)"), "{}", done.stdout);
    files
}

#[tokio::test]
async fn faults_are_told_with_their_place_and_change_nothing() {
    let place = Place::new();
    with_tables(&place).await;
    let rooms = place.file("rooms.csv", &format!("{ROOMS}GS-1;gs;104\nX;nix;1\n"));
    let devices = place.file("devices.csv", &DEVICES.replace("Tafel", "Toaster"));
    place.import(&[&rooms, &devices]).await.failed(&[
        "3 faults",
        "rooms.csv, line 7, column 1 (Code): the room \"GS-1\" stands twice",
        "rooms.csv, line 8, column 2 (Schule): the room \"X\" names the unknown school \"nix\"",
        "devices.csv, line 3, column 2 (Typ): \"Toaster\"",
    ]);
    // A mark that is never closed took every row after it, and the rest was imported.
    let swallowed = place.file("rooms.csv", &ROOMS.replace("102", "\"102"));
    place.import(&[&swallowed, "--force"]).await.failed(&[
        "one fault",
        "rooms.csv, line 3, column 3 (Raum): ",
        "hint: ",
    ]);
    let ragged = place.file("rooms.csv", &ROOMS.replace("GS-2;gs;", "GS-2;gs, "));
    place.import(&[&ragged, "--force"]).await.failed(&["rooms.csv, line 3, column 3 (Raum): ", "hint: "]);
    let whole = place.file("b.toml", &OWN.replace("'Gesamtschule Neu'", "'G'\naddress = 7").replace("'ge'", "'gs'"));
    place.import(&[&whole]).await.failed(&["b.toml, line 9, column 11: ", "b.toml, line 7, column 6: "]);
    let same = place.import(&[&place.file("rooms.csv", ROOMS), "--json"]).await.json();
    assert_eq!(same["changes"]["rooms"], json!({ "added": 0, "changed": 0, "removed": 0 }));
    assert_eq!((&same["total"]["devices"], &same["applied"]), (&json!(2), &json!(true)));
}

#[tokio::test]
async fn what_changes_is_shown_and_much_must_be_meant() {
    let place = Place::new();
    with_tables(&place).await;
    let server = TestProcess::start(&place.data).await;
    let report = json!({ "symptom": "Beamer zeigt kein Bild", "school": "gs", "room": "101" });
    let number = post(server.address, "/api/v1/tickets", &report).await.json()["number"].as_str().unwrap().to_owned();
    let rooms = place.file("rooms.csv", "Code;Schule;Raum\nGS-2;gs;Aula\nGS-3;gs;103\nGE-1;ge;1\nGE-9;ge;9\n");
    let shown = place.import(&[&rooms, "--dry-run"]).await;
    assert_eq!(shown.code, 0, "{shown:?}");
    for part in [
        "rooms: 1 added, 1 changed, 2 removed",
        "~ Aula (GS-2): name",
        "- 101 (GS-1)",
        "devices: 0 added, 0 changed, 1 removed",
        "nothing was changed",
    ] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    assert!(shown.stderr.contains(&number) && shown.stderr.contains("1 open reports"), "{}", shown.stderr);
    let refused = place.import(&[&rooms]).await;
    assert!(refused.code == 1 && refused.stdout == shown.stdout[..refused.stdout.len()], "{refused:?}");
    assert!(refused.stderr.contains("2 of 5 rooms") && refused.stderr.contains("--force"), "{refused:?}");
    let json = place.import(&[&rooms, "--force", "--json"]).await.json();
    assert_eq!(json["changes"]["rooms"], json!({ "added": 1, "changed": 1, "removed": 2 }));
    assert!(json["warnings"].to_string().contains(&number), "{json}");
    // Of one school: the other's stay.
    let few = place.file("few.csv", "code;name\nGS-2;Aula\nGS-3;103\nGS-4;104\n");
    let json = place.import(&[&few, "--school", "gs", "--json"]).await.json();
    assert_eq!((&json["total"]["rooms"], &json["changes"]["rooms"]["added"]), (&json!(5), &json!(1)), "{json}");
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn tables_are_put_into_no_demonstration() {
    let place = Place::new();
    let rooms = place.file("rooms.csv", ROOMS);
    place.import(&[&rooms]).await.failed(&["[authority]"]);
}

/// Everything of one make: nobody may ever see two.
fn large(model: &str) -> String {
    let mut text = format!("{OWN}\n");
    for room in 0..600 {
        writeln!(text, "[[room]]\ncode = 'R-{room}'\nschool = 'gs'\nname = '{model} {room}'").unwrap();
        for device in 0..10 {
            writeln!(
                text,
                "[[device]]\nroom = 'R-{room}'\ntype = 'projector'\nmodel = '{model}'\nserial = '{room}-{device}'"
            )
            .unwrap();
        }
    }
    text
}

async fn models(place: &Place) -> Vec<String> {
    let store = Store::open(&place.data.join("schullotse.db")).await.unwrap();
    let directory = store.directory().await.unwrap().unwrap();
    store.close().await;
    assert_eq!((directory.rooms.len(), directory.devices.len()), (600, 6_000));
    let rooms = directory.rooms.iter().map(|room| room.name.split(' ').next().unwrap().to_owned());
    let mut models: Vec<String> = rooms.chain(directory.devices.into_iter().map(|device| device.model)).collect();
    models.sort();
    models.dedup();
    models
}

#[tokio::test]
async fn an_import_that_is_killed_leaves_the_old_directory_or_the_new_one() {
    let place = Place::new();
    let mut next = ["alt", "neu"].map(|model| place.file(&format!("{model}.toml"), &large(model)));
    assert_eq!(place.import(&[&next[0]]).await.code, 0);
    let mut seen = std::collections::BTreeSet::new();
    let mut wait = 20;
    // Longer and longer, until one gets through.
    while !seen.contains("neu") {
        let mut child = Command::new(env!("CARGO_BIN_EXE_schullotse"))
            .env_clear()
            .args(["--data", place.data.to_str().unwrap(), "schools", "import", &next[1]])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let _ = child.kill();
        child.wait().unwrap();
        let found = models(&place).await;
        assert_eq!(found.len(), 1, "after {wait} ms: {found:?}");
        seen.extend(found);
        wait += wait / 2;
    }
    assert!(seen.contains("alt"), "nothing was killed in time");
    next.reverse();
    assert_eq!(place.import(&[&next[1]]).await.code, 0);
    assert_eq!(models(&place).await, ["alt"]);
    let doctor: Value = run(&place.data, &["doctor", "--json"]).await.json();
    assert_eq!(doctor["ok"], json!(true), "{doctor}");
}
