//! Which status of a job may follow which. Plain Rust.

use crate::types::WorkOrderStatus::{self, *};

/// The statuses that may come next. From the road and from the door, `scheduled` undoes what was reported too early.
pub fn next(from: WorkOrderStatus) -> &'static [WorkOrderStatus] {
    match from {
        Tentative => &[Scheduled, Canceled],
        Scheduled => &[EnRoute, OnSite, Completed, Canceled, NoShow],
        EnRoute => &[Scheduled, OnSite, Completed, Canceled, NoShow],
        OnSite => &[Scheduled, Completed, Canceled, NoShow],
        Completed | Canceled | NoShow => &[],
    }
}

/// Whether a job may go from one status to the other.
pub fn may(from: WorkOrderStatus, to: WorkOrderStatus) -> bool {
    next(from).contains(&to)
}

/// Whether nothing can follow any more.
pub fn is_final(status: WorkOrderStatus) -> bool {
    next(status).is_empty()
}
