//! For DBAs and for whoever keeps the portal running: new companies, people's access and why they have it, what falls
//! due, what is misconfigured, what a policy would do, what is in the outbox, and the knowledge base.

mod companies;
mod due_jobs;
mod explain;
mod health;
mod knowledge;
mod notifications;
mod people;
mod simulate;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "admin_surface",
    requires = [
        "helpers",
        "access_surface",
        "appointments_surface",
        "assistant_surface",
        portal_internal::run_due_jobs,
        portal_admin::call_due_jobs,
        portal_admin::health,
        portal_admin::simulate_policy,
        portal_admin::send_offer,
        portal_admin::retry_notifications,
        portal_admin::reembed_kb,
        portal_admin::index_kb,
        portal_admin::create_org,
        portal_admin::invite_customer,
        portal_admin::suspend_account,
        portal_admin::reinstate_account,
        portal_admin::explain_access,
    ]
);
