//! The trigger that tells event streams that somebody's access has changed.

use pgrx::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use super::store;
use crate::error::trigger_surface;
use crate::trigger::{self, TriggerResult};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn tell_access_change<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let (old, new) = (trigger::old_json(trigger)?, trigger::new_json(trigger)?);
            let row = if new.is_null() { &old } else { &new };
            if let (Some(org_id), Some(entity_id)) = (id(row, "org_id"), id(row, "id")) {
                let mut users: Vec<_> = [&old, &new].into_iter().filter_map(user).collect();
                users.dedup();
                store::access_changed(org_id, entity_id, users);
            }
            Ok(Some(trigger::row(trigger)))
        })
    }
}

/// The log-in of a row that has one (an account, a person), or whose account has (a grant).
fn user(row: &Value) -> Option<Uuid> {
    id(row, "user_id").or_else(|| store::user_of(id(row, "org_id")?, id(row, "portal_account_id")?))
}

fn id(row: &Value, column: &str) -> Option<Uuid> {
    row[column].as_str()?.parse().ok()
}
