//! Webhooks, Slack's included: what customers do, told to the office. Signed per Standard Webhooks.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest::{StatusCode, Url};
use serde_json::{Value, json};
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};

use super::{
    outbound::{Outbound, Trouble},
    queue::{Notification, Outcome},
    template::{Story, Templates},
};
use crate::config::{self, ConfigError};

/// Posts to addresses that companies chose.
#[derive(Clone)]
pub struct Poster {
    outbound: Outbound,
    templates: Arc<Templates>,
    pub(super) timeout: Duration,
}

impl Poster {
    /// Connects to nothing yet.
    ///
    /// Errors: no TLS on this machine.
    pub fn new(config: &config::Webhooks, templates: Arc<Templates>) -> Result<Self, ConfigError> {
        Ok(Self {
            outbound: Outbound::new(config)?,
            templates,
            timeout: config.timeout,
        })
    }

    /// Posts `{"type", "timestamp", "data"}`.
    pub(super) async fn post(&self, notification: &Notification) -> Outcome {
        self.deliver(notification, &body(notification)).await
    }

    /// Posts `{"text"}`, as Slack's incoming webhooks want it.
    pub(super) async fn tell_slack(&self, notification: &Notification) -> Outcome {
        let line = self.templates.slack(&Story {
            event: &notification.event,
            category: &notification.category,
            facts: &notification.facts,
        });
        match line {
            Ok(text) => self.deliver(notification, &json!({ "text": text })).await,
            Err(error) => Outcome::Refused(error.to_string()),
        }
    }

    async fn deliver(&self, notification: &Notification, body: &Value) -> Outcome {
        let url = notification.url.as_deref().map(Url::parse);
        let Some(Ok(url)) = url else {
            return Outcome::Refused("the channel has no web address".to_owned());
        };
        let body = body.to_string();
        let mut request = self
            .outbound
            .post(url)
            .header("content-type", "application/json")
            .header("X-Portal-Dedupe-Key", &notification.dedupe_key);
        if let Some(secret) = &notification.secret {
            let (id, now) = (notification.id.to_string(), Timestamp::now().as_second());
            let signature =
                Webhook::new(secret).and_then(|signer| signer.sign(&id, now, body.as_bytes()));
            let Ok(signature) = signature else {
                return Outcome::Refused("the channel's secret is not base64".to_owned());
            };
            request = request
                .header(HEADER_WEBHOOK_ID, id)
                .header(HEADER_WEBHOOK_TIMESTAMP, now)
                .header(HEADER_WEBHOOK_SIGNATURE, signature);
        }
        match self.outbound.send(request.body(body)).await {
            Ok(status) => outcome(status),
            Err(Trouble::Forbidden(why)) => Outcome::Refused(why),
            Err(Trouble::Failed(why)) => Outcome::Retry(why),
        }
    }
}

/// The receiver's own answer. 410 means that nobody is there any more; all else may be a receiver
/// that is being mended.
fn outcome(status: StatusCode) -> Outcome {
    let reason = format!("the receiver answered {status}");
    match status {
        _ if status.is_success() => Outcome::Sent,
        StatusCode::GONE => Outcome::Refused(reason),
        _ => Outcome::Retry(reason),
    }
}

/// The same at every try. The link to unsubscribe belongs to a person and is not handed on.
fn body(notification: &Notification) -> Value {
    let mut data = notification.facts.clone();
    if let Some(data) = data.as_object_mut() {
        data.remove("unsubscribe");
        data.insert("org_id".to_owned(), json!(notification.org_id));
    }
    let microseconds = (notification.created_at * 1e6) as i64;
    json!({
        "type": notification.event,
        "timestamp": Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
        "data": data,
    })
}
