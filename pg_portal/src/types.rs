//! The enum types of schema `portal`, as `before.sql` creates them. Written out instead of derived, because pgrx's
//! derive looks a type up by its bare name and so depends on the caller's search_path.

use pgrx::callconv::{Arg, ArgAbi, BoxRet, FcInfo};
use pgrx::datum::{Datum, UnboxDatum};
use pgrx::enum_helper::{lookup_enum_by_label, lookup_enum_by_oid};
use pgrx::pgrx_sql_entity_graph::metadata::{
    ArgumentError, ReturnsError, ReturnsRef, SqlMappingRef, SqlTranslatable, TypeOrigin,
};
use pgrx::prelude::*;
use serde::{Deserialize, Serialize};

macro_rules! sql_enums {
    ($($name:ident = $sql:literal { $($variant:ident = $label:literal),+ $(,)? })+) => {$(
        #[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $(#[serde(rename = $label)] $variant),+ }

        impl $name {
            /// The value as SQL spells it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// The value that SQL spells so.
            pub fn from_label(label: &str) -> Self {
                match label {
                    $($label => Self::$variant,)+
                    other => panic!("{} has no value {other}", $sql),
                }
            }
        }

        unsafe impl SqlTranslatable for $name {
            const TYPE_IDENT: &'static str = pgrx::pgrx_resolved_type!($name);
            const TYPE_ORIGIN: TypeOrigin = TypeOrigin::External;
            const ARGUMENT_SQL: Result<SqlMappingRef, ArgumentError> = Ok(SqlMappingRef::As($sql));
            const RETURN_SQL: Result<ReturnsRef, ReturnsError> =
                Ok(ReturnsRef::One(SqlMappingRef::As($sql)));
        }

        impl FromDatum for $name {
            unsafe fn from_polymorphic_datum(
                datum: pg_sys::Datum, is_null: bool, _: pg_sys::Oid,
            ) -> Option<Self> {
                let oid = unsafe { pg_sys::Oid::from_datum(datum, is_null) }?;
                Some(Self::from_label(&lookup_enum_by_oid(oid).0))
            }
        }

        impl IntoDatum for $name {
            fn into_datum(self) -> Option<pg_sys::Datum> {
                Some(lookup_enum_by_label($sql, self.label()))
            }

            fn type_oid() -> pg_sys::Oid {
                pgrx::wrappers::regtypein($sql)
            }
        }

        unsafe impl<'fcx> ArgAbi<'fcx> for $name {
            unsafe fn unbox_arg_unchecked(arg: Arg<'_, 'fcx>) -> Self {
                unsafe { arg.unbox_arg_using_from_datum() }.expect("the argument is not null")
            }
        }

        unsafe impl UnboxDatum for $name {
            type As<'dat> = Self where Self: 'dat;
            unsafe fn unbox<'dat>(datum: Datum<'dat>) -> Self where Self: 'dat {
                unsafe { Self::from_datum(datum.sans_lifetime(), false) }.expect("the value is not null")
            }
        }

        unsafe impl BoxRet for $name {
            unsafe fn box_into<'fcx>(self, fcinfo: &mut FcInfo<'fcx>) -> Datum<'fcx> {
                let datum = lookup_enum_by_label($sql, self.label());
                unsafe { fcinfo.return_raw_datum(datum) }
            }
        }
    )+
        /// Every type and its labels, to compare with `before.sql`.
        #[cfg(test)]
        const ALL_TYPES: &[(&str, &[&str])] = &[$(($sql, &[$($label),+])),+];
    };
}

sql_enums! {
    AccountRole = "portal.account_role" {
        Customer = "customer",
        PropertyManager = "property_manager",
        BillingContact = "billing_contact",
        Admin = "admin",
    }
    AccountStatus = "portal.account_status" {
        Active = "active",
        Invited = "invited",
        Suspended = "suspended",
        Closed = "closed",
    }
    InviteStatus = "portal.invite_status" {
        Pending = "pending",
        Accepted = "accepted",
        Revoked = "revoked",
        Expired = "expired",
    }
    Capability = "portal.capability" {
        View = "view",
        Book = "book",
        Cancel = "cancel",
        Billing = "billing",
        Manage = "manage",
    }
    ProfileRole = "portal.profile_role" {
        PortalCustomer = "portal_customer",
        PortalManager = "portal_manager",
        Admin = "admin",
        Csr = "csr",
        Dispatcher = "dispatcher",
        Technician = "technician",
    }
    BookingMode = "portal.booking_mode" {
        Instant = "instant",
        Request = "request",
    }
    BookingStatus = "portal.booking_status" {
        Submitted = "submitted",
        UnderReview = "under_review",
        Approved = "approved",
        Scheduled = "scheduled",
        Rejected = "rejected",
        CanceledByCustomer = "canceled_by_customer",
    }
    SourceChannel = "portal.source_channel" {
        WebPortal = "web_portal",
        MobileApp = "mobile_app",
        AiAssistant = "ai_assistant",
    }
    WorkOrderStatus = "portal.work_order_status" {
        Tentative = "tentative",
        Scheduled = "scheduled",
        EnRoute = "en_route",
        OnSite = "on_site",
        Completed = "completed",
        Canceled = "canceled",
        NoShow = "no_show",
    }
    ThreadStatus = "portal.thread_status" {
        Open = "open",
        PendingCustomer = "pending_customer",
        PendingInternal = "pending_internal",
        Closed = "closed",
    }
    SenderType = "portal.sender_type" {
        PortalCustomer = "portal_customer",
        InternalUser = "internal_user",
        System = "system",
    }
    Channel = "portal.notification_channel" {
        Email = "email",
        Sms = "sms",
        Slack = "slack",
        Webhook = "webhook",
    }
    NotificationStatus = "portal.notification_status" {
        Pending = "pending",
        Sending = "sending",
        Sent = "sent",
        Dead = "dead",
        Expired = "expired",
        Canceled = "canceled",
    }
    AiContextType = "portal.ai_context_type" {
        GeneralSupport = "general_support",
        PreBooking = "pre_booking",
        ActiveJob = "active_job",
        BillingQuestion = "billing_question",
    }
    AiConversationStatus = "portal.ai_conversation_status" {
        Active = "active",
        Ended = "ended",
        Escalated = "escalated",
    }
    Sentiment = "portal.sentiment" {
        Positive = "positive",
        Neutral = "neutral",
        Negative = "negative",
    }
}

impl Capability {
    pub const ALL: [Self; 5] = [
        Self::View,
        Self::Book,
        Self::Cancel,
        Self::Billing,
        Self::Manage,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_and_sql_agree_on_every_type() {
        let sql = include_str!("../sql/before.sql");
        for (name, labels) in ALL_TYPES {
            let labels: Vec<_> = labels.iter().map(|label| format!("'{label}'")).collect();
            let statement = format!("create type {name} as enum ({});", labels.join(", "));
            assert!(sql.contains(&statement), "before.sql lacks: {statement}");
        }
    }

    #[test]
    fn serde_spells_values_as_sql_does() {
        assert_eq!(
            serde_json::to_value(AccountRole::PropertyManager).unwrap(),
            AccountRole::PropertyManager.label()
        );
    }
}
