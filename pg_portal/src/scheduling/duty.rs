//! Who works when, and who is busy when. Plain Rust.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

use super::windows::{Span, Wall};

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
