//! One attempt for one report (or the next thing that follows one): look there, write down that
//! it may arrive, send, mark. Whatever is cut off in between, the next attempt finds written
//! down, and looks first.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::timeout;

use super::{
    Delivery, Line, STUBBORN, kind, lock,
    pause::{LONGEST, backoff, signed},
    report::report,
};
use crate::{
    domain::{conversation::EventBody, lang::Lang, ticket::Ticket},
    helpdesk::{Fault, Filed, RemoteState, Update},
    store::{Doubt, OutboxEntry, OutboxState, QueuedUpdate, StoreError, Told},
    support::wording,
};

/// A report that another system may take is left for this long, so that it can.
const LEFT: Duration = Duration::from_secs(45);
/// Our name of the field that holds a report's id.
const ID: &str = crate::config::ID_FIELD;
/// Within this after something may have been taken, it is looked for again.
const SOON: Duration = Duration::from_secs(2);

/// What an attempt says of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Answered,
    /// `certain`: it would fail for everything else, too.
    Failed {
        certain: bool,
    },
    /// Nothing was asked.
    Nothing,
}

impl Delivery {
    /// Does what is next for a leased entry.
    pub(super) async fn attempt(&self, line: &Line, entry: &OutboxEntry) -> Result<Verdict, StoreError> {
        let name = line.target.name.as_str();
        let can = line.target.system.capabilities();
        let update = match entry.state {
            OutboxState::Pending => None,
            _ => match self.store.outbox_update(&entry.ticket).await? {
                Some(update) => Some(update),
                // Somebody else was here.
                None => return self.let_go(entry).await,
            },
        };
        if let Some(update) = &update
            && (!can.updates || entry.reference.is_none())
        {
            self.store.outbox_updated(&update.id, "left_out", self.now()).await?;
            return Ok(Verdict::Nothing);
        }
        // A report is always looked up: a database that came back from a backup knows of no doubt.
        let doubt = entry.doubt(name);
        // Of what came back there is our own copy.
        let came_back = entry.fault.as_deref() == Some("bounced");
        if can.finds && !came_back && (update.is_none() || doubt.is_some()) {
            match self.asked(line.target.system.find(&entry.id)).await {
                Err(fault) => {
                    // Silent again: what it had begun may take as long as before.
                    lock(&line.tries).entry(entry.id.clone()).or_default().answered = None;
                    return self.put_off(line, entry, &fault, entry.doubts.clone()).await;
                }
                Ok(Some(filed)) if update.is_none() => return self.arrived(line, entry, &filed).await,
                Ok(_) => {}
            }
            if doubt.is_some()
                && let Some(until) = self.settles(line, &entry.id, can.settles)
            {
                let latest = self.now().saturating_add(signed(LONGEST)).unwrap_or(Timestamp::MAX);
                self.store.outbox_retry(&entry.id, entry.attempt, until.min(latest), "doubtful", &entry.doubts).await?;
                return Ok(Verdict::Nothing);
            }
            if doubt.is_some() && update.is_none() && self.is_another_systems_turn(entry) {
                // It answers, takes nothing, and certainly has nothing of it.
                let left = self.now().saturating_add(signed(LEFT)).unwrap_or(Timestamp::MAX);
                self.store.outbox_retry(&entry.id, entry.attempt, left, "unavailable", &[]).await?;
                return Ok(Verdict::Nothing);
            }
        }
        // From here on it may arrive, whatever becomes of us.
        let may = [Doubt { target: name.to_owned() }];
        if !self.store.outbox_doubts(&entry.id, entry.attempt, name, &may).await? {
            return Ok(Verdict::Nothing);
        }
        match update {
            None => self.file(line, entry, may.into()).await,
            Some(update) => self.update(line, entry, &update, may.into()).await,
        }
    }

    /// Until when the system may still be at what it had begun, counted from its first answer since; `None` once
    /// that is over. By the steady clock of this process: the other one may be set, and whoever starts anew waits anew.
    fn settles(&self, line: &Line, id: &str, settles: Duration) -> Option<Timestamp> {
        let steady = self.clock.steady();
        let mut all = lock(&line.tries);
        let tries = all.entry(id.to_owned()).or_default();
        tries.faults = 0;
        let left = (*tries.answered.get_or_insert(steady) + settles).saturating_sub(steady);
        if left.is_zero() {
            tries.answered = None;
            return None;
        }
        Some(self.now().saturating_add(signed(left)).unwrap_or(Timestamp::MAX))
    }

