//! The trigger of `work_orders` that tells what happened: to the timeline, to the request, to those who watch and to
//! those who are told.

use jiff::Timestamp;
use pgrx::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::rules::{self, Event, Job};
use super::store;
use crate::audit;
use crate::caller::Caller;
use crate::error::trigger_surface;
use crate::live::{self, News};
use crate::notifications::{self, Occasion};
use crate::trigger::{self, TriggerResult};
use crate::types::WorkOrderStatus;

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
    let by_customer = actor_type == "portal_user";
    if let Some(event) = rules::event(before, after) {
        let (actor_type, actor_user_id) = match event.by_itself {
            true => ("system", None),
            false => (actor_type, caller.user_id()),
        };
        let line = store::add_event(&store::NewEvent {
            job: after,
            event: &event,
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
        notify(before, after, &event, line, by_customer);
    }
    if let Some(status) = before.and_then(|job| rules::request_status(job, after, by_customer)) {
        store::follow(after.org_id, after.id, status);
    }
}

/// `line`: of the timeline, so that each one is told once.
fn notify(before: Option<&Job>, after: &Job, event: &Event<'_>, line: Uuid, by_customer: bool) {
    let occasion = |event: &'static str, occurrence: Uuid, payload: Value| Occasion {
        org_id: after.org_id,
        event,
        customer_id: Some(after.customer_id),
        location_id: Some(after.location_id),
        work_order_id: Some(after.id),
        occurrence,
        payload,
    };
    let window = json!({ "window_start": after.window_start, "window_end": after.window_end });
    let mut story = window.clone();
    story["note"] = event.note.into();
    let moved = before.filter(|job| job.window_start != after.window_start);
    story["from_window_start"] = json!(moved.map(|job| job.window_start));
    let mut occasions: Vec<_> = rules::told(before, after, event.event_type, by_customer)
        .into_iter()
        .map(|event| occasion(event, line, story.clone()))
        .collect();
    let (planned, plan) = (before.and_then(plan), plan(after));
    if planned != plan {
        if planned.is_some() {
            notifications::drop_reminders(after.org_id, after.id);
        }
        if plan.is_some() {
            let reminders = ["appointment_reminder_24h", "appointment_reminder_2h"];
            occasions.extend(reminders.map(|event| occasion(event, after.id, window.clone())));
        }
    }
    notifications::queue_all(&occasions);
}

/// What reminders are about: the window of a job that is to come.
fn plan(job: &Job) -> Option<(Timestamp, Timestamp)> {
    let is_planned = job.status == WorkOrderStatus::Scheduled;
    is_planned.then_some((job.window_start, job.window_end))
}
