//! The judgement against a slow one that counts quarters of an hour, on random companies.

use proptest::prelude::*;

use super::*;

const QUARTER: SignedDuration = SignedDuration::from_mins(15);

fn quarters(range: std::ops::Range<i32>) -> impl Strategy<Value = Wall> {
    range.prop_map(|quarter| wall(0, quarter * 15))
}

fn hours() -> impl Strategy<Value = (Wall, Wall)> {
    (0..92i32, 1..40i32)
        .prop_map(|(start, length)| (wall(0, start * 15), wall(0, (start + length).min(96) * 15)))
}

fn weekly() -> impl Strategy<Value = Weekly> {
    (0..7i8, quarters(0..90), 1..12i32, any::<bool>()).prop_map(
        |(weekday, start, length, is_own)| {
            let end = (start.seconds() / 900 + length).min(96);
            Weekly {
                weekday,
                start,
                end: wall(0, end * 15),
                is_own,
            }
        },
    )
}

fn shift() -> impl Strategy<Value = Shift> {
    let dates = (-3..3i32, prop::option::of(3..9i32));
    (0..7i8, hours(), dates).prop_map(|(weekday, (start, end), (from, to))| Shift {
        weekday,
        start,
        end,
        valid_from: MONDAY + from.days(),
        valid_to: to.map(|to| MONDAY + to.days()),
    })
}

/// A time in the week read, with hours to spare on both sides.
fn span(longest: i32) -> impl Strategy<Value = Span> {
    (-48..7 * 96i32, 1..longest).prop_map(|(start, length)| {
        let start = at("2026-12-07T00:00:00Z") + start * QUARTER;
        Span {
            start,
            end: start + length * QUARTER,
        }
    })
}

fn technicians() -> impl Strategy<Value = Vec<Technician>> {
    let one = (
        prop::collection::vec(shift(), 2..14),
        prop::collection::vec(span(96), 0..2),
        any::<bool>(),
    );
    prop::collection::vec(one, 0..5).prop_map(|all| {
        let one = |(number, (shifts, time_off, always)): (usize, (Vec<Shift>, Vec<Span>, bool))| {
            let always_on = technician(0, 0, 24).shifts;
            Technician {
                id: Uuid::from_u128(100 - number as u128),
                shifts: if always { always_on } else { shifts },
                time_off,
            }
        };
        all.into_iter().enumerate().map(one).collect()
    })
}

fn service() -> impl Strategy<Value = Service> {
    let minutes = (1..16i32, 0..4i32, 0..4i32, prop_oneof![Just(0), 0..200i32]);
    let rest = (
        any::<bool>(),
        0..8i32,
        prop::bool::weighted(0.2),
        prop::option::weighted(0.3, 1..5i32),
    );
    (minutes, rest).prop_map(
        |((duration, before, after, lead), (business, horizon, emergency, cap))| Service {
            duration_minutes: duration * 15,
            buffer_before_minutes: before * 15,
            buffer_after_minutes: after * 15,
            lead_time_minutes: lead * 5,
            lead_time_business_hours_only: business,
            horizon_days: horizon,
            is_emergency: emergency,
            daily_cap: cap,
        },
    )
}

/// No clock of these zones changes in December; their hours start on quarters of an hour.
const ZONES: [&str; 6] = [
    "UTC",
    "America/Chicago",
    "America/Los_Angeles",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Pacific/Honolulu",
];

fn zones() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(ZONES.to_vec()).prop_map(zone)
}

prop_compose! {
    fn inputs()(
        service in service(),
        zones in (zones(), zones()),
        now in 0..2880i32,
        windows in prop::collection::vec(weekly(), 5..40),
        technicians in technicians(),
        jobs in prop::collection::vec((prop::option::weighted(0.7, 0..4usize), span(20), any::<bool>()), 0..30),
        holiday in prop::option::of(-1..7i32),
        booked in prop::collection::vec(0..4i32, 7),
        reserve in prop_oneof![Just(0), 0..=60i32],
        in_service_area in prop::bool::weighted(0.95),
    ) -> Inputs {
        let jobs = jobs.into_iter().map(|(index, blocked, is_emergency)| Job {
            technician: index.filter(|index| *index < technicians.len()), blocked, is_emergency,
        });
        Inputs {
            now: at("2026-12-07T00:00:00Z") + minutes(now),
            service,
            location_zone: zones.0,
            company_zone: zones.1,
            in_service_area,
            emergency_reserve_percent: reserve,
            windows: once_each(windows),
            holidays: holiday.into_iter().map(|day| MONDAY + day.days()).collect(),
            jobs: jobs.collect(),
            technicians,
            booked_per_day: (0..).zip(booked).map(|(day, count)| (MONDAY + day.days(), count)).collect(),
        }
    }
}

