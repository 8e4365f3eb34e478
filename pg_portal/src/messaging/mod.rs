//! Conversations between customers and the company. `guard.rs` and `follow.rs` keep their rules and draw their
//! consequences on every path; the rest is what people call.

mod api;
mod follow;
mod guard;
mod hours;
pub mod rules;
mod steps;
mod store;

pub use store::place_of_job;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "messaging_surface",
    requires = [
        portal::create_thread,
        portal::send_message,
        portal::mark_thread_read,
        portal::set_thread_status,
        portal_internal::guard_thread,
        portal_internal::guard_message,
        portal_internal::follow_message,
        portal_internal::read_thread,
        portal_internal::change_thread_status,
    ]
);
