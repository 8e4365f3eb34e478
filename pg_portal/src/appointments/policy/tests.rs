use super::*;
use WorkOrderStatus::*;
use proptest::prelude::*;
use serde_json::json;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Minutes before the visit of [`visit`].
fn left(count: i32) -> Timestamp {
    before(&visit(Scheduled), count)
}

fn visit(status: WorkOrderStatus) -> Visit {
    Visit {
        status,
        window_start: at("2026-12-10T14:00:00Z"),
        window_end: at("2026-12-10T16:00:00Z"),
        eta: None,
        created_at: at("2026-11-20T09:00:00Z"),
        reschedule_count: 0,
    }
}

fn tier(notice_minutes: i32, fee_cents: i32) -> FeeTier {
    FeeTier {
        notice_minutes,
        fee_cents,
    }
}

/// Free until a day before, 50 until two hours before, then 100.
fn with_fees() -> Policy {
    Policy {
        fee_tiers: vec![tier(120, 5_000), tier(1440, 0), tier(0, 10_000)],
        ..Policy::default()
    }
}

fn moving_is(visit: &Visit, now: Timestamp) -> Option<Refused> {
    moving(&Policy::default(), visit, now).refusal
}

fn canceling_is(visit: &Visit, now: Timestamp) -> Option<Refused> {
    canceling(&Policy::default(), visit, now).refusal
}

#[test]
fn notice_is_kept_to_its_last_instant() {
    let visit = visit(Scheduled);
    for judge in [moving_is, canceling_is] {
        assert_eq!(judge(&visit, left(1440)), None);
        let just_after = left(1440)
            .checked_add(SignedDuration::from_micros(1))
            .unwrap();
        assert_eq!(judge(&visit, just_after), Some(Refused::InsideNotice));
    }
}

#[test]
fn moving_and_canceling_have_their_own_notice() {
    let policy = Policy {
        cancel_notice_minutes: 60,
        reschedule_notice_minutes: 600,
        ..Policy::default()
    };
    let now = left(120);
    let (moved, canceled) = (
        moving(&policy, &visit(Scheduled), now),
        canceling(&policy, &visit(Scheduled), now),
    );
    assert_eq!(moved.refusal, Some(Refused::InsideNotice));
    assert_eq!(moved.until, Some(left(600)));
    assert_eq!((canceled.refusal, canceled.until), (None, Some(left(60))));
}

#[test]
fn what_nobody_confirmed_is_canceled_at_any_time_and_for_free() {
    let policy = Policy {
        fee_tiers: vec![tier(0, 500)],
        ..Policy::default()
    };
    assert_eq!(canceling(&policy, &visit(Tentative), left(1)), ALLOWED);
    assert_eq!(fee(&policy, &visit(Tentative), left(1)), 0);
    assert_eq!(
        moving_is(&visit(Tentative), left(1)),
        Some(Refused::InsideNotice)
    );
}

#[test]
fn a_visit_moves_only_so_often() {
    let moved = Visit {
        reschedule_count: 3,
        ..visit(Scheduled)
    };
    assert_eq!(moving_is(&moved, left(9000)), Some(Refused::TooManyMoves));
    assert_eq!(canceling_is(&moved, left(9000)), None);
}

#[test]
fn what_is_under_way_or_over_stays_as_it_is() {
    for judge in [moving_is, canceling_is] {
        for status in [EnRoute, OnSite] {
            assert_eq!(
                judge(&visit(status), left(9000)),
                Some(Refused::AlreadyUnderWay)
            );
        }
        for status in [Completed, Canceled, NoShow] {
            assert_eq!(
                judge(&visit(status), left(9000)),
                Some(Refused::AlreadyOver)
            );
        }
    }
}

#[test]
fn a_late_company_can_ask_for_neither_notice_nor_fee() {
    let announced = Visit {
        eta: Some(at("2026-12-10T16:30:00Z")),
        ..visit(Scheduled)
    };
    let after_window = at("2026-12-10T16:00:01Z");
    for (visit, now) in [(announced, left(30)), (visit(Scheduled), after_window)] {
        assert!(is_late(&visit, now));
        assert_eq!(moving(&with_fees(), &visit, now), ALLOWED);
        assert_eq!(canceling(&with_fees(), &visit, now), ALLOWED);
        assert_eq!(fee(&with_fees(), &visit, now), 0);
        assert_eq!(free_until(&with_fees(), &visit, now), None);
    }
}

#[test]
fn a_company_within_its_window_is_not_late() {
    let announced = Visit {
        eta: Some(at("2026-12-10T16:00:00Z")),
        ..visit(EnRoute)
    };
    assert!(!is_late(&announced, announced.window_end));
    assert!(!is_late(&visit(OnSite), at("2026-12-10T17:00:00Z")));
}

