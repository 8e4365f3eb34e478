//! Rows inside triggers: as JSON for the rules, as tuples for Postgres.

use std::convert::Infallible;

use pgrx::datum::JsonString;
use pgrx::direct_function_call;
use pgrx::pg_sys;
use pgrx::prelude::*;
use serde_json::Value;

use crate::document;
use crate::error::Result;

/// What a row trigger answers: the row to go on with.
pub type TriggerResult<'a> = std::result::Result<Option<Row<'a>>, Infallible>;

pub type Row<'a> = PgHeapTuple<'a, AllocatedByRust>;

/// The row that the operation goes on with: the new one, or the old one of a DELETE.
pub fn row<'a>(trigger: &'a PgTrigger<'a>) -> Row<'a> {
    trigger
        .new()
        .or_else(|| trigger.old())
        .expect("a row trigger has a row")
        .into_owned()
}

/// Replaces a column's value. The type must be the column's own.
pub fn set<T: IntoDatum>(row: &mut Row<'_>, column: &str, value: T) {
    row.set_by_name(column, value)
        .unwrap_or_else(|e| panic!("pg_portal could not set {column}: {e}"));
}

/// The row before the operation, as Postgres' `row_to_json` writes it; null for an INSERT.
pub fn old_json(trigger: &PgTrigger<'_>) -> Result<Value> {
    trigger.old().map_or(Ok(Value::Null), to_json)
}

/// The row after the operation; null for a DELETE.
pub fn new_json(trigger: &PgTrigger<'_>) -> Result<Value> {
    trigger.new().map_or(Ok(Value::Null), to_json)
}

/// The arguments given in `create trigger … execute function f('a', 'b')`.
pub fn arguments(trigger: &PgTrigger<'_>) -> Vec<String> {
    trigger.extra_args().unwrap_or_default()
}

fn to_json(row: PgHeapTuple<'_, AllocatedByPostgres>) -> Result<Value> {
    // SAFETY: row_to_json reads the row's type from the datum itself.
    let json: Option<JsonString> =
        unsafe { direct_function_call(pg_sys::row_to_json, &[row.into_composite_datum()]) };
    json.map_or(Ok(Value::Null), |json| {
        document::parse(&json.0).map_err(|_| document::refusal("the record"))
    })
}
