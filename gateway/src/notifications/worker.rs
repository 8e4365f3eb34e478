//! One worker per channel: takes due notifications in hand, sends them side by side, and tells the
//! database what became of each as soon as it is known.
//!
//! At-least-once: whoever is killed between sending and telling sends again after the lease. A send
//! never outlives the lease, so two gateways never send one notification at the same time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use metrics::{counter, histogram};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::{sleep, timeout, timeout_at},
};

use super::{
    Carrier,
    queue::{self, Channel, Notification, Outcome, Settled},
};
use crate::{config::Outbox, db::Db, serve::Drain, telemetry, trouble::Trouble};

/// How long a result may wait for others that go to the database with it.
const LINGER: Duration = Duration::from_millis(50);
/// What telling the database may take of the lease, at the least; a third of the lease if that is less.
const TELLING: Duration = Duration::from_secs(2);

/// What a worker works with.
#[derive(Clone)]
pub struct Worker {
    pub db: Db,
    pub drain: Drain,
    pub channel: Channel,
    pub carrier: Arc<Carrier>,
    pub outbox: Outbox,
}

/// How long one send may take: what is set, but never more than a third of the lease.
fn send_limit(set: Duration, lease: Duration) -> Duration {
    set.min(lease / 3)
}

/// Until when a send may begin, so that it is over and told of before the lease is.
fn last_start(claimed: Instant, lease: Duration, limit: Duration) -> Instant {
    claimed + (lease - limit - TELLING.min(lease / 3))
}

/// The way of one notification from claim to settlement; holds its place among those in hand.
struct InHand {
    notification: Notification,
    last_start: Instant,
    _place: OwnedSemaphorePermit,
}

impl Worker {
    /// Works until the gateway shuts down; then hands back what it has not begun and finishes the rest.
    pub async fn run(self) {
        let (tell, told) = mpsc::unbounded_channel();
        let teller = tokio::spawn(tell_database(self.db.clone(), self.outbox.batch, told));
        self.take_and_send(tell).await;
        // Ends when every send has told its result and the database has heard it.
        let _ = teller.await;
    }

    /// Two batches may be in hand: one under way while the next is fetched. A place is free again when
    /// the database has heard the result, so nothing is taken while results cannot be told.
    async fn take_and_send(&self, tell: mpsc::UnboundedSender<(InHand, Outcome)>) {
        let batch = self.outbox.batch;
        let places = Arc::new(Semaphore::new(2 * batch));
        let lanes = Arc::new(Semaphore::new(self.outbox.concurrency));
        let mut trouble = Trouble::with("the outbox");
        loop {
            let room = tokio::select! {
                () = self.drain.wait() => return,
                room = places.clone().acquire_many_owned(amount(batch)) => room,
            };
            let Ok(mut room) = room else { return };
            let claimed = Instant::now();
            let claim = queue::claim(&self.db, self.channel, batch, self.outbox.lease);
            let claim = tokio::select! {
                // What this claim may still get is free again after the lease.
                () = self.drain.wait() => return,
                claim = trouble.quietly(claim) => claim,
            };
            let pause = match claim {
                Ok(notifications) => {
                    let full = notifications.len() >= batch;
                    counter!("portal_notification_claims_total", "channel" => self.channel.name())
                        .increment(notifications.len() as u64);
                    for notification in notifications {
                        let place = room.split(1).expect("no more than asked for");
                        self.start(notification, claimed, place, &lanes, &tell);
                    }
                    if full {
                        continue;
                    }
                    self.outbox.poll
                }
                Err(pause) => pause,
            };
            drop(room);
            tokio::select! {
                () = self.drain.wait() => return,
                () = sleep(pause) => {}
            }
        }
    }

