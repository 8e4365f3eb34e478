//! Everything that is held about a customer, as one document.

use serde_json::{Map, Value, json};

use super::inventory::{self, Class, Table};
use super::scope::Scope;
use crate::audit::{self, Event};
use crate::error::Result;
use crate::{spi, time};

const FORMAT: &str = "pg_portal.customer_export/1";

/// The log says that it was done.
pub fn export(customer_id: Option<pgrx::Uuid>) -> Result<Value> {
    let scope = Scope::of(customer_id)?;
    let held = || inventory::tables().iter().filter(|table| table.is_held());
    let tables: Map<_, _> = held()
        .map(|table| (table.name.to_owned(), rows(table, &scope)))
        .collect();
    let withheld: Map<_, _> = held()
        .map(|table| (table.name.to_owned(), withheld(table)))
        .collect();
    audit::record(&Event {
        org_id: scope.org_id,
        account_id: None,
        event_type: audit::EXPORTED,
        payload: Some(json!({ "format": FORMAT })),
        entity: Some(("customer", Some(scope.customer_id))),
    });
    Ok(json!({
        "format": FORMAT,
        "exported_at": time::now(),
        "company": { "id": scope.org_id, "slug": scope.org_slug, "name": scope.org_name },
        "customer_id": scope.customer_id,
        "tables": tables,
        "withheld": withheld,
    }))
}

fn rows(table: &Table, scope: &Scope) -> Value {
    spi::write_once(&table.export_sql(), &scope.arguments()).unwrap_or_else(|| json!([]))
}

/// Columns that are there and not in the document: secrets, and what is the company's own.
fn withheld(table: &Table) -> Value {
    let columns = table
        .columns
        .iter()
        .filter(|column| matches!(column.class, Class::Secret | Class::Company));
    columns.map(|column| column.name).collect()
}
