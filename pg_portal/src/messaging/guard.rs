//! The triggers before a conversation or message is stored: the rules on every path. They run as portal_owner, who
//! sees everything, so they ask themselves what the caller may see; the policies then judge the row as it will be.

use jiff::Timestamp;
use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::rules::{self, Limit};
use super::store::{self, Mirror};
use crate::access::scope;
use crate::documents::rules::check_attachments;
use crate::error::{PortalError, Result, trigger_surface};
use crate::ids::to_pg;
use crate::time;
use crate::trigger::{self, Row, TriggerResult};
use crate::types::{Capability, SenderType};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn guard_thread<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let mut row = trigger::row(trigger);
            // What is missing is named better by NOT NULL.
            if let Ok(new) = Thread::deserialize(trigger::new_json(trigger)?) {
                begin(&new, &mut row)?;
            }
            Ok(Some(row))
        })
    }

    #[pg_trigger]
    fn guard_message<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let mut row = trigger::row(trigger);
            if let Ok(new) = Message::deserialize(trigger::new_json(trigger)?) {
                admit(&new, &mut row)?;
            }
            Ok(Some(row))
        })
    }
}

/// A conversation that is to begin.
#[derive(Debug, Deserialize)]
struct Thread {
    org_id: Uuid,
    id: Uuid,
    customer_id: Option<Uuid>,
    location_id: Option<Uuid>,
    related_work_order_id: Option<Uuid>,
    created_by_portal_account_id: Option<Uuid>,
    created_by_user_id: Option<Uuid>,
}

/// A message that is to be stored, or has been.
#[derive(Debug, Deserialize)]
pub struct Message {
    pub org_id: Uuid,
    pub id: Uuid,
    pub thread_id: Uuid,
    /// Copied from the thread, as the next two are; nothing where the writer sees no such thread.
    pub customer_id: Option<Uuid>,
    pub location_id: Option<Uuid>,
    pub related_work_order_id: Option<Uuid>,
    pub crm_interaction_id: Option<Uuid>,
    pub sender_type: SenderType,
    pub sender_portal_account_id: Option<Uuid>,
    pub sender_user_id: Option<Uuid>,
    pub sender_name: Option<String>,
    pub body: String,
    pub attachments: Value,
    pub client_message_id: Option<Uuid>,
    sent_at: Value,
}

impl Message {
    /// When it was sent; nothing for a time that no calendar reaches (`infinity`).
    pub fn sent_at(&self) -> Option<Timestamp> {
        self.sent_at.as_str()?.parse().ok()
    }
}

fn begin(new: &Thread, row: &mut Row<'_>) -> Result<()> {
    let is_office = scope::is_office();
    if scope::user_id().is_some() && scope::org_id() != Some(new.org_id) {
        // Somebody else's company: the policy refuses it, and nothing of it is looked up.
        return Ok(());
    }
    let place = place(new)?;
    if scope::user_id().is_some() && !is_office {
        check_visible(new, &place)?;
    }
    // The place says whose conversation it is; a different customer fails at the foreign key.
    if new.customer_id.is_none() {
        trigger::set(row, "customer_id", place.customer_id.map(to_pg));
    }
    trigger::set(row, "location_id", place.location_id.map(to_pg));
    if new.created_by_user_id.is_some() {
        trigger::set(row, "created_by_portal_account_id", None::<pgrx::Uuid>);
        return Ok(());
    }
    let Some(account_id) = new.created_by_portal_account_id.filter(is_callers_own) else {
        return Ok(());
    };
    store::lock_account(new.org_id, account_id);
    if store::has_thread(new.org_id, new.id) {
        return Ok(()); // Sent again: the primary key decides.
    }
    let threads = store::nth_newest_thread(new.org_id, account_id, rules::THREADS.count);
    let now = time::clock();
    match rules::THREADS.wait(threads, now) {
        Some(wait) => Err(rules::too_many("too_many_threads", "conversations", wait)),
        None => Ok(()),
    }
}

/// Only people are held to the limits: services import what has been written elsewhere.
fn is_callers_own(account_id: &Uuid) -> bool {
    scope::account_id() == Some(*account_id)
}

