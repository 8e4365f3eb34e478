//! From something that happened to the rows of the outbox. Plain Rust.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Occasion;
use super::quiet::QuietHours;
use super::rules::{self, Audience, Event, Preferences, Reachable, Times};
use crate::time;
use crate::types::{Channel, NotificationStatus};

/// Everybody who may have to be told: what `recipients.sql` answers.
#[derive(Debug, Default, Deserialize)]
pub struct Recipients {
    /// The company's.
    pub timezone: String,
    /// Whether the company sends texts.
    pub texts: bool,
    /// The customer asked not to be contacted.
    pub do_not_contact: bool,
    pub people: Vec<Person>,
    pub office: Vec<OfficeChannel>,
    pub technician: Option<Technician>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub account_id: Uuid,
    /// Nothing once the person was erased; a row may still wait for such an account.
    pub user_id: Option<Uuid>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub preferences: Preferences,
}

#[derive(Debug, Clone, Deserialize)]
pub struct OfficeChannel {
    pub id: Uuid,
    pub channel: Channel,
    /// Its address, or its label where the address is a secret.
    pub recipient: String,
    /// The events it is told of; all where there are none.
    pub events: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Technician {
    pub id: Uuid,
    pub user_id: Uuid,
    pub email: Option<String>,
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Which of the occasions it tells of.
    pub occasion: usize,
    pub channel: Channel,
    pub recipient: String,
    pub portal_account_id: Option<Uuid>,
    pub channel_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub dedupe_key: String,
    pub not_before: Timestamp,
    pub expires_at: Timestamp,
    pub status: NotificationStatus,
    pub last_error: Option<&'static str>,
}

impl Preferences {
    /// Their quiet hours, in their zone or the company's.
    pub fn earliest(&self, at: Timestamp, company_zone: &str) -> Timestamp {
        let (start, end) = (&self.quiet_hours_start, &self.quiet_hours_end);
        let hours = QuietHours::new(start.as_deref(), end.as_deref());
        let zone = time::zone(self.timezone.as_deref().unwrap_or(company_zone));
        match (hours, zone) {
            (Some(hours), Some(zone)) => hours.earliest(at, &zone),
            _ => at,
        }
    }
}

impl Person {
    pub fn address(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Email => self.email.as_deref(),
            Channel::Sms => self.phone.as_deref(),
            Channel::Slack | Channel::Webhook => None,
        }
    }

    /// `texts`: whether the company sends any.
    pub fn reachable(&self, texts: bool) -> Reachable {
        Reachable {
            email: self.email.is_some(),
            sms: texts && self.phone.is_some(),
        }
    }
}

/// Whom a row is for, before its times are known.
#[derive(Default)]
struct Whom<'a> {
    id: Uuid,
    channel: Option<Channel>,
    recipient: String,
    account: Option<&'a Person>,
    channel_id: Option<Uuid>,
    user_id: Option<Uuid>,
}

/// The rows that an occasion calls for; none for a reminder whose moment has passed.
///
/// `number`: of the occasion among those of one change.
pub fn rows(
    number: usize,
    event: &Event,
    occasion: &Occasion,
    all: &Recipients,
    now: Timestamp,
) -> Vec<Row> {
    let times = Times::deserialize(&occasion.payload).unwrap_or_default();
    let Some(begins) = rules::begins(event, &times, now) else {
        return vec![];
    };
    let expires_at = rules::expires(event.lifetime, &times, now);
    let whom = whom(event, occasion, all);
    let row = |whom: Whom<'_>| {
        let not_before = match whom.account.filter(|_| !event.ignores_quiet_hours) {
            Some(person) => person.preferences.earliest(begins, &all.timezone),
            None => begins,
        };
        let is_late = not_before >= expires_at;
        let why = if begins >= expires_at {
            TOO_LATE
        } else {
            QUIET
        };
        let channel = whom.channel?;
        Some(Row {
            occasion: number,
            channel,
            recipient: whom.recipient,
            portal_account_id: whom.account.map(|person| person.account_id),
            channel_id: whom.channel_id,
            user_id: whom.user_id,
            dedupe_key: dedupe_key(event, occasion, &times, channel, whom.id),
            not_before,
            expires_at,
            status: match is_late {
                true => NotificationStatus::Expired,
                false => NotificationStatus::Pending,
            },
            last_error: is_late.then_some(why),
        })
    };
    whom.into_iter().filter_map(row).collect()
}

