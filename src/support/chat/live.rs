//! The conversations that somebody is looking at: who listens, what is being
//! written right now. Nothing here must survive; what must is in the event list.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::protocol::Outgoing;
use crate::{
    domain::{citation::Citation, citation::Sentence, conversation::Fleeting},
    store::NewConversation,
    support::present,
};

/// Messages a slow reader may be behind before it is told to catch up from the event list.
const BEHIND: usize = 64;

/// A reply that is being written.
#[derive(Clone, Debug)]
pub(super) struct Running {
    pub mid: String,
    pub(crate) cancel: CancellationToken,
    /// The reader said stop.
    pub(crate) enough: CancellationToken,
    pub sentences: Vec<Sentence>,
    pub citations: Vec<Citation>,
    /// The sentences are those of the reply itself, and no longer what is quoted meanwhile.
    pub worded: bool,
}

impl Running {
    /// Everything so far, for a reader who comes in the middle.
    #[must_use]
    pub(super) fn snapshot(&self) -> Fleeting {
        Fleeting::BotSnapshot {
            mid: self.mid.clone(),
            blocks: present::cited(&self.sentences, &self.citations),
            citations: self.citations.clone(),
            worded: self.worded,
        }
    }
}

/// One conversation in memory.
pub(super) struct Live {
    pub sender: broadcast::Sender<Arc<Outgoing>>,
    /// Answers come one after the other.
    pub turn: tokio::sync::Mutex<()>,
    running: Mutex<Option<Running>>,
    /// Not stored before the first message.
    pending: Mutex<Option<NewConversation>>,
    /// The conversation is gone: whoever listens begins another.
    pub ended: CancellationToken,
}

impl Live {
    fn new(pending: Option<NewConversation>) -> Self {
        let (sender, _) = broadcast::channel(BEHIND);
        Self {
            sender,
            turn: tokio::sync::Mutex::new(()),
            running: Mutex::new(None),
            pending: Mutex::new(pending),
            ended: CancellationToken::new(),
        }
    }

    pub(super) fn send(&self, message: Outgoing) {
        // Without a reader there is nobody to tell; the event list has it.
        let _ = self.sender.send(Arc::new(message));
    }

    pub(super) fn running(&self) -> Option<Running> {
        lock(&self.running).clone()
    }

    pub(super) fn set_running(&self, running: Option<Running>) {
        *lock(&self.running) = running;
    }

    pub(super) fn update_running(&self, change: impl FnOnce(&mut Running)) {
        if let Some(running) = lock(&self.running).as_mut() {
            change(running);
        }
    }

    pub(super) fn pending(&self) -> Option<NewConversation> {
        lock(&self.pending).clone()
    }

    pub(super) fn stored(&self) {
        *lock(&self.pending) = None;
    }

    pub(super) fn set_pending(&self, change: impl FnOnce(&mut NewConversation)) {
        if let Some(pending) = lock(&self.pending).as_mut() {
            change(pending);
        }
    }
}

/// All conversations in memory, by id.
#[derive(Default)]
pub(super) struct Registry(Mutex<HashMap<String, Arc<Live>>>);

impl Registry {
    pub(super) fn get(&self, conversation: &str) -> Option<Arc<Live>> {
        lock(&self.0).get(conversation).cloned()
    }

    pub(super) fn enter(&self, conversation: &str, pending: Option<NewConversation>) -> Arc<Live> {
        Arc::clone(lock(&self.0).entry(conversation.to_owned()).or_insert_with(|| Arc::new(Live::new(pending))))
    }

    /// Forgets a conversation that was deleted, and lets whoever listens know.
    pub(super) fn end(&self, conversation: &str) {
        let removed = lock(&self.0).remove(conversation);
        if let Some(live) = removed {
            live.ended.cancel();
        }
    }

    /// Forgets all of them.
    pub(super) fn take_all(&self) -> Vec<Arc<Live>> {
        lock(&self.0).drain().map(|(_, live)| live).collect()
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.0).len()
    }

    /// Forgets conversations that nobody looks at and nothing is written in.
    /// Those not yet stored are kept until `older` says they are too old.
    pub(super) fn sweep(&self, older: impl Fn(&NewConversation) -> bool) {
        lock(&self.0).retain(|_, live| {
            live.sender.receiver_count() > 0
                || live.running().is_some()
                || live.pending().is_some_and(|pending| !older(&pending))
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
