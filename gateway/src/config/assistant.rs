//! The assistant: which model answers, and how long it may take.

use std::{num::NonZeroU32, time::Duration};

use secrecy::SecretString;
use serde::Deserialize;
use toml::Table;

use super::{
    ConfigError, is_web_address, notifications::base, part, require, seconds, unless_empty,
};

/// More would only make people wait for what does not work.
const MOST_RETRIES: usize = 5;
/// The database takes a turn for abandoned after 180 seconds; beginning and storing it take some of them.
const LONGEST_TOTAL: Duration = Duration::from_secs(150);
/// What OpenAI takes; beyond it there is only noise.
const HIGHEST_TEMPERATURE: f64 = 2.0;

/// Turns with the assistant.
#[derive(Debug, Clone)]
pub struct Assistant {
    /// None: the assistant quotes articles.
    pub model: Option<Model>,
    pub turns_per_minute: NonZeroU32,
    pub heartbeat: Duration,
}

/// An OpenAI-compatible server, and patience with it.
#[derive(Debug, Clone, Deserialize)]
pub struct Model {
    #[serde(rename = "model_base_url", deserialize_with = "base")]
    pub base_url: String,
    #[serde(rename = "model_api_key", deserialize_with = "unless_empty")]
    pub key: Option<SecretString>,
    #[serde(rename = "model_name")]
    pub name: String,
    #[serde(rename = "model_temperature")]
    pub temperature: f64,
    #[serde(
        rename = "model_first_token_timeout_seconds",
        deserialize_with = "seconds"
    )]
    pub first_token_timeout: Duration,
    #[serde(rename = "model_idle_timeout_seconds", deserialize_with = "seconds")]
    pub idle_timeout: Duration,
    #[serde(rename = "model_total_timeout_seconds", deserialize_with = "seconds")]
    pub total_timeout: Duration,
    #[serde(rename = "model_retries")]
    pub retries: usize,
}

#[derive(Deserialize)]
struct Talk {
    assistant_turns_per_minute: u32,
    #[serde(rename = "assistant_heartbeat_seconds", deserialize_with = "seconds")]
    heartbeat: Duration,
}

impl Assistant {
    pub(super) fn read(settings: &Table) -> Result<Self, ConfigError> {
        let model: Model = part(settings)?;
        let talk: Talk = part(settings)?;
        let turns_per_minute =
            NonZeroU32::new(talk.assistant_turns_per_minute).ok_or_else(|| {
                ConfigError("assistant_turns_per_minute must be at least 1".to_owned())
            })?;
        Ok(Self {
            model: (!model.base_url.is_empty()).then_some(model),
            turns_per_minute,
            heartbeat: talk.heartbeat,
        })
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        require(
            !self.heartbeat.is_zero(),
            "assistant_heartbeat_seconds must be at least 1",
        )?;
        self.model.as_ref().map_or(Ok(()), Model::check)
    }
}

impl Model {
    fn check(&self) -> Result<(), ConfigError> {
        require(
            is_web_address(&self.base_url),
            "model_base_url must be an http or https address",
        )?;
        require(
            !self.name.is_empty(),
            "model_name is not set; it says which model of model_base_url answers",
        )?;
        require(
            (0.0..=HIGHEST_TEMPERATURE).contains(&self.temperature),
            "model_temperature must be between 0.0 and 2.0",
        )?;
        require(
            self.retries <= MOST_RETRIES,
            "model_retries must be at most 5",
        )?;
        for (name, value) in [
            (
                "model_first_token_timeout_seconds",
                self.first_token_timeout,
            ),
            ("model_idle_timeout_seconds", self.idle_timeout),
            ("model_total_timeout_seconds", self.total_timeout),
        ] {
            require(!value.is_zero(), &format!("{name} must be at least 1"))?;
        }
        require(
            self.total_timeout <= LONGEST_TOTAL,
            "model_total_timeout_seconds must be at most 150",
        )?;
        require(
            self.first_token_timeout <= self.total_timeout,
            "model_first_token_timeout_seconds must not be above model_total_timeout_seconds",
        )
    }
}
