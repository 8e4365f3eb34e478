//! The privileged step of booking: it runs as portal_owner and re-checks every right itself.

use pgrx::prelude::*;
use uuid::Uuid;

use super::store;
use crate::access::scope;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::from_pg;
use crate::types::{BookingStatus, Capability};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn withdraw_request(booking_request_id: Option<pgrx::Uuid>, reason: Option<&str>) {
        surface(|| withdraw(booking_request_id.map(from_pg), reason))
    }
}

/// Takes a request back for the customer. Repeating it changes nothing.
fn withdraw(id: Option<Uuid>, reason: Option<&str>) -> Result<()> {
    let absent = || PortalError::absent("booking request");
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let id = id.ok_or_else(absent)?;
    let request = store::lock_request(org_id, id).ok_or_else(absent)?;
    let may = |capability| {
        scope::is_office()
            || scope::reach(capability).covers(request.customer_id, request.location_id)
    };
    if !may(Capability::View) {
        return Err(absent());
    }
    if !may(Capability::Cancel) {
        return Err(PortalError::new(
            Status::NotAllowed,
            "cannot_cancel_here",
            "Your account may see this request but not cancel it.",
            "Ask the property manager or the company to cancel, or to let you.",
        ));
    }
    match request.status {
        BookingStatus::CanceledByCustomer => Ok(()),
        BookingStatus::Scheduled => Err(PortalError::new(
            Status::Refused,
            "already_scheduled",
            "This request has become an appointment.",
            "Cancel the appointment with cancel_appointment; appointment_policy tells its conditions.",
        )),
        _ => {
            store::decide(org_id, id, BookingStatus::CanceledByCustomer, None, reason);
            Ok(())
        }
    }
}
