//! Embeddings from a server of OpenAI's shape: `POST {base}/embeddings`.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{Client, Response, StatusCode, header, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::OnceCell;

use super::{EmbedError, check};
use crate::{
    config::{ConfigError, EmbeddingServer},
    notifications::outbound,
};

/// How often a busy or broken server is asked again before the work goes back to the database.
const RETRIES: usize = 3;
const SOONEST_RETRY: Duration = Duration::from_millis(250);
const LATEST_RETRY: Duration = Duration::from_secs(8);
/// What a server may make us wait for by Retry-After.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A vector of 8192 dimensions, each written with twenty characters, is well below it.
const BYTES_PER_TEXT: usize = 256 * 1024;
/// Any text will do.
const SAMPLE: &str = "dimensions";

/// A model at a server.
pub struct Remote {
    client: Client,
    address: String,
    model: String,
    key: Option<SecretString>,
    batch: usize,
    dimensions: OnceCell<usize>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    index: usize,
    embedding: Vec<f32>,
}

/// Why one request brought nothing.
struct Failure {
    error: EmbedError,
    /// Whether it may be repeated at once.
    repeat: bool,
    retry_after: Option<Duration>,
}

impl Failure {
    fn passing(what: String) -> Self {
        Self {
            error: EmbedError::Unavailable(what),
            repeat: true,
            retry_after: None,
        }
    }

    fn lasting(what: String) -> Self {
        Self {
            error: EmbedError::Unusable(what),
            repeat: false,
            retry_after: None,
        }
    }

    /// A server that took all its time would take it again.
    fn transport(error: reqwest::Error) -> Self {
        let repeat = !error.is_timeout();
        let what = format!("the embedding server: {}", outbound::reason(error));
        Self {
            repeat,
            ..Self::passing(what)
        }
    }
}

impl Remote {
    /// Connects to nothing yet. None when no server is set.
    ///
    /// Errors: no TLS on this machine; a key that cannot be sent.
    pub fn new(config: &EmbeddingServer) -> Result<Option<Self>, ConfigError> {
        let (Some(base), Some(model)) = (&config.base_url, &config.model) else {
            return Ok(None);
        };
        let sendable = |key: &SecretString| {
            let key = key.expose_secret();
            key.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !config.api_key.as_ref().is_none_or(sendable) {
            let what = "embedding_api_key holds characters that no HTTP header may hold";
            return Err(ConfigError(what.to_owned()));
        }
        let client = Client::builder()
            .timeout(config.timeout)
            .connect_timeout(CONNECT_TIMEOUT.min(config.timeout))
            // A redirect would carry the texts and the key elsewhere.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| ConfigError(format!("cannot set up the HTTP client: {error}")))?;
        Ok(Some(Self {
            client,
            address: format!("{}/embeddings", base.trim_end_matches('/')),
            model: model.clone(),
            key: config.api_key.clone(),
            batch: config.batch,
            dimensions: OnceCell::new(),
        }))
    }

    pub fn name(&self) -> &str {
        &self.model
    }

    /// Asks once and remembers.
    ///
    /// Errors: those of [`Remote::embed`].
    pub async fn dimensions(&self) -> Result<usize, EmbedError> {
        let ask = || async {
            let vectors = self.embed(&[SAMPLE.to_owned()]).await?;
            Ok(vectors[0].len())
        };
        self.dimensions.get_or_try_init(ask).await.copied()
    }

    /// One vector per text, in order; asked for in batches, one after the other.
    ///
    /// Errors: a server that stays away or busy, refuses, or answers something else.
    pub async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in texts.chunks(self.batch) {
            let answered = (|| self.ask(batch))
                .retry(
                    ExponentialBuilder::default()
                        .with_min_delay(SOONEST_RETRY)
                        .with_max_delay(LATEST_RETRY)
                        .with_max_times(RETRIES)
                        .with_jitter(),
                )
                .when(|failure: &Failure| failure.repeat)
                .adjust(|failure, delay| {
                    // None: no more tries.
                    delay.map(|delay| failure.retry_after.map_or(delay, clamped))
                })
                .await;
            vectors.extend(answered.map_err(|failure| failure.error)?);
        }
        Ok(vectors)
    }

