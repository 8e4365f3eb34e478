//! What a change of a job means: for its timeline, and for the request behind it. Plain Rust.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::status;
use crate::types::{BookingStatus, WorkOrderStatus};

/// The `cancel_reason` of a hold that nobody decided on in time. It is nobody's own words.
pub const HOLD_EXPIRED: &str = "hold_expired";

/// The columns of `work_orders` that the rules look at.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Job {
    pub id: Uuid,
    pub org_id: Uuid,
    pub customer_id: Uuid,
    pub location_id: Uuid,
    pub service_type: String,
    pub technician_id: Option<Uuid>,
    pub status: WorkOrderStatus,
    pub window_start: Timestamp,
    pub window_end: Timestamp,
    pub eta: Option<Timestamp>,
    pub status_note: Option<String>,
    pub cancel_reason: Option<String>,
    pub ics_sequence: i32,
    pub created_at: Timestamp,
}

/// The columns of a [`Job`] that hold instants; Postgres knows some (`infinity`) that no calendar has.
pub const INSTANTS: [&str; 4] = ["window_start", "window_end", "eta", "created_at"];

impl Job {
    /// True while it takes time from a technician.
    pub fn is_active(&self) -> bool {
        !status::is_final(self.status)
    }

    fn is_moved_from(&self, before: &Job) -> bool {
        (self.window_start, self.window_end) != (before.window_start, before.window_end)
    }

    /// True when a hold ran out, as opposed to somebody's decision.
    fn has_lapsed(&self) -> bool {
        self.status == WorkOrderStatus::Canceled
            && self.cancel_reason.as_deref() == Some(HOLD_EXPIRED)
    }
}

/// A line of the timeline.
#[derive(Debug, PartialEq)]
pub struct Event<'a> {
    pub event_type: &'static str,
    /// A sentence for the customer.
    pub note: Option<&'a str>,
    /// Time did it: whose transaction noticed says nothing.
    pub by_itself: bool,
}

/// The line that a change adds to the timeline: the most important news of it, or nothing.
///
/// `before`: nothing for a new job. A job that is stored when it is already over is an import and brings its own
/// history.
pub fn event<'a>(before: Option<&Job>, after: &'a Job) -> Option<Event<'a>> {
    let event_type = match before {
        None => first_event(after)?,
        Some(before) => news(before, after)?,
    };
    let note = match after.status {
        WorkOrderStatus::Canceled if after.has_lapsed() => None,
        WorkOrderStatus::Canceled => after.cancel_reason.as_deref(),
        _ => None,
    };
    Some(Event {
        event_type,
        note: note.or(after.status_note.as_deref()),
        by_itself: event_type == HOLD_EXPIRED,
    })
}

fn first_event(job: &Job) -> Option<&'static str> {
    match job.status {
        WorkOrderStatus::Tentative => Some("requested"),
        status => job.is_active().then(|| status.label()),
    }
}

fn news(before: &Job, after: &Job) -> Option<&'static str> {
    if after.status != before.status {
        return Some(match after.has_lapsed() {
            true => HOLD_EXPIRED,
            false => after.status.label(),
        });
    }
    if after.is_moved_from(before) {
        return Some("moved");
    }
    if after.technician_id != before.technician_id {
        return Some("technician_assigned");
    }
    if after.eta != before.eta {
        return Some(match after.eta {
            Some(eta) if eta > after.window_end => "running_late",
            _ => "eta_changed",
        });
    }
    let is_told = after.status_note.is_some() && after.status_note != before.status_note;
    is_told.then_some("note_added")
}

/// Where the request behind a job goes when the job changes, if anywhere.
///
/// `by_customer`: a portal user is acting, not the company.
pub fn request_status(before: &Job, after: &Job, by_customer: bool) -> Option<BookingStatus> {
    use WorkOrderStatus as W;
    match (before.status, after.status) {
        (from, to) if from == to => None,
        (W::Tentative, W::Scheduled) => Some(BookingStatus::Scheduled),
        (_, W::Canceled) if after.has_lapsed() => Some(BookingStatus::UnderReview),
        (_, W::Canceled) if by_customer => Some(BookingStatus::CanceledByCustomer),
        (_, W::Canceled) => Some(BookingStatus::Rejected),
        _ => None,
    }
}

/// What people are told of a change, by the names of the outbox: the customer's people, and the office of what a
/// customer did. A time that is only held is not an appointment yet; of it, the request tells.
pub fn told(
    before: Option<&Job>,
    after: &Job,
    event_type: &str,
    by_customer: bool,
) -> Vec<&'static str> {
    let was_held = before.is_some_and(|job| job.status == WorkOrderStatus::Tentative);
    let is_under_way = matches!(
        after.status,
        WorkOrderStatus::EnRoute | WorkOrderStatus::OnSite
    );
    let (told, office) = match event_type {
        "scheduled" => ("appointment_scheduled", None),
        "moved" if is_under_way => return vec![],
        "moved" => ("appointment_moved", Some("appointment_moved_by_customer")),
        HOLD_EXPIRED => return vec!["booking_hold_expired"],
        "canceled" if was_held => return vec![],
        "canceled" => (
            "appointment_canceled",
            Some("appointment_canceled_by_customer"),
        ),
        "en_route" => ("appointment_en_route", None),
        "running_late" => ("appointment_running_late", None),
        "completed" => ("appointment_completed", None),
        _ => return vec![],
    };
    let office = office.filter(|_| by_customer);
    [told].into_iter().chain(office).collect()
}

/// True when whoever has the job in their calendar must look again: it was moved, canceled or (again) confirmed.
pub fn is_new_revision(before: &Job, after: &Job) -> bool {
    use WorkOrderStatus as W;
    let decided =
        after.status != before.status && matches!(after.status, W::Scheduled | W::Canceled);
    decided || after.is_moved_from(before)
}

#[cfg(test)]
mod tests;
