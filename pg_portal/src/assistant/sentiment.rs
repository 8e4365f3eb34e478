//! The tone of what customers write, as a model judges it: queued with the message, filled in by the gateway's worker,
//! and seen by staff alone. Nothing waits for it.

use jiff::{SignedDuration, Timestamp};
use pgrx::datum::JsonB;
use pgrx::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::scope;
use crate::error::{PortalError, between, surface};
use crate::ids::{self, to_pg};
use crate::notifications;
use crate::spi::{self, column};
use crate::time;
use crate::types::Sentiment;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn claim_sentiment(
        batch: Option<i32>,
        lease_seconds: Option<i32>,
    ) -> TableIterator<
        'static,
        (
            name!(org_id, pgrx::Uuid),
            name!(message_id, pgrx::Uuid),
            name!(attempt, i32),
            name!(body, String),
        ),
    > {
        surface(|| {
            let batch = between(batch, 1, 1000, "batch")?;
            let lease = between(lease_seconds, 1, 3600, "lease_seconds")?;
            let rows = spi::latest_rows(
                include_str!("sentiment/claim.sql"),
                &[batch.into(), f64::from(lease).into()],
                |row| {
                    Ok((
                        column(row, 1)?,
                        column(row, 2)?,
                        column(row, 3)?,
                        column(row, 4)?,
                    ))
                },
            );
            Ok(TableIterator::new(rows))
        })
    }

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn settle_sentiment(results: Option<JsonB>) -> i32 {
        surface(|| {
            let results = results.map(|JsonB(results)| results).unwrap_or_default();
            let reports = Vec::<Report>::deserialize(results).map_err(|_| malformed())?;
            let now = time::now();
            let settled: Vec<_> = reports
                .into_iter()
                .map(|report| {
                    let wait = notifications::wait_after(report.attempt);
                    settle(report, now, wait)
                })
                .collect();
            Ok(write(&settled))
        })
    }

    #[pg_extern(stable, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn message_sentiment(
        org_id: Option<pgrx::Uuid>,
        message_id: Option<pgrx::Uuid>,
    ) -> Option<Sentiment> {
        surface(|| {
            let message = org_id.map(ids::from_pg).zip(message_id.map(ids::from_pg));
            Ok(message.and_then(|(org_id, id)| seen_by_staff(org_id, id)))
        })
    }
}

/// Has a customer's message judged, some time later.
pub fn queue(org_id: Uuid, message_id: Uuid) {
    spi::run(
        "insert into public.portal_sentiment_jobs (org_id, message_id) values ($1, $2) on conflict do nothing",
        &[to_pg(org_id).into(), to_pg(message_id).into()],
    );
}

/// The label, for the office and for the technician of the job that the message is about.
fn seen_by_staff(org_id: Uuid, message_id: Uuid) -> Option<Sentiment> {
    if scope::org_id() != Some(org_id) || scope::staff_role().is_none() {
        return None;
    }
    spi::read(
        "select to_jsonb(m.sentiment) from public.portal_messages m
         where m.org_id = $1 and m.id = $2 and ($3 or m.related_work_order_id = any ($4))",
        &[
            to_pg(org_id).into(),
            to_pg(message_id).into(),
            scope::is_office().into(),
            ids::to_pg_all(scope::job_ids()).into(),
        ],
    )
}

/// What a worker says of one message that it claimed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    org_id: Uuid,
    message_id: Uuid,
    /// As claimed: a worker that was slower than its lease speaks of an attempt that is over.
    attempt: i32,
    #[serde(default)]
    sentiment: Option<Sentiment>,
    outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Done,
    /// It failed, and may go better later.
    Retry,
    /// No model will judge it.
    Refused,
}

fn malformed() -> PortalError {
    PortalError::invalid(
        "results",
        "results is a list of objects with org_id, message_id, attempt, sentiment (positive, neutral, negative or \
         null) and outcome (done, retry, refused).",
    )
}

/// What becomes of a job: it is over, with a label or without, or waits.
#[derive(Debug, Serialize)]
struct Settled {
    org_id: Uuid,
    message_id: Uuid,
    attempt: i32,
    sentiment: Option<Sentiment>,
    not_before: Option<Timestamp>,
}

/// * `wait`: until the next try; nothing after the last one.
fn settle(report: Report, now: Timestamp, wait: Option<SignedDuration>) -> Settled {
    let wait = wait.filter(|_| report.outcome == Outcome::Retry);
    Settled {
        org_id: report.org_id,
        message_id: report.message_id,
        attempt: report.attempt,
        sentiment: report.sentiment.filter(|_| report.outcome == Outcome::Done),
        not_before: wait.and_then(|wait| now.checked_add(wait).ok()),
    }
}

fn write(settled: &[Settled]) -> i32 {
    spi::write(
        include_str!("sentiment/settle.sql"),
        &[JsonB(serde_json::to_value(settled).expect("plain data")).into()],
    )
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: SignedDuration = SignedDuration::from_secs(300);

    fn after(outcome: Outcome, wait: Option<SignedDuration>) -> Settled {
        let report = Report {
            org_id: Uuid::nil(),
            message_id: Uuid::nil(),
            attempt: 1,
            sentiment: Some(Sentiment::Negative),
            outcome,
        };
        settle(report, Timestamp::UNIX_EPOCH, wait)
    }

    #[test]
    fn only_what_was_judged_has_a_label_and_only_a_failure_waits() {
        let done = after(Outcome::Done, Some(WAIT));
        assert_eq!(
            (done.sentiment, done.not_before),
            (Some(Sentiment::Negative), None)
        );
        let refused = after(Outcome::Refused, Some(WAIT));
        assert_eq!((refused.sentiment, refused.not_before), (None, None));
        let failed = after(Outcome::Retry, Some(WAIT));
        assert_eq!(failed.sentiment, None);
        assert_eq!(failed.not_before, Some(Timestamp::UNIX_EPOCH + WAIT));
        assert_eq!(after(Outcome::Retry, None).not_before, None);
    }

    #[test]
    fn a_report_says_what_it_is_about_and_nothing_else() {
        let json = |outcome: &str| serde_json::json!({ "org_id": Uuid::nil(), "message_id": Uuid::nil(), "attempt": 1, "outcome": outcome });
        assert!(serde_json::from_value::<Report>(json("done")).is_ok());
        assert!(serde_json::from_value::<Report>(json("angry")).is_err());
        let mut more = json("done");
        more["body"] = "x".into();
        assert!(serde_json::from_value::<Report>(more).is_err());
    }
}