    fn start(
        &self,
        notification: Notification,
        claimed: Instant,
        place: OwnedSemaphorePermit,
        lanes: &Arc<Semaphore>,
        tell: &mpsc::UnboundedSender<(InHand, Outcome)>,
    ) {
        let limit = send_limit(self.carrier.timeout(), self.outbox.lease);
        let in_hand = InHand {
            notification,
            last_start: last_start(claimed, self.outbox.lease, limit),
            _place: place,
        };
        let (worker, lanes, tell) = (self.clone(), lanes.clone(), tell.clone());
        tokio::spawn(async move {
            let outcome = worker.deliver(&in_hand, &lanes, limit).await;
            worker.record(&in_hand.notification, &outcome);
            // Heard by a task that lives as long as there are senders.
            let _ = tell.send((in_hand, outcome));
        });
    }

    /// Waits for its turn, in the order of the claim, and sends; what gets no turn in time is released.
    async fn deliver(&self, in_hand: &InHand, lanes: &Semaphore, limit: Duration) -> Outcome {
        let turn = tokio::select! {
            biased;
            () = self.drain.wait() => return Outcome::Released,
            turn = timeout_at(in_hand.last_start.into(), lanes.acquire()) => turn,
        };
        // A claim may itself have been so slow that the time is over.
        if turn.is_err() || Instant::now() > in_hand.last_start {
            return Outcome::Released;
        }
        let started = Instant::now();
        let send = self.carrier.send(&in_hand.notification);
        let outcome = timeout(limit, send)
            .await
            .unwrap_or_else(|_| Outcome::Retry(format!("no answer within {limit:?}")));
        histogram!(telemetry::SEND_DURATION, "channel" => self.channel.name())
            .record(started.elapsed());
        outcome
    }

    /// Neither metrics nor logs name an address or say what a message says.
    fn record(&self, notification: &Notification, outcome: &Outcome) {
        let (channel, result) = (self.channel.name(), outcome.name());
        counter!("portal_notifications_total", "channel" => channel, "outcome" => result)
            .increment(1);
        let Notification {
            id, event, attempt, ..
        } = notification;
        match outcome {
            Outcome::Sent | Outcome::Released => {
                tracing::debug!(%id, channel, event, attempt, result, "notification handled");
            }
            Outcome::Retry(_) => {
                tracing::info!(%id, channel, event, attempt, "notification not sent; it will be tried again");
            }
            Outcome::Refused(_) => {
                tracing::warn!(%id, channel, event, attempt, "notification refused; portal_admin.notification_queue says why");
            }
        }
    }
}

/// Tells the database what became of notifications, those together that end together, until there
/// are no more. Tells again and again while the database is away: what was sent must not be forgotten.
async fn tell_database(db: Db, batch: usize, mut told: mpsc::UnboundedReceiver<(InHand, Outcome)>) {
    let mut trouble = Trouble::with("the outbox");
    let mut results = Vec::with_capacity(batch);
    while let Some(first) = told.recv().await {
        results.push(first);
        let full = async {
            while results.len() < batch && told.recv_many(&mut results, batch).await > 0 {}
        };
        // Out of time or out of results; both is fine.
        let _ = timeout(LINGER, full).await;
        let settled: Vec<Settled> = results
            .iter()
            .map(|(in_hand, outcome)| Settled::new(&in_hand.notification, outcome.clone()))
            .collect();
        while let Err(pause) = trouble.quietly(queue::settle(&db, &settled)).await {
            sleep(pause).await;
        }
        results.clear();
    }
}

fn amount(batch: usize) -> u32 {
    u32::try_from(batch).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_send_is_over_and_told_of_before_its_lease_is(lease in 2_u64..3600, set in 1_u64..600) {
            let (lease, set) = (Duration::from_secs(lease), Duration::from_secs(set));
            let claimed = Instant::now();
            let limit = send_limit(set, lease);
            let latest_end = last_start(claimed, lease, limit) + limit;
            prop_assert!(limit > Duration::ZERO && limit <= set);
            prop_assert!(last_start(claimed, lease, limit) > claimed);
            prop_assert!(claimed + lease - latest_end >= TELLING.min(lease / 3));
        }
    }
}
