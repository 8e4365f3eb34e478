//! Who works when, and who is busy when. Plain Rust.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

use super::windows::{Span, Wall, days, merge, weekday};

/// A shift of a technician, week by week, in the wall clock of the company.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Shift {
    /// 0 = Sunday.
    pub weekday: i8,
    pub start: Wall,
    pub end: Wall,
    /// First and last date on which the shift may start.
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// A technician who could do the visit: active, with the skill, and going to the location's area.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Technician {
    pub id: Uuid,
    pub shifts: Vec<Shift>,
    pub time_off: Vec<Span>,
}

/// A job that takes time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Job {
    /// Index into the technicians read; nothing for a job that nobody was assigned to yet.
    pub technician: Option<usize>,
    pub blocked: Span,
    pub is_emergency: bool,
}

/// The technicians' time on the days that matter, sorted and merged once: each question is a binary search.
pub struct Roster<'a> {
    times: Vec<Times>,
    unassigned: Vec<&'a Job>,
}

#[derive(Default)]
struct Times {
    on_shift: Vec<Span>,
    off: Vec<Span>,
    busy: Vec<Span>,
    /// The part of `busy` that is not for emergencies.
    routine: Vec<Span>,
}

/// What the technicians could do in one window.
pub struct Load {
    /// Technicians on shift and not off, whether busy or not.
    pub on_duty: usize,
    /// Those of them, at most, that routine jobs take.
    pub routine: usize,
    /// Indexes of those who could come.
    pub free: Vec<usize>,
    /// Jobs without a technician that each will need one of the free.
    pub unassigned: usize,
}

impl<'a> Roster<'a> {
    /// Reads the shifts that start on the company's dates from the first to the last.
    pub fn new(
        technicians: &[Technician],
        jobs: &'a [Job],
        company_zone: &TimeZone,
        (first, last): (Date, Date),
    ) -> Self {
        let mut times: Vec<_> = technicians
            .iter()
            .map(|technician| Times {
                on_shift: shift_spans(&technician.shifts, company_zone, first, last),
                off: technician.time_off.clone(),
                ..Times::default()
            })
            .collect();
        let mut unassigned = Vec::new();
        for job in jobs {
            let Some(index) = job.technician else {
                unassigned.push(job);
                continue;
            };
            times[index].busy.push(job.blocked);
            if !job.is_emergency {
                times[index].routine.push(job.blocked);
            }
        }
        for each in &mut times {
            for spans in [
                &mut each.on_shift,
                &mut each.off,
                &mut each.busy,
                &mut each.routine,
            ] {
                merge(spans);
            }
        }
        Self { times, unassigned }
    }

    /// * `visit`: must lie within the shifts, outside time off.
    /// * `blocked`: the visit with its buffers; must not overlap a job.
    pub fn load(&self, visit: &Span, blocked: &Span) -> Load {
        let mut load = Load {
            on_duty: 0,
            routine: 0,
            free: Vec::new(),
            unassigned: 0,
        };
        for (index, times) in self.times.iter().enumerate() {
            if !covers(&times.on_shift, visit) || meets(&times.off, visit) {
                continue;
            }
            load.on_duty += 1;
            if !meets(&times.busy, blocked) {
                load.free.push(index);
            } else if meets(&times.routine, blocked) {
                load.routine += 1;
            }
        }
        for job in &self.unassigned {
            if job.blocked.overlaps(blocked) {
                load.unassigned += 1;
                load.routine += usize::from(!job.is_emergency);
            }
        }
        load.routine = load.routine.min(load.on_duty);
        load
    }
}

fn shift_spans(shifts: &[Shift], zone: &TimeZone, first: Date, last: Date) -> Vec<Span> {
    days(first, last)
        .flat_map(|date| {
            shifts
                .iter()
                .filter(move |shift| shift.starts_on(date))
                .map(move |shift| Span {
                    start: shift.start.on(date, zone),
                    end: shift.end.on(date, zone),
                })
        })
        // DST can leave a shift without length.
        .filter(|span| span.start < span.end)
        .collect()
}

impl Shift {
    fn starts_on(&self, date: Date) -> bool {
        self.weekday == weekday(date)
            && self.valid_from <= date
            && self.valid_to.is_none_or(|last| date <= last)
    }
}

/// Whether one of the merged spans contains the whole span.
fn covers(merged: &[Span], span: &Span) -> bool {
    let candidate = merged.partition_point(|other| other.end < span.end);
    merged
        .get(candidate)
        .is_some_and(|other| other.start <= span.start)
}

/// Whether one of the merged spans overlaps the span.
fn meets(merged: &[Span], span: &Span) -> bool {
    let candidate = merged.partition_point(|other| other.end <= span.start);
    merged
        .get(candidate)
        .is_some_and(|other| other.start < span.end)
}
