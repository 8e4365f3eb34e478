//! Queries from Rust: thin helpers over SPI with kept plans.
//!
//! A query answers one JSON document per row, which serde turns into plain structs; so the rules never see a
//! Postgres type. Plans are prepared once per session and kept (four times faster than planning each time);
//! Postgres itself re-plans when the role or a table changes. Nothing but the plan outlives a call.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use pgrx::datum::{DatumWithOid, JsonB};
use pgrx::pg_sys;
use pgrx::pg_sys::errcodes::PgSqlErrorCode;
use pgrx::spi::{OwnedPreparedStatement, Spi, SpiHeapTupleData, SpiTupleTable};
use pgrx::{FromDatum, IntoDatum, PgMemoryContexts, PgTryBuilder};
use serde::de::DeserializeOwned;

use crate::error::Result;

thread_local! {
    static PLANS: RefCell<HashMap<&'static str, Rc<OwnedPreparedStatement>>> = RefCell::default();
}

/// The first row's JSON document of a query that only reads; `None` when there is no row or it is null.
pub fn read<T: DeserializeOwned>(sql: &'static str, args: &[DatumWithOid]) -> Option<T> {
    Spi::connect(|client| {
        let plan = kept_plan(sql, args, |types| Ok(client.prepare(sql, types)?.keep()));
        first_document(client.select(&*plan, Some(1), args))
    })
}

/// As [`read`], for a query that writes; it also sees what this transaction wrote before.
pub fn write<T: DeserializeOwned>(sql: &'static str, args: &[DatumWithOid]) -> Option<T> {
    Spi::connect_mut(|client| {
        let plan = kept_plan(sql, args, |types| {
            Ok(client.prepare_mut(sql, types)?.keep())
        });
        first_document(client.update(&*plan, Some(1), args))
    })
}

/// What `of` makes of every row of a query that only reads. For the queries of every request, where making and
/// parsing JSON would take longer than finding the row.
pub fn rows<T>(
    sql: &'static str,
    args: &[DatumWithOid],
    of: impl Fn(&SpiHeapTupleData) -> pgrx::spi::Result<T>,
) -> Vec<T> {
    Spi::connect(|client| {
        let plan = kept_plan(sql, args, |types| Ok(client.prepare(sql, types)?.keep()));
        let rows = client.select(&*plan, None, args);
        rows.and_then(|rows| rows.map(|row| of(&row)).collect())
            .unwrap_or_else(|e| internal(e))
    })
}

/// As [`rows`], but sees what others have committed up to now, and what this transaction wrote before.
pub fn latest_rows<T>(
    sql: &'static str,
    args: &[DatumWithOid],
    of: impl Fn(&SpiHeapTupleData) -> pgrx::spi::Result<T>,
) -> Vec<T> {
    Spi::connect_mut(|client| {
        let plan = kept_plan(sql, args, |types| Ok(client.prepare(sql, types)?.keep()));
        let rows = client.update(&*plan, None, args);
        rows.and_then(|rows| rows.map(|row| of(&row)).collect())
            .unwrap_or_else(|e| internal(e))
    })
}

/// A column of such a row that cannot be null.
pub fn column<T: FromDatum + IntoDatum>(
    row: &SpiHeapTupleData,
    ordinal: usize,
) -> pgrx::spi::Result<T> {
    let value = row.get(ordinal)?;
    Ok(value.unwrap_or_else(|| panic!("column {ordinal} of a query of pg_portal is null")))
}

/// Runs a statement and answers how many rows it touched.
pub fn run(sql: &'static str, args: &[DatumWithOid]) -> usize {
    Spi::connect_mut(|client| {
        let plan = kept_plan(sql, args, |types| {
            Ok(client.prepare_mut(sql, types)?.keep())
        });
        let rows = client.update(&*plan, None, args);
        rows.unwrap_or_else(|e| internal(e)).len()
    })
}

/// As [`run`], for a statement that is seldom run and made from parts: its plan is not kept.
pub fn run_once(sql: &str, args: &[DatumWithOid]) -> usize {
    Spi::connect_mut(|client| {
        let rows = client.update(sql, None, args);
        rows.unwrap_or_else(|e| internal(e)).len()
    })
}

/// As [`write`], for a query that is seldom run and made from parts: its plan is not kept.
pub fn write_once<T: DeserializeOwned>(sql: &str, args: &[DatumWithOid]) -> Option<T> {
    Spi::connect_mut(|client| first_document(client.update(sql, Some(1), args)))
}

/// Queues up behind transactions that hold the same key, until they end; from then on this one holds it.
pub fn queue_up(key: &str) {
    run(
        "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        &[key.into()],
    );
}

