//! The enum types of schema `portal`. They carry SQL's spelling, in name and labels, because pgrx takes both
//! from the Rust source; the aliases below give the rest of the crate its usual names.

use pgrx::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! sql_enums {
    ($($(#[$doc:meta])* $name:ident as $alias:ident { $($label:ident),+ $(,)? })+) => {
        /// Types as SQL names them.
        #[pg_schema]
        #[allow(non_camel_case_types)]
        pub mod portal {
            use super::*;
            $(
                $(#[$doc])*
                #[derive(PostgresEnum, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Hash)]
                pub enum $name { $($label),+ }
            )+
        }
        $(#[allow(unused_imports)]
        pub use portal::$name as $alias;)+
    };
}

sql_enums! {
    account_role as AccountRole { customer, property_manager, billing_contact, admin }
    account_status as AccountStatus { active, invited, suspended, closed }
    invited_via as InvitedVia { self_signup, email_invite, csr_created }
    invite_status as InviteStatus { pending, accepted, revoked, expired }
    capability as Capability { view, book, cancel, billing, manage }
    profile_role as ProfileRole { portal_customer, portal_manager, admin, csr, dispatcher, technician }
    customer_kind as CustomerKind { individual, organization }
    actor_type as ActorType { portal_user, staff, service, system }
    booking_mode as BookingMode { instant, request }
    booking_status as BookingStatus { submitted, under_review, approved, scheduled, rejected, canceled_by_customer }
    source_channel as SourceChannel { web_portal, mobile_app, ai_assistant }
    work_order_status as WorkOrderStatus { tentative, scheduled, en_route, on_site, completed, canceled, no_show }
    note_visibility as NoteVisibility { customer, internal }
    document_kind as DocumentKind { work_order, photo, video, invoice, quote, manual, warranty, membership, other }
    quote_status as QuoteStatus { draft, sent, accepted, declined, expired }
    invoice_status as InvoiceStatus { draft, open, paid, void, overdue }
    payment_status as PaymentStatus { pending, succeeded, failed, refunded }
    thread_status as ThreadStatus { open, pending_customer, pending_internal, closed }
    sender_type as SenderType { portal_customer, internal_user, system }
    sentiment as Sentiment { positive, neutral, negative }
    notification_channel as NotificationChannel { email, sms, slack, webhook }
    notification_status as NotificationStatus { pending, sending, sent, failed, dead, expired, canceled }
    ai_context_type as AiContextType { general_support, pre_booking, active_job, billing_question }
    ai_conversation_status as AiConversationStatus { active, ended, escalated }
    ai_role as AiRole { user, assistant, system }
}

extension_sql_file!(
    "types.sql",
    name = "types_surface",
    requires = [
        portal::account_role,
        portal::account_status,
        portal::invited_via,
        portal::invite_status,
        portal::capability,
        portal::profile_role,
        portal::customer_kind,
        portal::actor_type,
        portal::booking_mode,
        portal::booking_status,
        portal::source_channel,
        portal::work_order_status,
        portal::note_visibility,
        portal::document_kind,
        portal::quote_status,
        portal::invoice_status,
        portal::payment_status,
        portal::thread_status,
        portal::sender_type,
        portal::sentiment,
        portal::notification_channel,
        portal::notification_status,
        portal::ai_context_type,
        portal::ai_conversation_status,
        portal::ai_role,
    ]
);

impl Capability {
    pub const ALL: [Self; 5] = [Self::view, Self::book, Self::cancel, Self::billing, Self::manage];
}

/// An enum's label, as SQL spells it.
pub fn label(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(label)) => label,
        _ => String::new(),
    }
}