#[test]
fn the_fee_follows_the_notice() {
    for (minutes, expected) in [
        (9000, 0),
        (1440, 0),
        (1439, 5_000),
        (120, 5_000),
        (119, 10_000),
        (-60, 10_000),
    ] {
        assert_eq!(
            fee(&with_fees(), &visit(Scheduled), left(minutes)),
            expected
        );
    }
    assert_eq!(
        free_until(&with_fees(), &visit(Scheduled), left(5)),
        Some(left(1440))
    );
}

#[test]
fn below_the_smallest_notice_the_smallest_counts() {
    let policy = Policy {
        fee_tiers: vec![tier(1440, 0), tier(720, 2_500)],
        ..Policy::default()
    };
    assert_eq!(fee(&policy, &visit(Scheduled), left(5)), 2_500);
}

#[test]
fn nobody_pays_who_booked_when_it_was_too_late_to_cancel_for_free() {
    let booked = |minutes| Visit {
        created_at: left(minutes),
        ..visit(Scheduled)
    };
    assert_eq!(fee(&with_fees(), &booked(1439), left(60)), 0);
    assert_eq!(free_until(&with_fees(), &booked(1439), left(60)), None);
    assert_eq!(fee(&with_fees(), &booked(1440), left(60)), 10_000);
    let never_free = Policy {
        fee_tiers: vec![tier(1440, 100)],
        ..Policy::default()
    };
    assert_eq!(fee(&never_free, &booked(30), left(20)), 100);
}

#[test]
fn a_fee_schedule_is_read_or_refused_with_a_sentence() {
    let good =
        json!([{"notice_minutes": 1440, "fee_cents": 0}, {"notice_minutes": 0, "fee_cents": 4900}]);
    assert_eq!(fee_tiers(&good), Ok(vec![tier(1440, 0), tier(0, 4900)]));
    assert_eq!(fee_tiers(&json!([])), Ok(vec![]));
    let many: Vec<_> = (0..21)
        .map(|n| json!({"notice_minutes": n, "fee_cents": 0}))
        .collect();
    for (bad, says) in [
        (json!(null), "must be an array"),
        (json!({}), "must be an array"),
        (json!([1440]), "must be an array of objects"),
        (json!([[1440, 0]]), "must be an array of objects"),
        (json!([{"notice_minutes": 1440}]), "fee_cents"),
        (
            json!([{"notice_minutes": 1440, "fee_cents": null}]),
            "fee_cents",
        ),
        (
            json!([{"notice_minutes": 1440, "fee_cents": "0"}]),
            "integers",
        ),
        (
            json!([{"notice_minutes": 1440, "fee_cents": 1.5}]),
            "integers",
        ),
        (
            json!([{"notice_minutes": 1440, "fee_cents": 0, "fee": 1}]),
            "fee",
        ),
        (
            json!([{"notice_minutes": -1, "fee_cents": 0}]),
            "between 0 and 43200",
        ),
        (
            json!([{"notice_minutes": 43201, "fee_cents": 0}]),
            "between 0 and 43200",
        ),
        (
            json!([{"notice_minutes": 0, "fee_cents": -1}]),
            "between 0 and 10000000",
        ),
        (
            json!([{"notice_minutes": 0, "fee_cents": 10000001}]),
            "between 0 and 10000000",
        ),
        (
            json!([{"notice_minutes": 0, "fee_cents": 0}, {"notice_minutes": 0, "fee_cents": 1}]),
            "twice",
        ),
        (json!(many), "more than 20"),
    ] {
        let sentence = fee_tiers(&bad).expect_err(&bad.to_string());
        assert!(
            sentence.contains(says) && sentence.ends_with('.'),
            "{bad}: {sentence}"
        );
    }
}

fn policies() -> impl Strategy<Value = Policy> {
    let tiers = prop::collection::btree_map(0..5000i32, prop_oneof![Just(0), 0..9000i32], 0..6);
    (0..5000i32, 0..5000i32, 0..4i32, tiers).prop_map(|(cancel, reschedule, max, tiers)| Policy {
        cancel_notice_minutes: cancel,
        reschedule_notice_minutes: reschedule,
        max_reschedules: max,
        fee_tiers: tiers
            .into_iter()
            .map(|(notice, fee)| tier(notice, fee))
            .collect(),
    })
}

const ALL: [WorkOrderStatus; 7] = [
    Tentative, Scheduled, EnRoute, OnSite, Completed, Canceled, NoShow,
];

fn visits() -> impl Strategy<Value = Visit> {
    let status = prop::sample::select(ALL.to_vec());
    let eta = prop::option::of(-300..300i32);
    (status, eta, 0..6000i32, 0..5i32).prop_map(|(status, eta, booked, moves)| Visit {
        eta: eta.map(left),
        created_at: left(booked),
        reschedule_count: moves,
        ..visit(status)
    })
}

