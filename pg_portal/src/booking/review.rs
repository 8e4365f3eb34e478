//! The office decides on a request. Runs as the office, under its own rights.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use super::status;
use super::store::{self, Decided, Held, Pending};
use crate::access::scope;
use crate::error::{PortalError, Result, Status};
use crate::scheduling::rules::{Refusal, Span};
use crate::scheduling::{Leaving, Place, Schedule, refusals};
use crate::types::{BookingStatus, WorkOrderStatus};

/// What the office says with its decision.
pub struct Review<'a> {
    /// Another time than the one that is held.
    pub window_start: Option<Timestamp>,
    /// Who comes. With a technician named, the office may plan outside the offered windows.
    pub technician_id: Option<Uuid>,
    pub note: Option<&'a str>,
}

/// Decides and answers the request's row. Safe to try again: every look is taken under the locks.
pub fn decide(id: Option<Uuid>, decision: &str, review: &Review<'_>) -> Result<Value> {
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    if !scope::is_office() {
        return Err(PortalError::new(
            Status::NotAllowed,
            "not_allowed",
            "Only the company's office decides on booking requests.",
            "Wait for the decision, or cancel the request with cancel_booking_request.",
        ));
    }
    let id = id.ok_or_else(|| PortalError::absent("booking request"))?;
    let request =
        store::lock_request(org_id, id).ok_or_else(|| PortalError::absent("booking request"))?;
    match decision {
        "approve" => approve(org_id, id, &request, review)?,
        "reject" => reject(org_id, id, &request, review)?,
        _ => {
            return Err(PortalError::invalid(
                "decision",
                "The decision must be approve or reject.",
            ));
        }
    }
    store::booking(org_id, id).ok_or_else(|| PortalError::absent("booking request"))
}

fn reject(org_id: Uuid, id: Uuid, request: &Pending, review: &Review<'_>) -> Result<()> {
    status::check(request.status, BookingStatus::Rejected)?;
    let Some(note) = review.note else {
        return Err(PortalError::new(
            Status::Refused,
            "reason_required",
            "A rejection needs a reason that the customer can read.",
            "Give it as note.",
        ));
    };
    store::decide(org_id, id, BookingStatus::Rejected, None, Some(note));
    Ok(())
}

fn approve(org_id: Uuid, id: Uuid, request: &Pending, review: &Review<'_>) -> Result<()> {
    status::check(request.status, BookingStatus::Scheduled)?;
    // A hold that is over holds nothing: its time is taken anew, by another job.
    let is_held = |job: &&Held| job.status == WorkOrderStatus::Tentative && !job.is_lapsed;
    let held = request.job.as_ref().filter(is_held);
    let lapsed = request.job.as_ref().map(|job| job.window_start);
    let Some(start) = review.window_start.or(lapsed).or(request.wished_start) else {
        status::check(request.status, BookingStatus::Approved)?;
        store::decide(org_id, id, BookingStatus::Approved, None, review.note);
        return Ok(());
    };
    let decided = plan(org_id, request, held, start, review)?;
    let job = match held {
        Some(held) => {
            store::schedule_job(org_id, held.id, &decided);
            held.id
        }
        None => store::add_job(org_id, request, &decided),
    };
    store::decide(org_id, id, BookingStatus::Scheduled, Some(job), review.note);
    Ok(())
}

/// The window and the technician. What is held already needs no more asking; a technician whom the office names needs
/// only to be able and not on another job; everything else goes through the engine.
fn plan<'a>(
    org_id: Uuid,
    request: &Pending,
    held: Option<&Held>,
    start: Timestamp,
    review: &Review<'a>,
) -> Result<Decided<'a>> {
    let schedule = Schedule::read(Place {
        org_id,
        location_id: request.location_id,
        service_type: &request.service_type,
        except: held.map(|job| Leaving {
            job: job.id,
            window_start: job.window_start,
        }),
    })?;
    let as_held = held.filter(|job| job.window_start == start);
    let (window, technician_id) = match (
        review.technician_id,
        as_held.and_then(|job| job.technician_id),
    ) {
        (Some(named), _) => {
            let window = span(&schedule, start)?;
            check_named(org_id, &schedule, named, window)?;
            (window, named)
        }
        (None, Some(held)) => (span(&schedule, start)?, held),
        (None, None) => {
            let free = schedule.take(start, held.and_then(|job| job.technician_id))?;
            (free.window.span, free.technician_id)
        }
    };
    Ok(Decided {
        window,
        technician_id,
        note: review.note,
    })
}

/// That the technician can do the service is for the guard of `work_orders` to say.
fn check_named(
    org_id: Uuid,
    schedule: &Schedule<'_>,
    technician_id: Uuid,
    window: Span,
) -> Result<()> {
    if !store::is_technician(org_id, technician_id) {
        return Err(PortalError::absent("technician"));
    }
    if !schedule.is_busy(technician_id, window) {
        return Ok(());
    }
    Err(PortalError::new(
        Status::Conflict,
        "technician_busy",
        "The technician has another job at that time.",
        "Choose another technician or another time, or leave the technician out to get one who is free.",
    )
    .fact("alternatives", schedule.alternatives(window.start)))
}

/// The offered window that begins then, else as long as the visit takes.
fn span(schedule: &Schedule<'_>, start: Timestamp) -> Result<Span> {
    if start < Timestamp::now() {
        return Err(refusals::sentence(&Refusal::InPast));
    }
    let offered = schedule.window_at(start).map(|window| window.span);
    let length = SignedDuration::from_mins(schedule.service.duration_minutes.into());
    Ok(offered.unwrap_or(Span {
        start,
        end: start.saturating_add(length).unwrap_or(Timestamp::MAX),
    }))
}
