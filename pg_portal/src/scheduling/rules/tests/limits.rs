//! What speaks against a window although somebody is free: lead time, horizon, holidays, caps.

use super::*;

#[test]
fn lead_time_is_kept_to_the_minute() {
    let mut inputs = acme();
    inputs.service.lead_time_minutes = 180;
    assert_eq!(offered(&inputs, MONDAY).len(), 3);
    inputs.service.lead_time_minutes = 181;
    assert_eq!(
        verify(&inputs, monday(9, 0)),
        Err(Refusal::InsideLeadTime {
            earliest: Some(monday(9, 1))
        })
    );
    assert_eq!(offered(&inputs, MONDAY), [(11, 2), (15, 2)]);
}

#[test]
fn business_lead_time_stands_still_outside_the_windows_and_on_holidays() {
    let mut inputs = acme();
    inputs.service.lead_time_business_hours_only = true;
    inputs.service.lead_time_minutes = 300;
    // Four hours until one o'clock, the fifth from three to four.
    assert_eq!(
        verify(&inputs, monday(15, 0)),
        Err(Refusal::InsideLeadTime {
            earliest: Some(monday(16, 0))
        })
    );
    inputs.holidays = vec![MONDAY];
    assert_eq!(
        verify(&inputs, monday(24, 0) + 9 * minutes(60)),
        Err(Refusal::InsideLeadTime {
            earliest: Some(monday(24, 0) + 16 * minutes(60))
        })
    );
    inputs.service.lead_time_minutes = 10_000;
    assert_eq!(
        verify(&inputs, monday(24, 0) + 9 * minutes(60)),
        Err(Refusal::InsideLeadTime { earliest: None })
    );
}

#[test]
fn windows_that_begin_together_are_one_for_lister_and_verifier() {
    let mut inputs = acme();
    inputs
        .windows
        .extend(every_weekday(|day| window(day, 9, 18)));
    assert_eq!(offered(&inputs, MONDAY), [(9, 2), (11, 2), (15, 2)]);
    assert_eq!(
        verify(&inputs, monday(9, 0)).unwrap().window.end,
        wall(11, 0)
    );
}

#[test]
fn the_horizon_is_a_date_at_the_location() {
    let mut inputs = acme();
    inputs.service.horizon_days = 2;
    assert_eq!(list(&inputs, MONDAY, date(2026, 12, 20)).len(), 9);
    let beyond = monday(9, 0) + 72 * minutes(60);
    assert_eq!(
        verify(&inputs, beyond),
        Err(Refusal::BeyondHorizon {
            first_date: MONDAY,
            last_date: date(2026, 12, 9)
        })
    );
}

#[test]
fn each_refusal_has_its_reason() {
    let inputs = acme();
    assert_eq!(refusal(&inputs, monday(9, 30)), "window_not_offered");
    assert_eq!(
        refusal(&inputs, monday(9, 0) - 24 * minutes(60)),
        "date_in_past"
    );
    let mut later = acme();
    later.now = monday(9, 1);
    assert_eq!(refusal(&later, monday(9, 0)), "date_in_past");
    let mut holiday = acme();
    holiday.holidays = vec![MONDAY];
    assert_eq!(refusal(&holiday, monday(9, 0)), "holiday");
    assert_eq!(
        refusal(&holiday, monday(9, 0) - 24 * minutes(60)),
        "date_in_past"
    );
    let mut elsewhere = acme();
    elsewhere.in_service_area = false;
    assert_eq!(refusal(&elsewhere, monday(9, 0)), "outside_service_area");
    let mut unskilled = acme();
    unskilled.technicians.clear();
    assert_eq!(refusal(&unskilled, monday(9, 0)), "nobody_can_do_it");
    for other in [holiday, elsewhere, unskilled] {
        assert_eq!(offered(&other, MONDAY), []);
    }
}

#[test]
fn only_what_others_took_counts_as_a_lost_race() {
    let lost = [Refusal::SlotTaken, Refusal::DayFull];
    assert!(lost.iter().all(Refusal::is_lost_race));
    let never = [
        Refusal::NotOffered,
        Refusal::Holiday,
        Refusal::NobodyCanDoIt,
    ];
    assert!(!never.iter().any(Refusal::is_lost_race));
}

#[test]
fn the_daily_cap_counts_the_company_s_date() {
    let mut inputs = acme();
    inputs.service.daily_cap = Some(3);
    inputs.booked_per_day = vec![(MONDAY, 2)];
    assert_eq!(offered(&inputs, MONDAY), [(9, 1), (11, 1), (15, 1)]);
    inputs.booked_per_day = vec![(MONDAY, 3)];
    assert_eq!(refusal(&inputs, monday(9, 0)), "day_full");
    // Nine on Tuesday in Auckland is still Monday at the office.
    inputs.location_zone = zone("Pacific/Auckland");
    inputs.technicians = vec![technician(1, 0, 24)];
    let tuesday = wall(9, 0).on(date(2026, 12, 8), &inputs.location_zone);
    assert_eq!(refusal(&inputs, tuesday), "day_full");
}
