//! The privileged steps of messaging: they run as portal_owner and re-check every right themselves. Clients cannot
//! call them; `api.rs` does.

use pgrx::prelude::*;
use uuid::Uuid;

use super::rules;
use super::store::{self, Thread};
use crate::access::scope;
use crate::error::{PortalError, Result, Status, surface};
use crate::ids::from_pg;
use crate::types::{Capability, ThreadStatus};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn read_thread(thread_id: Option<pgrx::Uuid>) -> i32 {
        surface(|| {
            let (org_id, id) = named(thread_id)?;
            let thread = store::thread(org_id, id).ok_or_else(absent)?;
            let side = side(&thread).ok_or_else(absent)?;
            let user_id = scope::require_user()?;
            Ok(store::read(org_id, id, user_id, side.account_id()))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn change_thread_status(
        thread_id: Option<pgrx::Uuid>,
        status: Option<ThreadStatus>,
    ) -> ThreadStatus {
        surface(|| change(thread_id, status.ok_or_else(unknown_status)?))
    }
}

pub fn unknown_status() -> PortalError {
    PortalError::invalid(
        "status",
        "The status must be open, pending_customer, pending_internal or closed.",
    )
}

pub fn absent() -> PortalError {
    PortalError::absent("conversation")
}

/// The company that the caller acts in, and the conversation they name.
pub fn named(thread_id: Option<pgrx::Uuid>) -> Result<(Uuid, Uuid)> {
    scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    Ok((org_id, thread_id.map(from_pg).ok_or_else(absent)?))
}

/// As whom somebody takes part in a conversation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Side {
    Office,
    /// The technician of the job that it is about.
    Technician,
    Customer(Uuid),
}

impl Side {
    fn account_id(self) -> Option<Uuid> {
        match self {
            Self::Customer(account_id) => Some(account_id),
            Self::Office | Self::Technician => None,
        }
    }
}

/// The caller's side; nothing where the conversation is none of their business. The same as the policy for reading.
pub fn side(thread: &Thread) -> Option<Side> {
    let is_own_job = |id| scope::job_ids().contains(&id);
    if scope::is_office() {
        return Some(Side::Office);
    }
    if thread.related_work_order_id.is_some_and(is_own_job) {
        return Some(Side::Technician);
    }
    let reach = scope::reach(Capability::View);
    let in_reach = match thread.location_id {
        Some(location_id) => reach.covers(thread.customer_id, location_id),
        None => reach.whole.contains(&thread.customer_id),
    };
    scope::account_id().filter(|_| in_reach).map(Side::Customer)
}

fn change(thread_id: Option<pgrx::Uuid>, status: ThreadStatus) -> Result<ThreadStatus> {
    let (org_id, id) = named(thread_id)?;
    let thread = store::lock_thread(org_id, id).ok_or_else(absent)?;
    match side(&thread).ok_or_else(absent)? {
        Side::Office => {}
        Side::Customer(_) => rules::check_by_customer(thread.status, status)?,
        Side::Technician => {
            return Err(PortalError::new(
                Status::NotAllowed,
                "not_allowed",
                "Only the office and the customer close and open a conversation.",
                "Ask the office.",
            ));
        }
    }
    if thread.status != status {
        store::set_status(org_id, id, status);
    }
    Ok(status)
}
