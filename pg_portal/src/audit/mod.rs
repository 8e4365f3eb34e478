//! Who did what to which row: written by a trigger on every table of portal data, whatever path the write took.

mod api;
mod rules;
mod store;

pub use store::{Event, actor_type, record};

pgrx::extension_sql_file!(
    "surface.sql",
    name = "audit_surface",
    requires = [portal_internal::audit_row,]
);
