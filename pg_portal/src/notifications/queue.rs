//! Stores what an occasion calls for. Runs as portal_owner, inside the triggers, in the transaction of what it tells
//! of: one read and one insert for all that one change has to tell.

use std::collections::BTreeSet;

use pgrx::JsonB;
use serde_json::json;

use super::Occasion;
use super::plan::{self, Recipients};
use super::rules::{self, Audience, EVENTS, Event};
use crate::access::rules::implicit_capabilities;
use crate::ids::to_pg;
use crate::spi;
use crate::time;
use crate::types::{AccountRole, Capability};

/// Queues what one occasion calls for.
pub fn queue(occasion: &Occasion) {
    queue_all(std::slice::from_ref(occasion));
}

/// Queues what several occasions of one change call for; all are about the same customer, location and job.
pub fn queue_all(occasions: &[Occasion]) {
    let Some(first) = occasions.first() else {
        return;
    };
    let events: Vec<_> = occasions.iter().map(|one| known(one.event)).collect();
    let recipients = recipients(first, &events);
    let now = time::now();
    let rows: Vec<_> = (0..)
        .zip(occasions.iter().zip(&events))
        .flat_map(|(number, (one, event))| plan::rows(number, event, one, &recipients, now))
        .collect();
    if !rows.is_empty() {
        store(first, occasions, &events, &rows);
    }
}

fn known(name: &str) -> &'static Event {
    rules::event(name).unwrap_or_else(|| panic!("pg_portal knows no event {name}"))
}

fn recipients(occasion: &Occasion, events: &[&Event]) -> Recipients {
    let capability = events.iter().find_map(|event| match event.audience {
        Audience::People(capability) | Audience::PeopleAnywhere(capability) => Some(capability),
        Audience::Author => Some(Capability::Book),
        _ => None,
    });
    let is = |wanted: fn(&Audience) -> bool| events.iter().any(|event| wanted(&event.audience));
    let anywhere = is(|audience| matches!(audience, Audience::PeopleAnywhere(_)));
    let technician = is(|audience| *audience == Audience::OfficeAndTechnician);
    spi::write(
        include_str!("recipients.sql"),
        &[
            to_pg(occasion.org_id).into(),
            occasion.customer_id.map(to_pg).into(),
            occasion.location_id.map(to_pg).into(),
            capability.map(Capability::label).into(),
            roles_with(capability).into(),
            anywhere.into(),
            occasion
                .work_order_id
                .filter(|_| technician)
                .map(to_pg)
                .into(),
        ],
    )
    .unwrap_or_default()
}

/// The roles that may do it for their own customer without any grant.
fn roles_with(capability: Option<Capability>) -> Vec<&'static str> {
    use AccountRole as R;
    let roles = [R::Customer, R::PropertyManager, R::BillingContact, R::Admin];
    let may = |role: &AccountRole| {
        capability.is_some_and(|capability| implicit_capabilities(*role).contains(&capability))
    };
    roles
        .into_iter()
        .filter(may)
        .map(AccountRole::label)
        .collect()
}

fn store(first: &Occasion, occasions: &[Occasion], events: &[&Event], rows: &[plan::Row]) {
    let told = occasions.iter().zip(events).map(|(one, event)| {
        json!({ "event": event.name, "category": event.category, "payload": one.payload })
    });
    spi::run(
        include_str!("insert.sql"),
        &[
            to_pg(first.org_id).into(),
            first.customer_id.map(to_pg).into(),
            first.work_order_id.map(to_pg).into(),
            JsonB(told.collect()).into(),
            JsonB(serde_json::to_value(rows).expect("rows are plain data")).into(),
        ],
    );
}

/// Takes back the reminders of a job that is not as they say any more.
pub fn drop_reminders(org_id: uuid::Uuid, work_order_id: uuid::Uuid) {
    let reminders = EVENTS.iter().filter(|event| event.ahead.is_some());
    let reminders: BTreeSet<_> = reminders.map(|event| event.name).collect();
    spi::run(
        "update public.portal_notifications n
         set status = 'canceled', last_error = $4
         where n.org_id = $1 and n.work_order_id = $2 and n.status = 'pending' and n.event = any ($3)",
        &[
            to_pg(org_id).into(),
            to_pg(work_order_id).into(),
            Vec::from_iter(reminders).into(),
            super::look::OVERTAKEN.into(),
        ],
    );
}
