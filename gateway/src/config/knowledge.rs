//! What reads texts by meaning: embedding models, and who does the work in the background.

use std::{path::PathBuf, time::Duration};

use secrecy::SecretString;
use serde::Deserialize;

use super::{
    ConfigError, SHORTEST_POLL, is_web_address, milliseconds, require, seconds, unless_empty,
};

/// The database's name for having no embeddings at all.
const NO_MODEL: &str = "text";
/// OpenAI's API takes no more in one request.
const LARGEST_BATCH: usize = 2048;

/// Embedding models, and the workers of the knowledge base.
#[derive(Debug, Clone, Deserialize)]
pub struct Knowledge {
    #[serde(rename = "embedding_model_dirs")]
    pub model_dirs: Vec<PathBuf>,
    #[serde(flatten)]
    pub server: EmbeddingServer,
    /// Zero: other gateways embed.
    #[serde(
        rename = "knowledge_poll_milliseconds",
        deserialize_with = "milliseconds"
    )]
    pub poll: Duration,
    /// Zero: other gateways ask for sentiments.
    #[serde(
        rename = "sentiment_poll_milliseconds",
        deserialize_with = "milliseconds"
    )]
    pub sentiment_poll: Duration,
}

/// A server that embeds, of OpenAI's shape.
#[derive(Debug, Clone, Deserialize)]
pub struct EmbeddingServer {
    #[serde(rename = "embedding_base_url", deserialize_with = "unless_empty")]
    pub base_url: Option<String>,
    #[serde(rename = "embedding_api_key", deserialize_with = "unless_empty")]
    pub api_key: Option<SecretString>,
    #[serde(rename = "embedding_model", deserialize_with = "unless_empty")]
    pub model: Option<String>,
    #[serde(rename = "embedding_timeout_seconds", deserialize_with = "seconds")]
    pub timeout: Duration,
    #[serde(rename = "embedding_batch")]
    pub batch: usize,
}

impl Knowledge {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let server = &self.server;
        if let Some(url) = &server.base_url {
            require(
                is_web_address(url),
                "embedding_base_url must be an http or https address, such as https://api.openai.com/v1",
            )?;
        }
        require(
            server.base_url.is_none() || server.model.is_some(),
            "embedding_model is not set; it is the model that embedding_base_url is asked for",
        )?;
        require(
            server.model.is_none() || server.base_url.is_some(),
            "embedding_base_url is not set; it is where embedding_model is asked for \
             (models in this process go by their folders, embedding_model_dirs)",
        )?;
        require(
            server.api_key.is_none() || server.base_url.is_some(),
            "embedding_base_url is not set; embedding_api_key belongs to it",
        )?;
        require(
            server.model.as_deref() != Some(NO_MODEL),
            "embedding_model must not be \"text\", the name for search by words alone",
        )?;
        require(
            !server.timeout.is_zero(),
            "embedding_timeout_seconds must be at least 1",
        )?;
        require(
            (1..=LARGEST_BATCH).contains(&server.batch),
            "embedding_batch must be between 1 and 2048",
        )?;
        for (name, poll) in [
            ("knowledge_poll_milliseconds", self.poll),
            ("sentiment_poll_milliseconds", self.sentiment_poll),
        ] {
            require(
                poll.is_zero() || poll >= SHORTEST_POLL,
                &format!("{name} must be 0 or at least 20"),
            )?;
        }
        Ok(())
    }
}
