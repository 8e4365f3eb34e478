//! The log for those who keep it: sealing, verifying and dropping old months. What runs as the caller is in
//! portal_admin; the steps beneath it, which may touch the log, are in portal_internal.

use pgrx::datum::{Date, Interval};
use pgrx::prelude::*;

use super::chain::Anchor;
use super::{month::Month, months, seal, verify};
use crate::error::{PortalError, Result, surface};
use crate::ids::{from_pg, to_pg};
use crate::spi::{self, column};
use crate::time;

type Verdict = TableIterator<
    'static,
    (
        name!(ok, bool),
        name!(first_bad, Option<String>),
        name!(checked, i64),
        name!(reason, Option<String>),
        name!(anchor, Option<String>),
    ),
>;
type Months = TableIterator<
    'static,
    (
        name!(month, Date),
        name!(table_name, String),
        name!(events, i64),
        name!(bytes, i64),
        name!(what, String),
    ),
>;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer, name = "seal_audit")]
    #[search_path(pg_catalog, pg_temp)]
    fn seal_audit_step() -> TableIterator<
        'static,
        (
            name!(org_id, pgrx::Uuid),
            name!(org_slug, String),
            name!(sealed, i64),
            name!(last_seq, i64),
            name!(anchor, String),
        ),
    > {
        surface(|| {
            let chains = seal::seal_everything().into_iter();
            Ok(TableIterator::new(chains.map(|chain| {
                (
                    to_pg(chain.org_id),
                    chain.org_slug,
                    chain.sealed,
                    chain.last_seq,
                    chain.anchor,
                )
            })))
        })
    }

    #[pg_extern(stable, security_definer, name = "verify_audit")]
    #[search_path(pg_catalog, pg_temp)]
    fn verify_audit_step(
        org_id: Option<pgrx::Uuid>,
        anchor: Option<&str>,
    ) -> TableIterator<
        'static,
        (
            name!(ok, bool),
            name!(first_bad, Option<String>),
            name!(checked, i64),
            name!(reason, Option<String>),
            name!(anchor, Option<String>),
        ),
    > {
        surface(|| verified(org_id, anchor))
    }

    #[pg_extern(volatile, security_definer, name = "purge_audit")]
    #[search_path(pg_catalog, pg_temp)]
    fn purge_audit_step(
        older_than: Option<Interval>,
        dry_run: Option<bool>,
    ) -> TableIterator<
        'static,
        (
            name!(month, Date),
            name!(table_name, String),
            name!(events, i64),
            name!(bytes, i64),
            name!(what, String),
        ),
    > {
        surface(|| purged(older_than, dry_run))
    }

    // For the migrations that made the log one of months.
    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn make_audit_month(day: Option<Date>) -> bool {
        surface(|| {
            let Some(day) = day.and_then(time::date_from_pg) else {
                months::make_default();
                return Ok(true);
            };
            let month = Month::parse(&day.strftime("%Y-%m").to_string());
            Ok(months::make_month(month.expect("a day has a month")))
        })
    }
}

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(volatile)]
    fn seal_audit() -> TableIterator<
        'static,
        (
            name!(org_id, pgrx::Uuid),
            name!(org_slug, String),
            name!(sealed, i64),
            name!(last_seq, i64),
            name!(anchor, String),
        ),
    > {
        surface(|| {
            let sql = "select org_id, org_slug, sealed, last_seq, anchor from portal_internal.seal_audit()";
            let rows = spi::latest_rows(sql, &[], |row| {
                Ok((
                    column(row, 1)?,
                    column(row, 2)?,
                    column(row, 3)?,
                    column(row, 4)?,
                    column(row, 5)?,
                ))
            });
            Ok(TableIterator::new(rows))
        })
    }

    #[pg_extern(stable)]
    fn verify_audit(
        org_id: Option<pgrx::Uuid>,
        anchor: default!(Option<&str>, "NULL"),
    ) -> TableIterator<
        'static,
        (
            name!(ok, bool),
            name!(first_bad, Option<String>),
            name!(checked, i64),
            name!(reason, Option<String>),
            name!(anchor, Option<String>),
        ),
    > {
        surface(|| {
            let sql = "select ok, first_bad, checked, reason, anchor from portal_internal.verify_audit($1, $2)";
            let rows = spi::rows(sql, &[org_id.into(), anchor.into()], |row| {
                Ok((
                    column(row, 1)?,
                    row.get(2)?,
                    column(row, 3)?,
                    row.get(4)?,
                    row.get(5)?,
                ))
            });
            Ok(TableIterator::new(rows))
        })
    }

    #[pg_extern(volatile)]
    fn purge(
        older_than: Option<Interval>,
        dry_run: default!(Option<bool>, "true"),
    ) -> TableIterator<
        'static,
        (
            name!(month, Date),
            name!(table_name, String),
            name!(events, i64),
            name!(bytes, i64),
            name!(what, String),
        ),
    > {
        surface(|| {
            let sql = "select month, table_name, events, bytes, what from portal_internal.purge_audit($1, $2)";
            let rows = spi::latest_rows(sql, &[older_than.into(), dry_run.into()], |row| {
                Ok((
                    column(row, 1)?,
                    column(row, 2)?,
                    column(row, 3)?,
                    column(row, 4)?,
                    column(row, 5)?,
                ))
            });
            Ok(TableIterator::new(rows))
        })
    }
}

fn verified(org_id: Option<pgrx::Uuid>, anchor: Option<&str>) -> Result<Verdict> {
    let sql = "select o.id from public.orgs o where o.id = $1";
    let found = spi::rows(sql, &[org_id.into()], |row| Ok(from_pg(column(row, 1)?)));
    let org_id = *found
        .first()
        .ok_or_else(|| PortalError::absent("company"))?;
    let anchor = anchor.map(|text| read_anchor(text, org_id)).transpose()?;
    let outcome = verify::verify(org_id, anchor);
    let (place, reason) = outcome
        .fault
        .map(|fault| (fault.place, fault.reason))
        .unzip();
    let anchor = outcome.anchor.map(|anchor| anchor.to_string());
    Ok(TableIterator::once((
        place.is_none(),
        place,
        outcome.events,
        reason,
        anchor,
    )))
}

fn read_anchor(text: &str, org_id: uuid::Uuid) -> Result<Anchor> {
    let anchor = Anchor::parse(text).ok_or_else(|| {
        PortalError::invalid(
            "anchor",
            "This is no anchor: it must be the whole line that seal_audit() answered.",
        )
    })?;
    if anchor.org_id != org_id {
        return Err(PortalError::invalid(
            "anchor",
            "This anchor is that of another company.",
        ));
    }
    Ok(anchor)
}

fn purged(older_than: Option<Interval>, dry_run: Option<bool>) -> Result<Months> {
    let work = || months::purge(older_than);
    let outcome = match dry_run.unwrap_or(true) {
        true => spi::rehearse(work)?,
        false => work()?,
    };
    Ok(TableIterator::new(outcome.into_iter().map(|gone| {
        let table = format!("portal_audit.{}", gone.month.partition());
        (
            time::date_to_pg(gone.month.first_day()),
            table,
            gone.events,
            gone.bytes,
            gone.what,
        )
    })))
}
