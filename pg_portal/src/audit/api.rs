//! The trigger: `execute function portal_internal.audit_row('<entity>', '<column left out>', …)`.

use pgrx::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::rules;
use super::store::{Event, record};
use crate::access::scope;
use crate::error::trigger_surface;
use crate::trigger::{self, TriggerResult};
use crate::unlock::{self, Rules};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn audit_row<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            // An erasure must not copy what it erases; it has an event of its own.
            if unlock::allows(Rules::LetErase) {
                return Ok(Some(trigger::row(trigger)));
            }
            let arguments = trigger::arguments(trigger);
            let [entity, hidden @ ..] = arguments.as_slice() else {
                panic!("audit_row takes the entity's name and the columns to leave out");
            };
            let (before, after) = (trigger::old_json(trigger)?, trigger::new_json(trigger)?);
            if let Some(change) = rules::describe(entity, &before, &after, hidden) {
                write(entity, &before, &after, change);
            }
            Ok(Some(trigger::row(trigger)))
        })
    }
}

fn write(entity: &str, before: &Value, after: &Value, change: rules::Change) {
    let row = if after.is_null() { before } else { after };
    let id = |column: &str| {
        row.get(column)
            .and_then(Value::as_str)?
            .parse::<Uuid>()
            .ok()
    };
    // Rows of the organization itself carry its id as their own; shared knowledge belongs to nobody.
    let Some(org_id) = id("org_id").or_else(|| id("id").filter(|_| entity == "org")) else {
        return;
    };
    let own = || scope::account_id().filter(|_| scope::org_id() == Some(org_id));
    let named = rules::account_in(entity, row).and_then(|id| id.parse().ok());
    // A deleted account cannot be pointed at any more.
    let account_id = if entity == "account" && after.is_null() {
        None
    } else {
        named.or_else(own)
    };
    record(&Event {
        org_id,
        account_id,
        event_type: &change.event_type,
        payload: Some(change.payload),
        entity: Some((entity, id("id"))),
    });
}
