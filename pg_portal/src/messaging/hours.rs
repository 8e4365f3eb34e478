//! When the office is closed. Plain Rust.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

use crate::scheduling::rules::{Span, Wall};

/// Hours that the office keeps every week, in its own wall clock.
#[derive(Debug, Clone, Deserialize)]
pub struct Hours {
    /// 0 = Sunday, as Postgres counts `dow`.
    pub weekday: i8,
    pub opens: Wall,
    pub closes: Wall,
}

/// A time in which nobody is at the office.
#[derive(Debug, Clone, PartialEq)]
pub struct Closure {
    /// When the office closed; the beginning of time where it was not open for a year.
    pub since: Timestamp,
    /// When it opens again; nothing where it does not within a year.
    pub until: Option<Timestamp>,
}

/// How many days around today are looked at: a week nearly always tells, but companies also close for a season.
const REACHES: [i32; 2] = [8, 366];

/// The closure that holds an instant; nothing while the office is open. An office without hours is always open.
///
/// * `holidays`: dates of the office on which it stays closed, a year around `now`.
/// * `zone`: the office's.
pub fn closure(
    now: Timestamp,
    hours: &[Hours],
    holidays: &[Date],
    zone: &TimeZone,
) -> Option<Closure> {
    if hours.is_empty() {
        return None;
    }
    let (mut since, mut until) = (None, None);
    for reach in REACHES {
        let spans = open(now, reach, hours, holidays, zone);
        if spans.iter().any(|span| span.start <= now && now < span.end) {
            return None;
        }
        since = spans
            .iter()
            .map(|span| span.end)
            .filter(|end| *end <= now)
            .max();
        until = spans
            .iter()
            .map(|span| span.start)
            .filter(|start| *start > now)
            .min();
        if since.is_some() && until.is_some() {
            break;
        }
    }
    Some(Closure {
        since: since.unwrap_or(Timestamp::MIN),
        until,
    })
}

/// The times at which the office is open, within so many days before and after.
fn open(
    now: Timestamp,
    days: i32,
    hours: &[Hours],
    holidays: &[Date],
    zone: &TimeZone,
) -> Vec<Span> {
    let today = zone.to_datetime(now).date();
    let last = today.saturating_add(days.days());
    today
        .saturating_sub(days.days())
        .series(1.day())
        .take_while(|date| *date <= last)
        .filter(|date| !holidays.contains(date))
        .flat_map(|date| on_date(hours, date, zone))
        .collect()
}

fn on_date(hours: &[Hours], date: Date, zone: &TimeZone) -> impl Iterator<Item = Span> {
    let weekday = date.weekday().to_sunday_zero_offset();
    hours
        .iter()
        .filter(move |hours| hours.weekday == weekday)
        .map(move |hours| Span {
            start: hours.opens.on(date, zone),
            end: hours.closes.on(date, zone),
        })
        // A change of the clocks can swallow short hours.
        .filter(|span| span.start < span.end)
}

#[cfg(test)]
mod tests;
