//! What a customer may do with an appointment, until when, and for which fee. Plain Rust: what explains a policy is
//! what enforces it.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::status::is_final;
use crate::types::WorkOrderStatus;

/// What a cancellation costs from so many minutes before the visit on.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeTier {
    pub notice_minutes: i32,
    pub fee_cents: i32,
}

/// What a company, or one of its services, asks of those who change their minds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Policy {
    /// Minutes before the visit that a cancellation, and a move, must be made.
    pub cancel_notice_minutes: i32,
    pub reschedule_notice_minutes: i32,
    pub max_reschedules: i32,
    /// In any order; none: canceling is free.
    pub fee_tiers: Vec<FeeTier>,
}

impl Default for Policy {
    /// What counts where a company says nothing.
    fn default() -> Self {
        Self {
            cancel_notice_minutes: 1440,
            reschedule_notice_minutes: 1440,
            max_reschedules: 3,
            fee_tiers: Vec::new(),
        }
    }
}

/// What a policy looks at.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Visit {
    pub status: WorkOrderStatus,
    pub window_start: Timestamp,
    pub window_end: Timestamp,
    pub eta: Option<Timestamp>,
    pub created_at: Timestamp,
    pub reschedule_count: i32,
}

/// Whether something is allowed now.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The last instant at which it is, or was, allowed. Nothing where no notice binds or where the refusal does not
    /// rest on notice.
    pub until: Option<Timestamp>,
    pub refusal: Option<Refused>,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    InsideNotice,
    TooManyMoves,
    AlreadyUnderWay,
    AlreadyOver,
}

impl Refused {
    /// The stable name that clients read.
    pub fn reason(self) -> &'static str {
        match self {
            Self::InsideNotice => "inside_notice",
            Self::TooManyMoves => "too_many_moves",
            Self::AlreadyUnderWay => "already_under_way",
            Self::AlreadyOver => "already_over",
        }
    }
}

/// Whether the customer may move the visit.
pub fn moving(policy: &Policy, visit: &Visit, now: Timestamp) -> Verdict {
    if let Some(refused) = too_late_to_change(visit) {
        return refuse(refused);
    }
    if visit.reschedule_count >= policy.max_reschedules {
        return refuse(Refused::TooManyMoves);
    }
    with_notice(policy.reschedule_notice_minutes, visit, now)
}

/// Whether the customer may cancel the visit. One that nobody confirmed yet, always.
pub fn canceling(policy: &Policy, visit: &Visit, now: Timestamp) -> Verdict {
    match too_late_to_change(visit) {
        Some(refused) => refuse(refused),
        None if visit.status == WorkOrderStatus::Tentative => ALLOWED,
        None => with_notice(policy.cancel_notice_minutes, visit, now),
    }
}

/// What canceling now costs, in cents.
pub fn fee(policy: &Policy, visit: &Visit, now: Timestamp) -> i32 {
    if is_fee_void(policy, visit, now) {
        return 0;
    }
    let left = now.duration_until(visit.window_start);
    let tiers = by_notice(policy);
    tiers
        .iter()
        .find(|tier| minutes(tier.notice_minutes) <= left)
        .or(tiers.last())
        .map_or(0, |tier| tier.fee_cents)
}

/// The last instant at which canceling is free, where it will cost or already costs something.
pub fn free_until(policy: &Policy, visit: &Visit, now: Timestamp) -> Option<Timestamp> {
    let tiers = by_notice(policy);
    let first_with_fee = tiers.iter().position(|tier| tier.fee_cents > 0)?;
    let last_free = tiers[..first_with_fee].last()?;
    (!is_fee_void(policy, visit, now)).then(|| before(visit, last_free.notice_minutes))
}

/// Whether the company is late: then neither notice nor fee binds the customer.
pub fn is_late(visit: &Visit, now: Timestamp) -> bool {
    use WorkOrderStatus::*;
    let is_awaited = matches!(visit.status, Tentative | Scheduled | EnRoute);
    is_awaited && now > visit.window_end || visit.eta.is_some_and(|eta| eta > visit.window_end)
}

