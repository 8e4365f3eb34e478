use super::*;
use Category as C;
use proptest::prelude::*;

const EVERYWHERE: Reachable = Reachable {
    email: true,
    sms: true,
};
const CATEGORIES: [Category; 7] = [
    C::BookingUpdates,
    C::TechnicianEnroute,
    C::Messages,
    C::Marketing,
    C::Account,
    C::Safety,
    C::Office,
];

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn times() -> Times {
    Times {
        window_start: Some(at("2026-03-10T15:00:00Z")),
        window_end: Some(at("2026-03-10T17:00:00Z")),
        expires_at: Some(at("2026-03-12T00:00:00Z")),
    }
}

fn preferences(on: [bool; 6]) -> Preferences {
    let [
        booking_email,
        booking_sms,
        marketing_email,
        marketing_sms,
        enroute,
        messages,
    ] = on;
    Preferences {
        notify_booking_updates_email: booking_email,
        notify_booking_updates_sms: booking_sms,
        notify_marketing_email: marketing_email,
        notify_marketing_sms: marketing_sms,
        notify_technician_enroute: enroute,
        notify_messages_email: messages,
        ..Preferences::default()
    }
}

#[test]
fn every_event_has_one_line_and_a_name_that_the_table_takes() {
    for one in EVENTS {
        let lines = EVENTS.iter().filter(|other| other.name == one.name);
        assert_eq!(lines.count(), 1, "{}", one.name);
        assert!(
            one.name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        );
        assert!(event(one.name).is_some());
    }
    assert!(event("nothing_of_the_kind").is_none());
}

#[test]
fn only_what_cannot_wait_goes_out_at_night_and_to_those_who_want_no_contact() {
    let names = |is: fn(&Event) -> bool| {
        let people = EVENTS.iter().filter(|event| event.category != C::Office);
        people
            .filter(|event| is(event))
            .map(|event| event.name)
            .collect::<Vec<_>>()
    };
    let urgent = [
        "appointment_en_route",
        "appointment_running_late",
        "safety_notice",
        "invite_created",
    ];
    assert_eq!(names(|event| event.ignores_quiet_hours), urgent);
    assert_eq!(names(|event| event.despite_do_not_contact), urgent);
}

#[test]
fn a_category_goes_through_the_channels_that_its_preferences_choose() {
    let on = preferences([true, false, false, true, true, true]);
    for (category, expected) in [
        (C::BookingUpdates, vec![Channel::Email]),
        (C::TechnicianEnroute, vec![Channel::Email]),
        (C::Messages, vec![Channel::Email]),
        (C::Marketing, vec![Channel::Sms]),
        (C::Account, vec![Channel::Email]),
        (C::Safety, vec![Channel::Email, Channel::Sms]),
        (C::Office, vec![]),
    ] {
        assert_eq!(
            channels(category, &on, EVERYWHERE),
            expected,
            "{category:?}"
        );
    }
}

#[test]
fn offers_reach_nobody_who_has_not_asked_for_them() {
    assert!(channels(C::Marketing, &Preferences::default(), EVERYWHERE).is_empty());
}

#[test]
fn who_wants_no_booking_updates_still_hears_of_the_technician_by_mail() {
    let only_enroute = preferences([false, false, false, false, true, false]);
    assert_eq!(
        channels(C::TechnicianEnroute, &only_enroute, EVERYWHERE),
        [Channel::Email]
    );
    let none = preferences([true, true, true, true, false, true]);
    assert!(channels(C::TechnicianEnroute, &none, EVERYWHERE).is_empty());
}

