//! The project's published keys, kept between requests.
//!
//! They are fetched when first needed, again when they grow old, and again for a token with an
//! unknown key id (keys rotate), but never more often than `jwks_refetch_seconds`, and by one
//! request at a time. While the address is down the known keys go on serving.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::verify::Key;
use crate::config;

/// A handful of keys is a few kilobytes; more is not a key set.
const LARGEST_ANSWER: usize = 256 * 1024;

/// Why there is no key for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwksError {
    /// The published set has no such key.
    UnknownKey,
    /// The set could not be had, so nothing can be said about the token.
    Unavailable,
}

/// What is known of the published keys.
#[derive(Default)]
struct KeySet {
    keys: HashMap<String, Arc<Key>>,
    fetched_at: Option<Instant>,
}

/// The last try to fetch, successful or not. Its lock is what makes fetching single-flight.
#[derive(Default)]
struct Attempt {
    at: Option<Instant>,
    failed: bool,
}

pub struct JwksCache {
    client: reqwest::Client,
    url: String,
    max_age: Duration,
    refetch: Duration,
    known: Arc<RwLock<Arc<KeySet>>>,
    attempt: Arc<Mutex<Attempt>>,
}

impl JwksCache {
    /// Fetches nothing yet; errors only when no HTTP client can be built.
    pub fn new(url: &str, config: &config::Auth) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(config.jwks_timeout)
            // A redirect could point anywhere; keys come from the configured address or not at all.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            url: url.to_owned(),
            max_age: config.jwks_max_age,
            refetch: config.jwks_refetch,
            known: Arc::default(),
            attempt: Arc::default(),
        })
    }

    /// The published key with this id.
    ///
    /// Errors: no such key, or the keys could not be fetched.
    pub async fn key(&self, kid: &str) -> Result<Arc<Key>, JwksError> {
        let known = self.known();
        let fresh = known
            .fetched_at
            .is_some_and(|at| at.elapsed() < self.max_age);
        match known.keys.get(kid) {
            Some(key) if fresh => return Ok(key.clone()),
            // Old but usable: one request refreshes, the others go on with what there is.
            Some(key) => match self.attempt.clone().try_lock_owned() {
                Ok(attempt) => drop(self.fetch_unless_just_done(attempt).await),
                Err(_) => return Ok(key.clone()),
            },
            None => {
                let attempt = self.attempt.clone().lock_owned().await;
                // Another request may have brought the key while this one waited.
                if let Some(key) = self.known().keys.get(kid) {
                    return Ok(key.clone());
                }
                let attempt = self.fetch_unless_just_done(attempt).await?;
                if attempt.failed && !self.known().keys.contains_key(kid) {
                    return Err(JwksError::Unavailable);
                }
            }
        }
        self.known()
            .keys
            .get(kid)
            .cloned()
            .ok_or(JwksError::UnknownKey)
    }

    fn known(&self) -> Arc<KeySet> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Runs as a task of its own, so that a client that hangs up does not abort the fetch that
    /// others wait for.
    async fn fetch_unless_just_done(
        &self,
        mut attempt: OwnedMutexGuard<Attempt>,
    ) -> Result<OwnedMutexGuard<Attempt>, JwksError> {
        if attempt.at.is_some_and(|at| at.elapsed() < self.refetch) {
            return Ok(attempt);
        }
        let (client, url, known) = (self.client.clone(), self.url.clone(), self.known.clone());
        let task = tokio::spawn(async move {
            attempt.at = Some(Instant::now());
            attempt.failed = true;
            match fetch(&client, &url).await {
                Ok(keys) => {
                    tracing::info!(keys = keys.len(), "fetched the project's signing keys");
                    let set = Arc::new(KeySet {
                        keys,
                        fetched_at: Some(Instant::now()),
                    });
                    *known.write().unwrap_or_else(PoisonError::into_inner) = set;
                    attempt.failed = false;
                }
                Err(error) => tracing::warn!(error, "cannot fetch the project's signing keys"),
            }
            attempt
        });
        task.await.map_err(|_| JwksError::Unavailable)
    }
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

/// The usable keys at `url`; keys of other kinds are passed over, for a set may hold any.
async fn fetch(client: &reqwest::Client, url: &str) -> Result<HashMap<String, Arc<Key>>, String> {
    let describe = |error: reqwest::Error| format!("{:#}", Chain(&error.without_url()));
    let mut response = client.get(url).send().await.map_err(describe)?;
    if !response.status().is_success() {
        return Err(format!("the address answered {}", response.status()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(describe)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(format!("the answer is larger than {LARGEST_ANSWER} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    let published: Published = serde_json::from_slice(&body)
        .map_err(|_| "the answer is not a JSON Web Key Set".to_owned())?;
    Ok(published.keys.into_iter().filter_map(usable).collect())
}

fn usable(key: Value) -> Option<(String, Arc<Key>)> {
    let jwk: Jwk = serde_json::from_value(key).ok()?;
    let key = Key::from_jwk(&jwk)?;
    Some((jwk.common.key_id?, Arc::new(key)))
}

/// An error with its causes: reqwest's own text stops at "error sending request".
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(out, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
