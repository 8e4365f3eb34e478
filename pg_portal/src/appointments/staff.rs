//! What staff call about the jobs of a day. It runs as the caller: row level security and the guard of `work_orders`
//! say what each of them may change.

use pgrx::composite_type;
use pgrx::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::api::{absent, named};
use super::rules::Job;
use super::store::{self, Report};
use super::{guard, steps};
use crate::access::scope;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::from_pg;
use crate::rows;
use crate::scheduling::rules::Span;
use crate::scheduling::{Leaving, Place, Schedule};
use crate::spi;
use crate::time;
use crate::types::WorkOrderStatus;

/// How many other technicians are named when the wanted one has no time.
const NAMED: usize = 3;

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(volatile)]
    fn set_appointment_status(
        appointment_id: Option<pgrx::Uuid>,
        status: default!(Option<&str>, "NULL"),
        eta: default!(Option<TimestampWithTimeZone>, "NULL"),
        note: default!(Option<&str>, "NULL"),
    ) -> SetOfIterator<'static, composite_type!('static, "portal.appointment_row")> {
        surface(|| {
            let (org_id, id) = named(appointment_id)?;
            let report = Report {
                status: status.map(parse_status).transpose()?,
                eta: eta.map(real).transpose()?,
                note: steps::words("note", note)?,
            };
            let row = spi::attempt(|| set_status(org_id, id, &report))?;
            Ok(rows::appointment(row))
        })
    }

    #[pg_extern(volatile)]
    fn assign_technician(
        appointment_id: Option<pgrx::Uuid>,
        technician_id: Option<pgrx::Uuid>,
    ) -> SetOfIterator<'static, composite_type!('static, "portal.appointment_row")> {
        surface(|| {
            let (org_id, id) = named(appointment_id)?;
            let row = spi::attempt(|| assign(org_id, id, technician_id.map(from_pg)))?;
            Ok(rows::appointment(row))
        })
    }
}

fn parse_status(label: &str) -> Result<WorkOrderStatus> {
    serde_json::from_value(label.into()).map_err(|_| {
        PortalError::invalid(
            "status",
            "The status must be scheduled, en_route, on_site, completed, canceled or no_show.",
        )
    })
}

fn real(eta: TimestampWithTimeZone) -> Result<TimestampWithTimeZone> {
    match time::from_pg(eta) {
        Some(_) => Ok(eta),
        None => Err(PortalError::invalid(
            "eta",
            "The arrival must be a real point in time.",
        )),
    }
}

fn staff_only() -> PortalError {
    PortalError::new(
        Status::NotAllowed,
        "staff_only",
        "Only the company can do that.",
        "Use reschedule_appointment or cancel_appointment, or call the company.",
    )
}

fn set_status(org_id: Uuid, id: Uuid, report: &Report<'_>) -> Result<Value> {
    let job = store::job(org_id, id).ok_or_else(absent)?;
    let is_own = job.technician_id.is_some() && job.technician_id == scope::technician_id();
    if !scope::is_office() && !is_own {
        return Err(staff_only());
    }
    if report.status.is_none() && report.eta.is_none() && report.note.is_none() {
        return Err(PortalError::invalid(
            "status",
            "Give a status, an eta or a note.",
        ));
    }
    store::report(org_id, id, report);
    store::appointment(org_id, id).ok_or_else(absent)
}

fn assign(org_id: Uuid, id: Uuid, technician_id: Option<Uuid>) -> Result<Value> {
    let job = store::job(org_id, id).ok_or_else(absent)?;
    if !scope::is_office() {
        return Err(staff_only());
    }
    let known = technician_id.filter(|id| !store::technicians(org_id, &[*id]).is_empty());
    let technician_id = known.ok_or_else(|| PortalError::absent("technician"))?;
    if job.technician_id != Some(technician_id) {
        check_free(&job, technician_id)?;
        store::assign(org_id, id, technician_id);
    }
    store::appointment(org_id, id).ok_or_else(absent)
}

fn check_free(job: &Job, technician_id: Uuid) -> Result<()> {
    if !job.is_active() {
        return Err(PortalError::new(
            Status::Refused,
            "already_over",
            "This appointment is over, so nobody can be assigned to it.",
            "Make a new appointment instead.",
        ));
    }
    let schedule = Schedule::read(Place {
        org_id: job.org_id,
        location_id: job.location_id,
        service_type: &job.service_type,
        except: Some(Leaving {
            job: job.id,
            window_start: job.window_start,
        }),
    })?;
    let free = schedule.free_at(Span {
        start: job.window_start,
        end: job.window_end,
    });
    if free.contains(&technician_id) {
        return Ok(());
    }
    let wanted = Job {
        technician_id: Some(technician_id),
        ..job.clone()
    };
    if store::setting(&wanted).is_suited == Some(false) {
        return Err(guard::unsuited(&wanted));
    }
    let others = &free[..free.len().min(NAMED)];
    Err(PortalError::new(
        Status::Conflict,
        "technician_busy",
        "That technician has no time then.",
        "Choose one of the technicians in details, or move the appointment.",
    )
    .fact("technicians", store::technicians(job.org_id, others)))
}
