//! Appointments: the jobs in `work_orders` that customers see.

pub mod broadcast;
mod guard;
#[allow(dead_code)]
pub mod policy;
#[allow(dead_code)]
pub mod status;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "appointments_surface",
    requires = [portal_internal::guard_work_order,]
);
