use super::*;
use crate::notifications::rules::event;
use serde_json::{Value, json};

const NOW: &str = "2026-03-10T05:00:00Z"; // midnight in Chicago

/// A row that goes out as it is, with some of it changed.
fn row(changes: Value) -> Present {
    let mut row = json!({
        "channel": "email", "attempts": 0, "expires_at": "2026-03-10T17:00:00Z", "address": "dana@test.example",
        "company": { "is_active": true, "timezone": "America/Chicago", "texts": true },
        "account": {
            "account_id": uuid::Uuid::nil(), "user_id": uuid::Uuid::nil(),
            "email": "dana@test.example", "phone": "+13125550101", "has_access": true, "do_not_contact": false,
            "preferences": {} },
        "job": { "status": "scheduled", "window_start": "2026-03-10T15:00:00Z" },
        "request_status": "submitted", "is_read": false, "is_invited": true,
        "payload": { "window_start": "2026-03-10T15:00:00Z" },
    });
    for (path, value) in changes.as_object().unwrap() {
        *row.pointer_mut(path).unwrap() = value.clone();
    }
    serde_json::from_value(row).unwrap()
}

fn verdict(name: &str, changes: Value) -> Verdict {
    look(event(name), &row(changes), NOW.parse().unwrap())
}

fn is_canceled(name: &str, changes: Value, reason: &str) {
    let verdict = verdict(name, changes.clone());
    let Verdict::Cancel(why) = verdict else {
        panic!("{name} with {changes}: {verdict:?}");
    };
    assert!(why.starts_with(reason), "{why}");
}

#[test]
fn what_is_as_it_was_goes_out() {
    for one in rules::EVENTS {
        let status = match one.still {
            Still::Job(statuses) => statuses[0].label(),
            _ => "scheduled",
        };
        let request = match one.still {
            Still::Request(statuses) => statuses[0].label(),
            _ => "submitted",
        };
        let mut changes = json!({ "/job/status": status, "/request_status": request });
        match one.category {
            rules::Category::Office => changes["/account"] = Value::Null,
            rules::Category::Marketing => {
                changes["/account/preferences"] = json!({ "notify_marketing_email": true });
            }
            _ => {}
        }
        assert_eq!(verdict(one.name, changes), Verdict::Send, "{}", one.name);
    }
}

#[test]
fn what_is_too_late_expires_and_what_nobody_answers_for_ends() {
    let late = verdict("appointment_moved", json!({ "/expires_at": NOW }));
    assert_eq!(late, Verdict::Expire(TOO_LATE));
    let lost = verdict("appointment_moved", json!({ "/attempts": TRIES }));
    assert_eq!(lost, Verdict::GiveUp(NOBODY_ANSWERED));
}

#[test]
fn who_lost_access_or_changed_their_mind_is_not_told() {
    for (changes, reason) in [
        (json!({ "/account/has_access": false }), "account_inactive"),
        (json!({ "/account/do_not_contact": true }), "do_not_contact"),
        (
            json!({ "/account/preferences": { "notify_booking_updates_email": false } }),
            "preference_off",
        ),
        (json!({ "/address": null }), "no_address"),
        (
            json!({ "/channel": "sms", "/company/texts": false }),
            "no_address",
        ),
        (json!({ "/company/is_active": false }), "company_inactive"),
    ] {
        is_canceled("appointment_moved", changes, reason);
    }
}

#[test]
fn a_technician_on_the_way_is_told_to_those_who_want_no_contact() {
    let changes = json!({ "/account/do_not_contact": true, "/job/status": "en_route" });
    assert_eq!(verdict("appointment_en_route", changes), Verdict::Send);
}

#[test]
fn what_has_changed_since_is_not_told() {
    let elsewhere = json!({ "/job/window_start": "2026-03-11T15:00:00Z" });
    let over = json!({ "/job/status": "canceled" });
    for name in [
        "appointment_scheduled",
        "appointment_moved",
        "appointment_reminder_24h",
        "appointment_reminder_2h",
    ] {
        is_canceled(name, elsewhere.clone(), "overtaken");
        is_canceled(name, over.clone(), "overtaken");
        is_canceled(name, json!({ "/job": null }), "overtaken");
    }
    is_canceled("appointment_en_route", json!({}), "overtaken");
    is_canceled("appointment_canceled", json!({}), "overtaken");
    is_canceled("message_received", json!({ "/is_read": true }), "overtaken");
    is_canceled(
        "invite_created",
        json!({ "/is_invited": false }),
        "overtaken",
    );
    is_canceled(
        "booking_request_received",
        json!({ "/request_status": "scheduled" }),
        "overtaken",
    );
}

#[test]
fn quiet_hours_that_have_come_in_between_defer_but_never_beyond_the_end() {
    let quiet = json!({ "quiet_hours_start": "22:00:00", "quiet_hours_end": "07:00:00" });
    let until = verdict(
        "appointment_moved",
        json!({ "/account/preferences": quiet }),
    );
    assert_eq!(
        until,
        Verdict::Defer("2026-03-10T12:00:00Z".parse().unwrap())
    );
    let late = json!({ "/account/preferences": quiet, "/expires_at": "2026-03-10T12:00:00Z" });
    assert_eq!(verdict("appointment_moved", late), Verdict::Expire(QUIET));
    let urgent = json!({ "/account/preferences": quiet, "/job/status": "en_route" });
    assert_eq!(verdict("appointment_en_route", urgent), Verdict::Send);
}

#[test]
fn an_own_time_zone_wins_over_the_companys() {
    let quiet = json!({
        "quiet_hours_start": "22:00:00", "quiet_hours_end": "07:00:00", "timezone": "Asia/Tokyo",
    });
    let afternoon = verdict(
        "appointment_moved",
        json!({ "/account/preferences": quiet }),
    );
    assert_eq!(afternoon, Verdict::Send);
}
