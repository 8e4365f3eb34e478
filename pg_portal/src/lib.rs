//! pg_portal: a customer portal backend that lives inside Postgres.
//!
//! Each folder is a domain: `rules.rs` holds its rules as plain Rust, `store.rs` its SQL, `api.rs` what SQL and
//! clients can call, `surface.sql` the comments, owners and grants of those functions.

use pgrx::prelude::*;

pg_module_magic!(name, version);

mod caller;
mod document;
mod error;
mod guc;
mod ids;
mod receipts;
mod rows;
mod spi;
mod time;
mod trigger;
mod types;
mod unlock;

mod access;
mod accounts;
mod admin;
mod appointments;
mod assistant;
mod audit;
mod booking;
mod documents;
mod guards;
mod knowledge;
mod live;
mod messaging;
mod notifications;
mod privacy;
mod scheduling;
mod settings;

extension_sql_file!("../sql/before.sql", name = "before", bootstrap);

extension_sql_file!(
    "helpers.sql",
    name = "helpers",
    requires = [
        portal_internal::new_reference,
        portal_internal::is_time_zone
    ]
);
extension_sql_file!("../sql/after.sql", name = "after", finalize);
