//! Downloads against a server on loopback that misbehaves as told.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use super::*;

/// What the server does with one request.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// Serves properly, ranges included.
    Serve,
    /// Promises all, sends so many bytes, hangs up.
    Cut(usize),
    /// Sends the whole, whatever was asked.
    IgnoreRange,
    /// Answers with this status and a page.
    Status(u16),
    /// Sends a page instead of the file.
    Page,
    /// Accepts and says nothing.
    Silent,
}

/// Range and If-Range of a request.
type Asked = (Option<String>, Option<String>);

/// A server for one file; acts in order, the last one for ever.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

fn serve(file: &[u8], tag: Option<&str>, acts: &[Act]) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/m.gguf", listener.local_addr().unwrap());
    let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
    let (file, tag, acts, log) = (file.to_vec(), tag.map(str::to_owned), acts.to_vec(), asked.clone());
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let act = acts[number.min(acts.len() - 1)];
            let (file, tag, log) = (file.clone(), tag.clone(), log.clone());
            thread::spawn(move || answer(stream.unwrap(), &file, tag.as_deref(), act, &log));
        }
    });
    Server { address, asked }
}

fn answer(mut stream: TcpStream, file: &[u8], tag: Option<&str>, act: Act, log: &Mutex<Vec<Asked>>) {
    let (mut range, mut if_range) = (None, None);
    for line in BufReader::new(stream.try_clone().unwrap()).lines() {
        let line = line.unwrap_or_default();
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(": ") else { continue };
        match name.to_lowercase().as_str() {
            "range" => range = Some(value.to_owned()),
            "if-range" => if_range = Some(value.to_owned()),
            _ => {}
        }
    }
    log.lock().unwrap().push((range.clone(), if_range.clone()));
    let etag = tag.map(|tag| format!("etag: \"{tag}\"\r\n")).unwrap_or_default();
    let head = |status: &str, length: usize, more: &str| {
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{more}{etag}\r\n")
    };
    let same = if_range.is_none() || if_range == tag.map(|tag| format!("\"{tag}\""));
    let start = range.filter(|_| same).and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let (head, body) = match (act, start) {
        (Act::Status(status), _) => (head(&format!("{status} Told"), 4, ""), &b"page"[..]),
        (Act::Page, _) => (head("200 OK", 19, "content-type: text/html\r\n"), &b"<html>Login</html>\n"[..]),
        (Act::Silent, _) => {
            thread::sleep(Duration::from_secs(2));
            return;
        }
        (Act::IgnoreRange, _) | (_, None) => (head("200 OK", file.len(), ""), file),
        (_, Some(start)) if start >= file.len() => {
            (head("416 Range Not Satisfiable", 0, &format!("content-range: bytes */{}\r\n", file.len())), &[][..])
        }
        (_, Some(start)) => {
            let range = format!("content-range: bytes {start}-{}/{}\r\n", file.len() - 1, file.len());
            (head("206 Partial Content", file.len() - start, &range), &file[start..])
        }
    };
    let body = if let Act::Cut(bytes) = act { &body[..bytes.min(body.len())] } else { body };
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}

