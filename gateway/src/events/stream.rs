//! One client's stream: what the feed brings, filtered for the caller, until their access or their token ends.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::response::sse::Event;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, sleep_until},
};

use super::{
    MOST_AT_ONCE,
    audience::{Audience, News},
    feed::Batch,
    seats::Seat,
    snapshot::Position,
    store::{self, Since},
};
use crate::{app::AppState, caller::Caller, error::ApiResult};

/// Proxies close what is silent for longer.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// At most this long a stream lives on what it knows of the caller's access, should nobody say that it changed.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// News of the last day is kept; an hour less, because clocks differ and the end of it is being forgotten.
const KEPT: Duration = Duration::from_secs(23 * 3600);
/// What a browser waits before it connects again.
const RETRY: Duration = Duration::from_secs(2);

/// What has to be asked of the database before anything more is sent.
enum Pending {
    /// Whether the caller may still hear what they might.
    Look,
    /// The same, because this batch says that it changed.
    LookThenDeliver(Arc<Batch>),
    /// What came while this stream did not keep up.
    CatchUp,
}

/// An open stream; a client that reads slowly makes it wait, nothing piles up behind it.
pub struct EventStream {
    state: AppState,
    caller: Caller,
    audience: Audience,
    inbox: Receiver<Arc<Batch>>,
    /// Up to where the client has been told, or had nothing to be told of.
    position: Position,
    ready: VecDeque<Event>,
    pending: Option<Pending>,
    ended: bool,
    beat_at: Instant,
    look_at: Instant,
    expires_at: Instant,
    _seat: Seat,
}

impl EventStream {
    /// Begins after `last`, the id that the client has seen last; without one, now.
    ///
    /// Errors: 401 for anonymous callers and without a second factor that was set up, 400 and 403 as the database has them, 429 for too many streams, 503 while the
    /// database is away.
    pub async fn open(state: AppState, caller: Caller, last: Option<&str>) -> ApiResult<Self> {
        let seat = state.events.seats.take(caller.user_id()?)?;
        // First the feed, then the position: what comes in between is in both, and told once.
        let inbox = state.events.feed.listen().await?;
        let known = last.map(|id| {
            let position = id.parse().ok();
            position.filter(|position: &Position| position.age() < KEPT)
        });
        let since = known.as_ref().and_then(Option::as_ref);
        let (audience, missed) = look(&state, &caller, since).await?;
        let mut stream = Self {
            expires_at: expiry(&caller),
            state,
            caller,
            audience,
            inbox,
            position: since.unwrap_or(&missed.position).clone(),
            ready: VecDeque::from([Event::default().comment("listening").retry(RETRY)]),
            pending: None,
            ended: false,
            beat_at: Instant::now() + HEARTBEAT,
            look_at: soon(LOOK_AGAIN),
            _seat: seat,
        };
        match known {
            None => stream.say(""),
            Some(None) => stream.reset(),
            Some(Some(_)) => stream.tell_missed(&missed),
        }
        Ok(stream)
    }

