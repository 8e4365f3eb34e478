//! What a change of policy would have done: the last days once more, under the present and the proposed rules.
//!
//! The proposed values are written into the tables, whose constraints judge them, read back as rules, and undone; what
//! follows is plain calculation with the very functions that decide about bookings, moves and cancellations.

mod history;
mod proposal;

use std::collections::BTreeMap;

use pgrx::prelude::*;
use uuid::Uuid;

use crate::appointments::policy;
use crate::error::{PortalError, Result, surface};
use crate::ids::from_pg;
use history::{Change, Request};
use proposal::{AllTerms, Terms};

/// Days that one call may go back.
const MOST_DAYS: i32 = 366;

#[pg_schema]
mod portal_admin {
    use super::*;

    #[pg_extern(volatile)]
    fn simulate_policy(
        org_id: Option<pgrx::Uuid>,
        policy: Option<pgrx::JsonB>,
        days: default!(Option<i32>, 30),
    ) -> TableIterator<
        'static,
        (
            name!(service_type, String),
            name!(requests, i64),
            name!(accepted_old, i64),
            name!(accepted_new, i64),
            name!(refused_old, i64),
            name!(refused_new, i64),
            name!(moves_old, i64),
            name!(moves_new, i64),
            name!(cancellations_old, i64),
            name!(cancellations_new, i64),
            name!(fees_old_cents, i64),
            name!(fees_new_cents, i64),
        ),
    > {
        surface(|| {
            let policy = policy.map(|json| json.0).unwrap_or_default();
            let counts = simulate(org_id.map(from_pg), &policy, days.unwrap_or(30))?;
            Ok(TableIterator::new(counts.into_iter().map(
                |(service_type, Counts { old, new })| {
                    (
                        service_type,
                        old.accepted + old.refused,
                        old.accepted,
                        new.accepted,
                        old.refused,
                        new.refused,
                        old.moves,
                        new.moves,
                        old.cancellations,
                        new.cancellations,
                        old.fees_cents,
                        new.fees_cents,
                    )
                },
            )))
        })
    }
}

#[derive(Default)]
struct Counts {
    old: Count,
    new: Count,
}

/// What a set of rules makes of a service's history.
#[derive(Default)]
struct Count {
    accepted: i64,
    refused: i64,
    moves: i64,
    cancellations: i64,
    fees_cents: i64,
}

fn simulate(
    org_id: Option<Uuid>,
    proposed: &serde_json::Value,
    days: i32,
) -> Result<BTreeMap<String, Counts>> {
    let org_id = org_id
        .filter(|id| history::org_exists(*id))
        .ok_or_else(|| PortalError::absent("company"))?;
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(PortalError::invalid(
            "days",
            "Go back between 1 and 366 days.",
        ));
    }
    let only = proposal::check(proposed)?;
    let new = proposal::rehearse(org_id, proposed, only)?;
    let old = proposal::terms(org_id);

    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for request in history::requests(org_id, days, only) {
        let counts = counts.entry(request.service_type.clone()).or_default();
        count_request(
            org_id,
            &request,
            [(&old, &mut counts.old), (&new, &mut counts.new)],
        );
    }
    for change in history::changes(org_id, days, only) {
        let counts = counts.entry(change.service_type.clone()).or_default();
        count_change(&old[&change.service_type], &change, &mut counts.old);
        count_change(&new[&change.service_type], &change, &mut counts.new);
    }
    Ok(counts)
}

/// What there was to book is read once and judged under both sets of rules.
fn count_request(org_id: Uuid, request: &Request, rules: [(&AllTerms, &mut Count); 2]) {
    let service = &rules[0].0[&request.service_type].service;
    let scene = request.scene(org_id, service);
    for (terms, count) in rules {
        if scene.accepts(&terms[&request.service_type].service) {
            count.accepted += 1;
        } else {
            count.refused += 1;
        }
    }
}

fn count_change(terms: &Terms, change: &Change, count: &mut Count) {
    let (rules, visit, at) = (&terms.policy(), &change.visit, change.at);
    if change.is_move {
        count.moves += i64::from(policy::moving(rules, visit, at).refusal.is_none());
    } else if policy::canceling(rules, visit, at).refusal.is_none() {
        count.cancellations += 1;
        count.fees_cents += i64::from(policy::fee(rules, visit, at));
    }
}
