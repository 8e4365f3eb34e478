use super::*;
use crate::types::WorkOrderStatus;
use serde_json::json;

/// Tuesday, December 1 2026, 9:00 in Chicago; now is `hours` before.
fn facts(hours: i64, policy: Option<Policy>) -> Facts {
    let start: Timestamp = "2026-12-01T15:00:00Z".parse().unwrap();
    let visit = Visit {
        status: WorkOrderStatus::Scheduled,
        window_start: start,
        window_end: "2026-12-01T17:00:00Z".parse().unwrap(),
        eta: None,
        created_at: "2026-11-01T00:00:00Z".parse().unwrap(),
        reschedule_count: 0,
    };
    Facts {
        now: start - jiff::SignedDuration::from_hours(hours),
        customer_id: Uuid::from_u128(1),
        location_id: Uuid::from_u128(2),
        technician_id: None,
        service_type: "tune_up".into(),
        timezone: "America/Chicago".into(),
        visit,
        policy,
        hold_minutes: 1440,
        currency: "USD".into(),
        contact_phone: Some("+13125550100".into()),
        contact_email: Some("help@company.example".into()),
    }
}

fn with_fees() -> Policy {
    let fee_tiers = policy::fee_tiers(&json!([
        { "notice_minutes": 2880, "fee_cents": 0 }, { "notice_minutes": 0, "fee_cents": 4905 },
    ]));
    Policy {
        cancel_notice_minutes: 60,
        fee_tiers: fee_tiers.unwrap(),
        ..Policy::default()
    }
}

fn told(action: Action, facts: &Facts) -> String {
    action.explain(facts, &action.verdict(facts))
}

#[test]
fn the_deadline_is_told_in_the_wall_clock_of_the_place() {
    assert_eq!(
        told(Action::Move, &facts(48, None)),
        "You can move this appointment until Monday, November 30, 9:00 AM CST. That can be done 3 times more."
    );
}

#[test]
fn what_canceling_costs_is_told_before() {
    let free = facts(72, Some(with_fees()));
    assert!(
        told(Action::Cancel, &free).ends_with("It is free until Sunday, November 29, 9:00 AM CST.")
    );
    let late = facts(3, Some(with_fees()));
    assert!(told(Action::Cancel, &late).ends_with("It costs 49.05 USD."));
    assert!(told(Action::Cancel, &facts(48, None)).ends_with("It is free."));
}

#[test]
fn a_refusal_says_until_when_and_whom_to_call() {
    let facts = facts(1, None);
    let verdict = Action::Cancel.verdict(&facts);
    let error = Action::Cancel.refusal(&facts, verdict.refusal.unwrap(), verdict.until);
    assert_eq!(error.reason, "inside_notice");
    assert_eq!(error.facts["allowed_until"], "2026-11-30T15:00:00Z");
    assert_eq!(error.facts["contact_phone"], "+13125550100");
    assert_eq!(error.facts["contact_email"], "help@company.example");
    assert!(error.hint.contains("+13125550100"));
    assert_eq!(
        error.message,
        told(Action::Cancel, &facts),
        "explained and refused in the same words"
    );
}

#[test]
fn the_office_goes_beyond_notice_and_count_but_never_beyond_the_end() {
    for action in [Action::Move, Action::Cancel] {
        assert!(action.may_bypass(Refused::InsideNotice));
        assert!(action.may_bypass(Refused::TooManyMoves));
        assert!(!action.may_bypass(Refused::AlreadyOver));
    }
    assert!(Action::Cancel.may_bypass(Refused::AlreadyUnderWay));
    assert!(!Action::Move.may_bypass(Refused::AlreadyUnderWay));
}

#[test]
fn moves_left_never_falls_below_none() {
    let mut facts = facts(48, None);
    facts.visit.reschedule_count = 7;
    assert_eq!(facts.moves_left(), 0);
    assert_eq!(
        Action::Move.verdict(&facts).refusal,
        Some(Refused::TooManyMoves)
    );
}
