//! The one place where audit rows are written. Runs as portal_owner: inside the trigger and the privileged steps.

use std::net::IpAddr;

use serde_json::Value;
use uuid::Uuid;

use crate::access::scope;
use crate::caller::Caller;
use crate::spi;

pub struct Event<'a> {
    pub org_id: Uuid,
    /// The account concerned; `None` for events of the organization.
    pub account_id: Option<Uuid>,
    pub event_type: &'a str,
    pub payload: Option<Value>,
    /// The kind of row and its id.
    pub entity: Option<(&'a str, Option<Uuid>)>,
}

pub fn record(event: &Event<'_>) {
    write(None, event);
}

/// As [`record`], with an id that others refer to.
pub fn record_as(id: Uuid, event: &Event<'_>) {
    write(Some(id), event);
}

fn write(id: Option<Uuid>, event: &Event<'_>) {
    let caller = Caller::current();
    let (entity, entity_id) = event.entity.unzip();
    spi::run(
        "insert into public.portal_audit_events
           (org_id, portal_account_id, actor_type, actor_user_id, event_type, event_payload,
            ip_address, user_agent, entity, entity_id, id)
         values ($1::uuid, $2::uuid, $3::portal.actor_type, $4::uuid, $5, $6, $7::inet, $8, $9, $10::uuid,
           coalesce($11::uuid, gen_random_uuid()))",
        &[
            event.org_id.to_string().into(),
            event.account_id.map(|id| id.to_string()).into(),
            actor_type(&caller, event.org_id).into(),
            caller.user_id().map(|id| id.to_string()).into(),
            event.event_type.into(),
            event.payload.clone().map(pgrx::JsonB).into(),
            ip_address(&caller).map(|ip| ip.to_string()).into(),
            user_agent(&caller).into(),
            entity.into(),
            entity_id.flatten().map(|id| id.to_string()).into(),
            id.map(|id| id.to_string()).into(),
        ],
    );
}

/// Who acts, seen from the organization whose row it is.
pub fn actor_type(caller: &Caller, org_id: Uuid) -> &'static str {
    match caller.role() {
        Some("service_role") => "service",
        _ if caller.user_id().is_none() => "system",
        _ if scope::staff_role().is_some() && scope::org_id() == Some(org_id) => "staff",
        _ => "portal_user",
    }
}

/// The client's address as the reverse proxy reports it. Informative: a client without a proxy can claim any.
fn ip_address(caller: &Caller) -> Option<IpAddr> {
    let forwarded = || {
        caller
            .header("x-forwarded-for")
            .and_then(|list| list.split(',').next())
    };
    caller
        .header("x-real-ip")
        .or_else(forwarded)?
        .trim()
        .parse()
        .ok()
}

/// At most 400 characters of what the client calls itself.
fn user_agent(caller: &Caller) -> Option<String> {
    Some(caller.header("user-agent")?.chars().take(400).collect())
}
