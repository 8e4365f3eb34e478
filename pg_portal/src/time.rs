//! Time zones by name, from the bundled tz database.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use pgrx::prelude::*;

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

pub fn date_to_pg(date: civil::Date) -> Date {
    Date::new(date.year().into(), date.month() as u8, date.day() as u8)
        .unwrap_or_else(|_| panic!("{date} is out of Postgres' range"))
}

pub fn time_to_pg(time: civil::Time) -> Time {
    let seconds = f64::from(time.second()) + f64::from(time.subsec_nanosecond()) / 1e9;
    Time::new(time.hour() as u8, time.minute() as u8, seconds)
        .unwrap_or_else(|_| panic!("{time} is not a time of day"))
}
