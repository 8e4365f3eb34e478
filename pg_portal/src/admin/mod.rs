//! For DBAs and for whoever keeps the portal running: what falls due, what is misconfigured, what a policy would do.

mod due_jobs;
mod health;
mod simulate;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "admin_surface",
    requires = [
        portal_internal::run_due_jobs,
        portal_admin::call_due_jobs,
        portal_admin::health,
        portal_admin::simulate_policy,
    ]
);