    /// Whether it has waited so long, and failed so often here, that another system is to take it.
    fn is_another_systems_turn(&self, entry: &OutboxEntry) -> bool {
        let patience = signed(Duration::from_secs(60 * u64::from(self.config.take_over_minutes)));
        self.lines.len() > 1 && entry.attempt >= STUBBORN && self.now().duration_since(entry.since) >= patience
    }

    async fn file(&self, line: &Line, entry: &OutboxEntry, may: Vec<Doubt>) -> Result<Verdict, StoreError> {
        let Some(ticket) = &entry.payload else {
            // Past its time: nothing is left to send.
            self.store
                .outbox_failed(&entry.id, entry.attempt, "gone", self.now(), |ticket, lang| self.failed(ticket, lang))
                .await?;
            return Ok(Verdict::Nothing);
        };
        let report = report(&entry.id, ticket, &self.schools.now());
        match self.asked(line.target.system.file(&report)).await {
            Ok(filed) => self.arrived(line, entry, &filed).await,
            Err(Fault::Unacceptable(_)) => self.give_up(line, entry).await,
            Err(fault @ Fault::Doubtful(_)) => self.put_off(line, entry, &fault, may).await,
            Err(fault) => self.put_off(line, entry, &fault, Vec::new()).await,
        }
    }

    async fn update(
        &self,
        line: &Line,
        entry: &OutboxEntry,
        update: &QueuedUpdate,
        may: Vec<Doubt>,
    ) -> Result<Verdict, StoreError> {
        let said =
            Update { id: update.id.clone(), text: update.text.clone(), state: update.state.as_deref().and_then(state) };
        let reference = entry.reference.as_deref().unwrap_or_default();
        match self.asked(line.target.system.update(reference, &said)).await {
            Ok(()) => {
                lock(&line.tries).remove(&entry.id);
                self.store.outbox_updated(&update.id, "sent", self.now()).await?;
                count(line, "updated");
                Ok(Verdict::Answered)
            }
            Err(Fault::Unacceptable(_)) => {
                let tell = |ticket: &Ticket, lang: Lang| {
                    status(ticket, lang, wording::update_not_handed_over(lang).to_owned())
                };
                let told = self.store.outbox_update_failed(&update.id, self.now(), tell).await?;
                count(line, "unacceptable");
                metrics::counter!("schullotse_delivery_alarms_total", "kind" => "dead_letter").increment(1);
                tracing::error!(
                    number = entry.ticket,
                    target = line.target.name,
                    "an update was not accepted and is given up; `schullotse tickets outbox` lists it"
                );
                self.told(told);
                Ok(Verdict::Answered)
            }
            Err(fault @ Fault::Doubtful(_)) => self.put_off(line, entry, &fault, may).await,
            Err(fault) => self.put_off(line, entry, &fault, Vec::new()).await,
        }
    }

    /// With our own time-out: whatever hangs may have been taken.
    pub(super) async fn asked<T>(&self, call: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        match timeout(self.config.timeout(), call).await {
            Ok(answer) => answer,
            Err(_) => Err(Fault::Doubtful(format!("nothing within {} s", self.config.timeout_seconds))),
        }
    }

