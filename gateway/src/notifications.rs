//! Delivery: what the outbox in the database holds goes out by e-mail, text message and webhook.
//!
//! - [`queue`]: claiming and settling, the two calls to the database
//! - [`worker`]: one per channel; when and how many
//! - [`email`], [`sms`], [`webhook`]: how; [`outbound`] keeps webhooks off private networks
//! - [`template`]: what is said, in the words of `templates/en.toml`; [`format`] and [`brand`] help
//! - [`preview`]: every message in a folder, to look at
//! - [`unsubscribe`]: the page behind the link in every mail that one can do without

pub mod brand;
pub mod email;
pub mod format;
pub mod outbound;
pub mod preview;
pub mod queue;
pub mod sms;
pub mod template;
pub mod unsubscribe;
pub mod webhook;
pub mod worker;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;

use crate::{
    config::{self, ConfigError},
    db::Db,
    serve::Drain,
};
use queue::{Channel, Notification, Outcome};
use template::Templates;
use worker::Worker;

/// What carries a channel's messages.
pub enum Carrier {
    Email(Box<email::Mailer>),
    Sms(sms::Texter),
    Slack(webhook::Poster),
    Webhook(webhook::Poster),
}

impl Carrier {
    /// Sends once and says what became of it. Takes as long as the receiver does; the caller sets the limit.
    pub async fn send(&self, notification: &Notification) -> Outcome {
        match self {
            Self::Email(mailer) => mailer.send(notification).await,
            Self::Sms(texter) => texter.send(notification).await,
            Self::Slack(poster) => poster.tell_slack(notification).await,
            Self::Webhook(poster) => poster.post(notification).await,
        }
    }

    /// How long one send may take.
    fn timeout(&self) -> Duration {
        match self {
            Self::Email(mailer) => mailer.timeout,
            Self::Sms(texter) => texter.timeout,
            Self::Slack(poster) | Self::Webhook(poster) => poster.timeout,
        }
    }
}

/// All channels that are set up.
pub struct Delivery {
    outbox: config::Outbox,
    carriers: Vec<(Channel, Arc<Carrier>)>,
}

impl Delivery {
    /// Connects to nothing yet.
    ///
    /// Errors: settings that turn out unusable, such as an smtp_url that cannot be read.
    pub fn new(config: &config::Notifications) -> Result<Self, ConfigError> {
        let outbox = config.outbox.clone();
        let templates = Arc::new(Templates::new(&outbox.public_url, &outbox.portal_url));
        let mut carriers = Vec::new();
        let mut add = |channel, carrier| carriers.push((channel, Arc::new(carrier)));
        if let Some(url) = &config.email.url {
            let mailer = email::Mailer::new(url, &config.email, templates.clone())?;
            add(Channel::Email, Carrier::Email(Box::new(mailer)));
        }
        if let Some(account) = &config.sms.account {
            let texter = sms::Texter::new(account, &config.sms, templates.clone())?;
            add(Channel::Sms, Carrier::Sms(texter));
        }
        let poster = webhook::Poster::new(&config.webhooks, templates)?;
        add(Channel::Slack, Carrier::Slack(poster.clone()));
        add(Channel::Webhook, Carrier::Webhook(poster));
        Ok(Self { outbox, carriers })
    }

    /// Delivers until the gateway shuts down, and returns when nothing is under way any more.
    pub async fn run(self, db: Db, drain: Drain) {
        if self.outbox.poll.is_zero() {
            tracing::info!("delivery is left to others: notification_poll_milliseconds is 0");
            return;
        }
        let names: Vec<&str> = self
            .carriers
            .iter()
            .map(|(channel, _)| channel.name())
            .collect();
        tracing::info!(channels = names.join(", "), "delivering notifications");
        let workers = self.carriers.into_iter().map(|(channel, carrier)| {
            let worker = Worker {
                db: db.clone(),
                drain: drain.clone(),
                channel,
                carrier,
                outbox: self.outbox.clone(),
            };
            worker.run()
        });
        join_all(workers).await;
    }
}
