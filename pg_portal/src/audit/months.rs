//! The log's partitions, one a month: there before they are needed, and dropped as a whole once they are too old.

use jiff::Timestamp;
use pgrx::datum::Interval;
use pgrx::pg_sys::errcodes::PgSqlErrorCode;
use pgrx::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::check::PURGED;
use super::month::Month;
use super::seal;
use super::store::{Event, record};
use crate::error::{PortalError, Result, Status};
use crate::guc;
use crate::ids::from_pg;
use crate::spi::{self, column};
use crate::time;
use crate::unlock::{self, Rules};

/// Months that are ready ahead of the present one.
const AHEAD: usize = 3;

/// What has no month to go to. Nothing does, unless nobody ran the due jobs for months.
const STRAY: &str = "portal_audit.events_default";

/// How long a new month may wait for the log, and whoever writes for it. It comes again a minute later.
const MAKING_WAITS: &std::ffi::CStr = c"500ms";

/// How long dropping months may.
const DROPPING_WAITS: &std::ffi::CStr = c"5s";

/// The due job: makes the months that are missing and moves into them what had none, and answers how many it made.
pub fn keep_ready() -> usize {
    let missing = missing();
    if missing.is_empty() && !has_stray() {
        return 0;
    }
    let make = || {
        guc::with(c"lock_timeout", MAKING_WAITS, || make(&missing));
        Ok(missing.len())
    };
    match spi::unless(PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE, make) {
        Some(Ok(made)) => made,
        _ => 0,
    }
}

/// The present month, those ahead, and those of events that have none.
fn missing() -> Vec<Month> {
    let present = Month::of(time::now());
    let sql = "select distinct to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM') from portal_audit.events_default e order by 1";
    let stray = spi::latest_rows(sql, &[], |row| column::<String>(row, 1));
    let mut wanted: Vec<_> = present.and_next(AHEAD).collect();
    wanted.extend(stray.iter().filter_map(|month| Month::parse(month)));
    wanted.sort();
    wanted.dedup();
    let there = months();
    wanted.retain(|month| !there.contains(month));
    wanted
}

fn has_stray() -> bool {
    let sql = "select to_jsonb(exists (select from portal_audit.events_default))";
    spi::write(sql, &[]).unwrap_or_default()
}

fn months() -> Vec<Month> {
    let names = spi::latest_rows(include_str!("months/partitions.sql"), &[], |row| {
        column::<String>(row, 1)
    });
    names
        .iter()
        .filter_map(|name| Month::of_partition(name))
        .collect()
}

/// A month cannot be made while events of it lie in the default partition. So that one is put aside and its events are
/// written once more.
fn make(missing: &[Month]) {
    let stray = has_stray();
    if stray {
        run(&format!(
            "alter table public.portal_audit_events detach partition {STRAY}"
        ));
        run(&format!("alter table {STRAY} rename to events_stray"));
        make_partition(
            "events_default",
            "default",
            "Events without a month; the due jobs make it and move them there.",
        );
    }
    for month in missing {
        make_month(*month);
    }
    if stray {
        run("insert into public.portal_audit_events select * from portal_audit.events_stray");
        run("drop table portal_audit.events_stray");
    }
}

/// Makes a month's partition where there is none; says whether it did.
pub fn make_month(month: Month) -> bool {
    if months().contains(&month) {
        return false;
    }
    let bounds = format!(
        "for values from ('{}') to ('{}')",
        month.start(),
        month.next().start()
    );
    make_partition(
        &month.partition(),
        &bounds,
        &format!("Audit events of {month} (UTC)."),
    );
    true
}

/// Indexes, keys and row triggers come from the log; row level security, and the trigger for TRUNCATE, do not.
fn make_partition(name: &str, bounds: &str, comment: &str) {
    run(&format!(
        "create table portal_audit.{name} partition of public.portal_audit_events {bounds}"
    ));
    run(&format!(
        "comment on table portal_audit.{name} is '{comment}'"
    ));
    run(&format!(
        "alter table portal_audit.{name} enable row level security, force row level security"
    ));
    run(&format!(
        "create policy \"internal steps\" on portal_audit.{name} to portal_owner using (true) with check (true)"
    ));
    run(&format!(
        "create trigger refuse_truncate before truncate on portal_audit.{name}
         for each statement execute function portal_internal.refuse_change()"
    ));
}

/// Makes the default partition, once: for the migration.
pub fn make_default() {
    make_partition(
        "events_default",
        "default",
        "Events without a month; the due jobs make it and move them there.",
    );
}

