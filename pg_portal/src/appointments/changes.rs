//! The trigger of `work_orders` that tells what happened: to the timeline, to the request, to those who watch.

use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::rules::{self, Job};
use super::store;
use crate::audit;
use crate::caller::Caller;
use crate::error::trigger_surface;
use crate::live::{self, News};
use crate::trigger::{self, TriggerResult};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn record_work_order_change<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let before = job(&trigger::old_json(trigger)?);
            if let Some(after) = job(&trigger::new_json(trigger)?) {
                record(before.as_ref(), &after);
            }
            Ok(Some(trigger::row(trigger)))
        })
    }
}

/// The row as a job; the guard has seen to it that every stored row is one.
fn job(row: &Value) -> Option<Job> {
    Job::deserialize(row).ok()
}

fn record(before: Option<&Job>, after: &Job) {
    let caller = Caller::current();
    let actor_type = audit::actor_type(&caller, after.org_id);
    if let Some(event) = rules::event(before, after) {
        let (actor_type, actor_user_id) = match event.by_itself {
            true => ("system", None),
            false => (actor_type, caller.user_id()),
        };
        store::add_event(&store::NewEvent {
            job: after,
            event,
            actor_type,
            actor_user_id,
            is_first: before.is_none(),
        });
        live::tell(&News {
            org_id: after.org_id,
            kind: "appointment_status",
            entity_id: after.id,
            status: Some(after.status.label()),
            customer_id: Some(after.customer_id),
            location_id: Some(after.location_id),
            technician_id: after.technician_id,
            thread_id: None,
        });
    }
    let by_customer = actor_type == "portal_user";
    if let Some(status) = before.and_then(|job| rules::request_status(job, after, by_customer)) {
        store::follow(after.org_id, after.id, status);
    }
}
