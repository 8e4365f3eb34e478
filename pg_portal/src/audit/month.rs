//! Months in UTC, by which the log is kept. Plain Rust.

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil};

/// Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(civil::Date);

impl Month {
    pub fn of(instant: Timestamp) -> Self {
        Self(instant.to_zoned(TimeZone::UTC).date().first_of_month())
    }

    /// From what is displayed, `2026-11`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let month = Self(format!("{text}-01").parse().ok()?);
        (month.to_string() == text).then_some(month)
    }

    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1.month()))
    }

    pub fn first_day(self) -> civil::Date {
        self.0
    }

    pub fn start(self) -> Timestamp {
        let start = self.0.to_zoned(TimeZone::UTC);
        start.expect("a month of events is in range").timestamp()
    }

    /// This month and as many after it.
    pub fn and_next(self, more: usize) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |month| Some(month.next())).take(1 + more)
    }

    pub fn partition(self) -> String {
        format!("events_{:04}_{:02}", self.0.year(), self.0.month())
    }

    /// The month of a partition of that name.
    pub fn of_partition(name: &str) -> Option<Self> {
        Self::parse(&name.strip_prefix("events_")?.replace('_', "-"))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn a_month_is_that_of_utc() {
        let of = |instant: &str| Month::of(instant.parse().unwrap()).to_string();
        assert_eq!(of("2026-11-01T00:00:00Z"), "2026-11");
        assert_eq!(of("2026-10-31T23:59:59.999999Z"), "2026-10");
        assert_eq!(of("2026-10-31T20:00:00-05:00"), "2026-11");
        assert_eq!(month("2026-12").start().to_string(), "2026-12-01T00:00:00Z");
    }

    #[test]
    fn months_follow_each_other_over_the_year() {
        assert_eq!(month("2026-12").next(), month("2027-01"));
        let names: Vec<_> = month("2026-11").and_next(2).map(Month::partition).collect();
        assert_eq!(
            names,
            ["events_2026_11", "events_2026_12", "events_2027_01"]
        );
        assert!(month("2026-12") < month("2027-01"));
    }

    #[test]
    fn a_partition_tells_its_month_and_others_tell_none() {
        assert_eq!(
            Month::of_partition("events_2026_11"),
            Some(month("2026-11"))
        );
        for name in [
            "events_default",
            "events_2026_13",
            "events_2026_1",
            "events_2026_11_x",
            "other_2026_11",
        ] {
            assert_eq!(Month::of_partition(name), None, "{name}");
        }
    }
}
