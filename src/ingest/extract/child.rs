//! The child process: limits itself, then reads one file from standard input and
//! prints JSON: of a PDF `{"title":…}` and `{"page":N,"text":…}` lines, of other
//! formats the parsed sections. It never opens a file.

use std::{
    collections::HashSet,
    io::{self, BufWriter, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

use pdf_extract::{Document, Error, Object, output_doc_page};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::{Frame, exit, layout, page::Page, pictures, prune};
use crate::ingest::{
    office,
    read::{Format, parse},
    title::usable,
};

/// Stack of the thread that reads: deep nesting ends it, and with it only this process.
const STACK: usize = 64 * 1024 * 1024;

/// Runs the child. To be called first thing in `main` when the first argument is
/// [`super::ARGUMENT`]; after it stand the format, MiB of memory, seconds of
/// processor time, characters.
#[must_use]
pub fn run_child() -> ExitCode {
    let mut arguments = std::env::args_os().skip(2).map(|argument| argument.into_string().unwrap_or_default());
    let format = arguments.next().and_then(|name| Format::from_name(&name));
    let mut numbers = arguments.map(|argument| argument.parse::<u64>().ok());
    let (Some(format), Some(Some(memory)), Some(Some(cpu)), Some(Some(chars))) =
        (format, numbers.next(), numbers.next(), numbers.next())
    else {
        return exit::USAGE.into();
    };
    if limit(memory, cpu).is_err() {
        return exit::UNLIMITED.into();
    }
    // What is said of a panic names the file's content; nobody reads it.
    std::panic::set_hook(Box::new(|_| {}));
    let mut bytes = Vec::new();
    if io::stdin().lock().read_to_end(&mut bytes).is_err() {
        return exit::DAMAGED.into();
    }
    let chars = usize::try_from(chars).unwrap_or(usize::MAX);
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(move || match format {
        Format::Pdf => pdf(&bytes, chars),
        Format::Docx | Format::Odt => document(&bytes, chars).unwrap_or(exit::DAMAGED),
        other => text(other, &bytes).unwrap_or(exit::DAMAGED),
    });
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code.into(),
        Ok(Err(_)) | Err(_) => exit::DAMAGED.into(),
    }
}

/// The title as a line of JSON, then the text; prints what [`parse`] makes of it.
fn text(format: Format, bytes: &[u8]) -> Option<u8> {
    let (title, text) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
    let parsed = parse(format, text, serde_json::from_str(title).ok()?);
    let mut output = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut output, &parsed).ok()?;
    output.flush().ok()?;
    Some(0)
}

/// The title as a line of JSON, then the file; prints the sections, or why there are none.
fn document(bytes: &[u8], most: usize) -> Option<u8> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let title = serde_json::from_slice(&bytes[..end]).ok()?;
    let mut output = BufWriter::new(io::stdout().lock());
    let code = match office::read(&bytes[end + 1..], title) {
        Ok(read) => {
            let blocks = || read.parsed.1.iter().flat_map(|section| &section.blocks);
            let chars: usize = blocks().map(|block| block.text().chars().count()).sum();
            if chars > most {
                return Some(exit::TOO_LONG);
            }
            if chars == 0 && read.pictures {
                return Some(exit::NO_TEXT);
            }
            serde_json::to_writer(&mut output, &read.parsed).ok()?;
            0
        }
        Err(fault) => {
            serde_json::to_writer(&mut output, &fault).ok()?;
            exit::REFUSED
        }
    };
    output.flush().ok()?;
    Some(code)
}

fn limit(memory_mib: u64, cpu_seconds: u64) -> rustix::io::Result<()> {
    let both = |most: u64| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Core, both(0))?;
    setrlimit(Resource::Fsize, both(0))?;
    // Input, output and errors are open already; nothing else is.
    setrlimit(Resource::Nofile, both(3))?;
    // The soft limit says that it was time (SIGXCPU), the hard one a second later kills.
    setrlimit(Resource::Cpu, Rlimit { current: Some(cpu_seconds), maximum: Some(cpu_seconds.saturating_add(1)) })?;
    setrlimit(Resource::As, both(memory_mib.saturating_mul(1024 * 1024)))
}

fn pdf(bytes: &[u8], most: usize) -> u8 {
    let mut document = match catch_unwind(|| open(bytes)) {
        Ok(Ok(document)) => document,
        Ok(Err(code)) => return code,
        Err(_) => return exit::DAMAGED,
    };
    let mut output = BufWriter::new(io::stdout().lock());
    let mut title = catch_unwind(AssertUnwindSafe(|| title(&document))).ok().flatten();
    let ids = document.get_pages();
    let count = ids.len();
    let mut left = most;
    let mut forms = HashSet::new();
    let (mut failed, mut read) = (count == 0, false);
    for page in 1..=count {
        let number = u32::try_from(page).unwrap_or(u32::MAX);
        let id = ids.get(&number).copied().unwrap_or_default();
        // A page that cannot be rewritten is drawn as it is.
        catch_unwind(AssertUnwindSafe(|| prune::page(&mut document, id, &mut forms))).ok();
        let mut device = Page::new(left);
        let drawn = catch_unwind(AssertUnwindSafe(|| output_doc_page(&document, &mut device, number).is_ok()));
        if device.left == 0 {
            return exit::TOO_LONG;
        }
        // Half a page may be half a step: a page that fails is left out whole.
        let whole = drawn.unwrap_or_default();
        if page == 1 && whole {
            title = title.or_else(|| usable(&device.title()?));
        }
        left = device.left;
        let text = if whole { layout::text(device.pieces, device.odd) } else { String::new() };
        failed |= !whole;
        read |= !text.trim().is_empty();
        let image = pictures::shown(&document, id);
        if print(&mut output, &Frame::Page { page, text, image }).is_err() {
            return exit::DAMAGED;
        }
    }
    if let Some(title) = title
        && print(&mut output, &Frame::Title { title }).is_err()
    {
        return exit::DAMAGED;
    }
    match (output.flush().is_err(), failed && !read) {
        (false, false) => 0,
        _ => exit::DAMAGED,
    }
}

fn open(bytes: &[u8]) -> Result<Document, u8> {
    // A file that cannot be opened and speaks of encryption is locked, as far as a reader can tell.
    let locked = || bytes.windows(8).any(|window| window == b"/Encrypt");
    let refused = |_: Error| if locked() { exit::ENCRYPTED } else { exit::DAMAGED };
    let mut document = Document::load_mem(bytes).map_err(refused)?;
    if document.is_encrypted() {
        document.decrypt("").map_err(refused)?;
    }
    Ok(document)
}

/// The title in the file's own data.
fn title(document: &Document) -> Option<String> {
    let info = document.trailer.get(b"Info").ok()?;
    let info = match info {
        Object::Reference(id) => document.get_dictionary(*id).ok()?,
        other => other.as_dict().ok()?,
    };
    let title = pdf_extract::decode_text_string(info.get(b"Title").ok()?).ok()?;
    usable(&title)
}

fn print(output: &mut impl Write, frame: &Frame) -> io::Result<()> {
    serde_json::to_writer(&mut *output, frame)?;
    output.write_all(b"\n")
}