/// Whose and what a conversation is about.
struct Place {
    customer_id: Option<Uuid>,
    location_id: Option<Uuid>,
}

/// The job says where, the location says whose; without either it is about the writer's own customer.
fn place(new: &Thread) -> Result<Place> {
    let (what, found) = match (new.related_work_order_id, new.location_id) {
        (Some(job), _) => ("appointment", store::place_of_job(new.org_id, job)),
        (None, Some(location)) => ("location", store::customer_at(new.org_id, location)),
        (None, None) => {
            return Ok(Place {
                customer_id: new.customer_id.or_else(scope::customer_id),
                location_id: None,
            });
        }
    };
    let (customer_id, location_id) = found
        .filter(|(customer, location)| is_in_reach(*customer, *location))
        .ok_or_else(|| PortalError::absent(what))?;
    if new.location_id.is_some_and(|named| named != location_id) {
        return Err(PortalError::invalid(
            "location_id",
            "The appointment is at another location; name the appointment alone.",
        ));
    }
    Ok(Place {
        customer_id: Some(customer_id),
        location_id: Some(location_id),
    })
}

/// Without a caller it is a DBA or a service.
fn is_in_reach(customer_id: Uuid, location_id: Uuid) -> bool {
    scope::user_id().is_none()
        || scope::is_office()
        || scope::reach(Capability::View).covers(customer_id, location_id)
}

/// A conversation about no location is about the whole customer.
fn check_visible(new: &Thread, place: &Place) -> Result<()> {
    let reach = scope::reach(Capability::View);
    match (place.customer_id, place.location_id) {
        (_, Some(_)) => Ok(()),
        (Some(customer_id), None) if reach.whole.contains(&customer_id) => Ok(()),
        _ if new.customer_id.is_none() && !reach.locations.is_empty() => Err(PortalError::invalid(
            "location_id",
            "Say which of your locations it is about: give location_id or appointment_id.",
        )),
        _ => Err(PortalError::absent("customer")),
    }
}

fn admit(new: &Message, row: &mut Row<'_>) -> Result<()> {
    let customer_id = new
        .customer_id
        .ok_or_else(|| PortalError::absent("conversation"))?;
    rules::body(&new.body)?;
    check_attachments(&new.attachments, new.org_id, customer_id)?;
    if new.sender_type != SenderType::PortalCustomer {
        // The column's default names the account of whoever has one beside working here.
        trigger::set(row, "sender_portal_account_id", None::<pgrx::Uuid>);
    }
    // From here to the end of the transaction messages of this thread queue up, so that their times are in the order
    // in which they become visible: paging by sent_at neither misses nor repeats any.
    store::lock_thread(new.org_id, new.thread_id);
    let setting = store::setting(new).ok_or_else(|| PortalError::absent("conversation"))?;
    if setting.is_stored {
        return Ok(()); // Sent again: the unique constraint decides, and nothing else happens.
    }
    let import = new
        .sent_at()
        .filter(|sent_at| rules::is_import(*sent_at, setting.now));
    if import.is_none() {
        check_limits(new)?;
    }
    let sent_at = import.unwrap_or(setting.next);
    trigger::set(row, "sent_at", time::to_pg(sent_at));
    trigger::set(row, "sender_name", setting.sender_name);
    if new.crm_interaction_id.is_none() {
        let mirror = Mirror {
            message: new,
            customer_id,
            sent_at,
        };
        trigger::set(row, "crm_interaction_id", to_pg(store::mirror(&mirror)));
    }
    Ok(())
}

fn check_limits(new: &Message) -> Result<()> {
    let own = new.sender_portal_account_id.filter(is_callers_own);
    let Some(account_id) = own.filter(|_| new.sender_type == SenderType::PortalCustomer) else {
        return Ok(());
    };
    store::lock_account(new.org_id, account_id);
    let now = time::clock();
    let wait = |limit: &Limit| {
        let nth_newest = store::nth_newest_message(new.org_id, account_id, limit.count);
        limit.wait(nth_newest, now)
    };
    match rules::MESSAGES.iter().filter_map(wait).max() {
        Some(wait) => Err(rules::too_many("too_many_messages", "messages", wait)),
        None => Ok(()),
    }
}
