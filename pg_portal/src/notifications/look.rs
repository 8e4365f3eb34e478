//! The second look: between queueing and sending, jobs move and people change their minds. Plain Rust.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::plan::{Person, QUIET, TOO_LATE};
use super::retry::TRIES;
use super::rules::{self, Event, Still};
use crate::types::{BookingStatus, Channel, WorkOrderStatus};

/// What is true of a queued row now.
#[derive(Debug, Clone, Deserialize)]
pub struct Present {
    pub channel: Channel,
    pub attempts: i32,
    pub expires_at: Option<Timestamp>,
    /// Where it would go now; nothing when the person or channel has no such address any more.
    pub address: Option<String>,
    pub company: Company,
    /// The account it is for; nothing for anybody else.
    pub account: Option<Account>,
    pub job: Option<Job>,
    pub request_status: Option<BookingStatus>,
    pub is_read: bool,
    pub is_invited: bool,
    pub payload: Value,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Company {
    pub is_active: bool,
    pub timezone: String,
    pub texts: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    /// In use, and still for this customer and place.
    pub has_access: bool,
    pub do_not_contact: bool,
    #[serde(flatten)]
    pub person: Person,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Job {
    pub status: WorkOrderStatus,
    pub window_start: Timestamp,
}

/// What is to be done with a row that is due.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    Send,
    /// Quiet hours have come in between.
    Defer(Timestamp),
    Cancel(&'static str),
    Expire(&'static str),
    GiveUp(&'static str),
}

pub const OVERTAKEN: &str = "overtaken: what it tells has changed since";
const NO_ACCESS: &str =
    "account_inactive: the account is closed, or not for this customer any more";
const UNWANTED: &str = "preference_off: the person does not want it through this channel";
const DO_NOT_CONTACT: &str = "do_not_contact: the customer asked not to be contacted";
const NOWHERE: &str = "no_address: the person or channel has no such address any more";
const COMPANY_CLOSED: &str = "company_inactive: the portal of the company is closed";
const NOBODY_ANSWERED: &str = "gave_up: no worker that took it has ever said what became of it";

/// `event`: nothing for a row that another version has queued; it goes out as it is.
pub fn look(event: Option<&Event>, row: &Present, now: Timestamp) -> Verdict {
    if row.attempts >= TRIES {
        return Verdict::GiveUp(NOBODY_ANSWERED);
    }
    if row.expires_at.is_some_and(|at| at <= now) {
        return Verdict::Expire(TOO_LATE);
    }
    if !row.company.is_active {
        return Verdict::Cancel(COMPANY_CLOSED);
    }
    if row.address.is_none() || (row.channel == Channel::Sms && !row.company.texts) {
        return Verdict::Cancel(NOWHERE);
    }
    let Some(event) = event else {
        return Verdict::Send;
    };
    if let Some(reason) = row.account.as_ref().and_then(|to| unwanted(event, to, row)) {
        return Verdict::Cancel(reason);
    }
    if !is_still_so(event.still, row) {
        return Verdict::Cancel(OVERTAKEN);
    }
    let waiting = row.account.as_ref().filter(|_| !event.ignores_quiet_hours);
    let earliest = waiting.map_or(now, |account| {
        let wants = &account.person.preferences;
        wants.earliest(now, &row.company.timezone)
    });
    match row.expires_at {
        _ if earliest == now => Verdict::Send,
        Some(expires_at) if earliest >= expires_at => Verdict::Expire(QUIET),
        _ => Verdict::Defer(earliest),
    }
}

fn unwanted(event: &Event, account: &Account, row: &Present) -> Option<&'static str> {
    if !account.has_access {
        return Some(NO_ACCESS);
    }
    if account.do_not_contact && !event.despite_do_not_contact {
        return Some(DO_NOT_CONTACT);
    }
    let can = account.person.reachable(row.company.texts);
    let channels = rules::channels(event.category, &account.person.preferences, can);
    (!channels.contains(&row.channel)).then_some(UNWANTED)
}

fn is_still_so(still: Still, row: &Present) -> bool {
    let is_told_window = |job: &Job| {
        let told = Timestamp::deserialize(&row.payload["window_start"]);
        told.is_ok_and(|told| told == job.window_start)
    };
    let job = row.job.as_ref();
    match still {
        Still::Always => true,
        Still::Job(statuses) => job.is_some_and(|job| statuses.contains(&job.status)),
        Still::JobAt(statuses) => {
            job.is_some_and(|job| statuses.contains(&job.status) && is_told_window(job))
        }
        Still::Request(statuses) => row
            .request_status
            .is_some_and(|status| statuses.contains(&status)),
        Still::Unread => !row.is_read,
        Still::Invited => row.is_invited,
    }
}

#[cfg(test)]
mod tests;
