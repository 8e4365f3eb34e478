//! Which status of a booking request may follow which. Plain Rust.

use crate::error::{PortalError, Result};
use crate::types::BookingStatus::{self, *};

/// The statuses that may come next.
pub fn next(from: BookingStatus) -> &'static [BookingStatus] {
    match from {
        Submitted => &[
            UnderReview,
            Approved,
            Scheduled,
            Rejected,
            CanceledByCustomer,
        ],
        UnderReview => &[Approved, Scheduled, Rejected, CanceledByCustomer],
        Approved => &[Scheduled, Rejected, CanceledByCustomer],
        // Back under review: only when the appointment lapsed.
        Scheduled => &[Rejected, CanceledByCustomer, UnderReview],
        Rejected | CanceledByCustomer => &[],
    }
}

/// Refuses a step that the table does not have.
pub fn check(from: BookingStatus, to: BookingStatus) -> Result<()> {
    if may(from, to) {
        return Ok(());
    }
    let allowed = next(from).iter().map(|status| status.label());
    Err(PortalError::status_not_allowed(
        from.label(),
        to.label(),
        allowed.collect(),
    ))
}

/// Whether a request may go from one status to the other.
pub fn may(from: BookingStatus, to: BookingStatus) -> bool {
    next(from).contains(&to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [BookingStatus; 6] = [
        Submitted,
        UnderReview,
        Approved,
        Scheduled,
        Rejected,
        CanceledByCustomer,
    ];

    #[test]
    fn every_status_can_be_reached_from_a_new_request() {
        let mut reached = vec![Submitted];
        let mut at = 0;
        while let Some(status) = reached.get(at) {
            let fresh: Vec<_> = next(*status)
                .iter()
                .filter(|to| !reached.contains(to))
                .copied()
                .collect();
            reached.extend(fresh);
            at += 1;
        }
        assert!(ALL.iter().all(|status| reached.contains(status)));
    }

    #[test]
    fn a_request_can_end_both_ways_until_it_has_ended() {
        for status in ALL {
            for end in [Rejected, CanceledByCustomer] {
                assert_eq!(may(status, end), !next(status).is_empty(), "{status:?}");
                assert!(next(end).is_empty());
            }
            assert!(!may(status, status) && !may(status, Submitted));
        }
    }

    #[test]
    fn only_what_was_scheduled_returns_to_review() {
        for status in ALL {
            assert_eq!(
                may(status, UnderReview),
                [Submitted, Scheduled].contains(&status)
            );
        }
    }
}
