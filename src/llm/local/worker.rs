//! The one thread that computes.
//!
//! Candle's threads spin and share one pool: two generations at once would slow each
//! other to a tenth (measured), so there is exactly one worker for a model, behind a
//! bounded [`Queue`]. It asks after every token and every part of a prompt whether
//! the reader is still there and the time not up. A panic ends one generation, not
//! the worker; after several in a row the model is taken out of service.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Instant,
};

use tokio::sync::mpsc;

use super::queue::{Job, Queue};
use crate::llm::{Finish, LlmError, Piece, Pieces, Request};

/// Panics in a row after which no further request is tried.
const PATIENCE: u32 = 3;

/// What turns a request into tokens. Separate from the worker, so that each can be tested alone.
pub(super) trait Engine: Send + 'static {
    /// Most tokens that one generation can write.
    fn longest(&self) -> usize;

    /// Writes an answer; must ask `watch` between any two long steps and end when told so.
    fn run(&mut self, request: &Request, watch: &Watch<'_>, write: &mut dyn FnMut(Piece)) -> Result<Finish, LlmError>;
}

/// Says whether a generation is still wanted.
pub(super) struct Watch<'a> {
    job: &'a Job,
    queue: &'a Queue,
}

impl Watch<'_> {
    /// Why the generation must end now, if so.
    pub(super) fn over(&self) -> Option<Finish> {
        self.queue.sweep();
        if self.queue.is_closed() { Some(Finish::Cancelled) } else { self.job.over() }
    }
}

/// A running worker. Dropping it ends the generation under way and tells those who wait.
pub(super) struct Worker {
    queue: Arc<Queue>,
    longest: usize,
}

impl Worker {
    /// Starts the thread; `places` requests may wait beside the one that is served.
    pub(super) fn start(engine: impl Engine, places: usize) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::new(places));
        let longest = engine.longest();
        let served = queue.clone();
        thread::Builder::new().name("language-model".into()).spawn(move || serve(engine, &served))?;
        Ok(Self { queue, longest })
    }

    pub(super) fn submit(&self, request: Request) -> Result<Pieces, LlmError> {
        // Room for every token, a part for each and the end: a slow reader never holds up the worker.
        let room = 2 * request.sampling.max_tokens.min(self.longest) + 3;
        let (pieces, receiver) = mpsc::channel(room);
        let deadline = Instant::now().checked_add(request.deadline);
        self.queue.push(Job { request, pieces, deadline })?;
        Ok(receiver)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.queue.close("the server stops");
    }
}

