//! When a visit may be asked for. Plain Rust over wall-clock times.
//!
//! The shape of a wish is judged here for every path; whether somebody is free at that time is the scheduling
//! engine's question.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

use crate::error::{PortalError, Result, Status};

/// When the customer would like the visit, in the wall clock of the location.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wish {
    pub date: Option<Date>,
    pub start: Option<Time>,
    pub end: Option<Time>,
    pub flexible: bool,
}

/// A wish that names a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub date: Date,
    pub start: Time,
    pub end: Time,
}

impl Window {
    /// The window as instants. A local time that a DST change skips moves forward; one that occurs twice is its
    /// first occurrence.
    pub fn instants(&self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let instant = |time: Time| {
            zone.to_ambiguous_zoned(self.date.to_datetime(time))
                .compatible()
                .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
        };
        (instant(self.start), instant(self.end))
    }
}

/// A window that the company offers on a weekday (0 = Sunday, as in Postgres' `dow`).
#[derive(Debug, Clone, Deserialize, PartialEq)]
pub struct Offered {
    pub weekday: i8,
    pub start: Time,
    pub end: Time,
}

/// Judges a wish and answers the window it names, or nothing where the office is to propose one.
///
/// * `today`: the date at the location.
/// * `horizon_days`: how far ahead the service can be booked.
pub fn judge(wish: &Wish, today: Date, horizon_days: i32) -> Result<Option<Window>> {
    let window = match *wish {
        Wish {
            date: None,
            start: None,
            end: None,
            flexible: true,
        } => return Ok(None),
        Wish {
            date: None,
            start: None,
            end: None,
            flexible: false,
        } => {
            return Err(PortalError::invalid(
                "preferred_service_date",
                "Say when: name a window, a date, or that the date is flexible.",
            ));
        }
        Wish { date: None, .. } => {
            return Err(PortalError::invalid(
                "preferred_service_date",
                "A preferred time needs a date.",
            ));
        }
        Wish {
            date: Some(date),
            start: Some(start),
            end: Some(end),
            ..
        } => {
            if end <= start {
                return Err(PortalError::invalid(
                    "preferred_time_window_end",
                    "The time window must end after it starts.",
                ));
            }
            (date, Some(Window { date, start, end }))
        }
        Wish {
            date: Some(date),
            start: None,
            end: None,
            ..
        } => (date, None),
        Wish { .. } => {
            return Err(PortalError::invalid(
                "preferred_time_window_start",
                "A time window needs both its start and its end.",
            ));
        }
    };
    let (date, window) = window;
    check_date(date, today, horizon_days)?;
    Ok(window)
}

fn check_date(date: Date, today: Date, horizon_days: i32) -> Result<()> {
    let last = today.saturating_add(horizon_days.days());
    let refuse = |reason, message: &'static str| {
        Err(PortalError::new(
            Status::Refused,
            reason,
            message,
            "Choose a date in the range named in details.",
        )
        .fact("first_date", today.to_string())
        .fact("last_date", last.to_string()))
    };
    if date < today {
        return refuse("date_in_past", "That date has passed.");
    }
    if date > last {
        return refuse(
            "beyond_horizon",
            "That date is too far ahead to be booked yet.",
        );
    }
    Ok(())
}

/// Finds the offered window that begins at an instant: clients name a window by its start.
pub fn offered_at(start: Timestamp, zone: &TimeZone, offered: &[Offered]) -> Result<Window> {
    let local = start.to_zoned(zone.clone()).datetime();
    offered
        .iter()
        .filter(|window| window.weekday == weekday_number(local.weekday()))
        .map(|window| Window {
            date: local.date(),
            start: window.start,
            end: window.end,
        })
        .find(|window| window.instants(zone).0 == start)
        .ok_or_else(|| {
            PortalError::new(
                Status::Refused,
                "window_not_offered",
                "No visit window starts at that time.",
                "Choose one of the windows that available_windows lists.",
            )
            .fact("window_start", start.to_string())
        })
}

