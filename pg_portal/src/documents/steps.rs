//! The privileged steps of documents: they run as portal_owner and check every right themselves.

use pgrx::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::rules::{self, Reader};
use super::store;
use crate::access::scope;
use crate::audit;
use crate::error::{PortalError, Result, surface};
use crate::ids::from_pg;
use crate::types::Capability;

/// Where a document lies, for somebody who may open it.
#[derive(Serialize, Deserialize)]
pub struct Disclosed {
    pub bucket: String,
    pub path: String,
    pub title: String,
    pub mime_type: String,
}

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn note_job_view(appointment_id: Option<pgrx::Uuid>) {
        surface(|| note_view(appointment_id.map(from_pg)))
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn disclose_document(document_id: Option<pgrx::Uuid>) -> pgrx::JsonB {
        surface(|| {
            let file = disclose(document_id.map(from_pg))?;
            Ok(pgrx::JsonB(json!(file)))
        })
    }

    #[pg_extern(stable, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn can_open_file(bucket: Option<&str>, name: Option<&str>) -> bool {
        surface(|| Ok(can_open(bucket, name)))
    }
}

fn reader() -> Reader {
    Reader {
        is_office: scope::is_office(),
        view: scope::reach(Capability::View),
        billing: scope::reach(Capability::Billing),
        jobs: scope::job_ids(),
    }
}

fn can_open(bucket: Option<&str>, name: Option<&str>) -> bool {
    let (Some(org_id), Some(bucket), Some(name)) = (scope::org_id(), bucket, name) else {
        return false;
    };
    store::file_at(org_id, bucket, name).is_some_and(|file| rules::may_open(&file, &reader()))
}

/// The first look of a person at a job within an hour of the clock goes to the audit log.
fn note_view(id: Option<Uuid>) -> Result<()> {
    let absent = || PortalError::absent("appointment");
    let user_id = scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let id = id.ok_or_else(absent)?;
    let job = store::job(org_id, id).ok_or_else(absent)?;
    // The same as the policy on `work_orders` for reading: this runs as portal_owner, who sees everything.
    let sees = scope::is_office()
        || scope::reach(Capability::View).covers(job.customer_id, job.location_id)
        || job.technician_id.is_some() && job.technician_id == scope::technician_id();
    if !sees {
        return Err(absent());
    }
    if store::viewed_this_hour(org_id, id, user_id) {
        return Ok(());
    }
    // Two first looks at once: the second waits here, and then sees the first one's row.
    store::lock_view(org_id, id, user_id);
    if !store::viewed_this_hour(org_id, id, user_id) {
        audit::record(&audit::Event {
            org_id,
            account_id: scope::account_id(),
            event_type: store::JOB_VIEWED,
            payload: None,
            entity: Some(("appointment", Some(id))),
        });
    }
    Ok(())
}

/// Tells where a document lies, and writes down that it did.
fn disclose(id: Option<Uuid>) -> Result<Disclosed> {
    let absent = || PortalError::absent("document");
    scope::require_user()?;
    let org_id = scope::org_id().ok_or_else(scope::no_place)?;
    let id = id.ok_or_else(absent)?;
    let file = store::file(org_id, id)
        .filter(|file| rules::may_open(file, &reader()))
        .ok_or_else(absent)?;
    audit::record(&audit::Event {
        org_id,
        account_id: scope::account_id(),
        event_type: "document_opened",
        payload: Some(json!({
            "kind": file.kind, "customer_id": file.customer_id, "appointment_id": file.work_order_id,
        })),
        entity: Some(("document", Some(id))),
    });
    Ok(Disclosed {
        bucket: file.bucket,
        path: file.path,
        title: file.title,
        mime_type: file.mime_type,
    })
}
