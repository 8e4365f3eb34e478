//! What falls due by itself: called every minute, by the gateway or by pg_cron.

use pgrx::prelude::*;

use crate::audit;
use crate::error::surface;
use crate::guc;
use crate::knowledge::models;
use crate::scheduling::store::lapse_holds;
use crate::spi::{self, column};

/// How long an idempotency key is remembered. Clients repeat a call within minutes.
const RECEIPTS_ARE_KEPT: &str = "7 days";

/// How long the outbox remembers what was sent, and what was not.
const NOTIFICATIONS_ARE_KEPT: &str = "30 days";

/// How many are forgotten in one run, so that no run lasts long.
const AT_ONCE: i64 = 10_000;

/// How long somebody whose stream was cut may take to come back and miss nothing.
const LIVE_EVENTS_ARE_KEPT: &str = "24 hours";

/// How long a message waits for a model to judge its tone; without one, none ever does.
const SENTIMENT_JOBS_ARE_KEPT: &str = "1 day";

/// How long a question whose gateway went away is remembered as one that was being answered.
const AI_TURNS_ARE_KEPT: &str = "1 hour";

/// How long a request may stay `submitted` before the office sees it as `under_review`, so that one which is decided
/// at once does not flicker.
const SUBMITTED_FOR: &str = "1 minute";

/// Every job and what it does, answering how many rows it dealt with; in this order, so that a hold that is over is
/// let go and not approved. None waits for somebody else: what is locked now is done by the next run.
const JOBS: [(&str, fn() -> usize); 13] = [
    ("holds_expired", || lapse_holds(None)),
    ("requests_scheduled", || {
        spi::run(include_str!("due_jobs/schedule_held.sql"), &[])
    }),
    ("requests_approved", || {
        spi::run(include_str!("due_jobs/approve_wishes.sql"), &[])
    }),
    ("requests_to_review", || {
        spi::run(
            include_str!("due_jobs/to_review.sql"),
            &[SUBMITTED_FOR.into()],
        )
    }),
    ("receipts_purged", || {
        spi::run(
            "delete from public.portal_receipts r where r.created_at < now() - $1::interval",
            &[RECEIPTS_ARE_KEPT.into()],
        )
    }),
    ("notifications_expired", || {
        spi::run(include_str!("due_jobs/expire_notifications.sql"), &[])
    }),
    ("notifications_purged", || {
        spi::run(
            include_str!("due_jobs/purge_notifications.sql"),
            &[NOTIFICATIONS_ARE_KEPT.into(), AT_ONCE.into()],
        )
    }),
    ("live_events_purged", || {
        spi::run(
            "delete from public.portal_live_events e where e.occurred_at < now() - $1::interval",
            &[LIVE_EVENTS_ARE_KEPT.into()],
        )
    }),
    ("embedding_sets_dropped", models::drop_retired),
    ("sentiment_jobs_purged", || {
        spi::run(
            "delete from public.portal_sentiment_jobs j where j.created_at < now() - $1::interval",
            &[SENTIMENT_JOBS_ARE_KEPT.into()],
        )
    }),
    ("ai_turns_purged", || {
        spi::run(
            "delete from public.portal_ai_turns t where t.lease_until < now() - $1::interval",
            &[AI_TURNS_ARE_KEPT.into()],
        )
    }),
    ("audit_events_sealed", audit::seal_due),
    // Last, because it locks the audit log until the end of the transaction.
    ("audit_months_made", audit::keep_ready),
];

type Outcome = TableIterator<'static, (name!(job, String), name!(done, i32))>;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn run_due_jobs() -> TableIterator<'static, (name!(job, String), name!(done, i32))> {
        surface(|| Ok(run()))
    }
}

#[pg_schema]
mod portal_admin {
    use super::*;

    // Two functions of one name make one symbol in the library.
    #[pg_extern(volatile, name = "run_due_jobs")]
    fn call_due_jobs() -> TableIterator<'static, (name!(job, String), name!(done, i32))> {
        surface(|| {
            let sql = "select job, done from portal_internal.run_due_jobs()";
            let rows = spi::latest_rows(sql, &[], |row| Ok((column(row, 1)?, column(row, 2)?)));
            Ok(TableIterator::new(rows))
        })
    }
}

fn run() -> Outcome {
    if !alone() {
        return TableIterator::once(("skipped".to_owned(), 0));
    }
    let done = by_index(|| JOBS.map(|(job, work)| (job.to_owned(), work())));
    let count = |done| i32::try_from(done).unwrap_or(i32::MAX);
    TableIterator::new(done.map(|(job, done)| (job, count(done))))
}

/// Runs `work` without sequential scans. Under row level security the planner may not look at the statistics of a
/// status, takes every request for an open one, and would read the whole table each minute for the few that are.
fn by_index<T>(work: impl FnOnce() -> T) -> T {
    guc::with(c"enable_seqscan", c"off", work)
}

/// Whether nobody else runs the due jobs now; if so, nobody does until this transaction ends.
fn alone() -> bool {
    spi::write(
        "select to_jsonb(pg_try_advisory_xact_lock(hashtextextended('portal due jobs', 0)))",
        &[],
    )
    .expect("the attempt to lock has an answer")
}