/// Not kept: a statement like this is run once. Names come from this file and from months.
fn run(statement: &str) {
    Spi::run(statement)
        .unwrap_or_else(|e| panic!("pg_portal could not change the months of the audit log: {e}"));
}

/// What became of a month, or would.
pub struct Dropped {
    pub month: Month,
    pub events: i64,
    pub bytes: i64,
    pub is_dropped: bool,
    pub what: String,
}

/// Drops all months whose events are older. Everything is sealed first; the seals stay, and each company's log says what
/// went.
pub fn purge(older_than: Option<Interval>) -> Result<Vec<Dropped>> {
    let before = cutoff(older_than)?;
    seal::seal_everything();
    let mut outcome = vec![];
    for month in months().into_iter().filter(|month| *month < before) {
        let (events, unsealed, bytes) = size(month);
        // What comes after a month that stays would leave a gap.
        let stays = outcome.iter().any(|month: &Dropped| !month.is_dropped) || unsealed > 0;
        let what = match stays {
            false => "dropped; its seals stay".to_owned(),
            true if unsealed > 0 => format!("kept: {unsealed} of its events are not sealed yet"),
            true => "kept, because an earlier month is".to_owned(),
        };
        outcome.push(Dropped {
            month,
            events,
            bytes,
            is_dropped: !stays,
            what,
        });
    }
    let going: Vec<_> = outcome
        .iter()
        .filter(|month| month.is_dropped)
        .map(|month| month.month)
        .collect();
    if let Some(last) = going.last() {
        note(*last);
        drop_all(&going)?;
    }
    Ok(outcome)
}

/// Everything before this month is older than that.
fn cutoff(older_than: Option<Interval>) -> Result<Month> {
    let too_short = || {
        PortalError::invalid("older_than", "Audit events are kept for at least 90 days.")
            .fact("at_least", "90 days")
    };
    let older_than = older_than.ok_or_else(too_short)?;
    let sql =
        "select $1 >= interval '90 days', case when $1 < interval '1000 years' then now() - $1 end";
    let answers = spi::latest_rows(sql, &[older_than.into()], |row| {
        Ok((column::<bool>(row, 1)?, row.get(2)?))
    });
    let instant = answers.into_iter().find(|(enough, _)| *enough);
    let (_, instant) = instant.ok_or_else(too_short)?;
    let instant = instant.and_then(time::from_pg);
    let instant = instant.filter(|instant| *instant > Timestamp::UNIX_EPOCH);
    instant
        .map(Month::of)
        .ok_or_else(|| PortalError::invalid("older_than", "There were no events so long ago."))
}

fn size(month: Month) -> (i64, i64, i64) {
    let args = [
        time::to_pg(month.start()).into(),
        time::to_pg(month.next().start()).into(),
        format!("portal_audit.{}", month.partition()).into(),
    ];
    let rows = spi::latest_rows(include_str!("months/size.sql"), &args, |row| {
        Ok((column(row, 1)?, column(row, 2)?, column(row, 3)?))
    });
    rows.into_iter().next().expect("counting has an answer")
}

/// Marks the seals, and writes and seals one event for each company that loses any.
fn note(last: Month) {
    let before = last.next();
    let marked: Vec<(Uuid, i64)> = unlock::during(Rules::LetSeal, || {
        let args = [time::date_to_pg(before.first_day()).into()];
        spi::latest_rows(include_str!("months/mark.sql"), &args, |row| {
            Ok((from_pg(column(row, 1)?), column(row, 2)?))
        })
    });
    for (org_id, events) in marked {
        record(&Event {
            org_id,
            account_id: None,
            event_type: PURGED,
            payload: Some(json!({ "before": before.to_string(), "events": events })),
            entity: None,
        });
        seal::seal_org(org_id);
    }
}

/// Last of all, because nobody writes or reads the log from here to the end of the transaction.
fn drop_all(months: &[Month]) -> Result<()> {
    let drop = || {
        guc::with(c"lock_timeout", DROPPING_WAITS, || {
            for month in months {
                run(&format!("drop table portal_audit.{}", month.partition()));
            }
        });
        Ok(())
    };
    spi::unless(PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE, drop).unwrap_or_else(|| {
        Err(PortalError::new(
            Status::Conflict,
            "audit_log_in_use",
            "Somebody is using the audit log for longer than dropping months may wait.",
            "Call it again when no dump or long report is running.",
        ))
    })
}
