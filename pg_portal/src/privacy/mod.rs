//! Personal data: what is held about a customer, as one document, and how it goes.

mod erase;
mod export;
mod inventory;
mod scope;
mod steps;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "privacy_surface",
    requires = [
        portal_internal::export_customer_step,
        portal_internal::erase_customer_step,
        portal_admin::export_customer,
        portal_admin::erase_customer,
        portal_admin::personal_data,
    ]
);
