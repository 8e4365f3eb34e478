//! The outbox: what people are told, through which channel and when. Written with the change it tells of, sent by the
//! gateway later.
//!
//! `rules.rs` says who is told of what, `plan.rs` makes rows of it, `queue.rs` stores them. `claim.rs` gives them to a
//! worker after a second look, `settle.rs` takes back what became of them.

mod claim;
mod look;
mod plan;
mod queue;
mod quiet;
mod retry;
mod rules;
mod settle;
mod unsubscribe;

use serde_json::Value;
use uuid::Uuid;

pub use retry::TRIES;
pub use settle::wait_after;

pub use queue::{drop_reminders, queue, queue_all};

pgrx::extension_sql_file!(
    "surface.sql",
    name = "notifications_surface",
    requires = [
        portal_internal::claim_notifications,
        portal_internal::settle_notifications,
        portal_internal::unsubscribe,
    ]
);

/// Something that happened and that people are to be told of.
#[derive(Debug, Clone)]
pub struct Occasion {
    pub org_id: Uuid,
    /// A name from the table in `rules.rs`, such as `appointment_moved`.
    pub event: &'static str,
    pub customer_id: Option<Uuid>,
    pub location_id: Option<Uuid>,
    /// The job it is about; its pending reminders follow it.
    pub work_order_id: Option<Uuid>,
    /// What makes two occasions of one event different: the id of the timeline entry, message, request or invitation.
    pub occurrence: Uuid,
    /// Ids and facts for the template and for the second look before sending; `window_start` and `window_end` of an
    /// appointment, `expires_at` of an invitation say until when it is worth sending.
    pub payload: Value,
}
