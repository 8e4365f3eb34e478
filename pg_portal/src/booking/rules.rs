//! When a visit may be asked for. Plain Rust over wall-clock times.
//!
//! The shape of a wish is judged here, for every path; whether somebody has time then is the scheduling engine's
//! question.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::error::{PortalError, Result};
use crate::scheduling::rules::{Refusal, Wall};

/// When the customer would like the visit, in the wall clock of the location.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wish {
    pub date: Option<Date>,
    pub start: Option<Wall>,
    pub end: Option<Wall>,
    pub flexible: bool,
}

/// What a wish asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Asked {
    /// The offered window that begins then; `end`, where it is given, must be that window's.
    Window {
        date: Date,
        start: Wall,
        end: Option<Wall>,
    },
    /// Any time of a day: the office proposes one.
    Day(Date),
    /// Any day: the office proposes one.
    Anytime,
}

/// Judges the shape of a wish. Errors: PT400 for one that says nothing, or too little.
pub fn asked(wish: &Wish) -> Result<Asked> {
    let Wish {
        date,
        start,
        end,
        flexible,
    } = *wish;
    match (date, start, end) {
        (Some(_), Some(start), Some(end)) if end <= start => Err(PortalError::invalid(
            "preferred_time_window_end",
            "The time window must end after it starts.",
        )),
        (Some(date), Some(start), end) => Ok(Asked::Window { date, start, end }),
        (Some(_), None, Some(_)) => Err(PortalError::invalid(
            "preferred_time_window_start",
            "A time window needs its start; its end alone says too little.",
        )),
        (Some(date), None, None) => Ok(Asked::Day(date)),
        (None, None, None) if flexible => Ok(Asked::Anytime),
        (None, None, None) => Err(PortalError::invalid(
            "preferred_service_date",
            "Say when: name a window, a date, or that the date is flexible.",
        )),
        (None, ..) => Err(PortalError::invalid(
            "preferred_service_date",
            "A preferred time needs a date.",
        )),
    }
}

/// Refuses a day that has passed or cannot be booked yet.
///
/// * `today`: the date at the location.
/// * `horizon_days`: how far ahead the service can be booked.
pub fn check_day(date: Date, today: Date, horizon_days: i32) -> Result<(), Refusal> {
    let last_date = today.saturating_add(horizon_days.days());
    if date < today {
        return Err(Refusal::InPast);
    }
    if date > last_date {
        return Err(Refusal::BeyondHorizon {
            first_date: today,
            last_date,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const DAY: Date = date(2026, 11, 20);

    fn wall(hour: i32) -> Wall {
        Wall::try_from(hour * 3600).unwrap()
    }

    fn wish(date: Option<Date>, start: Option<i32>, end: Option<i32>, flexible: bool) -> Wish {
        Wish {
            date,
            start: start.map(wall),
            end: end.map(wall),
            flexible,
        }
    }

    #[test]
    fn a_start_names_a_window_with_or_without_its_end() {
        for end in [None, Some(10)] {
            let asked = asked(&wish(Some(DAY), Some(8), end, false)).unwrap();
            let expected = Asked::Window {
                date: DAY,
                start: wall(8),
                end: end.map(wall),
            };
            assert_eq!(asked, expected);
        }
    }

    #[test]
    fn a_day_or_a_flexible_date_is_for_the_office() {
        assert_eq!(
            asked(&wish(Some(DAY), None, None, false)),
            Ok(Asked::Day(DAY))
        );
        assert_eq!(asked(&wish(None, None, None, true)), Ok(Asked::Anytime));
    }

    #[test]
    fn half_a_wish_is_malformed_and_the_answer_names_the_column() {
        for (given, column) in [
            (wish(None, None, None, false), "preferred_service_date"),
            (
                wish(None, Some(8), Some(10), true),
                "preferred_service_date",
            ),
            (
                wish(Some(DAY), None, Some(10), false),
                "preferred_time_window_start",
            ),
            (
                wish(Some(DAY), Some(10), Some(10), false),
                "preferred_time_window_end",
            ),
        ] {
            let error = asked(&given).unwrap_err();
            assert_eq!(error.reason, "invalid_input");
            assert_eq!(error.facts["argument"], column);
        }
    }

    #[test]
    fn a_day_lies_between_today_and_the_horizon() {
        assert_eq!(check_day(DAY, DAY, 7), Ok(()));
        assert_eq!(check_day(date(2026, 11, 27), DAY, 7), Ok(()));
        let reason = |day| check_day(day, DAY, 7).unwrap_err().reason();
        assert_eq!(reason(date(2026, 11, 19)), "date_in_past");
        assert_eq!(reason(date(2026, 11, 28)), "beyond_horizon");
    }
}
