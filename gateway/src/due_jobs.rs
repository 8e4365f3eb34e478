//! The clock of the portal: asks the database now and then to do what has fallen due.
//!
//! What that is, and that two runners never do it twice, is the database's business
//! (`portal_internal.run_due_jobs`); so any number of gateways may run this, beside pg_cron too.

use std::time::{Duration, SystemTime};

use metrics::{counter, gauge};
use tokio::time::sleep;
use tracing::{Dispatch, instrument::WithSubscriber};

use crate::{db::Db, error::ApiResult, serve::Drain};

/// A run that takes longer is undone, and the next one tries again. The database does a bounded
/// amount per run, which takes well under a second.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// What the database answers instead of its jobs when somebody else is at it.
const SKIPPED: &str = "skipped";

/// Runs the due jobs about every `every` (zero: never) until the gateway shuts down. A run that is
/// under way then is undone as a whole.
pub async fn keep_running(db: Db, every: Duration, drain: Drain) {
    if every.is_zero() {
        tracing::info!("due jobs are left to others: due_jobs_every_seconds is 0");
        return;
    }
    tokio::select! {
        () = drain.wait() => {}
        () = repeat(&db, every) => {}
    }
}

async fn repeat(db: &Db, every: Duration) {
    let mut failing = false;
    // Gateways that start together spread over the first interval and drift apart afterwards.
    sleep(every.mul_f64(fastrand::f64())).await;
    loop {
        // The first failure is logged where it happens; while it lasts, only the metric counts on.
        let run = run(db);
        let outcome = if failing {
            run.with_subscriber(Dispatch::none()).await
        } else {
            run.await
        };
        match &outcome {
            Ok(()) if failing => tracing::info!("due jobs run again"),
            Ok(()) => {}
            Err(_) if failing => {}
            Err(error) => tracing::warn!(%error, "due jobs failed; trying again at each interval"),
        }
        failing = outcome.is_err();
        sleep(every.mul_f64(0.9 + 0.2 * fastrand::f64())).await;
    }
}

/// Does once what is due.
///
/// Errors: those of the database; nothing is kept then.
async fn run(db: &Db) -> ApiResult<()> {
    let outcome = ask(db).await;
    let label = match &outcome {
        Ok(done) if done.iter().any(|(job, _)| job == SKIPPED) => SKIPPED,
        Ok(_) => "done",
        Err(_) => "failed",
    };
    counter!("portal_due_jobs_runs_total", "outcome" => label).increment(1);
    let done = outcome?;
    gauge!("portal_due_jobs_last_success_timestamp_seconds").set(seconds_since_1970());
    for (job, count) in done.into_iter().filter(|(job, _)| job != SKIPPED) {
        let count = u64::try_from(count).unwrap_or(0);
        if count > 0 {
            tracing::info!(job, count, "done what was due");
        }
        counter!("portal_due_jobs_done_total", "job" => job).increment(count);
    }
    Ok(())
}

/// Every job of the database and how much of it there was to do.
async fn ask(db: &Db) -> ApiResult<Vec<(String, i32)>> {
    let sql = "select job, done from portal_internal.run_due_jobs()";
    db.as_gateway(TIME_LIMIT, async |tx| {
        let rows = tx.query_typed(sql, &[]).await?;
        let pair = |row: &tokio_postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
        Ok(rows
            .iter()
            .map(pair)
            .collect::<Result<_, tokio_postgres::Error>>()?)
    })
    .await
}

fn seconds_since_1970() -> f64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.map_or(0.0, |since| since.as_secs_f64())
}
