//! The calendar: which visit windows a service has on a date, and which instants they are. Plain Rust.
//!
//! A company writes its windows in wall clock, per weekday. A local time that a DST change skips moves forward by the
//! length of the gap; one that occurs twice is its first occurrence.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Deserialize;

/// A wall-clock time as seconds since local midnight, 0 to 86400: unlike a `civil::Time` it can be 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "i32")]
pub struct Wall(i32);

impl Wall {
    pub const MIDNIGHT: Self = Self(0);

    /// Seconds since local midnight.
    pub fn seconds(self) -> i32 {
        self.0
    }

    /// The instant at which the clocks of a zone show this time on a date. 24:00 is the next date's midnight.
    pub fn on(self, date: Date, zone: &TimeZone) -> Timestamp {
        instant(self.datetime(date), zone)
    }

    fn datetime(self, date: Date) -> DateTime {
        date.to_datetime(jiff::civil::Time::midnight())
            .saturating_add(SignedDuration::from_secs(self.0.into()))
    }
}

impl TryFrom<i32> for Wall {
    type Error = String;

    fn try_from(seconds: i32) -> Result<Self, String> {
        match seconds {
            0..=86_400 => Ok(Self(seconds)),
            _ => Err(format!(
                "{seconds} is not a time of day: give seconds since midnight, 0 to 86400"
            )),
        }
    }
}

fn instant(local: DateTime, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_timestamp(local)
        .compatible()
        .unwrap_or(Timestamp::MAX)
}

/// A stretch of time, without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct Span {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Span {
    pub fn overlaps(&self, other: &Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A window that the company offers every week.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Weekly {
    /// 0 = Sunday, as Postgres counts `dow`.
    pub weekday: i8,
    pub start: Wall,
    pub end: Wall,
    /// True for a window of the service itself, false for one of all services.
    pub is_own: bool,
}

/// A window on a date: the date and times are the location's wall clock, the span is what they are as instants.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    pub date: Date,
    pub start: Wall,
    pub end: Wall,
    pub span: Span,
}

/// The windows of a date, by start: at most one for each, the shorter, should two ever begin together. Holidays are not
/// looked at.
pub fn of_date(weekly: &[Weekly], zone: &TimeZone, date: Date) -> Vec<Window> {
    let mut windows: Vec<_> = chosen(weekly, date)
        .filter_map(|offered| place(offered, weekly, zone, date))
        .collect();
    windows.sort_by_key(|window| (window.span.start, window.span.end));
    windows.dedup_by_key(|window| window.span.start);
    windows
}

/// The window that begins at an instant. Holidays and capacity are not looked at.
pub fn window_at(weekly: &[Weekly], zone: &TimeZone, start: Timestamp) -> Option<Window> {
    let today = date_of(start, zone);
    // A start that the clocks skip just before midnight is an instant of the next date.
    [today.saturating_sub(1.day()), today]
        .into_iter()
        .flat_map(|date| of_date(weekly, zone, date))
        .find(|window| window.span.start == start)
}

/// The local dates that a span touches, ascending.
pub fn days_of(span: Span, zone: &TimeZone) -> impl Iterator<Item = Date> {
    let last = span.end.as_nanosecond() - 1;
    let last = Timestamp::from_nanosecond(last).map_or(span.start, |last| last.max(span.start));
    days(date_of(span.start, zone), date_of(last, zone))
}

/// Every date from the first to the last.
pub fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first.series(1.day()).take_while(move |date| *date <= last)
}

/// The date that the clocks of a zone show.
pub fn date_of(instant: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(instant).date()
}

/// The first instant by which so much time inside windows has passed. Nothing when the dates do not hold so much.
///
/// * `dates`: ascending, those on which the windows count.
pub fn after_open_time(
    weekly: &[Weekly],
    zone: &TimeZone,
    dates: impl Iterator<Item = Date>,
    now: Timestamp,
    mut wanted: SignedDuration,
) -> Option<Timestamp> {
    let mut open: Vec<_> = dates
        .flat_map(|date| of_date(weekly, zone, date))
        .map(|window| window.span)
        .collect();
    merge(&mut open);
    for span in open.into_iter().filter(|span| span.end > now) {
        let start = span.start.max(now);
        let passes = start.duration_until(span.end);
        if passes >= wanted {
            return start.checked_add(wanted).ok();
        }
        wanted -= passes;
    }
    None
}

/// Sorts spans and joins those that overlap or adjoin.
pub fn merge(spans: &mut Vec<Span>) {
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let joins = next.start <= kept.end;
        if joins {
            kept.end = kept.end.max(next.end);
        }
        joins
    });
}

/// A date's weekly windows; of two with the same start the service's own counts.
fn chosen(weekly: &[Weekly], date: Date) -> impl Iterator<Item = &Weekly> {
    let weekday = weekday(date);
    let todays = move |window: &&Weekly| window.weekday == weekday;
    weekly.iter().filter(todays).filter(move |window| {
        window.is_own
            || !weekly
                .iter()
                .filter(todays)
                .any(|other| other.is_own && other.start == window.start)
    })
}

/// Nothing where DST leaves the window without length, or moves its start to that of a window that really begins then.
fn place(offered: &Weekly, weekly: &[Weekly], zone: &TimeZone, date: Date) -> Option<Window> {
    let span = Span {
        start: offered.start.on(date, zone),
        end: offered.end.on(date, zone),
    };
    let shown = zone.to_datetime(span.start);
    let skipped = shown != offered.start.datetime(date);
    if span.end <= span.start || skipped && begins_at(weekly, shown) {
        return None;
    }
    Some(Window {
        date,
        start: offered.start,
        end: offered.end,
        span,
    })
}

fn begins_at(weekly: &[Weekly], local: DateTime) -> bool {
    weekly.iter().any(|window| {
        window.weekday == weekday(local.date()) && window.start.datetime(local.date()) == local
    })
}

/// 0 = Sunday.
pub fn weekday(date: Date) -> i8 {
    date.weekday().to_sunday_zero_offset()
}
