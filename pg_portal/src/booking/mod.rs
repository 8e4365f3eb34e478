//! Requests for a visit: what may be asked for, how a request gets its time, and who decides.

mod api;
mod guard;
mod notify;
mod review;
mod rules;
pub mod safety;
pub mod status;
mod steps;
mod store;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "booking_surface",
    requires = [
        portal::create_booking_request,
        portal::cancel_booking_request,
        portal::review_booking_request,
        portal_internal::guard_booking_request,
        portal_internal::follow_booking_request,
        portal_internal::withdraw_request,
    ]
);