/// As the table has them: no two of a kind begin together on a weekday.
fn once_each(mut windows: Vec<Weekly>) -> Vec<Weekly> {
    let key = |window: &Weekly| (window.is_own, window.weekday, window.start);
    windows.sort_by_key(key);
    windows.dedup_by_key(|window| key(window));
    windows
}

const LAST: Date = date(2026, 12, 15);

fn steps(span: Span) -> impl Iterator<Item = Timestamp> {
    std::iter::successors(Some(span.start), |now| Some(*now + QUARTER))
        .take_while(move |now| *now < span.end)
}

/// Judged by what the company's clock shows.
fn works_at(inputs: &Inputs, technician: &Technician, now: Timestamp) -> bool {
    let local = inputs.company_zone.to_datetime(now);
    let second = i32::from(local.hour()) * 3600 + i32::from(local.minute()) * 60;
    let is_off = technician
        .time_off
        .iter()
        .any(|off| off.start <= now && now < off.end);
    let on_shift = technician.shifts.iter().any(|shift| {
        shift.weekday == local.date().weekday().to_sunday_zero_offset()
            && shift.valid_from <= local.date()
            && shift.valid_to.is_none_or(|last| local.date() <= last)
            && (shift.start.seconds()..shift.end.seconds()).contains(&second)
    });
    on_shift && !is_off
}

fn visit_and_blocked(inputs: &Inputs, window: &Window) -> (Span, Span) {
    let service = &inputs.service;
    let done = window.span.start + minutes(service.duration_minutes);
    let visit = Span {
        start: window.span.start,
        end: done.max(window.span.end),
    };
    let blocked = Span {
        start: visit.start - minutes(service.buffer_before_minutes),
        end: visit.end + minutes(service.buffer_after_minutes),
    };
    (visit, blocked)
}

fn hits(job: &Job, blocked: Span) -> bool {
    steps(blocked).any(|now| job.blocked.start <= now && now < job.blocked.end)
}

fn on_duty(inputs: &Inputs, window: &Window) -> Vec<usize> {
    let (visit, _) = visit_and_blocked(inputs, window);
    (0..inputs.technicians.len())
        .filter(|index| steps(visit).all(|now| works_at(inputs, &inputs.technicians[*index], now)))
        .collect()
}

fn free(inputs: &Inputs, window: &Window) -> Vec<usize> {
    let (_, blocked) = visit_and_blocked(inputs, window);
    let is_busy = |index: usize| {
        inputs
            .jobs
            .iter()
            .any(|job| job.technician == Some(index) && hits(job, blocked))
    };
    on_duty(inputs, window)
        .into_iter()
        .filter(|index| !is_busy(*index))
        .collect()
}

/// Technician-windows that routine jobs take of a window.
fn routine(inputs: &Inputs, window: &Window) -> usize {
    let (_, blocked) = visit_and_blocked(inputs, window);
    let hitting = || {
        inputs
            .jobs
            .iter()
            .filter(|job| !job.is_emergency && hits(job, blocked))
    };
    let duty = on_duty(inputs, window);
    let assigned = duty
        .iter()
        .filter(|index| hitting().any(|job| job.technician == Some(**index)))
        .count();
    let unassigned = hitting().filter(|job| job.technician.is_none()).count();
    duty.len().min(assigned + unassigned)
}

fn capacity(inputs: &Inputs, window: &Window) -> i32 {
    let (_, blocked) = visit_and_blocked(inputs, window);
    let unassigned = inputs
        .jobs
        .iter()
        .filter(|job| job.technician.is_none() && hits(job, blocked))
        .count();
    let mut capacity = free(inputs, window).len() as i32 - unassigned as i32;
    if !inputs.service.is_emergency {
        let days = of_date(&inputs.windows, &inputs.location_zone, window.date);
        let duty: usize = days
            .iter()
            .map(|window| on_duty(inputs, window).len())
            .sum();
        let taken: usize = days.iter().map(|window| routine(inputs, window)).sum();
        let reserve = (duty as f64 * f64::from(inputs.emergency_reserve_percent) / 100.0 + 1e-9)
            .floor() as i32;
        capacity = capacity.min(duty as i32 - reserve - taken as i32);
    }
    if let Some(cap) = inputs.service.daily_cap {
        let date = inputs.company_zone.to_datetime(window.span.start).date();
        let booked: i32 = inputs
            .booked_per_day
            .iter()
            .filter(|(day, _)| *day == date)
            .map(|(_, count)| count)
            .sum();
        capacity = capacity.min(cap - booked);
    }
    capacity
}

