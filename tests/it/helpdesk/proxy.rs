//! A TCP proxy between the server and a helpdesk's system: tells at which point of an exchange
//! it is, holds it there, and spoils what it is told to spoil.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::oneshot,
};

/// Where a report is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// Our request is here and goes no further.
    BeforeSending,
    /// It is on its way; there is no answer yet.
    Sent,
    /// The answer is here and goes no further.
    BeforeTheAnswer,
    /// The answer has just gone back.
    Answered,
}

/// What becomes of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoil {
    Nothing,
    Delay(u64),
    /// Cut off before it is sent on, after that, and in the middle of the answer.
    ResetBefore,
    ResetAfter,
    HalfAnAnswer,
    /// Closed for writing without an answer.
    HalfClose,
    Garbage,
}

#[derive(Default)]
struct Shared {
    trap: Mutex<Option<(Point, oneshot::Sender<()>)>>,
    /// Of a hundred exchanges so many are spoilt.
    spoilt: Mutex<u32>,
}

pub(crate) struct Proxy {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    pub(crate) async fn start(to: SocketAddr, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let task = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                let mut rng = StdRng::seed_from_u64(seed);
                while let Ok((client, _)) = listener.accept().await {
                    let (shared, rng) = (Arc::clone(&shared), StdRng::from_rng(&mut rng));
                    tokio::spawn(async move {
                        // Nobody there: the client sees a closed connection, as without us.
                        let Ok(server) = TcpStream::connect(to).await else { return };
                        exchange(client, server, &shared, rng).await;
                    });
                }
            }
        });
        Self { address, shared, task }
    }

    /// Fires when the next report is at that point, and holds it there.
    pub(crate) fn trap(&self, point: Point) -> oneshot::Receiver<()> {
        let (fire, fired) = oneshot::channel();
        *self.shared.trap.lock().unwrap() = Some((point, fire));
        fired
    }

    pub(crate) fn disarm(&self) {
        *self.shared.trap.lock().unwrap() = None;
    }

    /// Spoils so many of a hundred exchanges.
    pub(crate) fn spoil(&self, of_a_hundred: u32) {
        *self.shared.spoilt.lock().unwrap() = of_a_hundred;
    }
}

fn files(chunk: &[u8]) -> bool {
    chunk.starts_with(b"POST /REST/2.0/ticket ")
}

fn begins(chunk: &[u8]) -> bool {
    [&b"GET "[..], b"POST ", b"PUT "].iter().any(|method| chunk.starts_with(method))
}

/// Whether the trap is for this point; then it has fired.
fn fires(shared: &Shared, point: Point) -> bool {
    let mut trap = shared.trap.lock().unwrap();
    if trap.as_ref().is_some_and(|(at, _)| *at == point) {
        let (_, fire) = trap.take().unwrap();
        let _ = fire.send(());
        return true;
    }
    false
}

fn choose(shared: &Shared, rng: &mut StdRng) -> Spoil {
    if rng.random_range(0..100) >= *shared.spoilt.lock().unwrap() {
        return Spoil::Nothing;
    }
    match rng.random_range(0..6) {
        0 => Spoil::Delay(rng.random_range(50..1_500)),
        1 => Spoil::ResetBefore,
        2 => Spoil::ResetAfter,
        3 => Spoil::HalfAnAnswer,
        4 => Spoil::HalfClose,
        _ => Spoil::Garbage,
    }
}

async fn exchange(client: TcpStream, server: TcpStream, shared: &Shared, mut rng: StdRng) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let (mut filing, mut spoil) = (false, Spoil::Nothing);
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = from_client.read(&mut asked) => {
                let Ok(read @ 1..) = read else { return };
                let chunk = &asked[..read];
                if begins(chunk) {
                    (filing, spoil) = (files(chunk), choose(shared, &mut rng));
                }
                match spoil {
                    Spoil::ResetBefore => return reset(from_client, to_client),
                    Spoil::Delay(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
                    _ => {}
                }
                if filing && fires(shared, Point::BeforeSending) {
                    return hold(from_client, to_client).await;
                }
                if to_server.write_all(chunk).await.is_err() {
                    return;
                }
                if filing {
                    fires(shared, Point::Sent);
                }
                match spoil {
                    Spoil::ResetAfter => {
                        // What was sent is taken: it is not cut off on that side.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        reset(from_client, to_client);
                        return drain(from_server, to_server).await;
                    }
                    Spoil::HalfClose => {
                        let _ = to_client.shutdown().await;
                        return drain(from_server, to_server).await;
                    }
                    _ => {}
                }
            }
            read = from_server.read(&mut answered) => {
                let Ok(read @ 1..) = read else { return };
                let chunk = &answered[..read];
                if filing && fires(shared, Point::BeforeTheAnswer) {
                    return hold(from_client, to_client).await;
                }
                match spoil {
                    Spoil::Garbage => {
                        let _ = to_client.write_all(b"\x00\xffHTTP/9 nothing of the kind\r\n\r\n{{{").await;
                        return;
                    }
                    Spoil::HalfAnAnswer => {
                        let _ = to_client.write_all(&chunk[..read / 2]).await;
                        return;
                    }
                    _ => {}
                }
                if to_client.write_all(chunk).await.is_err() {
                    return;
                }
                if filing && fires(shared, Point::Answered) {
                    filing = false;
                }
            }
        }
    }
}

/// Until the client is gone.
async fn hold(mut from: OwnedReadHalf, _to: OwnedWriteHalf) {
    let mut rest = [0; 1024];
    while matches!(from.read(&mut rest).await, Ok(1..)) {}
}

/// Lets the server finish what it has.
async fn drain(mut from: OwnedReadHalf, _to: OwnedWriteHalf) {
    let mut rest = vec![0; 64 * 1024];
    let reading = async { while matches!(from.read(&mut rest).await, Ok(1..)) {} };
    let _ = tokio::time::timeout(Duration::from_secs(30), reading).await;
}

fn reset(from: OwnedReadHalf, to: OwnedWriteHalf) {
    if let Ok(stream) = from.reunite(to) {
        let _ = stream.set_zero_linger();
    }
}