proptest! {
    #[test]
    fn nobody_is_told_where_they_cannot_be_reached(
        on in any::<[bool; 6]>(), email: bool, sms: bool, category in prop::sample::select(&CATEGORIES[..]),
    ) {
        for channel in channels(category, &preferences(on), Reachable { email, sms }) {
            let can = match channel {
                Channel::Email => email,
                Channel::Sms => sms,
                Channel::Slack | Channel::Webhook => false,
            };
            prop_assert!(can, "{channel:?}");
        }
    }

    #[test]
    fn with_the_preference_off_no_mail_of_the_category_goes_out(on in any::<[bool; 6]>()) {
        let wants = preferences(on);
        let off = [
            (C::BookingUpdates, wants.notify_booking_updates_email),
            (C::TechnicianEnroute, wants.notify_technician_enroute),
            (C::Messages, wants.notify_messages_email),
            (C::Marketing, wants.notify_marketing_email),
        ];
        for (category, is_on) in off {
            let by_mail = channels(category, &wants, EVERYWHERE).contains(&Channel::Email);
            prop_assert!(is_on || !by_mail, "{category:?}");
            prop_assert!(email_preference(category).is_some());
        }
    }
}

#[test]
fn a_reminder_waits_until_its_hours_before_the_window_and_is_not_made_up_for() {
    let (day, two) = (
        event("appointment_reminder_24h"),
        event("appointment_reminder_2h"),
    );
    let begins = |event: Option<&Event>, now| begins(event.unwrap(), &times(), at(now));
    assert_eq!(
        begins(day, "2026-03-08T00:00:00Z"),
        Some(at("2026-03-09T15:00:00Z"))
    );
    assert_eq!(begins(day, "2026-03-09T15:00:00Z"), None);
    assert_eq!(
        begins(two, "2026-03-10T12:59:59Z"),
        Some(at("2026-03-10T13:00:00Z"))
    );
    assert_eq!(begins(two, "2026-03-10T16:00:00Z"), None);
    let now = "2026-03-10T16:00:00Z";
    assert_eq!(begins(event("appointment_moved"), now), Some(at(now)));
}

#[test]
fn news_lives_as_long_as_it_is_of_use() {
    let now = at("2026-03-10T12:00:00Z");
    for (name, expected) in [
        ("appointment_scheduled", "2026-03-10T17:00:00Z"),
        ("appointment_moved", "2026-03-10T17:00:00Z"),
        ("appointment_reminder_2h", "2026-03-10T15:00:00Z"),
        ("appointment_en_route", "2026-03-10T14:00:00Z"),
        ("appointment_running_late", "2026-03-10T14:00:00Z"),
        ("appointment_canceled", "2026-03-11T12:00:00Z"),
        ("appointment_completed", "2026-03-13T12:00:00Z"),
        ("booking_request_received", "2026-03-10T17:00:00Z"),
        ("booking_request_rejected", "2026-03-17T12:00:00Z"),
        ("message_received", "2026-03-17T12:00:00Z"),
        ("safety_notice", "2026-03-11T12:00:00Z"),
        ("invite_created", "2026-03-12T00:00:00Z"),
        ("offer", "2026-03-17T12:00:00Z"),
        ("message_from_customer", "2026-03-13T12:00:00Z"),
    ] {
        let lifetime = event(name).unwrap().lifetime;
        assert_eq!(expires(lifetime, &times(), now), at(expected), "{name}");
    }
    let wish = event("booking_request_received").unwrap().lifetime;
    assert_eq!(
        expires(wish, &Times::default(), now),
        at("2026-03-17T12:00:00Z")
    );
    let canceled = event("appointment_canceled").unwrap().lifetime;
    let earlier = at("2026-03-08T12:00:00Z");
    assert_eq!(
        expires(canceled, &times(), earlier),
        at("2026-03-10T17:00:00Z")
    );
}

#[test]
fn mails_that_change_a_calendar_bring_the_appointment_along() {
    let carrying = EVENTS.iter().filter(|event| carries_calendar(event));
    let names: Vec<_> = carrying.map(|event| event.name).collect();
    assert_eq!(
        names,
        [
            "appointment_scheduled",
            "appointment_moved",
            "appointment_canceled",
            "appointment_reminder_24h",
            "appointment_reminder_2h",
        ]
    );
}