fn content(size: usize, seed: usize) -> Vec<u8> {
    let noise = (0..size).map(|place| u8::try_from((place * 31 + place / 251 + seed) % 251).unwrap());
    b"GGUF".iter().copied().chain(noise).collect()
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn entry(server: &Server) -> Entry {
    Entry::from_url(&server.address).unwrap()
}

const QUICK: Patience = Patience { attempts: 3, pause: Duration::from_millis(1), silence: Duration::from_millis(300) };

async fn quick(entry: &Entry, folder: &Path) -> Result<Pulled, DownloadError> {
    pull_with(entry, folder, QUICK, &|_, _| {}).await
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_is_fetched_recorded_and_then_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let models = folder.path().join("models");
    let file = content(300_000, 0);
    let server = serve(&file, Some("1"), &[Act::Serve]);
    let seen = Mutex::new(Vec::new());
    let pulled =
        pull_with(&entry(&server), &models, QUICK, &|bytes, total| seen.lock().unwrap().push((bytes, total))).await;
    let pulled = pulled.unwrap();
    assert_eq!((pulled.bytes, pulled.proved, pulled.present), (300_004, false, false));
    assert_eq!(pulled.sha256, sha256(&file));
    assert_eq!(std::fs::read(&pulled.path).unwrap(), file);
    assert_eq!(names(&models), ["m.gguf", "m.sha256"]);
    let seen = seen.into_inner().unwrap();
    assert!(
        seen.is_sorted() && seen.first() == Some(&(0, Some(300_004))) && seen.last() == Some(&(300_004, Some(300_004)))
    );

    assert!(quick(&entry(&server), &models).await.unwrap().present);
    assert_eq!(server.asked.lock().unwrap().len(), 1);
    assert_eq!(verify(&models).unwrap()[0].verdict, Verdict::Same);
    std::fs::write(&pulled.path, b"GGUF changed").unwrap();
    assert_eq!(verify(&models).unwrap()[0].verdict, Verdict::Changed);
    // A file that is no longer what was recorded is fetched again.
    assert!(!quick(&entry(&server), &models).await.unwrap().present);
    std::fs::remove_file(models.join("m.sha256")).unwrap();
    assert_eq!(verify(&models).unwrap()[0].verdict, Verdict::Unrecorded);
    assert_eq!(verify(&folder.path().join("none")).unwrap(), []);
}

#[tokio::test]
async fn a_broken_download_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let file = content(200_000, 0);
    // More breaks than attempts: each brings something, so none is counted against the next.
    let server = serve(&file, Some("1"), &[Act::Cut(50_000), Act::Cut(40_000), Act::Cut(1), Act::Cut(9), Act::Serve]);
    let entry = Entry { sha256: Some(sha256(&file)), bytes: Some(200_004), ..entry(&server) };
    assert!(quick(&entry, folder.path()).await.unwrap().proved);
    assert_eq!(std::fs::read(folder.path().join("m.gguf")).unwrap(), file);
    let asked = server.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 5);
    assert_eq!(asked[0], (None, None));
    assert!(asked[1..].iter().all(|(range, tag)| range.is_some() && tag.as_deref() == Some("\"1\"")), "{asked:?}");
}

#[tokio::test]
async fn a_later_command_takes_up_the_part() {
    let folder = tempfile::tempdir().unwrap();
    let file = content(100_000, 0);
    let server =
        serve(&file, None, &[Act::Cut(60_000), Act::Status(503), Act::Status(503), Act::Status(503), Act::Serve]);
    let error = quick(&entry(&server), folder.path()).await.unwrap_err();
    assert!(matches!(error, DownloadError::Refused { status: 503, .. }), "{error}");
    assert_eq!(names(folder.path()), ["m.gguf.part", "m.gguf.part.json"]);
    let part = std::fs::metadata(folder.path().join("m.gguf.part")).unwrap().len();
    quick(&entry(&server), folder.path()).await.unwrap();
    assert_eq!(std::fs::read(folder.path().join("m.gguf")).unwrap(), file);
    let asked = server.asked.lock().unwrap().clone();
    assert_eq!(asked.last().unwrap().0.as_deref(), Some(format!("bytes={part}-").as_str()));
}

