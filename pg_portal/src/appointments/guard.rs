//! The trigger of `work_orders` that keeps its rules on every path: which status may follow, who can do the job, and
//! which time it takes.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pgrx::datum::datetime_support::transaction_timestamp;
use pgrx::datum::{Range, RangeBound};
use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::rules::{self, INSTANTS, Job};
use super::status;
use super::store::{self, Setting};
use crate::access::scope;
use crate::error::{PortalError, Result, Status, trigger_surface};
use crate::scheduling::lock_days;
use crate::scheduling::rules::Span;
use crate::time;
use crate::trigger::{self, Row, TriggerResult};
use crate::types::WorkOrderStatus;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn guard_work_order<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let (old, new) = (trigger::old_json(trigger)?, trigger::new_json(trigger)?);
            let mut row = trigger::row(trigger);
            if writes_as_technician() {
                check_technician(&old, &new)?;
            }
            let Some(after) = job(&new)? else {
                return Ok(Some(row));
            };
            let before = job(&old)?;
            if let Some(before) = &before {
                check_transition(before.status, after.status)?;
            }
            let change = Change {
                old: &old,
                new: &new,
                before,
                after,
            };
            reserve(&change, &mut row)?;
            keep_books(&change, &mut row);
            Ok(Some(row))
        })
    }
}

struct Change<'a> {
    old: &'a Value,
    new: &'a Value,
    before: Option<Job>,
    after: Job,
}

impl Change<'_> {
    /// True for every column of a new row.
    fn touches(&self, columns: &[&str]) -> bool {
        columns.iter().any(|c| self.old.get(c) != self.new.get(c))
    }

    fn is_confirmation(&self) -> bool {
        let was = self.before.as_ref().map(|job| job.status);
        was == Some(WorkOrderStatus::Tentative) && self.after.status != WorkOrderStatus::Tentative
    }
}

/// The row as a job; nothing for no row, and where NOT NULL or a CHECK will refuse it anyway.
fn job(row: &Value) -> Result<Option<Job>> {
    for column in INSTANTS {
        if Option::<Timestamp>::deserialize(&row[column]).is_err() {
            let message = format!("{column} must be a real point in time.");
            return Err(PortalError::invalid(column, message));
        }
    }
    let job = Job::deserialize(row).ok();
    Ok(job.filter(|job| job.window_start < job.window_end))
}

/// Technicians write as themselves here; what a privileged step writes for them has been checked there.
fn writes_as_technician() -> bool {
    // SAFETY: both only look at the session and the catalog; a role that is absent is no role.
    let as_client =
        unsafe { pg_sys::GetUserId() == pg_sys::get_role_oid(c"authenticated".as_ptr(), true) };
    as_client && scope::staff_role().as_deref() == Some("technician")
}

/// Technicians report on their job; planning it is the office's. Grants cannot tell the two apart, because both are
/// the database role `authenticated`.
const REPORTED: [&str; 5] = ["status", "status_note", "eta", "job_summary", "updated_at"];

fn check_technician(old: &Value, new: &Value) -> Result<()> {
    let Some(columns) = old.as_object() else {
        return Ok(());
    };
    let planned = columns.iter().find(|(column, was)| {
        !REPORTED.contains(&column.as_str()) && new.get(column.as_str()) != Some(was)
    });
    match planned {
        None => Ok(()),
        Some((column, _)) => Err(PortalError::new(
            Status::NotAllowed,
            "not_for_technicians",
            format!("A technician cannot change {column} of a job."),
            "Ask the dispatcher.",
        )
        .fact("column", column.as_str())),
    }
}

fn check_transition(from: WorkOrderStatus, to: WorkOrderStatus) -> Result<()> {
    if from == to || status::may(from, to) {
        return Ok(());
    }
    let allowed = status::next(from).iter().map(|status| status.label());
    Err(PortalError::status_not_allowed(
        from.label(),
        to.label(),
        allowed.collect(),
    ))
}

/// Works out which time the job takes, and who else must wait while it is taken.
fn reserve(change: &Change<'_>, row: &mut Row<'_>) -> Result<()> {
    let retimed = change.touches(&["window_start", "window_end", "service_type", "blocked"]);
    let replanned = change.touches(&["technician_id", "service_type"]);
    // A hold that is prolonged or confirmed may have run out meanwhile: then it takes its time anew.
    let renewed = change.touches(&["hold_expires_at"]) || change.is_confirmation();
    let takes_time = change.after.is_active() && (retimed || replanned || renewed);
    if !(retimed || takes_time) {
        return Ok(());
    }
    let job = &change.after;
    let setting = store::setting(job);
    if replanned && job.is_active() && setting.is_suited == Some(false) {
        return Err(unsuited(job));
    }
    let blocked = blocked(job, &setting)?;
    if retimed {
        let (start, end) = (time::to_pg(blocked.start), time::to_pg(blocked.end));
        trigger::set(
            row,
            "blocked",
            Range::new(start, RangeBound::Exclusive(end)),
        );
    }
    if let Some(zone) = company_zone(&setting).filter(|_| takes_time) {
        lock_days(job.org_id, &zone, blocked);
    }
    Ok(())
}

/// The window with the service's duration and buffers; the bare window of a service that a foreign key will refuse.
fn blocked(job: &Job, setting: &Setting) -> Result<Span> {
    let window = Span {
        start: job.window_start,
        end: job.window_end,
    };
    let blocked = setting
        .service
        .as_ref()
        .map_or(Some(window), |service| service.blocked(window));
    blocked.ok_or_else(|| PortalError::invalid("window_start", "That time is out of range."))
}

fn company_zone(setting: &Setting) -> Option<TimeZone> {
    time::zone(setting.company_zone.as_deref()?)
}

pub fn unsuited(job: &Job) -> PortalError {
    PortalError::new(
        Status::Refused,
        "technician_unsuited",
        "That technician does not do this service, or no longer works here.",
        "Choose a technician with the skill, or add the skill first.",
    )
    .fact("service_type", job.service_type.as_str())
}

/// Columns that follow from the others, whatever was written into them.
fn keep_books(change: &Change<'_>, row: &mut Row<'_>) {
    const NOTHING: Option<TimestampWithTimeZone> = None;
    let after = &change.after;
    if let Some(before) = &change.before {
        let revision = i32::from(rules::is_new_revision(before, after));
        trigger::set(
            row,
            "ics_sequence",
            before.ics_sequence.saturating_add(revision),
        );
        // An estimate for the window before says nothing about the new one.
        if change.touches(&["window_start", "window_end"]) && !change.touches(&["eta"]) {
            trigger::set(row, "eta", NOTHING);
        }
        if !change.touches(&["status_note"]) && is_other_news(change) {
            trigger::set(row, "status_note", None::<String>);
        }
    }
    let ended = match after.status {
        WorkOrderStatus::Completed => Some("completed_at"),
        WorkOrderStatus::Canceled => Some("canceled_at"),
        _ => None,
    };
    if let Some(column) = ended.filter(|column| change.new[*column].is_null()) {
        trigger::set(row, column, transaction_timestamp());
    }
    if after.status != WorkOrderStatus::Tentative && !change.new["hold_expires_at"].is_null() {
        trigger::set(row, "hold_expires_at", NOTHING);
    }
}

/// A note belongs to the change that it came with.
fn is_other_news(change: &Change<'_>) -> bool {
    let columns = change.new.as_object().into_iter().flatten();
    columns
        .filter(|(column, _)| !["status_note", "updated_at"].contains(&column.as_str()))
        .any(|(column, is)| change.old.get(column) != Some(is))
}
