//! The SQL of scheduling. It reads other people's jobs and technicians' shifts, so it runs as portal_owner or for the
//! office; who may ask is settled before.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use pgrx::prelude::*;
use pgrx::spi::SpiHeapTupleData;
use serde::Deserialize;
use uuid::Uuid;

use super::rules::{Inputs, Job, Service, Span, Technician, Weekly};
use crate::spi::{self, column};
use crate::time;
use crate::types::BookingMode;

/// What a service and a place say about windows, whoever has time.
#[derive(Debug, Deserialize)]
pub struct Calendar {
    company_zone: String,
    pub company_name: String,
    pub company_phone: Option<String>,
    pub service: Option<Service>,
    pub booking_mode: Option<BookingMode>,
    pub safety_notice: Option<String>,
    pub location: Option<Location>,
    pub windows: Vec<Weekly>,
}

#[derive(Debug, Deserialize)]
pub struct Location {
    pub customer_id: Uuid,
    pub timezone: String,
    /// The date there, now.
    pub today: Date,
}

impl Calendar {
    pub fn company_zone(&self) -> TimeZone {
        zone(&self.company_zone)
    }
}

impl Location {
    pub fn zone(&self) -> TimeZone {
        zone(&self.timezone)
    }
}

/// A stored zone; a CHECK has seen its name.
fn zone(name: &str) -> TimeZone {
    time::zone(name).unwrap_or(TimeZone::UTC)
}

/// Nothing where there is no such organization; `service` and `location` are empty where those are absent or no
/// longer active.
pub fn calendar(org_id: Uuid, location_id: Uuid, service_type: &str) -> Option<Calendar> {
    spi::read(
        include_str!("calendar.sql"),
        &[
            org_id.to_string().into(),
            location_id.to_string().into(),
            service_type.into(),
        ],
    )
}

/// Where and for what time is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub org_id: Uuid,
    pub location_id: Uuid,
    pub service_type: &'a str,
    /// A job that is to be moved: it does not stand in its own way.
    pub except: Option<Leaving>,
}

/// A job that leaves its window.
#[derive(Debug, Clone, Copy)]
pub struct Leaving {
    pub job: Uuid,
    pub window_start: Timestamp,
}

impl Place<'_> {
    fn except(&self) -> Option<String> {
        self.except.map(|leaving| leaving.job.to_string())
    }
}

/// How to read: for a list the statement's snapshot is enough, and read-only transactions allow no other; to book, what
/// others committed while this transaction waited for its lock must be seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sight {
    Snapshot,
    Latest,
}

/// All that the rules need for the days `from..=to` (dates at the location), in one read.
pub fn inputs(
    place: &Place<'_>,
    service: Service,
    location_zone: TimeZone,
    calendar: &Calendar,
    (from, to): (Date, Date),
    sight: Sight,
) -> Inputs {
    let args = [
        place.org_id.to_string().into(),
        place.location_id.to_string().into(),
        place.service_type.into(),
        from.to_string().into(),
        to.to_string().into(),
        place.except().into(),
    ];
    let sql = include_str!("inputs.sql");
    let row = match sight {
        Sight::Snapshot => spi::rows(sql, &args, facts).pop(),
        Sight::Latest => spi::latest_rows(sql, &args, facts).pop(),
    };
    let (facts, jobs) = row.expect("an aggregate always answers");
    Inputs {
        now: facts.now,
        service,
        location_zone,
        company_zone: calendar.company_zone(),
        in_service_area: facts.in_service_area,
        emergency_reserve_percent: facts.emergency_reserve_percent,
        windows: calendar.windows.clone(),
        holidays: facts.holidays,
        technicians: facts.technicians,
        jobs,
        booked_per_day: facts.booked_per_day,
    }
}

#[derive(Deserialize)]
struct Facts {
    now: Timestamp,
    in_service_area: bool,
    emergency_reserve_percent: i32,
    holidays: Vec<Date>,
    technicians: Vec<Technician>,
    booked_per_day: Vec<(Date, i32)>,
}

/// Jobs come as arrays, because there may be thousands.
fn facts(row: &SpiHeapTupleData) -> pgrx::spi::Result<(Facts, Vec<Job>)> {
    let facts: String = column(row, 1)?;
    let facts = serde_json::from_str(&facts)
        .unwrap_or_else(|e| panic!("inputs.sql answered an unexpected shape: {e}"));
    let technicians: Vec<Option<i32>> = row.get(2)?.unwrap_or_default();
    let starts: Vec<TimestampWithTimeZone> = row.get(3)?.unwrap_or_default();
    let ends: Vec<TimestampWithTimeZone> = row.get(4)?.unwrap_or_default();
    let emergencies: Vec<bool> = row.get(5)?.unwrap_or_default();
    let jobs = technicians
        .into_iter()
        .zip(starts)
        .zip(ends)
        .zip(emergencies);
    let jobs = jobs.filter_map(|(((technician, start), end), is_emergency)| {
        Some(Job {
            technician: technician.map(|number| number as usize),
            blocked: Span {
                start: time::from_pg(start)?,
                end: time::from_pg(end)?,
            },
            is_emergency,
        })
    });
    Ok((facts, jobs.collect()))
}

/// Whether a job other than the one to be moved takes a technician's time.
pub fn is_busy(place: &Place<'_>, technician_id: Uuid, blocked: Span) -> bool {
    spi::write(
        "select to_jsonb(exists (
           select from public.work_orders w
           where w.org_id = $1::uuid and w.technician_id = $2::uuid and w.blocked && $3::tstzrange
             and w.status in ('tentative', 'scheduled', 'en_route', 'on_site') and w.id is distinct from $4::uuid))",
        &[
            place.org_id.to_string().into(),
            technician_id.to_string().into(),
            range(blocked).into(),
            place.except().into(),
        ],
    )
    .unwrap_or_default()
}

fn range(span: Span) -> String {
    format!("[{},{})", span.start, span.end)
}

/// Lets holds go that are over: all of them, or one company's in a period. Answers how many.
pub fn lapse_holds(only: Option<(Uuid, Span)>) -> usize {
    let (org_id, period) = only
        .map(|(org_id, span)| (org_id.to_string(), range(span)))
        .unzip();
    spi::run(include_str!("lapse.sql"), &[org_id.into(), period.into()])
}
