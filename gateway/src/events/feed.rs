//! The one reader of a gateway: asks the database for news and hands them to all streams.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::http::StatusCode;
use metrics::counter;
use tokio::{
    sync::{Notify, broadcast, watch},
    time::{sleep, timeout},
};
use tracing::{Dispatch, instrument::WithSubscriber};
use uuid::Uuid;

use super::{
    audience::News,
    snapshot::Position,
    store::{self, Since},
};
use crate::{
    db::Db,
    error::{ApiError, ApiResult},
    serve::Drain,
};

/// How many batches wait for a stream that does not keep up, before it has to ask for what it missed.
const BACKLOG: usize = 64;
/// Giving up on an answer after this long, and the longest wait before the next try.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many times the answer took too long while none came: there is too much to tell, and it only grows.
const TOO_SLOW: u32 = 6;

/// What one question brought. Nobody is told of questions that brought nothing.
pub struct Batch {
    pub position: Position,
    /// What came before is not known: the database went back in time, or there was too much of it.
    pub starts_over: bool,
    by_org: HashMap<Uuid, Vec<News>>,
}

impl Batch {
    fn new(since: Since, starts_over: bool) -> Self {
        let mut by_org: HashMap<_, Vec<_>> = HashMap::new();
        for news in since.news {
            by_org.entry(news.org_id).or_default().push(news);
        }
        Self {
            position: since.position,
            starts_over,
            by_org,
        }
    }

    /// One company's news, oldest first.
    pub fn of(&self, org_id: Option<Uuid>) -> &[News] {
        let news = org_id.and_then(|org_id| self.by_org.get(&org_id));
        news.map_or(&[], Vec::as_slice)
    }
}

/// Where the batches come from. They are sent before `newest` says so: whoever has read `newest` and then finds their
/// receiver empty has seen everything up to it.
pub struct Feed {
    batches: broadcast::Sender<Arc<Batch>>,
    /// None while nobody listens and nobody asks.
    newest: watch::Sender<Option<Arc<Position>>>,
    wake: Notify,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            batches: broadcast::Sender::new(BACKLOG),
            newest: watch::Sender::new(None),
            wake: Notify::new(),
        }
    }
}

impl Feed {
    /// Every batch after a position that the caller reads from the database from here on.
    ///
    /// Errors: 503 while the database does not answer.
    pub async fn listen(&self) -> ApiResult<broadcast::Receiver<Arc<Batch>>> {
        let receiver = self.batches.subscribe();
        self.wake.notify_one();
        let mut newest = self.newest.subscribe();
        match timeout(PATIENCE, newest.wait_for(Option::is_some)).await {
            Ok(Ok(_)) => Ok(receiver),
            _ => Err(ApiError::unavailable(
                "events_unavailable",
                "Live updates are not available right now.",
            )),
        }
    }

    /// Up to where the database has been asked.
    pub fn newest(&self) -> Option<Arc<Position>> {
        self.newest.borrow().clone()
    }

    /// Asks about every `every` while anybody listens, until the gateway shuts down. While the database is away it goes
    /// on trying, from where it was.
    pub async fn keep_asking(&self, db: Db, every: Duration, drain: Drain) {
        tokio::select! {
            () = drain.wait() => {}
            () = self.repeat(&db, every) => {}
        }
    }

    async fn repeat(&self, db: &Db, every: Duration) {
        let (mut failures, mut slow) = (0, 0);
        loop {
            if self.rests() {
                self.wake.notified().await;
                continue;
            }
            // The first failure is logged where it happens; while it lasts, only the metric counts on.
            let asking = self.ask(db, slow >= TOO_SLOW);
            let outcome = if failures > 0 {
                asking.with_subscriber(Dispatch::none()).await
            } else {
                asking.await
            };
            let label = if outcome.is_ok() { "done" } else { "failed" };
            counter!("portal_events_polls_total", "outcome" => label).increment(1);
            match outcome {
                Ok(()) => {
                    if failures > 0 {
                        tracing::info!("live updates go on");
                    }
                    (failures, slow) = (0, 0);
                }
                Err(error) => {
                    if failures == 0 {
                        tracing::warn!(%error, "live updates stand still; trying again");
                    }
                    failures += 1;
                    slow += u32::from(error.status == StatusCode::GATEWAY_TIMEOUT);
                }
            }
            sleep(pause(every, failures)).await;
        }
    }

    /// Whether nobody listens. Decided while `newest` is locked: a stream subscribes before it reads that, so it is
    /// either counted here or finds that it has to wait for a new beginning.
    fn rests(&self) -> bool {
        let mut rests = false;
        self.newest.send_if_modified(|newest| {
            rests = self.batches.receiver_count() == 0;
            rests && newest.take().is_some()
        });
        rests
    }

    /// `afresh`: without what has happened since the last answer.
    async fn ask(&self, db: &Db, afresh: bool) -> ApiResult<()> {
        let before = self.newest();
        let known = before.as_deref().filter(|_| !afresh);
        let since = store::poll(db, known, PATIENCE).await?;
        let position = Arc::new(since.position.clone());
        let gone_back = |before: &Position| before.snapshot.is_ahead_of(&position.snapshot);
        let starts_over = before
            .as_deref()
            .is_some_and(|before| afresh || gone_back(before));
        if starts_over {
            tracing::warn!(
                afresh,
                "the news of the last moments is not known; all streams start over"
            );
        }
        if starts_over || !since.news.is_empty() {
            // Fails when the last listener has just left.
            let _ = self.batches.send(Arc::new(Batch::new(since, starts_over)));
        }
        self.newest.send_replace(Some(position));
        Ok(())
    }
}

/// Twice as long after each failure in a row, up to [`PATIENCE`]; gateways do not knock in step.
fn pause(every: Duration, failures: u32) -> Duration {
    let longer = every.saturating_mul(1 << failures.min(16));
    let pause = longer.min(PATIENCE.max(every));
    if failures == 0 {
        pause
    } else {
        pause.mul_f64(0.75 + 0.25 * fastrand::f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_with_failures_and_stays_bounded() {
        let every = Duration::from_millis(250);
        assert_eq!(pause(every, 0), every);
        for failures in 1..100 {
            let pause = pause(every, failures);
            assert!(pause > every && pause <= PATIENCE, "{failures}: {pause:?}");
        }
        assert!(pause(every, 60) > PATIENCE.mul_f64(0.7));
        let slow = PATIENCE * 2;
        assert_eq!(pause(slow, 0), slow);
    }

    #[tokio::test]
    async fn who_listens_waits_for_a_beginning_and_the_reader_rests_without_listeners() {
        let feed = Arc::new(Feed::default());
        assert!(feed.rests());
        let listening = tokio::spawn({
            let feed = feed.clone();
            async move { feed.listen().await.is_ok() }
        });
        feed.wake.notified().await;
        assert!(!feed.rests());
        let position: Arc<Position> = Arc::new("1.5:5:".parse().unwrap());
        feed.newest.send_replace(Some(position.clone()));
        assert!(listening.await.unwrap());
        assert_eq!(feed.newest(), Some(position));
        assert!(feed.rests(), "the listener has gone");
        assert_eq!(feed.newest(), None, "a later one must not begin from here");
    }
}
