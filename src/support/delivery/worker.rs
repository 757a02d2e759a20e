//! The worker of each system: takes what is due, as many at once as the system likes, waits for
//! what comes next or for being woken, and hands back what it holds when the server stops.

use std::{pin::pin, time::Duration};

use futures_util::{StreamExt as _, future::join_all, stream::FuturesUnordered};
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Delivery, Line, STUBBORN, lock, pause::Admission, pause::signed, send::Verdict};
use crate::store::{Moved, OutboxEntry, StoreError};

/// Longest time without a look: another process may have put something in.
const IDLE: Duration = Duration::from_secs(5);
/// Shortest pause where nothing could be taken.
const BREATH: Duration = Duration::from_millis(500);
/// How long what is under way may go on when the server stops.
const LAST: Duration = Duration::from_secs(8);
/// Between two looks at what has waited too long.
const LOOK: Duration = Duration::from_secs(15);
/// Reports at once, whatever a system says.
const MOST: usize = 16;

impl Delivery {
    /// Delivers and fetches until `stop`; returns when the work under way is done or handed back.
    pub async fn run(&self, stop: &CancellationToken) {
        if self.lines.is_empty() {
            return;
        }
        // One server a data folder: whoever held a lease before this start is dead.
        match self.store.outbox_unlease().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "reports were under way when the server last ended; they are looked up"),
            Err(error) => {
                tracing::error!(error = %error, "leases of before could not be ended; they end by themselves");
            }
        }
        let lines = self.lines.iter().map(|line| self.work(line, stop));
        tokio::join!(join_all(lines), self.look_around(stop), self.fetch_all(stop));
    }

    async fn work(&self, line: &Line, stop: &CancellationToken) {
        let mut wake = self.wake.outgoing.subscribe();
        let mut under_way = FuturesUnordered::new();
        while !stop.is_cancelled() {
            let busy = under_way.len();
            let taken = match beside(&mut under_way, self.take(line, busy)).await {
                Ok(entries) => entries,
                Err(error) => {
                    tracing::error!(error = %error, target = line.target.name, "the outbox cannot be read");
                    Vec::new()
                }
            };
            let none = taken.is_empty();
            under_way.extend(taken.into_iter().map(|entry| self.deliver(line, entry)));
            let pause = if none { beside(&mut under_way, self.pause(line)).await } else { IDLE };
            tokio::select! {
                () = stop.cancelled() => break,
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                _ = wake.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        let end = Instant::now() + LAST;
        while !under_way.is_empty() {
            if tokio::time::timeout_at(end, under_way.next()).await.is_err() {
                break;
            }
        }
        drop(under_way);
        self.hand_back(line).await;
    }

    /// What is due and may be sent now. What is sent already by this very server is left out: a
    /// clock that jumps ends leases before their time.
    pub(super) async fn take(&self, line: &Line, busy: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let now = self.now();
        let at_once = line.target.system.capabilities().at_once.clamp(1, MOST);
        let most = match line.breaker().admits(now) {
            Admission::All => at_once.saturating_sub(busy),
            Admission::One => usize::from(busy == 0),
            Admission::Nothing { .. } => 0,
        };
        if most == 0 {
            return Ok(Vec::new());
        }
        if line.breaker().name(now) == "half-open" {
            // Whoever is to see whether it answers again must not have a pause of its own.
            self.store.outbox_hurry(&line.target.name, now).await?;
        }
        let until = now.saturating_add(signed(Duration::from_secs(self.config.lease_seconds.into())));
        let most = u32::try_from(most).unwrap_or(1);
        let mut entries =
            self.store.outbox_lease(&line.target.name, now, until.unwrap_or(Timestamp::MAX), most).await?;
        let mut under_way = lock(&line.under_way);
        entries.retain(|entry| under_way.insert(entry.id.clone()));
        Ok(entries)
    }

    /// One attempt, and what it says of the system.
    pub(super) async fn deliver(&self, line: &Line, entry: OutboxEntry) {
        let verdict = self.attempt(line, &entry).await;
        lock(&line.under_way).remove(&entry.id);
        let name = line.target.name.as_str();
        match verdict {
            Ok(Verdict::Answered) => {
                let back = line.breaker().answered();
                if back {
                    tracing::info!(target = name, "the system answers again");
                    if let Err(error) = self.store.outbox_hurry(name, self.now()).await {
                        tracing::error!(error = %error, target = name, "what waits for it waits on");
                    }
                }
            }
            Ok(Verdict::Failed { certain }) => {
                let opened = line.breaker().failed(certain, self.now(), self.ids.share());
                if opened {
                    metrics::counter!("schullotse_delivery_alarms_total", "kind" => "breaker").increment(1);
                    tracing::error!(target = name, "the system takes no reports; they are kept and tried again");
                }
            }
            Ok(Verdict::Nothing) => {}
            // The lease stays until it ends, so that a failing disk is not asked without a pause.
            Err(error) => {
                tracing::error!(error = %error, target = name, number = entry.ticket, "an attempt could not be noted");
            }
        }
    }

    async fn pause(&self, line: &Line) -> Duration {
        let now = self.now();
        if let Admission::Nothing { until } = line.breaker().admits(now) {
            return between(now, until);
        }
        match self.store.outbox_next(&line.target.name).await {
            Ok(Some(next)) => between(now, next),
            Ok(None) | Err(_) => IDLE,
        }
    }

    async fn hand_back(&self, line: &Line) {
        let held: Vec<String> = lock(&line.under_way).drain().collect();
        for id in held {
            if let Err(error) = self.store.outbox_release(&id).await {
                tracing::warn!(error = %error, "a lease could not be handed back; it ends by itself");
            }
        }
    }

    /// What has waited too long: elsewhere with it where that is allowed, and an alarm.
    async fn look_around(&self, stop: &CancellationToken) {
        let mut look = tokio::time::interval(LOOK);
        let mut alarmed = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => {}
            }
            let looked = async {
                self.take_over().await?;
                self.alarm(&mut alarmed).await
            };
            if let Err(error) = looked.await {
                tracing::error!(error = %error, "the outbox cannot be looked at");
            }
        }
    }

    /// Lets another system take over what the first has certainly not taken; and brings back to
    /// a system in use what was meant for one that is no longer configured.
    pub(super) async fn take_over(&self) -> Result<(), StoreError> {
        let Some(first) = self.lines.first() else { return Ok(()) };
        let now = self.now();
        for counts in self.store.outbox_targets().await?.into_iter().filter(|counts| counts.pending > 0) {
            if self.line(&counts.target).is_none() {
                let moved = Moved { from: &counts.target, to: &first.target.name, since: now, attempts: 0 };
                self.store.outbox_move(&moved, now).await?;
            }
        }
        let minutes = Duration::from_secs(60 * u64::from(self.config.take_over_minutes));
        let since = now.checked_sub(signed(minutes)).unwrap_or(Timestamp::MIN);
        for (at, line) in self.lines.iter().enumerate() {
            let Some(next) =
                self.lines.get((at + 1) % self.lines.len()).filter(|next| next.target.name != line.target.name)
            else {
                continue;
            };
            let attempts = if line.breaker().admits(now) == Admission::All { STUBBORN } else { 0 };
            let moved = Moved { from: &line.target.name, to: &next.target.name, since, attempts };
            let count = self.store.outbox_move(&moved, now).await?;
            if count > 0 {
                tracing::warn!(
                    from = moved.from,
                    to = moved.to,
                    count,
                    "reports waited too long; another system takes over"
                );
                metrics::counter!("schullotse_delivery_taken_over_total", "target" => next.target.name.clone())
                    .increment(count);
                self.wake.outgoing();
            }
        }
        Ok(())
    }

    /// An error in the log once a quarter of an hour, while something waits too long.
    async fn alarm(&self, alarmed: &mut Option<Timestamp>) -> Result<(), StoreError> {
        let now = self.now();
        let quiet = Duration::from_mins(15);
        if alarmed.is_some_and(|at| at <= now && now.duration_since(at) < signed(quiet)) {
            return Ok(());
        }
        let patience = signed(Duration::from_secs(60 * u64::from(self.config.alarm_minutes)));
        for counts in self.store.outbox_targets().await? {
            let Some(waited) =
                counts.oldest.map(|oldest| now.duration_since(oldest)).filter(|waited| *waited > patience)
            else {
                continue;
            };
            *alarmed = Some(now);
            metrics::counter!("schullotse_delivery_alarms_total", "kind" => "waiting").increment(1);
            tracing::error!(
                target = counts.target,
                waiting = counts.pending + counts.updates,
                oldest_minutes = waited.as_mins(),
                "reports wait too long for the helpdesk's system; `schullotse tickets outbox` lists them"
            );
        }
        Ok(())
    }

    /// Everything that is due at this moment, one round; for tests.
    #[cfg(test)]
    pub(super) async fn round(&self) -> usize {
        let mut done = 0;
        for line in &self.lines {
            let entries = self.take(line, 0).await.unwrap();
            done += entries.len();
            join_all(entries.into_iter().map(|entry| self.deliver(line, entry))).await;
        }
        done
    }
}

/// Does something while what is under way goes on: left alone, it could hold the only right to write, for which the other
/// waits.
async fn beside<T>(under_way: &mut FuturesUnordered<impl Future<Output = ()>>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            Some(()) = under_way.next(), if !under_way.is_empty() => {}
        }
    }
}

fn between(now: Timestamp, next: Timestamp) -> Duration {
    Duration::try_from(next.duration_since(now)).unwrap_or_default().clamp(BREATH, IDLE)
}
