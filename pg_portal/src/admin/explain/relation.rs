//! Tables and views as the catalogue has them. All SQL text here is made of names and expressions of the catalogue.

use pgrx::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use crate::access;
use crate::error::{PortalError, Result, Status};
use crate::guc;
use crate::ids::to_pg;
use crate::spi;

#[derive(Debug, Clone, Deserialize)]
pub struct Relation {
    pub oid: u32,
    /// Schema and name, quoted where they must be.
    pub name: String,
    pub is_view: bool,
    pub has_row_security: bool,
    has_id: bool,
    /// What authenticated may read: all columns, some, or none.
    pub readable: Readable,
    /// The columns by which a row is told whose it is.
    pub owners: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Readable {
    All,
    Some,
    None,
}

/// A policy that decides what signed-in people read of a table.
#[derive(Debug, Deserialize)]
pub struct Policy {
    pub name: String,
    pub is_permissive: bool,
    pub expression: Option<String>,
    /// The same, with the parentheses that readers need.
    pub legible: Option<String>,
}

impl Relation {
    /// A table of `public` or a view of `portal`, with or without its schema.
    pub fn named(name: &str) -> Result<Self> {
        let found: Option<Self> = spi::read(include_str!("relation.sql"), &[name.trim().into()]);
        let relation = found.ok_or_else(|| {
            PortalError::new(
                Status::Absent,
                "not_found",
                "There is no such table or view.",
                "Name a table of public or a view of portal, such as public.work_orders or portal.appointments.",
            )
            .fact("table", name)
        })?;
        match relation.has_id {
            true => Ok(relation),
            false => Err(PortalError::invalid(
                "table_name",
                format!(
                    "The rows of {} have no column id to name one by.",
                    relation.name
                ),
            )),
        }
    }

    /// The tables beneath a view that have a row of that id.
    pub fn tables_with(&self, row_id: Uuid) -> Vec<Self> {
        let names: Option<Vec<String>> = spi::read(
            include_str!("tables_of_view.sql"),
            &[pg_sys::Oid::from(self.oid).into()],
        );
        let tables = names.unwrap_or_default().into_iter();
        tables
            .filter_map(|name| Self::named(&name).ok())
            .filter(|table| table.has(row_id))
            .collect()
    }

    pub fn has(&self, row_id: Uuid) -> bool {
        self.ask("true", row_id)
    }

    /// Whether a view shows the row to the person in whose name this runs.
    pub fn shows(&self, row_id: Uuid) -> bool {
        self.readable != Readable::None
            && access::as_role(c"authenticated", || self.ask("true", row_id))
    }

    pub fn policies(&self) -> Vec<Policy> {
        let policies: Option<Vec<Policy>> = as_written(|| {
            spi::read(
                include_str!("policies.sql"),
                &[pg_sys::Oid::from(self.oid).into()],
            )
        });
        policies.unwrap_or_default()
    }

    /// What a policy makes of the row. Without an expression a permissive one lets nothing through.
    pub fn passes(&self, row_id: Uuid, policy: &Policy) -> bool {
        match &policy.expression {
            Some(expression) => as_written(|| self.ask(expression, row_id)),
            None => !policy.is_permissive,
        }
    }

    /// What the row says of itself in those columns.
    pub fn owners_of(&self, row_id: Uuid) -> serde_json::Value {
        let pairs: Vec<_> = self
            .owners
            .iter()
            .map(|name| format!("'{name}', t.{name}"))
            .collect();
        let sql = format!(
            "select jsonb_build_object({}) from {} t where t.id = $1",
            pairs.join(", "),
            self.name
        );
        one::<pgrx::JsonB>(&sql, row_id)
            .map(|json| json.0)
            .unwrap_or_default()
    }

    /// The table is not renamed: an expression of the catalogue may call its columns by its name.
    fn ask(&self, expression: &str, row_id: Uuid) -> bool {
        let name = &self.name;
        let sql = format!(
            "select coalesce(bool_or({expression}), false) from {name} where {name}.id = $1"
        );
        one(&sql, row_id) == Some(true)
    }
}

/// With a search_path that has the catalogue write names out, and reads them back as they were meant.
fn as_written<T>(work: impl FnOnce() -> T) -> T {
    guc::with(c"search_path", c"pg_catalog, pg_temp", work)
}

fn one<T: FromDatum + IntoDatum>(sql: &str, row_id: Uuid) -> Option<T> {
    Spi::connect(|client| {
        let rows = client.select(sql, Some(1), &[to_pg(row_id).into()])?;
        match rows.is_empty() {
            true => Ok(None),
            false => rows.first().get_one(),
        }
    })
    .unwrap_or_else(|e: pgrx::spi::Error| panic!("pg_portal could not look at a row: {e}"))
}
