//! How often somebody may ask, within this gateway. It stands before everything that costs something; the budgets of a
//! company are exact and in the database.

use std::{
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::StatusCode;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};
use uuid::Uuid;

use crate::{
    caller::Caller,
    error::{ApiError, ApiResult},
};

/// How many times as much the people behind one network address may ask together as one of them.
const SHARED: u32 = 10;
/// So often what is known of those who have not asked for a while is forgotten.
const FORGET_EVERY: usize = 1024;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    User(Uuid),
    /// A hash: what is kept for long is no credential, and small.
    Session(u64),
    Address(String),
}

type Limiter<C> =
    RateLimiter<Who, HashMapStateStore<Who>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The counts of all who ask.
pub struct Limits<C: Clock = DefaultClock> {
    each: Limiter<C>,
    addresses: Limiter<C>,
    clock: C,
    asked: AtomicUsize,
    hasher: RandomState,
}

impl Limits {
    pub fn new(per_minute: NonZeroU32) -> Arc<Self> {
        Arc::new(Self::with_clock(per_minute, DefaultClock::default()))
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn with_clock(per_minute: NonZeroU32, clock: C) -> Self {
        let limiter = |per_minute| {
            RateLimiter::new(
                Quota::per_minute(per_minute),
                HashMapStateStore::default(),
                clock.clone(),
            )
        };
        Self {
            each: limiter(per_minute),
            addresses: limiter(
                per_minute.saturating_mul(NonZeroU32::MIN.saturating_add(SHARED - 1)),
            ),
            asked: AtomicUsize::new(0),
            hasher: RandomState::new(),
            clock,
        }
    }

    /// Errors: 429 for who asks too often.
    pub fn check(&self, caller: &Caller) -> ApiResult<()> {
        if self
            .asked
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(FORGET_EVERY)
        {
            self.each.retain_recent();
            self.addresses.retain_recent();
        }
        if let Some(user_id) = caller.identity.user_id {
            return self.one(&self.each, &Who::User(user_id));
        }
        // Tokens can be made up at will, so the address counts as well.
        let address = caller.address().unwrap_or_default().to_owned();
        self.one(&self.addresses, &Who::Address(address))?;
        match caller.header("x-portal-session") {
            Some(token) => self.one(&self.each, &Who::Session(self.hasher.hash_one(token))),
            None => Ok(()),
        }
    }

    fn one(&self, limiter: &Limiter<C>, who: &Who) -> ApiResult<()> {
        limiter.check_key(who).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            let seconds = u32::try_from(wait.as_secs())
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            let words = "You are asking faster than the assistant may answer.";
            ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                words,
                "Wait a moment, then ask again.",
            )
            .after(seconds)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::HeaderMap;
    use governor::clock::FakeRelativeClock;
    use serde_json::Map;

    use super::*;
    use crate::auth::{Identity, Role};

    fn limits(per_minute: u32) -> (Limits<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (
            Limits::with_clock(NonZeroU32::new(per_minute).unwrap(), clock.clone()),
            clock,
        )
    }

    fn user(number: u128) -> Caller {
        let identity = Identity {
            role: Role::Authenticated,
            user_id: Some(Uuid::from_u128(number)),
            claims: Map::new(),
        };
        Caller::new(identity, &HeaderMap::new())
    }

    fn visitor(address: &str, session: &str) -> Caller {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", address.parse().unwrap());
        headers.insert("x-portal-session", session.parse().unwrap());
        Caller::new(Identity::anonymous(), &headers)
    }

    #[test]
    fn a_user_may_ask_so_often_a_minute_and_others_are_not_in_their_way() {
        let (limits, clock) = limits(2);
        limits.check(&user(1)).unwrap();
        limits.check(&user(1)).unwrap();
        let refused = limits.check(&user(1)).unwrap_err();
        assert_eq!(
            (refused.status.as_u16(), refused.reason().as_deref()),
            (429, Some("too_many_requests"))
        );
        assert_eq!(refused.retry_after_seconds(), Some(31));
        limits.check(&user(2)).unwrap();
        clock.advance(Duration::from_secs(31));
        limits.check(&user(1)).unwrap();
    }

    #[test]
    fn made_up_tokens_do_not_help_those_behind_one_address() {
        let (limits, _clock) = limits(2);
        for number in 0..20 {
            limits
                .check(&visitor("192.0.2.1", &format!("token-{number}")))
                .unwrap();
        }
        assert!(limits.check(&visitor("192.0.2.1", "one-more")).is_err());
        // Only what the nearest proxy says counts.
        assert!(
            limits
                .check(&visitor("198.51.100.9, 192.0.2.1", "one-more"))
                .is_err()
        );
        let same = visitor("192.0.2.2", "same");
        limits.check(&same).unwrap();
        limits.check(&same).unwrap();
        assert!(limits.check(&same).is_err());
    }

    #[test]
    fn who_has_not_asked_for_a_while_is_forgotten() {
        let (limits, clock) = limits(60);
        for number in 0..FORGET_EVERY as u128 {
            limits.check(&user(number)).unwrap();
        }
        assert!(limits.each.len() > 1000);
        clock.advance(Duration::from_secs(120));
        limits.check(&user(0)).unwrap();
        assert_eq!(limits.each.len(), 1);
    }
}
