//! Windows and shifts where the clocks change: every zone, every change of seven years, found out by watching the clock.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::*;
use crate::scheduling::windows::weekday;

const QUARTER: SignedDuration = SignedDuration::from_mins(15);

/// Zones that change alike are one; the years are 2024 to 2030.
fn changes() -> Vec<(TimeZone, Vec<Timestamp>)> {
    let (first, last) = (at("2024-01-01T00:00:00Z"), at("2031-01-01T00:00:00Z"));
    let mut distinct = BTreeMap::new();
    for name in jiff::tz::db().available() {
        let zone = jiff::tz::db().get(name.as_str()).unwrap();
        let changes: Vec<_> = zone
            .following(first)
            .take_while(|change| change.timestamp() < last)
            .map(|change| (change.timestamp(), change.offset()))
            .collect();
        distinct
            .entry((zone.to_offset(first), changes))
            .or_insert(zone);
    }
    distinct
        .into_iter()
        .map(|((_, changes), zone)| (zone, changes.into_iter().map(|(at, _)| at).collect()))
        .collect()
}

/// When a clock first showed each quarter of an hour, in the days around an instant.
struct Clock(BTreeMap<DateTime, Timestamp>);

impl Clock {
    fn watch(zone: &TimeZone, around: Timestamp) -> Self {
        let mut first = BTreeMap::new();
        let mut now = around - 4 * 24 * SignedDuration::from_hours(1);
        for _ in 0..8 * 24 * 4 {
            first.entry(zone.to_datetime(now)).or_insert(now);
            now += QUARTER;
        }
        Self(first)
    }

    fn shows(&self, local: DateTime) -> bool {
        self.0.contains_key(&local)
    }

    /// A time that is skipped is as long after the last one shown as it seems.
    fn instant(&self, local: DateTime) -> Timestamp {
        let (shown, instant) = self.0.range(..=local).next_back().unwrap();
        *instant + shown.duration_until(local)
    }
}

/// A window for every half hour.
fn half_hours() -> Vec<Weekly> {
    (0..7 * 48)
        .map(|slot| Weekly {
            weekday: (slot / 48) as i8,
            start: wall(0, slot % 48 * 30),
            end: wall(0, slot % 48 * 30 + 30),
            is_own: true,
        })
        .collect()
}

fn local(date: Date, wall: Wall) -> DateTime {
    date.at(0, 0, 0, 0) + SignedDuration::from_secs(wall.seconds().into())
}

/// The day of a change, in the clock before it, and its neighbours.
fn days_around(zone: &TimeZone, change: Timestamp) -> impl Iterator<Item = Date> {
    let day = date_of(change - QUARTER, zone);
    days(day - 1.day(), day + 2.days())
}

#[test]
fn around_every_change_of_every_zone_each_window_is_there_once_at_its_time() {
    let weekly = half_hours();
    let mut lengths = BTreeMap::new();
    for (zone, changes) in changes() {
        for change in changes {
            let clock = Clock::watch(&zone, change);
            for date in days_around(&zone, change) {
                let found: Vec<_> = of_date(&weekly, &zone, date)
                    .iter()
                    .map(|window| (window.start, window.span.start, window.span.end))
                    .collect();
                let expected: Vec<_> = weekly
                    .iter()
                    .filter(|window| window.weekday == weekday(date))
                    .filter(|window| clock.shows(local(date, window.start)))
                    .map(|window| {
                        let instant = |wall| clock.instant(local(date, wall));
                        (window.start, instant(window.start), instant(window.end))
                    })
                    .collect();
                assert_eq!(found, expected, "{zone:?} {date}");
                // Half hours that begin one after another fill the day, however long it is.
                assert!(found.windows(2).all(|pair| pair[0].2 == pair[1].1));
                let day = found[0].1.duration_until(found[found.len() - 1].2);
                *lengths.entry(day.as_mins()).or_insert(0) += 1;
            }
        }
    }
    for hours in [23, 24, 25] {
        assert!(lengths[&(hours * 60)] > 100, "{lengths:?}");
    }
}

#[test]
fn around_every_change_each_window_is_found_again_by_its_start() {
    let weekly = half_hours();
    for (zone, changes) in changes() {
        for change in changes {
            for date in days_around(&zone, change) {
                let near = of_date(&weekly, &zone, date)
                    .into_iter()
                    .filter(|window| window.span.start.duration_until(change).abs() <= 8 * QUARTER);
                for window in near {
                    let found = window_at(&weekly, &zone, window.span.start);
                    assert_eq!(found, Some(window), "{zone:?}");
                }
            }
        }
    }
}

