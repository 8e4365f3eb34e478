//! Who may reach what: computed once per request, kept in memory for its length, compared by the policies.

pub mod api;
mod hook;
pub mod rules;
pub mod scope;
mod store;

pub use store::{as_owner, as_role, has_second_factor};

pgrx::extension_sql_file!(
    "surface.sql",
    name = "access_surface",
    requires = [
        portal_internal::enter,
        portal_internal::user_id,
        portal_internal::org_id,
        portal_internal::org_ids,
        portal_internal::account_id,
        portal_internal::account_ids,
        portal_internal::customer_ids,
        portal_internal::whole_customer_ids,
        portal_internal::location_ids,
        portal_internal::is_staff,
        portal_internal::is_office,
        portal_internal::is_admin,
        portal_internal::technician_id,
        portal_internal::job_ids,
        portal_internal::job_customer_ids,
        portal_internal::job_location_ids,
        portal_internal::whoami,
        portal_internal::access_token_hook,
    ]
);