    async fn ask(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Failure> {
        let body = json!({ "model": self.model, "input": texts, "encoding_format": "float" });
        let mut request = self.client.post(&self.address).json(&body);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key.expose_secret());
        }
        let response = request.send().await.map_err(Failure::transport)?;
        if let Some(failure) = refusal(&response) {
            return Err(failure);
        }
        let bytes = whole(response, BYTES_PER_TEXT * texts.len()).await?;
        let answer: Answer = serde_json::from_slice(&bytes).map_err(|error| {
            // serde's own words may quote the answer.
            let (line, column) = (error.line(), error.column());
            let what = "the embedding server answered something other than embeddings";
            Failure::lasting(format!("{what} (line {line}, column {column})"))
        })?;
        let vectors = ordered(answer.data).map_err(Failure::lasting)?;
        check(&vectors, texts.len(), None).map_err(|error| Failure::lasting(error.to_string()))?;
        Ok(vectors)
    }
}

/// What a status other than success means. Bodies are left alone: they may repeat the key or a text.
fn refusal(response: &Response) -> Option<Failure> {
    let status = response.status();
    let said = format!("the embedding server answered {status}");
    match status {
        _ if status.is_success() => None,
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Some(Failure {
            retry_after: retry_after(response),
            ..Failure::passing(said)
        }),
        _ if status.is_server_error() => Some(Failure {
            retry_after: retry_after(response),
            ..Failure::passing(said)
        }),
        // Our settings are wrong and not the text, which shall wait until they are mended.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(Failure {
            repeat: false,
            ..Failure::passing(format!("{said}; check embedding_api_key"))
        }),
        StatusCode::NOT_FOUND => Some(Failure {
            repeat: false,
            ..Failure::passing(format!(
                "{said}; check embedding_base_url and embedding_model"
            ))
        }),
        _ => Some(Failure::lasting(said)),
    }
}

/// Seconds, or a moment in time.
fn retry_after(response: &Response) -> Option<Duration> {
    let text = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Duration::try_from(moment.duration_since(Timestamp::now())).ok()
}

fn clamped(wait: Duration) -> Duration {
    wait.clamp(SOONEST_RETRY, LONGEST_WAIT)
}

async fn whole(mut response: Response, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Failure::transport)? {
        if bytes.len() + chunk.len() > limit {
            let what = format!("the embedding server answered more than {limit} bytes");
            return Err(Failure::lasting(what));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// By index, for the server may answer in any order; each index from 0 on has to be there once.
fn ordered(mut items: Vec<Item>) -> Result<Vec<Vec<f32>>, String> {
    items.sort_by_key(|item| item.index);
    if items
        .iter()
        .enumerate()
        .any(|(place, item)| place != item.index)
    {
        return Err("the embedding server answered an index twice, or left one out".to_owned());
    }
    Ok(items.into_iter().map(|item| item.embedding).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_server_makes_anybody_wait_for_long_or_not_at_all() {
        let seconds = Duration::from_secs;
        assert_eq!(clamped(seconds(0)), SOONEST_RETRY);
        assert_eq!(clamped(seconds(3)), seconds(3));
        assert_eq!(clamped(seconds(86_400)), LONGEST_WAIT);
    }

    #[test]
    fn retry_after_may_be_seconds_or_a_date() {
        let read = |value: &str| {
            let response = axum::http::Response::builder()
                .header("retry-after", value)
                .body("")
                .unwrap();
            retry_after(&response.into())
        };
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        let far = read("Fri, 31 Dec 2100 23:59:59 GMT").unwrap();
        assert!(far > Duration::from_secs(86_400));
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), None);
        assert_eq!(read("soon"), None);
    }
}
