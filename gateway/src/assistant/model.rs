//! A language model behind an OpenAI-compatible `chat/completions`: as a stream, or one answer at once.
//!
//! A request is tried again only before anything of its answer has come. Neither prompts, answers nor the words of an
//! error (which often repeat the prompt) are ever logged.

mod dialect;
mod reply;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use backon::{ExponentialBuilder, Retryable};
use metrics::counter;
use reqwest::{Client, Response, StatusCode, header, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::{Instant, timeout_at};

use super::prompt::Message;
use crate::config::{self, ConfigError};
use dialect::Dialect;
pub use reply::{Reply, Usage};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Nobody waits longer for a further try, whatever the server asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
const SHORTEST_WAIT: Duration = Duration::from_millis(250);
/// A refusal is read so far, to learn which parameter it is about.
const LONGEST_REFUSAL: usize = 16 * 1024;
/// An answer at once is no longer than this.
const LONGEST_DOCUMENT: usize = 1024 * 1024;

/// A model. Cheap to clone.
#[derive(Clone)]
pub struct Model {
    client: Client,
    address: String,
    key: Option<SecretString>,
    name: Arc<str>,
    temperature: f64,
    first_token: Duration,
    idle: Duration,
    total: Duration,
    retries: usize,
    /// What this server has been found to want otherwise.
    dialect: Arc<RwLock<Dialect>>,
}

/// Why there is no answer, or no more of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("the model cannot be reached")]
    Unreachable,
    #[error("the model's server answered {status}")]
    Refused {
        status: u16,
        retry_after: Option<Duration>,
    },
    #[error("the model did not begin to answer in time")]
    FirstTokenTimeout,
    #[error("the model fell silent")]
    IdleTimeout,
    #[error("the answer took too long")]
    TotalTimeout,
    #[error("the answer broke off")]
    Broken,
    #[error("the model's server sent what is no answer")]
    Malformed,
    #[error("the model answered nothing")]
    Empty,
}

impl ModelError {
    /// For metrics.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Refused { status: 429, .. } => "rate_limited",
            Self::Refused { .. } => "refused",
            Self::FirstTokenTimeout => "first_token_timeout",
            Self::IdleTimeout => "idle_timeout",
            Self::TotalTimeout => "total_timeout",
            Self::Broken => "broken",
            Self::Malformed => "malformed",
            Self::Empty => "empty",
        }
    }

    fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Refused { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }
}