#[test]
fn a_window_that_begins_in_a_gap_moves_by_its_length_and_is_found_again() {
    for (zone, changes) in changes() {
        for change in changes {
            let clock = Clock::watch(&zone, change);
            for date in days_around(&zone, change) {
                for (start, end) in (0..96).flat_map(|quarter| {
                    [quarter + 1, 96].map(|end| (wall(0, quarter * 15), wall(0, end * 15)))
                }) {
                    let weekly = [Weekly {
                        weekday: weekday(date),
                        start,
                        end,
                        is_own: false,
                    }];
                    let span = Span {
                        start: clock.instant(local(date, start)),
                        end: clock.instant(local(date, end)),
                    };
                    let found = of_date(&weekly, &zone, date);
                    assert_eq!(found.len(), usize::from(span.start < span.end));
                    for window in found {
                        assert_eq!(window.span, span, "{zone:?} {date}");
                        assert_eq!(window_at(&weekly, &zone, span.start), Some(window));
                    }
                }
            }
        }
    }
}

#[test]
fn around_every_change_somebody_always_on_shift_can_always_come() {
    let mut inputs = acme();
    inputs.windows = half_hours();
    inputs.technicians = vec![technician(1, 0, 24)];
    inputs.service.duration_minutes = 1;
    for (zone, changes) in changes() {
        inputs.company_zone = zone.clone();
        for change in changes {
            let day = date_of(change, &TimeZone::UTC);
            inputs.location_zone = TimeZone::UTC;
            inputs.now = change - SignedDuration::from_hours(72);
            let offers = list(&inputs, day - 1.day(), day + 1.day());
            assert_eq!(offers.len(), 3 * 48, "{zone:?} {change}");
        }
    }
}

#[test]
fn around_every_change_a_shift_lasts_from_its_first_to_its_last_time_on_the_clock() {
    let mut inputs = acme();
    inputs.location_zone = TimeZone::UTC;
    inputs.service.duration_minutes = 1;
    inputs.windows = half_hours();
    inputs.technicians.truncate(1);
    for (zone, changes) in changes() {
        inputs.company_zone = zone.clone();
        for change in changes {
            let clock = Clock::watch(&zone, change);
            let day = date_of(change - QUARTER, &zone);
            let (start, end) = (wall(0, 30), wall(23, 30));
            inputs.technicians[0].shifts = vec![Shift {
                weekday: weekday(day),
                start,
                end,
                valid_from: day,
                valid_to: Some(day),
            }];
            inputs.now = change - SignedDuration::from_hours(96);
            let shift = Span {
                start: clock.instant(local(day, start)),
                end: clock.instant(local(day, end)),
            };
            let possible =
                |window: &Window| shift.start <= window.span.start && window.span.end <= shift.end;
            let expected: Vec<_> = days(day - 2.days(), day + 2.days())
                .flat_map(|date| of_date(&inputs.windows, &TimeZone::UTC, date))
                .filter(possible)
                .collect();
            let offers = list(&inputs, day - 2.days(), day + 2.days());
            let found: Vec<_> = offers.into_iter().map(|offer| offer.window).collect();
            assert_eq!(found, expected, "{zone:?} {day}");
        }
    }
}

#[test]
fn where_a_zone_leaves_out_a_date_its_windows_give_way_to_the_next_one_s() {
    let apia = zone("Pacific/Apia");
    let weekly = every_weekday(|day| window(day, 9, 11));
    assert_eq!(of_date(&weekly, &apia, date(2011, 12, 30)), []);
    assert_eq!(of_date(&weekly, &apia, date(2011, 12, 31)).len(), 1);
}

#[test]
fn what_is_skipped_just_before_midnight_moves_into_the_next_date() {
    // In Nuuk the clocks went from Saturday 23:00 to Sunday 0:00.
    let nuuk = zone("America/Nuuk");
    let saturday = date(2026, 3, 28);
    let (start, end) = (wall(23, 30), wall(23, 45));
    let mut inputs = acme();
    inputs.now = at("2026-03-28T12:00:00Z");
    inputs.location_zone = nuuk.clone();
    inputs.company_zone = nuuk;
    inputs.service.duration_minutes = 15;
    inputs.windows = vec![Weekly {
        start,
        end,
        ..window(6, 23, 24)
    }];
    inputs.technicians.truncate(1);
    for shift in &mut inputs.technicians[0].shifts {
        (shift.start, shift.end) = (start, end);
    }
    let offers = list(&inputs, saturday, saturday);
    assert_eq!(offers.len(), 1);
    let moved = offers[0].window.span.start;
    assert_eq!(date_of(moved, &inputs.location_zone), date(2026, 3, 29));
    assert_eq!(
        verify(&inputs, moved).map(|place| place.window.date),
        Ok(saturday)
    );
    inputs.now = moved;
    assert_eq!(refusal(&inputs, moved), "date_in_past");
    assert_eq!(list(&inputs, saturday, saturday), []);

    // The shift moved as well: on Sunday it is still Saturday's.
    inputs.now = moved - 12 * 4 * QUARTER;
    inputs.windows = vec![Weekly {
        start: wall(0, 30),
        end: wall(0, 45),
        ..window(0, 0, 1)
    }];
    let sunday = date(2026, 3, 29);
    assert_eq!(list(&inputs, sunday, sunday).len(), 1);
}
