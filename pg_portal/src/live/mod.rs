//! Live news: that something of a customer's has changed, never what. Written with the change itself to
//! `portal_live_events`, from where every gateway's event stream is fed, and handed to Supabase Realtime where that is
//! installed. Clients read the changed thing again through the API.

mod access;
mod api;
mod store;

use uuid::Uuid;

pgrx::extension_sql_file!(
    "surface.sql",
    name = "live_surface",
    requires = [
        portal::live_position,
        portal_internal::live_events,
        portal_internal::tell_access_change,
    ]
);

/// A piece of news. Who may hear it: the office, those who see the customer (at the location, where there is one), the
/// technician; or one log-in alone.
#[derive(Debug, Clone, Default)]
pub struct News<'a> {
    pub org_id: Uuid,
    /// `appointment_status`, `message_created`, `booking_request_updated`.
    pub kind: &'static str,
    /// Of the appointment, message or request.
    pub entity_id: Uuid,
    pub status: Option<&'a str>,
    pub customer_id: Option<Uuid>,
    pub location_id: Option<Uuid>,
    pub technician_id: Option<Uuid>,
    /// For a message, its thread.
    pub thread_id: Option<Uuid>,
}

/// Runs as portal_owner, inside the triggers.
pub fn tell(news: &News<'_>) {
    store::keep(news);
    store::broadcast(news);
}
