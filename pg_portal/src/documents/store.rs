//! The SQL of documents and job details. `job_detail` runs as the caller, under row level security; the rest as
//! portal_owner inside the privileged steps.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::rules::File;
use crate::ids::to_pg;
use crate::spi;

/// Everything about a job that its customer may know and the caller's rights show; nothing for a job out of reach.
pub fn job_detail(org_id: Uuid, id: Uuid) -> Option<Value> {
    let args = [to_pg(org_id).into(), to_pg(id).into()];
    spi::read(include_str!("job_detail.sql"), &args)
}

/// Whose job it is, and where.
#[derive(Deserialize)]
pub struct Job {
    pub customer_id: Uuid,
    pub location_id: Uuid,
    pub technician_id: Option<Uuid>,
}

pub fn job(org_id: Uuid, id: Uuid) -> Option<Job> {
    spi::read(
        "select jsonb_build_object(
           'customer_id', w.customer_id, 'location_id', w.location_id, 'technician_id', w.technician_id)
         from public.work_orders w
         where w.org_id = $1 and w.id = $2",
        &[to_pg(org_id).into(), to_pg(id).into()],
    )
}

pub const JOB_VIEWED: &str = "job_viewed";

/// Whether the audit log already has a look of that person at the job, within the present hour of the clock.
pub fn viewed_this_hour(org_id: Uuid, id: Uuid, user_id: Uuid) -> bool {
    spi::write(
        "select to_jsonb(exists (
           select from public.portal_audit_events e
           where e.org_id = $1 and e.entity = 'appointment' and e.entity_id = $2 and e.actor_user_id = $3
             and e.event_type = $4
             and date_trunc('hour', e.occurred_at, 'UTC') = date_trunc('hour', now(), 'UTC')))",
        &[
            to_pg(org_id).into(),
            to_pg(id).into(),
            to_pg(user_id).into(),
            JOB_VIEWED.into(),
        ],
    )
    .unwrap_or_default()
}

/// Until the end of the transaction nobody else notes a look of that person at the job.
pub fn lock_view(org_id: Uuid, id: Uuid, user_id: Uuid) {
    spi::queue_up(&format!("job_viewed/{org_id}/{id}/{user_id}"));
}

pub fn file(org_id: Uuid, id: Uuid) -> Option<File> {
    spi::read(
        "select to_jsonb(d) from public.documents d where d.org_id = $1 and d.id = $2",
        &[to_pg(org_id).into(), to_pg(id).into()],
    )
}

/// The document whose file lies there.
pub fn file_at(org_id: Uuid, bucket: &str, path: &str) -> Option<File> {
    spi::read(
        "select to_jsonb(d) from public.documents d where d.org_id = $1 and d.bucket = $2 and d.path = $3",
        &[to_pg(org_id).into(), bucket.into(), path.into()],
    )
}