    async fn arrived(&self, line: &Line, entry: &OutboxEntry, filed: &Filed) -> Result<Verdict, StoreError> {
        let tell = |ticket: &Ticket, lang: Lang| status(ticket, lang, wording::handed_over(ticket, lang));
        let told =
            self.store.outbox_sent(&entry.id, &line.target.name, Some(&filed.reference), self.now(), tell).await?;
        lock(&line.tries).remove(&entry.id);
        if let Some(told) = told {
            let waited = self.now().duration_since(entry.since).as_secs_f64().max(0.0);
            count(line, "delivered");
            metrics::histogram!("schullotse_delivery_seconds", "target" => line.target.name.clone()).record(waited);
            tracing::info!(
                number = entry.ticket,
                target = line.target.name,
                attempt = entry.attempt,
                waited_s = waited,
                "a report has arrived"
            );
            if filed.dropped.iter().any(|field| field == ID) {
                metrics::counter!("schullotse_delivery_alarms_total", "kind" => "id_dropped").increment(1);
                tracing::error!(
                    target = line.target.name,
                    "the system does not keep our id: no report can be found again there; `schullotse doctor` says more"
                );
            }
            if !filed.dropped.is_empty() {
                let fields = filed.dropped.join(" ");
                tracing::warn!(number = entry.ticket, target = line.target.name, fields, "fields were not kept there");
            }
            self.told(told);
        }
        Ok(Verdict::Answered)
    }

    async fn give_up(&self, line: &Line, entry: &OutboxEntry) -> Result<Verdict, StoreError> {
        let tell = |ticket: &Ticket, lang: Lang| self.failed(ticket, lang);
        let told = self.store.outbox_failed(&entry.id, entry.attempt, "unacceptable", self.now(), tell).await?;
        if let Some(told) = told {
            count(line, "unacceptable");
            metrics::counter!("schullotse_delivery_alarms_total", "kind" => "dead_letter").increment(1);
            tracing::error!(
                number = entry.ticket,
                target = line.target.name,
                "a report was not accepted and is given up; `schullotse tickets outbox` lists it"
            );
            self.told(told);
        }
        // It answered: it is this report that is at fault.
        Ok(Verdict::Answered)
    }

    async fn put_off(
        &self,
        line: &Line,
        entry: &OutboxEntry,
        fault: &Fault,
        doubts: Vec<Doubt>,
    ) -> Result<Verdict, StoreError> {
        let after = match fault {
            Fault::Unavailable { after, .. } => *after,
            _ => None,
        };
        let sent_just_now = matches!(fault, Fault::Doubtful(_)) && entry.doubts.is_empty();
        let faults = {
            let mut all = lock(&line.tries);
            let tries = all.entry(entry.id.clone()).or_default();
            tries.faults += 1;
            tries.faults
        };
        let pause = if sent_just_now { SOON } else { backoff(faults, self.ids.share(), after) };
        let next = self.now().saturating_add(signed(pause)).unwrap_or(Timestamp::MAX);
        self.store.outbox_retry(&entry.id, entry.attempt, next, kind(fault), &doubts).await?;
        count(line, kind(fault));
        line.note(kind(fault), fault, self.now());
        tracing::warn!(
            number = entry.ticket,
            target = line.target.name,
            attempt = entry.attempt,
            kind = kind(fault),
            next_s = pause.as_secs(),
            "a report could not be delivered yet"
        );
        Ok(Verdict::Failed { certain: matches!(fault, Fault::Refused(_)) })
    }

    async fn let_go(&self, entry: &OutboxEntry) -> Result<Verdict, StoreError> {
        self.store.outbox_hand_back(&entry.id, entry.attempt).await?;
        Ok(Verdict::Nothing)
    }

    pub(super) fn told(&self, told: Told) {
        if let Some(told) = told {
            (self.tell)(&[told]);
        }
    }

    fn failed(&self, ticket: &Ticket, lang: Lang) -> EventBody {
        let directory = self.schools.now();
        status(ticket, lang, wording::not_handed_over(&directory.authority.hotline, lang))
    }
}

fn status(ticket: &Ticket, lang: Lang, text: String) -> EventBody {
    EventBody::TicketStatus {
        number: ticket.number.clone(),
        state: ticket.state.name().into(),
        updated: ticket.updated,
        lang: Some(lang),
        text,
    }
}

fn count(line: &Line, result: &'static str) {
    metrics::counter!("schullotse_deliveries_total", "target" => line.target.name.clone(), "result" => result)
        .increment(1);
}

fn state(name: &str) -> Option<RemoteState> {
    match name {
        "open" => Some(RemoteState::Open),
        "waiting" => Some(RemoteState::Waiting),
        "solved" => Some(RemoteState::Solved),
        _ => None,
    }
}
