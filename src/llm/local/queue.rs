//! The order of waiting requests: bounded, fair between keys, quick to let go.
//!
//! Each fairness key (a school) has a lane; lanes take turns, so that one school's
//! forty questions do not stand before another's one, nor fill the places that it would
//! wait at: where the queue is full, the last of the longest lane gives way to a school
//! that waits for less. A place is freed as soon as a reader leaves or a deadline passes,
//! also while another request is being served.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::sync::mpsc;

use crate::llm::{Finish, LlmError, Piece, Request};

/// A request with its way back to the reader.
pub(super) struct Job {
    pub(super) request: Request,
    pub(super) pieces: mpsc::Sender<Result<Piece, LlmError>>,
    /// `None` = too far away to be counted.
    pub(super) deadline: Option<Instant>,
}

impl Job {
    /// Why the job needs no more work, if so.
    pub(super) fn over(&self) -> Option<Finish> {
        if self.request.cancel.is_cancelled() || self.pieces.is_closed() {
            return Some(Finish::Cancelled);
        }
        self.deadline.filter(|&deadline| Instant::now() >= deadline).map(|_| Finish::Deadline)
    }

    /// Tells the reader; the channel has room for all that a generation can send.
    pub(super) fn send(&self, piece: Result<Piece, LlmError>) {
        let _ = self.pieces.try_send(piece);
    }
}

#[derive(Default)]
struct State {
    /// Lanes with waiting jobs, the next one to be served first.
    lanes: VecDeque<(String, VecDeque<Job>)>,
    serving: usize,
    closed: Option<String>,
}

impl State {
    fn waiting(&self) -> usize {
        self.lanes.iter().map(|(_, jobs)| jobs.len()).sum()
    }

    /// Where another lane is longer by two or more, its last job gives way to one of this key.
    fn make_room(&mut self, key: &str) -> bool {
        let own = self.lanes.iter().find(|(lane, _)| lane == key).map_or(0, |(_, jobs)| jobs.len());
        let longest = self.lanes.iter_mut().map(|(_, jobs)| jobs).max_by_key(|jobs| jobs.len());
        let Some(last) = longest.filter(|jobs| jobs.len() > own + 1).and_then(VecDeque::pop_back) else { return false };
        last.send(Err(LlmError::Overloaded));
        true
    }

    fn sweep(&mut self) {
        for (_, jobs) in &mut self.lanes {
            jobs.retain(|job| match job.over() {
                Some(finish) => {
                    job.send(Ok(Piece::Finish(finish)));
                    false
                }
                None => true,
            });
        }
        self.lanes.retain(|(_, jobs)| !jobs.is_empty());
    }
}

/// What there is to do next.
pub(super) enum Taken {
    Job(Box<Job>),
    Nothing,
    Closed,
}

/// The queue between readers and the one thread that computes.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    /// Jobs that may be there, served and waiting ones.
    places: usize,
}

impl Queue {
    /// A queue for so many jobs that are served at once, and so many that wait beside them.
    pub(super) fn new(served: usize, waiting: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), places: served.saturating_add(waiting) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job at the end of its lane.
    pub(super) fn push(&self, job: Job) -> Result<(), LlmError> {
        let mut state = self.lock();
        if let Some(reason) = &state.closed {
            return Err(LlmError::Stopped(reason.clone()));
        }
        if state.waiting() + state.serving >= self.places {
            state.sweep();
        }
        if state.waiting() + state.serving >= self.places && !state.make_room(&job.request.fairness) {
            return Err(LlmError::Overloaded);
        }
        match state.lanes.iter_mut().find(|(key, _)| *key == job.request.fairness) {
            Some((_, jobs)) => jobs.push_back(job),
            None => state.lanes.push_back((job.request.fairness.clone(), VecDeque::from([job]))),
        }
        self.changed.notify_one();
        Ok(())
    }

    /// The next job, whose lane goes to the end of the row. Where there is none, waits for
    /// one if told so. [`Queue::release`] gives its place back.
    pub(super) fn take(&self, wait: bool) -> Taken {
        let mut state = self.lock();
        loop {
            if state.closed.is_some() {
                return Taken::Closed;
            }
            state.sweep();
            if let Some((key, mut jobs)) = state.lanes.pop_front() {
                let job = jobs.pop_front();
                if !jobs.is_empty() {
                    state.lanes.push_back((key, jobs));
                }
                if let Some(job) = job {
                    state.serving += 1;
                    return Taken::Job(Box::new(job));
                }
            } else if wait {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            } else {
                return Taken::Nothing;
            }
        }
    }

    /// A job that was taken is done.
    pub(super) fn release(&self) {
        let mut state = self.lock();
        state.serving = state.serving.saturating_sub(1);
    }

