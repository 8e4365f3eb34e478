//! What customers call; staff call it as well.

use pgrx::composite_type;
use pgrx::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::calendar::{self, CalendarFile};
use super::decision::{Action, Facts};
use super::{policy, steps, store};
use crate::access::scope;
use crate::document::Document;
use crate::error::{PortalError, Result, surface};
use crate::guc;
use crate::ids::from_pg;
use crate::receipts;
use crate::rows;
use crate::spi;
use crate::time;
use crate::types::WorkOrderStatus;

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(stable)]
    fn appointment_policy(
        appointment_id: Option<pgrx::Uuid>,
    ) -> TableIterator<
        'static,
        (
            name!(can_reschedule, bool),
            name!(reschedule_until, Option<TimestampWithTimeZone>),
            name!(reschedule_refusal, Option<String>),
            name!(can_cancel, bool),
            name!(cancel_until, Option<TimestampWithTimeZone>),
            name!(cancel_refusal, Option<String>),
            name!(fee_cents, i32),
            name!(currency, String),
            name!(reschedules_left, i32),
            name!(contact_phone, Option<String>),
            name!(contact_email, Option<String>),
            name!(reschedule_message, String),
            name!(cancel_message, String),
            name!(fee_free_until, Option<TimestampWithTimeZone>),
        ),
    > {
        surface(|| {
            let (org_id, id) = named(appointment_id)?;
            let facts = store::facts(org_id, id).ok_or_else(absent)?;
            let (moving, canceling) = (
                explain(Action::Move, &facts),
                explain(Action::Cancel, &facts),
            );
            Ok(TableIterator::once((
                moving.can,
                moving.until,
                moving.refusal,
                canceling.can,
                canceling.until,
                canceling.refusal,
                facts.fee_cents(),
                facts.currency.clone(),
                facts.moves_left(),
                facts.contact_phone.clone(),
                facts.contact_email.clone(),
                moving.message,
                canceling.message,
                facts.fee_free_until().map(time::to_pg),
            )))
        })
    }

    #[pg_extern(volatile)]
    fn reschedule_appointment(
        appointment_id: Option<pgrx::Uuid>,
        window_start: Option<TimestampWithTimeZone>,
        reason: default!(Option<&str>, "NULL"),
        idempotency_key: default!(Option<&str>, "NULL"),
        dry_run: default!(Option<bool>, "false"),
    ) -> SetOfIterator<'static, composite_type!('static, "portal.appointment_row")> {
        surface(|| {
            let input = json!({
                "appointment_id": appointment_id.map(from_pg), "window_start": window_start, "reason": reason,
            });
            let step = || {
                Ok(stepped(spi::write(
                    "select portal_internal.move_appointment($1, $2, $3)",
                    &[appointment_id.into(), window_start.into(), reason.into()],
                )))
            };
            let row = receipts::perform(
                "reschedule_appointment",
                idempotency_key,
                dry_run,
                &input,
                step,
            )?;
            Ok(rows::appointment(row))
        })
    }

    #[pg_extern(volatile)]
    fn cancel_appointment(
        appointment_id: Option<pgrx::Uuid>,
        reason: default!(Option<&str>, "NULL"),
        idempotency_key: default!(Option<&str>, "NULL"),
        dry_run: default!(Option<bool>, "false"),
    ) -> SetOfIterator<'static, composite_type!('static, "portal.appointment_row")> {
        surface(|| {
            let input = json!({ "appointment_id": appointment_id.map(from_pg), "reason": reason });
            let step = || {
                Ok(stepped(spi::write(
                    "select portal_internal.end_appointment($1, $2)",
                    &[appointment_id.into(), reason.into()],
                )))
            };
            let row =
                receipts::perform("cancel_appointment", idempotency_key, dry_run, &input, step)?;
            Ok(rows::appointment(row))
        })
    }

    #[pg_extern(stable)]
    fn appointment_status(
        appointment_id: Option<pgrx::Uuid>,
    ) -> TableIterator<
        'static,
        (
            name!(status, WorkOrderStatus),
            name!(eta, Option<TimestampWithTimeZone>),
            name!(technician_name, Option<String>),
            name!(updated_at, TimestampWithTimeZone),
        ),
    > {
        surface(|| {
            let (org_id, id) = named(appointment_id)?;
            let row = store::status(org_id, id).ok_or_else(absent)?;
            Ok(TableIterator::once((
                row.status,
                row.eta,
                row.technician_name,
                row.updated_at,
            )))
        })
    }

    #[pg_extern(stable)]
    fn appointment_calendar(appointment_id: Option<pgrx::Uuid>) -> CalendarFile {
        surface(|| {
            let (org_id, id) = named(appointment_id)?;
            let entry = store::calendar_entries(&[(org_id, id)]).pop();
            let entry = entry.ok_or_else(absent)?;
            // PostgREST sends these with its answer; elsewhere nobody reads the setting.
            let disposition = format!(
                "attachment; filename=\"appointment-{}.ics\"",
                entry.reference
            );
            let headers = json!([{ "Content-Disposition": disposition }]);
            guc::set_local(c"response.headers", &headers.to_string());
            Ok(CalendarFile(calendar::document(&entry)))
        })
    }
}

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(immutable)]
    fn is_fee_schedule(fee_tiers: Option<Document>) -> bool {
        let tiers = fee_tiers.and_then(|json| json.read("fee_tiers").ok());
        tiers.is_some_and(|tiers| policy::fee_tiers(&tiers).is_ok())
    }
}

pub fn absent() -> PortalError {
    PortalError::absent("appointment")
}

/// The caller's organization and the id that they name. Whether it is theirs to see, row level security says.
pub fn named(appointment_id: Option<pgrx::Uuid>) -> Result<(Uuid, Uuid)> {
    scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let id = appointment_id.map(from_pg).ok_or_else(absent)?;
    Ok((org_id, id))
}

struct Explanation {
    can: bool,
    until: Option<TimestampWithTimeZone>,
    refusal: Option<String>,
    message: String,
}

/// What the caller may do. The office may go beyond what a customer is told.
fn explain(action: Action, facts: &Facts) -> Explanation {
    if let Err(refusal) = steps::check_right(action, facts) {
        return Explanation {
            can: false,
            until: None,
            refusal: Some(refusal.reason.into_owned()),
            message: refusal.message.into_owned(),
        };
    }
    let verdict = action.verdict(facts);
    let can = match verdict.refusal {
        None => true,
        Some(refused) => scope::is_office() && action.may_bypass(refused),
    };
    Explanation {
        can,
        until: verdict.until.map(time::to_pg),
        refusal: verdict.refusal.map(|refused| refused.reason().to_owned()),
        message: action.explain(facts, &verdict),
    }
}

fn stepped(answer: Option<Value>) -> Value {
    answer.expect("a step answers its appointment")
}
