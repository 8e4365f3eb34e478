//! Time as Postgres and the rules have it, and time zones by name, from the bundled tz database.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use pgrx::datum::datetime_support::transaction_timestamp;
use pgrx::prelude::*;

use crate::spi;

/// The zone of that IANA name, or nothing.
pub fn zone(name: &str) -> Option<TimeZone> {
    // jiff also reads POSIX strings and "Etc/Unknown"; a location is in a place that has a name.
    if name == "Etc/Unknown" {
        return None;
    }
    TimeZone::get(name).ok()
}

#[pg_schema]
mod portal_internal {
    use super::*;

    #[pg_extern(immutable, strict, parallel_safe)]
    fn is_time_zone(name: &str) -> bool {
        zone(name).is_some()
    }
}

/// 2000-01-01T00:00:00Z, from which Postgres counts, in microseconds since 1970.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

/// An instant for Postgres, to the microsecond that it keeps.
pub fn to_pg(instant: Timestamp) -> TimestampWithTimeZone {
    TimestampWithTimeZone::try_from(instant.as_microsecond() - POSTGRES_EPOCH)
        .unwrap_or_else(|_| panic!("{instant} is out of Postgres' range"))
}

/// An instant from Postgres; nothing for `infinity` and for years that no calendar of ours reaches.
pub fn from_pg(instant: TimestampWithTimeZone) -> Option<Timestamp> {
    let since_2000: i64 = instant.into();
    Timestamp::from_microsecond(since_2000.checked_add(POSTGRES_EPOCH)?).ok()
}

/// The moment that everything in this transaction agrees on: its beginning.
pub fn now() -> Timestamp {
    from_pg(transaction_timestamp()).expect("now is in range")
}

/// What the clock says at this very moment, after what the transaction has waited for.
pub fn clock() -> Timestamp {
    spi::write("select to_jsonb(clock_timestamp())", &[]).expect("the clock has an answer")
}

pub fn date_to_pg(date: civil::Date) -> Date {
    Date::new(date.year().into(), date.month() as u8, date.day() as u8)
        .unwrap_or_else(|_| panic!("{date} is out of Postgres' range"))
}

/// A date from Postgres; nothing for `infinity` and for years that no calendar of ours reaches, as those before Christ.
pub fn date_from_pg(date: Date) -> Option<civil::Date> {
    if date.is_infinity() || date.is_neg_infinity() {
        return None;
    }
    let year = i16::try_from(date.year()).ok().filter(|year| *year > 0)?;
    let (month, day) = (
        i8::try_from(date.month()).ok()?,
        i8::try_from(date.day()).ok()?,
    );
    civil::Date::new(year, month, day).ok()
}

/// Seconds since midnight of a time of day as Postgres writes it, up to 24:00:00; nothing for fractions of a second.
pub fn seconds_of_day(text: &str) -> Option<i32> {
    let mut parts = text.splitn(3, ':').map(|part| part.parse::<i32>().ok());
    let mut part = |up_to| parts.next()?.filter(|n| (0..=up_to).contains(n));
    let seconds = part(24)? * 3600 + part(59)? * 60 + part(59)?;
    (seconds <= 86_400).then_some(seconds)
}

/// A time of day for Postgres, from seconds since midnight; 86400 is its 24:00.
pub fn wall_to_pg(seconds: i32) -> Time {
    Time::try_from(i64::from(seconds) * 1_000_000)
        .unwrap_or_else(|_| panic!("{seconds} seconds are no time of day"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_read_in_whole_seconds_up_to_midnight() {
        assert_eq!(seconds_of_day("00:00:00"), Some(0));
        assert_eq!(seconds_of_day("08:30:15"), Some(30_615));
        assert_eq!(seconds_of_day("24:00:00"), Some(86_400));
        for text in ["24:00:01", "08:30", "08:30:15.5", "25:00:00", "", "noon"] {
            assert_eq!(seconds_of_day(text), None, "{text}");
        }
    }
}
