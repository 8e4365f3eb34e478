//! What was done for a customer and the files about it: where they lie in Storage, what may be attached, who may open
//! what, and the record of who did.

mod api;
pub mod rules;
mod steps;
mod store;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "documents_surface",
    requires = [
        portal::job_detail,
        portal::open_document,
        portal_internal::note_job_view,
        portal_internal::disclose_document,
        portal_internal::can_open_file,
    ]
);
