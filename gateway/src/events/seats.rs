//! How many streams each user has open.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::StatusCode;
use metrics::gauge;
use uuid::Uuid;

use crate::error::{ApiError, ApiResult};

type Taken = Arc<Mutex<HashMap<Uuid, usize>>>;

/// The seats of all users. Cheap to clone.
#[derive(Clone)]
pub struct Seats {
    taken: Taken,
    per_user: usize,
}

/// One open stream; given back when dropped.
pub struct Seat {
    taken: Taken,
    user_id: Uuid,
}

impl Seats {
    pub fn new(per_user: usize) -> Self {
        Self {
            taken: Taken::default(),
            per_user,
        }
    }

    /// Errors: 429 when the user has as many as allowed.
    pub fn take(&self, user_id: Uuid) -> ApiResult<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(user_id).or_default();
        if *count >= self.per_user {
            return Err(ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_streams",
                "You have too many live connections open.",
                "Close some, or share one among the tabs of a browser.",
            ));
        }
        *count += 1;
        gauge!("portal_events_streams").increment(1.0);
        Ok(Seat {
            taken: self.taken.clone(),
            user_id,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.user_id) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.user_id);
            }
        }
        gauge!("portal_events_streams").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_gets_so_many_streams_and_a_closed_one_makes_room() {
        let seats = Seats::new(2);
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let first = seats.take(one).unwrap();
        let _second = seats.take(one).unwrap();
        let refused = seats.take(one).err().unwrap();
        assert_eq!(
            (refused.status.as_u16(), refused.reason().as_deref()),
            (429, Some("too_many_streams"))
        );
        let _others = seats.take(other).unwrap();
        drop(first);
        let _third = seats.take(one).unwrap();
        assert!(seats.take(one).is_err());
    }

    #[test]
    fn nothing_is_kept_of_those_who_left() {
        let seats = Seats::new(1);
        drop(seats.take(Uuid::from_u128(1)).unwrap());
        assert!(seats.taken.lock().unwrap().is_empty());
    }
}
