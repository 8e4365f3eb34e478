//! Each rule by itself, with Acme's December: two-hour windows, two technicians, nine to five.

mod agreement;
mod clocks;
mod limits;

use jiff::civil::date;
use uuid::Uuid;

use super::super::duty::Shift;
use super::*;

const MONDAY: Date = date(2026, 12, 7);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn wall(hours: i32, minutes: i32) -> Wall {
    Wall::try_from(hours * 3600 + minutes * 60).unwrap()
}

fn every_weekday<T>(make: impl Fn(i8) -> T) -> Vec<T> {
    (0..7).map(make).collect()
}

fn window(weekday: i8, start: i32, end: i32) -> Weekly {
    Weekly {
        weekday,
        start: wall(start, 0),
        end: wall(end, 0),
        is_own: false,
    }
}

fn technician(number: u128, start: i32, end: i32) -> Technician {
    Technician {
        id: Uuid::from_u128(number),
        shifts: every_weekday(|weekday| Shift {
            weekday,
            start: wall(start, 0),
            end: wall(end, 0),
            valid_from: date(2020, 1, 1),
            valid_to: None,
        }),
        time_off: vec![],
    }
}

/// Monday morning at six in Chicago; windows at nine, eleven and three; no buffers, no lead time.
fn acme() -> Inputs {
    let mut windows = every_weekday(|day| window(day, 9, 11));
    windows.extend(every_weekday(|day| window(day, 11, 13)));
    windows.extend(every_weekday(|day| window(day, 15, 17)));
    Inputs {
        now: at("2026-12-07T12:00:00Z"),
        service: Service {
            duration_minutes: 60,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            lead_time_minutes: 0,
            lead_time_business_hours_only: false,
            horizon_days: 14,
            is_emergency: false,
            daily_cap: None,
        },
        location_zone: zone("America/Chicago"),
        company_zone: zone("America/Chicago"),
        in_service_area: true,
        emergency_reserve_percent: 0,
        windows,
        holidays: vec![],
        technicians: vec![technician(1, 9, 17), technician(2, 9, 17)],
        jobs: vec![],
        booked_per_day: vec![],
    }
}

/// An instant of Acme's Monday.
fn monday(hours: i32, minutes: i32) -> Timestamp {
    wall(hours, minutes).on(MONDAY, &zone("America/Chicago"))
}

fn job(technician: Option<usize>, start: Timestamp, end: Timestamp) -> Job {
    Job {
        technician,
        blocked: Span { start, end },
        is_emergency: false,
    }
}

/// Start hour and capacity of what is offered on a date.
fn offered(inputs: &Inputs, date: Date) -> Vec<(i32, i32)> {
    list(inputs, date, date)
        .iter()
        .map(|offer| (offer.window.start.seconds() / 3600, offer.capacity))
        .collect()
}

fn refusal(inputs: &Inputs, start: Timestamp) -> &'static str {
    verify(inputs, start).expect_err("a refusal").reason()
}

#[test]
fn everybody_free_means_every_window_with_everybody() {
    assert_eq!(offered(&acme(), MONDAY), [(9, 2), (11, 2), (15, 2)]);
    assert_eq!(list(&acme(), MONDAY, date(2026, 12, 31)).len(), 15 * 3);
}

#[test]
fn a_job_takes_its_technician_from_the_windows_it_overlaps() {
    let mut inputs = acme();
    inputs.jobs = vec![job(Some(0), monday(10, 0), monday(11, 30))];
    assert_eq!(offered(&inputs, MONDAY), [(9, 1), (11, 1), (15, 2)]);
    inputs.jobs[0].blocked.end = monday(11, 0);
    assert_eq!(offered(&inputs, MONDAY), [(9, 1), (11, 2), (15, 2)]);
}

#[test]
fn buffers_keep_a_distance_to_neighbours() {
    let mut inputs = acme();
    inputs.jobs = vec![
        job(Some(0), monday(11, 0), monday(13, 0)),
        job(Some(1), monday(7, 0), monday(9, 0)),
    ];
    assert_eq!(offered(&inputs, MONDAY), [(9, 2), (11, 1), (15, 2)]);
    inputs.service.buffer_after_minutes = 15;
    assert_eq!(offered(&inputs, MONDAY), [(9, 1), (11, 1), (15, 2)]);
    inputs.service.buffer_before_minutes = 15;
    assert_eq!(offered(&inputs, MONDAY), [(11, 1), (15, 2)]);
}

#[test]
fn a_visit_longer_than_its_window_must_fit_the_shift_but_its_buffers_need_not() {
    let mut inputs = acme();
    inputs.service.buffer_after_minutes = 60;
    assert_eq!(offered(&inputs, MONDAY).last(), Some(&(15, 2)));
    inputs.service.duration_minutes = 121;
    assert_eq!(offered(&inputs, MONDAY), [(9, 2), (11, 2)]);
}

