//! E-mail by SMTP.

use std::{
    collections::VecDeque,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Attachment, Mailbox, MultiPart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig, response::Category},
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    format::truncated,
    queue::{Notification, Outcome},
    template::{Mail, Story, Templates, visible},
};
use crate::config::{self, ConfigError};

/// Longer answers of mail servers are cut; the reason stands at their beginning.
const LONGEST_REASON: usize = 300;
const LONGEST_NAME: usize = 100;

/// The category of what the company is told of its customers.
const OFFICE: &str = "office";

type BoxError = Box<dyn Error + Send + Sync>;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Sends e-mail over connections that are kept for the next.
pub struct Mailer {
    transports: Transports,
    from: Address,
    pub(super) timeout: Duration,
    templates: Arc<Templates>,
}

impl Mailer {
    /// Connects to nothing yet.
    ///
    /// Errors: an smtp_url that cannot be read; it is not repeated, for it has the password.
    pub fn new(
        url: &SecretString,
        config: &config::Email,
        templates: Arc<Templates>,
    ) -> Result<Self, ConfigError> {
        let unreadable = |_| {
            ConfigError(
                "smtp_url cannot be read; it should look like smtps://user:password@mail.example.com, \
                 special characters in user and password percent-encoded"
                    .to_owned(),
            )
        };
        let builder = Transport::from_url(url.expose_secret())
            .map_err(unreadable)?
            .timeout(Some(config.timeout))
            .pool_config(PoolConfig::new().max_size(1));
        Ok(Self {
            transports: Transports::new(builder),
            from: config.from.clone(),
            timeout: config.timeout,
            templates,
        })
    }

    pub(super) async fn send(&self, notification: &Notification) -> Outcome {
        let message = match self.write(notification) {
            Ok(message) => message,
            Err(error) => return Outcome::Refused(error.to_string()),
        };
        match self.transports.send(message).await {
            Ok(()) => Outcome::Sent,
            Err(error) if is_final(&error) => Outcome::Refused(reason(&error)),
            Err(error) => Outcome::Retry(reason(&error)),
        }
    }

    fn write(&self, notification: &Notification) -> Result<Message, BoxError> {
        let mail = self.templates.mail(&Story {
            event: &notification.event,
            category: &notification.category,
            facts: &notification.facts,
        })?;
        message(notification, mail, &self.from)
    }
}

/// Transports with one connection each. One that was given up in the middle of a mail is never used again: lettre would
/// put its connection back, and what the server says late would pass for its answer to the next mail, which would
/// count as sent though it never was.
struct Transports {
    builder: AsyncSmtpTransportBuilder,
    idle: Mutex<VecDeque<Transport>>,
}

impl Transports {
    fn new(builder: AsyncSmtpTransportBuilder) -> Self {
        Self {
            builder,
            idle: Mutex::default(),
        }
    }

    async fn send(&self, message: Message) -> Result<(), smtp::Error> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // The one that has rested longest has its connection back for certain.
        let rested = idle().pop_front();
        let transport = rested.unwrap_or_else(|| self.builder.clone().build());
        let result = transport.send(message).await;
        // Not reached by whoever stops waiting.
        idle().push_back(transport);
        result.map(|_| ())
    }
}

/// The message as it goes out. A later try makes the same one: same Message-ID, same dedupe key, so
/// that mail programmes and people recognise a duplicate.
///
/// Errors: a recipient that is no e-mail address.
pub fn message(
    notification: &Notification,
    mail: Mail,
    from: &Address,
) -> Result<Message, BoxError> {
    let name = |of: &str| {
        let name = notification.facts[of]["name"].as_str()?;
        Some(truncated(visible(name), LONGEST_NAME))
    };
    let recipient: Address = notification
        .recipient
        .parse()
        .map_err(|_| "the recipient is no e-mail address")?;
    // In the office's news the person is the customer.
    let person = name("person").filter(|_| notification.category != OFFICE);
    let mut builder = Message::builder()
        .from(Mailbox::new(name("company"), from.clone()))
        .to(Mailbox::new(person, recipient))
        .subject(mail.subject)
        .message_id(Some(format!("<{}@{}>", notification.id, from.domain())))
        .raw_header(header("X-Portal-Dedupe-Key", &notification.dedupe_key)?)
        // Nobody's holiday answer shall come back (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated")?);
    if let Some(email) = notification.facts["company"]["email"]
        .as_str()
        .and_then(|email| email.parse().ok())
    {
        builder = builder.reply_to(Mailbox::new(None, email));
    }
    if let Some(url) = &mail.unsubscribe_url {
        // RFC 8058: the mail programme itself may unsubscribe, by one POST.
        builder = builder
            .raw_header(header("List-Unsubscribe", &format!("<{url}>"))?)
            .raw_header(header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click",
            )?);
    }
    let words = MultiPart::alternative_plain_html(mail.text, mail.html);
    Ok(match &notification.calendar {
        Some(calendar) => builder.multipart(
            MultiPart::mixed()
                .multipart(words)
                .singlepart(calendar_file(calendar)?),
        )?,
        None => builder.multipart(words)?,
    })
}

/// The appointment for the calendar. A mail programme takes the method, PUBLISH or CANCEL, from the type.
fn calendar_file(calendar: &str) -> Result<lettre::message::SinglePart, BoxError> {
    let method = calendar
        .lines()
        .find_map(|line| line.strip_prefix("METHOD:"));
    let method = method.unwrap_or("PUBLISH").trim();
    let kind = ContentType::parse(&format!("text/calendar; charset=utf-8; method={method}"))?;
    Ok(Attachment::new("appointment.ics".to_owned()).body(calendar.to_owned(), kind))
}

/// Ours and short, so neither encoded nor folded: some readers of List-Unsubscribe know neither.
fn header(name: &'static str, value: &str) -> Result<HeaderValue, BoxError> {
    if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(format!("{name} would hold characters that no header may hold").into());
    }
    let name = HeaderName::new_from_ascii(name.to_owned())?;
    Ok(HeaderValue::dangerous_new_pre_encoded(
        name,
        value.to_owned(),
        value.to_owned(),
    ))
}

/// Whether another try is in vain: the server refuses this message or this mailbox (55x). Other
/// replies of the 5xx kind speak of our standing with the server, such as a wrong password (535).
fn is_final(error: &smtp::Error) -> bool {
    error.is_permanent()
        && error
            .status()
            .is_some_and(|code| code.category == Category::MailSystem)
}

fn reason(error: &smtp::Error) -> String {
    let mut reason = error.to_string();
    if let Some(cause) = error.source().filter(|_| !error.is_response()) {
        let cause = cause.to_string();
        if !reason.contains(&cause) {
            reason = format!("{reason}: {cause}");
        }
    }
    truncated(reason, LONGEST_REASON)
}
