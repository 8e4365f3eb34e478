//! What the tables say about a person.

use uuid::Uuid;

use super::rules::Standing;
use crate::spi;

/// The live accounts (with their grants) and staff profiles of a user in all active organizations.
pub fn standing(user_id: Uuid) -> Standing {
    spi::read(include_str!("standing.sql"), &[user_id.to_string().into()]).unwrap_or_default()
}

/// The jobs a technician works on: open ones, and those of the last 90 days for follow-up questions.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Jobs {
    pub ids: Vec<Uuid>,
    pub customers: Vec<Uuid>,
    pub locations: Vec<Uuid>,
}

pub fn technician_jobs(org_id: Uuid, technician_id: Uuid) -> Jobs {
    spi::read(
        "select jsonb_build_object(
           'ids',       coalesce(jsonb_agg(w.id), '[]'),
           'customers', coalesce(jsonb_agg(distinct w.customer_id), '[]'),
           'locations', coalesce(jsonb_agg(distinct w.location_id), '[]'))
         from public.work_orders w
         where w.org_id = $1::uuid and w.technician_id = $2::uuid
           and w.window_start > now() - interval '90 days'",
        &[org_id.to_string().into(), technician_id.to_string().into()],
    )
    .unwrap_or_default()
}
