//! The one thread that computes, for several readers at once.
//!
//! Candle's threads spin and share one pool: two passes at once would slow each other
//! to a tenth (measured), so there is exactly one thread for a model, behind a bounded
//! [`Queue`]. Up to [`ROWS`] generations share each step (continuous batching: one comes
//! in as soon as another is done); after every step it looks whether each reader is still
//! there and the time not up. A panic ends the generation that it belongs to, not the
//! others and not the thread; after several in a row the model is taken out of service.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Instant,
};

use tokio::sync::mpsc;

use super::queue::{Job, Queue, Taken};
use crate::llm::{Finish, LlmError, Piece, Pieces, Request};

/// Generations that are computed together.
pub(super) const ROWS: usize = 8;
/// Panics in a row after which no further request is tried.
const PATIENCE: u32 = 3;

/// What turns requests into tokens. Separate from the scheduler, so that each can be tested alone.
pub(super) trait Engine: Send + 'static {
    /// All that belongs to one generation; nothing of it remains elsewhere when it is dropped.
    type Row;

    /// Most tokens that one generation can write.
    fn longest(&self) -> usize;

    /// Prepares a generation; quick.
    fn begin(&mut self, request: &Request) -> Result<Self::Row, LlmError>;

    /// Whether there is memory for one more beside those under way.
    fn fits(&self, rows: &[&Self::Row], more: &Self::Row) -> bool;

    /// One step of all rows together. A row that it fails for is as it was before.
    fn compute(&mut self, rows: &mut [&mut Self::Row]) -> Result<(), LlmError>;

    /// Writes what the last step made certain; says why the generation ends, if it does.
    fn write(&mut self, row: &mut Self::Row, write: &mut dyn FnMut(Piece)) -> Result<Option<Finish>, LlmError>;
}

/// A running scheduler. Dropping it ends the generations under way and tells those who wait.
pub(super) struct Scheduler {
    queue: Arc<Queue>,
    longest: usize,
}

impl Scheduler {
    /// Starts the thread; `places` requests may wait beside the `rows` that are served.
    pub(super) fn start(engine: impl Engine, rows: usize, places: usize) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::new(rows, places));
        let longest = engine.longest();
        let served = queue.clone();
        thread::Builder::new().name("language-model".into()).spawn(move || serve(engine, &served, rows))?;
        Ok(Self { queue, longest })
    }

    pub(super) fn submit(&self, request: Request) -> Result<Pieces, LlmError> {
        // Room for every token, a part after each, and the end: a slow reader never holds up the thread.
        let room = 2 * request.sampling.max_tokens.min(self.longest) + 3;
        let (pieces, receiver) = mpsc::channel(room);
        let deadline = Instant::now().checked_add(request.deadline);
        self.queue.push(Job { request, pieces, deadline })?;
        Ok(receiver)
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.queue.close("the server stops");
    }
}

/// One generation under way.
struct Place<R> {
    job: Box<Job>,
    row: R,
}

struct Server<'a, E: Engine> {
    engine: E,
    queue: &'a Queue,
    rows: usize,
    places: Vec<Place<E::Row>>,
    /// Taken from the queue, and waiting for memory.
    held: Option<Place<E::Row>>,
    /// Something did, in this round.
    panicked: bool,
    panics: u32,
}

fn serve<E: Engine>(engine: E, queue: &Queue, rows: usize) {
    let mut server = Server { engine, queue, rows, places: Vec::new(), held: None, panicked: false, panics: 0 };
    while server.admit() {
        server.let_go();
        if !server.places.is_empty() {
            server.step();
            server.judge();
        }
        metrics::gauge!("schullotse_model_generations").set(u32::try_from(server.places.len()).unwrap_or(u32::MAX));
    }
    for place in server.places.drain(..).chain(server.held.take()) {
        place.job.send(Ok(Piece::Finish(Finish::Cancelled)));
    }
}

impl<E: Engine> Server<'_, E> {
    /// Takes in whom there is a place and memory for; waits where nothing else is to do.
    /// `false` once the queue is closed.
    fn admit(&mut self) -> bool {
        loop {
            if let Some(held) = self.held.take() {
                let rows: Vec<&E::Row> = self.places.iter().map(|place| &place.row).collect();
                if !rows.is_empty() && !self.engine.fits(&rows, &held.row) {
                    self.held = Some(held);
                    return !self.queue.is_closed();
                }
                self.places.push(held);
            }
            if self.places.len() >= self.rows {
                return !self.queue.is_closed();
            }
            match self.queue.take(self.places.is_empty()) {
                Taken::Closed => return false,
                Taken::Nothing => return true,
                Taken::Job(job) => match self.guarded(|engine| engine.begin(&job.request)) {
                    Ok(row) => self.held = Some(Place { job, row }),
                    Err(error) => {
                        job.send(Err(error));
                        self.queue.release();
                        self.judge();
                    }
                },
            }
        }
    }

    /// Lets those go whose reader left or whose time is up.
    fn let_go(&mut self) {
        self.queue.sweep();
        let queue = self.queue;
        let stays = |place: &Place<E::Row>| match place.job.over() {
            Some(finish) => {
                place.job.send(Ok(Piece::Finish(finish)));
                queue.release();
                false
            }
            None => true,
        };
        self.places.retain(stays);
        self.held = self.held.take().filter(stays);
    }

    /// Computes once and writes what came of it.
    fn step(&mut self) {
        let mut places = std::mem::take(&mut self.places);
        let many = places.len() > 1;
        let mut together = self
            .guarded(|engine| engine.compute(&mut places.iter_mut().map(|place| &mut place.row).collect::<Vec<_>>()));
        for mut place in places {
            let computed = match &together {
                Ok(()) => Ok(()),
                // What failed together is tried alone, so that only the one that it belongs to ends.
                Err(_) if many => self.guarded(|engine| engine.compute(&mut [&mut place.row])),
                Err(_) => std::mem::replace(&mut together, Ok(())),
            };
            let (job, row) = (&place.job, &mut place.row);
            let written =
                computed.and_then(|()| self.guarded(|engine| engine.write(row, &mut |piece| job.send(Ok(piece)))));
            let end = match written {
                Ok(None) => {
                    self.places.push(place);
                    continue;
                }
                Ok(Some(finish)) => Ok(Piece::Finish(finish)),
                Err(error) => Err(error),
            };
            place.job.send(end);
            self.queue.release();
        }
    }

    /// Turns a panic into an error.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut E) -> Result<T, LlmError>) -> Result<T, LlmError> {
        // A row that it was at is dropped, or computed again from where it was.
        catch_unwind(AssertUnwindSafe(|| work(&mut self.engine))).unwrap_or_else(|_| {
            self.panicked = true;
            Err(LlmError::Stopped("a computation failed".into()))
        })
    }

    /// Counts rounds in a row in which something panicked; too many end the service.
    fn judge(&mut self) {
        if !std::mem::take(&mut self.panicked) {
            self.panics = 0;
            return;
        }
        self.panics += 1;
        tracing::error!(panics = self.panics, "a computation of the language model failed");
        if self.panics >= PATIENCE {
            self.queue.close("its computation failed several times in a row; restart the server");
        }
    }
}

#[cfg(test)]
#[path = "scheduler_tests.rs"]
mod tests;
