//! Who is told of what, through which channel, and until when it is worth telling. Plain Rust.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::types::{BookingStatus, Capability, Channel, WorkOrderStatus};

/// A kind of news, one line of [`EVENTS`].
#[derive(Debug)]
pub struct Event {
    pub name: &'static str,
    /// Whose preference decides.
    pub category: Category,
    pub audience: Audience,
    pub lifetime: Lifetime,
    /// What must still be so when it is sent; otherwise it has been overtaken.
    pub still: Still,
    /// Goes out at night too.
    pub ignores_quiet_hours: bool,
    /// Goes to those too who asked not to be contacted.
    pub despite_do_not_contact: bool,
    /// Waits until this long before the window begins.
    pub ahead: Option<SignedDuration>,
}

/// What people choose about in their preferences; the last three are not theirs to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    BookingUpdates,
    TechnicianEnroute,
    Messages,
    Marketing,
    Account,
    Safety,
    Office,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Audience {
    /// Active accounts that may do this at the location.
    People(Capability),
    /// As before, at any location of the customer.
    PeopleAnywhere(Capability),
    /// The account that the payload names.
    Author,
    /// The address in the payload, which has no account yet.
    Invited,
    /// The company's own channels.
    Office,
    /// And the technician of the job, by e-mail.
    OfficeAndTechnician,
}

/// Until when news is worth sending.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lifetime {
    Hours(i64),
    /// Until the window is over; without a window, these hours.
    Window(i64),
    /// Until the window begins.
    UntilWindow,
    /// Until the window is over, but these hours at least.
    WindowOrLonger(i64),
    /// As long as the payload's `expires_at` says.
    Given,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Still {
    Always,
    /// The job is in one of these statuses.
    Job(&'static [WorkOrderStatus]),
    /// And has the window that is told of.
    JobAt(&'static [WorkOrderStatus]),
    Request(&'static [BookingStatus]),
    /// Nobody of the account has read the message.
    Unread,
    /// The invitation is open and its token the latest.
    Invited,
}

const PLANNED: &[WorkOrderStatus] = &[WorkOrderStatus::Scheduled, WorkOrderStatus::Tentative];
const PENDING: &[BookingStatus] = &[BookingStatus::Submitted, BookingStatus::UnderReview];
const DAY: i64 = 24;

/// News about a booking, to those who book at the location.
const fn booking(name: &'static str, lifetime: Lifetime, still: Still) -> Event {
    Event {
        name,
        category: Category::BookingUpdates,
        audience: Audience::People(Capability::Book),
        lifetime,
        still,
        ignores_quiet_hours: false,
        despite_do_not_contact: false,
        ahead: None,
    }
}

const fn reminder(name: &'static str, hours: i64) -> Event {
    Event {
        ahead: Some(SignedDuration::from_hours(hours)),
        ..booking(name, Lifetime::UntilWindow, Still::JobAt(PLANNED))
    }
}

/// News of a technician on the way: of use at once or never.
const fn underway(name: &'static str, still: Still) -> Event {
    Event {
        category: Category::TechnicianEnroute,
        ignores_quiet_hours: true,
        despite_do_not_contact: true,
        ..booking(name, Lifetime::Hours(2), still)
    }
}

const fn office(name: &'static str) -> Event {
    Event {
        category: Category::Office,
        audience: Audience::Office,
        ignores_quiet_hours: true,
        despite_do_not_contact: true,
        ..booking(name, Lifetime::Hours(3 * DAY), Still::Always)
    }
}

/// Everything that anybody is told.
pub const EVENTS: &[Event] = &[
    booking(
        "booking_request_received",
        Lifetime::Window(7 * DAY),
        Still::Request(PENDING),
    ),
    booking(
        "booking_request_approved",
        Lifetime::Hours(7 * DAY),
        Still::Request(&[BookingStatus::Approved]),
    ),
    booking(
        "booking_request_rejected",
        Lifetime::Hours(7 * DAY),
        Still::Request(&[BookingStatus::Rejected]),
    ),
    booking(
        "appointment_scheduled",
        Lifetime::Window(7 * DAY),
        Still::JobAt(PLANNED),
    ),
    booking(
        "appointment_moved",
        Lifetime::Window(7 * DAY),
        Still::JobAt(PLANNED),
    ),
    booking(
        "appointment_canceled",
        Lifetime::WindowOrLonger(DAY),
        Still::Job(&[WorkOrderStatus::Canceled]),
    ),
    booking(
        "appointment_completed",
        Lifetime::Hours(3 * DAY),
        Still::Job(&[WorkOrderStatus::Completed]),
    ),
    underway(
        "appointment_en_route",
        Still::Job(&[WorkOrderStatus::EnRoute]),
    ),
    underway(
        "appointment_running_late",
        Still::Job(&[
            WorkOrderStatus::Scheduled,
            WorkOrderStatus::Tentative,
            WorkOrderStatus::EnRoute,
        ]),
    ),
    reminder("appointment_reminder_24h", 24),
    reminder("appointment_reminder_2h", 2),
    Event {
        category: Category::Messages,
        audience: Audience::People(Capability::View),
        ..booking("message_received", Lifetime::Hours(7 * DAY), Still::Unread)
    },
    Event {
        category: Category::Safety,
        audience: Audience::Author,
        ignores_quiet_hours: true,
        despite_do_not_contact: true,
        ..booking("safety_notice", Lifetime::Hours(DAY), Still::Always)
    },
    Event {
        category: Category::Account,
        audience: Audience::Invited,
        // The address is not yet anybody's of whom the company knows when they sleep.
        ignores_quiet_hours: true,
        despite_do_not_contact: true,
        ..booking("invite_created", Lifetime::Given, Still::Invited)
    },
    Event {
        category: Category::Marketing,
        audience: Audience::PeopleAnywhere(Capability::View),
        ..booking("offer", Lifetime::Hours(7 * DAY), Still::Always)
    },
    office("booking_request_created"),
    office("booking_request_canceled"),
    office("booking_hold_expired"),
    office("appointment_moved_by_customer"),
    office("appointment_canceled_by_customer"),
    office("assistant_escalated"),
    Event {
        audience: Audience::OfficeAndTechnician,
        ..office("message_from_customer")
    },
];

/// The event of that name; nothing for a row that an older version has queued.
pub fn event(name: &str) -> Option<&'static Event> {
    EVENTS.iter().find(|event| event.name == name)
}

/// Whether an e-mail brings the appointment along for the calendar: to put it there, to move it or to take it out.
pub fn carries_calendar(event: &Event) -> bool {
    matches!(event.still, Still::JobAt(_))
        || event.still == Still::Job(&[WorkOrderStatus::Canceled])
}

/// What a person wants to be told, with the defaults of the table.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct Preferences {
    pub notify_booking_updates_email: bool,
    pub notify_booking_updates_sms: bool,
    pub notify_marketing_email: bool,
    pub notify_marketing_sms: bool,
    pub notify_technician_enroute: bool,
    pub notify_messages_email: bool,
    pub quiet_hours_start: Option<String>,
    pub quiet_hours_end: Option<String>,
    pub timezone: Option<String>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            notify_booking_updates_email: true,
            notify_booking_updates_sms: true,
            notify_marketing_email: false,
            notify_marketing_sms: false,
            notify_technician_enroute: true,
            notify_messages_email: true,
            quiet_hours_start: None,
            quiet_hours_end: None,
            timezone: None,
        }
    }
}

