//! The triggers of `portal_booking_requests`: the rules on every path, and the job that takes the time.

use jiff::civil::Date;
use pgrx::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::rules::{self, Asked, Wish};
use super::safety::{self, Hazard};
use super::{notify, status, store};
use crate::access::scope;
use crate::documents::rules::check_attachments;
use crate::error::{PortalError, Result, Status, trigger_surface};
use crate::ids::to_pg;
use crate::live::{self, News};
use crate::scheduling::rules::{Refusal, Wall, Window};
use crate::scheduling::{Place, Schedule};
use crate::time;
use crate::trigger::{self, Row, TriggerResult};
use crate::types::{BookingMode, BookingStatus, Capability};

/// Columns that say when; an update of anything else is none of the rules' business.
const WHEN: [&str; 4] = [
    "preferred_service_date",
    "preferred_time_window_start",
    "preferred_time_window_end",
    "flexible_date",
];

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn guard_booking_request<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let (old, new) = (trigger::old_json(trigger)?, trigger::new_json(trigger)?);
            let mut row = trigger::row(trigger);
            if old.is_null() {
                admit(&new, &mut row)?;
            } else {
                check_change(&old, &new, &mut row)?;
            }
            Ok(Some(row))
        })
    }

    #[pg_trigger]
    fn follow_booking_request<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let (old, new) = (trigger::old_json(trigger)?, trigger::new_json(trigger)?);
            if old["status"] != new["status"] {
                follow(&old, &new)?;
            }
            Ok(Some(trigger::row(trigger)))
        })
    }
}

/// A new request: judged, and given its time where it names a window.
///
/// Nothing is judged where a key is missing (NOT NULL says that better), nor where the request comes with its job: that
/// is a company's own system handing over what has been decided, and callers of the API have no grant for it.
fn admit(new: &Value, row: &mut Row<'_>) -> Result<()> {
    let (Some(org_id), Some(location_id)) = (id(new, "org_id"), id(new, "location_id")) else {
        return Ok(());
    };
    if !new["related_work_order_id"].is_null() {
        return Ok(());
    }
    let schedule = Schedule::read(Place {
        org_id,
        location_id,
        service_type: new["service_type"].as_str().unwrap_or_default(),
        except: None,
    })?;
    let customer_id = schedule.location.customer_id;
    if !is_visible(customer_id, location_id) {
        return Err(PortalError::absent("location"));
    }
    // The location says whose visit it is; a different customer fails at the foreign key.
    if new["customer_id"].is_null() {
        trigger::set(row, "customer_id", to_pg(customer_id));
    }
    check_attachments(&new["attachments"], org_id, customer_id)?;
    let asked = rules::asked(&wish(new)?)?;
    let hazard = safety::hazard(new["problem_description"].as_str().unwrap_or_default());
    let notice = notice(&schedule, hazard);
    let is_dangerous = notice.is_some();
    if let Some(notice) = notice {
        trigger::set(row, "safety_notice", notice);
    }
    // Danger is no routine: a person looks at it, and no routine slot makes anybody wait.
    let is_routine_danger = hazard.is_some() && !schedule.service.is_emergency;
    let taken = match place(&schedule, &asked)? {
        Some(window) if !is_routine_danger => take(&schedule, new, &window)?,
        _ => None,
    };
    notify::of_request(new, customer_id, taken.as_ref(), is_dangerous);
    let Some(taken) = taken else {
        trigger::set(row, "status", BookingStatus::UnderReview);
        return Ok(());
    };
    trigger::set(row, "status", taken.status);
    trigger::set(row, "related_work_order_id", to_pg(taken.work_order_id));
    trigger::set(
        row,
        "preferred_time_window_end",
        time::wall_to_pg(taken.window.end.seconds()),
    );
    Ok(())
}

/// This runs as portal_owner, so what the caller may see is asked here. Without a caller it is a DBA or a service.
fn is_visible(customer_id: Uuid, location_id: Uuid) -> bool {
    scope::user_id().is_none()
        || scope::is_office()
        || scope::reach(Capability::View).covers(customer_id, location_id)
}

/// The safety text that is to be read before anything else, where there is a reason for one.
fn notice(schedule: &Schedule<'_>, hazard: Option<Hazard>) -> Option<String> {
    let calendar = &schedule.calendar;
    if !schedule.service.is_emergency && hazard.is_none() {
        return None;
    }
    let own = calendar
        .safety_notice
        .clone()
        .filter(|_| schedule.service.is_emergency);
    let general = || {
        safety::notice(
            hazard,
            &calendar.company_name,
            calendar.company_phone.as_deref(),
        )
    };
    Some(own.unwrap_or_else(general))
}

/// The window that is asked for; nothing where the office is to propose one.
fn place(schedule: &Schedule<'_>, asked: &Asked) -> Result<Option<Wanted>> {
    let (date, wanted) = match *asked {
        Asked::Anytime => return Ok(None),
        Asked::Day(date) => (date, None),
        Asked::Window { date, start, end } => (date, Some(Wanted { date, start, end })),
    };
    let (today, horizon) = (schedule.location.today, schedule.service.horizon_days);
    rules::check_day(date, today, horizon).map_err(|why| {
        let start = wanted
            .as_ref()
            .map_or(Wall::MIDNIGHT, |wanted| wanted.start);
        schedule.refuse(&why, start.on(date, &schedule.location.zone()))
    })?;
    Ok(wanted)
}

struct Wanted {
    date: Date,
    start: Wall,
    end: Option<Wall>,
}

