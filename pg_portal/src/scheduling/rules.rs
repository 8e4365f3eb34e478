//! Which visit windows can be booked, and who would come. Plain Rust: one judgement for listing windows and for
//! verifying one.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

pub use super::duty::{Job, Shift, Technician};
pub use super::windows::{Span, Wall, Weekly, Window, days_of, window_at};

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
    /// From the location's today to the horizon, at least.
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