    /// Lets go of waiting jobs whose reader left or whose time is up.
    pub(super) fn sweep(&self) {
        self.lock().sweep();
    }

    /// Takes no more jobs and tells those that wait.
    pub(super) fn close(&self, reason: &str) {
        let mut state = self.lock();
        for job in state.lanes.drain(..).flat_map(|(_, jobs)| jobs) {
            job.send(Err(LlmError::Stopped(reason.into())));
        }
        state.closed.get_or_insert_with(|| reason.into());
        self.changed.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed.is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::llm::{Pieces, Sampling};

    fn job(fairness: &str) -> (Job, Pieces, CancellationToken) {
        let cancel = CancellationToken::new();
        let request = Request {
            messages: Vec::new(),
            allowed: None,
            sampling: Sampling::default(),
            fairness: fairness.into(),
            cancel: cancel.clone(),
            deadline: Duration::MAX,
        };
        let (pieces, receiver) = mpsc::channel(4);
        (Job { request, pieces, deadline: None }, receiver, cancel)
    }

    fn next(queue: &Queue) -> Option<Job> {
        match queue.take(false) {
            Taken::Job(job) => Some(*job),
            Taken::Nothing | Taken::Closed => None,
        }
    }

    #[test]
    fn lanes_take_turns() {
        let queue = Queue::new(1, 10);
        let mut readers = Vec::new();
        for key in ["a", "a", "a", "b", "c", "a", "b"] {
            let (job, reader, _) = job(key);
            queue.push(job).unwrap();
            readers.push(reader);
        }
        let served: String = (0..7).map(|_| next(&queue).unwrap().request.fairness).collect();
        assert_eq!(served, "abcabaa");
    }

    #[test]
    fn a_full_queue_refuses_until_a_place_is_free() {
        let queue = Queue::new(1, 1);
        let (first, _first_reader, _) = job("a");
        queue.push(first).unwrap();
        let served = next(&queue).unwrap();
        let (second, mut second_reader, leaves) = job("a");
        queue.push(second).unwrap();
        assert!(matches!(queue.push(job("b").0), Err(LlmError::Overloaded)));
        // The waiting reader leaves: told at once, and its place is free.
        leaves.cancel();
        let (third, _third_reader, _) = job("b");
        queue.push(third).unwrap();
        assert_eq!(second_reader.try_recv().unwrap().unwrap(), Piece::Finish(Finish::Cancelled));
        drop(served);
        queue.release();
        assert_eq!(next(&queue).unwrap().request.fairness, "b");
    }

    #[test]
    fn one_schools_flood_does_not_shut_out_another() {
        let queue = Queue::new(1, 4);
        let mut flood: Vec<Pieces> = Vec::new();
        for _ in 0..5 {
            let (job, reader, _) = job("a");
            queue.push(job).unwrap();
            flood.push(reader);
        }
        let served = next(&queue).unwrap();
        assert!(matches!(queue.push(job("a").0), Err(LlmError::Overloaded)), "its own lane is full");
        let mut others: Vec<Pieces> = Vec::new();
        for _ in 0..2 {
            let (job, reader, _) = job("b");
            queue.push(job).unwrap();
            others.push(reader);
        }
        // Two each: nobody has to give way any more, and who gave way was told at once, the last first.
        assert!(matches!(queue.push(job("b").0), Err(LlmError::Overloaded)));
        let told: Vec<bool> = flood.iter_mut().map(|reader| reader.try_recv().is_ok()).collect();
        assert_eq!(told, [false, false, false, true, true]);
        assert!(others.iter_mut().all(|reader| reader.try_recv().is_err()));
        drop(served);
        queue.release();
        let served: String = (0..4).map(|_| next(&queue).unwrap().request.fairness).collect();
        assert_eq!(served, "abab");
    }

    #[test]
    fn without_waiting_places_one_is_served() {
        let queue = Queue::new(1, 0);
        let (first, _reader, _) = job("a");
        queue.push(first).unwrap();
        assert!(matches!(queue.push(job("a").0), Err(LlmError::Overloaded)));
    }

    #[test]
    fn closing_tells_those_who_wait() {
        let queue = Queue::new(1, 2);
        let (first, mut reader, _) = job("a");
        queue.push(first).unwrap();
        queue.close("the server stops");
        assert!(matches!(reader.try_recv().unwrap(), Err(LlmError::Stopped(reason)) if reason == "the server stops"));
        assert!(matches!(queue.push(job("a").0), Err(LlmError::Stopped(_))));
        assert!(matches!(queue.take(true), Taken::Closed));
    }
}