/// What happens to an appointment over its life.
#[derive(Debug, Clone)]
enum Step {
    Wait(i32),
    Move(i32),
    Become(WorkOrderStatus),
    Announce(i32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(
        prop_oneof![
            (0..900i32).prop_map(Step::Wait),
            (1..4000i32).prop_map(Step::Move),
            prop::sample::select(ALL.to_vec()).prop_map(Step::Become),
            (-100..300i32).prop_map(Step::Announce),
        ],
        1..25,
    )
}

proptest! {
    /// Whoever asked at one time knows what will be answered at any later one, as long as nothing happens.
    #[test]
    fn what_is_explained_is_what_is_enforced(
        policy in policies(), visit in visits(), asked in -200..6000i32, acts in -200..6000i32,
    ) {
        for judge in [moving, canceling] {
            let explained = judge(&policy, &visit, left(asked));
            let enforced = judge(&policy, &visit, left(acts)).refusal;
            if is_late(&visit, left(acts)) == is_late(&visit, left(asked)) {
                match explained {
                    Verdict { until: Some(until), .. } => {
                        prop_assert_eq!(enforced.is_some(), left(acts) > until);
                        prop_assert!(enforced.is_none_or(|why| why == Refused::InsideNotice));
                    }
                    Verdict { until: None, refusal } => prop_assert_eq!(enforced, refusal),
                }
            }
        }
    }

    #[test]
    fn explanations_hold_through_random_histories(policy in policies(), steps in steps(), booked in 0..6000i32) {
        let mut visit = Visit { created_at: left(booked), ..visit(Tentative) };
        let mut now = visit.created_at;
        for step in steps {
            let minute = SignedDuration::from_mins(1);
            let promised = moving(&policy, &visit, now);
            match step {
                Step::Wait(count) => {
                    now += minute * count;
                    let kept = moving(&policy, &visit, now).refusal;
                    if let Some(until) = promised.until && !is_late(&visit, now) {
                        prop_assert_eq!(kept.is_none(), now <= until);
                    }
                }
                Step::Move(count) if promised.refusal.is_none() => {
                    visit.window_start = now + minute * count;
                    visit.window_end = visit.window_start + minute * 120;
                    visit.reschedule_count += 1;
                    visit.eta = None;
                    prop_assert!(visit.reschedule_count <= policy.max_reschedules);
                    prop_assert!([Tentative, Scheduled].contains(&visit.status));
                }
                Step::Become(status) if super::super::status::may(visit.status, status) => {
                    visit.status = status;
                }
                Step::Announce(count) => visit.eta = Some(visit.window_end + minute * count),
                Step::Move(_) | Step::Become(_) => {}
            }
            if is_final(visit.status) {
                prop_assert_eq!(canceling(&policy, &visit, now).refusal, Some(Refused::AlreadyOver));
                prop_assert_eq!(fee(&policy, &visit, now), 0);
            }
        }
    }

    #[test]
    fn a_fee_begins_right_after_the_time_until_which_it_is_free(policy in policies(), visit in visits()) {
        let early = left(9000);
        if let Some(until) = free_until(&policy, &visit, early) {
            prop_assert_eq!(fee(&policy, &visit, until), 0);
            prop_assert!(fee(&policy, &visit, until + SignedDuration::from_nanos(1)) > 0);
        } else if fee(&policy, &visit, early) == 0 {
            for minutes in (0..9000).step_by(61) {
                prop_assert_eq!(fee(&policy, &visit, left(minutes)), 0);
            }
        }
    }

    /// With a schedule that asks more for less notice, as any sensible one does.
    #[test]
    fn waiting_never_makes_canceling_cheaper(
        mut policy in policies(), visit in visits(), first in 0..6000i32, later in 0..6000i32,
    ) {
        let mut fees: Vec<_> = policy.fee_tiers.iter().map(|tier| tier.fee_cents).collect();
        fees.sort_by_key(|fee| std::cmp::Reverse(*fee));
        for (tier, fee) in policy.fee_tiers.iter_mut().zip(fees) {
            tier.fee_cents = fee;
        }
        let (first, later) = (left(first.max(later)), left(first.min(later)));
        prop_assert!(fee(&policy, &visit, first) <= fee(&policy, &visit, later));
    }

    #[test]
    fn the_order_of_tiers_does_not_matter(policy in policies(), visit in visits(), now in -200..6000i32) {
        let mut turned = policy.clone();
        turned.fee_tiers.reverse();
        prop_assert_eq!(fee(&policy, &visit, left(now)), fee(&turned, &visit, left(now)));
    }
}
