//! Quiet hours: when somebody may be disturbed. Plain Rust.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// From `start` until `end` on the wall clock, over midnight where the end comes first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuietHours {
    start: SignedDuration,
    end: SignedDuration,
}

impl QuietHours {
    /// As Postgres writes times of day. Nothing where either is missing, and where both are the same: a day without
    /// any hour to disturb somebody would hold everything back for good.
    pub fn new(start: Option<&str>, end: Option<&str>) -> Option<Self> {
        let hours = Self {
            start: since_midnight(start?)?,
            end: since_midnight(end?)?,
        };
        (hours.start != hours.end).then_some(hours)
    }

    fn include(&self, clock: SignedDuration) -> bool {
        match self.start < self.end {
            true => self.start <= clock && clock < self.end,
            false => self.start <= clock || clock < self.end,
        }
    }

    /// The first moment from `at` on that is not quiet.
    ///
    /// Between two changes of the zone's offset the wall clock runs evenly, so quiet hours end when it shows `end`, or
    /// at a change that leaps over it.
    pub fn earliest(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let mut at = at;
        loop {
            let clock = clock(at, zone);
            if !self.include(clock) {
                return at;
            }
            let wait = match self.end > clock {
                true => self.end - clock,
                false => self.end - clock + DAY,
            };
            let Ok(end) = at.checked_add(wait) else {
                return at;
            };
            let change = zone.following(at).next().map(|change| change.timestamp());
            at = change.map_or(end, |change| change.min(end));
        }
    }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn clock(at: Timestamp, zone: &TimeZone) -> SignedDuration {
    let time = zone.to_datetime(at).time();
    time.duration_since(Time::midnight())
}

/// Postgres knows a 24:00, which is midnight.
fn since_midnight(text: &str) -> Option<SignedDuration> {
    if text.starts_with("24:") {
        return Some(SignedDuration::ZERO);
    }
    let time: Time = text.parse().ok()?;
    Some(time.duration_since(Time::midnight()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quiet(start: &str, end: &str) -> QuietHours {
        QuietHours::new(Some(start), Some(end)).unwrap()
    }

    fn earliest(hours: QuietHours, at: &str, zone: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        let at: Timestamp = at.parse().unwrap();
        hours.earliest(at, &zone).to_string()
    }

    #[test]
    fn a_night_lasts_over_midnight_and_a_nap_does_not() {
        let (night, nap) = (quiet("22:00:00", "07:00:00"), quiet("13:00:00", "15:00:00"));
        for (hours, at, expected) in [
            (night, "2026-01-10T03:59:59Z", "2026-01-10T03:59:59Z"),
            (night, "2026-01-10T04:00:00Z", "2026-01-10T13:00:00Z"),
            (night, "2026-01-10T12:59:59Z", "2026-01-10T13:00:00Z"),
            (night, "2026-01-10T13:00:00Z", "2026-01-10T13:00:00Z"),
            (nap, "2026-01-10T19:00:00Z", "2026-01-10T21:00:00Z"),
            (nap, "2026-01-10T21:00:00Z", "2026-01-10T21:00:00Z"),
        ] {
            assert_eq!(earliest(hours, at, "America/Chicago"), expected);
        }
    }

    #[test]
    fn hours_that_end_in_the_leap_of_spring_end_with_it() {
        // 02:00 becomes 03:00, so 02:30 is never shown.
        let hours = quiet("22:00:00", "02:30:00");
        let until = earliest(hours, "2026-03-08T07:00:00Z", "America/Chicago");
        assert_eq!(until, "2026-03-08T08:00:00Z");
    }

    #[test]
    fn hours_that_end_twice_in_autumn_end_the_first_time() {
        let hours = quiet("22:00:00", "01:30:00");
        let first = earliest(hours, "2026-11-01T05:00:00Z", "America/Chicago");
        assert_eq!(first, "2026-11-01T06:30:00Z");
        let again = earliest(hours, "2026-11-01T07:10:00Z", "America/Chicago");
        assert_eq!(again, "2026-11-01T07:30:00Z");
    }

    #[test]
    fn without_a_beginning_or_an_end_or_with_one_moment_for_both_no_hour_is_quiet() {
        for (start, end) in [
            (None, Some("07:00:00")),
            (Some("22:00:00"), None),
            (Some("22:00:00"), Some("22:00:00")),
            (Some("00:00:00"), Some("24:00:00")),
        ] {
            assert_eq!(QuietHours::new(start, end), None);
        }
        assert_eq!(quiet("22:00:00", "24:00:00"), quiet("22:00:00", "00:00:00"));
        assert!(QuietHours::new(Some("22:00:00.5"), Some("07:00:00")).is_some());
    }

    fn zones() -> Vec<String> {
        let names = jiff::tz::db().available();
        names
            .map(|name| name.as_str().to_owned())
            .filter(|name| name != "Etc/Unknown")
            .collect()
    }

    /// A moment near a change of the zone's clocks, where it has one then.
    fn moment(zone: &TimeZone, from: i64, hours: i64, seconds: i64) -> Timestamp {
        let from = Timestamp::from_second(from).unwrap();
        let change = zone.following(from).next().map(|change| change.timestamp());
        let near = change.unwrap_or(from);
        near + SignedDuration::from_secs(hours * 3600 + seconds)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn what_waits_goes_out_at_the_first_moment_that_is_not_quiet(
            zone in prop::sample::select(zones()),
            from in 0..2_000_000_000i64, hours in -40..40i64, seconds in 0..3600i64,
            start in 0..1440i64, length in 1..1440i64,
        ) {
            let zone = TimeZone::get(&zone).unwrap();
            let at = moment(&zone, from, hours, seconds);
            let minutes = SignedDuration::from_mins;
            let hours = QuietHours { start: minutes(start), end: minutes((start + length) % 1440) };
            let until = hours.earliest(at, &zone);
            prop_assert!(until >= at);
            prop_assert!(!hours.include(clock(until, &zone)));
            // Everything before is quiet: to the second at both ends, every minute between.
            let mut before = at;
            while before < until {
                prop_assert!(hours.include(clock(before, &zone)), "{before} of {at} to {until}");
                before += SignedDuration::from_secs(60);
            }
            if until > at {
                prop_assert!(hours.include(clock(until - SignedDuration::from_micros(1), &zone)));
            }
        }
    }
}