fn serve(mut engine: impl Engine, queue: &Queue) {
    let mut panics = 0;
    while let Some(job) = queue.next() {
        let watch = Watch { job: &job, queue };
        let mut write = |piece| job.send(Ok(piece));
        // The engine keeps nothing between two generations, so nothing broken can remain in it.
        let outcome = catch_unwind(AssertUnwindSafe(|| engine.run(&job.request, &watch, &mut write)));
        if let Ok(outcome) = outcome {
            panics = 0;
            job.send(outcome.map(Piece::Finish));
            continue;
        }
        panics += 1;
        tracing::error!(panics, "the language model's worker failed");
        job.send(Err(LlmError::Stopped("a computation failed".into())));
        if panics >= PATIENCE {
            queue.close("its computation failed several times in a row; restart the server");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::llm::{Sampling, Token};

    /// Writes a token every 2 ms until told to end; panics where the key says so.
    struct Slow;

    impl Engine for Slow {
        fn longest(&self) -> usize {
            100_000
        }

        fn run(
            &mut self,
            request: &Request,
            watch: &Watch<'_>,
            write: &mut dyn FnMut(Piece),
        ) -> Result<Finish, LlmError> {
            assert_ne!(request.fairness, "panic", "as the test asked");
            for _ in 0..request.sampling.max_tokens {
                if let Some(finish) = watch.over() {
                    return Ok(finish);
                }
                thread::sleep(Duration::from_millis(2));
                write(Piece::Token(Token { text: "x".into(), logprob: Some(-1.0) }));
            }
            Ok(Finish::Length)
        }
    }

    fn request(fairness: &str, max_tokens: usize) -> Request {
        Request {
            messages: Vec::new(),
            allowed: None,
            sampling: Sampling { max_tokens, ..Sampling::default() },
            fairness: fairness.into(),
            cancel: CancellationToken::new(),
            deadline: Duration::from_mins(10),
        }
    }

    fn end(mut pieces: Pieces) -> Result<(usize, Finish), LlmError> {
        let mut tokens = 0;
        while let Some(piece) = pieces.blocking_recv() {
            match piece? {
                Piece::Token(_) => tokens += 1,
                Piece::Part(_) => {}
                Piece::Finish(finish) => return Ok((tokens, finish)),
            }
        }
        panic!("ended without a finish");
    }

    #[test]
    fn a_cancelled_generation_ends_soon_and_frees_the_worker() {
        let worker = Worker::start(Slow, 4).unwrap();
        let long = request("a", 100_000);
        let cancel = long.cancel.clone();
        let pieces = worker.submit(long).unwrap();
        let next = worker.submit(request("a", 3)).unwrap();
        thread::sleep(Duration::from_millis(20));
        let asked = Instant::now();
        cancel.cancel();
        assert_eq!(end(pieces).unwrap().1, Finish::Cancelled);
        assert_eq!(end(next).unwrap(), (3, Finish::Length));
        assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    }

    #[test]
    fn a_reader_who_drops_the_pieces_cancels() {
        let worker = Worker::start(Slow, 4).unwrap();
        drop(worker.submit(request("a", 100_000)).unwrap());
        assert_eq!(end(worker.submit(request("a", 1)).unwrap()).unwrap(), (1, Finish::Length));
    }

    #[test]
    fn a_deadline_counts_the_wait() {
        let worker = Worker::start(Slow, 4).unwrap();
        let running = worker.submit(request("a", 100_000)).unwrap();
        let mut hurried = request("b", 5);
        hurried.deadline = Duration::from_millis(30);
        // Told while the other is still written, not after it.
        let asked = Instant::now();
        assert_eq!(end(worker.submit(hurried).unwrap()).unwrap(), (0, Finish::Deadline));
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
        drop(running);
        let mut short = request("a", 100_000);
        short.deadline = Duration::from_millis(50);
        let (tokens, finish) = end(worker.submit(short).unwrap()).unwrap();
        assert_eq!(finish, Finish::Deadline);
        assert!(tokens <= 25, "{tokens} tokens of 2 ms in 50 ms");
    }

    #[test]
    fn too_many_are_refused() {
        let worker = Worker::start(Slow, 1).unwrap();
        let _running = worker.submit(request("a", 100_000)).unwrap();
        let _waiting = worker.submit(request("a", 1)).unwrap();
        assert!(matches!(worker.submit(request("b", 1)), Err(LlmError::Overloaded)));
    }

    #[test]
    fn a_panic_ends_one_generation_only() {
        let worker = Worker::start(Slow, 4).unwrap();
        for _ in 0..2 {
            assert!(matches!(end(worker.submit(request("panic", 1)).unwrap()), Err(LlmError::Stopped(_))));
        }
        assert_eq!(end(worker.submit(request("a", 2)).unwrap()).unwrap(), (2, Finish::Length));
    }

    #[test]
    fn a_model_that_always_panics_is_taken_out_of_service() {
        let worker = Worker::start(Slow, 4).unwrap();
        for _ in 0..PATIENCE {
            assert!(end(worker.submit(request("panic", 1)).unwrap()).is_err());
        }
        let refused = (0..100).any(|_| {
            thread::sleep(Duration::from_millis(5));
            matches!(worker.submit(request("panic", 1)), Err(LlmError::Stopped(_)))
        });
        assert!(refused);
    }

    #[test]
    fn dropping_the_worker_ends_what_runs_and_waits() {
        let worker = Worker::start(Slow, 4).unwrap();
        let running = worker.submit(request("a", 100_000)).unwrap();
        let waiting = worker.submit(request("a", 1)).unwrap();
        thread::sleep(Duration::from_millis(10));
        drop(worker);
        assert_eq!(end(running).unwrap().1, Finish::Cancelled);
        assert!(matches!(end(waiting), Err(LlmError::Stopped(_))));
    }
}
