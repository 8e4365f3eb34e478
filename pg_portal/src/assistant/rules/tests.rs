use super::*;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::json;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn line(role: &str, content: &str) -> Line {
    Line {
        role: role.into(),
        content: content.into(),
    }
}

#[test]
fn what_a_company_leaves_open_is_as_usual() {
    let usual = Settings::default().budget();
    assert_eq!(
        (usual.account_turns.count, usual.conversation_turns),
        (30, 60)
    );
    assert_eq!(
        (usual.conversation_tokens, usual.org_tokens_per_day),
        (60_000, 1_000_000)
    );
    assert_eq!(
        (usual.anonymous_conversations.count, usual.answer_tokens),
        (60, 700)
    );
    let own: Settings = serde_json::from_value(
        json!({ "org_id": "x", "account_turns_per_hour": 5, "answer_tokens": 90 }),
    )
    .unwrap();
    assert_eq!(
        (own.budget().account_turns.count, own.budget().answer_tokens),
        (5, 90)
    );
    assert_eq!(own.budget().conversation_turns, 60);
    assert_eq!(own.budget().reserve(), PROMPT_TOKENS + 90);
}

#[test]
fn an_assistant_that_is_switched_off_says_so() {
    assert!(Settings::default().require_enabled().is_ok());
    let off = Settings {
        is_enabled: Some(false),
        ..Settings::default()
    };
    assert_eq!(off.require_enabled().unwrap_err().reason, "assistant_off");
}

#[test]
fn an_account_waits_until_its_hour_has_room() {
    let budget = Budget::default();
    let now = at("2026-01-14T12:00:00Z");
    let asked = |ago: i64| Spent {
        nth_newest: Some(now - SignedDuration::from_secs(ago)),
        ..Spent::default()
    };
    let refusal = budget.check_turns(&asked(600), now).unwrap_err();
    assert_eq!(
        (refusal.reason.as_ref(), refusal.status),
        ("too_many_turns", Status::TooMany)
    );
    assert_eq!(refusal.facts["retry_after_seconds"], 3000);
    assert!(budget.check_turns(&asked(3600), now).is_ok());
}

#[test]
fn a_turn_in_hand_is_asked_for_again_soon() {
    for (left, expected) in [(150, 3), (2, 2), (0, 1), (-5, 1)] {
        assert_eq!(in_progress(left).facts["retry_after_seconds"], expected);
    }
}

#[test]
fn reasons_and_ends_are_those_of_the_table() {
    assert_eq!(Reason::read(None), Ok(Reason::CustomerRequest));
    assert_eq!(Reason::read(Some("safety")), Ok(Reason::Safety));
    assert!(Reason::read(Some("bored")).is_err());
    use Finish::*;
    for finish in [Stop, Length, ContentFilter, Interrupted, Error] {
        assert_eq!(Finish::read(Some(finish.label())), Ok(finish));
    }
    assert!(Finish::read(None).is_err() && Finish::read(Some("Stop")).is_err());
    assert!(!Interrupted.is_final() && !Error.is_final() && Length.is_final());
}

#[test]
fn tokens_are_the_sum_of_what_was_counted() {
    let usage = |json| serde_json::from_value::<Usage>(json).unwrap().tokens();
    assert_eq!(usage(json!({})), None);
    assert_eq!(usage(json!({ "model": "quotes" })), None);
    assert_eq!(usage(json!({ "prompt_tokens": 7 })), Some(7));
    assert_eq!(
        usage(json!({ "prompt_tokens": 7, "completion_tokens": 5 })),
        Some(12)
    );
    assert_eq!(
        usage(json!({ "prompt_tokens": -7, "completion_tokens": i64::MAX })),
        Some(10_000_000)
    );
}

#[test]
fn questions_answers_and_reports_have_a_length() {
    assert_eq!(question(Some("  Why? \n")), Ok("Why?"));
    for bad in [None, Some(" "), Some("x".repeat(4001).as_str())] {
        assert_eq!(question(bad).unwrap_err().facts["argument"], "body");
    }
    assert!(question(Some(&"ü".repeat(4000))).is_ok());
    assert!(answer(Some(&"x".repeat(18_001))).is_err());
    assert_eq!(report(Some("  ")), Ok(None));
    assert_eq!(report(Some(" wrong ")), Ok(Some("wrong")));
    assert!(report(Some(&"x".repeat(1001))).is_err());
}

#[test]
fn the_history_begins_with_a_question() {
    let lines = [
        line("assistant", "Hello"),
        line("user", "Why?"),
        line("assistant", "So."),
    ];
    assert_eq!(history(&lines), &lines[1..]);
    assert_eq!(history(&lines[..1]), &[]);
    assert_eq!(history(&[]), &[]);
    let long = [
        line("user", &"x".repeat(6000)),
        line("assistant", "y"),
        line("user", "z"),
    ];
    assert_eq!(history(&long), &long[2..]);
}

proptest! {
    #[test]
    fn turns_that_are_let_through_stay_within_every_budget(
        conversation_tokens in 0i64..200_000, org_tokens_per_day in 0i64..200_000, answer_tokens in 1i32..5_000,
        costs in proptest::collection::vec(0i64..9_000, 0..60),
    ) {
        let budget = Budget { conversation_tokens, org_tokens_per_day, answer_tokens, ..Budget::default() };
        let mut spent = Spent::default();
        for cost in costs {
            if budget.check_tokens(&spent, 60).is_err() {
                continue;
            }
            // A turn costs no more than was set aside for it.
            let cost = cost.min(budget.reserve().into());
            spent.conversation_tokens += cost;
            spent.org_tokens += cost;
        }
        prop_assert!(spent.conversation_tokens <= conversation_tokens);
        prop_assert!(spent.org_tokens <= org_tokens_per_day);
    }

    #[test]
    fn no_more_questions_than_a_conversation_may_have(asked in 0i64..200, most in 0i64..100) {
        let budget = Budget { conversation_turns: most, ..Budget::default() };
        let spent = Spent { conversation_turns: asked, ..Spent::default() };
        prop_assert_eq!(budget.check_turns(&spent, at("2026-01-14T12:00:00Z")).is_ok(), asked < most);
    }

    #[test]
    fn the_history_is_the_newest_that_fits(
        lines in proptest::collection::vec(("(user|assistant)", "\\PC{0,700}"), 0..24),
    ) {
        let lines: Vec<_> = lines.iter().map(|(role, content)| line(role, content)).collect();
        let window = history(&lines);
        prop_assert!(window.len() <= HISTORY_LINES);
        prop_assert!(window.iter().map(|line| line.content.chars().count()).sum::<usize>() <= HISTORY_CHARACTERS);
        prop_assert!(lines.ends_with(window));
        prop_assert!(window.first().is_none_or(|line| line.role == "user"));
    }
}
