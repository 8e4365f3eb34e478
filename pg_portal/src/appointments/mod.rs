//! Appointments: the jobs in `work_orders` that customers see. `guard.rs` and `changes.rs` keep their rules and tell
//! their story on every path; the rest is what people call.

mod api;
mod calendar;
mod changes;
mod decision;
mod guard;
pub mod policy;
mod rules;
mod staff;
pub mod status;
mod steps;
mod store;

use std::collections::HashMap;

use uuid::Uuid;

pub use steps::words;

/// Calendar files of jobs `(organization, job)`, by the same; none of those that the caller cannot see.
pub fn calendars(jobs: &[(Uuid, Uuid)]) -> HashMap<(Uuid, Uuid), String> {
    let entries = store::calendar_entries(jobs).into_iter();
    entries
        .map(|entry| ((entry.org_id, entry.id), calendar::document(&entry)))
        .collect()
}

pgrx::extension_sql_file!(
    "surface.sql",
    name = "appointments_surface",
    requires = [
        portal::appointment_policy,
        portal::reschedule_appointment,
        portal::cancel_appointment,
        portal::appointment_status,
        portal::appointment_calendar,
        portal::set_appointment_status,
        portal::assign_technician,
        portal_internal::move_appointment,
        portal_internal::end_appointment,
        portal_internal::is_fee_schedule,
        portal_internal::guard_work_order,
        portal_internal::record_work_order_change,
    ]
);
