//! Who did what to which row: written by a trigger on every table of portal data, whatever path the write took; sealed
//! later, in batches, so that nobody can change it unnoticed.

mod api;
mod chain;
mod check;
mod month;
mod months;
mod rules;
mod seal;
mod steps;
mod store;
mod verify;

pub use chain::{Batch, Hash, from_hex, hex};
pub use check::{Blanked, ERASED, EXPORTED, RECORDS};
pub use months::keep_ready;
pub use seal::{seal_due, seal_org};
pub use store::{Event, actor_type, record, record_as};

pgrx::extension_sql_file!(
    "surface.sql",
    name = "audit_surface",
    requires = [
        portal_internal::audit_row,
        portal_internal::seal_audit_step,
        portal_internal::verify_audit_step,
        portal_internal::purge_audit_step,
        portal_internal::make_audit_month,
        portal_admin::seal_audit,
        portal_admin::verify_audit,
        portal_admin::purge,
    ]
);
