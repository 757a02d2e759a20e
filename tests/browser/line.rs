//! The line between browser and server, as a bad one is: a proxy that can refuse
//! WebSocket, as school proxies do, hold an answer back in the middle, let no chat
//! through, and cut all connections at once. Only bytes pass it; what the server says is not changed.

use std::{
    io::{self, Read, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::ensure;

/// Longest head of a request or a response.
const HEAD: usize = 16 * 1024;
/// Longest wait for a message of the server.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the line does now.
#[derive(Default)]
struct State {
    no_websocket: bool,
    no_chat: bool,
    refused: usize,
    /// Server messages that hold this text wait, and all behind them.
    held: Option<&'static str>,
    waiting: usize,
    open: Vec<TcpStream>,
    cuts: usize,
    dead: bool,
}

/// A line to a server; it lies on a port of its own.
pub(crate) struct Line {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Line {
    pub(crate) fn to(server: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let line = Self { address: listener.local_addr()?, state: Arc::default() };
        let state = Arc::clone(&line.state);
        thread::spawn(move || {
            for browser in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&state);
                thread::spawn(move || pass(browser, server, &state));
            }
        });
        Ok(line)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on a WebSocket is answered with 403.
    pub(crate) fn refuse_websocket(&self) {
        lock(&self.state).no_websocket = true;
    }

    /// Lets nothing of a chat through, or all of it again; pages load. What is open is cut.
    pub(crate) fn mute(&self, mute: bool) {
        lock(&self.state).no_chat = mute;
        self.cut();
    }

    /// How often a WebSocket was refused.
    pub(crate) fn refused(&self) -> usize {
        lock(&self.state).refused
    }

    /// Holds back WebSocket messages from the first one with this text.
    pub(crate) fn hold(&self, text: &'static str) {
        lock(&self.state).held = Some(text);
    }

    /// Waits until a message is held back.
    pub(crate) async fn holds(&self) -> anyhow::Result<()> {
        let begin = Instant::now();
        while lock(&self.state).waiting == 0 {
            ensure!(begin.elapsed() < PATIENCE, "no such message comes from the server");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    pub(crate) fn release(&self) {
        lock(&self.state).held = None;
    }

    /// Ends every connection; new ones may come at once.
    pub(crate) fn cut(&self) {
        let mut state = lock(&self.state);
        state.cuts += 1;
        for stream in state.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Ends every connection for good.
    pub(crate) fn break_off(&self) {
        lock(&self.state).dead = true;
        self.cut();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One connection, to its end. A browser opens a WebSocket on a connection of its own, so that the first head tells.
fn pass(mut browser: TcpStream, server: SocketAddr, state: &Mutex<State>) {
    let Ok(head) = head(&mut browser) else { return };
    let upgrade = String::from_utf8_lossy(&head).to_lowercase().contains("upgrade: websocket");
    if upgrade && lock(state).no_websocket {
        lock(state).refused += 1;
        let _ = browser.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
    }
    let (dead, no_chat) = {
        let state = lock(state);
        (state.dead, state.no_chat)
    };
    let asked = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
    if dead || no_chat && asked.contains("/api/v1/chat") {
        return;
    }
    // Else a chat would follow on the same connection.
    let head = if no_chat { alone(&head) } else { head };
    let Ok(mut server) = TcpStream::connect(server) else { return };
    let (Ok(from), Ok(to), Ok(first), Ok(second)) =
        (browser.try_clone(), server.try_clone(), browser.try_clone(), server.try_clone())
    else {
        return;
    };
    lock(state).open.extend([first, second]);
    if server.write_all(&head).is_err() {
        return;
    }
    thread::spawn(move || copy(from, to));
    if upgrade {
        let _ = messages(&mut server, &mut browser, state);
        let _ = (server.shutdown(Shutdown::Both), browser.shutdown(Shutdown::Both));
    } else {
        copy(server, browser);
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// The same request, and no other behind it.
fn alone(head: &[u8]) -> Vec<u8> {
    let head = String::from_utf8_lossy(head);
    let kept = head.lines().filter(|line| !line.is_empty() && !line.to_lowercase().starts_with("connection:"));
    let mut alone = kept.collect::<Vec<_>>().join("\r\n");
    alone.push_str("\r\nConnection: close\r\n\r\n");
    alone.into_bytes()
}

/// Up to the empty line, no byte more.
fn head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(head)
}

/// The server's half of a WebSocket (RFC 6455, 5.2: never masked), one frame after the other.
fn messages(server: &mut TcpStream, browser: &mut TcpStream, state: &Mutex<State>) -> io::Result<()> {
    browser.write_all(&head(server)?)?;
    loop {
        let mut frame = vec![0; 2];
        server.read_exact(&mut frame)?;
        let more = match frame[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mut length = vec![0; more];
        server.read_exact(&mut length)?;
        let short = u64::from(frame[1] & 0x7f);
        let long = length.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        frame.extend(length);
        let mut payload = vec![0; usize::try_from(if more == 0 { short } else { long }).unwrap_or(0)];
        server.read_exact(&mut payload)?;
        wait(&String::from_utf8_lossy(&payload), state);
        frame.extend(payload);
        browser.write_all(&frame)?;
    }
}

/// Waits as long as this message is held; where the line is cut meanwhile, its writing fails.
fn wait(text: &str, state: &Mutex<State>) {
    let cuts = lock(state).cuts;
    let held = || {
        let state = lock(state);
        state.cuts == cuts && state.held.is_some_and(|held| text.contains(held))
    };
    if !held() {
        return;
    }
    lock(state).waiting += 1;
    while held() {
        thread::sleep(Duration::from_millis(10));
    }
    lock(state).waiting -= 1;
}
