//! Takes back from a worker what became of the rows it had.

use jiff::{SignedDuration, Timestamp};
use pgrx::datum::JsonB;
use pgrx::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::claim::{self, Change};
use super::retry;
use crate::error::{PortalError, surface};
use crate::ids;
use crate::time;
use crate::types::NotificationStatus;

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(volatile, security_definer)]
    #[search_path(pg_catalog, pg_temp)]
    fn settle_notifications(results: Option<JsonB>) -> i32 {
        surface(|| {
            let results = results.map(|JsonB(results)| results).unwrap_or_default();
            let results = Vec::<Report>::deserialize(results).map_err(|_| malformed())?;
            let now = time::now();
            let changes: Vec<_> = results
                .into_iter()
                .map(|report| change(report, now, chance()))
                .collect();
            Ok(claim::write(&changes, 0))
        })
    }
}

fn malformed() -> PortalError {
    PortalError::invalid(
        "results",
        "results is a list of objects with org_id, id, attempt, outcome (sent, retry, refused, released) and error.",
    )
}

/// What a worker says of one row that it claimed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    org_id: Uuid,
    id: Uuid,
    /// As claimed: a worker that was slower than its lease speaks of an attempt that is over.
    attempt: i32,
    outcome: Outcome,
    error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Sent,
    /// It failed, and may go better later.
    Retry,
    /// It will never go.
    Refused,
    /// It was not tried.
    Released,
}

/// Longest text of `last_error`, in characters.
const MAX_ERROR: usize = 2000;

fn change(report: Report, now: Timestamp, chance: f64) -> Change {
    use NotificationStatus as S;
    let attempt = report.attempt;
    let (status, not_before) = match report.outcome {
        Outcome::Sent => (S::Sent, None),
        Outcome::Refused => (S::Dead, None),
        Outcome::Released => (S::Pending, None),
        Outcome::Retry => match retry::wait(attempt, chance) {
            None => (S::Dead, None),
            Some(wait) => (S::Pending, now.checked_add(wait).ok()),
        },
    };
    let error = report
        .error
        .map(|error| error.chars().take(MAX_ERROR).collect());
    Change {
        org_id: report.org_id,
        id: report.id,
        was: S::Sending,
        attempt,
        status,
        attempts: attempt - i32::from(report.outcome == Outcome::Released),
        not_before,
        recipient: None,
        last_error: error,
    }
}

/// How long to wait after a failed try of that number, for any work of this kind; nothing after the last one.
pub fn wait_after(attempt: i32) -> Option<SignedDuration> {
    retry::wait(attempt, chance())
}

/// From 0 to 1.
fn chance() -> f64 {
    f64::from(u32::from_ne_bytes(ids::random())) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use NotificationStatus as S;

    fn after(outcome: Outcome, attempt: i32) -> Change {
        let report = Report {
            org_id: Uuid::nil(),
            id: Uuid::nil(),
            attempt,
            outcome,
            error: Some("é".repeat(MAX_ERROR + 1)),
        };
        change(report, Timestamp::UNIX_EPOCH, 0.5)
    }

    #[test]
    fn every_outcome_leads_where_it_should() {
        for (outcome, status, attempts) in [
            (Outcome::Sent, S::Sent, 3),
            (Outcome::Refused, S::Dead, 3),
            (Outcome::Released, S::Pending, 2),
            (Outcome::Retry, S::Pending, 3),
        ] {
            let change = after(outcome, 3);
            assert_eq!((change.status, change.attempts), (status, attempts));
            assert_eq!((change.was, change.attempt), (S::Sending, 3));
        }
        assert_eq!(after(Outcome::Retry, retry::TRIES).status, S::Dead);
    }

    #[test]
    fn only_a_retry_waits_and_errors_fit_their_column() {
        let wait = retry::wait(2, 0.5).unwrap();
        let retried = after(Outcome::Retry, 2);
        assert_eq!(retried.not_before, Some(Timestamp::UNIX_EPOCH + wait));
        assert_eq!(retried.last_error.unwrap().chars().count(), MAX_ERROR);
        assert_eq!(after(Outcome::Released, 2).not_before, None);
    }
}
