//! How notifications are delivered: by e-mail, text message and webhook.

use std::time::Duration;

use ipnet::IpNet;
use lettre::Address;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error};
use toml::Table;

use super::{ConfigError, is_web_address, milliseconds, part, require, seconds, unless_empty};

/// A lease must leave room for a send that takes a third of it.
const SHORTEST_LEASE: Duration = Duration::from_secs(2);
const LONGEST_LEASE: Duration = Duration::from_secs(3600);
/// The database gives out no more at once.
const LARGEST_BATCH: usize = 1000;

/// The outbox and its channels.
#[derive(Debug, Clone)]
pub struct Notifications {
    pub outbox: Outbox,
    pub email: Email,
    pub sms: Sms,
    pub webhooks: Webhooks,
}

/// How the outbox is emptied.
#[derive(Debug, Clone, Deserialize)]
pub struct Outbox {
    /// Zero: other gateways deliver.
    #[serde(
        rename = "notification_poll_milliseconds",
        deserialize_with = "milliseconds"
    )]
    pub poll: Duration,
    #[serde(rename = "notification_batch")]
    pub batch: usize,
    #[serde(rename = "notification_concurrency")]
    pub concurrency: usize,
    #[serde(rename = "notification_lease_seconds", deserialize_with = "seconds")]
    pub lease: Duration,
    #[serde(deserialize_with = "base")]
    pub public_url: String,
    #[serde(deserialize_with = "base")]
    pub portal_url: String,
}

/// The mail server.
#[derive(Debug, Clone, Deserialize)]
pub struct Email {
    #[serde(rename = "smtp_url", deserialize_with = "unless_empty")]
    pub url: Option<SecretString>,
    #[serde(rename = "smtp_timeout_seconds", deserialize_with = "seconds")]
    pub timeout: Duration,
    #[serde(rename = "mail_from", deserialize_with = "address")]
    pub from: Address,
}

/// The text message provider.
#[derive(Debug, Clone, Deserialize)]
pub struct Sms {
    #[serde(rename = "sms_account_sid", deserialize_with = "unless_empty")]
    pub account: Option<String>,
    #[serde(rename = "sms_auth_token")]
    pub token: SecretString,
    #[serde(rename = "sms_base_url", deserialize_with = "base")]
    pub base_url: String,
    #[serde(rename = "sms_timeout_seconds", deserialize_with = "seconds")]
    pub timeout: Duration,
}

/// What webhooks may do.
#[derive(Debug, Clone, Deserialize)]
pub struct Webhooks {
    #[serde(rename = "webhook_timeout_seconds", deserialize_with = "seconds")]
    pub timeout: Duration,
    #[serde(rename = "webhook_allow_http")]
    pub allow_http: bool,
    #[serde(rename = "webhook_allow_networks", deserialize_with = "networks")]
    pub allow_networks: Vec<IpNet>,
}

impl Notifications {
    pub(super) fn read(settings: &Table) -> Result<Self, ConfigError> {
        Ok(Self {
            outbox: part(settings)?,
            email: part(settings)?,
            sms: part(settings)?,
            webhooks: part(settings)?,
        })
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Self {
            outbox,
            email,
            sms,
            webhooks,
        } = self;
        require(
            (1..=LARGEST_BATCH).contains(&outbox.batch),
            "notification_batch must be between 1 and 1000",
        )?;
        require(
            outbox.concurrency > 0,
            "notification_concurrency must be at least 1",
        )?;
        require(
            (SHORTEST_LEASE..=LONGEST_LEASE).contains(&outbox.lease),
            "notification_lease_seconds must be between 2 and 3600",
        )?;
        for (name, value) in [
            ("smtp_timeout_seconds", email.timeout),
            ("sms_timeout_seconds", sms.timeout),
            ("webhook_timeout_seconds", webhooks.timeout),
        ] {
            require(!value.is_zero(), &format!("{name} must be at least 1"))?;
        }
        self.check_addresses()
    }

    fn check_addresses(&self) -> Result<(), ConfigError> {
        let (outbox, sms) = (&self.outbox, &self.sms);
        let portal_url = outbox.portal_url.replace("{org}", "org");
        for (name, url) in [
            ("public_url", &outbox.public_url),
            ("portal_url", &portal_url),
            ("sms_base_url", &sms.base_url),
        ] {
            require(
                url.is_empty() || is_web_address(url),
                &format!("{name} must be an http or https address"),
            )?;
        }
        let (sends_mail, sends_texts) = (self.email.url.is_some(), sms.account.is_some());
        require(
            !sends_mail || !outbox.public_url.is_empty(),
            "public_url is not set; e-mails need it for the link by which people unsubscribe",
        )?;
        require(
            !(sends_mail || sends_texts) || !outbox.portal_url.is_empty(),
            "portal_url is not set; messages need it for their links to the customer portal",
        )?;
        require(
            !sends_texts || !sms.base_url.is_empty(),
            "sms_base_url is empty; Twilio's is https://api.twilio.com",
        )?;
        require(
            !sends_texts || !sms.token.expose_secret().is_empty(),
            "sms_auth_token is not set; it belongs to sms_account_sid",
        )
    }
}

/// The beginning of addresses; what follows brings its own slash.
pub(super) fn base<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    String::deserialize(value).map(|text| text.trim_end_matches('/').to_owned())
}

fn address<'de, D: Deserializer<'de>>(value: D) -> Result<Address, D::Error> {
    String::deserialize(value)?
        .parse()
        .map_err(|_| D::Error::custom("mail_from must be an e-mail address, without a name"))
}

fn networks<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<IpNet>, D::Error> {
    let read = |text: &String| {
        text.parse().map_err(|_| {
            D::Error::custom("webhook_allow_networks must hold networks such as 10.1.2.0/24")
        })
    };
    Vec::<String>::deserialize(value)?
        .iter()
        .map(read)
        .collect()
}
