//! An answer as it streams in.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use eventsource_stream::{Event, EventStreamError, Eventsource};
use futures_util::{Stream, StreamExt, stream};
use reqwest::Response;
use serde::{Deserialize, de::IgnoredAny};
use tokio::time::{Instant, timeout_at};

use super::{ModelError, count};

/// So many bytes without a whole event are none: the reader would collect them for ever.
const LONGEST_EVENT: usize = 64 * 1024;

type Events = Pin<Box<dyn Stream<Item = Result<Event, EventStreamError<ModelError>>> + Send>>;

/// Tokens as the server counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Usage {
    #[serde(default)]
    pub prompt_tokens: u32,
    #[serde(default)]
    pub completion_tokens: u32,
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Usage>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    index: u32,
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

/// An open answer. Dropping it closes the connection, so that the model stops.
pub struct Reply {
    events: Events,
    since_event: Arc<AtomicUsize>,
    first_token_at: Instant,
    idle: Duration,
    has_begun: bool,
    has_ended: bool,
    finish_reason: Option<String>,
    usage: Option<Usage>,
}

impl Reply {
    pub(super) fn new(response: Response, first_token_at: Instant, idle: Duration) -> Self {
        let since_event = Arc::<AtomicUsize>::default();
        let seen = since_event.clone();
        let bytes = response.bytes_stream().map(move |chunk| {
            let chunk = chunk.map_err(|_| ModelError::Broken)?;
            match seen.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len() {
                ..=LONGEST_EVENT => Ok(chunk),
                _ => Err(ModelError::Malformed),
            }
        });
        // A comment first: the reader panics at a byte order mark that begins a stream.
        let comment = stream::iter([Ok(":\n".into())]);
        Self {
            events: Box::pin(comment.chain(bytes).eventsource()),
            since_event,
            first_token_at,
            idle,
            has_begun: false,
            has_ended: false,
            finish_reason: None,
            usage: None,
        }
    }

    /// The next piece of text, never empty; none when the answer is complete.
    ///
    /// Errors: it is not complete and never will be.
    pub async fn next(&mut self) -> Result<Option<String>, ModelError> {
        let next = self.read().await;
        match &next {
            Ok(Some(_)) => self.has_begun = true,
            Ok(None) => self.end("done"),
            Err(error) => self.end(error.label()),
        }
        next
    }

    /// Why the model stopped, in the words that we store.
    pub fn finish_reason(&self) -> &'static str {
        match self.finish_reason.as_deref() {
            Some("length") => "length",
            Some("content_filter") => "content-filter",
            _ => "stop",
        }
    }

    /// None where the server does not count, or had not come to it.
    pub fn usage(&self) -> Option<Usage> {
        self.usage
    }

    fn end(&mut self, outcome: &'static str) {
        if !std::mem::replace(&mut self.has_ended, true) {
            count(outcome);
        }
    }

    async fn read(&mut self) -> Result<Option<String>, ModelError> {
        loop {
            let data = match self.event().await {
                Ok(Some(data)) => data,
                // After the reason for the end only the count of tokens is to come, and some never send it.
                Ok(None) | Err(_) if self.finish_reason.is_some() => return self.complete(),
                Ok(None) => return Err(ModelError::Broken),
                Err(error) => return Err(error),
            };
            if data.trim() == "[DONE]" {
                return self.complete();
            }
            let chunk: Chunk = serde_json::from_str(&data).map_err(|_| ModelError::Malformed)?;
            if chunk.error.is_some() {
                return Err(ModelError::Broken);
            }
            if let Some(text) = self.take(chunk) {
                return Ok(Some(text));
            }
        }
    }

    fn complete(&self) -> Result<Option<String>, ModelError> {
        if self.has_begun {
            Ok(None)
        } else {
            Err(ModelError::Empty)
        }
    }

    fn take(&mut self, chunk: Chunk) -> Option<String> {
        self.usage = chunk.usage.or(self.usage);
        let first = chunk.choices.into_iter().find(|choice| choice.index == 0)?;
        if first.finish_reason.is_some() {
            self.finish_reason = first.finish_reason;
        }
        first.delta?.content.filter(|text| !text.is_empty())
    }

    /// The data of the next event, in time; none at the end.
    async fn event(&mut self) -> Result<Option<String>, ModelError> {
        let (deadline, late) = match self.has_begun {
            true => (Instant::now() + self.idle, ModelError::IdleTimeout),
            false => (self.first_token_at, ModelError::FirstTokenTimeout),
        };
        let event = timeout_at(deadline, self.events.next())
            .await
            .map_err(|_| late)?;
        self.since_event.store(0, Ordering::Relaxed);
        match event {
            None => Ok(None),
            Some(Ok(event)) => Ok(Some(event.data)),
            Some(Err(EventStreamError::Transport(error))) => Err(error),
            Some(Err(_)) => Err(ModelError::Malformed),
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.end("canceled");
    }
}
