//! What people set for themselves: their profile, what they want to be told, their places and their sessions; and the
//! one call that opens the portal.

mod api;
mod rules;
mod steps;
mod store;

pub use rules::address;
pub use store::add_location;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "settings_surface",
    requires = [
        portal::dashboard,
        portal::dashboard_at,
        portal::settings,
        portal::update_profile,
        portal::update_notification_preferences,
        portal::add_location,
        portal::update_location,
        portal::my_sessions,
        portal::revoke_session,
        portal_internal::security_facts,
        portal_internal::change_profile,
        portal_internal::own_sessions,
        portal_internal::end_session,
    ]
);
