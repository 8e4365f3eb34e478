//! Rows that functions answer, of the composite types in `before.sql`: one definition for all functions that answer
//! the same kind of row. A row travels as JSON, because idempotency keeps it so, and becomes a row at the end.

use pgrx::AllocatedByRust;
use pgrx::datum::JsonB;
use pgrx::heap_tuple::PgHeapTuple;
use pgrx::iter::SetOfIterator;
use serde_json::Value;

use crate::spi;

pub type Row = PgHeapTuple<'static, AllocatedByRust>;

/// A `portal.booking_row`.
pub fn booking(document: Value) -> SetOfIterator<'static, Row> {
    row(
        "select jsonb_populate_record(null::portal.booking_row, $1)",
        document,
    )
}

/// A `portal.appointment_row`.
pub fn appointment(document: Value) -> SetOfIterator<'static, Row> {
    row(
        "select jsonb_populate_record(null::portal.appointment_row, $1)",
        document,
    )
}

/// A `portal.location_row`.
pub fn location(document: Value) -> SetOfIterator<'static, Row> {
    row(
        "select jsonb_populate_record(null::portal.location_row, $1)",
        document,
    )
}

/// A `portal.notification_preferences_row`.
pub fn notification_preferences(document: Value) -> SetOfIterator<'static, Row> {
    row(
        "select jsonb_populate_record(null::portal.notification_preferences_row, $1)",
        document,
    )
}

/// A `portal.message_row`.
pub fn message(document: Value) -> SetOfIterator<'static, Row> {
    row(
        "select jsonb_populate_record(null::portal.message_row, $1)",
        document,
    )
}

fn row(sql: &'static str, document: Value) -> SetOfIterator<'static, Row> {
    SetOfIterator::new(spi::rows(sql, &[JsonB(document).into()], |row| {
        spi::column(row, 1)
    }))
}