/// Reads the fee schedule of a policy.
///
/// * `json`: an array of at most 20 objects, each with `notice_minutes` (0 to 43200, each once) and `fee_cents`
///   (0 to 10000000), both integers.
///
/// Fails with a sentence that says what to correct.
pub fn fee_tiers(json: &Value) -> Result<Vec<FeeTier>, String> {
    let shape = |problem: &str| {
        format!(
            "The fee schedule must be an array of objects with notice_minutes and fee_cents, both integers: {problem}."
        )
    };
    // serde would read an array as well as an object.
    if json
        .as_array()
        .is_some_and(|tiers| !tiers.iter().all(Value::is_object))
    {
        return Err(shape("something in it is no object"));
    }
    let tiers: Vec<FeeTier> = Vec::deserialize(json).map_err(|error| shape(&error.to_string()))?;
    if tiers.len() > 20 {
        return Err("The fee schedule must not have more than 20 tiers.".into());
    }
    for (index, tier) in tiers.iter().enumerate() {
        let FeeTier {
            notice_minutes,
            fee_cents,
        } = *tier;
        if !(0..=43_200).contains(&notice_minutes) {
            return Err(format!(
                "notice_minutes must be between 0 and 43200, not {notice_minutes}."
            ));
        }
        if !(0..=10_000_000).contains(&fee_cents) {
            return Err(format!(
                "fee_cents must be between 0 and 10000000, not {fee_cents}."
            ));
        }
        if tiers[..index]
            .iter()
            .any(|other| other.notice_minutes == notice_minutes)
        {
            return Err(format!("notice_minutes {notice_minutes} is there twice."));
        }
    }
    Ok(tiers)
}

const ALLOWED: Verdict = Verdict {
    until: None,
    refusal: None,
};

fn refuse(refused: Refused) -> Verdict {
    Verdict {
        refusal: Some(refused),
        ..ALLOWED
    }
}

fn too_late_to_change(visit: &Visit) -> Option<Refused> {
    match visit.status {
        WorkOrderStatus::Tentative | WorkOrderStatus::Scheduled => None,
        status if is_final(status) => Some(Refused::AlreadyOver),
        _ => Some(Refused::AlreadyUnderWay),
    }
}

fn with_notice(notice_minutes: i32, visit: &Visit, now: Timestamp) -> Verdict {
    if is_late(visit, now) {
        return ALLOWED;
    }
    let until = before(visit, notice_minutes);
    Verdict {
        until: Some(until),
        refusal: (now > until).then_some(Refused::InsideNotice),
    }
}

/// Nobody pays for what was never confirmed, is over, was booked when canceling already cost, or is late.
fn is_fee_void(policy: &Policy, visit: &Visit, now: Timestamp) -> bool {
    let free_notice = policy
        .fee_tiers
        .iter()
        .filter(|tier| tier.fee_cents == 0)
        .map(|tier| tier.notice_minutes)
        .max();
    let booked_inside = free_notice.is_some_and(|notice| visit.created_at > before(visit, notice));
    visit.status == WorkOrderStatus::Tentative
        || is_final(visit.status)
        || booked_inside
        || is_late(visit, now)
}

/// Largest notice first.
fn by_notice(policy: &Policy) -> Vec<FeeTier> {
    let mut tiers = policy.fee_tiers.clone();
    tiers.sort_by_key(|tier| std::cmp::Reverse(tier.notice_minutes));
    tiers
}

fn before(visit: &Visit, notice_minutes: i32) -> Timestamp {
    visit
        .window_start
        .checked_sub(minutes(notice_minutes))
        .unwrap_or(Timestamp::MIN)
}

fn minutes(count: i32) -> SignedDuration {
    SignedDuration::from_mins(count.into())
}

#[cfg(test)]
mod tests;
