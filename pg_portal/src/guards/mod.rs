//! Small triggers that any table can use: they keep rules that a constraint cannot say.

use pgrx::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::error::{PortalError, Status, trigger_surface};
use crate::trigger::{self, TriggerResult};
use crate::unlock::{self, Rules};

pgrx::extension_sql_file!(
    "surface.sql",
    name = "guards_surface",
    requires = [
        portal_internal::touch_updated_at,
        portal_internal::keep_columns,
        portal_internal::refuse_change,
        portal_internal::copy_from_parent,
    ]
);

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_trigger]
    fn touch_updated_at<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        let mut row = trigger::row(trigger);
        trigger::set(
            &mut row,
            "updated_at",
            pgrx::datum::datetime_support::transaction_timestamp(),
        );
        Ok(Some(row))
    }

    #[pg_trigger]
    fn keep_columns<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            if unlock::allows(Rules::LetErase) {
                return Ok(Some(trigger::row(trigger)));
            }
            let (old, new) = (trigger::old_json(trigger)?, trigger::new_json(trigger)?);
            match trigger::arguments(trigger)
                .into_iter()
                .find(|c| old.get(c) != new.get(c))
            {
                None => Ok(Some(trigger::row(trigger))),
                Some(column) => Err(PortalError::new(
                    Status::Refused,
                    "column_is_fixed",
                    format!("{column} is set once and never changes."),
                    "Make a new record instead.",
                )
                .fact("column", column)),
            }
        })
    }

    #[pg_trigger]
    fn refuse_change<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            if unlock::allows(Rules::LetSeal) {
                return Ok(Some(trigger::row(trigger)));
            }
            let table = trigger.table_name().unwrap_or_default();
            Err(PortalError::new(
                Status::Refused,
                "append_only",
                format!("{table} is append-only: its rows are neither changed nor removed."),
                "Write a new row that corrects the old one.",
            ))
        })
    }

    #[pg_trigger]
    fn copy_from_parent<'a>(trigger: &'a PgTrigger<'a>) -> TriggerResult<'a> {
        trigger_surface(|| {
            let arguments = trigger::arguments(trigger);
            let [table, key, columns @ ..] = arguments.as_slice() else {
                panic!("copy_from_parent takes a table, the key column and the columns to copy");
            };
            let new = trigger::new_json(trigger)?;
            let parent = parent_row(table, &new["org_id"], &new[key]);
            let mut row = trigger::row(trigger);
            for column in columns {
                let id = parent[column]
                    .as_str()
                    .and_then(|id| id.parse::<Uuid>().ok());
                trigger::set(&mut row, column, id.map(crate::ids::to_pg));
            }
            Ok(Some(row))
        })
    }
}

/// The parent's row as JSON; null where it is absent or out of reach (the foreign key then refuses the child).
fn parent_row(table: &str, org_id: &Value, id: &Value) -> Value {
    // The table's name comes from `create trigger`, so from the schema's author.
    let sql =
        format!("select to_jsonb(p) from {table} p where p.org_id = $1::uuid and p.id = $2::uuid");
    let (org_id, id) = (org_id.as_str(), id.as_str());
    Spi::connect(|client| {
        let rows = client.select(&sql, Some(1), &[org_id.into(), id.into()])?;
        if rows.is_empty() {
            Ok(None)
        } else {
            rows.first().get_one::<pgrx::JsonB>()
        }
    })
    .unwrap_or_else(|e: pgrx::spi::Error| panic!("pg_portal could not read {table}: {e}"))
    .map_or(Value::Null, |row| row.0)
}
