//! A start that cannot succeed says why and what to do, and writes nothing by halves.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use schullotse::llm::local::{Family, Shape, write_random};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::support::{Chat, Mounted, TestProcess, get, on_disk, post, run, run_in};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

#[tokio::test]
async fn a_port_in_use_is_told_at_once() {
    let data = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    run(data.path(), &["serve", "--listen", &address]).await.failed(&[&address, "--listen"]);
    assert!(!data.path().join("schullotse.db").exists(), "nothing was begun");
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    let first = TestProcess::start(&data).await;
    run(&data, &SERVE).await.failed(&["another schullotse", "--data"]);
    assert_eq!(get(first.address, "/healthz").await.status, 200, "the first goes on");
    assert_eq!(first.terminate().await, 0);
    // A stop leaves nothing behind that would keep the next from starting; neither does a crash.
    TestProcess::start(&data).await.kill().await;
    assert_eq!(TestProcess::start(&data).await.terminate().await, 0);
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_one() {
    let root = TempDir::new().unwrap();
    let file = root.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    let below = file.join("data");
    for command in [&SERVE[..], &["index"], &["ask", "beamer"], &["search", "beamer"]] {
        run_in(root.path(), &below, command, None).await.failed(&[&below.display().to_string(), "--data"]);
        run_in(root.path(), &file, command, None).await.failed(&[&file.display().to_string()]);
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[tokio::test]
async fn a_data_folder_that_may_not_be_written() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    assert_eq!(TestProcess::start(&data).await.terminate().await, 0);
    let rights = |mode: u32| {
        let files = std::fs::read_dir(&data).unwrap().flatten().map(|entry| entry.path()).filter(|path| path.is_file());
        for path in files.chain([data.clone()]) {
            let mode = if path == data { mode | 0o111 } else { mode };
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    rights(0o444);
    let may = std::fs::write(data.join("probe"), "").is_ok();
    if may {
        eprintln!("skipped: this user may write everywhere");
    } else {
        run_in(root.path(), &data, &SERVE, None).await.failed(&[&data.display().to_string(), "--data"]);
    }
    rights(0o644);
}

#[tokio::test]
async fn a_wrong_configuration_names_file_and_key() {
    let data = TempDir::new().unwrap();
    let file = data.path().join("schullotse.toml");
    let name = file.display().to_string();
    for (text, key) in [
        ("[server]\nport = 1\n", "port"),
        ("[servr]\nlisten = '127.0.0.1:0'\n", "servr"),
        ("[support]\nthreshold = 'hoch'\n", "threshold"),
        ("[support]\nthreshold = 7.0\n", "threshold"),
        ("[server\n", "line 1"),
    ] {
        std::fs::write(&file, text).unwrap();
        let parts = if text.contains("7.0") { vec![key] } else { vec![name.as_str(), key] };
        run(data.path(), &SERVE).await.failed(&parts);
        run(data.path(), &["config", "check"]).await.failed(&parts);
    }
    let missing = data.path().join("none.toml");
    run(data.path(), &["--config", missing.to_str().unwrap(), "config", "check"]).await.failed(&["none.toml"]);
}

#[tokio::test]
async fn wrong_usage_has_a_status_of_its_own() {
    let data = TempDir::new().unwrap();
    for wrong in [
        &["serve", "--listen", "nowhere"][..],
        &["fly"],
        &["ask"],
        &["search", "beamer", "-k", "many"],
        &["serve", "--unknown"],
        &["tickets"],
    ] {
        let finished = run(data.path(), wrong).await;
        assert_eq!((finished.code, finished.stdout.as_str()), (2, ""), "{wrong:?}: {finished:?}");
        assert!(!finished.stderr.is_empty());
    }
    assert_eq!(run(data.path(), &["--help"]).await.code, 0);
    assert_eq!(run(data.path(), &["--version"]).await.code, 0);
}

fn models(folder: &Path) -> Vec<(PathBuf, &'static str)> {
    let good = folder.join("good.gguf");
    write_random(&good, &Shape::tiny(Family::Qwen2), 1).unwrap();
    let bytes = std::fs::read(&good).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let text = String::from_utf8_lossy(&bytes[..64]).into_owned();
    assert!(text.contains("GGUF"), "{text}");
    let mut foreign = bytes.clone();
    let place = bytes.windows(5).position(|window| window == b"qwen2").unwrap();
    foreign[place..place + 5].copy_from_slice(b"mamba");
    vec![
        (folder.join("missing.gguf"), "missing.gguf"),
        (write("empty.gguf", b""), "empty.gguf"),
        (write("truncated.gguf", &bytes[..bytes.len() / 2]), "truncated.gguf"),
        (write("header.gguf", &bytes[..40]), "header.gguf"),
        (write("text.gguf", b"this is no model at all, but a text of some length"), "text.gguf"),
        (write("foreign.gguf", &foreign), "mamba"),
    ]
}

#[tokio::test]
async fn a_broken_model_is_refused_by_name() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    for (path, named) in models(root.path()) {
        std::fs::write(data.join("schullotse.toml"), format!("[model]\nfile = {path:?}\n")).unwrap();
        run(&data, &SERVE).await.failed(&[named]);
        run(&data, &["models", "info", path.to_str().unwrap()]).await.failed(&[named]);
    }
    std::fs::write(data.join("schullotse.toml"), format!("[model]\nfile = {:?}\n", root.path().join("good.gguf")))
        .unwrap();
    let server = TestProcess::start(&data).await;
    assert_eq!(get(server.address, "/readyz").await.json()["model"], "good");
}

#[tokio::test]
async fn a_directory_that_names_an_unknown_school_is_refused_whole() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let good = "[authority]\nname = 'Kreis Neu'\n[[school]]\nid = 'gs-neu'\nname = 'Grundschule Neu'\n";
    let file = root.path().join("schools.toml");
    let import = ["schools", "import", file.to_str().unwrap()];
    std::fs::write(&file, good).unwrap();
    let done = run(&data, &import).await;
    assert_eq!(done.code, 0, "{done:?}");
    for (text, part) in [
        (format!("{good}[[room]]\ncode = 'r1'\nschool = 'nirgends'\nname = '1'\n"), "nirgends"),
        (format!("{good}[[school]]\nid = 'gs-neu'\nname = 'Noch eine'\n"), "gs-neu"),
        (format!("{good}colour = 'rot'\n"), "colour"),
        ("[authority".into(), "line 1"),
    ] {
        std::fs::write(&file, text).unwrap();
        run(&data, &import).await.failed(&[&file.display().to_string(), part]);
    }
    // What stood before stands.
    let server = TestProcess::start(&data).await;
    assert!(get(server.address, "/").await.text().contains("Grundschule Neu"));
    assert!(!get(server.address, "/").await.text().contains("erfunden"), "no banner over a real directory");
}

#[tokio::test]
async fn the_first_directory_of_a_data_folder_is_checked_too() {
    let data = TempDir::new().unwrap();
    let file = data.path().join("schools.toml");
    std::fs::write(&file, "[authority]\nname = 'A'\n[[room]]\ncode = 'r1'\nschool = 'nirgends'\nname = '1'\n").unwrap();
    run(data.path(), &SERVE).await.failed(&["schools.toml", "nirgends"]);
    // Once it is mended, it is taken: nothing of the first attempt is in the way.
    std::fs::write(&file, "[authority]\nname = 'A'\n[[school]]\nid = 'x'\nname = 'Schule X'\n").unwrap();
    let server = TestProcess::start(data.path()).await;
    assert!(get(server.address, "/").await.text().contains("Schule X"));
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_is_survived() {
    let root = TempDir::new().unwrap();
    let Some(mut disk) = Mounted::new(&root, 24 * 1024) else {
        eprintln!("skipped: no file system can be mounted here (unshare, tmpfs)");
        return;
    };
    let server = disk.serve().await;
    let mut chat = Chat::open(server).await;
    assert_eq!(chat.ask("am beamer ist die falsche quelle").await["outcome"], "answered");
    let fill = disk.fill();
    // Long messages, until there is no place left even within the files.
    let text = format!("am beamer ist die falsche quelle {}", "fernbedienung ".repeat(120));
    let mut refused = 0;
    while refused == 0 {
        let cid = chat.say(json!({ "type": "msg.send", "text": text })).await;
        loop {
            let message = chat.next().await;
            if message["type"] == "error" && message["cid"] == json!(cid) {
                assert_eq!(message["code"], "internal", "{message}");
                refused += 1;
                break;
            }
            if message["type"] == "bot.end" || message["type"] == "error" {
                break;
            }
        }
    }
    // Reading needs no space.
    let answer = post(server, "/api/v1/ask", &json!({ "question": "am beamer ist die falsche quelle" })).await;
    assert_eq!(answer.json()["outcome"], "answered");
    assert_eq!(get(server, "/healthz").await.status, 200);

    std::fs::remove_file(fill).unwrap();
    let end = chat.ask("und der drucker druckt nicht").await;
    assert_eq!(end["outcome"], "flow", "once there is space, it goes on");
    let mut again = chat.resume(server, 0).await;
    let events = super::support::durable(&again.rest().await);
    let numbers: Vec<i64> = events.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=i64::try_from(numbers.len()).unwrap()).collect::<Vec<_>>(), "no gaps");
    for event in events.iter().filter(|event| event["type"] == "user.message") {
        assert!(events.iter().any(|end| end["reply_to"] == event["mid"]), "unanswered: {event}");
    }
}

#[tokio::test]
async fn a_start_on_a_full_disk_says_so() {
    // No place for the database; none for the index.
    for kib in [200, 450] {
        let root = TempDir::new().unwrap();
        let Some(disk) = Mounted::new(&root, kib) else {
            eprintln!("skipped: no file system can be mounted here (unshare, tmpfs)");
            return;
        };
        let finished = disk.run(&SERVE).await;
        assert_eq!(finished.code, 1, "{finished:?}");
        assert!(finished.stderr.contains("hint:") && !finished.stderr.contains("panicked"), "{}", finished.stderr);
    }
}

#[tokio::test]
async fn no_secret_is_left_readable() {
    let root = TempDir::new().unwrap();
    let data = root.path().join("data");
    let server = TestProcess::start(&data).await;
    let mode = std::fs::metadata(data.join("server.json")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "the command line's token is its owner's");
    let mut chat = Chat::open(server.address).await;
    chat.ask("am beamer ist die falsche quelle").await;
    let token = chat.welcome["token"].as_str().unwrap().split_once('.').unwrap().1.to_owned();
    assert!(!on_disk(&data, &token), "only a digest of a token is kept");
    assert_eq!(server.terminate().await, 0);
    assert!(!data.join("server.json").exists());
}
