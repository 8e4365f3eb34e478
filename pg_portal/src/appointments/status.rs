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

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [WorkOrderStatus; 7] = [
        Tentative, Scheduled, EnRoute, OnSite, Completed, Canceled, NoShow,
    ];

    #[test]
    fn every_status_can_be_reached_from_a_hold() {
        let mut reached = vec![Tentative];
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
    fn every_job_can_be_canceled_until_it_is_over() {
        for status in ALL {
            assert_eq!(may(status, Canceled), !is_final(status), "{status:?}");
            assert!(!may(status, status) && !may(status, Tentative));
        }
        for over in [Completed, Canceled, NoShow] {
            assert!(is_final(over));
        }
    }

    #[test]
    fn nobody_sets_out_to_a_visit_that_is_not_confirmed() {
        for status in [EnRoute, OnSite, Completed, NoShow] {
            assert!(!may(Tentative, status));
        }
    }
}