/// Runs `work` with every check, keeps its answer and undoes all that it wrote, also when an error ends it.
///
/// The subtransaction also drops rows that `work` locked.
pub fn rehearse<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    // SAFETY: the pattern of Postgres' own procedural languages: memory context and resource owner are put
    // back, because the subtransaction leaves its own behind. Answers own their data, so none dangles.
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        let owner = pg_sys::CurrentResourceOwner;
        pg_sys::BeginInternalSubTransaction(std::ptr::null());
        pg_sys::MemoryContextSwitchTo(context);
        // An SQL error passes through here; whoever catches it would undo this subtransaction instead of their own.
        PgTryBuilder::new(AssertUnwindSafe(work))
            .finally(move || {
                pg_sys::RollbackAndReleaseCurrentSubTransaction();
                pg_sys::MemoryContextSwitchTo(context);
                pg_sys::CurrentResourceOwner = owner;
            })
            .execute()
    }
}

/// How often [`attempt`] tries in all.
const TRIES: usize = 3;

/// Runs `work`, and again when it was the one that a deadlock ended: what a client asks for must not fail because
/// somebody else took the same locks in another order. Everything that the failed try wrote or locked is undone.
pub fn attempt<T>(work: impl Fn() -> Result<T>) -> Result<T> {
    (1..TRIES)
        .find_map(|_| unless(PgSqlErrorCode::ERRCODE_T_R_DEADLOCK_DETECTED, &work))
        .unwrap_or_else(work)
}

/// The outcome of `work` in a subtransaction of its own; nothing when that error ended it.
pub fn unless<T>(error: PgSqlErrorCode, work: impl FnOnce() -> Result<T>) -> Option<Result<T>> {
    // SAFETY: as in [`rehearse`].
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        let owner = pg_sys::CurrentResourceOwner;
        let restore = move || {
            pg_sys::MemoryContextSwitchTo(context);
            pg_sys::CurrentResourceOwner = owner;
        };
        let undo = move || {
            pg_sys::RollbackAndReleaseCurrentSubTransaction();
            restore();
        };
        pg_sys::BeginInternalSubTransaction(std::ptr::null());
        pg_sys::MemoryContextSwitchTo(context);
        let outcome = PgTryBuilder::new(AssertUnwindSafe(|| Some(work())))
            .catch_when(error, |_| None)
            .catch_others(move |caught| {
                undo();
                caught.rethrow()
            })
            .execute();
        if matches!(outcome, Some(Ok(_))) {
            pg_sys::ReleaseCurrentSubTransaction();
            restore();
        } else {
            undo();
        }
        outcome
    }
}

/// Runs `work` in a memory context that goes when it ends: for loops, which would otherwise fill the transaction's.
pub fn in_own_memory<T>(work: impl FnOnce() -> T) -> T {
    let mut memory = PgMemoryContexts::new("pg_portal");
    // SAFETY: answers are Rust's own; none points into the context.
    unsafe { memory.switch_to(|_| work()) }
}

/// Nothing stays borrowed while a plan is made or runs: both can come back to this module (a trigger does).
fn kept_plan(
    sql: &'static str,
    args: &[DatumWithOid],
    prepare: impl FnOnce(&[pg_sys::PgOid]) -> pgrx::spi::Result<OwnedPreparedStatement>,
) -> Rc<OwnedPreparedStatement> {
    if let Some(plan) = PLANS.with_borrow(|plans| plans.get(sql).cloned()) {
        return plan;
    }
    let types: Vec<_> = args
        .iter()
        .map(|arg| pg_sys::PgOid::from(arg.oid()))
        .collect();
    let plan = Rc::new(prepare(&types).unwrap_or_else(|e| internal(e)));
    PLANS.with_borrow_mut(|plans| plans.insert(sql, plan.clone()));
    plan
}

fn first_document<T: DeserializeOwned>(rows: pgrx::spi::Result<SpiTupleTable<'_>>) -> Option<T> {
    let rows = rows.unwrap_or_else(|e| internal(e));
    if rows.is_empty() {
        return None;
    }
    let document: Option<JsonB> = rows.first().get_one().unwrap_or_else(|e| internal(e));
    document.map(|JsonB(value)| {
        serde_json::from_value(value)
            .unwrap_or_else(|e| panic!("a query of pg_portal answered an unexpected shape: {e}"))
    })
}

/// A fault of pg_portal itself, never of the caller.
fn internal(error: pgrx::spi::Error) -> ! {
    panic!("pg_portal could not run one of its queries: {error}")
}