/// Counts, minute by minute, until the lead time has passed.
fn lead_ends(inputs: &Inputs, last: Date) -> Option<Timestamp> {
    let service = &inputs.service;
    let mut left = service.lead_time_minutes;
    let mut now = inputs.now;
    while left > 0 {
        let local = inputs.location_zone.to_datetime(now);
        if service.lead_time_business_hours_only && local.date() > last {
            return None;
        }
        let second = i32::from(local.hour()) * 3600 + i32::from(local.minute()) * 60;
        let is_open = !inputs.holidays.contains(&local.date())
            && inputs.windows.iter().any(|window| {
                let weekday = local.date().weekday().to_sunday_zero_offset();
                let overruled = !window.is_own
                    && inputs.windows.iter().any(|other| {
                        other.is_own && other.weekday == weekday && other.start == window.start
                    });
                window.weekday == weekday
                    && !overruled
                    && (window.start.seconds()..window.end.seconds()).contains(&second)
            });
        left -= i32::from(is_open || !service.lead_time_business_hours_only);
        now += minutes(1);
    }
    Some(now)
}

proptest! {
    #[test]
    fn a_window_is_listed_exactly_when_it_is_verified(inputs in inputs(), odd in 0..900i32) {
        let listed = list(&inputs, MONDAY - 1.day(), LAST);
        let mut starts: Vec<_> = days(MONDAY - 1.day(), LAST)
            .flat_map(|date| of_date(&inputs.windows, &inputs.location_zone, date))
            .map(|window| window.span.start)
            .collect();
        starts.push(inputs.now + odd * QUARTER);
        for start in starts {
            let offer = listed.iter().find(|offer| offer.window.span.start == start);
            match verify(&inputs, start) {
                Ok(place) => {
                    prop_assert_eq!(Some(&place.window), offer.map(|offer| &offer.window));
                    prop_assert!(place.technicians.len() as i32 >= offer.unwrap().capacity);
                }
                Err(refusal) => prop_assert!(offer.is_none(), "{:?} {}", refusal, start),
            }
        }
    }

    #[test]
    fn capacity_is_what_a_recount_finds(inputs in inputs()) {
        let listed = list(&inputs, MONDAY, LAST);
        let today = date_of(inputs.now, &inputs.location_zone);
        let last = today + inputs.service.horizon_days.days();
        let earliest = lead_ends(&inputs, last);
        let expected: Vec<_> = days(MONDAY, LAST)
            .filter(|date| inputs.in_service_area && today <= *date && *date <= last)
            .filter(|date| !inputs.holidays.contains(date))
            .flat_map(|date| of_date(&inputs.windows, &inputs.location_zone, date))
            .filter(|window| earliest.is_some_and(|earliest| earliest <= window.span.start))
            .map(|window| Offer { capacity: capacity(&inputs, &window), window })
            .filter(|offer| offer.capacity > 0)
            .collect();
        prop_assert_eq!(listed, expected);
    }

    #[test]
    fn exactly_the_free_technicians_can_be_chosen(inputs in inputs()) {
        for offer in list(&inputs, MONDAY, LAST) {
            let mut chosen = verify(&inputs, offer.window.span.start).unwrap().technicians;
            chosen.sort_unstable();
            prop_assert_eq!(chosen, free(&inputs, &offer.window));
        }
    }

    #[test]
    fn the_lead_time_ends_when_minutes_are_counted(inputs in inputs()) {
        let last = date_of(inputs.now, &inputs.location_zone) + inputs.service.horizon_days.days();
        prop_assert_eq!(earliest(&inputs, last), lead_ends(&inputs, last));
    }

    #[test]
    fn alternatives_are_the_nearest_of_what_is_listed(inputs in inputs(), wanted in 0..700i32, count in 1..5usize) {
        let wanted = inputs.now + wanted * QUARTER;
        let listed = list(&inputs, MONDAY, LAST);
        let near = nearest(&inputs, wanted, count, MONDAY, LAST);
        prop_assert_eq!(near.len(), count.min(listed.len()));
        let distance = |window: &Window| (window.span.start.as_second() - wanted.as_second()).abs();
        prop_assert!(near.is_sorted_by_key(distance));
        let farthest = near.last().map_or(i64::MAX, distance);
        for Offer { window, .. } in listed {
            prop_assert!(near.contains(&window) || distance(&window) >= farthest);
        }
    }
}
