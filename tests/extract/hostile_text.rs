//! Text, HTML, Markdown and YAML that are made to exhaust a reader, and folders
//! with what is no file.

use std::{os::unix::net::UnixListener, path::Path, time::Instant};

use schullotse::{
    config::KnowledgeConfig,
    domain::document::Document,
    ingest::{ExtractFault, IngestError, Limits, Source, load, read_document, scan::scan},
};

use super::{SLACK, extractor, usual};

/// Name, bytes, and what stands beside it.
type Case = (&'static str, Vec<u8>, Option<Vec<u8>>);

fn numbered(count: u32, one: fn(u32) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().concat()
}

fn read(path: &str, bytes: Vec<u8>, meta: Option<Vec<u8>>) -> Result<Document, IngestError> {
    let source = Source { path, bytes: bytes.into(), meta: meta.map(Into::into) };
    // Enough for what is good, and soon over for what is not.
    let limits = Limits { cpu_seconds: 3, ..usual() };
    read_document(&source, &extractor(limits), &KnowledgeConfig::default())
}

#[test]
fn hostile_text_ends_in_a_document_or_a_reason() {
    let mib = 1 << 20;
    let bomb = (1..12).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |yaml, at| {
        format!("{yaml}a{at}: &a{at} [{}]\n", format!("*a{},", at - 1).repeat(9))
    });
    let yaml = |yaml: String| Some(yaml.into_bytes());
    let cases: Vec<Case> = vec![
        ("line.txt", "wort ".repeat(mib / 2).into_bytes(), None),
        ("long.txt", "wort ".repeat(3 * mib).into_bytes(), None),
        ("large.txt", vec![b'x'; 65 * mib], None),
        ("unbroken.txt", vec![b'x'; 4 * mib], None),
        ("lines.txt", "a\n".repeat(2 * mib).into_bytes(), None),
        ("numbers.txt", "1. a\n".repeat(mib / 2).into_bytes(), None),
        ("headings.txt", "a\n===\n".repeat(mib / 2).into_bytes(), None),
        ("nul.txt", b"a\0b".to_vec(), None),
        ("control.txt", b"\xff\x01\x02\x03".to_vec(), None),
        ("wide.txt", b"\xff\xfe\x3d\xd8".to_vec(), None),
        ("divs.html", "<div>".repeat(mib / 4).into_bytes(), None),
        ("attributes.html", format!("<p {}>x", numbered(200_000, |at| format!("a{at}=1 "))).into_bytes(), None),
        ("open.html", "<b><i><a href=x>".repeat(20_000).into_bytes(), None),
        ("tables.html", "<table><tr><td>".repeat(20_000).into_bytes(), None),
        ("comment.html", "<!--".repeat(mib).into_bytes(), None),
        ("entities.html", "&nbsp;&amp".repeat(mib / 2).into_bytes(), None),
        ("endless.md", format!("---\n{}", "a: b\n".repeat(mib / 2)).into_bytes(), None),
        ("front.md", format!("---\ntitle: {}\n---\nx", "a".repeat(mib)).into_bytes(), None),
        ("alias.md", format!("---\n{bomb}---\nx").into_bytes(), None),
        ("flow.md", format!("---\ntitle: {}\n---\nx", "[".repeat(60_000)).into_bytes(), None),
        ("links.md", "[a](".repeat(mib / 4).into_bytes(), Some(b"title: a".to_vec())),
        ("stars.md", "*a_".repeat(mib / 4).into_bytes(), Some(b"title: a".to_vec())),
        ("beside.txt", b"x".to_vec(), yaml(bomb.clone())),
        ("deep.txt", b"x".to_vec(), yaml(format!("title: {}", "{a: ".repeat(20_000)))),
        ("tag.txt", b"x".to_vec(), yaml("!!python/object:os.system x".into())),
        ("binary.txt", b"x".to_vec(), Some(vec![0xff; 100])),
    ];
    let mut wrong = Vec::new();
    for (name, bytes, meta) in cases {
        let begin = Instant::now();
        let outcome = read(name, bytes, meta);
        let took = begin.elapsed();
        let shown = outcome.as_ref().map(|document| document.sections.len()).map_err(ToString::to_string);
        println!("{name:16} {took:>9.1?} {shown:?}");
        if took >= usual().wall + SLACK {
            wrong.push(format!("{name}: took {took:?}"));
        }
        let refused = [
            "long.txt",
            "large.txt",
            "nul.txt",
            "control.txt",
            "wide.txt",
            "endless.md",
            "front.md",
            "alias.md",
            "flow.md",
            "beside.txt",
            "deep.txt",
            "tag.txt",
            "binary.txt",
        ];
        let read = ["line.txt", "unbroken.txt", "lines.txt", "numbers.txt", "headings.txt"];
        if (refused.contains(&name) && outcome.is_ok()) || (read.contains(&name) && outcome.is_err()) {
            wrong.push(format!("{name}: {shown:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn old_encodings_become_documents() {
    let text = "Drücken Sie die Taste „Source“ – größer.";
    let old: Vec<u8> = text
        .chars()
        .map(|ch| match ch {
            '„' => 0x84,
            '“' => 0x93,
            '–' => 0x96,
            ch => u8::try_from(ch).expect("Latin-1"),
        })
        .collect();
    let wide: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let page = [b"<meta charset=windows-1252><p>", old.as_slice()].concat();
    for (path, bytes) in [("a.txt", old), ("b.txt", wide.clone()), ("c.html", page), ("d.html", wide)] {
        let document = read(path, bytes, None).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(document.sections[0].blocks[0].text(), text, "{path}");
    }
}

#[test]
fn what_is_no_file_or_is_gone_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("gut.txt"), "Drucker").expect("a file");
    let _socket = UnixListener::bind(at("sockel.txt")).expect("a socket");
    std::os::unix::fs::symlink("/dev/zero", at("geraet.txt")).expect("a link");
    let made = std::process::Command::new("mkfifo").arg(at("rohr.pdf")).status().expect("mkfifo runs");
    assert!(made.success());
    let found = scan(folder.path()).expect("the folder itself is there");
    assert_eq!(found.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["gut.txt"]);
    assert_eq!(found.refused.len(), 3, "{:?}", found.refused);
    // Between the look at the folder and the reading a file may go, or become something else.
    let config = KnowledgeConfig::default();
    let load = |name: &str| load(Path::new(folder.path()), name, None, &config).map(|_| ());
    for name in ["rohr.pdf", "sockel.txt", "geraet.txt", "weg.txt"] {
        assert!(matches!(load(name), Err(IngestError::Unreadable(_))), "{name}");
    }
    assert!(load("gut.txt").is_ok());
    assert_eq!(read("gut.pdf", b"Drucker".to_vec(), None), Err(ExtractFault::Damaged.into()));
}
