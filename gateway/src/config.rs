//! Settings. `config.default.toml` documents each one and is the default; a file and the
//! environment override it. Reading lives in [`sources`], meaning and limits live here.

mod assistant;
mod knowledge;
mod notifications;
mod sources;

use std::{collections::BTreeSet, net::SocketAddr, path::PathBuf, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

pub use assistant::{Assistant, Model};
pub use knowledge::{EmbeddingServer, Knowledge};
pub use notifications::{Email, Notifications, Outbox, Sms, Webhooks};

/// The documented defaults, as `--print-default-config` shows them.
pub const DEFAULTS: &str = include_str!("../config.default.toml");

/// HS256 is as strong as its secret; Supabase and PostgREST ask for as many characters.
const SHORTEST_SECRET: usize = 32;
/// More often would only keep the database busy.
const SHORTEST_POLL: Duration = Duration::from_millis(20);
const LONGEST_LEEWAY: Duration = Duration::from_secs(60);

/// A setting that cannot be used; reads as one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// Everything the gateway can be told.
#[derive(Debug, Clone)]
pub struct Config {
    pub http: Http,
    pub database: Database,
    pub auth: Auth,
    pub due_jobs: DueJobs,
    pub events: Events,
    pub notifications: Notifications,
    pub knowledge: Knowledge,
    pub assistant: Assistant,
    pub log: Log,
}

/// Listening and request limits.
#[derive(Debug, Clone, Deserialize)]
pub struct Http {
    pub listen: SocketAddr,
    #[serde(rename = "request_timeout_seconds", deserialize_with = "seconds")]
    pub request_timeout: Duration,
    #[serde(rename = "request_body_limit_bytes")]
    pub body_limit: usize,
    #[serde(rename = "shutdown_delay_seconds", deserialize_with = "seconds")]
    pub shutdown_delay: Duration,
    #[serde(rename = "shutdown_grace_seconds", deserialize_with = "seconds")]
    pub shutdown_grace: Duration,
}

/// The connection to Postgres as role portal_gateway.
#[derive(Debug, Clone, Deserialize)]
pub struct Database {
    #[serde(rename = "database_url")]
    pub url: SecretString,
    #[serde(rename = "database_ca_file", deserialize_with = "unless_empty")]
    pub ca_file: Option<PathBuf>,
    #[serde(rename = "database_pool_size")]
    pub pool_size: usize,
    #[serde(rename = "database_pool_wait_seconds", deserialize_with = "seconds")]
    pub pool_wait: Duration,
    #[serde(
        rename = "database_connect_timeout_seconds",
        deserialize_with = "seconds"
    )]
    pub connect_timeout: Duration,
    #[serde(
        rename = "database_statement_timeout_seconds",
        deserialize_with = "seconds"
    )]
    pub statement_timeout: Duration,
}

/// How access tokens and publishable keys are checked.
#[derive(Debug, Clone, Deserialize)]
pub struct Auth {
    #[serde(deserialize_with = "unless_empty")]
    pub jwt_secret: Option<SecretString>,
    #[serde(deserialize_with = "unless_empty")]
    pub jwt_previous_secret: Option<SecretString>,
    #[serde(deserialize_with = "unless_empty")]
    pub jwks_url: Option<String>,
    #[serde(rename = "jwks_timeout_seconds", deserialize_with = "seconds")]
    pub jwks_timeout: Duration,
    #[serde(rename = "jwks_max_age_seconds", deserialize_with = "seconds")]
    pub jwks_max_age: Duration,
    #[serde(rename = "jwks_refetch_seconds", deserialize_with = "seconds")]
    pub jwks_refetch: Duration,
    pub jwt_audience: String,
    #[serde(deserialize_with = "unless_empty")]
    pub jwt_issuer: Option<String>,
    #[serde(rename = "jwt_leeway_seconds", deserialize_with = "seconds")]
    pub jwt_leeway: Duration,
    pub publishable_keys: BTreeSet<String>,
}

/// The clock for what falls due in the database.
#[derive(Debug, Clone, Deserialize)]
pub struct DueJobs {
    /// Zero: somebody else does it.
    #[serde(rename = "due_jobs_every_seconds", deserialize_with = "seconds")]
    pub every: Duration,
}

/// Live updates.
#[derive(Debug, Clone, Deserialize)]
pub struct Events {
    #[serde(rename = "events_poll_milliseconds", deserialize_with = "milliseconds")]
    pub poll: Duration,
    #[serde(rename = "events_streams_per_user")]
    pub streams_per_user: usize,
}

