//! Which visit windows can be booked, and who would come. Plain Rust: one judgement for listing windows and for
//! verifying one.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Deserialize;

pub use super::duty::{Job, Technician};
use super::duty::{Load, Roster};
pub use super::windows::{Span, Wall, Weekly, Window, days_of, window_at};
use super::windows::{after_open_time, date_of, days, of_date};

/// What a service asks of the calendar.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Service {
    pub duration_minutes: i32,
    pub buffer_before_minutes: i32,
    pub buffer_after_minutes: i32,
    pub lead_time_minutes: i32,
    /// True when only minutes inside the service's windows count as lead time.
    pub lead_time_business_hours_only: bool,
    /// How many days ahead, counted from the location's today, can be booked.
    pub horizon_days: i32,
    pub is_emergency: bool,
    /// Most visits that start on one date of the company.
    pub daily_cap: Option<i32>,
}

impl Service {
    /// The time that a visit takes of the customer: its window, or its duration where that is longer.
    pub fn visit(&self, window: Span) -> Span {
        let done = window.start.checked_add(minutes(self.duration_minutes));
        Span {
            end: window.end.max(done.unwrap_or(Timestamp::MAX)),
            ..window
        }
    }

    /// The time that a visit takes of its technician: with the buffers. Nothing when that is out of range.
    pub fn blocked(&self, window: Span) -> Option<Span> {
        let visit = self.visit(window);
        let start = visit
            .start
            .checked_sub(minutes(self.buffer_before_minutes))
            .ok()?;
        let end = visit
            .end
            .checked_add(minutes(self.buffer_after_minutes))
            .ok()?;
        Some(Span { start, end })
    }
}

fn minutes(count: i32) -> SignedDuration {
    SignedDuration::from_mins(count.into())
}

/// Everything a judgement rests on, read for whole local dates.
#[derive(Debug, Clone)]
pub struct Inputs {
    pub now: Timestamp,
    pub service: Service,
    pub location_zone: TimeZone,
    pub company_zone: TimeZone,
    pub in_service_area: bool,
    /// Share of a date's capacity that routine services leave free, 0 to 100.
    pub emergency_reserve_percent: i32,
    /// The active windows of the service and of all services.
    pub windows: Vec<Weekly>,
    /// From the location's yesterday to the horizon, at least.
    pub holidays: Vec<Date>,
    pub technicians: Vec<Technician>,
    /// Jobs that overlap the dates, without the one that is to be moved.
    pub jobs: Vec<Job>,
    /// Visits of the service per date of the company; a date without is free. Only read where there is a daily cap.
    pub booked_per_day: Vec<(Date, i32)>,
}

/// A window that can be booked.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub window: Window,
    /// How many visits it can still take, at least 1.
    pub capacity: i32,
}

/// A verified window, and the technicians who are free for it, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub window: Window,
    /// Indexes into the technicians read.
    pub technicians: Vec<usize>,
}

/// Why a window cannot be booked.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    NotOffered,
    InPast,
    BeyondHorizon {
        first_date: Date,
        last_date: Date,
    },
    /// The lead time ends then; nothing when it does not end before the horizon.
    InsideLeadTime {
        earliest: Option<Timestamp>,
    },
    Holiday,
    OutsideServiceArea,
    NobodyCanDoIt,
    SlotTaken,
    DayFull,
}

impl Refusal {
    /// The stable name that clients read.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NotOffered => "window_not_offered",
            Self::InPast => "date_in_past",
            Self::BeyondHorizon { .. } => "beyond_horizon",
            Self::InsideLeadTime { .. } => "inside_lead_time",
            Self::Holiday => "holiday",
            Self::OutsideServiceArea => "outside_service_area",
            Self::NobodyCanDoIt => "nobody_can_do_it",
            Self::SlotTaken => "slot_taken",
            Self::DayFull => "day_full",
        }
    }

    /// True when somebody else may have been faster; false when the window was never to be had.
    pub fn is_lost_race(&self) -> bool {
        matches!(self, Self::SlotTaken | Self::DayFull)
    }
}

/// The windows of the dates that can be booked, by start. The inputs must have been read for these dates.
pub fn list(inputs: &Inputs, from: Date, to: Date) -> Vec<Offer> {
    let judge = Judge::new(inputs, from, to);
    let mut offers: Vec<_> = days(from, to)
        .flat_map(|date| judge.date(date))
        .filter_map(|(window, verdict)| {
            let capacity = verdict.ok()?.capacity;
            Some(Offer { window, capacity })
        })
        .collect();
    offers.sort_by_key(|offer| offer.window.span.start);
    offers
}