/// What `last_error` says of a row that came too late.
pub const TOO_LATE: &str = "too_late: it was of no use any more when it could be sent";
/// And of one that would have to wait beyond its time.
pub const QUIET: &str = "quiet_hours: they end after it has expired";

fn whom<'a>(event: &Event, occasion: &Occasion, all: &'a Recipients) -> Vec<Whom<'a>> {
    let is_kept_away = all.do_not_contact && !event.despite_do_not_contact;
    match event.audience {
        _ if is_kept_away => vec![],
        Audience::People(_) | Audience::PeopleAnywhere(_) => {
            let people = all.people.iter();
            people.flat_map(|one| person(event, one, all)).collect()
        }
        Audience::Author => {
            let author = occasion.payload["portal_account_id"].as_str();
            let is_author = |one: &&Person| Some(one.account_id.to_string().as_str()) == author;
            let author = all.people.iter().filter(is_author);
            author.flat_map(|one| person(event, one, all)).collect()
        }
        Audience::Invited => invited(occasion).into_iter().collect(),
        Audience::Office => office(event, all).collect(),
        Audience::OfficeAndTechnician => {
            let technician = all.technician.iter().filter_map(technician);
            office(event, all).chain(technician).collect()
        }
    }
}

fn person<'a>(event: &Event, person: &'a Person, all: &Recipients) -> Vec<Whom<'a>> {
    let channels = rules::channels(
        event.category,
        &person.preferences,
        person.reachable(all.texts),
    );
    let whom = |channel: Channel| {
        Some(Whom {
            id: person.account_id,
            channel: Some(channel),
            recipient: person.address(channel)?.to_owned(),
            account: Some(person),
            channel_id: None,
            user_id: person.user_id,
        })
    };
    channels.into_iter().filter_map(whom).collect()
}

fn invited<'a>(occasion: &Occasion) -> Option<Whom<'a>> {
    Some(Whom {
        id: occasion.payload["invite_id"].as_str()?.parse().ok()?,
        channel: Some(Channel::Email),
        recipient: occasion.payload["email"].as_str()?.to_owned(),
        ..Whom::default()
    })
}

fn office<'a>(event: &Event, all: &'a Recipients) -> impl Iterator<Item = Whom<'a>> {
    let name = event.name;
    let is_told = move |channel: &&OfficeChannel| {
        let wants = channel.events.is_empty() || channel.events.iter().any(|one| one == name);
        wants && (channel.channel != Channel::Sms || all.texts)
    };
    all.office.iter().filter(is_told).map(|channel| Whom {
        id: channel.id,
        channel: Some(channel.channel),
        recipient: channel.recipient.clone(),
        channel_id: Some(channel.id),
        ..Whom::default()
    })
}

fn technician<'a>(technician: &Technician) -> Option<Whom<'a>> {
    Some(Whom {
        id: technician.id,
        channel: Some(Channel::Email),
        recipient: technician.email.clone()?,
        user_id: Some(technician.user_id),
        ..Whom::default()
    })
}

/// The same news to the same person over the same channel has the same key. A reminder is of a window: moved away and
/// back, it is the same again.
fn dedupe_key(
    event: &Event,
    occasion: &Occasion,
    times: &Times,
    channel: Channel,
    whom: Uuid,
) -> String {
    let window = times.window_start.filter(|_| event.ahead.is_some());
    let window = window.map_or_else(String::new, |at| format!("@{}", at.as_second()));
    format!(
        "{}:{}{window}:{}:{whom}",
        event.name,
        occasion.occurrence,
        channel.label()
    )
}