/// Whatever stands on the server or the disk, two files are never mixed.
#[tokio::test]
async fn parts_of_different_files_are_never_joined() {
    let new = content(100_000, 7);
    for (tag, act) in [(Some("2"), Act::Serve), (None, Act::IgnoreRange), (Some("1"), Act::IgnoreRange)] {
        let folder = tempfile::tempdir().unwrap();
        let server = serve(&new, tag, &[act]);
        let old = &content(100_000, 0)[..70_000];
        let part = folder.path().join("m.gguf.part");
        std::fs::write(&part, old).unwrap();
        let origin = serde_json::json!({ "url": server.address, "version": "\"1\"", "total": 100_004 });
        std::fs::write(folder.path().join("m.gguf.part.json"), origin.to_string()).unwrap();
        quick(&entry(&server), folder.path()).await.unwrap();
        assert_eq!(std::fs::read(folder.path().join("m.gguf")).unwrap(), new, "{tag:?} {act:?}");
    }
    // A part of unknown origin, one of another address, one longer than the file, one of another length.
    let cases = [
        (70_000, String::new()),
        (
            70_000,
            serde_json::json!({ "url": "https://example.org/m.gguf", "version": null, "total": null }).to_string(),
        ),
        (200_000, "LONG".into()),
        (70_000, "OTHER".into()),
    ];
    for (length, origin) in cases {
        let folder = tempfile::tempdir().unwrap();
        let server = serve(&new, None, &[Act::Serve]);
        std::fs::write(folder.path().join("m.gguf.part"), &content(300_000, 0)[..length]).unwrap();
        let total = if origin == "LONG" { None } else { Some(90_000) };
        let own = serde_json::json!({ "url": server.address, "version": null, "total": total }).to_string();
        let origin = if matches!(origin.as_str(), "LONG" | "OTHER") { own } else { origin };
        std::fs::write(folder.path().join("m.gguf.part.json"), &origin).unwrap();
        quick(&entry(&server), folder.path()).await.unwrap();
        assert_eq!(std::fs::read(folder.path().join("m.gguf")).unwrap(), new, "{length} {origin}");
    }
}

#[tokio::test]
async fn wrong_content_is_refused_and_not_kept() {
    let file = content(10_000, 0);
    for (act, change, expected) in [
        (Act::Serve, "sha256", "SHA-256"),
        (Act::Serve, "bytes", "10004 bytes, the list says 5"),
        (Act::Page, "", "no GGUF file"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let server = serve(&file, None, &[act]);
        let mut entry = entry(&server);
        match change {
            "sha256" => entry.sha256 = Some(sha256(b"another")),
            "bytes" => entry.bytes = Some(5),
            _ => {}
        }
        let message = quick(&entry, folder.path()).await.unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("hint:"), "{message}");
        assert!(!folder.path().join("m.gguf").exists());
        let part = std::fs::metadata(folder.path().join("m.gguf.part")).unwrap();
        assert_eq!(part.len(), 0);
    }
}

#[tokio::test]
async fn refusals_and_silence_say_what_to_do() {
    let file = content(10, 0);
    for (act, expected, requests) in [
        (Act::Status(404), "--url", 1),
        (Act::Status(401), "licence", 1),
        (Act::Status(500), "later", 3),
        (Act::Status(416), "browser", 3),
        (Act::Silent, "HTTPS_PROXY", 3),
        (Act::Cut(0), "goes on where it stopped", 3),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let server = serve(&file, None, &[act]);
        let message = quick(&entry(&server), folder.path()).await.unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("hint:"), "{act:?}: {message}");
        assert_eq!(server.asked.lock().unwrap().len(), requests, "{act:?}");
    }
}

#[tokio::test]
async fn two_commands_do_not_write_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&content(10, 0), None, &[Act::Serve]);
    let held = std::fs::File::create(folder.path().join("m.gguf.part")).unwrap();
    held.lock().unwrap();
    assert!(matches!(quick(&entry(&server), folder.path()).await, Err(DownloadError::Busy(_))));
    drop(held);
    assert!(quick(&entry(&server), folder.path()).await.is_ok());
}

#[test]
fn a_full_disk_is_named() {
    let error = DownloadError::File { path: "m".into(), source: io::Error::from(io::ErrorKind::StorageFull) };
    assert!(error.to_string().contains("hint: the disk is full"));
}