/// Whether the window that begins at an instant can be booked: it can exactly when `list` has it. The inputs must have
/// been read for its date.
pub fn verify(inputs: &Inputs, start: Timestamp) -> Result<Place, Refusal> {
    let zone = &inputs.location_zone;
    let window = window_at(&inputs.windows, zone, start);
    let date = window
        .as_ref()
        .map_or_else(|| date_of(start, zone), |window| window.date);
    let judge = Judge::new(inputs, date, date);
    judge.check_date(date)?;
    let (window, verdict) = judge
        .date(date)
        .into_iter()
        .find(|(window, _)| window.span.start == start)
        .ok_or_else(|| {
            judge
                .check_start(start)
                .err()
                .unwrap_or(Refusal::NotOffered)
        })?;
    Ok(Place {
        window,
        technicians: best_first(inputs, verdict?.technicians, start),
    })
}

/// The technicians who could come in a span of time, best first, whether or not it is a window that can be booked: the
/// office plans outside the windows as well. The inputs must have been read for its dates.
pub fn who_is_free(inputs: &Inputs, window: Span) -> Vec<usize> {
    let Some(blocked) = inputs.service.blocked(window) else {
        return Vec::new();
    };
    let date = |instant| date_of(instant, &inputs.location_zone);
    let dates = shift_dates(inputs, date(window.start), date(window.end));
    let (technicians, jobs) = (&inputs.technicians, &inputs.jobs);
    let roster = Roster::new(technicians, jobs, &inputs.company_zone, dates);
    let load = roster.load(&inputs.service.visit(window), &blocked);
    best_first(inputs, load.free, window.start)
}

/// Work is spread fairly: whoever has least to do comes first.
fn best_first(inputs: &Inputs, mut technicians: Vec<usize>, start: Timestamp) -> Vec<usize> {
    let load = workload(inputs, start);
    technicians.sort_by_key(|index| (load[*index], inputs.technicians[*index].id));
    technicians
}

/// The windows of the dates that can be booked, nearest to a wanted start first; of two as near, the later.
pub fn nearest(
    inputs: &Inputs,
    wanted: Timestamp,
    count: usize,
    from: Date,
    to: Date,
) -> Vec<Window> {
    let mut windows: Vec<_> = list(inputs, from, to)
        .into_iter()
        .map(|offer| offer.window)
        .collect();
    windows.sort_by_key(|window| {
        let start = window.span.start;
        (wanted.duration_until(start).abs(), start < wanted)
    });
    windows.truncate(count);
    windows
}

/// What the dates have in common: worked out once.
struct Judge<'a> {
    inputs: &'a Inputs,
    roster: Roster<'a>,
    today: Date,
    last: Date,
    /// When the lead time ends.
    earliest: Option<Timestamp>,
}

/// A window that can be booked, before it is known what for.
struct Free {
    capacity: i32,
    technicians: Vec<usize>,
}

impl<'a> Judge<'a> {
    fn new(inputs: &'a Inputs, from: Date, to: Date) -> Self {
        let today = date_of(inputs.now, &inputs.location_zone);
        let last = today.saturating_add(inputs.service.horizon_days.days());
        Self {
            inputs,
            roster: Roster::new(
                &inputs.technicians,
                &inputs.jobs,
                &inputs.company_zone,
                shift_dates(inputs, from, to),
            ),
            today,
            last,
            earliest: earliest(inputs, last),
        }
    }

    /// Every window of a date, with what speaks for or against it.
    fn date(&self, date: Date) -> Vec<(Window, Result<Free, Refusal>)> {
        if let Err(refusal) = self.check_date(date) {
            let refused = |window| (window, Err(refusal.clone()));
            return self.windows(date).into_iter().map(refused).collect();
        }
        let loads: Vec<_> = self
            .windows(date)
            .into_iter()
            .filter_map(|window| {
                let service = &self.inputs.service;
                let blocked = service.blocked(window.span)?;
                let load = self.roster.load(&service.visit(window.span), &blocked);
                Some((window, load))
            })
            .collect();
        let budget = self.budget(&loads);
        loads
            .into_iter()
            .map(|(window, load)| {
                let verdict = self.window(&window, load, budget);
                (window, verdict)
            })
            .collect()
    }

    fn windows(&self, date: Date) -> Vec<Window> {
        of_date(&self.inputs.windows, &self.inputs.location_zone, date)
    }

