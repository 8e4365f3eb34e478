//! Trouble with what a worker depends on: told once when it begins and once when it is over, and
//! asked again neither at once nor by everybody in the same moment.

use std::time::Duration;

use tracing::{Dispatch, instrument::WithSubscriber};

use crate::error::ApiError;

/// While the database is away it is asked again this soon at first, and this seldom at last.
const SOONEST_RETRY: Duration = Duration::from_millis(100);
const LATEST_RETRY: Duration = Duration::from_secs(2);

/// How it stands with one thing in the database.
pub struct Trouble {
    what: &'static str,
    failures: u32,
}

impl Trouble {
    /// None yet; `what` is how the log calls the thing.
    pub fn with(what: &'static str) -> Self {
        Self { what, failures: 0 }
    }

    /// Does it, or says how long to wait before doing it again.
    ///
    /// Errors: the work's own, as a pause.
    pub async fn quietly<T>(
        &mut self,
        work: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, Duration> {
        // The first failure is logged where it happens.
        let result = if self.failures > 0 {
            work.with_subscriber(Dispatch::none()).await
        } else {
            work.await
        };
        match result {
            Ok(value) => {
                if self.failures > 0 {
                    let (what, failures) = (self.what, self.failures);
                    tracing::info!(failures, "{what} can be reached again");
                }
                self.failures = 0;
                Ok(value)
            }
            Err(error) => {
                if self.failures == 0 {
                    let what = self.what;
                    tracing::warn!(%error, "{what} cannot be reached; trying again until it can");
                }
                self.failures = self.failures.saturating_add(1);
                Err(pause_after(self.failures, SOONEST_RETRY, LATEST_RETRY))
            }
        }
    }
}

/// Twice as long after each failure, and never the same for all gateways.
pub fn pause_after(failures: u32, soonest: Duration, latest: Duration) -> Duration {
    let doubled = soonest.saturating_mul(1 << failures.min(10));
    doubled.min(latest).mul_f64(0.5 + 0.5 * fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_absent_database_is_asked_again_within_two_seconds(failures in 1_u32..1000) {
            let pause = pause_after(failures, SOONEST_RETRY, LATEST_RETRY);
            prop_assert!(pause >= SOONEST_RETRY / 2 && pause <= LATEST_RETRY);
        }
    }
}
