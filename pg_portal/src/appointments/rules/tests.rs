use super::*;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hour * 3600).unwrap()
}

fn job(status: WorkOrderStatus) -> Job {
    Job {
        id: Uuid::from_u128(1),
        org_id: Uuid::from_u128(2),
        customer_id: Uuid::from_u128(3),
        location_id: Uuid::from_u128(5),
        service_type: "tune_up".into(),
        technician_id: Some(Uuid::from_u128(4)),
        status,
        window_start: at(0),
        window_end: at(2),
        eta: None,
        status_note: None,
        cancel_reason: None,
        ics_sequence: 0,
        created_at: at(-48),
    }
}

fn canceled(reason: &str) -> Job {
    Job {
        cancel_reason: Some(reason.into()),
        ..job(WorkOrderStatus::Canceled)
    }
}

fn told<'a>(before: &Job, after: &'a Job) -> Option<(&'static str, Option<&'a str>)> {
    event(Some(before), after).map(|event| (event.event_type, event.note))
}

use WorkOrderStatus::*;

#[test]
fn a_new_job_begins_its_timeline_with_what_it_is() {
    let first = |status| event(None, &job(status)).map(|event| event.event_type);
    assert_eq!(first(Tentative), Some("requested"));
    assert_eq!(first(Scheduled), Some("scheduled"));
    assert_eq!(first(OnSite), Some("on_site"));
}

#[test]
fn a_job_that_was_over_when_it_was_stored_brings_its_own_history() {
    for status in [Completed, Canceled, NoShow] {
        assert_eq!(event(None, &job(status)), None);
    }
}

#[test]
fn an_update_that_tells_nothing_new_adds_nothing() {
    let before = job(Scheduled);
    let summary_only = before.clone();
    assert_eq!(told(&before, &summary_only), None);
}

#[test]
fn only_the_most_important_news_becomes_an_event() {
    let before = job(Tentative);
    let everything = Job {
        window_start: at(24),
        window_end: at(26),
        technician_id: None,
        eta: Some(at(30)),
        ..job(Scheduled)
    };
    assert_eq!(told(&before, &everything), Some(("scheduled", None)));
    let before = Job {
        status: Scheduled,
        ..before
    };
    assert_eq!(told(&before, &everything), Some(("moved", None)));
    let stays = Job {
        window_start: at(0),
        window_end: at(2),
        ..everything
    };
    assert_eq!(told(&before, &stays), Some(("technician_assigned", None)));
    let same_person = Job {
        technician_id: before.technician_id,
        ..stays
    };
    assert_eq!(told(&before, &same_person), Some(("running_late", None)));
}

#[test]
fn an_arrival_after_the_window_is_running_late_and_any_other_is_not() {
    let before = job(Scheduled);
    let eta = |eta| {
        let after = Job {
            eta,
            ..before.clone()
        };
        told(&before, &after).map(|(event, _)| event)
    };
    assert_eq!(eta(Some(at(1))), Some("eta_changed"));
    assert_eq!(eta(Some(at(2))), Some("eta_changed"));
    assert_eq!(eta(Some(at(3))), Some("running_late"));
    assert_eq!(eta(None), None);
}

#[test]
fn a_note_goes_with_its_change_and_alone_when_nothing_else_changed() {
    let before = job(Scheduled);
    let note = Some("The road is closed.".to_owned());
    let late = Job {
        eta: Some(at(3)),
        status_note: note.clone(),
        ..before.clone()
    };
    assert_eq!(
        told(&before, &late),
        Some(("running_late", note.as_deref()))
    );
    let only = Job {
        status_note: note.clone(),
        ..before.clone()
    };
    assert_eq!(told(&before, &only), Some(("note_added", note.as_deref())));
    assert_eq!(told(&only, &before), None, "a note that goes is no news");
}

#[test]
fn a_cancellation_tells_its_reason_unless_a_hold_just_ran_out() {
    let before = job(Tentative);
    let by_choice = canceled("We sold the house.");
    assert_eq!(
        told(&before, &by_choice),
        Some(("canceled", Some("We sold the house.")))
    );
    let lapsed = canceled(HOLD_EXPIRED);
    assert_eq!(told(&before, &lapsed), Some(("hold_expired", None)));
}

#[test]
fn nobody_is_named_for_a_hold_that_ran_out() {
    let before = job(Tentative);
    let by_itself = |after: &Job| event(Some(&before), after).unwrap().by_itself;
    assert!(by_itself(&canceled(HOLD_EXPIRED)));
    assert!(!by_itself(&canceled("No longer needed.")));
}

#[test]
fn the_request_follows_a_cancellation_by_whoever_made_it() {
    let before = job(Tentative);
    let follow = |after: &Job, by_customer| request_status(&before, after, by_customer);
    let by_choice = canceled("No longer needed.");
    assert_eq!(
        follow(&by_choice, true),
        Some(BookingStatus::CanceledByCustomer)
    );
    assert_eq!(follow(&by_choice, false), Some(BookingStatus::Rejected));
    // Whose transaction noticed that the time was over does not matter.
    for by_customer in [true, false] {
        let lapsed = canceled(HOLD_EXPIRED);
        assert_eq!(
            follow(&lapsed, by_customer),
            Some(BookingStatus::UnderReview)
        );
    }
}

#[test]
fn the_request_follows_a_confirmation_and_nothing_later() {
    let follow = |from, to| request_status(&job(from), &job(to), false);
    assert_eq!(follow(Tentative, Scheduled), Some(BookingStatus::Scheduled));
    assert_eq!(follow(EnRoute, Scheduled), None);
    for to in [EnRoute, OnSite, Completed, NoShow, Scheduled] {
        assert_eq!(follow(Scheduled, to), None);
    }
}

#[test]
fn calendars_get_a_new_revision_for_moves_cancellations_and_confirmations_only() {
    let before = job(Tentative);
    assert!(is_new_revision(&before, &job(Scheduled)));
    assert!(is_new_revision(&before, &job(Canceled)));
    assert!(is_new_revision(
        &before,
        &Job {
            window_end: at(3),
            ..before.clone()
        }
    ));
    assert!(!is_new_revision(&job(Scheduled), &job(EnRoute)));
    let other = Job {
        technician_id: None,
        eta: Some(at(1)),
        ..before.clone()
    };
    assert!(!is_new_revision(&before, &other));
}
