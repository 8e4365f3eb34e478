use proptest::prelude::*;

use super::*;

fn id(n: u8) -> Uuid {
    Uuid::from_bytes([n; 16])
}

fn found(n: u8, by: LinkedBy) -> Match {
    Match {
        customer_id: id(n),
        by,
    }
}

fn invite(status: InviteStatus) -> Invite {
    Invite {
        id: id(1),
        org_id: id(2),
        customer_id: id(3),
        role: AccountRole::Customer,
        location_ids: vec![],
        full_name: None,
        status,
        expires_at: "2026-12-01T12:00:00Z".parse().unwrap(),
        accepted_by_user_id: (status == InviteStatus::Accepted).then(|| id(9)),
    }
}

#[test]
fn an_identifier_that_leads_to_several_customers_proves_nothing() {
    let matches = [found(1, LinkedBy::Email), found(2, LinkedBy::Email)];
    assert_eq!(choose_customer(&matches), None);
    assert_eq!(choose_customer(&[]), None);
}

#[test]
fn a_reference_settles_what_a_shared_email_leaves_open() {
    let matches = [
        found(1, LinkedBy::Email),
        found(2, LinkedBy::Email),
        found(2, LinkedBy::Reference),
    ];
    assert_eq!(
        choose_customer(&matches),
        Some(found(2, LinkedBy::Reference))
    );
}

#[test]
fn a_phone_decides_where_the_email_cannot() {
    let matches = [
        found(1, LinkedBy::Email),
        found(2, LinkedBy::Email),
        found(3, LinkedBy::Phone),
    ];
    assert_eq!(choose_customer(&matches), Some(found(3, LinkedBy::Phone)));
}

#[test]
fn an_invitation_is_used_once_and_only_before_it_expires() {
    let before: Timestamp = "2026-12-01T11:59:59Z".parse().unwrap();
    let at: Timestamp = "2026-12-01T12:00:00Z".parse().unwrap();
    let reason = |status, user, now| {
        check_invite(&invite(status), user, now)
            .unwrap_err()
            .reason
            .into_owned()
    };
    assert_eq!(
        check_invite(&invite(InviteStatus::Pending), id(9), before),
        Ok(())
    );
    assert_eq!(reason(InviteStatus::Pending, id(9), at), "invite_expired");
    assert_eq!(
        reason(InviteStatus::Revoked, id(9), before),
        "invite_revoked"
    );
    assert_eq!(reason(InviteStatus::Accepted, id(8), before), "invite_used");
}

#[test]
fn accepting_again_what_one_has_accepted_is_a_retry() {
    let late: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(
        check_invite(&invite(InviteStatus::Accepted), id(9), late),
        Ok(())
    );
}

#[test]
fn nobody_gives_away_more_than_their_own_role() {
    use AccountRole as R;
    assert!(check_invited_role(Inviter::Account(R::PropertyManager), R::Admin).is_err());
    assert!(check_invited_role(Inviter::Account(R::PropertyManager), R::PropertyManager).is_ok());
    for role in [R::Customer, R::BillingContact] {
        assert!(check_invited_role(Inviter::Account(role), R::Customer).is_err());
    }
    assert!(check_invited_role(Inviter::Office, R::Admin).is_ok());
}

#[test]
fn only_listed_events_can_be_reported() {
    assert!(check_event("login", None).is_ok());
    assert_eq!(
        check_event("booking_created", None).unwrap_err().status,
        Status::Refused
    );
    assert_eq!(
        check_event("login", Some(&serde_json::json!([1])))
            .unwrap_err()
            .status,
        Status::Malformed
    );
    let big = serde_json::json!({ "x": "y".repeat(MAX_EVENT_PAYLOAD) });
    assert_eq!(
        check_event("login", Some(&big)).unwrap_err().status,
        Status::Malformed
    );
}

#[test]
fn phones_are_kept_in_international_form() {
    assert_eq!(phone("(312) 555-0142").unwrap(), "+13125550142");
    assert_eq!(phone("+44 20 7946 0958").unwrap(), "+442079460958");
    for bad in ["", "12", "+0123456789", "call me", "+1312555014212345678"] {
        assert!(phone(bad).is_err(), "{bad}");
    }
}

#[test]
fn email_shapes() {
    assert_eq!(email(" Ann@Example.ORG ").unwrap(), "ann@example.org");
    for bad in [
        "",
        "ann",
        "ann@",
        "@example.org",
        "a@b",
        "a b@example.org",
        "a@b@c.org",
        "a@.org",
        "a@org.",
    ] {
        assert!(email(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn a_normalised_phone_stays_as_it_is(digits in "[1-9][0-9]{6,14}") {
        let number = format!("+{digits}");
        prop_assert_eq!(phone(&number).unwrap(), number);
    }

    #[test]
    fn no_text_makes_the_checks_panic(text in ".*") {
        let _ = (phone(&text), email(&text), full_name(&text), parse_role(&text), check_event(&text, None));
    }
}