/// How somebody can be reached at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reachable {
    pub email: bool,
    /// There is a number, and the company sends texts.
    pub sms: bool,
}

/// Through which channels a person is told.
pub fn channels(category: Category, wants: &Preferences, can: Reachable) -> Vec<Channel> {
    let (email, sms) = match category {
        Category::BookingUpdates | Category::TechnicianEnroute => (
            wants.notify_booking_updates_email,
            wants.notify_booking_updates_sms,
        ),
        Category::Messages => (wants.notify_messages_email, false),
        Category::Marketing => (wants.notify_marketing_email, wants.notify_marketing_sms),
        Category::Account => (true, false),
        Category::Safety => (true, true),
        Category::Office => (false, false),
    };
    let chosen = [
        (Channel::Email, email && can.email),
        (Channel::Sms, sms && can.sms),
    ];
    let chosen = chosen.into_iter().filter(|(_, is_on)| *is_on);
    let chosen: Vec<_> = chosen.map(|(channel, _)| channel).collect();
    if category != Category::TechnicianEnroute {
        return chosen;
    }
    match wants.notify_technician_enroute {
        false => vec![],
        // Who wants to know who is at the door, but nothing else, is told by e-mail.
        true if chosen.is_empty() && can.email => vec![Channel::Email],
        true => chosen,
    }
}

/// The preference that ends a category by e-mail, as the column is called; nothing where there is none to turn off.
pub fn email_preference(category: Category) -> Option<&'static str> {
    match category {
        Category::BookingUpdates => Some("notify_booking_updates_email"),
        Category::TechnicianEnroute => Some("notify_technician_enroute"),
        Category::Messages => Some("notify_messages_email"),
        Category::Marketing => Some("notify_marketing_email"),
        Category::Account | Category::Safety | Category::Office => None,
    }
}

impl Category {
    pub fn label(self) -> &'static str {
        match self {
            Self::BookingUpdates => "booking_updates",
            Self::TechnicianEnroute => "technician_enroute",
            Self::Messages => "messages",
            Self::Marketing => "marketing",
            Self::Account => "account",
            Self::Safety => "safety",
            Self::Office => "office",
        }
    }
}

/// The times that news is about, from its payload.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct Times {
    pub window_start: Option<Timestamp>,
    pub window_end: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
}

/// When news may go out, quiet hours aside: now, or as long before the window as a reminder waits. Nothing for a
/// reminder whose moment has passed.
pub fn begins(event: &Event, times: &Times, now: Timestamp) -> Option<Timestamp> {
    match event.ahead {
        None => Some(now),
        Some(ahead) => {
            let at = times.window_start?.checked_sub(ahead).ok()?;
            (at > now).then_some(at)
        }
    }
}

/// When it is too late to send news.
pub fn expires(lifetime: Lifetime, times: &Times, now: Timestamp) -> Timestamp {
    let after = |hours| {
        now.checked_add(SignedDuration::from_hours(hours))
            .unwrap_or(Timestamp::MAX)
    };
    match lifetime {
        Lifetime::Hours(hours) => after(hours),
        Lifetime::Window(hours) => times.window_end.unwrap_or_else(|| after(hours)),
        Lifetime::UntilWindow => times.window_start.unwrap_or(now),
        Lifetime::WindowOrLonger(hours) => times.window_end.unwrap_or(now).max(after(hours)),
        Lifetime::Given => times.expires_at.unwrap_or(now),
    }
}

#[cfg(test)]
mod tests;