pub struct Taken {
    pub status: BookingStatus,
    pub work_order_id: Uuid,
    pub window: Window,
}

/// Takes the wanted window; nothing where it is not to be had and another day would do as well.
fn take(schedule: &Schedule<'_>, new: &Value, wanted: &Wanted) -> Result<Option<Taken>> {
    let start = wanted.start.on(wanted.date, &schedule.location.zone());
    let is_offered = |window: &Window| wanted.end.is_none_or(|end| end == window.end);
    let free = match schedule.window_at(start).filter(is_offered) {
        Some(_) => schedule.take(start, None),
        None => Err(schedule.refuse(&Refusal::NotOffered, start)),
    };
    match free {
        Ok(free) => {
            let mode = schedule
                .calendar
                .booking_mode
                .unwrap_or(BookingMode::Request);
            Ok(Some(Taken {
                status: match mode {
                    BookingMode::Instant => BookingStatus::Scheduled,
                    BookingMode::Request => BookingStatus::Submitted,
                },
                work_order_id: store::hold(schedule, &free, mode),
                window: free.window,
            }))
        }
        // Another day would do as well, so the office proposes one.
        Err(_) if new["flexible_date"] == true => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// A change of a request: its status moves as the table in `status.rs` allows, its wish stays well formed.
fn check_change(old: &Value, new: &Value, row: &mut Row<'_>) -> Result<()> {
    if WHEN.iter().any(|column| old[column] != new[column]) {
        rules::asked(&wish(new)?)?;
    }
    if old["attachments"] != new["attachments"]
        && let (Some(org_id), Some(customer_id)) = (id(new, "org_id"), id(new, "customer_id"))
    {
        check_attachments(&new["attachments"], org_id, customer_id)?;
    }
    let (from, to) = (status_of(old), status_of(new));
    if from == to {
        return Ok(());
    }
    status::check(from, to)?;
    let goes_back = from == BookingStatus::Scheduled && to == BookingStatus::UnderReview;
    if goes_back && !has_lapsed(new) {
        return Err(PortalError::new(
            Status::Refused,
            "status_not_allowed",
            "A scheduled request goes back to the office with its appointment, not by itself.",
            "Cancel or move the appointment instead.",
        ));
    }
    if to == BookingStatus::Scheduled && new["related_work_order_id"].is_null() {
        return Err(PortalError::new(
            Status::Refused,
            "no_appointment",
            "A request without an appointment cannot be scheduled.",
            "Approve it with review_booking_request and name a window_start.",
        ));
    }
    let is_decision = !matches!(to, BookingStatus::Submitted | BookingStatus::UnderReview);
    let now = pgrx::datum::datetime_support::transaction_timestamp();
    trigger::set(row, "decided_at", is_decision.then_some(now));
    Ok(())
}

fn has_lapsed(request: &Value) -> bool {
    let ids = (id(request, "org_id"), id(request, "related_work_order_id"));
    matches!(ids, (Some(org_id), Some(work_order_id)) if store::has_lapsed(org_id, work_order_id))
}

/// What a decision means for the job that holds the time.
fn follow(old: &Value, new: &Value) -> Result<()> {
    let (Some(org_id), Some(request_id)) = (id(new, "org_id"), id(new, "id")) else {
        return Ok(());
    };
    let status = status_of(new);
    if let Some(work_order_id) = id(new, "related_work_order_id") {
        match status {
            BookingStatus::Rejected | BookingStatus::CanceledByCustomer => {
                store::release(org_id, work_order_id, new["decision_note"].as_str());
            }
            BookingStatus::Scheduled if !store::confirm(org_id, work_order_id) => {
                return Err(PortalError::new(
                    Status::Conflict,
                    "hold_lapsed",
                    "The time that was held for this request has been given back.",
                    "Approve it with review_booking_request, which takes the time again or offers another.",
                ));
            }
            _ => {}
        }
    }
    notify::of_decision(old, new);
    live::tell(&News {
        org_id,
        kind: "booking_request_updated",
        entity_id: request_id,
        status: Some(status.label()),
        customer_id: id(new, "customer_id"),
        location_id: id(new, "location_id"),
        ..News::default()
    });
    Ok(())
}

fn wish(row: &Value) -> Result<Wish> {
    Ok(Wish {
        date: match &row["preferred_service_date"] {
            Value::Null => None,
            date => Some(
                serde_json::from_value(date.clone())
                    .map_err(|_| unusable("preferred_service_date"))?,
            ),
        },
        start: wall(row, "preferred_time_window_start")?,
        end: wall(row, "preferred_time_window_end")?,
        flexible: row["flexible_date"].as_bool().unwrap_or_default(),
    })
}

fn wall(row: &Value, column: &'static str) -> Result<Option<Wall>> {
    let text = row[column].as_str();
    let seconds = text.map(|text| time::seconds_of_day(text).ok_or_else(|| unusable(column)));
    let wall = seconds.map(|seconds| Wall::try_from(seconds?).map_err(|_| unusable(column)));
    wall.transpose()
}

/// Postgres knows dates and times (`infinity`, fractions of a second) that no visit can have.
fn unusable(column: &'static str) -> PortalError {
    PortalError::invalid(
        column,
        format!("{column} is not a date or time that a visit can have."),
    )
}

pub fn status_of(row: &Value) -> BookingStatus {
    BookingStatus::from_label(row["status"].as_str().unwrap_or_default())
}

pub fn id(row: &Value, column: &str) -> Option<Uuid> {
    row[column].as_str()?.parse().ok()
}
