//! Requests for a visit: what may be asked for, and how a request becomes a job.

mod api;
mod guard;
mod rules;
mod store;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "booking_surface",
    requires = [
        portal::create_booking_request,
        portal_internal::guard_booking_request,
        portal_internal::place_booking_request,
    ]
);
