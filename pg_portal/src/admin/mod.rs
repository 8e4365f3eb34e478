//! For DBAs and for whoever keeps the portal running: what falls due, what is misconfigured, what a policy
//! would do, what is in the outbox, and the knowledge base.

mod due_jobs;
mod health;
mod knowledge;
mod notifications;
mod simulate;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "admin_surface",
    requires = [
        portal_internal::run_due_jobs,
        portal_admin::call_due_jobs,
        portal_admin::health,
        portal_admin::simulate_policy,
        portal_admin::send_offer,
        portal_admin::retry_notifications,
        portal_admin::reembed_kb,
        portal_admin::index_kb,
    ]
);
