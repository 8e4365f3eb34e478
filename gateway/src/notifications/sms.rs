//! Text messages by Twilio's Messages API, or one of the same shape.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};

use super::{
    queue::{Notification, Outcome},
    template::{Story, Templates},
};
use crate::config::{self, ConfigError};

/// Sends text messages.
pub struct Texter {
    client: Client,
    address: String,
    account: String,
    token: SecretString,
    pub(super) timeout: Duration,
    templates: Arc<Templates>,
}

impl Texter {
    /// Connects to nothing yet.
    ///
    /// Errors: no TLS on this machine.
    pub fn new(
        account: &str,
        config: &config::Sms,
        templates: Arc<Templates>,
    ) -> Result<Self, ConfigError> {
        let client = Client::builder()
            .timeout(config.timeout)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| ConfigError(format!("cannot set up the HTTP client: {error}")))?;
        Ok(Self {
            client,
            address: format!(
                "{}/2010-04-01/Accounts/{account}/Messages.json",
                config.base_url
            ),
            account: account.to_owned(),
            token: config.token.clone(),
            timeout: config.timeout,
            templates,
        })
    }

    pub(super) async fn send(&self, notification: &Notification) -> Outcome {
        let written = self.templates.sms(&Story {
            event: &notification.event,
            category: &notification.category,
            facts: &notification.facts,
        });
        let text = match written {
            Ok(text) => text,
            Err(error) => return Outcome::Refused(error.to_string()),
        };
        let Some(from) = notification.facts["company"]["sms_from"].as_str() else {
            return Outcome::Refused("the company has no number to send texts from".to_owned());
        };
        let form = [
            ("To", notification.recipient.as_str()),
            ("From", from),
            ("Body", &text),
        ];
        let sent = self
            .client
            .post(&self.address)
            .basic_auth(&self.account, Some(self.token.expose_secret()))
            .header("X-Portal-Dedupe-Key", &notification.dedupe_key)
            .form(&form)
            .send()
            .await;
        match sent {
            Ok(answer) => outcome(answer.status()),
            Err(error) => Outcome::Retry(super::outbound::reason(error)),
        }
    }
}

/// Whether the provider took the message. 401 speaks of our account and not of the message, so the
/// message waits until that is mended.
fn outcome(status: StatusCode) -> Outcome {
    let reason = || format!("the provider answered {status}");
    match status {
        _ if status.is_success() => Outcome::Sent,
        StatusCode::UNAUTHORIZED | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
            Outcome::Retry(reason())
        }
        _ if status.is_client_error() => Outcome::Refused(reason()),
        _ => Outcome::Retry(reason()),
    }
}
