//! What the assistant may know of the caller: one query over what the portal shows them anyway, run as themselves.

use pgrx::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::access::scope;
use crate::error::surface;
use crate::ids::{from_pg, to_pg};
use crate::spi;
use crate::types::AiContextType;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(stable)]
    fn ai_context(
        context_type: Option<AiContextType>,
        appointment_id: default!(Option<pgrx::Uuid>, "NULL"),
    ) -> Option<pgrx::JsonB> {
        surface(|| {
            let facts = context_type.map(|context| facts(context, appointment_id.map(from_pg)));
            Ok(facts.filter(|facts| !facts.is_null()).map(pgrx::JsonB))
        })
    }
}

/// Null for people without an account here: nothing is theirs yet.
pub fn facts(context: AiContextType, appointment_id: Option<Uuid>) -> Value {
    if scope::account_id().is_none() {
        return Value::Null;
    }
    let sql = match context {
        AiContextType::GeneralSupport => include_str!("context/next_appointment.sql"),
        AiContextType::PreBooking => include_str!("context/services.sql"),
        AiContextType::BillingQuestion => include_str!("context/open_invoices.sql"),
        AiContextType::ActiveJob => {
            return spi::read(
                include_str!("context/appointment.sql"),
                &[appointment_id.map(to_pg).into()],
            )
            .unwrap_or_default();
        }
    };
    spi::read(sql, &[]).unwrap_or_default()
}