impl Model {
    /// Connects to nothing yet.
    ///
    /// Errors: no TLS on this machine.
    pub fn new(config: &config::Model) -> Result<Self, ConfigError> {
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("portal-gateway/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ConfigError(format!("cannot set up the HTTP client: {error}")))?;
        Ok(Self {
            client,
            address: format!("{}/chat/completions", config.base_url),
            key: config.key.clone(),
            name: config.name.as_str().into(),
            temperature: config.temperature,
            first_token: config.first_token_timeout,
            idle: config.idle_timeout,
            total: config.total_timeout,
            retries: config.retries,
            dialect: Arc::default(),
        })
    }

    /// The model's name, as it was configured.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How long an answer may take as a whole.
    pub fn total_timeout(&self) -> Duration {
        self.total
    }

    /// Begins an answer. Dropping what this returns ends the request.
    ///
    /// Errors: no answer has begun, after as many tries as are configured.
    pub async fn stream(&self, messages: &[Message], max_tokens: u32) -> Result<Reply, ModelError> {
        let first_token_at = Instant::now() + self.first_token;
        let sending = self.send(messages, max_tokens, true);
        let sent = timeout_at(first_token_at, sending)
            .await
            .unwrap_or(Err(ModelError::FirstTokenTimeout));
        match sent {
            Ok(response) => Ok(Reply::new(response, first_token_at, self.idle)),
            Err(error) => {
                count(error.label());
                Err(error)
            }
        }
    }

    /// A whole answer at once, for work that nobody waits for.
    ///
    /// Errors: no answer, or none within the total time.
    pub async fn complete(
        &self,
        messages: &[Message],
        max_tokens: u32,
    ) -> Result<(String, Option<Usage>), ModelError> {
        let asking = async {
            let response = self.send(messages, max_tokens, false).await?;
            document(response).await
        };
        let answer = tokio::time::timeout(self.total, asking)
            .await
            .unwrap_or(Err(ModelError::TotalTimeout));
        count(answer.as_ref().err().map_or("done", ModelError::label));
        answer
    }

    /// The response, once its head has come and says that it is an answer.
    async fn send(
        &self,
        messages: &[Message],
        max_tokens: u32,
        stream: bool,
    ) -> Result<Response, ModelError> {
        let waits = ExponentialBuilder::default()
            .with_min_delay(SHORTEST_WAIT)
            .with_max_delay(LONGEST_WAIT)
            .with_jitter()
            .with_max_times(self.retries);
        let attempt = || self.attempt(messages, max_tokens, stream);
        attempt
            .retry(waits)
            .when(ModelError::may_pass)
            .adjust(|error, wait| {
                wait.map(|wait| asked_for(error).unwrap_or(wait).min(LONGEST_WAIT))
            })
            .notify(|error, _| {
                count("retried");
                tracing::warn!(%error, "asking the model again");
            })
            .await
    }

    /// One try. A server that refuses a parameter is asked once more without it, and so from then on.
    async fn attempt(
        &self,
        messages: &[Message],
        max_tokens: u32,
        stream: bool,
    ) -> Result<Response, ModelError> {
        let mut dialect = *self.dialect.read().unwrap_or_else(PoisonError::into_inner);
        loop {
            let body = dialect.body(&self.name, self.temperature, messages, max_tokens, stream);
            let mut request = self.client.post(&self.address).json(&body);
            if let Some(key) = &self.key {
                request = request.bearer_auth(key.expose_secret());
            }
            let response = request.send().await.map_err(|_| ModelError::Unreachable)?;
            let status = response.status();
            if status == StatusCode::OK {
                return Ok(response);
            }
            let retry_after = retry_after(&response);
            let may_teach = matches!(
                status,
                StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY
            );
            let refusal = if may_teach {
                read(response, LONGEST_REFUSAL).await.unwrap_or_default()
            } else {
                Vec::new()
            };
            match dialect.taught_by(&String::from_utf8_lossy(&refusal)) {
                Some(other) => {
                    dialect = other;
                    *self.dialect.write().unwrap_or_else(PoisonError::into_inner) = other;
                }
                None => {
                    tracing::warn!(status = status.as_u16(), "the model's server refused");
                    return Err(ModelError::Refused {
                        status: status.as_u16(),
                        retry_after,
                    });
                }
            }
        }
    }
}

/// Notes what became of a request to the model.
pub(super) fn count(outcome: &'static str) {
    counter!("portal_assistant_upstream_total", "outcome" => outcome).increment(1);
}

fn asked_for(error: &ModelError) -> Option<Duration> {
    match error {
        ModelError::Refused { retry_after, .. } => *retry_after,
        _ => None,
    }
}

/// In seconds; the other form, a date, is not used by such servers.
fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    let seconds: f64 = value.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// At most so many bytes of a body; more is an error.
async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, ModelError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| ModelError::Broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > most {
            return Err(ModelError::Malformed);
        }
    }
    Ok(bytes)
}

#[derive(Deserialize)]
struct Document {
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
}

async fn document(response: Response) -> Result<(String, Option<Usage>), ModelError> {
    let bytes = read(response, LONGEST_DOCUMENT).await?;
    let document: Document = serde_json::from_slice(&bytes).map_err(|_| ModelError::Malformed)?;
    let first = document
        .choices
        .into_iter()
        .next()
        .ok_or(ModelError::Empty)?;
    match first.message.content {
        Some(text) if !text.trim().is_empty() => Ok((text, document.usage)),
        _ => Err(ModelError::Empty),
    }
}