/// What is logged and how.
#[derive(Debug, Clone, Deserialize)]
pub struct Log {
    #[serde(rename = "log_format")]
    pub format: LogFormat,
    #[serde(rename = "log_filter")]
    pub filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Json,
    Text,
}

impl Config {
    /// Reads the defaults, then `file`, then the `PORTAL_*` variables among `environment`.
    ///
    /// Errors: an unknown setting, one of the wrong type, a missing required one, a limit broken.
    pub fn load(
        file: Option<PathBuf>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let settings = sources::merge(file, environment)?;
        let config = Self {
            http: part(&settings)?,
            database: part(&settings)?,
            auth: part(&settings)?,
            due_jobs: part(&settings)?,
            events: part(&settings)?,
            notifications: Notifications::read(&settings)?,
            knowledge: part(&settings)?,
            assistant: Assistant::read(&settings)?,
            log: part(&settings)?,
        };
        config.check()?;
        config.notifications.check()?;
        config.knowledge.check()?;
        config.assistant.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let (http, database, auth) = (&self.http, &self.database, &self.auth);
        require(
            !database.url.expose_secret().is_empty(),
            "database_url is not set; set PORTAL_DATABASE_URL to \
             postgresql://portal_gateway:<password>@<host>:<port>/<database>",
        )?;
        require(
            auth.jwt_secret.is_some() || auth.jwks_url.is_some(),
            "no way to check access tokens; set PORTAL_JWT_SECRET (HS256), PORTAL_JWKS_URL (ES256, RS256) or both",
        )?;
        for (name, secret) in [
            ("jwt_secret", &auth.jwt_secret),
            ("jwt_previous_secret", &auth.jwt_previous_secret),
        ] {
            require(
                secret
                    .as_ref()
                    .is_none_or(|secret| secret.expose_secret().len() >= SHORTEST_SECRET),
                &format!("{name} is shorter than 32 characters; use the project's own JWT secret"),
            )?;
        }
        if let Some(url) = &auth.jwks_url {
            require(
                is_web_address(url),
                "jwks_url must be an http or https address",
            )?;
        }
        require(
            !auth.jwt_audience.is_empty(),
            "jwt_audience is empty; Supabase's tokens say \"authenticated\"",
        )?;
        require(
            auth.jwt_leeway <= LONGEST_LEEWAY,
            "jwt_leeway_seconds must be at most 60",
        )?;
        require(
            database.pool_size > 0,
            "database_pool_size must be at least 1",
        )?;
        require(
            http.body_limit > 0,
            "request_body_limit_bytes must be at least 1",
        )?;
        require(
            self.events.poll >= SHORTEST_POLL,
            "events_poll_milliseconds must be at least 20",
        )?;
        require(
            self.events.streams_per_user > 0,
            "events_streams_per_user must be at least 1",
        )?;
        for (name, value) in [
            ("request_timeout_seconds", http.request_timeout),
            ("database_pool_wait_seconds", database.pool_wait),
            ("database_connect_timeout_seconds", database.connect_timeout),
            (
                "database_statement_timeout_seconds",
                database.statement_timeout,
            ),
            ("jwks_timeout_seconds", auth.jwks_timeout),
            ("jwks_refetch_seconds", auth.jwks_refetch),
        ] {
            require(!value.is_zero(), &format!("{name} must be at least 1"))?;
        }
        require(
            database.statement_timeout < http.request_timeout,
            "database_statement_timeout_seconds must be below request_timeout_seconds",
        )
    }
}

fn require(holds: bool, sentence: &str) -> Result<(), ConfigError> {
    if holds {
        Ok(())
    } else {
        Err(ConfigError(sentence.to_owned()))
    }
}

/// The settings of one concern. The names were checked before, so the rest is not a mistake here.
fn part<T: DeserializeOwned>(settings: &toml::Table) -> Result<T, ConfigError> {
    settings
        .clone()
        .try_into()
        .map_err(|error: toml::de::Error| ConfigError(error.to_string().trim().replace('\n', " ")))
}

fn is_web_address(url: &str) -> bool {
    reqwest::Url::parse(url)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
}

fn seconds<'de, D: Deserializer<'de>>(value: D) -> Result<Duration, D::Error> {
    u32::deserialize(value).map(|seconds| Duration::from_secs(seconds.into()))
}

fn milliseconds<'de, D: Deserializer<'de>>(value: D) -> Result<Duration, D::Error> {
    u32::deserialize(value).map(|milliseconds| Duration::from_millis(milliseconds.into()))
}

fn unless_empty<'de, D: Deserializer<'de>, T: From<String>>(
    value: D,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(value)?;
    Ok((!text.is_empty()).then(|| T::from(text)))
}

#[cfg(test)]
mod tests;
