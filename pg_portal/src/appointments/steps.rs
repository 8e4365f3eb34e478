//! The privileged steps of appointments: they run as portal_owner and re-check every right themselves. Clients cannot
//! call them; `api.rs` does.

use jiff::Timestamp;
use pgrx::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::decision::{self, Action, Facts};
use super::policy::Refused;
use super::rules::HOLD_EXPIRED;
use super::store::{self, Move};
use crate::access::scope;
use crate::audit;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::from_pg;
use crate::scheduling::{Leaving, Place, Schedule};
use crate::time;
use crate::types::Capability;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn move_appointment(
        appointment_id: Option<pgrx::Uuid>,
        window_start: Option<TimestampWithTimeZone>,
        reason: Option<&str>,
    ) -> pgrx::JsonB {
        surface(|| {
            let start = window_start.and_then(time::from_pg).ok_or_else(|| {
                PortalError::invalid("window_start", "Say when the new window starts.")
            })?;
            let reason = words("reason", reason)?;
            move_to(&open(appointment_id, Action::Move)?, start, reason).map(pgrx::JsonB)
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn end_appointment(appointment_id: Option<pgrx::Uuid>, reason: Option<&str>) -> pgrx::JsonB {
        surface(|| {
            let reason = words("reason", reason)?;
            cancel(&open(appointment_id, Action::Cancel)?, reason).map(pgrx::JsonB)
        })
    }
}

/// What a person says in their own words: up to 1000 characters, nothing when blank.
pub fn words<'a>(argument: &str, text: Option<&'a str>) -> Result<Option<&'a str>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text == HOLD_EXPIRED || text.chars().count() > 1000 {
        let message = format!("Give the {argument} in your own words, in at most 1000 characters.");
        return Err(PortalError::invalid(argument, message));
    }
    Ok(Some(text))
}

/// An appointment that the caller may change, locked.
struct Opened {
    org_id: Uuid,
    id: Uuid,
    facts: Facts,
    by_office: bool,
}

fn open(appointment_id: Option<pgrx::Uuid>, action: Action) -> Result<Opened> {
    scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let absent = || PortalError::absent("appointment");
    let id = appointment_id.map(from_pg).ok_or_else(absent)?;
    let seen = store::facts(org_id, id).filter(is_visible);
    check_right(action, &seen.ok_or_else(absent)?)?;
    Ok(Opened {
        org_id,
        id,
        facts: store::lock(org_id, id).ok_or_else(absent)?,
        by_office: scope::is_office(),
    })
}

/// The same as the policy on `work_orders` for reading: this runs as portal_owner, who sees everything.
fn is_visible(facts: &Facts) -> bool {
    scope::is_office()
        || scope::reach(Capability::View).covers(facts.customer_id, facts.location_id)
        || facts.technician_id.is_some() && facts.technician_id == scope::technician_id()
}

/// Errors: PT403 for an account that sees the appointment and may not touch it.
pub fn check_right(action: Action, facts: &Facts) -> Result<()> {
    let reach = scope::reach(action.capability());
    if scope::is_office() || reach.covers(facts.customer_id, facts.location_id) {
        return Ok(());
    }
    Err(action.not_here())
}

fn move_to(job: &Opened, start: Timestamp, reason: Option<&str>) -> Result<Value> {
    let facts = &job.facts;
    let schedule = || {
        Schedule::read(Place {
            org_id: job.org_id,
            location_id: facts.location_id,
            service_type: &facts.service_type,
            except: Some(Leaving {
                job: job.id,
                window_start: facts.visit.window_start,
            }),
        })
    };
    let bypassed = check_policy(job, Action::Move, reason).map_err(|refusal| {
        let alternatives = schedule().map(|schedule| schedule.alternatives(start));
        refusal.fact("alternatives", alternatives.unwrap_or_default())
    })?;
    if start == facts.visit.window_start {
        return Err(same_window());
    }
    let free = schedule()?.take(start, facts.technician_id)?;
    let how = Move {
        to: &free,
        counts: !job.by_office,
        hold_minutes: facts.hold_minutes,
        note: reason,
    };
    store::move_to(job.org_id, job.id, &how);
    finish(job, Action::Move, bypassed, reason)
}

fn same_window() -> PortalError {
    PortalError::new(
        Status::Refused,
        "same_window",
        "The appointment already is in that window.",
        "Choose another window that available_windows lists.",
    )
}

/// The office's own cancellations cost the customer nothing; waiving a fee is a bypass like any other.
fn cancel(job: &Opened, reason: Option<&str>) -> Result<Value> {
    let fee_cents = job.facts.fee_cents();
    let refused = check_policy(job, Action::Cancel, reason)?;
    let waived = (job.by_office && fee_cents > 0).then_some("fee");
    let bypassed = refused.or(waived);
    if let Some(bypassed) = waived.filter(|_| reason.is_none()) {
        return Err(decision::reason_required(Action::Cancel, bypassed));
    }
    let charged = if job.by_office { 0 } else { fee_cents };
    store::cancel(job.org_id, job.id, reason, charged);
    finish(job, Action::Cancel, bypassed, reason)
}

/// What the policy has against it, where the office goes beyond it and says why.
fn check_policy(
    job: &Opened,
    action: Action,
    reason: Option<&str>,
) -> Result<Option<&'static str>> {
    let verdict = action.verdict(&job.facts);
    let may_bypass = |refused: Refused| job.by_office && action.may_bypass(refused);
    match verdict.refusal {
        None => Ok(None),
        Some(refused) if !may_bypass(refused) => {
            Err(action.refusal(&job.facts, refused, verdict.until))
        }
        Some(refused) if reason.is_none() => {
            Err(decision::reason_required(action, refused.reason()))
        }
        Some(refused) => Ok(Some(refused.reason())),
    }
}

fn finish(
    job: &Opened,
    action: Action,
    bypassed: Option<&'static str>,
    reason: Option<&str>,
) -> Result<Value> {
    if let Some(bypassed) = bypassed {
        audit::record(&audit::Event {
            org_id: job.org_id,
            account_id: None,
            event_type: "policy_bypassed",
            payload: Some(
                json!({ "action": action.verb(), "bypassed": bypassed, "reason": reason }),
            ),
            entity: Some(("appointment", Some(job.id))),
        });
    }
    store::appointment(job.org_id, job.id).ok_or_else(|| PortalError::absent("appointment"))
}
