use jiff::SignedDuration;
use jiff::civil::Time;
use proptest::prelude::*;

use super::*;

fn wall(text: &str) -> Wall {
    Wall::try_from(crate::time::seconds_of_day(text).unwrap()).unwrap()
}

fn hours(list: &[(i8, &str, &str)]) -> Vec<Hours> {
    list.iter()
        .map(|(weekday, opens, closes)| Hours {
            weekday: *weekday,
            opens: wall(opens),
            closes: wall(closes),
        })
        .collect()
}

/// Monday to Friday, 8 to 17.
fn office() -> Vec<Hours> {
    let week: Vec<_> = (1..=5).map(|day| (day, "08:00:00", "17:00:00")).collect();
    hours(&week)
}

fn zone(name: &str) -> TimeZone {
    crate::time::zone(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// In Chicago, where winter is six hours behind UTC and summer five.
fn closed(now: &str, hours: &[Hours], holidays: &[&str]) -> Option<(String, Option<String>)> {
    let holidays: Vec<Date> = holidays.iter().map(|date| date.parse().unwrap()).collect();
    closure(at(now), hours, &holidays, &zone("America/Chicago")).map(|closure| {
        (
            closure.since.to_string(),
            closure.until.map(|at| at.to_string()),
        )
    })
}

fn between(since: &str, until: &str) -> Option<(String, Option<String>)> {
    Some((since.to_owned(), Some(until.to_owned())))
}

#[test]
fn an_office_is_open_from_its_first_minute_to_before_its_last() {
    // A Wednesday.
    assert_eq!(closed("2026-01-14T14:00:00Z", &office(), &[]), None);
    assert_eq!(closed("2026-01-14T22:59:59Z", &office(), &[]), None);
    assert_eq!(
        closed("2026-01-14T23:00:00Z", &office(), &[]),
        between("2026-01-14T23:00:00Z", "2026-01-15T14:00:00Z")
    );
    assert_eq!(
        closed("2026-01-14T13:59:59Z", &office(), &[]),
        between("2026-01-13T23:00:00Z", "2026-01-14T14:00:00Z")
    );
}

#[test]
fn an_office_without_hours_never_closes() {
    assert_eq!(closed("2026-01-14T03:00:00Z", &[], &["2026-01-13"]), None);
}

#[test]
fn a_weekend_and_a_holiday_are_one_closure() {
    let whole = between("2026-01-16T23:00:00Z", "2026-01-20T14:00:00Z");
    for now in [
        "2026-01-16T23:30:00Z",
        "2026-01-18T12:00:00Z",
        "2026-01-19T18:00:00Z",
    ] {
        assert_eq!(closed(now, &office(), &["2026-01-19"]), whole, "{now}");
    }
}

#[test]
fn a_break_at_noon_is_a_closure_of_its_own() {
    let split = hours(&[(3, "08:00:00", "12:00:00"), (3, "13:00:00", "17:00:00")]);
    assert_eq!(
        closed("2026-01-14T18:30:00Z", &split, &[]),
        between("2026-01-14T18:00:00Z", "2026-01-14T19:00:00Z")
    );
}

#[test]
fn hours_that_adjoin_are_not_interrupted_not_even_by_midnight() {
    let night = hours(&[
        (3, "08:00:00", "12:00:00"),
        (3, "12:00:00", "24:00:00"),
        (4, "00:00:00", "02:00:00"),
    ]);
    assert_eq!(closed("2026-01-14T18:00:00Z", &night, &[]), None);
    assert_eq!(closed("2026-01-15T06:00:00Z", &night, &[]), None);
    assert_eq!(
        closed("2026-01-15T08:00:00Z", &night, &[]),
        between("2026-01-15T08:00:00Z", "2026-01-21T14:00:00Z")
    );
}

#[test]
fn the_wall_clock_opens_the_office_on_both_sides_of_a_change() {
    // Clocks go forward on 2026-03-08 and back on 2026-11-01; the office opens at 8 all the same.
    assert_eq!(
        closed("2026-03-08T12:00:00Z", &office(), &[]),
        between("2026-03-06T23:00:00Z", "2026-03-09T13:00:00Z")
    );
    assert_eq!(
        closed("2026-11-01T12:00:00Z", &office(), &[]),
        between("2026-10-30T22:00:00Z", "2026-11-02T14:00:00Z")
    );
}

#[test]
fn hours_in_the_skipped_hour_move_or_vanish() {
    // 02:30 does not exist that Sunday and is 03:30; hours that end at 03:00 are over before they began.
    let sunday = |opens, closes| hours(&[(0, opens, closes)]);
    assert_eq!(
        closed("2026-03-08T08:45:00Z", &sunday("02:30:00", "05:00:00"), &[]),
        None
    );
    assert_eq!(
        closed("2026-03-08T08:45:00Z", &sunday("02:30:00", "03:00:00"), &[]),
        between("2026-03-01T09:00:00Z", "2026-03-15T07:30:00Z")
    );
}

#[test]
fn a_season_off_is_found_and_a_year_off_has_no_end() {
    let all = |from: &str, to: &str| -> Vec<String> {
        let last: Date = to.parse().unwrap();
        from.parse::<Date>()
            .unwrap()
            .series(1.day())
            .take_while(|date| *date <= last)
            .map(|date| date.to_string())
            .collect()
    };
    let season = all("2026-01-01", "2026-03-31");
    let season: Vec<_> = season.iter().map(String::as_str).collect();
    assert_eq!(
        closed("2026-02-01T12:00:00Z", &office(), &season),
        between("2025-12-31T23:00:00Z", "2026-04-01T13:00:00Z")
    );
    let years = all("2024-01-01", "2028-12-31");
    let years: Vec<_> = years.iter().map(String::as_str).collect();
    assert_eq!(
        closed("2026-02-01T12:00:00Z", &office(), &years),
        Some((Timestamp::MIN.to_string(), None))
    );
}

prop_compose! {
    fn any_hours()(weekday in 0i8..7, opens in 0i32..96, length in 1i32..96) -> Hours {
        let closes = (opens + length).min(96);
        Hours {
            weekday,
            opens: Wall::try_from(opens * 900).unwrap(),
            closes: Wall::try_from(closes * 900).unwrap(),
        }
    }
}

fn any_zone() -> impl Strategy<Value = TimeZone> {
    let names: Vec<_> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .collect();
    prop::sample::select(names).prop_filter_map("a place", |name| crate::time::zone(&name))
}

/// Seconds since 1970, from 2026 to 2036.
const YEARS: std::ops::Range<i64> = 1_767_225_600..2_082_758_400;

/// The clock on the wall says so, which is all there is to it unless the clocks were changed that day.
fn is_open_by_the_clock(now: Timestamp, hours: &[Hours], zone: &TimeZone) -> bool {
    let local = zone.to_datetime(now);
    let clock = local.time().duration_since(Time::midnight()).as_secs() as i32;
    hours.iter().any(|hours| {
        hours.weekday == local.weekday().to_sunday_zero_offset()
            && (hours.opens.seconds()..hours.closes.seconds()).contains(&clock)
    })
}

fn offset_changes_near(now: Timestamp, zone: &TimeZone) -> bool {
    let offset = |days: i64| zone.to_offset(now + SignedDuration::from_hours(24 * days));
    (-2..=2).any(|days| offset(days) != offset(0))
}

proptest! {
    #[test]
    fn the_office_is_open_when_the_clock_says_so(
        hours in prop::collection::vec(any_hours(), 1..6), zone in any_zone(), second in YEARS,
    ) {
        let now = Timestamp::from_second(second).unwrap();
        prop_assume!(!offset_changes_near(now, &zone));
        prop_assert_eq!(closure(now, &hours, &[], &zone).is_none(), is_open_by_the_clock(now, &hours, &zone));
    }

    #[test]
    fn a_closure_is_the_same_throughout_and_ends_when_the_office_opens(
        hours in prop::collection::vec(any_hours(), 1..6), zone in any_zone(), second in YEARS,
        holiday in -3i32..4, share in 0.0f64..1.0,
    ) {
        let now = Timestamp::from_second(second).unwrap();
        let holidays = [zone.to_datetime(now).date().saturating_add(holiday.days())];
        let ask = |at| closure(at, &hours, &holidays, &zone);
        if let Some(closure) = ask(now) {
            let until = closure.until.expect("it opens every week");
            prop_assert!(closure.since <= now && now < until);
            prop_assert_eq!(ask(until), None);
            prop_assert_eq!(ask(closure.since - SignedDuration::from_micros(1)), None);
            let length = closure.since.duration_until(until).as_secs_f64();
            let within = closure.since + SignedDuration::from_secs_f64(length * share);
            prop_assert_eq!(ask(within), Some(closure));
        }
    }
}
