//! Two well-known chat widgets to measure ours against, fetched from the registry as their makers publish them, and
//! served as their makers' instructions say: each on a page of its own, compressed, with a server that answers at once.
//! Nothing of them is kept in the repository.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
};

use anyhow::{Context as _, ensure};

use crate::process::root;

/// How a reader uses a widget, as scripts.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    /// What opens it, once it is there.
    pub(crate) there: &'static str,
    pub(crate) press: &'static str,
    /// Where one writes; null as long as there is none.
    pub(crate) field: &'static str,
    /// What it shows.
    pub(crate) text: &'static str,
    pub(crate) greeting: &'static str,
    pub(crate) question: &'static str,
    pub(crate) answer: &'static str,
    /// Requests whose path begins so are the widget's, not the page's.
    pub(crate) own: &'static str,
}

/// What it answers, whatever is asked; named as each of them wants it.
const ANSWER: &str = r#"{"output": "Das steht in der Anleitung.", "text": "Das steht in der Anleitung."}"#;

/// Package, version, page, and how a reader uses it.
const PEERS: [(&str, &str, &str, Subject); 2] = [
    (
        "@n8n/chat",
        "1.37.0",
        "<link rel=stylesheet href='/dist/style.css'><script type=module>
          import { createChat } from '/dist/chat.bundle.es.js';
          createChat({ webhookUrl: '/answer', loadPreviousSession: false, initialMessages: ['Womit kann ich helfen?'] });
        </script>",
        Subject {
            name: "@n8n/chat 1.37.0",
            path: "/",
            there: "document.querySelector('.chat-window-toggle')",
            press: "document.querySelector('.chat-window-toggle').click()",
            field: "document.querySelector('.chat-inputs textarea')",
            text: "document.body.innerText",
            greeting: "Womit kann ich helfen?",
            question: "am beamer ist die falsche quelle",
            answer: "Das steht in der Anleitung",
            own: "/",
        },
    ),
    // It has no button that opens it: one that fetches it when it is pressed stands for that.
    (
        "deep-chat",
        "2.4.2",
        "<button id=open>Hilfe</button><script type=module>
          document.querySelector('#open').addEventListener('click', async () => {
            await import('/dist/deepChat.bundle.js');
            const chat = document.createElement('deep-chat');
            chat.connect = { url: '/answer' };
            chat.introMessage = { text: 'Womit kann ich helfen?' };
            document.body.append(chat);
          });
        </script>",
        Subject {
            name: "deep-chat 2.4.2",
            path: "/",
            there: "document.querySelector('#open')",
            press: "document.querySelector('#open').click()",
            field: "document.querySelector('deep-chat')?.shadowRoot?.querySelector('#text-input')",
            text: "(document.querySelector('deep-chat')?.shadowRoot?.querySelector('#messages')?.innerText ?? '')",
            greeting: "Womit kann ich helfen?",
            question: "am beamer ist die falsche quelle",
            answer: "Das steht in der Anleitung",
            own: "/",
        },
    ),
];

/// A widget on a page of its own; its server ends with the test program.
pub(crate) struct Peer {
    pub(crate) subject: Subject,
    pub(crate) address: SocketAddr,
}

impl Peer {
    /// Both, fetched where they are not there yet.
    ///
    /// # Errors
    /// Where npm or the registry is missing, or a package is not what it was.
    pub(crate) fn all() -> anyhow::Result<Vec<Self>> {
        PEERS
            .into_iter()
            .map(|(package, version, page, subject)| Self::serve(&fetched(package, version)?, page, subject))
            .collect()
    }

    fn serve(folder: &Path, page: &str, subject: Subject) -> anyhow::Result<Self> {
        let page = format!(
            "<!doctype html><html lang=de><meta charset=utf-8><meta name=viewport content='width=device-width'>
             <title>Schule</title><link rel=icon href='data:,'><h1>Schule</h1>{page}</html>"
        );
        let mut files = HashMap::from([("/".to_owned(), ("text/html", squeezed(page.as_bytes())?))]);
        for entry in std::fs::read_dir(folder.join("dist"))? {
            let path = entry?.path();
            let kind = match path.extension().and_then(|ending| ending.to_str()) {
                Some("js" | "mjs") => "text/javascript",
                Some("css") => "text/css",
                _ => continue,
            };
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.insert(format!("/dist/{name}"), (kind, squeezed(&std::fs::read(&path)?)?));
        }
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let files = Arc::new(files);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let files = Arc::clone(&files);
                thread::spawn(move || while answer(&stream, &files).is_some() {});
            }
        });
        Ok(Self { subject, address })
    }
}

/// One request on a connection that stays open, as a real server's would; `None` at its end.
fn answer(mut stream: &TcpStream, files: &HashMap<String, (&str, Vec<u8>)>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    // What is asked for is read to its end; nobody sends the next before the answer.
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let path = head.split(' ').nth(1)?;
    let (status, kind, coding, body) = match files.get(path) {
        _ if head.starts_with("POST ") => ("200 OK", "application/json", "", ANSWER.as_bytes()),
        Some((kind, body)) => ("200 OK", *kind, "Content-Encoding: gzip\r\n", body.as_slice()),
        None => ("404 Not Found", "text/plain", "", [].as_slice()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\n{coding}Cache-Control: no-store\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).ok()
}

/// As small as gzip makes it.
fn squeezed(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(bytes)?;
    let gzip = Command::new("gzip").args(["-9", "-c", "-n"]).arg(file.path()).output().context("gzip is needed")?;
    ensure!(gzip.status.success(), "gzip failed");
    Ok(gzip.stdout)
}

/// The folder of a package, below `target/peers`.
fn fetched(package: &str, version: &str) -> anyhow::Result<PathBuf> {
    let folder = root().join("target/peers").join(package.replace(['@', '/'], "")).join(version);
    if !folder.join("package").is_dir() {
        std::fs::create_dir_all(&folder)?;
        let run = |program: &str, arguments: &[&str]| -> anyhow::Result<()> {
            let status = Command::new(program).args(arguments).current_dir(&folder).status();
            let status = status.with_context(|| format!("{program} is needed to fetch {package}"))?;
            ensure!(
                status.success(),
                "{package} {version} cannot be fetched\nhint: the npm registry must be reachable"
            );
            Ok(())
        };
        run("npm", &["pack", "--silent", &format!("{package}@{version}")])?;
        run("sh", &["-c", "tar -xzf *.tgz"])?;
    }
    Ok(folder.join("package"))
}
