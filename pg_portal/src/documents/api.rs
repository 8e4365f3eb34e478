//! What clients call.

use pgrx::prelude::*;

use super::steps::Disclosed;
use super::store;
use crate::access::scope;
use crate::error::{PortalError, surface};
use crate::ids::{from_pg, to_pg};
use crate::spi;

#[pg_schema]
mod portal {
    use super::*;

    #[pg_extern(volatile)]
    fn job_detail(appointment_id: Option<pgrx::Uuid>) -> pgrx::JsonB {
        surface(|| {
            scope::require_user()?;
            let absent = || PortalError::absent("appointment");
            let org_id = scope::org_id().ok_or_else(scope::no_place)?;
            let id = appointment_id.map(from_pg).ok_or_else(absent)?;
            let detail = store::job_detail(org_id, id).ok_or_else(absent)?;
            spi::run(
                "select portal_internal.note_job_view($1)",
                &[to_pg(id).into()],
            );
            Ok(pgrx::JsonB(detail))
        })
    }

    #[pg_extern(volatile)]
    fn open_document(
        document_id: Option<pgrx::Uuid>,
    ) -> TableIterator<
        'static,
        (
            name!(bucket, String),
            name!(path, String),
            name!(title, String),
            name!(mime_type, String),
        ),
    > {
        surface(|| {
            let file: Option<Disclosed> = spi::write(
                "select portal_internal.disclose_document($1)",
                &[document_id.into()],
            );
            Ok(TableIterator::new(file.map(|file| {
                (file.bucket, file.path, file.title, file.mime_type)
            })))
        })
    }
}