fn weekday_number(day: Weekday) -> i8 {
    day.to_sunday_zero_offset()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 20);

    fn wish(day: i8, hours: Option<(i8, i8)>) -> Wish {
        Wish {
            date: Some(date(2026, 11, day)),
            start: hours.map(|(h, _)| time(h, 0, 0, 0)),
            end: hours.map(|(_, h)| time(h, 0, 0, 0)),
            flexible: false,
        }
    }

    fn reason(wish: Wish) -> String {
        judge(&wish, TODAY, 7).unwrap_err().reason.into_owned()
    }

    #[test]
    fn a_window_between_today_and_the_horizon_is_fine() {
        for day in [20, 27] {
            let window = judge(&wish(day, Some((8, 10))), TODAY, 7).unwrap().unwrap();
            assert_eq!(window.date, date(2026, 11, day));
        }
        assert_eq!(judge(&wish(21, None), TODAY, 7), Ok(None));
    }

    #[test]
    fn dates_outside_are_refused_with_the_range() {
        assert_eq!(reason(wish(19, Some((8, 10)))), "date_in_past");
        assert_eq!(reason(wish(28, None)), "beyond_horizon");
        let facts = judge(&wish(28, None), TODAY, 7).unwrap_err().facts;
        assert_eq!(facts["last_date"], "2026-11-27");
    }

    #[test]
    fn half_a_wish_is_malformed() {
        let start = Some(time(8, 0, 0, 0));
        assert_eq!(reason(Wish::default()), "invalid_input");
        assert_eq!(
            reason(Wish {
                start,
                ..Wish::default()
            }),
            "invalid_input"
        );
        assert_eq!(
            reason(Wish {
                start,
                date: Some(TODAY),
                ..Wish::default()
            }),
            "invalid_input"
        );
        assert_eq!(reason(wish(21, Some((10, 10)))), "invalid_input");
    }

    #[test]
    fn a_flexible_wish_may_leave_everything_open() {
        assert_eq!(
            judge(
                &Wish {
                    flexible: true,
                    ..Wish::default()
                },
                TODAY,
                7
            ),
            Ok(None)
        );
    }

    #[test]
    fn an_offered_window_is_found_by_its_start() {
        let chicago = crate::time::zone("America/Chicago").unwrap();
        let offered = [Offered {
            weekday: 1,
            start: time(8, 0, 0, 0),
            end: time(10, 0, 0, 0),
        }];
        let at = |s: &str| offered_at(s.parse().unwrap(), &chicago, &offered);
        assert_eq!(at("2026-11-23T14:00:00Z").unwrap().date, date(2026, 11, 23));
        for other in ["2026-11-23T15:00:00Z", "2026-11-24T14:00:00Z"] {
            assert_eq!(at(other).unwrap_err().reason, "window_not_offered");
        }
    }

    #[test]
    fn a_skipped_hour_moves_forward_and_a_doubled_one_is_its_first() {
        let chicago = crate::time::zone("America/Chicago").unwrap();
        let window = |d, h| Window {
            date: d,
            start: time(h, 30, 0, 0),
            end: time(6, 0, 0, 0),
        };
        let (skipped, _) = window(date(2026, 3, 8), 2).instants(&chicago);
        assert_eq!(skipped, "2026-03-08T03:30:00-05:00".parse().unwrap());
        let (doubled, _) = window(date(2026, 11, 1), 1).instants(&chicago);
        assert_eq!(doubled, "2026-11-01T01:30:00-05:00".parse().unwrap());
    }

    proptest! {
        #[test]
        fn an_accepted_window_lies_in_range_and_has_length(
            days in -400i32..400, start in 0i8..24, end in 0i8..24, horizon in 1i32..365, flexible in any::<bool>(),
        ) {
            let day = TODAY.saturating_add(days.days());
            let wish = Wish {
                date: Some(day), start: Some(time(start, 0, 0, 0)), end: Some(time(end, 0, 0, 0)), flexible,
            };
            if let Ok(Some(window)) = judge(&wish, TODAY, horizon) {
                prop_assert!(window.end > window.start);
                prop_assert!((0..=horizon).contains(&days));
            }
        }

        #[test]
        fn what_is_offered_is_found_again(day in 0i32..730, hour in 0i8..23) {
            let zone = crate::time::zone("America/New_York").unwrap();
            let date = TODAY.saturating_add(day.days());
            let weekday = date.weekday().to_sunday_zero_offset();
            let offered = [Offered { weekday, start: time(hour, 0, 0, 0), end: time(hour + 1, 0, 0, 0) }];
            let window = Window { date, start: offered[0].start, end: offered[0].end };
            prop_assert_eq!(offered_at(window.instants(&zone).0, &zone, &offered), Ok(window));
        }
    }
}
