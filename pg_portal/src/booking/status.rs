//! Which status of a booking request may follow which. Plain Rust.

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

/// Whether a request may go from one status to the other.
pub fn may(from: BookingStatus, to: BookingStatus) -> bool {
    next(from).contains(&to)
}

/// Whether nothing can follow any more.
pub fn is_final(status: BookingStatus) -> bool {
    next(status).is_empty()
}
