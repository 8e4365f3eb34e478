//! Export and erasure for those who keep the portal running. What runs as the caller is in portal_admin; the steps
//! beneath it, which may touch the tables, are in portal_internal.

use pgrx::prelude::*;

use super::{erase, export, inventory};
use crate::error::{PortalError, surface};
use crate::spi::{self, column};

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer, name = "export_customer")]
    #[search_path(pg_catalog, pg_temp)]
    fn export_customer_step(customer_id: Option<pgrx::Uuid>) -> pgrx::JsonB {
        surface(|| export::export(customer_id).map(pgrx::JsonB))
    }

    #[pg_extern(volatile, security_definer, name = "erase_customer")]
    #[search_path(pg_catalog, pg_temp)]
    fn erase_customer_step(
        customer_id: Option<pgrx::Uuid>,
        dry_run: Option<bool>,
        force: Option<bool>,
    ) -> TableIterator<
        'static,
        (
            name!(table_name, String),
            name!(rows, i64),
            name!(what, String),
        ),
    > {
        surface(|| {
            // Whoever writes about the customer may hold the same rows in another order.
            let work = || spi::attempt(|| erase::erase(customer_id, force.unwrap_or_default()));
            let done = match dry_run.unwrap_or(true) {
                true => spi::rehearse(work)?,
                false => work()?,
            };
            let rows = done
                .into_iter()
                .map(|done| (done.table, done.rows, done.what));
            Ok(TableIterator::new(rows))
        })
    }
}

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(volatile)]
    fn export_customer(customer_id: Option<pgrx::Uuid>) -> pgrx::JsonB {
        surface(|| {
            let sql = "select portal_internal.export_customer($1)";
            let rows = spi::latest_rows(sql, &[customer_id.into()], |row| column(row, 1));
            rows.into_iter()
                .next()
                .ok_or_else(|| PortalError::absent("customer"))
        })
    }

    #[pg_extern(volatile)]
    fn erase_customer(
        customer_id: Option<pgrx::Uuid>,
        dry_run: default!(Option<bool>, "true"),
        force: default!(Option<bool>, "false"),
    ) -> TableIterator<
        'static,
        (
            name!(table_name, String),
            name!(rows, i64),
            name!(what, String),
        ),
    > {
        surface(|| {
            let sql =
                "select table_name, rows, what from portal_internal.erase_customer($1, $2, $3)";
            let args = [customer_id.into(), dry_run.into(), force.into()];
            let rows = spi::latest_rows(sql, &args, |row| {
                Ok((column(row, 1)?, column(row, 2)?, column(row, 3)?))
            });
            Ok(TableIterator::new(rows))
        })
    }

    #[pg_extern(stable)]
    fn personal_data() -> TableIterator<
        'static,
        (
            name!(table_name, &'static str),
            name!(column_name, &'static str),
            name!(class, &'static str),
            name!(is_exported, bool),
            name!(on_erasure, &'static str),
        ),
    > {
        let tables = inventory::tables().iter();
        TableIterator::new(tables.flat_map(|table| {
            table.columns.iter().map(|column| {
                let class = column.class;
                (
                    table.name,
                    column.name,
                    class.label(),
                    class.is_exported(),
                    table.treatment(column),
                )
            })
        }))
    }
}