    /// The events, one at a time as the client takes them.
    pub fn events(self) -> impl stream::Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, async |mut stream| {
            let event = stream.next().await?;
            Some((Ok(event), stream))
        })
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.beat_at = Instant::now() + HEARTBEAT;
                return Some(event);
            }
            if self.ended {
                return None;
            }
            tokio::select! {
                biased;
                () = self.state.drain.wait() => self.end("the server is shutting down"),
                () = sleep_until(self.expires_at) => self.end("the access token has expired"),
                () = sleep_until(self.look_at) => self.ask().await,
                () = sleep_until(self.beat_at) => self.beat(),
                batch = self.inbox.recv(), if self.pending.is_none() => self.receive(batch),
            }
        }
    }

    fn receive(&mut self, batch: Result<Arc<Batch>, RecvError>) {
        match batch {
            Ok(batch) if batch.starts_over => {
                self.position = batch.position.clone();
                self.reset();
                self.ask_now(Pending::Look);
            }
            Ok(batch) if self.is_about_access(&batch) => {
                self.ask_now(Pending::LookThenDeliver(batch))
            }
            Ok(batch) => self.deliver(&batch),
            Err(RecvError::Lagged(_)) => self.ask_now(Pending::CatchUp),
            Err(RecvError::Closed) => self.end("the server is shutting down"),
        }
    }

    fn is_about_access(&self, batch: &Batch) -> bool {
        let mine = |news: &News| news.is_access_change() && news.user_id == self.audience.user_id;
        batch.of(self.audience.org_id).iter().any(mine)
    }

    fn ask_now(&mut self, pending: Pending) {
        self.pending = Some(pending);
        self.look_at = Instant::now();
    }

    /// Does what is pending. Until it succeeds nothing more is sent: better late than to the wrong person.
    async fn ask(&mut self) {
        let pending = self.pending.take().unwrap_or(Pending::Look);
        let since = matches!(pending, Pending::CatchUp).then_some(&self.position);
        match look(&self.state, &self.caller, since).await {
            Ok((audience, missed)) => {
                self.audience = audience;
                self.look_at = soon(LOOK_AGAIN);
                match pending {
                    Pending::Look => {}
                    Pending::LookThenDeliver(batch) => self.deliver(&batch),
                    Pending::CatchUp => self.tell_missed(&missed),
                }
            }
            Err(error) if error.status.is_client_error() => self.end("access has ended"),
            Err(_) => {
                self.pending = Some(pending);
                self.look_at = soon(Duration::from_secs(1));
            }
        }
    }

    fn deliver(&mut self, batch: &Batch) {
        let news = batch.of(self.audience.org_id).iter();
        let hears = |news: &&News| {
            !news.is_access_change()
                && !self.position.snapshot.sees(news.transaction_id)
                && self.audience.may_hear(news)
        };
        let news: Vec<_> = news.filter(hears).collect();
        if batch
            .position
            .snapshot
            .is_later_than(&self.position.snapshot)
        {
            self.position = batch.position.clone();
        }
        self.tell(&news);
    }

    fn tell_missed(&mut self, missed: &Since) {
        let unknown = self
            .position
            .snapshot
            .is_ahead_of(&missed.position.snapshot);
        self.position = missed.position.clone();
        if unknown {
            return self.reset();
        }
        self.tell(&missed.news.iter().collect::<Vec<_>>());
    }

    /// Only the last of them carries an id: a client that is cut off in their midst is told all of them again.
    fn tell(&mut self, news: &[&News]) {
        if news.len() > MOST_AT_ONCE {
            return self.reset();
        }
        let Some((last, others)) = news.split_last() else {
            return;
        };
        self.ready.extend(others.iter().map(|news| event(news)));
        self.ready
            .push_back(event(last).id(self.position.to_string()));
    }

    /// Tells the client to read everything again: what it has missed is not known, or too much.
    fn reset(&mut self) {
        let reset = Event::default().event("reset").data("{}");
        self.ready.push_back(reset.id(self.position.to_string()));
    }

    /// A comment that moves the client's last event id on without an event.
    fn say(&mut self, comment: &str) {
        let comment = Event::default().comment(comment);
        self.ready.push_back(comment.id(self.position.to_string()));
    }

    fn beat(&mut self) {
        let newest = self.state.events.feed.newest();
        // In this order: see `Feed`.
        let told_all = self.pending.is_none() && self.inbox.is_empty();
        if let Some(newest) = newest.filter(|_| told_all)
            && newest.snapshot.is_later_than(&self.position.snapshot)
        {
            self.position = (*newest).clone();
        }
        self.say("");
    }

    fn end(&mut self, why: &str) {
        self.say(why);
        self.ended = true;
    }
}

/// Who the caller is to the database now and, with `since`, what they missed. One short transaction.
async fn look(
    state: &AppState,
    caller: &Caller,
    since: Option<&Position>,
) -> ApiResult<(Audience, Since)> {
    let work = async |tx: &tokio_postgres::Client| {
        let audience = store::audience(tx).await?;
        let missed = match since {
            Some(position) => store::replay(tx, position).await?,
            None => Since {
                news: Vec::new(),
                position: store::now(tx).await?,
            },
        };
        Ok((audience, missed))
    };
    state.db.as_caller(caller, work).await
}

fn event(news: &News) -> Event {
    let mut data =
        json!({ "id": news.entity_id, "status": news.status, "occurred_at": news.occurred_at });
    if let Some(thread_id) = news.thread_id {
        data["thread_id"] = json!(thread_id);
    }
    Event::default().event(&news.kind).data(data.to_string())
}

/// When the caller's token ends; the verifier has insisted that it says so.
fn expiry(caller: &Caller) -> Instant {
    let exp = caller
        .identity
        .claims
        .get("exp")
        .and_then(Value::as_f64)
        .unwrap_or(0.0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let left = Duration::try_from_secs_f64(exp - now.as_secs_f64()).unwrap_or(Duration::ZERO);
    // A token for ever would overflow the clock.
    Instant::now() + left.min(Duration::from_secs(365 * 86_400))
}

/// Give or take a tenth, so that streams that began together do not ask together for ever.
fn soon(about: Duration) -> Instant {
    Instant::now() + about.mul_f64(0.9 + 0.2 * fastrand::f64())
}