#[test]
fn adjoining_shifts_are_one_and_a_pause_is_not() {
    let mut inputs = acme();
    let halves = |pause| {
        [(9, 0, 10, 0), (10, pause, 17, 0)].map(|(h, m, to_h, to_m)| Shift {
            start: wall(h, m),
            end: wall(to_h, to_m),
            ..technician(1, 9, 17).shifts[1].clone()
        })
    };
    inputs.technicians.truncate(1);
    inputs.technicians[0].shifts = halves(0).to_vec();
    assert_eq!(offered(&inputs, MONDAY), [(9, 1), (11, 1), (15, 1)]);
    inputs.technicians[0].shifts = halves(1).to_vec();
    assert_eq!(offered(&inputs, MONDAY), [(11, 1), (15, 1)]);
}

#[test]
fn a_night_visit_needs_the_shifts_on_both_sides_of_midnight() {
    let mut inputs = acme();
    inputs.windows = vec![window(1, 23, 24)];
    inputs.service.duration_minutes = 120;
    inputs.technicians = vec![technician(1, 22, 24)];
    assert_eq!(offered(&inputs, MONDAY), []);
    let mornings = technician(1, 0, 6).shifts;
    inputs.technicians[0].shifts.extend(mornings);
    assert_eq!(offered(&inputs, MONDAY), [(23, 1)]);
}

#[test]
fn a_shift_counts_from_its_first_to_its_last_date() {
    let mut inputs = acme();
    inputs.technicians.truncate(1);
    for shift in &mut inputs.technicians[0].shifts {
        shift.valid_from = date(2026, 12, 8);
        shift.valid_to = Some(date(2026, 12, 9));
    }
    let dates: Vec<_> = list(&inputs, MONDAY, date(2026, 12, 14))
        .iter()
        .map(|offer| offer.window.date.day())
        .collect();
    assert_eq!(dates, [8, 8, 8, 9, 9, 9]);
}

#[test]
fn shifts_are_told_by_the_company_s_clock_and_windows_by_the_location_s() {
    let mut inputs = acme();
    inputs.location_zone = zone("America/New_York");
    // Nine in New York is eight at the office.
    assert_eq!(offered(&inputs, MONDAY), [(11, 2), (15, 2)]);
}

#[test]
fn time_off_counts_for_the_visit_and_not_for_its_buffers() {
    let mut inputs = acme();
    inputs.service.buffer_before_minutes = 60;
    inputs.technicians[0].time_off = vec![Span {
        start: monday(10, 0),
        end: monday(11, 0),
    }];
    assert_eq!(offered(&inputs, MONDAY), [(9, 1), (11, 2), (15, 2)]);
}

#[test]
fn a_job_without_technician_takes_one_of_those_who_could_come() {
    let mut inputs = acme();
    inputs.jobs = vec![job(None, monday(9, 0), monday(10, 0))];
    assert_eq!(offered(&inputs, MONDAY), [(9, 1), (11, 2), (15, 2)]);
    inputs.jobs.push(job(Some(1), monday(9, 0), monday(10, 0)));
    assert_eq!(refusal(&inputs, monday(9, 0)), "slot_taken");
    // Whom nobody on duty could take anyway, takes nothing from the rest of the day.
    inputs.technicians = vec![technician(1, 11, 17)];
    let nine = || job(None, monday(9, 0), monday(10, 0));
    inputs.jobs = vec![nine(), nine(), nine()];
    assert_eq!(offered(&inputs, MONDAY), [(11, 1), (15, 1)]);
}

#[test]
fn the_reserve_is_kept_for_emergencies() {
    let mut inputs = acme();
    // Six technician-windows, half of them kept: three routine visits.
    inputs.emergency_reserve_percent = 50;
    inputs.jobs = vec![
        job(Some(0), monday(9, 0), monday(11, 0)),
        job(Some(1), monday(9, 0), monday(11, 0)),
    ];
    assert_eq!(offered(&inputs, MONDAY), [(11, 1), (15, 1)]);
    inputs.jobs.push(job(Some(0), monday(11, 0), monday(13, 0)));
    assert_eq!(offered(&inputs, MONDAY), []);
    assert_eq!(refusal(&inputs, monday(15, 0)), "slot_taken");
    inputs.service.is_emergency = true;
    assert_eq!(offered(&inputs, MONDAY), [(11, 1), (15, 2)]);
}

