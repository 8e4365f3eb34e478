//! Appointments: the jobs in `work_orders` that customers see.

mod guard;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "appointments_surface",
    requires = [portal_internal::guard_work_order,]
);
