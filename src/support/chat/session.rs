//! One connection's view of a conversation: takes out events in order and without
//! gaps, however slow the reader was.

use std::{collections::VecDeque, sync::Arc};

use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use super::{Chats, Listener, act::error, live::Live, protocol::Outgoing};
use crate::{
    domain::{
        conversation::{Event, EventBody},
        lang::Lang,
    },
    store::NewConversation,
    support::wording,
};

/// How long a model goes on writing after the last reader left, in case she comes back.
const GRACE: std::time::Duration = std::time::Duration::from_secs(10);

/// Pauses after tries to read the event list that failed.
const PAUSES: [std::time::Duration; 3] =
    [std::time::Duration::from_millis(50), std::time::Duration::from_millis(250), std::time::Duration::ZERO];

/// A connection.
pub struct Session {
    pub conversation: String,
    pub school: Option<String>,
    pub room: Option<String>,
    pub lang: Lang,
    /// What opens the conversation to its reader.
    pub(super) token: String,
    pub(super) live: Arc<Live>,
    chats: Arc<Chats>,
    listener: Listener,
    /// Last durable event handed out.
    sent: i64,
    /// Messages of this very connection: she sees her own text without an echo.
    pub(super) own: Vec<String>,
    waiting: VecDeque<Outgoing>,
    /// Events are missing that only the event list has. Kept, because whoever waits for
    /// the next message may stop waiting in the middle of reading them.
    behind: bool,
    /// That the conversation is gone was said.
    parted: bool,
}

impl Session {
    pub(super) fn new(chats: Arc<Chats>, live: Arc<Live>, about: &NewConversation, token: String, after: i64) -> Self {
        Self {
            conversation: about.id.clone(),
            school: about.school.clone(),
            room: about.room.clone(),
            lang: about.lang,
            token,
            listener: live.sender.subscribe(),
            live,
            chats,
            sent: after,
            own: Vec::new(),
            waiting: VecDeque::new(),
            behind: false,
            parted: false,
        }
    }

    /// Marks events as handed out, so that they do not come again.
    pub fn saw(&mut self, messages: &[Outgoing]) {
        for message in messages {
            if let Outgoing::Event(event) = message {
                self.sent = self.sent.max(event.seq);
            }
        }
    }

    /// The next thing to send. When the conversation is gone this is said, and then `None`.
    pub async fn next(&mut self) -> Option<Outgoing> {
        loop {
            if self.behind {
                self.catch_up().await;
            }
            if let Some(message) = self.waiting.pop_front() {
                return Some(message);
            }
            let received = tokio::select! {
                biased;
                () = self.live.ended.cancelled() => return self.parting(),
                received = self.listener.recv() => received,
            };
            match received {
                Ok(message) => self.take(&message),
                Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// As `next`, while the server stops: waits for what is being written and returns
    /// `None` when all of it has been told.
    pub async fn next_of_the_last(&mut self) -> Option<Outgoing> {
        let chats = Arc::clone(&self.chats);
        tokio::select! {
            biased;
            message = self.next() => return message,
            () = chats.tasks.wait() => {}
        }
        // Nobody writes any more, but the last words may have come in between.
        loop {
            if self.behind {
                self.catch_up().await;
            }
            if let Some(message) = self.waiting.pop_front() {
                return Some(message);
            }
            match self.listener.try_recv() {
                Ok(message) => self.take(&message),
                Err(TryRecvError::Lagged(_)) => self.behind = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return None,
            }
        }
    }

    fn parting(&mut self) -> Option<Outgoing> {
        let said = std::mem::replace(&mut self.parted, true);
        (!said).then(|| error("gone", None, None, wording::gone(self.lang).into()))
    }

    fn take(&mut self, message: &Outgoing) {
        match message {
            Outgoing::Event(event) => self.queue(event),
            other => self.waiting.push_back(other.clone()),
        }
    }

    fn queue(&mut self, event: &Event) {
        if event.seq <= self.sent {
            return;
        }
        if event.seq == self.sent + 1 {
            self.hand_out(event.clone());
        } else {
            self.behind = true;
        }
    }

    /// Reads from the event list what the channel did not bring; where it cannot be read,
    /// once more a moment later, and then what comes next shows the gap again.
    async fn catch_up(&mut self) {
        for pause in PAUSES {
            match self.chats.store.events(&self.conversation, self.sent).await {
                Ok(events) => {
                    for event in events {
                        self.hand_out(event);
                    }
                    break;
                }
                Err(error) => {
                    tracing::error!(error = %error, "events cannot be read");
                    tokio::time::sleep(pause).await;
                }
            }
        }
        if let Some(running) = self.live.running() {
            self.waiting.push_back(Outgoing::Fleeting(running.snapshot()));
        }
        self.behind = false;
    }

    fn hand_out(&mut self, event: Event) {
        self.sent = self.sent.max(event.seq);
        let own = match &event.body {
            EventBody::UserMessage { mid, .. }
            | EventBody::UserChoice { mid, .. }
            | EventBody::UserFeedback { mid, .. } => self.own.contains(mid),
            _ => false,
        };
        if !own {
            self.waiting.push_back(Outgoing::Event(event));
        }
    }
}

impl Drop for Session {
    /// The last reader has left: what is being written ends, after a while.
    fn drop(&mut self) {
        if self.live.sender.receiver_count() > 1 {
            return;
        }
        let Some(running) = self.live.running() else { return };
        let (live, tasks) = (Arc::clone(&self.live), &self.chats.tasks);
        if tokio::runtime::Handle::try_current().is_ok() {
            tasks.spawn(async move {
                tokio::time::sleep(GRACE).await;
                if live.sender.receiver_count() == 0 {
                    running.cancel.cancel();
                }
            });
        }
    }
}