#[test]
fn emergencies_use_up_the_reserve_and_not_the_routine_share() {
    let mut inputs = acme();
    inputs.emergency_reserve_percent = 50;
    inputs.jobs = vec![Job {
        is_emergency: true,
        ..job(Some(0), monday(9, 0), monday(13, 0))
    }];
    assert_eq!(offered(&inputs, MONDAY), [(9, 1), (11, 1), (15, 2)]);
    // Nor when it is not known yet who goes.
    inputs.jobs[0].technician = None;
    inputs.emergency_reserve_percent = 67;
    assert_eq!(offered(&inputs, MONDAY), [(9, 1), (11, 1), (15, 2)]);
}

#[test]
fn the_reserve_is_rounded_down_over_the_whole_day_even_what_has_passed() {
    let mut inputs = acme();
    inputs.emergency_reserve_percent = 33;
    inputs.now = monday(14, 0);
    // A third of six is 1.98: one kept, five for routine visits, four of them taken in the morning.
    for technician in [0, 1] {
        inputs
            .jobs
            .push(job(Some(technician), monday(9, 0), monday(13, 0)));
    }
    assert_eq!(offered(&inputs, MONDAY), [(15, 1)]);
}

#[test]
fn a_service_s_own_window_takes_the_place_of_the_company_s() {
    let mut inputs = acme();
    inputs.windows.push(Weekly {
        is_own: true,
        ..window(1, 9, 12)
    });
    let spans = of_date(&inputs.windows, &inputs.location_zone, MONDAY);
    let ends: Vec<_> = spans
        .iter()
        .map(|window| window.end.seconds() / 3600)
        .collect();
    assert_eq!(ends, [12, 13, 17]);
}

#[test]
fn work_is_spread_fairly() {
    let mut inputs = acme();
    inputs.technicians = vec![
        technician(4, 9, 17),
        technician(3, 9, 17),
        technician(2, 9, 17),
        technician(1, 9, 17),
    ];
    let tomorrow = |hours| monday(hours, 0) + 24 * minutes(60);
    inputs.jobs = vec![
        job(Some(3), monday(9, 0), monday(10, 0)),
        job(Some(0), tomorrow(9), tomorrow(10)),
        job(Some(1), tomorrow(9), tomorrow(12)),
    ];
    // Nothing to do at all; less and more to do tomorrow; a job today. Then by id.
    let order = verify(&inputs, monday(15, 0)).unwrap().technicians;
    assert_eq!(order, [2, 0, 1, 3]);
    inputs.jobs.clear();
    let order = verify(&inputs, monday(15, 0)).unwrap().technicians;
    assert_eq!(order, [3, 2, 1, 0]);
}

#[test]
fn the_office_learns_who_is_free_outside_the_windows_too() {
    let mut inputs = acme();
    inputs.jobs = vec![job(Some(0), monday(14, 0), monday(15, 0))];
    let free = |start, end| who_is_free(&inputs, Span { start, end });
    assert_eq!(free(monday(13, 0), monday(14, 0)), [1, 0]);
    assert_eq!(free(monday(13, 0), monday(14, 1)), [1]);
    assert!(free(monday(16, 30), monday(16, 45)).is_empty());
}

#[test]
fn the_nearest_windows_come_first_and_of_two_as_near_the_later() {
    let mut inputs = acme();
    inputs.jobs = vec![
        job(Some(0), monday(11, 0), monday(13, 0)),
        job(Some(1), monday(11, 0), monday(13, 0)),
    ];
    let starts = |wanted| -> Vec<_> {
        nearest(&inputs, wanted, 3, MONDAY, date(2026, 12, 8))
            .iter()
            .map(|window| (window.date.day(), window.start.seconds() / 3600))
            .collect()
    };
    assert_eq!(starts(monday(11, 0)), [(7, 9), (7, 15), (8, 9)]);
    assert_eq!(starts(monday(12, 0)), [(7, 15), (7, 9), (8, 9)]);
}

#[test]
fn a_span_touches_the_dates_it_lies_on_without_its_end() {
    let chicago = zone("America/Chicago");
    let touched = |start, end| days_of(Span { start, end }, &chicago).collect::<Vec<_>>();
    assert_eq!(touched(monday(9, 0), monday(24, 0)), [MONDAY]);
    let next = MONDAY.tomorrow().unwrap();
    assert_eq!(
        touched(monday(23, 0), monday(24, 0) + minutes(1)),
        [MONDAY, next]
    );
    assert_eq!(touched(monday(9, 0), monday(9, 0)), [MONDAY]);
}

#[test]
fn a_wall_clock_time_is_a_number_of_seconds_up_to_midnight() {
    let read = |json: &str| serde_json::from_str::<Wall>(json).map(Wall::seconds);
    assert_eq!(read("86400").unwrap(), 86_400);
    for bad in ["-1", "86401", "\"09:00\""] {
        assert!(read(bad).is_err(), "{bad}");
    }
}