    /// What speaks against every window of a date.
    fn check_date(&self, date: Date) -> Result<(), Refusal> {
        if !self.inputs.in_service_area {
            return Err(Refusal::OutsideServiceArea);
        }
        if date < self.today {
            return Err(Refusal::InPast);
        }
        if date > self.last {
            return Err(Refusal::BeyondHorizon {
                first_date: self.today,
                last_date: self.last,
            });
        }
        if self.inputs.holidays.contains(&date) {
            return Err(Refusal::Holiday);
        }
        if self.inputs.technicians.is_empty() {
            return Err(Refusal::NobodyCanDoIt);
        }
        Ok(())
    }

    fn check_start(&self, start: Timestamp) -> Result<(), Refusal> {
        if start < self.inputs.now {
            return Err(Refusal::InPast);
        }
        match self.earliest {
            Some(earliest) if start >= earliest => Ok(()),
            earliest => Err(Refusal::InsideLeadTime { earliest }),
        }
    }

    /// How many visits of a date routine services may still take: its technician-windows, less the reserve, less those
    /// that routine jobs already take. Emergencies ask for no budget.
    fn budget(&self, loads: &[(Window, Load)]) -> i32 {
        if self.inputs.service.is_emergency {
            return i32::MAX;
        }
        let sum = |part: fn(&Load) -> usize| {
            loads.iter().map(|(_, load)| part(load)).sum::<usize>() as i64
        };
        let on_duty = sum(|load| load.on_duty);
        let reserve = on_duty * i64::from(self.inputs.emergency_reserve_percent) / 100;
        (on_duty - reserve - sum(|load| load.routine)) as i32
    }

    fn window(&self, window: &Window, load: Load, budget: i32) -> Result<Free, Refusal> {
        self.check_start(window.span.start)?;
        let left_of_day = self.left_of_day(window.span.start);
        if left_of_day < 1 {
            return Err(Refusal::DayFull);
        }
        let free = load.free.len() as i32 - load.unassigned as i32;
        let capacity = free.min(budget).min(left_of_day);
        if capacity < 1 {
            return Err(Refusal::SlotTaken);
        }
        Ok(Free {
            capacity,
            technicians: load.free,
        })
    }

    /// How many more visits the daily cap lets start on the company's date.
    fn left_of_day(&self, start: Timestamp) -> i32 {
        let Some(cap) = self.inputs.service.daily_cap else {
            return i32::MAX;
        };
        let date = date_of(start, &self.inputs.company_zone);
        let booked = self
            .inputs
            .booked_per_day
            .iter()
            .find(|(day, _)| *day == date);
        cap - booked.map_or(0, |(_, count)| *count)
    }
}

/// The company's dates whose shifts can matter to visits that start on the location's dates.
fn shift_dates(inputs: &Inputs, from: Date, to: Date) -> (Date, Date) {
    let midnight = |date: Date| Wall::MIDNIGHT.on(date, &inputs.location_zone);
    // A start that DST skips can move into the next date, even if a zone leaves a whole date out.
    let span = inputs.service.visit(Span {
        start: midnight(from),
        end: midnight(to.saturating_add(2.days())),
    });
    let last_end = inputs
        .service
        .visit(Span {
            start: span.end,
            end: span.end,
        })
        .end;
    (
        date_of(span.start, &inputs.company_zone).saturating_sub(1.day()),
        date_of(last_end, &inputs.company_zone),
    )
}

/// When the lead time ends. Nothing when business hours do not fill it before the horizon.
fn earliest(inputs: &Inputs, last: Date) -> Option<Timestamp> {
    let lead = minutes(inputs.service.lead_time_minutes);
    if !inputs.service.lead_time_business_hours_only || lead.is_zero() {
        return inputs.now.checked_add(lead).ok();
    }
    let first = date_of(inputs.now, &inputs.location_zone).saturating_sub(1.day());
    let open = days(first, last).filter(|date| !inputs.holidays.contains(date));
    after_open_time(
        &inputs.windows,
        &inputs.location_zone,
        open,
        inputs.now,
        lead,
    )
}

/// Per technician: jobs on the company's day of the visit, then time booked in all the days read.
fn workload(inputs: &Inputs, start: Timestamp) -> Vec<(usize, SignedDuration)> {
    let date = date_of(start, &inputs.company_zone);
    let day = Span {
        start: Wall::MIDNIGHT.on(date, &inputs.company_zone),
        end: Wall::MIDNIGHT.on(date.saturating_add(1.day()), &inputs.company_zone),
    };
    let mut load = vec![(0, SignedDuration::ZERO); inputs.technicians.len()];
    for job in &inputs.jobs {
        if let Some(index) = job.technician {
            let (jobs, booked) = &mut load[index];
            *jobs += usize::from(job.blocked.overlaps(&day));
            *booked += job.blocked.start.duration_until(job.blocked.end);
        }
    }
    load
}

#[cfg(test)]
mod tests;
